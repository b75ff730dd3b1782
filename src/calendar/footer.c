/* POSIX TZ strings: "CET-1CEST,M3.5.0,M10.5.0/3". Refuses to know files; names of the times are
 * checked and forgotten. POSIX counts offsets west of Greenwich, we count east. */
#include "calendar/footer.h"

#include "nudged/base/time.h"

enum {
    DAY_S = 86400,
    HOUR_S = 3600,
    OFFSET_HOURS_MAX = 24,
    CHANGE_HOURS_MAX = 167,
    YEARS_AROUND = 2,       /* a change may lie a week outside its year */
    CHANGES_MAX = 2 * (2 * YEARS_AROUND + 1)
};

struct moment {
    int64_t at;
    int32_t offset_s;       /* from then on */
};

static bool take_byte(struct str *rest, char byte);
static bool take_name(struct str *rest);
static bool take_number(struct str *rest, int low, int high, int *out);
static bool take_time(struct str *rest, int hours_max, int32_t *out);
static bool take_change(struct str *rest, struct footer_change *out);
static bool take_month_week(struct str *rest, struct footer_change *out);
static int32_t change_day(const struct footer_change *change, int32_t year);
static int64_t change_at(const struct footer_change *change, int32_t year, int32_t offset_before_s);
static size_t moments_around(const struct footer *footer, int64_t t, struct moment *moments);

bool footer_parse(struct str text, struct footer *out)
{
    struct footer footer = { .present = text.len > 0 };
    struct str rest = text;
    int32_t west_s = 0;
    if (!footer.present) {
        *out = footer;
        return true;
    }
    if (!take_name(&rest) || !take_time(&rest, OFFSET_HOURS_MAX, &west_s))
        return false;
    footer.offset_s = -west_s;
    footer.has_summer = rest.len > 0;
    if (footer.has_summer) {
        if (!take_name(&rest))
            return false;
        footer.summer_offset_s = footer.offset_s + HOUR_S;
        if (rest.len > 0 && rest.ptr[0] != ',') {
            if (!take_time(&rest, OFFSET_HOURS_MAX, &west_s))
                return false;
            footer.summer_offset_s = -west_s;
        }
        if (!take_byte(&rest, ',') || !take_change(&rest, &footer.to_summer)
            || !take_byte(&rest, ',') || !take_change(&rest, &footer.to_standard))
            return false;
    }
    if (rest.len > 0)
        return false;
    *out = footer;
    return true;
}

struct segment footer_segment(const struct footer *footer, int64_t t)
{
    struct segment segment = { INT64_MIN, INT64_MAX, footer->offset_s };
    if (!footer->has_summer)
        return segment;
    struct moment moments[CHANGES_MAX];
    size_t count = moments_around(footer, t, moments);
    for (size_t i = 0; i < count; i++) {
        if (moments[i].at > t) {
            segment.until = moments[i].at;
            break;
        }
        segment.from = moments[i].at;
        segment.offset_s = moments[i].offset_s;
    }
    return segment;
}

static bool take_byte(struct str *rest, char byte)
{
    if (rest->len == 0 || rest->ptr[0] != byte)
        return false;
    *rest = str_slice(*rest, 1, rest->len);
    return true;
}

/* Three letters or more, or <letters, digits and signs>. */
static bool take_name(struct str *rest)
{
    bool quoted = take_byte(rest, '<');
    size_t len = 0;
    for (; len < rest->len; len++) {
        char c = rest->ptr[len];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!letter && !(quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-')))
            break;
    }
    *rest = str_slice(*rest, len, rest->len);
    return len >= 3 && (!quoted || take_byte(rest, '>'));
}

static bool take_number(struct str *rest, int low, int high, int *out)
{
    int number = 0;
    size_t len = 0;
    for (; len < rest->len && len < 3 && rest->ptr[len] >= '0' && rest->ptr[len] <= '9'; len++)
        number = number * 10 + (rest->ptr[len] - '0');
    *rest = str_slice(*rest, len, rest->len);
    *out = number;
    return len > 0 && number >= low && number <= high;
}

/* [+-]h[h[h]][:mm[:ss]] in seconds. */
static bool take_time(struct str *rest, int hours_max, int32_t *out)
{
    int hours = 0, minutes = 0, seconds = 0;
    bool negative = take_byte(rest, '-');
    if (!negative)
        (void)take_byte(rest, '+');
    if (!take_number(rest, 0, hours_max, &hours))
        return false;
    if (take_byte(rest, ':')) {
        if (!take_number(rest, 0, 59, &minutes))
            return false;
        if (take_byte(rest, ':') && !take_number(rest, 0, 59, &seconds))
            return false;
    }
    int32_t size_s = hours * HOUR_S + minutes * 60 + seconds;
    *out = negative ? -size_s : size_s;
    return true;
}

static bool take_change(struct str *rest, struct footer_change *out)
{
    bool good = false;
    if (take_byte(rest, 'M')) {
        good = take_month_week(rest, out);
    } else if (take_byte(rest, 'J')) {
        out->kind = FOOTER_JULIAN;
        good = take_number(rest, 1, 365, &out->day);
    } else {
        out->kind = FOOTER_YEAR_DAY;
        good = take_number(rest, 0, 365, &out->day);
    }
    out->time_s = 2 * HOUR_S;
    if (good && take_byte(rest, '/'))
        good = take_time(rest, CHANGE_HOURS_MAX, &out->time_s);
    return good;
}

static bool take_month_week(struct str *rest, struct footer_change *out)
{
    out->kind = FOOTER_MONTH_WEEK;
    return take_number(rest, 1, 12, &out->month) && take_byte(rest, '.')
        && take_number(rest, 1, 5, &out->week) && take_byte(rest, '.')
        && take_number(rest, 0, 6, &out->day);
}

static int32_t change_day(const struct footer_change *change, int32_t year)
{
    int32_t first = date_to_day((struct date){ year, 1, 1 });
    if (change->kind == FOOTER_YEAR_DAY)
        return first + change->day;
    if (change->kind == FOOTER_JULIAN) {
        int32_t march = date_to_day((struct date){ year, 3, 1 });
        return change->day < 60 ? first + change->day - 1 : march + change->day - 60;
    }
    bool december = change->month == 12;
    int32_t month = date_to_day((struct date){ year, (int8_t)change->month, 1 });
    int32_t after = date_to_day((struct date){ december ? year + 1 : year,
                                               (int8_t)(december ? 1 : change->month + 1), 1 });
    int sunday_first = (weekday_of(month) + 1) % 7;
    int32_t day = month + (change->day - sunday_first + 7) % 7 + (change->week - 1) * 7;
    return day < after ? day : day - 7;
}

static int64_t change_at(const struct footer_change *change, int32_t year, int32_t offset_before_s)
{
    return (int64_t)change_day(change, year) * DAY_S + change->time_s - offset_before_s;
}

/* In order of time. Two at the same moment stay in the order of their years, so that an all-year
 * summer time ("…,0/0,J365/25") ends and begins again at once. */
static size_t moments_around(const struct footer *footer, int64_t t, struct moment *moments)
{
    int64_t day = t / DAY_S - (t % DAY_S < 0);
    int32_t year = date_from_day((int32_t)day).year;
    size_t count = 0;
    for (int32_t y = year - YEARS_AROUND; y <= year + YEARS_AROUND; y++) {
        const struct moment both[] = {
            { change_at(&footer->to_summer, y, footer->offset_s), footer->summer_offset_s },
            { change_at(&footer->to_standard, y, footer->summer_offset_s), footer->offset_s },
        };
        for (size_t i = 0; i < COUNT(both); i++) {
            size_t at = count++;
            for (; at > 0 && moments[at - 1].at > both[i].at; at--)
                moments[at] = moments[at - 1];
            moments[at] = both[i];
        }
    }
    return count;
}
