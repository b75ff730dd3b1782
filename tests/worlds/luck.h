/* Luck by number: what happens to a learner with an item on a day depends on the seed and on these
 * three alone, never on how often luck was asked before. So every policy meets the same luck, and
 * the difference of two policies is theirs. */
#ifndef WORLDS_LUCK_H
#define WORLDS_LUCK_H

#include <stdint.h>

enum luck_of {
    LUCK_ABILITY,
    LUCK_DILIGENCE,
    LUCK_EASE,
    LUCK_FORMAT,
    LUCK_KNOWN,
    LUCK_ANSWERS, /* whether a prompt is answered: a = day, b = place within the day */
    LUCK_RECALLS, /* whether it is recalled: a = item, b = day; so are the following */
    LUCK_SLIPS,
    LUCK_GUESSES,
    LUCK_SECONDS,
    LUCK_PACE,
    LUCK_SHUFFLE,
    LUCK_FAULTS,
    LUCK_PICKS,
    LUCK_DAYS
};

struct luck {
    uint64_t seed;
    uint32_t learner;
};

double luck_uniform(struct luck luck, enum luck_of of, uint32_t a, uint32_t b); /* 0 <= … < 1 */
double luck_normal(struct luck luck, enum luck_of of, uint32_t a, uint32_t b); /* mean 0, sd 1 */

#endif
