/* The memory model: how well a person remembers one prompt, and when to ask it again.
 *
 * The number of weights says which of two versions speaks: FSRS-7 has 34 (src/core/review7.h) and
 * is off unless somebody brings them. FSRS-6 has 21, in double precision. With w the weights, g the
 * rating 1–4, t the whole days since the answer before, S stability (days until recall falls to
 * 0.9), D difficulty 1–10:
 *
 *   decay = -w20, factor = 0.9^(1/decay) - 1          R(t) = (1 + factor t / S)^decay
 *   interval = S / factor (retention^(1/decay) - 1), rounded half up, within 1 … maximum
 *   first answer   S = w[g-1]      D = clip(D0(g), 1, 10),   D0(g) = w4 - e^(w5 (g-1)) + 1
 *   later answers  D' = clip(w7 D0(4) + (1 - w7)(D - w6 (g-3)(10-D)/9), 1, 10)
 *   right, t >= 1  S' = S (1 + e^w8 (11-D) S^-w9 (e^(w10 (1-R)) - 1) [w15 if g=2] [w16 if g=4])
 *   wrong, t >= 1  S' = min(w11 D^-w12 ((S+1)^w13 - 1) e^(w14 (1-R)), S / e^(w17 w18))
 *   same day       S' = S inc, inc = e^(w17 (g-3+w18)) S^-w19, at least 1 for g >= 2
 *   always         S' within 0.001 … 36500
 *
 * In long-term mode there is no same-day branch and a wrong answer's bound is S itself.
 * Everything here is a pure function of its arguments. */
#ifndef NUDGED_CORE_REVIEW_H
#define NUDGED_CORE_REVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Stored: never renumber. NONE leaves the memory as it is. */
enum rating {
    RATING_NONE = 0,
    RATING_AGAIN = 1,
    RATING_HARD = 2,
    RATING_GOOD = 3,
    RATING_EASY = 4
};

/* Stored: never renumber. Learning and Relearning occur only with minute steps. */
enum review_state { REVIEW_NEW = 0, REVIEW_LEARNING = 1, REVIEW_REVIEW = 2, REVIEW_RELEARNING = 3 };

/* NO_STEPS is the product's: same-day answers count, and every answer gives whole days.
 * DEFAULT_STEPS repeats within minutes (1 and 10 to learn, 10 to relearn).
 * LONG_TERM ignores that two answers fell on one day and spreads the intervals of the four
 * ratings at least a day apart. */
enum review_mode {
    REVIEW_SHORT_TERM_NO_STEPS,
    REVIEW_SHORT_TERM_DEFAULT_STEPS,
    REVIEW_LONG_TERM,
    REVIEW_MODE_COUNT
};

enum {
    REVIEW_WEIGHT_COUNT = 21,
    REVIEW_WEIGHT_COUNT_7 = 34,
    REVIEW_INTERVAL_DAYS_MAX = 36500
};

struct review_weights {
    size_t len;                 /* 21 or 34: the version; what is neither is taken for 21 */
    double w[REVIEW_WEIGHT_COUNT_7];
};

struct review_options {
    enum review_mode mode;
    double desired_retention;           /* 0.70–0.99, clamped; not a number means 0.90 */
    int32_t maximum_interval_days;      /* 1–36500, clamped */
};

/* Zeroed is a prompt never answered. */
struct review_memory {
    double stability_days;      /* 0.001–36500; 0 when new */
    double difficulty;          /* 1–10; 0 when new */
    enum review_state state;
    int32_t step;               /* index of the minute step; 0 without steps */
    double fast_days;           /* FSRS-7: what is lost within days; 0: FSRS-6, or not known */
};

struct review_outcome {
    struct review_memory memory;        /* after the answer */
    double retrievability_before;       /* 0–1, of the memory before it; 0 on the first answer */
    bool lapsed;                        /* Again in state Review: it had been learnt */
    int32_t pure_interval_days;         /* the formula alone, within 1 … maximum */
    /* What to use: the formula after the ordering rules, 0 when a minute step was chosen. With
     * pure intervals a (Again), h, g, e: in state Review h = min(h, g), g = max(g, h+1),
     * e = max(e, g+1); in long-term mode, always, a = min(a, h), h = max(h, a+1), then as before.
     * The raised values may pass the maximum by up to three days. */
    int32_t scheduled_days;
    int64_t due_minutes;                /* from the answer: the step, or scheduled_days × 1440 */
};

extern const struct review_weights review_weights_default, review_weights_default_7;
extern const struct review_options review_options_default;      /* no steps, 0.90, 365 days */

/* Every weight into the range the algorithm is defined for; what is not a number becomes its
 * default. All functions below expect weights that went through this. */
struct review_weights review_weights_clamp(const struct review_weights *weights,
                                           enum review_mode mode);

/* The chance of recall 0–1 after elapsed_days (negative counts as 0); 0 for a new memory. */
double review_retrievability(const struct review_weights *weights,
                             const struct review_memory *memory, double elapsed_days);

/* The formula's interval after an answer that left this memory, in whole days, at least one. */
int32_t review_interval_days(const struct review_weights *weights,
                             const struct review_options *options,
                             const struct review_memory *memory);

/* One rated answer (never RATING_NONE: an unrated answer changes nothing, so do not call).
 * elapsed_days: local calendar dates between the previous rated answer and this one. */
struct review_outcome review_next(const struct review_weights *weights,
                                  const struct review_options *options,
                                  const struct review_memory *before, int32_t elapsed_days,
                                  enum rating rating);

/* The local day from which the prompt may be asked again: answer_day plus the scheduled days, at
 * least one (a minute step gives 0), and from the second rated answer on at least min_gap_days (7
 * is the product's; 0 = off). answers: rated ones so far, this one included. Intervals count
 * calendar days; the caller moves a day off to the next workday. */
int32_t review_due_day(int32_t answer_day, int32_t scheduled_days, int32_t answers,
                       int32_t min_gap_days);

#endif
