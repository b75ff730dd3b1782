#include "worlds/show.h"

#include <stdio.h>

void group_live(struct show *show, const struct programme *programme, const struct policy *policy,
    struct group *group, keep_fn *keep, void *context)
{
    struct programme own = *programme;
    *group = (struct group){ 0 };
    for (uint32_t learner = 0; learner < show->learners; learner++) {
        own.luck = (struct luck){ show->seed, learner };
        learner_live(&own, policy, show->outcome);
        const struct outcome *outcome = show->outcome;
        series_add(&group->later, outcome->recall_later);
        series_add(&group->late, outcome->recall_late);
        series_add(&group->knowledge, outcome->knowledge);
        series_add(&group->gain, learner_gain_per_100(outcome));
        series_add(&group->prompts, outcome->prompts);
        if (policy->state == show->desk) {
            double len = show->desk->predicted ? show->desk->predicted : 1;
            series_add(&group->excess, (show->desk->loss - show->desk->loss_of_truth) / len);
        }
        show->prompts_broken += (uint32_t)outcome->broken;
        show->lives++;
        if (keep)
            keep(context, outcome);
    }
}

void group_free(struct group *group)
{
    series_free(&group->later);
    series_free(&group->late);
    series_free(&group->knowledge);
    series_free(&group->gain);
    series_free(&group->prompts);
    series_free(&group->excess);
}

void expect(struct show *show, const char *what, struct figure figure)
{
    double enough = show->learners < 200 ? 3 * show->learners / 200.0 : 3;
    bool holds = figure_sigmas(figure) > enough;
    printf("- %s: %+.3f ± %.3f, %s\n", what, figure.mean, figure.error,
        holds ? "as expected" : "NOT SHOWN");
    show->expected++;
    show->broken += !holds;
}
