/* A Slack workspace in memory: people, direct messages, views, the app's token and scopes,
 * envelopes not yet acknowledged. An independent reading of Slack's documentation; refuses what
 * Slack refuses, with Slack's codes. No socket, no file, no clock and no randomness of its own.
 *
 * human.h acts as the people, look.h shows what is there, server.h puts it behind real sockets.
 * Slices given in are copied. Strings handed out live until the next call that changes the
 * workspace. Single-threaded. Callbacks must not call back into the workspace: they queue. */
#ifndef NUDGED_SIM_WORKSPACE_H
#define NUDGED_SIM_WORKSPACE_H

#include "nudged/base/arena.h"
#include "nudged/base/err.h"
#include "nudged/base/str.h"
#include "nudged/base/time.h"

struct workspace;
struct sim_faults;

/* now   stamps messages; measures tiers, Retry-After and response_url (30 min)
 * mono  measures the 3 s for acks and trigger ids and the redelivery ladder, so that a demo may
 *       jump its wall clock. A simulator returns the same time in both. */
struct sim_time { struct instant now; struct mono mono; };
typedef struct sim_time sim_time_fn(void *arg);

struct workspace_options {
    struct str team_id, team_name, team_domain, app_id;     /* each may be empty: made up */
    struct str bot_token, app_token;                        /* empty: xoxb-sim, xapp-sim */
    /* The app's manifest (YAML or JSON text): bot scopes, bot events, slash commands, home and
     * messages tab. Empty: everything is granted. */
    struct str manifest;
    struct str base_url;                /* "http://127.0.0.1:PORT"; for the urls handed out */
    bool tiers;                         /* enforce the rate tiers */
    bool no_echo;                       /* the app's own messages do not come back as events */
    uint64_t seed;                      /* ids, which link gets an envelope */
    sim_time_fn *time;
    void *time_arg;
    struct sim_faults *faults;          /* borrowed; NULL: none */
};

MUST_USE enum err workspace_new(const struct workspace_options *options, struct workspace **out);
struct workspace *workspace_free(struct workspace *workspace);
void workspace_set_base_url(struct workspace *workspace, struct str base_url);

/* -- people ------------------------------------------------------------------------------------ */

struct workspace_user {
    struct str id;                      /* empty: made from the seed */
    struct str name, real_name, email, tz, title;
    int32_t tz_offset_s;
    bool is_bot, is_restricted, deleted;
};

/* ERR_EXISTS: the id or e-mail is taken. Sends no event. *id may be NULL. */
MUST_USE enum err workspace_add_user(struct workspace *workspace, const struct workspace_user *user,
                                     struct str *id);
/* As above, with the event team_join. */
MUST_USE enum err workspace_join(struct workspace *workspace, const struct workspace_user *user,
                                 struct str *id);
/* Replaces everything but the id; event user_change. ERR_NOT_FOUND. */
MUST_USE enum err workspace_change_user(struct workspace *workspace,
                                        const struct workspace_user *user);
/* Do not disturb between the two (next_dnd_start_ts, next_dnd_end_ts); both 0: off. */
MUST_USE enum err workspace_set_dnd(struct workspace *workspace, struct str user_id,
                                    struct instant start, struct instant end);
/* Event app_uninstalled; from then on every call is refused with account_inactive. */
void workspace_uninstall(struct workspace *workspace);
/* Event tokens_revoked; every call is refused with token_revoked. */
void workspace_revoke(struct workspace *workspace);
/* Undoes both, with these tokens. */
void workspace_reinstall(struct workspace *workspace, struct str bot_token, struct str app_token);
/* The app's manifest is another one from now on: scopes given or taken away. */
MUST_USE enum err workspace_set_manifest(struct workspace *workspace, struct str manifest);
/* Socket Mode switched off (links get link_disabled) or on again. */
void workspace_set_socket_mode(struct workspace *workspace, bool enabled);

/* -- the Web API ------------------------------------------------------------------------------- */

struct workspace_request { struct str method, authorization, content_type, body; };
struct workspace_reply {
    int status;                         /* 200, 429; 404 for a response_url that is used up */
    struct str body;                    /* JSON, in the caller's arena */
    struct str retry_after;             /* header value; empty: none */
};

/* method e.g. "chat.postMessage". Every call ends in a reply; without memory it is status 500. */
void workspace_call(struct workspace *workspace, struct arena *arena,
                    const struct workspace_request *request, struct workspace_reply *reply);
/* A POST to a response_url; id is the part behind "/response/". */
void workspace_response(struct workspace *workspace, struct arena *arena, struct str id,
                        struct str body, struct workspace_reply *reply);

/* -- Socket Mode ------------------------------------------------------------------------------- */

struct workspace_events {
    void (*deliver)(void *arg, uint32_t link_id, struct str frame);
    void (*cut)(void *arg, uint32_t link_id);           /* the workspace ends it; the id is gone */
    void (*changed)(void *arg, struct str user_id);     /* something this person sees changed */
};
void workspace_listen(struct workspace *workspace, const struct workspace_events *events,
                      void *arg);

/* A socket with this ticket arrived. ERR_REFUSED: unknown, used or older than 30 s. At most 10 live
 * links: one more is told too_many_websockets by workspace_link_hello and cut. */
MUST_USE enum err workspace_link_open(struct workspace *workspace, struct str ticket,
                                      uint32_t *link_id);
/* Sends hello (or the disconnect) and from then on envelopes. */
void workspace_link_hello(struct workspace *workspace, uint32_t link_id);
/* A frame of the app: an ack. */
void workspace_link_text(struct workspace *workspace, uint32_t link_id, struct str frame);
void workspace_link_closed(struct workspace *workspace, uint32_t link_id);
/* reason: warning, refresh_requested (cut 10 s later); others are cut at once. 0: all links. */
void workspace_disconnect(struct workspace *workspace, uint32_t link_id, struct str reason);
/* How many links there are; up to max ids of them. */
size_t workspace_links(const struct workspace *workspace, uint32_t *ids, size_t max);

/* Redelivers, gives up, cuts: call it at least whenever workspace_next_due has come. */
void workspace_tick(struct workspace *workspace);
bool workspace_next_due(const struct workspace *workspace, struct mono *at);

#endif
