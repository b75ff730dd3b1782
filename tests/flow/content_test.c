/* Prompt files that change while the bot runs, also for the worse. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/play.h"

#define HEAD "id: first\ntitle: First steps\nowner: umax@example.com\nskill: care\nprompts:\n"
#define CHOICE(id, ask, a_right, b_right)                                \
    "  - id: " id "\n    kind: choice\n    ask: " ask "\n    options:\n" \
    "      - text: alpha\n" a_right "      - text: beta\n" b_right
#define RIGHT "        correct: true\n"

static const char deck[] =
    HEAD CHOICE("one", "The first?", RIGHT, "") CHOICE("two", "The second?", RIGHT, "");
static const char edited[] =
    HEAD CHOICE("one", "The first, anew?", "", RIGHT) CHOICE("two", "The second, anew?", RIGHT, "");
static const char other[] =
    "id: other\ntitle: Other steps\nowner: umax@example.com\nskill: pace\nprompts:\n" CHOICE(
        "one", "Another one?", RIGHT, "");
static const char broken[] =
    HEAD CHOICE("one", "The first?", RIGHT, "") "  - id: two\n    kind: chioce\n";

static struct play *with_a_question(void)
{
    struct play *play = play_new(&(struct play_setup){ .deck = deck });
    play_first_question(play, "UADA");
    assert_true(play_reads(play, "UADA", "The first?"));
    return play;
}

static void a_broken_deck_keeps_the_last_good_one(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    size_t max = play_shown(play, "UMAX"), ben = play_shown(play, "UBEN");
    play_write(play, "decks/first.yaml", broken);
    play_for(play, SECONDS(10));
    assert_int_equal(play_shown(play, "UMAX"), max + 1); /* the deck's owner */
    assert_true(play_reads(play, "UMAX", "A prompt file could not be used"));
    assert_true(play_reads(play, "UMAX", "chioce"));
    assert_true(play_reads(play, "UMAX", "line"));
    play_for(play, MINUTES(2));
    assert_int_equal(play_count(play, "UOLGA", "This needs a look"), 1); /* the admin */
    assert_true(play_reads(play, "UOLGA", "first.yaml:"));
    assert_int_equal(play_shown(play, "UBEN"), ben);
    assert_int_equal(play_press(play, "UADA", "alpha"), OK);
    assert_int_equal(play_number(play, "SELECT grade FROM answer"), GRADE_RIGHT);
    play_until(play, "2031-03-05T23:00:00Z");
    assert_true(play_reads(play, "UADA", "The second?")); /* the old set is in force */
    play_write(play, "decks/first.yaml", edited);
    play_for(play, SECONDS(10));
    assert_int_equal(play_count(play, "UMAX", "A prompt file could not be used"), 1);
    play_free(play);
}

static void an_answer_is_graded_by_what_was_shown(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    play_write(play, "decks/first.yaml", edited);
    play_for(play, SECONDS(10));
    assert_int_equal(play_number(play, "SELECT count(*) FROM prompt_revision"), 4);
    assert_int_equal(play_press(play, "UADA", "alpha"), OK);
    assert_int_equal(
        play_number(play, "SELECT grade FROM answer"), GRADE_RIGHT); /* as it was asked */
    assert_true(play_reads(play, "UADA", "The first?"));
    play_until(play, "2031-03-05T23:00:00Z");
    assert_true(play_reads(play, "UADA", "The second, anew?"));
    play_free(play);
}

static void a_retired_prompt_can_still_be_answered(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    play_write(play, "decks/second.yaml", other);
    play_write(play, "decks/first.yaml", NULL);
    play_for(play, SECONDS(10));
    assert_int_equal(play_press(play, "UADA", "alpha"), OK);
    assert_int_equal(play_number(play, "SELECT grade FROM answer"), GRADE_RIGHT);
    play_until(play, "2031-03-05T23:00:00Z");
    assert_true(play_reads(play, "UADA", "Another one?"));
    play_free(play);
}

static void a_restart_with_a_broken_deck_is_refused_and_harmless(void **state)
{
    (void)state;
    struct play *play = with_a_question();
    play_close(play);
    play_write(play, "decks/first.yaml", broken);
    assert_int_not_equal(play_open(play), OK);
    play_write(play, "decks/first.yaml", deck);
    assert_int_equal(play_open(play), OK);
    play_for(play, SECONDS(10));
    assert_int_equal(play_press(play, "UADA", "alpha"), OK);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
    play_free(play);
}

static void whoever_leaves_is_left_alone(void **state)
{
    static const struct play_person without_ada[] = {
        { "UBEN", "Ben Sample", "agent", "spring", "UMAX", "Europe/Berlin", NULL, false, false },
        { "UMAX", "Max Sample", "lead", "spring", "UOLGA", "Europe/Berlin", NULL, false, false },
        { "UOLGA", "Olga Sample", "head", "spring", NULL, "Europe/Berlin", NULL, false, false },
        { 0 },
    };
    (void)state;
    struct play *play = with_a_question();
    size_t shown = play_shown(play, "UADA");
    play_write_people(play, without_ada);
    app_reload(play->app);
    play_until(play, "2031-03-06T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), shown);
    assert_true(play_shown(play, "UBEN") > 2);
    play_write_people(play, play_cast);
    app_reload(play->app);
    play_until(play, "2031-03-07T23:00:00Z");
    assert_int_equal(play_shown(play, "UADA"), shown + 1); /* no second notice, no flood */
    assert_int_equal(play_count(play, "UADA", "Hello Ada Sample"), 1);
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_deck_keeps_the_last_good_one),
        cmocka_unit_test(an_answer_is_graded_by_what_was_shown),
        cmocka_unit_test(a_retired_prompt_can_still_be_answered),
        cmocka_unit_test(a_restart_with_a_broken_deck_is_refused_and_harmless),
        cmocka_unit_test(whoever_leaves_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
