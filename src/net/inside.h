/* What the files of this folder share: the loop's insides. Not for other folders. */
#ifndef NUDGED_NET_INSIDE_H
#define NUDGED_NET_INSIDE_H

#include <uv.h>

#include "nudged/base/world.h"
#include "nudged/net/loop.h"

struct http;            /* http.c: curl's multi handle and the calls under way */
struct ws_hub;          /* ws_hub.c: the libwebsockets context */
struct resolve_cache;   /* resolve.c */

enum { LOOP_SIGNALS_MAX = 8, CLOCK_RECHECK_MS = 30000 };

struct loop_signal {
    uv_signal_t handle;
    world_fn *fn;
    void *arg;
};

struct loop {
    struct world world;             /* first: a struct world * is a struct loop * */
    uv_loop_t uv;
    uv_timer_t round_timer;         /* ends the waiting of loop_run_once */
    bool stopped;
    struct {
        bool simulated;
        struct instant base;        /* the simulated wall clock at mono_base */
        struct mono mono_base;
        double speed;
    } clock;
    struct timer *wall_timers;      /* armed by instant, earliest first */
    struct {
        uv_prepare_t handle;        /* runs where a round ends, just before the waiting */
        loop_round_fn *fn;          /* NULL: nobody asked */
        void *arg;
        uint64_t began_ns, idle_ns;
    } round;
    struct loop_signal signals[LOOP_SIGNALS_MAX];
    size_t signals_len;
    uv_work_t first_job;            /* does nothing: it makes the pool's threads */
    char *ca_file;                  /* NULL: only the system's */
    struct http *http;              /* these are made when first needed: */
    struct ws_hub *ws_hub;
    unsigned char random[256];      /* drawn ahead; the last random_left are not used yet */
    size_t random_left;
    struct resolve_cache *resolve_cache;
};

static inline struct loop *loop_of(struct world *world) { return (struct loop *)(void *)world; }

/* malloc that dies with the caller's ERR_NO_MEMORY path; zeroed. */
#define heap_new(type) ((type *)calloc(1, sizeof(type)))
char *heap_z(struct str s); /* NUL-terminated copy; NULL: no memory */

/* -- timer.c: the wall clock and the timers ---------------------------------------------------- */
struct instant clock_now(struct world *world);
struct mono clock_mono(struct world *world);
void clock_random(struct world *world, void *out, size_t bytes);
struct timer *timer_new(struct world *world, world_fn *fn, void *arg);
void timer_after(struct timer *timer, struct duration mono_span);
void timer_at(struct timer *timer, struct instant at);
void timer_stop(struct timer *timer);
void timer_free(struct timer *timer);

/* -- watch.c ----------------------------------------------------------------------------------- */
struct watch *watch_new(struct world *world, struct str folder, world_fn *fn, void *arg);
void watch_free(struct watch *watch);

/* -- http.c, ws.c, ws_hub.c -------------------------------------------------------------------- */
enum err http_request_start(struct world *world, const struct http_request *request,
                            http_done_fn *fn, void *arg, uint64_t *call_id);
void http_request_cancel(struct world *world, uint64_t call_id);
void http_finish(struct loop *loop);
struct ws *ws_client_open(struct world *world, const struct ws_options *options,
                          const struct ws_events *events, void *arg);
enum err ws_client_text(struct ws *ws, struct str frame);
void ws_client_close(struct ws *ws);
void ws_finish(struct loop *loop);          /* also runs the loop until the library let go */

/* -- loop.c ------------------------------------------------------------------------------------ */
enum err loop_job(struct world *world, world_fn *work, world_fn *done, void *arg);

#endif
