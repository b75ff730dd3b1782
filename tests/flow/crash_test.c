/* What a power cut, a kill -9, a full or broken disk costs: a repetition at most, never an
 * answer and never a second message. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "nudged/app/service.h"
#include "support/play.h"

static struct play *with_a_question(void)
{
    struct play *play = play_new(&(struct play_setup){ .faults = true });
    play_first_question(play, "UADA");
    return play;
}

static void restart(struct play *play)
{
    assert_true(sim_world_is_dead(play->world));
    play_bury(play);
    assert_int_equal(play_open(play), OK);
}

static void commit_before_ack_is_harmless(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    sim_world_trap(play->world, "ack", 1, SIM_BEFORE, play_kill, play);
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    restart(play);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer WHERE grade = 3"), 1);
    play_for(play, SECONDS(30));
    assert_true(play_reads(play, "UADA", "because it holds")); /* the feedback was in the outbox */
    struct look_user ada;
    assert_true(look_user(play->workspace, STR("UADA"), &ada));
    assert_int_equal(ada.troubles, 1); /* Slack showed its mark: not acked */
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
    assert_int_equal(play_shown(play, "UADA"), 2);
    play_free(play);
}

/* A typed line is delivered again by Slack when its ack was lost. */
static void a_redelivered_line_counts_once(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    sim_world_trap(play->world, "ack", 1, SIM_BEFORE, play_kill, play);
    assert_int_equal(play_say(play, "UADA", "A"), OK);
    restart(play);
    play_for(play, MINUTES(8));
    struct look_envelopes events = look_envelopes(play->workspace, STR("events_api"));
    assert_true(events.redelivered > 0);
    assert_int_equal(look_unacked(play->workspace), 0);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
    assert_int_equal(play_shown(play, "UADA"), 2); /* and nobody complains to Ada */
    play_free(play);
}

static void power_cut_at_every_write_of_an_answer(void **state)
{
    (void)state;
    for (uint32_t n = 1; n <= 12; n++) {
        struct play *play = play_new(&(struct play_setup){ .seed = n });
        play_first_question(play, "UADA");
        uint64_t acked = look_envelopes(play->workspace, STR("interactive")).acked;
        mem_disk_trap(play->disk, n, n % 2 ? play_kill : play_power_cut, play);
        assert_int_equal(play_press(play, "UADA", "the right one"), OK);
        bool was_acked = look_envelopes(play->workspace, STR("interactive")).acked > acked;
        if (sim_world_is_dead(play->world))
            restart(play);
        int64_t answers = play_number(play, "SELECT count(*) FROM answer");
        assert_true(!was_acked || answers == 1);
        play_for(play, SECONDS(60));
        if (!answers) /* Slack's mark: press again */
            assert_int_equal(play_press(play, "UADA", "the right one"), OK);
        play_for(play, SECONDS(60));
        assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
        assert_true(play_reads(play, "UADA", "because it holds"));
        assert_int_equal(look_duplicate_posts(play->workspace), 0);
        assert_int_equal(play_shown(play, "UADA"), 2);
        play_free(play);
    }
}

/* Died around the request that posts the question. */
static void died_posting(enum sim_moment moment, uint64_t posts_before_restart)
{
    struct play *play = play_new(&(struct play_setup){ 0 });
    play_until(play, "2031-03-03T23:00:00Z");
    uint64_t posts = look_calls(play->workspace, STR("chat.postMessage")).ok;
    sim_world_trap(play->world, "chat.postMessage", 1, moment, play_kill, play);
    play_until(play, "2031-03-04T15:00:00Z");
    restart(play);
    assert_int_equal(play_number(play, "SELECT count(*) FROM delivery WHERE state IN (2, 3)"), 1);
    play_for(play, SECONDS(20)); /* not before the settle time */
    assert_int_equal(
        look_calls(play->workspace, STR("chat.postMessage")).ok, posts + posts_before_restart);
    play_until(play, "2031-03-04T23:00:00Z");
    assert_int_equal(play_number(play, "SELECT count(*) FROM delivery"), 0);
    assert_int_equal(look_duplicate_posts(play->workspace), 0);
    assert_int_equal(play_shown(play, "UADA"), 2);
    assert_int_equal(play_shown(play, "UBEN"), 2);
    assert_true(look_calls(play->workspace, STR("conversations.history")).ok > 0);
    assert_int_equal(play_number(play, "SELECT count(*) FROM nudge WHERE message_id IS NULL"), 0);
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    assert_true(play_reads(play, "UADA", "because it holds"));
    play_free(play);
}

static void claimed_but_not_sent_is_sent_once(void **state)
{
    (void)state;
    died_posting(SIM_BEFORE, 0);
}

static void sent_but_not_noted_is_found_again(void **state)
{
    (void)state;
    died_posting(SIM_AFTER, 1);
}

static void an_unknown_outcome_is_looked_up(void **state)
{
    static const enum sim_fault kinds[] = { SIM_FAULT_DROPPED, SIM_FAULT_TRUNCATED,
        SIM_FAULT_STATUS_500, SIM_FAULT_INTERNAL_ERROR, SIM_FAULT_HTML };
    (void)state;
    for (size_t i = 0; i < COUNT(kinds) * 2; i++) {
        struct play *play =
            play_new(&(struct play_setup){ .faults = true, .seed = 1 + i / COUNT(kinds) });
        play_until(play, "2031-03-03T23:00:00Z");
        sim_world_trap(play->world, "chat.postMessage", 1, SIM_BEFORE, play_force,
            &(struct play_forced){ play, kinds[i % COUNT(kinds)] });
        play_until(play, "2031-03-04T23:00:00Z");
        assert_int_equal(play->faults.counts[kinds[i % COUNT(kinds)]], 1);
        assert_int_equal(look_duplicate_posts(play->workspace), 0);
        assert_int_equal(play_shown(play, "UADA"), 2);
        assert_int_equal(play_shown(play, "UBEN"), 2);
        assert_int_equal(play_number(play, "SELECT count(*) FROM delivery"), 0);
        play_free(play);
    }
}

static void a_full_disk_refuses_and_recovers(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    uint64_t acked = look_envelopes(play->workspace, STR("interactive")).acked;
    mem_disk_set_full(play->disk, true);
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    play_for(play, SECONDS(30));
    struct look_user ada;
    assert_true(look_user(play->workspace, STR("UADA"), &ada));
    assert_int_equal(ada.troubles, 1);
    assert_int_equal(look_envelopes(play->workspace, STR("interactive")).acked, acked);
    assert_int_equal(play->exit_code, -1); /* alive */
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 0);
    play_for(play, HOURS(2));
    assert_int_equal(play_shown(play, "UADA"), 2);
    mem_disk_set_full(play->disk, false);
    play_for(play, SECONDS(30));
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
    assert_true(play_reads(play, "UADA", "because it holds"));
    play_until(play, "2031-03-05T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), 3);
    assert_int_equal(play_shown(play, "UBEN"), 3);
    play_free(play);
}

static void a_broken_disk_stops_the_daemon(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    uint64_t acked = look_envelopes(play->workspace, STR("interactive")).acked;
    mem_disk_break_syncs(play->disk, 1);
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    assert_int_equal(play->exit_code, 74);
    assert_int_equal(look_envelopes(play->workspace, STR("interactive")).acked, acked);
    play_close(play);
    play_for(play, SECONDS(5));
    assert_int_equal(play_open(play), OK);
    play_for(play, SECONDS(30));
    if (play_number(play, "SELECT count(*) FROM answer") == 0)
        assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    play_for(play, SECONDS(30));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
    assert_true(play_reads(play, "UADA", "because it holds"));
    play_free(play);
}

/* More rows than a plan holds: this event fails, whatever else is in its batch. */
static void one_bad_event_spoils_no_other(void **state)
{
    static struct people_row rows[PLAN_EFFECTS_MAX + 1];
    (void)state;
    for (size_t bad_first = 0; bad_first < 2; bad_first++) {
        struct play *play = with_a_question();
        struct event bad = { .kind = EVENT_PEOPLE, .rows = rows, .rows_len = COUNT(rows) };
        struct str ts = play_last_ts(play, "UADA");
        uint64_t acked = look_envelopes(play->workspace, STR("interactive")).acked;
        if (bad_first)
            assert_int_equal(app_raise(play->app, &bad), OK);
        assert_int_equal(play_click(play, "UADA", ts, "the right one"), OK);
        while (!bad_first && app_is_idle(play->app)) /* until the click waits for its turn */
            assert_true(sim_world_step(play->world, INSTANT_NEVER));
        if (!bad_first)
            assert_int_equal(app_raise(play->app, &bad), OK);
        play_for(play, SECONDS(10));
        assert_int_equal(play->failed_events, 1);
        assert_int_equal(look_envelopes(play->workspace, STR("interactive")).acked, acked + 1);
        assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
        assert_int_equal(play_number(play, "SELECT count(*) FROM person"), 4);
        assert_true(play_reads(play, "UADA", "because it holds"));
        assert_int_equal(play->exit_code, -1);
        play_free(play);
    }
}

/* A line whose batch is tried again is one line still: fifteen are no flood. */
static void a_line_counts_once_however_often_it_is_tried(void **state)
{
    static struct people_row rows[PLAN_EFFECTS_MAX + 1];
    enum { LINES = 15 };
    (void)state;
    struct play *play = with_a_question();
    for (int i = 0; i < LINES; i++) {
        struct event bad = { .kind = EVENT_PEOPLE, .rows = rows, .rows_len = COUNT(rows) };
        assert_int_equal(human_say(play->workspace, STR("UADA"), STR("what now"), NULL), OK);
        while (app_is_idle(play->app))
            assert_true(sim_world_step(play->world, INSTANT_NEVER));
        assert_int_equal(app_raise(play->app, &bad), OK);
        play_for(play, SECONDS(2));
    }
    assert_int_equal(play->failed_events, LINES);
    assert_int_equal(play_count(play, "UADA", "That is more than I can read"), 0);
    play_free(play);
}

/* A frame of which one field is not what it must be would come back for ever: it is acked, counted
 * and forgotten, and the same press in order counts. */
static void a_frame_with_a_wrong_field_is_acked_and_forgotten(void **state)
{
    static const char *const wrong[][2] = {
        { "\"UADA\"", "12345" },
        { "\"UADA\"", "\"not a user\"" },
        { "\"type\":\"block_actions\"", "\"type\":{}" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct play *play = with_a_question();
        uint64_t acked = look_envelopes(play->workspace, STR("interactive")).acked;
        sim_world_tamper_in(play->world, "block_actions", str_from_z(wrong[i][0]),
            str_from_z(wrong[i][1]));
        assert_int_equal(play_press(play, "UADA", "the right one"), OK);
        assert_int_equal(look_envelopes(play->workspace, STR("interactive")).acked, acked + 1);
        assert_int_equal(look_unacked(play->workspace), 0);
        assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 0);
        assert_int_equal(play->failed_events, 0);
        assert_int_equal(play_press(play, "UADA", "the right one"), OK);
        assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
        play_free(play);
    }
}

static void a_second_daemon_is_kept_away(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .quiet_start = true });
    struct str folder = str_format(&play->arena, "%s/state", play->folder);
    int first = -1, second = -1;
    assert_int_equal(lock_take(folder, &play->arena, &first), OK);
    assert_int_equal(lock_take(folder, &play->arena, &second), ERR_BUSY);
    assert_int_equal(second, -1);
    lock_release(first);
    assert_int_equal(lock_take(folder, &play->arena, &second), OK);
    lock_release(second);
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(commit_before_ack_is_harmless),
        cmocka_unit_test(a_redelivered_line_counts_once),
        cmocka_unit_test(power_cut_at_every_write_of_an_answer),
        cmocka_unit_test(claimed_but_not_sent_is_sent_once),
        cmocka_unit_test(sent_but_not_noted_is_found_again),
        cmocka_unit_test(an_unknown_outcome_is_looked_up),
        cmocka_unit_test(a_full_disk_refuses_and_recovers),
        cmocka_unit_test(a_broken_disk_stops_the_daemon),
        cmocka_unit_test(one_bad_event_spoils_no_other),
        cmocka_unit_test(a_line_counts_once_however_often_it_is_tried),
        cmocka_unit_test(a_frame_with_a_wrong_field_is_acked_and_forgotten),
        cmocka_unit_test(a_second_daemon_is_kept_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
