/* What was estimated of prompts is stored, and whoever owns a deck hears once of a prompt to look
 * at, in the transaction that stores why. */
#include "decide.h"
#include "nudged/base/text.h"
#include "say.h"

enum { OF_USE_DAYS = 7, ASK_POINTS = 160 };

static const struct message *card_flagged(
    const struct facts *facts, const struct difficulty_row *row, struct arena *arena);

enum err decide_judged(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    plan->why = "judged";
    for (size_t i = 0; i < event->judged_len; i++) {
        struct effect *effect = plan_add(plan, arena, EFFECT_DIFFICULTY);
        if (!effect)
            return OK;
        effect->difficulty = &event->judged[i];
    }
    bool told = event->person_id && facts->has_person && facts->live &&
        person_in_pilot(facts->settings, facts->person.email);
    for (size_t i = 0; told && i < event->judged_len; i++) {
        plan->why = "judged_flagged";
        plan_deliver(plan, arena, facts, LANE_ALERT,
            instant_add(facts->now, HOURS(24 * OF_USE_DAYS)),
            card_flagged(facts, &event->judged[i], arena));
    }
    return OK;
}

static const struct message *card_flagged(
    const struct facts *facts, const struct difficulty_row *row, struct arena *arena)
{
    const struct prompt *prompt = content_prompt(facts->content, row->prompt_id);
    if (!prompt || row->flag == DIFFICULTY_FINE)
        return NULL;
    struct str sentence = difficulty_sentence(row, arena);
    struct str title = say2(arena, SAY_FLAGGED, 0, "deck", prompt->deck, "name", prompt->id);
    struct message *card = message_new(arena, title);
    message_add(arena, card, PART_STRONG, title);
    message_add(arena, card, PART_MUTED, text_cut(prompt->ask, ASK_POINTS));
    message_add(arena, card, PART_TEXT, str_format(arena, "%c%.*s.", sentence.ptr[0] & ~0x20,
        STR_ARG(str_slice(sentence, 1, sentence.len))));
    message_add(arena, card, PART_MUTED, say1(arena, SAY_FLAGGED_LIMITS, 0, "people",
        str_format(arena, "%d", (int)row->people)));
    return card;
}
