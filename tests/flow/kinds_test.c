/* Each kind of question, answered the way its card invites to. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/play.h"

#define MANIFEST SOURCE_DIR "/deploy/slack-manifest.yaml"
#define DECK \
    "id: first\ntitle: First steps\nowner: uolga@example.com\nskill: care\nprompts:\n  - id: one\n"

static struct play *asked(const char *deck)
{
    struct play *play = play_new(&(struct play_setup){ .deck = deck, .manifest_file = MANIFEST });
    play_first_question(play, "UADA");
    assert_int_equal(look_errors(play->workspace, STR("invalid_blocks")), 0);
    return play;
}

static const char multi_deck[] =
    DECK "    kind: multi\n    ask: Which of these hold?\n    options:\n"
         "      - text: alpha holds\n        correct: true\n      - text: beta does not\n"
         "      - text: gamma holds\n        correct: true\n";

static void multi_counts_when_submitted(void **state)
{
    (void)state;
    struct play *play = asked(multi_deck);
    assert_int_equal(play_press(play, "UADA", "Answer"), OK);
    assert_true(play_reads(play, "UADA", "Mark what fits first"));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 0);
    assert_int_equal(play_choose(play, "UADA", 0, "alpha"), OK);
    assert_int_equal(play_choose(play, "UADA", 0, "alpha\ngamma"), OK);
    assert_int_equal(
        play_number(play, "SELECT count(*) FROM answer"), 0); /* marking is no answer */
    assert_int_equal(play_press(play, "UADA", "Answer"), OK);
    assert_int_equal(play_number(play, "SELECT grade FROM answer"), GRADE_RIGHT);
    assert_int_equal(play_number(play, "SELECT chosen FROM answer"), 5);
    assert_int_equal(look_unacked(play->workspace), 0);
    play_free(play);
}

static void multi_typed_in_part_is_partly(void **state)
{
    (void)state;
    struct play *play = asked(multi_deck);
    assert_int_equal(play_choose(play, "UADA", 0, "gamma"), OK);
    assert_int_equal(play_press(play, "UADA", "Answer"), OK);
    assert_int_equal(play_number(play, "SELECT grade FROM answer"), GRADE_PARTLY);
    assert_true(play_reads(play, "UADA", "alpha holds; gamma holds"));
    play_free(play);
}

static void order_needs_each_its_own_place(void **state)
{
    static const char deck[] =
        DECK "    kind: order\n    ask: In which order?\n    options:\n      - text: look\n"
             "      - text: think\n      - text: leap\n";
    (void)state;
    struct play *play = asked(deck);
    assert_int_equal(play_choose(play, "UADA", 0, "look"), OK);
    assert_int_equal(play_choose(play, "UADA", 1, "look"), OK);
    assert_int_equal(play_choose(play, "UADA", 2, "leap"), OK);
    assert_int_equal(play_press(play, "UADA", "Answer"), OK);
    assert_true(play_reads(play, "UADA", "Give each one its own place"));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 0);
    assert_int_equal(play_choose(play, "UADA", 1, "think"), OK);
    assert_int_equal(play_press(play, "UADA", "Answer"), OK);
    assert_int_equal(play_number(play, "SELECT grade FROM answer"), GRADE_RIGHT);
    assert_int_equal(play_number(play, "SELECT chosen FROM answer"), 0x210);
    play_free(play);
}

static void number_is_typed(void **state)
{
    static const char deck[] = DECK
        "    kind: number\n    ask: How many hours?\n    number: 15\n    tolerance: 1\n"
        "    unit: hours\n";
    (void)state;
    struct play *play = asked(deck);
    struct str ts = play_last_ts(play, "UADA");
    assert_int_equal(play_say(play, "UADA", "quite some"), OK);
    assert_true(play_reads(play, "UADA", "Digits are enough"));
    assert_int_equal(play_say(play, "UADA", "16 hours"), OK);
    assert_int_equal(play_number(play, "SELECT grade FROM answer"), GRADE_RIGHT);
    struct look_message message;
    assert_true(look_message(play->workspace, STR("UADA"), ts, &message));
    assert_true(str_contains(message.blocks, STR("15 hours")));
    play_free(play);
}

static void short_forgives_a_misspelling(void **state)
{
    static const char deck[] =
        DECK "    kind: short\n    ask: What is it called?\n    accept: [escalation, hand-over]\n";
    (void)state;
    struct play *play = asked(deck);
    assert_int_equal(play_say(play, "UADA", "Escalatoin"), OK);
    assert_int_equal(play_number(play, "SELECT grade FROM answer"), GRADE_RIGHT);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer WHERE text = 'Escalatoin'"), 1);
    play_free(play);
}

static void recall_is_rated_by_oneself(void **state)
{
    static const char deck[] = DECK
        "    kind: recall\n    ask: Why do we check twice?\n    answer: Because once is luck.\n";
    (void)state;
    struct play *play = asked(deck);
    struct str ts = play_last_ts(play, "UADA");
    assert_false(play_reads(play, "UADA", "once is luck"));
    assert_int_equal(play_say(play, "UADA", "because one can err <!channel>"), OK);
    assert_true(str_equal(play_last_ts(play, "UADA"), ts));
    assert_true(play_reads(play, "UADA", "Because once is luck."));
    assert_int_equal(play_number(play, "SELECT answers FROM review WHERE person_id = 1"), 0);
    assert_int_equal(play_number(play, "SELECT state FROM nudge WHERE person_id = 1"), NUDGE_OPEN);
    assert_int_equal(play_press(play, "UADA", "Got it"), OK);
    assert_true(play_reads(play, "UADA", "You rated it: got it."));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 2);
    assert_int_equal(play_number(play, "SELECT rating FROM answer WHERE step = 1"), RATING_GOOD);
    assert_int_equal(play_number(play, "SELECT answers FROM review WHERE person_id = 1"), 1);
    play_free(play);
}

static void a_reflection_is_kept_and_never_scored(void **state)
{
    static const char deck[] = DECK "    kind: reflect\n    ask: Think of your last hand-off.\n";
    (void)state;
    struct play *play = asked(deck);
    assert_int_equal(play_press(play, "UADA", "Write it down"), OK);
    struct look_view view;
    assert_true(look_modal(play->workspace, STR("UADA"), &view));
    struct human_value values[] = { { STR("did"), STR_EMPTY, STR("I called first.") },
        { STR("happened"), STR_EMPTY, STR("It went fast.") },
        { STR("next"), STR_EMPTY, STR("Write it up, too.") } };
    struct look_element elements[16];
    size_t len = look_elements(play->workspace, &play->arena, STR("UADA"), view.id, elements, 16);
    assert_int_equal(len, 3);
    for (size_t i = 0; i < 3; i++) {
        values[i].block_id = str_copy(&play->arena, elements[i].block_id);
        values[i].action_id = str_copy(&play->arena, elements[i].action_id);
    }
    assert_int_equal(human_submit(play->workspace, STR("UADA"), values, 3, NULL), OK);
    play_for(play, SECONDS(5));
    assert_false(look_modal(play->workspace, STR("UADA"), &view));
    assert_true(play_reads(play, "UADA", "I called first."));
    assert_true(play_reads(play, "UADA", "What you wrote stays with you."));
    assert_int_equal(
        play_number(play, "SELECT count(*) FROM answer WHERE grade = 0 AND rating = 0"), 1);
    assert_int_equal(play_number(play, "SELECT answers FROM review WHERE person_id = 1"), 0);
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(multi_counts_when_submitted),
        cmocka_unit_test(multi_typed_in_part_is_partly),
        cmocka_unit_test(order_needs_each_its_own_place),
        cmocka_unit_test(number_is_typed),
        cmocka_unit_test(short_forgives_a_misspelling),
        cmocka_unit_test(recall_is_rated_by_oneself),
        cmocka_unit_test(a_reflection_is_kept_and_never_scored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
