/* Socket Mode envelopes as events (docs.slack.dev/apis/events-api/using-socket-mode). Pure.
 *
 *   events_api      message (im, by a person) → TEXT · app_home_opened (tab home) → HOME_OPENED ·
 *                   team_join, user_change → MEMBERS · app_uninstalled, tokens_revoked (a bot's)
 *                   → UNINSTALLED
 *   interactive     block_actions → ACTION · view_submission (callback_id form) → FORM
 *   slash_commands  → COMMAND; event.channel stays empty, for it may be anybody's channel
 *
 * actor and workspace come from the fields Slack fills in, never from a control's value. dedupe_key
 * is client_msg_id of a message, else the event_id; clicks, forms and commands are not redelivered.
 * A text is as long as its frame lets it be: how much is too much is the rules' to say. Strings are
 * copied into the arena. */
#ifndef SLACK_DECODE_H
#define SLACK_DECODE_H

#include "nudged/platform/platform.h"
#include "platform/slack/json.h"

/* OK; ERR_UNKNOWN_FORM and ERR_INVALID (a field is not what it must be) with *ack filled;
 * ERR_TOO_BIG, ERR_SYNTAX: not even an envelope; ERR_NO_MEMORY. *out only on OK. */
MUST_USE enum err slack_decode(struct str frame, struct arena *arena, struct event *out,
                               struct ack_token *ack);

/* An envelope half read. */
struct reading {
    const struct json *payload;
    struct arena *arena;
    struct event *event;
    struct ack_token *ack;
};

/* decode_action.c */
MUST_USE enum err decode_interactive(struct reading *reading);

/* Copies a member of at most bytes_max visible ASCII characters; empty when it is anything else. */
struct str reading_word(struct reading *reading, const struct json *object, const char *key,
                        size_t bytes_max);
/* actor and workspace; ERR_INVALID without them. */
MUST_USE enum err reading_identity(struct reading *reading, struct str user, struct str team);

#endif
