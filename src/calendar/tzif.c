/* The TZif file format, RFC 9636, versions 1 to 4: bytes to a zone, in one block of memory.
 *
 * Nothing in the file is trusted: every count is checked against the bytes that are left
 * before it is used. From version 2 on the first block is only stepped over. Files that count
 * leap seconds are refused: our instants do not count them, and reading them anyway would be
 * off by 27 s. */
#include "calendar/tzif.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEADER_BYTES = 44,
    TYPE_BYTES = 6,
    CHANGES_MAX = 2000,         /* as in the reference implementation */
    TYPES_MAX = 256,            /* an index is one byte */
    FOOTER_BYTES_MAX = 256
};

struct header {
    char version;
    size_t time_bytes;          /* of one instant: 4 in the first block, 8 in the second */
    uint32_t isut_count, isstd_count, leap_count, time_count, type_count, char_count;
};

static bool take_header(struct str *rest, size_t time_bytes, struct header *out);
static bool take_bytes(struct str *rest, uint64_t len, struct str *out);
static uint64_t block_bytes(const struct header *header);
static bool is_sound(const struct header *header);
static bool take_footer(struct str *rest, struct footer *out);
static struct zone *zone_new(struct str name, size_t changes_len);
static bool fill(struct zone *zone, const struct header *header, struct str block,
                 int64_t *changes, int32_t *offsets_s);
static bool type_offset(const struct header *header, struct str types, size_t type, int32_t *out);
static uint64_t big_end_first(const char *bytes, size_t len);

enum err zone_from_bytes(struct str name, struct str bytes, struct zone **out)
{
    struct header header;
    struct str rest = bytes, block;
    struct footer footer = { .present = false };
    if (!take_header(&rest, 4, &header))
        return ERR_SYNTAX;
    if (header.version >= '2') {
        if (!take_bytes(&rest, block_bytes(&header), &block) || !take_header(&rest, 8, &header))
            return ERR_SYNTAX;
    }
    if (!is_sound(&header) || !take_bytes(&rest, block_bytes(&header), &block))
        return ERR_SYNTAX;
    if (header.version >= '2' && !take_footer(&rest, &footer))
        return ERR_SYNTAX;

    struct zone *zone = zone_new(name, header.time_count);
    if (!zone)
        return ERR_NO_MEMORY;
    zone->footer = footer;
    int64_t *changes = (int64_t *)(void *)(zone + 1);
    if (!fill(zone, &header, block, changes, (int32_t *)(void *)(changes + header.time_count))) {
        (void)zone_free(zone);
        return ERR_SYNTAX;
    }
    *out = zone;
    return OK;
}

struct zone *zone_free(struct zone *zone)
{
    free(zone);
    return NULL;
}

static bool take_header(struct str *rest, size_t time_bytes, struct header *out)
{
    struct str bytes;
    if (!take_bytes(rest, HEADER_BYTES, &bytes) || !str_starts_with(bytes, STR("TZif")))
        return false;
    char version = bytes.ptr[4];
    if (version != '\0' && version < '2')
        return false;
    uint32_t counts[6];
    for (size_t i = 0; i < COUNT(counts); i++)
        counts[i] = (uint32_t)big_end_first(bytes.ptr + 20 + 4 * i, 4);
    *out = (struct header){ version, time_bytes, counts[0], counts[1], counts[2],
                            counts[3], counts[4], counts[5] };
    return true;
}

static bool take_bytes(struct str *rest, uint64_t len, struct str *out)
{
    if (len > rest->len)
        return false;
    *out = str_slice(*rest, 0, (size_t)len);
    *rest = str_slice(*rest, (size_t)len, rest->len);
    return true;
}

/* Six numbers of 32 bits cannot overflow 64. */
static uint64_t block_bytes(const struct header *header)
{
    return (uint64_t)header->time_count * (header->time_bytes + 1)
        + (uint64_t)header->type_count * TYPE_BYTES + header->char_count
        + (uint64_t)header->leap_count * (header->time_bytes + 4)
        + header->isstd_count + header->isut_count;
}

static bool is_sound(const struct header *header)
{
    return header->type_count >= 1 && header->type_count <= TYPES_MAX && header->char_count >= 1
        && header->time_count <= CHANGES_MAX && header->leap_count == 0
        && (header->isut_count == 0 || header->isut_count == header->type_count)
        && (header->isstd_count == 0 || header->isstd_count == header->type_count);
}

static bool take_footer(struct str *rest, struct footer *out)
{
    if (!str_starts_with(*rest, STR("\n")))
        return false;
    struct str text = str_slice(*rest, 1, 1 + FOOTER_BYTES_MAX);
    size_t end = str_find(text, '\n');
    return end < text.len && footer_parse(str_slice(text, 0, end), out);
}

/* The zone, then its changes, its offsets and its name. */
static struct zone *zone_new(struct str name, size_t changes_len)
{
    size_t changes_bytes = changes_len * sizeof(int64_t);
    size_t offsets_bytes = (changes_len + 1) * sizeof(int32_t);
    char *memory = calloc(1, sizeof(struct zone) + changes_bytes + offsets_bytes + name.len);
    if (!memory)
        return NULL;
    char *offsets = memory + sizeof(struct zone) + changes_bytes;
    if (name.len)
        memcpy(offsets + offsets_bytes, name.ptr, name.len);
    struct zone *zone = (struct zone *)(void *)memory;
    zone->name = (struct str){ offsets + offsets_bytes, name.len };
    zone->changes_len = changes_len;
    zone->changes = (int64_t *)(void *)(zone + 1);
    zone->offsets_s = (int32_t *)(void *)offsets;
    return zone;
}

static bool fill(struct zone *zone, const struct header *header, struct str block,
                 int64_t *changes, int32_t *offsets_s)
{
    size_t count = header->time_count, time_bytes = header->time_bytes;
    const char *kinds = block.ptr + count * time_bytes;
    struct str types = str_slice(block, count * (time_bytes + 1), block.len);
    if (!type_offset(header, types, 0, &offsets_s[0]))
        return false;
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = big_end_first(block.ptr + i * time_bytes, time_bytes);
        changes[i] = time_bytes == 4 ? (int32_t)(uint32_t)bits : (int64_t)bits;
        if (i > 0 && changes[i] <= changes[i - 1])
            return false;
        if (!type_offset(header, types, (uint8_t)kinds[i], &offsets_s[i + 1]))
            return false;
    }
    return zone->changes_len == count;
}

/* A type: offset (4 bytes), is summer time (1), index of its name (1). */
static bool type_offset(const struct header *header, struct str types, size_t type, int32_t *out)
{
    if (type >= header->type_count)
        return false;
    const char *bytes = types.ptr + type * TYPE_BYTES;
    int32_t offset_s = (int32_t)(uint32_t)big_end_first(bytes, 4);
    uint8_t is_summer = (uint8_t)bytes[4], name_at = (uint8_t)bytes[5];
    if (offset_s < OFFSET_LEAST_S || offset_s > OFFSET_MOST_S || is_summer > 1
        || name_at >= header->char_count)
        return false;
    *out = offset_s;
    return true;
}

static uint64_t big_end_first(const char *bytes, size_t len)
{
    uint64_t number = 0;
    for (size_t i = 0; i < len; i++)
        number = number << 8 | (uint8_t)bytes[i];
    return number;
}
