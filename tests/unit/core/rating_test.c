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

/* -- from what is stored -- */

static struct rating_input input_of(enum prompt_kind kind, struct answer answer)
{
    struct rated_answer rated = { kind, 4, &answer, 5, 20 };
    return rating_input_of(&rated);
}

static enum rating stored(enum prompt_kind kind, struct answer answer)
{
    struct rating_input input = input_of(kind, answer);
    return rating_of(&input);
}

static void what_is_stored_says_the_outcome(void **state)
{
    (void)state;
    static const struct {
        enum prompt_kind kind;
        struct answer answer;
        enum answer_outcome outcome;
    } rows[] = {
        { PROMPT_CHOICE, { .grade = GRADE_RIGHT }, OUTCOME_RIGHT },
        { PROMPT_CHOICE, { .grade = GRADE_NONE, .chosen = 1 }, OUTCOME_NOT_SCORED },
        { PROMPT_CHOICE, { .grade = GRADE_RIGHT, .step = 1 }, OUTCOME_RIGHT },
        { PROMPT_MULTI, { .grade = GRADE_PARTLY }, OUTCOME_WRONG },
        { PROMPT_SHORT, { .grade = GRADE_WRONG }, OUTCOME_WRONG },
        { PROMPT_SHORT, { .grade = GRADE_WRONG, .circumstances = ANSWER_GAVE_UP },
            OUTCOME_GAVE_UP },
        { PROMPT_RECALL, { .grade = GRADE_NONE }, OUTCOME_NOT_SCORED },
        { PROMPT_RECALL, { .grade = GRADE_WRONG, .circumstances = ANSWER_GAVE_UP },
            OUTCOME_GAVE_UP },
        { PROMPT_RECALL, { .grade = GRADE_RIGHT, .step = 1, .chosen = 4 }, OUTCOME_OWN_RATING },
        { PROMPT_REFLECT, { .grade = GRADE_NONE }, OUTCOME_NOT_SCORED },
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(input_of(rows[i].kind, rows[i].answer).outcome, rows[i].outcome);
    struct answer recalled = { .grade = GRADE_RIGHT, .step = 1, .chosen = 4 };
    assert_int_equal(stored(PROMPT_RECALL, recalled), RATING_EASY);
    recalled.circumstances = ANSWER_POINTER;
    assert_int_equal(stored(PROMPT_RECALL, recalled), RATING_HARD);
    recalled = (struct answer){ .grade = GRADE_RIGHT, .step = 1, .rating = RATING_GOOD };
    assert_int_equal(stored(PROMPT_RECALL, recalled), RATING_GOOD); /* as it was stored once */
}

/* Quartiles of 5 and 20 seconds: slow is above, fast is below, and neither without a latency. */
static void slow_and_fast_are_against_the_own_quartiles(void **state)
{
    (void)state;
    struct answer answer = { .grade = GRADE_RIGHT };
    const unsigned both = ANSWER_SLOW | ANSWER_FAST;
    static const struct { int32_t seconds; unsigned expected; } rows[] = { { 0, 0 },
        { 1, ANSWER_FAST }, { 4, ANSWER_FAST }, { 5, 0 }, { 20, 0 }, { 21, ANSWER_SLOW } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        answer.seconds = rows[i].seconds;
        assert_int_equal(input_of(PROMPT_CHOICE, answer).circumstances & both, rows[i].expected);
        struct rated_answer nothing_yet = { PROMPT_CHOICE, 4, &answer, 0, 0 };
        assert_int_equal(rating_input_of(&nothing_yet).circumstances & both, 0);
    }
    assert_int_equal(stored(PROMPT_CHOICE, answer), RATING_HARD);
    assert_int_equal(stored(PROMPT_SHORT, answer), RATING_GOOD); /* nobody guesses a word */
    answer.circumstances = both | ANSWER_EASY_BEFORE; /* derived ones are not taken from storage */
    answer.seconds = 0;
    assert_int_equal(input_of(PROMPT_CHOICE, answer).circumstances, 0);
}

static void easy_takes_two_in_a_row(void **state)
{
    (void)state;
    struct answer answer = {
        .grade = GRADE_RIGHT, .seconds = 2, .circumstances = ANSWER_SURE
    };
    struct rating_input first = input_of(PROMPT_SHORT, answer);
    assert_int_equal(rating_of(&first), RATING_GOOD);
    assert_int_equal(rating_marks(0, &first), REVIEW_SWIFT);
    answer.before.marks = REVIEW_SWIFT;
    struct rating_input second = input_of(PROMPT_SHORT, answer);
    assert_int_equal(rating_of(&second), RATING_EASY);
    assert_int_equal(stored(PROMPT_CHOICE, answer), RATING_GOOD); /* one of four */
    answer.circumstances = ANSWER_FAIRLY_SURE;
    assert_int_equal(stored(PROMPT_SHORT, answer), RATING_GOOD);
    answer.circumstances = ANSWER_SURE | ANSWER_POINTER;
    struct rating_input helped = input_of(PROMPT_SHORT, answer);
    assert_int_equal(rating_of(&helped), RATING_HARD);
    assert_int_equal(rating_marks(REVIEW_SWIFT, &helped), 0);
}

static void a_misconception_lasts_until_it_is_right(void **state)
{
    (void)state;
    struct answer wrong = { .grade = GRADE_WRONG, .circumstances = ANSWER_SURE };
    struct rating_input sure = input_of(PROMPT_CHOICE, wrong);
    wrong.circumstances = ANSWER_GUESSED;
    struct rating_input unsure = input_of(PROMPT_CHOICE, wrong);
    struct rating_input right = input_of(PROMPT_CHOICE, (struct answer){ .grade = GRADE_RIGHT });
    assert_int_equal(rating_marks(REVIEW_SWIFT, &sure), REVIEW_MISCONCEPTION);
    assert_int_equal(rating_marks(REVIEW_MISCONCEPTION, &unsure), REVIEW_MISCONCEPTION);
    assert_int_equal(rating_marks(REVIEW_SWIFT, &unsure), 0);
    assert_int_equal(rating_marks(REVIEW_MISCONCEPTION, &right), 0);
}

/* -- anew -- */

/* A changed mapping changes exactly what it is about. */
static void another_table_rates_anew(void **state)
{
    (void)state;
    static const struct rating_row rows[] = {
        { OUTCOME_WRONG, 0, 0, 1, RATING_AGAIN },
        { OUTCOME_RIGHT, ANSWER_SLOW, 0.2, 1, RATING_HARD },
        { OUTCOME_RIGHT, ANSWER_GUESSED, 0, 1, RATING_GOOD }, /* a guess is as good */
        { OUTCOME_RIGHT, 0, 0, 1, RATING_GOOD },
    };
    static const struct rating_table table = { rows, COUNT(rows) };
    int changed = 0, guessed = 0;
    for (int32_t seconds = 0; seconds < 30; seconds++)
        for (unsigned bits = 0; bits <= ANSWER_GUESSED; bits += ANSWER_GUESSED)
            for (int grade = GRADE_WRONG; grade <= GRADE_RIGHT; grade++) {
                struct answer answer = {
                    .grade = (enum grade)grade, .seconds = seconds, .circumstances = bits
                };
                struct rated_answer rated = { PROMPT_CHOICE, 4, &answer, 5, 20 };
                struct rating_input input = rating_input_of(&rated);
                answer.rating = rating_of(&input);
                assert_int_equal(
                    rating_again(&rating_table_default, &rated, false), answer.rating);
                bool different = rating_again(&table, &rated, false) != answer.rating;
                assert_int_equal(different, grade == GRADE_RIGHT && bits && seconds <= 20);
                changed += different;
                guessed += grade == GRADE_RIGHT && bits;
            }
    assert_true(changed > 0 && changed < guessed);
}

/* Once the seconds are gone the rating they led to stays, as long as some latency explains it. */
static void dropped_seconds_keep_their_rating(void **state)
{
    (void)state;
    struct answer answer = { .grade = GRADE_RIGHT, .rating = RATING_HARD };
    struct rated_answer rated = { PROMPT_CHOICE, 4, &answer, 0, 0 };
    assert_int_equal(rating_again(&rating_table_default, &rated, true), RATING_HARD);
    assert_int_equal(rating_again(&rating_table_default, &rated, false), RATING_GOOD);
    rated.kind = PROMPT_SHORT; /* where slow says nothing */
    assert_int_equal(rating_again(&rating_table_default, &rated, true), RATING_GOOD);
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
        cmocka_unit_test(what_is_stored_says_the_outcome),
        cmocka_unit_test(slow_and_fast_are_against_the_own_quartiles),
        cmocka_unit_test(easy_takes_two_in_a_row),
        cmocka_unit_test(a_misconception_lasts_until_it_is_right),
        cmocka_unit_test(another_table_rates_anew),
        cmocka_unit_test(dropped_seconds_keep_their_rating),
        cmocka_unit_test(every_rating_has_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
