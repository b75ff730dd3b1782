/* The columns of people.csv, and the checks that need all rows. */
#ifndef CONTENT_ROSTER_H
#define CONTENT_ROSTER_H

#include "content/csv.h"
#include "nudged/base/buf.h"
#include "nudged/content/content.h"

enum column {
    COLUMN_ID, COLUMN_EMAIL, COLUMN_NAME, COLUMN_FIRST, COLUMN_LAST, COLUMN_ROLE, COLUMN_MANAGER,
    COLUMN_MANAGER_EMAIL, COLUMN_COHORT, COLUMN_ZONE, COLUMN_REGION, COLUMN_START, COLUMN_END,
    COLUMN_STATUS, COLUMN_WORKDAYS, COLUMN_COUNT
};

/* Where a row begins. The places of its cells are looked up when a sentence needs one: kept for
 * every cell they would be most of the memory that a large file takes. */
struct roster_place {
    uint32_t at, line_start;                /* bytes */
    int line;
    bool left_out;                          /* inactive and without an e-mail of its own */
};

struct roster {
    struct source *source;
    struct arena *arena;                    /* what people_load gives back */
    struct arena *scratch;
    struct people_row *rows;                /* `manager` is as written until roster_check */
    struct roster_place *places;            /* one a row */
    size_t rows_len;
    struct csv csv;                         /* of all rows; a copy of it reads one again */
    int at[COLUMN_COUNT];                   /* which cell; -1: no such column */
    struct str header[COLUMN_COUNT];        /* as written in the file; empty: no such column */
};

/* The header's cells to columns. Notes what is missing or there twice. */
void roster_header(struct roster *roster, const struct csv_field *fields, size_t len);
/* Ids and e-mails that are there twice, managers that do not exist, circles of managers. Replaces
 * each manager by the external id. */
void roster_check(struct roster *roster);

/* The columns and the names they are known by, as a Markdown table. */
void roster_print_columns(struct buf *out);

/* Notes an error in a cell of a row, with the header's name of its column. */
void roster_error(struct roster *roster, size_t row, enum column column, const char *format, ...)
    PRINTF_LIKE(4, 5);
void roster_warning(struct roster *roster, size_t row, enum column column, const char *format, ...)
    PRINTF_LIKE(4, 5);

#endif
