/* Days on which nobody is asked: a sorted set of local days, each for one region or for
 * everyone, and a reader for the DATE events of iCalendar files (RFC 5545). */
#ifndef NUDGED_CALENDAR_HOLIDAYS_H
#define NUDGED_CALENDAR_HOLIDAYS_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/arena.h"
#include "nudged/base/err.h"
#include "nudged/base/fault.h"
#include "nudged/base/str.h"

enum {
    HOLIDAYS_MAX = 10000,               /* 25 days in 130 regions over three years */
    HOLIDAY_NAME_BYTES_MAX = 200,       /* longer ones are cut */
    ICS_BYTES_MAX = 1 << 20,            /* ten years of a country are about 100 KiB */
    ICS_EVENT_DAYS_MAX = 366,           /* the longest closure one event may mean */
    ICS_STEPS_MAX = 10 * 1000 * 1000    /* days looked at for all rules of a file: below a second */
};

struct holiday {
    int32_t day;                /* days since 1970-01-01, in whatever zone the person lives in */
    struct str region, name;    /* region "" applies to everyone */
};

struct holidays {
    struct arena *arena;        /* holds the items and their strings */
    struct holiday *items;      /* by day, then region; each pair once */
    size_t len, cap;
};

struct holidays holidays_in(struct arena *arena);
/* Copies the strings; a day and region that are there keep their name.
 * Errors: ERR_TOO_BIG beyond HOLIDAYS_MAX, ERR_NO_MEMORY. */
MUST_USE enum err holidays_add(struct holidays *holidays, int32_t day, struct str region,
                               struct str name);
/* A person's region "" sees only the rows for everyone. Regions compare byte by byte. */
bool holidays_has(const struct holidays *holidays, int32_t day, struct str region);
/* The name of that holiday, of the region's own first; empty when there is none. */
struct str holidays_name(const struct holidays *holidays, int32_t day, struct str region);

/* Adds every day from_day ≤ day < to_day that an event of the file covers, under `region`.
 *
 * Read are VEVENTs with DTSTART (a date), DTEND (a date, exclusive; at least one day), DURATION in
 * days or weeks, RRULE with FREQ=YEARLY|MONTHLY|WEEKLY|DAILY and COUNT, UNTIL, INTERVAL, WKST,
 * BYMONTH, BYMONTHDAY, BYDAY, and EXDATE, RDATE, SUMMARY; STATUS:CANCELLED is skipped. A first day
 * that does not fit its own rule is left out, with a warning. Events with a time of day are skipped
 * with one warning. Everything else that would change a date is an error with its line.
 *
 * On any error the holidays are untouched; the sentences are in `faults` under `file`.
 * Errors: ERR_SYNTAX (see the faults), ERR_TOO_BIG (the file, or the set), ERR_NO_MEMORY. */
MUST_USE enum err holidays_read_ics(struct str bytes, struct str region, int32_t from_day,
                                    int32_t to_day, struct faults *faults, struct str file,
                                    struct holidays *holidays);

#endif
