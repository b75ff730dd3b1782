/* Choosing: order of sending is what decides learning when one question a day is the cap.
 *
 * Never by highest retrievability first: that would starve whoever struggles. */
#include "choose.h"

#include "heldout.h"
#include "slots.h"
#include "spacing.h"

enum {
    SKILLS_A_DAY_MAX = 8, /* the cap is 3; whoever plays with more may repeat a skill */
    FIRST_DAYS = 36500 /* before all that is due for itself */
};

/* The skills of what was asked today, and of what was asked last. */
struct asked {
    struct str today[SKILLS_A_DAY_MAX];
    size_t today_len;
    struct str last;
};

struct candidate {
    const struct review *review;
    int32_t since; /* due since that day */
};

static const struct review *best_due(const struct facts *facts, int32_t today);
static struct asked asked_of(const struct facts *facts, int32_t today);
static bool asked_today(const struct asked *asked, struct str skill);
static int32_t due_since(
    const struct facts *facts, const struct prompt *prompt, const struct review *review);
static void take_better(const struct facts *facts, int32_t today, struct candidate *best,
    struct candidate candidate);
static bool may_ask(const struct facts *facts, const struct review *review, int32_t today,
    const struct prompt **prompt);
static const struct review *longest_rested(const struct facts *facts, int32_t today);
static const struct prompt *next_new(const struct facts *facts);
static bool was_met(const struct facts *facts, int64_t prompt_id);

struct chosen choose_prompt(const struct facts *facts, int32_t today)
{
    struct heldout held_out = heldout_choose(facts, today);
    if (held_out.prompt)
        return (struct chosen){ held_out.prompt, held_out.review, "held_out", held_out.days };
    const struct review *due = best_due(facts, today);
    if (due)
        return (struct chosen){ content_prompt(facts->content, due->prompt_id), due, "due", 0 };
    bool may_be_new = choose_new_this_week(facts, today) < facts->settings->new_per_week;
    const struct prompt *fresh = may_be_new ? next_new(facts) : NULL;
    if (fresh)
        return (struct chosen){ fresh, NULL, "new", 0 };
    const struct review *rested = facts->settings->fill ? longest_rested(facts, today) : NULL;
    if (rested)
        return (struct chosen){ content_prompt(facts->content, rested->prompt_id), rested,
            "early", 0 };
    return (struct chosen){ NULL, NULL, may_be_new ? "nothing_left" : "nothing_due", 0 };
}

bool choose_is_due(const struct facts *facts, const struct review *review, int32_t today,
    const struct prompt **prompt)
{
    return review->due_day <= today && may_ask(facts, review, today, prompt);
}

int32_t choose_new_this_week(const struct facts *facts, int32_t today)
{
    int32_t monday = today - weekday_of(today), count = 0;
    for (size_t i = 0; i < facts->reviews_len; i++)
        if (facts->reviews[i].born_day >= monday &&
            facts->reviews[i].born_day <= today + SLOT_DAYS_AHEAD_MAX &&
            !heldout_is(facts, facts->reviews[i].prompt_id))
            count++;
    return count;
}

/* Two of one skill on a day only when no other skill has anything due; the skill asked last, on
 * another day, gives way to what has waited as long, but nothing waits for variety's sake. */
static const struct review *best_due(const struct facts *facts, int32_t today)
{
    struct candidate best = { NULL, 0 }, fresh = { NULL, 0 }, other = { NULL, 0 };
    struct asked asked = asked_of(facts, today);
    for (size_t i = 0; i < facts->reviews_len; i++) {
        const struct review *review = &facts->reviews[i];
        const struct prompt *prompt = NULL;
        if (!choose_is_due(facts, review, today, &prompt))
            continue;
        struct candidate candidate = { review, due_since(facts, prompt, review) };
        take_better(facts, today, &best, candidate);
        if (asked_today(&asked, prompt->skill))
            continue;
        take_better(facts, today, &fresh, candidate);
        if (!str_equal(prompt->skill, asked.last))
            take_better(facts, today, &other, candidate);
    }
    if (fresh.review && other.review && other.since <= fresh.since + 1)
        return other.review;
    return fresh.review ? fresh.review : best.review;
}

/* Reflections are never answered in the sense of the memory: their due day is all there is. What
 * somebody was sure of and wrong about comes first. */
static int32_t due_since(
    const struct facts *facts, const struct prompt *prompt, const struct review *review)
{
    if (review->marks & REVIEW_MISCONCEPTION)
        return review->due_day - FIRST_DAYS;
    if (prompt->kind == PROMPT_REFLECT)
        return review->due_day;
    return spacing_due_since(facts, content_deck(facts->content, prompt->deck), review);
}

static struct asked asked_of(const struct facts *facts, int32_t today)
{
    struct asked asked = { .last = STR_EMPTY };
    const struct prompt *prompt =
        facts->has_nudge ? content_prompt(facts->content, facts->nudge.prompt_id) : NULL;
    if (prompt)
        asked.last = prompt->skill;
    for (size_t i = 0; i < facts->reviews_len && asked.today_len < SKILLS_A_DAY_MAX; i++) {
        if (facts->reviews[i].sent_day != today)
            continue;
        prompt = content_prompt(facts->content, facts->reviews[i].prompt_id);
        if (prompt)
            asked.today[asked.today_len++] = prompt->skill;
    }
    return asked;
}

static bool asked_today(const struct asked *asked, struct str skill)
{
    for (size_t i = 0; i < asked->today_len; i++)
        if (str_equal(asked->today[i], skill))
            return true;
    return false;
}

static void take_better(const struct facts *facts, int32_t today, struct candidate *best,
    struct candidate candidate)
{
    const struct review *a = candidate.review, *b = best->review;
    bool better = !b || candidate.since < best->since;
    if (b && candidate.since == best->since)
        better = review_retrievability(facts->weights, &a->memory, today - a->last_day) <
            review_retrievability(facts->weights, &b->memory, today - b->last_day);
    if (better)
        *best = candidate;
}

/* Apart from when it is due: still taught, not asked today, not resting. */
static bool may_ask(const struct facts *facts, const struct review *review, int32_t today,
    const struct prompt **prompt)
{
    *prompt = content_prompt(facts->content, review->prompt_id);
    if (!*prompt || (*prompt)->held_out || review->sent_day >= today)
        return false;
    const struct deck *deck = content_deck(facts->content, (*prompt)->deck);
    if (!deck || !audience_has(&deck->audience, facts->person.role, facts->person.cohort))
        return false;
    return review->misses_in_a_row < LEECH_MISSES || review->last_day + LEECH_REST_DAYS <= today;
}

/* Ahead of its day: the one not asked for longest, so that no weights can be wrong about it.
 * Between two askings lie the days of its deck in any case. Reflections do not come early. */
static const struct review *longest_rested(const struct facts *facts, int32_t today)
{
    const struct review *best = NULL;
    for (size_t i = 0; i < facts->reviews_len; i++) {
        const struct review *review = &facts->reviews[i];
        const struct prompt *prompt = NULL;
        if (!review->answers || !may_ask(facts, review, today, &prompt))
            continue;
        int32_t gap = spacing_gap_days(facts, content_deck(facts->content, prompt->deck));
        if (today - review->sent_day < gap || today - review->last_day < gap)
            continue;
        if (!best || review->sent_day < best->sent_day)
            best = review;
    }
    return best;
}

static const struct prompt *next_new(const struct facts *facts)
{
    for (size_t d = 0; d < facts->content->decks_len; d++) {
        const struct deck *deck = &facts->content->decks[d];
        if (!audience_has(&deck->audience, facts->person.role, facts->person.cohort))
            continue;
        for (size_t p = 0; p < deck->prompts_len; p++)
            if (!deck->prompts[p].held_out && !was_met(facts, deck->prompts[p].prompt_id))
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
