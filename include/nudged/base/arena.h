/* A bump allocator with a ceiling, for everything that lives as long as one turn (or one load).
 *
 * Fails sticky: an allocation that does not fit returns NULL (strings: empty) and sets `failed`;
 * the owner checks `arena_failed` once, at the end of the turn, instead of after every call.
 * Memory is zeroed and aligned for any type. Nothing is freed one by one. */
#ifndef NUDGED_BASE_ARENA_H
#define NUDGED_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "nudged/base/macros.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *newest;
    size_t used_bytes;          /* handed out since the last reset, with alignment */
    size_t bytes_max;
    bool failed;
};

void arena_init(struct arena *arena, size_t bytes_max);         /* allocates nothing yet */
void arena_finish(struct arena *arena);                  /* frees all; the struct is the caller's */
void arena_reset(struct arena *arena);                       /* keeps one chunk for the next turn */
void *arena_alloc(struct arena *arena, size_t bytes);        /* zeroed; NULL when it does not fit */
void *arena_copy(struct arena *arena, const void *from, size_t bytes);
bool arena_failed(const struct arena *arena);

/* Grows the newest allocation in place when it can, else copies. */
void *arena_grow(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes);

#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_alloc_array((arena), sizeof(type), (count)))
void *arena_alloc_array(struct arena *arena, size_t item_bytes, size_t count);  /* no overflow */

#endif
