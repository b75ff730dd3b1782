/* The schema of the file, forward only.
 *
 * Owns user_version. Refuses to know what a schema says. Odd: the check whose file this is stands
 * here, because it is the same question: which schema has it? */
#include "store/migrate.h"

#include "nudged/base/buf.h"

enum { PATH_BYTES_MAX = 4096 };

static enum err copy_before(struct sql *sql, const char *path, size_t step);
static enum err apply_schema(struct sql *sql, const struct schema *schema, size_t step);

enum err migrate(
    struct sql *sql, const char *path, const struct schema *schemas, size_t len, int32_t *version)
{
    int64_t now = 0, tables = 0;
    enum err err = sql_exec_int(sql, "PRAGMA user_version", &now);
    if (!err)
        err = sql_exec_int(sql, "SELECT count(*) FROM sqlite_schema", &tables);
    if (!err && now > (int64_t)len)
        err = ERR_DB_NEWER;
    if (!err && (now < 0 || (now == 0 && tables)))
        err = ERR_REFUSED;
    size_t first = err ? len : (size_t)now;
    if (!err && first && first < len && path)
        err = copy_before(sql, path, first + 1);
    for (size_t step = first; !err && step < len; step++)
        err = apply_schema(sql, &schemas[step], step + 1);
    if (!err)
        *version = (int32_t)len;
    return err;
}

static enum err copy_before(struct sql *sql, const char *path, size_t step)
{
    struct buf name = buf_heap(PATH_BYTES_MAX);
    buf_addf(&name, "%s.before-%04zu", path, step);
    buf_add_byte(&name, '\0');
    struct str copy = STR_EMPTY;
    enum err err = buf_finish(&name, &copy);
    if (!err)
        err = sql_backup(sql, copy.ptr);
    buf_free(&name);
    return err;
}

static enum err apply_schema(struct sql *sql, const struct schema *schema, size_t step)
{
    struct buf last = buf_heap(64);
    buf_addf(&last, "PRAGMA user_version = %zu", step);
    buf_add_byte(&last, '\0');
    struct str number = STR_EMPTY;
    enum err err = buf_finish(&last, &number);
    if (!err)
        err = sql_exec(sql, "BEGIN IMMEDIATE");
    if (!err)
        err = sql_exec(sql, schema->text);
    if (!err)
        err = sql_exec(sql, number.ptr);
    if (!err)
        err = sql_exec(sql, "COMMIT");
    if (sql_in_transaction(sql) && sql_exec(sql, "ROLLBACK") && !err)
        err = ERR_DB_IO;
    buf_free(&last);
    return err;
}
