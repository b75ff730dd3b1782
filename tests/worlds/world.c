#include "worlds/world.h"

#include <math.h>

#include "nudged/base/macros.h"

static double actr_recall(const struct memory *memory, double day);
static void actr_happen(struct memory *memory, enum happening what, double day);
static double mcm_recall(const struct memory *memory, double day);
static void mcm_happen(struct memory *memory, enum happening what, double day);
static double dsr_recall(const struct memory *memory, double day);
static void dsr_happen(struct memory *memory, enum happening what, double day);

const struct world worlds[WORLD_COUNT] = {
    { "ACT-R", actr_recall, actr_happen },
    { "MCM", mcm_recall, mcm_happen },
    { "DSR", dsr_recall, dsr_happen },
};

static const double age_min = 0.01; /* days: two things never happen at once */

static double age_of(double from_day, double day)
{
    return day - from_day > age_min ? day - from_day : age_min;
}

static double logistic(double logit)
{
    return 1 / (1 + exp(-logit));
}

/* -- ACT-R -- */

static double actr_activation(const struct memory *memory, double day)
{
    double sum = 0;
    for (size_t i = 0; i < memory->traces_len; i++) {
        const struct trace *trace = &memory->traces[i];
        sum += trace->strength * pow(age_of(trace->day, day), -trace->decay);
    }
    return 0.25 + memory->offset + log(sum);
}

static double actr_recall(const struct memory *memory, double day)
{
    return memory->traces_len ? logistic(actr_activation(memory, day) / 0.40) : 0;
}

static void actr_happen(struct memory *memory, enum happening what, double day)
{
    static const double strengths[HAPPENING_COUNT] = { 1.0, 0.9, 1.25 };
    double decay = 0.19;
    REQUIRE(memory->traces_len < TRACES_MAX);
    if (memory->traces_len)
        decay += 0.217 * exp(actr_activation(memory, day));
    memory->traces[memory->traces_len++] = (struct trace){ day, strengths[what], decay };
    memory->last_day = day;
}

/* -- MCM -- */

/* The stores as they have leaked until that day. */
static void mcm_leak(const struct memory *memory, double day, double stores[STORES])
{
    double age = day - memory->last_day, time_constant = 0.2;
    for (int i = 0; i < STORES; i++, time_constant *= 2.3)
        stores[i] = memory->stores[i] > 0 ? memory->stores[i] * exp(-age / time_constant) : 0;
}

static void mcm_means(const double stores[STORES], double means[STORES])
{
    double weight = 1, weights = 0, sum = 0;
    for (int i = 0; i < STORES; i++, weight *= 0.93) {
        sum += weight * stores[i];
        weights += weight;
        means[i] = sum / weights;
    }
}

static double mcm_logit(double mean)
{
    return 1.6 * log(mean / 0.45);
}

static double mcm_recall(const struct memory *memory, double day)
{
    double stores[STORES], means[STORES];
    if (memory->stores[STORES - 1] <= 0)
        return 0;
    mcm_leak(memory, day, stores);
    mcm_means(stores, means);
    return logistic(mcm_logit(means[STORES - 1]) + 1.6 * memory->offset);
}

static void mcm_happen(struct memory *memory, enum happening what, double day)
{
    static const double strengths[HAPPENING_COUNT] = { 1.0, 1.4, 2.2 };
    double stores[STORES], means[STORES];
    mcm_leak(memory, day, stores);
    mcm_means(stores, means);
    for (int i = 0; i < STORES; i++) {
        double link = means[i] > 0 ? logistic(mcm_logit(means[i])) : 0;
        memory->stores[i] = stores[i] + strengths[what] * (1 - link);
    }
    memory->last_day = day;
}

/* -- DSR -- */

static double dsr_recall(const struct memory *memory, double day)
{
    if (memory->tau <= 0)
        return 0;
    return exp(-pow(age_of(memory->last_day, day) / memory->tau, 0.35));
}

static void dsr_happen(struct memory *memory, enum happening what, double day)
{
    double first = 11 * exp(memory->offset), missed = 1 - dsr_recall(memory, day);
    if (memory->tau <= 0)
        memory->tau = first;
    else if (what == RECALLED)
        memory->tau *=
            1 + 4 * pow(missed, 0.7) * exp(memory->offset / 2) * pow(memory->tau / 11, -0.15);
    else if (what == MISSED)
        memory->tau = first * sqrt(memory->tau / 11);
    memory->last_day = day;
}
