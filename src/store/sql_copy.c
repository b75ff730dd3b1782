/* Copying a database page by page while it is used.
 *
 * Owns SQLite's backup object and the half-made file. Refuses to know what is copied. Odd: the copy
 * is written without a journal and without a sync of its own, because a half-made one is thrown
 * away; what makes it last is one sync before it gets its name. SQLite carries every page that the
 * same connection writes meanwhile over to the copy, so nothing is begun anew; only a rollback
 * after pages had spilled into the log begins it again, by itself. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sql_inside.h"

#include "nudged/base/buf.h"

enum { PATH_BYTES_MAX = 4096 };

struct sql_copy {
    sqlite3 *db; /* NULL: closed */
    sqlite3_backup *backup; /* NULL: all pages are there, or let go of */
    int64_t pages, of;
    bool complete, named;
    char path[PATH_BYTES_MAX], part[PATH_BYTES_MAX + 8];
};

static enum err make_part(const struct sql_copy *copy);
static enum err sync_file(const char *path, int flags);

enum err sql_copy_new(struct sql *sql, const char *path, struct sql_copy **out)
{
    struct sql_copy *copy = calloc(1, sizeof(*copy));
    if (!copy)
        return ERR_NO_MEMORY;
    int len = snprintf(copy->path, sizeof(copy->path), "%s", path);
    (void)snprintf(copy->part, sizeof(copy->part), "%s.part", copy->path);
    enum err err = len < 0 || (size_t)len >= sizeof(copy->path) ? ERR_TOO_BIG : make_part(copy);
    if (!err)
        err = sql_err(sqlite3_open_v2(copy->part, &copy->db,
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
            sql_clean_vfs()));
    if (!err)
        err = sql_err(sqlite3_exec(copy->db,
            "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -1024", NULL,
            NULL, NULL));
    if (!err) {
        copy->backup = sqlite3_backup_init(copy->db, "main", sql->db, "main");
        err = copy->backup ? OK : sql_err(sqlite3_errcode(copy->db));
    }
    if (err)
        sql_copy_free(copy);
    else
        *out = copy;
    return err;
}

enum err sql_copy_step(struct sql_copy *copy, int pages, bool *done)
{
    REQUIRE(copy->backup);
    int code = sqlite3_backup_step(copy->backup, pages);
    copy->of = sqlite3_backup_pagecount(copy->backup);
    copy->pages = copy->of - sqlite3_backup_remaining(copy->backup);
    if (code == SQLITE_DONE) {
        copy->complete = true;
        code = sqlite3_backup_finish(copy->backup);
        copy->backup = NULL;
    }
    bool later = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
    if (code && !later)
        return sql_err(code);
    *done = copy->complete;
    return OK;
}

void sql_copy_progress(const struct sql_copy *copy, int64_t *pages, int64_t *of)
{
    *pages = copy->pages;
    *of = copy->of;
}

void sql_copy_detach(struct sql_copy *copy)
{
    sqlite3_backup_finish(copy->backup); /* NULL is harmless; an unfinished one is thrown away */
    copy->backup = NULL;
}

enum err sql_copy_sync(struct sql_copy *copy)
{
    return sync_file(copy->part, O_RDWR);
}

/* Without a log beside it: one file that can be read from a medium that cannot be written. */
enum err sql_copy_finish(struct sql_copy *copy, const char *last_words)
{
    REQUIRE(copy->complete && copy->db);
    enum err err =
        sql_err(sqlite3_exec(copy->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL));
    if (!err && last_words)
        err = sql_err(sqlite3_exec(copy->db, last_words, NULL, NULL, NULL));
    int closed = sqlite3_close(copy->db);
    copy->db = NULL;
    if (!err)
        err = sql_err(closed);
    if (!err)
        err = sql_copy_sync(copy);
    if (!err && rename(copy->part, copy->path))
        err = ERR_IO;
    copy->named = !err;
    return err ? err : sql_sync_folder_of(copy->path);
}

struct sql_copy *sql_copy_free(struct sql_copy *copy)
{
    if (!copy)
        return NULL;
    sql_copy_detach(copy);
    (void)sqlite3_close(copy->db);
    if (!copy->named)
        (void)unlink(copy->part);
    free(copy);
    return NULL;
}

enum err sql_backup(struct sql *sql, const char *path)
{
    struct sql_copy *copy = NULL;
    bool done = false;
    enum err err = sql_copy_new(sql, path, &copy);
    if (!err)
        err = sql_copy_step(copy, -1, &done);
    if (!err && !done)
        err = ERR_DB_BUSY;
    if (!err)
        err = sql_copy_finish(copy, NULL);
    sql_copy_free(copy);
    return err;
}

enum err sql_sync_folder_of(const char *path)
{
    char folder[PATH_BYTES_MAX] = "./";
    const char *slash = strrchr(path, '/');
    if (slash)
        (void)snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path + 1), path);
    return sync_file(folder, O_RDONLY | O_DIRECTORY);
}

/* Ours from its first moment, so that nobody else can read it. */
static enum err make_part(const struct sql_copy *copy)
{
    (void)unlink(copy->part); /* left by one that was cut short */
    int file = open(copy->part, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    return file < 0 || close(file) ? ERR_IO : OK;
}

static enum err sync_file(const char *path, int flags)
{
    int file = open(path, flags | O_CLOEXEC);
    bool synced = file >= 0 && !fsync(file);
    if (file >= 0)
        (void)close(file);
    return synced ? OK : ERR_IO;
}
