#include "worlds/desk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/base/macros.h"

enum { SECONDS_ENOUGH = 8 }; /* fewer tell nothing about a quartile */

static void desk_start(void *data, const struct programme *programme);
static void desk_expose(void *data, int32_t number, int32_t day, enum format format);
static int32_t desk_choose(void *data, int32_t day, int32_t cap, int32_t items[CAP_MAX]);
static void desk_answer(void *data, const struct response *answer);
static bool is_open(const struct desk_state *state, const struct desk_item *item, int32_t day);
static double key_of(const struct desk_state *state, int32_t number, int32_t day);
static double gain_of(const struct desk_item *item, int32_t day);
static void space(const struct desk *desk, struct desk_item *item, const struct response *answer);
static enum grade grade_of(
    struct desk_state *state, const struct desk_item *item, const struct response *answer);
static void predict(
    struct desk_state *state, const struct desk_item *item, const struct response *answer);

struct policy desk_policy(const char *name, struct desk desk, struct desk_state *state)
{
    state->desk = desk;
    return (struct policy){ name, state, desk_start, desk_expose, desk_choose, desk_answer };
}

static void desk_start(void *data, const struct programme *programme)
{
    struct desk_state *state = data;
    struct desk desk = state->desk;
    memset(state, 0, sizeof(*state));
    state->desk = desk;
    state->programme = programme;
}

static void desk_expose(void *data, int32_t number, int32_t day, enum format format)
{
    struct desk_state *state = data;
    struct desk_item *item = &state->items[number];
    *item = (struct desk_item){ .shown = true,
        .last_day = day,
        .asked_day = day,
        .interval = 1,
        .due_day = day + 1,
        .format = format };
    if (state->desk.exposure_counts) {
        item->fsrs = fsrs_after(item->fsrs, 0, GOOD);
        item->interval = fsrs_interval(item->fsrs.stability);
        item->due_day = day + item->interval;
        item->answers = 1;
    }
}

static int32_t desk_choose(void *data, int32_t day, int32_t cap, int32_t items[CAP_MAX])
{
    struct desk_state *state = data;
    int32_t len = 0;
    if (state->desk.spacing == BY_WEEK)
        cap = day % 7 == 4 ? 5 * cap : 0;
    while (len < cap) {
        int32_t best = -1;
        double best_key = INFINITY;
        for (int32_t number = 0; number < state->programme->items; number++) {
            const struct desk_item *item = &state->items[number];
            if (!is_open(state, item, day))
                continue;
            bool is_due = item->due_day <= day;
            double key = is_due ? key_of(state, number, day) : 1e9 + item->due_day;
            if ((is_due || state->desk.fill) && key < best_key) {
                best = number;
                best_key = key;
            }
        }
        if (best < 0)
            break;
        state->items[best].asked_day = day;
        items[len++] = best;
    }
    return len;
}

static bool is_open(const struct desk_state *state, const struct desk_item *item, int32_t day)
{
    if (!item->shown || item->asked_day >= day)
        return false;
    return item->answers < 2 || day - item->last_day >= state->desk.min_gap;
}

/* The least goes first; always below 1e9. */
static double key_of(const struct desk_state *state, int32_t number, int32_t day)
{
    const struct desk_item *item = &state->items[number];
    bool is_new = item->fsrs.stability <= 0;
    double stability = is_new ? 1 : item->fsrs.stability;
    double recall = fsrs_recall(stability, day - item->last_day);
    switch (state->desk.order) {
    case LONGEST_DUE: return item->due_day + recall / 2;
    case RELATIVE_OVERDUE: return -(double)(day - item->due_day) / item->interval + recall / 1e3;
    case RECALL_ASCENDING: return recall;
    case RECALL_DESCENDING: return -recall;
    case MOST_GAIN: return -gain_of(item, day);
    case EASIEST: return is_new ? 5 : item->fsrs.difficulty;
    case MOST_STABLE: return -stability;
    case LONGEST_UNASKED: return item->asked_day + number / 1e3;
    case SHUFFLED:
        return luck_uniform(state->programme->luck, LUCK_SHUFFLE, (uint32_t)number, (uint32_t)day);
    }
    return 0;
}

static double gain_of(const struct desk_item *item, int32_t day)
{
    double later = END_DAY + DELAY_DAYS - day, days = day - item->last_day;
    double stability = item->fsrs.stability > 0 ? item->fsrs.stability : 1;
    double recall = fsrs_recall(stability, days);
    double right = fsrs_recall(fsrs_after(item->fsrs, days, GOOD).stability, later);
    double wrong = fsrs_recall(fsrs_after(item->fsrs, days, AGAIN).stability, later);
    return recall * right + (1 - recall) * wrong - fsrs_recall(stability, later + days);
}

static void desk_answer(void *data, const struct response *answer)
{
    struct desk_state *state = data;
    struct desk_item *item = &state->items[answer->item];
    if (!answer->answered)
        return; /* still due; the day is used */
    predict(state, item, answer);
    enum grade grade = grade_of(state, item, answer);
    item->fsrs = fsrs_after(item->fsrs, item->answers ? answer->day - item->last_day : 0, grade);
    item->answers++;
    item->retrievals++;
    item->last_day = answer->day;
    space(&state->desk, item, answer);
}

static void space(const struct desk *desk, struct desk_item *item, const struct response *answer)
{
    static const int32_t ladder[] = { 1, 3, 7, 14, 30, 60, 90 };
    int32_t rungs = BY_LADDER == desk->spacing ? (int32_t)COUNT(ladder) : 7;
    item->rung = !answer->correct ? 0 : item->rung + 1 < rungs ? item->rung + 1 : item->rung;
    switch (desk->spacing) {
    case BY_FSRS: item->interval = fsrs_interval(item->fsrs.stability); break;
    case BY_LADDER: item->interval = ladder[item->rung]; break;
    case BY_LEITNER: item->interval = 1 << item->rung; break;
    case BY_NOTHING:
    case BY_WEEK: item->interval = 1; break;
    }
    item->due_day = answer->day + item->interval;
}

static int compare_seconds(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Where these seconds stand among the learner's own for the format: -1 fast, 1 slow, else 0. */
static int pace_of(struct desk_state *state, const struct response *answer)
{
    double sorted[ANSWERS_MAX];
    int32_t len = state->seconds_len[answer->format];
    state->seconds[answer->format][state->seconds_len[answer->format]++] = answer->seconds;
    if (len < SECONDS_ENOUGH)
        return 0;
    memcpy(sorted, state->seconds[answer->format], (size_t)len * sizeof(*sorted));
    qsort(sorted, (size_t)len, sizeof(*sorted), compare_seconds);
    return (answer->seconds > sorted[len * 3 / 4]) - (answer->seconds < sorted[len / 4]);
}

static enum grade grade_of(
    struct desk_state *state, const struct desk_item *item, const struct response *answer)
{
    enum mapping mapping = state->desk.mapping;
    int pace = mapping == GOOD_OR_AGAIN ? 0 : pace_of(state, answer);
    bool doubtful = pace > 0 && formats[answer->format].guess >= 0.2;
    if (!answer->correct)
        return AGAIN;
    switch (mapping) {
    case GOOD_OR_AGAIN: return GOOD;
    case BY_LATENCY: return pace > 0 ? HARD : pace < 0 ? EASY : GOOD;
    case BY_TABLE: return doubtful ? HARD : GOOD;
    case GUESS_AWARE:
        if (!doubtful)
            return GOOD;
        return item->answers &&
                fsrs_recall(item->fsrs.stability, answer->day - item->last_day) < 0.7
            ? AGAIN
            : HARD;
    }
    return GOOD;
}

/* How well the memory model foresaw the answer, as a chance, beside the true chance. First
 * retrievals are left out: without study as an answer there is nothing to foresee them from. */
static void predict(
    struct desk_state *state, const struct desk_item *item, const struct response *answer)
{
    if (!item->retrievals)
        return;
    double recall = fsrs_recall(item->fsrs.stability, answer->day - item->last_day);
    double chance = recall * (1 - slip) + (1 - recall) * formats[answer->format].guess;
    state->loss -= answer->chance * log(chance) + (1 - answer->chance) * log(1 - chance);
    state->loss_of_truth -=
        answer->chance * log(answer->chance) + (1 - answer->chance) * log(1 - answer->chance);
    state->predicted++;
}
