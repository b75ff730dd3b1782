/* Names to numeric addresses, without blocking the loop: look-ups run in the thread pool. Answers
 * are remembered for 30 s, because every request to a chat platform asks for the same name. */
#ifndef NUDGED_NET_RESOLVE_H
#define NUDGED_NET_RESOLVE_H

#include <netinet/in.h>

#include "nudged/base/str.h"
#include "nudged/net/loop.h"

enum {
    RESOLVE_ADDRESSES_MAX = 8,
    RESOLVE_HOST_MAX = 253              /* RFC 1035: a name's longest text form */
};

struct resolved {
    char address[RESOLVE_ADDRESSES_MAX][INET6_ADDRSTRLEN];     /* numeric, no brackets */
    size_t count;                                              /* at least 1 */
};

struct resolve;
/* found is NULL on failure, detail then says why; both borrowed. */
typedef void resolve_fn(void *arg, const struct resolved *found, struct str detail);

/* Numeric hosts (also in brackets), localhost and remembered names need no look-up. */
bool resolve_known(struct loop *loop, struct str host, struct resolved *out);
/* NULL: bad name or no memory. fn is called once, later, unless resolve_cancel came first. */
struct resolve *resolve_start(struct loop *loop, struct str host, resolve_fn *fn, void *arg);
void resolve_cancel(struct resolve *resolve);                  /* accepts NULL */
/* After a failed connect, so that the next try asks again. */
void resolve_forget(struct loop *loop);

#endif
