/* The outbox's rows as the sender uses them. A row's key is (lane, order_ms, delivery_id).
 *
 * Rows are read in lane order, then order_ms (for nudges the end of their use, so the one whose
 * window closes first goes first), then age. */
#ifndef NUDGED_STORE_OUTBOX_H
#define NUDGED_STORE_OUTBOX_H

#include "nudged/store/store.h"

/* Planned rows of a lane that are due, in order, with user, channel and payload; skips people who
 * have an unknown delivery (only posts wait for it) and starts behind *after when it is not NULL.
 * An update without message_id gets its nudge's, when that is known by now. No transaction needed.
 */
MUST_USE enum err outbox_ready(struct store *store, enum lane lane, struct instant now,
                               const struct delivery *after, struct arena *arena,
                               struct delivery *out, size_t max, size_t *len);

/* planned → claimed, attempts + 1, claimed_ms on the first; inside a transaction, committed before
 * the request starts. Only needed for class reconcile. ERR_NOT_FOUND when the row is no longer
 * planned. */
MUST_USE enum err outbox_claim(struct store *store, const struct delivery *delivery,
                               struct instant now);

/* Unknown rows whose settle time is over, so that they can be looked up: 30 s on the stored clock
 * after the outcome was called unknown; after a crash, 30 s after the last claim. */
MUST_USE enum err outbox_unknown(struct store *store, struct instant now, struct arena *arena,
                                 struct delivery *out, size_t max, size_t *len);

/* The next instant at which a row that is not ready now may become so; NEVER when none. */
MUST_USE enum err outbox_next_due(struct store *store, struct instant now, struct instant *out);

/* At boot: every claimed row becomes unknown (posts) or planned (what can be repeated). In a
 * transaction. */
MUST_USE enum err outbox_recover(struct store *store);

/* Rows by state; oldest: when the first that still waits was made, NEVER when none waits. */
struct outbox_counts { int64_t planned, claimed, unknown; struct instant oldest; };
MUST_USE enum err outbox_counts(struct store *store, struct outbox_counts *out);

#endif
