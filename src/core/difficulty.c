/* One pass for abilities and difficulties, one for what depends on how able people turned out.
 *
 * Owns the thresholds. Refuses to know names. Odd: what was expected of an answer is what the
 * numbers said before it came, so that a prompt is not excused by its own answers. */
#include "nudged/core/difficulty.h"

#include <math.h>
#include <string.h>

enum { STEPS_TO_HALF = 20, FLAG_ERRORS = 3, KEY_ERRORS = 2, LEVEL_ROUNDS = 6 };

const double difficulty_hardest = 1.5;
static const double steep_enough = 2 / 3.0; /* so much of the slope must be missing */

struct person_state {
    double ability;
    double faded;                           /* log of what is left by now of a move at first */
    int32_t moves;
};

struct prompt_state {
    double b;
    int32_t moves;
    double expected, variance;              /* of first answers */
    double level, score, information;       /* of the second look; `level` as b */
    double able, weight, mean;              /* ability of those who answered it */
    double slope, slope_variance;           /* score and information of a slope of 1 */
    int32_t counts[PROMPT_OPTIONS_MAX];
};

struct estimate {
    const struct difficulty_prompt *prompts;
    size_t prompts_len;
    const struct difficulty_log *log;
    struct person_state *people;
    struct prompt_state *states;
    struct difficulty_row *rows;
    double *moved;                          /* what the answer moved its person's ability by */
    double *faded;                          /* the person's `faded` just after it */
};

static void take_answer(struct estimate *estimate, size_t index);
static void count_options(struct prompt_state *state, const struct difficulty_prompt *prompt,
    uint32_t chosen);
static void add_slopes(struct estimate *estimate);
static void add_slope(struct estimate *estimate, size_t index, bool last);
static double rest_ability(const struct estimate *estimate, size_t index);
static bool counts_for_slope(const struct estimate *estimate, size_t index);
static void judge(struct estimate *estimate, size_t index);
static bool key_is_doubtful(const struct difficulty_prompt *prompt,
    const struct prompt_state *state, struct difficulty_row *row);
static double step(int32_t moves);
static double logistic(double x);

enum err difficulty_estimate(const struct difficulty_prompt *prompts, size_t prompts_len,
    const struct difficulty_log *log, struct arena *arena, struct difficulty_row **rows)
{
    for (size_t i = 0; i < log->len; i++)
        if (log->answers[i].person >= log->people ||
            (log->answers[i].prompt >= prompts_len && log->answers[i].prompt != UINT32_MAX))
            return ERR_INVALID;
    struct estimate estimate = { .prompts = prompts, .prompts_len = prompts_len, .log = log,
        .people = arena_array(arena, struct person_state, log->people + 1),
        .states = arena_array(arena, struct prompt_state, prompts_len + 1),
        .rows = arena_array(arena, struct difficulty_row, prompts_len + 1),
        .moved = arena_array(arena, double, log->len + 1),
        .faded = arena_array(arena, double, log->len + 1) };
    if (!estimate.people || !estimate.states || !estimate.rows || !estimate.moved ||
        !estimate.faded)
        return ERR_NO_MEMORY;
    memset(estimate.people, 0, (log->people + 1) * sizeof(*estimate.people));
    memset(estimate.states, 0, (prompts_len + 1) * sizeof(*estimate.states));
    for (size_t i = 0; i < prompts_len; i++)
        estimate.rows[i] = (struct difficulty_row){ .prompt_id = prompts[i].prompt_id,
            .revision_id = prompts[i].revision_id };
    for (size_t i = 0; i < log->len; i++)
        take_answer(&estimate, i);
    add_slopes(&estimate);
    for (size_t i = 0; i < prompts_len; i++)
        judge(&estimate, i);
    *rows = estimate.rows;
    return OK;
}

struct str difficulty_sentence(const struct difficulty_row *row, struct arena *arena)
{
    int people = (int)row->people, right = (int)row->right;
    switch (row->flag) {
    case DIFFICULTY_KEY:
        return str_format(arena, "of %d first answers %d chose option %d, which counts as wrong, "
            "and %d the right one; look whether the key is right and the options differ", people,
            (int)row->option_count, (int)row->option + 1, (int)row->key_count);
    case DIFFICULTY_TOO_FEW:
        return str_format(arena, "%d of %d first answers were right, fewer than by guessing or to "
            "a very hard question; look whether what counts as right is right", right, people);
    case DIFFICULTY_NOT_RISING:
        return str_format(arena, "%d of %d first answers were right, and those who know the rest "
            "were not better at it; look whether it is clear what is asked", right, people);
    case DIFFICULTY_FINE:
    case DIFFICULTY_FLAG_COUNT:
        break;
    }
    return STR_EMPTY;
}

struct str leech_sentence(const struct leech *leech, struct arena *arena)
{
    return str_format(arena, "%d people missed it %d times in a row and it rests %d days for them; "
        "look at its wording, or teach it again", (int)leech->people, (int)LEECH_MISSES,
        (int)LEECH_REST_DAYS);
}

const char *difficulty_flag_name(enum difficulty_flag flag)
{
    static const char *const names[] = { "fine", "key", "too_few", "not_rising" };
    REQUIRE((unsigned)flag < COUNT(names));
    return names[flag];
}

static void take_answer(struct estimate *estimate, size_t index)
{
    const struct difficulty_answer *answer = &estimate->log->answers[index];
    struct person_state *person = &estimate->people[answer->person];
    struct prompt_state none = { 0 };
    bool known = answer->prompt != UINT32_MAX;
    struct prompt_state *state = known ? &estimate->states[answer->prompt] : &none;
    double right = answer->right ? 1 : 0, g = answer->guess;
    double e = g + (1 - g) * logistic(person->ability - state->b);
    if (known && answer->present) {
        struct difficulty_row *row = &estimate->rows[answer->prompt];
        row->answers++;
        if (answer->first) {
            double fair = fmin(state->b, difficulty_hardest);
            double ceiling = g + (1 - g) * logistic(person->ability - fair);
            row->people++;
            row->right += answer->right;
            state->expected += ceiling;
            state->variance += ceiling * (1 - ceiling);
            count_options(state, &estimate->prompts[answer->prompt], answer->chosen);
        }
    }
    double by = step(person->moves++);
    estimate->moved[index] = by * (right - e);
    person->ability += estimate->moved[index];
    person->faded += log(1 - by * e * (1 - e)); /* later answers take part of it back */
    estimate->faded[index] = person->faded;
    if (known && answer->first)
        state->b += step(state->moves++) * (e - right);
}

static void count_options(struct prompt_state *state, const struct difficulty_prompt *prompt,
    uint32_t chosen)
{
    if (prompt->kind != PROMPT_CHOICE && prompt->kind != PROMPT_MULTI)
        return;
    for (size_t i = 0; i < prompt->options && i < PROMPT_OPTIONS_MAX; i++)
        state->counts[i] += (chosen >> i & 1) ? 1 : 0;
}

/* With abilities as they turned out, each prompt gets the level that explains how many were right,
 * by Newton's method; then the score of a logistic slope of 1 says how much steeper or flatter
 * success rises with ability than it should. */
static void add_slopes(struct estimate *estimate)
{
    for (size_t p = 0; p < estimate->prompts_len; p++)
        estimate->states[p].level = estimate->states[p].b;
    for (int round = 0; round <= LEVEL_ROUNDS; round++) {
        for (size_t i = 0; i < estimate->log->len; i++)
            if (counts_for_slope(estimate, i))
                add_slope(estimate, i, round == LEVEL_ROUNDS);
        for (size_t p = 0; p < estimate->prompts_len && round < LEVEL_ROUNDS; p++) {
            struct prompt_state *state = &estimate->states[p];
            double by = state->information > 0 ? state->score / state->information : 0;
            state->level -= fmax(-1, fmin(1, by));
            state->mean = state->weight > 0 ? state->able / state->weight : 0;
            state->score = state->information = state->able = state->weight = 0;
        }
    }
}

/* e the chance of a right answer, u its slope over ability: the score of an answer is
 * (right - e) u / (e (1 - e)), its information u^2 / (e (1 - e)). */
static void add_slope(struct estimate *estimate, size_t index, bool last)
{
    const struct difficulty_answer *answer = &estimate->log->answers[index];
    struct prompt_state *state = &estimate->states[answer->prompt];
    double ability = rest_ability(estimate, index), g = answer->guess;
    double known = logistic(ability - state->level);
    double e = fmin(fmax(g + (1 - g) * known, 1e-6), 1 - 1e-6);
    double u = (1 - g) * known * (1 - known), weight = u / (e * (1 - e));
    double score = ((answer->right ? 1 : 0) - e) * weight, from_mean = ability - state->mean;
    state->score += score;
    state->information += u * weight;
    state->able += u * weight * ability;
    state->weight += u * weight;
    if (last) {
        state->slope += score * from_mean;
        state->slope_variance += u * weight * from_mean * from_mean;
    }
}

/* Without what is left in it of this very answer. */
static double rest_ability(const struct estimate *estimate, size_t index)
{
    const struct person_state *person =
        &estimate->people[estimate->log->answers[index].person];
    return person->ability -
        estimate->moved[index] * exp(person->faded - estimate->faded[index]);
}

static bool counts_for_slope(const struct estimate *estimate, size_t index)
{
    const struct difficulty_answer *answer = &estimate->log->answers[index];
    return answer->prompt != UINT32_MAX && answer->first && answer->present &&
        estimate->people[answer->person].moves > 1;
}

static void judge(struct estimate *estimate, size_t index)
{
    const struct prompt_state *state = &estimate->states[index];
    struct difficulty_row *row = &estimate->rows[index];
    row->difficulty = state->b;
    row->error = state->variance > 0 ? 1 / sqrt(state->variance) : 0;
    if (row->answers < DIFFICULTY_ANSWERS || row->people < DIFFICULTY_PEOPLE)
        return;
    double short_of = state->expected - row->right;
    if (key_is_doubtful(&estimate->prompts[index], state, row))
        row->flag = DIFFICULTY_KEY;
    else if (short_of > FLAG_ERRORS * sqrt(state->variance))
        row->flag = DIFFICULTY_TOO_FEW;
    else if (state->slope < -steep_enough * state->slope_variance &&
        -state->slope > FLAG_ERRORS * sqrt(state->slope_variance))
        row->flag = DIFFICULTY_NOT_RISING;
}

static bool key_is_doubtful(const struct difficulty_prompt *prompt,
    const struct prompt_state *state, struct difficulty_row *row)
{
    int32_t key = INT32_MAX, wrong = -1, option = 0;
    if (prompt->kind != PROMPT_CHOICE && prompt->kind != PROMPT_MULTI)
        return false;
    for (size_t i = 0; i < prompt->options && i < PROMPT_OPTIONS_MAX; i++) {
        int32_t count = state->counts[i];
        if ((prompt->right >> i & 1) && count < key)
            key = count;
        if (!(prompt->right >> i & 1) && count > wrong) {
            wrong = count;
            option = (int32_t)i;
        }
    }
    if (wrong < 0 || key == INT32_MAX || wrong - key <= KEY_ERRORS * sqrt((double)wrong + key))
        return false;
    row->option = option;
    row->option_count = wrong;
    row->key_count = key;
    return true;
}

static double step(int32_t moves)
{
    return 1 / (1 + (double)moves / STEPS_TO_HALF);
}

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}
