/* Owns the libuv loop, its signals and the thread pool's jobs, and ties the table of the world to
 * the functions of this folder. Knows nothing of what travels over the sockets.
 *
 * Odd: loop_free aborts when somebody's handle is still open. Waiting for it would hang, closing it
 * would free memory its owner still uses. */
#include <signal.h>
#include <unistd.h>

#include "net/inside.h"
#include "net/resolve.h"

/* What closes may close a further handle when it is closed; nothing does so in a longer chain. */
enum { CLOSING_ROUNDS = 3 };

struct loop_job {
    uv_work_t request;
    world_fn *work, *done;
    void *arg;
};

static void loop_signal_came(uv_signal_t *handle, int signal);
static void start_pool(struct loop *loop);
static void loop_nothing(uv_work_t *request);
static void close_signals(struct loop *loop);
static void loop_job_work(uv_work_t *request);
static void loop_job_done(uv_work_t *request, int status);
static void loop_round_over(uv_timer_t *handle);
static void loop_round_ended(uv_prepare_t *handle);
static void loop_handle_check(uv_handle_t *handle, void *arg);

static const struct world_ops loop_world_ops = {
    .now = clock_now,
    .mono = clock_mono,
    .random = clock_random,
    .timer_new = timer_new,
    .timer_after = timer_after,
    .timer_at = timer_at,
    .timer_stop = timer_stop,
    .timer_free = timer_free,
    .job = loop_job,
    .watch_new = watch_new,
    .watch_free = watch_free,
    .http_request = http_request_start,
    .http_cancel = http_request_cancel,
    .ws_open = ws_client_open,
    .ws_text = ws_client_text,
    .ws_close = ws_client_close,
};

enum err loop_new(struct loop **out)
{
    struct loop *loop = heap_new(struct loop);
    if (!loop)
        return ERR_NO_MEMORY;
    if (uv_loop_init(&loop->uv)) {
        free(loop);
        return ERR_INTERNAL;
    }
    /* A peer that went away is an error of that write, never the end of the process. */
    signal(SIGPIPE, SIG_IGN);
    loop->world.ops = &loop_world_ops;
    uv_timer_init(&loop->uv, &loop->round_timer);
    start_pool(loop);
    *out = loop;
    return OK;
}

struct loop *loop_free(struct loop *loop)
{
    if (!loop)
        return NULL;
    http_finish(loop);
    ws_finish(loop);
    close_signals(loop);
    uv_close((uv_handle_t *)&loop->round_timer, NULL);
    if (loop->round.fn)
        uv_close((uv_handle_t *)&loop->round.handle, NULL);
    for (int i = 0; i < CLOSING_ROUNDS; i++)
        uv_run(&loop->uv, UV_RUN_NOWAIT);
    uv_walk(&loop->uv, loop_handle_check, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    REQUIRE(uv_loop_close(&loop->uv) == 0);
    free(loop->resolve_cache);
    free(loop->ca_file);
    free(loop);
    return NULL;
}

struct world *loop_world(struct loop *loop)
{
    return &loop->world;
}

enum err loop_run(struct loop *loop)
{
    while (!loop->stopped)
        if (uv_run(&loop->uv, UV_RUN_DEFAULT) == 0 && !loop->stopped)
            return ERR_INTERNAL;            /* nothing is left that could ever stop it */
    loop->stopped = false;
    return OK;
}

void loop_run_once(struct loop *loop, uint32_t wait_ms)
{
    if (wait_ms == 0) {
        uv_run(&loop->uv, UV_RUN_NOWAIT);
        return;
    }
    uv_update_time(&loop->uv);
    uv_timer_start(&loop->round_timer, loop_round_over, wait_ms, 0);
    uv_run(&loop->uv, UV_RUN_ONCE);
    uv_timer_stop(&loop->round_timer);
}

void loop_stop(struct loop *loop)
{
    loop->stopped = true;
    uv_stop(&loop->uv);
}

enum err loop_on_round(struct loop *loop, loop_round_fn *fn, void *arg)
{
    REQUIRE(!loop->round.fn);
    if (uv_loop_configure(&loop->uv, UV_METRICS_IDLE_TIME) ||
        uv_prepare_init(&loop->uv, &loop->round.handle))
        return ERR_INTERNAL;
    loop->round.fn = fn;
    loop->round.arg = arg;
    loop->round.handle.data = loop;
    loop->round.began_ns = uv_hrtime();
    uv_prepare_start(&loop->round.handle, loop_round_ended);
    uv_unref((uv_handle_t *)&loop->round.handle);
    return OK;
}

int64_t loop_now_us(void)
{
    return (int64_t)(uv_hrtime() / 1000);
}

enum err loop_on_signal(struct loop *loop, int signal_number, world_fn *fn, void *arg)
{
    REQUIRE(loop->signals_len < LOOP_SIGNALS_MAX);
    struct loop_signal *slot = &loop->signals[loop->signals_len];
    if (uv_signal_init(&loop->uv, &slot->handle))
        return ERR_INTERNAL;
    slot->fn = fn;
    slot->arg = arg;
    slot->handle.data = slot;
    loop->signals_len++;                    /* from here loop_free closes the handle */
    return uv_signal_start(&slot->handle, loop_signal_came, signal_number) ? ERR_INVALID : OK;
}

enum err loop_set_ca_file(struct loop *loop, struct str path)
{
    char *copy = NULL;
    if (path.len > 0) {
        copy = heap_z(path);
        if (!copy)
            return ERR_NO_MEMORY;
        if (access(copy, R_OK)) {
            free(copy);
            return ERR_NOT_FOUND;
        }
    }
    free(loop->ca_file);
    loop->ca_file = copy;
    return OK;
}

enum err loop_job(struct world *world, world_fn *work, world_fn *done, void *arg)
{
    struct loop_job *job = heap_new(struct loop_job);
    if (!job)
        return ERR_NO_MEMORY;
    *job = (struct loop_job){ .work = work, .done = done, .arg = arg };
    job->request.data = job;
    if (uv_queue_work(&loop_of(world)->uv, &job->request, loop_job_work, loop_job_done)) {
        free(job);
        return ERR_INTERNAL;
    }
    return OK;
}

char *heap_z(struct str s)
{
    char *z = malloc(s.len + 1);
    if (!z)
        return NULL;
    if (s.len > 0)
        memcpy(z, s.ptr, s.len);
    z[s.len] = '\0';
    return z;
}

static void loop_signal_came(uv_signal_t *handle, int signal_number)
{
    struct loop_signal *slot = handle->data;
    (void)signal_number;
    slot->fn(slot->arg);
}

/* The pool's threads are made with the first job and inherit what is blocked: signals are the
 * loop's thread's alone, which can then hold them back while it lets go of their handlers. */
static void start_pool(struct loop *loop)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    (void)uv_queue_work(&loop->uv, &loop->first_job, loop_nothing, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void loop_nothing(uv_work_t *request)
{
    (void)request;
}

/* libuv goes back to the default action, which would end us with whatever comes before the rest is
 * let go of; so they wait until they are ignored. */
static void close_signals(struct loop *loop)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (size_t i = 0; i < loop->signals_len; i++) {
        int number = loop->signals[i].handle.signum;
        uv_close((uv_handle_t *)&loop->signals[i].handle, NULL);
        signal(number, SIG_IGN);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void loop_job_work(uv_work_t *request)
{
    struct loop_job *job = request->data;
    job->work(job->arg);
}

static void loop_job_done(uv_work_t *request, int status)
{
    struct loop_job *job = request->data;
    (void)status;
    job->done(job->arg);
    free(job);
}

static void loop_round_ended(uv_prepare_t *handle)
{
    struct loop *loop = handle->data;
    uint64_t now_ns = uv_hrtime(), idle_ns = uv_metrics_idle_time(&loop->uv);
    uint64_t all_ns = now_ns - loop->round.began_ns, waited_ns = idle_ns - loop->round.idle_ns;
    loop->round.began_ns = now_ns;
    loop->round.idle_ns = idle_ns;
    loop->round.fn(loop->round.arg,
        all_ns > waited_ns ? (int64_t)((all_ns - waited_ns) / 1000) : 0);
}

static void loop_round_over(uv_timer_t *handle)
{
    (void)handle;
}

static void loop_handle_check(uv_handle_t *handle, void *arg)
{
    (void)arg;
    REQUIRE(uv_is_closing(handle));
}
