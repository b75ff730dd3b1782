/* What the watch over the daemon asks the store, and the room it keeps for a bad day. No
 * transaction needed. */
#ifndef NUDGED_STORE_WATCH_H
#define NUDGED_STORE_WATCH_H

#include "nudged/store/store.h"

/* The alerts whose begin is remembered; strings in the arena; at most max. */
struct alert_kept { struct str condition; struct instant began; };
MUST_USE enum err store_alerts(struct store *store, struct arena *arena, struct alert_kept *out,
                               size_t max, size_t *len);

/* Rows of each lane; oldest: since when the first of them waits that might have gone, NEVER when
 * none does (what is meant for later does not wait yet). */
struct lane_waits { int64_t rows; struct instant oldest; };
MUST_USE enum err store_outbox_lanes(
    struct store *store, struct instant now, struct lane_waits out[LANE_END]);

/* People whose instant has come and who are not seen to yet; *first: the earliest, NEVER when there
 * is none. */
MUST_USE enum err store_due_count(
    struct store *store, struct instant now, int64_t *people, struct instant *first);

/* Who is on the list and cannot be reached in the workspace. */
MUST_USE enum err store_people_unmatched(struct store *store, int64_t *people);

/* -- the reserve: RESERVE_BYTES of a file named "reserve" beside the database --------------------
 * Freed when the disk is full, so that this can still be stored and told. Goes through the VFS of
 * the store like the database itself. */
enum { RESERVE_BYTES = 1 << 20 };

bool store_reserve_is_there(const struct store *store);
/* Makes it, whole and synced, unless it is there. ERR_DB_FULL: no room, nothing was left behind;
 * ERR_DB_IO, ERR_NO_MEMORY. */
MUST_USE enum err store_reserve_make(struct store *store);
/* Gives the room back; false: there was none. */
bool store_reserve_free(struct store *store);

#endif
