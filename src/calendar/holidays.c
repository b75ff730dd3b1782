/* The sorted set of holidays. Refuses to know where they come from. */
#include "nudged/calendar/holidays.h"

#include <string.h>

#include "nudged/base/text.h"

static size_t place_of(const struct holidays *holidays, int32_t day, struct str region);
static const struct holiday *row_at(const struct holidays *holidays, int32_t day,
                                    struct str region);
static enum err make_room(struct holidays *holidays);

struct holidays holidays_in(struct arena *arena)
{
    return (struct holidays){ .arena = arena };
}

enum err holidays_add(struct holidays *holidays, int32_t day, struct str region, struct str name)
{
    if (row_at(holidays, day, region))
        return OK;
    enum err err = make_room(holidays);
    if (err)
        return err;
    struct holiday holiday = {
        .day = day,
        .region = str_copy(holidays->arena, region),
        .name = str_copy(holidays->arena, text_cut_bytes(name, HOLIDAY_NAME_BYTES_MAX)),
    };
    if (arena_failed(holidays->arena))
        return ERR_NO_MEMORY;
    size_t at = place_of(holidays, day, region);
    memmove(holidays->items + at + 1, holidays->items + at,
            (holidays->len - at) * sizeof holiday);
    holidays->items[at] = holiday;
    holidays->len++;
    return OK;
}

bool holidays_has(const struct holidays *holidays, int32_t day, struct str region)
{
    return row_at(holidays, day, STR_EMPTY) || row_at(holidays, day, region);
}

struct str holidays_name(const struct holidays *holidays, int32_t day, struct str region)
{
    const struct holiday *own = row_at(holidays, day, region);
    const struct holiday *row = own ? own : row_at(holidays, day, STR_EMPTY);
    return row ? row->name : STR_EMPTY;
}

static size_t place_of(const struct holidays *holidays, int32_t day, struct str region)
{
    size_t from = 0, to = holidays->len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const struct holiday *row = &holidays->items[middle];
        if (row->day < day || (row->day == day && str_compare(row->region, region) < 0)) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

static const struct holiday *row_at(const struct holidays *holidays, int32_t day,
                                    struct str region)
{
    size_t at = place_of(holidays, day, region);
    if (at == holidays->len || holidays->items[at].day != day
        || !str_equal(holidays->items[at].region, region))
        return NULL;
    return &holidays->items[at];
}

static enum err make_room(struct holidays *holidays)
{
    if (holidays->len >= HOLIDAYS_MAX)
        return ERR_TOO_BIG;
    if (holidays->len < holidays->cap)
        return OK;
    size_t cap = holidays->cap < 32 ? 64 : holidays->cap * 2;
    struct holiday *items = arena_grow(holidays->arena, holidays->items,
                                       holidays->cap * sizeof *items, cap * sizeof *items);
    if (!items)
        return ERR_NO_MEMORY;
    holidays->items = items;
    holidays->cap = cap;
    return OK;
}
