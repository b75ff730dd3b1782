/* The daemon's life: put together, started, drained, taken apart in reverse.
 *
 * Owns nothing it does not free here. The link's callbacks below only copy and enqueue. */
#include "state.h"

enum { DRAIN_SECONDS = 10 };

static void on_frame(void *arg, uint64_t socket, struct str frame);
static void on_event(void *arg, const struct event *event);
static void on_done(void *arg, const struct delivery_result *result);
static void on_state(void *arg, const char *from, const char *to, struct str detail);
static enum err open_parts(struct app *app, struct buf *problem);
static enum err open_store(struct app *app, struct buf *problem);
static void note_migration(struct app *app, struct buf *problem);
static enum err recover(struct app *app);
static void drain_check(void *arg);

static const struct link_events link_events = { on_frame, on_event, on_done, on_state };

enum err app_new(const struct app_options *options, struct buf *problem, struct app **out)
{
    struct app *app = calloc(1, sizeof(*app));
    if (!app)
        return ERR_NO_MEMORY;
    app->options = *options;
    app->config = options->config;
    app->world = options->world;
    app->platform = options->platform;
    app->link_state = "closed";
    app->in_force.weights = review_weights_default;
    app->watch.count_people = true;
    if (!app->options.zone_folder.len)
        app->options.zone_folder = STR("/usr/share/zoneinfo");
    arena_init(&app->turn_arena, TURN_ARENA_MAX);
    arena_init(&app->items_arena, TURN_ARENA_MAX);
    arena_init(&app->state_arena, TURN_ARENA_MAX);
    inbox_init(&app->inbox);
    enum err err = open_parts(app, problem);
    if (err) {
        app_free(app);
        return err;
    }
    *out = app;
    return OK;
}

enum err app_start(struct app *app)
{
    struct link_options options = {
        .world = app->world, .api_url = app->config->slack_api_url,
        .app_token = app->options.app_token, .bot_token = app->options.bot_token,
        .posts_per_second = app->config->slack_posts_per_second, .events = &link_events, .arg = app,
    };
    enum err err = ticker_init(app);
    if (!err)
        err = sender_init(app);
    if (!err)
        err = watch_init(app);
    if (!err)
        err = upkeep_init(app);
    if (!err)
        err = roster_init(app);
    if (!err)
        err = app->platform->open(&options, &app->link);
    if (err)
        return err;
    app->started = true;
    roster_take(app, &app->loader.current->intake);
    roster_wait_for_link(app);
    loader_start(app);
    turn_wake(app);
    ticker_wake(app);
    return OK;
}

struct app *app_free(struct app *app)
{
    if (!app)
        return NULL;
    app->stopped = true;
    if (app->link)
        app->platform->close(app->link);
    sender_finish(app);
    ticker_finish(app);
    watch_finish(app);
    upkeep_finish(app);
    roster_finish(app);
    if (app->loader.current)
        loader_finish(app);
    app->world->ops->timer_free(app->turn_timer);
    app->world->ops->timer_free(app->drain_timer);
    while (app->jobs)
        job_ended(app->jobs);               /* they free themselves when they come back */
    lent_free(app);
    store_close(app->store);
    zones_free(app->zones);
    inbox_finish(&app->inbox);
    arena_finish(&app->turn_arena);
    arena_finish(&app->items_arena);
    arena_finish(&app->state_arena);
    free(app);
    return NULL;
}

void app_reload(struct app *app)
{
    loader_reload(app);
}

void app_drain(struct app *app)
{
    if (app->sender.draining)
        return;
    app->sender.draining = true;
    backup_stop(app, true);
    fitting_stop(app);
    replay_stop(app);
    judging_stop(app);
    app->drain_until = (struct mono){ world_mono(app->world).ms + DRAIN_SECONDS * 1000 };
    app->drain_timer = app->world->ops->timer_new(app->world, drain_check, app);
    drain_check(app);
}

enum err app_raise(struct app *app, const struct event *event)
{
    enum err err = inbox_put_event(&app->inbox, event);
    turn_wake(app);
    return err;
}

/* Reached from callbacks that must be through before they return; never from inside a turn. */
void app_run_turns(struct app *app)
{
    while (!app->stopped && !app->in_turn && !inbox_is_empty(&app->inbox)) {
        uint64_t before = app->turns;
        turn_run(app);
        if (app->turns == before || app->refused)
            return;
    }
}

bool app_is_idle(const struct app *app)
{
    return inbox_is_empty(&app->inbox) && !app->sender.len && !app->sender.waits && !app->jobs &&
        !app->roster.at_work;
}

struct instant app_next_due(struct app *app)
{
    struct instant slot = INSTANT_NEVER, digest = INSTANT_NEVER, outbox = INSTANT_NEVER;
    if (store_next_due(app->store, &slot, &digest) ||
        outbox_next_due(app->store, world_now(app->world), &outbox))
        return INSTANT_NEVER;
    struct instant first = instant_before(slot, digest) ? slot : digest;
    return instant_before(outbox, first) ? outbox : first;
}

struct store *app_store(struct app *app)
{
    return app->store;
}

const struct content *app_content(const struct app *app)
{
    return &app->loader.current->content;
}

const char *app_link_state(const struct app *app)
{
    return app->link_state;
}

int app_exit_code(enum err err)
{
    static const struct { enum err err; int code;
    } codes[] = {
        { OK, 0 },
        { ERR_NOT_FOUND, 66 },
        { ERR_BUSY, 75 },
        { ERR_DB_BUSY, 75 },
        { ERR_TIMEOUT, 75 },
        { ERR_FORBIDDEN, 77 },
        { ERR_REFUSED, EXIT_CONFIG },
        { ERR_DB_NEWER, EXIT_CONFIG },
        { ERR_DB_FULL, EXIT_IO },
        { ERR_IO, EXIT_IO },
        { ERR_INTERNAL, 70 },
        { ERR_DB_MISUSE, 70 },
    };
    for (size_t i = 0; i < COUNT(codes); i++)
        if (codes[i].err == err)
            return codes[i].code;
    switch (err_policy_of(err)) {
    case ERR_POLICY_NONE:
    case ERR_POLICY_RETRY:
        return 71;
    case ERR_POLICY_GIVE_UP:
        return EXIT_DATA;
    case ERR_POLICY_STOP:
        return EXIT_IO;
    }
    return 70;
}

/* Before the job: what comes back after the app is gone must know it. */
enum err job_start(struct app *app, struct job *job, world_fn *work, world_fn *done, void *arg)
{
    *job = (struct job){ .app = app, .next = app->jobs };
    app->jobs = job;
    enum err err = app->world->ops->job(app->world, work, done, arg);
    if (err)
        job_ended(job);
    return err;
}

void job_ended(struct job *job)
{
    for (struct job **at = job->app ? &job->app->jobs : NULL; at && *at; at = &(*at)->next)
        if (*at == job) {
            *at = job->next;
            break;
        }
    job->app = NULL;
}

void lend(struct app *app, struct lent *lent)
{
    lent->next = app->lent;
    app->lent = lent;
}

void lent_free(struct app *app)
{
    while (app->lent) {
        struct lent *first = app->lent;
        app->lent = first->next;
        first->free(first);
    }
}

void app_stop(struct app *app, int exit_code, struct str why)
{
    if (app->stopped)
        return;
    app->stopped = true;
    backup_stop(app, true);
    fitting_stop(app);
    replay_stop(app);
    judging_stop(app);
    log_note(app, "stop", "exit=%d", exit_code);
    if (app->options.stop)
        app->options.stop(app->options.arg, exit_code, why);
}

static enum err open_parts(struct app *app, struct buf *problem)
{
    app->turn_timer = app->world->ops->timer_new(app->world, turn_run, app);
    app->zones = zones_new(app->options.zone_folder);
    if (!app->turn_timer || !app->zones)
        return ERR_NO_MEMORY;
    app->own_zone = zones_get(app->zones, app->config->settings.zone);
    if (!app->own_zone) {
        buf_addf(problem,
            "timezone: \"%.*s\" is not in %.*s; use an IANA name like Europe/Berlin, and "
            "install tzdata\n",
            STR_ARG(app->config->settings.zone), STR_ARG(app->options.zone_folder));
        return ERR_REFUSED;
    }
    enum err err = open_store(app, problem);
    if (!err)
        err = epoch_start(app, problem);
    if (!err)
        err = recover(app);
    if (!err)
        err = loader_first(app, problem);
    return err;
}

static enum err open_store(struct app *app, struct buf *problem)
{
    struct str detail = STR_EMPTY;
    struct store_options options = { .path = store_path(app, &app->turn_arena),
                                     .vfs = app->options.vfs };
    enum err err = store_open(&options, &app->turn_arena, &app->store, &detail);
    if (err)
        buf_addf(problem, "%.*s\n", STR_ARG(detail.len ? detail : str_from_z(err_text(err))));
    else
        note_migration(app, problem);
    return err;
}

static void note_migration(struct app *app, struct buf *problem)
{
    struct str copy;
    int32_t from = 0;
    if (!store_migrated(app->store, &from, &copy))
        return;
    log_note(app, "migrated", "from=%d copy=\"%.*s\"", (int)from, STR_ARG(copy));
    buf_addf(problem, "the database was brought forward from schema %d%s%.*s\n", (int)from,
        copy.len ? "; as it was before it is kept as " : "", STR_ARG(copy));
}

/* What was claimed when the last run ended is now unknown, before anything new is planned. */
static enum err recover(struct app *app)
{
    struct store_state state;
    enum err err = store_begin(app->store);
    if (!err)
        err = outbox_recover(app->store);
    if (!err)
        err = store_state(app->store, &app->state_arena, &state);
    if (!err)
        err = store_weights(app->store, &app->in_force);
    if (!err)
        err = store_commit(app->store);
    if (err) {
        store_rollback(app->store);
        return err;
    }
    app->state = state;
    return OK;
}

static void on_frame(void *arg, uint64_t socket, struct str frame)
{
    struct app *app = arg;
    if (inbox_put_frame(&app->inbox, socket, frame))
        log_note(app, "frame_dropped", "bytes=%zu", frame.len);     /* not acked: it comes again */
    turn_wake_for_person(app);
}

static void on_event(void *arg, const struct event *event)
{
    struct app *app = arg;
    if (inbox_put_event(&app->inbox, event))
        log_note(app, "event_dropped", "kind=%s", event_kind_name(event->kind));
    turn_wake(app);
}

static void on_done(void *arg, const struct delivery_result *result)
{
    struct app *app = arg;
    struct event event = {
        .kind = EVENT_DELIVERY, .person_id = result->person_id, .result = *result
    };
    sender_replied(app, result->delivery_id);
    if (result->delivery_id && inbox_put_event(&app->inbox, &event)) {
        log_note(app, "event_dropped", "kind=delivery");
        sender_done(app, result);
        app->sender.lost = true;        /* a post stays claimed until the sender looks for it */
        sender_wake(app);
    }
    turn_wake(app);
}

static void on_state(void *arg, const char *from, const char *to, struct str detail)
{
    struct app *app = arg;
    bool up = app->link && app->platform->is_up(app->link);
    if (up != app->was_up)
        app->link_since = world_mono(app->world);
    app->was_up = up;
    app->link_state = to;
    if (from != to || detail.len)
        (void)snprintf(app->link_detail, sizeof(app->link_detail), "%.*s", STR_ARG(detail));
    log_link(app, from, to, detail);
    watch_platform_said(app, detail);
    if (up)
        roster_link_is_up(app);
    watch_soon(app);
    sender_wake(app);
}

static void drain_check(void *arg)
{
    struct app *app = arg;
    bool late = world_mono(app->world).ms >= app->drain_until.ms;
    if (late || (!app->sender.len && inbox_is_empty(&app->inbox)))
        app_stop(app, 0, STR("drained"));
    else
        app->world->ops->timer_after(app->drain_timer, (struct duration){ 50 });
}
