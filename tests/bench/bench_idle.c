/* What an idle daemon costs: the program itself in a process of its own, connected, with a thousand
 * people; first with nothing done yet, then in the evening of a day on which each got a message.
 * Usage: bench_idle [PEOPLE [SECONDS]] (1000, 10) */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/company.h"
#include "bench/figures.h"
#include "bench/peer.h"
#include "nudged/net/local.h"

enum { STARTS = 5, PATIENCE_MS = 60000, SETTLE_SECONDS = 3 };

static const double anonymous_mib_max = 6, resident_mib_max = 20;

struct bench {
    struct company company;
    struct peer_board *board;
    pid_t peer, daemon;
    const char *config;
    struct arena arena;
    uint32_t seconds;
};

struct idle {
    double anonymous_mib, resident_mib, proportional_mib, cpu_ms_a_minute;
};

static void start(struct bench *bench, const char *at, const char *speed);
static void stop(struct bench *bench);
static double start_to_hello_ms(struct bench *bench);
static void wait_until(
    struct bench *bench, _Atomic uint32_t *counter, uint32_t wanted, const char *what);
static void resume(struct bench *bench);
static void ignore(void *arg, struct str piece);
static struct idle measure(const struct bench *bench);
static bool print(const char *when, const struct idle *idle);
static void fail(struct bench *bench, const char *what);

/* Sunday: nobody is due. Monday, five past three, the clock at 100: everybody within a minute. */
int main(int argc, char **argv)
{
    struct bench bench = { .seconds = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 10 };
    uint32_t people = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000;
    if (!people || people > 100000 || !bench.seconds) {
        fprintf(stderr, "usage: bench_idle [PEOPLE [SECONDS]]\n");
        return EXIT_FAILURE;
    }
    char url[64];
    double hello_ms[STARTS];
    (void)signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    arena_init(&bench.arena, 1 << 20);
    company_make(&bench.company, people);
    bench.board = peer_start(people, &bench.peer);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/api/", (unsigned)bench.board->port);
    bench.config = company_config_file(&bench.company, url, &bench.arena);
    for (int i = 0; i < STARTS; i++)
        hello_ms[i] = start_to_hello_ms(&bench);
    start(&bench, "2031-03-02T12:00:00Z", "1");
    resume(&bench);
    struct idle fresh = measure(&bench);
    stop(&bench);
    start(&bench, "2031-03-03T15:05:00Z", "100");
    wait_until(&bench, &bench.board->notices, people, "message");
    struct idle evening = measure(&bench);
    stop(&bench);
    printf(
        "| %u people, idle | anonymous MiB | resident MiB | proportional MiB | CPU ms a minute |\n"
        "| --- | --- | --- | --- | --- |\n",
        people);
    bool right = print("connected", &fresh);
    right = print("after a message to each", &evening) && right;
    printf(
        "\nstart to hello: %.1f ms (median of %d); bars: anonymous < %.0f, resident < %.0f MiB: "
        "%s\n",
        median(hello_ms, STARTS), STARTS, anonymous_mib_max, resident_mib_max,
        right ? "kept" : "NOT KEPT");
    print_commit();
    printf("; the last row's CPU is that of a clock running 100 times as fast\n");
    peer_stop(bench.peer);
    company_remove(&bench.company);
    arena_finish(&bench.arena);
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void start(struct bench *bench, const char *at, const char *speed)
{
    uint32_t hellos = bench->board->hellos;
    bench->daemon = fork();
    if (bench->daemon == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        (void)dup2(nowhere, STDERR_FILENO);
        (void)setenv("SLACK_APP_TOKEN", "xapp-bench", 1);
        (void)setenv("SLACK_BOT_TOKEN", "xoxb-bench", 1);
        (void)execl(BUILD_DIR "/nudged", "nudged", "run", "-c", bench->config, "--at", at,
            "--speed", speed, (char *)NULL);
        _exit(127);
    }
    wait_until(bench, &bench->board->hellos, hellos + 1, "connection");
}

static void stop(struct bench *bench)
{
    (void)kill(bench->daemon, SIGTERM);
    (void)waitpid(bench->daemon, NULL, 0);
}

static double start_to_hello_ms(struct bench *bench)
{
    int64_t start_ns = now_ns();
    start(bench, "2031-03-02T12:00:00Z", "1");
    double ms = (double)(bench->board->hello_ns - start_ns) / 1e6;
    stop(bench);
    return ms;
}

static void wait_until(
    struct bench *bench, _Atomic uint32_t *counter, uint32_t wanted, const char *what)
{
    for (int i = 0; *counter < wanted && i < PATIENCE_MS; i++) {
        if (waitpid(bench->daemon, NULL, WNOHANG))
            fail(bench, "the daemon ended");
        usleep(1000);
    }
    if (*counter < wanted)
        fail(bench, what);
}

static void resume(struct bench *bench)
{
    struct str path = str_format(&bench->arena, "%s/state/control", bench->company.folder);
    if (local_request(path, STR("{\"do\":\"resume\"}"), ignore, NULL))
        fail(bench, "no resume");
}

static void ignore(void *arg, struct str piece)
{
    (void)arg;
    (void)piece;
}

static struct idle measure(const struct bench *bench)
{
    sleep(SETTLE_SECONDS);
    int64_t cpu_ns = cpu_ns_of(bench->daemon);
    sleep(bench->seconds);
    cpu_ns = cpu_ns_of(bench->daemon) - cpu_ns;
    return (struct idle){
        .anonymous_mib = (double)memory_kib(bench->daemon, "smaps_rollup", "Anonymous:") / 1024,
        .resident_mib = (double)memory_kib(bench->daemon, "smaps_rollup", "Rss:") / 1024,
        .proportional_mib = (double)memory_kib(bench->daemon, "smaps_rollup", "Pss:") / 1024,
        .cpu_ms_a_minute = (double)cpu_ns / 1e6 * 60 / bench->seconds,
    };
}

static bool print(const char *when, const struct idle *idle)
{
    printf("| %s | %.1f | %.1f | %.1f | %.1f |\n", when, idle->anonymous_mib, idle->resident_mib,
        idle->proportional_mib, idle->cpu_ms_a_minute);
    return idle->anonymous_mib > 0 && idle->anonymous_mib < anonymous_mib_max &&
        idle->resident_mib < resident_mib_max;
}

static void fail(struct bench *bench, const char *what)
{
    fprintf(stderr, "bench: %s: not seen\n", what);
    if (bench->daemon > 0)
        (void)kill(bench->daemon, SIGKILL);
    peer_stop(bench->peer);
    company_remove(&bench->company);
    exit(EXIT_FAILURE);
}
