/* The Web API methods we call and how often (docs.slack.dev/apis/web-api/rate-limits): one bucket a
 * method, one post a second and channel, and the workspace's own pace for posts.
 *
 * A tier allows N calls in any minute. Rate plus burst make exactly N, so that a full bucket and a
 * minute's refill together stay inside it. */
#ifndef SLACK_METHOD_H
#define SLACK_METHOD_H

#include "nudged/base/err.h"
#include "nudged/net/pace.h"

enum method {
    METHOD_AUTH_TEST,
    METHOD_CONNECTIONS_OPEN,
    METHOD_CONVERSATIONS_OPEN,
    METHOD_HISTORY,
    METHOD_CHAT_POST,
    METHOD_CHAT_UPDATE,
    METHOD_VIEWS_OPEN,
    METHOD_VIEWS_PUBLISH,
    METHOD_USERS_LIST,
    METHOD_USERS_INFO,
    METHOD_USERS_BY_EMAIL,
    METHOD_DND_TEAM,
    METHOD_RESPONSE_URL,        /* no method of the API: a POST to the address of a click */
    METHOD_COUNT
};

struct method_info {
    const char *name;           /* the path behind api_url, and the word in the log */
    uint16_t rate_per_minute, burst;    /* 0: not paced by us */
    uint16_t timeout_ms;
    bool json;                  /* body as JSON; else a form: reading methods take nothing else */
    bool app_token;
    bool creates;               /* a second call makes a second thing: unclear is a state */
};

const struct method_info *method_info(enum method method);

enum { CHANNELS_PACED_MAX = 64 };       /* posted to within the last second */

struct pacing {
    bool unlimited;
    struct pace methods[METHOD_COUNT];
    struct { uint64_t channel; struct mono until; } channels[CHANNELS_PACED_MAX];
};

/* posts_per_second 0: no pace of ours for the workspace; Slack's tiers and its pace for a channel
 * still hold, except on a local (loopback) workspace, where then only a freeze makes anything
 * wait. */
void pacing_init(struct pacing *pacing, double posts_per_second, bool local);
struct mono pacing_ready_at(const struct pacing *pacing, enum method method, struct mono now);
/* The same after `ahead` more have taken their tokens. */
struct mono pacing_ready_after(const struct pacing *pacing, enum method method, size_t ahead,
                               struct mono now);
void pacing_take(struct pacing *pacing, enum method method, struct mono now);
void pacing_freeze(struct pacing *pacing, enum method method, struct mono until);
struct mono pacing_channel_ready_at(const struct pacing *pacing, struct str channel,
                                    struct mono now);
void pacing_channel_take(struct pacing *pacing, struct str channel, struct mono now);

/* FNV-1a, for telling ids apart in small tables. */
uint64_t id_hash(struct str a, struct str b);

#endif
