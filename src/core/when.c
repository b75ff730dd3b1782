/* Days and times in words, as a colleague would say them; and reading "until friday" back. */
#include "when.h"

#include "card.h"

static const struct str weekdays[7] = { STR_INIT("Monday"), STR_INIT("Tuesday"),
    STR_INIT("Wednesday"), STR_INIT("Thursday"), STR_INIT("Friday"), STR_INIT("Saturday"),
    STR_INIT("Sunday") };
static const struct str months[12] = { STR_INIT("January"), STR_INIT("February"), STR_INIT("March"),
    STR_INIT("April"), STR_INIT("May"), STR_INIT("June"), STR_INIT("July"), STR_INIT("August"),
    STR_INIT("September"), STR_INIT("October"), STR_INIT("November"), STR_INIT("December") };

enum { PAUSE_DAYS_MAX = 370 }; /* longer is a stop, and should be said as one */

static bool until_day(struct str text, int32_t today, int32_t *day);
static bool for_days(struct str text, int32_t today, int32_t *day);
static bool weekday_named(struct str word, int *weekday);

struct str when_day(int32_t today, int32_t day, struct arena *arena)
{
    if (day == today)
        return STR("today");
    if (day == today + 1)
        return STR("tomorrow");
    struct date date = date_from_day(day), now = date_from_day(today);
    struct str weekday = weekdays[weekday_of(day)], month = months[date.month - 1];
    if (date.year == now.year)
        return str_format(arena, "%.*s %d %.*s", STR_ARG(weekday), date.day, STR_ARG(month));
    return str_format(
        arena, "%.*s %d %.*s %d", STR_ARG(weekday), date.day, STR_ARG(month), (int)date.year);
}

struct str when_on_day(int32_t today, int32_t day, struct arena *arena)
{
    if (day == today - 1)
        return STR("yesterday");
    struct str words = when_day(today, day, arena);
    return day == today || day == today + 1 ? words : str_format(arena, "on %.*s", STR_ARG(words));
}

struct str when_instant(
    const struct zone *zone, struct instant now, struct instant at, struct arena *arena)
{
    struct local local = zone_local(zone, at);
    int32_t today = zone_local(zone, now).day;
    struct str day = when_on_day(today, local.day, arena);
    return str_format(
        arena, "%.*s at %02d:%02d", STR_ARG(day), local.minute / 60, local.minute % 60);
}

bool when_parse(struct str text, int32_t today, int32_t *day)
{
    struct str trimmed = str_trim(text);
    size_t space = str_find(trimmed, ' ');
    struct str first = str_slice(trimmed, 0, space);
    struct str rest = str_trim(str_slice(trimmed, space, trimmed.len));
    int32_t found = 0;
    bool read = false;
    if (str_equal_nocase(first, STR("for")))
        read = for_days(rest, today, &found);
    else if (str_equal_nocase(first, STR("until")) || str_equal_nocase(first, STR("till")))
        read = until_day(rest, today, &found);
    else
        read = until_day(trimmed, today, &found) || for_days(trimmed, today, &found);
    if (!read || found <= today || found > today + PAUSE_DAYS_MAX)
        return false;
    *day = found;
    return true;
}

static bool until_day(struct str text, int32_t today, int32_t *day)
{
    struct date date;
    int weekday = 0;
    if (str_starts_with(text, STR("next ")))
        text = str_trim(str_slice(text, 5, text.len));
    if (str_equal_nocase(text, STR("tomorrow"))) {
        *day = today + 1;
        return true;
    }
    if (date_parse(text, &date)) {
        *day = date_to_day(date);
        return true;
    }
    if (!weekday_named(text, &weekday))
        return false;
    int ahead = (weekday - weekday_of(today) + 7) % 7;
    *day = today + (ahead ? ahead : 7);
    return true;
}

static bool for_days(struct str text, int32_t today, int32_t *day)
{
    static const struct {
        struct str word;
        int32_t days;
    } units[] = {
        { STR_INIT("day"), 1 },
        { STR_INIT("days"), 1 },
        { STR_INIT("d"), 1 },
        { STR_INIT("week"), 7 },
        { STR_INIT("weeks"), 7 },
        { STR_INIT("w"), 7 },
        { STR_INIT("month"), 30 },
        { STR_INIT("months"), 30 },
    };
    size_t end = 0;
    while (end < text.len && text.ptr[end] >= '0' && text.ptr[end] <= '9')
        end++;
    struct str digits = str_slice(text, 0, end), unit = str_trim(str_slice(text, end, text.len));
    int64_t count = 1;
    if (!end && (str_starts_with(unit, STR("a ")) || str_starts_with(unit, STR("one "))))
        unit = str_trim(str_slice(unit, str_find(unit, ' '), unit.len));
    else if (!str_to_int64(digits, &count) || count < 1 || count > PAUSE_DAYS_MAX)
        return false;
    for (size_t i = 0; i < COUNT(units); i++)
        if (str_equal_nocase(unit, units[i].word)) {
            *day = today + (int32_t)count * units[i].days;
            return true;
        }
    return false;
}

static bool weekday_named(struct str word, int *weekday)
{
    for (int i = 0; i < 7; i++)
        if (word.len >= 3 && word.len <= weekdays[i].len &&
            str_equal_nocase(word, str_slice(weekdays[i], 0, word.len))) {
            *weekday = i;
            return true;
        }
    return false;
}
