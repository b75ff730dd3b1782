/* When a person may be asked: slots in their own window, spread by person and day.
 *
 * A local day has `cap` slots, one in each equal part of the window, at a minute drawn from
 * (person, day, slot number): people are spread, and the same person meets a different minute each
 * day, yet nothing is random. (slot_day, slot_count) on the person's row only grow, so a clock that
 * steps back can never use a slot twice; only a slot_day further ahead than any such step is taken
 * for what a badly wrong clock has left behind, and not believed. */
#ifndef NUDGED_CORE_SLOTS_H
#define NUDGED_CORE_SLOTS_H

#include "nudged/core/facts.h"

enum { SLOT_DAYS_AHEAD_MAX = 7 }; /* later ones are not believed */

/* Next unused slot of the person after facts->now; NEVER when none within a year. */
struct instant slot_next(const struct facts *facts);
/* The same, not before the start of local day `day`. */
struct instant slot_next_from(const struct facts *facts, int32_t day);
/* For somebody who was just matched, resumed or woken: also the rest of today's window, when at
 * least an hour of it is left. */
struct instant slot_soon(const struct facts *facts);
bool slot_in_window(const struct facts *facts); /* facts->now, for this person */
struct instant slot_window_start(const struct facts *facts);
struct instant slot_window_end(const struct facts *facts); /* of facts->now's local day */
int32_t slot_today(const struct facts *facts);
int32_t slot_workday_on_or_after(const struct facts *facts, int32_t day);
bool slot_used_up(const struct facts *facts); /* the cap of today is reached */
/* The same facts after `used` more slots of today. */
struct facts slots_after(const struct facts *facts, int32_t used);

#endif
