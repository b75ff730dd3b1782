-- What a person's answers to a prompt are evidence of (core/evidence.h), beside the memory of it.
ALTER TABLE review ADD COLUMN log_odds REAL NOT NULL DEFAULT 0;
ALTER TABLE review ADD COLUMN hits INTEGER NOT NULL DEFAULT 0;      -- right, each on its own day,
                                                                    -- since the last lapse
ALTER TABLE review ADD COLUMN formats INTEGER NOT NULL DEFAULT 0;   -- of those: bit per enum
                                                                    -- prompt_kind
ALTER TABLE review ADD COLUMN hits_from_day INTEGER NOT NULL DEFAULT 0; -- of those, first and last;
ALTER TABLE review ADD COLUMN hits_to_day INTEGER NOT NULL DEFAULT 0;   -- 0: none

-- As they were before an answer; NULL: there was no review, or it was given before this was kept.
ALTER TABLE answer ADD COLUMN before_log_odds REAL;
ALTER TABLE answer ADD COLUMN before_hits INTEGER;
ALTER TABLE answer ADD COLUMN before_formats INTEGER;
ALTER TABLE answer ADD COLUMN before_hits_from_day INTEGER;
ALTER TABLE answer ADD COLUMN before_hits_to_day INTEGER;

-- The answers that are still kept count: played in the order they were given (an upsert takes one
-- row after the other, so that nothing is sorted and nothing held), by the rule of core/evidence.c
-- with its weights written out. The kind is the prompt's present one. What a row brings stands in
-- columns that mean something else in the table: answers holds its rating, hits_to_day its day. A
-- review that is missing (a damaged file) is not made up: born on day -1, it goes again.
INSERT INTO review (person_id, prompt_id, stability, difficulty, memory_state, memory_step,
    born_day, last_day, sent_day, due_day, lapses, misses, hits, hits_from_day,
    answers, formats, hits_to_day, log_odds)
SELECT n.person_id, n.prompt_id, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0,
    a.rating, 1 << p.kind, a.day,
    CASE p.kind
    WHEN 1 THEN CASE r.options WHEN 2 THEN 0.662688 WHEN 3 THEN 1.068153 WHEN 4 THEN 1.355835
        WHEN 5 THEN 1.578979 WHEN 6 THEN 1.761300 WHEN 7 THEN 1.915451 WHEN 8 THEN 2.048982
        WHEN 9 THEN 2.166765 WHEN 10 THEN 2.272126 ELSE 0 END
    WHEN 2 THEN CASE r.options WHEN 1 THEN 0 WHEN 2 THEN 1.068153 WHEN 3 THEN 1.915451
        WHEN 4 THEN 2.677591 ELSE 2.965273 END
    WHEN 3 THEN CASE r.options WHEN 1 THEN 0 WHEN 2 THEN 0.662688 WHEN 3 THEN 1.761300
        ELSE 2.965273 END
    ELSE 2.965273 END
FROM answer AS a
    CROSS JOIN nudge AS n ON n.nudge_id = a.nudge_id
    CROSS JOIN prompt AS p ON p.prompt_id = n.prompt_id
    CROSS JOIN prompt_revision AS r ON r.revision_id = n.revision_id
WHERE a.rating = 1 OR (a.rating > 1 AND a.day > coalesce(a.before_last_day, 0))
ON CONFLICT (person_id, prompt_id) DO UPDATE SET
    log_odds = CASE WHEN excluded.answers = 1 THEN min(log_odds, -1.5)
        ELSE log_odds + excluded.log_odds END,
    hits = CASE WHEN excluded.answers = 1 THEN 0 ELSE hits + 1 END,
    formats = CASE WHEN excluded.answers = 1 THEN 0 ELSE formats | excluded.formats END,
    hits_from_day = CASE WHEN excluded.answers = 1 THEN 0
        WHEN hits_from_day = 0 THEN excluded.hits_to_day ELSE hits_from_day END,
    hits_to_day = CASE WHEN excluded.answers = 1 THEN 0 ELSE excluded.hits_to_day END;
DELETE FROM review WHERE born_day = -1;
