/* A question as it was asked (nudge), as it was answered (answer) and what stays of it (review). */
#ifndef NUDGED_CORE_QUESTION_H
#define NUDGED_CORE_QUESTION_H

#include "nudged/base/time.h"
#include "nudged/core/evidence.h"
#include "nudged/core/prompt.h"
#include "nudged/core/review.h"

/* Stored: never renumber. */
enum nudge_state {
    NUDGE_OPEN = 1, NUDGE_ANSWERED = 2, NUDGE_EXPIRED = 3, NUDGE_SKIPPED = 4, NUDGE_FAILED = 5
};

struct nudge {
    int64_t nudge_id, person_id, prompt_id, revision_id;
    uint64_t key;
    enum nudge_state state;
    uint8_t step;                   /* recall: 1 after the text was given */
    int32_t day;                    /* local day it was sent for */
    struct instant planned, closed;
    struct instant delivered;       /* utc_ms 0: not yet, or not known when */
    unsigned circumstances;         /* enum answer_circumstance: what is known before the answer */
    int32_t fast_s, slow_s;         /* the person's own quartiles for this kind; 0: none yet */
    struct str message_id;          /* empty until delivered */
    int32_t held_out_days;          /* a held-out question of that delay: 7, 30, 90; 0: ordinary */
};

/* What the answer before says about the next one. Bits, stored: never renumber. */
enum review_mark {
    REVIEW_SWIFT = 1 << 0,          /* it was right, sure and fast: once more is Easy */
    REVIEW_MISCONCEPTION = 1 << 1   /* it was wrong and sure, and none was right since */
};

struct review {
    int64_t prompt_id;
    struct review_memory memory;    /* core/review.h; all zero before the first answer */
    int32_t born_day;               /* local day of the first sending */
    int32_t last_day;               /* local day of the last rated answer; 0: none */
    int32_t sent_day;               /* local day of the last sending */
    int32_t due_day;
    int32_t answers, lapses, misses_in_a_row;
    struct evidence evidence;       /* core/evidence.h */
    unsigned marks;                 /* enum review_mark */
    int64_t fit_id;                 /* whose weights computed the memory; 0: the published ones */
};

/* One of the rated answers a memory came from. */
struct rated {
    int32_t day;
    enum rating rating;
};

/* Stored: never renumber. */
enum grade { GRADE_NONE = 0, GRADE_WRONG = 1, GRADE_PARTLY = 2, GRADE_RIGHT = 3 };

struct answer {
    int64_t nudge_id;
    uint8_t step, attempt;
    enum grade grade;
    enum rating rating;             /* RATING_NONE: no effect on the review, no evidence */
    /* bit per option number; order: four bits a place, first lowest; recall: the own rating */
    uint32_t chosen;
    int32_t seconds;                /* to answer, kept SECONDS_KEPT_DAYS; 0: not known */
    unsigned circumstances;         /* enum answer_circumstance, as observed: never SLOW, FAST */
    struct str text;                /* typed answer or reflection; may be empty */
    struct instant at;
    int32_t day;                    /* local day of the person; 0: the UTC day of `at` */
    struct review before;           /* the review before it, so that undo can restore it */
};

/* A kept answer with what it was measured against. */
struct past_answer {
    struct answer answer;           /* without its text */
    int64_t prompt_id;
    enum prompt_kind kind;          /* of the text that was shown */
    size_t options;
    int32_t fast_s, slow_s;
};

#endif
