/* Fitting the memory model beside the npm package @open-spaced-repetition/binding (fsrs-rs): the
 * same log of answers whose true weights are known, learnt from up to the same day and scored on
 * the same answers after it, by the same function. Each fit in a process of its own, taking turns;
 * the third is nudged's whole job, which also reads the answers from a store.
 *
 * Usage: bench_fit [ROUNDS [ANSWERS]] (5, 100000); NUDGED_NODE names another node. */
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/figures.h"
#include "nudged/app/fitting.h"
#include "nudged/base/arena.h"
#include "nudged/base/macros.h"
#include "nudged/store/store.h"

enum { ROUNDS_MAX = 99, HISTORY = 8, PROMPTS = 25, FIRST_DAY = 22000, LINE_MAX_BYTES = 4096 };

enum who { NUDGED, JOB, BINDING, WHO_COUNT };

struct run {
    double ms, cpu_ms, peak_kib;
    struct review_weights weights;
};

static char folder[] = "/tmp/nudged-bench-fit-XXXXXX";
static char self[4096], log_path[128], store_path[128];

static double uniform(uint64_t *random)
{
    uint64_t z = (*random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static struct review_weights true_weights(void)
{
    struct review_weights truth = review_weights_default;
    truth.w[0] = 0.6;
    truth.w[2] = 4.5;
    truth.w[8] = 1.5;
    truth.w[14] = 1.3;
    truth.w[20] = 0.3;
    return truth;
}

/* People who forget by the true weights, asked around the day the default schedule says. */
static struct fit_log make_log(size_t answers)
{
    struct review_weights truth = true_weights();
    struct fit_answer *made = calloc(answers, sizeof(*made));
    uint64_t random = 1;
    struct review_memory memory = { 0 };
    int32_t day = 0, gap = 0;
    REQUIRE(made);
    for (size_t i = 0; i < answers; i++) {
        bool starts = i % HISTORY == 0;
        if (starts) {
            memory = (struct review_memory){ 0 };
            day = FIRST_DAY + (int32_t)(uniform(&random) * 500);
        }
        double recall = starts ? 0.7 : review_retrievability(&truth, &memory, gap);
        double luck = uniform(&random);
        enum rating rating = uniform(&random) >= recall ? RATING_AGAIN
            : luck < 0.15                              ? RATING_HARD
            : luck < 0.85                              ? RATING_GOOD
                                                       : RATING_EASY;
        day += starts ? 0 : gap;
        made[i] = (struct fit_answer){ day, (uint8_t)rating, starts };
        struct review_outcome outcome = review_next(
            &truth, &review_options_default, &memory, starts ? 0 : gap, rating);
        memory = outcome.memory;
        gap = 1 + (int32_t)(uniform(&random) * 1.6 * fmin(outcome.scheduled_days, 100));
    }
    return (struct fit_log){ made, answers };
}

static void write_log(const struct fit_log *log)
{
    FILE *file = fopen(log_path, "w");
    REQUIRE(file);
    for (size_t i = 0; i < log->len; i++)
        fprintf(file, "%d %d %d\n", log->answers[i].day, log->answers[i].rating,
            log->answers[i].starts);
    REQUIRE(fclose(file) == 0);
}

/* The same answers as rows, in the order of days, as a daemon would have written them. */
static void write_store(const struct fit_log *log)
{
    static const char rows[] =
        "CREATE TEMP TABLE line (number INTEGER PRIMARY KEY, day, rating, place, person, prompt);"
        "INSERT INTO prompt VALUES (1, 'd', 'p', 's', 1);";
    static const char last[] =
        "INSERT INTO nudge (person_id, prompt_id, revision_id, nudge_key, state, step, day,"
        " planned_ms) SELECT person, prompt, number, 0, 2, 0, day, 0 FROM line"
        " ORDER BY day, number;"
        "INSERT INTO answer (nudge_id, step, attempt, day, answered_ms, grade, rating, chosen,"
        " before_answers) SELECT n.nudge_id, 0, 0, l.day, 0, 3, l.rating, 0, l.place"
        " FROM nudge AS n JOIN line AS l ON l.number = n.revision_id; COMMIT";
    struct arena arena;
    struct store *store = NULL;
    struct str detail;
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;
    arena_init(&arena, 1 << 20);
    struct store_options options = { .path = str_from_z(store_path) };
    REQUIRE(!store_open(&options, &arena, &store, &detail));
    store_close(store);
    arena_finish(&arena);
    REQUIRE(sqlite3_open(store_path, &db) == SQLITE_OK);
    REQUIRE(sqlite3_exec(db, rows, NULL, NULL, NULL) == SQLITE_OK);
    REQUIRE(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK);
    REQUIRE(sqlite3_prepare_v2(db, "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?)", -1, &insert,
        NULL) == SQLITE_OK);
    for (size_t i = 0; i < log->len; i++) {
        const int64_t values[] = { (int64_t)i + 1, log->answers[i].day, log->answers[i].rating,
            (int64_t)(i % HISTORY), (int64_t)(i / HISTORY / PROMPTS) + 1,
            (int64_t)(i / HISTORY % PROMPTS) + 1 };
        for (size_t k = 0; k < COUNT(values); k++)
            REQUIRE(sqlite3_bind_int64(insert, (int)k + 1, values[k]) == SQLITE_OK);
        REQUIRE(sqlite3_step(insert) == SQLITE_DONE && sqlite3_reset(insert) == SQLITE_OK);
    }
    sqlite3_finalize(insert);
    REQUIRE(sqlite3_exec(db, last, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
}

static struct fit_log read_log(void)
{
    FILE *file = fopen(log_path, "r");
    size_t room = 1 << 16;
    struct fit_log log = { 0 };
    struct fit_answer *answers = malloc(room * sizeof(*answers));
    int day, rating, starts;
    REQUIRE(file && answers);
    while (fscanf(file, "%d %d %d", &day, &rating, &starts) == 3) {
        if (log.len == room)
            answers = realloc(answers, (room *= 2) * sizeof(*answers));
        REQUIRE(answers);
        answers[log.len++] = (struct fit_answer){ day, (uint8_t)rating, starts };
    }
    (void)fclose(file);
    log.answers = answers;
    return log;
}

/* In a process of its own: the figures to standard output. */
static int learn(bool from_store)
{
    struct fit_log log = from_store ? (struct fit_log){ 0 } : read_log();
    struct reader *reader = NULL;
    struct fit_result result;
    struct arena arena;
    arena_init(&arena, 1 << 30);
    int64_t start_ns = now_ns();
    double cpu = cpu_seconds();
    enum err err = from_store ? reader_open(str_from_z(store_path), NULL, &reader) : OK;
    if (!err)
        err = from_store ? fitting_learn(reader, &review_weights_default, &result)
                         : fit_weights(&log, &review_weights_default, &arena, &result);
    REQUIRE(!err);
    printf("%.3f %.3f %ld", (double)(now_ns() - start_ns) / 1e6, (cpu_seconds() - cpu) * 1000,
        memory_kib(0, "status", "VmHWM:"));
    for (size_t i = 0; i < REVIEW_WEIGHT_COUNT; i++)
        printf(" %.17g", result.weights.w[i]);
    printf("\n");
    reader_close(reader);
    return EXIT_SUCCESS;
}

static struct run run_one(enum who who, int32_t held_out_day)
{
    char command[8192], line[LINE_MAX_BYTES];
    const char *node = getenv("NUDGED_NODE");
    if (who == BINDING)
        (void)snprintf(command, sizeof(command), "'%s' '%s/tests/bench/fsrs/fit.mjs' '%s' %d",
            node && *node ? node : "node", SOURCE_DIR, log_path, held_out_day);
    else
        (void)snprintf(command, sizeof(command), "'%s' %s '%s'", self,
            who == JOB ? "store" : "learn", folder);
    FILE *pipe = popen(command, "r");
    REQUIRE(pipe && fgets(line, sizeof(line), pipe) && pclose(pipe) == 0);
    char *at = line;
    struct run run = { .weights = { .len = REVIEW_WEIGHT_COUNT } };
    run.ms = strtod(at, &at);
    run.cpu_ms = strtod(at, &at);
    run.peak_kib = strtod(at, &at);
    for (size_t i = 0; i < REVIEW_WEIGHT_COUNT; i++)
        run.weights.w[i] = strtod(at, &at);
    return run;
}

static void print_table(struct run runs[WHO_COUNT][ROUNDS_MAX], size_t rounds,
    const struct fit_log *log, const struct fit_result *result)
{
    static const char *const names[] = { "nudged, the fit", "nudged, reading the store too",
        "binding 0.5.0" };
    struct review_weights truth = true_weights();
    printf("| %zu answers, %zu learnt from, %zu held out | ms | CPU ms | peak RSS, MiB | log loss "
           "|\n| --- | --- | --- | --- | --- |\n", log->len, result->learnt_from, result->held_out);
    for (int who = 0; who < WHO_COUNT; who++) {
        double ms[ROUNDS_MAX], cpu[ROUNDS_MAX], peak = 0;
        for (size_t i = 0; i < rounds; i++) {
            ms[i] = runs[who][i].ms;
            cpu[i] = runs[who][i].cpu_ms;
            peak = fmax(peak, runs[who][i].peak_kib / 1024);
        }
        printf("| %s | %.0f | %.0f | %.0f | %.5f |\n", names[who], median(ms, rounds),
            median(cpu, rounds), peak,
            fit_loss(log, &runs[who][0].weights, result->held_out_day, NULL));
    }
    printf("| published weights | | | | %.5f |\n| true weights | | | | %.5f |\n"
           "| constant | | | | %.5f |\n", result->loss_in_use,
        fit_loss(log, &truth, result->held_out_day, NULL), result->loss_constant);
}

static void print_bars(struct run runs[WHO_COUNT][ROUNDS_MAX], size_t rounds,
    const struct fit_log *log, const struct fit_result *result)
{
    double cpu[ROUNDS_MAX], peak = 0;
    for (size_t i = 0; i < rounds; i++) {
        cpu[i] = runs[NUDGED][i].cpu_ms;
        peak = fmax(peak, fmax(runs[NUDGED][i].peak_kib, runs[JOB][i].peak_kib) / 1024);
    }
    double more = fit_loss(log, &runs[NUDGED][0].weights, result->held_out_day, NULL) -
        fit_loss(log, &runs[BINDING][0].weights, result->held_out_day, NULL);
    double used = median(cpu, rounds);
    printf("bars: the fit's CPU %.0f ms, at most 70: %s; log loss %+.5f beside the package, at "
           "most +0.0005: %s; peak RSS %.0f MiB, below 30: %s\n", used,
        used <= 70 ? "kept" : "NOT KEPT", more, more <= 0.0005 ? "kept" : "NOT KEPT", peak,
        peak < 30 ? "kept" : "NOT KEPT");
}

static void compare(size_t rounds, size_t answers)
{
    static struct run runs[WHO_COUNT][ROUNDS_MAX];
    struct fit_log log = make_log(answers);
    struct fit_result result;
    struct arena arena;
    arena_init(&arena, 1 << 30);
    write_log(&log);
    write_store(&log);
    REQUIRE(!fit_weights(&log, &review_weights_default, &arena, &result));
    for (size_t i = 0; i < rounds; i++)
        for (int who = 0; who < WHO_COUNT; who++)
            runs[who][i] = run_one((enum who)who, result.held_out_day);
    printf("\n");
    print_commit();
    printf("\n\n");
    print_table(runs, rounds, &log, &result);
    print_bars(runs, rounds, &log, &result);
    for (size_t k = 0; k < REVIEW_WEIGHT_COUNT; k++)
        REQUIRE(runs[NUDGED][0].weights.w[k] == runs[JOB][0].weights.w[k]);
    arena_finish(&arena);
    free((void *)(uintptr_t)log.answers);
}

static void name_files(const char *in)
{
    (void)snprintf(log_path, sizeof(log_path), "%s/log", in);
    (void)snprintf(store_path, sizeof(store_path), "%s/nudged.db", in);
}

int main(int argc, char **argv)
{
    bool store = argc == 3 && strcmp(argv[1], "store") == 0;
    if (store || (argc == 3 && strcmp(argv[1], "learn") == 0)) {
        name_files(argv[2]);
        return learn(store);
    }
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 5;
    long answers = argc > 2 ? strtol(argv[2], NULL, 10) : 100000;
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (rounds < 1 || rounds > ROUNDS_MAX || answers < 1000 || len < 0 || !mkdtemp(folder)) {
        fputs("usage: bench_fit [ROUNDS [ANSWERS]]\n", stderr);
        return EXIT_FAILURE;
    }
    self[len] = '\0';
    name_files(folder);
    compare((size_t)rounds, (size_t)answers);
    static const char *const ends[] = { "log", "nudged.db", "nudged.db-wal", "nudged.db-shm" };
    for (size_t i = 0; i < COUNT(ends); i++) {
        char path[256];
        (void)snprintf(path, sizeof(path), "%s/%s", folder, ends[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
    return EXIT_SUCCESS;
}
