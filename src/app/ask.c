/* Questions whose answers come back as events: to the platform, and to the store's readers. */
#include "state.h"

enum { EMAILS_PAGE = 500 };

struct digest_job {
    struct lent lent;
    struct job job;
    struct arena arena;
    struct report report;
    const struct access *access;
    int32_t week_monday;
    char *path;
    const char *vfs;
    enum err err;
};

static void ask_emails(struct app *app);
static enum err collect_emails(struct app *app, struct arena *arena, struct str **out, size_t *len);
static void digest_work(void *arg);
static void digest_done(void *arg);
static void digest_job_free(struct lent *lent);

enum err reader_open_for(struct app *app, struct reader **out)
{
    struct arena arena;
    arena_init(&arena, TURN_ARENA_MAX);
    enum err err = reader_open(store_path(app, &arena), app->options.vfs, out);
    arena_finish(&arena);
    return err;
}

struct str store_path(const struct app *app, struct arena *arena)
{
    return str_format(arena, "%.*s/nudged.db", STR_ARG(app->config->state_folder));
}

void ask_platform(struct app *app, enum query_kind query, struct str user)
{
    if (query == QUERY_EMAILS) {
        ask_emails(app);
        return;
    }
    size_t len = query == QUERY_USER ? 1 : 0;
    enum err err = app->link ? app->platform->query(app->link, query, &user, len) : ERR_CLOSED;
    if (err && err != ERR_BUSY)             /* BUSY: it is being asked already */
        log_note(app, "query_failed", "query=%d err=%s", (int)query, err_name(err));
}

void ask_for_strangers(struct app *app)
{
    struct arena arena;
    struct str email;
    int64_t after = 0;
    size_t len = 0;
    arena_init(&arena, TURN_ARENA_MAX);
    if (app->bound && !store_emails_unknown(app->store, &after, &arena, &email, 1, &len) && len)
        ask_platform(app, QUERY_ROSTER, STR_EMPTY);
    arena_finish(&arena);
}

void digest_read(struct app *app, const struct access *access, int32_t week_monday)
{
    struct digest_job *job = calloc(1, sizeof(*job));
    if (!job)
        return;
    *job = (struct digest_job){ .lent = { .free = digest_job_free }, .week_monday = week_monday,
        .vfs = app->options.vfs };
    arena_init(&job->arena, TURN_ARENA_MAX);
    job->path = str_z(&job->arena, store_path(app, &job->arena));
    job->access = access_copy(access, &job->arena);
    if (arena_failed(&job->arena) ||
        job_start(app, &job->job, digest_work, digest_done, job)) {
        log_note(app, "digest_failed", "person=%lld err=%s", (long long)access_about(access),
                 err_name(ERR_NO_MEMORY));
        digest_job_free(&job->lent);
    }
}

/* Those the roster's pages did not show, e.g. because the profile hides the e-mail in lists. */
static void ask_emails(struct app *app)
{
    struct arena arena;
    struct str *emails = NULL;
    size_t len = 0;
    arena_init(&arena, TURN_ARENA_MAX);
    enum err err = collect_emails(app, &arena, &emails, &len);
    if (!err)
        err = app->link ? app->platform->query(app->link, QUERY_EMAILS, emails, len) : ERR_CLOSED;
    if (err && err != ERR_BUSY)
        log_note(app, "query_failed", "query=emails err=%s", err_name(err));
    arena_finish(&arena);
}

/* All of them: whoever is not asked for now would afterwards count as not found. */
static enum err collect_emails(struct app *app, struct arena *arena, struct str **out, size_t *len)
{
    int64_t after = 0;
    size_t got = 0;
    enum err err = OK;
    do {
        struct str *grown = arena_grow(arena, *out, *len * sizeof(**out),
                                       (*len + EMAILS_PAGE) * sizeof(**out));
        if (!grown)
            return ERR_NO_MEMORY;
        *out = grown;
        err = store_emails_unknown(app->store, &after, arena, grown + *len, EMAILS_PAGE, &got);
        *len += err ? 0 : got;
    } while (!err && got);
    return err;
}

/* On another thread: its own connection, its own arena. */
static void digest_work(void *arg)
{
    struct digest_job *job = arg;
    struct reader *reader = NULL;
    job->err = reader_open(str_from_z(job->path), job->vfs, &reader);
    if (!job->err)
        job->err =
            report_digest(reader, job->access, job->week_monday, &job->arena, &job->report);
    reader_close(reader);
}

/* The week's instant is only lent for a while, so what fails here is asked for again. */
static void digest_done(void *arg)
{
    struct digest_job *job = arg;
    struct app *app = job->job.app;
    job_ended(&job->job);
    int64_t person_id = access_about(job->access);
    struct event event = { .kind = EVENT_DIGEST_READY, .person_id = person_id,
        .week_monday = job->week_monday, .report = &job->report,
        .details = access_what(job->access) == ACCESS_DETAILS };
    if (app && !app->stopped && !job->err)
        job->err = inbox_put_event(&app->inbox, &event);
    if (app && job->err)
        log_note(app, "digest_failed", "person=%lld err=%s", (long long)person_id,
                 err_name(job->err));
    if (!app || app->stopped || job->err) {
        digest_job_free(&job->lent);
        return;
    }
    lend(app, &job->lent);
    turn_wake(app);
}

/* lent is the first member. */
static void digest_job_free(struct lent *lent)
{
    struct digest_job *job = (struct digest_job *)lent;
    arena_finish(&job->arena);
    free(job);
}
