/* One Slack workspace: what link.c, call.c, sender.c and query.c share. Nobody else includes this.
 *
 * Ownership: the link owns sockets, calls, queries, timers and copies of its options; everything
 * ends with slack_close, which must not be called from one of the link's own callbacks. */
#ifndef SLACK_INSIDE_H
#define SLACK_INSIDE_H

#include "nudged/platform/platform.h"
#include "platform/slack/asked.h"
#include "platform/slack/method.h"
#include "platform/slack/reply_path.h"
#include "platform/slack/verdict.h"

enum {
    CALLS_MAX = 68,
    DELIVERIES_IN_FLIGHT_MAX = 64,      /* the other four: opening, queries, forms */
    SOCKETS_MAX = 3,                    /* in use, coming, going; Slack allows ten */
    ID_ROOM = 80,
    SCRATCH_BYTES_MAX = 4 << 20
};

/* What the one owner of reconnecting is doing; with or without a live socket beside it. */
enum step {
    STEP_CLOSED,
    STEP_AUTH,              /* auth.test is on its way */
    STEP_ASK,               /* apps.connections.open is on its way */
    STEP_DIAL,              /* the socket was dialled; no hello yet */
    STEP_REST,              /* nothing to do: connected */
    STEP_PAUSE,             /* waiting before the next attempt */
    STEP_REFUSED,           /* an operator must act; asks again after a long while */
    STEP_COUNT
};

struct slack_socket {
    struct link *link;
    struct ws *ws;                      /* NULL: slot is free */
    uint64_t id;
    struct mono hello_at;
};

struct call;
/* Must either start the call again or free it. */
typedef void call_done_fn(struct call *call, const struct verdict *verdict);

struct call {
    struct link *link;
    bool used;
    enum method method;
    uint64_t http_id;
    call_done_fn *done;
    struct query *query;
    struct delivery delivery;           /* strings in `kept` or `channel` */
    char *kept;
    char channel[ID_ROOM];
    uint64_t way_back;
    int pages;
    bool is_lookup, is_post_paid;
};

struct link {
    struct world *world;
    struct link_options options;        /* strings in `kept` */
    char *kept;
    size_t kept_len;
    struct str app_bearer, bot_bearer;  /* "Bearer …" */
    struct arena scratch;               /* one request or frame at a time */

    enum step step;
    const char *named;                  /* the state last reported */
    unsigned failures;
    int64_t pause_ms;
    struct timer *step_timer, *refresh_timer, *drain_timer;
    struct slack_socket sockets[SOCKETS_MAX];
    struct slack_socket *current, *dialled, *draining;
    uint64_t socket_count;
    char workspace[ID_ROOM];            /* team id, empty until auth.test answered */
    char bot_user[ID_ROOM];
    bool lost;                          /* told the app that the workspace refused us */

    struct pacing pacing;
    struct reply_paths *reply_paths;
    struct call calls[CALLS_MAX];
    struct query *queries[QUERY_USER + 1];
    struct asked asked;                 /* QUERY_USER */
};

/* link.c */
enum err slack_open(const struct link_options *options, struct link **out);
struct link *slack_close(struct link *link);
void slack_ack(struct link *link, const struct ack_token *token, const struct ack_reply *reply);
bool slack_is_up(const struct link *link);
void link_emit(struct link *link, struct event *event);                 /* fills in whose it is */
void link_note(struct link *link, struct str about, struct str code);   /* for log and status */
void link_refuse(struct link *link, struct str code, bool lost);
struct arena *link_scratch(struct link *link);                          /* emptied */
struct reply_time link_time(const struct link *link);

/* call.c */
struct call *call_new(struct link *link);       /* NULL: all in flight */
void call_free(struct call *call);
size_t calls_in_flight(const struct link *link);
/* url empty: the method's own. Takes a token of the method's bucket. */
MUST_USE enum err call_start(struct call *call, enum method method, struct str url, struct str body,
                             call_done_fn *done);
void form_add(struct buf *body, const char *name, struct str value);    /* one form field */

/* sender.c */
struct mono slack_ready(struct link *link, const struct delivery *delivery, size_t ahead);
enum err slack_send(struct link *link, const struct delivery *delivery);
enum err slack_lookup(struct link *link, const struct delivery *delivery);

/* query.c */
enum err slack_query(struct link *link, enum query_kind kind, const struct str *users,
                     size_t users_len);
void queries_free(struct link *link);

#endif
