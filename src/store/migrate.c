/* The schema of the file, forward only.
 *
 * Owns user_version. Refuses to know what a schema says. Odd: the check whose file this is stands
 * here, because it is the same question: which schema has it? */
#include "store/migrate.h"

#include "nudged/base/buf.h"

static enum err copy_before(
    struct sql *sql, const char *path, size_t step, struct migration *migration);
static enum err apply_schema(struct sql *sql, const struct schema *schema, size_t step);

enum err migrate(
    struct sql *sql, const char *path, const struct schema *schemas, size_t len,
    struct migration *out)
{
    *out = (struct migration){ 0 };
    int64_t now = 0, tables = 0;
    enum err err = sql_exec_int(sql, "PRAGMA user_version", &now);
    if (!err)
        err = sql_exec_int(sql, "SELECT count(*) FROM sqlite_schema", &tables);
    out->from = now > 0 && now < INT32_MAX ? (int32_t)now : 0;
    if (!err && now > (int64_t)len)
        err = ERR_DB_NEWER;
    if (!err && (now < 0 || (now == 0 && tables)))
        err = ERR_REFUSED;
    size_t first = err ? len : (size_t)now;
    if (!err && first && first < len && path)
        err = copy_before(sql, path, first + 1, out);
    if (!err && first < len)
        err = sql_functions_add(sql);
    for (size_t step = first; !err && step < len; step++)
        err = apply_schema(sql, &schemas[step], step + 1);
    if (!err)
        out->to = (int32_t)len;
    return err;
}

static enum err copy_before(
    struct sql *sql, const char *path, size_t step, struct migration *migration)
{
    int len = snprintf(migration->copy, sizeof(migration->copy), "%s.before-%04zu", path, step);
    if (len < 0 || (size_t)len >= sizeof(migration->copy))
        return ERR_TOO_BIG;
    return sql_backup(sql, migration->copy);
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
