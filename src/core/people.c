/* Who is who: rows of people.csv, users of the workspace, who does not want to be disturbed. */
#include "decide.h"

enum err decide_people(const struct facts *facts UNUSED, const struct event *event,
    struct arena *arena, struct plan *plan)
{
    bool last = event->rows_last || event->sweep == SWEEP_CLOSE;
    plan->why = last ? "roster_complete" : event->sweep ? "everybody" : "roster_slice";
    for (size_t i = 0; i < event->rows_len; i++) {
        struct effect *effect = plan_add(plan, arena, EFFECT_PEOPLE_ROW);
        if (!effect)
            return ERR_TOO_BIG;
        effect->row = event->rows[i];
        effect->epoch = event->roster_epoch;
    }
    struct effect *effect = event->rows_last ? plan_add(plan, arena, EFFECT_PEOPLE_LAST) : NULL;
    if (effect)
        effect->roster_epoch = event->roster_epoch;
    effect = event->sweep ? plan_add(plan, arena, EFFECT_PEOPLE_SWEEP) : NULL;
    if (effect) {
        effect->sweep.what = event->sweep;
        effect->sweep.after_id = event->after_id;
        effect->sweep.until_id = event->until_id;
        effect->sweep.roster_epoch = event->roster_epoch;
    }
    effect = event->taken ? plan_add(plan, arena, EFFECT_TAKEN) : NULL;
    if (effect)
        effect->taken = *event->taken;
    return OK;
}

/* May be on the list all the same: the roster hid the e-mail, or it has changed since. */
void who_is_it(const struct facts *facts, struct plan *plan)
{
    if (!facts->has_person)
        plan->query = QUERY_USER;
}

enum err decide_members(const struct facts *facts, const struct event *event,
    struct arena *arena, struct plan *plan)
{
    plan->why = "members";
    for (size_t i = 0; i < event->members_len; i++) {
        if (event->members[i].bot)
            continue;
        struct effect *effect = plan_add(plan, arena, EFFECT_MEMBER);
        if (!effect)
            return ERR_TOO_BIG;
        effect->member = event->members[i];
        if (!event->answers && !effect->member.email.len && !effect->member.deleted)
            who_is_it(facts, plan);
    }
    if (!event->members_complete)
        return OK;
    if (event->answers == QUERY_ROSTER)
        plan->query =
            QUERY_EMAILS; /* who was not on any page may hide a changed e-mail: ask by it */
    else if (event->answers == QUERY_EMAILS && !facts->people_pending)
        plan_add(plan, arena, EFFECT_MEMBERS_LAST);
    return OK;
}

enum err decide_dnd(const struct facts *facts UNUSED, const struct event *event,
    struct arena *arena, struct plan *plan)
{
    plan->why = "dnd";
    for (size_t i = 0; i < event->dnd_len; i++) {
        struct effect *effect = plan_add(plan, arena, EFFECT_DND);
        if (!effect)
            return ERR_TOO_BIG;
        effect->dnd = event->dnd[i];
    }
    return OK;
}
