/* One file that a human wrote: its text, its lines, and the list its mistakes are noted in. */
#ifndef CONTENT_SOURCE_H
#define CONTENT_SOURCE_H

#include "nudged/base/err.h"
#include "nudged/base/fault.h"

/* Sentences longer than this are cut; a source line in a fault as well. Bytes. */
enum { SENTENCE_BYTES_MAX = 500, SOURCE_LINE_BYTES_MAX = 400, SHOWN_CODE_POINTS_MAX = 60 };

/* A place: line and column from 1, the column counted in code points. {0, 0} is the whole file. */
struct place { int line, column; };

struct source {
    struct str file;            /* as it is named in faults */
    struct str text;            /* without byte order mark; UTF-8 once source_check_text said so */
    struct faults *faults;
    int errors;                 /* noted through this source; warnings do not count */
};

/* Borrows the text and drops a byte order mark. */
struct source source_of(struct str file, struct str text, struct faults *faults);

/* Notes one mistake with its source line. Cheap once the list is full. */
void source_error(struct source *source, struct place at, struct str path, const char *format, ...)
    PRINTF_LIKE(4, 5);
void source_warning(struct source *source, struct place at, struct str path,
                    const char *format, ...) PRINTF_LIKE(4, 5);

/* UTF-8 without control characters, stray byte order marks and invisible line separators; notes the
 * first that is there. ERR_SYNTAX then. */
MUST_USE enum err source_check_text(struct source *source);

/* The line without its end; lines end with LF, CR LF or CR. Empty when there is no such line. */
struct str source_line(const struct source *source, int line);
struct place source_place(const struct source *source, size_t byte_at);

/* A value for a sentence: its first line, cut to a readable length. */
struct str source_shown(struct str value);

/* The faults from `first` on in the order of the file; those of equal place keep their order. */
void source_sort_faults(struct faults *faults, int first);

#endif
