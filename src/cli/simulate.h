/* What `nudged simulate` plays and finds: half a year of many people under one policy in one world
 * of forgetting (nudged/core/forgetting.h). */
#ifndef NUDGED_CLI_SIMULATE_H
#define NUDGED_CLI_SIMULATE_H

#include "learner.h"
#include "nudged/core/forgetting.h"

enum {
    SIMULATE_WEEKS_MAX = 104,
    SIMULATE_AFTER_WEEKS = 13,  /* without questions: three months */
    SIMULATE_POINTS_MAX = SIMULATE_WEEKS_MAX + SIMULATE_AFTER_WEEKS + 1,
    SIMULATE_ITEMS_MAX = 1000,
    SIMULATE_PEOPLE_MAX = 100000,
    SIMULATE_CAP_MAX = 3
};

enum policy { POLICY_FSRS, POLICY_FIXED, POLICY_LEITNER, POLICY_RANDOM, POLICY_COUNT };

struct simulate_setup {
    int32_t people, items, cap, weeks;
    uint64_t seed;
    double answer_rate;         /* of questions, on average over people */
    struct learner_rules rules; /* of policy fsrs */
};

/* A mean over people, with its standard error. */
struct estimate { double mean, error; };

struct simulate_found {
    struct estimate questions, answers;     /* a person */
    struct estimate during, late, after;    /* recall: all weeks, the last eight, 13 weeks later */
    struct estimate gained;                 /* items by 100 questions, against none */
    struct estimate after_less;             /* after, less that of the policy played first */
    int32_t points;
    double recall[SIMULATE_POINTS_MAX];     /* at the end of each week, from week 0 */
};

const char *policy_name(enum policy policy);
const char *policy_sentence(enum policy policy);

/* after: as many as people; the first policy fills it, the others are compared with it (NULL: with
 * nothing). ERR_NO_MEMORY. */
MUST_USE enum err simulate_play(const struct simulate_setup *setup, enum forgetting world,
    enum policy policy, bool first, double *after, struct simulate_found *out);

/* Panels of curves, a file by itself. found: POLICY_COUNT a world; worlds, policies: a bit each. */
void simulate_chart(const struct simulate_setup *setup, const struct simulate_found *found,
    unsigned worlds, unsigned policies, struct buf *out);

#endif
