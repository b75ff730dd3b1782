/* Bringing a file forward to the newest schema, one numbered step after the other.
 *
 * Schemas are append-only; the number is the place in the list. Each runs in one transaction that
 * sets user_version last, so that a crash leaves the old schema or the new one. Before the first
 * step on a file that holds something, the whole is copied beside it as PATH.before-NNNN. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/sql.h"

struct schema { const char *text; };    /* NUL-terminated */

enum { STORE_APPLICATION_ID = 1853187175 };     /* "nudg"; the first schema writes it */

struct migration {
    int32_t from, to;                   /* from 0: the file was empty */
    char copy[4096];                    /* of the file as it was before; "": there was no need */
};

/* path: of the file, for the copy; NULL: no copy (not a file of the default VFS).
 * out->from is there also when it failed. ERR_DB_NEWER: the file is of a later schema. ERR_REFUSED:
 * it is another program's. */
MUST_USE enum err migrate(struct sql *sql, const char *path, const struct schema *schemas,
                          size_t len, struct migration *out);

#endif
