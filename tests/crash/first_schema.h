/* A database of today, as the first release would have left it: what every crash test's morning
 * begins with, so that each of them migrates. */
#ifndef TESTS_CRASH_FIRST_SCHEMA_H
#define TESTS_CRASH_FIRST_SCHEMA_H

#include <stddef.h>

/* How many schemas the store knows. */
int first_schema_now(void);
/* The bytes of the closed database at `path` in the first schema, with everything that has room in
 * it; free with sqlite3_free. vfs NULL: the default. Aborts when it cannot. */
unsigned char *first_schema_of(const char *path, const char *vfs, size_t *len);

#endif
