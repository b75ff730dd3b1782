/* The table from answers to ratings.
 *
 * Owns which circumstances count and in which order. Refuses to know what a rating does to the
 * memory (review.c) and how an answer was found right (match.c, the prompt kinds).
 * Odd: the rows overlap on purpose; reading from the top is the meaning. */
#include "nudged/core/rating.h"

#include <math.h>

#include "nudged/base/macros.h"

static double guess_choice(size_t options);
static double guess_multi(size_t options);
static double guess_order(size_t options);
static double guess_typed(size_t options);
static double guess_recall(size_t options);
static double guess_reflect(size_t options);
static enum answer_outcome outcome_of(const struct rated_answer *rated);
static enum rating own_rating(const struct rating_input *input, enum rating limit);

static const struct rating_row rows[] = {
    { OUTCOME_ANY,        ANSWER_AFTER_FEEDBACK, 0, 1, RATING_NONE },
    { OUTCOME_NOT_SCORED, 0, 0, 1, RATING_NONE },
    { OUTCOME_GAVE_UP,    0, 0, 1, RATING_AGAIN },
    { OUTCOME_WRONG,      0, 0, 1, RATING_AGAIN },
    { OUTCOME_ANY,        ANSWER_PART_SHOWN, 0, 1, RATING_AGAIN },
    { OUTCOME_OWN_RATING, ANSWER_POINTER, 0, 1, RATING_OWN_AT_MOST_HARD },
    { OUTCOME_OWN_RATING, 0, 0, 1, RATING_OWN },
    { OUTCOME_RIGHT,      ANSWER_POINTER, 0, 1, RATING_HARD },
    { OUTCOME_RIGHT,      ANSWER_GUESSED, 0, 1, RATING_HARD },
    { OUTCOME_RIGHT,      ANSWER_SLOW, 0.2, 1, RATING_HARD },
    { OUTCOME_RIGHT,      ANSWER_FAST | ANSWER_SURE | ANSWER_EASY_BEFORE, 0, 0.05, RATING_EASY },
    { OUTCOME_RIGHT,      0, 0, 1, RATING_GOOD },
};
const struct rating_table rating_table_default = { rows, COUNT(rows) };

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

enum rating rating_by(const struct rating_table *table, const struct rating_input *input)
{
    double guess = input->guess > 0 ? fmin(input->guess, 1) : 0;
    for (size_t i = 0; i < table->len; i++) {
        const struct rating_row *row = &table->rows[i];
        if (row->outcome != OUTCOME_ANY && row->outcome != input->outcome)
            continue;
        if ((input->circumstances & row->circumstances) != row->circumstances)
            continue;
        if (guess < row->guess_min || guess > row->guess_max)
            continue;
        if (row->rating == RATING_OWN)
            return own_rating(input, RATING_EASY);
        if (row->rating == RATING_OWN_AT_MOST_HARD)
            return own_rating(input, RATING_HARD);
        return (enum rating)row->rating;
    }
    return RATING_NONE;
}

enum rating rating_of(const struct rating_input *input)
{
    return rating_by(&rating_table_default, input);
}

struct rating_input rating_input_of(const struct rated_answer *rated)
{
    const struct answer *answer = rated->answer;
    struct rating_input input = {
        .outcome = outcome_of(rated),
        .circumstances = answer->circumstances & ANSWER_OBSERVED,
        .guess = rating_guess(rated->kind, rated->options),
    };
    if (input.outcome == OUTCOME_OWN_RATING) /* before there were hints it was not kept twice */
        input.own_rating = (enum rating)(answer->chosen ? answer->chosen : answer->rating);
    if (answer->seconds && rated->slow_s && answer->seconds > rated->slow_s)
        input.circumstances |= ANSWER_SLOW;
    if (answer->seconds && answer->seconds < rated->fast_s)
        input.circumstances |= ANSWER_FAST;
    if (answer->before.marks & REVIEW_SWIFT)
        input.circumstances |= ANSWER_EASY_BEFORE;
    return input;
}

enum rating rating_again(
    const struct rating_table *table, const struct rated_answer *rated, bool untimed)
{
    static const unsigned timings[] = { ANSWER_SLOW, ANSWER_FAST };
    struct rating_input input = rating_input_of(rated);
    enum rating rating = rating_by(table, &input);
    for (size_t i = 0; untimed && i < COUNT(timings); i++) {
        struct rating_input timed = input;
        timed.circumstances |= timings[i];
        if (rating_by(table, &timed) == rated->answer->rating)
            return rated->answer->rating;
    }
    return rating;
}

unsigned rating_marks(unsigned before, const struct rating_input *input)
{
    const unsigned swift = ANSWER_FAST | ANSWER_SURE, helped = ANSWER_POINTER | ANSWER_PART_SHOWN;
    bool missed = input->outcome == OUTCOME_WRONG || input->outcome == OUTCOME_GAVE_UP;
    if (input->outcome == OUTCOME_WRONG && (input->circumstances & ANSWER_SURE))
        return REVIEW_MISCONCEPTION;
    if (missed)
        return before & REVIEW_MISCONCEPTION;
    bool is_swift = input->outcome == OUTCOME_RIGHT &&
        (input->circumstances & swift) == swift && !(input->circumstances & helped);
    return is_swift ? REVIEW_SWIFT : 0;
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

/* The step before how sure one is, or how close one was, has no grade yet. */
static enum answer_outcome outcome_of(const struct rated_answer *rated)
{
    const struct answer *answer = rated->answer;
    if (rated->kind == PROMPT_REFLECT)
        return OUTCOME_NOT_SCORED;
    if (answer->circumstances & ANSWER_GAVE_UP)
        return OUTCOME_GAVE_UP;
    if (answer->grade == GRADE_NONE)
        return OUTCOME_NOT_SCORED;
    if (rated->kind == PROMPT_RECALL && answer->step > 0)
        return OUTCOME_OWN_RATING;
    return answer->grade == GRADE_RIGHT ? OUTCOME_RIGHT : OUTCOME_WRONG;
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
