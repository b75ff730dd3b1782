-- How hard each prompt in force is, as last estimated from first answers, and whether its author
-- should look at it. About prompts alone: what was assumed about people is not kept.
CREATE TABLE prompt_difficulty (
    prompt_id INTEGER PRIMARY KEY REFERENCES prompt (prompt_id),
    revision_id INTEGER NOT NULL,       -- the text it is about
    answers INTEGER NOT NULL,           -- to that text
    people INTEGER NOT NULL,            -- first answers among them
    right_answers INTEGER NOT NULL,     -- of the first answers
    difficulty REAL NOT NULL,           -- logits; 0: as hard as a person of ability 0 is able
    error REAL NOT NULL,                -- its standard error; 0: nothing is known
    flag INTEGER NOT NULL,              -- enum difficulty_flag
    option INTEGER NOT NULL,            -- flagged for its key: the wrong option, from 0
    option_count INTEGER NOT NULL,      -- how many chose it
    key_count INTEGER NOT NULL,         -- and the right one
    at_ms INTEGER NOT NULL
) STRICT;
