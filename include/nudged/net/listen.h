/* The HTTP listener (libmicrohttpd on the loop): plain HTTP/1.1, loopback unless told otherwise;
 * TLS ends at a reverse proxy. Knows nothing of chat.
 *
 * A request is handed over whole (body up to body_bytes_max; more is answered 413). The handler may
 * answer at once or later; it must answer exactly once, or upgrade to a WebSocket. */
#ifndef NUDGED_NET_LISTEN_H
#define NUDGED_NET_LISTEN_H

#include "nudged/base/world.h"
#include "nudged/net/loop.h"

struct listener;
struct exchange;                /* one request waiting for its answer */

struct listen_request {
    struct str method, path;    /* path without the query, percent-decoded */
    struct str query;           /* after '?', raw */
    struct str body;
};

typedef void listen_fn(void *arg, struct exchange *exchange, const struct listen_request *request);

struct listen_options {
    struct str address;         /* numeric; empty means 127.0.0.1 */
    uint16_t port;              /* 0: any free one */
    uint32_t body_bytes_max;    /* 0 means 1 MiB */
    uint32_t connections_max;   /* 0 means 256 */
    uint32_t connection_ms_max; /* cut when older, whatever it does; 0: never */
};

/* ERR_BUSY: the port is taken; ERR_INVALID: not an address. */
MUST_USE enum err listener_new(struct loop *loop, const struct listen_options *options,
                               listen_fn *fn, void *arg, struct listener **out);
uint16_t listener_port(const struct listener *listener);
/* Answers what waits with 503, cuts upgraded connections (they hear `end`). Not from inside fn. */
struct listener *listener_free(struct listener *listener);

/* Borrowed until the exchange is answered; empty when there is none. Case-insensitive name. */
struct str exchange_header(struct exchange *exchange, struct str name);
/* The value of name in a raw query or form body, decoded into the arena; false when absent. */
bool form_value(struct arena *arena, struct str form, struct str name, struct str *out);

/* Copies everything. content_type e.g. "application/json; charset=utf-8". */
void exchange_reply(struct exchange *exchange, int status, struct str content_type, struct str body,
                    const struct http_header *headers, size_t headers_len);
/* Closes the connection without an answer (for playing broken servers). */
void exchange_drop(struct exchange *exchange);

#endif
