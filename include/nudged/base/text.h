/* Unicode text: validity, the normal form answers are compared in, and edit distance.
 *
 * Normal form: compatibility decomposition, case folded, marks stripped (Unicode NFKD + casefold,
 * by utf8proc), curly quotes and dashes made plain, runs of white space one space, ends trimmed,
 * end punctuation dropped. */
#ifndef NUDGED_BASE_TEXT_H
#define NUDGED_BASE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/buf.h"
#include "nudged/base/err.h"
#include "nudged/base/str.h"

bool text_is_utf8(struct str s);                         /* RFC 3629; no overlongs, no surrogates */
size_t text_invalid_at(struct str s);                          /* first bad byte, s.len when none */
size_t text_length(struct str s);                               /* code points; s must be UTF-8 */
/* Bytes of the code point at s.ptr[at]; 0 when there is none (not UTF-8, the end of s). *point may
 * be NULL and is untouched then. */
size_t text_next(struct str s, size_t at, int32_t *point);
struct str text_cut(struct str s, size_t code_points_max);      /* at a code point boundary */
struct str text_cut_bytes(struct str s, size_t bytes_max);      /* likewise, by bytes */

/* What could move the cursor of a terminal or turn its line around: C0 but tab, DEL, C1, the
 * directional marks, embeddings, overrides and isolates. */
bool text_is_hidden(int32_t point);
/* For a terminal: hidden points and bytes that are not UTF-8 become U+FFFD; line feeds stay only
 * when `lines`. */
void text_add_visible(struct buf *out, struct str s, bool lines);

/* ERR_SYNTAX when s is not UTF-8; keep_marks for languages where a mark changes the word. */
MUST_USE enum err text_normalise(struct arena *arena, struct str s, bool keep_marks,
                                 struct str *out);

/* Optimal string alignment (insert, delete, substitute, swap of neighbours) over code points; gives
 * `limit + 1` as soon as the distance is above the limit. Both at most TEXT_DISTANCE_MAX points. */
size_t text_distance(struct str a, struct str b, size_t limit);

/* The nearest of `words` within two edits, or the empty slice. For "did you mean". */
struct str text_nearest(struct str word, const struct str *words, size_t count);

#endif
