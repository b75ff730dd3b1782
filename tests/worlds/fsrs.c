#include "worlds/fsrs.h"

#include <math.h>

static const double w[21] = { 0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722,
    0.1666, 0.796, 1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542 };

static double within(double value, double min, double max)
{
    return value < min ? min : value > max ? max : value;
}

static double first_difficulty(enum grade grade)
{
    return w[4] - exp(w[5] * ((double)grade - AGAIN)) + 1;
}

double fsrs_recall(double stability, double days)
{
    double factor = pow(0.9, -1 / w[20]) - 1;
    return pow(1 + factor * days / stability, -w[20]);
}

struct fsrs fsrs_after(struct fsrs before, double days, enum grade grade)
{
    double s = before.stability, d = before.difficulty;
    double above_good = (double)grade - GOOD; /* the enum itself has no sign */
    if (s <= 0)
        return (struct fsrs){ w[grade - 1], within(first_difficulty(grade), 1, 10) };
    double forgotten = 1 - fsrs_recall(s, days), next = s;
    if (days < 1) {
        double grown = exp(w[17] * (above_good + w[18])) * pow(s, -w[19]);
        next = s * (grade >= HARD && grown < 1 ? 1 : grown);
    } else if (grade == AGAIN) {
        next = w[11] * pow(d, -w[12]) * (pow(s + 1, w[13]) - 1) * exp(w[14] * forgotten);
        next = fmin(next, s / exp(w[17] * w[18]));
    } else {
        double gain = exp(w[8]) * (11 - d) * pow(s, -w[9]) * (exp(w[10] * forgotten) - 1);
        gain *= grade == HARD ? w[15] : grade == EASY ? w[16] : 1;
        next = s * (1 + gain);
    }
    double moved = d - w[6] * above_good * (10 - d) / 9;
    moved = w[7] * first_difficulty(EASY) + (1 - w[7]) * moved;
    return (struct fsrs){ within(next, 0.001, 36500), within(moved, 1, 10) };
}

int32_t fsrs_interval(double stability)
{
    return (int32_t)within(floor(stability + 0.5), 1, 36500);
}
