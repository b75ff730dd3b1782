/* Token buckets on the monotonic clock: how soon may the next request of some kind leave?
 *
 * Pure arithmetic, plain data; whoever sends asks pace_ready_at, waits, and calls pace_take when
 * the request leaves. A bucket holds at most `burst` tokens and gains rate_per_minute of them a
 * minute. Levels are kept in 1/60,000 token, so that a millisecond adds a whole number and nothing
 * drifts. */
#ifndef NUDGED_NET_PACE_H
#define NUDGED_NET_PACE_H

#include <stdint.h>

#include "nudged/base/time.h"

struct pace {
    int64_t rate_per_minute;    /* 0: unlimited; only a freeze makes it wait */
    int64_t capacity_parts;     /* of 1/60,000 token */
    int64_t level_parts;        /* below zero after taking more than there was */
    struct mono counted_at;     /* level_parts is the level of this moment */
    struct mono frozen_until;
};

/* Full at the start. burst 0 counts as 1. Both at most 1,000,000. */
void pace_init(struct pace *pace, uint32_t rate_per_minute, uint32_t burst);
/* When the next token is there and no freeze holds: `now` when that is already so. */
struct mono pace_ready_at(const struct pace *pace, struct mono now);
/* One request leaves. Taking before pace_ready_at is allowed and delays the later ones. */
void pace_take(struct pace *pace, struct mono now);
/* Nothing before `until` ("Retry-After"); a shorter freeze does not undo a longer one. */
void pace_freeze(struct pace *pace, struct mono until);

#endif
