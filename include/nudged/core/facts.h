/* What a rule may look at: read in one go before it decides, so that deciding is a pure function.
 *
 * A rule's row names what it needs; only that is filled, the rest is zero. Strings live in the
 * turn's arena. */
#ifndef NUDGED_CORE_FACTS_H
#define NUDGED_CORE_FACTS_H

#include "nudged/calendar/zone.h"
#include "nudged/core/content.h"
#include "nudged/core/evidence.h"
#include "nudged/core/fit.h"
#include "nudged/core/person.h"
#include "nudged/core/review.h"

enum {
    NEED_PERSON  = 1 << 0,      /* by person_id, else by actor (chat user) */
    /* by ref.nudge_id, else the person's last one; with its prompt as shown */
    NEED_NUDGE   = 1 << 1,
    NEED_REVIEWS = 1 << 2,      /* all reviews of the person */
    NEED_REVIEW  = 1 << 3,      /* the one of the nudge's prompt */
    NEED_MANAGER = 1 << 4,      /* name of the person's manager; number of direct reports */
    NEED_REPORTS = 1 << 8,      /* ids of the person's direct reports */
    NEED_ANSWER  = 1 << 5,      /* the answer already recorded for the nudge (latest step) */
    NEED_DIGEST  = 1 << 6,      /* the digest row of (person, week) */
    NEED_FIT     = 1 << 9,      /* the weights that were in force before those in force */
    NEED_ALERT   = 1 << 7       /* whether its begin is remembered; admins who can be written to */
};

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
    struct str message_id;          /* empty until delivered */
    int32_t held_out_days;          /* a held-out question of that delay: 7, 30, 90; 0: ordinary */
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
    uint32_t chosen;  /* bit per option number; order: four bits a place, first lowest */
    struct str text;                /* typed answer or reflection; may be empty */
    struct instant at;
    int32_t day;                    /* local day of the person; 0: the UTC day of `at` */
    struct review before;           /* the review before it, so that undo can restore it */
};

struct facts {
    struct instant now;
    const struct settings *settings;
    const struct content *content;
    const struct review_weights *weights;   /* the memory model's, in force; never NULL */
    int64_t fit_id;                 /* which fit they are of; 0: the published ones */
    struct fit_set before;          /* NEED_FIT: what a revert brings back */
    const struct zone *zone;  /* the person's, or the organisation's when there is no person */
    bool live;                      /* the operator has said resume */
    bool restored;                  /* the store is an older copy and not resumed yet */
    struct instant gap_end;         /* a restored store was resumed then; 0: never */
    struct str workspace;           /* the one the store is bound to; empty: none yet */
    bool has_person, has_nudge, has_review, has_answer, has_digest;
    struct person person;
    struct nudge nudge;
    struct prompt prompt;           /* of the nudge, the revision that was shown */
    struct review review;
    /* Where other weights than those in force computed the review and its answers are all kept:
     * they, oldest first; else none. */
    const struct rated *history;
    size_t history_len;
    struct review *reviews;
    size_t reviews_len;
    struct answer answer;
    struct str manager_name;
    int32_t reports_count;
    int64_t *reports;               /* in the order of struct report's people */
    size_t reports_len;
    int64_t roster_epoch;           /* the people.csv in force */
    bool digest_sent;
    bool has_alert;
    struct instant alert_began;
    const int64_t *admin_ids; /* as many as settings->admins, in their order; 0: not reachable */
    uint64_t random[4];             /* fresh from the world, for keys */
};

#endif
