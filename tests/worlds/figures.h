/* Means with their standard errors. Learners are the units: what one learner's items have in
 * common makes no estimate look surer than it is. */
#ifndef WORLDS_FIGURES_H
#define WORLDS_FIGURES_H

#include <stddef.h>

struct figure {
    double mean, error; /* error: one standard error; 0 for a single value */
};

/* One number a learner; zeroed to begin with. */
struct series {
    double *values;
    size_t len, room;
};

void series_add(struct series *series, double value);
void series_free(struct series *series);
struct figure series_mean(const struct series *series);
/* Of a - b, learner by learner; both as long. */
struct figure series_difference(const struct series *a, const struct series *b);
/* The sum of a by the sum of b, with the standard error of a ratio of sums over learners. */
struct figure series_ratio(const struct series *a, const struct series *b);
/* Of a's sum by b's and c's sum by d's: the difference, all four of the same learners. */
struct figure series_ratio_difference(
    const struct series *a, const struct series *b, const struct series *c, const struct series *d);
/* How sure it is that the figure is above (below: negative) 0, in standard errors. */
double figure_sigmas(struct figure figure);

void print_figure(struct figure figure); /* " 0.628 ± 0.004 |" */
void print_signed(struct figure figure); /* " +0.012 ± 0.003 |" */

#endif
