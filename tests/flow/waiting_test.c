/* A question that had to wait on its way out: whatever changed for its person meanwhile counts, and
 * nothing arrives outside their hours. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/play.h"

/* Ada's second day, 13:57 UTC: her question's first request is told to wait. */
static struct play *with_a_question_that_waits_for(enum sim_fault fault)
{
    struct play *play = play_new(&(struct play_setup){ .faults = true, .only = "UADA" });
    play_until(play, "2031-03-03T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), 1); /* the notice */
    struct play_forced forced = { play, fault };
    sim_world_trap(play->world, "chat.postMessage", 1, SIM_BEFORE, play_force, &forced);
    while (!play->faults.counts[fault])
        play_for(play, SECONDS(1));
    play_for(play, SECONDS(2));
    assert_int_equal(play_number(play, "SELECT count(*) FROM delivery WHERE lane = 4"), 1);
    return play;
}

static struct play *with_a_question_that_waits(void)
{
    return with_a_question_that_waits_for(SIM_FAULT_LIMITED_HUGE); /* an hour */
}

/* Nothing for the next two hours, and nobody waits for it any more. */
static void assert_dropped(struct play *play)
{
    play_for(play, MINUTES(120));
    assert_int_equal(play_shown(play, "UADA"), 1);
    assert_int_equal(play_number(play, "SELECT count(*) FROM delivery WHERE lane = 4"), 0);
    assert_int_equal(play_number(play, "SELECT count(*) FROM nudge WHERE state = 1"), 0);
    play_free(play);
}

static void arrives(void **state)
{
    (void)state;
    struct play *play = with_a_question_that_waits();
    play_for(play, MINUTES(120));
    assert_int_equal(play_shown(play, "UADA"), 2);
    play_free(play);
}

static void move_ada(struct play *play, const char *zone)
{
    struct workspace_user ada = { .id = STR("UADA"), .name = STR("UADA"),
        .real_name = STR("Ada Sample"), .email = STR("uada@example.com"),
        .tz = str_from_z(zone) };
    assert_int_equal(workspace_change_user(play->workspace, &ada), OK);
    play_for(play, SECONDS(5));
}

static void not_where_it_is_evening_now(void **state)
{
    (void)state;
    struct play *play = with_a_question_that_waits();
    move_ada(play, "Pacific/Auckland"); /* 12 hours ahead */
    assert_dropped(play);
}

static void later_where_it_is_early_now(void **state)
{
    (void)state;
    struct play *play = with_a_question_that_waits_for(SIM_FAULT_LIMITED_NO_HEADER);
    move_ada(play, "America/New_York"); /* not yet nine */
    play_until(play, "2031-03-04T14:29:50Z");
    assert_int_equal(play_shown(play, "UADA"), 1);
    assert_int_equal(play_number(play, "SELECT attempts FROM delivery WHERE lane = 4"), 1);
    play_until(play, "2031-03-04T14:30:10Z");
    assert_int_equal(play_shown(play, "UADA"), 2);
    play_free(play);
}

static void not_after_the_hours_of_all_changed(void **state)
{
    (void)state;
    struct play *play = with_a_question_that_waits();
    play->config.settings.hours.to_minute = play->config.settings.hours.from_minute + 1;
    assert_dropped(play);
}

static void not_into_a_pause_or_after_the_end(void **state)
{
    static const char *const words[] = { "pause", "pause for 2 weeks", "stop" };
    (void)state;
    for (size_t i = 0; i < COUNT(words); i++) {
        struct play *play = with_a_question_that_waits();
        size_t shown = play_shown(play, "UADA");
        assert_int_equal(play_say(play, "UADA", words[i]), OK);
        play_for(play, MINUTES(120));
        assert_int_equal(play_count(play, "UADA", "Which one comes first?"), 0);
        assert_in_range(play_shown(play, "UADA"), shown, shown + 1); /* the reply */
        assert_int_equal(play_number(play, "SELECT count(*) FROM delivery WHERE lane = 4"), 0);
        play_free(play);
    }
    struct play *play = with_a_question_that_waits();
    play_write_people(play, play_cast + 1);
    assert_dropped(play);
}

static void not_into_do_not_disturb_but_after_it(void **state)
{
    (void)state;
    struct play *play = with_a_question_that_waits();
    struct instant now = play_now(play);
    assert_int_equal(workspace_set_dnd(play->workspace, STR("UADA"), now,
                         instant_add(now, MINUTES(90))), OK);
    play_for(play, MINUTES(85));
    assert_int_equal(play_shown(play, "UADA"), 1);
    assert_int_equal(play_number(play, "SELECT attempts FROM delivery WHERE lane = 4"), 1);
    play_for(play, MINUTES(15));
    assert_int_equal(play_shown(play, "UADA"), 2);
    play_free(play);
}

/* What waits while the operator has switched sending off waits on, and goes when it may. */
static void not_while_sending_is_off(void **state)
{
    (void)state;
    struct play *play = with_a_question_that_waits();
    struct event pause = { .kind = EVENT_CONTROL, .control = CONTROL_PAUSE };
    struct event resume = { .kind = EVENT_CONTROL, .control = CONTROL_RESUME };
    assert_int_equal(app_raise(play->app, &pause), OK);
    play_for(play, MINUTES(65));
    assert_int_equal(play_shown(play, "UADA"), 1);
    assert_int_equal(play_number(play, "SELECT count(*) FROM delivery WHERE lane = 4"), 1);
    assert_int_equal(app_raise(play->app, &resume), OK);
    play_for(play, SECONDS(5));
    assert_int_equal(play_shown(play, "UADA"), 2);
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrives),
        cmocka_unit_test(not_where_it_is_evening_now),
        cmocka_unit_test(later_where_it_is_early_now),
        cmocka_unit_test(not_after_the_hours_of_all_changed),
        cmocka_unit_test(not_into_a_pause_or_after_the_end),
        cmocka_unit_test(not_into_do_not_disturb_but_after_it),
        cmocka_unit_test(not_while_sending_is_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
