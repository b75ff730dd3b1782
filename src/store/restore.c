/* Looking at a copy of a store, and putting one in the place of the store itself.
 *
 * Owns the order in which files change places. Refuses to know who may ask. Nothing here touches a
 * store that is open. */
#include "nudged/store/upkeep.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sql_schemas.h"
#include "store/migrate.h"
#include "store/sql.h"

static enum err open_to_look(struct str path, struct arena *arena, struct sql **out);
static bool has_log(struct str path, struct arena *arena);
static enum err check_all(struct sql *sql, struct copy_facts *facts);
static enum err count(struct sql *sql, struct copy_facts *facts);
static struct str why_not(struct arena *arena, enum err err, struct str path,
    const struct copy_facts *facts, const char *words);
static enum err stage(struct str path, struct str from, struct instant now, struct arena *arena);
static enum err has_mark(struct sql *sql, bool *out);
static enum err settle_present(struct str path, struct str kept, struct arena *arena);
static enum err swap(struct str path, struct str kept, bool present, struct arena *arena);

enum err store_verify(
    struct str path, struct arena *arena, struct copy_facts *out, struct str *detail)
{
    struct copy_facts facts = { .newest_version = SQL_SCHEMAS_COUNT };
    struct sql *sql = NULL;
    struct stat status;
    enum err err = stat(str_z(arena, path), &status) || !S_ISREG(status.st_mode) ? ERR_NOT_FOUND
                                                                                 : OK;
    if (!err) {
        facts.bytes = status.st_size;
        err = open_to_look(path, arena, &sql);
    }
    if (!err)
        err = check_all(sql, &facts);
    if (!err)
        err = count(sql, &facts);
    if (err == ERR_DB_MISUSE)
        err = ERR_DB_CORRUPT; /* our own questions, of a file that says it is ours */
    if (err)
        *detail = why_not(arena, err, path, &facts, sql ? sql_message(sql) : "");
    else
        *out = facts;
    sql_close(sql);
    return err;
}

enum err store_restore(struct str path, struct str from, struct instant now, struct arena *arena,
    struct str *kept, struct str *detail)
{
    struct copy_facts facts;
    struct stat there, source;
    bool present = stat(str_z(arena, path), &there) == 0;
    enum err err = store_verify(from, arena, &facts, detail);
    if (err)
        return err;
    if (present && !stat(str_z(arena, from), &source) && source.st_dev == there.st_dev &&
        source.st_ino == there.st_ino) {
        *detail = str_format(arena, "%.*s is the database itself", STR_ARG(from));
        return ERR_REFUSED;
    }
    struct buf name = buf_in(arena, path.len + 64);
    buf_addf(&name, "%.*s.before-restore-", STR_ARG(path));
    buf_add_instant(&name, (struct instant){ now.utc_ms / 1000 * 1000 });
    struct str kept_path = STR_EMPTY;
    err = buf_finish(&name, &kept_path);
    if (!err)
        err = stage(path, from, now, arena);
    if (!err && present)
        err = settle_present(path, kept_path, arena);
    if (!err)
        err = swap(path, kept_path, present, arena);
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (err)
        *detail = str_format(arena, "%.*s could not take the place of %.*s: %s", STR_ARG(from),
            STR_ARG(path), err_text(err));
    else
        *kept = present ? kept_path : STR_EMPTY;
    return err;
}

/* A finished copy has no log beside it and is then read without so much as a lock. */
static enum err open_to_look(struct str path, struct arena *arena, struct sql **out)
{
    enum sql_mode mode = has_log(path, arena) ? SQL_READ : SQL_SEALED;
    char *name = str_z(arena, path);
    return name ? sql_open(name, NULL, mode, out) : ERR_NO_MEMORY;
}

static bool has_log(struct str path, struct arena *arena)
{
    struct stat status;
    struct str log = str_format(arena, "%.*s-wal", STR_ARG(path));
    return stat(str_z(arena, log), &status) == 0 && status.st_size > 0;
}

static enum err check_all(struct sql *sql, struct copy_facts *facts)
{
    int64_t application = 0, version = 0, ours = 0;
    const char *failed = NULL;
    enum err err = sql_exec_int(sql, "PRAGMA application_id", &application);
    if (!err)
        err = sql_exec_int(sql, "PRAGMA user_version", &version);
    if (err)
        return err;
    facts->schema_version = version > 0 && version < INT32_MAX ? (int32_t)version : 0;
    if (application != STORE_APPLICATION_ID || facts->schema_version == 0)
        return ERR_REFUSED;
    if (facts->schema_version > facts->newest_version)
        return ERR_DB_NEWER;
    err = sql_full_check(sql);
    if (!err)
        err = sql_exec_int(sql, "SELECT count(*) FROM state WHERE id = 1", &ours);
    if (!err && facts->schema_version == facts->newest_version)
        err = sql_check_queries(sql, &failed); /* a lost column is no fault to SQLite */
    return err || ours == 1 ? err : ERR_DB_CORRUPT;
}

static enum err count(struct sql *sql, struct copy_facts *facts)
{
    int64_t newest = 0, copied = 0;
    const struct {
        const char *question;
        int64_t *answer;
    } rows[] = {
        { "SELECT count(*) FROM person", &facts->people },
        { "SELECT count(*) FROM nudge", &facts->nudges },
        { "SELECT count(*) FROM answer", &facts->answers },
        { "SELECT count(*) FROM delivery", &facts->deliveries },
        { "SELECT COALESCE(last_answer_ms, 0) FROM state", &newest },
        { "SELECT COALESCE(copied_ms, 0) FROM upkeep", &copied },
    };
    bool marked = false;
    enum err err = has_mark(sql, &marked);
    size_t len = marked ? COUNT(rows) : COUNT(rows) - 1;
    for (size_t i = 0; !err && i < len; i++)
        err = sql_exec_int(sql, rows[i].question, rows[i].answer);
    facts->newest_answer.utc_ms = newest;
    facts->copied.utc_ms = copied;
    return err;
}

static struct str why_not(struct arena *arena, enum err err, struct str path,
    const struct copy_facts *facts, const char *words)
{
    if (err == ERR_NOT_FOUND)
        return str_format(arena, "there is no file %.*s", STR_ARG(path));
    if (err == ERR_REFUSED)
        return str_format(arena, "%.*s is not a database of nudged", STR_ARG(path));
    if (err == ERR_DB_NEWER)
        return str_format(arena,
            "%.*s was written by a newer version of nudged: it has schema %d, this version knows "
            "up to %d",
            STR_ARG(path), (int)facts->schema_version, (int)facts->newest_version);
    if (err == ERR_DB_CORRUPT)
        return str_format(arena, "%.*s is damaged (%s)", STR_ARG(path), words);
    return str_format(arena, "%.*s could not be read: %s", STR_ARG(path), err_text(err));
}

/* Beside the store, complete and synced. Marked as a copy also when somebody made it by hand. */
static enum err stage(struct str path, struct str from, struct instant now, struct arena *arena)
{
    struct sql *sql = NULL;
    struct sql_copy *copy = NULL;
    bool done = false, marked = false;
    char mark[128];
    (void)snprintf(mark, sizeof(mark),
        "UPDATE upkeep SET copied_ms = COALESCE(copied_ms, %lld) WHERE id = 1",
        (long long)now.utc_ms);
    struct str staged = str_format(arena, "%.*s.restoring", STR_ARG(path));
    enum err err = open_to_look(from, arena, &sql);
    if (!err)
        err = has_mark(sql, &marked);
    if (!err)
        err = sql_copy_new(sql, str_z(arena, staged), &copy);
    if (!err)
        err = sql_copy_step(copy, -1, &done);
    if (!err && !done)
        err = ERR_DB_BUSY;
    if (!err)
        err = sql_copy_finish(copy, marked ? mark : NULL);
    sql_copy_free(copy);
    sql_close(sql);
    return err;
}

/* Since the schema that knows copies. */
static enum err has_mark(struct sql *sql, bool *out)
{
    int64_t tables = 0;
    enum err err = sql_exec_int(
        sql, "SELECT count(*) FROM sqlite_schema WHERE name = 'upkeep'", &tables);
    if (!err)
        *out = tables == 1;
    return err;
}

/* A log must never lie beside a database that it is not of. So what is in it goes into the present
 * file; when that is too damaged for it, the log is moved away with it. */
static enum err settle_present(struct str path, struct str kept, struct arena *arena)
{
    struct sql *sql = NULL;
    int64_t busy = 1;
    if (sql_open(str_z(arena, path), NULL, SQL_WRITE, &sql) == OK)
        (void)!sql_exec_int(sql, "PRAGMA wal_checkpoint(TRUNCATE)", &busy);
    sql_close(sql);
    if (!has_log(path, arena))
        return OK;
    const char *log = str_z(arena, str_format(arena, "%.*s-wal", STR_ARG(path)));
    const char *kept_log = str_z(arena, str_format(arena, "%.*s-wal", STR_ARG(kept)));
    return rename(log, kept_log) ? ERR_IO : OK;
}

/* One rename decides; the old file has its second name before. */
static enum err swap(struct str path, struct str kept, bool present, struct arena *arena)
{
    const char *to = str_z(arena, path), *old = str_z(arena, kept);
    const char *staged = str_z(arena, str_format(arena, "%.*s.restoring", STR_ARG(path)));
    static const char *const beside[] = { "-shm", "-wal" };
    if (present && link(to, old) && errno != EEXIST && rename(to, old))
        return ERR_IO;
    for (size_t i = 0; i < COUNT(beside); i++)
        (void)unlink(str_z(arena, str_format(arena, "%.*s%s", STR_ARG(path), beside[i])));
    if (rename(staged, to))
        return ERR_IO;
    return sql_sync_folder_of(to);
}
