/* What sim_world.c and sim_net.c share: the heap of events and its helpers. */
#ifndef SUPPORT_SIM_WORLD_INSIDE_H
#define SUPPORT_SIM_WORLD_INSIDE_H

#include "support/sim_world.h"

struct sim_event;
typedef void sim_event_fn(struct sim_world *world, struct sim_event *event);

struct sim_event {
    int64_t due_ms; /* monotonic */
    uint64_t tie, number;
    const char *name;
    sim_event_fn *run;
    bool is_job;
    bool cancelled;
    world_fn *fn, *done;
    void *arg;
    struct sim_call *call;
    struct sim_ws *ws;
    uint32_t *ws_due; /* NULL, or where the socket counts its events */
    int code;
    char *text; /* owned */
    size_t len;
};

struct sim_trap {
    char what[40];
    uint32_t n;
    enum sim_moment moment;
    world_fn *fn;
    void *arg;
};

struct sim_world {
    struct world base;
    int64_t mono_ms, start_ms, jumped_ms;
    uint64_t program_dice, order_dice, plot_dice;
    struct sim_event **heap;
    size_t heap_len, heap_cap;
    uint64_t events_made, calls_made, steps, in_place, hash, life; /* life: counts revivals */
    struct timer *timers;
    struct watch *watches;
    struct sim_call *calls;
    struct sim_ws *sockets;
    struct workspace *workspace;
    struct sim_faults *faults;
    struct sim_trap trap;
    struct str tamper_from, tamper_to; /* owned; empty: not */
    struct str tamper_mark;
    sim_call_fn *observer;
    void *observer_arg;
    sim_frame_fn *frame_observer;
    void *frame_observer_arg;
    bool dead, verbose, no_watches;
    bool cut_armed, cut_older;
    uint32_t cut_after_ms;
    uint64_t cuts[SIM_LINK_STATES];
};

uint64_t sim_dice(uint64_t *state);
/* Between from and to, drawn from the dice that order events. */
int64_t sim_delay(struct sim_world *world, int64_t from_ms, int64_t to_ms);
struct sim_event *sim_event_new(
    struct sim_world *world, const char *name, int64_t after_ms, sim_event_fn *run);
void sim_event_text(struct sim_event *event, struct str text);
void sim_note(struct sim_world *world, const char *what, int64_t number, struct str bytes);
/* True when the trap sprang and the program is dead now. */
bool sim_spring(struct sim_world *world, const char *what, size_t len, enum sim_moment moment);

/* sim_net.c */
enum err sim_http_request(struct world *base, const struct http_request *request, http_done_fn *fn,
    void *arg, uint64_t *call_id);
void sim_http_cancel(struct world *base, uint64_t call_id);
struct ws *sim_ws_open(struct world *base, const struct ws_options *options,
    const struct ws_events *events, void *arg);
enum err sim_ws_text(struct ws *ws, struct str frame);
void sim_ws_close(struct ws *ws);
void sim_net_kill(struct sim_world *world);
void sim_net_finish(struct sim_world *world);
void sim_net_live(struct sim_world *world); /* once a minute: what may befall a link */
extern const struct workspace_events sim_net_events;

#endif
