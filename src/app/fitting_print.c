/* A fit in words and figures; the same for who only tries and for who means it. Every difference
 * has its standard error beside it. */
#include "nudged/app/fitting.h"

#include <math.h>
#include <stdlib.h>

enum { LEARN_BYTES_MAX = 1 << 30 };

static enum err open_store(struct str state_folder, struct reader **out);
static void print_loss(const char *label, double loss, const char *words, struct buf *out);
static void print_gain(double gain, double error, const char *than, struct buf *out);
static enum err print_row(void *arg, const struct fit_record *record);
static const char *number_text(size_t number, char text[static 32]);

enum err fitting_try(struct str state_folder, int32_t answers_min, struct buf *out)
{
    struct reader *reader = NULL;
    struct fit_set in_use = { 0 };
    struct fit_result result;
    enum err err = open_store(state_folder, &reader);
    if (!err)
        err = report_weights(reader, &in_use);
    if (!err) {
        err = fitting_learn(reader, &in_use.weights, &result);
        if (err == ERR_NOT_FOUND)
            fitting_print_verdict(NULL, answers_min, false, out);
    }
    reader_close(reader);
    if (err)
        return err;
    fitting_print_result(&result, &in_use, out);
    fitting_print_verdict(&result, answers_min, false, out);
    return OK;
}

enum err fitting_list(struct str state_folder, struct buf *out)
{
    struct reader *reader = NULL;
    enum err err = open_store(state_folder, &reader);
    size_t before = out->len;
    if (!err)
        err = report_fits(reader, print_row, out);
    reader_close(reader);
    if (!err && out->len == before)
        buf_add(out, STR("no weights were learnt so far; the published ones of FSRS-6 are in "
                         "force\n"));
    return err;
}

enum err fitting_learn(
    struct reader *reader, const struct review_weights *in_use, struct fit_result *out)
{
    struct arena arena;
    struct fit_log log = { 0 };
    arena_init(&arena, LEARN_BYTES_MAX);
    enum err err = report_fit_log(reader, &log);
    if (!err)
        err = fit_weights(&log, in_use, &arena, out);
    free((void *)(uintptr_t)log.answers);
    arena_finish(&arena);
    return err;
}

void fitting_print_result(
    const struct fit_result *result, const struct fit_set *in_use, struct buf *out)
{
    char number[2][32], whose[64];
    buf_addf(out, "answers       %9s  rated; %s of them a day or more after the one before\n",
        number_text(result->answers, number[0]), number_text(result->targets, number[1]));
    buf_addf(out, "learnt from   %9s  before ", number_text(result->learnt_from, number[0]));
    buf_add_date(out, result->held_out_day);
    buf_addf(out, ", rare gaps left out\nheld out      %9s  from ",
        number_text(result->held_out, number[0]));
    buf_add_date(out, result->held_out_day);
    buf_add(out, STR(" on, which nothing was learnt from\n\n"
                     "log loss of predicting those held out; lower is better\n"));
    if (in_use->fit_id)
        (void)snprintf(whose, sizeof(whose), "fit %lld", (long long)in_use->fit_id);
    else
        (void)snprintf(whose, sizeof(whose), "the published weights of FSRS-6");
    print_loss("constant", result->loss_constant, "always the share of right answers", out);
    print_loss("in use", result->loss_in_use, whose, out);
    print_loss("candidate", result->loss_candidate, "learnt just now", out);
    buf_add(out, STR("\ndifference, with its standard error\n"));
    print_gain(result->loss_in_use - result->loss_candidate, result->error_in_use, "in use", out);
    print_gain(
        result->loss_constant - result->loss_candidate, result->error_constant, "constant", out);
    buf_add_byte(out, '\n');
}

void fitting_print_verdict(
    const struct fit_result *result, int32_t answers_min, bool done, struct buf *out)
{
    if (!result) {
        buf_add(out, STR("Too few answers came a day or more after another one to say anything; "
                         "the weights stay as they are.\n"));
        return;
    }
    static const char *const reasons[] = {
        [FIT_BETTER] = "better than the weights in use and than a constant",
        [FIT_TOO_FEW] = "with fewer than ",
        [FIT_NO_BETTER] = "it is no better than the weights in use",
        [FIT_NO_BETTER_THAN_CONSTANT] = "it is no better than a constant",
    };
    char least[32];
    enum fit_verdict verdict = fit_judge(result, answers_min);
    const char *whether = verdict == FIT_BETTER ? done ? "is adopted" : "would be adopted"
        : done                                  ? "is not adopted"
                                                : "would not be adopted";
    buf_addf(out, "The candidate %s: %s", whether, reasons[verdict]);
    if (verdict == FIT_TOO_FEW)
        buf_addf(out, "%s answers chance decides",
            number_text(answers_min > 0 ? (size_t)answers_min : FIT_ANSWERS_MIN, least));
    buf_add(out, STR(".\n"));
}

static enum err open_store(struct str state_folder, struct reader **out)
{
    struct arena arena;
    arena_init(&arena, state_folder.len + 4096);
    struct str path = str_format(&arena, "%.*s/nudged.db", STR_ARG(state_folder));
    enum err err = arena_failed(&arena) ? ERR_NO_MEMORY : reader_open(path, NULL, out);
    arena_finish(&arena);
    return err;
}

static void print_loss(const char *label, double loss, const char *words, struct buf *out)
{
    buf_addf(out, "  %-11s %9.4f  %s\n", label, loss, words);
}

/* A candidate's gain: positive is better. */
static void print_gain(double gain, double error, const char *than, struct buf *out)
{
    const char *words = fabs(gain) < 2 * error ? "; within two standard errors, so it may be chance"
                                               : "";
    buf_addf(out, "  candidate %s by %.4f \xc2\xb1 %.4f than %s%s\n",
        gain > 0 ? "better" : "worse", fabs(gain), error, than, words);
}

static enum err print_row(void *arg, const struct fit_record *record)
{
    struct buf *out = arg;
    const struct fit_result *result = &record->result;
    buf_addf(out, "fit %lld  ", (long long)record->fit_id);
    buf_add_instant(out, record->at);
    if (record->cause == FIT_REVERT) {
        buf_addf(out, "  taken back: fit %lld; in force again: ", (long long)record->before_id);
        if (record->set_id)
            buf_addf(out, "fit %lld\n", (long long)record->set_id);
        else
            buf_add(out, STR("the published weights\n"));
        return out->failed ? ERR_TOO_BIG : OK;
    }
    buf_addf(out, "  %-8s  %s  %zu answers, judged by %zu: constant %.4f, in use %.4f, "
                  "candidate %.4f\n       ",
        record->cause == FIT_NIGHTLY ? "nightly" : "operator",
        record->adopted ? "adopted    " : "not adopted", result->answers, result->held_out,
        result->loss_constant, result->loss_in_use, result->loss_candidate);
    for (size_t i = 0; i < result->weights.len; i++)
        buf_addf(out, " %.4g", result->weights.w[i]);
    buf_add_byte(out, '\n');
    return out->failed ? ERR_TOO_BIG : OK;
}

/* 98,214 */
static const char *number_text(size_t number, char text[static 32])
{
    char digits[32];
    int len = snprintf(digits, sizeof(digits), "%zu", number), at = 0;
    for (int i = 0; i < len && at < 30; i++) {
        if (i && (len - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}
