/* The second look at a question or notice that waited. The first was due.c's: both go by bar.c and
 * slots.c, so that they cannot differ. */
#include "nudged/core/recheck.h"

#include "bar.h"
#include "nudged/core/delivery.h"
#include "slots.h"

static enum recheck wait_until(
    struct instant at, struct instant end, const struct delivery *delivery, struct instant *again);

bool recheck_concerns(const struct delivery *delivery)
{
    return delivery->lane == LANE_NUDGE || delivery->lane == LANE_NOTICE;
}

enum recheck recheck_delivery(
    const struct facts *facts, const struct delivery *delivery, struct instant *again)
{
    struct instant unused;
    REQUIRE(recheck_concerns(delivery));
    if (!facts->has_person || bar_of(facts, &unused) != BAR_NONE)
        return RECHECK_DROP;
    struct instant start = slot_window_start(facts), end = slot_window_end(facts);
    bool workday = slot_workday_on_or_after(facts, slot_today(facts)) == slot_today(facts);
    if (workday && instant_before(facts->now, start))
        return wait_until(start, end, delivery, again);
    if (!slot_in_window(facts))
        return RECHECK_DROP;
    if (instant_before(facts->person.dnd_until, facts->now))
        return RECHECK_GO;
    return wait_until(
        instant_add(facts->person.dnd_until, MINUTES(1)), end, delivery, again);
}

static enum recheck wait_until(
    struct instant at, struct instant end, const struct delivery *delivery, struct instant *again)
{
    if (!instant_before(at, end) || instant_before(delivery->not_after, at))
        return RECHECK_DROP;
    *again = at;
    return RECHECK_LATER;
}
