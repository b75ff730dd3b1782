/* Gathering what a rule decides. The effects array is made on first use: most events have few. */
#include "nudged/core/plan.h"

enum { EFFECTS_FIRST = 8 };

void plan_init(struct plan *plan)
{
    *plan = (struct plan){ .why = "nothing" };
}

struct effect *plan_add(struct plan *plan, struct arena *arena, enum effect_kind kind)
{
    if (plan->effects_len == PLAN_EFFECTS_MAX)
        return NULL;
    bool full = plan->effects_len >= EFFECTS_FIRST
        ? (plan->effects_len & (plan->effects_len - 1)) == 0
        : plan->effects_len == 0;
    if (full) {
        size_t old = plan->effects_len;
        size_t wanted = old ? 2 * old : EFFECTS_FIRST;
        struct effect *grown =
            arena_grow(arena, plan->effects, old * sizeof(*grown), wanted * sizeof(*grown));
        if (!grown)
            return NULL;
        plan->effects = grown;
    }
    struct effect *effect = &plan->effects[plan->effects_len++];
    *effect = (struct effect){ .kind = kind };
    return effect;
}

struct effect *plan_deliver(struct plan *plan, struct arena *arena, const struct facts *facts,
    enum lane lane, struct instant not_after, const struct message *message)
{
    struct effect *effect = message ? plan_add(plan, arena, EFFECT_DELIVER) : NULL;
    if (!effect)
        return NULL;
    effect->person_id = facts->person.person_id;
    effect->deliver.lane = lane;
    effect->deliver.kind = DELIVERY_POST;
    effect->deliver.due = facts->now;
    effect->deliver.not_after = not_after;
    effect->deliver.key = facts->random[1] + plan->effects_len;     /* a plan may post twice */
    effect->deliver.message = message;
    return effect;
}
