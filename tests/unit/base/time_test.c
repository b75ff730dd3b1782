/* The calendar against the C library for every day of three centuries, and the written form
 * of instants. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nudged/base/time.h"

#define assert_str(s, literal) assert_true(str_equal((s), STR(literal)))

static void every_day_agrees_with_the_c_library(void **state)
{
    (void)state;
    int32_t first = date_to_day((struct date){ 1900, 1, 1 });
    int32_t last = date_to_day((struct date){ 2199, 12, 31 });
    assert_int_equal(last - first, 109572);
    for (int32_t day = first; day <= last; day++) {
        time_t at = (time_t)day * 86400;
        struct tm tm;
        assert_non_null(gmtime_r(&at, &tm));
        struct date date = date_from_day(day);
        assert_int_equal(date.year, tm.tm_year + 1900);
        assert_int_equal(date.month, tm.tm_mon + 1);
        assert_int_equal(date.day, tm.tm_mday);
        assert_true(date_is_valid(date));
        assert_int_equal(date_to_day(date), day);
        assert_int_equal(weekday_of(day), (tm.tm_wday + 6) % 7);
        char week[16];
        assert_true(strftime(week, sizeof week, "%G-%V", &tm) > 0);
        struct iso_week iso = iso_week_of(day);
        char got[32];
        (void)snprintf(got, sizeof got, "%04d-%02d", iso.year, iso.week);
        assert_string_equal(got, week);
        assert_int_equal(iso_week_monday(iso), day - weekday_of(day));
    }
}

static void far_days_round_trip(void **state)
{
    (void)state;
    for (int32_t day = INT32_MIN / 2; day < INT32_MAX / 2; day += 999983)
        assert_int_equal(date_to_day(date_from_day(day)), day);
    assert_int_equal(weekday_of(INT32_MIN) , ((INT32_MIN % 7) + 3 + 14) % 7);
    assert_int_equal(date_to_day((struct date){ INT32_MAX, 1, 1 }), INT32_MAX);
    assert_int_equal(date_to_day((struct date){ INT32_MIN, 1, 1 }), INT32_MIN);
    assert_int_equal(date_to_day((struct date){ 1970, 1, 1 }), 0);
    assert_int_equal(date_to_day((struct date){ 0, 3, 1 }), -719468);
}

static void dates_that_are_none(void **state)
{
    (void)state;
    static const struct { struct date date; bool good; } rows[] = {
        { { 2031, 1, 31 }, true }, { { 2031, 1, 32 }, false }, { { 2031, 4, 31 }, false },
        { { 2031, 2, 29 }, false }, { { 2032, 2, 29 }, true }, { { 2100, 2, 29 }, false },
        { { 2000, 2, 29 }, true }, { { 2031, 0, 1 }, false }, { { 2031, 13, 1 }, false },
        { { 2031, 1, 0 }, false }, { { 2031, -1, -1 }, false }, { { 1899, 12, 31 }, false },
        { { 1900, 1, 1 }, true }, { { 2199, 12, 31 }, true }, { { 2200, 1, 1 }, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(date_is_valid(rows[i].date), rows[i].good);
}

static void adding_saturates(void **state)
{
    (void)state;
    struct instant at = { 1000 };
    assert_int_equal(instant_add(at, MINUTES(1)).utc_ms, 61000);
    assert_int_equal(instant_add(at, (struct duration){ -2000 }).utc_ms, -1000);
    assert_true(instant_is_never(instant_add(INSTANT_NEVER, HOURS(-1))));
    assert_true(instant_is_never(instant_add((struct instant){ INT64_MAX - 5 }, SECONDS(1))));
    assert_true(instant_add((struct instant){ INT64_MIN + 5 }, SECONDS(-1)).utc_ms == INT64_MIN);
    assert_int_equal(instant_since((struct instant){ 5 }, (struct instant){ 7 }).ms, -2);
    assert_true(instant_since(INSTANT_NEVER, (struct instant){ -5 }).ms == INT64_MAX);
    assert_true(instant_since((struct instant){ -5 }, INSTANT_NEVER).ms < -INT64_MAX + 10);
    assert_true(instant_before(at, INSTANT_NEVER));
    assert_false(instant_before(at, at));
}

static void instants_are_written_and_read(void **state)
{
    (void)state;
    static const struct { int64_t utc_ms; const char *text; } rows[] = {
        { 0, "1970-01-01T00:00:00Z" },
        { 1, "1970-01-01T00:00:00.001Z" },
        { -1, "1969-12-31T23:59:59.999Z" },
        { 1930296600000, "2031-03-03T09:30:00Z" },
        { 1930296600120, "2031-03-03T09:30:00.120Z" },
        { 951782400000, "2000-02-29T00:00:00Z" },
    };
    struct buf buf = buf_heap(100);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct instant back = { 4711 };
        buf_reset(&buf);
        buf_add_instant(&buf, (struct instant){ rows[i].utc_ms });
        assert_true(str_equal(buf_str(&buf), str_from_z(rows[i].text)));
        assert_true(instant_parse(buf_str(&buf), &back));
        assert_true(back.utc_ms == rows[i].utc_ms);
    }
    buf_reset(&buf);
    buf_add_instant(&buf, INSTANT_NEVER);
    assert_str(buf_str(&buf), "never");
    buf_reset(&buf);
    buf_add_instant(&buf, (struct instant){ INT64_MIN });      /* ugly, but no crash */
    assert_true(buf_str(&buf).len > 10);
    buf_reset(&buf);
    buf_add_date(&buf, date_to_day((struct date){ 2031, 3, 4 }));
    assert_str(buf_str(&buf), "2031-03-04");
    buf_free(&buf);
}

static void other_ways_to_write_an_instant(void **state)
{
    (void)state;
    static const struct { const char *text; bool good; int64_t utc_ms; } rows[] = {
        { "2031-03-03T10:30:00+01:00", true, 1930296600000 },
        { "2031-03-02T23:30:00-10:00", true, 1930296600000 },
        { "2031-03-03T09:30:00.12Z", true, 1930296600120 },
        { "2031-03-03T09:30:00.123456789Z", true, 1930296600123 },
        { "2031-03-03T09:30:00.Z", false, 0 },
        { "2031-03-03T09:30:00.1234567890Z", false, 0 },
        { "2031-03-03T09:30:00", false, 0 },
        { "2031-03-03T09:30Z", false, 0 },
        { "2031-03-03 09:30:00Z", false, 0 },
        { "2031-03-03T24:00:00Z", false, 0 },
        { "2031-03-03T09:60:00Z", false, 0 },
        { "2031-03-03T09:30:60Z", false, 0 },
        { "2031-02-29T09:30:00Z", false, 0 },
        { "2031-03-03T09:30:00Zx", false, 0 },
        { "2031-03-03T09:30:00+24:00", false, 0 },
        { "2031-03-03T09:30:00+0100", false, 0 },
        { "+031-03-03T09:30:00Z", false, 0 },
        { "never", false, 0 },
        { "", false, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct instant at = { 4711 };
        assert_int_equal(instant_parse(str_from_z(rows[i].text), &at), rows[i].good);
        assert_true(at.utc_ms == (rows[i].good ? rows[i].utc_ms : 4711));
    }
    struct date date = { 1, 2, 3 };
    assert_true(date_parse(STR("2031-03-04"), &date));
    assert_int_equal(date.year, 2031);
    assert_int_equal(date.month, 3);
    assert_int_equal(date.day, 4);
    assert_false(date_parse(STR("2031-3-4"), &date));
    assert_false(date_parse(STR("2031-03-04 "), &date));
    assert_false(date_parse(STR("2031-13-04"), &date));
    assert_int_equal(date.month, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_agrees_with_the_c_library),
        cmocka_unit_test(far_days_round_trip),
        cmocka_unit_test(dates_that_are_none),
        cmocka_unit_test(adding_saturates),
        cmocka_unit_test(instants_are_written_and_read),
        cmocka_unit_test(other_ways_to_write_an_instant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
