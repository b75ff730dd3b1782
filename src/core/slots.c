/* Slots: where in a person's working time the next question may come. */
#include "slots.h"

enum {
    SOON_LEAST_MINUTES = 60, /* less of the window left: start on the next workday */
    YEAR_DAYS = 366
};

struct used {
    int32_t day, count;
};

static struct used used_slots(const struct facts *facts);
static struct workdays person_workdays(const struct facts *facts, struct hours *hours);
static struct instant slot_of(const struct facts *facts, int32_t day, int32_t number);
static uint32_t spread_of(int64_t person_id, int32_t day, int32_t number);

struct instant slot_next(const struct facts *facts)
{
    return slot_next_from(facts, slot_today(facts));
}

struct instant slot_next_from(const struct facts *facts, int32_t day)
{
    struct hours hours;
    struct workdays workdays = person_workdays(facts, &hours);
    struct used used = used_slots(facts);
    int32_t first = day > used.day ? day : used.day;
    int32_t last = first + YEAR_DAYS;
    for (int32_t d = workday_on_or_after(&workdays, first); d < last;
         d = next_workday(&workdays, d)) {
        if (!is_workday(&workdays, d))
            break;
        for (int32_t n = d == used.day ? used.count : 0; n < facts->settings->cap; n++) {
            struct instant at = slot_of(facts, d, n);
            if (instant_before(facts->now, at))
                return at;
        }
    }
    return INSTANT_NEVER;
}

struct instant slot_soon(const struct facts *facts)
{
    struct hours hours;
    struct workdays workdays = person_workdays(facts, &hours);
    int32_t today = slot_today(facts);
    struct instant next = slot_next(facts);
    struct instant end = window_end(facts->zone, &workdays, today);
    struct instant start = window_start(facts->zone, &workdays, today);
    bool today_possible = is_workday(&workdays, today) && !slot_used_up(facts);
    if (!today_possible || instant_before(facts->now, start) || instant_before(next, end))
        return next;
    int64_t left_minutes = instant_since(end, facts->now).ms / 60000;
    if (left_minutes < SOON_LEAST_MINUTES)
        return next;
    uint32_t spread = spread_of(facts->person.person_id, today, used_slots(facts).count);
    return instant_add(facts->now, MINUTES(1 + spread % (uint32_t)(left_minutes - 2)));
}

bool slot_in_window(const struct facts *facts)
{
    struct hours hours;
    struct workdays workdays = person_workdays(facts, &hours);
    return in_window(facts->zone, &workdays, facts->now);
}

struct instant slot_window_start(const struct facts *facts)
{
    struct hours hours;
    struct workdays workdays = person_workdays(facts, &hours);
    return window_start(facts->zone, &workdays, slot_today(facts));
}

struct instant slot_window_end(const struct facts *facts)
{
    struct hours hours;
    struct workdays workdays = person_workdays(facts, &hours);
    return window_end(facts->zone, &workdays, slot_today(facts));
}

int32_t slot_today(const struct facts *facts)
{
    return zone_local(facts->zone, facts->now).day;
}

int32_t slot_workday_on_or_after(const struct facts *facts, int32_t day)
{
    struct hours hours;
    struct workdays workdays = person_workdays(facts, &hours);
    return workday_on_or_after(&workdays, day);
}

bool slot_used_up(const struct facts *facts)
{
    int32_t today = slot_today(facts);
    struct used used = used_slots(facts);
    return used.day > today || (used.day == today && used.count >= facts->settings->cap);
}

struct facts slots_after(const struct facts *facts, int32_t used)
{
    struct facts later = *facts;
    int32_t today = slot_today(facts);
    if (used && used_slots(facts).day < today) {
        later.person.slot_day = today;
        later.person.slot_count = 0;
    }
    later.person.slot_count += used;
    return later;
}

static struct used used_slots(const struct facts *facts)
{
    const struct person *person = &facts->person;
    if (person->slot_day > slot_today(facts) + SLOT_DAYS_AHEAD_MAX)
        return (struct used){ 0, 0 };
    /* Whoever was asked on the day a restored store was resumed, or in the gap, was asked. */
    int32_t gap_day = facts->gap_end.utc_ms ? zone_local(facts->zone, facts->gap_end).day : 0;
    if (gap_day >= person->slot_day && gap_day && gap_day <= slot_today(facts))
        return (struct used){ gap_day, facts->settings->cap };
    return (struct used){ person->slot_day, person->slot_count };
}

static struct workdays person_workdays(const struct facts *facts, struct hours *hours)
{
    *hours = facts->settings->hours;
    if (facts->person.workdays)
        hours->workdays = facts->person.workdays;
    return (struct workdays){
        .hours = hours, .holidays = facts->content->holidays, .region = facts->person.region
    };
}

/* The number-th of `cap` equal parts of the window holds the slot; in a window of fewer minutes
 * than slots they share a minute. Where the clock jumps over a whole part, that part may end up
 * behind the window: then any minute of the window will do. */
static struct instant slot_of(const struct facts *facts, int32_t day, int32_t number)
{
    struct hours hours;
    struct workdays workdays = person_workdays(facts, &hours);
    int32_t from = hours.from_minute, length = hours.to_minute - from, cap = facts->settings->cap;
    int32_t start = from + length * number / cap, end = from + length * (number + 1) / cap;
    hours.from_minute = (int16_t)start;
    hours.to_minute = (int16_t)(end > start ? end : start + 1);
    uint32_t spread = spread_of(facts->person.person_id, day, number);
    struct instant at = slot_instant(facts->zone, &workdays, day, spread);
    struct hours whole;
    struct workdays all_day = person_workdays(facts, &whole);
    if (in_window(facts->zone, &all_day, at))
        return at;
    return slot_instant(facts->zone, &all_day, day, spread);
}

/* SplitMix64's finaliser over the three numbers. */
static uint32_t spread_of(int64_t person_id, int32_t day, int32_t number)
{
    uint64_t z = (uint64_t)person_id * 0x9e3779b97f4a7c15U +
        (uint64_t)(uint32_t)day * 0xbf58476d1ce4e5b9U + (uint64_t)(uint32_t)number;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (uint32_t)((z ^ (z >> 31)) >> 32);
}
