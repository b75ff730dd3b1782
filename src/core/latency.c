/* Seconds to answer, and the quartiles of them. Owns what counts as at once. */
#include "nudged/core/latency.h"

#include "nudged/base/macros.h"
#include "nudged/base/pack.h"

enum { MS_PER_DAY = 86400000, DAY_MAX = 1 << 24 };

static void sort(int32_t *seconds, size_t len);

int32_t latency_seconds(struct instant seen, struct instant answered)
{
    int64_t ms = answered.utc_ms - seen.utc_ms;
    if (!seen.utc_ms || ms < 0 || ms > 1000 * (int64_t)AT_ONCE_SECONDS_MAX)
        return 0;
    return ms < 1000 ? 1 : (int32_t)(ms / 1000);
}

int32_t latency_day(struct instant at)
{
    return (int32_t)(at.utc_ms / MS_PER_DAY);
}

void latencies_add(struct latencies *latencies, struct latency latency)
{
    if (latency.seconds < 1 || latency.seconds > AT_ONCE_SECONDS_MAX || latency.day < 0 ||
        latency.day > DAY_MAX)
        return;
    if (latencies->len == LATENCIES_MAX) {
        for (size_t i = 1; i < LATENCIES_MAX; i++)
            latencies->recent[i - 1] = latencies->recent[i];
        latencies->len--;
    }
    latencies->recent[latencies->len++] = latency;
}

bool latencies_drop(struct latencies *latencies, int32_t last_day)
{
    size_t kept = 0, len = latencies->len;
    for (size_t i = 0; i < len; i++)
        if (latencies->recent[i].day > last_day)
            latencies->recent[kept++] = latencies->recent[i];
    latencies->len = kept;
    return kept < len;
}

bool latencies_quartiles(const struct latencies *latencies, int32_t *fast_s, int32_t *slow_s)
{
    int32_t seconds[LATENCIES_MAX];
    size_t len = latencies->len;
    REQUIRE(len <= LATENCIES_MAX);
    if (len < LATENCIES_MIN)
        return false;
    for (size_t i = 0; i < len; i++)
        seconds[i] = latencies->recent[i].seconds;
    sort(seconds, len);
    *fast_s = seconds[(len + 3) / 4 - 1];
    *slow_s = seconds[(3 * len + 3) / 4 - 1];
    return true;
}

void latencies_pack(const struct latencies *latencies, struct buf *buf)
{
    pack_uint(buf, latencies->len);
    for (size_t i = 0; i < latencies->len; i++) {
        pack_uint(buf, (uint64_t)latencies->recent[i].day);
        pack_uint(buf, (uint64_t)latencies->recent[i].seconds);
    }
}

enum err latencies_unpack(struct str bytes, struct latencies *out)
{
    struct unpack in = unpack_from(bytes);
    struct latencies read = { .len = unpack_count(&in, LATENCIES_MAX) };
    for (size_t i = 0; !in.failed && i < read.len; i++) {
        uint64_t day = unpack_uint(&in), seconds = unpack_uint(&in);
        if (day > DAY_MAX || seconds < 1 || seconds > AT_ONCE_SECONDS_MAX)
            return ERR_SYNTAX;
        read.recent[i] = (struct latency){ (int32_t)day, (int32_t)seconds };
    }
    enum err err = unpack_finish(&in);
    if (!err)
        *out = read;
    return err;
}

static void sort(int32_t *seconds, size_t len)
{
    for (size_t i = 1; i < len; i++) {
        int32_t moved = seconds[i];
        size_t at = i;
        for (; at > 0 && seconds[at - 1] > moved; at--)
            seconds[at] = seconds[at - 1];
        seconds[at] = moved;
    }
}
