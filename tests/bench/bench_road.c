/* Answers per second through the whole road: frame, decode, facts, decide, apply, commit, ack, and
 * the message update behind it; on real sockets, a real file, synchronous FULL.
 *
 * A generated company gets its notices, then day after day one question each, and answers through
 * the road. Every counted answer is a new row of an open nudge: the rows are counted at the end.
 * Usage: bench_road [PEOPLE [ROUNDS [ROW]]] (20000, 3, all rows of the table). A round takes three
 * simulated days. */
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/company.h"
#include "bench/figures.h"
#include "bench/floor.h"
#include "bench/peer.h"
#include "nudged/app/app.h"
#include "nudged/net/loop.h"

enum { ROUNDS_MAX = 20, POLL_MS = 3, PATIENCE_SECONDS = 120, FLOOR_ANSWERS = 6000 };

/* A share of the day's open nudges, or seconds of an open loop. What is left of a day is answered
 * unmeasured (row REST), so that the next day starts clean. */
static const struct row {
    const char *name;
    int day;
    double share; /* of the people, closed loop */
    uint32_t window, per_second, seconds, answers_max;
} rows[] = {
    { "64 outstanding", 0, 0.9, 64, 0, 0, UINT32_MAX },
    { "512 outstanding", 1, 0.9, 512, 0, 0, UINT32_MAX },
    { "1 outstanding", 2, 0.15, 1, 0, 0, 3000 },
    { "500/s offered", 2, 0.15, 0, 500, 5, UINT32_MAX },
    { "2,000/s offered", 2, 0.5, 0, 2000, 5, UINT32_MAX },
};
enum { DAYS = 3 };
static const struct row rest = { "rest", 0, 1, 256, 0, 0, UINT32_MAX };

struct figures {
    double acked_per_second[ROUNDS_MAX], done_per_second[ROUNDS_MAX];
    double p50_ms[ROUNDS_MAX], p99_ms[ROUNDS_MAX], p999_ms[ROUNDS_MAX];
    double cpu[ROUNDS_MAX], cpu_peer[ROUNDS_MAX]; /* seconds per 10,000 answers */
    size_t len;
};

struct bench {
    uint32_t people, rounds, only, day, unanswered; /* only: one row, from 1; 0: all */
    uint64_t answers, lost;
    struct company company;
    struct config config;
    struct arena arena;
    struct loop *loop;
    struct app *app;
    struct timer *poll;
    struct peer_board *board;
    pid_t peer;
    bool (*condition)(struct bench *bench);
    bool met;
    uint32_t cards_wanted, notices_wanted;
    int64_t patience_ns;
    struct figures figures[COUNT(rows)];
    double floor[3];
    char *problem;
};

static const uint32_t floor_batches[3] = { 1, 64, 512 };

static void set_up(struct bench *bench);
static void measure_round(struct bench *bench, bool warm);
static void next_day(struct bench *bench);
static void measure(struct bench *bench, const struct row *row, struct figures *figures);
static void measure_floor(struct bench *bench);
static void wait_for(struct bench *bench, bool (*condition)(struct bench *bench), const char *what);
static bool is_matched(struct bench *bench);
static bool is_posted(struct bench *bench);
static bool is_answered(struct bench *bench);
static void on_poll(void *arg);
static void on_stop(void *arg, int exit_code, struct str why);
static int report(struct bench *bench);
static int64_t count(struct bench *bench, const char *question);
static void close_all(struct bench *bench);

int main(int argc, char **argv)
{
    struct bench bench = { .people = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 20000,
        .rounds = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 3,
        .only = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0 };
    if (bench.people < 100 || bench.people > 1000000 || !bench.rounds ||
        bench.rounds > ROUNDS_MAX || bench.only > COUNT(rows)) {
        fprintf(stderr,
            "usage: bench_road [PEOPLE [ROUNDS [ROW]]]   (100 to 1000000, 1 to %d, 1 to %zu)\n",
            ROUNDS_MAX, COUNT(rows));
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    set_up(&bench);
    for (uint32_t round = 0; round < bench.rounds; round++)
        measure_round(&bench, round == 0);
    next_day(&bench);
    measure_floor(&bench);
    measure(&bench, &rest, NULL);
    int code = report(&bench);
    close_all(&bench);
    return code;
}

static void set_up(struct bench *bench)
{
    char url[64];
    struct instant monday;
    struct buf problem = buf_heap(1 << 20);
    (void)signal(SIGPIPE, SIG_IGN);
    company_make(&bench->company, bench->people);
    bench->board = peer_start(bench->people, &bench->peer);
    arena_init(&bench->arena, 1 << 20);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/api/", (unsigned)bench->board->port);
    bench->config = company_config(&bench->company, url, &bench->arena);
    REQUIRE(!loop_new(&bench->loop) && instant_parse(STR("2031-03-03T08:00:00Z"), &monday));
    loop_set_clock(bench->loop, monday, 0);
    struct app_options options = {
        .config = &bench->config,
        .world = loop_world(bench->loop),
        .platform = platform_named(STR("slack")),
        .app_token = STR("xapp-bench"),
        .bot_token = STR("xoxb-bench"),
        .stop = on_stop,
        .arg = bench,
    };
    enum err err = app_new(&options, &problem, &bench->app);
    if (!err)
        err = app_start(bench->app);
    if (!err)
        err = app_raise(
            bench->app, &(struct event){ .kind = EVENT_CONTROL, .control = CONTROL_RESUME });
    if (err) {
        fprintf(stderr, "bench: %s\n%.*s", err_text(err), STR_ARG(buf_str(&problem)));
        exit(EXIT_FAILURE);
    }
    buf_free(&problem);
    struct world *world = loop_world(bench->loop);
    bench->poll = world->ops->timer_new(world, on_poll, bench);
    int64_t start_ns = now_ns();
    wait_for(bench, is_matched, "matched");
    printf("%u people matched in %.1f s", bench->people, (double)(now_ns() - start_ns) / 1e9);
    bench->notices_wanted = bench->people;
    start_ns = now_ns();
    next_day(bench);
    printf(", their notices sent in %.1f s\n", (double)(now_ns() - start_ns) / 1e9);
    bench->notices_wanted = 0;
}

/* warm: the first thousand answers of the first round are not counted in any figure. */
static void measure_round(struct bench *bench, bool warm)
{
    static const struct row warm_up = { "warm-up", 0, 0.05, 64, 0, 0, 1000 };
    for (int day = 0; day < DAYS; day++) {
        if (bench->only && rows[bench->only - 1].day != day)
            continue;
        next_day(bench);
        if (warm && day == 0)
            measure(bench, &warm_up, NULL);
        for (size_t i = 0; i < COUNT(rows); i++)
            if (rows[i].day == day && (!bench->only || bench->only == i + 1))
                measure(bench, &rows[i], &bench->figures[i]);
        measure(bench, &rest, NULL);
    }
}

/* Half a minute before the end: every slot of the day has come, nobody's window is over. */
static void next_day(struct bench *bench)
{
    struct instant first;
    REQUIRE(instant_parse(STR("2031-03-03T16:29:30Z"), &first));
    uint32_t day = bench->day++;
    struct instant at = instant_add(first, HOURS(24 * (day / 5 * 7 + day % 5)));
    bench->cards_wanted = bench->notices_wanted ? 0 : bench->people;
    bench->board->cards = 0;
    loop_jump_clock(bench->loop, at);
    wait_for(bench, is_posted, "sent");
    bench->unanswered = bench->cards_wanted;
}

static void measure(struct bench *bench, const struct row *row, struct figures *figures)
{
    uint32_t answers = (uint32_t)(row->share * bench->people);
    if (row->per_second && answers > row->per_second * row->seconds)
        answers = row->per_second * row->seconds;
    answers = answers < row->answers_max ? answers : row->answers_max;
    answers = answers < bench->unanswered ? answers : bench->unanswered;
    if (!answers)
        return;
    bench->board->phase = (struct peer_phase){
        .answers = answers, .window = row->window, .per_second = row->per_second };
    double cpu = cpu_seconds();
    bench->board->asked++;
    wait_for(bench, is_answered, "answered");
    const struct peer_result *result = &bench->board->result;
    cpu = cpu_seconds() - cpu;
    bench->unanswered -= answers;
    bench->answers += answers;
    bench->lost += answers - result->acked;
    bench->lost += answers - result->done;
    if (!figures)
        return;
    size_t at = figures->len++;
    figures->acked_per_second[at] = result->acked / result->acked_seconds;
    figures->done_per_second[at] = result->done / result->done_seconds;
    figures->p50_ms[at] = result->ack_us_p50 / 1e3;
    figures->p99_ms[at] = result->ack_us_p99 / 1e3;
    figures->p999_ms[at] = result->ack_us_p999 / 1e3;
    figures->cpu[at] = cpu * 10000 / answers;
    figures->cpu_peer[at] = result->cpu_seconds * 10000 / answers;
}

/* On a copy with the same rows and a day's open nudges, in this process, the peer asleep. */
static void measure_floor(struct bench *bench)
{
    struct str path = str_format(&bench->arena, "%s/floor.db", bench->company.folder);
    char *path_z = str_z(&bench->arena, path);
    if (store_backup(app_store(bench->app), path))
        return;
    struct floor *floor = floor_open(path_z);
    uint32_t each = bench->people / 3 < FLOOR_ANSWERS ? bench->people / 3 : FLOOR_ANSWERS;
    for (size_t i = 0; floor && i < COUNT(floor_batches); i++)
        bench->floor[i] = floor_run(floor, each, floor_batches[i]);
    floor_close(floor);
}

static void wait_for(struct bench *bench, bool (*condition)(struct bench *bench), const char *what)
{
    struct world *world = loop_world(bench->loop);
    bench->condition = condition;
    bench->met = false;
    bench->patience_ns = now_ns() + (int64_t)PATIENCE_SECONDS * 1000000000;
    world->ops->timer_after(bench->poll, (struct duration){ 0 });
    if (loop_run(bench->loop) || bench->problem || !bench->met) {
        fprintf(stderr, "bench: not everything was %s: cards %u of %u, notices %u, %s\n", what,
            bench->board->cards, bench->cards_wanted, bench->board->notices,
            bench->problem ? bench->problem : "time is up");
        peer_stop(bench->peer);
        company_remove(&bench->company);
        exit(EXIT_FAILURE);
    }
}

static bool is_matched(struct bench *bench)
{
    return bench->board->roster_reads && app_is_idle(bench->app) &&
        app_next_due(bench->app).utc_ms > world_now(loop_world(bench->loop)).utc_ms &&
        count(bench, "SELECT count(*) FROM person WHERE chat_state = 1") == bench->people;
}

static bool is_posted(struct bench *bench)
{
    return bench->board->cards == bench->cards_wanted && app_is_idle(bench->app) &&
        bench->board->notices >= bench->notices_wanted;
}

static bool is_answered(struct bench *bench)
{
    return bench->board->answered == bench->board->asked && app_is_idle(bench->app);
}

static void on_poll(void *arg)
{
    struct bench *bench = arg;
    struct world *world = loop_world(bench->loop);
    bench->met = bench->condition(bench);
    if (bench->met || now_ns() > bench->patience_ns)
        loop_stop(bench->loop);
    else
        world->ops->timer_after(bench->poll, (struct duration){ POLL_MS });
}

static void on_stop(void *arg, int exit_code, struct str why)
{
    struct bench *bench = arg;
    (void)exit_code;
    bench->problem = str_z(&bench->arena, why);
    loop_stop(bench->loop);
}

static int report(struct bench *bench)
{
    int64_t stored = count(bench, "SELECT count(*) FROM answer");
    double done64 = 0;
    printf(
        "\n| load | acked/s | done/s | ack p50 ms | p99 | p99.9 | CPU s/10k | peer's CPU s/10k |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct figures *f = &bench->figures[i];
        if (!f->len)
            continue;
        double done = median(f->done_per_second, f->len);
        printf("| %s | %.0f | %.0f | %.2f | %.2f | %.2f | %.3f | %.3f |\n", rows[i].name,
            median(f->acked_per_second, f->len), done, median(f->p50_ms, f->len),
            median(f->p99_ms, f->len), median(f->p999_ms, f->len), median(f->cpu, f->len),
            median(f->cpu_peer, f->len));
        done64 = i == 0 ? done : done64;
    }
    printf("\nfloor, the same SQL alone, answers/s: %.0f one by one, %.0f by 64, %.0f by 512; "
           "done/s at 64 outstanding is %.2f of it\n",
        bench->floor[0], bench->floor[1], bench->floor[2],
        bench->floor[1] > 0 ? done64 / bench->floor[1] : 0);
    printf("answers %llu, rows %lld, lost %llu, doubled %u; envelope %u bytes; peak RSS %.1f MiB, "
           "anonymous at the end %.1f MiB\n",
        (unsigned long long)bench->answers, (long long)stored, (unsigned long long)bench->lost,
        bench->board->doubled, bench->board->result.envelope_bytes,
        (double)memory_kib(0, "status", "VmHWM:") / 1024,
        (double)memory_kib(0, "smaps_rollup", "Anonymous:") / 1024);
    print_commit();
    printf(", %u people, medians of %u rounds; nothing here is random\n", bench->people,
        bench->rounds);
    bool right = stored == (int64_t)bench->answers && !bench->lost && !bench->board->doubled;
    if (!right)
        fprintf(stderr, "bench: answers were lost or doubled\n");
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int64_t count(struct bench *bench, const char *question)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t answer = -1;
    const char *path = str_z(&bench->arena,
        str_format(&bench->arena, "%.*s/nudged.db", STR_ARG(bench->config.state_folder)));
    if (!sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) &&
        !sqlite3_prepare_v2(db, question, -1, &statement, NULL) &&
        sqlite3_step(statement) == SQLITE_ROW)
        answer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

static void close_all(struct bench *bench)
{
    loop_world(bench->loop)->ops->timer_free(bench->poll);
    app_free(bench->app);
    peer_stop(bench->peer);
    loop_free(bench->loop);
    arena_finish(&bench->arena);
    company_remove(&bench->company);
}
