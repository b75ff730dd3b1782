/* `export`: all answers as CSV or JSON lines, read on a connection of its own, in slices. Knows the
 * formats; who may read was settled and noted before (control.c). */
#include "nudged/app/export.h"

#include "nudged/store/report.h"

enum { FLUSH_BYTES = 32 << 10, BUFFER_BYTES_MAX = 4 << 20 };

struct export {
    bool csv;
    app_sink_fn *sink;
    void *arg;
    struct buf out;
};

static enum err add_row(void *arg, const struct report_answer *answer);
static void add_csv(struct buf *out, const struct report_answer *answer);
static void add_jsonl(struct buf *out, const struct report_answer *answer);
static void csv_cell(struct buf *out, struct str text, bool last);
static enum err flush(struct export *export);

enum err export_answers(struct str state_folder, bool csv, app_sink_fn *sink, void *arg)
{
    struct arena arena;
    struct reader *reader = NULL;
    struct export export = { csv, sink, arg, buf_heap(BUFFER_BYTES_MAX) };
    arena_init(&arena, state_folder.len + 4096);
    struct str path = str_format(&arena, "%.*s/nudged.db", STR_ARG(state_folder));
    struct access_request request = { ACCESS_OPERATOR, ACCESS_ANSWERS, 0 };
    const struct access *access = access_ask(&request, NULL, &arena);
    enum err err = arena_failed(&arena) ? ERR_NO_MEMORY : reader_open(path, NULL, &reader);
    if (csv)
        buf_add(&export.out, STR("answered_at,day,person,email,deck,prompt,skill,kind,grade,rating,"
                                 "chosen,text\r\n"));
    if (!err)
        err = report_answers(reader, access, add_row, &export);
    if (!err)
        err = flush(&export);
    reader_close(reader);
    buf_free(&export.out);
    arena_finish(&arena);
    return err;
}

static enum err add_row(void *arg, const struct report_answer *answer)
{
    struct export *export = arg;
    if (export->csv)
        add_csv(&export->out, answer);
    else
        add_jsonl(&export->out, answer);
    return export->out.len >= FLUSH_BYTES ? flush(export) : OK;
}

static void add_csv(struct buf *out, const struct report_answer *answer)
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
    static const char formula[] = { '=', '+', '-', '@', '\t', '\r', '\n', '\0' };
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

static void add_jsonl(struct buf *out, const struct report_answer *answer)
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

static enum err flush(struct export *export)
{
    if (export->out.failed)
        return ERR_TOO_BIG;
    if (export->out.len)
        export->sink(export->arg, buf_str(&export->out));
    buf_reset(&export->out);
    return OK;
}
