/* The schedule: a zone, an organisation's hours, holidays, a person's days and a clock that jumps
 * both ways. Whatever they are, a slot is in the future, on a working day, in the window, and no
 * day has more of them than it may.
 *
 * * Days and minutes are worked out again here from the local time alone. */
#include "unit/core/facts_builder.h"

#include "fuzz.h"

enum { STEPS_MAX = 24 };

static const char *const zone_names[] = { "Europe/Berlin", "America/New_York", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "America/St_Johns", "UTC" };

static bool is_day_off(const struct builder *b, int32_t day)
{
    const struct person *person = &b->facts.person;
    uint8_t days = person->workdays ? person->workdays : b->settings.hours.workdays;
    if (!(days >> weekday_of(day) & 1))
        return true;
    for (size_t i = 0; i < b->holidays.len; i++) {
        const struct holiday *holiday = &b->holidays.items[i];
        if (holiday->day == day &&
            (!holiday->region.len || str_equal(holiday->region, person->region)))
            return true;
    }
    return false;
}

/* A clock that jumps over the whole window moves it: there the minute may be another. */
static bool clock_changes(const struct zone *zone, struct instant at)
{
    return zone_offset_s(zone, instant_add(at, HOURS(-26))) !=
        zone_offset_s(zone, instant_add(at, HOURS(26)));
}

static void check_slot(const struct builder *b, struct instant at, int32_t from_day)
{
    const struct facts *facts = &b->facts;
    if (instant_is_never(at)) {
        for (int32_t day = from_day + 8; day < from_day + 350; day++)
            REQUIRE(is_day_off(b, day));
        return;
    }
    struct local local = zone_local(facts->zone, at);
    REQUIRE(instant_before(facts->now, at));
    if (clock_changes(facts->zone, at))
        return;
    REQUIRE(local.day >= from_day && local.day <= from_day + 367 + SLOT_DAYS_AHEAD_MAX);
    REQUIRE(!is_day_off(b, local.day));
    REQUIRE(local.minute >= b->settings.hours.from_minute);
    REQUIRE(local.minute < b->settings.hours.to_minute);
}

static void set_company(struct builder *b, struct feed *feed)
{
    int from = (int)take_number(feed, 2) % 1439;
    b->settings.hours.from_minute = (int16_t)from;
    b->settings.hours.to_minute = (int16_t)(from + 1 + (int)take_number(feed, 2) % (1440 - from));
    b->settings.hours.workdays = take_byte(feed) & 127;
    REQUIRE(hours_are_valid(b->settings.hours));
    b->settings.cap = 1 + take_byte(feed) % 3;
    b->facts.person.workdays = take_byte(feed) & 127;
    b->facts.person.region = take_byte(feed) & 1 ? STR("DE-BE") : STR_EMPTY;
    b->facts.person.person_id = (int64_t)take_number(feed, 3);
    b->facts.now.utc_ms = INT64_C(1924991999000) + (int64_t)take_number(feed, 3) * 100000;
    b->holidays = holidays_in(&b->arena);
    int32_t today = slot_today(&b->facts);
    for (unsigned i = take_byte(feed) % 32; i > 0; i--)
        REQUIRE(!holidays_add(&b->holidays, today + (int32_t)take_number(feed, 2) % 400,
            i & 1 ? STR("DE-BE") : STR_EMPTY, STR("day off")));
}

/* Slots used in the order they come, with the clock moved in between. */
static void live(struct builder *b, struct feed *feed)
{
    struct person *person = &b->facts.person;
    struct { int32_t day; int32_t count; } last = { INT32_MIN, 0 };
    person->slot_day = 0;
    person->slot_count = 0;
    for (int i = 0; i < STEPS_MAX && feed->left; i++) {
        uint8_t how = take_byte(feed);
        int64_t span = (int64_t)take_number(feed, 2) << (how & 4 ? 10 : 0);
        b->facts.now = instant_add(b->facts.now, SECONDS(how % 8 == 7 ? -span % 86400 : span));
        int32_t today = slot_today(&b->facts), day = how & 8 ? today + how % 50 : today;
        struct instant next = slot_next_from(&b->facts, day), soon = slot_soon(&b->facts);
        check_slot(b, next, day);
        REQUIRE(instant_is_never(soon) || instant_before(b->facts.now, soon));
        REQUIRE(day != today || !instant_before(slot_next(&b->facts), soon));
        if (!(how & 16) || slot_used_up(&b->facts))
            continue;
        person->slot_count = person->slot_day == today ? person->slot_count + 1 : 1;
        REQUIRE(person->slot_day <= today || person->slot_day > today + SLOT_DAYS_AHEAD_MAX);
        person->slot_day = today;
        last.count = last.day == today ? last.count + 1 : 1;
        last.day = today;
        REQUIRE(last.count <= b->settings.cap);
    }
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static struct builder *b;
    static struct zone *zones[COUNT(zone_names)];
    static struct arena_mark { struct arena arena; } kept;
    struct feed feed = feed_of(data, size);
    if (!b) {
        b = builder_new("Europe/Berlin");
        for (size_t i = 0; i < COUNT(zones); i++)
            REQUIRE(!zone_load(STR("/usr/share/zoneinfo"), str_from_z(zone_names[i]), &zones[i]));
        arena_init(&kept.arena, 1 << 20);
        b->arena = kept.arena;
    }
    b->facts.zone = zones[take_byte(&feed) % COUNT(zones)];
    set_company(b, &feed);
    live(b, &feed);
    REQUIRE(!arena_failed(&b->arena));
    arena_reset(&b->arena);
    return 0;
}
