/* Which held-out prompt is to be asked today.
 *
 * Owns the three delays. Needs no memory of its own: which points are over is read off the days of
 * the last sending, because the time in which one point may be asked ends before the next begins.
 */
#include "heldout.h"

#include "slots.h"

/* One skill of one deck, as this person has met it. */
struct trained {
    const struct deck *deck;
    struct str skill;
    int32_t first_day; /* first sending of what is not held out; 0: none yet */
    int32_t asked_day; /* last sending of what is; 0: none yet */
    size_t held_out;   /* prompts */
};

static bool is_first_of_skill(const struct deck *deck, size_t index);
static struct trained trained_of(const struct facts *facts, const struct deck *deck,
    struct str skill);
static int32_t point_today(const struct facts *facts, const struct trained *trained, int32_t today,
    int32_t *closes);
static const struct prompt *held_out_number(const struct trained *trained, uint64_t number);
static const struct review *review_of(const struct facts *facts, int64_t prompt_id);

const struct heldout_point heldout_points[HELDOUT_POINTS] = { { 7, 3 }, { 30, 7 }, { 90, 14 } };

struct heldout heldout_choose(const struct facts *facts, int32_t today)
{
    struct heldout chosen = { NULL, NULL, 0 };
    int32_t soonest = INT32_MAX;
    for (size_t d = 0; d < facts->content->decks_len; d++) {
        const struct deck *deck = &facts->content->decks[d];
        if (!audience_has(&deck->audience, facts->person.role, facts->person.cohort))
            continue;
        for (size_t p = 0; p < deck->prompts_len; p++) {
            if (!deck->prompts[p].held_out || !is_first_of_skill(deck, p))
                continue;
            int32_t closes = 0;
            struct trained trained = trained_of(facts, deck, deck->prompts[p].skill);
            int32_t point = point_today(facts, &trained, today, &closes);
            if (point < 0 || closes >= soonest)
                continue;
            soonest = closes;
            chosen.prompt = held_out_number(&trained,
                (uint64_t)facts->person.person_id + (uint64_t)point);
            chosen.review = review_of(facts, chosen.prompt->prompt_id);
            chosen.days = heldout_points[point].days;
        }
    }
    return chosen;
}

bool heldout_is(const struct facts *facts, int64_t prompt_id)
{
    const struct prompt *prompt = content_prompt(facts->content, prompt_id);
    return prompt && prompt->held_out;
}

static bool is_first_of_skill(const struct deck *deck, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (deck->prompts[i].held_out && str_equal(deck->prompts[i].skill,
                                             deck->prompts[index].skill))
            return false;
    return true;
}

static struct trained trained_of(const struct facts *facts, const struct deck *deck,
    struct str skill)
{
    struct trained trained = { .deck = deck, .skill = skill };
    for (size_t p = 0; p < deck->prompts_len; p++)
        trained.held_out += deck->prompts[p].held_out && str_equal(deck->prompts[p].skill, skill);
    for (size_t i = 0; i < facts->reviews_len; i++) {
        const struct review *review = &facts->reviews[i];
        const struct prompt *prompt = content_prompt(facts->content, review->prompt_id);
        if (!prompt || !str_equal(prompt->skill, skill) || !str_equal(prompt->deck, deck->id))
            continue;
        if (prompt->held_out && review->sent_day > trained.asked_day)
            trained.asked_day = review->sent_day;
        if (!prompt->held_out && (!trained.first_day || review->born_day < trained.first_day))
            trained.first_day = review->born_day;
    }
    return trained;
}

/* -1: none is open. *closes: the last day it may be asked. */
static int32_t point_today(const struct facts *facts, const struct trained *trained, int32_t today,
    int32_t *closes)
{
    for (int32_t i = 0; trained->first_day && i < HELDOUT_POINTS; i++) {
        int32_t day =
            slot_workday_on_or_after(facts, trained->first_day + heldout_points[i].days);
        *closes = day + heldout_points[i].late_days;
        if (day <= today && today <= *closes)
            return trained->asked_day < day ? i : -1;
    }
    return -1;
}

static const struct prompt *held_out_number(const struct trained *trained, uint64_t number)
{
    size_t left = (size_t)(number % trained->held_out);
    for (size_t p = 0; p < trained->deck->prompts_len; p++) {
        const struct prompt *prompt = &trained->deck->prompts[p];
        if (prompt->held_out && str_equal(prompt->skill, trained->skill) && left-- == 0)
            return prompt;
    }
    UNREACHABLE("a number below their count");
}

static const struct review *review_of(const struct facts *facts, int64_t prompt_id)
{
    for (size_t i = 0; i < facts->reviews_len; i++)
        if (facts->reviews[i].prompt_id == prompt_id)
            return &facts->reviews[i];
    return NULL;
}
