/* Slices: a pointer and a length, borrowed, not NUL-terminated.
 *
 * A `struct str` never owns; whoever made the bytes keeps them alive. The empty slice may have a
 * NULL pointer. `char *` appears only at a library call, made by `str_z`. */
#ifndef NUDGED_BASE_STR_H
#define NUDGED_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nudged/base/macros.h"

struct arena;

struct str {
    const char *ptr;
    size_t len;         /* bytes */
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
/* In initialisers of static tables, where C wants constants. */
#define STR_INIT(literal) { "" literal, sizeof(literal) - 1 }
#define STR_EMPTY ((struct str){ NULL, 0 })
#define STR_ARG(s) (int)(s).len, ((s).len ? (s).ptr : "")       /* for "%.*s" */

struct str str_from_z(const char *z);                           /* NULL gives the empty slice */
bool str_is_empty(struct str s);
bool str_equal(struct str a, struct str b);
bool str_equal_nocase(struct str a, struct str b);              /* ASCII letters only */
int str_compare(struct str a, struct str b);                    /* bytewise, like strcmp */
bool str_starts_with(struct str s, struct str prefix);
bool str_ends_with(struct str s, struct str suffix);
bool str_contains(struct str s, struct str needle);
size_t str_find(struct str s, char byte);                       /* s.len when absent */
struct str str_slice(struct str s, size_t from, size_t to);     /* clamped to s */
struct str str_trim(struct str s);                              /* ASCII blanks at both ends */

/* Takes the part of *rest before `separator` and moves *rest behind it; false when *rest is
 * used up. "a,,b" gives "a", "", "b"; the empty slice gives nothing. */
bool str_next_part(struct str *rest, char separator, struct str *part);

/* The whole slice must be the number; no blanks, no sign for unsigned. False when not, or when it
 * does not fit; *out is then untouched. */
MUST_USE bool str_to_int64(struct str s, int64_t *out);
MUST_USE bool str_to_uint64(struct str s, uint64_t *out);
MUST_USE bool str_to_double(struct str s, double *out);       /* decimal only; no inf, nan or hex */

/* Copies into the arena. On a full arena: the empty slice / "", and the arena remembers. */
struct str str_copy(struct arena *arena, struct str s);
char *str_z(struct arena *arena, struct str s);                /* NUL-terminated copy, never NULL */
struct str str_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
