/* Answering by button and by typing, once, twice, too late and for somebody else. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/play.h"

#define MANIFEST SOURCE_DIR "/deploy/slack-manifest.yaml"

static struct play *with_a_question(void)
{
    struct play *play = play_new(&(struct play_setup){ .tiers = true, .manifest_file = MANIFEST });
    play_first_question(play, "UADA");
    assert_true(play_reads(play, "UADA", "Which one comes first?"));
    return play;
}

static void feedback_takes_the_place_of_the_buttons(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    struct str ts = play_last_ts(play, "UADA");
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    struct look_message message = play_last(play, "UADA");
    assert_true(str_equal(message.ts, ts));
    assert_int_equal(message.edits, 1);
    assert_true(play_reads(play, "UADA", "because it holds"));
    assert_true(play_reads(play, "UADA", "Which one comes first?"));
    assert_true(play_reads(play, "UADA", "I will bring this back around"));
    assert_false(play_can_press(play, "UADA", ""));
    assert_int_equal(play_shown(play, "UADA"), 2);
    assert_int_equal(
        play_number(play, "SELECT count(*) FROM answer WHERE grade = 3 AND rating = 3"), 1);
    assert_int_equal(
        play_number(play, "SELECT state FROM nudge WHERE person_id = 1"), NUDGE_ANSWERED);
    assert_int_equal(play_number(play, "SELECT answers FROM review WHERE person_id = 1"), 1);
    assert_int_equal(play_number(play, "SELECT count(*) FROM delivery"), 0);
    play_free(play);
}

static void a_wrong_answer_is_told_why(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    assert_int_equal(play_press(play, "UADA", "the other one"), OK);
    assert_true(play_reads(play, "UADA", "it forgets the customer"));
    assert_true(play_reads(play, "UADA", "The answer: the right one"));
    assert_int_equal(play_number(play, "SELECT rating FROM answer"), RATING_AGAIN);
    play_free(play);
}

static void the_second_of_two_clicks_changes_nothing(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    struct str ts = play_last_ts(play, "UADA");
    assert_int_equal(play_click(play, "UADA", ts, "the right one"), OK);
    assert_int_equal(play_click(play, "UADA", ts, "the other one"), OK);
    play_for(play, SECONDS(5));
    struct look_message message;
    assert_true(look_message(play->workspace, STR("UADA"), ts, &message));
    assert_true(str_contains(message.blocks, STR("because it holds")));
    assert_true(play_last(play, "UADA").ephemeral);
    assert_true(play_reads(play, "UADA", "already recorded: the right one"));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer WHERE grade = 3"), 1);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
    assert_int_equal(play_number(play, "SELECT answers FROM review WHERE person_id = 1"), 1);
    assert_int_equal(look_unacked(play->workspace), 0);
    play_free(play);
}

static void the_click_of_another_person_counts_for_nobody(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    int64_t before = play_number(play, "SELECT count(*) FROM answer");
    sim_world_tamper(play->world, STR("UADA"), STR("UBEN"));
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), before);
    assert_int_equal(play_number(play, "SELECT state FROM nudge WHERE person_id = 1"), NUDGE_OPEN);
    assert_int_equal(play_count(play, "UADA", "This question was for somebody else"), 1);
    assert_int_equal(look_unacked(play->workspace), 0);
    assert_int_equal(play_press(play, "UADA", "the right one"), OK); /* Ada still can */
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), before + 1);
    play_free(play);
}

static void a_guessed_key_counts_for_nothing(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    struct str ts = play_last_ts(play, "UADA"),
               value = play_value(play, "UADA", ts, "the right one");
    char forged[64];
    assert_in_range(value.len, 1, sizeof(forged));
    for (size_t i = 0; i < value.len; i++)
        forged[i] = i == value.len - 3 ? (value.ptr[i] == '0' ? '1' : '0') : value.ptr[i];
    sim_world_tamper(play->world, value, (struct str){ forged, value.len });
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 0);
    assert_true(play_reads(play, "UADA", "This question was for somebody else"));
    play_free(play);
}

static void an_old_question_is_closed_kindly(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    struct str old_ts = play_last_ts(play, "UADA");
    struct str old = play_value(play, "UADA", old_ts, "the right one");
    assert_true(play_until_shown(play, "UADA", 3));
    play_for(play, SECONDS(5));
    struct look_message message;
    assert_true(look_message(play->workspace, STR("UADA"), old_ts, &message));
    assert_true(str_contains(message.blocks, STR("Closed.")));
    assert_false(str_contains(message.blocks, STR("button")));
    assert_int_equal(
        play_number(play, "SELECT count(*) FROM nudge WHERE state = 1 AND person_id = 1"), 1);
    /* A client that had not noticed sends the old button. */
    struct str ts = play_last_ts(play, "UADA"),
               fresh = play_value(play, "UADA", ts, "the right one");
    sim_world_tamper(play->world, fresh, old);
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    assert_true(play_reads(play, "UADA", "This one is closed; it will come back another day."));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 0);
    assert_int_equal(
        play_number(play, "SELECT count(*) FROM nudge WHERE state = 1 AND person_id = 1"), 1);
    play_free(play);
}

static void a_typed_letter_answers_too(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    struct str ts = play_last_ts(play, "UADA");
    assert_int_equal(play_say(play, "UADA", "what now"), OK);
    assert_true(play_reads(play, "UADA", "Type one letter"));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 0);
    bool right_is_first = str_contains((struct str){ play_value(play, "UADA", ts, "A").ptr,
                                           play_value(play, "UADA", ts, "A").len },
        play_value(play, "UADA", ts, "the right one"));
    assert_int_equal(play_say(play, "UADA", right_is_first ? "a" : "B."), OK);
    struct look_message message;
    assert_true(look_message(play->workspace, STR("UADA"), ts, &message));
    assert_true(str_contains(message.blocks, STR("because it holds")));
    assert_int_equal(play_number(play, "SELECT grade FROM answer"), GRADE_RIGHT);
    play_free(play);
}

static void i_dont_know_shows_the_answer(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    assert_int_equal(play_press(play, "UADA", "I don"), OK);
    assert_true(play_reads(play, "UADA", "The answer: the right one"));
    assert_int_equal(play_number(play, "SELECT rating FROM answer"), RATING_AGAIN);
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(feedback_takes_the_place_of_the_buttons),
        cmocka_unit_test(a_wrong_answer_is_told_why),
        cmocka_unit_test(the_second_of_two_clicks_changes_nothing),
        cmocka_unit_test(the_click_of_another_person_counts_for_nobody),
        cmocka_unit_test(a_guessed_key_counts_for_nothing),
        cmocka_unit_test(an_old_question_is_closed_kindly),
        cmocka_unit_test(a_typed_letter_answers_too),
        cmocka_unit_test(i_dont_know_shows_the_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
