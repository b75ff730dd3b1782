/* Many working days in a row; on each of them the daemon is killed once, at a different write or
 * sync, started again, and lives the day to its end. The simulated workspace is the oracle: every
 * answer it got an ack for is in the database, and nobody has two questions on a day.
 *
 * NUDGED_BINARY   the daemon (a release build: sanitizers do not go with a preloaded library)
 * NUDGED_SHIM     the library that kills
 * NUDGED_KILLS    how many days (default 100)
 * NUDGED_KILL_AT  always at this call, to look closer at one that was broken
 * Prints what was done and "N passed, 0 failed"; exit 1 at the first broken promise. */
#include "crash/company.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nudged/net/loop.h"
#include "nudged/sim/human.h"
#include "nudged/sim/look.h"
#include "nudged/sim/server.h"

enum { SPEED = 600, DAY_MS = 86400000, DAY_REAL_MS = 2300, STOP_REAL_MS = 5000 };

struct crash {
    char folder[256];
    struct loop *loop;
    struct workspace *workspace;
    struct sim_server *server;
    struct str ids[CRASH_PEOPLE];
    struct instant base; /* the simulated clock at mono_base */
    struct mono mono_base;
    pid_t child;
    uint64_t random;
    unsigned long kills, clicks, restarts;
    struct {
        unsigned long clicks;
        uint32_t troubles_before;
        char ts[32];
    } today[CRASH_PEOPLE];
};

static struct instant clock_now(struct crash *crash)
{
    struct mono mono = world_mono(loop_world(crash->loop));
    return instant_add(crash->base, (struct duration){ (mono.ms - crash->mono_base.ms) * SPEED });
}

static struct sim_time sim_now(void *arg)
{
    struct crash *crash = arg;
    return (struct sim_time){ clock_now(crash), world_mono(loop_world(crash->loop)) };
}

static uint32_t draw(struct crash *crash, uint32_t bound)
{
    crash->random = crash->random * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(crash->random >> 33) % bound;
}

static void broken(const char *what, unsigned long day, unsigned long kill_at)
{
    printf("BROKEN on day %lu, killed at call %lu: %s\n0 passed, 1 failed\n", day, kill_at, what);
    exit(1);
}

static void start_daemon(struct crash *crash, unsigned long kill_at)
{
    char config[320], at[40], kill_text[24], speed[16];
    struct buf text = buf_heap(sizeof(at));
    buf_add_instant(&text, clock_now(crash));
    snprintf(at, sizeof(at), "%.*s", STR_ARG(buf_str(&text)));
    buf_free(&text);
    snprintf(config, sizeof(config), "%s/nudged.yaml", crash->folder);
    snprintf(kill_text, sizeof(kill_text), "%lu", kill_at);
    snprintf(speed, sizeof(speed), "%d", SPEED);
    fflush(stdout);
    crash->child = fork();
    if (crash->child)
        return;
    int log = open("daemon.log", O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(log, 2);
    setenv("SLACK_APP_TOKEN", "xapp-sim", 1);
    setenv("SLACK_BOT_TOKEN", "xoxb-sim", 1);
    setenv("LD_PRELOAD", getenv("NUDGED_SHIM"), 1);
    setenv("KILL_AT", kill_text, 1);
    setenv("KILL_COUNT_FILE", "calls", 1);
    const char *binary = getenv("NUDGED_BINARY");
    execl(binary, binary, "run", "-c", config, "--at", at, "--speed", speed, (char *)NULL);
    _exit(127);
}

static bool child_ended(struct crash *crash)
{
    int status = 0;
    if (!crash->child || waitpid(crash->child, &status, WNOHANG) != crash->child)
        return false;
    crash->child = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
        printf("the daemon ended with %d\n", WEXITSTATUS(status));
        exit(1);
    }
    return true;
}

static uint32_t troubles_of(struct crash *crash, uint32_t who)
{
    struct look_user user;
    return look_user(crash->workspace, crash->ids[who], &user) ? user.troubles : 0;
}

/* Whoever saw no error mark believes that the answer was taken, and does not press again. */
static bool is_satisfied(struct crash *crash, uint32_t who, struct str ts)
{
    return str_equal(ts, str_from_z(crash->today[who].ts)) &&
        crash->today[who].clicks > troubles_of(crash, who) - crash->today[who].troubles_before;
}

/* Before the click: an error mark may come at once. Only the newest card is followed to the end. */
static void note_click(struct crash *crash, uint32_t who, struct str ts)
{
    crash->clicks++;
    if (!str_equal(ts, str_from_z(crash->today[who].ts))) {
        crash->today[who].clicks = 0;
        crash->today[who].troubles_before = troubles_of(crash, who);
        snprintf(crash->today[who].ts, sizeof(crash->today[who].ts), "%.*s", STR_ARG(ts));
    }
    crash->today[who].clicks++;
}

/* Presses an answer of whatever is open; the same button again now and then. */
static void people_act(struct crash *crash)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    uint32_t who = draw(crash, CRASH_PEOPLE);
    struct str id = crash->ids[who];
    size_t count = look_messages(crash->workspace, id);
    struct look_message message;
    struct look_element elements[16];
    if (count && look_message_at(crash->workspace, id, count - 1, &message) && message.from_app) {
        struct str ts = str_copy(&arena, message.ts);
        if (is_satisfied(crash, who, ts)) {
            arena_finish(&arena);
            return;
        }
        size_t len = look_elements(crash->workspace, &arena, id, ts, elements, 16);
        for (size_t i = 0, pressed = 0; i < len && pressed < 1 + draw(crash, 2); i++) {
            if (!str_starts_with(elements[i].action_id, STR("choose")) || draw(crash, 2))
                continue;
            pressed++;
            note_click(crash, who, ts);
            if (human_click(crash->workspace, id, ts, elements[i].block_id, elements[i].action_id))
                crash->today[who].clicks--;
        }
    }
    arena_finish(&arena);
}

static void live(struct crash *crash, int64_t real_ms, bool until_ended)
{
    int64_t end = world_mono(loop_world(crash->loop)).ms + real_ms;
    int rounds = 0;
    while (world_mono(loop_world(crash->loop)).ms < end) {
        loop_run_once(crash->loop, 2);
        if (++rounds % 8 == 0)
            people_act(crash);
        if (child_ended(crash) && until_ended)
            return;
    }
}

static bool clicks_pending(struct crash *crash)
{
    struct look_envelopes clicks = look_envelopes(crash->workspace, STR("interactive"));
    return clicks.made > clicks.acked + clicks.failed;
}

/* Until every click was acknowledged or got its error mark. */
static void settle(struct crash *crash)
{
    int64_t end = world_mono(loop_world(crash->loop)).ms + 4000;
    while (clicks_pending(crash) && world_mono(loop_world(crash->loop)).ms < end)
        loop_run_once(crash->loop, 5);
}

static int64_t ask_db(struct crash *crash, const char *sql)
{
    char path[320];
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t value = -1;
    snprintf(path, sizeof(path), "%s/state/nudged.db", crash->folder);
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

/* A click that got no error mark was acknowledged: its question is answered in the database (or was
 * closed before the click came). */
static void check_acks(struct crash *crash, unsigned long day, unsigned long kill_at)
{
    for (uint32_t p = 0; p < CRASH_PEOPLE; p++) {
        char sql[160];
        if (crash->today[p].clicks <= troubles_of(crash, p) - crash->today[p].troubles_before)
            continue;
        snprintf(sql, sizeof(sql),
            "SELECT count(*) FROM nudge WHERE message_id = '%s' AND state = 1", crash->today[p].ts);
        if (ask_db(crash, sql) != 0)
            broken("an acknowledged answer is not in the database", day, kill_at);
    }
}

/* What people were told and what is stored are the same. */
static void check_day(struct crash *crash, unsigned long day, unsigned long kill_at)
{
    if (look_duplicate_posts(crash->workspace))
        broken("a message was posted twice", day, kill_at);
    if (ask_db(crash,
            "SELECT count(*) FROM (SELECT 1 FROM nudge GROUP BY person_id, day "
            "HAVING count(*) > 1)") != 0)
        broken("two questions for one person on one day", day, kill_at);
    if (ask_db(crash,
            "SELECT count(*) FROM nudge WHERE state = 2 AND NOT EXISTS "
            "(SELECT 1 FROM answer WHERE answer.nudge_id = nudge.nudge_id)") != 0)
        broken("a question is closed as answered, but there is no answer", day, kill_at);
    if (ask_db(crash, "SELECT count(*) FROM delivery WHERE state = 2") != 0)
        broken("a claimed delivery was left behind", day, kill_at);
    sqlite3_int64 answered = ask_db(crash, "SELECT count(*) FROM nudge WHERE state = 2");
    int64_t shown = 0;
    for (int p = 0; p < CRASH_PEOPLE; p++)
        for (size_t i = 0; i < look_messages(crash->workspace, crash->ids[p]); i++) {
            struct look_message message;
            if (look_message_at(crash->workspace, crash->ids[p], i, &message) &&
                !message.ephemeral && str_contains(message.blocks, STR("Which number is")) &&
                str_contains(message.blocks, STR("It is written so.")) &&
                !str_contains(message.blocks, STR("choose:")))
                shown++;
        }
    if (shown != answered)
        broken("what people were told and what was stored differ", day, kill_at);
}

static void one_day(struct crash *crash, unsigned long day, unsigned long kill_at)
{
    start_daemon(crash, kill_at);
    live(crash, DAY_REAL_MS, true);
    bool killed = !crash->child;
    if (killed) {
        crash->kills++;
        start_daemon(crash, 0);
        live(crash, DAY_REAL_MS, false);
        crash->restarts++;
    }
    if (crash->child)
        kill(crash->child, SIGTERM);
    live(crash, STOP_REAL_MS, true);
    if (crash->child)
        broken("the daemon did not stop when told to", day, kill_at);
    settle(crash);
    check_acks(crash, day, kill_at);
    check_day(crash, day, kill_at);
}

static void set_morning(struct crash *crash, unsigned long day)
{
    crash->base = (struct instant){ INT64_C(1930296540000) + (int64_t)day * DAY_MS };
    crash->mono_base = world_mono(loop_world(crash->loop));
}

static void prepare(struct crash *crash)
{
    struct workspace_options options = { .seed = 5, .time = sim_now, .time_arg = crash };
    struct sim_server_options server = { 0 };
    char path[320];
    snprintf(crash->folder, sizeof(crash->folder), "/tmp/nudged-crash-XXXXXX");
    if (!mkdtemp(crash->folder) || loop_new(&crash->loop) ||
        workspace_new(&options, &crash->workspace))
        exit(1);
    server.loop = crash->loop;
    server.workspace = crash->workspace;
    set_morning(crash, 0);
    crash_add_people(crash->workspace, crash->ids);
    if (sim_server_new(&server, &crash->server))
        exit(1);
    crash_write_company(crash->folder, sim_server_origin(crash->server));
    snprintf(path, sizeof(path), "%s/state", crash->folder);
    mkdir(path, 0700);
    if (chdir(crash->folder))
        exit(1);
}

/* `nudged resume` without a daemon: this process is the daemon for one turn. */
static void resume(struct crash *crash)
{
    char command[640];
    snprintf(command, sizeof(command), "%s resume -c %s/nudged.yaml >/dev/null",
        getenv("NUDGED_BINARY"), crash->folder);
    if (system(command))
        broken("resume failed", 0, 0);
}

/* How many writes and syncs a day has that nobody interrupts. */
static uint32_t calls_of_a_day(void)
{
    unsigned long calls = 0;
    FILE *file = fopen("calls", "r");
    if (!file || fscanf(file, "%lu", &calls) != 1 || calls < 50)
        broken("the shim did not count", 1, 0);
    fclose(file);
    return (uint32_t)calls;
}

int main(void)
{
    static struct crash crash = { .random = 1 };
    const char *text = getenv("NUDGED_KILLS"), *fixed = getenv("NUDGED_KILL_AT");
    unsigned long kills = text ? strtoul(text, NULL, 10) : 100, days = 0;
    if (!getenv("NUDGED_BINARY") || !getenv("NUDGED_SHIM")) {
        fputs("NUDGED_BINARY and NUDGED_SHIM must name the daemon and the shim\n", stderr);
        return 64;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    prepare(&crash);
    resume(&crash);
    one_day(&crash, 0, 0); /* the notices */
    set_morning(&crash, ++days);
    one_day(&crash, days, 0);
    uint32_t calls = calls_of_a_day();
    printf("a day has %lu writes and syncs\n", (unsigned long)calls);
    while (crash.kills < kills && days < 3 * kills + 10) {
        days++;
        set_morning(&crash, days + days / 5 * 2); /* Monday to Friday */
        one_day(&crash, days, fixed ? strtoul(fixed, NULL, 10) : 1 + draw(&crash, calls));
    }
    int64_t answers = ask_db(&crash, "SELECT count(*) FROM answer");
    printf("%lu days, %lu kills, %lu clicks, %lld answers, 0 lost, 0 doubled\n", days, crash.kills,
        crash.clicks, (long long)answers);
    sim_server_free(crash.server);
    workspace_free(crash.workspace);
    loop_free(crash.loop);
    bool enough = crash.kills >= kills && answers > (int64_t)kills;
    printf("%lu passed, %d failed\n", crash.kills, enough ? 0 : 1);
    return enough ? 0 : 1;
}
