/* The tables. Each prints Markdown and counts the signs that did not show. */
#ifndef WORLDS_SHOW_H
#define WORLDS_SHOW_H

#include "worlds/desk.h"
#include "worlds/figures.h"

struct show {
    uint64_t seed;
    uint32_t learners; /* for each row of each table */
    const char *binary; /* the nudged to be judged; NULL: its rows are left out */
    struct outcome *outcome; /* room for one */
    struct desk_state *desk;
    uint32_t lives; /* half years of learners, all tables together */
    uint64_t lines; /* said to the product */
    uint32_t expected, broken; /* signs that must show, and that did not */
    uint32_t prompts_broken; /* prompts of the product that may not be sent */
};

/* What is kept of a group of learners under one policy. */
struct group {
    struct series later, late, knowledge, gain, prompts, excess;
};

void show_worlds(struct show *show);
void show_gaps(struct show *show);
void show_orders(struct show *show);
void show_memory(struct show *show); /* exposure counted as an answer; rating mappings */
void show_fits(struct show *show);
void show_evidence(struct show *show);
void show_items(struct show *show);
void show_schedules(struct show *show);

/* All learners of the show under the policy; keep is called after each when not NULL. */
typedef void keep_fn(void *context, const struct outcome *outcome);
void group_live(struct show *show, const struct programme *programme, const struct policy *policy,
    struct group *group, keep_fn *keep, void *context);
void group_free(struct group *group);
/* A sign that must show: printed, and counted as broken when the figure is not above 0 by three of
 * its standard errors with 200 learners or more, and in proportion by fewer with fewer. */
void expect(struct show *show, const char *what, struct figure figure);

#endif
