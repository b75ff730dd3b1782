/* The reserve: room kept for the day the disk is full.
 *
 * Owns one file beside the database. Refuses to know when it is needed. Odd: it is written through
 * SQLite's VFS, not by system calls, so that it lies on the same disk as the database also where
 * that disk is a simulated one; and its bytes are noise, since a file system that compresses would
 * keep no room for zeros. */
#include <stdlib.h>

#include "nudged/store/watch.h"
#include "store/inside.h"
#include "store/sql_inside.h"

enum { CHUNK_BYTES = 64 << 10, PATH_BYTES_MAX = 4096 };

static sqlite3_vfs *vfs_of(const struct store *store);
static bool reserve_path(const struct store *store, char path[PATH_BYTES_MAX]);
static enum err write_whole(sqlite3_vfs *vfs, const char *path);
static int fill(sqlite3_file *file);

bool store_reserve_is_there(const struct store *store)
{
    char path[PATH_BYTES_MAX];
    int there = 0;
    sqlite3_vfs *vfs = vfs_of(store);
    bool known = vfs && reserve_path(store, path) &&
        vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK;
    return known && there;
}

enum err store_reserve_make(struct store *store)
{
    char path[PATH_BYTES_MAX];
    sqlite3_vfs *vfs = vfs_of(store);
    if (!vfs || !reserve_path(store, path))
        return ERR_DB_IO;
    enum err err = write_whole(vfs, path);
    if (err)
        (void)vfs->xDelete(vfs, path, 0);
    return err;
}

bool store_reserve_free(struct store *store)
{
    char path[PATH_BYTES_MAX];
    sqlite3_vfs *vfs = vfs_of(store);
    return vfs && reserve_path(store, path) && vfs->xDelete(vfs, path, 0) == SQLITE_OK;
}

static sqlite3_vfs *vfs_of(const struct store *store)
{
    sqlite3_vfs *vfs = NULL;
    int code = sqlite3_file_control(store->sql->db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
    return code == SQLITE_OK ? vfs : NULL;
}

/* Ends with two zero bytes, as SQLite hands names to a VFS. */
static bool reserve_path(const struct store *store, char path[PATH_BYTES_MAX])
{
    const char *main_path = sqlite3_db_filename(store->sql->db, "main");
    struct str whole = str_from_z(main_path);
    size_t slash = whole.len;
    while (slash && whole.ptr[slash - 1] != '/')
        slash--;
    if (!main_path || slash + sizeof("reserve") + 1 > PATH_BYTES_MAX)
        return false;
    memset(path, 0, PATH_BYTES_MAX);
    memcpy(path, main_path, slash);
    memcpy(path + slash, "reserve", sizeof("reserve"));
    return true;
}

static enum err write_whole(sqlite3_vfs *vfs, const char *path)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_SUPER_JOURNAL;
    sqlite3_file *file = calloc(1, (size_t)vfs->szOsFile);
    sqlite3_int64 bytes = 0;
    if (!file)
        return ERR_NO_MEMORY;
    int code = vfs->xOpen(vfs, path, file, flags, &flags);
    if (!code)
        code = file->pMethods->xFileSize(file, &bytes);
    if (!code && bytes < RESERVE_BYTES)
        code = fill(file);
    if (file->pMethods)
        (void)file->pMethods->xClose(file);
    free(file);
    return sql_err(code);
}

static int fill(sqlite3_file *file)
{
    unsigned char *chunk = malloc(CHUNK_BYTES);
    uint64_t noise = 0x9e3779b97f4a7c15U;
    int code = chunk ? SQLITE_OK : SQLITE_NOMEM;
    for (sqlite3_int64 at = 0; !code && at < RESERVE_BYTES; at += CHUNK_BYTES) {
        for (int i = 0; i < CHUNK_BYTES; i++) {
            noise ^= noise << 13;       /* Marsaglia's xorshift: only not to be compressible */
            noise ^= noise >> 7;
            noise ^= noise << 17;
            chunk[i] = (unsigned char)noise;
        }
        code = file->pMethods->xWrite(file, chunk, CHUNK_BYTES, at);
    }
    if (!code)
        code = file->pMethods->xSync(file, SQLITE_SYNC_FULL);
    free(chunk);
    return code;
}
