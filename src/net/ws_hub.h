/* The one libwebsockets context of a loop, made when the first WebSocket is opened: it and its
 * trust store cost more memory than all the rest of an idle loop. */
#ifndef NUDGED_NET_WS_HUB_H
#define NUDGED_NET_WS_HUB_H

#include <stdbool.h>
#include <stddef.h>

struct loop;
struct ws;
struct lws;
struct lws_context;
struct lws_vhost;

/* The context, and the settings for connections with or without TLS. False: the library (or its
 * libuv plugin) did not start. */
bool ws_hub_vhost(struct loop *loop, bool tls, struct lws_context **context,
                  struct lws_vhost **vhost);
/* Every struct ws is counted from its opening until its memory is given back. */
bool ws_hub_add(struct loop *loop, struct ws *ws);
void ws_hub_remove(struct loop *loop, struct ws *ws);

/* ws.c */
struct ws **ws_hub_link(struct ws *ws);             /* where ws keeps its next */
void ws_cut_now(struct ws *ws); /* for ws_finish: no more callbacks, no close frame */

#endif
