/* A year of one person who begins today with nothing learnt, played without a store: what the cap
 * lets through of what the decks want to send.
 *
 * The memory is the real one (review_next with the weights in force), and so are the rules of
 * choose.h that decide how much is sent: held-out questions on their days, then the longest due, of
 * equals the least remembered, then a new one while the week's are not used up; unanswered after
 * three days again, at its old place in the row; misses in a row let it rest. Which of two skills
 * comes first changes no figure here and is left out, as are questions sent ahead of their day to
 * fill a cap and, since nobody here says how sure they are, misconceptions.
 *
 * People are not: three of four questions are answered, a first answer is right in seven of ten
 * cases, a later one as often as the model says it will be remembered. Several people of that sort
 * are played with numbers drawn by a fixed rule, so the same content gives the same figures. */
#ifndef NUDGED_CORE_CAPACITY_RUN_H
#define NUDGED_CORE_CAPACITY_RUN_H

#include "nudged/base/arena.h"
#include "nudged/calendar/hours.h"
#include "nudged/core/capacity.h"

enum {
    CAPACITY_PEOPLE = 24,       /* played; half a prompt of error in what is not met */
    CAPACITY_PEOPLE_FEW = 4,    /* enough where nothing is near its limit */
    CAPACITY_DAYS = 364,
    CAPACITY_UNLIMITED = 100000 /* a cap that holds nothing back */
};

struct capacity_item {
    const struct prompt *prompt;
    double desired_retention;
    int32_t gap_days;
    int32_t meet_by;     /* local day by which it should have come once */
    int32_t first_index; /* held out: the first item of its deck and skill that is; else -1 */
    int32_t trains;      /* not held out: the item its skill's held-out ones begin with; -1 */
};

struct capacity_plan {
    const struct capacity_item *items;      /* in the order of choose.h */
    size_t len;
    const struct workdays *workdays;
    const struct review_weights *weights;
    int32_t people; /* how many to play: one of the two above */
    int32_t today, cap, new_per_week;
};

/* What is needed while playing; as many as items. Undefined before and after. */
struct capacity_scratch;
MUST_USE struct capacity_scratch *capacity_scratch_new(struct arena *arena, size_t items);

/* Plays the plan. Fills everything but wanted_*, which are those of an unlimited cap: sent_*. */
struct capacity_year {
    double unmet;           /* items not asked by their meet_by */
    double wait_days;       /* mean time a due question waits for its turn */
    double waiting;         /* items whose questions wait longer than CAPACITY_WAIT_DAYS */
    double sent_busiest;    /* questions a workday in the busiest four weeks */
    double sent_later;      /* in the last quarter */
    int32_t met_day;        /* the last item has come for the slowest; INT32_MAX: not in a year */
};

void capacity_play(const struct capacity_plan *plan, struct capacity_scratch *scratch,
    struct capacity_year *out);

#endif
