/* One handle on a file in memory: reading, writing, locks, shared memory.
 *
 * Locks are those of one process: handles are told apart by their address. */
#include <stdlib.h>
#include <string.h>

#include "nudged/base/macros.h"
#include "support/mem_vfs_inside.h"

static void mark_dirty(struct mem_file *file, size_t from, size_t to);
static int look(struct handle *handle, enum mem_call call, uint64_t offset, size_t len);
static int file_close(sqlite3_file *base);
static int file_read(sqlite3_file *base, void *out, int count, sqlite3_int64 offset);
static int file_write(sqlite3_file *base, const void *from, int count, sqlite3_int64 offset);
static int file_truncate(sqlite3_file *base, sqlite3_int64 size);
static int file_sync(sqlite3_file *base, int flags);
static int file_size(sqlite3_file *base, sqlite3_int64 *size);
static int file_lock(sqlite3_file *base, int level);
static int file_unlock(sqlite3_file *base, int level);
static int file_reserved(sqlite3_file *base, int *result);
static int file_control(sqlite3_file *base, int operation, void *arg);
static int file_traits(sqlite3_file *base);
static int file_shm_map(sqlite3_file *base, int region, int bytes, int extend, void volatile **out);
static int file_shm_lock(sqlite3_file *base, int offset, int count, int flags);
static void file_shm_barrier(sqlite3_file *base);
static int file_shm_unmap(sqlite3_file *base, int remove);

const sqlite3_io_methods mem_file_methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int file_close(sqlite3_file *base)
{
    struct handle *handle = (struct handle *)base;
    (void)file_unlock(base, SQLITE_LOCK_NONE);
    if (handle->has_shm)
        (void)file_shm_unmap(base, 0);
    mem_file_release(handle->file);
    handle->file = NULL;
    return SQLITE_OK;
}

static int file_read(sqlite3_file *base, void *out, int count, sqlite3_int64 offset)
{
    struct handle *handle = (struct handle *)base;
    const struct bytes *bytes = &handle->file->now;
    int seen = look(handle, MEM_READ, (uint64_t)offset, (size_t)count);
    if (seen)
        return seen;
    size_t from = (size_t)offset, wanted = (size_t)count;
    size_t have = from >= bytes->len ? 0 : bytes->len - from;
    if (have > wanted)
        have = wanted;
    if (have)
        memcpy(out, bytes->ptr + from, have);
    memset((unsigned char *)out + have, 0, wanted - have);
    return have < wanted ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

static int file_write(sqlite3_file *base, const void *from, int count, sqlite3_int64 offset)
{
    struct handle *handle = (struct handle *)base;
    struct mem_file *file = handle->file;
    size_t start = (size_t)offset, end = start + (size_t)count;
    mem_spring_trap(handle->disk);
    bool grows = end > file->now.len && handle->disk->room &&
        mem_disk_used(handle->disk) + end - file->now.len > handle->disk->room;
    if ((handle->disk->full || grows) && !handle->disk->crashed) {
        handle->disk->counts.refused++;
        return SQLITE_FULL;
    }
    if (handle->disk->broken_writes && !handle->disk->crashed) {
        handle->disk->broken_writes--;
        handle->disk->counts.broken++;
        return SQLITE_IOERR_WRITE;
    }
    struct mem_op op = { MEM_WRITE, file->path, start, from, (size_t)count, 0 };
    int seen = mem_look(handle->disk, &op);
    if (seen)
        end = start + op.partial;
    if (end > file->now.len && !mem_bytes_resize(&file->now, end))
        return SQLITE_IOERR_NOMEM;
    memcpy(file->now.ptr + start, from, end - start);
    mark_dirty(file, start, end);
    handle->disk->counts.writes++;
    return seen;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct mem_file *file = ((struct handle *)base)->file;
    int seen = look((struct handle *)base, MEM_TRUNCATE, (uint64_t)size, 0);
    if (!seen && (size_t)size < file->now.len)
        file->now.len = (size_t)size;
    return seen;
}

static int file_sync(sqlite3_file *base, int flags)
{
    struct handle *handle = (struct handle *)base;
    struct mem_file *file = handle->file;
    (void)flags;
    mem_spring_trap(handle->disk);
    if (handle->disk->broken_syncs && !handle->disk->crashed) {
        handle->disk->broken_syncs--;
        handle->disk->counts.broken++;
        return SQLITE_IOERR_FSYNC;
    }
    int seen = look(handle, MEM_SYNC, 0, 0);
    if (seen)
        return seen;
    size_t len = file->now.len;
    if (!mem_bytes_resize(&file->synced, len))
        return SQLITE_IOERR_NOMEM;
    for (size_t at = 0; at < len; at += BLOCK_BYTES) {
        size_t end = at + BLOCK_BYTES < len ? at + BLOCK_BYTES : len;
        if (at / BLOCK_BYTES < file->dirty_len && file->dirty[at / BLOCK_BYTES])
            memcpy(file->synced.ptr + at, file->now.ptr + at, end - at);
    }
    if (file->dirty_len)
        memset(file->dirty, 0, file->dirty_len);
    handle->disk->counts.syncs++;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)((struct handle *)base)->file->now.len;
    return SQLITE_OK;
}

static int file_lock(sqlite3_file *base, int level)
{
    struct handle *handle = (struct handle *)base;
    struct mem_file *file = handle->file;
    if (level <= handle->lock)
        return SQLITE_OK;
    if (handle->lock == SQLITE_LOCK_NONE) {
        if (file->exclusive)
            return SQLITE_BUSY;
        file->shared++;
        handle->lock = SQLITE_LOCK_SHARED;
    }
    if (level >= SQLITE_LOCK_RESERVED) {
        if (file->reserved && file->reserved != handle)
            return SQLITE_BUSY;
        file->reserved = handle;
        handle->lock = SQLITE_LOCK_RESERVED;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE) {
        if (file->shared > 1)
            return SQLITE_BUSY;
        file->exclusive = handle;
        handle->lock = SQLITE_LOCK_EXCLUSIVE;
    }
    return SQLITE_OK;
}

static int file_unlock(sqlite3_file *base, int level)
{
    struct handle *handle = (struct handle *)base;
    struct mem_file *file = handle->file;
    if (level >= handle->lock)
        return SQLITE_OK;
    if (file->exclusive == handle)
        file->exclusive = NULL;
    if (file->reserved == handle)
        file->reserved = NULL;
    if (level == SQLITE_LOCK_NONE)
        file->shared--;
    handle->lock = level;
    return SQLITE_OK;
}

static int file_reserved(sqlite3_file *base, int *result)
{
    *result = ((struct handle *)base)->file->reserved != NULL;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *base, int operation, void *arg)
{
    (void)base;
    (void)operation;
    (void)arg;
    return SQLITE_NOTFOUND;
}

/* What SQLite assumes of a real disk. */
static int file_traits(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* -- shared memory ------------------------------------------------------------------------- */

static int file_shm_map(sqlite3_file *base, int region, int bytes, int extend, void volatile **out)
{
    struct handle *handle = (struct handle *)base;
    struct mem_file *file = handle->file;
    *out = NULL;
    if (region < 0 || region >= REGIONS_MAX)
        return SQLITE_IOERR_SHMSIZE;
    int seen = look(handle, MEM_SHM, (uint64_t)region, 0);
    if (seen)
        return seen;
    if (!handle->has_shm) {
        handle->has_shm = true;
        file->shm_handles++;
    }
    if (!file->regions[region] && extend) {
        file->regions[region] = mem_take(NULL, (size_t)bytes);
        if (!file->regions[region])
            return SQLITE_IOERR_NOMEM;
        memset(file->regions[region], 0, (size_t)bytes);
    }
    *out = file->regions[region];
    return SQLITE_OK;
}

static int file_shm_lock(sqlite3_file *base, int offset, int count, int flags)
{
    struct handle *handle = (struct handle *)base;
    struct mem_file *file = handle->file;
    bool lock = flags & SQLITE_SHM_LOCK, shared = flags & SQLITE_SHM_SHARED;
    for (int i = offset; lock && i < offset + count; i++) {
        bool mine = handle->shm_shared & (1u << i);
        if (file->shm_exclusive[i] && file->shm_exclusive[i] != handle)
            return SQLITE_BUSY;
        if (!shared && file->shm_shared[i] > (mine ? 1u : 0u))
            return SQLITE_BUSY;
    }
    for (int i = offset; i < offset + count; i++) {
        uint32_t bit = 1u << i;
        if (shared && lock != ((handle->shm_shared & bit) != 0)) {
            file->shm_shared[i] += lock ? 1u : (uint32_t)-1;
            handle->shm_shared ^= bit;
        } else if (!shared) {
            if (lock || file->shm_exclusive[i] == handle)
                file->shm_exclusive[i] = lock ? handle : NULL;
        }
    }
    return SQLITE_OK;
}

static void file_shm_barrier(sqlite3_file *base)
{
    (void)base;
}

static int file_shm_unmap(sqlite3_file *base, int remove)
{
    struct handle *handle = (struct handle *)base;
    struct mem_file *file = handle->file;
    if (!handle->has_shm)
        return SQLITE_OK;
    for (int i = 0; i < SQLITE_SHM_NLOCK; i++) {
        if (handle->shm_shared & (1u << i))
            file->shm_shared[i]--;
        if (file->shm_exclusive[i] == handle)
            file->shm_exclusive[i] = NULL;
    }
    handle->shm_shared = 0;
    handle->has_shm = false;
    if (--file->shm_handles == 0 && remove)
        mem_shm_drop(file);
    return SQLITE_OK;
}

static void mark_dirty(struct mem_file *file, size_t from, size_t to)
{
    size_t blocks = (to + BLOCK_BYTES - 1) / BLOCK_BYTES;
    if (blocks > file->dirty_len) {
        size_t room = blocks * 2;
        unsigned char *grown = mem_take(file->dirty, room);
        REQUIRE(grown);
        memset(grown + file->dirty_len, 0, room - file->dirty_len);
        file->dirty = grown;
        file->dirty_len = room;
    }
    for (size_t block = from / BLOCK_BYTES; block < blocks; block++)
        file->dirty[block] = 1;
}

static int look(struct handle *handle, enum mem_call call, uint64_t offset, size_t len)
{
    struct mem_op op = { .call = call, .path = handle->file->path, .offset = offset, .len = len };
    return mem_look(handle->disk, &op);
}
