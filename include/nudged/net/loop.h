/* The one event loop (libuv), and the real `struct world` on top of it.
 *
 * One thread. Sockets, timers, signals, folder watching and the thread pool's results all arrive
 * here. The wall clock is the system's, unless loop_set_clock made it a simulated one. */
#ifndef NUDGED_NET_LOOP_H
#define NUDGED_NET_LOOP_H

#include "nudged/base/world.h"

struct loop;

MUST_USE enum err loop_new(struct loop **out);
/* Call after every timer, socket, watch and listener made from it was freed or closed; runs the
 * loop until all handles are gone. Jobs still at work are awaited and their `done` is called; HTTP
 * calls are cancelled, but a name look-up under way is awaited. Accepts NULL; returns NULL. */
struct loop *loop_free(struct loop *loop);
struct world *loop_world(struct loop *loop);

/* Runs until loop_stop. ERR_INTERNAL when libuv refuses. */
MUST_USE enum err loop_run(struct loop *loop);
/* Runs one round: waits at most wait_ms for something to happen (0: does not wait). */
void loop_run_once(struct loop *loop, uint32_t wait_ms);
void loop_stop(struct loop *loop);

/* From now on the wall clock starts at `at` and runs `speed` times as fast as the monotonic clock
 * (0: it stands still until loop_jump_clock). Timers set by instant follow. */
void loop_set_clock(struct loop *loop, struct instant at, double speed);
/* Moves a simulated wall clock forward; timers whose instant has come fire in the next round. */
void loop_jump_clock(struct loop *loop, struct instant at);

/* After each round of the loop: how long it was at work, waiting left out. Once, at the start. */
typedef void loop_round_fn(void *arg, int64_t busy_us);
MUST_USE enum err loop_on_round(struct loop *loop, loop_round_fn *fn, void *arg);
int64_t loop_now_us(void);      /* monotonic, for measuring */

/* fn on the loop's thread for each such signal, also while loop_free lets go of connections; from
 * then on the process ignores it. At most 8 signals. */
MUST_USE enum err loop_on_signal(struct loop *loop, int signal, world_fn *fn, void *arg);

/* Extra certificate authority file (PEM) for https and wss, beside the system's; "" for none.
 * Before the first request and the first WebSocket. ERR_NOT_FOUND: cannot be read. */
MUST_USE enum err loop_set_ca_file(struct loop *loop, struct str path);

#endif
