/* The complement of a sum. Refuses to judge: how many are enough is the card's business.
 *
 * Who manages inside the group knows their own team's figures: from their own digest, by name or as
 * a sum. Take them away from the sum above, and what is left tells of the others. So each team, and
 * each whole branch, leaves a rest; so do all teams together that are large enough to be told of,
 * because then the sum tells of the small ones, which nobody was to read. */
#include "store/report_rest.h"

static void count_skill(struct rest_node *nodes, size_t nodes_len, const struct rest_pair *pairs,
    size_t pairs_len, int32_t skill);
static int32_t fewest(int32_t a, int32_t b);

void rest_count(struct rest_node *nodes, size_t nodes_len, const struct rest_pair *pairs,
    size_t pairs_len, struct report_skill *sums, size_t sums_len)
{
    for (size_t skill = 0; skill < sums_len; skill++) {
        int32_t people = sums[skill].people, rest = 0, small = 0;
        if (people < DIGEST_GROUP_MIN)
            continue; /* never told */
        count_skill(nodes, nodes_len, pairs, pairs_len, (int32_t)skill);
        for (size_t i = 0; i < nodes_len; i++) {
            if (nodes[i].team)
                rest = fewest(rest, people - nodes[i].team);
            if (nodes[i].below)
                rest = fewest(rest, people - nodes[i].below);
            if (nodes[i].team < DIGEST_GROUP_MIN)
                small += nodes[i].team;
        }
        sums[skill].rest_people = small == people ? rest : fewest(rest, small);
    }
}

static void count_skill(struct rest_node *nodes, size_t nodes_len, const struct rest_pair *pairs,
    size_t pairs_len, int32_t skill)
{
    for (size_t i = 0; i < nodes_len; i++) {
        nodes[i].team = nodes[i].below = 0;
        nodes[i].answered = false;
    }
    for (size_t i = 0; i < pairs_len; i++)
        if (pairs[i].skill == skill)
            nodes[pairs[i].node].answered = true;
    for (size_t i = nodes_len; i-- > 0;) {
        if (nodes[i].parent < 0)
            continue;
        struct rest_node *parent = &nodes[nodes[i].parent];
        parent->team += nodes[i].answered;
        parent->below += nodes[i].below + nodes[i].answered;
    }
}

/* Of two rests that are somebody. */
static int32_t fewest(int32_t a, int32_t b)
{
    return !a || (b && b < a) ? b : a;
}
