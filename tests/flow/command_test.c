/* What a person can say, by slash command and in the DM. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "support/play.h"

#define MANIFEST SOURCE_DIR "/deploy/slack-manifest.yaml"

static struct play *with_a_question(void)
{
    struct play *play = play_new(&(struct play_setup){ .tiers = true, .manifest_file = MANIFEST });
    play_first_question(play, "UADA");
    return play;
}

/* One command both ways; each time the newest message must say this. */
static void both_ways(struct play *play, const char *word, const char *answer)
{
    char slashed[64];
    snprintf(slashed, sizeof(slashed), "/nudge %s", word);
    assert_int_equal(play_say(play, "UADA", slashed), OK);
    assert_true(play_last(play, "UADA").ephemeral);
    assert_true(play_reads(play, "UADA", answer));
    assert_int_equal(play_say(play, "UADA", word), OK);
    assert_false(play_last(play, "UADA").ephemeral);
    assert_true(play_reads(play, "UADA", answer));
}

static void questions_about_the_bot_change_nothing(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    both_ways(play, "help", "What you can say");
    both_ways(play, "why", "It trains: Careful work.");
    both_ways(play, "privacy", "What is stored");
    both_ways(play, "next", "You have an open question in our messages");
    both_ways(play, "details", "Details are for managers");
    assert_int_equal(play_say(play, "UADA", "/nudge"), OK);
    assert_true(play_reads(play, "UADA", "What you can say"));
    assert_int_equal(play_say(play, "UADA", "/nudge fly"), OK);
    assert_true(play_reads(play, "UADA", "I did not understand that"));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 0);
    assert_int_equal(play_number(play, "SELECT state FROM nudge WHERE person_id = 1"), NUDGE_OPEN);
    assert_int_equal(look_unacked(play->workspace), 0);
    play_free(play);
}

static void pause_until_friday_and_back(void **state)
{
    (void)state;
    struct play *play = with_a_question(); /* Tuesday */
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    both_ways(play, "pause until friday", "Paused. I will be back");
    size_t shown = play_shown(play, "UADA");
    play_until(play, "2031-03-06T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), shown);
    play_until(play, "2031-03-07T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), shown + 1);
    assert_int_equal(
        play_number(play, "SELECT state FROM person WHERE person_id = 1"), PERSON_ACTIVE);
    assert_int_equal(play_say(play, "UADA", "/nudge pause until whenever"), OK);
    assert_true(play_reads(play, "UADA", "I could not read until when"));
    play_free(play);
}

static void pause_lasts_until_resume(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    assert_int_equal(play_say(play, "UADA", "pause"), OK);
    assert_true(play_reads(play, "UADA", "Paused until you say resume"));
    size_t shown = play_shown(play, "UADA");
    play_until(play, "2031-03-25T09:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), shown);
    assert_int_equal(play_say(play, "UADA", "/nudge resume"), OK);
    assert_true(play_reads(play, "UADA", "Good to have you back"));
    shown = play_shown(play, "UADA");
    play_until(play, "2031-03-26T23:00:00Z");
    assert_in_range(play_shown(play, "UADA"), shown + 1, shown + 2); /* at most one a day */
    play_free(play);
}

static void stop_means_stop(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    struct str ts = play_last_ts(play, "UADA");
    assert_int_equal(play_say(play, "UADA", "stop"), OK);
    assert_true(play_reads(play, "UADA", "Stopped."));
    struct look_message message;
    assert_true(look_message(play->workspace, STR("UADA"), ts, &message));
    assert_false(str_contains(message.blocks, STR("button"))); /* nothing left to press */
    size_t shown = play_shown(play, "UADA");
    play_until(play, "2031-04-15T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), shown);
    assert_true(play_shown(play, "UBEN") > 3);
    assert_int_equal(play_say(play, "UADA", "/nudge resume"), OK);
    play_until(play, "2031-04-17T23:00:00Z");
    assert_true(play_count(play, "UADA", "Which one comes") > 1);
    play_free(play);
}

static void skip_and_snooze_count_as_nothing(void **state)
{
    static const struct {
        const char *label, *says;
    } ways[] = {
        { "Skip", "Skipped. It counts as nothing." },
        { "Later", "Sure, later. I will come back" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct play *play = with_a_question();
        struct str ts = play_last_ts(play, "UADA");
        assert_int_equal(play_press(play, "UADA", ways[i].label), OK);
        assert_true(str_equal(play_last(play, "UADA").ts, ts));
        assert_true(play_reads(play, "UADA", ways[i].says));
        assert_false(play_can_press(play, "UADA", ""));
        assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 0);
        assert_int_equal(
            play_number(play, "SELECT state FROM nudge WHERE person_id = 1"), NUDGE_SKIPPED);
        assert_true(play_until_shown(play, "UADA", 3));
        /* Put off comes first on the next day; left out waits for its turn. */
        assert_true(play_reads(play, "UADA", "Which one comes"));
        play_free(play);
    }
}

static void home_shows_what_is_next(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    struct look_view home;
    assert_int_equal(human_open_home(play->workspace, STR("UADA")), OK);
    play_for(play, SECONDS(5));
    assert_true(look_home(play->workspace, STR("UADA"), &home));
    assert_true(str_contains(home.json, STR("Your practice")));
    assert_true(str_contains(home.json, STR("Careful work")));
    assert_true(str_contains(home.json, STR("ause")));
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_about_the_bot_change_nothing),
        cmocka_unit_test(pause_until_friday_and_back),
        cmocka_unit_test(pause_lasts_until_resume),
        cmocka_unit_test(stop_means_stop),
        cmocka_unit_test(skip_and_snooze_count_as_nothing),
        cmocka_unit_test(home_shows_what_is_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
