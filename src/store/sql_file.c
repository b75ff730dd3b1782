/* The connection itself: how it is opened, what it refuses, its errors.
 *
 * Owns every setting of SQLite. Refuses to know tables. The file may have been exchanged by anybody
 * who can write to its folder, so nothing in it is trusted to run: no functions from the schema, no
 * extensions, no attaching, no memory map that could turn a bad disk into a crash. Odd: checkpoints
 * stay on the writing connection at SQLite's own 1,000 pages; readers never checkpoint. */
#include <string.h>

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
    { SQLITE_LIMIT_FUNCTION_ARG, 20 },
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
static char *address_of(const char *path);
static enum err says(struct sql *sql, const char *question, const char *sound);

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
        [SQL_SEALED] = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
    };
    struct sql *sql = calloc(1, sizeof(*sql));
    if (!sql)
        return ERR_NO_MEMORY;
    /* Nobody reads the counts, and each would cost a lock. Refused once SQLite is in use. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    char *address = mode == SQL_SEALED ? address_of(path) : NULL;
    int code = mode == SQL_SEALED && !address
        ? SQLITE_NOMEM
        : sqlite3_open_v2(address ? address : path, &sql->db,
              flags[mode] | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
              vfs || mode >= SQL_READ ? vfs : sql_clean_vfs());
    free(address);
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
    return says(sql, "PRAGMA quick_check(1)", "ok");
}

enum err sql_full_check(struct sql *sql)
{
    enum err err = says(sql, "PRAGMA integrity_check(1)", "ok");
    return err ? err : says(sql, "PRAGMA foreign_key_check", NULL);
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
        code = sqlite3_busy_timeout(sql->db, mode >= SQL_READ ? BUSY_READER_MS : BUSY_WRITER_MS);
    for (size_t i = 0; i < COUNT(limits); i++)
        sqlite3_limit(sql->db, limits[i].what, limits[i].value);
    enum err err = sql_err(code);
    if (!err)
        err = sql_exec(sql, pragmas);
    if (!err && mode < SQL_READ)
        err = sql_exec(sql, pragmas_writer);
    return err;
}

/* file:PATH?immutable=1, with every byte that is not plain as %XX. */
static char *address_of(const char *path)
{
    struct buf address = buf_heap(4 * PATH_BYTES_MAX);
    buf_add(&address, STR("file:"));
    for (const char *at = path; *at; at++) {
        bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
            (*at >= '-' && *at <= '9'); /* with . and / */
        if (plain)
            buf_add_byte(&address, *at);
        else
            buf_addf(&address, "%%%02X", (unsigned)(unsigned char)*at);
    }
    buf_add(&address, STR("?immutable=1"));
    buf_add_byte(&address, '\0');
    char *copy = address.failed ? NULL : strdup(buf_str(&address).ptr);
    buf_free(&address);
    return copy;
}

/* sound: the one word of a sound file; NULL: it says nothing. */
static enum err says(struct sql *sql, const char *question, const char *sound)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(sql->db, question, -1, &statement, NULL);
    if (!code)
        code = sqlite3_step(statement);
    bool right = sound ? code == SQLITE_ROW &&
            str_equal(str_from_z((const char *)sqlite3_column_text(statement, 0)),
                str_from_z(sound))
                       : code == SQLITE_DONE;
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return sql_err(code);
    return right ? OK : ERR_DB_CORRUPT;
}
