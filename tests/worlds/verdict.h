/* What nudged itself says of one learner's answers to one item. The only file here, with its .c,
 * that asks the product's code; worlds and policies know nothing of it. */
#ifndef WORLDS_VERDICT_H
#define WORLDS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nudged/core/review.h"
#include "worlds/learner.h"

enum { GIVEN_MAX = 160 };

struct history { /* oldest first; what was not answered is left out */
    size_t len;
    struct given {
        int16_t day;
        uint8_t format;
        bool correct;
    } given[GIVEN_MAX];
};

struct verdict {
    bool demonstrated, current; /* current: by these weights */
    double recall; /* expected today, by these weights */
};

struct verdict verdict_of(
    const struct history *history, const struct review_weights *weights, int32_t today);
/* Fitted to all these answers as nudged fits them; the default where that predicts no better. */
struct review_weights verdict_fit(const struct history *histories, size_t len);

#endif
