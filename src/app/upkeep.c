/* The hour's chores: the epoch grows, what is too old goes, copies nobody needs any more go, and
 * once a night there is a backup and a look at the weights of the memory model.
 *
 * Nothing is let go of on the word of a clock that has just leapt: what a wrong clock deleted would
 * not come back with the right time. */
#include "state.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    EVERY_MINUTES = 60,
    PAUSE_MS = 20, /* between two slices: others first */
    LEAP_HOURS = 24,
    DAY_SECONDS = 86400
};

static void hour_fired(void *arg);
static bool clock_leapt(struct app *app);
static void raise_hour(struct app *app);
static void drop_old_copies(struct app *app);
static bool is_old_copy(const struct app *app, int folder, const char *name);

enum err upkeep_init(struct app *app)
{
    app->chores.timer = app->world->ops->timer_new(app->world, hour_fired, app);
    if (!app->chores.timer)
        return ERR_NO_MEMORY;
    (void)clock_leapt(app);
    app->world->ops->timer_after(app->chores.timer, MINUTES(EVERY_MINUTES));
    return OK;
}

void upkeep_finish(struct app *app)
{
    backup_stop(app, false);
    fitting_stop(app);
    replay_stop(app);
    judging_stop(app);
    if (app->chores.timer)
        app->world->ops->timer_free(app->chores.timer);
}

void upkeep_after(struct app *app, const struct applied *applied)
{
    app->chores.unscrubbed = app->chores.unscrubbed || applied->retained_less > 0;
    app->chores.more = applied->retention_more;
    if (applied->retained_less)
        log_note(app, "retention", "rows=%lld", (long long)applied->retained_less);
    if (app->chores.more && app->chores.timer) {
        app->world->ops->timer_after(app->chores.timer, (struct duration){ PAUSE_MS });
        return;
    }
    epoch_write(app);
    bool done = false;
    enum err err = app->chores.unscrubbed ? store_scrub(app->store, &done) : OK;
    if (err)
        log_note(app, "scrub_failed", "err=%s", err_name(err)); /* the next commit says more */
    app->chores.unscrubbed = app->chores.unscrubbed && !done;
}

static void hour_fired(void *arg)
{
    struct app *app = arg;
    if (app->stopped || app->sender.draining)
        return;
    app->world->ops->timer_after(app->chores.timer, MINUTES(EVERY_MINUTES));
    if (app->chores.more) {
        app->chores.more = false;
        raise_hour(app);
        return;
    }
    if (clock_leapt(app)) {
        log_note(app, "clock_leapt", "hint=nothing_is_deleted_for_an_hour");
        return;
    }
    raise_hour(app);
    fitting_nightly(app);
    judging_nightly(app);
    if (app->options.vfs)
        return;
    drop_old_copies(app);
    backup_nightly(app);
}

/* Since it was last looked at, the wall clock went another way than the one that never leaps. */
static bool clock_leapt(struct app *app)
{
    struct instant wall = world_now(app->world);
    struct mono mono = world_mono(app->world);
    int64_t off_ms =
        wall.utc_ms - app->chores.wall.utc_ms - (mono.ms - app->chores.mono.ms);
    app->chores.wall = wall;
    app->chores.mono = mono;
    return off_ms > HOURS(LEAP_HOURS).ms || off_ms < -HOURS(LEAP_HOURS).ms;
}

static void raise_hour(struct app *app)
{
    if (inbox_put_event(&app->inbox, &(struct event){ .kind = EVENT_UPKEEP }))
        log_note(app, "event_dropped", "kind=upkeep");
    turn_wake(app);
}

/* Copies we made by ourselves hold what retention has long taken out of the store. */
static void drop_old_copies(struct app *app)
{
    struct arena arena;
    arena_init(&arena, 8192);
    const char *path = str_z(&arena, app->config->state_folder);
    DIR *folder = path && app->config->settings.retention.copies ? opendir(path) : NULL;
    arena_finish(&arena);
    struct dirent *entry;
    while (folder && (entry = readdir(folder)))
        if (is_old_copy(app, dirfd(folder), entry->d_name) &&
            !unlinkat(dirfd(folder), entry->d_name, 0))
            log_note(app, "copy_dropped", "file=%s", entry->d_name);
    if (folder)
        (void)closedir(folder);
}

static bool is_old_copy(const struct app *app, int folder, const char *name)
{
    static const char *const ours[] = { "nudged.db.before-", "nudged.db.restoring" };
    int64_t days = app->config->settings.retention.copies;
    int64_t oldest = world_now(app->world).utc_ms / 1000 - days * DAY_SECONDS;
    struct stat status;
    bool named = false;
    for (size_t i = 0; i < COUNT(ours); i++)
        named = named || str_starts_with(str_from_z(name), str_from_z(ours[i]));
    return named && !fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) &&
        S_ISREG(status.st_mode) && status.st_mtime < oldest;
}
