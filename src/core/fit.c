/* Fits the memory model to a log of answers.
 *
 * Owns the recipe: what is learnt from, what is held out, the steps of the descent. Refuses to
 * know people, prompts and the store. Odd: histories are dealt into batches once and only the order
 * of the batches changes from pass to pass, so that the cosine of the learning rate knows its
 * length. */
#include "nudged/core/fit.h"

#include <math.h>
#include <string.h>

#include "fit_gradient.h"
#include "fit_start.h"

enum {
    TARGETS_MIN = 8,
    TARGETS_FOR_ALL_WEIGHTS = 64,
    BATCH_TARGETS = 512,
    PASSES = 5,
    HELD_OUT_PART = 5, /* one in */
    DAYS_MAX = 40000, /* from the first answer to the last: more is no log of people */
    SEED = 2023
};

static const double pi = 3.14159265358979323846;

/* How far weights lie from their start among many learners: what pulls them back. */
static const double spread[REVIEW_WEIGHT_COUNT] = { 6.43, 9.66, 17.58, 27.85, .57, .28, .6, .12,
    .39, .18, .33, .3, .09, .16, .57, .25, 1.03, .31, .32, .14, .27 };

/* The log as it is learnt from. */
struct problem {
    const struct fit_log *log;
    struct fit_histories histories;
    float *importance;          /* one an answer; 0: no target */
    uint32_t *by_day;           /* targets a day, from first_day */
    int32_t first_day, days, held_out_day;
    size_t targets, held_out, learnt_from, right;
    size_t older_right;         /* among all older targets, odd or not */
};

struct batches {
    uint32_t *spans;            /* histories in their dealt order */
    uint32_t *ends;             /* of each batch in spans */
    uint32_t *order;            /* of the batches in this pass */
    size_t len;
    uint64_t random;
};

struct adam {
    double first[REVIEW_WEIGHT_COUNT], second[REVIEW_WEIGHT_COUNT];
    double first_power, second_power;
    size_t step, steps;
};

/* How much lower one loss is than another: sums over histories. */
struct tally {
    double gain, gain_gain, gain_targets, targets_targets, targets;
};

static enum err read_days(struct problem *problem, struct arena *arena);
static bool is_target(const struct fit_log *log, size_t index, size_t place);
static void choose_held_out(struct problem *problem);
static enum err read_histories(struct problem *problem, struct arena *arena);
static void add_history(struct problem *problem, size_t first, size_t end);
static void weigh(struct problem *problem);
static void weigh_history(
    struct problem *problem, const struct fit_history_span *span, bool ranked);
static enum err descend(const struct problem *problem, struct arena *arena, double *w);
static enum err deal(const struct problem *problem, struct arena *arena, struct batches *batches);
static double batch_gradient(const struct problem *problem, const struct batches *batches,
    size_t batch, const double *w, double *gradient);
static void step_down(struct adam *adam, const double *gradient, double *w);
static void shuffle(uint32_t *items, size_t len, uint64_t *random);
static void score(const struct problem *problem, const struct review_weights *candidate,
    const struct review_weights *in_use, double share, struct fit_result *result);
static size_t next_history(const struct fit_log *log, size_t first, int32_t from_day,
    float *importance, size_t *len, size_t *targets);
static double constant_loss(
    const struct fit_answer *answers, const float *importance, size_t len, double share);
static void tally_add(struct tally *tally, double gain, size_t targets);
static double tally_error(const struct tally *tally, size_t histories);

enum err fit_weights(const struct fit_log *log, const struct review_weights *in_use,
    struct arena *arena, struct fit_result *out)
{
    struct problem problem = { .log = log };
    struct review_weights weights = review_weights_default;
    enum err err = read_days(&problem, arena);
    if (!err)
        choose_held_out(&problem);
    size_t older = problem.targets - problem.held_out;
    if (!err && (problem.held_out < TARGETS_MIN || older < TARGETS_MIN))
        err = ERR_NOT_FOUND;
    if (!err)
        err = read_histories(&problem, arena);
    if (err)
        return err;
    double share = problem.learnt_from ? (double)problem.right / (double)problem.learnt_from : 0.9;
    weigh(&problem);
    if (fit_first_stabilities(log, &problem.histories, share, weights.w) &&
        problem.learnt_from >= TARGETS_FOR_ALL_WEIGHTS)
        err = descend(&problem, arena, weights.w);
    if (err)
        return err;
    struct fit_result result = { .weights = weights, .answers = log->len,
        .targets = problem.targets, .learnt_from = problem.learnt_from,
        .held_out = problem.held_out, .held_out_day = problem.held_out_day };
    score(&problem, &weights, in_use, (double)problem.older_right / (double)older, &result);
    result.better = result.loss_candidate < result.loss_in_use &&
        result.loss_candidate < result.loss_constant;
    *out = result;
    return OK;
}

double fit_loss(const struct fit_log *log, const struct review_weights *weights, int32_t from_day,
    size_t *targets)
{
    struct fit_model model;
    struct review_weights safe = review_weights_clamp(weights, REVIEW_SHORT_TERM_NO_STEPS);
    float importance[FIT_HISTORY_MAX];
    double loss = 0;
    size_t counted = 0;
    fit_model_init(&model, safe.w);
    for (size_t first = 0, end; first < log->len; first = end) {
        size_t len = 0, more = 0;
        end = next_history(log, first, from_day, importance, &len, &more);
        if (more)
            loss += fit_history(&model, &log->answers[first], importance, len, NULL);
        counted += more;
    }
    if (targets)
        *targets = counted;
    return counted ? loss / (double)counted : 0;
}

enum fit_verdict fit_judge(const struct fit_result *result, int32_t answers_min)
{
    size_t least = answers_min > 0 ? (size_t)answers_min : FIT_ANSWERS_MIN;
    if (result->answers < least)
        return FIT_TOO_FEW;
    if (!(result->loss_candidate < result->loss_in_use))
        return FIT_NO_BETTER;
    return result->loss_candidate < result->loss_constant ? FIT_BETTER
                                                          : FIT_NO_BETTER_THAN_CONSTANT;
}

static bool is_target(const struct fit_log *log, size_t index, size_t place)
{
    return place > 0 && place < FIT_HISTORY_MAX &&
        log->answers[index].day > log->answers[index - 1].day;
}

/* What the log holds at all, and how many targets each day has. */
static enum err read_days(struct problem *problem, struct arena *arena)
{
    const struct fit_log *log = problem->log;
    int32_t last = INT32_MIN;
    problem->first_day = INT32_MAX;
    for (size_t i = 0; i < log->len; i++) {
        const struct fit_answer *answer = &log->answers[i];
        bool follows = i > 0 && !answer->starts;
        if (answer->rating < RATING_AGAIN || answer->rating > RATING_EASY ||
            (i == 0 && !answer->starts) || (follows && answer->day < answer[-1].day))
            return ERR_INVALID;
        problem->first_day = answer->day < problem->first_day ? answer->day : problem->first_day;
        last = answer->day > last ? answer->day : last;
    }
    if (!log->len)
        return ERR_NOT_FOUND;
    if ((int64_t)last - problem->first_day >= DAYS_MAX)
        return ERR_INVALID;
    problem->days = last - problem->first_day + 1;
    problem->by_day = arena_array(arena, uint32_t, (size_t)problem->days);
    problem->importance = arena_array(arena, float, log->len);
    if (!problem->by_day || !problem->importance)
        return ERR_NO_MEMORY;
    for (size_t i = 0, first = 0; i < log->len; i++) {
        first = log->answers[i].starts ? i : first;
        if (!is_target(log, i, i - first))
            continue;
        problem->by_day[log->answers[i].day - problem->first_day]++;
        problem->targets++;
    }
    return OK;
}

/* Whole days from the end, until a fifth of all targets is there. */
static void choose_held_out(struct problem *problem)
{
    int32_t day = problem->days;
    while (day > 0 && problem->held_out * HELD_OUT_PART < problem->targets)
        problem->held_out += problem->by_day[--day];
    problem->held_out_day = problem->first_day + day;
}

static enum err read_histories(struct problem *problem, struct arena *arena)
{
    const struct fit_log *log = problem->log;
    size_t starts = 0;
    for (size_t i = 0; i < log->len; i++)
        starts += log->answers[i].starts;
    problem->histories.spans = arena_array(arena, struct fit_history_span, starts);
    if (!problem->histories.spans)
        return ERR_NO_MEMORY;
    for (size_t first = 0, end; first < log->len; first = end) {
        for (end = first + 1; end < log->len && !log->answers[end].starts;)
            end++;
        add_history(problem, first, end);
    }
    fit_mark_odd(log, &problem->histories, arena);
    for (size_t i = 0; i < problem->histories.len; i++) {
        const struct fit_history_span *span = &problem->histories.spans[i];
        for (size_t at = 0; !span->odd && at < span->len; at++)
            if (is_target(log, span->first + at, at)) {
                problem->learnt_from++;
                problem->right += log->answers[span->first + at].rating > RATING_AGAIN;
            }
    }
    return arena_failed(arena) ? ERR_NO_MEMORY : OK;
}

/* Nothing of the held-out days is looked at. */
static void add_history(struct problem *problem, size_t first, size_t end)
{
    const struct fit_answer *answers = problem->log->answers;
    struct fit_history_span span = { .first = first };
    for (size_t at = first; at < end && at - first < FIT_HISTORY_MAX; at++) {
        if (answers[at].day >= problem->held_out_day)
            break;
        if (!is_target(problem->log, at, at - first))
            continue;
        problem->older_right += answers[at].rating > RATING_AGAIN;
        if (span.targets++ == 0) {
            span.first_gap = answers[at].day - answers[at - 1].day;
            span.first_right = answers[at].rating > RATING_AGAIN;
        }
        span.len = (uint32_t)(at - first + 1);
    }
    if (span.targets)
        problem->histories.spans[problem->histories.len++] = span;
}

/* Newer answers count more: by their rank in time among those learnt from. First each day's number
 * of targets is counted, then it becomes the rank of the day's first. */
static void weigh(struct problem *problem)
{
    const struct fit_histories *histories = &problem->histories;
    uint32_t *rank = problem->by_day, before = 0;
    memset(rank, 0, (size_t)problem->days * sizeof(*rank));
    for (size_t i = 0; i < histories->len; i++)
        weigh_history(problem, &histories->spans[i], false);
    for (int32_t day = 0; day < problem->days; day++) {
        uint32_t count = rank[day];
        rank[day] = before;
        before += count;
    }
    for (size_t i = 0; i < histories->len; i++)
        weigh_history(problem, &histories->spans[i], true);
}

static void weigh_history(struct problem *problem, const struct fit_history_span *span, bool ranked)
{
    double last = problem->learnt_from > 1 ? (double)(problem->learnt_from - 1) : 1;
    for (size_t at = span->first; !span->odd && at < span->first + span->len; at++) {
        if (!is_target(problem->log, at, at - span->first))
            continue;
        uint32_t *rank = &problem->by_day[problem->log->answers[at].day - problem->first_day];
        double part = (double)*rank / last;
        (*rank)++;
        if (ranked)
            problem->importance[at] = (float)(0.25 + 0.75 * part * part * part);
    }
}

static enum err descend(const struct problem *problem, struct arena *arena, double *w)
{
    struct batches batches = { .random = SEED };
    struct adam adam = { .first_power = 1, .second_power = 1 };
    double start[REVIEW_WEIGHT_COUNT];
    memcpy(start, w, sizeof(start));
    enum err err = deal(problem, arena, &batches);
    adam.steps = batches.len * PASSES;
    for (int pass = 0; !err && pass < PASSES; pass++) {
        shuffle(batches.order, batches.len, &batches.random);
        for (size_t i = 0; i < batches.len; i++) {
            double gradient[REVIEW_WEIGHT_COUNT] = { 0 };
            double part = batch_gradient(problem, &batches, batches.order[i], w, gradient) /
                (double)problem->learnt_from;
            for (size_t k = 0; k < REVIEW_WEIGHT_COUNT; k++)
                gradient[k] += 2 * (w[k] - start[k]) / (spread[k] * spread[k]) * part;
            step_down(&adam, gradient, w);
        }
    }
    return err;
}

static enum err deal(const struct problem *problem, struct arena *arena, struct batches *batches)
{
    const struct fit_histories *histories = &problem->histories;
    size_t len = 0, targets = 0;
    batches->spans = arena_array(arena, uint32_t, histories->len);
    batches->ends = arena_array(arena, uint32_t, histories->len);
    batches->order = arena_array(arena, uint32_t, histories->len);
    if (!batches->spans || !batches->ends || !batches->order)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < histories->len; i++)
        if (!histories->spans[i].odd)
            batches->spans[len++] = (uint32_t)i;
    shuffle(batches->spans, len, &batches->random);
    for (size_t i = 0; i < len; i++) {
        targets += histories->spans[batches->spans[i]].targets;
        if (targets < BATCH_TARGETS && i + 1 < len)
            continue;
        batches->order[batches->len] = (uint32_t)batches->len;
        batches->ends[batches->len++] = (uint32_t)i + 1;
        targets = 0;
    }
    return OK;
}

/* Gives how many targets the batch has. */
static double batch_gradient(const struct problem *problem, const struct batches *batches,
    size_t batch, const double *w, double *gradient)
{
    struct fit_model model;
    size_t targets = 0;
    fit_model_init(&model, w);
    for (size_t i = batch ? batches->ends[batch - 1] : 0; i < batches->ends[batch]; i++) {
        const struct fit_history_span *span = &problem->histories.spans[batches->spans[i]];
        (void)fit_history(&model, &problem->log->answers[span->first],
            &problem->importance[span->first], span->len, gradient);
        targets += span->targets;
    }
    return (double)targets;
}

static void step_down(struct adam *adam, const double *gradient, double *w)
{
    static const double rate = 0.04, keep_first = 0.9, keep_second = 0.999, small = 1e-8;
    struct review_weights moved = { .len = REVIEW_WEIGHT_COUNT };
    double now = rate * 0.5 * (1 + cos(pi * (double)adam->step++ / (double)adam->steps));
    adam->first_power *= keep_first;
    adam->second_power *= keep_second;
    for (size_t k = 0; k < REVIEW_WEIGHT_COUNT; k++) {
        adam->first[k] = keep_first * adam->first[k] + (1 - keep_first) * gradient[k];
        adam->second[k] =
            keep_second * adam->second[k] + (1 - keep_second) * gradient[k] * gradient[k];
        double first = adam->first[k] / (1 - adam->first_power);
        double second = adam->second[k] / (1 - adam->second_power);
        moved.w[k] = w[k] - now * first / (sqrt(second) + small);
    }
    moved = review_weights_clamp(&moved, REVIEW_SHORT_TERM_NO_STEPS);
    memcpy(w, moved.w, REVIEW_WEIGHT_COUNT * sizeof(*w));
}

/* Fisher and Yates with a splitmix64 of our own: the same order wherever it runs. */
static void shuffle(uint32_t *items, size_t len, uint64_t *random)
{
    for (size_t i = len; i > 1; i--) {
        uint64_t z = (*random += UINT64_C(0x9e3779b97f4a7c15));
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        size_t other = (size_t)((z ^ (z >> 31)) % i);
        uint32_t kept = items[i - 1];
        items[i - 1] = items[other];
        items[other] = kept;
    }
}

/* All three losses in one walk over the held-out targets, so that they can be compared history by
 * history. */
static void score(const struct problem *problem, const struct review_weights *candidate,
    const struct review_weights *in_use, double share, struct fit_result *result)
{
    const struct fit_log *log = problem->log;
    struct review_weights safe = review_weights_clamp(in_use, REVIEW_SHORT_TERM_NO_STEPS);
    struct fit_model ours, theirs;
    struct tally in_use_gain = { 0 }, constant_gain = { 0 };
    float importance[FIT_HISTORY_MAX];
    double losses[3] = { 0 };
    size_t histories = 0;
    fit_model_init(&ours, candidate->w);
    fit_model_init(&theirs, safe.w);
    for (size_t first = 0, end; first < log->len; first = end) {
        const struct fit_answer *answers = &log->answers[first];
        size_t len = 0, targets = 0;
        end = next_history(log, first, problem->held_out_day, importance, &len, &targets);
        if (!targets)
            continue;
        double mine = fit_history(&ours, answers, importance, len, NULL);
        double old = fit_history(&theirs, answers, importance, len, NULL);
        double constant = constant_loss(answers, importance, len, share);
        losses[0] += mine;
        losses[1] += old;
        losses[2] += constant;
        tally_add(&in_use_gain, old - mine, targets);
        tally_add(&constant_gain, constant - mine, targets);
        histories++;
    }
    double all = (double)problem->held_out;
    result->loss_candidate = losses[0] / all;
    result->loss_in_use = losses[1] / all;
    result->loss_constant = losses[2] / all;
    result->error_in_use = tally_error(&in_use_gain, histories);
    result->error_constant = tally_error(&constant_gain, histories);
}

/* Where the history that begins at `first` ends. Its targets from from_day on get importance 1, the
 * rest of what counts as history 0; len: as far as there are targets. */
static size_t next_history(const struct fit_log *log, size_t first, int32_t from_day,
    float *importance, size_t *len, size_t *targets)
{
    size_t end = first;
    *len = *targets = 0;
    for (; end < log->len && (end == first || !log->answers[end].starts); end++) {
        size_t place = end - first;
        if (place >= FIT_HISTORY_MAX)
            continue;
        bool counts = log->answers[end].day >= from_day && is_target(log, end, place);
        importance[place] = counts ? 1 : 0;
        if (counts) {
            *len = place + 1;
            (*targets)++;
        }
    }
    return end;
}

static double constant_loss(
    const struct fit_answer *answers, const float *importance, size_t len, double share)
{
    double loss = 0;
    share = fmin(fmax(share, 1e-6), 1 - 1e-6);
    for (size_t i = 0; i < len; i++)
        if (importance[i] > 0)
            loss -= answers[i].rating > RATING_AGAIN ? log1p(share - 1) : log1p(-share);
    return loss;
}

static void tally_add(struct tally *tally, double gain, size_t targets)
{
    double n = (double)targets;
    tally->gain += gain;
    tally->targets += n;
    tally->gain_gain += gain * gain;
    tally->gain_targets += gain * n;
    tally->targets_targets += n * n;
}

/* Of the mean gain a target, as a ratio of two sums over histories (the usual linearisation). */
static double tally_error(const struct tally *tally, size_t histories)
{
    if (histories < 2)
        return 0;
    double mean = tally->gain / tally->targets, h = (double)histories;
    double spread_sum = tally->gain_gain - 2 * mean * tally->gain_targets +
        mean * mean * tally->targets_targets;
    return sqrt(fmax(spread_sum, 0) * h / (h - 1)) / tally->targets;
}
