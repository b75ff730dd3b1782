/* A bucket an account, as one instant: when it would be full. Refuses to know people: an account id
 * is enough, and it is kept as a hash. */
#include "app/hurry.h"

static uint64_t hash(struct str who);

enum hurry_verdict hurry_line(struct hurry *hurry, struct str who, struct mono now)
{
    uint64_t id = hash(who);
    struct hurry_place *place = &hurry->places[id % HURRY_PLACES];
    bool patient = place->full_ms <= now.ms;
    if (place->who != id && !patient)
        return HURRY_FINE;
    if (place->who != id || patient)
        *place = (struct hurry_place){ .who = id, .full_ms = now.ms };
    if (place->full_ms - now.ms > (int64_t)(HURRY_BURST - 1) * HURRY_EVERY_MS) {
        bool told = place->told;
        place->told = true;
        return told ? HURRY_MORE : HURRY_FIRST;
    }
    place->full_ms += HURRY_EVERY_MS;
    return HURRY_FINE;
}

/* FNV-1a, 64 bits. */
static uint64_t hash(struct str who)
{
    uint64_t mixed = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < who.len; i++)
        mixed = (mixed ^ (unsigned char)who.ptr[i]) * UINT64_C(0x100000001b3);
    return mixed;
}
