/* Learners one after another, as `nudged schedule` is told of them: the one who is there now, and
 * the answers of those before, from which the weights are fitted as they pass. */
#ifndef NUDGED_CLI_LEARNER_H
#define NUDGED_CLI_LEARNER_H

#include "nudged/core/fit.h"
#include "nudged/core/rehearsal.h"

enum {
    LEARNER_ITEMS_MAX = 10000,
    LEARNER_DAYS_MAX = 36525, /* a hundred years */
    LEARNER_FORMATS_MAX = 16, /* the ones beyond share the last */
    LEARNER_FORMAT_BYTES = 32
};

struct learner_rules {
    struct settings settings;
    struct deck deck; /* retention and minimum gap */
    const struct review_weights *weights; /* to begin with; NULL: the published ones */
    bool refit;
};

struct learner_answer {
    struct str format;
    double guess, seconds; /* seconds below 0: not measured */
    bool answered, correct;
};

struct learners;

/* NULL: no memory. */
struct learners *learners_new(const struct learner_rules *rules);
struct learners *learners_free(struct learners *learners); /* accepts NULL, returns NULL */
/* The one before has passed: what they answered is learnt from. ERR_NO_MEMORY. */
MUST_USE enum err learners_next(struct learners *learners, int32_t items, int32_t start_day);
bool learners_has_one(const struct learners *learners);
int32_t learners_items(const struct learners *learners);
int32_t learners_start_day(const struct learners *learners);

/* Items from 0, days as in base/time.h. What is returned is a static sentence; NULL: done. */
const char *learners_expose(struct learners *learners, int32_t item, int32_t day);
/* Up to cap items that day, those already asked included. Returns how many are new; *items lives
 * until the next call. */
size_t learners_choose(
    struct learners *learners, int32_t day, int32_t cap, const int32_t **items);
const char *learners_answer(struct learners *learners, int32_t item, int32_t day,
    const struct learner_answer *answer);

#endif
