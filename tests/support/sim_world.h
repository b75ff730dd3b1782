/* A whole outside in one thread: clocks, timers, jobs, HTTP and WebSockets over the simulated
 * workspace, driven by one heap of events and one seed. The same seed and the same calls give the
 * same run, byte for byte; sim_world_hash is the proof.
 *
 * Time. "True" time is what the workspace and the people live by. The program's wall clock is true
 * time plus what sim_world_jump added; its monotonic clock never jumps.
 *
 * Death. sim_world_kill is kill -9 at this very instant, also in the middle of one of the
 * program's own calls: from then on nothing it does has any effect. Who runs the world then
 * buries it: sim_world_bury, app_free, sim_world_revive. */
#ifndef SUPPORT_SIM_WORLD_H
#define SUPPORT_SIM_WORLD_H

#include "nudged/base/world.h"
#include "nudged/sim/fault.h"
#include "nudged/sim/workspace.h"

struct sim_world;

struct sim_world *sim_world_new(uint64_t seed, struct instant start); /* aborts without memory */
struct sim_world *sim_world_free(struct sim_world *world); /* accepts NULL */
struct world *sim_world_outside(struct sim_world *world);
struct sim_time sim_world_time(void *world); /* for workspace_options */
/* Answers calls by this workspace and carries its links; faults may be NULL. All borrowed. */
void sim_world_attach(
    struct sim_world *world, struct workspace *workspace, struct sim_faults *faults);

/* -- running ------------------------------------------------------------------------------- */

/* Runs the next event, at most until `until`; false: nothing is due before it. */
bool sim_world_step(struct sim_world *world, struct instant until);
struct instant sim_world_now(const struct sim_world *world); /* true time */
/* Moves true time on to `at` when nothing is due before it. */
void sim_world_rest(struct sim_world *world, struct instant at);
/* fn at that instant of true time, or at once when it is over. */
void sim_world_at(struct sim_world *world, struct instant at, world_fn *fn, void *arg);
void sim_world_jump(struct sim_world *world, struct duration by);
struct duration sim_world_jumped(const struct sim_world *world); /* wall clock less true time */
/* The system has no room for one more watched folder. */
void sim_world_refuse_watches(struct sim_world *world, bool refuse);
/* Something in this folder changed: its watchers hear of it half a second later. */
void sim_world_touch(struct sim_world *world, struct str folder);
uint64_t sim_world_random(struct sim_world *world, uint64_t bound); /* the plot's own dice */
size_t sim_world_links(const struct sim_world *world); /* sockets the program holds */

/* -- death --------------------------------------------------------------------------------- */

void sim_world_kill(struct sim_world *world);
bool sim_world_is_dead(const struct sim_world *world);
/* Lets background jobs end, as a process waits for its threads; also before a stop in good
 * order. */
void sim_world_bury(struct sim_world *world);
void sim_world_revive(struct sim_world *world);

enum sim_moment { SIM_BEFORE, SIM_AFTER };
/* Calls `fn` just before or after the n-th next call of a Web API method ("response" for an answer
 * through a response_url, "ack" for what a link sends). n 0: never. One trap at a time. */
void sim_world_trap(struct sim_world *world, const char *what, uint32_t n, enum sim_moment moment,
    world_fn *fn, void *arg);

/* In the next click every `from` becomes `to`, as no client of Slack's would send it. */
void sim_world_tamper(struct sim_world *world, struct str from, struct str to);
/* The same in the next frame that contains `mark`, a literal. */
void sim_world_tamper_in(
    struct sim_world *world, const char *mark, struct str from, struct str to);

/* -- connections --------------------------------------------------------------------------- */

/* What the program was doing with a connection when it broke. */
enum sim_link_state {
    SIM_LINK_DIALLING, /* no handshake yet; refusals count here */
    SIM_LINK_OPEN, /* no hello yet */
    SIM_LINK_RESTING, /* in use, alone */
    SIM_LINK_REFRESHING, /* in use, while the next one is on its way */
    SIM_LINK_DRAINING, /* the next one is in use already */
    SIM_LINK_STATES
};

/* The next socket breaks so long after it was dialled, without a word; or, when there is an older
 * one in use, that one does. */
void sim_world_cut_soon(struct sim_world *world, uint32_t after_ms, bool older);
uint64_t sim_world_cuts(const struct sim_world *world, enum sim_link_state state);

/* -- looking ------------------------------------------------------------------------------- */

/* Sees every call in the instant the program makes it. */
typedef void sim_call_fn(void *arg, struct str method, struct str body);
void sim_world_observe(struct sim_world *world, sim_call_fn *fn, void *arg);
/* Sees every envelope as it leaves for the program, and every ack as it arrives at the
 * workspace. */
typedef void sim_frame_fn(void *arg, bool is_ack, struct str frame);
void sim_world_observe_frames(struct sim_world *world, sim_frame_fn *fn, void *arg);
/* One line per event to standard error. */
void sim_world_verbose(struct sim_world *world, bool on);
uint64_t sim_world_hash(const struct sim_world *world);
uint64_t sim_world_steps(const struct sim_world *world);

#endif
