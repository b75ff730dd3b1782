/* Rating anew what is kept: when the table from answers to ratings has changed, or to see what
 * another one would make of the same answers.
 *
 * One person at a time. Of each prompt the answers are gone through in the order they were given;
 * from the first whose rating differs on, the memory, evidence and marks are what the answers make
 * of them under the weights in force, and what stands before that answer stays as it is. Where no
 * rating differs nothing is touched, so doing it twice changes nothing the second time.
 *
 * The day a prompt comes back was told to the person, so it stays, unless the memory says it should
 * be sooner: asking too early costs a question, asking too late what was learnt. */
#ifndef NUDGED_CORE_REPLAY_H
#define NUDGED_CORE_REPLAY_H

#include "nudged/core/plan.h"
#include "nudged/core/rating.h"

/* Of the person of the facts (NEED_REVIEWS | NEED_PAST). Counts into plan->replayed; no effects for
 * a trial. What does not fit into one plan is left for the next: plan->replayed.more. */
void replay_person(const struct facts *facts, const struct rating_table *table, bool trial,
    struct arena *arena, struct plan *plan);

#endif
