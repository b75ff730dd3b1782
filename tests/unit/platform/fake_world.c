/* A world whose every answer is written in the test: virtual time, requests that wait to be
 * answered, sockets that say what they are told to say. Included by one test program at a time.
 *
 * Time moves only in fake_run; timers fire in order of their instant. Requests and sockets are kept
 * after their end, so that a test can look back at them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/base/arena.h"
#include "nudged/base/world.h"

enum { FAKE_REQUESTS = 256, FAKE_SOCKETS = 64, FAKE_FRAMES = 64, FAKE_TIMERS = 32 };

struct timer {
    struct fake *fake;
    world_fn *fn;
    void *arg;
    bool used, set;
    int64_t at_ms;
};

struct fake_request {
    struct str url, body, authorization, content_type;
    uint32_t timeout_ms;
    http_done_fn *fn;
    void *arg;
    bool answered, cancelled;
    int64_t at_ms;
};

struct ws {
    struct fake *fake;
    struct str url;
    const struct ws_events *events;
    void *arg;
    uint32_t ping_ms, dead_ms;
    struct str frames[FAKE_FRAMES];
    size_t frames_len;
    bool closed, ended; /* by us; by the other side */
    int64_t at_ms, closed_ms;
};

struct fake {
    struct world world; /* first */
    struct arena arena;
    int64_t mono_ms, wall_ms;
    uint64_t seed;
    struct timer timers[FAKE_TIMERS];
    struct fake_request requests[FAKE_REQUESTS];
    size_t requests_len;
    struct ws sockets[FAKE_SOCKETS];
    size_t sockets_len;
};

static struct fake *fake_of(struct world *world)
{
    return (struct fake *)world;
}

static struct instant fake_now(struct world *world)
{
    return (struct instant){ fake_of(world)->wall_ms };
}

static struct mono fake_mono(struct world *world)
{
    return (struct mono){ fake_of(world)->mono_ms };
}

static void fake_random(struct world *world, void *out, size_t bytes)
{
    unsigned char *at = out;
    for (size_t i = 0; i < bytes; i++) {
        uint64_t *seed = &fake_of(world)->seed;
        *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        at[i] = (unsigned char)(*seed >> 40);
    }
}

static struct timer *fake_timer_new(struct world *world, world_fn *fn, void *arg)
{
    struct fake *fake = fake_of(world);
    for (size_t i = 0; i < FAKE_TIMERS; i++)
        if (!fake->timers[i].used) {
            fake->timers[i] = (struct timer){ .fake = fake, .fn = fn, .arg = arg, .used = true };
            return &fake->timers[i];
        }
    return NULL;
}

static void fake_timer_after(struct timer *timer, struct duration span)
{
    assert_true(timer->used);
    timer->set = true;
    timer->at_ms = timer->fake->mono_ms + span.ms;
}

static void fake_timer_stop(struct timer *timer)
{
    assert_true(timer->used);
    timer->set = false;
}

static void fake_timer_free(struct timer *timer)
{
    if (timer)
        timer->used = timer->set = false;
}

static enum err fake_http_request(struct world *world, const struct http_request *request,
    http_done_fn *fn, void *arg, uint64_t *call_id)
{
    struct fake *fake = fake_of(world);
    assert_true(fake->requests_len < FAKE_REQUESTS);
    struct fake_request *kept = &fake->requests[fake->requests_len++];
    *kept = (struct fake_request){ .url = str_copy(&fake->arena, request->url),
        .body = str_copy(&fake->arena, request->body),
        .timeout_ms = request->timeout_ms,
        .fn = fn,
        .arg = arg,
        .at_ms = fake->mono_ms };
    for (size_t i = 0; i < request->headers_len; i++) {
        struct str value = str_copy(&fake->arena, request->headers[i].value);
        if (str_equal(request->headers[i].name, STR("Authorization")))
            kept->authorization = value;
        if (str_equal(request->headers[i].name, STR("Content-Type")))
            kept->content_type = value;
    }
    *call_id = fake->requests_len;
    return OK;
}

static void fake_http_cancel(struct world *world, uint64_t call_id)
{
    fake_of(world)->requests[call_id - 1].cancelled = true;
}

static struct ws *fake_ws_open(struct world *world, const struct ws_options *options,
    const struct ws_events *events, void *arg)
{
    struct fake *fake = fake_of(world);
    assert_true(fake->sockets_len < FAKE_SOCKETS);
    struct ws *ws = &fake->sockets[fake->sockets_len++];
    *ws = (struct ws){ .fake = fake,
        .url = str_copy(&fake->arena, options->url),
        .events = events,
        .arg = arg,
        .ping_ms = options->ping_ms,
        .dead_ms = options->dead_ms,
        .at_ms = fake->mono_ms };
    return ws;
}

static enum err fake_ws_text(struct ws *ws, struct str frame)
{
    assert_false(ws->closed || ws->ended);
    assert_true(ws->frames_len < FAKE_FRAMES);
    ws->frames[ws->frames_len++] = str_copy(&ws->fake->arena, frame);
    return OK;
}

static void fake_ws_close(struct ws *ws)
{
    assert_false(ws->closed || ws->ended);
    ws->closed = true;
    ws->closed_ms = ws->fake->mono_ms;
}

static const struct world_ops fake_ops = {
    .now = fake_now,
    .mono = fake_mono,
    .random = fake_random,
    .timer_new = fake_timer_new,
    .timer_after = fake_timer_after,
    .timer_stop = fake_timer_stop,
    .timer_free = fake_timer_free,
    .http_request = fake_http_request,
    .http_cancel = fake_http_cancel,
    .ws_open = fake_ws_open,
    .ws_text = fake_ws_text,
    .ws_close = fake_ws_close,
};

static void fake_init(struct fake *fake, uint64_t seed)
{
    *fake = (struct fake){
        .world = { &fake_ops }, .mono_ms = 1000000, .wall_ms = INT64_C(1930550400000), .seed = seed
    };
    arena_init(&fake->arena, 64 << 20);
}

UNUSED static void fake_finish(struct fake *fake)
{
    for (size_t i = 0; i < FAKE_TIMERS; i++)
        assert_false(fake->timers[i].used); /* everything was given back */
    for (size_t i = 0; i < fake->sockets_len; i++)
        assert_true(fake->sockets[i].closed || fake->sockets[i].ended);
    for (size_t i = 0; i < fake->requests_len; i++)
        assert_true(fake->requests[i].answered || fake->requests[i].cancelled);
    arena_finish(&fake->arena);
}

/* Lets time pass, firing what becomes due. */
static void fake_run(struct fake *fake, int64_t ms)
{
    int64_t until_ms = fake->mono_ms + ms;
    while (true) {
        struct timer *next = NULL;
        for (size_t i = 0; i < FAKE_TIMERS; i++) {
            struct timer *timer = &fake->timers[i];
            if (timer->used && timer->set && timer->at_ms <= until_ms &&
                (!next || timer->at_ms < next->at_ms))
                next = timer;
        }
        int64_t to_ms = next && next->at_ms > fake->mono_ms ? next->at_ms : fake->mono_ms;
        if (!next)
            to_ms = until_ms;
        fake->wall_ms += to_ms - fake->mono_ms;
        fake->mono_ms = to_ms;
        if (!next)
            return;
        next->set = false;
        next->fn(next->arg);
    }
}

/* The oldest request for this method that nobody answered; NULL when there is none. */
static struct fake_request *fake_pending(struct fake *fake, const char *method)
{
    for (size_t i = 0; i < fake->requests_len; i++) {
        struct fake_request *request = &fake->requests[i];
        if (!request->answered && !request->cancelled &&
            str_ends_with(request->url, str_from_z(method)))
            return request;
    }
    return NULL;
}

UNUSED static size_t fake_count(const struct fake *fake, const char *method)
{
    size_t count = 0;
    for (size_t i = 0; i < fake->requests_len; i++)
        count += str_ends_with(fake->requests[i].url, str_from_z(method));
    return count;
}

static void fake_answer_with(struct fake *fake, const char *method, struct http_reply reply)
{
    struct fake_request *request = fake_pending(fake, method);
    if (!request)
        print_error("no request for %s is waiting\n", method);
    assert_non_null(request);
    request->answered = true;
    /* A copy of the exact size: reading one byte more is seen. */
    char *body = malloc(reply.body.len + 1);
    assert_non_null(body);
    if (reply.body.len)
        memcpy(body, reply.body.ptr, reply.body.len);
    reply.body.ptr = body;
    request->fn(request->arg, &reply);
    free(body);
}

static void fake_answer(struct fake *fake, const char *method, const char *body)
{
    fake_answer_with(fake, method,
        (struct http_reply){ .outcome = HTTP_REPLIED, .status = 200, .body = str_from_z(body) });
}

static void fake_says(struct ws *ws, const char *frame)
{
    assert_false(ws->closed || ws->ended);
    ws->events->text(ws->arg, str_from_z(frame));
}

UNUSED static void fake_ends(struct ws *ws, enum ws_end end, int status)
{
    assert_false(ws->closed || ws->ended);
    ws->ended = true;
    ws->events->end(ws->arg, end, status, STR("wss://example.com/link/?ticket=secret"));
}
