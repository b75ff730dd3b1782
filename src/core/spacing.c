/* From a sending or an answer to the day the prompt may come again. */
#include "spacing.h"

#include "slots.h"

enum { AGAIN_UNANSWERED_DAYS = 3 }; /* an ignored question is not repeated the next morning */

static struct review_options options_of(const struct deck *deck);

struct review spacing_sent(const struct facts *facts, const struct chosen *chosen, int32_t today)
{
    struct review review = { .born_day = today };
    if (chosen->review)
        review = *chosen->review;
    review.prompt_id = chosen->prompt->prompt_id;
    review.sent_day = today;
    review.due_day = slot_workday_on_or_after(facts, today + AGAIN_UNANSWERED_DAYS);
    return review;
}

struct review spacing_answered(const struct facts *facts, const struct deck *deck,
    const struct review *before, enum rating rating, int32_t today)
{
    struct review review = *before;
    struct review_options options = options_of(deck);
    review.fit_id = facts->fit_id;
    int32_t elapsed = review.answers ? today - review.last_day : 0;
    struct review_outcome outcome =
        review_next(facts->weights, &options, &review.memory, elapsed, rating);
    review.memory = outcome.memory;
    review.last_day = today;
    review.answers++;
    review.lapses += outcome.lapsed;
    review.misses_in_a_row = rating == RATING_AGAIN ? review.misses_in_a_row + 1 : 0;
    review.due_day = slot_workday_on_or_after(facts,
        review_due_day(
            today, outcome.scheduled_days, review.answers, spacing_gap_days(facts, deck)));
    return review;
}

/* Retention, desired or not, changes when to ask, never what is remembered: any options will do. */
struct review_memory spacing_memory(const struct facts *facts)
{
    struct review_memory memory = { 0 };
    for (size_t i = 0; i < facts->history_len; i++) {
        int32_t elapsed = i ? facts->history[i].day - facts->history[i - 1].day : 0;
        memory = review_next(facts->weights, &review_options_default, &memory, elapsed,
            facts->history[i].rating).memory;
    }
    return facts->history_len ? memory : facts->review.memory;
}

void spacing_mark(const struct facts *facts, unsigned marks, struct review *review)
{
    bool wrong_and_sure = marks & REVIEW_MISCONCEPTION;
    int32_t latest = slot_workday_on_or_after(facts, review->last_day + MISCONCEPTION_DAYS);
    review->marks = marks;
    if (wrong_and_sure && review->due_day > latest)
        review->due_day = latest;
}

int32_t spacing_due_since(
    const struct facts *facts, const struct deck *deck, const struct review *review)
{
    struct review_options options = options_of(deck);
    if (review->sent_day <= review->last_day)
        return review->due_day;
    if (!review->answers)
        return review->born_day < review->due_day ? review->born_day : review->due_day;
    int32_t days = review_interval_days(facts->weights, &options, &review->memory);
    int32_t since = slot_workday_on_or_after(facts,
        review_due_day(
            review->last_day, days, review->answers, spacing_gap_days(facts, deck)));
    return since < review->due_day ? since : review->due_day;
}

int32_t spacing_gap_days(const struct facts *facts, const struct deck *deck)
{
    return deck && deck->min_gap_days >= 0 ? deck->min_gap_days : facts->settings->min_gap_days;
}

static struct review_options options_of(const struct deck *deck)
{
    struct review_options options = review_options_default;
    if (deck)
        options.desired_retention = deck->desired_retention;
    return options;
}
