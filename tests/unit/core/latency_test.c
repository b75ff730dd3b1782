/* Seconds to answer: what counts as at once, and the quartiles of a person's own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "nudged/base/macros.h"
#include "nudged/core/latency.h"

static const struct instant noon = { 1930305600000 };

static int32_t after_ms(int64_t ms)
{
    return latency_seconds(noon, (struct instant){ noon.utc_ms + ms });
}

static void at_once_is_within_ten_minutes(void **state)
{
    (void)state;
    assert_int_equal(after_ms(0), 1);
    assert_int_equal(after_ms(999), 1);
    assert_int_equal(after_ms(9400), 9);
    assert_int_equal(after_ms(600000), AT_ONCE_SECONDS_MAX);
    assert_int_equal(after_ms(600001), 0);
    assert_int_equal(after_ms(3600000), 0);
    assert_int_equal(after_ms(-1), 0);
    assert_int_equal(latency_seconds((struct instant){ 0 }, noon), 0);
    assert_int_equal(latency_seconds((struct instant){ 0 }, (struct instant){ 5000 }), 0);
}

static struct latencies taken(const int32_t *seconds, size_t len)
{
    struct latencies all = { 0 };
    for (size_t i = 0; i < len; i++)
        latencies_add(&all, (struct latency){ 100 + (int32_t)i, seconds[i] });
    return all;
}

static void quartiles_are_of_eight_or_more(void **state)
{
    (void)state;
    static const int32_t seconds[] = { 40, 10, 30, 20, 80, 70, 60, 50, 90 };
    int32_t fast = -1, slow = -1;
    for (size_t len = 0; len < LATENCIES_MIN; len++) {
        struct latencies few = taken(seconds, len);
        assert_false(latencies_quartiles(&few, &fast, &slow));
        assert_true(fast == -1 && slow == -1);
    }
    struct latencies eight = taken(seconds, 8), nine = taken(seconds, 9);
    assert_true(latencies_quartiles(&eight, &fast, &slow));
    assert_true(fast == 20 && slow == 60);
    assert_true(latencies_quartiles(&nine, &fast, &slow));
    assert_true(fast == 30 && slow == 70);
}

/* Against a plain count: a quarter or more at or below, a quarter or less below; likewise above. */
static void quartiles_cut_a_quarter_off(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 300; round++) {
        struct latencies all = { 0 };
        size_t below = 0, at_most = 0, above = 0, at_least = 0;
        int32_t fast = 0, slow = 0;
        size_t len = LATENCIES_MIN + (size_t)round % (LATENCIES_MAX - LATENCIES_MIN + 1);
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1664525u + 1013904223u;
            latencies_add(&all, (struct latency){ 1, 1 + (int32_t)(seed >> 8) % 60 });
        }
        assert_int_equal(all.len, len);
        assert_true(latencies_quartiles(&all, &fast, &slow));
        for (size_t i = 0; i < len; i++) {
            below += all.recent[i].seconds < fast;
            at_most += all.recent[i].seconds <= fast;
            above += all.recent[i].seconds > slow;
            at_least += all.recent[i].seconds >= slow;
        }
        assert_true(4 * below <= len && 4 * at_most >= len);
        assert_true(4 * above <= len && 4 * at_least >= len);
        assert_true(fast <= slow);
    }
}

static void the_oldest_makes_room_and_goes_first(void **state)
{
    (void)state;
    struct latencies all = { 0 };
    for (int32_t day = 1; day <= LATENCIES_MAX + 7; day++)
        latencies_add(&all, (struct latency){ day, day });
    assert_int_equal(all.len, LATENCIES_MAX);
    assert_int_equal(all.recent[0].day, 8);
    assert_int_equal(all.recent[LATENCIES_MAX - 1].day, LATENCIES_MAX + 7);
    latencies_add(&all, (struct latency){ 99, 0 });
    latencies_add(&all, (struct latency){ 99, AT_ONCE_SECONDS_MAX + 1 });
    latencies_add(&all, (struct latency){ -1, 5 });
    assert_int_equal(all.recent[LATENCIES_MAX - 1].day, LATENCIES_MAX + 7);
    assert_false(latencies_drop(&all, 7));
    assert_true(latencies_drop(&all, 17));
    assert_int_equal(all.len, LATENCIES_MAX - 10);
    assert_int_equal(all.recent[0].day, 18);
    assert_true(latencies_drop(&all, 1000));
    assert_int_equal(all.len, 0);
}

static struct str packed(const struct latencies *all, struct arena *arena)
{
    struct buf buf = buf_in(arena, 4096);
    struct str bytes = STR_EMPTY;
    latencies_pack(all, &buf);
    assert_int_equal(buf_finish(&buf, &bytes), OK);
    return bytes;
}

static void they_come_back_as_they_were(void **state)
{
    (void)state;
    struct arena arena;
    struct latencies all = { 0 }, back = { .len = 3 };
    arena_init(&arena, 1 << 20);
    for (int32_t day = 0; day < 60; day++) {
        assert_int_equal(latencies_unpack(packed(&all, &arena), &back), OK);
        assert_int_equal(back.len, all.len);
        assert_memory_equal(back.recent, all.recent, all.len * sizeof(*all.recent));
        latencies_add(&all, (struct latency){ 22000 + day, 1 + day * 10 });
    }
    arena_finish(&arena);
}

static void damaged_bytes_are_refused(void **state)
{
    (void)state;
    struct arena arena;
    struct latencies all = { 0 };
    arena_init(&arena, 1 << 20);
    for (int32_t day = 0; day < 9; day++)
        latencies_add(&all, (struct latency){ 22000 + day, 300 });
    struct str bytes = packed(&all, &arena);
    assert_true(bytes.len < 64); /* some 5 bytes each */
    for (size_t len = 0; len < bytes.len; len++) {
        struct latencies out = { .len = 77 };
        assert_int_equal(latencies_unpack((struct str){ bytes.ptr, len }, &out), ERR_SYNTAX);
        assert_int_equal(out.len, 77);
    }
    char *copy = malloc(bytes.len);
    assert_non_null(copy);
    for (size_t at = 0; at < bytes.len; at++)
        for (int value = 0; value < 256; value++) {
            struct latencies out = { 0 };
            for (size_t i = 0; i < bytes.len; i++)
                copy[i] = i == at ? (char)value : bytes.ptr[i];
            if (latencies_unpack((struct str){ copy, bytes.len }, &out))
                continue;
            for (size_t i = 0; i < out.len; i++)
                assert_in_range(out.recent[i].seconds, 1, AT_ONCE_SECONDS_MAX);
        }
    free(copy);
    arena_finish(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_once_is_within_ten_minutes),
        cmocka_unit_test(quartiles_are_of_eight_or_more),
        cmocka_unit_test(quartiles_cut_a_quarter_off),
        cmocka_unit_test(the_oldest_makes_room_and_goes_first),
        cmocka_unit_test(they_come_back_as_they_were),
        cmocka_unit_test(damaged_bytes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
