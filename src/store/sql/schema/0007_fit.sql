-- Weights of the memory model that were learnt from the answers, and which of them are in force.

-- One row a fit, whether its weights were taken or not, and one a revert. Never deleted: some
-- hundred bytes a night, and about nobody. In force is what the newest adopted row says.
CREATE TABLE fit (
    fit_id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    cause INTEGER NOT NULL,             -- enum fit_cause
    adopted INTEGER NOT NULL,           -- 1: came into force
    set_id INTEGER,                     -- a revert: the fit that is in force again, 0 for the
                                        -- published weights; NULL: a fit, with its own weights
    before_id INTEGER NOT NULL,         -- the set in force until then; 0: the published weights
    recorded INTEGER NOT NULL,          -- answers the store had ever taken by then
    answers INTEGER NOT NULL,           -- rated ones it read; a revert: 0, as in the rest
    targets INTEGER NOT NULL,           -- among them those a day or more after another one
    learnt_from INTEGER NOT NULL,       -- targets before held_out_day
    held_out INTEGER NOT NULL,          -- targets from held_out_day on, which it was judged by
    held_out_day INTEGER NOT NULL,      -- a local day
    loss_in_use REAL NOT NULL,          -- mean log loss over the held-out targets
    loss_candidate REAL NOT NULL,
    loss_constant REAL NOT NULL,
    error_in_use REAL NOT NULL,         -- standard error of loss_in_use - loss_candidate
    error_constant REAL NOT NULL        -- likewise of the constant
) STRICT;

-- The weights of each fit. A row each instead of one text or one blob: legible in any SQLite shell,
-- exact to the last bit, and nothing to decode.
CREATE TABLE fit_weight (
    fit_id INTEGER NOT NULL REFERENCES fit (fit_id),
    place INTEGER NOT NULL,             -- w0, w1 …
    weight REAL NOT NULL,
    PRIMARY KEY (fit_id, place)
) STRICT, WITHOUT ROWID;

-- Whose weights computed a memory: where others are in force by now, it is computed anew when the
-- prompt is next answered. 0: the published ones.
ALTER TABLE review ADD COLUMN fit_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE answer ADD COLUMN before_fit_id INTEGER NOT NULL DEFAULT 0;
