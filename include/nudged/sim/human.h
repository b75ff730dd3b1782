/* What the people of the workspace do. Each action makes an envelope for the app, exactly as
 * Slack's own client would; what the client would not let a person do is refused here.
 *
 * surface   where the element is: the ts of a message in the person's DM with the app, or a view
 *           id
 * Errors    ERR_NOT_FOUND (no such person, message, view or element), ERR_REFUSED (deleted
 *           person,
 *           or a field the client would not accept), ERR_NO_MEMORY */
#ifndef NUDGED_SIM_HUMAN_H
#define NUDGED_SIM_HUMAN_H

#include "nudged/sim/workspace.h"

/* A field filled in. block_id may be empty: the first element with that action_id.
 * text: what was typed, or the values of the chosen options, one per line. */
struct human_value { struct str block_id, action_id, text; };

/* Presses a button (also one with the same action_id in an actions block of a view). */
MUST_USE enum err human_click(struct workspace *workspace, struct str user_id, struct str surface,
                              struct str block_id, struct str action_id);
/* Chooses options or types; block_actions only where Slack sends one (not inside an input block
 * without dispatch_action). */
MUST_USE enum err human_fill(struct workspace *workspace, struct str user_id, struct str surface,
                             const struct human_value *value);
/* Fills and submits the open modal. ERR_INVALID: a required field is empty, too short or too long;
 * *block_id (may be NULL) then names it. */
MUST_USE enum err human_submit(struct workspace *workspace, struct str user_id,
    const struct human_value *values, size_t count, struct str *block_id);
/* Closes the top modal, or with all the whole stack. */
MUST_USE enum err human_close(struct workspace *workspace, struct str user_id, bool all);

/* Types into the DM. *ts may be NULL. A text that starts with "/" is a slash command: ERR_NOT_FOUND
 * when the app has no such command. */
MUST_USE enum err human_say(struct workspace *workspace, struct str user_id, struct str text,
                            struct str *ts);
MUST_USE enum err human_edit(struct workspace *workspace, struct str user_id, struct str ts,
                             struct str text);
MUST_USE enum err human_delete(struct workspace *workspace, struct str user_id, struct str ts);
/* Opens the app's Home or Messages tab. */
MUST_USE enum err human_open_home(struct workspace *workspace, struct str user_id);
MUST_USE enum err human_open_messages(struct workspace *workspace, struct str user_id);
/* Has seen everything in the DM. */
void human_read(struct workspace *workspace, struct str user_id);

#endif
