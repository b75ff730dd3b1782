/* Owns the arithmetic of token buckets. Knows neither what is sent nor whom it waits for; never
 * reads a clock itself. */
#include "nudged/net/pace.h"

enum { PARTS_PER_TOKEN = 60000, COUNT_MAX = 1000000 };

static int64_t pace_level(const struct pace *pace, struct mono now);

void pace_init(struct pace *pace, uint32_t rate_per_minute, uint32_t burst)
{
    REQUIRE(rate_per_minute <= COUNT_MAX && burst <= COUNT_MAX);
    int64_t capacity = (int64_t)(burst ? burst : 1) * PARTS_PER_TOKEN;
    *pace = (struct pace){
        .rate_per_minute = rate_per_minute, .capacity_parts = capacity, .level_parts = capacity,
        .counted_at = { INT64_MIN }, .frozen_until = { INT64_MIN },
    };
}

struct mono pace_ready_at(const struct pace *pace, struct mono now)
{
    struct mono ready = now;
    int64_t missing = PARTS_PER_TOKEN - pace_level(pace, now);
    if (pace->rate_per_minute > 0 && missing > 0)
        ready.ms += (missing + pace->rate_per_minute - 1) / pace->rate_per_minute;
    return ready.ms < pace->frozen_until.ms ? pace->frozen_until : ready;
}

void pace_take(struct pace *pace, struct mono now)
{
    if (pace->rate_per_minute == 0)
        return;
    pace->level_parts = pace_level(pace, now) - PARTS_PER_TOKEN;
    if (now.ms > pace->counted_at.ms)
        pace->counted_at = now;
}

void pace_freeze(struct pace *pace, struct mono until)
{
    if (until.ms > pace->frozen_until.ms)
        pace->frozen_until = until;
}

/* A reading older than the last one adds nothing. */
static int64_t pace_level(const struct pace *pace, struct mono now)
{
    if (now.ms <= pace->counted_at.ms || pace->level_parts >= pace->capacity_parts)
        return pace->level_parts;
    if (pace->rate_per_minute == 0)
        return pace->capacity_parts;
    int64_t full_after_ms = (pace->capacity_parts - pace->level_parts) / pace->rate_per_minute + 1;
    int64_t elapsed_ms = now.ms - pace->counted_at.ms;
    if (elapsed_ms >= full_after_ms)
        return pace->capacity_parts;
    return pace->level_parts + elapsed_ms * pace->rate_per_minute;
}
