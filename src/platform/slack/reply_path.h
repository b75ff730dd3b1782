/* The way back of recent clicks (Slack's response_url): good for 30 minutes and five uses, needs no
 * token and no tier. Kept in memory only, the newest 2,048; a restart forgets them, and then the
 * ordinary method does the work. */
#ifndef SLACK_REPLY_PATH_H
#define SLACK_REPLY_PATH_H

#include "nudged/base/str.h"
#include "nudged/base/time.h"

enum { REPLY_PATHS_MAX = 2048, REPLY_PATH_USES = 5 };

struct reply_paths;

/* message_id empty: a slash command. */
struct reply_place { struct str channel, message_id, user; };
struct reply_time { struct instant now; struct mono mono; };   /* it must be fresh by both clocks */

struct reply_paths *reply_paths_new(void);              /* NULL: no memory */
struct reply_paths *reply_paths_free(struct reply_paths *paths);        /* wipes the addresses */
void reply_paths_put(struct reply_paths *paths, struct reply_place place, struct str url,
                     struct reply_time time);
/* url borrowed until the next call; id 0: none. */
struct way_back { struct str url; uint64_t id; };

/* The newest fresh one for this message; place.user empty: whoever clicked. */
struct way_back reply_paths_find(struct reply_paths *paths, struct reply_place place,
                                 struct reply_time time);
/* One use gone; refused, so never again. Unknown ids are ignored. */
void reply_paths_use(struct reply_paths *paths, uint64_t id);
void reply_paths_drop(struct reply_paths *paths, uint64_t id);

/* https to hooks.slack.com, or the scheme, host and port of our own api_url. */
bool reply_path_is_allowed(struct str url, struct str api_url);

/* Where apps.connections.open may send us, with a ticket: wss to a host under one of Slack's own
 * domains, or the host and port of our own api_url, TLS exactly where that has it. */
bool socket_url_is_allowed(struct str url, struct str api_url);

#endif
