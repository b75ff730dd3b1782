/* The real loop with its sockets, but with time running HASTE times as fast for whoever lives in
 * this world: both clocks, every timer, the time-outs of requests and of WebSockets. A link that
 * is found dead after 30 s is found dead after 30 s of its own time. */
#ifndef ENDURE_HASTY_H
#define ENDURE_HASTY_H

#include "nudged/net/loop.h"

enum { HASTE = 40 };

struct hasty {
    struct world base; /* first: a struct world * is a struct hasty * */
    struct world_ops ops;
    struct world *real;
};

/* The loop's wall clock must have been set to run HASTE times as fast. Borrows the loop. */
struct world *hasty_world(struct hasty *hasty, struct loop *loop);

#endif
