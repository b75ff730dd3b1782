/* Instants to local time and back, over what tzif.c has read; and the cache of zones.
 *
 * One odd decision: a local time is found by walking the stretches of constant offset around it
 * instead of guessing an offset and correcting. It needs no special case for changes that lie close
 * together or for a whole day that a zone has skipped. */
#include "nudged/calendar/zone.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "calendar/tzif.h"

#define YEAR_1_S INT64_C(-62135596800)          /* 0001-01-01T00:00:00Z */
#define YEAR_9999_S INT64_C(253402300799)       /* 9999-12-31T23:59:59Z */
enum { DAY_S = 86400, PATH_BYTES_MAX = 4096 };

struct zones {
    size_t len;
    struct zone *sorted[ZONES_MAX];
    size_t folder_len;
    char folder[];
};

static bool is_zone_name(struct str name);
static enum err read_file(const char *path, char *bytes, size_t *len);
static int64_t clamp(int64_t t);
static size_t changes_until(const struct zone *zone, int64_t t);
static struct segment segment_at(const struct zone *zone, int64_t t);
static size_t zones_place(const struct zones *zones, struct str name);

enum err zone_load(struct str folder, struct str name, struct zone **out)
{
    char path[PATH_BYTES_MAX];
    if (!is_zone_name(name))
        return ERR_NOT_FOUND;
    int path_len = snprintf(path, sizeof path, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name));
    if (path_len < 0 || (size_t)path_len >= sizeof path)
        return ERR_NOT_FOUND;
    char *bytes = malloc(ZONE_FILE_BYTES_MAX + 1);
    size_t len = 0;
    enum err err = bytes ? read_file(path, bytes, &len) : ERR_NO_MEMORY;
    if (!err && len > ZONE_FILE_BYTES_MAX)
        err = ERR_TOO_BIG;
    if (!err)
        err = zone_from_bytes(name, (struct str){ bytes, len }, out);
    free(bytes);
    return err;
}

struct str zone_name(const struct zone *zone) { return zone->name; }

int32_t zone_offset_s(const struct zone *zone, struct instant at)
{
    int64_t t = clamp(at.utc_ms / 1000 - (at.utc_ms % 1000 < 0));
    size_t change = changes_until(zone, t);
    if (change == zone->changes_len && zone->footer.present)
        return footer_segment(&zone->footer, t).offset_s;
    return zone->offsets_s[change];
}

struct local zone_local(const struct zone *zone, struct instant at)
{
    int64_t t = clamp(at.utc_ms / 1000 - (at.utc_ms % 1000 < 0)) + zone_offset_s(zone, at);
    int64_t day = t / DAY_S - (t % DAY_S < 0);
    return (struct local){ (int32_t)day, (int16_t)((t - day * DAY_S) / 60) };
}

struct instant zone_instant(const struct zone *zone, struct local local)
{
    int64_t wall = clamp((int64_t)local.day * DAY_S + local.minute * 60);
    int64_t last = wall - OFFSET_LEAST_S;
    struct segment segment = segment_at(zone, wall - OFFSET_MOST_S);
    int64_t in_gap = wall - segment.offset_s;       /* unless a gap or a fit is found below */
    bool gap_found = false;
    while (true) {
        int64_t t = wall - segment.offset_s;
        if (t >= segment.from && t < segment.until)
            return (struct instant){ t * 1000 };
        if (segment.until > last)
            break;
        struct segment next = segment_at(zone, segment.until);
        if (!gap_found && t >= segment.until && wall - next.offset_s < next.from) {
            in_gap = t;
            gap_found = true;
        }
        segment = next;
    }
    return (struct instant){ in_gap * 1000 };
}

struct zones *zones_new(struct str folder)
{
    struct zones *zones = calloc(1, sizeof *zones + folder.len);
    if (!zones)
        return NULL;
    zones->folder_len = folder.len;
    for (size_t i = 0; i < folder.len; i++)
        zones->folder[i] = folder.ptr[i];
    return zones;
}

struct zones *zones_free(struct zones *zones)
{
    for (size_t i = 0; zones && i < zones->len; i++)
        (void)zone_free(zones->sorted[i]);
    free(zones);
    return NULL;
}

const struct zone *zones_get(struct zones *zones, struct str name)
{
    struct zone *zone = NULL;
    size_t at = zones_place(zones, name);
    if (at < zones->len && str_equal(zones->sorted[at]->name, name))
        return zones->sorted[at];
    if (zones->len == ZONES_MAX
        || zone_load((struct str){ zones->folder, zones->folder_len }, name, &zone))
        return NULL;
    for (size_t i = zones->len++; i > at; i--)
        zones->sorted[i] = zones->sorted[i - 1];
    zones->sorted[at] = zone;
    return zone;
}

/* Only what IANA names are made of, so no name can leave the folder. */
static bool is_zone_name(struct str name)
{
    if (name.len == 0 || name.len > ZONE_NAME_BYTES_MAX || name.ptr[0] == '/')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
              || c == '_' || c == '+' || c == '-' || c == '/'))
            return false;
    }
    return true;
}

static enum err read_file(const char *path, char *bytes, size_t *len)
{
    FILE *file = fopen(path, "rbe");
    if (!file)
        return errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
    errno = 0;
    *len = fread(bytes, 1, ZONE_FILE_BYTES_MAX + 1, file);
    enum err err = OK;
    if (ferror(file))
        err = errno == EISDIR ? ERR_NOT_FOUND : ERR_IO;
    (void)fclose(file);
    return err;
}

static int64_t clamp(int64_t t)
{
    return t < YEAR_1_S ? YEAR_1_S : t > YEAR_9999_S ? YEAR_9999_S : t;
}

/* How many changes are at or before t. */
static size_t changes_until(const struct zone *zone, int64_t t)
{
    size_t from = 0, to = zone->changes_len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (zone->changes[middle] <= t) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

static struct segment segment_at(const struct zone *zone, int64_t t)
{
    size_t len = zone->changes_len, change = changes_until(zone, t);
    struct segment segment = { INT64_MIN, INT64_MAX, zone->offsets_s[change] };
    if (change == len && zone->footer.present)
        segment = footer_segment(&zone->footer, t);
    if (change > 0 && segment.from < zone->changes[change - 1])
        segment.from = zone->changes[change - 1];
    if (change < len)
        segment.until = zone->changes[change];
    return segment;
}

static size_t zones_place(const struct zones *zones, struct str name)
{
    size_t from = 0, to = zones->len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (str_compare(zones->sorted[middle]->name, name) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}
