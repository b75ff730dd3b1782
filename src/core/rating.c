/* The table from answers to ratings.
 *
 * Owns which circumstances count and in which order. Refuses to know what a rating does to the
 * memory (review.c) and how an answer was found right (match.c, the prompt kinds).
 * Odd: the rows overlap on purpose; reading from the top is the meaning. */
#include "nudged/core/rating.h"

#include <math.h>

#include "nudged/base/macros.h"

enum { OWN = -1, OWN_AT_MOST_HARD = -2, ANY_OUTCOME = -1 };

static double guess_choice(size_t options);
static double guess_multi(size_t options);
static double guess_order(size_t options);
static double guess_typed(size_t options);
static double guess_recall(size_t options);
static double guess_reflect(size_t options);
static enum rating own_rating(const struct rating_input *input, enum rating limit);

/* A row holds for an outcome when all its circumstances do and the guess is within its bounds. */
static const struct row {
    int outcome;                        /* enum answer_outcome, or any */
    unsigned circumstances;
    double guess_min, guess_max;
    int rating;                         /* enum rating, or the person's own */
} rows[] = {
    { ANY_OUTCOME,        ANSWER_AFTER_FEEDBACK, 0, 1, RATING_NONE },
    { OUTCOME_NOT_SCORED, 0, 0, 1, RATING_NONE },
    { OUTCOME_GAVE_UP,    0, 0, 1, RATING_AGAIN },
    { OUTCOME_WRONG,      0, 0, 1, RATING_AGAIN },
    { ANY_OUTCOME,        ANSWER_PART_SHOWN, 0, 1, RATING_AGAIN },
    { OUTCOME_OWN_RATING, ANSWER_POINTER, 0, 1, OWN_AT_MOST_HARD },
    { OUTCOME_OWN_RATING, 0, 0, 1, OWN },
    { OUTCOME_RIGHT,      ANSWER_POINTER, 0, 1, RATING_HARD },
    { OUTCOME_RIGHT,      ANSWER_GUESSED, 0, 1, RATING_HARD },
    { OUTCOME_RIGHT,      ANSWER_SLOW, 0.2, 1, RATING_HARD },
    { OUTCOME_RIGHT,      ANSWER_FAST | ANSWER_SURE | ANSWER_EASY_BEFORE, 0, 0.05, RATING_EASY },
    { OUTCOME_RIGHT,      0, 0, 1, RATING_GOOD },
};

static double (*const guesses[])(size_t options) = {
    [PROMPT_CHOICE] = guess_choice, [PROMPT_MULTI] = guess_multi,   [PROMPT_ORDER] = guess_order,
    [PROMPT_NUMBER] = guess_typed,  [PROMPT_SHORT] = guess_typed,   [PROMPT_RECALL] = guess_recall,
    [PROMPT_REFLECT] = guess_reflect,
};
_Static_assert(COUNT(guesses) == PROMPT_KIND_END, "one guess per prompt kind");

static const char *const names[] = {
    [RATING_NONE] = "none", [RATING_AGAIN] = "again", [RATING_HARD] = "hard",
    [RATING_GOOD] = "good", [RATING_EASY] = "easy",
};

enum rating rating_of(const struct rating_input *input)
{
    double guess = input->guess > 0 ? fmin(input->guess, 1) : 0;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *row = &rows[i];
        if (row->outcome != ANY_OUTCOME && row->outcome != (int)input->outcome)
            continue;
        if ((input->circumstances & row->circumstances) != row->circumstances)
            continue;
        if (guess < row->guess_min || guess > row->guess_max)
            continue;
        if (row->rating == OWN)
            return own_rating(input, RATING_EASY);
        if (row->rating == OWN_AT_MOST_HARD)
            return own_rating(input, RATING_HARD);
        return (enum rating)row->rating;
    }
    return RATING_NONE;
}

double rating_guess(enum prompt_kind kind, size_t options)
{
    REQUIRE(kind >= PROMPT_CHOICE && kind < PROMPT_KIND_END);
    return guesses[kind](options > 0 ? options : 1);
}

const char *rating_name(enum rating rating)
{
    return (size_t)rating < COUNT(names) ? names[rating] : "none";
}

static enum rating own_rating(const struct rating_input *input, enum rating limit)
{
    if (input->own_rating < RATING_AGAIN || input->own_rating > RATING_EASY)
        return RATING_NONE;
    return input->own_rating < limit ? input->own_rating : limit;
}

static double guess_choice(size_t options)
{
    return 1 / (double)options;
}

static double guess_multi(size_t options)
{
    return 1 / (exp2((double)options) - 1);
}

static double guess_order(size_t options)
{
    double orders = 1;
    for (size_t i = 2; i <= options && orders < 1e12; i++)
        orders *= (double)i;
    return 1 / orders;
}

static double guess_typed(size_t options)
{
    (void)options;
    return 0;
}

static double guess_recall(size_t options)
{
    (void)options;
    return 0.05;
}

static double guess_reflect(size_t options)
{
    (void)options;
    return 1;
}
