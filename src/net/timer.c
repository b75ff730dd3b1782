/* Owns the clocks (real or simulated wall clock, monotonic clock, randomness) and every timer.
 *
 * Timers by instant are kept in a list ordered by instant, because the wall clock can jump: after a
 * jump all are set again, in order, so that those which came due fire in the order of their
 * instants. The system's clock gives no notice of a jump, so a real one is looked at every 30 s. */
#include <math.h>
#include <string.h>
#include <sys/random.h>

#include "net/inside.h"

struct timer {
    uv_timer_t handle;
    struct loop *loop;
    world_fn *fn;
    void *arg;
    bool by_wall;
    struct instant due;             /* only when by_wall */
    struct timer *before, *next;    /* only when by_wall */
};

static void draw(void *out, size_t bytes);
static void timer_arm_wall(struct timer *timer);
static void timer_link(struct timer *timer);
static void timer_unlink(struct timer *timer);
static void timer_fired(uv_timer_t *handle);
static void timer_closed(uv_handle_t *handle);

struct instant clock_now(struct world *world)
{
    struct loop *loop = loop_of(world);
    if (!loop->clock.simulated) {
        struct timespec time;
        clock_gettime(CLOCK_REALTIME, &time);
        return (struct instant){ (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000 };
    }
    double elapsed_ms = (double)(clock_mono(world).ms - loop->clock.mono_base.ms);
    return instant_add(loop->clock.base,
                       (struct duration){ (int64_t)(elapsed_ms * loop->clock.speed) });
}

struct mono clock_mono(struct world *world)
{
    (void)world;
    return (struct mono){ (int64_t)(uv_hrtime() / 1000000) };
}

/* Drawn ahead: one system call serves many keys. What was given out is wiped. */
void clock_random(struct world *world, void *out, size_t bytes)
{
    struct loop *loop = loop_of(world);
    if (bytes > sizeof(loop->random)) {
        draw(out, bytes);
        return;
    }
    if (loop->random_left < bytes) {
        draw(loop->random, sizeof(loop->random));
        loop->random_left = sizeof(loop->random);
    }
    loop->random_left -= bytes;
    memcpy(out, loop->random + loop->random_left, bytes);
    explicit_bzero(loop->random + loop->random_left, bytes);
}

static void draw(void *out, size_t bytes)
{
    char *at = out;
    while (bytes > 0) {
        ssize_t got = getrandom(at, bytes < 256 ? bytes : 256, 0);
        if (got < 0 && errno == EINTR)
            continue;
        REQUIRE(got > 0);
        at += got;
        bytes -= (size_t)got;
    }
}

void loop_set_clock(struct loop *loop, struct instant at, double speed)
{
    REQUIRE(speed >= 0);
    loop->clock.simulated = true;
    loop->clock.base = at;
    loop->clock.mono_base = clock_mono(&loop->world);
    loop->clock.speed = speed;
    for (struct timer *timer = loop->wall_timers; timer; timer = timer->next)
        timer_arm_wall(timer);
}

void loop_jump_clock(struct loop *loop, struct instant at)
{
    REQUIRE(loop->clock.simulated);
    if (instant_before(clock_now(&loop->world), at))
        loop_set_clock(loop, at, loop->clock.speed);
}

struct timer *timer_new(struct world *world, world_fn *fn, void *arg)
{
    struct timer *timer = heap_new(struct timer);
    if (!timer)
        return NULL;
    timer->loop = loop_of(world);
    timer->fn = fn;
    timer->arg = arg;
    timer->handle.data = timer;
    uv_timer_init(&timer->loop->uv, &timer->handle);
    return timer;
}

void timer_after(struct timer *timer, struct duration mono_span)
{
    timer_stop(timer);
    uv_update_time(&timer->loop->uv);
    uv_timer_start(&timer->handle, timer_fired, mono_span.ms > 0 ? (uint64_t)mono_span.ms : 0, 0);
}

void timer_at(struct timer *timer, struct instant at)
{
    timer_stop(timer);
    timer->by_wall = true;
    timer->due = at;
    timer_link(timer);
    timer_arm_wall(timer);
}

void timer_stop(struct timer *timer)
{
    uv_timer_stop(&timer->handle);
    if (timer->by_wall)
        timer_unlink(timer);
    timer->by_wall = false;
}

void timer_free(struct timer *timer)
{
    if (!timer)
        return;
    timer_stop(timer);
    uv_close((uv_handle_t *)&timer->handle, timer_closed);
}

/* A clock that stands still, and the instant never, need no waiting at all. */
static void timer_arm_wall(struct timer *timer)
{
    struct loop *loop = timer->loop;
    int64_t span_ms = instant_since(timer->due, clock_now(&loop->world)).ms;
    uint64_t wait_ms = 0;
    uv_timer_stop(&timer->handle);
    if (instant_is_never(timer->due))
        return;
    if (span_ms > 0) {
        double speed = loop->clock.simulated ? loop->clock.speed : 1.0;
        if (speed <= 0)
            return;
        double exact_ms = ceil((double)span_ms / speed);
        wait_ms = exact_ms < CLOCK_RECHECK_MS ? (uint64_t)exact_ms : CLOCK_RECHECK_MS;
    }
    uv_update_time(&loop->uv);
    uv_timer_start(&timer->handle, timer_fired, wait_ms, 0);
}

static void timer_link(struct timer *timer)
{
    struct timer **place = &timer->loop->wall_timers;
    struct timer *before = NULL;
    while (*place && !instant_before(timer->due, (*place)->due)) {
        before = *place;
        place = &before->next;
    }
    timer->before = before;
    timer->next = *place;
    if (timer->next)
        timer->next->before = timer;
    *place = timer;
}

static void timer_unlink(struct timer *timer)
{
    if (timer->before)
        timer->before->next = timer->next;
    else
        timer->loop->wall_timers = timer->next;
    if (timer->next)
        timer->next->before = timer->before;
    timer->before = timer->next = NULL;
}

static void timer_fired(uv_timer_t *handle)
{
    struct timer *timer = handle->data;
    if (timer->by_wall && instant_before(clock_now(&timer->loop->world), timer->due)) {
        timer_arm_wall(timer);
        return;
    }
    timer_stop(timer);
    timer->fn(timer->arg);
}

static void timer_closed(uv_handle_t *handle)
{
    free(handle->data);
}
