/* Who wants to know about one person, has many digests and assumes that nobody changes their ways:
 * every value of a person that no printed figure rules out. */
#ifndef TESTS_HOSTILE_SOLVER_H
#define TESTS_HOSTILE_SOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SOLVER_PEOPLE = 40,
    SOLVER_ITEMS = 13, /* the skills, then the prompts, then all together */
    SOLVER_WEEK_MAX = 7 /* answers of a person in a week: one question a day */
};

struct printed { /* one figure about a group, as read */
    int item;
    bool about; /* tenths of some number of answers; else right of answers */
    int right, answers;
    uint64_t members; /* of the group, whether they answered or not: everybody knows who they are */
    int group; /* whose digest, about whom */
};

/* Bit 8 * answers + right: this many are possible. */
struct solver {
    uint64_t possible[SOLVER_PEOPLE][SOLVER_ITEMS];
    bool differs[SOLVER_PEOPLE][SOLVER_ITEMS]; /* alone or nearly so between two figures */
    /* The same people, another figure: they do not do the same every week, so that what the
     * comparison seems to say is not so. */
    bool vary[SOLVER_ITEMS];
    size_t pairs, pairs_of_one; /* of figures compared; whose groups differ by one person */
};

void solver_init(struct solver *solver);
void solver_know(struct solver *solver, int person, int item, int answers, int right);
/* Compares all with all, until nothing more can be ruled out. */
void solver_run(struct solver *solver, const struct printed *figures, size_t len);
/* Whether a person's answers, the right ones, the others or the share is known within 5 %. */
bool solver_recovered(
    const struct solver *solver, int person, int item, double answers, double right);

/* As the digest rounds: never none, never all. */
int solver_tenths(int part, int whole);

#endif
