/* Which prompt a person gets next, and why. */
#ifndef NUDGED_CORE_CHOOSE_H
#define NUDGED_CORE_CHOOSE_H

#include "nudged/core/difficulty.h"
#include "nudged/core/facts.h"

struct chosen {
    const struct prompt *prompt; /* NULL: nothing worth asking */
    const struct review *review; /* NULL: it is new to the person */
    const char *why; /* "due", "new", "early", "nothing_due", … */
    int32_t held_out_days; /* "held_out": 7, 30 or 90, see heldout.h */
};

/* A held-out question whose day has come goes first: it has few days. Then the due ones: what was
 * answered wrong and for sure, then the longest due before the others; of equals the one least
 * likely to be recalled still, which is the one most overdue for its interval. Not two of one skill
 * on a day while another skill has something due; another skill than last time when there is a
 * choice within the day. Prompts missed LEECH_MISSES times running rest. When nothing is due: the
 * next new one in deck order, at most new_per_week in an ISO week; then, if the organisation fills
 * the cap, the one that has rested longest. Retired prompts and decks of other audiences are never
 * asked. */
struct chosen choose_prompt(const struct facts *facts, int32_t today);

/* May this one be asked again today; then *prompt is what to ask. */
bool choose_is_due(const struct facts *facts, const struct review *review, int32_t today,
    const struct prompt **prompt);
/* Prompts met for the first time in today's ISO week. */
int32_t choose_new_this_week(const struct facts *facts, int32_t today);

#endif
