/* `outcomes`: delayed recall by skill, read on a connection of its own. Who may read was settled
 * and noted before (control.c). */
#include "nudged/app/export.h"

#include "nudged/base/text.h"
#include "nudged/store/report.h"

struct printing {
    bool csv;
    size_t rows;
    struct str skill;                   /* of the line before */
    struct arena arena;
    struct buf out;
};

static enum err print_row(void *arg, const struct skill_outcome *outcome);
static void print_ends(struct printing *printing);

enum err export_outcomes(struct str state_folder, bool csv, app_sink_fn *sink, void *arg)
{
    struct printing printing = { .csv = csv, .out = buf_heap(4 << 20) };
    struct reader *reader = NULL;
    arena_init(&printing.arena, 1 << 20);
    struct str path = str_format(&printing.arena, "%.*s/nudged.db", STR_ARG(state_folder));
    struct access_request request = { ACCESS_OPERATOR, ACCESS_OUTCOMES, 0 };
    const struct access *access = access_ask(&request, NULL, &printing.arena);
    enum err err = arena_failed(&printing.arena) ? ERR_NO_MEMORY
                                                 : reader_open(path, NULL, &reader);
    if (csv)
        buf_add(&printing.out, STR("skill,days,asked,answered,right,share,low,high\r\n"));
    if (!err)
        err = report_outcomes(reader, access, print_row, &printing);
    if (!err)
        print_ends(&printing);
    if (!err && printing.out.failed)
        err = ERR_TOO_BIG;
    if (!err)
        sink(arg, buf_str(&printing.out));
    reader_close(reader);
    buf_free(&printing.out);
    arena_finish(&printing.arena);
    return err;
}

static enum err print_row(void *arg, const struct skill_outcome *outcome)
{
    struct printing *printing = arg;
    printing->rows++;
    if (printing->csv) {
        outcome_print_csv(outcome, &printing->out);
        return OK;
    }
    if (!str_equal(printing->skill, outcome->skill)) {
        printing->skill = str_copy(&printing->arena, outcome->skill);
        buf_add(&printing->out, printing->out.len ? STR("\n") : STR_EMPTY);
        text_add_visible(&printing->out, printing->skill, false); /* for a terminal */
        buf_add(&printing->out, STR("\n"));
    }
    outcome_print(outcome, &printing->out);
    return arena_failed(&printing->arena) ? ERR_NO_MEMORY : OK;
}

static void print_ends(struct printing *printing)
{
    if (printing->csv)
        return;
    buf_add(&printing->out, printing->rows
            ? STR("\nHeld-out questions, never practised, so many days after a skill began for a "
                  "person; each\nperson once, by their first answer. \"Likely\" is a 95 % "
                  "interval. It is about these\nquestions, not about anybody's work.\n")
            : STR("no held-out question has been asked yet (prompts with `held_out: true`)\n"));
}
