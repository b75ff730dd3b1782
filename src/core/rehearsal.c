/* The rules without the store. Decides nothing: it asks the functions the rules ask, and keeps what
 * they say in an array where the daemon keeps it in a table. */
#include "nudged/core/rehearsal.h"

#include "slots.h"
#include "spacing.h"

static struct review *find(const struct rehearsal *rehearsal, int64_t prompt_id);
static struct review *add(struct rehearsal *rehearsal, int64_t prompt_id);

enum err rehearsal_start(
    struct rehearsal *rehearsal, const struct facts *facts, struct arena *arena)
{
    *rehearsal = (struct rehearsal){ .facts = *facts, .reviews_max = facts->content->by_id_len };
    rehearsal->facts.has_person = true;
    rehearsal->facts.has_nudge = false;
    rehearsal->facts.reviews_len = 0;
    rehearsal->facts.reviews = arena_array(arena, struct review, rehearsal->reviews_max);
    return rehearsal->facts.reviews || !rehearsal->reviews_max ? OK : ERR_NO_MEMORY;
}

void rehearsal_expose(struct rehearsal *rehearsal, int64_t prompt_id, int32_t day)
{
    struct review *review = find(rehearsal, prompt_id);
    if (review)
        return;
    review = add(rehearsal, prompt_id);
    if (!review)
        return;
    review->born_day = review->sent_day = day;
    review->due_day = slot_workday_on_or_after(&rehearsal->facts, day + 1);
}

const struct prompt *rehearsal_ask(struct rehearsal *rehearsal, int32_t day)
{
    struct facts *facts = &rehearsal->facts;
    if (slot_workday_on_or_after(facts, day) != day)
        return NULL;
    struct chosen chosen = choose_prompt(facts, day);
    if (!chosen.prompt)
        return NULL;
    struct review sent = spacing_sent(facts, &chosen, day);
    struct review *review = find(rehearsal, sent.prompt_id);
    if (!review)
        review = add(rehearsal, sent.prompt_id);
    if (review)
        *review = sent;
    facts->has_nudge = true;
    facts->nudge.prompt_id = sent.prompt_id;
    facts->nudge.day = day;
    return chosen.prompt;
}

void rehearsal_answer(
    struct rehearsal *rehearsal, const struct prompt *prompt, enum rating rating, int32_t day)
{
    const struct facts *facts = &rehearsal->facts;
    struct review *review = find(rehearsal, prompt->prompt_id);
    if (!review)
        review = add(rehearsal, prompt->prompt_id);
    if (!review)
        return;
    if (!review->born_day)
        review->born_day = day;
    if (review->sent_day < day)
        review->sent_day = day;
    if (rating != RATING_NONE)
        *review = spacing_answered(
            facts, content_deck(facts->content, prompt->deck), review, rating, day);
}

const struct review *rehearsal_review(const struct rehearsal *rehearsal, int64_t prompt_id)
{
    return find(rehearsal, prompt_id);
}

enum err rehearsal_plain_content(
    size_t items, const struct deck *deck, struct arena *arena, struct content *out)
{
    struct deck *decks = arena_array(arena, struct deck, 1);
    struct prompt *prompts = arena_array(arena, struct prompt, items);
    struct prompt **by_id = arena_array(arena, struct prompt *, items);
    if (!decks || !prompts || !by_id)
        return ERR_NO_MEMORY;
    decks[0] = *deck;
    decks[0].prompts = prompts;
    decks[0].prompts_len = items;
    for (size_t i = 0; i < items; i++) {
        prompts[i] = (struct prompt){ .prompt_id = (int64_t)i + 1, .deck = deck->id,
            .kind = PROMPT_CHOICE, .skill = str_format(arena, "%zu", i + 1) };
        by_id[i] = &prompts[i];
    }
    *out = (struct content){ .decks = decks, .decks_len = 1, .by_id = by_id, .by_id_len = items };
    return arena_failed(arena) ? ERR_NO_MEMORY : OK;
}

static struct review *find(const struct rehearsal *rehearsal, int64_t prompt_id)
{
    for (size_t i = 0; i < rehearsal->facts.reviews_len; i++)
        if (rehearsal->facts.reviews[i].prompt_id == prompt_id)
            return &rehearsal->facts.reviews[i];
    return NULL;
}

static struct review *add(struct rehearsal *rehearsal, int64_t prompt_id)
{
    struct facts *facts = &rehearsal->facts;
    if (facts->reviews_len == rehearsal->reviews_max)
        return NULL;
    struct review *review = &facts->reviews[facts->reviews_len++];
    *review = (struct review){ .prompt_id = prompt_id };
    return review;
}
