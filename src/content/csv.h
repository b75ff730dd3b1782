/* Records of a CSV file (RFC 4180) with their places. */
#ifndef CONTENT_CSV_H
#define CONTENT_CSV_H

#include "content/source.h"
#include "nudged/base/err.h"

enum { CSV_FIELDS_MAX = 200 };          /* personnel systems export wide; nobody exports wider */

struct csv_field {
    struct str text;                    /* ends trimmed; in the source or the arena */
    struct place at;
};

struct csv {
    struct source *source;              /* checked text; borrowed */
    struct arena *arena;                /* for fields with doubled quotation marks */
    size_t at, line_start;
    int line;
    char separator;
};

/* The separator is the comma or semicolon that the first line has more of (quotes aside). */
struct csv csv_of(struct source *source, struct arena *arena);

/* The next record that is not a blank line. *len is 0 at the end of the file.
 * ERR_SYNTAX (noted) for a quotation mark that is never closed or for more than CSV_FIELDS_MAX
 * fields. */
MUST_USE enum err csv_next(struct csv *csv, struct csv_field fields[CSV_FIELDS_MAX], size_t *len);

#endif
