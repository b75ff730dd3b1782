/* The ways back to a person. Knows which control an event came from, not what is said. */
#include "reply.h"

#include "card.h"

void reply(const struct facts *facts, const struct event *event, struct arena *arena,
    struct plan *plan, const struct message *message)
{
    if (event->kind == EVENT_COMMAND) {
        plan->ack = message;
        return;
    }
    if (event->kind == EVENT_ACTION && event->message_id.len) {
        plan->whisper = message;
        return;
    }
    if (!facts->has_person)
        return; /* nobody we may write to: only a direct answer was possible */
    struct effect *effect = plan_add(plan, arena, EFFECT_DELIVER);
    if (!effect)
        return;
    effect->person_id = facts->person.person_id;
    effect->deliver.lane = LANE_INTERACTIVE;
    effect->deliver.kind = DELIVERY_POST;
    effect->deliver.due = facts->now;
    effect->deliver.not_after = instant_add(facts->now, MINUTES(30));
    effect->deliver.key = facts->random[1];
    effect->deliver.message = message;
}

void reply_in_place(const struct facts *facts, const struct event *event, struct arena *arena,
    struct plan *plan, enum lane lane, const struct message *message)
{
    struct str message_id = facts->nudge.message_id;
    if (event->message_id.len && event->ref.nudge_id == facts->nudge.nudge_id)
        message_id = event->message_id; /* the click may be here before the post's own reply */
    if (!message_id.len && lane == LANE_CLOSE)
        return; /* never arrived: there is nothing to tidy up */
    struct effect *effect = plan_add(plan, arena, EFFECT_DELIVER);
    if (!effect)
        return;
    effect->person_id = facts->nudge.person_id;
    effect->nudge_id = facts->nudge.nudge_id;
    effect->deliver.lane = lane;
    effect->deliver.kind = message_id.len ? DELIVERY_UPDATE : DELIVERY_POST;
    effect->deliver.due = facts->now;
    effect->deliver.not_after = instant_add(facts->now, HOURS(24 * 7));
    effect->deliver.message_id = message_id;
    effect->deliver.key = facts->random[1];
    effect->deliver.message = message;
}

void reply_home(const struct facts *facts, struct arena *arena, struct plan *plan)
{
    struct effect *effect = plan_add(plan, arena, EFFECT_DELIVER);
    if (!effect)
        return;
    effect->person_id = facts->person.person_id;
    effect->deliver.lane = LANE_INTERACTIVE;
    effect->deliver.kind = DELIVERY_HOME;
    effect->deliver.due = facts->now;
    effect->deliver.not_after = instant_add(facts->now, HOURS(1));
    effect->deliver.message = card_home(facts, arena);
}
