/* What nudged itself says of one learner's answers to one item. The only file here, with its .c,
 * that asks the product's code; worlds and policies know nothing of it. */
#ifndef WORLDS_VERDICT_H
#define WORLDS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nudged/core/fit.h"
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
/* Of one learner's items; history is emptied first. */
void verdict_gather(const struct outcome *outcome, int32_t item, struct history *history);
/* Weights fitted to all these answers as nudged fits them; better is false where nothing can be
 * said. */
struct fit_result verdict_fit(const struct history *histories, size_t len);
/* Mean log loss of these weights over the same kind of answers. */
double verdict_loss(
    const struct history *histories, size_t len, const struct review_weights *weights);

#endif
