/* What sql.c and sql_file.c share; with reserve.c the only files that see
 * SQLite. */
#ifndef STORE_SQL_INSIDE_H
#define STORE_SQL_INSIDE_H

#include <sqlite3.h>

#include "store/sql.h"

struct query {
    struct sql *sql;
    sqlite3_stmt *statement;            /* NULL: not asked for yet */
    uint64_t wanted, set;               /* a bit per parameter place */
    enum err err;                       /* sticky, until the query ends */
    bool damaged;                       /* a read found a number outside its limits */
    uint8_t parameter_at[NAME_COUNT];   /* place from 1; 0: no such parameter */
    uint8_t column_at[NAME_COUNT];      /* likewise */
};

struct sql {
    sqlite3 *db;
    struct query queries[SQL_ID_COUNT];
};

/* The VFS for files we write (sql_clean.c); NULL: the default, when there is no memory. */
const char *sql_clean_vfs(void);
/* sql_function.c, what the schemas call */
MUST_USE enum err sql_functions_of(struct sqlite3 *db);
enum err sql_err(int code);             /* SQLite's result code, extended or not, as ours */

#endif
