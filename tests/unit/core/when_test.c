/* "until friday" read, and days said back. The today of most samples is Tuesday, 4 March 2031. */
#include "facts_builder.h"
#include "core/when.h"

static int32_t day_of(int year, int month, int day)
{
    return date_to_day((struct date){ year, (int8_t)month, (int8_t)day });
}

static const struct sample {
    const char *text;
    int ahead;              /* days from today; 0: cannot be read */
} samples[] = {
    { "tomorrow", 1 },
    { "until tomorrow", 1 },
    { "till Tomorrow", 1 },
    { "until friday", 3 },
    { "until fri", 3 },
    { "UNTIL FRIDAY", 3 },
    { "friday", 3 },
    { "until next friday", 3 },
    { "until monday", 6 },
    { "until tuesday", 7 },
    { "until wed", 1 },
    { "  until   thurs ", 2 },
    { "until fr", 0 },
    { "until fridays", 0 },
    { "2031-03-05", 1 },
    { "until 2031-05-02", 59 },
    { "until 2031-03-04", 0 },
    { "until 2031-03-03", 0 },
    { "until 2030-12-31", 0 },
    { "until 2031-02-30", 0 },
    { "until 2032-03-08", 370 },
    { "until 2032-03-09", 0 },
    { "for 2 weeks", 14 },
    { "2 weeks", 14 },
    { "for 1 week", 7 },
    { "for a week", 7 },
    { "for one month", 30 },
    { "3 days", 3 },
    { "for 3d", 3 },
    { "for 1 day", 1 },
    { "for 2 months", 60 },
    { "for 0 days", 0 },
    { "for -3 days", 0 },
    { "for 371 days", 0 },
    { "for 370 days", 370 },
    { "for 300 weeks", 0 },
    { "for 99999999999999999999 days", 0 },
    { "for weeks", 0 },
    { "for two weeks", 0 },
    { "for 2 fortnights", 0 },
    { "for", 0 },
    { "until", 0 },
    { "", 0 },
    { "   ", 0 },
    { "the deploy", 0 },
    { "until the build is green", 0 },
};

static void ends_of_pauses_are_read(void **state)
{
    (void)state;
    int32_t today = day_of(2031, 3, 4);
    assert_int_equal(weekday_of(today), 1);
    for (size_t i = 0; i < COUNT(samples); i++) {
        int32_t day = -7;
        bool read = when_parse(str_from_z(samples[i].text), today, &day);
        if (read != (samples[i].ahead != 0) || (read && day != today + samples[i].ahead))
            fail_msg("\"%s\": %s, %d days ahead", samples[i].text, read ? "read" : "not read",
                (int)(day - today));
        if (!read)
            assert_int_equal(day, -7);
    }
}

/* Whatever the day, a weekday is one to seven days ahead and the right one. */
static void weekdays_are_always_ahead(void **state)
{
    (void)state;
    static const char *const names[] = { "monday", "tuesday", "wednesday", "thursday", "friday",
        "saturday", "sunday" };
    for (int32_t today = day_of(2031, 12, 20); today < day_of(2032, 1, 10); today++)
        for (int w = 0; w < 7; w++) {
            int32_t day = 0;
            assert_true(when_parse(str_from_z(names[w]), today, &day));
            assert_int_equal(weekday_of(day), w);
            assert_in_range(day - today, 1, 7);
        }
}

static void days_are_said_as_people_say_them(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    int32_t today = builder_today(b);
    struct { int ahead; const char *name, *adverb; } said[] = {
        { 0, "today", "today" },
        { 1, "tomorrow", "tomorrow" },
        { -1, "Monday 3 March", "yesterday" },
        { 2, "Thursday 6 March", "on Thursday 6 March" },
        { -4, "Friday 28 February", "on Friday 28 February" },
        { 303, "Thursday 1 January 2032", "on Thursday 1 January 2032" },
    };
    for (size_t i = 0; i < COUNT(said); i++) {
        struct str name = when_day(today, today + said[i].ahead, &b->arena);
        struct str adverb = when_on_day(today, today + said[i].ahead, &b->arena);
        assert_true(str_equal(name, str_from_z(said[i].name)));
        assert_true(str_equal(adverb, str_from_z(said[i].adverb)));
    }
    builder_free(b);
}

/* The day is the person's: late in the evening in UTC it is tomorrow already in Berlin. */
static void instants_are_said_in_the_persons_zone(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    struct instant evening = builder_local(b, 2031, 3, 4, 23, 30);
    struct instant next = builder_local(b, 2031, 3, 5, 0, 5);
    struct str said = when_instant(b->zone, evening, next, &b->arena);
    assert_true(str_equal(said, STR("tomorrow at 00:05")));
    said = when_instant(b->zone, b->facts.now, builder_local(b, 2031, 3, 6, 9, 5), &b->arena);
    assert_true(str_equal(said, STR("on Thursday 6 March at 09:05")));
    said = when_instant(b->zone, b->facts.now, builder_local(b, 2031, 3, 4, 14, 5), &b->arena);
    assert_true(str_equal(said, STR("today at 14:05")));
    builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_of_pauses_are_read),
        cmocka_unit_test(weekdays_are_always_ahead),
        cmocka_unit_test(days_are_said_as_people_say_them),
        cmocka_unit_test(instants_are_said_in_the_persons_zone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
