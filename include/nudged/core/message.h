/* One message model for every platform: what is said, not how it looks.
 *
 * A message is a list of parts in reading order and a plain-text `summary` that stands alone in a
 * notification. Platforms render parts within their limits (Slack: blocks; Mattermost: attachments
 * and Markdown; Teams: Adaptive Card); where a part cannot be shown they fall back to text, and
 * every button has a typed word, so text alone always works. All text is plain: platforms escape
 * it.
 *
 * Sizes: parts ≤ 40, buttons ≤ 5 a part, choices ≤ 10, inputs ≤ 5, any text ≤ 2,900 bytes, packed
 * ≤ MESSAGE_BYTES_MAX: all inside Slack's 50 blocks, 3,000 characters, 25 elements. */
#ifndef NUDGED_CORE_MESSAGE_H
#define NUDGED_CORE_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/buf.h"
#include "nudged/core/verb.h"

enum {
    MESSAGE_PARTS_MAX = 40,
    BUTTONS_MAX = 5,
    CHOICES_MAX = 10,
    INPUTS_MAX = 5,
    TEXT_BYTES_MAX = 2900
};

/* What a control points at. nudge_id 0: not about a nudge (key may still guard it). */
struct action_ref {
    int64_t nudge_id;
    uint8_t step, attempt;
    uint64_t key;                   /* random, stored in the nudge's row; unguessable */
};

/* Packed in the outbox: never renumber. */
enum part_kind {
    PART_HEADING = 1,               /* text */
    PART_TEXT = 2,                  /* text */
    PART_STRONG = 3,                /* text: the question, the one thing that matters */
    PART_QUOTE = 4,                 /* text: somebody's own words */
    PART_MUTED = 5,                 /* text: small print */
    PART_DIVIDER = 6,
    PART_CHOICES = 7,               /* mode, choices, label (of the submit button) */
    PART_BUTTONS = 8,
    PART_INPUT = 9,                 /* forms only */
    PART_FIELDS = 10,               /* pairs of short texts: choices[].label and .text */
    PART_IMAGE = 11                 /* text: alt text; label: https url */
};

enum choice_mode { CHOICE_ONE = 1, CHOICE_MANY = 2, CHOICE_ORDER = 3 };

struct choice {
    uint8_t value;                  /* option number in the prompt as written, from 0 */
    struct str label;               /* ≤ PROMPT_OPTION_MAX code points; platforms may letter them */
    struct str text;                /* fields only */
};

enum button_style { BUTTON_PLAIN = 0, BUTTON_PRIMARY = 1, BUTTON_DANGER = 2 };

struct button {
    enum verb verb;
    uint8_t value;                  /* e.g. the self-rating 1–4; 0 when unused */
    enum button_style style;
    struct str label;               /* ≤ 30 code points */
};

struct input {
    struct str name;                /* [a-z_]; key of the value that comes back */
    struct str label, hint;
    uint16_t length_max;            /* code points; 0 means 3,000 */
    bool multiline, optional;
};

struct part {
    enum part_kind kind;
    enum choice_mode mode;
    struct str text, label;
    struct choice *choices;
    size_t choices_len;
    struct button *buttons;
    size_t buttons_len;
    struct input input;
};

struct message {
    struct str summary;
    struct action_ref ref;          /* of every control in it */
    struct part *parts;
    size_t parts_len;
    struct str title, submit;       /* forms only: ≤ 24 code points each (Slack's limit) */
};

/* Building, in an arena; sticky: what does not fit is left out and the arena remembers. */
struct message *message_new(struct arena *arena, struct str summary);
struct part *message_add(struct arena *arena, struct message *message, enum part_kind kind,
                         struct str text);
void part_add_choice(struct arena *arena, struct part *part, uint8_t value, struct str label);
void part_add_field(struct arena *arena, struct part *part, struct str label, struct str text);
void part_add_button(struct arena *arena, struct part *part, struct button button);

/* The outbox keeps messages packed. Unpacking borrows from the bytes; ERR_SYNTAX when damaged. */
void message_pack(const struct message *message, struct buf *buf);
MUST_USE enum err message_unpack(struct str bytes, struct arena *arena, struct message *out);

/* The whole message as plain text, as on a platform without buttons: choices lettered A, B, …, each
 * button with its typed word. */
void message_to_text(const struct message *message, struct buf *buf);

#endif
