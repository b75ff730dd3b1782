/* What a rule may look at: read in one go before it decides, so that deciding is a pure function.
 *
 * A rule's row names what it needs; only that is filled, the rest is zero. Strings live in the
 * turn's arena. */
#ifndef NUDGED_CORE_FACTS_H
#define NUDGED_CORE_FACTS_H

#include "nudged/calendar/zone.h"
#include "nudged/core/content.h"
#include "nudged/core/fit.h"
#include "nudged/core/latency.h"
#include "nudged/core/person.h"
#include "nudged/core/question.h"

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
    NEED_ALERT   = 1 << 7,      /* whether its begin is remembered; admins who can be written to */
    NEED_LATENCY = 1 << 10,     /* how long the person took of late */
    NEED_PAST    = 1 << 11      /* every answer of the person that is kept */
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
    bool people_pending;            /* a people.csv is taken in only in part: not all are there */
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
    const struct past_answer *past; /* oldest first */
    size_t past_len;
    const struct latencies *latencies; /* by enum prompt_kind; NULL: not read */
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
