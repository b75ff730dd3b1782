/* The binary form of what the store keeps whole. One odd decision: a varint may not have padding
 * (every number has one spelling), so that equal values are equal bytes and can be hashed. */
#include "nudged/base/pack.h"

#include <string.h>

enum { VARINT_BYTES_MAX = 10 };

static uint64_t fail(struct unpack *unpack);

void pack_uint(struct buf *buf, uint64_t number)
{
    char bytes[VARINT_BYTES_MAX];
    size_t len = 0;
    for (; number >= 0x80; number >>= 7)
        bytes[len++] = (char)(0x80 | (number & 0x7F));
    bytes[len++] = (char)number;
    buf_add(buf, (struct str){ bytes, len });
}

void pack_int(struct buf *buf, int64_t number)
{
    uint64_t bits = (uint64_t)number;
    pack_uint(buf, (bits << 1) ^ (number < 0 ? UINT64_MAX : 0));
}

void pack_double(struct buf *buf, double number)
{
    char bytes[sizeof(uint64_t)];
    uint64_t bits = 0;
    memcpy(&bits, &number, sizeof bits);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(bits >> (8 * i) & 0xFF);
    buf_add(buf, (struct str){ bytes, sizeof bytes });
}

void pack_str(struct buf *buf, struct str s)
{
    pack_uint(buf, s.len);
    buf_add(buf, s);
}

struct unpack unpack_from(struct str bytes)
{
    return (struct unpack){ .rest = bytes };
}

uint64_t unpack_uint(struct unpack *unpack)
{
    uint64_t number = 0;
    for (size_t i = 0; i < VARINT_BYTES_MAX && i < unpack->rest.len; i++) {
        uint8_t byte = (uint8_t)unpack->rest.ptr[i];
        bool last = byte < 0x80;
        if (i == VARINT_BYTES_MAX - 1 && byte > 1)      /* bit 64 and up */
            return fail(unpack);
        if (last && byte == 0 && i > 0)                 /* padding */
            return fail(unpack);
        number |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (last) {
            unpack->rest = str_slice(unpack->rest, i + 1, unpack->rest.len);
            return number;
        }
    }
    return fail(unpack);
}

int64_t unpack_int(struct unpack *unpack)
{
    uint64_t bits = unpack_uint(unpack);
    uint64_t number = (bits >> 1) ^ (bits & 1 ? UINT64_MAX : 0);
    return (int64_t)number;
}

double unpack_double(struct unpack *unpack)
{
    uint64_t bits = 0;
    double number = 0;
    if (unpack->rest.len < sizeof bits) {
        (void)fail(unpack);
        return 0;
    }
    for (size_t i = 0; i < sizeof bits; i++)
        bits |= (uint64_t)(uint8_t)unpack->rest.ptr[i] << (8 * i);
    memcpy(&number, &bits, sizeof number);
    unpack->rest = str_slice(unpack->rest, sizeof bits, unpack->rest.len);
    return number;
}

struct str unpack_str(struct unpack *unpack)
{
    uint64_t len = unpack_uint(unpack);
    if (len > unpack->rest.len) {
        (void)fail(unpack);
        return STR_EMPTY;
    }
    struct str s = str_slice(unpack->rest, 0, (size_t)len);
    unpack->rest = str_slice(unpack->rest, (size_t)len, unpack->rest.len);
    return s;
}

size_t unpack_count(struct unpack *unpack, size_t max)
{
    uint64_t count = unpack_uint(unpack);
    if (count > max || count > unpack->rest.len)
        return (size_t)fail(unpack);
    return (size_t)count;
}

enum err unpack_finish(const struct unpack *unpack)
{
    return unpack->failed || unpack->rest.len > 0 ? ERR_SYNTAX : OK;
}

/* With nothing left to read, every later read fails by itself; those of an empty string too,
 * because its length byte is missing. */
static uint64_t fail(struct unpack *unpack)
{
    unpack->failed = true;
    unpack->rest = STR_EMPTY;
    return 0;
}
