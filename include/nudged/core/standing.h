/* Where a person stands in a skill, summed over the questions of it that they have answered: what
 * they would probably still know today, how sure that is, how it would fade, and what they have
 * shown (core/evidence.h). For the person themself; what a manager sees of it is core/digest's.
 *
 *   expected recall   the mean over the questions of R(t), t the days since each was last answered
 *   give or take      its standard error: with n the rated answers behind it and R the mean, that
 *                     of a chance of which n tries are known, R of them right, none known before:
 *                       a = nR + 1, b = n(1 - R) + 1,  sqrt(ab / ((a + b)^2 (a + b + 1)))
 *                     n counts at most STANDING_ANSWERS_EACH for a question, because what was
 *                     answered long ago says little about today. 14 answers at 0.8 give 0.10.
 *
 * A standard error is what "give or take" means in ordinary statistics: the truth lies within it
 * about two times in three. tests/unit/core/standing_test.c plays people whose memory differs from
 * the model's and counts. */
#ifndef NUDGED_CORE_STANDING_H
#define NUDGED_CORE_STANDING_H

#include "nudged/core/facts.h"

enum {
    STANDING_POINTS = 3, /* of the curve: today, and as many times two weeks later */
    STANDING_POINT_DAYS = 14,
    STANDING_ANSWERS_EACH = 3
};

struct standing {
    int32_t met, answered; /* questions: sent, and with a rated answer */
    int32_t answers, error_answers; /* rated ones; those the standard error counts */
    int32_t soonest; /* local day the first of them is due again; INT32_MAX: only held-out ones */
    double recall, give_or_take; /* 0–1; 0 when none was answered */
    double ahead[STANDING_POINTS]; /* recall if nothing is practised until then */
    int32_t demonstrated, current; /* questions */
    int32_t hits, first_day, last_day; /* of the demonstrated: spaced right answers, their days */
    uint32_t formats;
};

/* The skill's questions in force among these reviews; of one person, on their local day. */
void standing_of(const struct content *content, const struct review *reviews, size_t len,
    struct str skill, const struct review_weights *weights, int32_t today, struct standing *out);
/* One more review of the skill; standing_end when all are in. */
void standing_add(struct standing *standing, const struct review *review,
    const struct review_weights *weights, int32_t today);
void standing_end(struct standing *standing);
double standing_error(double recall, int32_t answers);

/* "about 8 of 10, from 14 answers; give or take 1" */
struct str standing_recall_text(const struct standing *standing, struct arena *arena);
/* "about 8 of 10" */
struct str standing_share_text(double share, struct arena *arena);
/* The same as a picture: ten dots, those that are known filled. */
struct str standing_dots(double share, struct arena *arena);

#endif
