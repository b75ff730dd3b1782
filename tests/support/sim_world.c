/* The heap of events, the clocks, timers, jobs and watches.
 *
 * Refuses to know HTTP and Slack. One odd decision: timers are not in the heap. There are a
 * dozen, the program moves them all the time, and those by the wall clock move by themselves
 * when it jumps. */
#include "support/sim_world_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WATCH_MS = 500, LIFE_MS = 60000, IN_PLACE_MAX = 20000 };

enum timer_mode { TIMER_OFF, TIMER_MONO, TIMER_WALL };

struct timer {
    struct sim_world *world;
    struct timer *next;
    enum timer_mode mode;
    int64_t at_ms; /* monotonic, or wall */
    uint64_t tie;
    world_fn *fn;
    void *arg;
};

struct watch {
    struct sim_world *world;
    struct watch *next;
    char *folder;
    world_fn *fn;
    void *arg;
    bool waiting;
};

static struct instant world_wall(struct world *base);
static struct mono world_steady(struct world *base);
static void world_dice(struct world *base, void *out, size_t bytes);
static struct timer *timer_new(struct world *base, world_fn *fn, void *arg);
static void timer_after(struct timer *timer, struct duration span);
static void timer_at(struct timer *timer, struct instant at);
static void timer_stop(struct timer *timer);
static void timer_free(struct timer *timer);
static enum err job(struct world *base, world_fn *work, world_fn *done, void *arg);
static void job_run(struct sim_world *world, struct sim_event *event);
static struct watch *watch_new(struct world *base, struct str folder, world_fn *fn, void *arg);
static void watch_free(struct watch *watch);
static void watch_run(struct sim_world *world, struct sim_event *event);
static void plot_run(struct sim_world *world, struct sim_event *event);
static void life_run(struct sim_world *world, struct sim_event *event);
static int64_t timer_due(const struct timer *timer);
static bool earlier(const struct sim_event *a, const struct sim_event *b);
static void heap_push(struct sim_world *world, struct sim_event *event);
static struct sim_event *heap_pop(struct sim_world *world);
static void event_free(struct sim_event *event);
static void run_event(struct sim_world *world, struct sim_event *event);
static void run_timer(struct sim_world *world, struct timer *timer);
static uint64_t hash_on(uint64_t hash, struct str bytes);

static const struct world_ops operations = {
    .now = world_wall,
    .mono = world_steady,
    .random = world_dice,
    .timer_new = timer_new,
    .timer_after = timer_after,
    .timer_at = timer_at,
    .timer_stop = timer_stop,
    .timer_free = timer_free,
    .job = job,
    .watch_new = watch_new,
    .watch_free = watch_free,
    .http_request = sim_http_request,
    .http_cancel = sim_http_cancel,
    .ws_open = sim_ws_open,
    .ws_text = sim_ws_text,
    .ws_close = sim_ws_close,
};

struct sim_world *sim_world_new(uint64_t seed, struct instant start)
{
    struct sim_world *world = calloc(1, sizeof(*world));
    REQUIRE(world);
    world->base.ops = &operations;
    world->mono_ms = 1000000;
    world->start_ms = start.utc_ms - world->mono_ms;
    world->program_dice = seed * 3 + 1;
    world->order_dice = seed * 5 + 2;
    world->plot_dice = seed * 7 + 3;
    world->hash = UINT64_C(0xcbf29ce484222325);
    sim_event_new(world, "life", LIFE_MS, life_run);
    return world;
}

struct sim_world *sim_world_free(struct sim_world *world)
{
    if (!world)
        return NULL;
    REQUIRE(!world->timers && !world->watches);
    while (world->heap_len)
        event_free(heap_pop(world));
    sim_net_finish(world);
    free(world->heap);
    free(world);
    return NULL;
}

struct world *sim_world_outside(struct sim_world *world)
{
    return &world->base;
}

struct sim_time sim_world_time(void *arg)
{
    struct sim_world *world = arg;
    return (struct sim_time){ sim_world_now(world), { world->mono_ms } };
}

void sim_world_attach(
    struct sim_world *world, struct workspace *workspace, struct sim_faults *faults)
{
    world->workspace = workspace;
    world->faults = faults;
    workspace_listen(workspace, &sim_net_events, world);
}

/* -- running ------------------------------------------------------------------------------- */

bool sim_world_step(struct sim_world *world, struct instant until)
{
    struct mono tick;
    struct timer *timer = NULL;
    int64_t end_ms = until.utc_ms - world->start_ms;
    for (struct timer *each = world->timers; each && !world->dead; each = each->next) {
        if (each->mode == TIMER_OFF)
            continue;
        if (!timer || timer_due(each) < timer_due(timer) ||
            (timer_due(each) == timer_due(timer) && each->tie < timer->tie))
            timer = each;
    }
    struct sim_event *event = world->heap_len ? world->heap[0] : NULL;
    bool by_timer = timer &&
        (!event || timer_due(timer) < event->due_ms ||
            (timer_due(timer) == event->due_ms && timer->tie < event->tie));
    int64_t due_ms = by_timer ? timer_due(timer) : event ? event->due_ms : INT64_MAX;
    bool ticks =
        world->workspace && workspace_next_due(world->workspace, &tick) && tick.ms <= due_ms;
    if (ticks)
        due_ms = tick.ms;
    if (due_ms > end_ms)
        return false;
    world->in_place = due_ms > world->mono_ms ? 0 : world->in_place + 1;
    if (due_ms > world->mono_ms)
        world->mono_ms = due_ms;
    REQUIRE(world->in_place < IN_PLACE_MAX);    /* a program that spins, and would for ever */
    world->steps++;
    if (ticks) {
        sim_note(world, "tick", 0, STR_EMPTY);
        workspace_tick(world->workspace);
    } else if (by_timer) {
        run_timer(world, timer);
    } else {
        run_event(world, heap_pop(world));
    }
    return true;
}

struct instant sim_world_now(const struct sim_world *world)
{
    return (struct instant){ world->start_ms + world->mono_ms };
}

void sim_world_rest(struct sim_world *world, struct instant at)
{
    int64_t mono_ms = at.utc_ms - world->start_ms;
    if (mono_ms > world->mono_ms)
        world->mono_ms = mono_ms;
}

void sim_world_at(struct sim_world *world, struct instant at, world_fn *fn, void *arg)
{
    int64_t after_ms = at.utc_ms - sim_world_now(world).utc_ms;
    struct sim_event *event = sim_event_new(world, "plot", after_ms > 0 ? after_ms : 0, plot_run);
    event->fn = fn;
    event->arg = arg;
}

void sim_world_jump(struct sim_world *world, struct duration by)
{
    sim_note(world, "jump", by.ms, STR_EMPTY);
    world->jumped_ms += by.ms;
}

struct duration sim_world_jumped(const struct sim_world *world)
{
    return (struct duration){ world->jumped_ms };
}

void sim_world_refuse_watches(struct sim_world *world, bool refuse)
{
    world->no_watches = refuse;
}

void sim_world_touch(struct sim_world *world, struct str folder)
{
    for (struct watch *watch = world->watches; watch; watch = watch->next) {
        if (watch->waiting || world->dead || !str_equal(str_from_z(watch->folder), folder))
            continue;
        watch->waiting = true;
        sim_event_new(world, "watch", WATCH_MS, watch_run)->arg = watch;
    }
}

uint64_t sim_world_random(struct sim_world *world, uint64_t bound)
{
    REQUIRE(bound > 0);
    return (sim_dice(&world->plot_dice) >> 16) % bound;
}

/* -- death --------------------------------------------------------------------------------- */

void sim_world_kill(struct sim_world *world)
{
    if (world->dead)
        return;
    sim_note(world, "kill", 0, STR_EMPTY);
    world->dead = true;
    world->trap.n = 0;
    sim_net_kill(world);
}

bool sim_world_is_dead(const struct sim_world *world)
{
    return world->dead;
}

void sim_world_bury(struct sim_world *world)
{
    bool again = true;
    while (again) {
        again = false;
        for (size_t i = 0; i < world->heap_len && !again; i++) {
            struct sim_event *event = world->heap[i];
            if (!event->is_job || event->cancelled)
                continue;
            event->cancelled = again = true;
            event->fn(event->arg);
            event->done(event->arg);
        }
    }
}

void sim_world_revive(struct sim_world *world)
{
    REQUIRE(!world->timers && !world->watches);
    world->dead = false;
    world->life++;
    sim_note(world, "revive", (int64_t)world->life, STR_EMPTY);
}

void sim_world_trap(struct sim_world *world, const char *what, uint32_t n, enum sim_moment moment,
    world_fn *fn, void *arg)
{
    world->trap = (struct sim_trap){ .n = n, .moment = moment, .fn = fn, .arg = arg };
    snprintf(world->trap.what, sizeof(world->trap.what), "%s", what);
}

bool sim_spring(struct sim_world *world, const char *what, size_t len, enum sim_moment moment)
{
    struct sim_trap *trap = &world->trap;
    if (trap->n && trap->moment == moment && !world->dead && strlen(trap->what) == len &&
        memcmp(trap->what, what, len) == 0 && --trap->n == 0)
        trap->fn(trap->arg);
    return world->dead;
}

void sim_world_cut_soon(struct sim_world *world, uint32_t after_ms, bool older)
{
    world->cut_armed = true;
    world->cut_after_ms = after_ms;
    world->cut_older = older;
}

uint64_t sim_world_cuts(const struct sim_world *world, enum sim_link_state state)
{
    return world->cuts[state];
}

/* -- looking ------------------------------------------------------------------------------- */

void sim_world_observe(struct sim_world *world, sim_call_fn *fn, void *arg)
{
    world->observer = fn;
    world->observer_arg = arg;
}

void sim_world_observe_frames(struct sim_world *world, sim_frame_fn *fn, void *arg)
{
    world->frame_observer = fn;
    world->frame_observer_arg = arg;
}

void sim_world_verbose(struct sim_world *world, bool on)
{
    world->verbose = on;
}

uint64_t sim_world_hash(const struct sim_world *world)
{
    return world->hash;
}

uint64_t sim_world_steps(const struct sim_world *world)
{
    return world->steps;
}

/* FNV-1a over time, name, number and bytes. */
void sim_note(struct sim_world *world, const char *what, int64_t number, struct str bytes)
{
    struct str parts[] = { { (const char *)&world->mono_ms, sizeof(world->mono_ms) },
        str_from_z(what), { (const char *)&number, sizeof(number) }, bytes };
    for (size_t p = 0; p < COUNT(parts); p++)
        world->hash = hash_on(world->hash, parts[p]);
    if (!world->verbose)
        return;
    struct buf line = buf_heap(1 << 16);
    buf_add_instant(&line, sim_world_now(world));
    buf_addf(&line, " %s %lld %.*s", what, (long long)number,
        (int)(bytes.len < 20000 ? bytes.len : 20000), bytes.len ? bytes.ptr : "");
    fprintf(stderr, "%.*s\n", STR_ARG(buf_str(&line)));
    buf_free(&line);
}

/* FNV-1a by words of eight bytes; the last one is filled up with the length. */
static uint64_t hash_on(uint64_t hash, struct str bytes)
{
    for (size_t at = 0; at <= bytes.len; at += sizeof(uint64_t)) {
        uint64_t word = bytes.len;
        size_t left = bytes.len - at;
        if (left)
            memcpy(&word, bytes.ptr + at, left < sizeof(word) ? left : sizeof(word));
        hash = (hash ^ word) * UINT64_C(0x100000001b3);
        hash ^= hash >> 32;
    }
    return hash;
}

/* -- what the program holds ---------------------------------------------------------------- */

static struct instant world_wall(struct world *base)
{
    const struct sim_world *world = (const struct sim_world *)base;
    return (struct instant){ world->start_ms + world->mono_ms + world->jumped_ms };
}

static struct mono world_steady(struct world *base)
{
    return (struct mono){ ((const struct sim_world *)base)->mono_ms };
}

static void world_dice(struct world *base, void *out, size_t bytes)
{
    struct sim_world *world = (struct sim_world *)base;
    unsigned char *to = out;
    for (size_t i = 0; i < bytes; i += sizeof(uint64_t)) {
        uint64_t drawn = sim_dice(&world->program_dice);
        size_t left = bytes - i;
        memcpy(to + i, &drawn, left < sizeof(drawn) ? left : sizeof(drawn));
    }
}

static struct timer *timer_new(struct world *base, world_fn *fn, void *arg)
{
    struct sim_world *world = (struct sim_world *)base;
    struct timer *timer = calloc(1, sizeof(*timer));
    REQUIRE(timer);
    *timer = (struct timer){ .world = world, .fn = fn, .arg = arg, .next = world->timers };
    world->timers = timer;
    return timer;
}

static void timer_after(struct timer *timer, struct duration span)
{
    timer->mode = TIMER_MONO;
    timer->at_ms = timer->world->mono_ms + (span.ms > 0 ? span.ms : 0);
    timer->tie = sim_dice(&timer->world->order_dice);
}

static void timer_at(struct timer *timer, struct instant at)
{
    timer->mode = TIMER_WALL;
    timer->at_ms = at.utc_ms;
    timer->tie = sim_dice(&timer->world->order_dice);
}

static void timer_stop(struct timer *timer)
{
    timer->mode = TIMER_OFF;
}

static void timer_free(struct timer *timer)
{
    if (!timer)
        return;
    struct timer **at = &timer->world->timers;
    while (*at != timer)
        at = &(*at)->next;
    *at = timer->next;
    free(timer);
}

static int64_t timer_due(const struct timer *timer)
{
    const struct sim_world *world = timer->world;
    int64_t off_ms = timer->mode == TIMER_WALL ? world->start_ms + world->jumped_ms : 0;
    int64_t due_ms = timer->at_ms - off_ms;
    return due_ms > world->mono_ms ? due_ms : world->mono_ms;
}

static void run_timer(struct sim_world *world, struct timer *timer)
{
    timer->mode = TIMER_OFF;
    sim_note(world, "timer", 0, STR_EMPTY);
    timer->fn(timer->arg);
}

static enum err job(struct world *base, world_fn *work, world_fn *done, void *arg)
{
    struct sim_world *world = (struct sim_world *)base;
    struct sim_event *event = sim_event_new(world, "job", sim_delay(world, 0, 300), job_run);
    event->is_job = true;
    event->fn = work;
    event->done = done;
    event->arg = arg;
    return OK;
}

static void job_run(struct sim_world *world, struct sim_event *event)
{
    (void)world;
    event->fn(event->arg);
    event->done(event->arg);
}

static struct watch *watch_new(struct world *base, struct str folder, world_fn *fn, void *arg)
{
    struct sim_world *world = (struct sim_world *)base;
    if (world->no_watches)
        return NULL;
    struct watch *watch = calloc(1, sizeof(*watch));
    REQUIRE(watch);
    *watch = (struct watch){ .world = world,
        .next = world->watches,
        .fn = fn,
        .arg = arg,
        .folder = strndup(folder.ptr, folder.len) };
    REQUIRE(watch->folder);
    world->watches = watch;
    return watch;
}

static void watch_free(struct watch *watch)
{
    if (!watch)
        return;
    struct sim_world *world = watch->world;
    struct watch **at = &world->watches;
    while (*at != watch)
        at = &(*at)->next;
    *at = watch->next;
    for (size_t i = 0; i < world->heap_len; i++)
        if (world->heap[i]->run == watch_run && world->heap[i]->arg == watch)
            world->heap[i]->cancelled = true;
    free(watch->folder);
    free(watch);
}

static void watch_run(struct sim_world *world, struct sim_event *event)
{
    struct watch *watch = event->arg;
    watch->waiting = false;
    if (!world->dead)
        watch->fn(watch->arg);
}

static void plot_run(struct sim_world *world, struct sim_event *event)
{
    (void)world;
    event->fn(event->arg);
}

static void life_run(struct sim_world *world, struct sim_event *event)
{
    (void)event;
    sim_event_new(world, "life", LIFE_MS, life_run);
    sim_net_live(world);
}

/* -- events -------------------------------------------------------------------------------- */

struct sim_event *sim_event_new(
    struct sim_world *world, const char *name, int64_t after_ms, sim_event_fn *run)
{
    struct sim_event *event = calloc(1, sizeof(*event));
    REQUIRE(event && after_ms >= 0);
    event->due_ms = world->mono_ms + after_ms;
    event->tie = sim_dice(&world->order_dice);
    event->number = ++world->events_made;
    event->name = name;
    event->run = run;
    heap_push(world, event);
    return event;
}

void sim_event_text(struct sim_event *event, struct str text)
{
    event->text = malloc(text.len + 1);
    REQUIRE(event->text);
    if (text.len)
        memcpy(event->text, text.ptr, text.len);
    event->text[text.len] = '\0';
    event->len = text.len;
}

uint64_t sim_dice(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int64_t sim_delay(struct sim_world *world, int64_t from_ms, int64_t to_ms)
{
    return from_ms +
        (int64_t)((sim_dice(&world->order_dice) >> 16) % (uint64_t)(to_ms - from_ms + 1));
}

static void run_event(struct sim_world *world, struct sim_event *event)
{
    if (!event->cancelled) {
        sim_note(world, event->name, event->code, (struct str){ event->text, event->len });
        event->run(world, event);
    }
    event_free(event);
}

static void event_free(struct sim_event *event)
{
    if (event->ws_due)
        --*event->ws_due;
    free(event->text);
    free(event);
}

static bool earlier(const struct sim_event *a, const struct sim_event *b)
{
    if (a->due_ms != b->due_ms)
        return a->due_ms < b->due_ms;
    return a->tie != b->tie ? a->tie < b->tie : a->number < b->number;
}

static void heap_push(struct sim_world *world, struct sim_event *event)
{
    if (world->heap_len == world->heap_cap) {
        world->heap_cap = world->heap_cap ? world->heap_cap * 2 : 64;
        world->heap = realloc(world->heap, world->heap_cap * sizeof(*world->heap));
        REQUIRE(world->heap);
    }
    size_t at = world->heap_len++;
    while (at > 0 && earlier(event, world->heap[(at - 1) / 2])) {
        world->heap[at] = world->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    world->heap[at] = event;
}

static struct sim_event *heap_pop(struct sim_world *world)
{
    struct sim_event *first = world->heap[0], *last = world->heap[--world->heap_len];
    size_t at = 0, child;
    while ((child = 2 * at + 1) < world->heap_len) {
        if (child + 1 < world->heap_len && earlier(world->heap[child + 1], world->heap[child]))
            child++;
        if (!earlier(world->heap[child], last))
            break;
        world->heap[at] = world->heap[child];
        at = child;
    }
    if (world->heap_len)
        world->heap[at] = last;
    return first;
}
