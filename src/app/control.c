/* The operator's requests: one JSON line in, text out. The first line of the reply is "ok" or
 * "error N" with the exit code to use; the rest is for people, or the export itself.
 *
 * What reads another person's data is noted in the access log, whoever asks. */
#include "state.h"

#include <cjson/cJSON.h>

struct call {
    struct app *app;
    const cJSON *request;
    app_sink_fn *sink;
    void *arg;
    struct buf out;
    int exit_code;
};

typedef void control_fn(struct call *call);
static control_fn do_status, do_explain, do_digest, do_resume, do_pause, do_export, do_backup;

static const struct { const char *name; control_fn *run; } controls[] = {
    { "status", do_status }, { "explain", do_explain }, { "digest", do_digest },
    { "resume", do_resume }, { "pause", do_pause }, { "export", do_export }, { "backup", do_backup },
};

enum { REPLY_BYTES_MAX = 4 << 20, EXPORT_FLUSH_BYTES = 32 << 10, EXIT_USAGE = 64, EXIT_NO_INPUT = 66 };

static struct str field(const struct call *call, const char *name);
static void failed(struct call *call, enum err err, const char *what);
static void set_live(struct call *call, enum control control);
static enum err note_access(struct app *app, int64_t person_id, struct str what);
static enum err export_row(void *arg, const struct report_answer *answer);
static void export_csv(struct buf *out, const struct report_answer *answer);
static void export_jsonl(struct buf *out, const struct report_answer *answer);
static void csv_cell(struct buf *out, struct str text, bool last);
static void flush(struct call *call);

void app_control(struct app *app, struct str line, app_sink_fn *sink, world_fn *done, void *arg)
{
    struct call call = { .app = app, .sink = sink, .arg = arg, .out = buf_heap(REPLY_BYTES_MAX) };
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
        failed(&call, ERR_NOT_FOUND, "there is no such request");
    flush(&call);
    buf_free(&call.out);
    cJSON_Delete(request);
    done(arg);
}

static void do_status(struct call *call)
{
    buf_add(&call->out, STR("ok\n"));
    enum err err = status_print(call->app, &call->out);
    if (err)
        failed(call, err, "the store could not be read");
}

static void do_explain(struct call *call)
{
    struct instant at = { 0 };
    struct str text = field(call, "at");
    if (text.len && !instant_parse(text, &at)) {
        failed(call, ERR_SYNTAX, "--at takes an instant like 2031-03-04T09:30:00Z");
        return;
    }
    buf_add(&call->out, STR("ok\n"));
    enum err err = explain_person(call->app, field(call, "person"), at, &call->out);
    if (err)
        failed(call, err, err == ERR_INVALID ? "several people have that name; use the e-mail"
                                             : "there is no such person on the list");
}

static void do_digest(struct call *call)
{
    struct app *app = call->app;
    struct arena arena;
    struct reader *reader = NULL;
    struct person manager;
    int32_t monday = 0;
    arena_init(&arena, TURN_ARENA_MAX);
    enum err err = reader_open_for(app, &reader);
    if (!err)
        err = report_find_person(reader, field(call, "manager"), &arena, &manager);
    if (err)
        failed(call, err, "there is no such manager on the list");
    else if (!week_parse(field(call, "week"), zone_local(app->own_zone, world_now(app->world)).day, &monday))
        failed(call, err = ERR_SYNTAX, "--week takes an ISO week like 2031-W10");
    if (!err)
        err = note_access(app, manager.person_id, STR("digest"));
    if (!err) {
        buf_add(&call->out, STR("ok\n"));
        err = digest_print(app, reader, &manager, monday, &arena, &call->out);
        if (err)
            failed(call, err, "the report could not be read");
    }
    reader_close(reader);
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

static void do_export(struct call *call)
{
    struct reader *reader = NULL;
    bool csv = !str_equal(field(call, "format"), STR("jsonl"));
    enum err err = note_access(call->app, 0, STR("export answers"));
    if (!err)
        err = reader_open_for(call->app, &reader);
    buf_add(&call->out, STR("ok\n"));
    if (csv)
        buf_add(&call->out, STR("answered_at,day,person,email,deck,prompt,skill,kind,grade,rating,"
                                "chosen,text\r\n"));
    if (!err)
        err = report_answers(reader, export_row, call);
    reader_close(reader);
    if (err)
        failed(call, err, "the answers could not be read to the end");
}

static void do_backup(struct call *call)
{
    struct str path = field(call, "file");
    if (!path.len || path.ptr[0] != '/') {
        failed(call, ERR_INVALID, "backup needs an absolute path");
        return;
    }
    enum err err = store_backup(call->app->store, path);
    if (err)
        failed(call, err, "the backup could not be written");
    else
        buf_addf(&call->out, "ok\nbackup written to %.*s\n", STR_ARG(path));
}

static struct str field(const struct call *call, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->request, name);
    return str_from_z(cJSON_GetStringValue(item));
}

static void failed(struct call *call, enum err err, const char *what)
{
    buf_reset(&call->out);
    buf_addf(&call->out, "error %d\n%s (%s)\n", app_exit_code(err), what, err_text(err));
}

static void set_live(struct call *call, enum control control)
{
    struct app *app = call->app;
    bool before = app->state.live, wanted = control == CONTROL_RESUME;
    enum err err = app_raise(app, &(struct event){ .kind = EVENT_CONTROL, .control = control });
    app_run_turns(app);
    if (err || app->state.live != wanted) {
        failed(call, err ? err : ERR_DB_BUSY, "it could not be stored; nothing has changed");
        return;
    }
    buf_addf(&call->out, "ok\n%s%s\n", before == wanted ? "sending was already " : "sending is now ",
             wanted ? "on" : "off");
}

static enum err note_access(struct app *app, int64_t person_id, struct str what)
{
    enum err err = store_begin(app->store);
    if (!err)
        err = store_note_access(app->store, world_now(app->world), STR("operator"), person_id, what);
    if (!err)
        err = store_commit(app->store);
    if (err)
        store_rollback(app->store);
    return err;
}

static enum err export_row(void *arg, const struct report_answer *answer)
{
    struct call *call = arg;
    if (str_equal(field(call, "format"), STR("jsonl")))
        export_jsonl(&call->out, answer);
    else
        export_csv(&call->out, answer);
    if (call->out.len >= EXPORT_FLUSH_BYTES)
        flush(call);
    return OK;
}

static void export_csv(struct buf *out, const struct report_answer *answer)
{
    const struct str cells[] = { answer->person, answer->email, answer->deck, answer->prompt,
                                 answer->skill, answer->kind, answer->grade };
    buf_add_instant(out, answer->at);
    buf_add_byte(out, ',');
    buf_add_date(out, answer->day);
    buf_add_byte(out, ',');
    for (size_t i = 0; i < COUNT(cells); i++)
        csv_cell(out, cells[i], false);
    buf_addf(out, "%d,", (int)answer->rating);
    csv_cell(out, answer->chosen, false);
    csv_cell(out, answer->text, true);
}

/* Quoted always; a cell that a spreadsheet would take for a formula gets a leading apostrophe. */
static void csv_cell(struct buf *out, struct str text, bool last)
{
    static const char formula[] = { '=', '+', '-', '@', '\t', '\r', '\0' };
    buf_add_byte(out, '"');
    for (size_t i = 0; text.len && i < COUNT(formula); i++)
        if (text.ptr[0] == formula[i])
            buf_add_byte(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            buf_add_byte(out, '"');
        buf_add_byte(out, text.ptr[i]);
    }
    buf_add(out, last ? STR("\"\r\n") : STR("\","));
}

static void export_jsonl(struct buf *out, const struct report_answer *answer)
{
    const struct { const char *name; struct str value; } fields[] = {
        { "person", answer->person }, { "email", answer->email }, { "deck", answer->deck },
        { "prompt", answer->prompt }, { "skill", answer->skill }, { "kind", answer->kind },
        { "grade", answer->grade }, { "chosen", answer->chosen }, { "text", answer->text },
    };
    buf_add(out, STR("{\"answered_at\":\""));
    buf_add_instant(out, answer->at);
    buf_add(out, STR("\",\"day\":\""));
    buf_add_date(out, answer->day);
    buf_addf(out, "\",\"rating\":%d", (int)answer->rating);
    for (size_t i = 0; i < COUNT(fields); i++) {
        buf_addf(out, ",\"%s\":", fields[i].name);
        buf_add_json_string(out, fields[i].value);
    }
    buf_add(out, STR("}\n"));
}

static void flush(struct call *call)
{
    if (call->out.len)
        call->sink(call->arg, buf_str(&call->out));
    buf_reset(&call->out);
}
