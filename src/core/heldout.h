/* Held-out prompts: never practised, asked to see what of a skill is still there after a while.
 *
 * 7, 30 and 90 days after a person's first sending of a skill in a deck, one of the prompts held
 * out for that skill in that deck is asked. The day counts from the deck and not from the skill
 * alone: what another deck taught a year before would put all three days into the past. Calendar
 * days; a day off moves on to the next workday.
 *
 * Which of the k prompts is asked at point i (0, 1, 2): number (person_id + i) mod k in the order
 * of the file. So a person answers three times a deck and skill however many prompts are held out,
 * from three on never the same one twice (an answer with feedback is practice), and over many
 * people each prompt stands at each of the days.
 *
 * A question that could not be asked on its day (cap, holidays, pause) may still come within
 * late_days; afterwards it says nothing about that delay any more and is left out. One that was
 * sent and not answered is not sent again: the next is the next point's. */
#ifndef NUDGED_CORE_HELDOUT_H
#define NUDGED_CORE_HELDOUT_H

#include "nudged/core/facts.h"

enum { HELDOUT_POINTS = 3 };

struct heldout_point {
    int32_t days;      /* after the first sending */
    int32_t late_days; /* so many more at most */
};

extern const struct heldout_point heldout_points[HELDOUT_POINTS];

struct heldout {
    const struct prompt *prompt; /* borrowed from the content; NULL: none is to be asked today */
    const struct review *review; /* of facts->reviews; NULL: never asked before */
    int32_t days;                /* 7, 30 or 90 */
};

/* The one to ask today, of several the one that can wait least. Needs the reviews. */
struct heldout heldout_choose(const struct facts *facts, int32_t today);
/* The prompt in force under this number is held out now. */
bool heldout_is(const struct facts *facts, int64_t prompt_id);

#endif
