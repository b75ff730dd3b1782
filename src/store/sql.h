/* One SQLite connection with its prepared statements: the door through which the rest of store/
 * goes.
 *
 * Statements are the files of sql/query, by number; parameters and columns go by number too
 * (names.h). A query is set up, run and read like this:
 *
 * struct query *q = sql_query(sql, SQL_PERSON_NAME); query_set_int(q, NAME_PERSON_ID, id); err =
 * query_row(q, &found); if (!err && found) { name = query_copy(q, NAME_NAME, arena); err =
 * query_end(q); }
 *
 * Setting fails sticky: an unknown name, a parameter left out or a bind that failed comes back from
 * query_row / query_run, as DB_MISUSE or NO_MEMORY. Reading fails sticky too: a number outside its
 * limits comes back as DB_CORRUPT from query_end or the next query_row. */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/arena.h"
#include "nudged/base/err.h"
#include "nudged/base/str.h"
#include "nudged/base/time.h"
#include "sql_queries.h"
#include "store/names.h"

struct sql;
struct query;

/* -- the connection (sql_file.c) --------------------------------------------------------------- */

enum sql_mode {
    SQL_WRITE,          /* the file is there */
    SQL_CREATE,         /* makes it when missing */
    SQL_READ,           /* SQLITE_OPEN_READONLY: never checkpoints */
    SQL_SEALED          /* a file nobody writes and that has no log: no lock, nothing beside it */
};

/* vfs NULL: the default. No statement is prepared yet. */
MUST_USE enum err sql_open(const char *path, const char *vfs, enum sql_mode mode, struct sql **out);
struct sql *sql_close(struct sql *sql);
/* Text that is not in sql/query: schemas, pragmas. */
MUST_USE enum err sql_exec(struct sql *sql, const char *text);
MUST_USE enum err sql_functions_add(struct sql *sql);       /* what schemas call */
/* The first column of the first row; *out untouched when there is none. */
MUST_USE enum err sql_exec_int(struct sql *sql, const char *text, int64_t *out);
MUST_USE enum err sql_quick_check(struct sql *sql);  /* DB_CORRUPT when it finds something */
MUST_USE enum err sql_full_check(struct sql *sql);  /* likewise; indexes and references as well */
MUST_USE enum err sql_journal_wal(struct sql *sql);  /* DB_IO when the file system cannot */
/* A copy of the whole under its final name, complete and synced or not at all; mode 0600. */
MUST_USE enum err sql_backup(struct sql *sql, const char *path);
MUST_USE enum err sql_sync_folder_of(const char *path);     /* so that a new name lasts */
const char *sql_message(struct sql *sql);  /* SQLite's words; until the next call */

/* -- a copy, page by page (sql_copy.c); see nudged/store/upkeep.h ------------------------------ */

struct sql_copy;
MUST_USE enum err sql_copy_new(struct sql *sql, const char *path, struct sql_copy **out);
MUST_USE enum err sql_copy_step(struct sql_copy *copy, int pages, bool *done);
void sql_copy_progress(const struct sql_copy *copy, int64_t *pages, int64_t *of);
void sql_copy_detach(struct sql_copy *copy);
MUST_USE enum err sql_copy_sync(struct sql_copy *copy);
/* last_words: SQL said to the copy; NULL: none */
MUST_USE enum err sql_copy_finish(struct sql_copy *copy, const char *last_words);
struct sql_copy *sql_copy_free(struct sql_copy *copy);

/* -- statements (sql.c) ------------------------------------------------------------------------ */

/* Whether every statement fits the tables. They are prepared when first asked for; this is for
 * a schema that is new here. *failed: the file whose SQL does not fit. */
MUST_USE enum err sql_check_queries(struct sql *sql, const char **failed);
/* Ahead of time: one that must run when there is no memory left. */
MUST_USE enum err sql_make_ready(struct sql *sql, enum sql_id id);

bool sql_in_transaction(struct sql *sql);
MUST_USE enum err sql_run(struct sql *sql, enum sql_id id);     /* no parameters, no rows */

struct query *sql_query(struct sql *sql, enum sql_id id);
void query_set_int(struct query *query, enum sql_name name, int64_t number);
void query_set_real(struct query *query, enum sql_name name, double number);
void query_set_null(struct query *query, enum sql_name name);
/* borrowed until run */
void query_set_text(struct query *query, enum sql_name name, struct str text);
void query_set_blob(struct query *query, enum sql_name name, struct str bytes);    /* likewise */
/* empty: NULL */
void query_set_text_or_null(struct query *query, enum sql_name name, struct str text);
void query_set_id_or_null(struct query *query, enum sql_name name, int64_t id);    /* 0: NULL */
/* NEVER: NULL */
void query_set_instant(struct query *query, enum sql_name name, struct instant at);

MUST_USE enum err query_row(struct query *query, bool *found);  /* not found: the query has ended */
MUST_USE enum err query_end(struct query *query);  /* after the last row that is wanted */
MUST_USE enum err query_run(struct query *query);               /* no rows wanted; ends */
MUST_USE enum err query_run_counted(struct query *query, int64_t *rows_changed);

bool query_is_null(struct query *query, enum sql_name name);
int64_t query_int(struct query *query, enum sql_name name);     /* NULL: 0 */
int32_t query_int32(struct query *query, enum sql_name name);
int64_t query_in(struct query *query, enum sql_name name, int64_t low, int64_t high);
double query_real(struct query *query, enum sql_name name);     /* finite */
void query_damage(struct query *query); /* what was read is not as it must be */
/* borrowed until the next row or end */
struct str query_text(struct query *query, enum sql_name name);
struct str query_copy(struct query *query, enum sql_name name, struct arena *arena);
struct instant query_instant(struct query *query, enum sql_name name);     /* NULL: NEVER */

#endif
