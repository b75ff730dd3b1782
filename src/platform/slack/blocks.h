/* The parts of a message as Block Kit (docs.slack.dev/reference/block-kit), within its limits by
 * construction: whatever is too long is cut with "…", whatever is empty is left out.
 *
 *   heading   header; above 150 characters bold rich text     quote    rich_text_quote
 *   text      section, plain_text                             muted    context, plain_text
 *   strong    rich text, bold                                 fields   rich text: bold label, text
 *   choices   one of up to 5 short labels: buttons. One of up to 5 longer: the options lettered in
 *             rich text, buttons A, B, …. One of 6–10: radio_buttons and a submit button. Many:
 *             checkboxes and submit. Order: one static_select a place and submit. Labels that do
 *             not fit an option are lettered above as well
 *   buttons   actions                                         input    input (forms only)
 *
 * No mrkdwn anywhere: plain_text and rich_text are never parsed, so no text from outside can ping,
 * style or link, whatever it contains. */
#ifndef SLACK_BLOCKS_H
#define SLACK_BLOCKS_H

#include "nudged/core/message.h"

enum surface { SURFACE_MESSAGE, SURFACE_HOME, SURFACE_MODAL };

enum {
    TEXT_UNITS_MAX = 3000,          /* text object, private_metadata, plain_text_input */
    TITLE_UNITS_MAX = 24            /* of a modal: title, submit, close */
};

/* Appends the array. When the parts make more blocks than the surface takes (50, a view 100), the
 * last one is "…". Inputs are for modals; elsewhere their label is shown as text. */
void blocks_add(struct buf *out, struct arena *arena, const struct message *message,
                enum surface surface);
/* {"type":"plain_text",…}; text is cleaned and cut; must not be blank. */
void blocks_add_plain(struct buf *out, struct arena *arena, struct str text, size_t units_max);

#endif
