/* A backup while everything goes on: a few pages, then everybody else, then a few pages.
 *
 * Owns the one backup that may run. The loop is held for HOLD_MS at a time; what was copied is
 * synced on another thread as it goes, and so is the end. Odd: nothing is copied while a sync runs,
 * so that a slow disk slows the backup and nothing else. */
#include "state.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    HOLD_MS = 2, /* beside a turn of 50 ms nobody notices */
    STEP_PAGES = 8,
    STEPS_MAX = 64, /* also where the clock stands still */
    SYNC_PAGES = 1024, /* 4 MiB: so little waits to be written that no write has to wait */
    PAUSE_MS = 1,
    SIGN_MS = 10000, /* whoever waits hears that somebody is there */
    NIGHT_MINUTE = 2 * 60,
    PATH_BYTES_MAX = 4096
};

struct backup {
    struct job job;
    struct timer *timer;
    struct store_copy *copy;
    struct instant begun;
    struct mono signed_at;
    app_sink_fn *sink;
    world_fn *done;
    void *arg;
    bool in_job, last;
    int64_t synced_pages;
    enum err err; /* of the job */
    char path[PATH_BYTES_MAX];
};

static enum err backup_new(struct app *app, struct str path, struct backup **out);
static void run_at_once(struct app *app, struct backup *backup);
static void step(void *arg);
static void to_job(struct app *app, struct backup *backup, bool last);
static void job_work(void *arg);
static void job_done(void *arg);
static void end(struct app *app, struct backup *backup, enum err err);
static enum err note(struct app *app, const struct backup *backup);
static void reply(struct backup *backup, enum err err, const char *words);
static void backup_free(struct app *app, struct backup *backup);
static void note_night(struct app *app, enum err err);
static void drop_old_nights(struct app *app);
static int is_night(const struct dirent *entry);

void backup_start(struct app *app, struct str path, app_sink_fn *sink, world_fn *done, void *arg)
{
    struct backup *backup = NULL;
    struct backup nobody = { .sink = sink, .done = done, .arg = arg };
    bool busy = app->backup || app->stopped || app->sender.draining;
    enum err err = busy ? ERR_BUSY : backup_new(app, path, &backup);
    if (err) {
        log_note(app, "backup", "err=%s ms=0", err_name(err));
        if (!sink && !busy)
            note_night(app, err);
        reply(&nobody, err, app->backup ? "a backup is being written already"
                : busy                  ? "the daemon is stopping"
                                        : "the backup could not be written");
        return;
    }
    backup->sink = sink;
    backup->done = done;
    backup->arg = arg;
    app->backup = backup;
    if (app->options.offline)
        run_at_once(app, backup);
    else
        app->world->ops->timer_after(backup->timer, (struct duration){ 0 });
}

void backup_stop(struct app *app, bool tell)
{
    struct backup *backup = app->backup;
    if (!backup)
        return;
    if (tell)
        reply(backup, ERR_BUSY, "the daemon is stopping; there is no backup");
    backup->sink = NULL;
    app->backup = NULL;
    if (backup->in_job) { /* it comes back to nobody and frees itself */
        store_copy_detach(backup->copy);
        job_ended(&backup->job);
        app->world->ops->timer_free(backup->timer);
        backup->timer = NULL;
    } else {
        backup_free(app, backup);
    }
}

void backup_print(struct app *app, struct buf *out)
{
    const struct backup *backup = app->backup;
    int64_t pages = 0, of = 0;
    if (backup)
        store_copy_progress(backup->copy, &pages, &of);
    if (backup)
        buf_addf(out, "backup: %lld %% of %s is written\n",
            (long long)(of ? pages * 100 / of : 0), backup->path);
    buf_add(out, STR("last backup: "));
    if (app->upkeep.backup.utc_ms)
        buf_add_instant(out, app->upkeep.backup);
    else
        buf_add(out, STR("none"));
    buf_add_byte(out, '\n');
}

void backup_nightly(struct app *app)
{
    struct arena arena;
    struct stat status;
    struct str folder = app->config->backup_folder;
    struct local now = zone_local(app->own_zone, world_now(app->world));
    if (!folder.len || app->backup || now.minute < NIGHT_MINUTE)
        return;
    arena_init(&arena, 16384);
    struct buf name = buf_in(&arena, PATH_BYTES_MAX);
    buf_addf(&name, "%.*s/nudged-", STR_ARG(folder));
    buf_add_date(&name, now.day);
    buf_add(&name, STR(".db"));
    struct str path = STR_EMPTY;
    if (buf_finish(&name, &path) || !stat(str_z(&arena, path), &status))
        note_night(app, OK); /* this night's is there */
    else
        backup_start(app, path, NULL, NULL, NULL);
    arena_finish(&arena);
}

static enum err backup_new(struct app *app, struct str path, struct backup **out)
{
    struct backup *backup = calloc(1, sizeof(*backup));
    if (!backup)
        return ERR_NO_MEMORY;
    int len = snprintf(backup->path, sizeof(backup->path), "%.*s", STR_ARG(path));
    enum err err = len < 0 || (size_t)len >= sizeof(backup->path) ? ERR_TOO_BIG : OK;
    backup->begun = world_now(app->world);
    backup->signed_at = world_mono(app->world);
    if (!err)
        err = store_copy_new(app->store, path, &backup->copy);
    backup->timer = app->options.offline
        ? NULL
        : app->world->ops->timer_new(app->world, step, app);
    if (!err && !backup->timer && !app->options.offline)
        err = ERR_NO_MEMORY;
    if (err)
        backup_free(app, backup);
    else
        *out = backup;
    return err;
}

static void run_at_once(struct app *app, struct backup *backup)
{
    bool done = false;
    enum err err = store_copy_step(backup->copy, -1, &done);
    if (!err && !done)
        err = ERR_DB_BUSY;
    if (!err)
        err = store_copy_finish(backup->copy, backup->begun);
    end(app, backup, err);
}

static void step(void *arg)
{
    struct app *app = arg;
    struct backup *backup = app->backup;
    struct mono start = world_mono(app->world);
    int64_t pages = 0, of = 0;
    bool done = false;
    enum err err = OK;
    for (int i = 0; i < STEPS_MAX && !err && !done; i++) {
        err = store_copy_step(backup->copy, STEP_PAGES, &done);
        if (world_mono(app->world).ms - start.ms >= HOLD_MS)
            break;
    }
    store_copy_progress(backup->copy, &pages, &of);
    if (backup->sink && start.ms - backup->signed_at.ms >= SIGN_MS) {
        backup->sink(backup->arg, STR(" "));
        backup->signed_at = start;
    }
    if (err)
        end(app, backup, err);
    else if (done || pages - backup->synced_pages >= SYNC_PAGES)
        to_job(app, backup, done);
    else
        app->world->ops->timer_after(backup->timer, (struct duration){ PAUSE_MS });
    backup = app->backup;
    if (backup && pages < backup->synced_pages)
        backup->synced_pages = 0; /* it began anew */
}

static void to_job(struct app *app, struct backup *backup, bool last)
{
    int64_t of;
    store_copy_progress(backup->copy, &backup->synced_pages, &of);
    backup->last = last;
    backup->in_job = true;
    enum err err = job_start(app, &backup->job, job_work, job_done, backup);
    if (!err)
        return;
    backup->in_job = false;
    end(app, backup, err);
}

static void job_work(void *arg)
{
    struct backup *backup = arg;
    backup->err = backup->last ? store_copy_finish(backup->copy, backup->begun)
                               : store_copy_sync(backup->copy);
}

static void job_done(void *arg)
{
    struct backup *backup = arg;
    struct app *app = backup->job.app;
    backup->in_job = false;
    job_ended(&backup->job);
    if (!app)
        backup_free(NULL, backup);
    else if (backup->err || backup->last)
        end(app, backup, backup->err);
    else
        app->world->ops->timer_after(backup->timer, (struct duration){ PAUSE_MS });
}

static void end(struct app *app, struct backup *backup, enum err err)
{
    app->backup = NULL;
    log_note(app, "backup", "err=%s ms=%lld", err_name(err),
        (long long)(world_now(app->world).utc_ms - backup->begun.utc_ms));
    if (!err && note(app, backup)) /* the copy is good all the same */
        log_note(app, "backup_not_noted", "file=%s", "nudged.db");
    if (!backup->sink)
        note_night(app, err);
    if (!err && !backup->sink)
        drop_old_nights(app);
    reply(backup, err, "the backup could not be written");
    backup_free(app, backup);
}

/* From here on the copy is an older one. */
static enum err note(struct app *app, const struct backup *backup)
{
    struct store_upkeep upkeep = app->upkeep;
    enum err err = store_begin(app->store);
    if (!err)
        err = store_note_backup(app->store, backup->begun);
    if (!err)
        err = store_set_epoch(
            app->store, upkeep.key, upkeep.epoch + 1, world_now(app->world));
    if (!err)
        err = store_upkeep(app->store, &upkeep);
    if (!err)
        err = store_commit(app->store);
    if (err) {
        store_rollback(app->store);
        return err;
    }
    app->upkeep = upkeep;
    epoch_write(app);
    return OK;
}

static void reply(struct backup *backup, enum err err, const char *words)
{
    struct buf text = buf_heap(2 * PATH_BYTES_MAX);
    if (err)
        buf_addf(&text, "error %d\n%s (%s)\n", app_exit_code(err), words, err_text(err));
    else
        buf_addf(&text, "ok\nbackup written to %s\n", backup->path);
    if (backup->sink) {
        backup->sink(backup->arg, buf_str(&text));
        backup->done(backup->arg);
    }
    backup->sink = NULL;
    buf_free(&text);
}

static void backup_free(struct app *app, struct backup *backup)
{
    if (app && backup->timer)
        app->world->ops->timer_free(backup->timer);
    store_copy_free(backup->copy);
    free(backup);
}

/* What status and the admins hear of it. */
static void note_night(struct app *app, enum err err)
{
    struct chores *chores = &app->chores;
    if (err && !chores->night_failed)
        chores->night_failed_at = world_now(app->world);
    chores->night_failed = err;
    chores->night_tried = true;
}

/* Every night that is older than the newest `keep`. */
static void drop_old_nights(struct app *app)
{
    struct arena arena;
    struct dirent **names = NULL;
    arena_init(&arena, 8192);
    const char *path = str_z(&arena, app->config->backup_folder);
    int folder = path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    int count = folder < 0 ? 0 : scandirat(folder, ".", &names, is_night, alphasort);
    for (int i = 0; i < count; i++) {
        bool old = i < count - app->config->backup_keep;
        if (old && !unlinkat(folder, names[i]->d_name, 0))
            log_note(app, "backup_dropped", "file=%s", names[i]->d_name);
        free(names[i]);
    }
    free(names);
    if (folder >= 0)
        (void)close(folder);
    arena_finish(&arena);
}

/* nudged-2031-03-04.db */
static int is_night(const struct dirent *entry)
{
    struct str whole = str_from_z(entry->d_name);
    struct date date;
    return whole.len == 20 && str_starts_with(whole, STR("nudged-")) &&
        str_equal(str_slice(whole, 17, 20), STR(".db")) &&
        date_parse(str_slice(whole, 7, 17), &date);
}
