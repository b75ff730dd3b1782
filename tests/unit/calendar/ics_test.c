/* Holiday files by hand: what each kind of event means, what is said about the others, and
 * bytes that are no calendar at all. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "nudged/base/buf.h"
#include "nudged/base/time.h"
#include "nudged/calendar/holidays.h"

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
#define EVENT(lines) "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"
#define TAIL "END:VCALENDAR\r\n"

struct play {
    struct arena arena;
    struct faults faults;
    struct holidays holidays;
};

static int32_t day_of(const char *text)
{
    struct date date;
    assert_true(date_parse(str_from_z(text), &date));
    return date_to_day(date);
}

static int start_play(void **state)
{
    struct play *play = calloc(1, sizeof *play);
    if (!play)
        return -1;
    arena_init(&play->arena, 32 << 20);
    play->holidays = holidays_in(&play->arena);
    faults_init(&play->faults, &play->arena);
    *state = play;
    return 0;
}

static int end_play(void **state)
{
    struct play *play = *state;
    arena_finish(&play->arena);
    free(play);
    return 0;
}

static void again(struct play *play)
{
    arena_reset(&play->arena);
    play->holidays = holidays_in(&play->arena);
    faults_init(&play->faults, &play->arena);
}

/* 2030 to 2039, region DE-BE */
static enum err read_bytes(struct play *play, struct str bytes)
{
    return holidays_read_ics(bytes, STR("DE-BE"), day_of("2030-01-01"), day_of("2040-01-01"),
                             &play->faults, STR("holidays.ics"), &play->holidays);
}

static void assert_days(const struct play *play, const char *expected)
{
    struct buf buf = buf_heap(10000);
    for (size_t i = 0; i < play->holidays.len; i++) {
        if (i)
            buf_add_byte(&buf, ' ');
        buf_add_date(&buf, play->holidays.items[i].day);
        assert_true(str_equal(play->holidays.items[i].region, STR("DE-BE")));
    }
    buf_add_byte(&buf, '\0');
    assert_string_equal(buf.ptr, expected);
    buf_free(&buf);
}

static const struct { const char *lines, *days; } what_events_mean_rows[] = {
    { "DTSTART;VALUE=DATE:20310101\r\n", "2031-01-01" },
    { "DTSTART:20310101\r\n", "2031-01-01" },
    { "DTSTART;VALUE=DATE:20310101\r\nDTEND;VALUE=DATE:20310102\r\n", "2031-01-01" },
    { "DTEND;VALUE=DATE:20310104\r\nDTSTART;VALUE=DATE:20310101\r\n",
      "2031-01-01 2031-01-02 2031-01-03" },
    { "DTSTART;VALUE=DATE:20310101\r\nDTEND;VALUE=DATE:20310101\r\n", "2031-01-01" },
    { "DTSTART;VALUE=DATE:20310101\r\nDURATION:P2D\r\n", "2031-01-01 2031-01-02" },
    { "DTSTART;VALUE=DATE:20310227\r\nDURATION:P1W\r\n",
      "2031-02-27 2031-02-28 2031-03-01 2031-03-02 2031-03-03 2031-03-04 2031-03-05" },
    { "DTSTART;VALUE=DATE:20250101\r\nRRULE:FREQ=YEARLY\r\n",
      "2030-01-01 2031-01-01 2032-01-01 2033-01-01 2034-01-01 2035-01-01 2036-01-01 2037-01-01 "
      "2038-01-01 2039-01-01" },
    { "DTSTART;VALUE=DATE:20280229\r\nRRULE:FREQ=YEARLY\r\n", "2032-02-29 2036-02-29" },
    { "DTSTART;VALUE=DATE:20310101\r\nRRULE:FREQ=YEARLY;COUNT=2\r\n", "2031-01-01 2032-01-01" },
    { "DTSTART;VALUE=DATE:20280101\r\nRRULE:FREQ=YEARLY;COUNT=4\r\n", "2030-01-01 2031-01-01" },
    { "DTSTART;VALUE=DATE:20310101\r\nRRULE:FREQ=YEARLY;UNTIL=20330101\r\n",
      "2031-01-01 2032-01-01 2033-01-01" },
    { "DTSTART;VALUE=DATE:20310101\r\nRRULE:FREQ=YEARLY;UNTIL=20321231T235959Z\r\n",
      "2031-01-01 2032-01-01" },
    { "DTSTART;VALUE=DATE:20310101\r\nRRULE:FREQ=YEARLY;INTERVAL=4\r\n",
      "2031-01-01 2035-01-01 2039-01-01" },
    /* the fourth Thursday of November; the last Monday of May; the first Monday of the year */
    { "DTSTART;VALUE=DATE:20301128\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3\r\n",
      "2030-11-28 2031-11-27 2032-11-25" },
    { "DTSTART;VALUE=DATE:20300527\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3\r\n",
      "2030-05-27 2031-05-26 2032-05-31" },
    { "DTSTART;VALUE=DATE:20310106\r\nRRULE:FREQ=YEARLY;BYDAY=1MO;COUNT=3\r\n",
      "2031-01-06 2032-01-05 2033-01-03" },
    { "DTSTART;VALUE=DATE:20311229\r\nRRULE:FREQ=YEARLY;BYDAY=-1MO;COUNT=2\r\n",
      "2031-12-29 2032-12-27" },
    { "DTSTART;VALUE=DATE:20310131\r\nRRULE:FREQ=MONTHLY;COUNT=3\r\n",
      "2031-01-31 2031-03-31 2031-05-31" },
    { "DTSTART;VALUE=DATE:20310131\r\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3\r\n",
      "2031-01-31 2031-02-28 2031-03-31" },
    { "DTSTART;VALUE=DATE:20310106\r\nRRULE:FREQ=MONTHLY;BYDAY=+1MO,-1FR;COUNT=4\r\n",
      "2031-01-06 2031-01-31 2031-02-03 2031-02-28" },
    { "DTSTART;VALUE=DATE:20310613\r\nRRULE:FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR;COUNT=2\r\n",
      "2031-06-13 2032-02-13" },
    { "DTSTART;VALUE=DATE:20310103\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n",
      "2031-01-03 2031-01-10 2031-01-17" },
    { "DTSTART;VALUE=DATE:20310105\r\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;COUNT=4\r\n",
      "2031-01-05 2031-01-13 2031-01-19 2031-01-27" },
    { "DTSTART:20310105\r\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;COUNT=4;WKST=SU\r\n",
      "2031-01-05 2031-01-06 2031-01-19 2031-01-20" },
    { "DTSTART;VALUE=DATE:20310105\r\nRRULE:FREQ=DAILY;INTERVAL=3;COUNT=3\r\n",
      "2031-01-05 2031-01-08 2031-01-11" },
    { "DTSTART:20311224\r\nDTEND;VALUE=DATE:20311227\r\nRRULE:FREQ=YEARLY;COUNT=2\r\n",
      "2031-12-24 2031-12-25 2031-12-26 2032-12-24 2032-12-25 2032-12-26" },
    { "DTSTART;VALUE=DATE:20291230\r\nDTEND;VALUE=DATE:20300103\r\n", "2030-01-01 2030-01-02" },
    { "DTSTART:20281230\r\nDTEND;VALUE=DATE:20290102\r\nRRULE:FREQ=YEARLY;COUNT=2\r\n",
      "2030-01-01" },
    { "DTSTART;VALUE=DATE:20281230\r\nDURATION:P5D\r\nRRULE:FREQ=YEARLY;UNTIL=20300101\r\n",
      "2030-01-01 2030-01-02 2030-01-03" },
    { "DTSTART;VALUE=DATE:20391231\r\nDURATION:P5D\r\n", "2039-12-31" },
    { "DTSTART;VALUE=DATE:20310101\r\nRRULE:FREQ=YEARLY;COUNT=4\r\n"
      "EXDATE;VALUE=DATE:20320101,20340101\r\nEXDATE;VALUE=DATE:20310101\r\n", "2033-01-01" },
    { "DTSTART;VALUE=DATE:20310101\r\nRDATE;VALUE=DATE:20310505,20310606\r\n",
      "2031-01-01 2031-05-05 2031-06-06" },
    { "DTSTART;VALUE=DATE:20310101\r\nSTATUS:CANCELLED\r\n", "" },
    { "dtstart;value=date:20310101\r\nrrule:freq=yearly;count=1\r\n", "2031-01-01" },
    { "DTSTART;X-NOTE=\"a:b;c\";VALUE=DATE:20310101\r\n", "2031-01-01" },
    { "DTSTART;VALUE\r\n =DATE:2031\r\n\t0101\r\n", "2031-01-01" },
    { "DTSTART;VALUE=DATE:20310101\r\nBEGIN:VALARM\r\nDTSTART:nonsense\r\nEND:VALARM\r\n",
      "2031-01-01" },
    { "DTSTART;VALUE=DATE:20310101\r\n\r\nX-OTHER:anything\r\nUID:1\r\n", "2031-01-01" },
};

static void what_events_mean(void **state)
{
    struct play *play = *state;
    for (size_t i = 0; i < COUNT(what_events_mean_rows); i++) {
        struct buf file = buf_heap(4000);
        again(play);
        buf_addf(&file, HEAD "BEGIN:VEVENT\r\n%sEND:VEVENT\r\n" TAIL,
                 what_events_mean_rows[i].lines);
        enum err err = read_bytes(play, buf_str(&file));
        if (err || play->faults.count > 0)
            fail_msg("row %zu: %s %.*s", i, err_name(err), STR_ARG(play->faults.items[0].sentence));
        assert_days(play, what_events_mean_rows[i].days);
        buf_free(&file);
    }
}

static const struct { const char *lines, *sentence; int line; } what_is_refused_and_where_rows[] = {
    { "DTSTART;VALUE=DATE:20310230\r\n", "expected a date like 20310104", 4 },
    { "DTSTART;VALUE=DATE:2031-01-01\r\n", "expected a date like 20310104", 4 },
    { "SUMMARY:x\r\n", "the event has no DTSTART", 3 },
    { "DTSTART:20310101\r\nDTSTART:20310102\r\n", "the event has a second DTSTART", 5 },
    { "DTSTART:20310102\r\nDTEND:20310101\r\n", "the event ends before it begins", 5 },
    { "DTSTART:20310102\r\nDTEND:20330101\r\n", "the event is longer than a year", 5 },
    { "DTSTART:20310102\r\nDTEND:20310103T000000\r\n", "expected a date like 20310104", 5 },
    { "DTSTART:20310102\r\nDURATION:PT1H\r\n",
      "expected a duration in days or weeks like P3D, at most a year", 5 },
    { "DTSTART:20310102\r\nDURATION:P9999W\r\n",
      "expected a duration in days or weeks like P3D, at most a year", 5 },
    { "DTSTART:20310102\r\nRRULE:COUNT=2\r\n", "the rule has no FREQ", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=HOURLY\r\n",
      "the rule part FREQ=HOURLY is not valid", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=YEARLY;BYSETPOS=1\r\n",
      "the rule part BYSETPOS is not supported", 5 },
    { "DTSTART:20310102\r\nX:1\r\nRRULE:FREQ=YEARLY;BYWEEKNO=20\r\n",
      "the rule part BYWEEKNO is not supported", 6 },
    { "DTSTART:20310102\r\nRRULE:FREQ=YEARLY;FREQ=DAILY\r\n",
      "the rule part FREQ=DAILY is not valid", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=YEARLY;INTERVAL=0\r\n",
      "the rule part INTERVAL=0 is not valid", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=YEARLY;COUNT=99999\r\n",
      "the rule part COUNT=99999 is not valid", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=YEARLY;BYMONTH=13\r\n",
      "the rule part BYMONTH=13 is not valid", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=MONTHLY;BYMONTHDAY=32\r\n",
      "the rule part BYMONTHDAY=32 is not valid", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=MONTHLY;BYDAY=XX\r\n",
      "the rule part BYDAY=XX is not valid", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=MONTHLY;BYDAY=0MO\r\n",
      "the rule part BYDAY=0MO is not valid", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=MONTHLY;BYDAY=6MO\r\n", "a month has no sixth week", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=WEEKLY;BYDAY=1MO\r\n",
      "a numbered weekday needs FREQ=MONTHLY or FREQ=YEARLY", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=WEEKLY;BYMONTHDAY=1\r\n",
      "BYMONTHDAY has no meaning with FREQ=WEEKLY", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=YEARLY;BYMONTHDAY=2\r\n",
      "BYMONTHDAY in a yearly rule needs BYMONTH; readers disagree on the month", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=MONTHLY;BYMONTHDAY=2;BYDAY=1MO\r\n",
      "a numbered weekday together with BYMONTHDAY is not supported", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=YEARLY;COUNT=2;UNTIL=20350101\r\n",
      "the rule has both COUNT and UNTIL", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=YEARLY;UNTIL=2035\r\n",
      "the rule part UNTIL=2035 is not valid", 5 },
    { "DTSTART:20310102\r\nRRULE:FREQ=YEARLY;COUNT=1\r\nRRULE:FREQ=DAILY;COUNT=1\r\n",
      "a second RRULE in one event is not supported", 6 },
    { "DTSTART:20310102\r\nRECURRENCE-ID:20310102\r\n", "RECURRENCE-ID is not supported", 5 },
    { "DTSTART:20310102\r\nEXRULE:FREQ=YEARLY\r\n", "EXRULE is not supported", 5 },
    { "DTSTART:20310102\r\nEXDATE:20310102T090000\r\n", "expected dates like 20310104", 5 },
    { "DTSTART:20310102\r\nRDATE;VALUE=PERIOD:20310102/P1D\r\n",
      "expected dates like 20310104", 5 },
    { "DTSTART:20310102\r\nno colon here\r\n", "expected NAME:VALUE", 5 },
    { "DTSTART:20310102\r\nEND:VALARM\r\n", "END without its BEGIN", 5 },
    { "DTSTART:\r\n 20310102\r\nRRULE\r\n :FREQ=NEVER\r\n",
      "the rule part FREQ=NEVER is not valid", 6 },
};

static void what_is_refused_and_where(void **state)
{
    struct play *play = *state;
    for (size_t i = 0; i < COUNT(what_is_refused_and_where_rows); i++) {
        struct buf file = buf_heap(4000);
        again(play);
        assert_int_equal(holidays_add(&play->holidays, day_of("2031-05-01"), STR("DE-BE"),
                                      STR("before")), OK);
        buf_addf(&file, HEAD "BEGIN:VEVENT\r\n%sEND:VEVENT\r\n" EVENT("DTSTART:20310707\r\n") TAIL,
                 what_is_refused_and_where_rows[i].lines);
        if (read_bytes(play, buf_str(&file)) != ERR_SYNTAX)
            fail_msg("row %zu was read", i);
        const struct fault *fault = &play->faults.items[0];
        if (!str_equal(fault->sentence, str_from_z(what_is_refused_and_where_rows[i].sentence))
            || fault->line != what_is_refused_and_where_rows[i].line)
            fail_msg("row %zu: line %d: %.*s", i, fault->line, STR_ARG(fault->sentence));
        assert_int_equal(fault->severity, FAULT_ERROR);
        assert_true(str_equal(fault->file, STR("holidays.ics")));
        assert_days(play, "2031-05-01");
        buf_free(&file);
    }
}

static void times_of_day_are_skipped_with_one_warning(void **state)
{
    struct play *play = *state;
    enum err err = read_bytes(play, STR(HEAD
        EVENT("DTSTART:20310203T090000Z\r\nRRULE:FREQ=HOURLY\r\n")
        EVENT("DTSTART;TZID=Europe/Berlin:20310204T090000\r\n")
        EVENT("DTSTART;VALUE=DATE:20310205\r\nSUMMARY:Day off\\, all\\nof it\r\n") TAIL));
    assert_int_equal(err, OK);
    assert_int_equal(play->faults.warnings, 1);
    assert_int_equal(play->faults.errors, 0);
    assert_int_equal(play->faults.items[0].line, 4);
    assert_true(str_equal(play->faults.items[0].source, STR("DTSTART:20310203T090000Z")));
    assert_days(play, "2031-02-05");
    assert_true(str_equal(holidays_name(&play->holidays, day_of("2031-02-05"), STR("DE-BE")),
                          STR("Day off, all of it")));
}

static void a_first_day_outside_its_rule_is_left_out(void **state)
{
    struct play *play = *state;
    enum err err = read_bytes(play, STR(HEAD EVENT("DTSTART:20310101\r\n"
        "RRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=1MO;COUNT=2\r\n") TAIL));
    assert_int_equal(err, OK);
    assert_int_equal(play->faults.warnings, 1);
    assert_int_equal(play->faults.items[0].line, 5);
    assert_days(play, "2031-01-06 2032-01-05");
}

static void files_that_are_none(void **state)
{
    struct play *play = *state;
    static const struct { const char *bytes, *sentence; int line; } rows[] = {
        { "", "the file is empty", 0 },
        { "\r\n\r\n", "the file is empty", 0 },
        { "id,name\n1,2\n", "expected NAME:VALUE", 1 },
        { "\nBEGIN:VCARD\nEND:VCARD\n", "expected BEGIN:VCALENDAR", 2 },
        { "SUMMARY:x\n", "expected BEGIN:VCALENDAR", 1 },
        { "END:VCALENDAR\n", "END without its BEGIN", 1 },
        { "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20310101\n", "the file ends inside VEVENT", 3 },
        { "BEGIN:VCALENDAR\n\n\xff\n", "the file is not UTF-8 from here on", 3 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        again(play);
        assert_int_equal(read_bytes(play, str_from_z(rows[i].bytes)), ERR_SYNTAX);
        const struct fault *fault = &play->faults.items[0];
        if (!str_equal(fault->sentence, str_from_z(rows[i].sentence))
            || fault->line != rows[i].line)
            fail_msg("row %zu: line %d: %.*s", i, fault->line, STR_ARG(fault->sentence));
    }
    again(play);
    struct str marked = STR("\xEF\xBB\xBF" HEAD EVENT("DTSTART:20310101\n") TAIL);
    assert_int_equal(read_bytes(play, marked), OK);
    assert_days(play, "2031-01-01");
}

static void limits_hold(void **state)
{
    struct play *play = *state;
    struct buf file = buf_heap(3 << 20);

    buf_add(&file, STR(HEAD));                              /* rules that would run for ever */
    for (int i = 0; i < 400; i++)
        buf_add(&file, STR(EVENT("DTSTART:19000301\r\n"
                                 "RRULE:FREQ=YEARLY;INTERVAL=101;COUNT=10000\r\n")));
    buf_add(&file, STR(TAIL));
    assert_int_equal(read_bytes(play, buf_str(&file)), ERR_SYNTAX);
    assert_true(str_contains(play->faults.items[0].sentence, STR("take too long")));
    assert_int_equal(play->faults.errors, 1);

    again(play);                                            /* every day in many files */
    struct str daily = STR(HEAD EVENT("DTSTART:20300101\r\nRRULE:FREQ=DAILY\r\n") TAIL);
    assert_int_equal(read_bytes(play, daily), OK);
    assert_int_equal(play->holidays.len, 3652);
    enum err err = OK;
    for (int i = 0; i < 3 && !err; i++)
        err = holidays_read_ics(daily, i == 0 ? STR("B") : i == 1 ? STR("C") : STR("D"),
                                day_of("2030-01-01"), day_of("2040-01-01"), &play->faults,
                                STR("b.ics"), &play->holidays);
    assert_int_equal(err, ERR_TOO_BIG);
    assert_int_equal(play->holidays.len, 2 * 3652);       /* what did not fit left nothing behind */

    again(play);
    buf_reset(&file);
    for (int i = 0; i < ICS_BYTES_MAX / 4; i++)
        buf_add(&file, STR("ABCDE"));
    assert_int_equal(read_bytes(play, buf_str(&file)), ERR_TOO_BIG);
    buf_reset(&file);
    buf_add(&file, STR(HEAD "BEGIN:VEVENT\r\nDTSTART:20310101\r\nSUMMARY:"));
    for (int i = 0; i < 70000; i++)
        buf_add(&file, i % 50 ? STR("x") : STR("x\r\n "));
    buf_add(&file, STR("\r\nEND:VEVENT\r\n" TAIL));
    assert_int_equal(read_bytes(play, buf_str(&file)), ERR_SYNTAX);
    assert_true(str_equal(play->faults.items[0].sentence, STR("the line is too long")));

    again(play);
    buf_reset(&file);
    for (int i = 0; i < 20; i++)
        buf_add(&file, STR("BEGIN:VCALENDAR\r\n"));
    assert_int_equal(read_bytes(play, buf_str(&file)), ERR_SYNTAX);
    assert_true(str_equal(play->faults.items[0].sentence, STR("components are nested too deep")));

    again(play);
    buf_reset(&file);
    buf_add(&file, STR(HEAD "BEGIN:VEVENT\r\nDTSTART:20310101\r\n"));
    for (int i = 0; i < 600; i++)
        buf_add(&file, STR("EXDATE:20310101,20320101\r\n"));
    buf_add(&file, STR("END:VEVENT\r\n" TAIL));
    assert_int_equal(read_bytes(play, buf_str(&file)), ERR_SYNTAX);
    assert_true(str_equal(play->faults.items[0].sentence, STR("the event has too many dates")));
    assert_true(play->faults.errors < 100);
    buf_free(&file);
}

static void no_memory_leaves_the_set_alone(void **state)
{
    struct play *play = *state;
    struct str file = STR(HEAD EVENT("DTSTART:20300101\r\nRRULE:FREQ=DAILY\r\n") TAIL);
    struct arena small;
    arena_init(&small, 20000);
    struct holidays holidays = holidays_in(&small);
    assert_int_equal(holidays_add(&holidays, 1, STR_EMPTY, STR("one")), OK);
    assert_int_equal(holidays_read_ics(file, STR_EMPTY, day_of("2031-01-01"), day_of("2032-01-01"),
                                       &play->faults, STR("x"), &holidays), ERR_NO_MEMORY);
    assert_int_equal(holidays.len, 1);
    assert_true(holidays_has(&holidays, 1, STR_EMPTY));
    arena_finish(&small);
}

static void damaged_files_never_crash(void **state)
{
    struct play *play = *state;
    static const char whole[] = HEAD
        EVENT("DTSTART;VALUE=DATE:20310101\r\nDTEND;VALUE=DATE:20310104\r\nSUMMARY:New\\, year\r\n"
              "RRULE:FREQ=YEARLY;BYMONTH=1,5;BYDAY=1MO,-2FR;COUNT=7\r\n"
              "EXDATE;VALUE=DATE:20320105,20330103\r\nRDATE;VALUE=DATE:20310\r\n 505\r\n")
        EVENT("DTSTART:20310203T090000Z\r\n") TAIL;
    unsigned refused = 0, read = 0;
    uint32_t seed = 3;
    for (size_t i = 0; i < 6000; i++) {
        size_t len = i < sizeof whole - 1 ? i : sizeof whole - 1;
        char *exact = malloc(len ? len : 1);
        assert_non_null(exact);
        memcpy(exact, whole, len);
        for (int k = 0; len == sizeof whole - 1 && k < 3; k++) {
            static const char letters[] = "0123456789-;:=,\r\n TZMOFRDAY\"\\W\x80";
            seed = seed * 1664525 + 1013904223;
            size_t where = (seed >> 8) % len;
            seed = seed * 1664525 + 1013904223;
            exact[where] = letters[(seed >> 8) % (sizeof letters - 1)];
        }
        again(play);
        enum err err = read_bytes(play, (struct str){ exact, len });
        assert_true(err == OK || err == ERR_SYNTAX);
        assert_int_equal(err == ERR_SYNTAX, play->faults.errors > 0);
        if (err) {
            refused++;
            assert_int_equal(play->holidays.len, 0);
        } else {
            read++;
        }
        free(exact);
    }
    assert_true(refused > 500 && read > 100);
}

int main(void)
{
#define PLAY(test) cmocka_unit_test_setup_teardown(test, start_play, end_play)
    const struct CMUnitTest tests[] = {
        PLAY(what_events_mean),
        PLAY(what_is_refused_and_where),
        PLAY(times_of_day_are_skipped_with_one_warning),
        PLAY(a_first_day_outside_its_rule_is_left_out),
        PLAY(files_that_are_none),
        PLAY(limits_hold),
        PLAY(no_memory_leaves_the_set_alone),
        PLAY(damaged_files_never_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
