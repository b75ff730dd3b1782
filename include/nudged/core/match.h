/* Is what a person typed one of the accepted answers? Words, numbers, and the letters of options.
 *
 * Words. Both sides are normalised (text_normalise: case, width, quotes, dashes, blanks; marks too,
 * unless the language needs them) and split into words, numbers and signs; apostrophes, hyphens
 * between words and other punctuation do not count, "10%" is "10 %". Misspelling is then forgiven
 * word by word: 0 edits in words of up to 4 letters, 1 in 5–8, 2 in longer ones (an edit: insert,
 * delete, substitute, swap of neighbours), and by the same scale over the whole answer. Never
 * forgiven:
 *   anything in a number, a sign, the word after a number (its unit), a number word (million),
 *   a negation (not, never, can't, without, nicht, kein …),
 *   a changed prefix or ending that turns the meaning (possible / impossible, import / export,
 *   employer / employee).
 * A blank too much or too few is forgiven in answers of more than 4 letters.
 *
 * Numbers. An optional sign, digits, one decimal comma or point, thousands in groups of three set
 * off by a blank, an apostrophe, a point or a comma; then a unit, or a currency sign in front,
 * which are not looked at. "1.500" may be meant either way: both are tried.
 *
 * Letters. A, B, … or 1, 2, … as the options were shown: "b", "B)", "a, c", "1 3", "b > a > c",
 * "bac".
 *
 * Typed bytes are hostile. Errors: ERR_SYNTAX not UTF-8, ERR_TOO_BIG more than ANSWER_BYTES_MAX,
 * ERR_NO_MEMORY; *out is then untouched. The arena holds scratch only. */
#ifndef NUDGED_CORE_MATCH_H
#define NUDGED_CORE_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nudged/base/err.h"
#include "nudged/base/str.h"

struct arena;

enum match {
    MATCH_NO,
    MATCH_CLOSE,            /* right, but misspelt: the feedback shows how it is written */
    MATCH_EXACT
};

struct match_rules {
    bool exact;             /* forgive no misspelling: CLOSE becomes NO */
    bool keep_marks;        /* a mark changes the word: "pêche" is not "péché" */
};

/* The best match among the accepted answers; an empty answer matches nothing. */
MUST_USE enum err match_text(struct arena *arena, struct str typed, const struct str *accepted,
                             size_t accepted_len, struct match_rules rules, enum match *out);

/* EXACT when the typed number is within `tolerance` (absolute; below 0 or not a number: 0) of
 * `number`, else NO; also NO for what is not one number ("3-5", "about 10"). */
MUST_USE enum err match_number(struct arena *arena, struct str typed, double number,
                               double tolerance, enum match *out);

enum { MATCH_PICKS_MAX = 26 };

/* Options named by letter or number, as indices from 0 in the order typed, each once. "and", "und",
 * brackets and > between them do not count. A number counts only up to options_len; letters or
 * digits may stand together when no more than 9 options were shown ("ac", "31").
 * False, and nothing written, when anything else is in the line or it names no option. */
MUST_USE bool match_picks(struct str typed, size_t options_len, uint8_t picks[MATCH_PICKS_MAX],
                          size_t *picks_len);

/* The same, but every option must be named: picks[0 … options_len - 1] is the order typed. */
MUST_USE bool match_order(struct str typed, size_t options_len, uint8_t picks[MATCH_PICKS_MAX]);

#endif
