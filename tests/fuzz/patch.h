/* Damage done to bytes that were whole: what a checksum would find, had there been one. */
#ifndef TESTS_FUZZ_PATCH_H
#define TESTS_FUZZ_PATCH_H

#include "fuzz.h"

/* While there is input: where (counted from the start, or backwards from the end of its block of
 * 4,096 bytes), how many bytes, the bytes. Block 255 cuts off instead. Gives the new length. */
static inline size_t patch_bytes(struct feed *feed, char *bytes, size_t len)
{
    while (feed->left && len) {
        size_t block = take_byte(feed);
        size_t at = take_number(feed, 2);
        if (block == 255) {
            len = at < len ? len - at : len;
            continue;
        }
        size_t start = block * 4096 % len, end = start + 4096 < len ? start + 4096 : len;
        size_t offset = at % 4096 % (end - start);
        size_t first = at & 4096 ? end - 1 - offset : start + offset;
        struct str with = take_bytes(feed, 1 + take_byte(feed) % 16);
        for (size_t i = 0; i < with.len && first + i < len; i++)
            bytes[first + i] = with.ptr[i];
    }
    return len;
}

#endif
