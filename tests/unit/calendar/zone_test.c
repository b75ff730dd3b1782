/* Zones against the C library, for every zone of the system's own table from 1970 to 2096:
 * around each change to the second, at samples between, and back from local time. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nudged/calendar/zone.h"

#define FOLDER STR("/usr/share/zoneinfo")
enum { STEP_S = 61 * 3600, NAMES_MAX = 600 };
#define FIRST_S INT64_C(0)
#define LAST_S INT64_C(4007836800)      /* 2097-01-01 */

static char names[NAMES_MAX][ZONE_NAME_BYTES_MAX];
static size_t names_len;
static unsigned changes_seen, gaps_seen, overlaps_seen;
static unsigned long compared;

static void add_names(const char *table)
{
    char line[512], name[ZONE_NAME_BYTES_MAX];
    FILE *file = fopen(table, "r");
    if (!file)
        fail_msg("%s is missing: install tzdata", table);
    while (fgets(line, sizeof line, file)) {
        if (line[0] == '#' || sscanf(line, "%*s %*s %63s", name) != 1)
            continue;
        size_t i = 0;
        while (i < names_len && strcmp(names[i], name) != 0)
            i++;
        if (i == names_len && names_len < NAMES_MAX)
            strcpy(names[names_len++], name);
    }
    (void)fclose(file);
}

static void use_zone(const char *name)
{
    assert_int_equal(setenv("TZ", name, 1), 0);
    tzset();
}

static struct zone *load(const char *name)
{
    struct zone *zone = NULL;
    enum err err = zone_load(FOLDER, str_from_z(name), &zone);
    if (err)
        fail_msg("%s: %s", name, err_text(err));
    return zone;
}

static long glibc_offset(int64_t t)
{
    time_t at = (time_t)t;
    struct tm tm;
    assert_non_null(localtime_r(&at, &tm));
    return tm.tm_gmtoff;
}

static void compare_at(const struct zone *zone, const char *name, int64_t t)
{
    time_t at = (time_t)t;
    struct tm tm;
    assert_non_null(localtime_r(&at, &tm));
    struct instant instant = { t * 1000 + (t % 2 ? 999 : 0) };
    struct local local = zone_local(zone, instant);
    struct date date = date_from_day(local.day);
    compared++;
    if (zone_offset_s(zone, instant) != tm.tm_gmtoff || date.year != tm.tm_year + 1900
        || date.month != tm.tm_mon + 1 || date.day != tm.tm_mday
        || local.minute != tm.tm_hour * 60 + tm.tm_min)
        fail_msg("%s at %lld: offset %d, not %ld", name, (long long)t,
                 (int)zone_offset_s(zone, instant), tm.tm_gmtoff);
}

static void compare_back(const struct zone *zone, const char *name, int64_t wall, int64_t expected)
{
    int64_t day = wall / 86400 - (wall % 86400 < 0);
    struct local local = { (int32_t)day, (int16_t)((wall - day * 86400) / 60) };
    int64_t got = zone_instant(zone, local).utc_ms;
    compared++;
    if (got != expected * 1000)
        fail_msg("%s: local %lld gave %lld, not %lld", name, (long long)wall, (long long)got / 1000,
                 (long long)expected);
}

static int64_t up_to_minute(int64_t wall)
{
    return (wall + 59) / 60 * 60;
}

/* `at` is the first second of the new offset. */
static void check_change(const struct zone *zone, const char *name, int64_t at)
{
    long before = glibc_offset(at - 1), after = glibc_offset(at);
    changes_seen++;
    for (int64_t t = at - 2; t <= at + 2; t++)
        compare_at(zone, name, t);
    int64_t low = at + (before < after ? before : after);
    int64_t high = at + (before < after ? after : before);
    low = up_to_minute(low);
    int64_t last = up_to_minute(high) - 60;
    /* in a gap and in an overlap alike the offset before the change counts */
    compare_back(zone, name, low, low - before);
    compare_back(zone, name, last, last - before);
    compare_back(zone, name, (low + last) / 120 * 60, (low + last) / 120 * 60 - before);
    compare_back(zone, name, low - 60, low - 60 - before);
    compare_back(zone, name, last + 60, last + 60 - after);
    if (after > before) {
        gaps_seen++;
    } else {
        overlaps_seen++;
    }
}

static void check_zone(const char *name)
{
    struct zone *zone = load(name);
    use_zone(name);
    assert_true(str_equal(zone_name(zone), str_from_z(name)));
    long before = glibc_offset(FIRST_S);
    unsigned samples = 0;
    for (int64_t t = FIRST_S; t < LAST_S; t += STEP_S, samples++) {
        compare_at(zone, name, t);
        long offset = glibc_offset(t);
        if (offset != before) {
            int64_t low = t - STEP_S, high = t;     /* low is before the change, high is not */
            while (high - low > 1) {
                int64_t middle = low + (high - low) / 2;
                if (glibc_offset(middle) == before) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            check_change(zone, name, high);
            before = offset;
        } else if (samples % 16 == 0) {
            time_t at = (time_t)t;
            struct tm tm;
            assert_non_null(localtime_r(&at, &tm));
            tm.tm_sec = 0;
            tm.tm_isdst = -1;
            time_t back = mktime(&tm);
            if (glibc_offset(back - 93600) == offset && glibc_offset(back + 93600) == offset)
                compare_back(zone, name, back + offset, back);
        }
    }
    (void)zone_free(zone);
}

static void every_zone_agrees_with_the_c_library(void **state)
{
    (void)state;
    add_names("/usr/share/zoneinfo/zone.tab");
    add_names("/usr/share/zoneinfo/zone1970.tab");
    assert_true(names_len >= 400);
    for (size_t i = 0; i < names_len; i++)
        check_zone(names[i]);
    print_message("%zu zones, %u changes (%u gaps, %u overlaps), %lu comparisons\n", names_len,
                  changes_seen, gaps_seen, overlaps_seen, compared);
    assert_true(gaps_seen > 10000 && overlaps_seen > 10000);
}

static void zones_outside_the_table_work_too(void **state)
{
    (void)state;
    static const char *const others[] = { "UTC", "Etc/GMT+12", "Etc/GMT-14",
                                          "Asia/Kolkata", "Etc/UTC" };
    for (size_t i = 0; i < COUNT(others); i++)
        check_zone(others[i]);
}

static struct instant at(const char *text)
{
    struct instant instant;
    assert_true(instant_parse(str_from_z(text), &instant));
    return instant;
}

static struct local local_of(int year, int month, int day, int hour, int minute)
{
    int32_t days = date_to_day((struct date){ year, (int8_t)month, (int8_t)day });
    return (struct local){ days, (int16_t)(hour * 60 + minute) };
}

static void gaps_overlaps_and_a_lost_day(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        int year, month, day, hour, minute;
        const char *utc;
    } rows[] = {
        { "Europe/Berlin", 2026, 3, 29, 1, 59, "2026-03-29T00:59:00Z" },
        { "Europe/Berlin", 2026, 3, 29, 2, 0, "2026-03-29T01:00:00Z" },         /* is 03:00 */
        { "Europe/Berlin", 2026, 3, 29, 2, 30, "2026-03-29T01:30:00Z" },        /* is 03:30 */
        { "Europe/Berlin", 2026, 3, 29, 3, 0, "2026-03-29T01:00:00Z" },
        { "Europe/Berlin", 2026, 10, 25, 2, 30, "2026-10-25T00:30:00Z" },       /* the first pass */
        { "Europe/Berlin", 2026, 10, 25, 3, 0, "2026-10-25T02:00:00Z" },
        { "Europe/Berlin", 2080, 3, 31, 2, 30, "2080-03-31T01:30:00Z" },        /* by the footer */
        { "America/New_York", 2031, 3, 9, 2, 30, "2031-03-09T07:30:00Z" },
        { "America/New_York", 2031, 11, 2, 1, 30, "2031-11-02T05:30:00Z" },
        { "Australia/Lord_Howe", 2031, 4, 6, 1, 45, "2031-04-05T14:45:00Z" },   /* half an hour */
        { "Asia/Kathmandu", 2031, 6, 1, 9, 30, "2031-06-01T03:45:00Z" },
        { "Pacific/Apia", 2011, 12, 29, 12, 0, "2011-12-29T22:00:00Z" },
        { "Pacific/Apia", 2011, 12, 30, 12, 0, "2011-12-30T22:00:00Z" },        /* is the 31st */
        { "Pacific/Apia", 2011, 12, 31, 12, 0, "2011-12-30T22:00:00Z" },
        { "Pacific/Kiritimati", 2031, 1, 1, 0, 0, "2030-12-31T10:00:00Z" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct zone *zone = load(rows[i].zone);
        struct local local = local_of(rows[i].year, rows[i].month, rows[i].day, rows[i].hour,
                                      rows[i].minute);
        struct instant got = zone_instant(zone, local);
        if (got.utc_ms != at(rows[i].utc).utc_ms)
            fail_msg("row %zu gave %lld", i, (long long)got.utc_ms);
        (void)zone_free(zone);
    }
}

static void the_ends_of_time_do_not_overflow(void **state)
{
    (void)state;
    struct zone *zone = load("America/New_York");
    struct date date = date_from_day(zone_local(zone, INSTANT_NEVER).day);
    assert_int_equal(date.year, 9999);
    date = date_from_day(zone_local(zone, (struct instant){ INT64_MIN }).day);
    assert_in_range(date.year, 0, 1);
    struct instant late = zone_instant(zone, (struct local){ INT32_MAX, 1439 });
    assert_true(instant_before(at("2199-01-01T00:00:00Z"), late));
    assert_true(zone_instant(zone, (struct local){ INT32_MIN, 0 }).utc_ms < 0);
    (void)zone_free(zone);
}

static void bad_names_are_not_found(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "/etc/passwd", "../zoneinfo/UTC", "Europe/../UTC", "Europe/", "Europe", "Nowhere/City",
        ".",
        "UTC\n", "UT C", "Europe/Berlin/x", "zone.tab", "Europe\\Berlin", "\xc3\xa9",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    struct zone *zone = NULL;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(zone_load(FOLDER, str_from_z(bad[i]), &zone), ERR_NOT_FOUND);
    assert_int_equal(zone_load(FOLDER, STR("UTC\0x"), &zone), ERR_NOT_FOUND);
    assert_int_equal(zone_load(STR("/nowhere"), STR("UTC"), &zone), ERR_NOT_FOUND);
    assert_int_equal(zone_load(FOLDER, STR("leapseconds"), &zone), ERR_SYNTAX);
    assert_null(zone);
}

static void the_cache_loads_each_zone_once(void **state)
{
    (void)state;
    struct zones *zones = zones_new(FOLDER);
    assert_non_null(zones);
    const struct zone *berlin = zones_get(zones, STR("Europe/Berlin"));
    assert_non_null(berlin);
    for (size_t i = 0; i < names_len; i++) {
        const struct zone *zone = zones_get(zones, str_from_z(names[i]));
        assert_non_null(zone);
        assert_true(str_equal(zone_name(zone), str_from_z(names[i])));
    }
    for (size_t i = 0; i < names_len; i++)
        assert_true(str_equal(zone_name(zones_get(zones, str_from_z(names[i]))),
                              str_from_z(names[i])));
    assert_ptr_equal(zones_get(zones, STR("Europe/Berlin")), berlin);
    assert_null(zones_get(zones, STR("Nowhere/City")));
    assert_null(zones_get(zones, STR("../UTC")));
    assert_null(zones_free(zones));
    assert_null(zones_free(NULL));
    assert_null(zone_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_zone_agrees_with_the_c_library),
        cmocka_unit_test(zones_outside_the_table_work_too),
        cmocka_unit_test(gaps_overlaps_and_a_lost_day),
        cmocka_unit_test(the_ends_of_time_do_not_overflow),
        cmocka_unit_test(bad_names_are_not_found),
        cmocka_unit_test(the_cache_loads_each_zone_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
