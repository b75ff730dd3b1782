/* What every chat platform is to the rest of the program: one small table, no optional slots.
 * Differences are data in `limits`. Slack is the first; Mattermost (WebSocket in, REST out, buttons
 * need an inbound callback, so typed words carry everything) and Teams (all inbound HTTP, no
 * history to look up: an unknown outcome is presumed sent) fit the same table.
 *
 * A link owns its sockets, tokens, pacing and timers; it uses the outside only through `world`. It
 * never touches the store and never decides what to say. */
#ifndef NUDGED_PLATFORM_PLATFORM_H
#define NUDGED_PLATFORM_PLATFORM_H

#include "nudged/base/world.h"
#include "nudged/core/event.h"

struct link;

/* What an ack needs to find its way: from decode, given back to ack() after the commit. */
struct ack_token {
    uint64_t socket;                    /* which connection delivered it; set by the link */
    struct str envelope_id;             /* empty: nothing to acknowledge */
    bool takes_payload;
    struct str reply_path;              /* the clicker's way back for a while; secret */
    struct str channel, message_id, user;
};

struct ack_reply {                      /* all empty: a bare ack */
    const struct message *message;      /* answer to a slash command */
    struct str form_error_input, form_error;
};

struct link_events {
    /* A frame to be decoded in a turn: copy and return. */
    void (*frame)(void *arg, uint64_t socket, struct str frame);
    /* Already an event: LINK, MEMBERS, DND, UNINSTALLED. Copy and return. */
    void (*event)(void *arg, const struct event *event);
    /* How a delivery ended. Copy and return. */
    void (*done)(void *arg, const struct delivery_result *result);
    /* For the log and `status`: names are static strings; detail has no secrets. */
    void (*state)(void *arg, const char *from, const char *to, struct str detail);
};

struct link_options {
    struct world *world;
    struct str api_url;                 /* "https://slack.com/api/" or a loopback address */
    struct str app_token, bot_token;
    double posts_per_second;            /* 0: unlimited */
    const struct link_events *events;
    void *arg;
};

/* A link is opened at once and keeps itself connected until closed. State names every link uses:
 * "closed", "opening", "connected", "refreshing", "waiting", "refused". */
struct platform {
    const char *name;                   /* config key, log field, test folder */
    struct {
        uint32_t text_max, buttons_max, ack_deadline_ms;
        bool buttons, forms, lookup;
    } limits;

    /* Pure. ERR_UNKNOWN_FORM (nothing we act on) and ERR_INVALID (a field is not what it must be):
     * still to be acked, *ack is filled. ERR_SYNTAX, ERR_TOO_BIG: not even an envelope, as far as
     * one can tell. ack->socket is left as it is. */
    enum err (*decode)(struct str frame, struct arena *arena, struct event *out,
                       struct ack_token *ack);
    /* Pure. The exact body of the request that would post the message, as JSON, made by what makes
     * it for send(). Whom, where and the post's key only a delivery knows: zeros stand for them
     * (Slack: channel D0000000000, user U0000000000, key 1). */
    enum err (*encode)(const struct message *message, enum delivery_kind kind, struct arena *arena,
                       struct buf *out);

    enum err (*open)(const struct link_options *options, struct link **out);
    struct link *(*close)(struct link *link);   /* sends close frames; no callbacks after it */
    /* Sends acks in the order of the calls; unsent ones of a lost socket are dropped. */
    void (*ack)(struct link *link, const struct ack_token *token, const struct ack_reply *reply);
    /* When this delivery may go if `ahead` others of its kind, not sent yet, leave first: now or
     * earlier means at once. */
    struct mono (*ready)(struct link *link, const struct delivery *delivery, size_t ahead);
    /* Starts the request; its end comes by done(), for delivery_id 0 (form, whisper) not at all.
     * An error means nothing was started. */
    enum err (*send)(struct link *link, const struct delivery *delivery);
    /* Is the post with this key there? Ends by done(): SENT, ABSENT or UNKNOWN (ask again). */
    enum err (*lookup)(struct link *link, const struct delivery *delivery);
    /* Answers come as events. ERR_BUSY: that is being asked already. QUERY_USER is different: users
     * queue, and who was asked for within the hour is not asked for again. */
    enum err (*query)(struct link *link, enum query_kind query, const struct str *users,
                      size_t users_len);
    bool (*is_up)(const struct link *link);
};

/* NULL: no such platform. */
const struct platform *platform_named(struct str name);

#endif
