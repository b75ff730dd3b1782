/* The operator's requests: one JSON line in, text out. The first line of the reply is "ok" or
 * "error N" with the exit code to use; the rest is for people.
 *
 * What reads another person's data is noted in the access log, whoever asks. */
#include "state.h"

#include <cjson/cJSON.h>

#include "nudged/base/text.h"

struct call {
    struct app *app;
    const cJSON *request;
    app_sink_fn *sink;
    world_fn *done;
    void *arg;
    struct buf out;
    int exit_code;
    enum err unnoted;                   /* why ask_access gave no pass */
    bool later;                         /* whoever works on it replies */
};

typedef void control_fn(struct call *call);
static control_fn do_outcomes;
static control_fn do_status, do_explain, do_digest, do_resume, do_pause, do_export, do_backup,
    do_fit, do_replay;

static const struct { const char *name; control_fn *run;
} controls[] = {
    { "status", do_status },
    { "explain", do_explain },
    { "digest", do_digest },
    { "resume", do_resume },
    { "pause", do_pause },
    { "export", do_export },
    { "outcomes", do_outcomes },
    { "backup", do_backup },
    { "fit", do_fit },
    { "replay", do_replay },
};

enum {
    REPLY_BYTES_MAX = 64 << 20,         /* status names everybody who cannot be reached */
    EXIT_USAGE = 64
};

static struct str field(const struct call *call, const char *name);
static void tell(struct call *call);
static void refused(struct call *call, enum err err, const char *sentence);
static void failed(struct call *call, enum err err, const char *what);
static bool has_content(struct call *call);
static bool find_person(struct call *call, struct str who, struct arena *arena, struct person *out);
static void set_live(struct call *call, enum control control);
static const struct access *ask_access(
    struct call *call, enum access_what what, int64_t about, struct arena *arena);

void app_control(struct app *app, struct str line, app_sink_fn *sink, world_fn *done, void *arg)
{
    struct call call = { .app = app, .sink = sink, .done = done, .arg = arg,
                         .out = buf_heap(REPLY_BYTES_MAX) };
    cJSON *request = cJSON_ParseWithLength(line.ptr, line.len);
    call.request = request;
    struct str name = field(&call, "do");
    control_fn *run = NULL;
    for (size_t i = 0; i < COUNT(controls); i++)
        if (str_equal(str_from_z(controls[i].name), name))
            run = controls[i].run;
    if (run)
        run(&call);
    else
        refused(&call, ERR_NOT_FOUND, "there is no such request");
    if (call.out.failed)
        failed(&call, ERR_TOO_BIG, "the reply does not fit");
    if (!call.later)
        tell(&call);
    buf_free(&call.out);
    cJSON_Delete(request);
    if (!call.later)
        done(arg);
}

static void do_status(struct call *call)
{
    struct arena arena;
    arena_init(&arena, TURN_ARENA_MAX);
    buf_add(&call->out, STR("ok\n"));
    const struct access *access = ask_access(call, ACCESS_LIST, 0, &arena);
    enum err err = status_print(call->app, access, &call->out);
    if (err)
        failed(call, err, "the store could not be read");
    arena_finish(&arena);
}

static void do_explain(struct call *call)
{
    struct arena arena;
    struct person person;
    struct instant at = { 0 };
    struct str text = field(call, "at");
    if (text.len && !instant_parse(text, &at)) {
        refused(call, ERR_SYNTAX, "--at takes an instant like 2031-03-04T09:30:00Z");
        return;
    }
    arena_init(&arena, TURN_ARENA_MAX);
    if (has_content(call) && find_person(call, field(call, "person"), &arena, &person)) {
        const struct access *access = ask_access(call, ACCESS_ONE, person.person_id, &arena);
        enum err err = access ? OK : call->unnoted;
        buf_add(&call->out, STR("ok\n"));
        if (!err)
            err = explain_person(call->app, access, &person, at, &call->out);
        if (err)
            failed(call, err, "it could not be worked out");
    }
    arena_finish(&arena);
}

static void do_digest(struct call *call)
{
    struct app *app = call->app;
    struct arena arena;
    struct reader *reader = NULL;
    struct person manager;
    int32_t monday = 0, today = zone_local(app->own_zone, world_now(app->world)).day;
    if (!week_parse(field(call, "week"), today, &monday)) {
        refused(call, ERR_SYNTAX, "--week takes an ISO week like 2031-W10");
        return;
    }
    arena_init(&arena, TURN_ARENA_MAX);
    if (has_content(call) && find_person(call, field(call, "manager"), &arena, &manager)) {
        const struct access *access = ask_access(call, ACCESS_WEEK, manager.person_id, &arena);
        enum err err = access ? reader_open_for(app, &reader) : call->unnoted;
        buf_add(&call->out, STR("ok\n"));
        if (!err)
            err = digest_print(app, reader, access, &manager, monday, &arena, &call->out);
        if (err)
            failed(call, err, "the report could not be read");
        reader_close(reader);
    }
    arena_finish(&arena);
}

static void do_resume(struct call *call)
{
    set_live(call, CONTROL_RESUME);
}

static void do_pause(struct call *call)
{
    set_live(call, CONTROL_PAUSE);
}

/* Only the permission and the note that somebody reads: the rows are read by who asked, so that a
 * year of answers neither stops the loop nor fills its memory (export.c). */
static void do_export(struct call *call)
{
    struct arena arena;
    arena_init(&arena, TURN_ARENA_MAX);
    buf_add(&call->out, STR("ok\n"));
    bool evidence = str_equal(field(call, "what"), STR("evidence"));
    if (!ask_access(call, evidence ? ACCESS_EVIDENCE : ACCESS_ANSWERS, 0, &arena))
        failed(call, call->unnoted, "that somebody reads the answers could not be noted");
    arena_finish(&arena);
}

static void do_outcomes(struct call *call)
{
    struct arena arena;
    arena_init(&arena, TURN_ARENA_MAX);
    buf_add(&call->out, STR("ok\n"));
    if (!ask_access(call, ACCESS_OUTCOMES, 0, &arena))
        failed(call, call->unnoted, "that somebody reads the outcomes could not be noted");
    arena_finish(&arena);
}

static void do_backup(struct call *call)
{
    struct str path = field(call, "file");
    if (!path.len || path.ptr[0] != '/') {
        refused(call, ERR_INVALID, "backup needs an absolute path");
        return;
    }
    call->later = true;
    backup_start(call->app, path, call->sink, call->done, call->arg);
}

static void do_fit(struct call *call)
{
    if (!field(call, "revert").len) {
        call->later = true;
        fitting_start(call->app, call->sink, call->done, call->arg);
        return;
    }
    buf_add(&call->out, STR("ok\n"));
    enum err err = fitting_revert(call->app, &call->out);
    if (err)
        failed(call, err, "it could not be stored; nothing has changed");
}

/* What the gaps of decks say is in their files. */
static void do_replay(struct call *call)
{
    if (!has_content(call))
        return;
    call->later = true;
    replay_start(call->app, field(call, "trial").len > 0, call->sink, call->done, call->arg);
}

static struct str field(const struct call *call, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->request, name);
    return str_from_z(cJSON_GetStringValue(item));
}

/* Names and e-mails are other people's words, and this is read on a terminal. */
static void tell(struct call *call)
{
    struct buf visible = buf_heap(REPLY_BYTES_MAX);
    text_add_visible(&visible, buf_str(&call->out), true);
    if (visible.failed) {
        failed(call, ERR_TOO_BIG, "the reply does not fit");
        call->sink(call->arg, buf_str(&call->out));
    } else {
        call->sink(call->arg, buf_str(&visible));
    }
    buf_free(&visible);
}

/* The sentence says it all. */
static void refused(struct call *call, enum err err, const char *sentence)
{
    buf_reset(&call->out);
    int code = err == ERR_SYNTAX ? EXIT_USAGE : app_exit_code(err);
    buf_addf(&call->out, "error %d\n%s\n", code, sentence);
}

static void failed(struct call *call, enum err err, const char *what)
{
    buf_reset(&call->out);
    buf_addf(&call->out, "error %d\n%s (%s)\n", app_exit_code(err), what, err_text(err));
}

/* Without its prompts, what would be asked and said cannot be told. */
static bool has_content(struct call *call)
{
    bool missing = call->app->options.offline && call->app->loader.refused_errors;
    if (missing)
        refused(call, ERR_INVALID, "the prompt files or people.csv have errors; see nudged check");
    return !missing;
}

static bool find_person(struct call *call, struct str who, struct arena *arena, struct person *out)
{
    struct reader *reader = NULL;
    struct access_request request = { ACCESS_OPERATOR, ACCESS_LIST, 0 };
    const struct access *access = access_ask(&request, NULL, arena);
    enum err err = access ? reader_open_for(call->app, &reader) : ERR_NO_MEMORY;
    if (!err)
        err = report_find_person(reader, access, who, arena, out);
    reader_close(reader);
    if (err == ERR_INVALID)
        refused(call, err, "several people have that name; use the e-mail");
    else if (err == ERR_NOT_FOUND)
        refused(call, err, "there is no such person on the list");
    else if (err)
        failed(call, err, "the store could not be read");
    return !err;
}

static void set_live(struct call *call, enum control control)
{
    struct app *app = call->app;
    if (app->sender.draining || app->stopped) {
        failed(call, ERR_BUSY, "the daemon is stopping; nothing has changed");
        return;
    }
    bool before = app->state.live, wanted = control == CONTROL_RESUME;
    enum err err = app_raise(app, &(struct event){ .kind = EVENT_CONTROL, .control = control });
    app_run_turns(app);
    if (err || app->state.live != wanted) {
        failed(call, err ? err : app->refused ? app->refused : ERR_BUSY,
               "it could not be stored; nothing has changed");
        return;
    }
    buf_addf(&call->out, "ok\n%s%s\n",
        before == wanted ? "sending was already " : "sending is now ", wanted ? "on" : "off");
}

/* The operator may read everything, and the log says that they did; what cannot be noted is not
 * read: NULL. */
static const struct access *ask_access(
    struct call *call, enum access_what what, int64_t about, struct arena *arena)
{
    struct app *app = call->app;
    struct access_request request = { ACCESS_OPERATOR, what, about };
    const struct access *access = access_ask(&request, NULL, arena);
    bool named = what == ACCESS_WEEK && app->config->settings.visibility != VISIBILITY_TEAM;
    enum err err = access ? store_begin(app->store) : ERR_NO_MEMORY;
    if (!err)
        err = store_note_access(app->store, world_now(app->world), access, named);
    if (!err)
        err = store_commit(app->store);
    if (err)
        store_rollback(app->store);
    call->unnoted = err;
    return err ? NULL : access;
}
