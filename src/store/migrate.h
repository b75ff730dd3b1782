/* Bringing a file forward to the newest schema, one numbered step after the other.
 *
 * Schemas are append-only; the number is the place in the list. Each runs in one transaction that
 * sets user_version last, so that a crash leaves the old schema or the new one. Before the first
 * step on a file that holds something, the whole is copied beside it as PATH.before-NNNN. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/sql.h"

struct schema { const char *text; };    /* NUL-terminated */

/* path: of the file, for the copy; NULL: no copy (not a file of the default VFS).
 * ERR_DB_NEWER: the file is of a later schema. ERR_REFUSED: it is another program's. */
MUST_USE enum err migrate(struct sql *sql, const char *path, const struct schema *schemas,
                          size_t len, int32_t *version);

#endif
