/* FSRS-7; review.c decides by the number of weights which of the two versions speaks.
 *
 * Owns its formulas and its ranges. Refuses to know whole days and the order of intervals: that is
 * the same for both versions. Odd: after a lapse it asks for hours where the product knows days, so
 * its intervals are raised to one day by whoever rounds them. */
#include "review7.h"

#include <math.h>
#include <stddef.h>

#include "nudged/base/macros.h"

enum { HALVINGS = 60 };

static const double stability_min = 1e-4, stability_max = 36500;

struct range {
    double min, max;
};

static const struct range ranges[] = {
    { 1e-4, 50 }, { 1e-4, 100 }, { 1e-4, 100 }, { 1e-4, 100 },
    { 1, 10 }, { 0.001, 4 }, { 0.1, 4 },
    { 0, 4 }, { 0, 1.2 }, { 0.3, 3 }, { 0.01, 1.5 }, { 0.1, 1 }, { 0, 3.5 }, { 0, 1 }, { 1, 7 },
    { 0, 4 }, { 0, 2 }, { 0.5, 6 }, { 0.001, 1.5 }, { 0.001, 1 }, { 0, 5 }, { 0, 1 }, { 1, 7 },
    { 0.01, 0.25 }, { 0.01, 0.95 }, { 0.2, 0.85 }, { 0.5, 0.99 },
    { 0.01, 1 }, { 0.1, 1 }, { 0, 0.9 }, { 0.1, 1.1 }, { 0, 1 }, { 0, 0.6 }, { 0, 0.6 },
};
_Static_assert(COUNT(ranges) == REVIEW_WEIGHT_COUNT_7, "one range per weight");

/* Both curves at one moment. */
struct recall {
    double fast, whole;
};

static struct recall recall_at(const double *w, const struct review_memory *memory, double days);
static double block(const double *w, double stability, double difficulty, double recall,
    enum rating rating);
static double difficulty_first(const double *w, enum rating rating);
static double difficulty_next(
    const double *w, double difficulty, double recall, enum rating rating);
static double fast_of(const struct review_memory *memory);
static double clip(double value, double min, double max);

void review7_clamp(double *w)
{
    for (size_t i = 0; i < COUNT(ranges); i++) {
        double given = isnan(w[i]) ? review_weights_default_7.w[i] : w[i];
        w[i] = clip(given, ranges[i].min, ranges[i].max);
    }
    for (size_t i = 1; i < RATING_EASY; i++)
        w[i] = fmax(w[i], w[i - 1]);
    w[26] = fmax(w[26], w[25]);
}

struct review_memory review7_first(const double *w, enum rating rating)
{
    double stability = clip(w[rating - RATING_AGAIN], stability_min, stability_max);
    return (struct review_memory){ .stability_days = stability,
        .fast_days = clip(0.8 * stability, stability_min, stability_max),
        .difficulty = clip(difficulty_first(w, rating), 1, 10), .state = REVIEW_REVIEW };
}

struct review_memory review7_next(const double *w, const struct review_memory *before,
    double elapsed_days, enum rating rating)
{
    struct recall recall = recall_at(w, before, elapsed_days);
    struct review_memory after = { .state = REVIEW_REVIEW };
    double slow = block(w + 7, before->stability_days, before->difficulty, recall.whole, rating);
    double fast = block(w + 15, fast_of(before), before->difficulty, recall.fast, rating);
    if (rating == RATING_AGAIN)
        fast = fmin(fast, 0.8 * slow);
    after.stability_days = clip(slow, stability_min, stability_max);
    after.fast_days = clip(fast, stability_min, stability_max);
    after.difficulty = difficulty_next(w, before->difficulty, recall.whole, rating);
    return after;
}

double review7_retrievability(
    const double *w, const struct review_memory *memory, double elapsed_days)
{
    return recall_at(w, memory, clip(elapsed_days, 0, HUGE_VAL)).whole;
}

/* R falls all the way, so halving finds it; on a log scale 60 steps are finer than a double. */
double review7_interval(const double *w, const struct review_memory *memory, double retention)
{
    double low = log(stability_min), high = log(stability_max);
    if (recall_at(w, memory, stability_max).whole >= retention)
        return stability_max;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        if (recall_at(w, memory, exp(middle)).whole >= retention)
            low = middle;
        else
            high = middle;
    }
    return exp((low + high) / 2);
}

static struct recall recall_at(const double *w, const struct review_memory *memory, double days)
{
    double slow = clip(memory->stability_days, stability_min, stability_max);
    double fast = fast_of(memory), off = memory->difficulty - 5;
    double a1 = clip(w[23] * pow(fast, w[33] - 0.3), 0.01, 0.95), a2 = clip(w[24], 0.01, 0.95);
    double k1 = exp(fmin(60, -log(w[25]) / a1)) - 1, k2 = pow(w[26], -1 / a2) - 1;
    double r1 = pow(1 + k1 * days / fast, -a1);
    double r2 = pow(1 + k2 * exp(off * (w[32] - 0.3)) * days / slow, -a2);
    double v1 = w[27] * pow(fast, -w[29]);
    double v2 = w[28] * pow(slow, w[30]) * exp(off * (w[31] - 0.5));
    return (struct recall){ r1, 1e-5 + (1 - 2e-5) * (v1 * r1 + v2 * r2) / (v1 + v2) };
}

static double block(const double *w, double stability, double difficulty, double recall,
    enum rating rating)
{
    double fail = fmin(
        stability, w[3] * (pow(stability + 1, w[4]) - 1) * exp((1 - recall) * w[5]));
    if (rating == RATING_AGAIN)
        return fail;
    double hard = rating == RATING_HARD ? w[6] : 1, easy = rating == RATING_EASY ? w[7] : 1;
    double growth = exp(w[0] - 1.5) * (11 - difficulty) * pow(stability, -w[1]) *
        (exp((1 - recall) * w[2]) - 1) * hard * easy;
    return fmax(fail, stability * (1 + growth));
}

static double difficulty_first(const double *w, enum rating rating)
{
    return w[4] - exp(w[5] * (double)(rating - RATING_AGAIN)) + 1;
}

static double difficulty_next(
    const double *w, double difficulty, double recall, enum rating rating)
{
    double step = -w[6] * ((double)rating - RATING_GOOD);
    if (rating == RATING_AGAIN)
        step *= recall + 0.1;   /* a miss that was to be expected says little */
    double damped = difficulty + step * (10 - difficulty) / 9;
    return clip(0.01 * difficulty_first(w, RATING_EASY) + 0.99 * damped, 1, 10);
}

/* A memory that FSRS-6 has kept so far has none. */
static double fast_of(const struct review_memory *memory)
{
    double fast = memory->fast_days > 0 ? memory->fast_days : 0.8 * memory->stability_days;
    return clip(fast, stability_min, stability_max);
}

static double clip(double value, double min, double max)
{
    if (!(value > min))
        return min;
    return value < max ? value : max;
}
