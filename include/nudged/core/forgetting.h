/* Three ways to forget, none of them the memory model that schedules: a world to try schedules in.
 * Whoever schedules by a model and judges by the same model finds out nothing.
 *
 * t is in days; an offset o (ability of the person plus ease of the item) moves every memory. Once
 * studied, at o = 0, about 65 % is recalled after a day, 43–50 % after 7, 24–35 % after 30.
 *
 *   ACT-R  m = 0.25 + o + ln sum b age^-d, p = logistic(m / 0.40); d = 0.19 + 0.217 e^m, m of the
 *          moment it is met (0.19 the first time); b: studied 1, missed 0.9, right 1.25
 *   MCM    twelve stores s fading with 0.2 * 2.3^i days, weights 0.93^i; met adds e (1 - link(s))
 *          to each, e: 1.0, 1.4, 2.2; link(x) = x^1.6 / (x^1.6 + 0.45^1.6); p = link(mean e^(o/2))
 *   DSR    p = e^-(t/T)^0.35; studied T = 11 e^o; right T *= 1 + 4 (1-p)^0.7 e^(o/2) (T/11)^-0.15;
 *          missed T = 11 e^o (T/11)^0.5
 *
 * Source: Pavlik and Anderson 2005 (ACT-R), Mozer and others 2009 (MCM), in their form; constants
 * chosen to give the curves above, not fitted to anybody. */
#ifndef NUDGED_CORE_FORGETTING_H
#define NUDGED_CORE_FORGETTING_H

#include <stdbool.h>
#include <stdint.h>

enum forgetting { FORGETTING_ACT_R, FORGETTING_MCM, FORGETTING_DSR, FORGETTING_COUNT };

enum meeting { MEETING_STUDIED, MEETING_MISSED, MEETING_RIGHT };

enum { TRACES_MAX = 64, STORES = 12 }; /* ACT-R: older traces are joined into the first */

struct trace {
    double offset, last_day;
    int32_t met;
    struct { double day, strength, decay; } traces[TRACES_MAX]; /* ACT-R */
    double stores[STORES];                                      /* MCM */
    double time_days;                                           /* DSR: T */
};

const char *forgetting_name(enum forgetting world);
/* The chance of recall at that day, not before it was last met; 0: never met. */
double trace_recall(enum forgetting world, const struct trace *trace, double day);
void trace_meet(enum forgetting world, struct trace *trace, double day, enum meeting meeting);

/* Luck that depends on nothing but these five numbers, so that every schedule meets the same. */
struct luck { uint64_t seed, person, item, day, what; };
double luck_even(struct luck luck);     /* within 0 … 1, never either */
double luck_normal(struct luck luck);   /* mean 0, standard deviation 1 */

#endif
