/* What SQLite writes into a database file, without what it only left lying.
 *
 * When a page is split or joined with its neighbours, copies of rows that moved stay in the page's
 * unused middle. Deleting such a row later overwrites it where it is, not where it was: measured,
 * words of an answer were found in the file months after they were deleted, with secure_delete on.
 * So this VFS, a thin layer on the default one, clears the unused middle of every page on its way
 * into a database file. Owns no file and no memory beyond its name; the log is left as it is,
 * because its frames carry checksums, and is emptied after a deletion instead.
 *
 * A page is told by its first byte. Pages of other kinds begin with a page number, whose first byte
 * is 0 or 1 as long as the file has fewer pages than PAGES_MAX; beyond, nothing is cleared. */
#include <string.h>

#include "store/sql_inside.h"

enum {
    PAGE_BYTES_MAX = 65536,
    PAGE_BYTES_MIN = 512,
    PAGES_MAX = 1 << 24, /* 64 GiB of 4 KiB pages; half of where it would become ambiguous */
    FILE_HEADER_BYTES = 100,
    LEAF_INDEX = 10, LEAF_TABLE = 13, INNER_INDEX = 2, INNER_TABLE = 5
};

struct clean_file {
    sqlite3_file file;
    bool clears;
    /* behind it: the file of the VFS below */
};

static const char clean_name[] = "nudged-clean";

static int clean_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
    int *flags_out);
static const sqlite3_io_methods clean_methods;

const char *sql_clean_vfs(void)
{
    if (sqlite3_vfs_find(clean_name))
        return clean_name;
    sqlite3_vfs *below = sqlite3_vfs_find(NULL), *vfs = below ? malloc(sizeof(*vfs)) : NULL;
    if (!vfs)
        return NULL; /* the default: what is deleted is deleted all the same */
    *vfs = *below;
    vfs->pNext = NULL;
    vfs->zName = clean_name;
    vfs->szOsFile = (int)sizeof(struct clean_file) + below->szOsFile;
    vfs->xOpen = clean_open;
    if (sqlite3_vfs_register(vfs, 0) == SQLITE_OK) /* keeps it as long as the process lives */
        return clean_name;
    free(vfs);
    return NULL;
}

static sqlite3_file *below(sqlite3_file *file)
{
    return (sqlite3_file *)(void *)((char *)file + sizeof(struct clean_file));
}

static int clean_open(sqlite3_vfs *vfs UNUSED, sqlite3_filename name, sqlite3_file *file, int flags,
    int *flags_out)
{
    struct clean_file *clean = (struct clean_file *)(void *)file;
    sqlite3_vfs *default_vfs = sqlite3_vfs_find(NULL);
    int code = default_vfs->xOpen(default_vfs, name, below(file), flags, flags_out);
    file->pMethods = below(file)->pMethods ? &clean_methods : NULL;
    clean->clears = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    return code;
}

static size_t number16(const unsigned char *at)
{
    return (size_t)at[0] << 8 | at[1];
}

/* Between the places of the cells, which grow from the head, and the cells, which grow from the
 * end. */
static void clear_middle(unsigned char *page, size_t bytes, bool first)
{
    size_t head = first ? FILE_HEADER_BYTES : 0;
    unsigned char kind = page[head];
    bool leaf = kind == LEAF_INDEX || kind == LEAF_TABLE;
    if (!leaf && kind != INNER_INDEX && kind != INNER_TABLE)
        return;
    size_t from = head + (leaf ? 8 : 12) + 2 * number16(page + head + 3);
    size_t to = number16(page + head + 5);
    to = to ? to : PAGE_BYTES_MAX;
    if (from < to && to <= bytes)
        memset(page + from, 0, to - from);
}

static int clean_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    struct clean_file *clean = (struct clean_file *)(void *)file;
    unsigned char page[PAGE_BYTES_MAX];
    bool whole = len >= PAGE_BYTES_MIN && len <= PAGE_BYTES_MAX && at % len == 0;
    if (whole && at / len >= PAGES_MAX)
        clean->clears = false;
    if (!whole || !clean->clears)
        return below(file)->pMethods->xWrite(below(file), bytes, len, at);
    memcpy(page, bytes, (size_t)len);
    clear_middle(page, (size_t)len, at == 0);
    return below(file)->pMethods->xWrite(below(file), page, len, at);
}

static int clean_close(sqlite3_file *file)
{
    return below(file)->pMethods->xClose(below(file));
}

static int clean_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 at)
{
    return below(file)->pMethods->xRead(below(file), bytes, len, at);
}

static int clean_truncate(sqlite3_file *file, sqlite3_int64 bytes)
{
    return below(file)->pMethods->xTruncate(below(file), bytes);
}

static int clean_sync(sqlite3_file *file, int flags)
{
    return below(file)->pMethods->xSync(below(file), flags);
}

static int clean_size(sqlite3_file *file, sqlite3_int64 *bytes)
{
    int code = below(file)->pMethods->xFileSize(below(file), bytes);
    struct clean_file *clean = (struct clean_file *)(void *)file;
    if (!code && *bytes / 4096 >= PAGES_MAX)
        clean->clears = false;
    return code;
}

static int clean_lock(sqlite3_file *file, int level)
{
    return below(file)->pMethods->xLock(below(file), level);
}

static int clean_unlock(sqlite3_file *file, int level)
{
    return below(file)->pMethods->xUnlock(below(file), level);
}

static int clean_is_reserved(sqlite3_file *file, int *out)
{
    return below(file)->pMethods->xCheckReservedLock(below(file), out);
}

static int clean_control(sqlite3_file *file, int what, void *arg)
{
    return below(file)->pMethods->xFileControl(below(file), what, arg);
}

static int clean_sector(sqlite3_file *file)
{
    return below(file)->pMethods->xSectorSize(below(file));
}

static int clean_traits(sqlite3_file *file)
{
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static int clean_shm_map(
    sqlite3_file *file, int region, int bytes, int extend, void volatile **out)
{
    return below(file)->pMethods->xShmMap(below(file), region, bytes, extend, out);
}

static int clean_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}

static void clean_shm_barrier(sqlite3_file *file)
{
    below(file)->pMethods->xShmBarrier(below(file));
}

static int clean_shm_unmap(sqlite3_file *file, int remove)
{
    return below(file)->pMethods->xShmUnmap(below(file), remove);
}

/* Version 2: without memory maps, which we never use. */
static const sqlite3_io_methods clean_methods = {
    .iVersion = 2, .xClose = clean_close, .xRead = clean_read, .xWrite = clean_write,
    .xTruncate = clean_truncate, .xSync = clean_sync, .xFileSize = clean_size,
    .xLock = clean_lock, .xUnlock = clean_unlock, .xCheckReservedLock = clean_is_reserved,
    .xFileControl = clean_control, .xSectorSize = clean_sector,
    .xDeviceCharacteristics = clean_traits, .xShmMap = clean_shm_map,
    .xShmLock = clean_shm_lock, .xShmBarrier = clean_shm_barrier, .xShmUnmap = clean_shm_unmap,
};
