/* What the admins hear of the daemon: once when something begins, within five minutes, once when it
 * is over, whatever stops, dies and starts again in between; and the room for it on a full disk.
 *
 * COUNT says how many seeds each condition is tried with (1), SEED the first of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/store/watch.h"
#include "support/play.h"

#define BEGAN "This needs a look"
#define OVER "This is over"

enum { PROMPT_MINUTES = 5, MIB = 1 << 20 };

static const char broken[] = "id: first\ntitle: [\n";

static char proved[160];                        /* the last line, when all is well */
static int64_t free_now = INT64_C(1) << 40;     /* of the machine that is played */

static int64_t free_bytes(void *arg)
{
    (void)arg;
    return free_now;
}

typedef void deed(struct play *play);

static void break_files(struct play *play)
{
    play_write(play, "decks/first.yaml", broken);
}

static void mend_files(struct play *play)
{
    play_write(play, "decks/first.yaml", play_deck_choice);
}

static void fill_disk(struct play *play)
{
    (void)play;
    free_now = 63 * (int64_t)MIB;
}

static void make_room(struct play *play)
{
    (void)play;
    free_now = INT64_C(1) << 40;
}

static void cut_off(struct play *play)
{
    sim_faults_set(&play->faults, SIM_FAULT_NOT_REACHED, 1000000);
    sim_faults_force(&play->faults, SIM_FAULT_CUT, 1);
}

static void connect_again(struct play *play)
{
    sim_faults_set(&play->faults, SIM_FAULT_NOT_REACHED, 0);
}

static const struct play_person with_zoe[] = {
    { "UADA", "Ada Sample", "agent", "spring", "UMAX", "Europe/Berlin", NULL, false, false },
    { "UMAX", "Max Sample", "lead", "spring", "UOLGA", "Europe/Berlin", NULL, false, false },
    { "UOLGA", "Olga Sample", "head", "spring", NULL, "Europe/Berlin", NULL, false, false },
    { "UZOE", "Zoe Sample", "agent", "spring", "UMAX", "Europe/Berlin", NULL, true, false },
    { 0 },
};

static void zoe_comes(struct play *play)
{
    play_write_people(play, with_zoe);
}

static void zoe_goes(struct play *play)
{
    struct play_person people[4] = { with_zoe[0], with_zoe[1], with_zoe[2] };
    play_write_people(play, people);
}

static void clock_back(struct play *play)
{
    sim_world_jump(play->world, HOURS(-3));
}

static void clock_forward(struct play *play)
{
    sim_world_jump(play->world, MINUTES(2));
}

static void stand_still(struct play *play)
{
    app_note_round(play->app, 4000000);
}

static void uninstall(struct play *play)
{
    workspace_uninstall(play->workspace);
}

static void install(struct play *play)
{
    workspace_reinstall(play->workspace, STR("xoxb-new"), STR("xapp-new"));
    play_close(play);
    play->options.bot_token = STR("xoxb-new");
    play->options.app_token = STR("xapp-new");
    assert_int_equal(play_open(play), OK);
}

/* Taken from the app in its settings, without a word: the next look at the roster finds it. */
static void take_scope(struct play *play)
{
    assert_int_equal(workspace_set_manifest(play->workspace,
                         STR("oauth_config:\n  scopes:\n    bot:\n      - chat:write\n"
                             "      - dnd:read\n      - im:history\n      - im:write\n")), OK);
    sim_faults_force(&play->faults, SIM_FAULT_CUT, 1);
}

static void give_scope(struct play *play)
{
    assert_int_equal(workspace_set_manifest(play->workspace, STR_EMPTY), OK);
    sim_faults_force(&play->faults, SIM_FAULT_CUT, 1);
}

/* Somebody made new tokens and did not tell. */
static void new_tokens(struct play *play)
{
    workspace_reinstall(play->workspace, STR("xoxb-new"), STR("xapp-new"));
    workspace_disconnect(play->workspace, 0, STR("warning"));
}

static void same_tokens(struct play *play)
{
    workspace_reinstall(play->workspace, play->options.bot_token, play->options.app_token);
    play_close(play);       /* or after half an hour by itself */
    assert_int_equal(play_open(play), OK);
}

static void sockets_off(struct play *play)
{
    workspace_set_socket_mode(play->workspace, false);
}

static void sockets_on(struct play *play)
{
    workspace_set_socket_mode(play->workspace, true);
    play_close(play);       /* or after half an hour by itself */
    assert_int_equal(play_open(play), OK);
}

/* As on a machine that has no room for one more watch when the program starts. */
static void blind(struct play *play)
{
    sim_world_refuse_watches(play->world, true);
    play_close(play);
    assert_int_equal(play_open(play), OK);
}

static void sighted(struct play *play)
{
    sim_world_refuse_watches(play->world, false);
}

/* Two hundred questions instead of eight, at one a day. */
static void a_deck_too_many(struct play *play)
{
    struct buf text = buf_heap(1 << 16);
    buf_add(&text, STR("id: first\ntitle: First steps\nowner: uolga@example.com\nskill: care\n"
                       "prompts:\n"));
    for (int i = 0; i < 200; i++)
        buf_addf(&text, "  - id: p%d\n    kind: number\n    ask: How many of %d?\n"
                 "    number: 3\n", i, i);
    buf_add_byte(&text, '\0');
    play_write(play, "decks/first.yaml", text.ptr);
    buf_free(&text);
}

static void nothing(struct play *play)
{
    (void)play;
}

/* deaf: no chat while it lasts. passes: its end is no news. */
static const struct cause {
    const char *name;
    deed *begin, *end;
    const char *says;
    bool deaf, passes;
} causes[] = {
    { "content_refused", break_files, mend_files, "first.yaml:", false, false },
    { "disk_low", fill_disk, make_room, "only 63 MiB are free", false, false },
    { "people_unmatched", zoe_comes, zoe_goes, "1 of the people", false, false },
    { "link_down", cut_off, connect_again, "I had no connection to the chat", true, false },
    { "access_lost", uninstall, install, "had taken my access away", true, false },
    { "access_lost by new tokens", new_tokens, same_tokens, "had taken my access away", true,
      false },
    { "link_refused", sockets_off, sockets_on, "The chat platform refused me", true, false },
    { "scope_missing", take_scope, give_scope, "lacks the permission for users.list", false,
      false },
    { "not_watched", blind, sighted, "changed prompt files are not noticed", false, false },
    { "clock_jumped back", clock_back, nothing, "the clock was set back by 10800 s", false, true },
    { "clock_jumped on", clock_forward, nothing, "the clock was set forward by 120 s", false,
      true },
    { "capacity", a_deck_too_many, mend_files, "of the prompts would not come once within a year",
      false, true },
    { "loop_stalled", stand_still, nothing, "the program stood still for 4.0 s", false, true },
};

enum restart { NO_RESTART, STOP_WHEN_TOLD, KILL_WHILE_SENDING, KILL_AFTER_SENDING,
               POWER_CUT_WHEN_TOLD, STOP_BEFORE_TOLD, RESTARTS };

/* It does not start on broken files: they are mended for it and broken again. */
static void start_again(struct play *play, deed *begun, enum restart how)
{
    if (how == POWER_CUT_WHEN_TOLD)
        play_power_cut(play);
    play_bury(play);
    play_close(play);
    if (begun == break_files)
        mend_files(play);
    assert_int_equal(play_open(play), OK);
    if (begun == break_files)
        break_files(play);
}

static size_t told(struct play *play, const char *words)
{
    return play_count(play, "UOLGA", words);
}

/* Runs until the admin has read it; how many minutes that took, at most 60. */
static int64_t minutes_until(struct play *play, deed *begun, const char *words)
{
    int64_t seconds = 0;
    while (!told(play, words) && seconds < 3600) {
        play_for(play, SECONDS(5));
        if (sim_world_is_dead(play->world))
            start_again(play, begun, KILL_WHILE_SENDING);
        seconds += 5;
    }
    if (sim_world_is_dead(play->world))
        start_again(play, begun, KILL_AFTER_SENDING);
    return (seconds + 59) / 60;
}

static void begin(struct play *play, const struct cause *cause, enum restart restart)
{
    bool kills = restart == KILL_WHILE_SENDING || restart == KILL_AFTER_SENDING;
    if (kills)
        sim_world_trap(play->world, "chat.postMessage", 1,
            restart == KILL_AFTER_SENDING ? SIM_AFTER : SIM_BEFORE, play_kill, play);
    cause->begin(play);
    if (restart == STOP_BEFORE_TOLD && !cause->passes && !cause->deaf) {
        play_for(play, SECONDS(20));    /* before its patience is over */
        start_again(play, cause->begin, restart);
    }
    if (cause->deaf) {
        play_for(play, MINUTES(20));
        assert_int_equal(told(play, BEGAN), 0);
        return;
    }
    int64_t minutes = minutes_until(play, cause->begin, BEGAN);
    if (minutes > PROMPT_MINUTES)
        fail_msg("%s: told after %d minutes", cause->name, (int)minutes);
    assert_int_equal(told(play, cause->says), 1);
}

static void finish(struct play *play, const struct cause *cause)
{
    cause->end(play);
    if (cause->passes) {
        play_for(play, HOURS(2));
        assert_int_equal(told(play, OVER), 0);
        assert_int_equal(play_number(play, "SELECT count(*) FROM alert"), 0);
        return;
    }
    int64_t minutes = minutes_until(play, NULL, OVER);
    if (minutes > PROMPT_MINUTES)
        fail_msg("%s: its end told after %d minutes", cause->name, (int)minutes);
    play_for(play, HOURS(1));
    assert_int_equal(told(play, OVER), 1);
    assert_int_equal(told(play, cause->deaf ? cause->says : OVER), 1);
    assert_int_equal(play_number(play, "SELECT count(*) FROM alert"), 0);
}

static void one_story(const struct cause *cause, enum restart restart, uint64_t seed)
{
    struct play_setup setup = { .faults = true, .seed = seed, .people = with_zoe };
    struct play_person without[4] = { with_zoe[0], with_zoe[1], with_zoe[2] };
    setup.people = without;
    setup.start = "2031-03-08T06:00:00Z";       /* a Saturday: nobody is asked anything */
    setup.quiet_start = true;
    free_now = INT64_C(1) << 40;
    struct play *play = play_new(&setup);
    play->options.free_bytes = free_bytes;
    assert_int_equal(play_open(play), OK);
    play_for(play, SECONDS(20));
    play_resume(play);
    play_for(play, MINUTES((int64_t)(20 + seed % 7)));
    begin(play, cause, restart);
    if (restart == STOP_WHEN_TOLD || restart == POWER_CUT_WHEN_TOLD)
        start_again(play, cause->begin, restart);
    play_for(play, MINUTES(45));
    assert_int_equal(told(play, BEGAN), cause->deaf ? 0 : 1);   /* not again */
    finish(play, cause);
    assert_int_equal(look_duplicate_posts(play->workspace), 0);
    play_free(play);
}

static void each_condition_is_told_once(void **state)
{
    const char *count_text = getenv("COUNT"), *seed_text = getenv("SEED");
    uint64_t count = count_text ? strtoull(count_text, NULL, 10) : 1;
    uint64_t seed = seed_text ? strtoull(seed_text, NULL, 10) : 1;
    uint64_t stories = 0;
    (void)state;
    for (uint64_t i = 0; i < count; i++)
        for (size_t c = 0; c < COUNT(causes); c++)
            for (int restart = 0; restart < RESTARTS; restart++) {
                if (getenv("NUDGED_PLAY_VERBOSE"))
                    fprintf(stderr, "story: %s %d\n", causes[c].name, restart);
                one_story(&causes[c], (enum restart)restart, seed + i);
                stories++;
            }
    snprintf(proved, sizeof(proved),
        "proved: %llu stories of %zu conditions and %d ways to restart, each told once and within "
        "%d minutes", (unsigned long long)stories, COUNT(causes), (int)RESTARTS,
        (int)PROMPT_MINUTES);
}

/* Short gaps, quick slips and a paused bot are nobody's business. */
static void small_things_are_not_told(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .faults = true });
    cut_off(play);
    play_for(play, MINUTES(3));
    connect_again(play);
    play_for(play, MINUTES(10));
    break_files(play);
    play_for(play, SECONDS(20));
    mend_files(play);
    play_for(play, MINUTES(10));
    sim_world_jump(play->world, SECONDS(60));
    play_for(play, MINUTES(10));
    assert_int_equal(told(play, BEGAN) + told(play, OVER), 0);
    play_free(play);
    play = play_new(&(struct play_setup){ .not_live = true });
    break_files(play);
    play_for(play, HOURS(1));
    assert_int_equal(play_shown(play, "UOLGA"), 0);
    play_resume(play);
    assert_in_range(minutes_until(play, NULL, BEGAN), 0, PROMPT_MINUTES);
    play_free(play);
}

/* Full to the last page: the reserve is given up, the alert is stored and sent, answers go on as
 * long as there is room, and when there is room again all is as before. */
static void a_full_disk_is_told_from_the_reserve(void **state)
{
    (void)state;
    free_now = 0;
    struct play *play = play_new(&(struct play_setup){ .faults = true, .quiet_start = true });
    play->options.free_bytes = free_bytes;
    free_now = INT64_C(1) << 40;
    assert_int_equal(play_open(play), OK);
    play_for(play, SECONDS(20));
    play_resume(play);
    play_for(play, SECONDS(10));
    assert_true(store_reserve_is_there(app_store(play->app)));
    play_first_question(play, "UADA");
    uint64_t before = mem_disk_used(play->disk);
    free_now = 4096;
    mem_disk_set_room(play->disk, 1);           /* nothing may grow, were it not for the reserve */
    for (int i = 0; i < 2000 && store_reserve_is_there(app_store(play->app)); i++) {
        mem_disk_set_room(play->disk, before);
        assert_int_equal(play_say(play, "UBEN", i % 2 ? "pause" : "resume"), OK);
    }
    assert_false(store_reserve_is_there(app_store(play->app)));
    assert_in_range(minutes_until(play, NULL, "the disk is full"), 0, PROMPT_MINUTES);
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
    play_for(play, HOURS(1));
    assert_int_equal(told(play, BEGAN), 1);
    assert_false(store_reserve_is_there(app_store(play->app)));
    mem_disk_set_room(play->disk, 0);
    free_now = INT64_C(1) << 40;
    assert_in_range(minutes_until(play, NULL, "The disk was full"), 0, 2 * PROMPT_MINUTES);
    assert_true(store_reserve_is_there(app_store(play->app)));
    play_free(play);
}

/* Not even the reserve helps: it is told afterwards. */
static void what_could_not_be_stored_is_told_afterwards(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ 0 });
    play_first_question(play, "UADA");
    mem_disk_set_full(play->disk, true);
    (void)play_press(play, "UADA", "the right one");
    play_for(play, MINUTES(20));
    assert_int_equal(told(play, BEGAN), 0);
    mem_disk_set_full(play->disk, false);
    assert_in_range(minutes_until(play, NULL, "The disk was full"), 0, 3 * PROMPT_MINUTES);
    play_for(play, HOURS(2));
    assert_int_equal(told(play, OVER), 1);
    play_free(play);
}

static void messages_that_do_not_get_out_are_told_when_they_do(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .faults = true });
    play_until(play, "2031-03-03T23:00:00Z");
    assert_int_equal(play_say(play, "UADA", "help"), OK);
    sim_faults_set(&play->faults, SIM_FAULT_NOT_REACHED, 1000000);
    assert_int_equal(play_say(play, "UADA", "why"), OK);
    play_for(play, MINUTES(25));
    assert_string_equal(app_link_state(play->app), "connected");
    assert_int_equal(play_number(play, "SELECT count(*) FROM alert"), 1);
    sim_faults_set(&play->faults, SIM_FAULT_NOT_REACHED, 0);
    assert_in_range(minutes_until(play, NULL, "messages wait since"), 0, 2 * PROMPT_MINUTES);
    assert_in_range(minutes_until(play, NULL, "Messages did not get out"), 0, PROMPT_MINUTES);
    play_free(play);
}

/* What a clock far ahead has planned does not keep anybody waiting once it is right again. */
static void a_clock_that_was_far_ahead_costs_no_week(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .only = "UADA" });
    sim_world_jump(play->world, HOURS(24 * 40));
    play_for(play, HOURS(12));
    sim_world_jump(play->world, HOURS(-24 * 40));
    play_for(play, MINUTES(10));
    int64_t next = play_number(play, "SELECT next_slot_ms FROM person WHERE external_id = 'UADA'");
    int64_t digest =
        play_number(play, "SELECT next_digest_ms FROM person WHERE external_id = 'UMAX'");
    int64_t now = play_now(play).utc_ms, week = INT64_C(7) * 86400000;
    assert_true(next > now && next < now + week);
    assert_true(digest > now && digest < now + week + week);
    play_free(play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_condition_is_told_once),
        cmocka_unit_test(small_things_are_not_told),
        cmocka_unit_test(a_full_disk_is_told_from_the_reserve),
        cmocka_unit_test(what_could_not_be_stored_is_told_afterwards),
        cmocka_unit_test(messages_that_do_not_get_out_are_told_when_they_do),
        cmocka_unit_test(a_clock_that_was_far_ahead_costs_no_week),
    };
    int failed = cmocka_run_group_tests_name("alert", tests, NULL, NULL);
    if (!failed)
        printf("%s\n", proved);
    return failed;
}
