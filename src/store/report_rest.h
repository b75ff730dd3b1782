/* What a sum would give away: how many people are left when what others know is taken from it. */
#ifndef STORE_REPORT_REST_H
#define STORE_REPORT_REST_H

#include <stdbool.h>

#include "nudged/core/report.h"

struct rest_node { /* somebody below the reader; managers stand before those who report to them */
    int64_t person_id;
    int32_t parent; /* place of their manager; -1: the reader */
    int32_t team, below; /* in the skill at hand: who answered of their direct reports, of all */
    bool answered;
};
struct rest_pair { /* this node answered in this skill; once each */
    int32_t node, skill;
};

/* Fills rest_people of each of the sums. Time: nodes + pairs, for each skill. */
void rest_count(struct rest_node *nodes, size_t nodes_len, const struct rest_pair *pairs,
    size_t pairs_len, struct report_skill *sums, size_t sums_len);

#endif
