/* The store: one SQLite file, one writing connection, the only place that knows SQL.
 *
 * A turn is store_begin … store_commit. Every other call needs an open transaction unless it says
 * otherwise. Errors: DB_FULL and DB_BUSY leave the store usable (roll back, try again later);
 * DB_IO, DB_CORRUPT and DB_MISUSE mean the process must stop. INVALID: this event alone broke a
 * rule of the schema. */
#ifndef NUDGED_STORE_STORE_H
#define NUDGED_STORE_STORE_H

#include "nudged/core/plan.h"

struct store;

struct store_options {
    struct str path;                /* the file; its folder must exist; made with mode 0600 */
    bool must_exist;
    const char *vfs;                /* SQLite VFS name; NULL: the default */
};

/* Opens, checks (quick_check only when the last stop was unclean), migrates forward, prepares every
 * statement. *detail: one sentence when it failed. ERR_DB_NEWER: written by a newer version. */
MUST_USE enum err store_open(const struct store_options *options, struct arena *arena,
                             struct store **out, struct str *detail);
struct store *store_close(struct store *store);         /* checkpoints, marks the stop clean */

/* BEGIN IMMEDIATE. Who begins one beside the road is listed, with reasons, in tests/tidy. */
MUST_USE enum err store_begin(struct store *store);
MUST_USE enum err store_commit(struct store *store);
void store_rollback(struct store *store);
/* Outside a turn: what is asked until store_look_end or the next store_begin sees one state of the
 * file and shares its lock. A look that could not begin does no harm. */
void store_look(struct store *store);
void store_look_end(struct store *store);

/* Fills what `needs` names (bits of core/facts.h) for the event; the rest of *facts is the
 * caller's: now, settings, content, zone, random are already there, zone only if known beforehand.
 */
MUST_USE enum err store_facts(struct store *store, unsigned needs, const struct event *event,
                              struct arena *arena, struct facts *facts);

struct applied {
    int64_t nudge_id;               /* made by this plan; 0: none */
    bool duplicate;                 /* this event was delivered before: nothing was applied */
    bool answer_existed;            /* the answer was there: it and what follows was not applied */
    bool delivers;                  /* the outbox grew or a row became free */
    bool slots_changed;             /* the ticker should look again */
    bool retention_more;            /* a slice was full: there is more that is too old */
    int64_t fit_id;                 /* given to the fit that was noted; 0: none */
    int64_t retained_less;          /* rows that went because they were too old */
};

/* Applies the effects in order, all or (by the caller's rollback) nothing. An event with a
 * dedupe_key is remembered; the same key within 26 hours is a duplicate. */
MUST_USE enum err store_apply(struct store *store, const struct event *event,
                              const struct plan *plan, struct arena *arena, struct applied *out);

/* Whether an event with this key was applied within 26 hours: deciding can then be skipped. */
MUST_USE enum err store_seen(struct store *store, const struct event *event, bool *seen);

/* What a pass opened, for the access log: who read, whose data, what of it. named: about each
 * direct report of the pass's team as well. */
MUST_USE enum err store_note_access(struct store *store, struct instant at,
                                    const struct access *access, bool named);

/* -- the ticker's questions (no transaction needed) ------------------------------------------- */

/* People whose next_slot is not after `now`, earliest first, at most max. */
MUST_USE enum err store_due_people(struct store *store, struct instant now, int64_t *person_ids,
                                   size_t max, size_t *len);
MUST_USE enum err store_due_digests(struct store *store, struct instant now, int64_t *person_ids,
                                    size_t max, size_t *len);
/* The earliest next_slot and next_digest; NEVER when there is none. */
MUST_USE enum err store_next_due(struct store *store, struct instant *slot, struct instant *digest);
/* Chat users whose slot lies before `until`, at most max; strings in the arena. */
MUST_USE enum err store_users_due_before(struct store *store, struct instant until,
                                         struct arena *arena, struct str *users, size_t max,
                                         size_t *len);
/* Chat users for whom a question waits in the outbox, at most max; strings in the arena. */
MUST_USE enum err store_users_waiting(struct store *store, struct arena *arena, struct str *users,
                                      size_t max, size_t *len);

/* E-mails of people not looked for in the workspace yet (CHAT_UNKNOWN), behind *after_person_id (0
 * to begin), which moves on; *len 0: that was all. Strings in the arena. */
MUST_USE enum err store_emails_unknown(struct store *store, int64_t *after_person_id,
    struct arena *arena, struct str *emails, size_t max, size_t *len);
MUST_USE enum err store_people_last_id(struct store *store, int64_t *person_id); /* 0: none */
/* Whom an e-mail of the configuration means, as long as people.csv names them. ERR_NOT_FOUND. */
MUST_USE enum err store_person_by_email(struct store *store, struct str email, int64_t *person_id);

/* -- the memory model's weights (no transaction needed) ---------------------------------------- */

/* Those in force. ERR_DB_CORRUPT: they are not all there. */
MUST_USE enum err store_weights(struct store *store, struct fit_set *out);
/* Answers ever taken, and how many of them there were when weights were last learnt; 0: never. */
MUST_USE enum err store_fit_news(struct store *store, int64_t *answers, int64_t *answers_then);

/* -- content ----------------------------------------------------------------------------------- */

/* Gives every prompt its prompt_id and revision_id, inserting what is new. */
MUST_USE enum err store_number_prompts(struct store *store, struct deck *decks, size_t decks_len);
/* The packed prompt of a revision (core/prompt.h). ERR_NOT_FOUND. No transaction needed. */
MUST_USE enum err store_revision(struct store *store, int64_t revision_id, struct arena *arena,
                                 struct str *bytes);

/* -- state of the whole ------------------------------------------------------------------------ */

struct store_state {
    bool live;                      /* the operator has said resume */
    struct str platform, workspace; /* bound to; empty: not yet */
    bool workspace_lost;
    int64_t roster_epoch;
    int32_t schema_version;
};
MUST_USE enum err store_state(struct store *store, struct arena *arena, struct store_state *out);

/* SQLite's online backup into a new file (temporary name, sync, rename). Call outside a
 * transaction. */
MUST_USE enum err store_backup(struct store *store, struct str path);

#endif
