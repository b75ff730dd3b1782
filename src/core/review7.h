/* FSRS-7: two stabilities, one that is lost within days and one that lasts.
 *
 * 34 weights w. F fast and S slow stability in days, D difficulty, g the rating, t days since the
 * answer before (any fraction; ours are whole):
 *
 *   r1 = (1 + k1 t/F)^-a1
 *   a1 = clip(w23 F^(w33 - 0.3), 0.01, 0.95),  k1 = e^min(60, -ln w25 / a1) - 1
 *   r2 = (1 + k2 e^((D-5)(w32 - 0.3)) t/S)^-a2
 *   a2 = clip(w24, 0.01, 0.95),  k2 = w26^(-1/a2) - 1
 *   v1 = w27 F^-w29,  v2 = w28 S^w30 e^((D-5)(w31 - 0.5))
 *   R  = 1e-5 + (1 - 2e-5) (v1 r1 + v2 r2) / (v1 + v2)
 *   first answer  S = w[g-1], F = 0.8 S, D = clip(D0(g), 1, 10), D0(g) = w4 - e^(w5 (g-1)) + 1
 *   block(x, R, o):
 *     fail = min(x, w[o+3] ((x+1)^w[o+4] - 1) e^((1-R) w[o+5]))
 *     pass = max(fail, x (1 + e^(w[o]-1.5) (11-D) x^-w[o+1] (e^((1-R) w[o+2]) - 1)
 *                     [w[o+6] if g=2] [w[o+7] if g=4]))
 *   S' = block(S, R, 7);  F' = block(F, r1, 15), after Again at most 0.8 S'
 *   D' = clip(0.01 D0(4) + 0.99 (D - w6 (g-3) [R + 0.1 if g=1] (10-D)/9), 1, 10)
 *   always S, F within 0.0001 … 36500
 *
 * The interval is where R falls to the desired retention. Source: the published FSRS-7 of fsrs-rs
 * (BSD-3), formulas only. */
#ifndef NUDGED_CORE_REVIEW7_H
#define NUDGED_CORE_REVIEW7_H

#include "nudged/core/review.h"

/* Into the ranges the formulas are defined for; w0 <= w1 <= w2 <= w3 and w25 <= w26 after it. */
void review7_clamp(double *w);
struct review_memory review7_first(const double *w, enum rating rating);
struct review_memory review7_next(const double *w, const struct review_memory *before,
    double elapsed_days, enum rating rating);
double review7_retrievability(
    const double *w, const struct review_memory *memory, double elapsed_days);
/* In days, with their fraction; 36500 when it is not reached before. */
double review7_interval(const double *w, const struct review_memory *memory, double retention);

#endif
