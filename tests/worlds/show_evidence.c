/* Which rule may say "demonstrated", held against what is true a month later. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "nudged/base/macros.h"
#include "worlds/product.h"
#include "worlds/show.h"
#include "worlds/verdict.h"

enum { MONTH = 30, ITEMS = 24 };
static const double forgotten_below = 0.6;

/* One item at the end. */
struct past {
    struct history history;
    double later; /* the true recall a month after the end */
    double recall; /* expected today by the default weights, as reckoned here */
    struct verdict by_default, by_fitted; /* of nudged, by the weights it comes with and its own */
};

typedef bool certify_fn(const struct past *past, int32_t least, int32_t apart);

struct rule {
    const char *name;
    certify_fn *certify;
    int32_t least, apart;
};

static certify_fn by_last, by_total, by_row, by_log_odds, by_recall, by_recall_fitted, by_both,
    by_nudged, by_nudged_current, by_nudged_current_fitted;

static const struct rule rules[] = {
    { "last answer correct", by_last, 1, 0 },
    { "3 correct in total, 7 days apart, lapses ignored", by_total, 3, 7 },
    { "2 in a row, a day apart", by_row, 2, 1 },
    { "3 in a row, 7 days apart", by_row, 3, 7 },
    { "4 in a row, 7 days apart", by_row, 4, 7 },
    { "log odds 3, on 2 days, reckoned here", by_log_odds, 2, 1 },
    { "expected recall 0.90, default weights", by_recall, 0, 0 },
    { "expected recall 0.90, fitted weights", by_recall_fitted, 0, 0 },
    { "the same and 3 in a row, 7 days apart", by_both, 3, 7 },
    { "nudged: demonstrated", by_nudged, 0, 0 },
    { "nudged: current, default weights", by_nudged_current, 0, 0 },
    { "nudged: current, fitted weights", by_nudged_current_fitted, 0, 0 },
};
enum { IN_TOTAL = 1, RECKONED = 5, DEMONSTRATED = 9 };

struct tally {
    const struct world *world;
    struct past *pasts; /* ITEMS of each learner */
    size_t learners;
    struct series items, certified[COUNT(rules)], wrong[COUNT(rules)];
    uint32_t differ; /* items of which nudged and what is reckoned here say different things */
};

static void live(struct show *show, const struct world *world, struct tally *tally);
static void keep(void *context, const struct outcome *outcome);
static void judge(struct tally *tally);
static double recall_here(const struct history *history);
static void print_signs(struct show *show, struct tally tallies[WORLD_COUNT]);
static void tally_free(struct tally *tally);

void show_evidence(struct show *show)
{
    static struct tally tallies[WORLD_COUNT];
    printf("## What a rule certifies, and what of it is forgotten a month later\n\n"
           "24 items, cap 2, sent by %s. After each world's name the share of\n"
           "items certified at the end of 26 weeks; then of those the share whose true recall 30\n"
           "days later is under 0.6. Fitted: by nudged, to these answers.\n\n"
           "| rule | ACT-R | wrongly | MCM | wrongly | DSR | wrongly |\n"
           "| --- | --- | --- | --- | --- | --- | --- |\n",
        show->binary ? "nudged itself" : "due date, a policy of our own");
    for (size_t w = 0; w < WORLD_COUNT; w++)
        live(show, &worlds[w], &tallies[w]);
    for (size_t r = 0; r < COUNT(rules); r++) {
        printf("| %s |", rules[r].name);
        for (size_t w = 0; w < WORLD_COUNT; w++) {
            print_figure(series_ratio(&tallies[w].certified[r], &tallies[w].items));
            print_figure(series_ratio(&tallies[w].wrong[r], &tallies[w].certified[r]));
        }
        printf("\n");
    }
    print_signs(show, tallies);
    for (size_t w = 0; w < WORLD_COUNT; w++)
        tally_free(&tallies[w]);
}

/* In MCM little is forgotten, whatever the rule. */
static void print_signs(struct show *show, struct tally tallies[WORLD_COUNT])
{
    printf("\nSigns:\n\n");
    for (size_t w = 0; w < WORLD_COUNT; w++) {
        struct tally *tally = &tallies[w];
        char what[128];
        snprintf(what, sizeof(what), "%s: a lifetime count is wrong more often than nudged",
            tally->world->name);
        struct figure worse =
            series_ratio_difference(&tally->wrong[IN_TOTAL], &tally->certified[IN_TOTAL],
                &tally->wrong[DEMONSTRATED], &tally->certified[DEMONSTRATED]);
        if (tally->world == &worlds[1])
            printf("- %s: %+.3f ± %.3f\n", what, worse.mean, worse.error);
        else
            expect(show, what, worse);
        printf("- %s: of %u items nudged judges %u otherwise than is reckoned here\n",
            tally->world->name, (unsigned)(tally->learners * ITEMS), (unsigned)tally->differ);
        show->expected++;
        show->broken += tally->differ > 0;
    }
    printf("\n");
}

static void live(struct show *show, const struct world *world, struct tally *tally)
{
    struct programme programme = { .world = world, .items = ITEMS, .cap = 2 };
    struct product *product = show->binary ? product_open(show->binary, false) : NULL;
    struct policy policy = product
        ? product_policy("nudged", product)
        : desk_policy("due date", (struct desk){ .min_gap = 7 }, show->desk);
    struct group group;
    *tally = (struct tally){ .world = world };
    tally->pasts = calloc((size_t)show->learners * ITEMS, sizeof(*tally->pasts));
    REQUIRE(tally->pasts);
    group_live(show, &programme, &policy, &group, keep, tally);
    group_free(&group);
    show->lines += product ? product_lines(product) : 0;
    product_close(product);
    judge(tally);
}

static void keep(void *context, const struct outcome *outcome)
{
    struct tally *tally = context;
    struct past *pasts = &tally->pasts[tally->learners++ * ITEMS];
    for (int32_t item = 0; item < ITEMS; item++) {
        verdict_gather(outcome, item, &pasts[item].history);
        pasts[item].recall = recall_here(&pasts[item].history);
        pasts[item].later = tally->world->recall(&outcome->items[item].memory, END_DAY + MONTH);
    }
}

static double recall_here(const struct history *history)
{
    struct fsrs fsrs = { 0 };
    int32_t last_day = 0;
    for (size_t i = 0; i < history->len; i++) {
        const struct given *given = &history->given[i];
        fsrs = fsrs_after(fsrs, given->day - last_day, given->correct ? GOOD : AGAIN);
        last_day = given->day;
    }
    return history->len ? fsrs_recall(fsrs.stability, END_DAY - last_day) : 0;
}

static void judge(struct tally *tally)
{
    size_t len = tally->learners * ITEMS;
    struct history *histories = calloc(len, sizeof(*histories));
    REQUIRE(histories);
    for (size_t i = 0; i < len; i++)
        histories[i] = tally->pasts[i].history;
    struct fit_result fit = verdict_fit(histories, len);
    struct review_weights fitted = fit.better ? fit.weights : review_weights_default;
    free(histories);
    for (size_t learner = 0; learner < tally->learners; learner++) {
        double certified[COUNT(rules)] = { 0 }, wrong[COUNT(rules)] = { 0 };
        for (size_t item = 0; item < ITEMS; item++) {
            struct past *past = &tally->pasts[learner * ITEMS + item];
            if (!past->history.len)
                continue;
            past->by_default = verdict_of(&past->history, &review_weights_default, END_DAY);
            past->by_fitted = verdict_of(&past->history, &fitted, END_DAY);
            tally->differ += fabs(past->recall - past->by_default.recall) > 1e-6 ||
                by_log_odds(past, rules[RECKONED].least, rules[RECKONED].apart) !=
                    past->by_default.demonstrated;
            for (size_t r = 0; r < COUNT(rules); r++) {
                bool holds = rules[r].certify(past, rules[r].least, rules[r].apart);
                certified[r] += holds;
                wrong[r] += holds && past->later < forgotten_below;
            }
        }
        series_add(&tally->items, ITEMS);
        for (size_t r = 0; r < COUNT(rules); r++) {
            series_add(&tally->certified[r], certified[r]);
            series_add(&tally->wrong[r], wrong[r]);
        }
    }
}

static void tally_free(struct tally *tally)
{
    free(tally->pasts);
    series_free(&tally->items);
    for (size_t r = 0; r < COUNT(rules); r++) {
        series_free(&tally->certified[r]);
        series_free(&tally->wrong[r]);
    }
}

static bool counts_to(
    const struct history *history, int32_t least, int32_t apart, bool lapse_resets)
{
    int32_t count = 0, counted_day = 0;
    for (size_t i = 0; i < history->len; i++) {
        const struct given *given = &history->given[i];
        if (!given->correct && lapse_resets)
            count = 0;
        if (given->correct && (!count || given->day - counted_day >= apart)) {
            count++;
            counted_day = given->day;
        }
    }
    return count >= least;
}

static bool by_last(const struct past *past, int32_t least, int32_t apart)
{
    (void)least;
    (void)apart;
    return past->history.given[past->history.len - 1].correct;
}

static bool by_total(const struct past *past, int32_t least, int32_t apart)
{
    return counts_to(&past->history, least, apart, false);
}

static bool by_row(const struct past *past, int32_t least, int32_t apart)
{
    return counts_to(&past->history, least, apart, true);
}

/* Each spaced hit weighs ln(0.97 / g); a lapse takes the sum to -1.5 or leaves it below. */
static bool by_log_odds(const struct past *past, int32_t least, int32_t apart)
{
    double log_odds = 0;
    int32_t hits = 0, hit_day = 0;
    for (size_t i = 0; i < past->history.len; i++) {
        const struct given *given = &past->history.given[i];
        if (!given->correct) {
            log_odds = fmin(log_odds, -1.5);
            hits = 0;
        } else if (!hits || given->day - hit_day >= apart) {
            log_odds += log((1 - slip) / formats[given->format].guess);
            hits++;
            hit_day = given->day;
        }
    }
    return log_odds >= 3 && hits >= least;
}

static bool by_recall(const struct past *past, int32_t least, int32_t apart)
{
    (void)least;
    (void)apart;
    return past->recall >= 0.90;
}

static bool by_recall_fitted(const struct past *past, int32_t least, int32_t apart)
{
    (void)least;
    (void)apart;
    return past->by_fitted.recall >= 0.90;
}

static bool by_both(const struct past *past, int32_t least, int32_t apart)
{
    return by_recall_fitted(past, least, apart) && by_row(past, least, apart);
}

static bool by_nudged(const struct past *past, int32_t least, int32_t apart)
{
    (void)least;
    (void)apart;
    return past->by_default.demonstrated;
}

static bool by_nudged_current(const struct past *past, int32_t least, int32_t apart)
{
    (void)least;
    (void)apart;
    return past->by_default.current;
}

static bool by_nudged_current_fitted(const struct past *past, int32_t least, int32_t apart)
{
    (void)least;
    (void)apart;
    return past->by_fitted.current;
}
