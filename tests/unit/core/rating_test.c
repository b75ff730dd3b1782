/* From answers to ratings, row by row. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "nudged/base/macros.h"
#include "nudged/core/rating.h"

static const struct sample {
    const char *what;
    struct rating_input input;
    enum rating expected;
} samples[] = {
    { "a reflection", { OUTCOME_NOT_SCORED, 0, 1, RATING_NONE }, RATING_NONE },
    { "a reflection, fast", { OUTCOME_NOT_SCORED, ANSWER_FAST | ANSWER_SURE, 1, RATING_GOOD },
      RATING_NONE },
    { "gave up", { OUTCOME_GAVE_UP, 0, 0, RATING_NONE }, RATING_AGAIN },
    { "gave up, own rating ignored", { OUTCOME_GAVE_UP, 0, 0, RATING_EASY }, RATING_AGAIN },
    { "wrong", { OUTCOME_WRONG, 0, 0.25, RATING_NONE }, RATING_AGAIN },
    { "wrong and sure", { OUTCOME_WRONG, ANSWER_SURE | ANSWER_FAST, 0, RATING_NONE },
      RATING_AGAIN },
    { "wrong after feedback", { OUTCOME_WRONG, ANSWER_AFTER_FEEDBACK, 0.25, RATING_NONE },
      RATING_NONE },
    { "right after feedback", { OUTCOME_RIGHT, ANSWER_AFTER_FEEDBACK, 0.25, RATING_NONE },
      RATING_NONE },
    { "own rating after feedback", { OUTCOME_OWN_RATING, ANSWER_AFTER_FEEDBACK, 0.05, RATING_GOOD },
      RATING_NONE },
    { "gave up after feedback", { OUTCOME_GAVE_UP, ANSWER_AFTER_FEEDBACK, 0, RATING_NONE },
      RATING_NONE },
    { "right, part was shown", { OUTCOME_RIGHT, ANSWER_PART_SHOWN, 0, RATING_NONE }, RATING_AGAIN },
    { "own rating, part was shown", { OUTCOME_OWN_RATING, ANSWER_PART_SHOWN, 0.05, RATING_EASY },
      RATING_AGAIN },
    { "own rating again", { OUTCOME_OWN_RATING, 0, 0.05, RATING_AGAIN }, RATING_AGAIN },
    { "own rating hard", { OUTCOME_OWN_RATING, 0, 0.05, RATING_HARD }, RATING_HARD },
    { "own rating good, though slow", { OUTCOME_OWN_RATING, ANSWER_SLOW, 0.05, RATING_GOOD },
      RATING_GOOD },
    { "own rating easy", { OUTCOME_OWN_RATING, 0, 0.05, RATING_EASY }, RATING_EASY },
    { "own rating easy with a pointer", { OUTCOME_OWN_RATING, ANSWER_POINTER, 0.05, RATING_EASY },
      RATING_HARD },
    { "own rating again with a pointer", { OUTCOME_OWN_RATING, ANSWER_POINTER, 0.05, RATING_AGAIN },
      RATING_AGAIN },
    { "own rating missing", { OUTCOME_OWN_RATING, 0, 0.05, RATING_NONE }, RATING_NONE },
    { "own rating out of range", { OUTCOME_OWN_RATING, 0, 0.05, (enum rating)7 }, RATING_NONE },
    { "right with a pointer", { OUTCOME_RIGHT, ANSWER_POINTER, 0, RATING_NONE }, RATING_HARD },
    { "right, said to be a guess", { OUTCOME_RIGHT, ANSWER_GUESSED, 0, RATING_NONE }, RATING_HARD },
    { "right, slow, one of four", { OUTCOME_RIGHT, ANSWER_SLOW, 0.25, RATING_NONE }, RATING_HARD },
    { "right, slow, one of five", { OUTCOME_RIGHT, ANSWER_SLOW, 0.2, RATING_NONE }, RATING_HARD },
    { "right, slow, one of six", { OUTCOME_RIGHT, ANSWER_SLOW, 0.19, RATING_NONE }, RATING_GOOD },
    { "right, fast once", { OUTCOME_RIGHT, ANSWER_FAST | ANSWER_SURE, 0, RATING_NONE },
      RATING_GOOD },
    { "right, fast twice, not sure", { OUTCOME_RIGHT, ANSWER_FAST | ANSWER_EASY_BEFORE, 0,
      RATING_NONE }, RATING_GOOD },
    { "right, sure twice, not fast", { OUTCOME_RIGHT, ANSWER_SURE | ANSWER_EASY_BEFORE, 0,
      RATING_NONE }, RATING_GOOD },
    { "right, fast and sure twice", { OUTCOME_RIGHT, ANSWER_FAST | ANSWER_SURE | ANSWER_EASY_BEFORE,
      0.05, RATING_NONE }, RATING_EASY },
    { "the same on a choice", { OUTCOME_RIGHT, ANSWER_FAST | ANSWER_SURE | ANSWER_EASY_BEFORE, 0.25,
      RATING_NONE }, RATING_GOOD },
    { "the same with a pointer", { OUTCOME_RIGHT, ANSWER_FAST | ANSWER_SURE | ANSWER_EASY_BEFORE
      | ANSWER_POINTER, 0, RATING_NONE }, RATING_HARD },
    { "right", { OUTCOME_RIGHT, 0, 0.25, RATING_NONE }, RATING_GOOD },
    { "right, own rating ignored", { OUTCOME_RIGHT, 0, 0.25, RATING_AGAIN }, RATING_GOOD },
    { "right, guess above one", { OUTCOME_RIGHT, 0, 7, RATING_NONE }, RATING_GOOD },
    { "right, guess below nothing", { OUTCOME_RIGHT, 0, -3, RATING_NONE }, RATING_GOOD },
};

static void every_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        enum rating got = rating_of(&samples[i].input);
        if (got != samples[i].expected)
            fail_msg("%s: %s, expected %s", samples[i].what, rating_name(got),
                     rating_name(samples[i].expected));
    }
}

/* Whatever the circumstances: nothing after the feedback counts, and no wrong answer passes. */
static void no_circumstance_makes_a_wrong_answer_right(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 1u << 8; bits++) {
        for (double guess = 0; guess <= 1; guess += 0.05) {
            struct rating_input input = { OUTCOME_WRONG, bits, guess, RATING_EASY };
            enum rating wrong = rating_of(&input);
            input.outcome = OUTCOME_RIGHT;
            enum rating right = rating_of(&input);
            if (bits & ANSWER_AFTER_FEEDBACK) {
                assert_int_equal(wrong, RATING_NONE);
                assert_int_equal(right, RATING_NONE);
            } else {
                assert_int_equal(wrong, RATING_AGAIN);
                assert_int_equal(right == RATING_AGAIN, (bits & ANSWER_PART_SHOWN) != 0);
                assert_int_not_equal(right, RATING_NONE);
            }
        }
    }
}

static void chance_of_a_guess(void **state)
{
    (void)state;
    assert_float_equal(rating_guess(PROMPT_CHOICE, 4), 0.25, 1e-12);
    assert_float_equal(rating_guess(PROMPT_CHOICE, 0), 1, 1e-12);
    assert_float_equal(rating_guess(PROMPT_MULTI, 4), 1.0 / 15, 1e-12);
    assert_float_equal(rating_guess(PROMPT_MULTI, 1), 1, 1e-12);
    assert_float_equal(rating_guess(PROMPT_ORDER, 4), 1.0 / 24, 1e-12);
    assert_float_equal(rating_guess(PROMPT_ORDER, 1), 1, 1e-12);
    assert_true(rating_guess(PROMPT_ORDER, 1000000) > 0);
    assert_float_equal(rating_guess(PROMPT_NUMBER, 0), 0, 0);
    assert_float_equal(rating_guess(PROMPT_SHORT, 5), 0, 0);
    assert_float_equal(rating_guess(PROMPT_RECALL, 0), 0.05, 0);
    assert_float_equal(rating_guess(PROMPT_REFLECT, 0), 1, 0);
}

static void every_rating_has_its_name(void **state)
{
    (void)state;
    assert_string_equal(rating_name(RATING_NONE), "none");
    assert_string_equal(rating_name(RATING_AGAIN), "again");
    assert_string_equal(rating_name(RATING_HARD), "hard");
    assert_string_equal(rating_name(RATING_GOOD), "good");
    assert_string_equal(rating_name(RATING_EASY), "easy");
    assert_string_equal(rating_name((enum rating)99), "none");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row),
        cmocka_unit_test(no_circumstance_makes_a_wrong_answer_right),
        cmocka_unit_test(chance_of_a_guess),
        cmocka_unit_test(every_rating_has_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
