/* By trying everything: all sums that two rounded figures allow, and so all differences of theirs;
 * where one person is the difference, that is what they may have done. Where up to three are, each
 * is the difference less what the others may have done, as intervals. */
#include "hostile/solver.h"

#include <stdlib.h>
#include <string.h>

enum {
    DIFFER_MAX = 3,
    REACH = DIFFER_MAX * SOLVER_WEEK_MAX,
    GRID = 2 * REACH + 1,
    GROUP_LEAST = 5, /* people, and so answers, behind a figure */
    CACHE_ROWS = 1 << 16,
    ROUNDS_MAX = 6
};

struct differences { /* of answers and of right ones that two figures leave possible */
    bool known;
    uint32_t key;
    uint64_t rows[GRID]; /* bit REACH + right */
};

struct range {
    int low, high;
};

static const struct differences *allowed(
    const struct printed *first, const struct printed *second, int joined, int left);
static void try_all(struct differences *out, const struct printed *first,
    const struct printed *second, int joined, int left);
static void compare(struct solver *solver, const struct printed *first,
    const struct printed *second);
static void narrow(struct solver *solver, const struct differences *found, int item,
    uint64_t joined, uint64_t left);
static struct range difference_range(const struct differences *found, bool right);
static struct range person_range(uint64_t possible, bool right);
static struct range rest_range(
    const struct solver *solver, int item, uint64_t joined, uint64_t left, int but, bool right);
static void look_at_one(struct solver *solver, const struct printed *figure);
static bool within(int low, int high, double truth);

void solver_init(struct solver *solver)
{
    memset(solver, 0, sizeof(*solver));
    uint64_t all = 0;
    for (int answers = 0; answers <= SOLVER_WEEK_MAX; answers++)
        for (int right = 0; right <= answers; right++)
            all |= UINT64_C(1) << (8 * answers + right);
    for (int person = 0; person < SOLVER_PEOPLE; person++)
        for (int item = 0; item < SOLVER_ITEMS; item++)
            solver->possible[person][item] = all;
}

void solver_know(struct solver *solver, int person, int item, int answers, int right)
{
    solver->possible[person][item] &= UINT64_C(1) << (8 * answers + right);
}

void solver_run(struct solver *solver, const struct printed *figures, size_t len)
{
    uint64_t before[SOLVER_PEOPLE][SOLVER_ITEMS];
    for (size_t i = 0; i < len; i++)
        look_at_one(solver, &figures[i]);
    for (int round = 0; round < ROUNDS_MAX; round++) {
        memcpy(before, solver->possible, sizeof(before));
        solver->pairs = solver->pairs_of_one = 0;
        for (size_t i = 0; i < len; i++)
            for (size_t j = i + 1; j < len; j++)
                if (figures[i].item == figures[j].item)
                    compare(solver, &figures[i], &figures[j]);
        if (memcmp(before, solver->possible, sizeof(before)) == 0)
            return;
    }
}

bool solver_recovered(
    const struct solver *solver, int person, int item, double answers, double right)
{
    uint64_t possible = solver->possible[person][item];
    int lows[3] = { 9, 9, 9 }, highs[3] = { -1, -1, -1 };
    double share_low = 2, share_high = -1;
    for (int bit = 0; bit < 64; bit++) {
        int values[3] = { bit / 8, bit % 8, bit / 8 - bit % 8 };
        if (!(possible >> bit & 1))
            continue;
        for (int i = 0; i < 3; i++) {
            lows[i] = values[i] < lows[i] ? values[i] : lows[i];
            highs[i] = values[i] > highs[i] ? values[i] : highs[i];
        }
        double share = values[0] ? (double)values[1] / values[0] : 0.5;
        share_low = share < share_low ? share : share_low;
        share_high = share > share_high ? share : share_high;
    }
    double share = answers > 0 ? right / answers : 0.5;
    bool found_share = answers > 0 && lows[0] > 0 && share_low >= 0.95 * share &&
        share_high <= 1.05 * share;
    return possible && solver->differs[person][item] && !solver->vary[item] &&
        (within(lows[0], highs[0], answers) || within(lows[1], highs[1], right) ||
            within(lows[2], highs[2], answers - right) || found_share);
}

int solver_tenths(int part, int whole)
{
    int tenths = (20 * part + whole) / (2 * whole);
    return tenths < 1 ? 1 : tenths > 9 ? 9 : tenths;
}

static bool within(int low, int high, double truth)
{
    return low >= 0.95 * truth && high <= 1.05 * truth;
}

static void compare(struct solver *solver, const struct printed *first,
    const struct printed *second)
{
    uint64_t joined = second->members & ~first->members, left = first->members & ~second->members;
    int many = __builtin_popcountll(joined), few = __builtin_popcountll(left);
    bool differ = first->right != second->right || first->answers != second->answers;
    if (many + few == 0 && first->group == second->group && differ)
        solver->vary[first->item] = true;
    if (many + few == 0 || many + few > DIFFER_MAX)
        return;
    solver->pairs++;
    solver->pairs_of_one += many + few == 1;
    narrow(solver, allowed(first, second, many, few), first->item, joined, left);
}

static void narrow(struct solver *solver, const struct differences *found, int item,
    uint64_t joined, uint64_t left)
{
    bool alone = __builtin_popcountll(joined | left) == 1;
    struct range all[2] = { difference_range(found, false), difference_range(found, true) };
    for (int person = 0; person < SOLVER_PEOPLE; person++) {
        if (!((joined | left) >> person & 1))
            continue;
        int sign = joined >> person & 1 ? 1 : -1;
        struct range rest[2] = { rest_range(solver, item, joined, left, person, false),
            rest_range(solver, item, joined, left, person, true) };
        uint64_t *possible = &solver->possible[person][item], kept = 0;
        solver->differs[person][item] = true;
        for (int bit = 0; bit < 64; bit++) {
            int answers = sign * (bit / 8), right = sign * (bit % 8);
            bool fits = alone ? found->rows[REACH + answers] >> (REACH + right) & 1
                              : answers + rest[0].high >= all[0].low &&
                    answers + rest[0].low <= all[0].high &&
                    right + rest[1].high >= all[1].low && right + rest[1].low <= all[1].high;
            if (fits)
                kept |= UINT64_C(1) << bit;
        }
        *possible &= kept;
    }
}

static struct range difference_range(const struct differences *found, bool right)
{
    struct range range = { GRID, -GRID };
    for (int answers = -REACH; answers <= REACH; answers++)
        for (int of = -REACH; of <= REACH; of++) {
            int value = right ? of : answers;
            if (!(found->rows[REACH + answers] >> (REACH + of) & 1))
                continue;
            range.low = value < range.low ? value : range.low;
            range.high = value > range.high ? value : range.high;
        }
    return range;
}

/* What the others may add to the difference. */
static struct range rest_range(
    const struct solver *solver, int item, uint64_t joined, uint64_t left, int but, bool right)
{
    struct range sum = { 0, 0 };
    for (int person = 0; person < SOLVER_PEOPLE; person++) {
        if (person == but || !((joined | left) >> person & 1))
            continue;
        struct range one = person_range(solver->possible[person][item], right);
        bool adds = joined >> person & 1;
        sum.low += adds ? one.low : -one.high;
        sum.high += adds ? one.high : -one.low;
    }
    return sum;
}

static struct range person_range(uint64_t possible, bool right)
{
    struct range range = { SOLVER_WEEK_MAX, 0 };
    for (int bit = 0; bit < 64; bit++) {
        int value = right ? bit % 8 : bit / 8;
        if (!(possible >> bit & 1))
            continue;
        range.low = value < range.low ? value : range.low;
        range.high = value > range.high ? value : range.high;
    }
    return range;
}

static int most_answers(const struct printed *figure)
{
    return SOLVER_WEEK_MAX * __builtin_popcountll(figure->members);
}

/* Whether these sums would have been printed so. */
static bool prints(const struct printed *figure, int answers, int right)
{
    if (right < 0 || right > answers)
        return false;
    if (!figure->about)
        return figure->answers == answers && figure->right == right;
    return answers >= GROUP_LEAST && answers <= most_answers(figure) &&
        solver_tenths(right, answers) == figure->right;
}

static const struct differences *allowed(
    const struct printed *first, const struct printed *second, int joined, int left)
{
    static struct differences *cache;
    static struct differences exact;
    struct differences *row = &exact;
    uint32_t key = 0;
    if (!cache && !(cache = calloc(CACHE_ROWS, sizeof(*cache))))
        abort();
    if (first->about && second->about) {
        key = (uint32_t)first->right << 20 | (uint32_t)second->right << 16 |
            (uint32_t)__builtin_popcountll(first->members) << 8 | (uint32_t)(joined * 4 + left);
        row = &cache[key * UINT32_C(2654435761) >> 16];
        if (row->known && row->key == key)
            return row;
    }
    memset(row, 0, sizeof(*row));
    row->known = true;
    row->key = key;
    try_all(row, first, second, joined, left);
    return row;
}

/* Right ones and others each differ by what so many people can have done. */
static void try_all(struct differences *out, const struct printed *first,
    const struct printed *second, int joined, int left)
{
    int most = SOLVER_WEEK_MAX * joined, least = -SOLVER_WEEK_MAX * left;
    int from = first->about ? GROUP_LEAST : first->answers;
    int to = first->about ? most_answers(first) : first->answers;
    for (int answers = from; answers <= to; answers++)
        for (int right = 0; right <= answers; right++) {
            if (!prints(first, answers, right))
                continue;
            for (int more = least; more <= most; more++)
                for (int more_right = least; more_right <= most; more_right++) {
                    uint64_t bit = UINT64_C(1) << (REACH + more_right);
                    uint64_t *row = &out->rows[REACH + more];
                    int others = more - more_right;
                    if (!(*row & bit) && others >= least && others <= most &&
                        prints(second, answers + more, right + more_right))
                        *row |= bit;
                }
        }
}

/* No more than the whole: of an exact sum, or of the most that a rounded one can be. */
static uint64_t possible_under(const struct printed *figure)
{
    static uint64_t known[10][SOLVER_PEOPLE + 1]; /* by tenths and people; 0: not yet */
    int people = __builtin_popcountll(figure->members);
    int most = SOLVER_WEEK_MAX * (people - 1);
    uint64_t kept = figure->about ? known[figure->right][people] : 0;
    if (kept)
        return kept;
    for (int bit = 0; bit < 64; bit++) {
        int from = figure->about ? 0 : figure->answers - bit / 8;
        int to = figure->about || from > most ? most : from;
        bool fits = false;
        for (int answers = from < 0 ? 0 : from; !fits && answers <= to; answers++)
            for (int right = 0; !fits && right <= answers; right++)
                fits = prints(figure, answers + bit / 8, right + bit % 8);
        if (bit % 8 <= bit / 8 && fits)
            kept |= UINT64_C(1) << bit;
    }
    if (figure->about)
        known[figure->right][people] = kept;
    return kept;
}

static void look_at_one(struct solver *solver, const struct printed *figure)
{
    uint64_t kept = possible_under(figure);
    for (int person = 0; person < SOLVER_PEOPLE; person++)
        if (figure->members >> person & 1)
            solver->possible[person][figure->item] &= kept;
}
