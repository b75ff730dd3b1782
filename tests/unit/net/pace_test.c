#include "net_test.h"

#include "nudged/net/pace.h"

static struct mono at(int64_t ms)
{
    return (struct mono){ ms };
}

static void a_burst_leaves_at_once_then_one_by_one(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 60, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pace_ready_at(&pace, at(1000)).ms, 1000);
        pace_take(&pace, at(1000));
    }
    assert_int_equal(pace_ready_at(&pace, at(1000)).ms, 2000);
    assert_int_equal(pace_ready_at(&pace, at(1400)).ms, 2000);
    pace_take(&pace, at(2000));
    assert_int_equal(pace_ready_at(&pace, at(2000)).ms, 3000);
}

static void taking_early_delays_the_next(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 60, 1);
    pace_take(&pace, at(0));
    pace_take(&pace, at(0));
    assert_int_equal(pace_ready_at(&pace, at(0)).ms, 2000);
}

static void a_rate_that_does_not_divide_never_drifts(void **state)
{
    struct pace pace;
    int sent = 0;
    (void)state;
    pace_init(&pace, 7, 1);
    for (int64_t now_ms = 0; now_ms < 60 * 60000; now_ms = pace_ready_at(&pace, at(now_ms)).ms)
        if (pace_ready_at(&pace, at(now_ms)).ms == now_ms) {
            pace_take(&pace, at(now_ms));
            sent++;
        }
    assert_in_range(sent, 7 * 60, 7 * 60 + 1);
}

static void the_bucket_does_not_fill_above_its_burst(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 60, 2);
    pace_take(&pace, at(0));
    pace_take(&pace, at(INT64_C(4000000000000)));
    pace_take(&pace, at(INT64_C(4000000000000)));
    assert_int_equal(pace_ready_at(&pace, at(INT64_C(4000000000000))).ms, INT64_C(4000000001000));
}

static void zero_is_unlimited_but_can_freeze(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 0, 0);
    for (int i = 0; i < 1000; i++)
        pace_take(&pace, at(5));
    assert_int_equal(pace_ready_at(&pace, at(5)).ms, 5);
    pace_freeze(&pace, at(900));
    pace_freeze(&pace, at(300));
    assert_int_equal(pace_ready_at(&pace, at(5)).ms, 900);
    assert_int_equal(pace_ready_at(&pace, at(901)).ms, 901);
}

static void a_clock_that_stands_gives_nothing(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 60, 1);
    pace_take(&pace, at(10000));
    assert_int_equal(pace_ready_at(&pace, at(10000)).ms, 11000);
    assert_int_equal(pace_ready_at(&pace, at(9000)).ms, 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_leaves_at_once_then_one_by_one),
        cmocka_unit_test(taking_early_delays_the_next),
        cmocka_unit_test(a_rate_that_does_not_divide_never_drifts),
        cmocka_unit_test(the_bucket_does_not_fill_above_its_burst),
        cmocka_unit_test(zero_is_unlimited_but_can_freeze),
        cmocka_unit_test(a_clock_that_stands_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
