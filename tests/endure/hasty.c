#include "endure/hasty.h"

#include <stdlib.h>

#include "nudged/base/macros.h"

enum { REQUEST_MS_DEFAULT = 30000, REQUEST_MS_MIN = 500 };

static struct world *real_of(struct world *world)
{
    return ((struct hasty *)(void *)world)->real;
}

static struct instant now(struct world *world)
{
    return world_now(real_of(world));
}

static struct mono mono(struct world *world)
{
    return (struct mono){ world_mono(real_of(world)).ms * HASTE };
}

static void random_bytes(struct world *world, void *out, size_t bytes)
{
    real_of(world)->ops->random(real_of(world), out, bytes);
}

/* A timer has no way back to its world, but real time is the same in all of them. */
struct hasty_timer {
    struct timer *timer;
    const struct world_ops *ops;
};

static struct timer *timer_new(struct world *world, world_fn *fn, void *arg)
{
    struct hasty_timer *made = calloc(1, sizeof(*made));
    REQUIRE(made);
    made->ops = real_of(world)->ops;
    made->timer = made->ops->timer_new(real_of(world), fn, arg);
    REQUIRE(made->timer);
    return (struct timer *)(void *)made;
}

static void timer_after(struct timer *timer, struct duration span)
{
    struct hasty_timer *of = (struct hasty_timer *)(void *)timer;
    of->ops->timer_after(of->timer, (struct duration){ (span.ms + HASTE - 1) / HASTE });
}

static void timer_at(struct timer *timer, struct instant at)
{
    struct hasty_timer *of = (struct hasty_timer *)(void *)timer;
    of->ops->timer_at(of->timer, at);
}

static void timer_stop(struct timer *timer)
{
    struct hasty_timer *of = (struct hasty_timer *)(void *)timer;
    of->ops->timer_stop(of->timer);
}

static void timer_free(struct timer *timer)
{
    struct hasty_timer *of = (struct hasty_timer *)(void *)timer;
    if (!of)
        return;
    of->ops->timer_free(of->timer);
    free(of);
}

static enum err job(struct world *world, world_fn *work, world_fn *done, void *arg)
{
    return real_of(world)->ops->job(real_of(world), work, done, arg);
}

static struct watch *watch_new(struct world *world, struct str folder, world_fn *fn, void *arg)
{
    return real_of(world)->ops->watch_new(real_of(world), folder, fn, arg);
}

static enum err http_request(struct world *world, const struct http_request *request,
    http_done_fn *fn, void *arg, uint64_t *call_id)
{
    struct http_request sooner = *request;
    uint32_t timeout_ms = request->timeout_ms ? request->timeout_ms : REQUEST_MS_DEFAULT;
    sooner.timeout_ms = timeout_ms / HASTE < REQUEST_MS_MIN ? REQUEST_MS_MIN : timeout_ms / HASTE;
    return real_of(world)->ops->http_request(real_of(world), &sooner, fn, arg, call_id);
}

static void http_cancel(struct world *world, uint64_t call_id)
{
    real_of(world)->ops->http_cancel(real_of(world), call_id);
}

static struct ws *ws_open(struct world *world, const struct ws_options *options,
    const struct ws_events *events, void *arg)
{
    struct ws_options sooner = *options;
    REQUIRE(options->open_ms && options->ping_ms && options->dead_ms);
    sooner.open_ms /= HASTE;
    sooner.ping_ms /= HASTE;
    sooner.dead_ms /= HASTE;
    return real_of(world)->ops->ws_open(real_of(world), &sooner, events, arg);
}

struct world *hasty_world(struct hasty *hasty, struct loop *loop)
{
    hasty->real = loop_world(loop);
    hasty->ops = (struct world_ops){
        .now = now,
        .mono = mono,
        .random = random_bytes,
        .timer_new = timer_new,
        .timer_after = timer_after,
        .timer_at = timer_at,
        .timer_stop = timer_stop,
        .timer_free = timer_free,
        .job = job,
        .watch_new = watch_new,
        .watch_free = hasty->real->ops->watch_free,
        .http_request = http_request,
        .http_cancel = http_cancel,
        .ws_open = ws_open,
        .ws_text = hasty->real->ops->ws_text,
        .ws_close = hasty->real->ops->ws_close,
    };
    hasty->base.ops = &hasty->ops;
    return &hasty->base;
}
