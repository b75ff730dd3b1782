/* Copies table by table into a database in memory; columns that only one of both has are left
 * out. */
#include "crash/first_schema.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "sql_schemas.h"

static void must(sqlite3 *db, int code);
static void run(sqlite3 *db, const char *sql);
static void copy_tables(sqlite3 *db);

int first_schema_now(void)
{
    return (int)SQL_SCHEMAS_COUNT;
}

unsigned char *first_schema_of(const char *path, const char *vfs, size_t *len)
{
    char attach[600];
    sqlite3 *db = NULL;
    sqlite3_int64 bytes = 0;
    must(db, sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs));
    snprintf(attach, sizeof(attach), "ATTACH '%s' AS now", path);
    run(db, attach);
    run(db, "PRAGMA foreign_keys = OFF; BEGIN");
    run(db, (const char *)sql_schemas[0].bytes);
    copy_tables(db);
    run(db, "PRAGMA main.user_version = 1; COMMIT; DETACH now");
    unsigned char *image = sqlite3_serialize(db, "main", &bytes, 0);
    must(db, image ? SQLITE_OK : SQLITE_NOMEM);
    must(db, sqlite3_close(db));
    *len = (size_t)bytes;
    return image;
}

static void must(sqlite3 *db, int code)
{
    if (code == SQLITE_OK)
        return;
    fprintf(stderr, "the first schema: %s\n", sqlite3_errmsg(db));
    abort();
}

static void run(sqlite3 *db, const char *sql)
{
    must(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static void copy_tables(sqlite3 *db)
{
    sqlite3_stmt *tables = NULL;
    must(db,
        sqlite3_prepare_v2(db,
            "SELECT format('DELETE FROM main.\"%w\"; INSERT INTO main.\"%w\" (%s) SELECT %s FROM "
            "now.\"%w\"', name, name, columns, columns, name) FROM (SELECT m.name AS name, (SELECT "
            "group_concat('\"' || a.name || '\"') FROM pragma_table_info(m.name, 'main') a WHERE "
            "a.name IN (SELECT b.name FROM pragma_table_info(m.name, 'now') b)) AS columns "
            "FROM main.sqlite_schema m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%')",
            -1, &tables, NULL));
    while (sqlite3_step(tables) == SQLITE_ROW)
        run(db, (const char *)sqlite3_column_text(tables, 0));
    must(db, sqlite3_finalize(tables));
}
