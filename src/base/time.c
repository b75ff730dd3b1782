/* Dates and instants without a zone: the proleptic Gregorian calendar, ISO weeks, and the one way
 * instants are written. Refuses to know what time it is.
 *
 * The calendar counts years from March, so that the leap day is the last of its year and months
 * follow one linear rule; eras of 400 years are 146,097 days. */
#include "nudged/base/time.h"

enum {
    ERA_YEARS = 400,
    ERA_DAYS = 146097,
    EPOCH_FROM_MARCH_0000 = 719468,         /* days from 0000-03-01 to 1970-01-01 */
    EPOCH_WEEKDAY = 3,                      /* 1970-01-01 was a Thursday */
    MS_PER_MINUTE = 60000
};
#define MS_PER_DAY INT64_C(86400000)

static int64_t floor_div(int64_t a, int64_t b);
static bool is_leap(int32_t year);
static struct date civil_from_days(int64_t days);
static bool take_digits(struct str *rest, size_t count, int64_t *out);
static bool take_byte(struct str *rest, char byte);
static bool take_date(struct str *rest, struct date *out);
static bool take_fraction(struct str *rest, int64_t *ms);
static bool take_offset(struct str *rest, int64_t *ms);

struct instant instant_add(struct instant at, struct duration span)
{
    int64_t sum = 0;
    if (instant_is_never(at))
        return at;
    if (__builtin_add_overflow(at.utc_ms, span.ms, &sum))
        return span.ms > 0 ? INSTANT_NEVER : (struct instant){ INT64_MIN };
    return (struct instant){ sum };
}

struct duration instant_since(struct instant later, struct instant earlier)
{
    int64_t span = 0;
    if (__builtin_sub_overflow(later.utc_ms, earlier.utc_ms, &span))
        span = later.utc_ms > earlier.utc_ms ? INT64_MAX : INT64_MIN;
    return (struct duration){ span };
}

bool instant_before(struct instant a, struct instant b) { return a.utc_ms < b.utc_ms; }

bool instant_is_never(struct instant at) { return at.utc_ms == INT64_MAX; }

int32_t date_to_day(struct date date)
{
    int64_t year = (int64_t)date.year - (date.month <= 2);
    int64_t era = floor_div(year, ERA_YEARS);
    int64_t year_of_era = year - era * ERA_YEARS;
    int64_t month_from_march = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    int64_t day = era * ERA_DAYS + day_of_era - EPOCH_FROM_MARCH_0000;
    return (int32_t)(day < INT32_MIN ? INT32_MIN : day > INT32_MAX ? INT32_MAX : day);
}

struct date date_from_day(int32_t day) { return civil_from_days(day); }

bool date_is_valid(struct date date)
{
    static const int8_t lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (date.year < 1900 || date.year > 2199 || date.month < 1 || date.month > 12 || date.day < 1)
        return false;
    int length = lengths[date.month - 1] + (date.month == 2 && is_leap(date.year));
    return date.day <= length;
}

int weekday_of(int32_t day)
{
    int64_t from_monday = (int64_t)day + EPOCH_WEEKDAY;
    return (int)(from_monday - floor_div(from_monday, 7) * 7);
}

struct iso_week iso_week_of(int32_t day)
{
    int64_t thursday = (int64_t)day - weekday_of(day) + 3;
    struct date date = civil_from_days(thursday);
    int32_t first = date_to_day((struct date){ date.year, 1, 1 });
    return (struct iso_week){ date.year, (int8_t)((thursday - first) / 7 + 1) };
}

int32_t iso_week_monday(struct iso_week week)
{
    int32_t fourth = date_to_day((struct date){ week.year, 1, 4 });     /* always in week 1 */
    return fourth - weekday_of(fourth) + (week.week - 1) * 7;
}

void buf_add_instant(struct buf *buf, struct instant at)
{
    if (instant_is_never(at)) {
        buf_add(buf, STR("never"));
        return;
    }
    int64_t days = floor_div(at.utc_ms, MS_PER_DAY);
    int64_t ms = (at.utc_ms % MS_PER_DAY + MS_PER_DAY) % MS_PER_DAY;
    struct date date = civil_from_days(days);
    buf_addf(buf, "%04d-%02d-%02dT%02d:%02d:%02d", date.year, date.month, date.day,
             (int)(ms / 3600000), (int)(ms / MS_PER_MINUTE % 60), (int)(ms / 1000 % 60));
    if (ms % 1000)
        buf_addf(buf, ".%03d", (int)(ms % 1000));
    buf_add_byte(buf, 'Z');
}

bool instant_parse(struct str s, struct instant *out)
{
    struct date date;
    int64_t hour = 0, minute = 0, second = 0, fraction_ms = 0, offset_ms = 0;
    bool good = take_date(&s, &date) && take_byte(&s, 'T')
        && take_digits(&s, 2, &hour) && take_byte(&s, ':')
        && take_digits(&s, 2, &minute) && take_byte(&s, ':')
        && take_digits(&s, 2, &second) && hour < 24 && minute < 60 && second < 60
        && take_fraction(&s, &fraction_ms) && take_offset(&s, &offset_ms) && s.len == 0;
    if (!good)
        return false;
    int64_t seconds = (hour * 60 + minute) * 60 + second;
    out->utc_ms = date_to_day(date) * MS_PER_DAY + seconds * 1000 + fraction_ms - offset_ms;
    return true;
}

bool date_parse(struct str s, struct date *out)
{
    struct date date;
    if (!take_date(&s, &date) || s.len > 0)
        return false;
    *out = date;
    return true;
}

void buf_add_date(struct buf *buf, int32_t day)
{
    struct date date = date_from_day(day);
    buf_addf(buf, "%04d-%02d-%02d", date.year, date.month, date.day);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static bool is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static struct date civil_from_days(int64_t days)
{
    int64_t shifted = days + EPOCH_FROM_MARCH_0000;
    int64_t era = floor_div(shifted, ERA_DAYS);
    int64_t day_of_era = shifted - era * ERA_DAYS;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    int64_t year = year_of_era + era * ERA_YEARS + (month <= 2);
    return (struct date){ (int32_t)year, (int8_t)month, (int8_t)day };
}

static bool take_digits(struct str *rest, size_t count, int64_t *out)
{
    uint64_t number = 0;
    if (rest->len < count || !str_to_uint64(str_slice(*rest, 0, count), &number))
        return false;
    *rest = str_slice(*rest, count, rest->len);
    *out = (int64_t)number;
    return true;
}

static bool take_byte(struct str *rest, char byte)
{
    if (rest->len == 0 || rest->ptr[0] != byte)
        return false;
    *rest = str_slice(*rest, 1, rest->len);
    return true;
}

static bool take_date(struct str *rest, struct date *out)
{
    int64_t year = 0, month = 0, day = 0;
    if (!take_digits(rest, 4, &year) || !take_byte(rest, '-') || !take_digits(rest, 2, &month)
        || !take_byte(rest, '-') || !take_digits(rest, 2, &day))
        return false;
    *out = (struct date){ (int32_t)year, (int8_t)month, (int8_t)day };
    return date_is_valid(*out);
}

/* Nothing, or a point and 1–9 digits; what is below a millisecond is cut off. */
static bool take_fraction(struct str *rest, int64_t *ms)
{
    int64_t digit = 0, scale = 100;
    size_t digits = 0;
    *ms = 0;
    if (!take_byte(rest, '.'))
        return true;
    for (; take_digits(rest, 1, &digit); digits++, scale /= 10)
        *ms += digit * scale;
    return digits >= 1 && digits <= 9;
}

/* "Z", or ±HH:MM ahead of UTC. */
static bool take_offset(struct str *rest, int64_t *ms)
{
    int64_t hours = 0, minutes = 0;
    *ms = 0;
    if (take_byte(rest, 'Z'))
        return true;
    bool behind = take_byte(rest, '-');
    if (!behind && !take_byte(rest, '+'))
        return false;
    if (!take_digits(rest, 2, &hours) || !take_byte(rest, ':') || !take_digits(rest, 2, &minutes)
        || hours > 23 || minutes > 59)
        return false;
    *ms = (hours * 60 + minutes) * MS_PER_MINUTE * (behind ? -1 : 1);
    return true;
}
