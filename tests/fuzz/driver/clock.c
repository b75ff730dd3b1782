#include "clock.h"

#include <time.h>

#include "fuzz/fuzz.h"

static int64_t slowest_us;

static int64_t spent_us(void)
{
    struct timespec spent;
    REQUIRE(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent) == 0);
    return (int64_t)spent.tv_sec * 1000000 + spent.tv_nsec / 1000;
}

static void say_slowest(void)
{
    fprintf(stderr, "slowest input: %lld ms\n", (long long)((slowest_us + 999) / 1000));
}

void timed_one(const uint8_t *data, size_t size)
{
    static bool begun;
    if (!begun) { /* what a target sets up once is no input's time */
        REQUIRE(atexit(say_slowest) == 0);
        begun = true;
        (void)fuzz_one((const uint8_t *)"", 0);
    }
    int64_t before_us = spent_us();
    (void)fuzz_one(data, size);
    int64_t took_us = spent_us() - before_us;
    if (took_us > slowest_us)
        slowest_us = took_us;
    if (took_us > INPUT_MS_MAX * 1000) {
        fprintf(stderr, "this input took %lld ms\n", (long long)took_us / 1000);
        abort();
    }
}
