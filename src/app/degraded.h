/* The conditions a daemon can be in that somebody should know of, and how each is looked at. */
#ifndef NUDGED_APP_DEGRADED_H
#define NUDGED_APP_DEGRADED_H

#include "nudged/base/buf.h"
#include "nudged/base/time.h"

struct app;

enum condition {
    CONDITION_STORE_REFUSES, CONDITION_DISK_FULL, CONDITION_DISK_LOW, CONDITION_LINK_REFUSED,
    CONDITION_LINK_DOWN, CONDITION_ACCESS_LOST, CONDITION_CONTENT_REFUSED, CONDITION_NOT_WATCHED,
    CONDITION_OUTBOX_STUCK, CONDITION_CLOCK_JUMPED, CONDITION_LOOP_STALLED,
    CONDITION_SCOPE_MISSING, CONDITION_PEOPLE_UNMATCHED, CONDITION_RESTORED,
    CONDITION_CAPACITY, CONDITION_BACKUP_FAILED,
    CONDITION_COUNT
};

/* UNSURE: nothing can be said now, e.g. whether a link is down that was just opened. What was known
 * before stays as it is. */
enum degree { DEGREE_FINE, DEGREE_UNSURE, DEGREE_HOLDS };

/* Writes what it means and what to do, as words without a full stop; only when it holds. *began is
 * now; who knows better sets it. */
typedef enum degree degraded_fn(struct app *app, struct buf *out, struct instant *began);

struct condition_row {
    const char *name;           /* in the store, the metrics and the log: never changes */
    const char *brief;          /* for everybody's eyes: no names, no files, no codes */
    const char *over;           /* what there was, in a sentence */
    degraded_fn *look;
    int32_t patience_s;         /* so long before the admins hear of it */
    bool deaf;                  /* no chat while it lasts: they hear of it afterwards */
    bool passes;                /* an incident: it has no end that anybody must hear of */
    int within;                 /* 1 + the condition that says enough while it holds; 0: none */
};

const struct condition_row *condition_row(enum condition condition);

#endif
