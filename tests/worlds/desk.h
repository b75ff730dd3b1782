/* The policies to compare with, each a few lines: one desk that knows when an item is due and in
 * which order due ones go out. */
#ifndef WORLDS_DESK_H
#define WORLDS_DESK_H

#include "worlds/fsrs.h"
#include "worlds/learner.h"

enum spacing {
    BY_FSRS, /* due when FSRS expects 0.90 */
    BY_LADDER, /* 1, 3, 7, 14, 30, 60, 90 days; a wrong answer goes back to the first */
    BY_LEITNER, /* boxes of 1, 2, 4 … 64 days; a wrong answer goes back to the first */
    BY_NOTHING, /* always due */
    BY_WEEK /* always due, but five days' prompts go out at once, on Fridays */
};

enum order {
    LONGEST_DUE, /* of equals the one least likely to be recalled */
    RELATIVE_OVERDUE, /* days overdue by the interval */
    RECALL_ASCENDING,
    RECALL_DESCENDING,
    MOST_GAIN, /* in expected recall at the end, by FSRS */
    EASIEST,
    MOST_STABLE,
    LONGEST_UNASKED, /* round robin */
    SHUFFLED
};

enum mapping {
    GOOD_OR_AGAIN,
    BY_LATENCY, /* slower than the own 75th percentile Hard, faster than the 25th Easy */
    GUESS_AWARE, /* slow and guessable (0.2 or more) hits Hard, or Again if recall was unlikely */
    BY_TABLE /* slow and guessable hits Hard */
};

struct desk {
    enum spacing spacing;
    enum order order;
    enum mapping mapping;
    bool fill; /* what is not due yet may use a free cap */
    bool exposure_counts; /* study is taken for an answer: Good */
    int32_t min_gap; /* days, from the second answer on, also for what fills */
};

struct desk_item {
    bool shown;
    struct fsrs fsrs;
    int32_t last_day; /* of study, then of answers */
    int32_t asked_day, due_day, interval, rung;
    int32_t answers, retrievals; /* by this desk's reckoning; without study */
    enum format format;
};

struct desk_state {
    struct desk desk;
    const struct programme *programme;
    struct desk_item items[ITEMS_MAX];
    double seconds[FORMAT_COUNT][ANSWERS_MAX]; /* of this learner so far */
    int32_t seconds_len[FORMAT_COUNT];
    double loss, loss_of_truth; /* log loss of predicted answers, summed; and of the true chance */
    int32_t predicted;
};

/* state keeps desk; it is reset at each start. */
struct policy desk_policy(const char *name, struct desk desk, struct desk_state *state);

#endif
