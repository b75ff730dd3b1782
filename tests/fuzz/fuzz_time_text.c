/* Dates, instants and ISO weeks in text. The oracle is the C library's calendar. */
#include "fuzz.h"

#include <time.h>

#include "app/state.h"
#include "nudged/base/time.h"

enum { DAY_FIRST = -719162, DAY_LAST = 2932896 }; /* 0001-01-01 and 9999-12-31 */

static void check_day(int32_t day)
{
    time_t at = (time_t)day * 86400;
    struct tm tm;
    char iso[16];
    struct date date = date_from_day(day);
    struct iso_week week = iso_week_of(day);
    REQUIRE(gmtime_r(&at, &tm));
    REQUIRE(date.year == tm.tm_year + 1900 && date.month == tm.tm_mon + 1);
    REQUIRE(date.day == tm.tm_mday && date_to_day(date) == day);
    REQUIRE(weekday_of(day) == (tm.tm_wday + 6) % 7);
    REQUIRE(strftime(iso, sizeof iso, "%V", &tm) && week.week == strtol(iso, NULL, 10));
    REQUIRE(strftime(iso, sizeof iso, "%G", &tm) && week.year == strtol(iso, NULL, 10));
    REQUIRE(iso_week_monday(week) == day - weekday_of(day));
}

static void check_instant(struct instant at)
{
    struct buf text = buf_heap(64);
    struct instant again;
    buf_add_instant(&text, at);
    REQUIRE(!text.failed && instant_parse(buf_str(&text), &again) && again.utc_ms == at.utc_ms);
    buf_free(&text);
}

/* Two readings of one text: ours, and that of sscanf and timegm. */
static void check_reading(struct str text, struct instant at)
{
    char z[64], sign = 'Z';
    struct tm tm = { 0 };
    int ms = 0, hours = 0, minutes = 0, used = 0;
    REQUIRE(text.len < sizeof z);
    (void)snprintf(z, sizeof z, "%.*s", STR_ARG(text));
    REQUIRE(sscanf(z, "%4d-%2d-%2dT%2d:%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
                &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &used) == 6);
    const char *rest = z + used;
    for (int unit = 100; *rest == '.' || (*rest >= '0' && *rest <= '9'); rest++)
        if (*rest != '.') {
            ms += unit * (*rest - '0');
            unit /= 10;
        }
    if (*rest != 'Z')
        REQUIRE(sscanf(rest, "%c%2d:%2d", &sign, &hours, &minutes) == 3);
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    int64_t offset_s = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);
    REQUIRE(at.utc_ms == ((int64_t)timegm(&tm) - offset_s) * 1000 + ms);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    int32_t any = (int32_t)take_number(&feed, 4), today = 22341, monday = 0;
    struct str text = take_rest(&feed);
    struct instant at;
    struct date date;
    int64_t span = (int64_t)DAY_LAST - DAY_FIRST;
    check_day((int32_t)(DAY_FIRST + (int64_t)(uint32_t)any % span));
    if (date_parse(text, &date)) {
        REQUIRE(text.len == 10 && date_is_valid(date));
        check_day(date_to_day(date));
    }
    if (instant_parse(text, &at)) {
        check_instant(at);
        check_reading(text, at);
    }
    if (week_parse(text, today, &monday)) {
        struct iso_week week = iso_week_of(monday);
        REQUIRE(weekday_of(monday) == 0 && (!text.len || (week.year >= 1970 && week.year < 2200)));
    }
    return 0;
}
