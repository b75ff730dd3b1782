/* The rule at the end of a TZif file: a POSIX TZ string with the extensions of RFC 9636
 * section 3.3.1 (hours -167…167 in the time of a change). For zone.c alone. */
#ifndef CALENDAR_FOOTER_H
#define CALENDAR_FOOTER_H

#include "nudged/base/str.h"

/* A stretch of time with one offset: from ≤ t < until, in seconds since 1970 UTC. */
struct segment {
    int64_t from, until;
    int32_t offset_s;
};

enum footer_day {
    FOOTER_JULIAN,      /* Jn: day 1–365, 29 February is never counted */
    FOOTER_YEAR_DAY,    /* n: day 0–365 */
    FOOTER_MONTH_WEEK   /* Mm.w.d: weekday d (0 Sunday) number w of month m, 5 is the last */
};

struct footer_change {
    enum footer_day kind;
    int day, month, week;
    int32_t time_s;     /* of the local day, by the clock before the change */
};

struct footer {
    bool present, has_summer;           /* summer: any second offset, also one that is behind */
    int32_t offset_s, summer_offset_s;
    struct footer_change to_summer, to_standard;
};

/* Empty text is a footer that is not present. False when malformed; a summer time without its two
 * changes counts as malformed, because POSIX leaves open when they would be. */
MUST_USE bool footer_parse(struct str text, struct footer *out);

/* The stretch around t (years 0–10000) by a present footer alone. */
struct segment footer_segment(const struct footer *footer, int64_t t);

#endif
