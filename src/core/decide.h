/* The rules' functions, one group a file; the table that names them is rules.c. All are pure. */
#ifndef NUDGED_CORE_DECIDE_H
#define NUDGED_CORE_DECIDE_H

#include "nudged/core/plan.h"

decide_fn decide_action, decide_form, decide_text; /* answer.c */
decide_fn decide_command, decide_home; /* command.c */
decide_fn decide_person_due; /* due.c */
decide_fn decide_digest_due, decide_digest_ready; /* digest.c */
decide_fn decide_members, decide_people, decide_dnd; /* people.c */
decide_fn decide_link, decide_uninstalled, decide_control, decide_content,
    decide_delivery, decide_upkeep; /* daemon.c */
decide_fn decide_alert; /* alert.c */
decide_fn decide_replay; /* replay.c */
decide_fn decide_judged; /* judged.c */
decide_fn decide_fitted, decide_revert_fit; /* weights.c */

/* Somebody acts whom we do not know: plan to ask the platform who that is. */
void who_is_it(const struct facts *facts, struct plan *plan);
/* A word, wherever it was said; VERB_NONE answers that it was not understood. */
enum err command_run(const struct facts *facts, const struct event *event, enum verb verb,
    struct str argument, struct arena *arena, struct plan *plan);
/* "I don't know" and everything that grades: also reached from command.c. */
enum err answer_gave_up(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan);
enum err answer_hint(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan);

#endif
