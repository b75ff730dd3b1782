/* What ws_hub.c registers with the library. */
#ifndef NUDGED_NET_WS_CLIENT_H
#define NUDGED_NET_WS_CLIENT_H

#include <libwebsockets.h>

/* One turn of the loop reads at most this much of a connection: about 88 chat frames of 3 kB, which
 * is what makes committing them together worth while. */
enum { WS_READ_BYTES = 256 << 10 };

int ws_client_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                       size_t len);

#endif
