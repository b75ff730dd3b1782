/* The weights of the memory model, fitted to an organisation's own answers.
 *
 * The model is FSRS-6 (nudged/core/review.h) in the product's mode: whole days, same-day answers
 * count, no minute steps. What is predicted is whether an answer at least a day after the one
 * before it was right (rating above Again), from all earlier answers of that person to that
 * prompt.
 *
 * The recipe is that of fsrs-rs 6 (MIT/BSD; training, parameter initialisation and outlier filter):
 *  1. histories whose first rating and first gap are rare are left out (fit_start.c);
 *  2. w0–w3 from second answers alone, by a search over the stability of each first rating;
 *  3. all 21 by Adam (0.9, 0.999, 1e-8): five passes in batches of about 512 targets, learning
 *     rate 0.04 falling to 0 along a cosine, weights kept within their ranges, drawn to where they
 *     started by the square of their distance in known spreads; a target's loss counts
 *     0.25 + 0.75 (i / (n-1))^3, i its rank in time. Under 64 targets only step 2; under 8
 *     nothing.
 * The gradient is analytic: one pass forward and one back along each history (fit_gradient.h).
 *
 * Pure: the same log gives the same weights on every machine with the same libm. */
#ifndef NUDGED_CORE_FIT_H
#define NUDGED_CORE_FIT_H

#include "nudged/base/arena.h"
#include "nudged/base/err.h"
#include "nudged/core/review.h"

/* One rated answer. The log is ordered by person and prompt, then by time. */
struct fit_answer {
    int32_t day;        /* local day of answering; never falls within a history */
    uint8_t rating;     /* enum rating, 1–4 */
    bool starts;        /* the first answer of this person to this prompt */
};

struct fit_log {
    const struct fit_answer *answers; /* borrowed */
    size_t len;
};

/* What is left of a history longer than this is neither learnt from nor scored. */
enum { FIT_HISTORY_MAX = 256 };

struct fit_result {
    struct review_weights weights; /* the candidate, learnt from the older four fifths */
    size_t answers, targets; /* all there are; a target is an answer after a gap of days */
    size_t learnt_from; /* targets before held_out_day, without odd histories */
    size_t held_out; /* all targets from held_out_day on */
    int32_t held_out_day; /* the newest fifth begins */
    /* Mean log loss over the held-out targets (natural logarithm; lower predicts better). */
    double loss_candidate, loss_in_use, loss_constant;
    bool better; /* than the weights in use and than the constant */
};

/* Learns from the older four fifths of the targets by time and scores on the newest fifth: the
 * candidate, the weights in use, and the constant share of right answers in the older part. The
 * days decide, so a day's answers never lie on both sides.
 * Errors: ERR_NOT_FOUND (fewer than 8 targets on either side: nothing can be said), ERR_INVALID (a
 * rating outside 1–4, or days that fall), ERR_NO_MEMORY. */
MUST_USE enum err fit_weights(const struct fit_log *log, const struct review_weights *in_use,
    struct arena *arena, struct fit_result *out);

/* Mean log loss of these weights over the targets from from_day on; *targets counts them. 0 targets
 * give 0. */
double fit_loss(const struct fit_log *log, const struct review_weights *weights, int32_t from_day,
    size_t *targets);

#endif
