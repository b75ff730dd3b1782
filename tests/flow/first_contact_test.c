/* Who is written to, and when for the first time. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/play.h"

#define MANIFEST SOURCE_DIR "/deploy/slack-manifest.yaml"

static void first_contact_is_only_the_notice(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .tiers = true, .manifest_file = MANIFEST });
    assert_int_equal(play_shown(play, "UADA"), 0);
    play_until(play, "2031-03-03T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), 1);
    assert_true(play_reads(play, "UADA", "Hello Ada Sample"));
    assert_true(play_reads(play, "UADA", "your manager Max Sample"));
    assert_true(play_reads(play, "UADA", "How to stop"));
    assert_true(play_reads(play, "UADA", "Works agreement 12 of 2031."));
    assert_int_equal(play_number(play, "SELECT count(*) FROM nudge"), 0);
    assert_int_equal(play_number(play, "SELECT count(*) FROM person WHERE notice_version = 3"), 4);
    play_until(play, "2031-03-04T15:31:00Z");
    assert_int_equal(play_shown(play, "UADA"), 2);
    assert_true(play_reads(play, "UADA", "Which one comes first?"));
    assert_true(play_can_press(play, "UADA", "the right one"));
    assert_int_equal(play_number(play, "SELECT count(*) FROM nudge WHERE person_id = 1"), 1);
    assert_int_equal(look_errors(play->workspace, STR_EMPTY), 0);
    play_free(play);
}

static void a_new_store_says_nothing_until_resume(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .not_live = true });
    play_until(play, "2031-03-06T12:00:00Z");
    assert_int_equal(play_shown(play, "UADA") + play_shown(play, "UMAX"), 0);
    assert_int_equal(
        play_number(play, "SELECT count(*) FROM person WHERE chat_user IS NOT NULL"), 4);
    assert_int_equal(play_number(play, "SELECT count(*) FROM delivery"), 0);
    play_resume(play);
    play_until(play, "2031-03-06T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), 1);
    play_close(play);
    assert_int_equal(play_open(play), OK); /* and it stays resumed */
    play_until(play, "2031-03-07T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), 2);
    play_free(play);
}

static void only_the_pilot_is_contacted(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .only = "UBEN" });
    play_until(play, "2031-03-12T23:00:00Z");
    assert_true(play_shown(play, "UBEN") > 1);
    assert_int_equal(play_shown(play, "UADA"), 0);
    assert_int_equal(play_shown(play, "UMAX"), 0);
    play_free(play);
}

static void whoever_is_on_one_list_only_is_left_alone(void **state)
{
    static const struct play_person people[] = {
        { "UADA", "Ada Sample", "agent", "spring", "UOLGA", "Europe/Berlin", NULL, true, false },
        { "UGUEST", "Guest Sample", "agent", "spring", "UOLGA", "Europe/Berlin", NULL, false,
            true },
        { "UOLGA", "Olga Sample", "head", "spring", NULL, "Europe/Berlin", NULL, false, false },
        { 0 },
    };
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .people = people });
    play_until(play, "2031-03-06T23:00:00Z");
    assert_true(play_shown(play, "UOLGA") > 0);
    assert_int_equal(play_number(play, "SELECT chat_state FROM person WHERE external_id = 'UADA'"),
        CHAT_UNMATCHED);
    assert_int_equal(play_say(play, "UGUEST", "/nudge help"), OK);
    assert_true(play_reads(play, "UGUEST", "have you on my list"));
    assert_int_equal(play_number(play, "SELECT count(*) FROM delivery"), 0);
    /* Somebody comes to the workspace later. */
    struct workspace_user ada = { .id = STR("UADA"),
        .name = STR("ada"),
        .real_name = STR("Ada"),
        .email = STR("UAda@Example.com"),
        .tz = STR("Europe/Berlin") };
    assert_int_equal(workspace_join(play->workspace, &ada, NULL), OK);
    play_until(play, "2031-03-07T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), 1);
    play_free(play);
}

static void holidays_are_quiet(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){
        .holidays = "- date: 2031-03-03\n  until: 2031-03-05\n  name: Carnival\n" });
    play_until(play, "2031-03-05T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), 0);
    play_until(play, "2031-03-06T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), 1);
    play_free(play);
}

static void do_not_disturb_is_waited_for(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .seed = 3 });
    struct instant from, until;
    play_until(play, "2031-03-03T23:00:00Z");
    assert_true(instant_parse(STR("2031-03-04T07:00:00Z"), &from));
    assert_true(instant_parse(STR("2031-03-04T15:00:00Z"), &until));
    assert_int_equal(workspace_set_dnd(play->workspace, STR("UADA"), from, until), OK);
    play_until(play, "2031-03-04T15:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), 1);
    assert_int_equal(play_shown(play, "UBEN"), 2);
    play_until(play, "2031-03-04T15:30:00Z");
    assert_int_equal(play_shown(play, "UADA"), 2); /* the window was still open for half an hour */
    play_free(play);
}

static void another_workspace_is_refused(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ 0 });
    play_until(play, "2031-03-03T23:00:00Z");
    play_close(play);
    struct workspace *first = play->workspace, *second = NULL;
    struct workspace_options options = { .team_id = STR("T0OTHER"),
        .bot_token = STR(PLAY_BOT_TOKEN),
        .app_token = STR(PLAY_APP_TOKEN),
        .base_url = STR("http://127.0.0.1:7777"),
        .time = sim_world_time,
        .time_arg = play->world };
    struct workspace_user ada = {
        .id = STR("UADA"), .name = STR("ada"), .email = STR("uada@example.com")
    };
    assert_int_equal(workspace_new(&options, &second), OK);
    assert_int_equal(workspace_add_user(second, &ada, NULL), OK);
    sim_world_attach(play->world, second, NULL);
    play->workspace = second;
    assert_int_equal(play_open(play), OK);
    play_until(play, "2031-03-05T23:00:00Z");
    assert_int_equal(play->exit_code, 78);
    assert_int_equal(look_calls(second, STR("chat.postMessage")).calls, 0);
    play_close(play);
    play->workspace = first;
    sim_world_attach(play->world, first, NULL);
    workspace_free(second);
    assert_int_equal(play_open(play), OK); /* its own is welcome as ever */
    play_until(play, "2031-03-06T23:00:00Z");
    assert_true(play_count(play, "UADA", "Which one comes") > 0);
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_contact_is_only_the_notice),
        cmocka_unit_test(a_new_store_says_nothing_until_resume),
        cmocka_unit_test(only_the_pilot_is_contacted),
        cmocka_unit_test(whoever_is_on_one_list_only_is_left_alone),
        cmocka_unit_test(holidays_are_quiet),
        cmocka_unit_test(do_not_disturb_is_waited_for),
        cmocka_unit_test(another_workspace_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
