/* Every zone of this machine, five years with all their changes of the clock: on each day that is
 * due a person gets exactly as many slots as the cap says, in order, inside the window, and none on
 * any other day.
 *
 *   COUNT   so many zones, evenly taken from all (default and 0: all)
 *   SEED    the person, and how late the daemon looks at each slot
 *   ZONE    this one alone
 *
 * A window that a jump of the clock carries wholly into the next day, and one of several parts of a
 * window that a jump carries into the next part, are nobody's fault and are counted apart.
 *
 * The person is walked the way the rule for a due person walks: wait for the slot, look whether it
 * may be used, use it, ask for the next. Around each change every kind of window is walked, also
 * those that the clock jumps over; between the changes the usual one. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/slots.h"
#include "endure/endure.h"

enum {
    ZONES_ROOM = 2000,
    CHANGES_ROOM = 64,
    STEP_HOURS = 6,
    DAYS_AROUND = 5,
    LATE_MS = 59000,
    DAY_MINUTES = 1440,
    HOURS_BEFORE = 15 /* no zone is further from Greenwich */
};

struct names {
    char name[ZONES_ROOM][ZONE_NAME_BYTES_MAX];
    size_t len;
};

struct counts {
    uint64_t zones, changes, walks, slots, days, moved;
};

struct walk {
    const char *zone_name;
    const struct zone *zone;
    struct settings settings;
    struct holidays holidays;
    struct content content;
    struct facts facts;
    int32_t from_day, to_day;
    uint64_t random;
};

struct gap {
    int32_t from, to; /* minutes of a day; to may lie beyond its end */
};

static const struct hours windows[] = {
    { HOURS_DEFAULT_FROM_MINUTE, HOURS_DEFAULT_TO_MINUTE, HOURS_DEFAULT_WORKDAYS },
    { 0, 1440, 0x7f },
    { 0, 30, 0x7f },
    { 90, 125, 0x7f },
    { 120, 180, 0x7f },
    { 150, 165, 0x7f },
    { 60, 300, 0x60 },
    { 1320, 1440, 0x7f },
    { 1410, 1440, 0x7f },
};

static const char folder[] = "/usr/share/zoneinfo";

static struct names *names_read(void);
static int add_name(const char *path, const struct stat *status, int kind, struct FTW *at);
static void try_zone(const char *name, uint64_t seed, struct counts *counts);
static size_t find_changes(const struct zone *zone, int32_t *days);
static void walk(struct walk *walk, struct counts *counts);
static bool find_gap(const struct walk *walk, int32_t day, struct gap *gap);
static int64_t minute_shown(const struct walk *walk, struct instant at);
static bool is_jumped_over(const struct walk *walk, int32_t day);
static bool loses_a_part(const struct walk *walk, int32_t day);
static void count_slot(const struct walk *walk, int32_t *due, struct counts *counts);
static _Noreturn void broken(const struct walk *walk, const char *what, int32_t day);

static struct names *found; /* nftw has no argument of the caller's */

int main(void)
{
    uint64_t count = endure_number("COUNT", 0), seed = endure_number("SEED", 1);
    struct counts counts = { 0 };
    const char *only = getenv("ZONE");
    struct names *names = names_read();
    if (!count || count > names->len)
        count = names->len;
    for (uint64_t i = 0; i < count; i++)
        try_zone(only ? only : names->name[i * names->len / count], seed + i, &counts);
    printf("proved: %llu zones, %llu changes of the clock, %llu due days, %llu slots, "
           "0 missing, 0 doubled, 0 outside; %llu windows jumped over\n",
        (unsigned long long)counts.zones, (unsigned long long)counts.changes,
        (unsigned long long)counts.days, (unsigned long long)counts.slots,
        (unsigned long long)counts.moved);
    free(names);
    return EXIT_SUCCESS;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

static struct names *names_read(void)
{
    found = calloc(1, sizeof(*found));
    REQUIRE(found);
    if (nftw(folder, add_name, 16, FTW_PHYS) || found->len < 100)
        endure_not_run("this machine has no table of time zones in /usr/share/zoneinfo");
    qsort(found->name, found->len, sizeof(found->name[0]), compare_names);
    return found;
}

/* The folders hold the same zones twice more: without leap seconds, and with. */
static int add_name(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    const char *name = path + sizeof(folder);
    char magic[4] = "";
    (void)status;
    (void)at;
    if (kind != FTW_F || strncmp(name, "posix/", 6) == 0 || strncmp(name, "right/", 6) == 0 ||
        strlen(name) >= ZONE_NAME_BYTES_MAX || found->len == ZONES_ROOM)
        return 0;
    FILE *file = fopen(path, "r");
    bool is_zone = file && fread(magic, 1, 4, file) == 4 && memcmp(magic, "TZif", 4) == 0;
    if (file)
        fclose(file);
    if (is_zone)
        memcpy(found->name[found->len++], name, strlen(name));
    return 0;
}

static void try_zone(const char *name, uint64_t seed, struct counts *counts)
{
    static const struct content no_content;
    struct zone *zone = NULL;
    int32_t changes[CHANGES_ROOM];
    struct walk one = { .zone_name = name, .random = seed, .content = no_content };
    if (zone_load(str_from_z(folder), str_from_z(name), &zone))
        broken(&one, "the zone cannot be read", 0);
    one.zone = zone;
    size_t len = find_changes(zone, changes);
    counts->zones++;
    counts->changes += len;
    for (size_t c = 0; c < len; c++)
        for (size_t w = 0; w < COUNT(windows); w++)
            for (int32_t cap = 1; cap <= 3; cap++) {
                one.settings = (struct settings){ .hours = windows[w], .cap = cap };
                one.from_day = changes[c] - DAYS_AROUND;
                one.to_day = changes[c] + DAYS_AROUND;
                walk(&one, counts);
            }
    one.settings = (struct settings){ .hours = HOURS_DEFAULT, .cap = 1 };
    one.from_day = date_to_day((struct date){ 2026, 1, 1 });
    one.to_day = date_to_day((struct date){ 2031, 1, 1 });
    walk(&one, counts);
    zone_free(zone);
}

static size_t find_changes(const struct zone *zone, int32_t *days)
{
    int64_t end_ms = (int64_t)date_to_day((struct date){ 2031, 1, 1 }) * 86400000;
    struct instant at = { (int64_t)date_to_day((struct date){ 2026, 1, 1 }) * 86400000 };
    int32_t offset_s = zone_offset_s(zone, at);
    size_t len = 0;
    for (; at.utc_ms < end_ms && len < CHANGES_ROOM; at = instant_add(at, HOURS(STEP_HOURS))) {
        if (zone_offset_s(zone, at) == offset_s)
            continue;
        offset_s = zone_offset_s(zone, at);
        days[len++] = zone_local(zone, at).day;
    }
    return len;
}

/* From the start of the first day to the end of the last; `due`: what each day still wants. */
static void walk(struct walk *walk, struct counts *counts)
{
    struct facts *facts = &walk->facts;
    struct hours hours = walk->settings.hours;
    struct workdays workdays = { .hours = &hours };
    size_t days = (size_t)(walk->to_day - walk->from_day);
    int32_t *due = calloc(days, sizeof(*due));
    REQUIRE(due);
    for (size_t i = 0; i < days; i++)
        if (is_workday(&workdays, walk->from_day + (int32_t)i)) {
            due[i] = walk->settings.cap;
            counts->days++;
        }
    *facts = (struct facts){ .settings = &walk->settings,
        .content = &walk->content,
        .weights = &review_weights_default,
        .zone = walk->zone,
        .has_person = true,
        .person = { .person_id = 1 + (int64_t)(endure_draw(&walk->random) % 100000),
            .slot_day = walk->from_day - 1 } };
    facts->now = instant_add(
        zone_instant(walk->zone, (struct local){ walk->from_day, 0 }), (struct duration){ -1 });
    struct instant next = slot_next_from(facts, walk->from_day);
    while (zone_local(walk->zone, next).day < walk->to_day) {
        if (!instant_before(facts->now, next))
            broken(walk, "the next slot is not ahead", slot_today(facts));
        facts->now = next;
        count_slot(walk, due, counts);
        facts->now.utc_ms += (int64_t)(endure_draw(&walk->random) % LATE_MS);
        if (zone_local(walk->zone, facts->now).day != zone_local(walk->zone, next).day)
            facts->now = next;
        struct facts later = slots_after(facts, 1);
        facts->person = later.person;
        next = slot_next(facts);
    }
    for (size_t i = 0; i < days; i++) {
        int32_t day = walk->from_day + (int32_t)i;
        bool jumped = due[i] &&
            (is_jumped_over(walk, day) ||
                (due[i] < walk->settings.cap && loses_a_part(walk, day)));
        counts->moved += jumped;
        if (due[i] && !jumped)
            broken(walk, "a due day has too few slots", day);
    }
    counts->walks++;
    free(due);
}

static void count_slot(const struct walk *walk, int32_t *due, struct counts *counts)
{
    int32_t day = slot_today(&walk->facts);
    if (day < walk->from_day)
        broken(walk, "a slot of a day that is over", day);
    if (due[day - walk->from_day]-- <= 0 && !is_jumped_over(walk, day - 1))
        broken(walk, "a slot too many", day);
    if (slot_used_up(&walk->facts))
        broken(walk, "a slot above the cap", day);
    if (!slot_in_window(&walk->facts) && !is_jumped_over(walk, day - 1))
        broken(walk, "a slot outside of the window", day);
    counts->slots++;
}

/* The minutes of this day that no clock showed, seen by looking at every minute: never by asking
 * the function that the slots are made with. */
static bool find_gap(const struct walk *walk, int32_t day, struct gap *gap)
{
    struct instant at = { ((int64_t)day * 24 - HOURS_BEFORE) * 3600000 };
    int64_t shown = minute_shown(walk, at);
    for (int i = 0; i < (24 + 2 * HOURS_BEFORE) * 60; i++) {
        at = instant_add(at, MINUTES(1));
        int64_t next = minute_shown(walk, at);
        if (next - shown > 1 && (shown + 1) / DAY_MINUTES == day) {
            *gap = (struct gap){ (int32_t)(shown + 1 - (int64_t)day * DAY_MINUTES),
                (int32_t)(next - (int64_t)day * DAY_MINUTES) };
            return true;
        }
        shown = next;
    }
    return false;
}

static int64_t minute_shown(const struct walk *walk, struct instant at)
{
    struct local local = zone_local(walk->zone, at);
    return (int64_t)local.day * DAY_MINUTES + local.minute;
}

/* A part of this day's window that is moved on comes to lie on the day after. */
static bool is_jumped_over(const struct walk *walk, int32_t day)
{
    const struct hours *hours = &walk->settings.hours;
    struct gap gap;
    if (!find_gap(walk, day, &gap))
        return false;
    int32_t first = DAY_MINUTES - (gap.to - gap.from); /* moved on, this one is tomorrow's */
    first = first > gap.from ? first : gap.from;
    return hours->from_minute < gap.to && hours->to_minute > first && first < gap.to;
}

/* The clock jumps over a whole one of the `cap` parts of the window: it shares the next one's. */
static bool loses_a_part(const struct walk *walk, int32_t day)
{
    const struct hours *hours = &walk->settings.hours;
    int32_t length = hours->to_minute - hours->from_minute, cap = walk->settings.cap;
    struct gap gap;
    bool lost = false;
    if (!find_gap(walk, day, &gap))
        return false;
    for (int32_t n = 0; n < cap; n++)
        lost = lost ||
            (hours->from_minute + length * n / cap >= gap.from &&
                hours->from_minute + length * (n + 1) / cap <= gap.to);
    return lost;
}

static _Noreturn void broken(const struct walk *walk, const char *what, int32_t day)
{
    struct date date = date_from_day(day);
    int minute = walk->zone ? zone_local(walk->zone, walk->facts.now).minute : 0;
    printf("BROKEN %s %04d-%02d-%02d at minute %d, window %d to %d, cap %d: %s\n"
           "  again: ZONE=%s SEED=%s\n",
        walk->zone_name, (int)date.year, (int)date.month, (int)date.day, minute,
        walk->settings.hours.from_minute, walk->settings.hours.to_minute,
        (int)walk->settings.cap, what, walk->zone_name, getenv("SEED") ? getenv("SEED") : "1");
    exit(EXIT_FAILURE);
}
