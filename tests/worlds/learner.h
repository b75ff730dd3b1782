/* A learner at work: half a year of workdays with at most one to three prompts a day, then ninety
 * days without. Items are shown (studied) six a workday from the first on and never asked the same
 * day. Three in ten were known before. What is recalled is answered right but for a slip (0.03);
 * what is not, is guessed. Whatever the answer, it is then explained, so an item asked and answered
 * is met again. A prompt that is not answered counts as sent and changes nothing. */
#ifndef WORLDS_LEARNER_H
#define WORLDS_LEARNER_H

#include <stdbool.h>
#include <stdint.h>

#include "worlds/luck.h"
#include "worlds/world.h"

enum {
    ITEMS_MAX = 72,
    CAP_MAX = 16, /* a weekly quiz sends five days' at once */
    NEW_A_DAY = 6,
    WEEKS = 26,
    END_DAY = WEEKS * 7, /* day 0 is a Monday; the first day without prompts */
    DELAY_DAYS = 90,
    ANSWERS_MAX = WEEKS * 5 * 3 + 15
};

enum format { CHOICE, MULTI, ORDER, SHORT, FORMAT_COUNT };

struct format_row {
    const char *name; /* "choice4" */
    double share; /* of all items */
    double guess; /* the chance to be right without knowing */
    double seconds; /* of a middling answer */
};
extern const struct format_row formats[FORMAT_COUNT];
extern const double slip;

struct programme {
    const struct world *world;
    struct luck luck;
    int32_t items, cap;
    bool one_deck; /* items as easy for everybody; else each learner has other items */
};

struct item {
    enum format format;
    bool known;
    double ease;
    struct memory memory;
};

struct response {
    int32_t item, day, minute; /* minute of the day, UTC */
    enum format format;
    bool answered, correct;
    double seconds;
    double chance; /* the truth: of a correct answer */
    bool recalled; /* the truth */
};

/* What decides; state is its own, fresh for each learner. */
struct policy {
    const char *name;
    void *state;
    void (*start)(void *state, const struct programme *programme);
    void (*expose)(void *state, int32_t item, int32_t day, enum format format);
    /* Item numbers into items, at most cap of them; how many. */
    int32_t (*choose)(void *state, int32_t day, int32_t cap, int32_t items[CAP_MAX]);
    void (*answer)(void *state, const struct response *answer);
};

/* How one learner fared. */
struct outcome {
    double recall_later; /* mean over items, DELAY_DAYS after the end */
    double recall_late; /* over the last 8 weeks */
    double knowledge; /* over all the weeks: knowledge-days per item and day */
    double recall_unasked; /* recall_later had nothing been asked */
    int32_t prompts, answers_len;
    int32_t broken; /* items chosen that may not be: unknown, twice, on the day of study */
    struct response answers[ANSWERS_MAX]; /* every prompt, answered or not */
    struct item items[ITEMS_MAX]; /* as they are at the end */
    int32_t items_len;
};

/* outcome is overwritten. */
void learner_live(
    const struct programme *programme, const struct policy *policy, struct outcome *outcome);
double learner_gain_per_100(const struct outcome *outcome); /* items gained by a hundred prompts */

#endif
