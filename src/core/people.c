/* Who is who: rows of people.csv, users of the workspace, who does not want to be disturbed. */
#include "decide.h"

enum err decide_people(const struct facts *facts UNUSED, const struct event *event,
    struct arena *arena, struct plan *plan)
{
    plan->why = event->rows_last ? "roster_complete" : "roster_slice";
    for (size_t i = 0; i < event->rows_len; i++) {
        struct effect *effect = plan_add(plan, arena, EFFECT_PEOPLE_ROW);
        if (!effect)
            return ERR_TOO_BIG;
        effect->row = event->rows[i];
        effect->epoch = event->roster_epoch;
    }
    struct effect *last = event->rows_last ? plan_add(plan, arena, EFFECT_PEOPLE_LAST) : NULL;
    if (last)
        last->roster_epoch = event->roster_epoch;
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
    else if (event->answers == QUERY_EMAILS)
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
