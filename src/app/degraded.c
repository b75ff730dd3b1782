/* What is not as it should be while the daemon goes on: one row a condition, one plain sentence
 * each, said for whoever has to do something about it: in `status` and, by alert.c, in the admins'
 * chat. A condition that nobody can act on has no row. */
#include "state.h"

enum {
    LINK_DOWN_MINUTES = 5,              /* shorter gaps mend themselves all the time */
    STUCK_MINUTES = 15,
    FREE_MIB_LEAST = 64,                /* a day of a large company, with its checkpoint */
    SENTENCE_BYTES_MAX = 1024,
    INCIDENT_MINUTES = 60,              /* so long `status` speaks of it */
    SCOPE_HOURS = 24,                   /* what is asked at all is asked once a day */
    CHANGED_MINUTES = 2                 /* longer than the watch waits before something is over */
};

static degraded_fn store_refuses, disk_full, disk_low, link_refused, link_down, access_lost,
    content_refused, not_watched, outbox_stuck, clock_jumped, loop_stalled, scope_missing,
    people_unmatched, restored, capacity, backup_failed;
static bool is_refused(const struct app *app);
static bool long_ago(struct app *app, struct mono at, struct duration span);

static const struct condition_row conditions[] = {
    [CONDITION_STORE_REFUSES] = { "store_refuses", "nothing can be stored",
        "Nothing could be stored; people who pressed a button saw an error mark.", store_refuses,
        .patience_s = 60, .within = 1 + CONDITION_DISK_FULL },
    [CONDITION_DISK_FULL] = { "disk_full", "the disk is full",
        "The disk was full.", disk_full, .patience_s = 0 },
    [CONDITION_DISK_LOW] = { "disk_low", "the disk is nearly full",
        "There was little room on the disk.", disk_low, .patience_s = 60,
        .within = 1 + CONDITION_DISK_FULL },
    [CONDITION_LINK_REFUSED] = { "link_refused", "the chat platform refuses us",
        "The chat platform refused me. Nothing is lost; questions whose hours passed were left "
        "out.", link_refused, .deaf = true, .within = 1 + CONDITION_ACCESS_LOST },
    [CONDITION_LINK_DOWN] = { "link_down", "no connection to the chat platform",
        "I had no connection to the chat. Nothing is lost; questions whose hours passed were left "
        "out.", link_down, .deaf = true },
    [CONDITION_ACCESS_LOST] = { "access_lost", "the workspace took our access away",
        "The workspace had taken my access away. Nothing is lost; questions whose hours passed "
        "were left out.", access_lost, .deaf = true },
    [CONDITION_CONTENT_REFUSED] = { "content_refused", "the newest prompt files have errors",
        "The prompt files or people.csv had errors; they are read again.", content_refused,
        .patience_s = 60 },
    [CONDITION_NOT_WATCHED] = { "not_watched", "changed prompt files are not noticed",
        "Changed prompt files were not noticed by themselves.", not_watched, .patience_s = 60 },
    [CONDITION_OUTBOX_STUCK] = { "outbox_stuck", "messages do not get out",
        "Messages did not get out.", outbox_stuck, .patience_s = 0 },
    [CONDITION_CLOCK_JUMPED] = { "clock_jumped", "the clock was set", "", clock_jumped,
        .passes = true },
    [CONDITION_LOOP_STALLED] = { "loop_stalled", "the program stood still for a while", "",
        loop_stalled, .passes = true },
    [CONDITION_SCOPE_MISSING] = { "scope_missing", "the app lacks a permission",
        "The app lacked a permission.", scope_missing, .patience_s = 0 },
    [CONDITION_PEOPLE_UNMATCHED] = { "people_unmatched", "some people cannot be reached",
        "Some people could not be reached.", people_unmatched, .patience_s = 120 },
    [CONDITION_RESTORED] = { "restored", "an older copy of the database was put back",
        "An older copy of the database had been put back, and nothing was sent from it.",
        restored, .patience_s = 0 },
    [CONDITION_CAPACITY] = { "capacity", "some people are given more than the cap carries", "",
        capacity, .passes = true },
    [CONDITION_BACKUP_FAILED] = { "backup_failed", "the nightly backup fails",
        "The nightly backup had failed.", backup_failed, .patience_s = 0 },
};
_Static_assert(COUNT(conditions) == CONDITION_COUNT, "one row a condition");

const struct condition_row *condition_row(enum condition condition)
{
    REQUIRE((unsigned)condition < COUNT(conditions));
    return &conditions[condition];
}

void degraded_print(struct app *app, struct buf *out)
{
    for (size_t i = 0; i < COUNT(conditions); i++) {
        struct instant began = world_now(app->world);
        struct buf sentence = buf_heap(SENTENCE_BYTES_MAX);
        if (conditions[i].look(app, &sentence, &began) == DEGREE_HOLDS)
            buf_addf(out, "degraded: %.*s\n", STR_ARG(buf_str(&sentence)));
        buf_free(&sentence);
    }
}

bool degraded_holds(struct app *app, enum condition condition)
{
    struct instant began = world_now(app->world);
    struct buf unread = buf_heap(SENTENCE_BYTES_MAX);
    enum degree degree = condition_row(condition)->look(app, &unread, &began);
    buf_free(&unread);
    return degree == DEGREE_HOLDS;
}

static enum degree store_refuses(struct app *app, struct buf *out, struct instant *began)
{
    if (!app->refused)
        return DEGREE_FINE;
    *began = app->refused_since;
    buf_add(out, STR("nothing can be stored since "));
    buf_add_instant(out, app->refused_since);
    buf_addf(out, " (%s); people are told to try again, and it is tried again by itself",
             err_text(app->refused));
    return DEGREE_HOLDS;
}

static enum degree disk_full(struct app *app, struct buf *out, struct instant *began UNUSED)
{
    if (!app->watch.reserve_gone)
        return DEGREE_FINE;
    buf_addf(out,
        "the disk is full: what is stored now goes into a small reserve, and answers will soon be "
        "refused; make room on the file system of %.*s",
        STR_ARG(app->config->state_folder));
    return DEGREE_HOLDS;
}

static enum degree disk_low(struct app *app, struct buf *out, struct instant *began UNUSED)
{
    int64_t mib = app->options.free_bytes && !app->options.offline
        ? app->options.free_bytes(app->options.arg) / (1 << 20) : FREE_MIB_LEAST;
    if (mib < 0)
        return DEGREE_UNSURE;
    if (mib >= FREE_MIB_LEAST)
        return DEGREE_FINE;
    buf_addf(out,
        "only %lld MiB are free on the file system of %.*s; when it is full, answers are refused; "
        "make room", (long long)mib, STR_ARG(app->config->state_folder));
    return DEGREE_HOLDS;
}

static enum degree link_refused(struct app *app, struct buf *out, struct instant *began)
{
    if (!is_refused(app))
        return app->was_up ? DEGREE_FINE : DEGREE_UNSURE;
    began->utc_ms -= world_mono(app->world).ms - app->link_since.ms;
    buf_addf(out,
        "%s refuses us (%s); check the tokens and the app's settings, then restart; all data "
        "is kept",
        app->platform->name, app->link_detail);
    return DEGREE_HOLDS;
}

static enum degree link_down(struct app *app, struct buf *out, struct instant *began)
{
    int64_t down_ms = world_mono(app->world).ms - app->link_since.ms;
    if (app->link && app->platform->is_up(app->link))
        return DEGREE_FINE;
    if (!app->link || is_refused(app) || down_ms < LINK_DOWN_MINUTES * INT64_C(60000))
        return DEGREE_UNSURE;
    began->utc_ms -= down_ms;
    buf_addf(out,
        "no connection to %s for %lld minutes (%s: %s); check the network and the name server",
        app->platform->name, (long long)(down_ms / 60000), app->link_state, app->link_detail);
    return DEGREE_HOLDS;
}

static enum degree access_lost(struct app *app, struct buf *out, struct instant *began UNUSED)
{
    if (!app->state.workspace_lost)
        return DEGREE_FINE;
    buf_addf(out,
        "workspace %.*s took our access away; nothing is sent until there is a new token of the "
        "same workspace; all data is kept",
        STR_ARG(app->state.workspace));
    return DEGREE_HOLDS;
}

static enum degree content_refused(struct app *app, struct buf *out, struct instant *began UNUSED)
{
    if (!app->loader.refused_errors)
        return DEGREE_FINE;
    buf_addf(out, "the files as they are now have %d %s (%s); %s; see nudged check",
             app->loader.refused_errors, app->loader.refused_errors == 1 ? "error" : "errors",
             app->loader.refused_first,
             app->options.offline ? "a daemon would not start with them"
                                  : "the last good set stays in force");
    return DEGREE_HOLDS;
}

static enum degree not_watched(struct app *app, struct buf *out, struct instant *began UNUSED)
{
    if (!app->started || app->loader.decks_watch)
        return DEGREE_FINE;
    buf_add(
        out, STR("changed prompt files are not noticed by themselves; it is tried again, and until "
                 "then send SIGHUP after a change"));
    return DEGREE_HOLDS;
}

/* Waiting behind others is not being stuck: as long as anything gets out, the rest follows or
 * expires. */
static enum degree outbox_stuck(struct app *app, struct buf *out, struct instant *began)
{
    struct lane_waits lanes[LANE_END];
    struct instant now = world_now(app->world), oldest = INSTANT_NEVER;
    if (!app->bound || !app->platform->is_up(app->link) || app->refused)
        return DEGREE_UNSURE;
    if (store_outbox_lanes(app->store, now, lanes))
        return DEGREE_UNSURE;
    for (int lane = 0; lane < LANE_END; lane++)
        if (instant_before(lanes[lane].oldest, oldest))
            oldest = lanes[lane].oldest;
    struct duration most = MINUTES(STUCK_MINUTES);
    if (instant_is_never(oldest) || instant_since(now, oldest).ms < most.ms ||
        !long_ago(app, app->watch.sent, most) || !long_ago(app, app->link_since, most))
        return DEGREE_FINE;
    *began = oldest;
    buf_addf(out, "messages wait since ");
    buf_add_instant(out, oldest);
    buf_addf(out, " although %s is connected; the log names the reason (note=delivery); they are "
             "tried again by themselves", app->platform->name);
    return DEGREE_HOLDS;
}

static enum degree clock_jumped(struct app *app, struct buf *out, struct instant *began)
{
    int64_t by_s = app->watch.jumped_by.ms / 1000;
    if (!by_s || long_ago(app, app->watch.jumped_at, MINUTES(INCIDENT_MINUTES)))
        return DEGREE_FINE;
    began->utc_ms -= world_mono(app->world).ms - app->watch.jumped_at.ms;
    buf_addf(out,
        "the clock was set %s by %lld seconds, or the machine slept; nobody is asked twice for "
        "it; check the time service of the machine",
        by_s < 0 ? "back" : "forward", (long long)(by_s < 0 ? -by_s : by_s));
    return DEGREE_HOLDS;
}

static enum degree loop_stalled(struct app *app, struct buf *out, struct instant *began)
{
    if (!app->watch.stall_ms ||
        long_ago(app, app->watch.stalled_at, MINUTES(INCIDENT_MINUTES)))
        return DEGREE_FINE;
    began->utc_ms -= world_mono(app->world).ms - app->watch.stalled_at.ms;
    buf_addf(out,
        "the program stood still for %lld.%lld seconds, so presses may have seen an error mark; "
        "a slow disk or an overloaded machine is the usual reason",
        (long long)(app->watch.stall_ms / 1000), (long long)(app->watch.stall_ms / 100 % 10));
    return DEGREE_HOLDS;
}

/* After a restart nobody knows until the platform was asked again. */
static enum degree scope_missing(struct app *app, struct buf *out, struct instant *began)
{
    bool old = long_ago(app, app->watch.scope_at, HOURS(SCOPE_HOURS));
    if (!app->watch.scope_method[0])
        return old ? DEGREE_FINE : DEGREE_UNSURE;
    if (old)
        return DEGREE_FINE;
    began->utc_ms -= world_mono(app->world).ms - app->watch.scope_at.ms;
    buf_addf(out,
        "the app lacks the permission for %s; compare its scopes with the manifest, add what is "
        "missing and install the app again", app->watch.scope_method);
    return DEGREE_HOLDS;
}

static enum degree people_unmatched(struct app *app, struct buf *out, struct instant *began UNUSED)
{
    int64_t people = watch_unmatched(app);
    if (people <= 0)
        return DEGREE_FINE;
    buf_addf(out,
        "%lld of the people in people.csv cannot be reached in %s (no account with that e-mail, "
        "account closed, or no direct messages); nudged status lists them",
        (long long)people, app->platform->name);
    return DEGREE_HOLDS;
}

static bool is_refused(const struct app *app)
{
    return str_equal(str_from_z(app->link_state), STR("refused"));
}

static bool long_ago(struct app *app, struct mono at, struct duration span)
{
    return world_mono(app->world).ms - at.ms >= span.ms;
}

static enum degree restored(struct app *app, struct buf *out, struct instant *began)
{
    if (!app->upkeep.restored.utc_ms)
        return DEGREE_FINE;
    *began = app->upkeep.restored;
    epoch_print(app, out);
    return DEGREE_HOLDS;
}

/* When other files say something else than those before, it is over for a moment, so that the
 * admins hear of it again: once for each set of files, not once for ever. */
static enum degree capacity(struct app *app, struct buf *out, struct instant *began UNUSED)
{
    const struct loaded *loaded = app->loader.current;
    struct mono since = app->loader.overload_since;
    if (!loaded->overload.len || !long_ago(app, since, MINUTES(CHANGED_MINUTES)))
        return DEGREE_FINE;
    buf_add(out, loaded->overload);
    return DEGREE_HOLDS;
}

/* Of a night's backup nothing is known before it was tried. */
static enum degree backup_failed(struct app *app, struct buf *out, struct instant *began)
{
    if (!app->config->backup_folder.len)
        return DEGREE_FINE;
    if (!app->chores.night_tried || app->backup)
        return DEGREE_UNSURE;
    if (!app->chores.night_failed)
        return DEGREE_FINE;
    *began = app->chores.night_failed_at;
    buf_addf(out,
        "the nightly backup could not be written to %.*s (%s); make sure that the folder is there, "
        "may be written to and has room; it is tried again every hour",
        STR_ARG(app->config->backup_folder), err_text(app->chores.night_failed));
    return DEGREE_HOLDS;
}
