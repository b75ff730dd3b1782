/* What a person's answers to one prompt are evidence of: that it was known on several days, weighed
 * by how easily each could have been guessed. Evidence of practice answers, never a proof of how
 * somebody does their work, and never a count over a lifetime: one lapse takes it back.
 *
 * With g the chance of being marked right without knowing (rating_guess), L the log odds, from 0:
 *
 *   right answer   L' = L + ln(0.97 / g), g at least 0.05; at least 0.5 when the person was given a
 *                  pointer or said that they guessed. It counts when the rated answer to this
 *                  prompt before it was given on an earlier local day, or there was none: what was
 *                  read in the feedback an hour ago is not remembered, only repeated.
 *   lapse          L' = min(L, -1.5) and the count of right answers begins again: any answer rated
 *                  Again, also "I don't know".
 *   anything else  (unrated: reflections, skipped, answered after the feedback) nothing
 *
 *   demonstrated   L >= 3, and right answers on at least two days
 *   current        demonstrated, and the expected recall of today is at least 0.85
 *
 * 0.97 is the chance that who knows it answers right (slips); 0.05 the leniency of typed answers
 * and of rating oneself (an assumption, so that no answer alone reaches 3: one typed answer is
 * 2.97, one of four options 1.36); -1.5 asks for one typed answer or two picked ones more than
 * before. 3 is odds of 20 to 1 against a lucky run. Where the rule stands among others is measured
 * in tests/worlds: the share of prompts it certifies, and of those how many were not known a month
 * later. Days are the person's local days. */
#ifndef NUDGED_CORE_EVIDENCE_H
#define NUDGED_CORE_EVIDENCE_H

#include "nudged/core/prompt.h"
#include "nudged/core/review.h"

#define EVIDENCE_DEMONSTRATED 3.0 /* log odds */
#define EVIDENCE_AFTER_LAPSE (-1.5)
#define EVIDENCE_KNOWN 0.97
#define EVIDENCE_GUESS_MIN 0.05
#define EVIDENCE_GUESS_HELPED 0.5
#define EVIDENCE_CURRENT 0.85 /* expected recall */
#define EVIDENCE_FINENESS 1e6 /* log odds are kept in whole millionths */
enum { EVIDENCE_DAYS_MIN = 2 };

/* Of one person and prompt; zeroed: no answer yet. */
struct evidence {
    double log_odds;
    int32_t hits; /* right answers that counted, each on its own day, since the last lapse */
    uint32_t formats; /* of those: 1 << enum prompt_kind, or-ed */
    int32_t first_day, last_day; /* of those; 0: none */
};

struct evidence_answer {
    enum rating rating;
    enum prompt_kind kind;
    double guess; /* 0–1, from rating_guess */
    unsigned circumstances; /* enum answer_circumstance */
    int32_t day;
    int32_t day_before; /* of the rated answer to this prompt before it; 0: none */
};

void evidence_add(struct evidence *evidence, const struct evidence_answer *answer);
/* What one right answer adds: never below 0. */
double evidence_weight(double guess, unsigned circumstances);

bool evidence_demonstrated(const struct evidence *evidence); /* since last_day: its newest day */
/* memory: of the same review, days_since its last rated answer. */
bool evidence_current(const struct evidence *evidence, const struct review_weights *weights,
    const struct review_memory *memory, int32_t days_since);

/* "picked from a list, typed": in the order of enum prompt_kind, each once; empty for none. */
struct str evidence_formats_text(uint32_t formats, struct arena *arena);

#endif
