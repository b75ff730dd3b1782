-- How an answer came about: what its rating follows from besides being right or wrong.
--
-- Seconds, and whatever is made from them, are kept for 90 days. Quartiles are of the person's own
-- answers to the same kind of question; they are written with the question, because they are what
-- it will be measured against, and so that answering reads no more than it did.
ALTER TABLE nudge ADD COLUMN delivered_after_ms INTEGER;    -- after planned_ms; NULL: not known
ALTER TABLE nudge ADD COLUMN circumstances INTEGER NOT NULL DEFAULT 0;  -- bits, as in answer
ALTER TABLE nudge ADD COLUMN fast_s INTEGER;                -- first quartile; NULL: none
ALTER TABLE nudge ADD COLUMN slow_s INTEGER;                -- third quartile; NULL: none

ALTER TABLE answer ADD COLUMN before_marks INTEGER;         -- as in review
ALTER TABLE answer ADD COLUMN seconds INTEGER;              -- to answer; NULL: not at once
ALTER TABLE answer ADD COLUMN circumstances INTEGER NOT NULL DEFAULT 0; -- enum answer_circumstance

ALTER TABLE review ADD COLUMN marks INTEGER NOT NULL DEFAULT 0;         -- enum review_mark

-- The newest seconds of a person and kind of question, so that quartiles need no history. Written
-- when the next question is sent, not when one is answered.
CREATE TABLE latency (
    person_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,              -- enum prompt_kind
    recent BLOB NOT NULL,               -- packed, core/latency.h
    PRIMARY KEY (person_id, kind)
) STRICT, WITHOUT ROWID;

ALTER TABLE upkeep ADD COLUMN seconds_nudge_id INTEGER NOT NULL DEFAULT 0;  -- as the other two
