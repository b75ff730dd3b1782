/* Recurrence rules of whole days: the part of RFC 5545 section 3.3.10 that holiday files use. */
#ifndef CALENDAR_RULE_H
#define CALENDAR_RULE_H

#include "nudged/base/arena.h"
#include "nudged/base/str.h"

enum {
    RULE_NTH_MAX = 64,          /* different "first Monday" entries in one rule */
    RULE_NUMBER_MAX = 10000     /* COUNT and INTERVAL */
};

enum rule_frequency { RULE_YEARLY, RULE_MONTHLY, RULE_WEEKLY, RULE_DAILY };

struct rule {
    enum rule_frequency frequency;
    int32_t interval;           /* at least 1 */
    int32_t count;              /* 0: no end by count */
    int32_t until_day;          /* the last possible day; INT32_MAX: no end by date */
    int week_start;             /* 0 Monday … 6 Sunday; matters for weeks with an interval */
    uint32_t months;            /* bit 1 January …; 0: not given */
    uint32_t month_days;        /* bit 1 the first …; 0: not given */
    uint32_t month_days_back;   /* bit 1 the last day of the month, bit 2 the one before … */
    uint32_t weekdays;          /* bit 0 Monday …: every one of them */
    struct { int nth, weekday; } nths[RULE_NTH_MAX];    /* 2: the second, -1: the last */
    size_t nths_len;
};

/* False with a sentence (static, or in the arena) that says which part is wrong or not
 * supported. */
MUST_USE bool rule_parse(struct str text, struct arena *arena, struct rule *out,
                         struct str *sentence);

/* Whether the rule has an occurrence on that day, when its event begins on `start`; day ≥ start.
 * COUNT and UNTIL are the caller's business. */
bool rule_matches(const struct rule *rule, int32_t start, int32_t day);

#endif
