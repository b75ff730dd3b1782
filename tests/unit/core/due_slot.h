/* A slot has come for the person of the builder: what the plan does with the next one. */
#ifndef NUDGED_UNIT_CORE_DUE_SLOT_H
#define NUDGED_UNIT_CORE_DUE_SLOT_H

#include "facts_builder.h"

static inline void due(struct builder *b)
{
    builder_event(b, EVENT_PERSON_DUE);
    b->event.actor = STR_EMPTY;
    b->event.person_id = 1;
    assert_int_equal(builder_decide(b), OK);
}

static inline const struct effect *slot_of(const struct builder *b)
{
    const struct effect *found = NULL;
    for (size_t i = 0; i < b->plan.effects_len; i++) {
        const struct effect *effect = &b->plan.effects[i];
        if (effect->kind != EFFECT_PERSON || !(effect->person_fields & PERSON_SET_SLOT))
            continue;
        assert_null(found); /* the slot is moved once */
        found = effect;
    }
    assert_non_null(found);
    return found;
}

static inline struct instant next_of(const struct builder *b)
{
    return slot_of(b)->person.next_slot;
}

#endif
