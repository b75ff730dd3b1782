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
    struct instant not_after = instant_add(facts->now, MINUTES(30));
    plan_deliver(plan, arena, facts, LANE_INTERACTIVE, not_after, message);
}

void reply_in_place(const struct facts *facts, const struct event *event, struct arena *arena,
    struct plan *plan, enum lane lane, const struct message *message)
{
    struct str message_id = facts->nudge.message_id;
    if (event->message_id.len && event->ref.nudge_id == facts->nudge.nudge_id)
        message_id = event->message_id; /* the click may be here before the post's own reply */
    if (!message_id.len && lane == LANE_CLOSE)
        return; /* never arrived: there is nothing to tidy up */
    struct instant not_after = instant_add(facts->now, HOURS(24 * 7));
    struct effect *effect = plan_deliver(plan, arena, facts, lane, not_after, message);
    if (!effect)
        return;
    effect->nudge_id = facts->nudge.nudge_id;
    effect->deliver.kind = message_id.len ? DELIVERY_UPDATE : DELIVERY_POST;
    effect->deliver.message_id = message_id;
}

void reply_home(const struct facts *facts, struct arena *arena, struct plan *plan)
{
    struct instant not_after = instant_add(facts->now, HOURS(1));
    struct effect *effect =
        plan_deliver(plan, arena, facts, LANE_INTERACTIVE, not_after, card_home(facts, arena));
    if (effect)
        effect->deliver.kind = DELIVERY_HOME;
}
