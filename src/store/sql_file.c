/* The connection itself: how it is opened, what it refuses, its errors, its backup.
 *
 * Owns every setting of SQLite. Refuses to know tables. The file may have been exchanged by anybody
 * who can write to its folder, so nothing in it is trusted to run: no functions from the schema, no
 * extensions, no attaching, no memory map that could turn a bad disk into a crash. Odd: checkpoints
 * stay on the writing connection at SQLite's own 1,000 pages; readers never checkpoint. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "store/sql_inside.h"

#include "nudged/base/buf.h"
#include "nudged/base/limits.h"

enum {
    BUSY_WRITER_MS = 20, /* an outside reader's start-up lock lasts less; a turn must not wait */
    BUSY_READER_MS = 2000, /* readers run beside the loop and may wait */
    PATH_BYTES_MAX = 4096
};

static const struct setting {
    int option, value;
} settings[] = {
    { SQLITE_DBCONFIG_DEFENSIVE, 1 },
    { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
    { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
    { SQLITE_DBCONFIG_DQS_DDL, 0 },
    { SQLITE_DBCONFIG_DQS_DML, 0 },
    { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
    { SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
    { SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
};

/* Above what our own statements and rows need, far below SQLite's own. */
static const struct limit {
    int what, value;
} limits[] = {
    { SQLITE_LIMIT_LENGTH, 1 << 20 }, /* the largest row is a packed prompt or message */
    { SQLITE_LIMIT_SQL_LENGTH, 64 << 10 },
    { SQLITE_LIMIT_COLUMN, 100 },
    { SQLITE_LIMIT_EXPR_DEPTH, 100 },
    { SQLITE_LIMIT_COMPOUND_SELECT, 4 },
    { SQLITE_LIMIT_FUNCTION_ARG, 8 },
    { SQLITE_LIMIT_ATTACHED, 0 },
    { SQLITE_LIMIT_VARIABLE_NUMBER, 63 },
    { SQLITE_LIMIT_WORKER_THREADS, 0 },
};

/* 2 MiB of cache hold every page a full batch of answers touches. */
static const char pragmas[] = "PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
                              "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;"
                              "PRAGMA cache_size = -2048; PRAGMA trusted_schema = OFF";
static const char pragmas_writer[] =
    "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 8388608";

/* One row per primary result code that means something of its own; all others are our mistakes. */
static const struct {
    int code;
    enum err err;
} codes[] = {
    { SQLITE_OK, ERR_OK },
    { SQLITE_FULL, ERR_DB_FULL },
    { SQLITE_BUSY, ERR_DB_BUSY },
    { SQLITE_LOCKED, ERR_DB_BUSY },
    { SQLITE_PROTOCOL, ERR_DB_BUSY },
    { SQLITE_INTERRUPT, ERR_DB_BUSY },
    { SQLITE_NOMEM, ERR_NO_MEMORY },
    { SQLITE_IOERR_NOMEM, ERR_NO_MEMORY },
    { SQLITE_IOERR, ERR_DB_IO },
    { SQLITE_CANTOPEN, ERR_DB_IO },
    { SQLITE_READONLY, ERR_DB_IO },
    { SQLITE_PERM, ERR_DB_IO },
    { SQLITE_AUTH, ERR_DB_IO },
    { SQLITE_CORRUPT, ERR_DB_CORRUPT },
    { SQLITE_NOTADB, ERR_DB_CORRUPT },
    { SQLITE_FORMAT, ERR_DB_CORRUPT },
    { SQLITE_TOOBIG, ERR_TOO_BIG },
    { SQLITE_CONSTRAINT, ERR_INVALID }, /* of one event, which must not stop the others */
};

static enum err configure(struct sql *sql, enum sql_mode mode);
static enum err backup_into(struct sql *sql, const char *path);
static enum err backup_pages(struct sql *sql, sqlite3 *copy);
static enum err sync_folder_of(const char *path);

enum err sql_err(int code)
{
    for (size_t i = 0; i < COUNT(codes); i++)
        if (codes[i].code == code)
            return codes[i].err;
    for (size_t i = 0; i < COUNT(codes); i++)
        if (codes[i].code == (code & 0xff))
            return codes[i].err;
    return ERR_DB_MISUSE;
}

enum err sql_open(const char *path, const char *vfs, enum sql_mode mode, struct sql **out)
{
    static const int flags[] = {
        [SQL_WRITE] = SQLITE_OPEN_READWRITE,
        [SQL_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
        [SQL_READ] = SQLITE_OPEN_READONLY,
    };
    struct sql *sql = calloc(1, sizeof(*sql));
    if (!sql)
        return ERR_NO_MEMORY;
    /* Nobody reads the counts, and each would cost a lock. Refused once SQLite is in use. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    int code = sqlite3_open_v2(
        path, &sql->db, flags[mode] | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
    enum err err = sql_err(code);
    if (!err)
        err = configure(sql, mode);
    if (err)
        sql_close(sql);
    else
        *out = sql;
    return err;
}

struct sql *sql_close(struct sql *sql)
{
    if (!sql)
        return NULL;
    for (size_t i = 0; i < SQL_ID_COUNT; i++)
        sqlite3_finalize(sql->queries[i].statement);
    int code = sqlite3_close(sql->db);
    REQUIRE(code == SQLITE_OK); /* busy would mean a statement or backup of ours was left */
    free(sql);
    return NULL;
}

enum err sql_exec(struct sql *sql, const char *text)
{
    return sql_err(sqlite3_exec(sql->db, text, NULL, NULL, NULL));
}

enum err sql_exec_int(struct sql *sql, const char *text, int64_t *out)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(sql->db, text, -1, &statement, NULL);
    if (!code)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE ? OK : sql_err(code);
}

enum err sql_quick_check(struct sql *sql)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(sql->db, "PRAGMA quick_check(1)", -1, &statement, NULL);
    if (!code)
        code = sqlite3_step(statement);
    bool sound = code == SQLITE_ROW &&
        str_equal(str_from_z((const char *)sqlite3_column_text(statement, 0)), STR("ok"));
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return sql_err(code);
    return sound ? OK : ERR_DB_CORRUPT;
}

enum err sql_journal_wal(struct sql *sql)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(sql->db, "PRAGMA journal_mode = WAL", -1, &statement, NULL);
    if (!code)
        code = sqlite3_step(statement);
    bool is_wal = code == SQLITE_ROW &&
        str_equal(str_from_z((const char *)sqlite3_column_text(statement, 0)), STR("wal"));
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW)
        return sql_err(code);
    return is_wal ? OK : ERR_DB_IO;
}

enum err sql_backup(struct sql *sql, const char *path)
{
    struct buf name = buf_heap(PATH_BYTES_MAX);
    buf_addf(&name, "%s.part", path);
    buf_add_byte(&name, '\0');
    struct str part = STR_EMPTY;
    enum err err = buf_finish(&name, &part);
    if (!err) {
        (void)unlink(part.ptr); /* left by a backup that was cut short */
        int file = open(part.ptr, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
        err = file < 0 || close(file) ? ERR_IO : OK;
    }
    if (!err)
        err = backup_into(sql, part.ptr);
    if (!err && rename(part.ptr, path))
        err = ERR_IO;
    if (!err)
        err = sync_folder_of(path);
    if (err && part.len)
        (void)unlink(part.ptr);
    buf_free(&name);
    return err;
}

const char *sql_message(struct sql *sql)
{
    return sqlite3_errmsg(sql->db);
}

static enum err configure(struct sql *sql, enum sql_mode mode)
{
    int code = SQLITE_OK;
    for (size_t i = 0; !code && i < COUNT(settings); i++)
        code = sqlite3_db_config(sql->db, settings[i].option, settings[i].value, NULL);
    if (!code)
        code = sqlite3_busy_timeout(sql->db, mode == SQL_READ ? BUSY_READER_MS : BUSY_WRITER_MS);
    for (size_t i = 0; i < COUNT(limits); i++)
        sqlite3_limit(sql->db, limits[i].what, limits[i].value);
    enum err err = sql_err(code);
    if (!err)
        err = sql_exec(sql, pragmas);
    if (!err && mode != SQL_READ)
        err = sql_exec(sql, pragmas_writer);
    return err;
}

static enum err backup_into(struct sql *sql, const char *path)
{
    sqlite3 *copy = NULL;
    enum err err = sql_err(sqlite3_open_v2(
        path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL));
    if (!err)
        err = backup_pages(sql, copy);
    int closed = sqlite3_close(copy);
    return err ? err : sql_err(closed);
}

static enum err backup_pages(struct sql *sql, sqlite3 *copy)
{
    sqlite3_backup *backup = sqlite3_backup_init(copy, "main", sql->db, "main");
    if (!backup)
        return sql_err(sqlite3_errcode(copy));
    int stepped = sqlite3_backup_step(backup, -1);
    int finished = sqlite3_backup_finish(backup);
    if (finished)
        return sql_err(finished);
    return stepped == SQLITE_DONE ? OK : sql_err(stepped);
}

static enum err sync_folder_of(const char *path)
{
    struct str whole = str_from_z(path);
    size_t slash = whole.len;
    while (slash && whole.ptr[slash - 1] != '/')
        slash--;
    struct buf name = buf_heap(PATH_BYTES_MAX);
    buf_add(&name, slash ? str_slice(whole, 0, slash) : STR("./"));
    buf_add_byte(&name, '\0');
    struct str folder = STR_EMPTY;
    enum err err = buf_finish(&name, &folder);
    int file = err ? -1 : open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!err && (file < 0 || fsync(file)))
        err = ERR_IO;
    if (file >= 0)
        (void)close(file);
    buf_free(&name);
    return err;
}
