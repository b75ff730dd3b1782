/* Choosing: order of sending is what decides learning when one question a day is the cap.
 *
 * Never by highest retrievability first: that would starve whoever struggles. */
#include "choose.h"

#include "slots.h"

static bool is_better(const struct facts *facts, const struct review *a, const struct review *b,
    int32_t today);
static struct str last_skill(const struct facts *facts);
static const struct prompt *next_new(const struct facts *facts);
static bool was_met(const struct facts *facts, int64_t prompt_id);

struct chosen choose_prompt(const struct facts *facts, int32_t today)
{
    const struct review *best = NULL, *other = NULL;
    struct str avoid = last_skill(facts);
    for (size_t i = 0; i < facts->reviews_len; i++) {
        const struct review *review = &facts->reviews[i];
        const struct prompt *prompt = NULL;
        if (!choose_is_due(facts, review, today, &prompt))
            continue;
        if (!best || is_better(facts, review, best, today))
            best = review;
        if (!str_equal(prompt->skill, avoid) && (!other || is_better(facts, review, other, today)))
            other = review;
    }
    if (best && other && other->due_day <= best->due_day + 1)
        best = other; /* interleave, unless that lets something wait */
    if (best)
        return (struct chosen){ content_prompt(facts->content, best->prompt_id), best, "due" };
    if (choose_new_this_week(facts, today) >= facts->settings->new_per_week)
        return (struct chosen){ NULL, NULL, "nothing_due" };
    const struct prompt *fresh = next_new(facts);
    return (struct chosen){ fresh, NULL, fresh ? "new" : "nothing_left" };
}

bool choose_is_due(const struct facts *facts, const struct review *review, int32_t today,
    const struct prompt **prompt)
{
    *prompt = content_prompt(facts->content, review->prompt_id);
    if (!*prompt || review->due_day > today || review->sent_day >= today)
        return false;
    const struct deck *deck = content_deck(facts->content, (*prompt)->deck);
    if (!deck || !audience_has(&deck->audience, facts->person.role, facts->person.cohort))
        return false;
    return review->misses_in_a_row < LEECH_MISSES || review->last_day + LEECH_REST_DAYS <= today;
}

int32_t choose_new_this_week(const struct facts *facts, int32_t today)
{
    int32_t monday = today - weekday_of(today), count = 0;
    for (size_t i = 0; i < facts->reviews_len; i++)
        if (facts->reviews[i].born_day >= monday &&
            facts->reviews[i].born_day <= today + SLOT_DAYS_AHEAD_MAX)
            count++;
    return count;
}

static bool is_better(const struct facts *facts, const struct review *a, const struct review *b,
    int32_t today)
{
    if (a->due_day != b->due_day)
        return a->due_day < b->due_day;
    double recall_a = review_retrievability(facts->weights, &a->memory, today - a->last_day);
    double recall_b = review_retrievability(facts->weights, &b->memory, today - b->last_day);
    return recall_a < recall_b;
}

static struct str last_skill(const struct facts *facts)
{
    const struct prompt *prompt =
        facts->has_nudge ? content_prompt(facts->content, facts->nudge.prompt_id) : NULL;
    return prompt ? prompt->skill : STR_EMPTY;
}

static const struct prompt *next_new(const struct facts *facts)
{
    for (size_t d = 0; d < facts->content->decks_len; d++) {
        const struct deck *deck = &facts->content->decks[d];
        if (!audience_has(&deck->audience, facts->person.role, facts->person.cohort))
            continue;
        for (size_t p = 0; p < deck->prompts_len; p++)
            if (!was_met(facts, deck->prompts[p].prompt_id))
                return &deck->prompts[p];
    }
    return NULL;
}

static bool was_met(const struct facts *facts, int64_t prompt_id)
{
    for (size_t i = 0; i < facts->reviews_len; i++)
        if (facts->reviews[i].prompt_id == prompt_id)
            return true;
    return false;
}
