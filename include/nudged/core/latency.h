/* How long somebody took to answer, measured against themselves.
 *
 * In chat an answer that comes an hour later says when there was time, not how hard it was. So a
 * latency is only of what was answered at once: within AT_ONCE_SECONDS_MAX of the moment the
 * question could be seen. Nobody is measured against anybody else, nobody but the rating reads it,
 * and all of it is gone after SECONDS_KEPT_DAYS.
 *
 * Quartiles are by nearest rank over the newest latencies of one kind of question, sorted: place
 * ceil(n / 4) and place ceil(3 n / 4), counted from 1. Fewer than LATENCIES_MIN have none: two odd
 * moments would decide them. */
#ifndef NUDGED_CORE_LATENCY_H
#define NUDGED_CORE_LATENCY_H

#include "nudged/base/buf.h"
#include "nudged/base/err.h"
#include "nudged/base/time.h"

enum {
    AT_ONCE_SECONDS_MAX = 600,  /* ten minutes: the longest question takes two; then it waited */
    SECONDS_KEPT_DAYS = 90,     /* what the notice says; at one question a day some 60 answers */
    LATENCIES_MIN = 8,          /* two below the first quartile, two above the third */
    LATENCIES_MAX = 50          /* of one kind: a quartile is then good to a few places */
};

struct latency {
    int32_t day;        /* UTC day the question was planned on */
    int32_t seconds;    /* 1 … AT_ONCE_SECONDS_MAX */
};

/* Of one person and one kind of question; oldest first. Zeroed: none. */
struct latencies {
    size_t len;
    struct latency recent[LATENCIES_MAX];
};

/* Whole seconds, at least 1, from seen to answered; 0: not at once, not known when it could be seen
 * (utc_ms 0), or a clock that went backwards. */
int32_t latency_seconds(struct instant seen, struct instant answered);
int32_t latency_day(struct instant at);                 /* UTC day */
/* The oldest makes room. seconds outside of 1 … AT_ONCE_SECONDS_MAX: nothing is added. */
void latencies_add(struct latencies *latencies, struct latency latency);
/* Takes those of this UTC day and before away; true: there were some. */
bool latencies_drop(struct latencies *latencies, int32_t last_day);
/* false: too few; *fast_s and *slow_s untouched. */
bool latencies_quartiles(const struct latencies *latencies, int32_t *fast_s, int32_t *slow_s);

/* As the store keeps them. ERR_SYNTAX: damaged. */
void latencies_pack(const struct latencies *latencies, struct buf *buf);
MUST_USE enum err latencies_unpack(struct str bytes, struct latencies *out);

#endif
