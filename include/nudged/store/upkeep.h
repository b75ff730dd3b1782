/* What running a store for years asks for: copies of it, going back to one, and letting go of what
 * is too old.
 *
 * Epoch. A store is told from its older copies by a number that grows at each start, each hour and
 * with each backup, and stands in the file and, written afterwards, outside of it (app/epoch.c). A
 * file that says less than the outside is an older copy, however it came back. Then it is held:
 * its outbox is emptied, sending is off, and when the operator resumes, what was due in the gap is
 * over. */
#ifndef NUDGED_STORE_UPKEEP_H
#define NUDGED_STORE_UPKEEP_H

#include "nudged/store/store.h"

/* -- which copy this is ------------------------------------------------------------------------ */

struct store_upkeep {
    uint64_t key;                   /* of this store; 0: not drawn yet */
    int64_t epoch;                  /* 0: never set */
    struct instant epoch_at;        /* these instants: utc_ms 0 for never */
    struct instant copied;          /* the file is a backup, made then */
    struct instant restored;        /* held since then */
    struct duration behind;         /* by how much it was older */
    struct instant gap_end;         /* the operator resumed it then */
    struct instant backup;          /* when the newest backup was begun */
    struct taken taken;             /* its hashes */
};
/* No transaction needed. */
MUST_USE enum err store_upkeep(struct store *store, struct store_upkeep *out);
bool store_is_new(const struct store *store);       /* this opening made it */
/* The rest inside a turn. */
MUST_USE enum err store_set_epoch(struct store *store, uint64_t key, int64_t epoch,
                                  struct instant now);
MUST_USE enum err store_hold(struct store *store, struct instant now, struct duration behind);
MUST_USE enum err store_note_backup(struct store *store, struct instant begun);
/* After a pass of retention took something away: empties the write-ahead log, so that it is in no
 * file any more. No transaction. *done false: somebody reads just now; try again later. */
MUST_USE enum err store_scrub(struct store *store, bool *done);

/* What the last start did to the schema: true when it was brought forward. *copy: the file as it
 * was before; empty when there was nothing to keep. */
bool store_migrated(const struct store *store, int32_t *from, struct str *copy);

/* The person after this number (0 to begin); 0: there is none. No transaction needed. */
MUST_USE enum err store_person_after(struct store *store, int64_t person_id, int64_t *next);

/* -- a copy, while the store goes on working --------------------------------------------------- */

/* Pages are copied by and by, outside turns; what turns write meanwhile reaches the copy as well,
 * since it is the same connection. The copy is the store as it is when the last page is done. */
struct store_copy;
/* Writes to path.part, mode 0600. ERR_IO: it cannot be made. */
MUST_USE enum err store_copy_new(struct store *store, struct str path, struct store_copy **out);
/* *done: that was the last page. ERR_DB_FULL, ERR_DB_IO: of the copy. */
MUST_USE enum err store_copy_step(struct store_copy *copy, int pages, bool *done);
void store_copy_progress(const struct store_copy *copy, int64_t *pages, int64_t *of);
void store_copy_detach(struct store_copy *copy);    /* before the store is closed */
/* On any thread: what was copied so far reaches the disk, so that no sync at the end has all of it
 * to do. */
MUST_USE enum err store_copy_sync(struct store_copy *copy);
/* On any thread, after the last page: marks it as a copy begun then, syncs it and gives it its
 * name. A file of that name is replaced only now. */
MUST_USE enum err store_copy_finish(struct store_copy *copy, struct instant begun);
/* Removes what is unfinished. Accepts NULL. */
struct store_copy *store_copy_free(struct store_copy *copy);

/* -- looking at a copy, and going back to it --------------------------------------------------- */

struct copy_facts {
    int32_t schema_version, newest_version;     /* of the file; that this program knows */
    int64_t people, nudges, answers, deliveries, bytes;
    struct instant newest_answer, copied;       /* utc_ms 0: none; not a finished backup */
};
/* Reads all of the file and changes nothing. *detail: one sentence when it failed. ERR_NOT_FOUND;
 * ERR_REFUSED: another program's; ERR_DB_CORRUPT; ERR_DB_NEWER. */
MUST_USE enum err store_verify(struct str path, struct arena *arena, struct copy_facts *out,
                               struct str *detail);
/* Puts a copy of `from` in the place of the store at `path`, which nobody may have open. What was
 * there stays as *kept (path.before-restore-…); empty when there was nothing. A stop at any point
 * leaves the one or the other. *detail: one sentence when it failed. */
MUST_USE enum err store_restore(struct str path, struct str from, struct instant now,
                                struct arena *arena, struct str *kept, struct str *detail);

#endif
