/* A calendar file of some office. Nothing outside the asked days, nothing twice, nothing at all
 * when it is refused. */
#include "fuzz.h"

#include "nudged/calendar/holidays.h"

int fuzz_one(const uint8_t *data, size_t size)
{
    enum { FROM = 21915, TO = FROM + 3 * 366 }; /* three years from 2030-01-01 */
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct faults faults;
    arena_init(&arena, 32 << 20);
    struct holidays holidays = holidays_in(&arena);
    faults_init(&faults, &arena);
    REQUIRE(!holidays_add(&holidays, FROM + 10, STR_EMPTY, STR("there before")));
    enum err err = holidays_read_ics(
        take_rest(&feed), STR("DE-BE"), FROM, TO, &faults, STR("days.ics"), &holidays);
    REQUIRE(err == OK || err == ERR_SYNTAX || err == ERR_TOO_BIG);
    REQUIRE(err != ERR_SYNTAX || faults.errors > 0);
    REQUIRE(!err || holidays.len == 1);
    for (size_t i = 0; i < holidays.len; i++) {
        const struct holiday *here = &holidays.items[i];
        REQUIRE(here->day >= FROM && here->day < TO && here->name.len <= HOLIDAY_NAME_BYTES_MAX);
        REQUIRE(i == 0 || here[-1].day < here->day ||
            (here[-1].day == here->day && str_compare(here[-1].region, here->region) < 0));
    }
    arena_finish(&arena);
    return 0;
}
