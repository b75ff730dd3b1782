/* Prepared statements: found by number, bound and read by numbered names; made when first asked
 * for, so that a start pays for none and a reader for its own.
 *
 * Owns the life of every statement. Refuses to know what any of them is for. Odd: a parameter keeps
 * pointing at the caller's bytes after the query ended; it is bound again before it is ever read,
 * because a query does not run with a parameter unset. */
#include "store/sql_inside.h"

#include <math.h>
#include <string.h>

static const char *const names[NAME_COUNT] = {
#define XX(name, text) [NAME_##name] = text,
    NAME_MAP(XX)
#undef XX
};

static enum err prepare_one(struct sql *sql, enum sql_id id);
static bool look_up_places(struct query *query);
static bool name_find(const char *text, size_t *name);
static int parameter(struct query *query, enum sql_name name);
static void bound(struct query *query, int place, int code);
static int column(struct query *query, enum sql_name name);
static void query_reset(struct query *query);

enum err sql_check_queries(struct sql *sql, const char **failed)
{
    enum err err = OK;
    for (size_t id = 0; !err && id < SQL_ID_COUNT; id++) {
        struct query *query = &sql->queries[id];
        bool kept = query->statement;
        if (!kept)
            err = prepare_one(sql, (enum sql_id)id);
        if (err)
            *failed = sql_queries[id].name;
        else if (!kept) {
            sqlite3_finalize(query->statement);
            query->statement = NULL;
        }
    }
    return err;
}

enum err sql_make_ready(struct sql *sql, enum sql_id id)
{
    return sql_query(sql, id)->err;
}

bool sql_in_transaction(struct sql *sql)
{
    return !sqlite3_get_autocommit(sql->db);
}

enum err sql_run(struct sql *sql, enum sql_id id)
{
    return query_run(sql_query(sql, id));
}

struct query *sql_query(struct sql *sql, enum sql_id id)
{
    struct query *query = &sql->queries[id];
    REQUIRE(!sqlite3_stmt_busy(query->statement));
    query->set = 0;
    query->err = query->statement ? OK : prepare_one(sql, id);
    query->damaged = false;
    return query;
}

void query_set_int(struct query *query, enum sql_name name, int64_t number)
{
    int place = parameter(query, name);
    if (place)
        bound(query, place, sqlite3_bind_int64(query->statement, place, number));
}

void query_set_real(struct query *query, enum sql_name name, double number)
{
    int place = parameter(query, name);
    if (place)
        bound(query, place, sqlite3_bind_double(query->statement, place, number));
}

void query_set_null(struct query *query, enum sql_name name)
{
    int place = parameter(query, name);
    if (place)
        bound(query, place, sqlite3_bind_null(query->statement, place));
}

void query_set_text(struct query *query, enum sql_name name, struct str text)
{
    int place = parameter(query, name);
    if (place)
        bound(query, place,
            sqlite3_bind_text64(query->statement, place, text.len ? text.ptr : "", text.len,
                SQLITE_STATIC, SQLITE_UTF8));
}

void query_set_blob(struct query *query, enum sql_name name, struct str bytes)
{
    int place = parameter(query, name);
    if (place)
        bound(query, place,
            sqlite3_bind_blob64(
                query->statement, place, bytes.len ? bytes.ptr : "", bytes.len, SQLITE_STATIC));
}

void query_set_text_or_null(struct query *query, enum sql_name name, struct str text)
{
    if (text.len)
        query_set_text(query, name, text);
    else
        query_set_null(query, name);
}

void query_set_id_or_null(struct query *query, enum sql_name name, int64_t id)
{
    if (id)
        query_set_int(query, name, id);
    else
        query_set_null(query, name);
}

void query_set_instant(struct query *query, enum sql_name name, struct instant at)
{
    if (instant_is_never(at))
        query_set_null(query, name);
    else
        query_set_int(query, name, at.utc_ms);
}

enum err query_row(struct query *query, bool *found)
{
    if (!query->err && query->damaged)
        query->err = ERR_DB_CORRUPT;
    if (!query->err && query->set != query->wanted)
        query->err = ERR_DB_MISUSE;
    enum err err = query->err;
    int code = err ? SQLITE_DONE : sqlite3_step(query->statement);
    if (!err && code != SQLITE_ROW && code != SQLITE_DONE)
        err = sql_err(code);
    if (!err)
        *found = code == SQLITE_ROW;
    if (code != SQLITE_ROW)
        query_reset(query);
    return err;
}

enum err query_end(struct query *query)
{
    enum err err = query->err;
    if (!err && query->damaged)
        err = ERR_DB_CORRUPT;
    query_reset(query);
    return err;
}

enum err query_run(struct query *query)
{
    bool found = false;
    enum err err = query_row(query, &found);
    if (!err && found)
        err = query_end(query);
    return err;
}

enum err query_run_counted(struct query *query, int64_t *rows_changed)
{
    enum err err = query_run(query);
    if (!err)
        *rows_changed = sqlite3_changes64(query->sql->db);
    return err;
}

bool query_is_null(struct query *query, enum sql_name name)
{
    return sqlite3_column_type(query->statement, column(query, name)) == SQLITE_NULL;
}

int64_t query_int(struct query *query, enum sql_name name)
{
    return sqlite3_column_int64(query->statement, column(query, name));
}

int32_t query_int32(struct query *query, enum sql_name name)
{
    return (int32_t)query_in(query, name, INT32_MIN, INT32_MAX);
}

int64_t query_in(struct query *query, enum sql_name name, int64_t low, int64_t high)
{
    int64_t number = query_int(query, name);
    if (number >= low && number <= high)
        return number;
    query->damaged = true;
    return low;
}

void query_damage(struct query *query)
{
    query->damaged = true;
}

double query_real(struct query *query, enum sql_name name)
{
    double number = sqlite3_column_double(query->statement, column(query, name));
    if (isfinite(number))
        return number;
    query->damaged = true;
    return 0;
}

struct str query_text(struct query *query, enum sql_name name)
{
    int place = column(query, name);
    bool is_blob = sqlite3_column_type(query->statement, place) == SQLITE_BLOB;
    const void *bytes = is_blob ? sqlite3_column_blob(query->statement, place)
                                : (const void *)sqlite3_column_text(query->statement, place);
    int len = sqlite3_column_bytes(query->statement, place);
    return bytes ? (struct str){ bytes, (size_t)len } : STR_EMPTY;
}

struct str query_copy(struct query *query, enum sql_name name, struct arena *arena)
{
    return str_copy(arena, query_text(query, name));
}

struct instant query_instant(struct query *query, enum sql_name name)
{
    return query_is_null(query, name) ? INSTANT_NEVER : (struct instant){ query_int(query, name) };
}

static enum err prepare_one(struct sql *sql, enum sql_id id)
{
    struct query *query = &sql->queries[id];
    const char *text = (const char *)sql_queries[id].bytes;
    query->sql = sql;
    int code = sqlite3_prepare_v3(sql->db, text, (int)sql_queries[id].len + 1,
        SQLITE_PREPARE_PERSISTENT, &query->statement, NULL);
    if (code)
        return code == SQLITE_ERROR ? ERR_DB_MISUSE : sql_err(code);
    if (query->statement && look_up_places(query))
        return OK;
    sqlite3_finalize(query->statement);
    query->statement = NULL;
    return ERR_DB_MISUSE;
}

/* Whether every name in the statement is one of ours. */
static bool look_up_places(struct query *query)
{
    int parameters = sqlite3_bind_parameter_count(query->statement);
    if (parameters > 63)
        return false;
    query->wanted = ((uint64_t)1 << parameters) - 1;
    for (int place = 1; place <= parameters; place++) {
        const char *text = sqlite3_bind_parameter_name(query->statement, place);
        size_t name = 0;
        if (!text || text[0] != ':' || !name_find(text + 1, &name))
            return false;
        query->parameter_at[name] = (uint8_t)place;
    }
    int columns = sqlite3_column_count(query->statement);
    for (int place = 0; place < columns; place++) {
        size_t name = 0;
        if (!name_find(sqlite3_column_name(query->statement, place), &name))
            return false;
        query->column_at[name] = (uint8_t)(place + 1);
    }
    return true;
}

static bool name_find(const char *text, size_t *name)
{
    for (size_t i = 0; text && i < NAME_COUNT; i++)
        if (names[i][0] == text[0] && strcmp(names[i], text) == 0) {
            *name = i;
            return true;
        }
    return false;
}

static int parameter(struct query *query, enum sql_name name)
{
    int place = query->err ? 0 : query->parameter_at[name];
    if (!place && !query->err)
        query->err = ERR_DB_MISUSE;
    return place;
}

static void bound(struct query *query, int place, int code)
{
    if (code)
        query->err = sql_err(code);
    query->set |= (uint64_t)1 << (place - 1);
}

static int column(struct query *query, enum sql_name name)
{
    int place = query->column_at[name];
    REQUIRE(place > 0); /* the statement has no such column: ours, and the first run finds it */
    return place - 1;
}

/* The reset repeats the error of the step, which was already told. */
static void query_reset(struct query *query)
{
    (void)sqlite3_reset(query->statement);
}
