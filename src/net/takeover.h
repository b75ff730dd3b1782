/* How ws_server.c gets the bare connection out of an HTTP exchange without libmicrohttpd. */
#ifndef NUDGED_NET_TAKEOVER_H
#define NUDGED_NET_TAKEOVER_H

#include "nudged/net/listen.h"

struct takeover;                /* the connection, from the 101 until takeover_close */

struct takeover_events {
    /* The 101 is out; fd is non-blocking; early: bytes that came right behind the request. */
    void (*ready)(void *arg, int fd, struct str early);
    /* It will never be ready, or the listener ends now. Call takeover_close (after stopping to
     * poll) before returning. */
    void (*gone)(void *arg);
};

/* Answers 101 with the accept key. NULL: no memory (the exchange is then answered 500). */
struct takeover *exchange_take_over(struct exchange *exchange, struct str accept_key,
                                    const struct takeover_events *events, void *arg);
/* Closes the connection; no more events. Nobody may poll its fd any more. */
void takeover_close(struct takeover *takeover);

struct str exchange_method(const struct exchange *exchange);
struct loop *exchange_loop(const struct exchange *exchange);

#endif
