/* What a sending and an answer do to a review: from which day the prompt may be asked again.
 *
 * Days are the person's local days. A due day that falls on a day off moves to the next workday. */
#ifndef NUDGED_CORE_SPACING_H
#define NUDGED_CORE_SPACING_H

#include "choose.h"

/* The first sending bears the review; any sending moves the due day on: silence spaces, too. */
struct review spacing_sent(const struct facts *facts, const struct chosen *chosen, int32_t today);

/* A rated answer (never RATING_NONE) to a prompt of this deck (NULL: of none any more). */
struct review spacing_answered(const struct facts *facts, const struct deck *deck,
    const struct review *before, enum rating rating, int32_t today);

/* The memory of facts->review by the weights in force. Older weights computed the one that is
 * stored: its answers are gone through again where all of them are kept, else it goes on from where
 * the older weights left it. */
struct review_memory spacing_memory(const struct facts *facts);
/* Leaves the marks of rating_marks behind. Who was sure and wrong is told so right away and asked
 * again within MISCONCEPTION_DAYS, whatever the interval and the gap: what was believed for sure
 * comes back when its correction is left alone for long (Butler, Fazio and Marsh 2011). */
enum { MISCONCEPTION_DAYS = 7 };
void spacing_mark(const struct facts *facts, unsigned marks, struct review *review);

/* The day since which a question has been due. One that was sent and ignored is due again some days
 * later, yet it does not lose its place in the row: that is the day its last answer gave it, and
 * the day it was met for one never answered. */
int32_t spacing_due_since(
    const struct facts *facts, const struct deck *deck, const struct review *review);

/* Days that must lie between two sendings of a deck's prompt from the second answer on. */
int32_t spacing_gap_days(const struct facts *facts, const struct deck *deck);

#endif
