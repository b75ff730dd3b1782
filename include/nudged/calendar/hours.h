/* Working time: on which days, and when on such a day, a person may be written to. Pure decisions
 * over a zone, the person's hours and the holidays; all days are local days (since 1970-01-01). */
#ifndef NUDGED_CALENDAR_HOURS_H
#define NUDGED_CALENDAR_HOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/str.h"
#include "nudged/base/time.h"
#include "nudged/calendar/holidays.h"
#include "nudged/calendar/zone.h"

enum {
    WORKDAY_SEARCH_DAYS = 400,      /* more than a year: every regular working week is found */
    HOURS_DEFAULT_FROM_MINUTE = 9 * 60 + 30,
    HOURS_DEFAULT_TO_MINUTE = 16 * 60 + 30,
    HOURS_DEFAULT_WORKDAYS = 0x1F   /* Monday to Friday */
};

struct hours {
    int16_t from_minute, to_minute;     /* of the local day; 0 ≤ from < to ≤ 1440 */
    uint8_t workdays;                   /* bit 0 Monday … bit 6 Sunday */
};

#define HOURS_DEFAULT \
    ((struct hours){ HOURS_DEFAULT_FROM_MINUTE, HOURS_DEFAULT_TO_MINUTE, HOURS_DEFAULT_WORKDAYS })

struct workdays {
    const struct hours *hours;          /* must be valid */
    const struct holidays *holidays;    /* NULL: none */
    struct str region;                  /* which holidays, besides those for everyone */
};

bool hours_are_valid(struct hours hours);

bool is_workday(const struct workdays *workdays, int32_t day);
/* The first workday strictly after `day`. When there is none within WORKDAY_SEARCH_DAYS (no day of
 * the week is one, or a year of holidays): day + WORKDAY_SEARCH_DAYS, which is then no workday, so
 * ask is_workday again before acting on it. */
int32_t next_workday(const struct workdays *workdays, int32_t day);
int32_t workday_on_or_after(const struct workdays *workdays, int32_t day);      /* likewise */

/* The window of that day, workday or not: window_start ≤ t < window_end. A boundary in a gap
 * of the clock moves forward with it, one in an overlap means the first pass. */
struct instant window_start(const struct zone *zone, const struct workdays *workdays, int32_t day);
struct instant window_end(const struct zone *zone, const struct workdays *workdays, int32_t day);
/* True on workdays while the local clock shows from ≤ minute < to. (When the clock jumps over the
 * whole window, it is the moved one: a day's window is never empty.) */
bool in_window(const struct zone *zone, const struct workdays *workdays, struct instant at);

/* A whole minute of that day's window, the same for the same `spread`: give a hash of person
 * and day, so that people are spread evenly and nobody has the same minute every day.
 * in_window holds for it on every workday; only where the clock jumps over the whole window
 * into the next day (or the zone skips the day) it is the same time of the day after. */
struct instant slot_instant(const struct zone *zone, const struct workdays *workdays, int32_t day,
                            uint32_t spread);

#endif
