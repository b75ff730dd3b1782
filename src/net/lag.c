/* Owns the measurement of how long the loop is busy: what is left of a round when its waiting
 * is taken away.
 *
 * Odd: libuv knows how long it waited only when asked to before it first runs a round with it, and
 * then polls once more in each; so nothing is measured unless somebody wants to know. */
#include <stdlib.h>

#include "net/inside.h"

enum { EXACT_US = 8, STEPS = 8 };       /* steps: buckets for each power of two */

struct lag {
    uv_check_t check;
    uint64_t round_ns, idle_ns;         /* clock and idle time when the last round ended */
    struct loop_lag lag;
};

static void round_over(uv_check_t *check);
static size_t bucket_of(uint64_t us);
static uint64_t bucket_end_us(size_t bucket);
static void closed(uv_handle_t *handle);

enum err loop_measure_lag(struct loop *loop)
{
    if (loop->lag)
        return OK;
    struct lag *lag = heap_new(struct lag);
    if (!lag)
        return ERR_NO_MEMORY;
    if (uv_loop_configure(&loop->uv, UV_METRICS_IDLE_TIME) ||
        uv_check_init(&loop->uv, &lag->check)) {
        free(lag);
        return ERR_INTERNAL;
    }
    lag->check.data = lag;
    uv_check_start(&lag->check, round_over);
    uv_unref((uv_handle_t *)&lag->check);
    loop->lag = lag;
    return OK;
}

const struct loop_lag *loop_lag(const struct loop *loop)
{
    return loop->lag ? &loop->lag->lag : NULL;
}

uint64_t loop_lag_us(const struct loop_lag *lag, double part)
{
    uint64_t wanted = (uint64_t)((double)lag->rounds * part), seen = 0;
    for (size_t i = 0; i < LOOP_LAG_BUCKETS; i++) {
        seen += lag->buckets[i];
        if (seen > wanted || seen == lag->rounds)
            return bucket_end_us(i) < lag->max_us ? bucket_end_us(i) : lag->max_us;
    }
    return 0;
}

void lag_finish(struct loop *loop)
{
    if (loop->lag)
        uv_close((uv_handle_t *)&loop->lag->check, closed);
    loop->lag = NULL;
}

/* Right after polling, with what polling called. The first round has nothing to compare with. */
static void round_over(uv_check_t *check)
{
    struct lag *lag = check->data;
    uint64_t now_ns = uv_hrtime(), idle_ns = uv_metrics_idle_time(check->loop);
    uint64_t whole_ns = now_ns - lag->round_ns, idle_of_it_ns = idle_ns - lag->idle_ns;
    bool first = lag->round_ns == 0;
    lag->round_ns = now_ns;
    lag->idle_ns = idle_ns;
    if (first)
        return;
    uint64_t busy_us = whole_ns > idle_of_it_ns ? (whole_ns - idle_of_it_ns) / 1000 : 0;
    lag->lag.rounds++;
    lag->lag.busy_us += busy_us;
    lag->lag.max_us = busy_us > lag->lag.max_us ? busy_us : lag->lag.max_us;
    lag->lag.buckets[bucket_of(busy_us)]++;
}

static size_t bucket_of(uint64_t us)
{
    size_t power = 0;
    for (; us >= 2 * EXACT_US; power++)
        us /= 2;
    size_t bucket = us < EXACT_US ? (size_t)us : STEPS * (power + 1) + (size_t)us - EXACT_US;
    return bucket < LOOP_LAG_BUCKETS ? bucket : LOOP_LAG_BUCKETS - 1;
}

/* The last microsecond it counts. */
static uint64_t bucket_end_us(size_t bucket)
{
    if (bucket < EXACT_US)
        return bucket;
    size_t power = bucket / STEPS - 1, step = bucket % STEPS;
    return ((uint64_t)(EXACT_US + step + 1) << power) - 1;
}

static void closed(uv_handle_t *handle)
{
    free(handle->data);
}
