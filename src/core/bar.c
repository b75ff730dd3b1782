/* The order matters: a person's pause comes before the operator's, because its end is looked at in
 * any case. */
#include "bar.h"

#include "slots.h"

static bool is_paused(const struct facts *facts);

enum bar bar_of(const struct facts *facts, struct instant *until)
{
    const struct person *person = &facts->person;
    int32_t today = slot_today(facts);
    *until = INSTANT_NEVER;
    if (person->state == PERSON_LEFT)
        return BAR_LEFT;
    if (person->state == PERSON_STOPPED)
        return BAR_STOPPED;
    if (is_paused(facts)) {
        if (!instant_is_never(person->paused_until))
            *until = slot_next_from(facts, zone_local(facts->zone, person->paused_until).day);
        return BAR_PAUSED;
    }
    if (!facts->live)
        return BAR_NOT_LIVE;
    if (person->chat_state != CHAT_MATCHED)
        return BAR_NOT_REACHABLE;
    if (!person_in_pilot(facts->settings, person->email))
        return BAR_NOT_IN_PILOT;
    if (person->end_day && today > person->end_day)
        return BAR_ENDED;
    if (person->start_day > today) {
        *until = slot_next_from(facts, person->start_day);
        return BAR_NOT_STARTED;
    }
    return BAR_NONE;
}

const char *bar_why(enum bar bar)
{
    static const char *const whys[BAR_COUNT] = {
        [BAR_LEFT] = "left",
        [BAR_STOPPED] = "stopped",
        [BAR_PAUSED] = "paused",
        [BAR_NOT_LIVE] = "not_live",
        [BAR_NOT_REACHABLE] = "not_reachable",
        [BAR_NOT_IN_PILOT] = "not_in_pilot",
        [BAR_ENDED] = "ended",
        [BAR_NOT_STARTED] = "not_started",
    };
    REQUIRE((unsigned)bar < BAR_COUNT);
    return whys[bar];
}

struct instant bar_next(const struct facts *facts)
{
    const struct person *person = &facts->person;
    struct instant at;
    enum bar bar = bar_of(facts, &at);
    if (bar == BAR_NONE) /* woken, or just being looked at: not planned yet */
        at = instant_before(facts->now, person->next_slot) ? person->next_slot : slot_soon(facts);
    else if (bar != BAR_NOT_STARTED)
        at = INSTANT_NEVER;
    bool too_late = person->end_day && !instant_is_never(at) &&
        zone_local(facts->zone, at).day > person->end_day;
    return too_late ? INSTANT_NEVER : at;
}

static bool is_paused(const struct facts *facts)
{
    return facts->person.state == PERSON_PAUSED &&
        instant_before(facts->now, facts->person.paused_until);
}
