/* How hard prompts are, estimated once a night off the loop: a job reads and estimates, the event
 * JUDGED stores and tells.
 *
 * Owns the one estimate that may run. Odd: what grading needs of the prompts is copied before it
 * starts, because the files may be replaced meanwhile; a text that was replaced is judged by its
 * own answers the next night. */
#include "state.h"

enum { NIGHT_MINUTE = 3 * 60, SLICE = 500, LOG_BYTES_MAX = 1 << 30 };

struct judging {
    struct job job;
    char *path;
    const char *vfs;
    struct arena arena;
    struct difficulty_prompt *prompts;
    size_t prompts_len;
    struct difficulty_row *rows, *before;
    size_t before_len;
    int32_t today;
    struct leeches leeches;
    enum err err;
};

static void print_leeches(
    struct app *app, struct reader *reader, struct arena *arena, struct buf *out);
static enum err judging_new(struct app *app, struct judging **out);
static uint32_t right_options(const struct prompt *prompt);
static void work(void *arg);
static void work_done(void *arg);
static void tell(struct app *app, struct judging *judging);
static bool is_news(const struct judging *judging, const struct difficulty_row *row);
static enum err tell_owner(struct app *app, const struct difficulty_row *row);
static void judging_free(struct judging *judging);

void judging_nightly(struct app *app)
{
    struct local now = zone_local(app->own_zone, world_now(app->world));
    struct judging *judging = NULL;
    if (app->judging || app->judged_day == now.day || now.minute < NIGHT_MINUTE)
        return;
    app->judged_day = now.day;
    enum err err = judging_new(app, &judging);
    if (!err) {
        judging->today = now.day;
        err = job_start(app, &judging->job, work, work_done, judging);
    }
    if (err) {
        log_note(app, "difficulty", "err=%s", err_name(err));
        judging_free(judging);
        return;
    }
    app->judging = judging;
}

/* A job that runs comes back to nobody and frees itself. */
void judging_stop(struct app *app)
{
    if (app->judging)
        job_ended(&app->judging->job);
    app->judging = NULL;
}

void judging_print(struct app *app, struct reader *reader, struct buf *out)
{
    struct arena arena;
    struct difficulty_row *rows = NULL;
    size_t len = 0;
    arena_init(&arena, LOG_BYTES_MAX);
    if (report_difficulties(reader, &arena, &rows, &len))
        len = 0;
    for (size_t i = 0; i < len; i++) {
        const struct prompt *prompt =
            content_prompt(&app->loader.current->content, rows[i].prompt_id);
        if (!prompt || rows[i].flag == DIFFICULTY_FINE ||
            prompt->revision_id != rows[i].revision_id)
            continue;
        buf_addf(out, "look at %.*s/%.*s: %.*s (difficulty %.1f, standard error %.1f, from %d "
                 "people)\n", STR_ARG(prompt->deck), STR_ARG(prompt->id),
            STR_ARG(difficulty_sentence(&rows[i], &arena)), rows[i].difficulty, rows[i].error,
            (int)rows[i].people);
    }
    print_leeches(app, reader, &arena, out);
    arena_finish(&arena);
}

/* Those of the last night; where no daemon runs nobody waits while they are read. */
static void print_leeches(
    struct app *app, struct reader *reader, struct arena *arena, struct buf *out)
{
    int32_t today = zone_local(app->own_zone, world_now(app->world)).day;
    if (app->options.offline && report_leeches(reader, today, &app->leeches))
        app->leeches.len = 0;
    for (size_t i = 0; i < app->leeches.len; i++) {
        const struct leech *leech = &app->leeches.rows[i];
        const struct prompt *prompt =
            content_prompt(&app->loader.current->content, leech->prompt_id);
        if (prompt)
            buf_addf(out, "look at %.*s/%.*s: %.*s\n", STR_ARG(prompt->deck),
                STR_ARG(prompt->id), STR_ARG(leech_sentence(leech, arena)));
    }
}

static enum err judging_new(struct app *app, struct judging **out)
{
    const struct content *content = &app->loader.current->content;
    struct judging *judging = calloc(1, sizeof(*judging));
    if (!judging)
        return ERR_NO_MEMORY;
    arena_init(&judging->arena, LOG_BYTES_MAX);
    judging->path = str_z(&judging->arena, store_path(app, &judging->arena));
    judging->vfs = app->options.vfs;
    judging->prompts = arena_array(&judging->arena, struct difficulty_prompt,
        content->by_id_len + 1);
    if (arena_failed(&judging->arena)) {
        judging_free(judging);
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < content->by_id_len; i++) {
        const struct prompt *prompt = content->by_id[i];
        judging->prompts[judging->prompts_len++] = (struct difficulty_prompt){
            prompt->prompt_id, prompt->revision_id, prompt->kind, prompt->options_len,
            right_options(prompt) };
    }
    *out = judging;
    return OK;
}

static uint32_t right_options(const struct prompt *prompt)
{
    uint32_t right = 0;
    for (size_t i = 0; i < prompt->options_len && i < PROMPT_OPTIONS_MAX; i++)
        right |= prompt->options[i].correct ? 1u << i : 0;
    return right;
}

/* On another thread: its own connection, its own memory. */
static void work(void *arg)
{
    struct judging *judging = arg;
    struct reader *reader = NULL;
    struct difficulty_log log = { 0 };
    enum err err = reader_open(str_from_z(judging->path), judging->vfs, &reader);
    if (!err)
        err = report_difficulties(reader, &judging->arena, &judging->before, &judging->before_len);
    if (!err)
        err = report_difficulty_log(reader, judging->prompts, judging->prompts_len, &log);
    if (!err)
        err = difficulty_estimate(judging->prompts, judging->prompts_len, &log, &judging->arena,
            &judging->rows);
    if (!err)
        err = report_leeches(reader, judging->today, &judging->leeches);
    free((void *)(uintptr_t)log.answers);
    reader_close(reader);
    judging->err = err;
}

static void work_done(void *arg)
{
    struct judging *judging = arg;
    struct app *app = judging->job.app;
    job_ended(&judging->job);
    if (app && app->judging == judging) {
        app->judging = NULL;
        if (!judging->err && !app->stopped) {
            app->leeches = judging->leeches;
            tell(app, judging);
        } else {
            log_note(app, "difficulty", "err=%s", err_name(judging->err));
        }
    }
    judging_free(judging);
}

/* What is news goes alone, with the message to its owner; the rest in slices. */
static void tell(struct app *app, struct judging *judging)
{
    struct difficulty_row *rest =
        arena_array(&judging->arena, struct difficulty_row, judging->prompts_len + 1);
    size_t rest_len = 0, told = 0;
    enum err err = rest ? OK : ERR_NO_MEMORY;
    for (size_t i = 0; !err && i < judging->prompts_len; i++) {
        if (is_news(judging, &judging->rows[i])) {
            err = tell_owner(app, &judging->rows[i]);
            told++;
        } else if (judging->rows[i].people) {
            rest[rest_len++] = judging->rows[i];
        }
    }
    for (size_t from = 0; !err && from < rest_len; from += SLICE) {
        struct event event = { .kind = EVENT_JUDGED, .judged = rest + from,
            .judged_len = rest_len - from < SLICE ? rest_len - from : SLICE };
        err = turn_run_event(app, &event);
    }
    log_note(app, "difficulty", "prompts=%zu flagged=%zu err=%s", rest_len + told, told,
        err_name(err));
}

static bool is_news(const struct judging *judging, const struct difficulty_row *row)
{
    if (row->flag == DIFFICULTY_FINE)
        return false;
    for (size_t i = 0; i < judging->before_len; i++)
        if (judging->before[i].prompt_id == row->prompt_id)
            return judging->before[i].flag == DIFFICULTY_FINE ||
                judging->before[i].revision_id != row->revision_id;
    return true;
}

static enum err tell_owner(struct app *app, const struct difficulty_row *row)
{
    const struct content *content = &app->loader.current->content;
    const struct prompt *prompt = content_prompt(content, row->prompt_id);
    const struct deck *deck = prompt ? content_deck(content, prompt->deck) : NULL;
    struct event event = { .kind = EVENT_JUDGED, .judged = row, .judged_len = 1 };
    if (deck && store_person_by_email(app->store, deck->owner, &event.person_id))
        event.person_id = 0; /* left since; status shows it */
    return turn_run_event(app, &event);
}

static void judging_free(struct judging *judging)
{
    if (judging)
        arena_finish(&judging->arena);
    free(judging);
}
