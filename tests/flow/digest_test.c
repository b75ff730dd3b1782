/* The manager's week: once, on Monday at half past eight, whatever happens around it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/play.h"

#define TITLE "Your team's week"

/* Ada answers on each day of the week of 3 March, mostly right. */
static struct play *a_week_of_answers(void)
{
    static const char *const evenings[] = { "2031-03-04T15:31:00Z", "2031-03-05T15:31:00Z",
        "2031-03-06T15:31:00Z", "2031-03-07T15:31:00Z" };
    struct play *play = play_new(&(struct play_setup){ .faults = true });
    for (size_t i = 0; i < COUNT(evenings); i++) {
        play_until(play, evenings[i]);
        assert_int_equal(play_press(play, "UADA", i ? "the right one" : "the other one"), OK);
        if (i < 2)
            assert_int_equal(play_press(play, "UBEN", "the other one"), OK);
    }
    play_until(play, "2031-03-10T07:29:00Z");
    return play;
}

static size_t lines_of(struct str text)
{
    size_t lines = 0;
    struct str line;
    while (str_next_part(&text, '\n', &line))
        lines += line.len > 0;
    return lines;
}

static void monday_half_past_eight(void **state)
{
    (void)state;
    struct play *play = a_week_of_answers();
    assert_int_equal(play_count(play, "UMAX", TITLE), 0);
    play_until(play, "2031-03-10T07:31:00Z");
    assert_int_equal(play_count(play, "UMAX", TITLE), 1);
    assert_true(play_reads(play, "UMAX", "Ada Sample"));
    assert_true(play_reads(play, "UMAX", "Careful work"));
    assert_true(play_reads(play, "UMAX", "3 of 4"));
    assert_false(play_reads(play, "UMAX", "the other one")); /* never a single answer */
    assert_in_range(lines_of(play_last(play, "UMAX").text), 1, 12);
    play_until(play, "2031-03-16T23:00:00Z");
    assert_int_equal(play_count(play, "UMAX", TITLE), 1);
    /* Max answered nothing, so Olga is told nothing; neither are those who manage nobody. */
    assert_int_equal(play_count(play, "UOLGA", TITLE) + play_count(play, "UADA", TITLE), 0);
    /* A week in which nobody answered has nothing to say. */
    play_until(play, "2031-03-18T23:00:00Z");
    assert_int_equal(play_count(play, "UMAX", TITLE), 1);
    play_free(play);
}

static void details_on_request(void **state)
{
    (void)state;
    struct play *play = a_week_of_answers();
    play_until(play, "2031-03-10T08:00:00Z");
    size_t shown = play_shown(play, "UMAX");
    assert_int_equal(play_say(play, "UMAX", "details"), OK);
    play_for(play, SECONDS(10));
    assert_true(play_shown(play, "UMAX") > shown);
    assert_true(play_reads(play, "UMAX", "Ben Sample"));
    assert_int_equal(
        play_number(play, "SELECT count(*) FROM digest WHERE manager_id = 3 AND state = 2"), 1);
    play_free(play);
}

static void once_a_week_whatever_restarts(void **state)
{
    (void)state;
    for (uint32_t n = 1; n <= 24; n++) {
        struct play *play = a_week_of_answers();
        play->supervised = true;
        if (n <= 16)
            mem_disk_trap(play->disk, n, n % 2 ? play_kill : play_power_cut, play);
        else
            sim_world_trap(play->world, "chat.postMessage", (n - 15) / 2,
                n % 2 ? SIM_BEFORE : SIM_AFTER, play_kill, play);
        play_until(play, "2031-03-10T09:31:00Z");
        assert_true(n > 16 || play->deaths == 1);
        assert_int_equal(play_count(play, "UMAX", TITLE), 1);
        assert_int_equal(
            play_number(play, "SELECT count(*) FROM digest WHERE manager_id = 3 AND state = 2"), 1);
        play_free(play);
    }
}

/* The clock leaps while the report is being read: it is asked for again, and told once. */
static void a_report_that_comes_twice_is_told_once(void **state)
{
    (void)state;
    struct play *play = a_week_of_answers();
    play_until(play, "2031-03-10T07:29:59.900Z");
    while (play_number(play, "SELECT count(*) FROM person WHERE next_digest_ms = 1930894200000"))
        assert_true(sim_world_step(play->world, INSTANT_NEVER));
    assert_false(app_is_idle(play->app));
    sim_world_jump(play->world, MINUTES(11));
    play_for(play, MINUTES(5));
    assert_int_equal(play_count(play, "UMAX", TITLE), 1);
    play_free(play);
}

static void off_until_thursday_is_too_late(void **state)
{
    (void)state;
    struct play *play = a_week_of_answers();
    play_close(play);
    play_until(play, "2031-03-13T10:00:00Z");
    assert_int_equal(play_open(play), OK);
    play_until(play, "2031-03-16T23:00:00Z");
    assert_int_equal(play_count(play, "UMAX", TITLE), 0);
    play_free(play);
    play = a_week_of_answers();
    play_close(play);
    play_until(play, "2031-03-11T10:00:00Z");
    assert_int_equal(play_open(play), OK);
    play_for(play, MINUTES(2));
    assert_int_equal(play_count(play, "UMAX", TITLE), 1);
    play_free(play);
}

/* Off on Monday, on again on Tuesday: it comes within the hour, not next week. */
static void it_waits_for_the_operator(void **state)
{
    (void)state;
    struct play *play = a_week_of_answers();
    struct event pause = { .kind = EVENT_CONTROL, .control = CONTROL_PAUSE };
    assert_int_equal(app_raise(play->app, &pause), OK);
    play_until(play, "2031-03-11T09:10:00Z");
    assert_int_equal(play_count(play, "UMAX", TITLE), 0);
    play_resume(play);
    play_for(play, MINUTES(61));
    assert_int_equal(play_count(play, "UMAX", TITLE), 1);
    play_until(play, "2031-03-16T23:00:00Z");
    assert_int_equal(play_count(play, "UMAX", TITLE), 1);
    play_free(play);
}

/* Ten agents of two leads, below one head. Each lead knows their own five. */
static const struct play_person three_levels[] = {
    { "UONE", "Ann Agent", "agent", "spring", "UMAX", "Europe/Berlin", NULL, false, false },
    { "UTWO", "Bob Agent", "agent", "spring", "UMAX", "Europe/Berlin", NULL, false, false },
    { "UTHREE", "Cem Agent", "agent", "spring", "UMAX", "Europe/Berlin", NULL, false, false },
    { "UFOUR", "Dia Agent", "agent", "spring", "UMAX", "Europe/Berlin", NULL, false, false },
    { "UFIVE", "Eva Agent", "agent", "spring", "UMAX", "Europe/Berlin", NULL, false, false },
    { "USIX", "Fay Agent", "agent", "spring", "UMIA", "Europe/Berlin", NULL, false, false },
    { "USEVEN", "Gil Agent", "agent", "spring", "UMIA", "Europe/Berlin", NULL, false, false },
    { "UEIGHT", "Hal Agent", "agent", "spring", "UMIA", "Europe/Berlin", NULL, false, false },
    { "UNINE", "Ida Agent", "agent", "spring", "UMIA", "Europe/Berlin", NULL, false, false },
    { "UTEN", "Jan Agent", "agent", "spring", "UMIA", "Europe/Berlin", NULL, false, false },
    { "UMAX", "Max Sample", "lead", "spring", "UOLGA", "Europe/Berlin", NULL, false, false },
    { "UMIA", "Mia Sample", "lead", "spring", "UOLGA", "Europe/Berlin", NULL, false, false },
    { "UOLGA", "Olga Sample", "head", "spring", NULL, "Europe/Berlin", NULL, false, false },
    { 0 },
};

static void the_head_reads_sums_of_five(void **state)
{
    (void)state;
    static const char *const evenings[] = { "2031-03-04T15:31:00Z", "2031-03-05T15:31:00Z" };
    for (size_t answering = 9; answering <= 10; answering++) {
        struct play *play = play_new(&(struct play_setup){ .people = three_levels });
        for (size_t i = 0; i < COUNT(evenings); i++) {
            play_until(play, evenings[i]);
            for (size_t p = 0; p < answering; p++)
                assert_int_equal(play_press(play, three_levels[p].user, "the right one"), OK);
        }
        play_until(play, "2031-03-10T07:31:00Z");
        assert_true(play_reads(play, "UMAX", "Ann Agent"));
        assert_int_equal(play_count(play, "UMAX", "Below your direct reports"), 0);
        assert_int_equal(play_count(play, "UOLGA", TITLE), answering == 10);
        assert_int_equal(play_count(play, "UOLGA",
                             "Below your direct reports (about 10 people): strong at Careful "
                             "work (about 9 of 10 or more right)"),
            answering == 10);
        assert_int_equal(play_count(play, "UOLGA", " Agent"), 0);
        play_free(play);
    }
}

static void a_new_manager_reads_the_team_of_today(void **state)
{
    static const struct play_person moved[] = {
        { "UADA", "Ada Sample", "agent", "spring", "UOLGA", "Europe/Berlin", NULL, false, false },
        { "UBEN", "Ben Sample", "agent", "spring", "UMAX", "Europe/Berlin", NULL, false, false },
        { "UMAX", "Max Sample", "lead", "spring", "UOLGA", "Europe/Berlin", NULL, false, false },
        { "UOLGA", "Olga Sample", "head", "spring", NULL, "Europe/Berlin", NULL, false, false },
        { 0 },
    };
    (void)state;
    struct play *play = a_week_of_answers();
    play_write_people(play, moved);
    app_reload(play->app);
    play_until(play, "2031-03-10T07:45:00Z");
    assert_int_equal(play_count(play, "UMAX", "Ada Sample"), 0);
    assert_int_equal(play_count(play, "UMAX", TITLE), 1);
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(monday_half_past_eight),
        cmocka_unit_test(details_on_request),
        cmocka_unit_test(once_a_week_whatever_restarts),
        cmocka_unit_test(a_report_that_comes_twice_is_told_once),
        cmocka_unit_test(off_until_thursday_is_too_late),
        cmocka_unit_test(it_waits_for_the_operator),
        cmocka_unit_test(the_head_reads_sums_of_five),
        cmocka_unit_test(a_new_manager_reads_the_team_of_today),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
