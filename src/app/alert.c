/* The watch: looks at every condition of degraded.c now and then and sees to it that the admins
 * hear of it, once when it begins and once when it is over, whatever restarts.
 *
 * Owns when to speak; what is said and to whom is core/alert.c's, and that it was said is
 * remembered in the same transaction. Odd: its events do not wait in the inbox. A full disk turns
 * away all that waits there, and the room of the reserve must serve the alert first. */
#include "state.h"

enum {
    SOON_SECONDS = 1, LOOK_SECONDS = 30,
    CALM_MS = 60000,                    /* fine for so long: it is over */
    NOBODY_MS = 240000,                 /* nobody could be told: not again before */
    WORTH_TELLING_MS = 5 * 60000,       /* of what could not be told while it lasted */
    CLOCK_JUMP_MS = 90000,
    STALL_MS = 3000,                    /* a press unanswered for so long shows an error mark */
    RESERVE_ROOM_BYTES = 8 << 20,       /* free before the reserve is made again: it must not be
                                         * what fills the disk */
    SENTENCE_BYTES_MAX = 1024,
    RESERVE_WAIT_MS = 5 * 60000
};

static void watch_fired(void *arg);
static void look_at(struct app *app, enum condition condition);
static void holds(struct app *app, enum condition condition, struct str text);
static void fine(struct app *app, enum condition condition);
static enum err raise_alert(struct app *app, enum condition condition, enum alert_phase phase,
    struct str text);
static void look_at_clock(struct app *app);
static void look_at_reserve(struct app *app);
static void look_at_folders(struct app *app);
static void tell_status(struct app *app);

enum err watch_init(struct app *app)
{
    struct alert_kept kept[CONDITION_COUNT + 8];
    size_t len = 0;
    struct watch_state *watch = &app->watch;
    watch->timer = app->world->ops->timer_new(app->world, watch_fired, app);
    if (!watch->timer)
        return ERR_NO_MEMORY;
    enum err err = store_alerts(app->store, &app->turn_arena, kept, COUNT(kept), &len);
    for (size_t k = 0; !err && k < len; k++)
        watch_note(app, kept[k].condition, true);
    arena_reset(&app->turn_arena);
    watch->wall = world_now(app->world);
    watch->mono = watch->scope_at = watch->sent = app->link_since = world_mono(app->world);
    app->world->ops->timer_after(watch->timer, SECONDS(SOON_SECONDS));
    return err;
}

void watch_finish(struct app *app)
{
    if (app->watch.timer)
        app->world->ops->timer_free(app->watch.timer);
}

void watch_note(struct app *app, struct str name, bool known)
{
    for (int i = 0; i < CONDITION_COUNT; i++)
        if (str_equal(name, str_from_z(condition_row((enum condition)i)->name)))
            app->watch.of[i].known = known;
}

/* The room of the reserve is for the alert; nothing else may come first, so not in its own time. */
void watch_disk_full(struct app *app)
{
    if (!app->watch.timer || app->watch.reserve_gone)
        return;
    app->watch.reserve_gone = true;
    app->watch.reserve_at = world_mono(app->world);
    bool freed = store_reserve_free(app->store);
    log_note(app, "disk_full", "reserve_freed=%d", freed);
    app->world->ops->timer_after(app->watch.timer, (struct duration){ 0 });
}

/* "users.list: missing_scope" and the like, from the link. */
void watch_platform_said(struct app *app, struct str detail)
{
    size_t colon = str_find(detail, ':');
    if (!str_ends_with(detail, STR(": missing_scope")) || colon >= sizeof(app->watch.scope_method))
        return;
    if (!app->watch.scope_method[0])
        app->watch.scope_at = world_mono(app->world);
    (void)snprintf(app->watch.scope_method, sizeof(app->watch.scope_method), "%.*s", (int)colon,
        detail.ptr);
}

/* The platform has answered after all what the method asks for. */
void watch_platform_answered(struct app *app, const struct event *event)
{
    bool users = event->kind == EVENT_MEMBERS && event->answers;
    struct str family = users ? STR("users.") : STR("dnd.");
    if ((users || event->kind == EVENT_DND) &&
        str_starts_with(str_from_z(app->watch.scope_method), family)) {
        app->watch.scope_method[0] = '\0';
        app->watch.scope_at = (struct mono){ INT64_MIN / 2 };
    }
}

/* Counted anew only when the roster has changed: it takes a look at everybody. */
int64_t watch_unmatched(struct app *app)
{
    if (app->watch.count_people && !store_people_unmatched(app->store, &app->watch.unmatched))
        app->watch.count_people = false;
    return app->watch.unmatched;
}

void app_note_round(struct app *app, int64_t busy_us)
{
    metric_observe(app, METRIC_LOOP_SECONDS, busy_us);
    if (busy_us < STALL_MS * INT64_C(1000) || !app->started)
        return;
    app->watch.stall_ms = busy_us / 1000;
    app->watch.stalled_at = world_mono(app->world);
    log_note(app, "loop_stalled", "busy_ms=%lld", (long long)app->watch.stall_ms);
}

void watch_soon(struct app *app)
{
    if (app->watch.timer && !app->stopped)
        app->world->ops->timer_after(app->watch.timer, SECONDS(SOON_SECONDS));
}

static void watch_fired(void *arg)
{
    struct app *app = arg;
    if (app->stopped || app->sender.draining)
        return;
    app->world->ops->timer_after(app->watch.timer, SECONDS(LOOK_SECONDS));
    look_at_clock(app);
    look_at_reserve(app);
    look_at_folders(app);
    for (int i = 0; i < CONDITION_COUNT && !app->stopped; i++)
        look_at(app, (enum condition)i);
    tell_status(app);
}

static void look_at(struct app *app, enum condition condition)
{
    struct watched *watched = &app->watch.of[condition];
    struct instant now = world_now(app->world), began = now;
    struct buf text = buf_heap(SENTENCE_BYTES_MAX);
    enum degree degree = condition_row(condition)->look(app, &text, &began);
    if (degree == DEGREE_HOLDS && !watched->holds) {
        watched->holds = true;
        watched->began = began;
        watched->since = world_mono(app->world);
    }
    if (degree == DEGREE_HOLDS) {
        watched->calm = false;
        holds(app, condition, buf_str(&text));
    }
    if (degree == DEGREE_FINE) {
        if (!watched->calm) {
            watched->calm = true;
            watched->ended = now;
            watched->gone = world_mono(app->world);
        }
        fine(app, condition);
    }
    buf_free(&text);
}

static void holds(struct app *app, enum condition condition, struct str text)
{
    const struct condition_row *row = condition_row(condition);
    struct watched *watched = &app->watch.of[condition];
    struct mono now = world_mono(app->world);
    bool patient = now.ms - watched->since.ms < row->patience_s * INT64_C(1000);
    bool said = row->within && degraded_holds(app, (enum condition)(row->within - 1));
    bool silent = !app->state.live && condition != CONDITION_RESTORED;
    if (watched->known || patient || said || silent || now.ms < watched->retry.ms)
        return;
    enum err err = raise_alert(app, condition, row->deaf ? ALERT_NOTED : ALERT_BEGAN, text);
    watched->missed = watched->missed || err;
    if (!watched->known)
        watched->retry.ms = err ? 0 : now.ms + NOBODY_MS;
}

static void fine(struct app *app, enum condition condition)
{
    const struct condition_row *row = condition_row(condition);
    struct watched *watched = &app->watch.of[condition];
    struct str over = str_from_z(row->over);
    int64_t lasted_ms = watched->gone.ms - watched->since.ms;
    if (world_mono(app->world).ms - watched->gone.ms < CALM_MS)
        return;
    if (watched->known &&
        raise_alert(app, condition, row->passes ? ALERT_FORGOTTEN : ALERT_ENDED, over))
        return;
    if (watched->missed && watched->holds && !row->passes && lasted_ms >= WORTH_TELLING_MS &&
        app->state.live && raise_alert(app, condition, ALERT_WAS, over))
        return;
    watched->holds = watched->missed = false;
    watched->retry.ms = 0;
}

static enum err raise_alert(struct app *app, enum condition condition, enum alert_phase phase,
    struct str text)
{
    struct watched *watched = &app->watch.of[condition];
    struct alert alert = {
        .phase = phase, .condition = str_from_z(condition_row(condition)->name), .text = text,
        .began = watched->began, .ended = watched->ended,
    };
    struct event event = { .kind = EVENT_ALERT, .alert = &alert };
    if (phase == ALERT_BEGAN || phase == ALERT_NOTED)
        log_note(app, "degraded", "condition=%s", condition_row(condition)->name);
    return turn_run_event(app, &event);
}

/* What a clock far ahead has planned would lie beyond everybody's reach: all are looked at anew. */
static void look_at_clock(struct app *app)
{
    struct watch_state *watch = &app->watch;
    struct instant wall = world_now(app->world);
    struct mono mono = world_mono(app->world);
    int64_t by_ms = instant_since(wall, watch->wall).ms - (mono.ms - watch->mono.ms);
    watch->wall = wall;
    watch->mono = mono;
    if (app->options.clock_is_moved || (by_ms < CLOCK_JUMP_MS && by_ms > -CLOCK_JUMP_MS))
        return;
    watch->jumped_by.ms = by_ms;
    watch->jumped_at = mono;
    log_note(app, "clock_jumped", "by_ms=%lld", (long long)by_ms);
    if (by_ms < 0)
        roster_wake_everybody(app);
}

static void look_at_reserve(struct app *app)
{
    struct watch_state *watch = &app->watch;
    struct mono now = world_mono(app->world);
    bool waits = watch->reserve_gone && now.ms - watch->reserve_at.ms < RESERVE_WAIT_MS;
    int64_t room = app->options.free_bytes ? app->options.free_bytes(app->options.arg) : -1;
    if (app->refused || waits || (!watch->reserve_gone && store_reserve_is_there(app->store)))
        return;
    watch->reserve_at = now;
    enum err err = room >= 0 && room < RESERVE_ROOM_BYTES ? ERR_DB_FULL
                                                          : store_reserve_make(app->store);
    if ((err != OK) != watch->reserve_gone)
        log_note(app, "reserve", "err=%s", err_name(err));
    watch->reserve_gone = err != OK;
}

/* The kernel had no room for one more watch, or the folder was not there: what changed meanwhile
 * is read as soon as it can be watched. */
static void look_at_folders(struct app *app)
{
    if (!app->started || app->loader.decks_watch)
        return;
    loader_watch(app);
    if (app->loader.decks_watch)
        loader_reload(app);
}

static void tell_status(struct app *app)
{
    if (!app->options.status)
        return;
    struct buf line = buf_heap(SENTENCE_BYTES_MAX);
    app_status_line(app, &line);
    struct str now = str_slice(buf_str(&line), 0, sizeof(app->watch.told) - 1);
    if (!str_equal(now, str_from_z(app->watch.told))) {
        (void)snprintf(app->watch.told, sizeof(app->watch.told), "%.*s", STR_ARG(now));
        app->options.status(app->options.arg, str_from_z(app->watch.told));
    }
    buf_free(&line);
}
