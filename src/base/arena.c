/* The bump allocator: a list of chunks, each twice the one before, the newest first.
 *
 * Memory is zeroed when it is handed out, not when its chunk is made, so a short life pays only for
 * what it used. Under AddressSanitizer what is not handed out is poisoned: a pointer kept beyond
 * its turn is found at once. */
#include "nudged/base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
/* Behind a call, because GCC 14 takes poisoning for reading what malloc left. */
__attribute__((noinline)) static void poison(void *ptr, size_t bytes)
{
    ASAN_POISON_MEMORY_REGION(ptr, bytes);
}
#define POISON(ptr, bytes) poison((ptr), (bytes))
#define UNPOISON(ptr, bytes) ASAN_UNPOISON_MEMORY_REGION((ptr), (bytes))
#else
#define POISON(ptr, bytes) ((void)0)
#define UNPOISON(ptr, bytes) ((void)0)
#endif

enum {
    CHUNK_BYTES_FIRST = 64 << 10,       /* most turns fit in one */
    ALIGN_BYTES = _Alignof(max_align_t)
};

struct arena_chunk {
    struct arena_chunk *older;
    size_t cap, used;                   /* bytes of data */
    max_align_t data[];
};

static size_t rounded(size_t bytes);
static struct arena_chunk *chunk_new(const struct arena *arena, size_t bytes);
static void chunk_free(struct arena_chunk *chunk);
static char *chunk_data(struct arena_chunk *chunk);
static void *give_up(struct arena *arena);

void arena_init(struct arena *arena, size_t bytes_max)
{
    *arena = (struct arena){ .bytes_max = bytes_max };
}

void arena_finish(struct arena *arena)
{
    struct arena_chunk *chunk = arena->newest;
    while (chunk) {
        struct arena_chunk *older = chunk->older;
        chunk_free(chunk);
        chunk = older;
    }
    *arena = (struct arena){ .bytes_max = arena->bytes_max };
}

void arena_reset(struct arena *arena)
{
    struct arena_chunk *kept = NULL;
    struct arena_chunk *chunk = arena->newest;
    while (chunk) {
        struct arena_chunk *older = chunk->older;
        if (!kept && chunk->cap <= CHUNK_BYTES_FIRST) {
            kept = chunk;
        } else {
            chunk_free(chunk);
        }
        chunk = older;
    }
    if (kept) {
        POISON(kept->data, kept->cap);
        kept->used = 0;
        kept->older = NULL;
    }
    *arena = (struct arena){ .newest = kept, .bytes_max = arena->bytes_max };
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    size_t size = rounded(bytes);
    if (arena->failed || size < bytes || size > arena->bytes_max - arena->used_bytes)
        return give_up(arena);
    struct arena_chunk *chunk = arena->newest;
    if (!chunk || size > chunk->cap - chunk->used) {
        chunk = chunk_new(arena, size);
        if (!chunk)
            return give_up(arena);
        chunk->older = arena->newest;
        arena->newest = chunk;
    }
    char *ptr = chunk_data(chunk) + chunk->used;
    chunk->used += size;
    arena->used_bytes += size;
    UNPOISON(ptr, size);
    memset(ptr, 0, size);
    POISON(ptr + bytes, size - bytes);
    return ptr;
}

void *arena_copy(struct arena *arena, const void *from, size_t bytes)
{
    void *copy = arena_alloc(arena, bytes);
    if (copy && bytes)
        memcpy(copy, from, bytes);
    return copy;
}

bool arena_failed(const struct arena *arena) { return arena->failed; }

void *arena_grow(struct arena *arena, void *old, size_t old_bytes, size_t new_bytes)
{
    struct arena_chunk *chunk = arena->newest;
    if (!old)
        return arena_alloc(arena, new_bytes);
    if (arena->failed)
        return NULL;
    if (new_bytes <= old_bytes)
        return old;
    size_t had = rounded(old_bytes), wants = rounded(new_bytes);
    bool newest = chunk && (char *)old + had == chunk_data(chunk) + chunk->used;
    if (newest && wants >= new_bytes && wants - had <= chunk->cap - chunk->used
        && wants - had <= arena->bytes_max - arena->used_bytes) {
        chunk->used += wants - had;
        arena->used_bytes += wants - had;
        UNPOISON(old, wants);
        memset((char *)old + had, 0, wants - had);
        POISON((char *)old + new_bytes, wants - new_bytes);
        return old;
    }
    void *grown = arena_alloc(arena, new_bytes);
    if (grown)
        memcpy(grown, old, old_bytes);
    return grown;
}

void *arena_alloc_array(struct arena *arena, size_t item_bytes, size_t count)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(item_bytes, count, &bytes))
        return give_up(arena);
    return arena_alloc(arena, bytes);
}

/* At least one unit, so that two allocations never share an address; wraps to less on overflow. */
static size_t rounded(size_t bytes)
{
    if (bytes == 0)
        bytes = 1;
    return (bytes + (ALIGN_BYTES - 1)) / ALIGN_BYTES * ALIGN_BYTES;
}

static struct arena_chunk *chunk_new(const struct arena *arena, size_t bytes)
{
    size_t cap = arena->newest ? arena->newest->cap : CHUNK_BYTES_FIRST;
    if (arena->newest && cap <= SIZE_MAX / 4)
        cap *= 2;
    if (cap > arena->bytes_max)
        cap = rounded(arena->bytes_max);
    if (cap < bytes)
        cap = bytes;
    if (cap > SIZE_MAX - sizeof(struct arena_chunk))
        return NULL;
    struct arena_chunk *chunk = malloc(sizeof *chunk + cap);
    if (!chunk)
        return NULL;
    *chunk = (struct arena_chunk){ .cap = cap };
    POISON(chunk->data, cap);
    return chunk;
}

static void chunk_free(struct arena_chunk *chunk)
{
    UNPOISON(chunk->data, chunk->cap);
    free(chunk);
}

static char *chunk_data(struct arena_chunk *chunk)
{
    return (char *)chunk->data;
}

static void *give_up(struct arena *arena)
{
    arena->failed = true;
    return NULL;
}
