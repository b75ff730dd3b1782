/* What may stand in a file, as tables: one row for each key.
 *
 * The same rows read a file into a C struct, find its mistakes, print the JSON schema that editors
 * use and the field lists of FORMAT.md. A new setting is a new row. */
#ifndef CONTENT_SCHEMA_H
#define CONTENT_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "content/yaml.h"
#include "nudged/base/buf.h"

/* The C type of the target in brackets; (int) is any integer type, by the size in the row. */
enum value_type {
    VALUE_TEXT,         /* (struct str) min to max code points, ends trimmed */
    VALUE_ID,           /* (struct str) [a-z0-9-], at most 64 */
    VALUE_EMAIL,        /* (struct str) */
    VALUE_DATE,         /* (int32_t, local day) YYYY-MM-DD */
    VALUE_TIME,         /* (int, minute of day 0–1440) HH:MM */
    VALUE_INT,          /* (int) min to max */
    VALUE_NUMBER,       /* (double) min to max */
    VALUE_BOOL,         /* (bool) true or false, nothing else */
    VALUE_WORD,         /* (int) one of `words` */
    VALUE_DAYS,         /* (uint8_t, bit 0 Monday) a list of weekdays, or text such as mon-fri */
    VALUE_TEXTS,        /* (struct str *, size_t) min to max items, each at most item_max */
    VALUE_EMAILS,       /* (struct str *, size_t) likewise */
    VALUE_MAP,          /* `of`, read into the same struct: offsets are the outer one's */
    VALUE_MAPS,         /* (array of of->bytes, size_t) min to max items */
    VALUE_TYPE_COUNT
};

/* A row's `max` from here on means that there is no upper limit worth telling. */
#define SCHEMA_NUMBER_MAX 1e15

struct schema_word { const char *word; int value; const char *help; };

struct schema_row {
    const char *key;
    enum value_type type;
    bool required;
    unsigned kinds;                     /* prompts: a bit per kind it belongs to; 0: all */
    unsigned needed_by;                 /* prompts: bit per kind that cannot do without */
    size_t offset, bytes, len_offset;
    double min, max;
    size_t item_max;
    const struct schema_word *words;    /* ends with word NULL */
    const struct schema *of;
    const char *fallback;               /* read like a value when the key is absent; NULL: none */
    const char *help;                   /* a clause for FORMAT.md and editors, no full stop */
};

#define SCHEMA_FIELD(type, member) \
    .offset = offsetof(type, member), .bytes = sizeof(((type *)0)->member)
#define SCHEMA_LIST(type, member) \
    SCHEMA_FIELD(type, member), .len_offset = offsetof(type, member##_len)

/* Where in the tree: printed as "prompts[2].kind". */
struct path {
    const struct path *up;
    const char *key;                    /* NULL: an index */
    size_t index;
};

struct walk {
    struct source *source;
    struct arena *arena;                /* what was read lives here */
    void *context;                      /* for the checks */
};

struct schema {
    const char *name;                   /* "prompt": for sentences and the JSON schema */
    const char *shorthand;              /* the key that plain text stands for, or NULL */
    size_t bytes;                       /* of the struct read into */
    const struct schema_row *rows;
    size_t rows_len;
    /* After a map without mistakes was read: what one row cannot say. May be NULL. */
    void (*check)(struct walk *walk, const struct yaml_node *node, const struct path *path,
                  void *target);
};

/* Reads the map into the target, which is zeroed before, and notes every mistake. What was wrong
 * stays zero. */
void schema_read(struct walk *walk, const struct schema *schema, const struct yaml_node *node,
                 const struct path *path, void *target);
/* One value; for files whose root is a list. `key` of the row may be "". */
void schema_read_value(struct walk *walk, const struct schema_row *row,
                       const struct yaml_node *node, const struct path *path, void *target);

void walk_error(struct walk *walk, struct place at, const struct path *path,
                const char *format, ...) PRINTF_LIKE(4, 5);
void walk_warning(struct walk *walk, struct place at, const struct path *path,
                  const char *format, ...) PRINTF_LIKE(4, 5);

/* The clause "; did you mean 'x'?" or nothing. */
struct str schema_did_you_mean(struct arena *arena, struct str word, const struct str *words,
                               size_t count);

/* Draft-07: the schema as the root, those it uses under definitions. */
void schema_print_json(const struct schema *root, const char *title, struct buf *out);
/* A Markdown table of the rows that belong to a kind (0: all kinds). */
void schema_print_fields(const struct schema *schema, unsigned kinds, struct buf *out);

#endif
