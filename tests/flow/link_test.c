/* What Slack and the network do to the bot: limits, refreshes, cuts, silence, a token taken
 * away. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/play.h"

#define MANIFEST SOURCE_DIR "/deploy/slack-manifest.yaml"

static struct play *with_a_question(void)
{
    struct play *play = play_new(&(struct play_setup){ .faults = true, .manifest_file = MANIFEST });
    play_first_question(play, "UADA");
    return play;
}

static void every_way_of_saying_wait_is_understood(void **state)
{
    static const struct {
        enum sim_fault fault;
        int64_t least_s, most_s;
    } waits[] = {
        { SIM_FAULT_LIMITED, 1, 10 },
        { SIM_FAULT_LIMITED_NO_HEADER, 20, 60 },
        { SIM_FAULT_LIMITED_ZERO, 1, 10 },
        { SIM_FAULT_LIMITED_JUNK, 20, 60 },
        { SIM_FAULT_LIMITED_HUGE, 3000, 3700 },
        { SIM_FAULT_LIMITED_DATE, 20, 60 },
        { SIM_FAULT_RATELIMITED_BODY, 1, 60 },
        { SIM_FAULT_STATUS_503, 1, 60 },
        { SIM_FAULT_NOT_REACHED, 1, 60 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(waits); i++) {
        struct play *play = play_new(&(struct play_setup){ .faults = true, .only = "UADA" });
        play_until(play, "2031-03-03T23:00:00Z");
        struct play_forced forced = { play, waits[i].fault };
        sim_world_trap(play->world, "chat.postMessage", 1, SIM_BEFORE, play_force, &forced);
        while (!play->faults.counts[waits[i].fault])
            play_for(play, SECONDS(1));
        struct instant refused = play_now(play);
        bool clear = waits[i].fault != SIM_FAULT_STATUS_503; /* a 5xx may have arrived: looked up */
        assert_true(play_until_shown(play, "UADA", 2));
        assert_int_equal(look_duplicate_posts(play->workspace), 0);
        struct str ts = play_last(play, "UADA").ts;
        int64_t ts_s = 0;
        assert_true(str_to_int64(str_slice(ts, 0, str_find(ts, '.')), &ts_s));
        if (clear)
            assert_in_range(
                ts_s - refused.utc_ms / 1000 + 1, waits[i].least_s, waits[i].most_s + 1);
        play_free(play);
    }
}

static void a_refresh_in_mid_click_loses_nothing(void **state)
{
    static const char *const reasons[] = { "refresh_requested", "warning" };
    (void)state;
    for (size_t i = 0; i < COUNT(reasons); i++)
        for (int64_t wait_ms = 0; wait_ms < 200; wait_ms += 20) {
            struct play *play = with_a_question();
            struct str ts = play_last_ts(play, "UADA");
            workspace_disconnect(play->workspace, 0, str_from_z(reasons[i]));
            play_for(play, (struct duration){ wait_ms });
            assert_int_equal(play_click(play, "UADA", ts, "the right one"), OK);
            play_for(play, SECONDS(20));
            struct look_user ada;
            assert_true(look_user(play->workspace, STR("UADA"), &ada));
            assert_int_equal(ada.troubles, 0);
            assert_int_equal(look_envelopes(play->workspace, STR_EMPTY).astray, 0);
            assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
            assert_true(play_reads(play, "UADA", "because it holds"));
            assert_int_equal(sim_world_links(play->world), 1);
            play_free(play);
        }
}

static void a_cut_link_comes_back(void **state)
{
    static const enum sim_fault opens[] = { SIM_FAULT_REFUSE_408, SIM_FAULT_REFUSE_409,
        SIM_FAULT_REFUSE_429, SIM_FAULT_TOO_MANY, SIM_FAULT_NO_HELLO };
    (void)state;
    for (size_t i = 0; i < COUNT(opens); i++) {
        struct play *play = with_a_question();
        sim_faults_force(&play->faults, SIM_FAULT_CUT, 1);
        sim_faults_force(&play->faults, opens[i], 2);
        play_for(play, MINUTES(10));
        assert_int_equal(play->faults.counts[SIM_FAULT_CUT], 1);
        assert_int_equal(play->faults.counts[opens[i]], 2);
        assert_int_equal(sim_world_links(play->world), 1);
        assert_string_equal(app_link_state(play->app), "connected");
        assert_int_equal(play_press(play, "UADA", "the right one"), OK);
        assert_true(play_reads(play, "UADA", "because it holds"));
        play_free(play);
    }
}

static void a_dead_link_is_noticed_in_35_seconds(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    sim_faults_force(&play->faults, SIM_FAULT_SILENCE, 1);
    while (!play->faults.counts[SIM_FAULT_SILENCE])
        play_for(play, SECONDS(1));
    uint64_t opened = look_calls(play->workspace, STR("apps.connections.open")).ok;
    play_for(play, SECONDS(35));
    assert_int_equal(look_calls(play->workspace, STR("apps.connections.open")).ok, opened + 1);
    play_for(play, MINUTES(3));
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    assert_true(play_reads(play, "UADA", "because it holds"));
    play_free(play);
}

static void duplicates_and_lost_acks_count_once(void **state)
{
    static const enum sim_fault kinds[] = { SIM_FAULT_DUPLICATE, SIM_FAULT_ACK_LOST,
        SIM_FAULT_DELAY };
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct play *play = with_a_question();
        sim_faults_force(&play->faults, kinds[i], 1);
        sim_faults_force(&play->faults, SIM_FAULT_NEW_ENVELOPE_ID, 1);
        assert_int_equal(play_say(play, "UADA", "A"), OK);
        play_for(play, MINUTES(8));
        assert_int_equal(play->faults.counts[kinds[i]], 1);
        assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
        assert_int_equal(play_shown(play, "UADA"), 2);
        assert_int_equal(look_unacked(play->workspace), 0);
        play_free(play);
    }
}

static void a_revoked_token_silences_and_keeps_everything(void **state)
{
    (void)state;
    for (int uninstalled = 0; uninstalled < 2; uninstalled++) {
        struct play *play = with_a_question();
        assert_int_equal(play_press(play, "UADA", "the right one"), OK);
        if (uninstalled)
            workspace_uninstall(play->workspace);
        else
            workspace_revoke(play->workspace);
        play_for(play, HOURS(1));
        uint64_t posts = look_calls(play->workspace, STR("chat.postMessage")).calls;
        play_until(play, "2031-03-06T23:00:00Z");
        assert_int_equal(look_calls(play->workspace, STR("chat.postMessage")).calls, posts);
        assert_int_equal(play_number(play, "SELECT workspace_lost FROM state"), 1);
        assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
        assert_string_equal(app_link_state(play->app), "refused");
        assert_int_equal(play->exit_code, -1);
        /* A new token of the same workspace. */
        workspace_reinstall(play->workspace, STR("xoxb-new"), STR("xapp-new"));
        play_close(play);
        play->options.bot_token = STR("xoxb-new");
        play->options.app_token = STR("xapp-new");
        assert_int_equal(play_open(play), OK);
        size_t shown = play_shown(play, "UADA");
        play_until(play, "2031-03-07T23:00:00Z");
        assert_int_equal(play_shown(play, "UADA"), shown + 1); /* one, not the four missed */
        assert_int_equal(play_number(play, "SELECT workspace_lost FROM state"), 0);
        play_free(play);
    }
}

/* Put off while the question still waited for a token: it does not come any more. */
static void what_is_closed_before_it_left_stays_at_home(void **state)
{
    static const char *const words[] = { "A", "skip", "stop", "pause" };
    (void)state;
    for (size_t i = 0; i < COUNT(words); i++) {
        struct play *play = play_new(&(struct play_setup){ .faults = true, .only = "UADA" });
        play_until(play, "2031-03-03T23:00:00Z");
        struct play_forced forced = { play, SIM_FAULT_LIMITED_HUGE };
        sim_world_trap(play->world, "chat.postMessage", 1, SIM_BEFORE, play_force, &forced);
        while (!play->faults.counts[SIM_FAULT_LIMITED_HUGE])
            play_for(play, SECONDS(1));
        assert_int_equal(play_say(play, "UADA", words[i]), OK);
        play_until(play, "2031-03-04T23:00:00Z");
        assert_int_equal(play_count(play, "UADA", "\"snooze:"), 0);
        assert_int_equal(play_number(play, "SELECT count(*) FROM nudge WHERE state = 1"), 0);
        assert_int_equal(play_number(play, "SELECT count(*) FROM delivery"), 0);
        play_free(play);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_of_saying_wait_is_understood),
        cmocka_unit_test(a_refresh_in_mid_click_loses_nothing),
        cmocka_unit_test(a_cut_link_comes_back),
        cmocka_unit_test(a_dead_link_is_noticed_in_35_seconds),
        cmocka_unit_test(duplicates_and_lost_acks_count_once),
        cmocka_unit_test(a_revoked_token_silences_and_keeps_everything),
        cmocka_unit_test(what_is_closed_before_it_left_stays_at_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
