/* Questions whose answers come back as events: to the platform, and to the store's readers. */
#include "state.h"

enum { EMAILS_MAX = 1000 };

struct digest_job {
    struct app *app;
    struct arena arena;
    struct report report;
    int64_t person_id;
    int32_t week_monday;
    bool details;
    char *path;
    const char *vfs;
    enum err err;
};

struct emails { struct str *items; size_t len; struct arena *arena; };

static void ask_emails(struct app *app);
static enum err collect_email(void *arg, const struct person *person);
static void digest_work(void *arg);
static void digest_done(void *arg);

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

void ask_platform(struct app *app, enum query_kind query)
{
    if (query == QUERY_EMAILS) {
        ask_emails(app);
        return;
    }
    enum err err = app->link ? app->platform->query(app->link, query, NULL, 0) : ERR_CLOSED;
    if (err)
        log_note(app, "query_failed", "query=%d err=%s", (int)query, err_name(err));
}

void digest_read(struct app *app, int64_t person_id, int32_t week_monday, bool details)
{
    struct digest_job *job = calloc(1, sizeof(*job));
    if (!job)
        return;
    *job = (struct digest_job){ .app = app, .person_id = person_id, .week_monday = week_monday,
                                .details = details, .vfs = app->options.vfs };
    arena_init(&job->arena, TURN_ARENA_MAX);
    job->path = str_z(&job->arena, store_path(app, &job->arena));
    app->jobs++;
    if (app->world->ops->job(app->world, digest_work, digest_done, job)) {
        job->err = ERR_NO_MEMORY;
        digest_done(job);
    }
}

/* Those the roster's pages did not show, e.g. because the profile hides the e-mail in lists. */
static void ask_emails(struct app *app)
{
    struct arena arena;
    struct reader *reader = NULL;
    arena_init(&arena, TURN_ARENA_MAX);
    struct emails emails = { arena_array(&arena, struct str, EMAILS_MAX), 0, &arena };
    enum err err = emails.items ? reader_open_for(app, &reader) : ERR_NO_MEMORY;
    if (!err)
        err = report_people(reader, &arena, collect_email, &emails);
    reader_close(reader);
    if (!err && app->link)
        err = app->platform->query(app->link, QUERY_EMAILS, emails.items, emails.len);
    if (err)
        log_note(app, "query_failed", "query=emails err=%s", err_name(err));
    arena_finish(&arena);
}

static enum err collect_email(void *arg, const struct person *person)
{
    struct emails *emails = arg;
    if (person->chat_state == CHAT_UNKNOWN && emails->len < EMAILS_MAX)
        emails->items[emails->len++] = str_copy(emails->arena, person->email);
    return OK;
}

/* On another thread: its own connection, its own arena. */
static void digest_work(void *arg)
{
    struct digest_job *job = arg;
    struct reader *reader = NULL;
    job->err = reader_open(str_from_z(job->path), job->vfs, &reader);
    if (!job->err)
        job->err = report_digest(reader, job->person_id, job->week_monday, &job->arena, &job->report);
    reader_close(reader);
}

static void digest_done(void *arg)
{
    struct digest_job *job = arg;
    struct app *app = job->app;
    app->jobs--;
    if (job->err) {
        log_note(app, "digest_failed", "person=%lld err=%s", (long long)job->person_id,
                 err_name(job->err));
    } else if (!app->stopped) {
        struct event event = { .kind = EVENT_DIGEST_READY, .person_id = job->person_id,
            .week_monday = job->week_monday, .report = &job->report, .details = job->details };
        if (!inbox_put_event(&app->inbox, &event))
            app_run_turns(app);         /* the report lives only as long as this call */
    }
    arena_finish(&job->arena);
    free(job);
}
