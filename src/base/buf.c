/* The growing buffer. Doubles its memory up to the ceiling; the bytes of a failed add never appear
 * in part, so what is there is always a whole number of adds. */
#include "nudged/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { CAP_FIRST = 256 };

static bool make_room(struct buf *buf, size_t more);
static bool move_to(struct buf *buf, size_t cap);
static size_t plain_json_run(struct str s, size_t from);
static size_t add_json_escape(struct buf *buf, struct str s, size_t at);

struct buf buf_in(struct arena *arena, size_t bytes_max)
{
    return (struct buf){ .bytes_max = bytes_max, .arena = arena };
}

struct buf buf_heap(size_t bytes_max)
{
    return (struct buf){ .bytes_max = bytes_max };
}

void buf_free(struct buf *buf)
{
    if (buf->arena)
        return;
    free(buf->ptr);
    *buf = (struct buf){ .bytes_max = buf->bytes_max };
}

void buf_reset(struct buf *buf)
{
    buf->len = 0;
    buf->failed = false;
    buf->no_memory = false;
}

void buf_add(struct buf *buf, struct str s)
{
    if (!make_room(buf, s.len) || s.len == 0)
        return;
    memcpy(buf->ptr + buf->len, s.ptr, s.len);
    buf->len += s.len;
}

void buf_add_byte(struct buf *buf, char byte)
{
    buf_add(buf, (struct str){ &byte, 1 });
}

void buf_add_int(struct buf *buf, int64_t number)
{
    char digits[20];                    /* INT64_MIN has 19 and a sign */
    size_t at = sizeof digits;
    uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + size % 10);
        size /= 10;
    } while (size);
    if (number < 0)
        digits[--at] = '-';
    buf_add(buf, (struct str){ digits + at, sizeof digits - at });
}

void buf_addf(struct buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        buf->failed = true;
    } else if (make_room(buf, (size_t)len) && len > 0) {
        /* The terminator takes the byte that make_room keeps beyond the ceiling. */
        (void)vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}

void buf_add_json_string(struct buf *buf, struct str s)
{
    size_t start = buf->len;
    buf_add_byte(buf, '"');
    for (size_t at = 0; at < s.len && !buf->failed;) {
        size_t end = plain_json_run(s, at);
        buf_add(buf, str_slice(s, at, end));
        at = end < s.len ? end + add_json_escape(buf, s, end) : end;
    }
    buf_add_byte(buf, '"');
    if (buf->failed)
        buf->len = start;
}

void buf_add_csv(struct buf *buf, struct str text)
{
    static const char formula[] = { '=', '+', '-', '@', '\t', '\r', '\n', '\0' };
    buf_add_byte(buf, '"');
    for (size_t i = 0; text.len && i < COUNT(formula); i++)
        if (text.ptr[0] == formula[i])
            buf_add_byte(buf, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            buf_add_byte(buf, '"');
        buf_add_byte(buf, text.ptr[i]);
    }
    buf_add_byte(buf, '"');
}

struct str buf_str(const struct buf *buf)
{
    return buf->len ? (struct str){ buf->ptr, buf->len } : STR_EMPTY;
}

enum err buf_finish(const struct buf *buf, struct str *out)
{
    if (buf->failed)
        return buf->no_memory ? ERR_NO_MEMORY : ERR_TOO_BIG;
    *out = buf_str(buf);
    return OK;
}

/* Room for `more` bytes and one beyond, for vsnprintf's terminator. */
static bool make_room(struct buf *buf, size_t more)
{
    if (buf->failed)
        return false;
    if (buf->bytes_max > SIZE_MAX / 4 || more > buf->bytes_max - buf->len) {
        buf->failed = true;
        return false;
    }
    size_t needed = buf->len + more + 1;
    if (needed <= buf->cap)
        return true;
    size_t cap = buf->cap ? buf->cap * 2 : CAP_FIRST;
    if (cap > buf->bytes_max + 1)
        cap = buf->bytes_max + 1;
    return move_to(buf, cap < needed ? needed : cap);
}

static bool move_to(struct buf *buf, size_t cap)
{
    char *moved = buf->arena ? arena_grow(buf->arena, buf->ptr, buf->cap, cap)
                             : realloc(buf->ptr, cap);
    if (!moved) {
        buf->failed = true;
        buf->no_memory = true;
        return false;
    }
    buf->ptr = moved;
    buf->cap = cap;
    return true;
}

static size_t plain_json_run(struct str s, size_t from)
{
    while (from < s.len) {
        uint8_t byte = (uint8_t)s.ptr[from];
        if (byte < 0x20 || byte == '"' || byte == '\\')
            break;
        size_t step = utf8_next(s, from, NULL);
        if (step == 0)
            break;
        from += step;
    }
    return from;
}

/* Adds what stands for the byte at `at`; gives how many bytes that was. */
static size_t add_json_escape(struct buf *buf, struct str s, size_t at)
{
    static const char shorts[] = "\bb\tt\nn\ff\rr\"\"\\\\";
    uint8_t byte = (uint8_t)s.ptr[at];
    if (byte >= 0x80) {
        buf_add(buf, STR("\xEF\xBF\xBD"));
        return 1;
    }
    for (size_t i = 0; i + 1 < sizeof shorts; i += 2) {
        if ((uint8_t)shorts[i] == byte) {
            buf_add(buf, (struct str){ (const char[]){ '\\', shorts[i + 1] }, 2 });
            return 1;
        }
    }
    buf_addf(buf, "\\u%04x", byte);
    return 1;
}
