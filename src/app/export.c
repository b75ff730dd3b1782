/* `export`: all answers as CSV or JSON lines, read on a connection of its own, in slices. Knows the
 * formats; who may read was settled and noted before (control.c). */
#include "nudged/app/export.h"

#include "nudged/store/report.h"

enum { FLUSH_BYTES = 32 << 10, BUFFER_BYTES_MAX = 4 << 20 };

struct export {
    bool csv;
    struct review_weights weights;
    int32_t today;
    app_sink_fn *sink;
    void *arg;
    struct buf out;
};

static enum err add_row(void *arg, const struct report_answer *answer);
static void add_csv(struct buf *out, const struct report_answer *answer);
static void add_jsonl(struct buf *out, const struct report_answer *answer);
static void add_cell(struct buf *out, struct str text, const char *end);
static enum err add_evidence(void *arg, const struct report_evidence *row);
static enum err open_export(
    struct str state_folder, enum access_what what, struct arena *arena, struct reader **reader,
    const struct access **access);
static enum err flush(struct export *export);

enum err export_answers(struct str state_folder, bool csv, app_sink_fn *sink, void *arg)
{
    struct arena arena;
    struct reader *reader = NULL;
    const struct access *access = NULL;
    struct export export = { .csv = csv, .sink = sink, .arg = arg,
        .out = buf_heap(BUFFER_BYTES_MAX) };
    arena_init(&arena, state_folder.len + 4096);
    enum err err = open_export(state_folder, ACCESS_ANSWERS, &arena, &reader, &access);
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

enum err export_evidence(struct str state_folder, int32_t today, app_sink_fn *sink, void *arg)
{
    struct arena arena;
    struct reader *reader = NULL;
    const struct access *access = NULL;
    struct fit_set set;
    struct export export = { .sink = sink, .arg = arg, .today = today,
        .out = buf_heap(BUFFER_BYTES_MAX) };
    arena_init(&arena, state_folder.len + 4096);
    enum err err = open_export(state_folder, ACCESS_EVIDENCE, &arena, &reader, &access);
    if (!err)
        err = report_weights(reader, &set);
    if (!err)
        export.weights = set.weights;
    buf_add(&export.out, STR("person,email,deck,prompt,skill,kind,answers,right_days_apart,formats,"
                             "first_day,newest_day,demonstrated,current,expected_recall\r\n"));
    if (!err)
        err = report_evidence(reader, access, add_evidence, &export);
    if (!err)
        err = flush(&export);
    reader_close(reader);
    buf_free(&export.out);
    arena_finish(&arena);
    return err;
}

static enum err open_export(
    struct str state_folder, enum access_what what, struct arena *arena, struct reader **reader,
    const struct access **access)
{
    struct str path = str_format(arena, "%.*s/nudged.db", STR_ARG(state_folder));
    struct access_request request = { ACCESS_OPERATOR, what, 0 };
    *access = access_ask(&request, NULL, arena);
    return arena_failed(arena) ? ERR_NO_MEMORY : reader_open(path, NULL, reader);
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
        add_cell(out, cells[i], ",");
    buf_addf(out, "%d,", (int)answer->rating);
    add_cell(out, answer->chosen, ",");
    add_cell(out, answer->text, "\r\n");
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

static void add_cell(struct buf *out, struct str text, const char *end)
{
    buf_add_csv(out, text);
    buf_add(out, str_from_z(end));
}

/* Dates stand empty where there is no right answer to date. */
static enum err add_evidence(void *arg, const struct report_evidence *row)
{
    struct export *export = arg;
    struct buf *out = &export->out;
    const struct review *review = &row->review;
    const struct evidence *evidence = &review->evidence;
    const struct str cells[] = { row->person, row->email, row->deck, row->prompt, row->skill,
        row->kind };
    int32_t since = export->today - review->last_day;
    if (!review->answers)
        return OK;
    for (size_t i = 0; i < COUNT(cells); i++)
        add_cell(out, cells[i], ",");
    buf_addf(out, "%d,%d,", (int)review->answers, (int)evidence->hits);
    add_cell(out, row->formats, ",");
    if (evidence->hits)
        buf_add_date(out, evidence->first_day);
    buf_add_byte(out, ',');
    if (evidence->hits)
        buf_add_date(out, evidence->last_day);
    buf_addf(out, ",%s,%s,%.3f\r\n", evidence_demonstrated(evidence) ? "yes" : "no",
        evidence_current(evidence, &export->weights, &review->memory, since) ? "yes" : "no",
        review_retrievability(&export->weights, &review->memory, since));
    return out->len >= FLUSH_BYTES ? flush(export) : OK;
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
