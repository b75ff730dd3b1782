#include "bench/bots.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/figures.h"

enum { PATH_BYTES = 512, PATIENCE_MS = 30000, STOP_MS = 10000 };

static const struct {
    const char *name, *app; /* app: of node; NULL for a program of ours */
} bots[BOT_COUNT] = {
    [BOT_ONE_ROW] = { "Bolt A", "one_row.mjs" },
    [BOT_SAME_ROWS] = { "Bolt B", "same_rows.mjs" },
    [BOT_BARE] = { "bare C", NULL },
    [BOT_NUDGED] = { "nudged", NULL },
};

static void database_of(enum bot bot, const struct bot_place *place, char path[PATH_BYTES]);
static void run_bot(enum bot bot, const struct bot_place *place);
static void keep_epoch(const struct bot_place *place, bool back);
static void copy_file(const char *from, const char *to);
static void remove_database(const char *path);
static void die(const char *what, const char *name);

const char *bot_name(enum bot bot)
{
    return bots[bot].name;
}

pid_t bot_start(enum bot bot, const struct bot_place *place, double *hello_ms)
{
    uint32_t hellos = place->board->hellos;
    int64_t start_ns = now_ns();
    pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        run_bot(bot, place);
        _exit(127);
    }
    for (int i = 0; place->board->hellos == hellos && i < 10 * PATIENCE_MS; i++) {
        if (pid < 0 || waitpid(pid, NULL, WNOHANG))
            die("did not start:", bots[bot].name);
        usleep(100);
    }
    if (place->board->hellos == hellos)
        die("does not connect:", bots[bot].name);
    *hello_ms = (double)(place->board->hello_ns - start_ns) / 1e6;
    return pid;
}

struct bot_cost bot_cost(pid_t pid)
{
    struct bot_cost cost = {
        .peak_mib = (double)memory_kib(pid, "status", "VmHWM:") / 1024,
        .anonymous_mib = (double)memory_kib(pid, "smaps_rollup", "Anonymous:") / 1024,
    };
    char path[64];
    (void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    for (struct dirent *task = tasks ? readdir(tasks) : NULL; task; task = readdir(tasks))
        if (task->d_name[0] != '.')
            cost.cpu_seconds += (double)cpu_ns_of((pid_t)strtol(task->d_name, NULL, 10)) / 1e9;
    if (tasks)
        (void)closedir(tasks);
    return cost;
}

void bot_stop(pid_t pid)
{
    (void)kill(pid, SIGTERM);
    for (int i = 0; i < STOP_MS; i++) {
        if (waitpid(pid, NULL, WNOHANG))
            return;
        usleep(1000);
    }
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
}

void bot_database_keep(const struct bot_place *place)
{
    char path[PATH_BYTES], kept[PATH_BYTES + 8];
    database_of(BOT_NUDGED, place, path);
    (void)snprintf(kept, sizeof(kept), "%s.kept", path);
    copy_file(path, kept);
    keep_epoch(place, false);
}

void bot_database_fresh(enum bot bot, const struct bot_place *place)
{
    char path[PATH_BYTES], kept[PATH_BYTES + 8];
    database_of(BOT_NUDGED, place, path);
    (void)snprintf(kept, sizeof(kept), "%s.kept", path);
    database_of(bot, place, path);
    remove_database(path);
    if (bot != BOT_ONE_ROW)
        copy_file(kept, path);
    if (bot == BOT_NUDGED)
        keep_epoch(place, true);
}

int64_t bot_database_answers(enum bot bot, const struct bot_place *place)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t count = -1;
    char path[PATH_BYTES];
    database_of(bot, place, path);
    if (!sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) &&
        !sqlite3_prepare_v2(db, "SELECT count(*) FROM answer", -1, &statement, NULL) &&
        sqlite3_step(statement) == SQLITE_ROW)
        count = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return count;
}

static void database_of(enum bot bot, const struct bot_place *place, char path[PATH_BYTES])
{
    (void)snprintf(path, PATH_BYTES, "%s/%s", place->company->folder,
        bot == BOT_NUDGED ? "state/nudged.db" : "other.db");
}

/* In the child; returns only when it cannot. */
static void run_bot(enum bot bot, const struct bot_place *place)
{
    char database[PATH_BYTES], app[PATH_BYTES], url[64];
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    const char *node = getenv("NUDGED_NODE");
    database_of(bot, place, database);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/api/", (unsigned)place->board->port);
    if (place->slow_disk)
        (void)setenv("LD_PRELOAD", BUILD_DIR "/libslow_sync.so", 1);
    if (bot == BOT_BARE)
        (void)execl(BUILD_DIR "/bare_loop", "bare_loop", url, database, (char *)NULL);
    if (bot == BOT_NUDGED) {
        (void)dup2(nowhere, STDERR_FILENO);
        (void)setenv("SLACK_APP_TOKEN", "xapp-bench", 1);
        (void)setenv("SLACK_BOT_TOKEN", "xoxb-bench", 1);
        (void)execl(BUILD_DIR "/nudged", "nudged", "run", "-c", place->config, "--at",
            place->at, "--speed", place->speed, (char *)NULL);
        return;
    }
    (void)dup2(nowhere, STDOUT_FILENO);
    (void)setenv("NODE_ENV", "production", 1);
    (void)setenv("BENCH_API_URL", url, 1);
    (void)setenv("BENCH_DATABASE", database, 1);
    (void)setenv("BENCH_QUERIES", SOURCE_DIR "/src/store/sql/query", 1);
    (void)setenv("BENCH_UPDATES", place->updates ? "1" : "0", 1);
    (void)snprintf(app, sizeof(app), SOURCE_DIR "/tests/bench/bolt/%s", bots[bot].app);
    (void)execlp(node && *node ? node : "node", "node", app, (char *)NULL);
}

/* The file that tells nudged which copy of its database is the newest: this is no restored one. */
static void keep_epoch(const struct bot_place *place, bool back)
{
    char own[PATH_BYTES], kept[PATH_BYTES];
    (void)snprintf(own, sizeof(own), "%s/state/epoch", place->company->folder);
    (void)snprintf(kept, sizeof(kept), "%s/epoch.kept", place->company->folder);
    copy_file(back ? kept : own, back ? own : kept);
}

static void copy_file(const char *from, const char *to)
{
    static char bytes[1 << 16];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    size_t len = 0;
    while (in && out && (len = fread(bytes, 1, sizeof(bytes), in)) > 0)
        if (fwrite(bytes, 1, len, out) != len)
            die("cannot write", to);
    if (!in || !out || fclose(in) || fflush(out) || fsync(fileno(out)) || fclose(out))
        die("cannot copy to", to);
}

static void remove_database(const char *path)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char name[PATH_BYTES + 8];
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        (void)snprintf(name, sizeof(name), "%s%s", path, ends[i]);
        (void)unlink(name);
    }
}

static void die(const char *what, const char *name)
{
    fprintf(stderr, "bench: %s %s\n", what, name);
    exit(EXIT_FAILURE);
}
