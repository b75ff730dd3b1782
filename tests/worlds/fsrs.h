/* FSRS-6 with its default weights, a second time and small: what the policies to compare with
 * believe. Nothing of the product's memory model is used here. */
#ifndef WORLDS_FSRS_H
#define WORLDS_FSRS_H

#include <stdint.h>

enum grade { AGAIN = 1, HARD = 2, GOOD = 3, EASY = 4 };

struct fsrs {
    double stability, difficulty; /* 0, 0: never answered */
};

double fsrs_recall(double stability, double days);
struct fsrs fsrs_after(struct fsrs before, double days, enum grade grade);
int32_t fsrs_interval(double stability); /* days until recall is 0.90, at least one */

#endif
