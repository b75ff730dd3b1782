/* The worlds to try schedules in: what they promise about one study, and that luck is the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "nudged/base/macros.h"
#include "nudged/core/forgetting.h"

static void assert_between(double value, double low, double high)
{
    if (!(value >= low && value <= high))
        fail_msg("%g is not within %g and %g", value, low, high);
}

static void after_one_study_the_curves_are_as_written(void **state)
{
    (void)state;
    for (int w = 0; w < FORGETTING_COUNT; w++) {
        enum forgetting world = (enum forgetting)w;
        struct trace trace = { 0 };
        assert_true(trace_recall(world, &trace, 5) == 0);
        trace_meet(world, &trace, 10, MEETING_STUDIED);
        assert_between(trace_recall(world, &trace, 11), 0.64, 0.66);
        assert_between(trace_recall(world, &trace, 17), 0.42, 0.51);
        assert_between(trace_recall(world, &trace, 40), 0.23, 0.36);
        assert_between(trace_recall(world, &trace, 100), 0.11, 0.24);
    }
}

/* By hand: ACT-R with one trace is logistic((0.25 + o - 0.19 ln t) / 0.40), DSR has its formula. */
static void the_formulas_are_the_ones_written(void **state)
{
    (void)state;
    struct trace trace = { .offset = 0.3 };
    trace_meet(FORGETTING_ACT_R, &trace, 0, MEETING_STUDIED);
    double m = 0.25 + 0.3 - 0.19 * log(9);
    assert_between(trace_recall(FORGETTING_ACT_R, &trace, 9) - 1 / (1 + exp(-m / 0.4)), -1e-12,
        1e-12);
    trace_meet(FORGETTING_ACT_R, &trace, 9, MEETING_RIGHT);
    double both = log(pow(12, -0.19) + 1.25 * pow(3, -(0.19 + 0.217 * exp(m))));
    assert_between(trace_recall(FORGETTING_ACT_R, &trace, 12) -
        1 / (1 + exp(-(0.55 + both) / 0.4)), -1e-12, 1e-12);
    trace = (struct trace){ 0 };
    trace_meet(FORGETTING_DSR, &trace, 0, MEETING_STUDIED);
    trace_meet(FORGETTING_DSR, &trace, 4, MEETING_RIGHT);
    double p = exp(-pow(4 / 11.0, 0.35)), days = 11 * (1 + 4 * pow(1 - p, 0.7));
    assert_between(trace.time_days - days, -1e-9, 1e-9);
    trace_meet(FORGETTING_DSR, &trace, 9, MEETING_MISSED);
    assert_between(trace.time_days - 11 * sqrt(days / 11), -1e-9, 1e-9);
}

static void practice_helps_and_being_right_helps_most(void **state)
{
    (void)state;
    for (int w = 0; w < FORGETTING_COUNT; w++) {
        enum forgetting world = (enum forgetting)w;
        struct trace never = { 0 }, missed, right;
        trace_meet(world, &never, 0, MEETING_STUDIED);
        missed = right = never;
        trace_meet(world, &missed, 7, MEETING_MISSED);
        trace_meet(world, &right, 7, MEETING_RIGHT);
        double without = trace_recall(world, &never, 37);
        assert_true(trace_recall(world, &missed, 37) > without);
        assert_true(trace_recall(world, &right, 37) > trace_recall(world, &missed, 37));
        for (int i = 0; i < 500; i++) /* more than it keeps traces of */
            trace_meet(world, &right, 40 + i, MEETING_RIGHT);
        assert_between(trace_recall(world, &right, 545), 0.8, 1);
    }
}

static void luck_depends_on_each_number_alone(void **state)
{
    (void)state;
    struct luck luck = { 1, 2, 3, 4, 5 };
    double once = luck_even(luck), sum = 0, squares = 0;
    enum { DRAWS = 20000 };
    assert_true(luck_even(luck) == once);
    for (int i = 0; i < 5; i++) {
        struct luck other = luck;
        uint64_t *numbers[] = { &other.seed, &other.person, &other.item, &other.day, &other.what };
        (*numbers[i])++;
        assert_true(luck_even(other) != once);
    }
    for (luck.day = 0; luck.day < DRAWS; luck.day++) {
        double drawn = luck_normal(luck);
        sum += drawn;
        squares += drawn * drawn;
    }
    assert_between(sum / DRAWS, -0.03, 0.03);
    assert_between(squares / DRAWS, 0.96, 1.04);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_one_study_the_curves_are_as_written),
        cmocka_unit_test(the_formulas_are_the_ones_written),
        cmocka_unit_test(practice_helps_and_being_right_helps_most),
        cmocka_unit_test(luck_depends_on_each_number_alone),
    };
    return cmocka_run_group_tests_name("forgetting", tests, NULL, NULL);
}
