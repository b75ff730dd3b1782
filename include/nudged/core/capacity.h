/* Can the cap carry what people are given? Asked whenever prompts, people or settings are loaded.
 *
 * Everybody who gets the same decks on the same workdays is one group. For each group a year of
 * somebody who begins today is played (src/core/capacity_run.h says how). The cap carries the decks
 * when all but one in CAPACITY_MISS_ONE_IN prompts come at least once, by the day their deck must
 * be reviewed by or within CAPACITY_MEET_DAYS, and when what is due again waits at most
 * CAPACITY_WAIT_DAYS on average. Held-out prompts take their turns and are not counted.
 *
 * Questions that are due go before new ones, so too small a cap shows as new ones that never come,
 * and hardly as waiting.
 *
 * What would help is not reasoned but tried: each proposal is a year played with that one change,
 * and only those that carry are said, for the ten largest of the groups that are not carried.
 * Desired retention is among what is tried and seldom among what helps: when more is due than the
 * cap lets through, it changes little. */
#ifndef NUDGED_CORE_CAPACITY_H
#define NUDGED_CORE_CAPACITY_H

#include "nudged/base/arena.h"
#include "nudged/core/event.h"
#include "nudged/core/facts.h"

enum {
    CAPACITY_MEET_DAYS = 364,   /* a year: what comes later is no part of a training */
    CAPACITY_WAIT_DAYS = 5,     /* a due question a working week late is not spaced but queued */
    CAPACITY_MISS_ONE_IN = 10,
    CAPACITY_GROUPS_MAX = 200   /* more of them are not looked at: no company has so many */
};

struct capacity_input {
    const struct content *content;
    const struct people_row *people;    /* those who are not active are left out */
    size_t people_len;
    const struct settings *settings;
    const struct review_weights *weights;
    int32_t today;                      /* local day of the organisation */
    bool brief; /* no figures, only `people` and `carried`, for groups nowhere near the limit */
};

struct capacity_group {
    struct str who;             /* "Support lead", "agent and 2 more roles", "everybody" */
    int32_t people, decks, prompts, held_out;
    struct str deck_ids;        /* "a, b and c" */
    /* Questions a workday that would be sent were there no cap: in the busiest four weeks of a
     * year, and in its last quarter. */
    double wanted_busiest, wanted_later;
    int32_t unmet;              /* prompts that do not come in time */
    int32_t unmet_by;           /* the day they should have, the latest of their decks */
    double wait_days;
    bool carried;
    struct str sentence;        /* not carried: what, for whom, what helps; without a full stop */
};

/* In the arena, those that are not carried first, then by number of people.
 * Errors: ERR_NO_MEMORY. */
MUST_USE enum err capacity_check(const struct capacity_input *input, struct arena *arena,
    struct capacity_group **groups, size_t *len);

#endif
