/* Files in memory, the locks and shared memory of SQLite's WAL, and their crashes.
 *
 * Refuses to know what SQLite writes. One odd decision: a crash does not break handles. It puts copies
 * of the surviving bytes aside and lets the crashed program go on among its own files, which nobody
 * will ever read. */
#include "support/mem_vfs.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/base/macros.h"

enum { BLOCK_BYTES = 512, PATH_MAX_BYTES = 512, REGIONS_MAX = 256 };

struct bytes { unsigned char *ptr; size_t len, cap; };

struct mem_file {
    struct mem_file *next;
    char path[PATH_MAX_BYTES];
    struct bytes now, synced;
    unsigned char *dirty;               /* one byte a block of `now` */
    size_t dirty_len;
    size_t handles;
    bool deleted;                       /* no longer on the disk; goes with its last handle */
    size_t shared;                      /* database locks */
    const void *reserved, *exclusive;
    unsigned char *regions[REGIONS_MAX];
    size_t shm_handles;
    uint32_t shm_shared[SQLITE_SHM_NLOCK];
    const void *shm_exclusive[SQLITE_SHM_NLOCK];
};

struct mem_disk {
    sqlite3_vfs vfs;
    char name[64];
    struct mem_file *files, *survivors;
    uint64_t random;
    bool crashed, full;
    uint32_t broken_syncs, trap;
    void (*trap_fn)(void *arg);
    void *trap_arg;
    struct mem_disk_counts counts;
};

struct handle {
    sqlite3_file base;
    struct mem_disk *disk;
    struct mem_file *file;
    int lock;
    bool has_shm;
    uint32_t shm_shared;                /* bit a lock */
};

static void files_free(struct mem_disk *disk);
static struct mem_file *file_find(struct mem_disk *disk, const char *path);
static struct mem_file *file_new(struct mem_disk *disk, const char *path, bool on_disk);
static void file_release(struct mem_file *file);
static void file_free(struct mem_file *file);
static void shm_drop(struct mem_file *file);
static void remove_from_disk(struct mem_disk *disk, struct mem_file *file);
static bool bytes_resize(struct bytes *bytes, size_t len);
static void mark_dirty(struct mem_file *file, size_t from, size_t to);
static void survive(struct mem_disk *disk, const struct mem_file *old, struct mem_file *fresh,
                    enum mem_crash how);
static uint64_t draw(struct mem_disk *disk);
static void spring_trap(struct mem_disk *disk);

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out_flags);
static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder);
static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *result);
static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int bytes, char *out);
static int vfs_randomness(sqlite3_vfs *vfs, int bytes, char *out);
static int vfs_sleep(sqlite3_vfs *vfs, int microseconds);
static int vfs_time_ms(sqlite3_vfs *vfs, sqlite3_int64 *ms);

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

static const sqlite3_io_methods methods = {
    .iVersion = 2, .xClose = file_close, .xRead = file_read, .xWrite = file_write,
    .xTruncate = file_truncate, .xSync = file_sync, .xFileSize = file_size, .xLock = file_lock,
    .xUnlock = file_unlock, .xCheckReservedLock = file_reserved, .xFileControl = file_control,
    .xDeviceCharacteristics = file_traits, .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock, .xShmBarrier = file_shm_barrier, .xShmUnmap = file_shm_unmap,
};

struct mem_disk *mem_disk_new(const char *name, uint64_t seed)
{
    struct mem_disk *disk = calloc(1, sizeof(*disk));
    size_t len = strlen(name);
    if (!disk || len >= sizeof(disk->name)) {
        free(disk);
        return NULL;
    }
    memcpy(disk->name, name, len);
    disk->random = seed;
    disk->vfs = (sqlite3_vfs){
        .iVersion = 2, .szOsFile = sizeof(struct handle), .mxPathname = PATH_MAX_BYTES - 1,
        .zName = disk->name, .pAppData = disk, .xOpen = vfs_open, .xDelete = vfs_delete,
        .xAccess = vfs_access, .xFullPathname = vfs_full_path, .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep, .xCurrentTimeInt64 = vfs_time_ms,
    };
    if (sqlite3_vfs_register(&disk->vfs, 0) != SQLITE_OK) {
        free(disk);
        return NULL;
    }
    return disk;
}

struct mem_disk *mem_disk_free(struct mem_disk *disk)
{
    if (!disk)
        return NULL;
    sqlite3_vfs_unregister(&disk->vfs);
    mem_disk_restart(disk);
    files_free(disk);
    free(disk);
    return NULL;
}

void mem_disk_crash(struct mem_disk *disk, enum mem_crash how)
{
    if (disk->crashed)
        return;
    struct mem_file *old = disk->files;
    disk->files = NULL;
    for (struct mem_file *file = old; file; file = file->next)
        survive(disk, file, file_new(disk, file->path, true), how);
    disk->survivors = disk->files;
    disk->files = old;
    disk->crashed = true;
    disk->trap = 0;
}

void mem_disk_restart(struct mem_disk *disk)
{
    if (!disk->crashed)
        return;
    files_free(disk);
    disk->files = disk->survivors;
    disk->survivors = NULL;
    disk->crashed = false;
}

void mem_disk_trap(struct mem_disk *disk, uint32_t n, void (*fn)(void *arg), void *arg)
{
    disk->trap = n;
    disk->trap_fn = fn;
    disk->trap_arg = arg;
}

void mem_disk_set_full(struct mem_disk *disk, bool full)
{
    disk->full = full;
}

void mem_disk_break_syncs(struct mem_disk *disk, uint32_t n)
{
    disk->broken_syncs = n;
}

struct mem_disk_counts mem_disk_counts(const struct mem_disk *disk)
{
    return disk->counts;
}

/* -- files ------------------------------------------------------------------------------------- */

static void files_free(struct mem_disk *disk)
{
    while (disk->files) {
        struct mem_file *file = disk->files;
        REQUIRE(file->handles == 0);
        disk->files = file->next;
        file_free(file);
    }
}

static struct mem_file *file_find(struct mem_disk *disk, const char *path)
{
    struct mem_file *file = disk->files;
    while (file && strcmp(file->path, path) != 0)
        file = file->next;
    return file;
}

static struct mem_file *file_new(struct mem_disk *disk, const char *path, bool on_disk)
{
    struct mem_file *file = calloc(1, sizeof(*file));
    REQUIRE(file && strlen(path) < PATH_MAX_BYTES);
    memcpy(file->path, path, strlen(path));
    if (on_disk) {
        file->next = disk->files;
        disk->files = file;
    } else {
        file->deleted = true;
    }
    return file;
}

static void file_release(struct mem_file *file)
{
    if (--file->handles == 0 && file->deleted)
        file_free(file);
}

static void file_free(struct mem_file *file)
{
    shm_drop(file);
    free(file->now.ptr);
    free(file->synced.ptr);
    free(file->dirty);
    free(file);
}

static void shm_drop(struct mem_file *file)
{
    for (size_t i = 0; i < REGIONS_MAX; i++) {
        free(file->regions[i]);
        file->regions[i] = NULL;
    }
}

static void remove_from_disk(struct mem_disk *disk, struct mem_file *file)
{
    struct mem_file **at = &disk->files;
    while (*at != file)
        at = &(*at)->next;
    *at = file->next;
    file->next = NULL;
    file->deleted = true;
    if (!file->handles)
        file_free(file);
}

static bool bytes_resize(struct bytes *bytes, size_t len)
{
    if (len > bytes->cap) {
        size_t cap = bytes->cap ? bytes->cap : 4096;
        while (cap < len)
            cap *= 2;
        unsigned char *grown = realloc(bytes->ptr, cap);
        if (!grown)
            return false;
        bytes->ptr = grown;
        bytes->cap = cap;
    }
    if (len > bytes->len)
        memset(bytes->ptr + bytes->len, 0, len - bytes->len);
    bytes->len = len;
    return true;
}

static void mark_dirty(struct mem_file *file, size_t from, size_t to)
{
    size_t blocks = (to + BLOCK_BYTES - 1) / BLOCK_BYTES;
    if (blocks > file->dirty_len) {
        size_t room = blocks * 2;
        unsigned char *grown = realloc(file->dirty, room);
        REQUIRE(grown);
        memset(grown + file->dirty_len, 0, room - file->dirty_len);
        file->dirty = grown;
        file->dirty_len = room;
    }
    for (size_t block = from / BLOCK_BYTES; block < blocks; block++)
        file->dirty[block] = 1;
}

/* After a power cut each unsynced block is the new one or the old one, and the length either. */
static void survive(struct mem_disk *disk, const struct mem_file *old, struct mem_file *fresh,
                    enum mem_crash how)
{
    bool power = how == MEM_CRASH_POWER;
    size_t len = power && (draw(disk) & 1) ? old->synced.len : old->now.len;
    REQUIRE(bytes_resize(&fresh->now, len));
    for (size_t at = 0; at < len; at += BLOCK_BYTES) {
        size_t block = at / BLOCK_BYTES, end = at + BLOCK_BYTES < len ? at + BLOCK_BYTES : len;
        bool dirty = block < old->dirty_len && old->dirty[block];
        bool lost = power && dirty && (draw(disk) & 1);
        const struct bytes *from = lost || at >= old->now.len ? &old->synced : &old->now;
        if (at < from->len)
            memcpy(fresh->now.ptr + at, from->ptr + at, (end < from->len ? end : from->len) - at);
    }
    REQUIRE(bytes_resize(&fresh->synced, len));
    if (len)
        memcpy(fresh->synced.ptr, fresh->now.ptr, len);
}

static uint64_t draw(struct mem_disk *disk)
{
    uint64_t z = (disk->random += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void spring_trap(struct mem_disk *disk)
{
    if (disk->trap && --disk->trap == 0)
        disk->trap_fn(disk->trap_arg);
}

/* -- the VFS ----------------------------------------------------------------------------------- */

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out_flags)
{
    struct mem_disk *disk = vfs->pAppData;
    struct handle *handle = (struct handle *)base;
    *handle = (struct handle){ .disk = disk };
    struct mem_file *file = path ? file_find(disk, path) : NULL;
    if (!file && path && !(flags & SQLITE_OPEN_CREATE))
        return SQLITE_CANTOPEN;
    if (!file)
        file = file_new(disk, path ? path : "", path != NULL);
    file->handles++;
    handle->file = file;
    handle->base.pMethods = &methods;
    if (out_flags)
        *out_flags = flags;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    struct mem_disk *disk = vfs->pAppData;
    struct mem_file *file = file_find(disk, path);
    (void)sync_folder;
    if (!file)
        return SQLITE_IOERR_DELETE_NOENT;
    remove_from_disk(disk, file);
    return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *result)
{
    (void)flags;
    *result = file_find(vfs->pAppData, path) != NULL;
    return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int bytes, char *out)
{
    size_t len = strlen(path);
    (void)vfs;
    if (bytes < 0 || len + 1 > (size_t)bytes)
        return SQLITE_CANTOPEN;
    memcpy(out, path, len + 1);
    return SQLITE_OK;
}

static int vfs_randomness(sqlite3_vfs *vfs, int bytes, char *out)
{
    for (int i = 0; i < bytes; i++)
        out[i] = (char)(draw(vfs->pAppData) & 0x7f);
    return bytes;
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

/* Nothing of the product asks SQLite for the time. */
static int vfs_time_ms(sqlite3_vfs *vfs, sqlite3_int64 *ms)
{
    *ms = vfs->iVersion ? INT64_C(212760216000000) : 0;
    return SQLITE_OK;
}

/* -- one handle -------------------------------------------------------------------------------- */

static int file_close(sqlite3_file *base)
{
    struct handle *handle = (struct handle *)base;
    (void)file_unlock(base, SQLITE_LOCK_NONE);
    if (handle->has_shm)
        (void)file_shm_unmap(base, 0);
    file_release(handle->file);
    handle->file = NULL;
    return SQLITE_OK;
}

static int file_read(sqlite3_file *base, void *out, int count, sqlite3_int64 offset)
{
    const struct bytes *bytes = &((struct handle *)base)->file->now;
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
    spring_trap(handle->disk);
    if (handle->disk->full && !handle->disk->crashed) {
        handle->disk->counts.refused++;
        return SQLITE_FULL;
    }
    if (end > file->now.len && !bytes_resize(&file->now, end))
        return SQLITE_IOERR_NOMEM;
    memcpy(file->now.ptr + start, from, (size_t)count);
    mark_dirty(file, start, end);
    handle->disk->counts.writes++;
    return SQLITE_OK;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct mem_file *file = ((struct handle *)base)->file;
    if ((size_t)size < file->now.len)
        file->now.len = (size_t)size;
    return SQLITE_OK;
}

static int file_sync(sqlite3_file *base, int flags)
{
    struct handle *handle = (struct handle *)base;
    struct mem_file *file = handle->file;
    (void)flags;
    spring_trap(handle->disk);
    if (handle->disk->broken_syncs && !handle->disk->crashed) {
        handle->disk->broken_syncs--;
        handle->disk->counts.broken++;
        return SQLITE_IOERR_FSYNC;
    }
    size_t len = file->now.len;
    if (!bytes_resize(&file->synced, len))
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

/* -- shared memory ----------------------------------------------------------------------------- */

static int file_shm_map(sqlite3_file *base, int region, int bytes, int extend, void volatile **out)
{
    struct handle *handle = (struct handle *)base;
    struct mem_file *file = handle->file;
    *out = NULL;
    if (region < 0 || region >= REGIONS_MAX)
        return SQLITE_IOERR_SHMSIZE;
    if (!handle->has_shm) {
        handle->has_shm = true;
        file->shm_handles++;
    }
    if (!file->regions[region] && extend)
        file->regions[region] = calloc(1, (size_t)bytes);
    if (!file->regions[region] && extend)
        return SQLITE_IOERR_NOMEM;
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
        shm_drop(file);
    return SQLITE_OK;
}
