/* A steady load: 200 answers a second, each a new row of a live question, stored with an fsync
 * before its ack, by the whole road on real sockets and a real file.
 *
 *   COUNT   seconds (default 15)
 *
 * The app and its loop run in this process, the workspace in another one (bench/peer.c), which
 * presses at fixed instants whatever happens, and measures each ack from the instant at which the
 * press was meant to leave. Promised: acks within 100 ms for 99 of 100 and within 1 s for all, the
 * loop busy for at most 50 ms at a time in 999 of 1,000 rounds, at most 64 MiB of memory. */
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/company.h"
#include "bench/figures.h"
#include "bench/peer.h"
#include "endure/endure.h"
#include "nudged/app/app.h"
#include "nudged/net/loop.h"

enum {
    PER_SECOND = 200,
    PEOPLE = 10000,
    POLL_MS = 5,
    HELD_POLLS = 40, /* what is reached only between two batches is not reached */
    PATIENCE_SECONDS = 180,
    WARM_UP = 400,
    ROUNDS_ROOM = 1 << 20,
    ACK_P99_US = 100000,
    ACK_MAX_US = 1000000,
    LAG_P999_US = 50000,
    RSS_KIB_MAX = 64 << 10
};

struct load {
    uint32_t people, seconds;
    struct company company;
    struct config config;
    struct arena arena;
    struct loop *loop;
    struct app *app;
    struct timer *poll;
    struct peer_board *board;
    pid_t peer;
    bool (*condition)(struct load *load);
    int64_t patience_ns;
    bool stopped, counting;
    uint32_t *rounds_us; /* how long each round of the loop was at work, while counting */
    size_t rounds_len;
    uint32_t held; /* polls in a row at which the condition held */
    uint64_t answers;
};

static void set_up(struct load *load);
static void to_morning(struct load *load, int day, bool (*condition)(struct load *load));
static void offer(struct load *load, uint32_t answers, const char *what);
static void wait_for(struct load *load, bool (*condition)(struct load *load), const char *what);
static bool is_matched(struct load *load);
static bool has_notices(struct load *load);
static bool has_cards(struct load *load);
static bool is_answered(struct load *load);
static void on_poll(void *arg);
static void on_stop(void *arg, int exit_code, struct str why);
static int64_t count_answers(struct load *load);
static void on_round(void *arg, int64_t busy_us);
static bool check(struct load *load);

int main(void)
{
    static struct load load;
    load.seconds = (uint32_t)endure_number("COUNT", 15);
    load.people = load.seconds * PER_SECOND + WARM_UP;
    if (load.people < PEOPLE)
        load.people = PEOPLE;
    setvbuf(stdout, NULL, _IOLBF, 0);
    set_up(&load);
    offer(&load, WARM_UP, "warm-up");
    load.counting = true;
    offer(&load, load.seconds * PER_SECOND, "load");
    load.counting = false;
    bool kept = check(&load);
    loop_world(load.loop)->ops->timer_free(load.poll);
    app_free(load.app);
    peer_stop(load.peer);
    loop_free(load.loop);
    arena_finish(&load.arena);
    company_remove(&load.company);
    free(load.rounds_us);
    return kept ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void set_up(struct load *load)
{
    char url[64];
    struct instant monday;
    struct buf problem = buf_heap(1 << 20);
    (void)signal(SIGPIPE, SIG_IGN);
    company_make(&load->company, load->people);
    load->board = peer_start(load->people, &load->peer);
    arena_init(&load->arena, 1 << 20);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/api/", (unsigned)load->board->port);
    load->config = company_config(&load->company, url, &load->arena);
    REQUIRE(!loop_new(&load->loop) && instant_parse(STR("2031-03-03T08:00:00Z"), &monday));
    loop_set_clock(load->loop, monday, 0);
    load->rounds_us = calloc(ROUNDS_ROOM, sizeof(*load->rounds_us));
    REQUIRE(load->rounds_us && !loop_on_round(load->loop, on_round, load));
    struct app_options options = { .config = &load->config,
        .world = loop_world(load->loop),
        .platform = platform_named(STR("slack")),
        .app_token = STR("xapp-load"),
        .bot_token = STR("xoxb-load"),
        .stop = on_stop,
        .arg = load };
    enum err err = app_new(&options, &problem, &load->app);
    if (!err)
        err = app_start(load->app);
    if (!err)
        err = app_raise(
            load->app, &(struct event){ .kind = EVENT_CONTROL, .control = CONTROL_RESUME });
    if (err)
        endure_broken("the app did not start: %s", err_text(err));
    buf_free(&problem);
    load->poll = loop_world(load->loop)->ops->timer_new(loop_world(load->loop), on_poll, load);
    wait_for(load, is_matched, "matched");
    to_morning(load, 0, has_notices);
    load->board->cards = 0;
    to_morning(load, 1, has_cards);
    printf("%u people, each with an open question\n", load->people);
}

/* Half a minute before the window ends: all slots of the day have come. */
static void to_morning(struct load *load, int day, bool (*condition)(struct load *load))
{
    struct instant first;
    REQUIRE(instant_parse(STR("2031-03-03T16:29:30Z"), &first));
    loop_jump_clock(load->loop, instant_add(first, HOURS(24 * day)));
    wait_for(load, condition, "sent");
}

static void offer(struct load *load, uint32_t answers, const char *what)
{
    load->board->phase = (struct peer_phase){ .answers = answers, .per_second = PER_SECOND };
    load->board->asked++;
    wait_for(load, is_answered, what);
    const struct peer_result *result = &load->board->result;
    if (result->acked != answers || result->done != answers)
        endure_broken("%s: of %u answers %u were acknowledged, %u shown", what, answers,
            result->acked, result->done);
    load->answers += answers;
}

static bool check(struct load *load)
{
    const struct peer_result *result = &load->board->result;
    int64_t stored = count_answers(load);
    long rss_kib = memory_kib(0, "status", "VmHWM:");
    qsort(load->rounds_us, load->rounds_len, sizeof(*load->rounds_us), compare_u32);
    uint32_t lag_us = percentile(load->rounds_us, load->rounds_len, 0.999);
    printf("ack p50 %.1f ms, p99.9 %.1f ms, loop p99 %.2f ms, longest %.0f ms in %zu rounds\n",
        result->ack_us_p50 / 1e3, result->ack_us_p999 / 1e3,
        percentile(load->rounds_us, load->rounds_len, 0.99) / 1e3,
        percentile(load->rounds_us, load->rounds_len, 1) / 1e3, load->rounds_len);
    bool kept = stored == (int64_t)load->answers && !load->board->doubled &&
        result->ack_us_p99 <= ACK_P99_US && result->ack_us_max <= ACK_MAX_US &&
        lag_us <= LAG_P999_US && rss_kib <= RSS_KIB_MAX;
    printf("%s: %u answers at %d a second, ack p99 %.1f ms, longest %.0f ms, loop lag p99.9 %.1f "
           "ms, %ld MiB at most, %lld rows, 0 lost, %u doubled\n",
        kept ? "proved" : "BROKEN", load->seconds * PER_SECOND, PER_SECOND,
        result->ack_us_p99 / 1e3, result->ack_us_max / 1e3, lag_us / 1e3, rss_kib / 1024,
        (long long)stored,
        load->board->doubled);
    return kept;
}

static void wait_for(struct load *load, bool (*condition)(struct load *load), const char *what)
{
    load->condition = condition;
    load->held = 0;
    load->patience_ns = now_ns() + (int64_t)PATIENCE_SECONDS * 1000000000;
    loop_world(load->loop)->ops->timer_after(load->poll, (struct duration){ 0 });
    if (loop_run(load->loop) || load->stopped || load->held < HELD_POLLS) {
        company_remove(&load->company);
        peer_stop(load->peer);
        endure_broken("not everything was %s: cards %u, notices %u of %u", what,
            load->board->cards, load->board->notices, load->people);
    }
}

static bool is_matched(struct load *load)
{
    return load->board->roster_reads && app_is_idle(load->app) &&
        app_next_due(load->app).utc_ms > world_now(loop_world(load->loop)).utc_ms;
}

static bool has_notices(struct load *load)
{
    return load->board->notices >= load->people && app_is_idle(load->app);
}

static bool has_cards(struct load *load)
{
    return load->board->cards == load->people && app_is_idle(load->app);
}

static bool is_answered(struct load *load)
{
    return load->board->answered == load->board->asked && app_is_idle(load->app);
}

static void on_poll(void *arg)
{
    struct load *load = arg;
    struct world *world = loop_world(load->loop);
    load->held = load->condition(load) ? load->held + 1 : 0;
    if (load->held == HELD_POLLS || now_ns() > load->patience_ns)
        loop_stop(load->loop);
    else
        world->ops->timer_after(load->poll, (struct duration){ POLL_MS });
}

static void on_round(void *arg, int64_t busy_us)
{
    struct load *load = arg;
    if (load->counting && load->rounds_len < ROUNDS_ROOM)
        load->rounds_us[load->rounds_len++] = (uint32_t)busy_us;
}

static void on_stop(void *arg, int exit_code, struct str why)
{
    struct load *load = arg;
    printf("stopped with %d: %.*s\n", exit_code, STR_ARG(why));
    load->stopped = true;
    loop_stop(load->loop);
}

static int64_t count_answers(struct load *load)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t count = -1;
    const char *path = str_z(&load->arena,
        str_format(&load->arena, "%.*s/nudged.db", STR_ARG(load->config.state_folder)));
    if (!sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) &&
        !sqlite3_prepare_v2(db, "SELECT count(*) FROM answer", -1, &statement, NULL) &&
        sqlite3_step(statement) == SQLITE_ROW)
        count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}
