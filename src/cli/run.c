/* nudged run: the daemon. Puts the outside (loop, clock, secrets, signals, supervisor) around the
 * app. */
#include "cli.h"

#include <errno.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "nudged/app/app.h"
#include "nudged/app/health.h"
#include "nudged/app/service.h"
#include "nudged/net/local.h"

enum {
    PATIENCE_MS = 2000, /* a subcommand may just be standing in for the daemon */
    LARGE_BLOCK_BYTES = 1 << 20
};

struct service {
    struct arena arena;
    struct config config;
    struct loop *loop;
    struct app *app;
    struct local_server *control;
    struct health *health;
    struct timer *watchdog;
    uint32_t watchdog_ms;
    bool clock_is_moved, reloading;
    char *folder;                       /* the state folder, for the kernel */
    int lock, exit_code;
};

static const struct option_row options[] = {
    { "config", "FILE", "the configuration (default nudged.yaml)" },
    { "at", "INSTANT", "start a simulated wall clock there; only with a loopback workspace" },
    { "speed", "N", "how many times as fast it runs (default 1)" },
};

static void give_back_large_blocks(void);
static int prepare(struct service *service, const struct arguments *arguments, struct buf *problem);
static int set_clock(
    struct service *service, const struct arguments *arguments, struct buf *problem);
static int open_app(struct service *service, struct buf *problem);
static int start(struct service *service, struct buf *problem);
static void close_all(struct service *service);
static void on_stop(void *arg, int exit_code, struct str why);
static void on_status(void *arg, struct str line);
static void on_reloaded(void *arg);
static int64_t free_bytes(void *arg);
static int64_t now_us(void *arg);
static void on_round(void *arg, int64_t busy_us);
static int open_pages(struct service *service, struct buf *problem);
static void on_hangup(void *arg);
static void on_terminate(void *arg);
static void on_watchdog(void *arg);
static void on_control(void *arg, struct local_call *call, struct str line);
static void write_call(void *arg, struct str piece);
static void finish_call(void *arg);

static int run_run(const struct arguments *arguments)
{
    struct service service = { .lock = -1 };
    struct buf problem = buf_heap(4 << 20);
    give_back_large_blocks();
    arena_init(&service.arena, 256 << 20);
    int code = prepare(&service, arguments, &problem);
    if (!code)
        code = open_app(&service, &problem);
    if (!code)
        code = start(&service, &problem);
    cli_print(stderr, buf_str(&problem));
    if (!code) {
        notify_supervisor("READY=1");
        enum err err = loop_run(service.loop);
        code = err ? EXIT_SOFTWARE : service.exit_code;
    }
    close_all(&service);
    buf_free(&problem);
    return code;
}

const struct subcommand subcommand_run = {
    .name = "run", .help = "the daemon: ask, record, remind, report",
    .options = options, .options_len = COUNT(options), .run = run_run,
};

/* A large roster is read into blocks of many MiB. By itself glibc would raise its limit after the
 * first of them and keep the later ones in its heap, where they count as ours for ever. */
static void give_back_large_blocks(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES);
#endif
}

static int prepare(struct service *service, const struct arguments *arguments, struct buf *problem)
{
    const char *file = arguments->values[0] ? arguments->values[0] : "nudged.yaml";
    umask(077);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);              /* until start: every file is about to be read */
    (void)prctl(PR_SET_DUMPABLE, 0);            /* tokens must not end in a core file */
    int code = cli_config(file, &service->arena, &service->config);
    if (code)
        return code;
    for (int waited_ms = 0; waited_ms <= PATIENCE_MS; waited_ms += 50) {
        buf_reset(problem);
        code = cli_lock(service->config.state_folder,
                        "another nudged is running on this state folder", &service->arena, problem,
                        &service->lock);
        if (code != EXIT_AGAIN)
            break;
        cli_sleep(50);
    }
    if (code)
        return code;
    if (loop_new(&service->loop))
        return EXIT_OS;
    return set_clock(service, arguments, problem);
}

static int set_clock(
    struct service *service, const struct arguments *arguments, struct buf *problem)
{
    struct instant at;
    struct url_parts url;
    double speed = 1;
    if (!arguments->values[1] && !arguments->values[2])
        return EXIT_OK;
    bool loopback = url_split(service->config.slack_api_url, &url) && host_is_loopback(url.host);
    if (!loopback) {
        buf_add(problem,
            STR("--at and --speed are refused: slack.api_url is not a loopback address\n"));
        return EXIT_USAGE;
    }
    if (arguments->values[1] ? !instant_parse(str_from_z(arguments->values[1]), &at) : false) {
        buf_add(problem, STR("--at takes an instant like 2031-03-04T09:30:00Z\n"));
        return EXIT_USAGE;
    }
    if (arguments->values[2] && (!str_to_double(str_from_z(arguments->values[2]), &speed) ||
                                 speed < 0 || speed > 1000000)) {
        buf_add(problem, STR("--speed takes a number from 0 to 1000000\n"));
        return EXIT_USAGE;
    }
    if (!arguments->values[1])
        at = world_now(loop_world(service->loop));
    loop_set_clock(service->loop, at, speed);
    service->clock_is_moved = true;
    return EXIT_OK;
}

static int open_app(struct service *service, struct buf *problem)
{
    struct str app_note, bot_note;
    struct app_options app_options = {
        .config = &service->config,
        .world = loop_world(service->loop),
        .platform = platform_named(STR("slack")),
        .log = cli_log_line,
        .stop = on_stop,
        .status = on_status,
        .reloaded = on_reloaded,
        .free_bytes = free_bytes,
        .now_us = now_us,
        .clock_is_moved = service->clock_is_moved,
        .arg = service,
    };
    service->folder = str_z(&service->arena, service->config.state_folder);
    struct str format = service->config.log_format;
    app_options.log_json = str_equal(format, STR("json")) ||
                           (!str_equal(format, STR("logfmt")) && !isatty(STDERR_FILENO));
    enum err err =
        secret_read("slack_app_token", &service->arena, &app_options.app_token, &app_note);
    enum err err2 =
        secret_read("slack_bot_token", &service->arena, &app_options.bot_token, &bot_note);
    if (app_note.len)
        buf_addf(problem, "%s: %.*s\n", err ? "error" : "warning", STR_ARG(app_note));
    if (bot_note.len)
        buf_addf(problem, "%s: %.*s\n", err2 ? "error" : "warning", STR_ARG(bot_note));
    if (err || err2)
        return EXIT_CONFIG;
    err = app_new(&app_options, problem, &service->app);
    return err ? app_exit_code(err) : EXIT_OK;
}

static int start(struct service *service, struct buf *problem)
{
    struct str path =
        str_format(&service->arena, "%.*s/control", STR_ARG(service->config.state_folder));
    enum err err = loop_on_signal(service->loop, SIGHUP, on_hangup, service);
    if (!err)
        err = loop_on_signal(service->loop, SIGTERM, on_terminate, service);
    if (!err)
        err = loop_on_signal(service->loop, SIGINT, on_terminate, service);
    if (!err)
        err = local_server_new(service->loop, path, on_control, service, &service->control);
    if (!err)
        err = loop_on_round(service->loop, on_round, service);
    if (!err)
        err = app_start(service->app);
    if (err) {
        buf_addf(problem, "nudged: cannot start: %s\n", err_text(err));
        return app_exit_code(err);
    }
    int code = open_pages(service, problem);
    service->watchdog_ms = notify_watchdog_ms() / 2;
    if (code || !service->watchdog_ms)
        return code;
    struct world *world = loop_world(service->loop);
    service->watchdog = world->ops->timer_new(world, on_watchdog, service);
    on_watchdog(service);
    return EXIT_OK;
}

static int open_pages(struct service *service, struct buf *problem)
{
    struct str listen = service->config.health_listen;
    if (!listen.len)
        return EXIT_OK;
    enum err err = health_open(service->loop, service->app, listen, &service->health);
    if (err)
        buf_addf(problem, "nudged: health: cannot listen at %.*s: %s\n", STR_ARG(listen),
            err == ERR_BUSY ? "the port is taken" : err_text(err));
    return err ? EXIT_OS : EXIT_OK;
}

static void close_all(struct service *service)
{
    if (service->watchdog)
        loop_world(service->loop)->ops->timer_free(service->watchdog);
    health_close(service->health);
    local_server_free(service->control);
    service->app = app_free(service->app);
    loop_free(service->loop);
    lock_release(service->lock);
    arena_finish(&service->arena);
}

static void on_stop(void *arg, int exit_code, struct str why)
{
    struct service *service = arg;
    service->exit_code = exit_code;
    notify_supervisor("STOPPING=1");
    if (exit_code)
        fprintf(stderr, "nudged: %.*s\n", STR_ARG(why));
    loop_stop(service->loop);
}

static void on_status(void *arg UNUSED, struct str line)
{
    struct buf state = buf_heap(512);
    buf_addf(&state, "STATUS=%.*s", STR_ARG(line));
    buf_add_byte(&state, '\0');
    if (!state.failed)
        notify_supervisor(state.ptr);
    buf_free(&state);
}

/* MONOTONIC_USEC: since systemd 253 it tells this reload from an earlier one; before, it is
 * ignored. Without an app we are leaving: the loop runs once more to let go of its sockets. */
static void on_hangup(void *arg)
{
    struct service *service = arg;
    char state[64];
    struct timespec now;
    if (!service->app)
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    (void)snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld",
        (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    notify_supervisor(state);
    service->reloading = true;
    app_reload(service->app);
}

/* Also after changes that were noticed without a signal, which nobody waits for. */
static void on_reloaded(void *arg)
{
    struct service *service = arg;
    if (service->reloading)
        notify_supervisor("READY=1");
    service->reloading = false;
}

static int64_t free_bytes(void *arg)
{
    const struct service *service = arg;
    struct statvfs room;
    if (!service->folder || statvfs(service->folder, &room))
        return -1;
    return (int64_t)room.f_bavail * (int64_t)room.f_frsize;
}

static int64_t now_us(void *arg UNUSED)
{
    return loop_now_us();
}

static void on_round(void *arg, int64_t busy_us)
{
    struct service *service = arg;
    if (service->app)
        app_note_round(service->app, busy_us);
}

static void on_terminate(void *arg)
{
    struct service *service = arg;
    notify_supervisor("STOPPING=1");
    if (service->app)
        app_drain(service->app);
}

/* Fed by the loop itself: a loop that stands still is not alive, nor is a store that is broken. */
static void on_watchdog(void *arg)
{
    struct service *service = arg;
    if (app_feeds_watchdog(service->app))
        notify_supervisor("WATCHDOG=1");
    if (service->watchdog)
        loop_world(service->loop)->ops->timer_after(service->watchdog,
                                                    (struct duration){ service->watchdog_ms });
}

static void on_control(void *arg, struct local_call *call, struct str line)
{
    struct service *service = arg;
    app_control(service->app, line, write_call, finish_call, call);
}

static void write_call(void *arg, struct str piece)
{
    local_write(arg, piece);
}

static void finish_call(void *arg)
{
    local_finish(arg);
}
