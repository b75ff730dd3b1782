/* From an answer to a rating: the one place where it is decided what an answer says about memory.
 *
 * The table, first matching row wins (g: the chance of a right guess, see rating_guess):
 *
 *   answered or changed after the feedback was shown      no rating, no evidence
 *   reflection, skipped, expired                          no rating
 *   gave up, wrong                                        Again
 *   a hint that gives part of the answer away             Again (own ratings too)
 *   own rating (recall)                                   as given; with a pointer at most Hard
 *   right with a pointer, or said to be a guess           Hard
 *   right, g >= 0.2, slower than the own 75th percentile  Hard
 *   right, g <= 0.05, faster than the own 25th and sure,
 *     twice running                                       Easy
 *   right                                                 Good
 *
 * Speed alone never makes Easy.
 *
 * Stored are the outcome and the circumstances as they were observed, never what follows from
 * them: slow and fast come from seconds and quartiles (latency.h), Easy's first time from the
 * review before. So the rating can be derived anew by another table (rating_again). */
#ifndef NUDGED_CORE_RATING_H
#define NUDGED_CORE_RATING_H

#include "nudged/core/question.h"

enum answer_outcome {
    OUTCOME_ANY = -1, /* in a table's row */
    OUTCOME_NOT_SCORED = 0, /* reflection, skipped, expired, not rated yet */
    OUTCOME_GAVE_UP, /* "I don't know" */
    OUTCOME_WRONG,
    OUTCOME_RIGHT,
    OUTCOME_OWN_RATING /* recall: the person compared with the model answer */
};

/* Bits. Stored: never renumber. Slow and fast are measured against the same person's answers of
 * the same kind; SLOW, FAST and EASY_BEFORE are derived when rating and not stored. */
enum answer_circumstance {
    ANSWER_AFTER_FEEDBACK = 1 << 0,
    ANSWER_POINTER = 1 << 1, /* a hint where to look */
    ANSWER_PART_SHOWN = 1 << 2, /* a hint that gave part of the answer away */
    ANSWER_GUESSED = 1 << 3, /* the person said so */
    ANSWER_SURE = 1 << 4, /* the person said so */
    ANSWER_SLOW = 1 << 5, /* slower than the own 75th percentile */
    ANSWER_FAST = 1 << 6, /* faster than the own 25th percentile */
    ANSWER_EASY_BEFORE = 1 << 7, /* the rated answer before was right, fast and sure */
    ANSWER_GAVE_UP = 1 << 8, /* "I don't know" */
    ANSWER_FAIRLY_SURE = 1 << 9, /* asked how sure, and neither of the two above */
    ANSWER_OBSERVED = ANSWER_AFTER_FEEDBACK | ANSWER_POINTER | ANSWER_PART_SHOWN |
        ANSWER_GUESSED | ANSWER_SURE | ANSWER_GAVE_UP | ANSWER_FAIRLY_SURE /* may be stored */
};

struct rating_input {
    enum answer_outcome outcome;
    unsigned circumstances; /* enum answer_circumstance, or-ed */
    double guess; /* 0–1, from rating_guess */
    enum rating own_rating; /* OWN_RATING; NONE gives NONE */
};

/* A row holds for an outcome when all its circumstances do and the guess is within its bounds. */
enum { RATING_OWN = -1, RATING_OWN_AT_MOST_HARD = -2 };
struct rating_row {
    enum answer_outcome outcome;
    unsigned circumstances;
    double guess_min, guess_max;
    int rating; /* enum rating, or one of the two above */
};
struct rating_table { /* of several rows that hold the first counts; none: NONE */
    const struct rating_row *rows;
    size_t len;
};
extern const struct rating_table rating_table_default; /* the one above */

enum rating rating_by(const struct rating_table *table, const struct rating_input *input);
enum rating rating_of(const struct rating_input *input);

/* An answer as it is kept, with what it was measured against. */
struct rated_answer {
    enum prompt_kind kind;
    size_t options; /* of the text that was shown */
    const struct answer *answer;
    int32_t fast_s, slow_s; /* quartiles in force when it was asked; 0: none */
};
/* What the rating follows from. Nothing of a recall's first step, and nothing of an answer whose
 * person has still to say how sure they are. */
struct rating_input rating_input_of(const struct rated_answer *rated);
/* The rating by this table. untimed: the seconds may have been dropped since; then the rating it
 * has stays if some latency explains it. */
enum rating rating_again(
    const struct rating_table *table, const struct rated_answer *rated, bool untimed);
/* The marks of a review after a rated answer (never NONE) that found it with those marks. */
unsigned rating_marks(unsigned before, const struct rating_input *input);

/* The chance of being marked right without knowing: choice of k 1/k, multi 1/(2^k - 1) (at least
 * one is marked), order of k 1/k!, number and short 0, recall 0.05 (leniency with oneself),
 * reflect 1 (never evidence). A k of 0 counts as 1. */
double rating_guess(enum prompt_kind kind, size_t options);

const char *rating_name(enum rating rating); /* "good"; "none" */

#endif
