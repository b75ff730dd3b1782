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
 * Of these inputs the product gathers the outcome, the chance of a guess and the own rating; it
 * gives no hints, asks nobody how sure they are and measures no time, so `circumstances` is always
 * 0 (a second answer is refused before it is rated). In effect: wrong or given up is Again, right
 * is Good, an own rating is as given. Circumstances are not stored; an answer keeps its grade and
 * its rating. */
#ifndef NUDGED_CORE_RATING_H
#define NUDGED_CORE_RATING_H

#include <stddef.h>

#include "nudged/core/prompt.h"
#include "nudged/core/review.h"

enum answer_outcome {
    OUTCOME_NOT_SCORED, /* reflection, skipped, expired, not rated yet */
    OUTCOME_GAVE_UP, /* "I don't know" */
    OUTCOME_WRONG,
    OUTCOME_RIGHT,
    OUTCOME_OWN_RATING /* recall: the person compared with the model answer */
};

/* Bits. Slow and fast are measured against the same person's answers of the same kind. */
enum answer_circumstance {
    ANSWER_AFTER_FEEDBACK = 1 << 0,
    ANSWER_POINTER = 1 << 1, /* a hint where to look */
    ANSWER_PART_SHOWN = 1 << 2, /* a hint that gave part of the answer away */
    ANSWER_GUESSED = 1 << 3, /* the person said so */
    ANSWER_SURE = 1 << 4, /* the person said so */
    ANSWER_SLOW = 1 << 5, /* slower than the own 75th percentile */
    ANSWER_FAST = 1 << 6, /* faster than the own 25th percentile */
    ANSWER_EASY_BEFORE = 1 << 7 /* the rated answer before was right, fast and sure */
};

struct rating_input {
    enum answer_outcome outcome;
    unsigned circumstances; /* enum answer_circumstance, or-ed */
    double guess; /* 0–1, from rating_guess */
    enum rating own_rating; /* OWN_RATING; NONE gives NONE */
};

enum rating rating_of(const struct rating_input *input);

/* The chance of being marked right without knowing: choice of k 1/k, multi 1/(2^k - 1) (at least
 * one is marked), order of k 1/k!, number and short 0, recall 0.05 (leniency with oneself),
 * reflect 1 (never evidence). A k of 0 counts as 1. */
double rating_guess(enum prompt_kind kind, size_t options);

const char *rating_name(enum rating rating); /* "good"; "none" */

#endif
