/* Working time: workdays and holidays by table, and for every zone, on the days around every
 * change of its clock, exactly one slot inside the window. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "nudged/calendar/hours.h"

static const struct hours office = { HOURS_DEFAULT_FROM_MINUTE, HOURS_DEFAULT_TO_MINUTE,
                                     HOURS_DEFAULT_WORKDAYS };

static struct zones *zones;

static int open_zones(void **state)
{
    (void)state;
    zones = zones_new(STR("/usr/share/zoneinfo"));
    return zones ? 0 : -1;
}

static int close_zones(void **state)
{
    (void)state;
    zones = zones_free(zones);
    return 0;
}

static const struct zone *zone_called(const char *name)
{
    const struct zone *zone = zones_get(zones, str_from_z(name));
    assert_non_null(zone);
    return zone;
}

static int32_t day_of(const char *text)
{
    struct date date;
    assert_true(date_parse(str_from_z(text), &date));
    return date_to_day(date);
}

static int64_t ms_of(const char *text)
{
    struct instant at;
    assert_true(instant_parse(str_from_z(text), &at));
    return at.utc_ms;
}

static void hours_have_limits(void **state)
{
    (void)state;
    static const struct { struct hours hours; bool good; } rows[] = {
        { { 570, 990, 0x1F }, true }, { { 0, 1440, 0x7F }, true }, { { 0, 1, 0 }, true },
        { { 570, 570, 0x1F }, false }, { { 990, 570, 0x1F }, false }, { { -1, 990, 0x1F }, false },
        { { 570, 1441, 0x1F }, false }, { { 570, 990, 0x80 }, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(hours_are_valid(rows[i].hours), rows[i].good);
    assert_true(hours_are_valid(HOURS_DEFAULT));
    assert_int_equal(HOURS_DEFAULT.from_minute, 570);
    assert_int_equal(HOURS_DEFAULT.to_minute, 990);
}

static void workdays_and_holidays(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct holidays holidays = holidays_in(&arena);
    assert_int_equal(holidays_add(&holidays, day_of("2031-12-25"), STR_EMPTY, STR("a")), OK);
    assert_int_equal(holidays_add(&holidays, day_of("2031-12-26"), STR("DE"), STR("b")), OK);
    struct workdays everyone = { &office, &holidays, STR_EMPTY };
    struct workdays german = { &office, &holidays, STR("DE") };
    struct workdays without = { &office, NULL, STR("DE") };
    int32_t wednesday = day_of("2031-12-24");
    assert_true(is_workday(&german, wednesday));
    assert_false(is_workday(&german, wednesday + 1));
    assert_false(is_workday(&german, wednesday + 2));
    assert_true(is_workday(&everyone, wednesday + 2));
    assert_true(is_workday(&without, wednesday + 1));
    assert_false(is_workday(&without, wednesday + 3));          /* Saturday */
    assert_int_equal(next_workday(&everyone, wednesday), wednesday + 2);
    assert_int_equal(next_workday(&german, wednesday), wednesday + 5);
    assert_int_equal(next_workday(&without, wednesday), wednesday + 1);
    assert_int_equal(workday_on_or_after(&german, wednesday), wednesday);
    assert_int_equal(workday_on_or_after(&german, wednesday + 1), wednesday + 5);
    struct hours sundays = { 600, 700, 1 << 6 }, never = { 600, 700, 0 };
    struct workdays churchgoer = { &sundays, &holidays, STR_EMPTY };
    struct workdays idle = { &never, NULL, STR_EMPTY };
    assert_int_equal(next_workday(&churchgoer, wednesday), wednesday + 4);
    assert_int_equal(next_workday(&churchgoer, wednesday + 4), wednesday + 11);
    assert_int_equal(next_workday(&idle, wednesday), wednesday + WORKDAY_SEARCH_DAYS);
    assert_int_equal(workday_on_or_after(&idle, wednesday), wednesday + WORKDAY_SEARCH_DAYS);
    assert_false(is_workday(&idle, wednesday + WORKDAY_SEARCH_DAYS));
    arena_finish(&arena);
}

static void a_year_of_holidays_ends_the_search(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4 << 20);
    struct holidays holidays = holidays_in(&arena);
    for (int32_t day = 0; day <= 500; day++)
        assert_int_equal(holidays_add(&holidays, day, STR_EMPTY, STR_EMPTY), OK);
    struct workdays workdays = { &office, &holidays, STR_EMPTY };
    assert_int_equal(next_workday(&workdays, 0), WORKDAY_SEARCH_DAYS);
    assert_false(is_workday(&workdays, WORKDAY_SEARCH_DAYS));
    assert_int_equal(next_workday(&workdays, 101), 501);      /* a Monday, the last day looked at */
    assert_true(is_workday(&workdays, 501));
    assert_int_equal(next_workday(&workdays, 100), 500);
    assert_int_equal(next_workday(&workdays, 499), 501);
    arena_finish(&arena);
}

static void the_window_follows_the_clock(void **state)
{
    (void)state;
    const struct zone *berlin = zone_called("Europe/Berlin");
    struct workdays workdays = { &office, NULL, STR_EMPTY };
    int32_t friday = day_of("2031-03-28"), monday = day_of("2031-03-31");  /* changes on the 30th */
    assert_true(window_start(berlin, &workdays, friday).utc_ms == ms_of("2031-03-28T08:30:00Z"));
    assert_true(window_end(berlin, &workdays, friday).utc_ms == ms_of("2031-03-28T15:30:00Z"));
    assert_true(window_start(berlin, &workdays, monday).utc_ms == ms_of("2031-03-31T07:30:00Z"));
    assert_true(window_end(berlin, &workdays, monday).utc_ms == ms_of("2031-03-31T14:30:00Z"));
    static const struct { const char *utc; bool inside; } rows[] = {
        { "2031-03-28T08:29:59.999Z", false }, { "2031-03-28T08:30:00Z", true },
        { "2031-03-28T15:29:59.999Z", true }, { "2031-03-28T15:30:00Z", false },
        { "2031-03-29T10:00:00Z", false }, { "2031-03-31T07:30:00Z", true },
        { "2031-03-31T14:30:00Z", false }, { "2031-03-31T00:00:00Z", false },
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(in_window(berlin, &workdays, (struct instant){ ms_of(rows[i].utc) }),
                         rows[i].inside);
    struct hours whole_day = { 0, 1440, 0x7F };
    workdays.hours = &whole_day;
    assert_true(window_end(berlin, &workdays, friday).utc_ms == ms_of("2031-03-28T23:00:00Z"));
    assert_true(in_window(berlin, &workdays, (struct instant){ ms_of("2031-03-28T22:59:59Z") }));
}

static void slots_spread_over_the_whole_window(void **state)
{
    (void)state;
    const struct zone *zone = zone_called("America/Sao_Paulo");
    struct workdays workdays = { &office, NULL, STR_EMPTY };
    int32_t day = day_of("2031-06-04");
    int64_t start = window_start(zone, &workdays, day).utc_ms;
    bool seen[420] = { false };
    for (uint32_t spread = 0; spread < 420; spread++) {
        int64_t at = slot_instant(zone, &workdays, day, spread * 2654435761u).utc_ms;
        assert_int_equal((at - start) % 60000, 0);
        assert_true(at >= start && at < start + 420 * 60000);
        seen[(slot_instant(zone, &workdays, day, spread).utc_ms - start) / 60000] = true;
    }
    for (size_t i = 0; i < COUNT(seen); i++)
        assert_true(seen[i]);
    assert_true(slot_instant(zone, &workdays, day, 77).utc_ms
                == slot_instant(zone, &workdays, day, 77).utc_ms);
}

static void night_shifts_on_the_days_of_change(void **state)
{
    (void)state;
    const struct zone *berlin = zone_called("Europe/Berlin");
    static const struct {
        const char *day;
        int16_t from, to;
        const char *first, *last;       /* of all slots */
        uint32_t slots;
    } rows[] = {
        /* around the gap, to in it, from in it, all in it, up to its end */
        { "2031-03-30", 90, 240, "2031-03-30T00:30:00Z", "2031-03-30T01:59:00Z", 90 },
        { "2031-03-30", 90, 150, "2031-03-30T00:30:00Z", "2031-03-30T00:59:00Z", 30 },
        { "2031-03-30", 150, 240, "2031-03-30T01:30:00Z", "2031-03-30T01:59:00Z", 30 },
        { "2031-03-30", 130, 170, "2031-03-30T01:10:00Z", "2031-03-30T01:49:00Z", 40 },
        { "2031-03-30", 150, 180, "2031-03-30T01:30:00Z", "2031-03-30T01:59:00Z", 30 },
        /* up to the middle of the overlap, from there on, around it */
        { "2031-10-26", 60, 150, "2031-10-25T23:00:00Z", "2031-10-26T00:29:00Z", 90 },
        { "2031-10-26", 150, 240, "2031-10-26T00:30:00Z", "2031-10-26T02:59:00Z", 120 },
        { "2031-10-26", 60, 240, "2031-10-25T23:00:00Z", "2031-10-26T02:59:00Z", 240 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct hours hours = { rows[i].from, rows[i].to, 0x7F };
        struct workdays workdays = { &hours, NULL, STR_EMPTY };
        int64_t first = INT64_MAX, last = INT64_MIN;
        for (uint32_t spread = 0; spread < rows[i].slots; spread++) {
            struct instant at = slot_instant(berlin, &workdays, day_of(rows[i].day), spread);
            first = at.utc_ms < first ? at.utc_ms : first;
            last = at.utc_ms > last ? at.utc_ms : last;
            if (!in_window(berlin, &workdays, at))
                fail_msg("row %zu spread %u is outside", i, spread);
        }
        if (first != ms_of(rows[i].first) || last != ms_of(rows[i].last))
            fail_msg("row %zu: from %lld to %lld", i, (long long)first, (long long)last);
        struct instant around = slot_instant(berlin, &workdays, day_of(rows[i].day), rows[i].slots);
        assert_true(around.utc_ms == first);
    }
}

static unsigned days_checked;

static void check_day(const struct zone *zone, const struct workdays *workdays, int32_t day)
{
    struct local noon = zone_local(zone, zone_instant(zone, (struct local){ day, 720 }));
    if (noon.day != day)
        return;                                                 /* the zone has no such day */
    days_checked++;
    struct instant start = window_start(zone, workdays, day);
    struct instant end = window_end(zone, workdays, day);
    assert_true(instant_before(start, end));
    for (uint32_t i = 0; i < 4; i++) {
        struct instant at = slot_instant(zone, workdays, day, i * 1013904223u + (uint32_t)day);
        struct local local = zone_local(zone, at);
        bool whole = at.utc_ms % 60000 == 0;
        if (instant_before(at, start) || !instant_before(at, end) || !whole
            || local.day != day || !in_window(zone, workdays, at))
            fail_msg("%.*s day %d: slot at %lld", STR_ARG(zone_name(zone)), day,
                     (long long)at.utc_ms);
    }
}

static void every_zone_has_one_slot_on_every_workday(void **state)
{
    (void)state;
    static const struct hours shifts[] = {
        { HOURS_DEFAULT_FROM_MINUTE, HOURS_DEFAULT_TO_MINUTE, 0x7F },
        { 0, 1440, 0x7F }, { 30, 200, 0x7F }, { 1, 60, 0x7F }, { 1300, 1440, 0x7F },
    };
    char line[512], name[64];
    FILE *table = fopen("/usr/share/zoneinfo/zone1970.tab", "r");
    assert_non_null(table);
    unsigned names = 0, changes = 0;
    while (fgets(line, sizeof line, table)) {
        if (line[0] == '#' || sscanf(line, "%*s %*s %63s", name) != 1)
            continue;
        const struct zone *zone = zone_called(name);
        names++;
        int32_t last = day_of("2041-01-01");
        int32_t before = zone_offset_s(zone, (struct instant){ 0 });
        for (int32_t day = day_of("2018-01-01"); day < last; day++) {
            int32_t offset = zone_offset_s(zone, (struct instant){ day * INT64_C(86400000) });
            if (offset == before)
                continue;
            before = offset;
            changes++;
            for (size_t i = 0; i < COUNT(shifts); i++) {
                struct workdays workdays = { &shifts[i], NULL, STR_EMPTY };
                for (int32_t near = day - 2; near <= day + 1; near++)
                    check_day(zone, &workdays, near);
            }
        }
    }
    (void)fclose(table);
    print_message("%u zones, %u changes, %u days with a slot\n", names, changes, days_checked);
    assert_true(names > 300 && changes > 3000 && days_checked > 60000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_have_limits),
        cmocka_unit_test(workdays_and_holidays),
        cmocka_unit_test(a_year_of_holidays_ends_the_search),
        cmocka_unit_test(the_window_follows_the_clock),
        cmocka_unit_test(slots_spread_over_the_whole_window),
        cmocka_unit_test(night_shifts_on_the_days_of_change),
        cmocka_unit_test(every_zone_has_one_slot_on_every_workday),
    };
    return cmocka_run_group_tests(tests, open_zones, close_zones);
}
