/* One step through UTF-8 (RFC 3629): shared by text.c and buf.c, for nobody else. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "nudged/base/str.h"

enum { UTF8_BYTES_MAX = 4, UTF8_REPLACEMENT = 0xFFFD };

/* Bytes of the code point at s.ptr[at], 0 when those bytes are not one (overlong, surrogate, above
 * U+10FFFF, cut short, or at the end of s); *point may be NULL and is untouched then. */
size_t utf8_next(struct str s, size_t at, int32_t *point);

/* Writes 1–4 bytes. */
size_t utf8_put(int32_t point, char bytes[UTF8_BYTES_MAX]);

#endif
