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
#include "nudged/base/time.h"
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

enum {
    FIT_HISTORY_MAX = 256, /* what is left of a longer one is neither learnt from nor scored */
    FIT_ANSWERS_MIN = 1000 /* with fewer, chance decides which weights look better */
};

struct fit_result {
    struct review_weights weights; /* the candidate, learnt from the older four fifths */
    size_t answers, targets; /* all there are; a target is an answer after a gap of days */
    size_t learnt_from; /* targets before held_out_day, without odd histories */
    size_t held_out; /* all targets from held_out_day on */
    int32_t held_out_day; /* the newest fifth begins */
    /* Mean log loss over the held-out targets (natural logarithm; lower predicts better). */
    double loss_candidate, loss_in_use, loss_constant;
    /* Standard errors of how much lower loss_candidate is than the other two. A person's answers to
     * one prompt are not independent of each other: histories are what is counted. */
    double error_in_use, error_constant;
    bool better; /* than the weights in use and than the constant */
};

/* -- what is done with it: one row a fit, whether its weights were taken or not ---------------- */

/* Weights in force. fit_id 0: the published ones; `at` and `answers` are then 0. */
struct fit_set {
    int64_t fit_id;
    struct review_weights weights;
    struct instant at;
    int64_t answers;
};

/* Stored: never renumber. */
enum fit_cause { FIT_NIGHTLY = 1, FIT_OPERATOR = 2, FIT_REVERT = 3 };

struct fit_record {
    int64_t fit_id;             /* 0: not stored yet */
    struct instant at;
    enum fit_cause cause;
    bool adopted;               /* a REVERT always is */
    int64_t set_id;             /* whose weights these are: its own; REVERT: an older fit, or 0 */
    int64_t before_id;          /* the set then in force, which a revert brings back */
    struct fit_result result;   /* REVERT: zero */
    /* Adopted: what is in force then; its fit_id is known when it is stored, but for a REVERT. */
    struct fit_set brings;
};

/* Why a candidate is taken or not; answers_min 0: FIT_ANSWERS_MIN. */
enum fit_verdict { FIT_BETTER, FIT_TOO_FEW, FIT_NO_BETTER, FIT_NO_BETTER_THAN_CONSTANT };
enum fit_verdict fit_judge(const struct fit_result *result, int32_t answers_min);

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
