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

/* One row on its way: what was read and where, for sentences. `row.manager` is as written until
 * roster_check resolved it. */
struct roster_row {
    struct people_row row;
    struct place at[COLUMN_COUNT];          /* {0, 0}: no such column */
    struct str wrong_email;                 /* written there, but no address */
    bool left_out;                          /* inactive and without an e-mail of its own */
};

struct roster {
    struct source *source;
    struct arena *arena;                    /* what people_load gives back */
    struct arena *scratch;
    struct roster_row *rows;
    size_t rows_len;
    struct str header[COLUMN_COUNT];        /* as written in the file; empty: no such column */
};

/* The header's cells to columns. Notes what is missing or there twice. at[i] is the index of the
 * cell of column i, or -1. */
void roster_header(struct roster *roster, const struct csv_field *fields, size_t len,
                   int at[COLUMN_COUNT]);
/* Ids and e-mails that are there twice, managers that do not exist, circles of managers. Replaces
 * each manager by the external id. */
void roster_check(struct roster *roster);

/* The columns and the names they are known by, as a Markdown table. */
void roster_print_columns(struct buf *out);

/* Notes an error in a cell, with the header's name of its column. */
void roster_error(struct roster *roster, const struct roster_row *row, enum column column,
                  const char *format, ...) PRINTF_LIKE(4, 5);
void roster_warning(struct roster *roster, const struct roster_row *row, enum column column,
                    const char *format, ...) PRINTF_LIKE(4, 5);

#endif
