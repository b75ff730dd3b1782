/* Recurrence rules, asked day by day instead of unrolled: whether a day belongs to a rule
 * depends on that day and the first one alone, which leaves no loop that could fail to end.
 *
 * Parts without a meaning for whole days or beyond what holiday files use (BYSETPOS, BYWEEKNO,
 * BYYEARDAY, BYHOUR …) are refused by name rather than ignored: a holiday on a wrong day is worse
 * than a message. */
#include "calendar/rule.h"

#include "nudged/base/time.h"

enum { MONTH_DAYS_MAX = 31, YEAR_WEEKS_MAX = 53, MONTH_WEEKS_MAX = 5 };

typedef bool part_fn(struct rule *rule, struct str value);

static part_fn read_frequency, read_interval, read_count, read_until, read_week_start, read_months,
    read_month_days, read_weekdays;
static bool read_number(struct str value, int32_t *out);
static bool read_weekday(struct str name, int *out);
static bool read_nth(struct rule *rule, struct str nth, int weekday);
static const char *contradiction(const struct rule *rule);
static bool fits_period(const struct rule *rule, int32_t start, int32_t day);
static bool fits_day_of_month(const struct rule *rule, struct date date, int length);
static bool fits_weekday(const struct rule *rule, int32_t day, struct date date, int length);
static int month_length(struct date date);

static const struct { struct str name; part_fn *read; } parts[] = {
    { { "FREQ", 4 }, read_frequency },
    { { "INTERVAL", 8 }, read_interval },
    { { "COUNT", 5 }, read_count },
    { { "UNTIL", 5 }, read_until },
    { { "WKST", 4 }, read_week_start },
    { { "BYMONTH", 7 }, read_months },
    { { "BYMONTHDAY", 10 }, read_month_days },
    { { "BYDAY", 5 }, read_weekdays },
};

bool rule_parse(struct str text, struct arena *arena, struct rule *out, struct str *sentence)
{
    struct rule rule = { .interval = 1, .until_day = INT32_MAX };
    unsigned seen = 0;
    struct str part;
    while (str_next_part(&text, ';', &part)) {
        size_t equals = str_find(part, '='), i = 0;
        struct str name = str_slice(part, 0, equals);
        while (i < COUNT(parts) && !str_equal_nocase(name, parts[i].name))
            i++;
        if (i == COUNT(parts)) {
            *sentence = str_format(arena, "the rule part %.*s is not supported", STR_ARG(name));
            return false;
        }
        if (seen & 1u << i || !parts[i].read(&rule, str_slice(part, equals + 1, part.len))) {
            *sentence = str_format(arena, "the rule part %.*s is not valid", STR_ARG(part));
            return false;
        }
        seen |= 1u << i;
    }
    const char *why = seen & 1 ? contradiction(&rule) : "the rule has no FREQ";
    if (why) {
        *sentence = str_from_z(why);
        return false;
    }
    *out = rule;
    return true;
}

bool rule_matches(const struct rule *rule, int32_t start, int32_t day)
{
    struct date date = date_from_day(day), first = date_from_day(start);
    int length = month_length(date);
    bool has_month_days = rule->month_days || rule->month_days_back;
    bool has_weekdays = rule->weekdays || rule->nths_len > 0;
    if (!fits_period(rule, start, day))
        return false;
    if (rule->months && !(rule->months >> date.month & 1))
        return false;
    if (has_month_days && !fits_day_of_month(rule, date, length))
        return false;
    if (has_weekdays)
        return fits_weekday(rule, day, date, length);
    if (has_month_days || rule->frequency == RULE_DAILY)
        return true;
    /* What the rule does not say comes from the first day. */
    if (rule->frequency == RULE_WEEKLY)
        return weekday_of(day) == weekday_of(start);
    bool month_is_free = rule->frequency == RULE_MONTHLY || rule->months;
    return date.day == first.day && (month_is_free || date.month == first.month);
}

static bool read_frequency(struct rule *rule, struct str value)
{
    static const struct str names[] = {
        [RULE_YEARLY] = { "YEARLY", 6 },
        [RULE_MONTHLY] = { "MONTHLY", 7 },
        [RULE_WEEKLY] = { "WEEKLY", 6 },
        [RULE_DAILY] = { "DAILY", 5 },
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        if (str_equal_nocase(value, names[i])) {
            rule->frequency = (enum rule_frequency)i;
            return true;
        }
    }
    return false;
}

static bool read_interval(struct rule *rule, struct str value)
{
    return read_number(value, &rule->interval);
}

static bool read_count(struct rule *rule, struct str value)
{
    return read_number(value, &rule->count);
}

/* A date, or an instant of which the date counts. */
static bool read_until(struct rule *rule, struct str value)
{
    uint64_t number = 0;
    if (value.len > 8 && value.ptr[8] != 'T')
        return false;
    if (value.len < 8 || !str_to_uint64(str_slice(value, 0, 8), &number))
        return false;
    struct date date = { (int32_t)(number / 10000), (int8_t)(number / 100 % 100),
                         (int8_t)(number % 100) };
    rule->until_day = date_to_day(date);
    return date_is_valid(date);
}

static bool read_week_start(struct rule *rule, struct str value)
{
    return read_weekday(value, &rule->week_start);
}

static bool read_months(struct rule *rule, struct str value)
{
    struct str item;
    int32_t month = 0;
    while (str_next_part(&value, ',', &item)) {
        if (!read_number(item, &month) || month > 12)
            return false;
        rule->months |= 1u << month;
    }
    return rule->months != 0;
}

static bool read_month_days(struct rule *rule, struct str value)
{
    struct str item;
    int32_t number = 0;
    while (str_next_part(&value, ',', &item)) {
        bool back = str_starts_with(item, STR("-"));
        bool has_sign = back || str_starts_with(item, STR("+"));
        if (!read_number(str_slice(item, has_sign, item.len), &number) || number > MONTH_DAYS_MAX)
            return false;
        if (back) {
            rule->month_days_back |= 1u << number;
        } else {
            rule->month_days |= 1u << number;
        }
    }
    return rule->month_days || rule->month_days_back;
}

/* "MO", "1MO", "+1MO", "-1MO", with commas between. */
static bool read_weekdays(struct rule *rule, struct str value)
{
    struct str item;
    int weekday = 0;
    while (str_next_part(&value, ',', &item)) {
        if (item.len < 2 || !read_weekday(str_slice(item, item.len - 2, item.len), &weekday))
            return false;
        if (item.len == 2) {
            rule->weekdays |= 1u << weekday;
        } else if (!read_nth(rule, str_slice(item, 0, item.len - 2), weekday)) {
            return false;
        }
    }
    return rule->weekdays || rule->nths_len > 0;
}

static bool read_number(struct str value, int32_t *out)
{
    uint64_t number = 0;
    if (!str_to_uint64(value, &number) || number == 0 || number > RULE_NUMBER_MAX)
        return false;
    *out = (int32_t)number;
    return true;
}

static bool read_weekday(struct str name, int *out)
{
    static const char names[] = "MOTUWETHFRSASU";
    for (int i = 0; i < 7; i++) {
        if (str_equal_nocase(name, (struct str){ names + 2 * i, 2 })) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool read_nth(struct rule *rule, struct str nth, int weekday)
{
    int32_t number = 0;
    bool back = str_starts_with(nth, STR("-"));
    bool has_sign = back || str_starts_with(nth, STR("+"));
    if (!read_number(str_slice(nth, has_sign, nth.len), &number) || number > YEAR_WEEKS_MAX
        || rule->nths_len == RULE_NTH_MAX)
        return false;
    rule->nths[rule->nths_len].nth = back ? -number : number;
    rule->nths[rule->nths_len++].weekday = weekday;
    return true;
}

/* Parts that are good alone but not together; NULL when there is nothing to say. */
static const char *contradiction(const struct rule *rule)
{
    bool has_month_days = rule->month_days || rule->month_days_back;
    bool within_month = rule->frequency == RULE_MONTHLY || rule->months;
    if (rule->count && rule->until_day != INT32_MAX)
        return "the rule has both COUNT and UNTIL";
    if (rule->nths_len > 0 && (rule->frequency == RULE_WEEKLY || rule->frequency == RULE_DAILY))
        return "a numbered weekday needs FREQ=MONTHLY or FREQ=YEARLY";
    if (rule->nths_len > 0 && has_month_days)
        return "a numbered weekday together with BYMONTHDAY is not supported";
    if (rule->frequency == RULE_WEEKLY && has_month_days)
        return "BYMONTHDAY has no meaning with FREQ=WEEKLY";
    if (rule->frequency == RULE_YEARLY && has_month_days && !rule->months)
        return "BYMONTHDAY in a yearly rule needs BYMONTH; readers disagree on the month";
    for (size_t i = 0; i < rule->nths_len && within_month; i++)
        if (rule->nths[i].nth > MONTH_WEEKS_MAX || rule->nths[i].nth < -MONTH_WEEKS_MAX)
            return "a month has no sixth week";
    return NULL;
}

/* Whether the year, month, week or day is one of every INTERVAL. */
static bool fits_period(const struct rule *rule, int32_t start, int32_t day)
{
    struct date date = date_from_day(day), first = date_from_day(start);
    int32_t periods = 0;
    switch (rule->frequency) {
    case RULE_YEARLY:
        periods = date.year - first.year;
        break;
    case RULE_MONTHLY:
        periods = (date.year - first.year) * 12 + date.month - first.month;
        break;
    case RULE_WEEKLY: {
        int into_week = (weekday_of(start) - rule->week_start + 7) % 7;
        periods = (day - start + into_week) / 7;
        break;
    }
    case RULE_DAILY:
        periods = day - start;
        break;
    }
    return periods % rule->interval == 0;
}

static bool fits_day_of_month(const struct rule *rule, struct date date, int length)
{
    return (rule->month_days >> date.day & 1)
        || (rule->month_days_back >> (length - date.day + 1) & 1);
}

/* Numbers count within the month, in a yearly rule without months within the year. */
static bool fits_weekday(const struct rule *rule, int32_t day, struct date date, int length)
{
    int weekday = weekday_of(day), from_first = date.day - 1, to_last = length - date.day;
    if (rule->weekdays >> weekday & 1)
        return true;
    if (rule->frequency == RULE_YEARLY && !rule->months) {
        from_first = day - date_to_day((struct date){ date.year, 1, 1 });
        to_last = date_to_day((struct date){ date.year, 12, 31 }) - day;
    }
    for (size_t i = 0; i < rule->nths_len; i++) {
        int nth = rule->nths[i].nth;
        if (rule->nths[i].weekday == weekday
            && nth == (nth > 0 ? from_first / 7 + 1 : -(to_last / 7 + 1)))
            return true;
    }
    return false;
}

static int month_length(struct date date)
{
    bool december = date.month == 12;
    struct date next = { december ? date.year + 1 : date.year,
                         (int8_t)(december ? 1 : date.month + 1), 1 };
    date.day = 1;
    return date_to_day(next) - date_to_day(date);
}
