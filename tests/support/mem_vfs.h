/* A disk in memory for SQLite: files with the shared memory that WAL needs, a power switch, and
 * misfortunes on demand. Registered as an SQLite VFS under its own name, so that the product opens
 * it through its `vfs` option and nothing else changes.
 *
 * A crash leaves what a real one leaves. The crashed program's files go on working, so that it
 * can be taken down in good order, but they are only its own: after mem_disk_restart the disk
 * holds what survived the instant of the crash. Single-threaded. */
#ifndef SUPPORT_MEM_VFS_H
#define SUPPORT_MEM_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mem_disk;

enum mem_crash {
    MEM_CRASH_PROCESS, /* kill -9: the kernel keeps every write */
    MEM_CRASH_POWER /* what was not synced survives or not, drawn for each block of 512 bytes */
};

struct mem_disk_counts {
    uint64_t writes, syncs, refused, broken;
};

/* Registers the VFS; name is copied. NULL: no memory, or SQLite refused. */
struct mem_disk *mem_disk_new(const char *name, uint64_t seed);
/* All handles must be closed. Accepts NULL, returns NULL. */
struct mem_disk *mem_disk_free(struct mem_disk *disk);

/* Only the first crash before a restart counts. */
void mem_disk_crash(struct mem_disk *disk, enum mem_crash how);
/* All handles must be closed. Harmless without a crash. */
void mem_disk_restart(struct mem_disk *disk);
/* Calls fn inside the n-th write or sync from now (1 is the next one), before it is done; 0:
 * never. */
void mem_disk_trap(struct mem_disk *disk, uint32_t n, void (*fn)(void *arg), void *arg);
/* While full, every write is refused with SQLITE_FULL. */
void mem_disk_set_full(struct mem_disk *disk, bool full);
/* From now on the files together do not grow beyond this: a write that would is refused with
 * SQLITE_FULL. 0: no limit. */
void mem_disk_set_room(struct mem_disk *disk, uint64_t bytes);
uint64_t mem_disk_used(const struct mem_disk *disk);
/* The next n syncs fail with SQLITE_IOERR_FSYNC. */
void mem_disk_break_syncs(struct mem_disk *disk, uint32_t n);
/* The next n writes fail with SQLITE_IOERR_WRITE. */
void mem_disk_break_writes(struct mem_disk *disk, uint32_t n);
/* Writes every file that is there, one behind the other, to this path; for looking at it. */
void mem_disk_save(const struct mem_disk *disk, const char *path);
bool mem_disk_holds(const struct mem_disk *disk, const char *words); /* in any file */
struct mem_disk_counts mem_disk_counts(const struct mem_disk *disk);

/* -- every call -------------------------------------------------------------------------------- */

enum mem_call {
    MEM_OPEN,
    MEM_CREATE, /* of a file that was not there */
    MEM_READ,
    MEM_WRITE,
    MEM_SYNC,
    MEM_TRUNCATE, /* to `offset` */
    MEM_DELETE, /* offset 1: the folder is synced too */
    MEM_SHM, /* a region of shared memory */
    MEM_CALLS
};
struct mem_op {
    enum mem_call call;
    const char *path;
    uint64_t offset;
    const void *bytes; /* what is written; NULL for the others */
    size_t len;
    size_t partial; /* to be set: so much is written although the call fails */
};
/* Sees each call of the living before it is made. What it returns becomes the call's result, and
 * the call is not made, unless that is SQLITE_OK. fn NULL: nobody looks. */
typedef int mem_watch_fn(void *arg, struct mem_op *op);
void mem_disk_watch(struct mem_disk *disk, mem_watch_fn *fn, void *arg);
/* What crashes draw from now on. */
void mem_disk_reseed(struct mem_disk *disk, uint64_t seed);
/* A file with these bytes, all of them synced, in place of what had the name before. */
void mem_disk_put(struct mem_disk *disk, const char *path, const void *bytes, size_t len);
/* What a file holds now, borrowed until it changes; NULL: there is none. */
const void *mem_disk_look(const struct mem_disk *disk, const char *path, size_t *len);

#endif
