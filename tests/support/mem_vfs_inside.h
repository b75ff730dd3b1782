/* What mem_vfs.c (the disk) and mem_file.c (one handle) share. */
#ifndef SUPPORT_MEM_VFS_INSIDE_H
#define SUPPORT_MEM_VFS_INSIDE_H

#include <sqlite3.h>
#include <stddef.h>

#include "support/mem_vfs.h"

enum { BLOCK_BYTES = 512, PATH_MAX_BYTES = 512, REGIONS_MAX = 256 };

struct bytes {
    unsigned char *ptr;
    size_t len, cap;
};

struct mem_file {
    struct mem_file *next;
    char path[PATH_MAX_BYTES];
    struct bytes now, synced;
    unsigned char *dirty; /* one byte a block of `now` */
    size_t dirty_len;
    size_t handles;
    bool deleted; /* no longer on the disk; goes with its last handle */
    size_t shared; /* database locks */
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
    uint64_t room; /* 0: no limit */
    uint32_t broken_syncs, broken_writes, trap;
    void (*trap_fn)(void *arg);
    void *trap_arg;
    mem_watch_fn *watch;
    void *watch_arg;
    struct mem_disk_counts counts;
};

struct handle {
    sqlite3_file base;
    struct mem_disk *disk;
    struct mem_file *file;
    int lock;
    bool has_shm;
    uint32_t shm_shared; /* bit a lock */
};

extern const sqlite3_io_methods mem_file_methods;
void mem_file_release(struct mem_file *file);
void *mem_take(void *old, size_t bytes);
bool mem_bytes_resize(struct bytes *bytes, size_t len);
void mem_shm_drop(struct mem_file *file);
void mem_spring_trap(struct mem_disk *disk);
int mem_look(struct mem_disk *disk, struct mem_op *op);

#endif
