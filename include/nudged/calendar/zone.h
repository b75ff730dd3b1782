/* Time zones: instants to local time and back, from the system's TZif files (RFC 9636).
 *
 * A zone is loaded once, never changes and may be shared by any number of people. Instants and days
 * outside the years 1–9999 are treated as their nearest edge.
 *
 * Around a change of the clock: a local time in a gap moves forward by the length of the gap (02:30
 * becomes 03:30), one in an overlap means the first pass. After the last change a file lists, its
 * footer rule goes on for ever; a file without one keeps its last offset. */
#ifndef NUDGED_CALENDAR_ZONE_H
#define NUDGED_CALENDAR_ZONE_H

#include <stdint.h>

#include "nudged/base/err.h"
#include "nudged/base/str.h"
#include "nudged/base/time.h"

enum {
    ZONE_FILE_BYTES_MAX = 128 << 10,    /* the largest of the IANA files is below 4 KiB */
    ZONE_NAME_BYTES_MAX = 64,           /* the longest IANA name has 32 */
    ZONES_MAX = 640                   /* the IANA database has about 600 names, old ones included */
};

struct zone;

/* Reads folder/name; zone_free ends it. The name is an IANA name: letters, digits, "_+-/".
 * Errors: ERR_NOT_FOUND (no such file, or no such name can exist: absolute, "..", other
 * bytes), ERR_SYNTAX (not a TZif file, or one that counts leap seconds), ERR_TOO_BIG, ERR_IO,
 * ERR_NO_MEMORY. */
MUST_USE enum err zone_load(struct str folder, struct str name, struct zone **out);
/* The same from the bytes of a file; both are borrowed only for the call. */
MUST_USE enum err zone_from_bytes(struct str name, struct str bytes, struct zone **out);
struct zone *zone_free(struct zone *zone);                      /* accepts NULL, returns NULL */

struct str zone_name(const struct zone *zone);                  /* lives as long as the zone */
int32_t zone_offset_s(const struct zone *zone, struct instant at);      /* seconds ahead of UTC */
struct local zone_local(const struct zone *zone, struct instant at);    /* minute rounded down */
struct instant zone_instant(const struct zone *zone, struct local local);

/* A cache by name, for the life of the process: each zone is read when first asked for. */
struct zones;

struct zones *zones_new(struct str folder);                     /* NULL: no memory */
struct zones *zones_free(struct zones *zones);                  /* ends its zones; accepts NULL */
/* NULL when it cannot be loaded, or when ZONES_MAX others are there already. Owned by the cache. */
const struct zone *zones_get(struct zones *zones, struct str name);

#endif
