/* Loss of one history under FSRS-6, and its derivative by all 21 weights.
 *
 * Forward: stability and difficulty before each answer, and the chance of recall R at its gap. The
 * loss of a target is -ln R when it was right, -ln (1-R) when not, times its own weight. Backward:
 * from the last answer to the first, the derivatives of the loss by stability and difficulty after
 * an answer become those before it, and the weights collect their shares on the way. Where a value
 * was cut to its range it passes nothing on. */
#ifndef NUDGED_CORE_FIT_GRADIENT_H
#define NUDGED_CORE_FIT_GRADIENT_H

#include "nudged/core/fit.h"

/* What the formulas share for one set of weights, computed once. */
struct fit_model {
    double w[REVIEW_WEIGHT_COUNT];
    double factor, factor_by_decay;     /* 0.9^(-1/w20) - 1, and its derivative by w20 */
    double growth;                      /* e^w8 */
    double shrink;                      /* e^(-w17 w18) */
    double easy_first, easy_exp;        /* D0(4); e^(3 w5) */
};
void fit_model_init(struct fit_model *model, const double *w);

/* importance[i]: how much answer i's loss counts; 0 for what is no target. len <= FIT_HISTORY_MAX.
 * Adds to gradient (21) and gives the loss. gradient NULL: the loss alone. */
double fit_history(const struct fit_model *model, const struct fit_answer *answers,
    const float *importance, size_t len, double *gradient);

#endif
