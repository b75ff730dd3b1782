/* Arithmetic and one line each. Refuses to compare skills or teams: a figure stands for itself. */
#include "nudged/core/outcome.h"

#include <math.h>

static double percent(double share);

struct interval outcome_interval(int32_t right, int32_t answered)
{
    const double z = 1.959963984540054;
    if (answered <= 0)
        return (struct interval){ 0, 1 };
    double n = answered, p = right / n, half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    double middle = p + z * z / (2 * n), scale = 1 + z * z / n;
    return (struct interval){ fmax(0, (middle - half) / scale), fmin(1, (middle + half) / scale) };
}

bool outcome_may_be_told(const struct skill_outcome *outcome)
{
    return outcome->answered >= OUTCOME_PEOPLE_MIN;
}

void outcome_print(const struct skill_outcome *outcome, struct buf *out)
{
    buf_addf(out, "  after %2d days  ", (int)outcome->days);
    if (!outcome_may_be_told(outcome)) {
        buf_addf(out, "fewer than %d people have answered\n", OUTCOME_PEOPLE_MIN);
        return;
    }
    struct interval interval = outcome_interval(outcome->right, outcome->answered);
    double share = (double)outcome->right / outcome->answered;
    for (int i = 0; i < 10; i++)
        buf_add(out, i < lround(10 * share) ? STR("●") : STR("○"));
    buf_addf(out, "  %.0f %% right, %.0f to %.0f %% likely (%d of %d people; %d were asked)\n",
        percent(share), percent(interval.low), percent(interval.high), (int)outcome->right,
        (int)outcome->answered, (int)outcome->asked);
}

void outcome_print_csv(const struct skill_outcome *outcome, struct buf *out)
{
    struct interval interval = outcome_interval(outcome->right, outcome->answered);
    buf_add_csv(out, outcome->skill);
    buf_addf(out, ",%d,", (int)outcome->days);
    if (!outcome_may_be_told(outcome))
        buf_add(out, STR(",,,,,\r\n"));
    else
        buf_addf(out, "%d,%d,%d,%.4f,%.4f,%.4f\r\n", (int)outcome->asked, (int)outcome->answered,
            (int)outcome->right, (double)outcome->right / outcome->answered, interval.low,
            interval.high);
}

static double percent(double share)
{
    return 100 * share;
}
