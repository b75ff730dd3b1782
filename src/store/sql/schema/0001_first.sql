-- The first schema: what the bot knows, and why each table is shaped as it is.
--
-- Units. *_ms: UTC milliseconds since 1970 (an instant). *_day: days since 1970-01-01 in the zone
-- of the person it is about (a local day). *_id: our own numbers, never shown to a platform except
-- the nudge's. Enumerations are the numbers of the C headers named beside them, never renumbered.
-- NULL always means "none", "not yet" or "never"; each column says which.
--
-- Speed. One answer touches five rows, each found by its primary key: the answer, the review, the
-- nudge, one outbox row, one person. No table that an answer writes has an index over time or text.
-- Cost follows what is due and the weeks asked for, never the length of the history.

PRAGMA application_id = 1853187175;     -- "nudg": so that no other program's file is taken for ours

-- The whole: one row.
CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    live INTEGER NOT NULL,              -- 1: the operator has said resume; a new store is paused
    platform TEXT,                      -- chat platform the store is bound to; NULL: not yet
    workspace TEXT,                     -- id of the chat tenant it is bound to; NULL: not yet
    workspace_lost INTEGER NOT NULL,    -- 1: the workspace refuses us altogether
    roster_epoch INTEGER NOT NULL,      -- number of the people.csv applied last; 0: none
    clean_stop INTEGER NOT NULL,        -- 1: closed in good order; 0: open, or died
    delivery_count INTEGER NOT NULL,    -- deliveries ever planned: the newest delivery_id
    answer_count INTEGER NOT NULL,      -- answers ever recorded, so that nobody counts the log
    last_answer_ms INTEGER              -- instant of the newest answer; NULL: none yet
) STRICT;
INSERT INTO state (id, live, workspace_lost, roster_epoch, clean_stop, delivery_count, answer_count)
VALUES (1, 0, 0, 0, 1, 0, 0);

-- Everybody people.csv ever named. Rows are not deleted when somebody leaves (employed = 0): their
-- own choices must survive a mistake in the file. The instants of the next slot and digest stand on
-- the row and are indexed, so that a tick touches only those who are due.
CREATE TABLE person (
    person_id INTEGER PRIMARY KEY,
    -- from people.csv; every new file overwrites them
    external_id TEXT NOT NULL UNIQUE,   -- the id in people.csv
    email TEXT COLLATE NOCASE UNIQUE,   -- how a chat account is found; NULL: another row has it
    name TEXT NOT NULL,
    role TEXT NOT NULL,                 -- '' for none, as in the three below
    cohort TEXT NOT NULL,
    region TEXT NOT NULL,               -- whose holidays
    zone TEXT NOT NULL,                 -- IANA name
    workdays INTEGER NOT NULL,          -- bit 0 Monday; 0: the organisation's
    start_day INTEGER NOT NULL,         -- first and last day of employment; 0: not given
    end_day INTEGER NOT NULL,
    manager TEXT NOT NULL,              -- external_id or e-mail of the manager as written; '': none
    manager_id INTEGER REFERENCES person (person_id),   -- the same, resolved; NULL: none or unknown
    employed INTEGER NOT NULL,          -- 1: named as active in the newest file
    roster_epoch INTEGER NOT NULL,      -- the newest people.csv that named them
    -- their own; no file changes them
    state INTEGER NOT NULL,             -- enum person_state without LEFT (that is employed = 0)
    paused_until_ms INTEGER,            -- when paused; NULL: until they say resume
    own_zone TEXT NOT NULL,             -- chosen by the person; '': none
    notice_version INTEGER NOT NULL,    -- the privacy notice they were sent; 0: none
    enrolled_day INTEGER NOT NULL,      -- prompts may start from here; 0: not enrolled
    -- from the chat
    chat_state INTEGER NOT NULL,        -- enum chat_state
    chat_user TEXT UNIQUE,              -- the platform's id of the account; NULL: not matched
    chat_channel TEXT,                  -- their DM with us; NULL: not opened
    chat_zone TEXT NOT NULL,            -- IANA name of the profile; '': none
    dnd_until_ms INTEGER NOT NULL,      -- end of do-not-disturb; 0: not in it, as far as we know
    -- the plan
    slot_day INTEGER NOT NULL,          -- the last slot used: (slot_day, slot_count) only grows, so
    slot_count INTEGER NOT NULL,        -- no clock and no restart sends the same slot twice
    next_slot_ms INTEGER,               -- when to look at this person again; 0: woken, at once and
                                        -- only to plan; NULL: not planned
    next_digest_ms INTEGER,             -- their team's week; 0: likewise; NULL: manages nobody
    last_nudge_id INTEGER               -- the newest nudge; its row leads to the one before
) STRICT;
CREATE INDEX person_next_slot ON person (next_slot_ms) WHERE next_slot_ms IS NOT NULL;
CREATE INDEX person_next_digest ON person (next_digest_ms) WHERE next_digest_ms IS NOT NULL;
CREATE INDEX person_manager ON person (manager_id, name) WHERE manager_id IS NOT NULL;

-- Prompts by the two names authors gave them. Never deleted: a retired prompt keeps its history.
CREATE TABLE prompt (
    prompt_id INTEGER PRIMARY KEY,
    deck TEXT NOT NULL,                 -- id of the deck
    prompt TEXT NOT NULL,               -- id within the deck
    skill TEXT NOT NULL,                -- id in skills.yaml, of the present text
    kind INTEGER NOT NULL,              -- enum prompt_kind, of the present text
    UNIQUE (deck, prompt)
) STRICT;

-- Every text a prompt ever had. An answer is graded against the one that was shown.
CREATE TABLE prompt_revision (
    revision_id INTEGER PRIMARY KEY,
    prompt_id INTEGER NOT NULL REFERENCES prompt (prompt_id),
    hash BLOB NOT NULL,                 -- SHA-256 of body
    body BLOB NOT NULL,                 -- packed prompt, core/prompt.h
    options INTEGER NOT NULL,           -- how many it has: an export names them without body
    UNIQUE (prompt_id, hash)
) STRICT;

-- One sending of a prompt to a person. Found by its number alone: the number is in every button,
-- the newest one of a person is in the person's row, and each row names the one before it. That
-- chain is what a digest walks: some weeks back and no further, however long the history, and
-- because numbers grow with time the rows of a week lie together in the file. So there is no index
-- to keep.
CREATE TABLE nudge (
    nudge_id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (person_id),
    prompt_id INTEGER NOT NULL REFERENCES prompt (prompt_id),
    revision_id INTEGER NOT NULL REFERENCES prompt_revision (revision_id),  -- the text shown
    nudge_key INTEGER NOT NULL,         -- random, 64 bits, in every button: no click without it
    state INTEGER NOT NULL,             -- enum nudge_state
    step INTEGER NOT NULL,              -- recall: 1 after the text was given
    day INTEGER NOT NULL,               -- local day it was sent for
    planned_ms INTEGER NOT NULL,
    closed_ms INTEGER,                  -- NULL: open
    before_nudge_id INTEGER,            -- the person's nudge before this one; NULL: the first
    message_id TEXT                     -- the platform's id of the message; NULL: not delivered yet
) STRICT;

-- One click or reply. The key makes a repeated delivery of the same click harmless; it holds no
-- person and no prompt, because both are in the nudge. The review as it was before the answer is
-- kept with it, so that undoing restores exactly that (all NULL: there was none). No foreign key:
-- the parent was read in the same transaction, and a check would read it again for each answer.
CREATE TABLE answer (
    nudge_id INTEGER NOT NULL,
    step INTEGER NOT NULL,              -- as in the button: part of the question (recall has two)
    attempt INTEGER NOT NULL,           -- counts changes of mind
    day INTEGER NOT NULL,               -- local day of answering: what weeks are cut by
    answered_ms INTEGER NOT NULL,
    grade INTEGER NOT NULL,             -- enum grade
    rating INTEGER NOT NULL,            -- enum rating; 0: no effect on the review, no evidence
    chosen INTEGER NOT NULL,            -- a bit per option; order: four bits a place, first lowest
    text TEXT,                          -- typed words; NULL: none. In no index, on purpose
    before_stability REAL,              -- days; the columns from here are those of review
    before_difficulty REAL,
    before_memory_state INTEGER,
    before_memory_step INTEGER,
    before_born_day INTEGER,
    before_last_day INTEGER,
    before_sent_day INTEGER,
    before_due_day INTEGER,
    before_answers INTEGER,
    before_lapses INTEGER,
    before_misses INTEGER,
    PRIMARY KEY (nudge_id, step, attempt)
) STRICT, WITHOUT ROWID;

-- How well a person remembers a prompt. Born at the first sending. All of one person's lie
-- together, which is how a slot reads them.
CREATE TABLE review (
    person_id INTEGER NOT NULL,
    prompt_id INTEGER NOT NULL,
    stability REAL NOT NULL,            -- days until recall falls to nine in ten; 0: never answered
    difficulty REAL NOT NULL,           -- 1 to 10; 0: never answered
    memory_state INTEGER NOT NULL,      -- enum review_state
    memory_step INTEGER NOT NULL,       -- of minute steps; 0 without
    born_day INTEGER NOT NULL,          -- first sending
    last_day INTEGER NOT NULL,          -- last rated answer; 0: none
    sent_day INTEGER NOT NULL,          -- last sending
    due_day INTEGER NOT NULL,           -- may be asked again from here
    answers INTEGER NOT NULL,
    lapses INTEGER NOT NULL,
    misses INTEGER NOT NULL,            -- wrong answers in a row
    PRIMARY KEY (person_id, prompt_id)
) STRICT, WITHOUT ROWID;

-- What must still be said to the platform. A row leaves when it was sent or finally refused, so the
-- table holds minutes, not history. Read by (lane, order_ms, delivery_id). The payload is often
-- above a quarter of a page, which would spill into overflow pages inside an index tree: measured,
-- a plain table and this index take half the time of one tree without row numbers.
CREATE TABLE delivery (
    delivery_id INTEGER PRIMARY KEY,    -- from state.delivery_count; never used twice
    lane INTEGER NOT NULL,              -- enum lane
    order_ms INTEGER NOT NULL,          -- nudges: not_after_ms, ending first; else made_ms
    kind INTEGER NOT NULL,              -- enum delivery_kind
    state INTEGER NOT NULL,             -- enum delivery_state
    person_id INTEGER NOT NULL,         -- to whom; user and channel are read when it is sent
    nudge_id INTEGER,                   -- NULL: not about a nudge
    delivery_key INTEGER NOT NULL,      -- random, in the post's metadata: how it is found again
    message_id TEXT,                    -- updates: which message
    made_ms INTEGER NOT NULL,
    due_ms INTEGER,                     -- not before; NULL: at once
    not_after_ms INTEGER,               -- of no use later; NULL: always of use
    claimed_ms INTEGER,                 -- when the first attempt was claimed; NULL: never tried
    settle_ms INTEGER,                  -- unknown: not to be looked up before; NULL: never tried
    attempts INTEGER NOT NULL,
    payload BLOB NOT NULL               -- packed message, core/message.h
) STRICT;
CREATE UNIQUE INDEX delivery_order ON delivery (lane, order_ms, delivery_id);
-- The newest page or update of a message replaces a planned older one of the same person.
CREATE INDEX delivery_replaceable ON delivery (person_id, kind) WHERE kind IN (2, 3);
-- Small ones, empty on most days: rows that wait, and people whose last message may have arrived.
CREATE INDEX delivery_waits ON delivery (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX delivery_settles ON delivery (settle_ms) WHERE state = 3;
CREATE INDEX delivery_unknown ON delivery (person_id) WHERE state = 3;

-- A manager's week, so that it is told once whatever restarts.
CREATE TABLE digest (
    manager_id INTEGER NOT NULL,        -- a person
    week_monday INTEGER NOT NULL,       -- local day the reported week begins
    state INTEGER NOT NULL,             -- enum digest_state; only PLANNED ever changes
    planned_ms INTEGER NOT NULL,
    sent_ms INTEGER,                    -- NULL: not sent
    PRIMARY KEY (manager_id, week_monday)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_sent ON digest (sent_ms) WHERE sent_ms IS NOT NULL;

-- Event ids of what the platform delivers again when our ack was late. Filed by age in buckets of
-- 26 hours (at_ms / 93,600,000): a look-up asks the present bucket and its neighbours, and what is
-- older goes a few rows at a time, without an index over time.
CREATE TABLE seen (
    bucket INTEGER NOT NULL,
    dedupe_key TEXT NOT NULL,           -- the platform's id of the event
    PRIMARY KEY (bucket, dedupe_key)
) STRICT, WITHOUT ROWID;

-- Who read another person's data: so that the person can be told.
CREATE TABLE access_log (
    access_id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    reader TEXT NOT NULL,               -- e-mail of the reader, or the operator's account
    person_id INTEGER NOT NULL,         -- whose data
    what TEXT NOT NULL                  -- "digest", "export", "explain"
) STRICT;
CREATE INDEX access_log_person ON access_log (person_id, access_id);
