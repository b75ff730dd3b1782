/* Wilson's interval against published values and against itself, and what is never told. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "nudged/base/arena.h"
#include "nudged/base/macros.h"
#include "nudged/core/outcome.h"

/* R. G. Newcombe, Statistics in Medicine 17, 1998, table I, method 3. */
static const struct {
    int32_t right, answered;
    double low, high;
} samples[] = {
    { 81, 263, 0.2553, 0.3662 },
    { 15, 148, 0.0624, 0.1605 },
    { 0, 20, 0.0000, 0.1611 },
    { 1, 29, 0.0061, 0.1718 },
};

static void it_is_wilsons(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct interval got = outcome_interval(samples[i].right, samples[i].answered);
        assert_true(fabs(got.low - samples[i].low) < 0.00006);
        assert_true(fabs(got.high - samples[i].high) < 0.00006);
        struct interval other =
            outcome_interval(samples[i].answered - samples[i].right, samples[i].answered);
        assert_true(fabs(other.low - (1 - got.high)) < 1e-12);
    }
    struct interval none = outcome_interval(0, 0);
    assert_true(none.low == 0 && none.high == 1);
}

/* Of all samples of n the interval holds the truth about 95 times of 100: exactly, by summing. */
static void it_covers_what_it_says(void **state)
{
    (void)state;
    for (int n = 5; n <= 60; n += 5) {
        double mean = 0;
        for (int step = 1; step < 40; step++) {
            double p = step / 40.0, chance = pow(1 - p, n);
            for (int right = 0; right <= n; right++) {
                struct interval got = outcome_interval(right, n);
                mean += p >= got.low && p <= got.high ? chance / 39 : 0;
                chance *= (n - right) / (right + 1.0) * p / (1 - p);
            }
        }
        assert_true(mean > 0.935 && mean < 0.975);
    }
}

static struct str printed(struct arena *arena, struct skill_outcome outcome, bool csv)
{
    struct buf buf = buf_in(arena, 4096);
    if (csv)
        outcome_print_csv(&outcome, &buf);
    else
        outcome_print(&outcome, &buf);
    return buf_str(&buf);
}

static void a_few_people_are_not_told_of(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    struct skill_outcome few = { STR("=skill"), 7, 9, 4, 3 };
    struct skill_outcome enough = { STR("=skill"), 30, 9, 5, 4 };
    assert_true(str_equal(printed(&arena, few, false),
        STR("  after  7 days  fewer than 5 people have answered\n")));
    assert_true(str_equal(printed(&arena, few, true), STR("\"'=skill\",7,,,,,,\r\n")));
    assert_true(str_equal(printed(&arena, enough, false),
        STR("  after 30 days  ●●●●●●●●○○  80 % right, 38 to 96 % likely (4 of 5 people; 9 were "
            "asked)\n")));
    assert_true(str_equal(printed(&arena, enough, true),
        STR("\"'=skill\",30,9,5,4,0.8000,0.3755,0.9638\r\n")));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_wilsons),
        cmocka_unit_test(it_covers_what_it_says),
        cmocka_unit_test(a_few_people_are_not_told_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
