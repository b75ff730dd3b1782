/* Requests between our own processes over a Unix socket (mode 0600): one line in, any bytes out.
 *
 * Server: the loop's. Client: blocking, for short-lived commands. A line is at most 64 KiB. */
#ifndef NUDGED_NET_LOCAL_H
#define NUDGED_NET_LOCAL_H

#include "nudged/net/loop.h"

struct local_server;
struct local_call;              /* one connection whose line has arrived */

typedef void local_fn(void *arg, struct local_call *call, struct str line);

/* Removes a stale socket file first (the caller holds the lock file, so it is stale). */
MUST_USE enum err local_server_new(struct loop *loop, struct str path, local_fn *fn, void *arg,
                                   struct local_server **out);
struct local_server *local_server_free(struct local_server *server);
void local_write(struct local_call *call, struct str bytes);    /* any number of times; copied */
void local_finish(struct local_call *call);                     /* flushes, closes; call is gone */

/* Connects, sends line + '\n', calls sink for each piece until the server closes. ERR_NOT_FOUND: no
 * socket there or nobody listens; ERR_TIMEOUT after 60 s of silence; ERR_IO. */
typedef void local_sink_fn(void *arg, struct str piece);
MUST_USE enum err local_request(struct str path, struct str line, local_sink_fn *sink, void *arg);

#endif
