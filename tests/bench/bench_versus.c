/* nudged beside two apps on @slack/bolt and better-sqlite3 (tests/bench/bolt) and beside the bare
 * loop of its own libraries (tests/bench/bare), each a fresh process on a fresh database, taking
 * turns on one machine: A, nudged, B, nudged, the loop, nudged, and so on. Only the
 * ratios within a round mean anything; printed are their medians and ranges.
 *
 * A inserts one row an answer, B does what nudged does with nudged's own statements. Every counted
 * answer is a new row: they are counted in the file at the end of each run.
 * Usage: bench_versus [ROUNDS [PEOPLE]] (3, 16000); NUDGED_NODE names another node. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bots.h"
#include "bench/company.h"
#include "bench/figures.h"
#include "nudged/base/arena.h"
#include "nudged/base/macros.h"
#include "nudged/net/local.h"

enum { ROUNDS_MAX = 15, WARM_UP = 1500, OPEN_SECONDS = 3, OPEN_PER_SECOND = 2000, WINDOW = 64,
    PEOPLE_MIN = WARM_UP + OPEN_SECONDS * OPEN_PER_SECOND + 500 };

/* Without updates the Bolt apps send none; the others get no answer to theirs until the end. */
static const struct setting {
    const char *name;
    bool updates, slow_disk, open_loop;
} settings[] = {
    { "stored and acked, no update", false, false, true },
    { "with the update", true, false, true },
    { "with the update, a sync takes 1 ms more", true, true, false },
};

enum figure { ACKED, DONE, CPU, PEAK, HELLO, ANONYMOUS, P50, P99, FIGURES };

/* Against A, B and the bare loop; 0: no bar. */
static const struct {
    const char *name;
    bool more_is_better;
    double bars[COUNT(settings)][3];
} figures[FIGURES] = {
    [ACKED] = { "acked/s at 64 outstanding", true, { { 3.5, 6, 0.75 }, { 3.5, 6, 0.75 }, { 14 } } },
    [DONE] = { "done/s at 64 outstanding", true, { { 0 }, { 5, 8, 0.75 }, { 0 } } },
    [CPU] = { "CPU s per 10,000", false, { { 0.35 }, { 0.2 }, { 0 } } },
    [PEAK] = { "peak RSS, MiB", false, { { 0.15 }, { 0.15 }, { 0 } } },
    [HELLO] = { "start to hello, ms", false, { { 0.15 }, { 0.15 }, { 0 } } },
    [ANONYMOUS] = { "private memory, connected, MiB", false, { { 0 } } },
    [P50] = { "ack p50 at 2,000/s, ms", false, { { 0 } } },
    [P99] = { "ack p99 at 2,000/s, ms", false, { { 0.4 }, { 0.4 }, { 0 } } },
};

struct run {
    double value[FIGURES];
};

/* order of a round; the nudged behind each app is the one it is compared with */
static const enum bot order[] = { BOT_ONE_ROW, BOT_NUDGED, BOT_SAME_ROWS, BOT_NUDGED, BOT_BARE,
    BOT_NUDGED };
enum { AGAINST = COUNT(order) / 2 }; /* A, B and the bare loop */

struct versus {
    struct company company;
    struct bot_place place;
    struct arena arena;
    pid_t peer;
    uint32_t people, rounds;
    uint64_t answers[BOT_COUNT], rows[BOT_COUNT], lost[BOT_COUNT];
    struct run runs[ROUNDS_MAX][COUNT(order)];
};

static void prepare(struct versus *versus);
static void live_until(
    struct versus *versus, const char *at, _Atomic uint32_t *counter, uint32_t wanted);
static void wait_for(struct versus *versus, _Atomic uint32_t *counter, uint32_t wanted);
static void wait_idle(pid_t pid);
static void ignore(void *arg, struct str piece);
static void compare(struct versus *versus, const struct setting *setting);
static struct run run_bot(struct versus *versus, enum bot bot, const struct setting *setting);
static void press(struct versus *versus, enum bot bot, struct peer_phase phase);
static void print(struct versus *versus, const struct setting *setting);
static void print_ratio(struct versus *versus, size_t app, enum figure figure, double bar);
static double ratio_of(const struct run *ours, const struct run *theirs, enum figure figure);
static void end(struct versus *versus, int code);

int main(int argc, char **argv)
{
    static struct versus versus;
    versus.rounds = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 3;
    versus.people = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 16000;
    if (!versus.rounds || versus.rounds > ROUNDS_MAX || versus.people < PEOPLE_MIN ||
        versus.people > 1000000) {
        fprintf(stderr, "usage: bench_versus [ROUNDS [PEOPLE]]   (1 to %d, %d to 1000000)\n",
            ROUNDS_MAX, PEOPLE_MIN);
        return EXIT_FAILURE;
    }
    if (access(SOURCE_DIR "/tests/bench/bolt/node_modules", R_OK)) {
        fprintf(stderr, "bench: the apps to compare with are not installed: ./dev bench versus\n");
        return EXIT_FAILURE;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    prepare(&versus);
    for (size_t i = 0; i < COUNT(settings); i++)
        compare(&versus, &settings[i]);
    bool right = versus.answers[BOT_NUDGED] == versus.rows[BOT_NUDGED] &&
        !versus.lost[BOT_NUDGED] && !versus.place.board->doubled;
    for (enum bot bot = 0; bot < BOT_COUNT; bot++)
        printf("%s: %llu answers, %llu rows, %llu never acked\n", bot_name(bot),
            (unsigned long long)versus.answers[bot], (unsigned long long)versus.rows[bot],
            (unsigned long long)versus.lost[bot]);
    printf("doubled %u; envelope %u bytes\n", versus.place.board->doubled,
        versus.place.board->result.envelope_bytes);
    print_commit();
    printf(", %u people, %u rounds: medians, ratios with their least and greatest\n",
        versus.people, versus.rounds);
    end(&versus, right ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* Through the road: on Sunday all are matched, on Monday they get the notice, on Tuesday a
 * question; an hour of these days takes three seconds. */
static void prepare(struct versus *versus)
{
    char url[64];
    arena_init(&versus->arena, 1 << 20);
    company_make(&versus->company, versus->people);
    struct peer_board *board = peer_start(versus->people, &versus->peer);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/api/", (unsigned)board->port);
    versus->place = (struct bot_place){ .company = &versus->company, .board = board,
        .config = company_config_file(&versus->company, url, &versus->arena) };
    live_until(versus, "2031-03-02T12:00:00Z", &board->roster_reads, 1);
    live_until(versus, "2031-03-03T09:00:00Z", &board->notices, versus->people);
    live_until(versus, "2031-03-04T09:00:00Z", &board->cards, versus->people);
    bot_database_keep(&versus->place);
    versus->place.at = "2031-03-04T16:29:30Z";
    versus->place.speed = "0";
}

static void live_until(struct versus *versus, const char *at, _Atomic uint32_t *counter,
    uint32_t wanted)
{
    double unused;
    struct str control =
        str_format(&versus->arena, "%s/state/control", versus->company.folder);
    versus->place.at = at;
    versus->place.speed = "1200";
    pid_t pid = bot_start(BOT_NUDGED, &versus->place, &unused);
    if (local_request(control, STR("{\"do\":\"resume\"}"), ignore, NULL))
        end(versus, EXIT_FAILURE);
    wait_for(versus, counter, wanted);
    wait_idle(pid);
    bot_stop(pid);
}

static void wait_for(struct versus *versus, _Atomic uint32_t *counter, uint32_t wanted)
{
    for (int i = 0; *counter < wanted && i < 120000; i++)
        usleep(1000);
    if (*counter >= wanted)
        return;
    fprintf(stderr, "bench: only %u of %u messages came\n", *counter, wanted);
    end(versus, EXIT_FAILURE);
}

/* For a fifth of a second next to nothing was computed. */
static void wait_idle(pid_t pid)
{
    double before, cpu = bot_cost(pid).cpu_seconds;
    do {
        before = cpu;
        usleep(200000);
        cpu = bot_cost(pid).cpu_seconds;
    } while (cpu - before > 0.004);
}

static void ignore(void *arg, struct str piece)
{
    (void)arg;
    (void)piece;
}

static void compare(struct versus *versus, const struct setting *setting)
{
    for (uint32_t round = 0; round < versus->rounds; round++)
        for (size_t i = 0; i < COUNT(order); i++)
            versus->runs[round][i] = run_bot(versus, order[i], setting);
    print(versus, setting);
}

static struct run run_bot(struct versus *versus, enum bot bot, const struct setting *setting)
{
    struct run run;
    struct peer_board *board = versus->place.board;
    uint64_t before_lost = versus->lost[bot];
    uint32_t reads = board->roster_reads;
    uint32_t open = setting->open_loop ? OPEN_SECONDS * OPEN_PER_SECOND : 0;
    bool hold = !setting->updates;
    versus->place.updates = setting->updates;
    versus->place.slow_disk = setting->slow_disk;
    bot_database_fresh(bot, &versus->place);
    pid_t pid = bot_start(bot, &versus->place, &run.value[HELLO]);
    if (bot == BOT_NUDGED)
        wait_for(versus, &board->roster_reads, reads + 1);
    wait_idle(pid);
    run.value[ANONYMOUS] = bot_cost(pid).anonymous_mib;
    press(versus, bot, (struct peer_phase){ WARM_UP, WINDOW, 0, true, hold });
    uint32_t answers = versus->people - WARM_UP - open;
    double cpu = bot_cost(pid).cpu_seconds;
    press(versus, bot, (struct peer_phase){ answers, WINDOW, 0, false, hold });
    struct bot_cost cost = bot_cost(pid);
    struct peer_result result = board->result;
    run.value[ACKED] = result.acked / result.acked_seconds;
    run.value[DONE] = setting->updates ? result.done / result.done_seconds : 0;
    run.value[CPU] = (cost.cpu_seconds - cpu) * 10000 / answers;
    if (open)
        press(versus, bot, (struct peer_phase){ open, 0, OPEN_PER_SECOND, false, hold });
    run.value[P50] = board->result.ack_us_p50 / 1e3;
    run.value[P99] = board->result.ack_us_p99 / 1e3;
    run.value[PEAK] = bot_cost(pid).peak_mib;
    if (hold && bot >= BOT_BARE)
        press(versus, bot, (struct peer_phase){ 0, WINDOW, 0, false, false });
    bot_stop(pid);
    versus->rows[bot] += (uint64_t)bot_database_answers(bot, &versus->place);
    printf("%s, %s: %.0f acked/s, %.0f done/s, %.2f CPU s/10k, p99 %.2f ms, peak %.0f MiB, "
           "%llu never acked\n",
        setting->name, bot_name(bot), run.value[ACKED], run.value[DONE], run.value[CPU],
        run.value[P99], run.value[PEAK],
        (unsigned long long)(versus->lost[bot] - before_lost));
    return run;
}

static void press(struct versus *versus, enum bot bot, struct peer_phase phase)
{
    struct peer_board *board = versus->place.board;
    board->phase = phase;
    board->asked++;
    while (board->answered != board->asked)
        usleep(500);
    versus->answers[bot] += phase.answers;
    versus->lost[bot] += phase.answers - board->result.acked;
}

static void print(struct versus *versus, const struct setting *setting)
{
    size_t which = (size_t)(setting - settings);
    printf("\n| %s | Bolt A | Bolt B | bare C | nudged | to A | bar | to B | bar | to bare C | bar "
           "|\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
        setting->name);
    for (enum figure f = 0; f < FIGURES; f++) {
        double values[BOT_COUNT][AGAINST * ROUNDS_MAX];
        size_t len[BOT_COUNT] = { 0 };
        bool measured = true;
        for (uint32_t round = 0; round < versus->rounds; round++)
            for (size_t i = 0; i < COUNT(order); i++) {
                double value = versus->runs[round][i].value[f];
                values[order[i]][len[order[i]]++] = value;
                measured = measured && value > 0;
            }
        if (!measured || ((f == P50 || f == P99) && !setting->open_loop))
            continue;
        printf("| %s |", figures[f].name);
        for (enum bot bot = 0; bot < BOT_COUNT; bot++) {
            printf(" ");
            printf(f == CPU || f == P50 || f == P99 ? "%.2f" : "%.0f",
                median(values[bot], len[bot]));
            printf(" |");
        }
        for (size_t i = 0; i < AGAINST; i++)
            print_ratio(versus, 2 * i, f, figures[f].bars[which][i]);
        printf("\n");
    }
    printf("\n");
}

/* app: its place in the order; nudged's run is the next one. */
static void print_ratio(struct versus *versus, size_t app, enum figure figure, double bar)
{
    double ratios[ROUNDS_MAX], least = 0, greatest = 0;
    for (uint32_t round = 0; round < versus->rounds; round++)
        ratios[round] =
            ratio_of(&versus->runs[round][app + 1], &versus->runs[round][app], figure);
    double middle = median(ratios, versus->rounds);
    least = ratios[0];
    greatest = ratios[versus->rounds - 1];
    printf(" %.2f (%.2f–%.2f) |", middle, least, greatest);
    bool kept = figures[figure].more_is_better ? middle >= bar : middle <= bar;
    if (bar > 0)
        printf(" %s %.2f: %s |", figures[figure].more_is_better ? "≥" : "≤", bar,
            kept ? "kept" : "NOT KEPT");
    else
        printf(" |");
}

static double ratio_of(const struct run *ours, const struct run *theirs, enum figure figure)
{
    return theirs->value[figure] > 0 ? ours->value[figure] / theirs->value[figure] : 0;
}

static void end(struct versus *versus, int code)
{
    peer_stop(versus->peer);
    company_remove(&versus->company);
    arena_finish(&versus->arena);
    exit(code);
}
