/* Recurrence rules against libical, where it is installed: seeded rules of every supported
 * shape, day by day over ten years. libical is opened at run time, so that building the tests
 * does not need it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#if defined(__has_include)
#if __has_include(<libical/ical.h>)
#define HAVE_LIBICAL 1
#endif
#endif

#ifdef HAVE_LIBICAL

#include <dlfcn.h>
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/base/buf.h"
#include "nudged/base/time.h"
#include "nudged/calendar/holidays.h"

enum { ROUNDS = 1500, WINDOW_DAYS = 3653 };

static struct {
    __typeof__(icalrecurrencetype_from_string) *rule_from_string;
    __typeof__(icalrecur_iterator_new) *iterator_new;
    __typeof__(icalrecur_iterator_next) *iterator_next;
    __typeof__(icalrecur_iterator_free) *iterator_free;
    __typeof__(icaltime_from_string) *time_from_string;
    __typeof__(icaltime_is_null_time) *time_is_null;
} ical;

static uint32_t seed = 20310101;

static uint32_t dice(uint32_t sides)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % sides;
}

static bool one_in(uint32_t sides) { return dice(sides) == 0; }

static bool open_libical(void)
{
    static const char *const names[] = { "libical.so.3", "libical.so.4", "libical.so" };
    void *library = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !library; i++)
        library = dlopen(names[i], RTLD_NOW);
    if (!library)
        return false;
    const struct { const char *name; void *at; } wanted[] = {
        { "icalrecurrencetype_from_string", &ical.rule_from_string },
        { "icalrecur_iterator_new", &ical.iterator_new },
        { "icalrecur_iterator_next", &ical.iterator_next },
        { "icalrecur_iterator_free", &ical.iterator_free },
        { "icaltime_from_string", &ical.time_from_string },
        { "icaltime_is_null_time", &ical.time_is_null },
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        void *symbol = dlsym(library, wanted[i].name);
        if (!symbol)
            return false;
        memcpy(wanted[i].at, &symbol, sizeof symbol);
    }
    return true;
}

static void add_list(struct buf *buf, const char *name, uint32_t low, uint32_t high, bool negatives)
{
    uint32_t count = 1 + dice(3);
    buf_addf(buf, ";%s=", name);
    for (uint32_t i = 0; i < count; i++)
        buf_addf(buf, "%s%s%u", i ? "," : "", negatives && one_in(3) ? "-" : "",
                 low + dice(high - low + 1));
}

static void add_weekdays(struct buf *buf, uint32_t numbers_max)
{
    static const char *const names[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };
    uint32_t count = 1 + dice(3), weekday = dice(7);    /* none twice: libical counts both */
    buf_addf(buf, ";BYDAY=");
    for (uint32_t i = 0; i < count; i++, weekday += 1 + dice(2)) {
        if (i)
            buf_add_byte(buf, ',');
        if (numbers_max > 0)
            buf_addf(buf, "%s%u", one_in(3) ? "-" : "", 1 + dice(numbers_max));
        buf_addf(buf, "%s", names[weekday % 7]);
    }
}

static void make_rule(struct buf *buf)
{
    static const char *const frequencies[] = { "YEARLY", "MONTHLY", "WEEKLY", "DAILY" };
    uint32_t kind = dice(4);
    bool yearly = kind == 0, monthly = kind == 1, weekly = kind == 2;
    buf_addf(buf, "FREQ=%s", frequencies[kind]);
    if (one_in(3))
        buf_addf(buf, ";INTERVAL=%u", 1 + dice(4));
    if (one_in(4)) {
        buf_addf(buf, ";COUNT=%u", 1 + dice(20));
    } else if (one_in(4)) {
        buf_addf(buf, ";UNTIL=20%u%02u15", 31 + dice(9), 1 + dice(12));
    }
    bool months = one_in(yearly ? 2 : 4);
    if (months)
        add_list(buf, "BYMONTH", 1, 12, false);
    if ((monthly || kind == 3 || (yearly && months)) && one_in(3)) {
        /* libical 3.0 takes no negative day as a filter of days; RFC 5545 does */
        add_list(buf, "BYMONTHDAY", 1, 31, kind != 3);
        if (one_in(4))
            add_weekdays(buf, 0);
    } else if (one_in(2)) {
        bool numbered = (yearly || monthly) && !one_in(4);
        add_weekdays(buf, !numbered ? 0 : yearly && !months ? 53 : 5);
    }
    if (weekly && one_in(2))
        buf_addf(buf, ";WKST=%s", one_in(2) ? "SU" : "WE");
}

/* Marks the days of the window; false when libical does not take the rule. */
static bool expected_days(const char *rule_text, struct date start, int32_t from, bool *days)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%04d%02d%02d", start.year, start.month, start.day);
    struct icalrecurrencetype rule = ical.rule_from_string(rule_text);
    icalrecur_iterator *iterator = ical.iterator_new(rule, ical.time_from_string(text));
    if (!iterator)
        return false;
    memset(days, 0, WINDOW_DAYS);
    for (int i = 0; i < 5000; i++) {
        struct icaltimetype next = ical.iterator_next(iterator);
        if (ical.time_is_null(next))
            break;
        int32_t day = date_to_day((struct date){ next.year, (int8_t)next.month, (int8_t)next.day });
        if (day >= from + WINDOW_DAYS)
            break;
        if (day >= from)
            days[day - from] = true;
    }
    ical.iterator_free(iterator);
    return true;
}

/* Reads the rule with that first day; gives whether the day fits it (RFC 5545 leaves open
 * what a rule means otherwise, so only those are compared). */
static bool read_rule(const char *rule, struct date start, int32_t from, int32_t to,
                      struct holidays *holidays)
{
    struct buf file = buf_heap(2000);
    struct faults faults;
    faults_init(&faults, holidays->arena);
    buf_addf(&file, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nRRULE:%s\nDTSTART;VALUE=DATE:%04d%02d%02d\n"
             "END:VEVENT\nEND:VCALENDAR\n", rule, start.year, start.month, start.day);
    enum err err = holidays_read_ics(buf_str(&file), STR_EMPTY, from, to, &faults, STR("rule.ics"),
                                     holidays);
    if (err)
        fail_msg("%s: %.*s", rule, STR_ARG(faults.items[0].sentence));
    buf_free(&file);
    return faults.warnings == 0;
}

static unsigned compare_one(void)
{
    struct buf rule = buf_heap(500);
    struct arena arena;
    static bool days[WINDOW_DAYS];
    int32_t from = date_to_day((struct date){ 2030, 6, 1 });
    int32_t start = from - 900 + (int32_t)dice(2000);
    unsigned compared = 0;
    make_rule(&rule);
    buf_add_byte(&rule, '\0');
    arena_init(&arena, 8 << 20);
    struct holidays holidays = holidays_in(&arena);
    int tries = 0;
    while (tries < 500 && !read_rule(rule.ptr, date_from_day(start), from, from, &holidays)) {
        start++;
        tries++;
    }
    if (tries < 500 && expected_days(rule.ptr, date_from_day(start), from, days)) {
        assert_true(read_rule(rule.ptr, date_from_day(start), from, from + WINDOW_DAYS, &holidays));
        struct date date = date_from_day(start);
        for (int32_t i = 0; i < WINDOW_DAYS; i++)
            if (holidays_has(&holidays, from + i, STR_EMPTY) != days[i])
                fail_msg("%s from %04d-%02d-%02d: differs on day %d, libical says %d", rule.ptr,
                         date.year, date.month, date.day, (int)i, days[i]);
        compared = 1 + (holidays.len > 0);
    }
    arena_finish(&arena);
    buf_free(&rule);
    return compared;
}

static void rules_agree_with_libical(void **state)
{
    (void)state;
    if (!open_libical()) {
        print_message("libical is not installed: skipped\n");
        skip();
    }
    unsigned compared = 0, with_days = 0;
    for (int i = 0; i < ROUNDS; i++) {
        unsigned result = compare_one();
        compared += result > 0;
        with_days += result > 1;
    }
    print_message("%u rules compared, %u of them with days\n", compared, with_days);
    assert_true(compared > ROUNDS * 3 / 4 && with_days > ROUNDS / 2);
}

#else

static void rules_agree_with_libical(void **state)
{
    (void)state;
    print_message("built without libical's headers: skipped\n");
    skip();
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(rules_agree_with_libical) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
