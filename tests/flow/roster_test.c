/* A people.csv that is taken in by and by: what is true between two slices, and after a stop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "support/play.h"

#define ADA "UADA", "Ada Sample", "agent", "spring"
#define BEN "UBEN", "Ben Sample", "agent", "spring"
#define MAX "UMAX", "Max Sample", "lead", "spring"
#define OLGA "UOLGA", "Olga Sample", "head", "spring"
#define BERLIN "Europe/Berlin", NULL, false, false

static const struct play_person without_ada[] = {
    { BEN, "UOLGA", BERLIN },
    { MAX, "UOLGA", BERLIN },
    { OLGA, NULL, BERLIN },
    { 0 },
};

static uint64_t slices; /* of people.csv that were stored, of any program */

static void count_slices(void *arg, const struct app_step *step)
{
    (void)arg;
    slices += !strcmp(step->kind, "people") && !strcmp(step->step, "committed");
}

/* One row a turn; four ids a turn of what follows. */
static struct play *by_ones(const char *known)
{
    struct play *play = play_new(&(struct play_setup){ .quiet_start = true });
    play->options.rows_per_slice = 1;
    play->options.step = count_slices;
    play->config.hash.bytes[0] = (uint8_t)known[0];
    slices = 0;
    assert_int_equal(play_open(play), OK);
    return play;
}

static int64_t employed(struct play *play)
{
    return play_number(play, "SELECT count(*) FROM person WHERE employed = 1");
}

static void run_until_slices(struct play *play, uint64_t count)
{
    while (slices < count)
        assert_true(sim_world_step(play->world, INSTANT_NEVER));
}

static void a_start_with_the_same_files_takes_nothing_in(void **state)
{
    (void)state;
    struct play *play = by_ones("k");
    play_resume(play);
    play_for(play, MINUTES(5));
    assert_int_equal(play_number(play, "SELECT count(*) FROM person WHERE chat_state = 1"), 4);
    assert_int_equal(play_number(play, "SELECT count(*) FROM person WHERE manager_id > 0"), 3);
    assert_true(slices > 8);
    int64_t slots = play_number(play, "SELECT sum(next_slot_ms) FROM person");
    slices = 0;
    play_close(play);
    assert_int_equal(play_open(play), OK);
    play_for(play, MINUTES(5));
    assert_int_equal(slices, 0);
    assert_int_equal(play_number(play, "SELECT sum(next_slot_ms) FROM person"), slots);
    play_close(play);
    play->config.hash.bytes[1] = 1; /* another setting: nobody is taken in, all are looked at */
    assert_int_equal(play_open(play), OK);
    play_for(play, MINUTES(5));
    assert_int_equal(slices, 1);
    play_first_question(play, "UADA");
    play_free(play);
}

/* Whatever the slice it was stopped behind, and however. */
static void a_stop_between_two_slices_makes_nobody_leave(void **state)
{
    static const enum mem_crash ways[] = { MEM_CRASH_PROCESS, MEM_CRASH_POWER };
    (void)state;
    uint64_t all = 0;
    for (uint64_t stop = 1; !all || stop <= all; stop++) {
        struct play *play = by_ones("k");
        play_resume(play);
        play_for(play, MINUTES(1));
        int64_t epoch = play_number(play, "SELECT roster_epoch FROM state");
        slices = 0;
        play_write_people(play, without_ada);
        app_reload(play->app);
        if (!all) {
            play_for(play, MINUTES(1));
            all = slices;
            assert_true(all >= 3 + 3);
            assert_int_equal(employed(play), 3);
            play_free(play);
            stop = 0;
            continue;
        }
        run_until_slices(play, stop);
        assert_true(employed(play) == 4 || stop > 3); /* nobody left before all rows are in */
        assert_int_equal(play_number(play, "SELECT roster_epoch FROM state") != epoch, stop >= all);
        play_die(play, ways[stop % 2]);
        play_bury(play);
        assert_int_equal(play_open(play), OK);
        play_for(play, MINUTES(1));
        assert_int_equal(employed(play), 3);
        assert_int_equal(play_number(play, "SELECT count(*) FROM person WHERE manager_id > 0"), 3);
        assert_true(play_number(play, "SELECT people_hash IS NOT NULL FROM upkeep"));
        play_free(play);
    }
}

/* The file of before is not the one that is in, although its hash was remembered. */
static void a_file_that_went_back_is_taken_in_again(void **state)
{
    (void)state;
    for (int restart = 0; restart < 2; restart++) {
        struct play *play = by_ones("k");
        play_resume(play);
        play_for(play, MINUTES(1));
        slices = 0;
        play_write_people(play, without_ada);
        app_reload(play->app);
        run_until_slices(play, restart ? 4 : 1);
        if (restart) {
            play_kill(play);
            play_bury(play);
        }
        play_write_people(play, play_cast);
        if (restart)
            assert_int_equal(play_open(play), OK);
        else
            app_reload(play->app);
        play_for(play, MINUTES(1));
        assert_int_equal(employed(play), 4);
        assert_int_equal(
            play_number(play, "SELECT manager_id FROM person WHERE email = 'uben@example.com'"),
            play_number(play, "SELECT person_id FROM person WHERE email = 'umax@example.com'"));
        play_first_question(play, "UADA");
        play_free(play);
    }
}

static void a_press_between_two_slices_counts(void **state)
{
    (void)state;
    for (uint64_t at = 1; at < 8; at++) {
        struct play *play = by_ones("k");
        play_resume(play);
        play_first_question(play, "UBEN");
        slices = 0;
        play_write_people(play, without_ada);
        app_reload(play->app);
        run_until_slices(play, at);
        assert_int_equal(play_click(play, "UBEN", play_last_ts(play, "UBEN"), "the right one"), OK);
        while (!look_envelopes(play->workspace, STR("interactive")).acked)
            assert_true(sim_world_step(play->world, INSTANT_NEVER));
        assert_int_equal(play_number(play, "SELECT grade FROM answer"), 3);
        play_for(play, MINUTES(1));
        assert_true(play_reads(play, "UBEN", "because it holds"));
        assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
        assert_int_equal(employed(play), 3);
        play_free(play);
    }
}

/* Nobody of a file that came during the workspace's list counts as missing in it. */
static void the_workspace_is_asked_when_all_are_in(void **state)
{
    (void)state;
    struct play *play = by_ones("k");
    while (strcmp(app_link_state(play->app), "connected") && slices < 1)
        assert_true(sim_world_step(play->world, INSTANT_NEVER));
    assert_int_equal(slices, 0); /* the link comes first */
    while (employed(play) < 4) {
        assert_int_equal(look_calls(play->workspace, STR("users.list")).calls, 0);
        assert_true(sim_world_step(play->world, INSTANT_NEVER));
    }
    play_for(play, MINUTES(1));
    assert_int_equal(look_calls(play->workspace, STR("users.list")).calls, 1);
    assert_int_equal(play_number(play, "SELECT count(*) FROM person WHERE chat_state = 1"), 4);
    play_free(play);
}

static void a_full_disk_stops_it_where_it_is(void **state)
{
    (void)state;
    struct play *play = by_ones("k");
    play_resume(play);
    play_for(play, MINUTES(1));
    slices = 0;
    play_write_people(play, without_ada);
    app_reload(play->app);
    run_until_slices(play, 2);
    mem_disk_set_full(play->disk, true);
    play_for(play, MINUTES(10));
    assert_int_equal(employed(play), 4);
    mem_disk_set_full(play->disk, false);
    play_for(play, MINUTES(2));
    assert_int_equal(employed(play), 3);
    play_first_question(play, "UBEN");
    play_free(play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_start_with_the_same_files_takes_nothing_in),
        cmocka_unit_test(a_stop_between_two_slices_makes_nobody_leave),
        cmocka_unit_test(a_file_that_went_back_is_taken_in_again),
        cmocka_unit_test(a_press_between_two_slices_counts),
        cmocka_unit_test(the_workspace_is_asked_when_all_are_in),
        cmocka_unit_test(a_full_disk_stops_it_where_it_is),
    };
    return cmocka_run_group_tests_name("roster", tests, NULL, NULL);
}
