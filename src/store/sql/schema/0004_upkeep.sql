-- What a store needs to be run for years: to know whether this file is the newest copy of itself,
-- and how far what is too old has been taken out of it.

-- One row. Apart from state, which every turn with an answer writes.
CREATE TABLE upkeep (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- A file beside the database holds these three as well, written after them: a database that
    -- says less than the file is an older copy.
    store_key INTEGER NOT NULL,         -- random, of this store; 0: not drawn yet
    epoch INTEGER NOT NULL,             -- grows at each start, each hour and with each backup
    epoch_ms INTEGER NOT NULL,          -- when it last grew; 0: never
    copied_ms INTEGER,                  -- this file is a backup, made then; NULL: the store itself
    restored_ms INTEGER,                -- found to be an older copy then; nothing is sent until the
                                        -- operator has said resume; NULL: it is not, or was said
    behind_ms INTEGER NOT NULL,         -- how much older it was than what it took the place of
    gap_end_ms INTEGER NOT NULL,        -- when the operator said so; what was due up to then is
                                        -- over; 0: never
    backup_ms INTEGER,                  -- when the newest backup was begun; NULL: none
    -- Everything up to these nudges was looked at, and is gone or in the table below.
    texts_nudge_id INTEGER NOT NULL,
    answers_nudge_id INTEGER NOT NULL
) STRICT;
INSERT INTO upkeep (id, store_key, epoch, epoch_ms, behind_ms, gap_end_ms, texts_nudge_id,
    answers_nudge_id)
VALUES (1, 0, 0, 0, 0, 0, 0, 0);

-- Nudges that were answered long after they were sent: old enough to be passed, with something
-- under them that is not. Few, and read by age.
CREATE TABLE late (
    what INTEGER NOT NULL,              -- enum kept in store/retention.c
    since_ms INTEGER NOT NULL,          -- of the answer that is not old enough
    nudge_id INTEGER NOT NULL,
    PRIMARY KEY (what, since_ms, nudge_id)
) STRICT, WITHOUT ROWID;
