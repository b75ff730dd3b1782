/* A time zone file. Whatever can be read converts any instant and any local time without leaving
 * what a zone may be. */
#include "fuzz.h"

#include "calendar/tzif.h"
#include "nudged/calendar/hours.h"

static void check_instant(const struct zone *zone, struct instant at)
{
    int32_t offset_s = zone_offset_s(zone, at);
    struct local local = zone_local(zone, at);
    REQUIRE(offset_s >= OFFSET_LEAST_S && offset_s <= OFFSET_MOST_S);
    REQUIRE(local.minute >= 0 && local.minute < 24 * 60);
    struct instant back = zone_instant(zone, local);
    bool inside = at.utc_ms > -50LL * 366 * 86400000 && at.utc_ms < 300LL * 366 * 86400000;
    int64_t apart = back.utc_ms - at.utc_ms; /* a gap or an overlap away, and the minute cut off */
    int64_t most = (int64_t)(OFFSET_MOST_S - OFFSET_LEAST_S) * 1000 + 60000;
    REQUIRE(!inside || (apart <= most && apart >= -most));
}

static void check_day(const struct zone *zone, struct workdays *workdays, int32_t day)
{
    struct instant start = window_start(zone, workdays, day), end = window_end(zone, workdays, day);
    REQUIRE(instant_before(start, end));
    struct instant slot = slot_instant(zone, workdays, day, (uint32_t)day * 2654435761U);
    REQUIRE(slot.utc_ms > 0);
    (void)in_window(zone, workdays, slot);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct zone *zone = NULL;
    struct hours hours = HOURS_DEFAULT;
    struct workdays workdays = { .hours = &hours };
    enum err err = zone_from_bytes(STR("Etc/Fuzz"), take_rest(&feed), &zone);
    REQUIRE(err == OK || err == ERR_SYNTAX || err == ERR_TOO_BIG);
    if (err)
        return 0;
    static const int64_t instants[] = { INT64_MIN, -1, 0, INT64_C(1930550400123), INT64_MAX };
    for (size_t i = 0; i < COUNT(instants); i++)
        check_instant(zone, (struct instant){ instants[i] });
    for (int64_t month = 0; month < 12 * 3; month++)
        check_instant(zone, (struct instant){ INT64_C(1930550400123) + month * 30 * 86400000 });
    for (size_t i = 0; i < zone->changes_len && i < 300; i++)
        for (int64_t ms = -1; ms <= 1; ms++)
            if (zone->changes[i] > INT64_MIN / 2000 && zone->changes[i] < INT64_MAX / 2000)
                check_instant(zone, (struct instant){ zone->changes[i] * 1000 + ms });
    for (int32_t day = 22340; day < 22340 + 366; day += 7)
        check_day(zone, &workdays, day);
    zone_free(zone);
    return 0;
}
