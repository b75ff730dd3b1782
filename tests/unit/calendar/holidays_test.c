/* The set of holidays: regions, order, limits. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "nudged/calendar/holidays.h"

static void regions_see_their_own_and_everyones(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct holidays holidays = holidays_in(&arena);
    assert_false(holidays_has(&holidays, 5, STR_EMPTY));
    assert_int_equal(holidays_add(&holidays, 5, STR_EMPTY, STR("for all")), OK);
    assert_int_equal(holidays_add(&holidays, 7, STR("DE-BY"), STR("Bavaria")), OK);
    assert_int_equal(holidays_add(&holidays, 7, STR("AT"), STR("Austria")), OK);
    assert_int_equal(holidays_add(&holidays, -3, STR("AT"), STR("long ago")), OK);
    assert_true(holidays_has(&holidays, 5, STR_EMPTY));
    assert_true(holidays_has(&holidays, 5, STR("AT")));
    assert_true(holidays_has(&holidays, 7, STR("AT")));
    assert_true(holidays_has(&holidays, 7, STR("DE-BY")));
    assert_false(holidays_has(&holidays, 7, STR("DE")));
    assert_false(holidays_has(&holidays, 7, STR("at")));
    assert_false(holidays_has(&holidays, 7, STR_EMPTY));
    assert_false(holidays_has(&holidays, 6, STR("AT")));
    assert_true(holidays_has(&holidays, -3, STR("AT")));
    assert_true(str_equal(holidays_name(&holidays, 7, STR("AT")), STR("Austria")));
    assert_true(str_equal(holidays_name(&holidays, 5, STR("AT")), STR("for all")));
    assert_true(str_is_empty(holidays_name(&holidays, 6, STR("AT"))));
    assert_int_equal(holidays_add(&holidays, 7, STR("AT"), STR("again")), OK);
    assert_true(str_equal(holidays_name(&holidays, 7, STR("AT")), STR("Austria")));
    assert_int_equal(holidays.len, 4);
    arena_finish(&arena);
}

static void any_order_ends_sorted(void **state)
{
    (void)state;
    static const char *const regions[] = { "", "A", "AB", "B" };
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct holidays holidays = holidays_in(&arena);
    static bool added[200][4];
    uint32_t seed = 1;
    size_t expected = 0;
    for (int i = 0; i < 1000; i++) {
        seed = seed * 1664525 + 1013904223;
        uint32_t day = (seed >> 8) % 200, region = (seed >> 20) % 4;
        expected += !added[day][region];
        added[day][region] = true;
        assert_int_equal(holidays_add(&holidays, (int32_t)day, str_from_z(regions[region]),
                                      STR_EMPTY), OK);
    }
    assert_int_equal(holidays.len, expected);
    for (size_t i = 1; i < holidays.len; i++) {
        const struct holiday *a = &holidays.items[i - 1], *b = &holidays.items[i];
        assert_true(a->day < b->day || (a->day == b->day && str_compare(a->region, b->region) < 0));
    }
    for (int32_t day = 0; day < 200; day++)
        for (size_t region = 0; region < 4; region++)
            assert_int_equal(holidays_has(&holidays, day, str_from_z(regions[region])),
                             added[day][region] || added[day][0]);
    arena_finish(&arena);
}

static void the_set_is_bounded(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 16 << 20);
    struct holidays holidays = holidays_in(&arena);
    for (int32_t day = 0; day < HOLIDAYS_MAX; day++)
        assert_int_equal(holidays_add(&holidays, day, STR_EMPTY, STR("x")), OK);
    assert_int_equal(holidays_add(&holidays, HOLIDAYS_MAX, STR_EMPTY, STR("x")), ERR_TOO_BIG);
    assert_int_equal(holidays_add(&holidays, 5, STR_EMPTY, STR("x")), OK);
    assert_int_equal(holidays.len, HOLIDAYS_MAX);
    arena_finish(&arena);
    arena_init(&arena, 1000);
    holidays = holidays_in(&arena);
    assert_int_equal(holidays_add(&holidays, 5, STR_EMPTY, STR("x")), ERR_NO_MEMORY);
    assert_int_equal(holidays.len, 0);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regions_see_their_own_and_everyones),
        cmocka_unit_test(any_order_ends_sorted),
        cmocka_unit_test(the_set_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
