/* What there is to see in the workspace: for the page, for simulated colleagues and for oracles.
 *
 * All strings are borrowed until the workspace changes. JSON is compact, as the app sent it. */
#ifndef NUDGED_SIM_LOOK_H
#define NUDGED_SIM_LOOK_H

#include "nudged/sim/workspace.h"

struct look_user {
    struct workspace_user user;
    struct str channel;                 /* the DM with the app; empty until somebody opened it */
    struct str trouble;                 /* the client's error mark, e.g. after an unacked click */
    uint32_t troubles, unread;
};
size_t look_users(const struct workspace *workspace);           /* with the app's own bot user */
bool look_user_at(const struct workspace *workspace, size_t index, struct look_user *out);
bool look_user(const struct workspace *workspace, struct str id, struct look_user *out);

struct look_message {
    struct str ts, text, blocks;        /* blocks: JSON array or empty */
    struct str metadata;                /* JSON object or empty */
    struct str edited_ts;               /* empty: never edited */
    bool from_app, ephemeral, deleted;  /* deleted ones stay listed, for oracles */
    uint32_t edits;
};
size_t look_messages(const struct workspace *workspace, struct str user_id);
bool look_message_at(const struct workspace *workspace, struct str user_id, size_t index,
                     struct look_message *out);
bool look_message(const struct workspace *workspace, struct str user_id, struct str ts,
                  struct look_message *out);

struct look_view {
    struct str id, callback_id, hash, private_metadata;
    struct str json;                    /* the whole view with its state.values */
    struct str errors;                  /* JSON object block_id → text of the last ack; or empty */
};
bool look_home(const struct workspace *workspace, struct str user_id, struct look_view *out);
/* The top one of the stack. */
bool look_modal(const struct workspace *workspace, struct str user_id, struct look_view *out);

/* Everything a person can press or fill on a surface (message ts or view id), in reading order. */
struct look_element {
    struct str type, block_id, action_id, label; /* label: button text or the input's label */
    struct str value;                   /* button value */
    struct str options, option_texts;   /* values and texts, one per line; empty for others */
    bool in_input, optional, multiline;
};
size_t look_elements(const struct workspace *workspace, struct arena *arena, struct str user_id,
                     struct str surface, struct look_element *out, size_t max);

/* -- counts ------------------------------------------------------------------------------------ */

struct look_calls { uint64_t calls, ok, refused, limited; };
/* Of one method, "response_url" among them; empty: of all. */
struct look_calls look_calls(const struct workspace *workspace, struct str method);
/* The code of its last refusal; empty: none. */
struct str look_last_error(const struct workspace *workspace, struct str method);
/* How often this code was answered. */
uint64_t look_errors(const struct workspace *workspace, struct str code);

/* redelivered counts further sendings; failed: never acked in time; late: acked after that;
 * astray: acked on a link it was not delivered on. */
struct look_envelopes { uint64_t made, acked, redelivered, failed, late, astray; };
/* type: events_api, interactive, slash_commands; empty: all. */
struct look_envelopes look_envelopes(const struct workspace *workspace, struct str type);
size_t look_unacked(const struct workspace *workspace);

/* Messages ever posted, deleted or not, with this string as a value of their metadata payload. */
size_t look_posts_with_key(const struct workspace *workspace, struct str key);
/* Pairs of posts that carry the same metadata payload: must be 0. */
size_t look_duplicate_posts(const struct workspace *workspace);

#endif
