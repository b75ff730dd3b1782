/* When a nudge may go. Refuses to know people, prompts and what time it is.
 *
 * One odd decision: on a day whose window the clock changes in, the slot is chosen among the
 * minutes that really show a working time, so a night shift neither gets a nudge in the
 * second pass of an hour nor in one that was skipped. */
#include "nudged/calendar/hours.h"

enum { MINUTE_MS = 60 * 1000, DAY_MINUTES = 24 * 60 };

static struct instant minute_instant(const struct zone *zone, int32_t day, int16_t minute);
static bool shows_working_time(const struct zone *zone, const struct hours *hours, int32_t day,
                               struct instant at);
static struct instant nth_working_minute(const struct zone *zone, const struct workdays *workdays,
                                         int32_t day, uint32_t spread);

bool hours_are_valid(struct hours hours)
{
    return hours.from_minute >= 0 && hours.from_minute < hours.to_minute
        && hours.to_minute <= DAY_MINUTES && hours.workdays < 1 << 7;
}

bool is_workday(const struct workdays *workdays, int32_t day)
{
    REQUIRE(hours_are_valid(*workdays->hours));
    if (!(workdays->hours->workdays >> weekday_of(day) & 1))
        return false;
    return !workdays->holidays || !holidays_has(workdays->holidays, day, workdays->region);
}

int32_t next_workday(const struct workdays *workdays, int32_t day)
{
    for (int32_t ahead = 1; ahead <= WORKDAY_SEARCH_DAYS; ahead++)
        if (is_workday(workdays, day + ahead))
            return day + ahead;
    return day + WORKDAY_SEARCH_DAYS;
}

int32_t workday_on_or_after(const struct workdays *workdays, int32_t day)
{
    return is_workday(workdays, day) ? day : next_workday(workdays, day);
}

struct instant window_start(const struct zone *zone, const struct workdays *workdays, int32_t day)
{
    REQUIRE(hours_are_valid(*workdays->hours));
    return minute_instant(zone, day, workdays->hours->from_minute);
}

struct instant window_end(const struct zone *zone, const struct workdays *workdays, int32_t day)
{
    const struct hours *hours = workdays->hours;
    struct instant start = window_start(zone, workdays, day);
    struct instant end = minute_instant(zone, day, hours->to_minute);
    if (instant_before(start, end))
        return end;
    /* The clock jumps over all but the end, which stayed where it was: keep the length. */
    return instant_add(start, MINUTES(hours->to_minute - hours->from_minute));
}

bool in_window(const struct zone *zone, const struct workdays *workdays, struct instant at)
{
    int32_t day = zone_local(zone, at).day;
    if (!is_workday(workdays, day))
        return false;
    if (shows_working_time(zone, workdays->hours, day, at))
        return true;
    struct instant start = window_start(zone, workdays, day);
    bool jumped_over = zone_local(zone, start).minute >= workdays->hours->to_minute;
    return jumped_over && !instant_before(at, start)
        && instant_before(at, window_end(zone, workdays, day));
}

struct instant slot_instant(const struct zone *zone, const struct workdays *workdays, int32_t day,
                            uint32_t spread)
{
    struct instant start = window_start(zone, workdays, day);
    struct instant end = window_end(zone, workdays, day);
    int64_t minutes = workdays->hours->to_minute - workdays->hours->from_minute;
    bool clock_is_steady = instant_since(end, start).ms == minutes * MINUTE_MS
        && shows_working_time(zone, workdays->hours, day, start)
        && shows_working_time(zone, workdays->hours, day, instant_add(end, MINUTES(-1)));
    if (!clock_is_steady)
        return nth_working_minute(zone, workdays, day, spread);
    return instant_add(start, MINUTES((int64_t)spread % minutes));
}

static struct instant minute_instant(const struct zone *zone, int32_t day, int16_t minute)
{
    if (minute == DAY_MINUTES)
        return zone_instant(zone, (struct local){ day + 1, 0 });
    return zone_instant(zone, (struct local){ day, minute });
}

static bool shows_working_time(const struct zone *zone, const struct hours *hours, int32_t day,
                               struct instant at)
{
    struct local local = zone_local(zone, at);
    return local.day == day && local.minute >= hours->from_minute
        && local.minute < hours->to_minute;
}

/* Counts the minutes of the window that show a working time, then takes one of them. */
static struct instant nth_working_minute(const struct zone *zone, const struct workdays *workdays,
                                         int32_t day, uint32_t spread)
{
    struct instant start = window_start(zone, workdays, day);
    struct instant end = window_end(zone, workdays, day);
    uint32_t count = 0, nth = 0;
    for (struct instant at = start; instant_before(at, end); at = instant_add(at, MINUTES(1)))
        count += shows_working_time(zone, workdays->hours, day, at);
    if (count == 0) {                   /* the clock jumps over all of it */
        int64_t minutes = instant_since(end, start).ms / MINUTE_MS;
        return instant_add(start, MINUTES(minutes > 0 ? spread % minutes : 0));
    }
    nth = spread % count;
    for (struct instant at = start; instant_before(at, end); at = instant_add(at, MINUTES(1)))
        if (shows_working_time(zone, workdays->hours, day, at) && nth-- == 0)
            return at;
    UNREACHABLE("a counted minute was not found again");
}
