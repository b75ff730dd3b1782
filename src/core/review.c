/* FSRS-6: the memory of one person for one prompt.
 *
 * Owns the formulas, their clamps and the ordering rules between the four ratings. Refuses to know
 * dates, people, prompts and how an answer became a rating (see rating.c).
 * Odd: intermediate values are not rounded, although the implementation the test vectors come from
 * rounds each to 8 decimals; the difference stays below 1e-6 and no interval changes. */
#include "nudged/core/review.h"

#include <math.h>
#include <stddef.h>

#include "nudged/base/macros.h"
#include "review7.h"

enum { MINUTES_PER_DAY = 24 * 60, STEPS_MAX = 2 };

static const double stability_min = 0.001;
static const double stability_max = 36500.0;
static const double retention_min = 0.70;
static const double retention_max = 0.99;

struct range {
    double min, max;
};

struct steps {
    int32_t count;
    int32_t minutes[STEPS_MAX];
};

/* What one answer leads to before days are chosen. */
struct step_choice {
    int32_t minutes;            /* 0: no step, whole days */
    int32_t next_step;
};

static bool is_seven(const struct review_weights *weights);
static double clip(double value, double min, double max);
static struct review_memory memory_clip(const struct review_memory *memory);
static double curve_factor(const struct review_weights *weights);
static double difficulty_first(const struct review_weights *weights, enum rating rating);
static double difficulty_next(const struct review_weights *weights, double difficulty,
                              enum rating rating);
static double stability_next(const struct review_weights *weights, enum review_mode mode,
                             const struct review_memory *before, int32_t elapsed_days,
                             enum rating rating);
static double stability_recalled(const struct review_weights *weights,
                                 const struct review_memory *before, double recall,
                                 enum rating rating);
static double stability_forgotten(const struct review_weights *weights, enum review_mode mode,
                                  const struct review_memory *before, double recall);
static double stability_same_day(const struct review_weights *weights, double stability,
                                 enum rating rating);
static struct review_memory memory_next(const struct review_weights *weights,
                                        enum review_mode mode, const struct review_memory *before,
                                        int32_t elapsed_days, enum rating rating);
static struct step_choice step_choose(enum review_mode mode, const struct review_memory *before,
                                      enum rating rating);
static int32_t days_ordered(const struct review_weights *weights,
                            const struct review_options *options,
                            const struct review_memory *before, int32_t elapsed_days,
                            enum rating rating);
static int32_t days_max(int32_t a, int32_t b);
static int32_t days_min(int32_t a, int32_t b);

const struct review_weights review_weights_default = { REVIEW_WEIGHT_COUNT, {
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194,      /* first answer, difficulty */
    0.001, 1.8722, 0.1666, 0.796,                               /* reversion, growth */
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729,             /* lapse, hard, easy */
    0.5425, 0.0912, 0.0658, 0.1542                              /* same day, decay */
} };

const struct review_weights review_weights_default_7 = { REVIEW_WEIGHT_COUNT_7, {
    0.1104, 2.2395, 3.9221, 11.7841, 6.1686, 0.6457, 3.6807,    /* first answer, difficulty */
    1.9795, 0, 1.3826, 0.7024, 0.5999, 0.8146, 0.6398, 1,       /* slow */
    1.3207, 0.6707, 3.8668, 0.4416, 0.0934, 1.8631, 0.6162, 1.0869,     /* fast */
    0.1567, 0.0801, 0.2421, 0.9464, 0.1433, 0.7145, 0, 0.5667, 0.3734, 0.5333, 0.3048
} };

const struct review_options review_options_default = { REVIEW_SHORT_TERM_NO_STEPS, 0.90, 365 };

static const struct range weight_ranges[] = {
    { 0.001, 100 }, { 0.001, 100 }, { 0.001, 100 }, { 0.001, 100 },
    { 1, 10 },      { 0.001, 4 },   { 0.001, 4 },   { 0.001, 0.75 },
    { 0, 4.5 },     { 0, 0.8 },     { 0.001, 3.5 },
    { 0.001, 5 },   { 0.001, 0.25 }, { 0.001, 0.9 }, { 0, 4 },
    { 0, 1 },       { 1, 6 },
    { 0, 2 },       { 0, 2 },       { 0.01, 0.8 },  { 0.1, 0.8 },
};
_Static_assert(COUNT(weight_ranges) == REVIEW_WEIGHT_COUNT, "one range per weight");

static const struct steps steps_learning = { 2, { 1, 10 } };
static const struct steps steps_relearning = { 1, { 10 } };

struct review_weights review_weights_clamp(const struct review_weights *weights,
                                           enum review_mode mode)
{
    struct review_weights out = *weights;
    if (is_seven(weights)) {
        review7_clamp(out.w);
        return out;
    }
    out.len = REVIEW_WEIGHT_COUNT;
    for (size_t i = 0; i < REVIEW_WEIGHT_COUNT; i++) {
        double given = isnan(weights->w[i]) ? review_weights_default.w[i] : weights->w[i];
        out.w[i] = clip(given, weight_ranges[i].min, weight_ranges[i].max);
    }
    /* without a same-day branch its damping may be nothing */
    if (mode == REVIEW_LONG_TERM && weights->w[19] < weight_ranges[19].min)
        out.w[19] = clip(weights->w[19], 0, weight_ranges[19].min);
    return out;
}

double review_retrievability(const struct review_weights *weights,
                             const struct review_memory *memory, double elapsed_days)
{
    if (memory->state == REVIEW_NEW)
        return 0;
    if (is_seven(weights))
        return review7_retrievability(weights->w, memory, elapsed_days);
    double days = clip(elapsed_days, 0, HUGE_VAL);
    double stability = clip(memory->stability_days, stability_min, stability_max);
    return pow(1 + curve_factor(weights) * days / stability, -weights->w[20]);
}

int32_t review_interval_days(const struct review_weights *weights,
                             const struct review_options *options,
                             const struct review_memory *memory)
{
    double retention = isnan(options->desired_retention) ? review_options_default.desired_retention
                                                         : options->desired_retention;
    retention = clip(retention, retention_min, retention_max);
    double stability = clip(memory->stability_days, stability_min, stability_max);
    double days = is_seven(weights)
        ? review7_interval(weights->w, memory, retention)
        : stability / curve_factor(weights) * (pow(retention, -1 / weights->w[20]) - 1);
    double maximum = clip(options->maximum_interval_days, 1, REVIEW_INTERVAL_DAYS_MAX);
    return (int32_t)clip(floor(days + 0.5), 1, maximum);
}

struct review_outcome review_next(const struct review_weights *weights,
                                  const struct review_options *options,
                                  const struct review_memory *before, int32_t elapsed_days,
                                  enum rating rating)
{
    REQUIRE(rating >= RATING_AGAIN && rating <= RATING_EASY);
    int32_t elapsed = days_max(elapsed_days, 0);
    struct review_memory old = memory_clip(before);
    struct review_memory after = memory_next(weights, options->mode, &old, elapsed, rating);
    struct review_outcome out = {
        .retrievability_before = review_retrievability(weights, &old, elapsed),
        .lapsed = old.state == REVIEW_REVIEW && rating == RATING_AGAIN,
        .pure_interval_days = review_interval_days(weights, options, &after),
    };
    struct step_choice step = step_choose(options->mode, &old, rating);
    if (step.minutes > 0) {
        after.state = old.state == REVIEW_NEW      ? REVIEW_LEARNING
                      : old.state == REVIEW_REVIEW ? REVIEW_RELEARNING
                                                   : old.state;
        after.step = step.next_step;
        out.due_minutes = step.minutes;
    } else {
        out.scheduled_days = days_ordered(weights, options, &old, elapsed, rating);
        out.due_minutes = (int64_t)out.scheduled_days * MINUTES_PER_DAY;
    }
    out.memory = after;
    return out;
}

int32_t review_due_day(int32_t answer_day, int32_t scheduled_days, int32_t answers,
                       int32_t min_gap_days)
{
    int32_t days = days_max(scheduled_days, 1);
    if (answers >= 2)
        days = days_max(days, days_min(min_gap_days, REVIEW_INTERVAL_DAYS_MAX));
    return answer_day > INT32_MAX - days ? INT32_MAX : answer_day + days;
}

static bool is_seven(const struct review_weights *weights)
{
    return weights->len == REVIEW_WEIGHT_COUNT_7;
}

/* NaN becomes min: comparisons with it are false. */
static double clip(double value, double min, double max)
{
    if (!(value > min))
        return min;
    return value < max ? value : max;
}

/* A memory read back from a store may hold anything; the formulas are defined on this range. */
static struct review_memory memory_clip(const struct review_memory *memory)
{
    struct review_memory out = *memory;
    if (out.state == REVIEW_NEW)
        return out;
    out.stability_days = clip(out.stability_days, stability_min, stability_max);
    out.difficulty = clip(out.difficulty, 1, 10);
    return out;
}

static double curve_factor(const struct review_weights *weights)
{
    return pow(0.9, -1 / weights->w[20]) - 1;
}

static double difficulty_first(const struct review_weights *weights, enum rating rating)
{
    return weights->w[4] - exp(weights->w[5] * (double)(rating - RATING_AGAIN)) + 1;
}

static double difficulty_next(const struct review_weights *weights, double difficulty,
                              enum rating rating)
{
    double step = -weights->w[6] * ((double)rating - RATING_GOOD);
    double damped = difficulty + step * (10 - difficulty) / 9;
    double reversion = weights->w[7];
    double easy = difficulty_first(weights, RATING_EASY);       /* not clipped here */
    return clip(reversion * easy + (1 - reversion) * damped, 1, 10);
}

static struct review_memory memory_next(const struct review_weights *weights,
                                        enum review_mode mode, const struct review_memory *before,
                                        int32_t elapsed_days, enum rating rating)
{
    struct review_memory after = { .state = REVIEW_REVIEW };
    if (is_seven(weights))
        return before->state == REVIEW_NEW
            ? review7_first(weights->w, rating)
            : review7_next(weights->w, before, elapsed_days, rating);
    if (before->state == REVIEW_NEW) {
        after.stability_days = weights->w[rating - RATING_AGAIN];
        after.difficulty = clip(difficulty_first(weights, rating), 1, 10);
    } else {
        after.stability_days = stability_next(weights, mode, before, elapsed_days, rating);
        after.difficulty = difficulty_next(weights, before->difficulty, rating);
    }
    after.stability_days = clip(after.stability_days, stability_min, stability_max);
    return after;
}

static double stability_next(const struct review_weights *weights, enum review_mode mode,
                             const struct review_memory *before, int32_t elapsed_days,
                             enum rating rating)
{
    if (elapsed_days == 0 && mode != REVIEW_LONG_TERM)
        return stability_same_day(weights, before->stability_days, rating);
    double recall = review_retrievability(weights, before, elapsed_days);
    if (rating == RATING_AGAIN)
        return stability_forgotten(weights, mode, before, recall);
    return stability_recalled(weights, before, recall, rating);
}

static double stability_recalled(const struct review_weights *weights,
                                 const struct review_memory *before, double recall,
                                 enum rating rating)
{
    const double *w = weights->w;
    double hard = rating == RATING_HARD ? w[15] : 1;
    double easy = rating == RATING_EASY ? w[16] : 1;
    double growth = exp(w[8]) * (11 - before->difficulty) * pow(before->stability_days, -w[9])
                    * (exp(w[10] * (1 - recall)) - 1) * hard * easy;
    return before->stability_days * (1 + growth);
}

static double stability_forgotten(const struct review_weights *weights, enum review_mode mode,
                                  const struct review_memory *before, double recall)
{
    const double *w = weights->w;
    double fresh = w[11] * pow(before->difficulty, -w[12])
                   * (pow(before->stability_days + 1, w[13]) - 1) * exp(w[14] * (1 - recall));
    double shrink = mode == REVIEW_LONG_TERM ? 1 : exp(w[17] * w[18]);
    return fmin(fresh, before->stability_days / shrink);
}

static double stability_same_day(const struct review_weights *weights, double stability,
                                 enum rating rating)
{
    const double *w = weights->w;
    double increase = exp(w[17] * ((double)rating - RATING_GOOD + w[18])) * pow(stability, -w[19]);
    if (rating >= RATING_HARD)
        increase = fmax(increase, 1);
    return stability * increase;
}

/* Again: the first step. Hard: half-way between the first two, or half as long again when there is
 * one. Good: the next step, if there is one. Easy, or steps used up: whole days. */
static struct step_choice step_choose(enum review_mode mode, const struct review_memory *before,
                                      enum rating rating)
{
    struct step_choice none = { 0, 0 };
    bool lapsed = before->state == REVIEW_REVIEW || before->state == REVIEW_RELEARNING;
    const struct steps *steps = lapsed ? &steps_relearning : &steps_learning;
    if (mode != REVIEW_SHORT_TERM_DEFAULT_STEPS || rating == RATING_EASY)
        return none;
    if (before->state == REVIEW_REVIEW && rating != RATING_AGAIN)
        return none;
    if (before->step < 0 || before->step >= steps->count)
        return none;
    if (rating == RATING_AGAIN)
        return (struct step_choice){ steps->minutes[0], 0 };
    if (rating == RATING_HARD) {
        int32_t second = steps->count > 1 ? steps->minutes[1] : 2 * steps->minutes[0];
        return (struct step_choice){ (steps->minutes[0] + second + 1) / 2, before->step };
    }
    int32_t next = before->step + 1;
    if (next >= steps->count)
        return none;
    return (struct step_choice){ steps->minutes[next], next };
}

static int32_t days_ordered(const struct review_weights *weights,
                            const struct review_options *options,
                            const struct review_memory *before, int32_t elapsed_days,
                            enum rating rating)
{
    int32_t days[RATING_EASY + 1] = { 0 };
    for (int i = RATING_AGAIN; i <= RATING_EASY; i++) {
        struct review_memory after =
            memory_next(weights, options->mode, before, elapsed_days, (enum rating)i);
        days[i] = review_interval_days(weights, options, &after);
    }
    if (options->mode == REVIEW_LONG_TERM) {
        days[RATING_AGAIN] = days_min(days[RATING_AGAIN], days[RATING_HARD]);
        days[RATING_HARD] = days_max(days[RATING_HARD], days[RATING_AGAIN] + 1);
    } else if (before->state == REVIEW_REVIEW) {
        days[RATING_HARD] = days_min(days[RATING_HARD], days[RATING_GOOD]);
    } else {
        return days[rating];
    }
    days[RATING_GOOD] = days_max(days[RATING_GOOD], days[RATING_HARD] + 1);
    days[RATING_EASY] = days_max(days[RATING_EASY], days[RATING_GOOD] + 1);
    return days[rating];
}

static int32_t days_max(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t days_min(int32_t a, int32_t b)
{
    return a < b ? a : b;
}
