/* Everything that is not a pure function of its arguments comes through here: clocks,
 * randomness, timers, background jobs, watching folders, HTTP and WebSocket. `net/`
 * implements it on libuv, curl and libwebsockets; the simulator in tests implements it with a
 * seed. Who holds a `struct world *` may use the outside; who does not, cannot.
 *
 * Rules for every callback: never called from inside the function that registered it; called on the
 * loop's thread; not called again after the matching cancel/close/stop returned.
 * Slices given to a callback are borrowed until it returns; slices given to a call are copied. */
#ifndef NUDGED_BASE_WORLD_H
#define NUDGED_BASE_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/err.h"
#include "nudged/base/str.h"
#include "nudged/base/time.h"
#include "nudged/base/url.h"

struct world;
struct timer;           /* opaque; owned by who created it */
struct ws;
struct watch;

typedef void world_fn(void *arg);

/* -- HTTP -- */
struct http_header { struct str name, value; };

struct http_request {
    struct str method;                  /* "GET", "POST" */
    struct str url;                     /* https; http only when the host is a loopback address */
    const struct http_header *headers;
    size_t headers_len;
    struct str body;
    uint32_t timeout_ms;                /* whole request; 0 means 30,000 */
    uint32_t reply_bytes_max;           /* 0 means HTTP_REPLY_BYTES_MAX */
};

enum http_outcome {
    HTTP_REPLIED,       /* status and body are there */
    HTTP_NOT_SENT,      /* proof that no byte of the request left: name, connect or TLS failed */
    HTTP_UNKNOWN        /* bytes may have left: timeout, reset, body too big or cut short */
};

struct http_reply {
    enum http_outcome outcome;
    int status;                         /* 0 unless HTTP_REPLIED */
    struct str body;
    struct str retry_after;             /* the header as sent; empty when absent */
    struct str content_type;
    struct str detail;              /* the library's words when not replied; for logs, no secrets */
};

typedef void http_done_fn(void *arg, const struct http_reply *reply);

/* -- WebSocket client -- */
enum ws_end {
    WS_END_REFUSED,     /* the upgrade was answered with `status` instead of 101 */
    WS_END_FAILED,      /* name, connect or TLS failed, or the open deadline passed */
    WS_END_CLOSED,      /* the peer closed; `status` is its close code, 0 when none */
    WS_END_DEAD         /* no frame of any kind for dead_ms */
};

struct ws_events {
    void (*open)(void *arg);
    void (*text)(void *arg, struct str frame);          /* one whole message, valid UTF-8 */
    /* the last call; ws is gone */
    void (*end)(void *arg, enum ws_end end, int status, struct str detail);
};

struct ws_options {
    struct str url;                     /* wss; ws only when the host is a loopback address */
    struct str authorization;           /* value of that header; empty for none */
    uint32_t open_ms;                   /* deadline until `open`; 0 means 15,000 */
    uint32_t ping_ms;                   /* own pings; 0 means 10,000 */
    uint32_t dead_ms;                   /* silence that means dead; 0 means 30,000 */
};

/* -- the table -- */
struct world_ops {
    struct instant (*now)(struct world *);              /* the wall clock, real or simulated */
    struct mono (*mono)(struct world *);                /* never scaled, never steps back */
    void (*random)(struct world *, void *out, size_t bytes);    /* from the kernel, or seeded */

    struct timer *(*timer_new)(struct world *, world_fn *fn, void *arg);     /* NULL: no memory */
    void (*timer_after)(struct timer *, struct duration mono_span);     /* replaces what was set */
    void (*timer_at)(struct timer *, struct instant at);  /* by the wall clock; follows its jumps */
    void (*timer_stop)(struct timer *);
    void (*timer_free)(struct timer *);                 /* accepts NULL */

    /* Runs work off the loop's thread (simulated: inline), then done on it. */
    enum err (*job)(struct world *, world_fn *work, world_fn *done, void *arg);

    /* fn after anything in the folder changed, debounced by 500 ms. NULL when it cannot be
     * watched. */
    struct watch *(*watch_new)(struct world *, struct str folder, world_fn *fn, void *arg);
    void (*watch_free)(struct watch *);

    /* *call_id lets the caller cancel; never 0. Errors: ERR_INVALID (url), ERR_NO_MEMORY; fn
     * is then not called. */
    enum err (*http_request)(struct world *, const struct http_request *, http_done_fn *fn,
                             void *arg, uint64_t *call_id);
    void (*http_cancel)(struct world *, uint64_t call_id);      /* unknown ids are ignored */

    struct ws *(*ws_open)(struct world *, const struct ws_options *, const struct ws_events *,
                          void *arg);                   /* NULL: bad url or no memory */
    enum err (*ws_text)(struct ws *, struct str frame); /* ERR_CLOSED, ERR_TOO_BIG (queue full) */
    void (*ws_close)(struct ws *);      /* sends a close frame, cuts after 1 s; no more callbacks */
};

struct world { const struct world_ops *ops; };     /* first member of the implementation's struct */

static inline struct instant world_now(struct world *world) { return world->ops->now(world); }
static inline struct mono world_mono(struct world *world) { return world->ops->mono(world); }
uint64_t world_random_u64(struct world *world);
uint32_t world_random_below(struct world *world, uint32_t bound);       /* uniform; bound > 0 */

#endif
