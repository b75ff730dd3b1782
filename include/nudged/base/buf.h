/* A growing byte buffer with a mandatory ceiling; fails sticky, checked once in buf_finish.
 *
 * buf_in: memory from the arena, lives as long as it. buf_heap: own memory, ended by buf_free.
 * After the first failed add every later add is ignored. */
#ifndef NUDGED_BASE_BUF_H
#define NUDGED_BASE_BUF_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/arena.h"
#include "nudged/base/err.h"
#include "nudged/base/str.h"

struct buf {
    char *ptr;
    size_t len, cap, bytes_max;
    struct arena *arena;        /* NULL: heap */
    bool failed;
    bool no_memory;             /* why it failed: memory, not the ceiling */
};

struct buf buf_in(struct arena *arena, size_t bytes_max);
struct buf buf_heap(size_t bytes_max);
void buf_free(struct buf *buf);                               /* heap buffers; harmless on others */
void buf_reset(struct buf *buf);                                /* empties, keeps the memory */

void buf_add(struct buf *buf, struct str s);
void buf_add_byte(struct buf *buf, char byte);
void buf_add_int(struct buf *buf, int64_t number);
void buf_addf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* With the quotes; control characters escaped; bytes that are not UTF-8 become U+FFFD. */
void buf_add_json_string(struct buf *buf, struct str s);
/* A quoted cell of a CSV file; one that a spreadsheet would take for a formula gets a leading
 * apostrophe. */
void buf_add_csv(struct buf *buf, struct str text);

struct str buf_str(const struct buf *buf);                      /* what is there so far, borrowed */
/* ERR_TOO_BIG when any add went over bytes_max, ERR_NO_MEMORY when memory ran out. */
MUST_USE enum err buf_finish(const struct buf *buf, struct str *out);

#endif
