/* What a control carries. Action ids are "<verb's word>:<n>", unique in a message; values are
 * "nudge.step.attempt.key" with ".value" behind it where there is one, key as 16 hex digits.
 * Old messages keep their buttons for years: the form may grow, never change. */
#ifndef SLACK_CONTROL_H
#define SLACK_CONTROL_H

#include "nudged/base/buf.h"
#include "nudged/core/message.h"

enum { CONTROL_NO_VALUE = -1 };

/* value: 0–255 or CONTROL_NO_VALUE. */
void control_add_value(struct buf *buf, struct action_ref ref, int value);
/* False when the text is not exactly of that form; the outputs are then untouched. */
MUST_USE bool control_read_value(struct str text, struct action_ref *ref, int *value);

/* VERB_NONE when the word is not ours; *number is 0 when there is none. */
enum verb control_read_id(struct str action_id, unsigned *number);

void control_add_key(struct buf *buf, uint64_t key);    /* 16 digits */
MUST_USE bool control_read_key(struct str digits, uint64_t *key);

#endif
