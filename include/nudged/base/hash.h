/* SHA-256 (libcrypto), for content revisions, and hexadecimal. */
#ifndef NUDGED_BASE_HASH_H
#define NUDGED_BASE_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/buf.h"
#include "nudged/base/err.h"
#include "nudged/base/str.h"

struct hash256 { uint8_t bytes[32]; };

/* FIPS 180-4. Errors: ERR_NO_MEMORY, when the library has none. */
MUST_USE enum err hash_sha256(struct str bytes, struct hash256 *out);
/* *hash becomes the hash of itself and of the bytes: one number for several files, in their order.
 * Begin with zeros. */
MUST_USE enum err hash_add(struct hash256 *hash, struct str bytes);
bool hash_is_none(const struct hash256 *hash);                          /* all zero */
bool hash_equal(const struct hash256 *a, const struct hash256 *b);      /* constant time */
void buf_add_hex(struct buf *buf, const uint8_t *bytes, size_t len);

#endif
