/* Learning weights from the answers, off the loop: a job reads and learns, the event FITTED
 * decides.
 *
 * Owns the one fit that may run. Refuses to judge it (core/weights.c). Odd: nothing is kept of a
 * fit that did not reach its commit; after a kill the next night tries again, from the same
 * answers. */
#include "nudged/app/fitting.h"

#include "state.h"

enum {
    NIGHT_MINUTE = 2 * 60,
    NEW_PART = 20       /* a twentieth more answers than the last time */
};

struct fitting {
    struct job job;
    app_sink_fn *sink;          /* NULL: nobody waits */
    world_fn *done;
    void *arg;
    char *path;
    const char *vfs;
    struct arena arena;
    struct fit_set in_use;
    struct fit_record record;
    enum err err;
};

enum outcome { OUTCOME_ADOPTED, OUTCOME_NOT_BETTER, OUTCOME_FAILED };

static enum err fitting_new(struct app *app, enum fit_cause cause, struct fitting **out);
static void work(void *arg);
static void work_done(void *arg);
static void decide(struct app *app, struct fitting *fitting);
static void note(struct app *app, const struct fitting *fitting, enum outcome outcome);
static void reply(struct app *app, struct fitting *fitting, bool adopted);
static void reply_failed(app_sink_fn *sink, world_fn *done, void *arg, enum err err,
    const char *words);
static void fitting_free(struct fitting *fitting);

void fitting_start(struct app *app, app_sink_fn *sink, world_fn *done, void *arg)
{
    struct fitting *fitting = NULL;
    bool busy = app->fitting || app->stopped || app->sender.draining;
    enum err err = busy ? ERR_BUSY : fitting_new(app, FIT_OPERATOR, &fitting);
    if (err) {
        reply_failed(sink, done, arg, err,
            app->fitting ? "the weights are being learnt already"
                : busy   ? "the daemon is stopping"
                         : "the answers could not be read");
        return;
    }
    fitting->sink = sink;
    fitting->done = done;
    fitting->arg = arg;
    app->fitting = fitting;
    if (app->options.offline) {
        fitting->job.app = app;
        work(fitting);
        work_done(fitting);
        return;
    }
    err = job_start(app, &fitting->job, work, work_done, fitting);
    if (!err)
        return;
    app->fitting = NULL;
    reply_failed(sink, done, arg, err, "the answers could not be read");
    fitting_free(fitting);
}

void fitting_nightly(struct app *app)
{
    const struct settings *settings = &app->config->settings;
    struct local now = zone_local(app->own_zone, world_now(app->world));
    int64_t answers = 0, then = 0, least = settings->fit_answers_min;
    struct fitting *fitting = NULL;
    if (settings->fit != FIT_WHEN_NIGHTLY || app->fitting || app->fit_day == now.day ||
        now.minute < NIGHT_MINUTE || store_fit_news(app->store, &answers, &then))
        return;
    app->fit_day = now.day;
    if (answers < (least ? least : FIT_ANSWERS_MIN) || (answers - then) * NEW_PART < then)
        return;
    enum err err = fitting_new(app, FIT_NIGHTLY, &fitting);
    if (!err)
        err = job_start(app, &fitting->job, work, work_done, fitting);
    if (err) {
        log_note(app, "fit", "cause=nightly err=%s", err_name(err));
        fitting_free(fitting);
        return;
    }
    app->fitting = fitting;
}

/* A job that runs comes back to nobody and frees itself. */
void fitting_stop(struct app *app)
{
    struct fitting *fitting = app->fitting;
    if (!fitting)
        return;
    app->fitting = NULL;
    if (fitting->sink)
        reply_failed(fitting->sink, fitting->done, fitting->arg, ERR_BUSY,
            "the daemon is stopping; the weights are as they were");
    fitting->sink = NULL;
    job_ended(&fitting->job);
}

struct fit_set fitting_brought(const struct fit_record *record, int64_t fit_id)
{
    struct fit_set set = record->brings;
    set.fit_id = record->cause == FIT_REVERT ? set.fit_id : fit_id;
    return set;
}

enum err fitting_revert(struct app *app, struct buf *out)
{
    int64_t before = app->in_force.fit_id;
    struct event event = { .kind = EVENT_CONTROL, .control = CONTROL_REVERT_FIT };
    enum err err = app->sender.draining ? ERR_BUSY : turn_run_event(app, &event);
    if (err)
        return err;
    if (!before)
        buf_add(out, STR("nothing to take back: "));
    fitting_print(app, out);
    return OK;
}

void fitting_print(struct app *app, struct buf *out)
{
    const struct fit_set *set = &app->in_force;
    if (!set->fit_id) {
        buf_add(out, STR("weights: the published ones of FSRS-6\n"));
        return;
    }
    buf_add(out, STR("weights: fitted on "));
    buf_add_date(out, zone_local(app->own_zone, set->at).day);
    buf_addf(out, " from %lld answers (fit %lld)\n", (long long)set->answers,
        (long long)set->fit_id);
}

static enum err fitting_new(struct app *app, enum fit_cause cause, struct fitting **out)
{
    struct fitting *fitting = calloc(1, sizeof(*fitting));
    if (!fitting)
        return ERR_NO_MEMORY;
    arena_init(&fitting->arena, 1 << 16);
    fitting->path = str_z(&fitting->arena, store_path(app, &fitting->arena));
    fitting->vfs = app->options.vfs;
    fitting->in_use = app->in_force;
    fitting->record = (struct fit_record){ .cause = cause, .before_id = app->in_force.fit_id };
    if (arena_failed(&fitting->arena)) {
        fitting_free(fitting);
        return ERR_NO_MEMORY;
    }
    *out = fitting;
    return OK;
}

/* On another thread: its own connection, its own memory. */
static void work(void *arg)
{
    struct fitting *fitting = arg;
    struct reader *reader = NULL;
    fitting->err = reader_open(str_from_z(fitting->path), fitting->vfs, &reader);
    if (!fitting->err)
        fitting->err = fitting_learn(reader, &fitting->in_use.weights, &fitting->record.result);
    reader_close(reader);
}

static void work_done(void *arg)
{
    struct fitting *fitting = arg;
    struct app *app = fitting->job.app;
    job_ended(&fitting->job);
    if (app && app->fitting == fitting) {
        app->fitting = NULL;
        decide(app, fitting);
    }
    fitting_free(fitting);
}

static void decide(struct app *app, struct fitting *fitting)
{
    struct event event = { .kind = EVENT_FITTED, .fitted = &fitting->record };
    int64_t before = app->in_force.fit_id;
    if (!fitting->err)
        fitting->err = turn_run_event(app, &event);
    bool adopted = !fitting->err && app->in_force.fit_id != before;
    note(app, fitting,
        fitting->err  ? OUTCOME_FAILED
            : adopted ? OUTCOME_ADOPTED
                      : OUTCOME_NOT_BETTER);
    if (fitting->sink)
        reply(app, fitting, adopted);
}

static void note(struct app *app, const struct fitting *fitting, enum outcome outcome)
{
    static const char *const causes[] = { [FIT_NIGHTLY] = "nightly", [FIT_OPERATOR] = "operator",
        [FIT_REVERT] = "revert" };
    const struct fit_result *result = &fitting->record.result;
    metric_add(app, METRIC_FITS, (int)outcome, 1);
    log_note(app, "fit", "cause=%s answers=%zu learnt_from=%zu held_out=%zu adopted=%d err=%s",
        causes[fitting->record.cause], result->answers, result->learnt_from, result->held_out,
        outcome == OUTCOME_ADOPTED, err_name(fitting->err));
}

static void reply(struct app *app, struct fitting *fitting, bool adopted)
{
    struct buf text = buf_heap(1 << 16);
    int32_t least = app->config->settings.fit_answers_min;
    if (fitting->err == ERR_NOT_FOUND) {
        buf_add(&text, STR("ok\n"));
        fitting_print_verdict(NULL, least, true, &text);
    } else if (fitting->err) {
        buf_addf(&text, "error %d\nthe weights are as they were (%s)\n",
            app_exit_code(fitting->err), err_text(fitting->err));
    } else {
        buf_add(&text, STR("ok\n"));
        fitting_print_result(&fitting->record.result, &fitting->in_use, &text);
        fitting_print_verdict(&fitting->record.result, least, true, &text);
        if (!adopted && fit_judge(&fitting->record.result, least) == FIT_BETTER)
            buf_add(&text, STR("But others came into force meanwhile, so it was not.\n"));
    }
    fitting->sink(fitting->arg, buf_str(&text));
    fitting->done(fitting->arg);
    fitting->sink = NULL;
    buf_free(&text);
}

static void reply_failed(
    app_sink_fn *sink, world_fn *done, void *arg, enum err err, const char *words)
{
    struct buf text = buf_heap(4096);
    buf_addf(&text, "error %d\n%s (%s)\n", app_exit_code(err), words, err_text(err));
    sink(arg, buf_str(&text));
    done(arg);
    buf_free(&text);
}

static void fitting_free(struct fitting *fitting)
{
    if (!fitting)
        return;
    arena_finish(&fitting->arena);
    free(fitting);
}
