/* The log before the descent: odd histories, and stability after a first answer.
 *
 * Both look at the same thing: the first rating of a history and the gap before its first target.
 * Odd: the stability of a rating nobody gave is read off the others on a log scale, with two shares
 * found on the logs of many learners (0.41, 0.54). */
#include "fit_start.h"

#include <math.h>

enum {
    RATINGS = 4,
    GAPS_MAX = 400, /* longer gaps are beyond every limit below and share the last cell */
    GAP_MAX = 100,
    GAP_EASY_MAX = 365,
    RARE = 6, /* fewer say nothing */
    REMOVED_MIN = 20,
    REMOVED_PART = 20, /* one in */
    SEARCH_STEPS = 60 /* each leaves two thirds of the range */
};

static const double stability_least = 0.001, stability_most = 100;
static const double below_good = 0.41, above_hard = 0.54;

/* How often a first rating was followed by each gap, and how often the target was right. */
struct tally {
    uint32_t count[GAPS_MAX + 1], right[GAPS_MAX + 1];
    bool removed[GAPS_MAX + 1];
    uint32_t total;
};

static size_t rating_of(const struct fit_log *log, const struct fit_history_span *span);
static size_t cell_of(const struct fit_history_span *span);
static void remove_rare(struct tally *tally, int32_t gap_max);
static size_t rarest(const struct tally *tally, const bool *visited);
static double loss_at(const struct tally *tally, double right_share, double stability,
    double usual);
static double search(const struct tally *tally, double right_share, double usual);
static void make_monotone(double *stability, const uint32_t *counts);
static void fill_gaps(double *stability, const uint32_t *counts);
static void fill_middle(double *logs, const bool *known);
static void tally_histories(const struct fit_log *log, const struct fit_histories *histories,
    struct tally *tallies);

void fit_mark_odd(const struct fit_log *log, struct fit_histories *histories, struct arena *arena)
{
    struct tally *tallies = arena_array(arena, struct tally, RATINGS);
    if (!tallies)
        return;
    tally_histories(log, histories, tallies);
    for (size_t r = 0; r < RATINGS; r++)
        remove_rare(&tallies[r], r + 1 == RATING_EASY ? GAP_EASY_MAX : GAP_MAX);
    for (size_t i = 0; i < histories->len; i++) {
        struct fit_history_span *span = &histories->spans[i];
        if (span->targets)
            span->odd = tallies[rating_of(log, span)].removed[cell_of(span)];
    }
}

bool fit_first_stabilities(const struct fit_log *log, const struct fit_histories *histories,
    double right_share, double *w)
{
    struct tally tallies[RATINGS] = { 0 };
    double stability[RATINGS];
    uint32_t counts[RATINGS], known = 0;
    tally_histories(log, histories, tallies);
    for (size_t r = 0; r < RATINGS; r++) {
        counts[r] = tallies[r].total;
        known += counts[r] > 0;
        double usual = review_weights_default.w[r];
        stability[r] = counts[r] ? search(&tallies[r], right_share, usual) : 0;
    }
    if (!known)
        return false;
    make_monotone(stability, counts);
    fill_gaps(stability, counts);
    for (size_t r = 0; r < RATINGS; r++)
        w[r] = fmin(fmax(stability[r], stability_least), stability_most);
    return true;
}

static void tally_histories(const struct fit_log *log, const struct fit_histories *histories,
    struct tally *tallies)
{
    for (size_t i = 0; i < histories->len; i++) {
        const struct fit_history_span *span = &histories->spans[i];
        if (!span->targets || span->odd)
            continue;
        struct tally *tally = &tallies[rating_of(log, span)];
        size_t cell = cell_of(span);
        tally->count[cell]++;
        tally->right[cell] += span->first_right;
        tally->total++;
    }
}

static size_t rating_of(const struct fit_log *log, const struct fit_history_span *span)
{
    return (size_t)log->answers[span->first].rating - 1;
}

static size_t cell_of(const struct fit_history_span *span)
{
    return span->first_gap < GAPS_MAX ? (size_t)span->first_gap : GAPS_MAX;
}

static void remove_rare(struct tally *tally, int32_t gap_max)
{
    bool visited[GAPS_MAX + 1] = { false };
    uint32_t most = tally->total / REMOVED_PART, removed = 0;
    most = most > REMOVED_MIN ? most : REMOVED_MIN;
    for (size_t cell; (cell = rarest(tally, visited)) <= GAPS_MAX;) {
        visited[cell] = true;
        bool poor = tally->count[cell] < RARE || (int32_t)cell > gap_max;
        tally->removed[cell] = poor || removed + tally->count[cell] <= most;
        if (removed + tally->count[cell] <= most)
            removed += tally->count[cell];
    }
}

/* The cell with the fewest, of equals the longest gap; beyond the last when none is left. */
static size_t rarest(const struct tally *tally, const bool *visited)
{
    size_t found = GAPS_MAX + 1;
    for (size_t cell = GAPS_MAX + 1; cell-- > 0;)
        if (tally->count[cell] && !visited[cell] &&
            (found > GAPS_MAX || tally->count[cell] < tally->count[found]))
            found = cell;
    return found;
}

/* Recall is drawn a little to the overall share, so that three right of three is not certainty. */
static double loss_at(const struct tally *tally, double right_share, double stability, double usual)
{
    double loss = fabs(stability - usual) / 16;
    struct review_memory memory = { .stability_days = stability, .difficulty = 5,
        .state = REVIEW_REVIEW };
    for (size_t gap = 1; gap <= GAPS_MAX; gap++) {
        double count = tally->count[gap];
        if (count <= 0)
            continue;
        double share = (tally->right[gap] + right_share) / (count + 1);
        double recall = review_retrievability(&review_weights_default, &memory, (double)gap);
        recall = fmin(fmax(recall, 1e-6), 1 - 1e-6);
        loss -= count * (share * log(recall) + (1 - share) * log1p(-recall));
    }
    return loss;
}

static double search(const struct tally *tally, double right_share, double usual)
{
    double low = stability_least, high = stability_most;
    for (int i = 0; i < SEARCH_STEPS; i++) {
        double a = low + (high - low) / 3, b = high - (high - low) / 3;
        if (loss_at(tally, right_share, a, usual) < loss_at(tally, right_share, b, usual))
            high = b;
        else
            low = a;
    }
    return (low + high) / 2;
}

/* A better rating never means a shorter stability; the one seen more often is believed. */
static void make_monotone(double *stability, const uint32_t *counts)
{
    static const uint8_t pairs[][2] = {
        { 0, 1 }, { 1, 2 }, { 2, 3 }, { 0, 2 }, { 1, 3 }, { 0, 3 },
    };
    for (size_t i = 0; i < COUNT(pairs); i++) {
        size_t less = pairs[i][0], more = pairs[i][1];
        if (!counts[less] || !counts[more] || stability[less] <= stability[more])
            continue;
        if (counts[less] > counts[more])
            stability[more] = stability[less];
        else
            stability[less] = stability[more];
    }
}

/* On a log scale hard lies between again and good, good between hard and easy. */
static void fill_gaps(double *stability, const uint32_t *counts)
{
    double logs[RATINGS];
    bool known[RATINGS];
    size_t len = 0, one = 0;
    for (size_t r = 0; r < RATINGS; r++) {
        known[r] = counts[r] > 0;
        logs[r] = known[r] ? log(stability[r]) : 0;
        len += known[r];
        one = known[r] ? r : one;
    }
    if (len == 1) {
        double factor = stability[one] / review_weights_default.w[one];
        for (size_t r = 0; r < RATINGS; r++)
            stability[r] = review_weights_default.w[r] * factor;
        return;
    }
    fill_middle(logs, known);
    if (!known[0])
        logs[0] = (logs[1] - (1 - below_good) * logs[2]) / below_good;
    if (!known[3])
        logs[3] = (logs[2] - (1 - above_hard) * logs[1]) / above_hard;
    for (size_t r = 0; r < RATINGS; r++)
        stability[r] = exp(logs[r]);
}

/* Hard and good, from whatever else is known: between their neighbours, or beyond them. */
static void fill_middle(double *logs, const bool *known)
{
    double again = logs[0], easy = logs[3];
    double both = below_good + above_hard - below_good * above_hard;
    if (!known[1] && !known[2] && known[0])     /* both relations at once */
        logs[1] = (below_good * again + (1 - below_good) * above_hard * easy) / both;
    else if (!known[1] && known[0])
        logs[1] = below_good * again + (1 - below_good) * logs[2];
    if (!known[2] && known[3])
        logs[2] = (1 - above_hard) * logs[1] + above_hard * easy;
    else if (!known[2])
        logs[2] = (logs[1] - below_good * again) / (1 - below_good);
    if (!known[1] && !known[0])
        logs[1] = (logs[2] - above_hard * easy) / (1 - above_hard);
}
