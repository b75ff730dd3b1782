/* Delayed recall of a skill: of the people who were asked a held-out question so many days after
 * the skill began for them, how many answered right, and how sure that is.
 *
 * Held-out questions are never practised, so this is not what practice does to its own questions.
 * The interval is Wilson's at 95 %: with p right of n people and z = 1.96
 *
 *   (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)
 *
 * (E. B. Wilson, Journal of the American Statistical Association 22, 1927; of the simple ones it
 * keeps its promise at few answers and near 0 and 1: Brown, Cai, DasGupta, Statistical Science 16,
 * 2001). Those who did not answer may have known less or more: both numbers are told. */
#ifndef NUDGED_CORE_OUTCOME_H
#define NUDGED_CORE_OUTCOME_H

#include "nudged/base/buf.h"

/* A figure of fewer people is not told, to nobody. */
enum { OUTCOME_PEOPLE_MIN = 5 };

struct skill_outcome {
    struct str skill;
    int32_t days; /* 7, 30, 90 */
    int32_t asked; /* people */
    int32_t answered, right; /* of those, by their first answer */
};

struct interval {
    double low, high;
};

struct interval outcome_interval(int32_t right, int32_t answered); /* 0–1; of nothing 0 to 1 */
bool outcome_may_be_told(const struct skill_outcome *outcome);
/* A line of a table for people, or of a CSV file (with the skill; RFC 4180, no formulas), with its
 * end of line. What may not be told is named as such; its numbers do not leave. */
void outcome_print(const struct skill_outcome *outcome, struct buf *out);
void outcome_print_csv(const struct skill_outcome *outcome, struct buf *out);

#endif
