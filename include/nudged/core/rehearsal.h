/* A person's weeks played forward in memory: the same functions decide as in the daemon (choose.c,
 * spacing.c, review.c), what they decide is applied here instead of in the store.
 *
 * For `nudged schedule` and `nudged simulate`. Days are local days, days off as in the settings; a
 * day is asked for in one go and answered before the next. Nothing allocates after the start. */
#ifndef NUDGED_CORE_REHEARSAL_H
#define NUDGED_CORE_REHEARSAL_H

#include "nudged/base/arena.h"
#include "nudged/core/facts.h"

struct rehearsal {
    struct facts facts;         /* the person, as the rules see them; content and so on borrowed */
    size_t reviews_max;
};

/* A person who knows nothing yet. facts: content, settings, weights and person (role, cohort) are
 * used, reviews are not. Errors: ERR_NO_MEMORY. */
MUST_USE enum err rehearsal_start(
    struct rehearsal *rehearsal, const struct facts *facts, struct arena *arena);

/* Shown for study, not asked: it is due from the next workday on, and nothing is learnt about the
 * person. One that was met before stays as it is. */
void rehearsal_expose(struct rehearsal *rehearsal, int64_t prompt_id, int32_t day);

/* The next question of that day, which is thereby sent; NULL: nothing worth asking, or a day off.
 * How many a day is up to the caller. */
const struct prompt *rehearsal_ask(struct rehearsal *rehearsal, int32_t day);

/* RATING_NONE: it was not answered. A prompt that was never sent is taken for sent that day. */
void rehearsal_answer(
    struct rehearsal *rehearsal, const struct prompt *prompt, enum rating rating, int32_t day);

/* NULL: never met. */
const struct review *rehearsal_review(const struct rehearsal *rehearsal, int64_t prompt_id);

/* One deck of prompts 1 … items without words, each of its own skill, for whoever knows no more
 * about them. ERR_NO_MEMORY. */
MUST_USE enum err rehearsal_plain_content(
    size_t items, const struct deck *deck, struct arena *arena, struct content *out);

#endif
