/* A small binary form for what the store keeps whole: messages waiting to be sent, prompt
 * revisions.
 *
 * Unsigned numbers are LEB128 varints, signed ones zigzag first, strings a length and the
 * bytes, doubles their eight IEEE bytes, little end first. The order of the calls is the
 * format; a leading version number is the caller's business. Readers fail sticky: after a
 * short or oversized field every read gives zero, and `unpack_finish` says so. Bytes may come
 * from a damaged file, so nothing is trusted. */
#ifndef NUDGED_BASE_PACK_H
#define NUDGED_BASE_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/buf.h"

void pack_uint(struct buf *buf, uint64_t number);
void pack_int(struct buf *buf, int64_t number);
void pack_double(struct buf *buf, double number);
void pack_str(struct buf *buf, struct str s);

struct unpack {
    struct str rest;
    bool failed;
};

struct unpack unpack_from(struct str bytes);
uint64_t unpack_uint(struct unpack *unpack);
int64_t unpack_int(struct unpack *unpack);
double unpack_double(struct unpack *unpack);
struct str unpack_str(struct unpack *unpack);                   /* borrows from the bytes */
/* A count of items that follow, each at least one byte: never above `max` nor above what is
 * left. */
size_t unpack_count(struct unpack *unpack, size_t max);
/* ERR_SYNTAX when a read failed or bytes are left over. */
MUST_USE enum err unpack_finish(const struct unpack *unpack);

#endif
