-- The review as it was before an answer, in one packed value instead of a column for each number:
-- a third of the file went into columns that only an undo and a new rating ever read. A row is laid
-- out by its columns, so the table is written anew.
CREATE TABLE answer_packed (
    nudge_id INTEGER NOT NULL,
    step INTEGER NOT NULL,              -- as in the button: part of the question (recall has two)
    attempt INTEGER NOT NULL,           -- counts changes of mind
    day INTEGER NOT NULL,               -- local day of answering: what weeks are cut by
    answered_ms INTEGER NOT NULL,
    grade INTEGER NOT NULL,             -- enum grade
    rating INTEGER NOT NULL,            -- enum rating; 0: no effect on the review, no evidence
    chosen INTEGER NOT NULL,            -- a bit per option; order: four bits a place, first lowest
    text TEXT,                          -- typed words; NULL: none. In no index, on purpose
    seconds INTEGER,                    -- to answer; NULL: not at once
    circumstances INTEGER NOT NULL DEFAULT 0,   -- enum answer_circumstance
    before_answers INTEGER,             -- of the review before; NULL: there was none
    before BLOB,                        -- the rest of it, store/before.h; NULL likewise
    PRIMARY KEY (nudge_id, step, attempt)
) STRICT, WITHOUT ROWID;

-- pack_before is the program's own (store/sql_function.c): what it makes is read by store/before.c.
INSERT INTO answer_packed (nudge_id, step, attempt, day, answered_ms, grade, rating, chosen, text,
    seconds, circumstances, before_answers, before)
SELECT nudge_id, step, attempt, day, answered_ms, grade, rating, chosen, text,
    seconds, circumstances, before_answers,
    pack_before(day, before_stability, before_difficulty, before_memory_state, before_memory_step,
        before_born_day, before_last_day, before_sent_day, before_due_day, before_lapses,
        before_misses, before_log_odds, before_hits, before_formats, before_hits_from_day,
        before_hits_to_day, before_fit_id, before_marks)
FROM answer ORDER BY nudge_id, step, attempt;
DROP TABLE answer;
ALTER TABLE answer_packed RENAME TO answer;
