/* One TCP connection on the loop, with TLS where it is wanted: bytes in as they come, bytes out
 * gathered until the loop's next round. Every outcome is told from the loop, never from inside a
 * call of the owner's. */
#ifndef NUDGED_NET_STREAM_H
#define NUDGED_NET_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/buf.h"

struct loop;
struct stream;

/* One turn of the loop reads about this much of a connection: 88 chat frames of 3 kB, which is what
 * makes committing them together worth while. */
enum { STREAM_READ_BYTES = 256 << 10 };

struct stream_events {
    void (*open)(void *arg);                    /* TLS included: certificate and name are right */
    void (*bytes)(void *arg, struct str bytes); /* borrowed until it returns */
    void (*end)(void *arg, struct str detail);  /* last call; the stream is gone behind it */
};

struct stream_target {
    const char *address;        /* numeric */
    uint16_t port;
    const char *tls_host;       /* whom the certificate must name; NULL: no TLS */
};

/* waiting_bytes_max: what may be gathered. NULL: no memory. */
struct stream *stream_dial(struct loop *loop, const struct stream_target *target,
    size_t waiting_bytes_max, const struct stream_events *events, void *arg);
/* To add to; then stream_send lets it go. */
struct buf *stream_out(struct stream *stream);
void stream_send(struct stream *stream);
int stream_fd(const struct stream *stream);
/* At once, and no more events. Not from inside one of them. */
void stream_close(struct stream *stream);
void streams_finish(struct loop *loop); /* gives back what TLS connections share */

#endif
