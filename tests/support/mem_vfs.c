/* Files in memory, the locks and shared memory of SQLite's WAL, and their crashes.
 *
 * Refuses to know what SQLite writes. One odd decision: a crash does not break handles. It puts
 * copies of the surviving bytes aside and lets the crashed program go on among its own files,
 * which nobody will ever read. */
#include "support/mem_vfs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/base/macros.h"
#include "support/mem_vfs_inside.h"

static void files_free(struct mem_disk *disk);
static struct mem_file *file_find(struct mem_disk *disk, const char *path);
static struct mem_file *file_new(struct mem_disk *disk, const char *path, bool on_disk);
static void file_free(struct mem_file *file);
static void remove_from_disk(struct mem_disk *disk, struct mem_file *file);
static void survive(
    struct mem_disk *disk, const struct mem_file *old, struct mem_file *fresh, enum mem_crash how);
static void take_over(struct bytes *to, const struct bytes *from, size_t len);
static uint64_t draw(struct mem_disk *disk);

static int vfs_open(
    sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out_flags);
static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder);
static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *result);
static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int bytes, char *out);
static int vfs_randomness(sqlite3_vfs *vfs, int bytes, char *out);
static int vfs_sleep(sqlite3_vfs *vfs, int microseconds);
static int vfs_time_ms(sqlite3_vfs *vfs, sqlite3_int64 *ms);

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
        .iVersion = 2,
        .szOsFile = sizeof(struct handle),
        .mxPathname = PATH_MAX_BYTES - 1,
        .zName = disk->name,
        .pAppData = disk,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTimeInt64 = vfs_time_ms,
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

void mem_disk_set_room(struct mem_disk *disk, uint64_t bytes)
{
    disk->room = bytes;
}

uint64_t mem_disk_used(const struct mem_disk *disk)
{
    uint64_t bytes = 0;
    for (const struct mem_file *file = disk->files; file; file = file->next)
        bytes += file->now.len;
    return bytes;
}

void mem_disk_break_syncs(struct mem_disk *disk, uint32_t n)
{
    disk->broken_syncs = n;
}

void mem_disk_break_writes(struct mem_disk *disk, uint32_t n)
{
    disk->broken_writes = n;
}

bool mem_disk_holds(const struct mem_disk *disk, const char *words)
{
    for (const struct mem_file *file = disk->files; file; file = file->next)
        if (file->now.len && memmem(file->now.ptr, file->now.len, words, strlen(words)))
            return true;
    return false;
}

void mem_disk_save(const struct mem_disk *disk, const char *path)
{
    FILE *out = fopen(path, "w");
    REQUIRE(out);
    for (const struct mem_file *file = disk->files; file; file = file->next)
        if (file->now.len)
            REQUIRE(fwrite(file->now.ptr, 1, file->now.len, out) == file->now.len);
    REQUIRE(!fclose(out));
}

struct mem_disk_counts mem_disk_counts(const struct mem_disk *disk)
{
    return disk->counts;
}

void mem_disk_watch(struct mem_disk *disk, mem_watch_fn *fn, void *arg)
{
    disk->watch = fn;
    disk->watch_arg = arg;
}

void mem_disk_reseed(struct mem_disk *disk, uint64_t seed)
{
    disk->random = seed;
}

void mem_disk_put(struct mem_disk *disk, const char *path, const void *bytes, size_t len)
{
    struct mem_file *file = file_find(disk, path);
    if (file)
        remove_from_disk(disk, file);
    file = file_new(disk, path, true);
    REQUIRE(mem_bytes_resize(&file->now, len) && mem_bytes_resize(&file->synced, len));
    if (len) {
        memcpy(file->now.ptr, bytes, len);
        memcpy(file->synced.ptr, bytes, len);
    }
}

const void *mem_disk_look(const struct mem_disk *disk, const char *path, size_t *len)
{
    for (const struct mem_file *file = disk->files; file; file = file->next)
        if (strcmp(file->path, path) == 0) {
            *len = file->now.len;
            return file->now.ptr;
        }
    return NULL;
}

int mem_look(struct mem_disk *disk, struct mem_op *op)
{
    return disk->watch && !disk->crashed ? disk->watch(disk->watch_arg, op) : SQLITE_OK;
}

/* -- files --------------------------------------------------------------------------------- */

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
    struct mem_file *file = mem_take(NULL, sizeof(*file));
    REQUIRE(file && strlen(path) < PATH_MAX_BYTES);
    *file = (struct mem_file){ .next = NULL };
    memcpy(file->path, path, strlen(path));
    if (on_disk) {
        file->next = disk->files;
        disk->files = file;
    } else {
        file->deleted = true;
    }
    return file;
}

void mem_file_release(struct mem_file *file)
{
    if (--file->handles == 0 && file->deleted)
        file_free(file);
}

static void file_free(struct mem_file *file)
{
    mem_shm_drop(file);
    free(file->now.ptr);
    free(file->synced.ptr);
    free(file->dirty);
    free(file);
}

void mem_shm_drop(struct mem_file *file)
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

/* Not malloc: a test in which the program's memory fails does not mean its disk. */
void *mem_take(void *old, size_t bytes)
{
    return reallocarray(old, 1, bytes);
}

bool mem_bytes_resize(struct bytes *bytes, size_t len)
{
    if (len > bytes->cap) {
        size_t cap = bytes->cap ? bytes->cap : 4096;
        while (cap < len)
            cap *= 2;
        unsigned char *grown = mem_take(bytes->ptr, cap);
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

/* After a power cut each unsynced block is the new one or the old one, and the length either. A
 * killed process leaves everything with the kernel, and what was not synced is still not. */
static void survive(
    struct mem_disk *disk, const struct mem_file *old, struct mem_file *fresh, enum mem_crash how)
{
    bool power = how == MEM_CRASH_POWER;
    size_t len = power && (draw(disk) & 1) ? old->synced.len : old->now.len;
    take_over(&fresh->now, &old->now, len);
    for (size_t at = 0; power && at < len; at += BLOCK_BYTES) {
        size_t block = at / BLOCK_BYTES, end = at + BLOCK_BYTES < len ? at + BLOCK_BYTES : len;
        bool dirty = block < old->dirty_len && old->dirty[block];
        if (!(dirty && (draw(disk) & 1)) && at < old->now.len)
            continue;
        memset(fresh->now.ptr + at, 0, end - at);
        if (at < old->synced.len)
            memcpy(fresh->now.ptr + at, old->synced.ptr + at,
                (end < old->synced.len ? end : old->synced.len) - at);
    }
    if (power) {
        take_over(&fresh->synced, &fresh->now, len);
        return;
    }
    take_over(&fresh->synced, &old->synced, old->synced.len);
    fresh->dirty = malloc(old->dirty_len + 1);
    REQUIRE(fresh->dirty);
    fresh->dirty_len = old->dirty_len;
    if (old->dirty_len)
        memcpy(fresh->dirty, old->dirty, old->dirty_len);
}

/* The first len bytes; beyond the end of `from`, zeros. */
static void take_over(struct bytes *to, const struct bytes *from, size_t len)
{
    size_t copied = len < from->len ? len : from->len;
    *to = (struct bytes){ .ptr = malloc(len + 1), .len = len, .cap = len + 1 };
    REQUIRE(to->ptr);
    if (copied)
        memcpy(to->ptr, from->ptr, copied);
    memset(to->ptr + copied, 0, len - copied);
}

static uint64_t draw(struct mem_disk *disk)
{
    uint64_t z = (disk->random += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void mem_spring_trap(struct mem_disk *disk)
{
    if (disk->trap && --disk->trap == 0)
        disk->trap_fn(disk->trap_arg);
}

/* -- the VFS ------------------------------------------------------------------------------- */

static int vfs_open(
    sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out_flags)
{
    struct mem_disk *disk = vfs->pAppData;
    struct handle *handle = (struct handle *)base;
    *handle = (struct handle){ .disk = disk };
    struct mem_file *file = path ? file_find(disk, path) : NULL;
    if (!file && path && !(flags & SQLITE_OPEN_CREATE))
        return SQLITE_CANTOPEN;
    struct mem_op op = { .call = file ? MEM_OPEN : MEM_CREATE, .path = path ? path : "" };
    int seen = mem_look(disk, &op);
    if (seen)
        return seen;
    if (!file)
        file = file_new(disk, path ? path : "", path != NULL);
    file->handles++;
    handle->file = file;
    handle->base.pMethods = &mem_file_methods;
    if (out_flags)
        *out_flags = flags;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    struct mem_disk *disk = vfs->pAppData;
    struct mem_file *file = file_find(disk, path);
    struct mem_op op = { .call = MEM_DELETE, .path = path, .offset = sync_folder != 0 };
    if (!file)
        return SQLITE_IOERR_DELETE_NOENT;
    int seen = mem_look(disk, &op);
    if (seen)
        return seen;
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
