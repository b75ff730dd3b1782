/* Three worlds of forgetting. They know nothing of questions and days off. */
#include "nudged/core/forgetting.h"

#include <math.h>

#include "nudged/base/macros.h"

static double recall_act_r(const struct trace *trace, double day);
static double recall_mcm(const struct trace *trace, double day);
static double recall_dsr(const struct trace *trace, double day);
static void meet_act_r(struct trace *trace, double day, enum meeting meeting);
static void meet_mcm(struct trace *trace, double day, enum meeting meeting);
static void meet_dsr(struct trace *trace, double day, enum meeting meeting);
static double activation(const struct trace *trace, double day);
static double link_of(double strength);
static uint64_t mix(uint64_t number);

static const double first_decay = 0.19, store_days = 0.2, store_ratio = 2.3, store_weight = 0.93,
    dsr_days = 11, shortest_days = 0.02;

static const struct {
    const char *name;
    double (*recall)(const struct trace *trace, double day);
    void (*meet)(struct trace *trace, double day, enum meeting meeting);
} worlds[] = {
    [FORGETTING_ACT_R] = { "ACT-R", recall_act_r, meet_act_r },
    [FORGETTING_MCM] = { "MCM", recall_mcm, meet_mcm },
    [FORGETTING_DSR] = { "DSR", recall_dsr, meet_dsr },
};
_Static_assert(COUNT(worlds) == FORGETTING_COUNT, "one row per world");

const char *forgetting_name(enum forgetting world)
{
    return worlds[world].name;
}

double trace_recall(enum forgetting world, const struct trace *trace, double day)
{
    return trace->met ? worlds[world].recall(trace, day) : 0;
}

void trace_meet(enum forgetting world, struct trace *trace, double day, enum meeting meeting)
{
    worlds[world].meet(trace, day, meeting);
    trace->last_day = day;
    trace->met++;
}

double luck_even(struct luck luck)
{
    uint64_t drawn = mix(luck.seed + mix(luck.person + mix(luck.item + mix(luck.day +
        mix(luck.what)))));
    return ((double)(drawn >> 11) + 0.5) / 9007199254740992.0;
}

/* Box and Muller. */
double luck_normal(struct luck luck)
{
    struct luck other = luck;
    other.what += 1000;
    return sqrt(-2 * log(luck_even(luck))) * cos(6.283185307179586 * luck_even(other));
}

static double recall_act_r(const struct trace *trace, double day)
{
    return 1 / (1 + exp(-activation(trace, day) / 0.40));
}

static void meet_act_r(struct trace *trace, double day, enum meeting meeting)
{
    static const double strengths[] = { 1, 0.9, 1.25 };
    double decay = first_decay;
    if (trace->met)
        decay += 0.217 * exp(activation(trace, day));
    int32_t at = trace->met < TRACES_MAX ? trace->met : TRACES_MAX - 1;
    if (trace->met >= TRACES_MAX) { /* the second oldest goes: by then it says next to nothing */
        for (int32_t i = 1; i + 1 < TRACES_MAX; i++)
            trace->traces[i] = trace->traces[i + 1];
    }
    trace->traces[at].day = day;
    trace->traces[at].strength = strengths[meeting];
    trace->traces[at].decay = decay;
}

static double activation(const struct trace *trace, double day)
{
    double sum = 0;
    int32_t len = trace->met < TRACES_MAX ? trace->met : TRACES_MAX;
    for (int32_t i = 0; i < len; i++)
        sum += trace->traces[i].strength *
            pow(fmax(day - trace->traces[i].day, shortest_days), -trace->traces[i].decay);
    return 0.25 + trace->offset + log(sum);
}

static double recall_mcm(const struct trace *trace, double day)
{
    double sum = 0, weights = 0, weight = 1, days = store_days;
    for (int i = 0; i < STORES; i++) {
        sum += weight * trace->stores[i] * exp(-(day - trace->last_day) / days);
        weights += weight;
        weight *= store_weight;
        days *= store_ratio;
    }
    return link_of(sum / weights * exp(trace->offset / 2));
}

static void meet_mcm(struct trace *trace, double day, enum meeting meeting)
{
    static const double gains[] = { 1.0, 1.4, 2.2 };
    double days = store_days;
    for (int i = 0; i < STORES; i++) {
        double left = trace->met ? trace->stores[i] * exp(-(day - trace->last_day) / days) : 0;
        trace->stores[i] = left + gains[meeting] * (1 - link_of(left));
        days *= store_ratio;
    }
}

static double link_of(double strength)
{
    double power = strength > 0 ? pow(strength, 1.6) : 0;
    return power / (power + pow(0.45, 1.6));
}

static double recall_dsr(const struct trace *trace, double day)
{
    return exp(-pow((day - trace->last_day) / trace->time_days, 0.35));
}

static void meet_dsr(struct trace *trace, double day, enum meeting meeting)
{
    double start = dsr_days * exp(trace->offset), of_start = trace->time_days / dsr_days;
    if (!trace->met)
        trace->time_days = start;
    else if (meeting == MEETING_RIGHT)
        trace->time_days *= 1 + 4 * pow(1 - recall_dsr(trace, day), 0.7) *
            exp(trace->offset / 2) * pow(of_start, -0.15);
    else if (meeting == MEETING_MISSED)
        trace->time_days = start * sqrt(of_start);
}

/* SplitMix64. */
static uint64_t mix(uint64_t number)
{
    uint64_t z = number + UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}
