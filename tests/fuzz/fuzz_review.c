/* The memory model: any weights, any options, any history. Numbers stay in their ranges, better
 * answers never come back sooner, and what is remembered fades with time. */
#include "fuzz.h"

#include <math.h>

#include "nudged/core/review.h"

enum { ANSWERS_MAX = 40 };

static double take_double(struct feed *feed)
{
    static const double odd[] = { 0.0, -1.0, 1e308, -1e308, 1e-308 };
    uint8_t how = take_byte(feed);
    uint64_t bits = (uint64_t)take_number(feed, 4) << 32 | take_number(feed, 4);
    double number = 0;
    if (how < 8)
        return how < 5 ? odd[how] : how == 5 ? NAN : how == 6 ? INFINITY : -INFINITY;
    if (how < 64)
        memcpy(&number, &bits, sizeof number);
    else
        number = (double)(bits >> 32) / 4294967296.0 * (how & 1 ? 1 : 10);
    return number;
}

static void check_memory(const struct review_memory *memory)
{
    REQUIRE(memory->stability_days >= 0.0001 && memory->stability_days <= 36500);
    REQUIRE(memory->difficulty >= 1 && memory->difficulty <= 10);
    REQUIRE((unsigned)memory->state <= REVIEW_RELEARNING && memory->step >= 0);
}

static void check_fading(const struct review_weights *weights, const struct review_memory *memory)
{
    static const double days[] = { -5, 0, 0.5, 1, 7, 30, 365, 36500, 1e9 };
    double before = 1;
    for (size_t i = 0; i < COUNT(days); i++) {
        double now = review_retrievability(weights, memory, days[i]);
        REQUIRE(now >= 0 && now <= before);
        before = now;
    }
}

static void check_intervals(const struct review_weights *weights,
    const struct review_options *options)
{
    int32_t before = 0;
    for (double stability = 0.001; stability < 40000; stability *= 3) {
        struct review_memory memory = { .stability_days = stability, .difficulty = 5 };
        int32_t days = review_interval_days(weights, options, &memory);
        bool grows = days >= before || weights->len == REVIEW_WEIGHT_COUNT_7;
        REQUIRE(days >= 1 && days <= options->maximum_interval_days && grows);
        before = days;
    }
}

/* The four answers to one question, side by side. */
static struct review_outcome answer(const struct review_weights *weights,
    const struct review_options *options, const struct review_memory *before, int32_t elapsed_days,
    enum rating rating)
{
    struct review_outcome all[RATING_EASY + 1];
    for (enum rating each = RATING_AGAIN; each <= RATING_EASY; each++) {
        all[each] = review_next(weights, options, before, elapsed_days, each);
        const struct review_outcome *here = &all[each];
        check_memory(&here->memory);
        REQUIRE(here->retrievability_before >= 0 && here->retrievability_before <= 1);
        REQUIRE(here->scheduled_days >= 0 &&
            here->scheduled_days <= options->maximum_interval_days + 3);
        REQUIRE(here->pure_interval_days >= 1 &&
            here->pure_interval_days <= options->maximum_interval_days);
        REQUIRE(here->due_minutes > 0 && here->due_minutes <= INT64_C(36503) * 1440);
        REQUIRE(!here->lapsed || (each == RATING_AGAIN && before->state == REVIEW_REVIEW));
        bool easier = each == RATING_AGAIN ||
            here->memory.difficulty <= all[each - 1].memory.difficulty;
        REQUIRE(easier || weights->len == REVIEW_WEIGHT_COUNT_7);
    }
    if (before->state == REVIEW_REVIEW && options->mode == REVIEW_SHORT_TERM_NO_STEPS)
        REQUIRE(all[RATING_HARD].scheduled_days <= all[RATING_GOOD].scheduled_days &&
            all[RATING_GOOD].scheduled_days < all[RATING_EASY].scheduled_days);
    return all[rating];
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct review_weights weights;
    struct review_options options = review_options_default;
    struct review_memory memory = { 0 };
    uint8_t how = take_byte(&feed);
    weights = how & 32 ? review_weights_default_7 : review_weights_default;
    options.mode = (enum review_mode)(how % REVIEW_MODE_COUNT);
    if (how & 128)
        options.desired_retention = 0.70 + (double)(take_byte(&feed) % 30) / 100;
    if (how & 64)
        for (size_t i = 0; i < weights.len; i++)
            weights.w[i] = take_double(&feed);
    weights = review_weights_clamp(&weights, options.mode);
    struct review_weights again = review_weights_clamp(&weights, options.mode);
    REQUIRE(memcmp(&weights, &again, sizeof weights) == 0);
    check_intervals(&weights, &options);
    for (int32_t i = 1; feed.left && i <= ANSWERS_MAX; i++) {
        uint8_t what = take_byte(&feed);
        int32_t days = what & 128 ? (int32_t)take_number(&feed, 2) : what >> 2 & 31;
        memory = answer(&weights, &options, &memory, days, (enum rating)(1 + what % 4)).memory;
        check_fading(&weights, &memory);
        int32_t due = review_due_day(22340, days, i, what % 9);
        REQUIRE(due > 22340 && due >= 22340 + days && (i == 1 || due >= 22340 + what % 9));
    }
    return 0;
}
