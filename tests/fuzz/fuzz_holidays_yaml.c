/* holidays.yaml: what is accepted is sorted, each day and region once. */
#include "fuzz.h"

#include "content/parts.h"
#include "nudged/calendar/holidays.h"

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct faults faults;
    struct str path = fuzz_path("holidays.yaml");
    arena_init(&arena, 32 << 20);
    struct holidays holidays = holidays_in(&arena);
    faults_init(&faults, &arena);
    fuzz_write(path, take_rest(&feed));
    struct hash256 hash = { 0 };
    enum err err = holidays_load(path, &arena, &faults, &hash, &holidays);
    REQUIRE(err != ERR_NO_MEMORY && (err == OK) == (faults.errors == 0));
    REQUIRE(!err || holidays.len == 0);
    for (size_t i = 0; i < holidays.len; i++) {
        const struct holiday *here = &holidays.items[i], *before = i ? here - 1 : NULL;
        REQUIRE(here->name.len <= HOLIDAY_NAME_BYTES_MAX);
        REQUIRE(!before || before->day < here->day ||
            (before->day == here->day && str_compare(before->region, here->region) < 0));
        REQUIRE(holidays_has(&holidays, here->day, here->region));
    }
    arena_finish(&arena);
    return 0;
}
