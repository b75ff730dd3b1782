/* Which weights of the memory model are in force.
 *
 * A fit is noted whether its weights are taken or not, so that a year later somebody can see what
 * was tried. Odd: a revert is a row like any other; nothing is ever taken out of the history. */
#include "decide.h"
#include "nudged/core/fit.h"

static enum err note(
    const struct facts *facts, const struct fit_record *made, struct arena *arena,
    struct plan *plan);

enum err decide_fitted(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    static const char *const words[] = {
        [FIT_BETTER] = "fit_adopted",
        [FIT_TOO_FEW] = "fit_too_few_answers",
        [FIT_NO_BETTER] = "fit_no_better",
        [FIT_NO_BETTER_THAN_CONSTANT] = "fit_no_better_than_constant",
    };
    plan->why = "fit_failed";
    if (!event->fitted)
        return OK;
    struct fit_record record = *event->fitted;
    enum fit_verdict verdict = fit_judge(&record.result, facts->settings->fit_answers_min);
    bool overtaken = record.before_id != facts->fit_id; /* compared with others than those in use */
    record.adopted = verdict == FIT_BETTER && !overtaken;
    record.brings = (struct fit_set){ .weights = record.result.weights, .at = facts->now,
        .answers = (int64_t)record.result.answers };
    plan->why = overtaken ? "fit_overtaken" : words[verdict];
    return note(facts, &record, arena, plan);
}

enum err decide_revert_fit(const struct facts *facts, const struct event *event UNUSED,
    struct arena *arena, struct plan *plan)
{
    struct fit_record record = { .cause = FIT_REVERT, .adopted = true,
        .set_id = facts->before.fit_id, .before_id = facts->fit_id,
        .brings = facts->before };
    plan->why = facts->fit_id ? "fit_reverted" : "fit_nothing_to_revert";
    return facts->fit_id ? note(facts, &record, arena, plan) : OK;
}

static enum err note(
    const struct facts *facts, const struct fit_record *made, struct arena *arena,
    struct plan *plan)
{
    struct fit_record *record = arena_array(arena, struct fit_record, 1);
    struct effect *effect = record ? plan_add(plan, arena, EFFECT_FIT) : NULL;
    if (!effect)
        return ERR_NO_MEMORY;
    *record = *made;
    record->at = facts->now;
    effect->fit = record;
    return OK;
}
