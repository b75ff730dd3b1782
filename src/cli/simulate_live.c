/* An organisation's own numbers for `nudged simulate`. Reads; says what it read. */
#include "simulate_live.h"

#include <stdlib.h>

#include "cli.h"
#include "nudged/app/app.h"
#include "nudged/core/capacity.h"
#include "nudged/store/report.h"

enum { ARENA_BYTES = 256 << 20, ANSWERS_LEAST = 100 /* fewer say nothing about the share */ };

static void from_files(const struct config *config, const struct people *people,
    const struct content *content, struct arena *arena, struct simulate_setup *setup);
static int from_store(const struct config *config, struct simulate_setup *setup,
    struct review_weights *weights, struct buf *out);
static void add_seen(struct reader *reader, struct buf *out);
static int32_t prompts_of(const struct content *content, const struct people_row *row);
static int compare_counts(const void *a, const void *b);
static enum err add_overload(const struct config *config, const struct people *people,
    const struct content *content, const struct review_weights *weights, struct arena *arena,
    struct buf *out);

int simulate_live(
    const char *config_file, struct simulate_setup *setup, struct review_weights *weights)
{
    struct arena arena;
    struct config config;
    struct people people = { 0 };
    struct content content;
    struct faults faults;
    struct buf out = buf_heap(4 << 20);
    arena_init(&arena, ARENA_BYTES);
    int code = cli_config(config_file, &arena, &config);
    if (!code) {
        faults_init(&faults, &arena);
        if (people_load(config.people_file, &arena, &faults, &people) ||
            content_load(config.prompts_folder, config.holidays_file, &people, &arena, &faults,
                &content)) {
            faults_print_text(&faults, &out);
            cli_print(stderr, buf_str(&out));
            code = EXIT_DATA;
        }
    }
    if (!code) {
        from_files(&config, &people, &content, &arena, setup);
        code = from_store(&config, setup, weights, &out);
    }
    if (!code) {
        if (add_overload(&config, &people, &content, weights, &arena, &out))
            code = EXIT_OS;
        cli_print(stdout, buf_str(&out));
    }
    buf_free(&out);
    arena_finish(&arena);
    return code;
}

static void from_files(const struct config *config, const struct people *people,
    const struct content *content, struct arena *arena, struct simulate_setup *setup)
{
    int32_t *counts = arena_array(arena, int32_t, people->rows_len);
    size_t len = 0;
    double retention = 0;
    for (size_t i = 0; counts && i < people->rows_len; i++) {
        int32_t count = people->rows[i].active ? prompts_of(content, &people->rows[i]) : 0;
        if (count)
            counts[len++] = count;
    }
    if (len) {
        qsort(counts, len, sizeof(*counts), compare_counts);
        setup->items = counts[len / 2] < SIMULATE_ITEMS_MAX ? counts[len / 2] : SIMULATE_ITEMS_MAX;
        setup->people = len < 2 ? 2 : len < SIMULATE_PEOPLE_MAX ? (int32_t)len
                                                                : SIMULATE_PEOPLE_MAX;
    }
    for (size_t d = 0; d < content->decks_len; d++)
        retention += content->decks[d].desired_retention / (double)content->decks_len;
    if (content->decks_len)
        setup->rules.deck.desired_retention = retention;
    setup->cap = config->settings.cap;
    setup->rules.settings.fill = config->settings.fill;
    setup->rules.settings.min_gap_days = config->settings.min_gap_days;
}

static int from_store(const struct config *config, struct simulate_setup *setup,
    struct review_weights *weights, struct buf *out)
{
    struct arena arena;
    struct reader *reader = NULL;
    struct fit_set set;
    struct report_answering answering = { 0 };
    arena_init(&arena, config->state_folder.len + 4096);
    struct str path = str_format(&arena, "%.*s/nudged.db", STR_ARG(config->state_folder));
    enum err err = arena_failed(&arena) ? ERR_NO_MEMORY : reader_open(path, NULL, &reader);
    if (!err)
        err = report_weights(reader, &set);
    if (!err)
        err = report_answering(reader, &answering);
    if (err && err != ERR_NOT_FOUND) {
        fprintf(stderr, "nudged simulate: the store in %.*s could not be read: %s\n",
            STR_ARG(config->state_folder), err_text(err));
    } else if (err) {
        buf_addf(out, "There is no store to read yet: published weights, %.0f %% answered.\n",
            100 * setup->answer_rate);
    } else {
        *weights = set.weights;
        if (answering.asked >= ANSWERS_LEAST) {
            double rate = (double)answering.answered / (double)answering.asked;
            setup->answer_rate = rate < 0.05 ? 0.05 : rate > 0.98 ? 0.98 : rate;
        }
        buf_addf(out, "From the store: %s weights; %lld of %lld questions answered%s.\n",
            set.fit_id ? "fitted" : "published", (long long)answering.answered,
            (long long)answering.asked,
            answering.asked < ANSWERS_LEAST ? ", too few to go by" : "");
        add_seen(reader, out);
    }
    reader_close(reader);
    arena_finish(&arena);
    return err && err != ERR_NOT_FOUND ? app_exit_code(err) : EXIT_OK;
}

/* How many of the answers a day or more after the one before were right. */
static void add_seen(struct reader *reader, struct buf *out)
{
    struct fit_log log = { 0 };
    size_t right = 0, all = 0;
    if (report_fit_log(reader, &log))
        return;
    for (size_t i = 0; i < log.len; i++) {
        if (log.answers[i].starts || log.answers[i].day <= log.answers[i - 1].day)
            continue;
        all++;
        right += log.answers[i].rating > RATING_AGAIN;
    }
    if (all)
        buf_addf(out, "Of %zu questions asked again, %.0f %% were answered right.\n", all,
            100 * (double)right / (double)all);
    free((void *)(uintptr_t)log.answers);
}

static int32_t prompts_of(const struct content *content, const struct people_row *row)
{
    int32_t count = 0;
    for (size_t d = 0; d < content->decks_len; d++) {
        const struct deck *deck = &content->decks[d];
        if (!audience_has(&deck->audience, row->role, row->cohort))
            continue;
        for (size_t p = 0; p < deck->prompts_len; p++)
            count += !deck->prompts[p].held_out && deck->prompts[p].kind != PROMPT_REFLECT;
    }
    return count;
}

static int compare_counts(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;
    return (left > right) - (left < right);
}

static enum err add_overload(const struct config *config, const struct people *people,
    const struct content *content, const struct review_weights *weights, struct arena *arena,
    struct buf *out)
{
    struct capacity_group *groups = NULL;
    size_t len = 0;
    struct capacity_input input = { .content = content, .people = people->rows,
        .people_len = people->rows_len, .settings = &config->settings, .weights = weights,
        .today = cli_today() };
    enum err err = capacity_check(&input, arena, &groups, &len);
    for (size_t i = 0; !err && i < len; i++) {
        if (!groups[i].carried)
            buf_addf(out, "Overloaded: %.*s.\n", STR_ARG(groups[i].sentence));
        else
            buf_addf(out, "Carried: %.*s: %.1f questions a workday in the busiest weeks, "
                "%.1f later.\n", STR_ARG(groups[i].who), groups[i].wanted_busiest,
                groups[i].wanted_later);
    }
    buf_add(out, STR("\n"));
    return err;
}
