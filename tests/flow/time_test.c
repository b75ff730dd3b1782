/* Clocks that change, jump and differ from person to person. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/play.h"

/* True time of the newest message, as milliseconds of its UTC day. */
static int64_t minute_of_last(struct play *play, const char *user)
{
    int64_t seconds = 0;
    struct str ts = play_last(play, user).ts;
    assert_true(str_to_int64(str_slice(ts, 0, str_find(ts, '.')), &seconds));
    return seconds % 86400 / 60;
}

/* Sundays are workdays here, so that the change of the clock is one. */
static void each_day_once_within(
    const char *start, const char *const days[3], const int from_minute[3])
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct play *play = play_new(&(struct play_setup){
            .start = start, .seed = seed, .new_per_week = 15, .quiet_start = true });
        play->config.settings.hours.workdays = 0x7f;
        assert_int_equal(play_open(play), OK);
        play_for(play, SECONDS(20));
        play_resume(play);
        for (size_t day = 0; day < 3; day++) {
            size_t shown = play_shown(play, "UADA");
            play_until(play, days[day]);
            assert_int_equal(play_shown(play, "UADA"), shown + 1);
            assert_in_range(
                minute_of_last(play, "UADA"), from_minute[day], from_minute[day] + 7 * 60 - 1);
        }
        play_free(play);
    }
}

static void spring_forward_and_fall_back(void **state)
{
    static const char *const spring[] = { "2031-03-29T22:59:00Z", "2031-03-30T21:59:00Z",
        "2031-03-31T21:59:00Z" };
    static const char *const autumn[] = { "2031-10-25T21:59:00Z", "2031-10-26T22:59:00Z",
        "2031-10-27T22:59:00Z" };
    (void)state;
    each_day_once_within("2031-03-29T05:00:00Z", spring, (const int[]){ 510, 450, 450 });
    each_day_once_within("2031-10-25T05:00:00Z", autumn, (const int[]){ 450, 510, 510 });
}

static void everybody_in_their_own_zone(void **state)
{
    static const struct play_person people[] = {
        { "UADA", "Ada Sample", "agent", "spring", "UOLGA", "Europe/Berlin", "Asia/Kolkata", false,
            false },
        { "UBEN", "Ben Sample", "agent", "spring", "UOLGA", "America/New_York", NULL, false,
            false },
        { "UOLGA", "Olga Sample", "head", "spring", NULL, "Europe/Berlin", NULL, false, false },
        { 0 },
    };
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .people = people });
    play_until(play, "2031-03-04T23:59:00Z");
    assert_in_range(minute_of_last(play, "UADA"), 4 * 60, 11 * 60); /* UTC+5:30: the chat says so */
    assert_in_range(minute_of_last(play, "UBEN"), 14 * 60 + 30, 21 * 60 + 30);
    assert_in_range(minute_of_last(play, "UOLGA"), 8 * 60 + 30, 15 * 60 + 30);
    /* Ada travels: the next question follows her, and the day's one is not asked twice. */
    size_t shown = play_shown(play, "UADA");
    struct workspace_user ada = { .id = STR("UADA"),
        .name = STR("UADA"),
        .real_name = STR("Ada Sample"),
        .email = STR("uada@example.com"),
        .tz = STR("America/Los_Angeles") };
    assert_int_equal(workspace_change_user(play->workspace, &ada), OK);
    play_until(play, "2031-03-06T02:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), shown + 1);
    play_until(play, "2031-03-07T02:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), shown + 2);
    assert_in_range((minute_of_last(play, "UADA") + 24 * 60 - 8 * 60) % (24 * 60), 570, 990);
    play_free(play);
}

static void a_jump_of_the_clock_brings_no_flood(void **state)
{
    static const int64_t jumps_h[] = { 1, 5, 30, 24 * 9, -1, -5, -30 };
    (void)state;
    for (size_t i = 0; i < COUNT(jumps_h); i++) {
        struct play *play = play_new(&(struct play_setup){ .start = "2031-03-10T06:00:00Z" });
        play_first_question(play, "UADA");
        size_t shown = play_shown(play, "UADA");
        sim_world_jump(play->world, HOURS(jumps_h[i]));
        play_for(play, HOURS(1));
        assert_in_range(play_shown(play, "UADA"), shown, shown + 1);
        play_for(play, HOURS(24 * 5 + 40));
        assert_in_range(play_shown(play, "UADA"), shown + 1, shown + 6);
        assert_int_equal(play_number(play,
                             "SELECT count(*) FROM (SELECT 1 FROM nudge GROUP BY person_id, "
                             "day HAVING count(*) > 1)"),
            0);
        assert_int_equal(look_duplicate_posts(play->workspace), 0);
        play_free(play);
    }
}

static void a_week_off_the_air_is_not_made_up_for(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ 0 });
    play_first_question(play, "UADA");
    size_t shown = play_shown(play, "UADA");
    play_close(play);
    play_until(play, "2031-03-12T10:00:00Z");
    assert_int_equal(play_open(play), OK);
    play_until(play, "2031-03-12T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), shown + 1);
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(spring_forward_and_fall_back),
        cmocka_unit_test(everybody_in_their_own_zone),
        cmocka_unit_test(a_jump_of_the_clock_brings_no_flood),
        cmocka_unit_test(a_week_off_the_air_is_not_made_up_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
