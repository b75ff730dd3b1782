/* How the days of the company pass: the daemon's process, the clock, what people do. */
#include "crash/life.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash/first_schema.h"

/* SPEED: as fast as a quiet machine can live a day; a day that did not get everything done is
 * followed by a slower one, so that the pace follows what happens, not the wall clock.
 * MONO_SPEED: the workspace's 3 s for an ack are 150 real ms, its ladder of redelivery 3 s. */
enum {
    SPEED = 10000,
    SPEED_LEAST = 600,
    MONO_SPEED = 20,
    WEEK_MS = 7 * 86400000,
    DAY_REAL_MS = 12000,
    STOP_REAL_MS = 12000
};

static const int64_t first_monday_ms = INT64_C(1930294740000); /* 08:59 UTC */
static const int64_t evening_ms = INT64_C(200) * 60000; /* after the morning: all is over */

static struct sim_time sim_now(void *arg);
static void set_morning(struct life *life);
static void back_to_first_schema(struct life *life);
static void start_daemon(struct life *life, unsigned long kill_at);
static bool child_ended(struct life *life);
static void after_death(struct life *life);
static void live_round(struct life *life);
static bool is_quiet(struct life *life);
static bool is_whole(struct life *life);
static bool is_connected(struct life *life);
static void people_act(struct life *life, uint32_t who);
static void press(struct life *life, uint32_t who, const struct look_message *card);
static void command(struct life *life, uint32_t who);
static void ask_backup(struct life *life);
static void read_backup(struct life *life);
static void reload(struct life *life);
static void stop_daemon(struct life *life);
static void count_calls_file(struct life *life);
static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk);

void life_begin(struct life *life, const char *where, unsigned company, uint64_t seed)
{
    struct workspace_options options = {
        .seed = seed, .time = sim_now, .time_arg = life, .no_echo = true
    };
    struct sim_server_options server = { 0 };
    char command_line[640];
    *life = (struct life){ .company = company, .random = seed, .backup = -1, .frozen = true };
    snprintf(life->folder, sizeof(life->folder), "%s/company-XXXXXX", where);
    if (!mkdtemp(life->folder) || loop_new(&life->loop) ||
        workspace_new(&options, &life->workspace))
        exit(1);
    server.loop = life->loop;
    server.workspace = life->workspace;
    life->base = (struct instant){ first_monday_ms };
    life->speed = SPEED;
    crash_add_people(life->workspace, life->ids);
    if (sim_server_new(&server, &life->server))
        exit(1);
    crash_write_company(life->folder, sim_server_origin(life->server));
    if (chdir(life->folder) || mkdir("state", 0700))
        exit(1);
    snprintf(command_line, sizeof(command_line), "%s resume -c %s/nudged.yaml >/dev/null",
        getenv("NUDGED_BINARY"), life->folder);
    if (system(command_line))
        life_broken(life, "resume failed");
    life_day(life, &(struct misfortune){ 0 }); /* the notices */
}

void life_end(struct life *life)
{
    sim_server_free(life->server);
    workspace_free(life->workspace);
    loop_free(life->loop);
    (void)!chdir("/");
    (void)nftw(life->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void life_day(struct life *life, const struct misfortune *misfortune)
{
    life->now = *misfortune;
    life->day++;
    set_morning(life);
    if (life->day > 1 && first_schema_now() > 1)
        back_to_first_schema(life);
    (void)unlink("calls");
    start_daemon(life, misfortune->kill_at);
    int64_t end = world_mono(loop_world(life->loop)).ms +
        (int64_t)DAY_REAL_MS * SPEED / life->speed;
    while (!is_quiet(life) && world_mono(loop_world(life->loop)).ms < end) {
        live_round(life);
        if (child_ended(life))
            after_death(life);
    }
    bool whole = is_whole(life);
    stop_daemon(life);
    count_calls_file(life);
    life_check_day(life);
    life->counts.days++;
    life->counts.rushed += !whole;
    life->speed = whole ? life->speed * 5 / 4 : life->speed / 2;
    life->speed = life->speed > SPEED ? SPEED : life->speed;
    life->speed = life->speed < SPEED_LEAST ? SPEED_LEAST : life->speed;
}

static void back_to_first_schema(struct life *life)
{
    size_t len = 0;
    unsigned char *image = first_schema_of("state/nudged.db", NULL, &len);
    FILE *file = fopen("state/nudged.db", "wb");
    if (!file || fwrite(image, 1, len, file) != len || fclose(file))
        life_broken(life, "the database of the first release could not be written");
    sqlite3_free(image);
    (void)unlink("state/epoch"); /* the first release had none; with it, this would be a restore */
    life->counts.migrations++;
}

/* No line of the file: the daemon was killed while it stopped. */
void life_calls(struct life *life, unsigned long *all, unsigned long *files)
{
    FILE *file = fopen("calls", "r");
    if (!file || fscanf(file, "calls %lu %lu", all, files) != 2 || *all < 50)
        life_broken(life, "the shim did not count");
    fclose(file);
}

uint32_t life_draw(struct life *life, uint32_t bound)
{
    life->random = life->random * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(life->random >> 33) % bound;
}

struct instant life_now(struct life *life)
{
    struct mono mono = world_mono(loop_world(life->loop));
    int64_t past_ms = life->frozen ? 0 : (mono.ms - life->mono_base.ms) * life->speed;
    return instant_add(life->base, (struct duration){ past_ms });
}

void life_broken(struct life *life, const char *what)
{
    printf("BROKEN: %s\n  company %u, day %lu, killed at call %lu, then at %lu, fault %s at %lu\n"
           "  %s and its daemon.log are left as they were\n",
        what, life->company, life->day, life->now.kill_at, life->now.again_at,
        life->now.fault ? life->now.fault : "none", life->now.fault_at, life->folder);
    printf("  again, on every day: NUDGED_COMPANIES=1 NUDGED_KILL_AT=%lu NUDGED_AGAIN_AT=%lu "
           "NUDGED_FAULT_AT=%lu NUDGED_FAULT=%s and the command of the goal\n",
        life->now.kill_at, life->now.again_at, life->now.fault_at,
        life->now.fault ? life->now.fault : "");
    fflush(stdout);
    if (life->child)
        kill(life->child, SIGKILL);
    _exit(1);
}

/* -- time and process ---------------------------------------------------------------------- */

static struct sim_time sim_now(void *arg)
{
    struct life *life = arg;
    return (
        struct sim_time){ life_now(life), { world_mono(loop_world(life->loop)).ms * MONO_SPEED } };
}

static void set_morning(struct life *life)
{
    life->base = (struct instant){ first_monday_ms + (int64_t)life->day * WEEK_MS };
    life->frozen = true;
    life->backups_asked = 0;
    life->backup_done = life->reload_done = false;
    memset(life->today, 0, sizeof(life->today));
    for (uint32_t p = 0; p < CRASH_PEOPLE; p++)
        life->seen[p] = look_messages(life->workspace, life->ids[p]);
    (void)unlink("backup.db");
}

static void start_daemon(struct life *life, unsigned long kill_at)
{
    char config[320], at[40], kill_text[24], fault_text[24], speed[16];
    struct buf text = buf_heap(sizeof(at));
    buf_add_instant(&text, life_now(life));
    snprintf(at, sizeof(at), "%.*s", STR_ARG(buf_str(&text)));
    buf_free(&text);
    snprintf(config, sizeof(config), "%s/nudged.yaml", life->folder);
    snprintf(kill_text, sizeof(kill_text), "%lu", kill_at);
    snprintf(fault_text, sizeof(fault_text), "%lu", life->now.fault_at);
    snprintf(speed, sizeof(speed), "%d", life->speed);
    fflush(stdout);
    life->mono_base = world_mono(loop_world(life->loop));
    life->frozen = false;
    life->opens_before = look_calls(life->workspace, STR("apps.connections.open")).ok;
    life->child = fork();
    if (life->child)
        return;
    int log = open("daemon.log", O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(log, 2);
    setenv("SLACK_APP_TOKEN", "xapp-sim", 1);
    setenv("SLACK_BOT_TOKEN", "xoxb-sim", 1);
    setenv("LD_PRELOAD", getenv("NUDGED_SHIM"), 1);
    setenv("KILL_AT", kill_text, 1);
    setenv("FAULT_AT", fault_text, 1);
    setenv("FAULT", life->now.fault ? life->now.fault : "", 1);
    setenv("CALLS_FILE", "calls", 1);
    const char *binary = getenv("NUDGED_BINARY");
    execl(binary, binary, "run", "-c", config, "--at", at, "--speed", speed, (char *)NULL);
    _exit(127);
}

static bool child_ended(struct life *life)
{
    int status = 0;
    if (!life->child || waitpid(life->child, &status, WNOHANG) != life->child)
        return false;
    life->base = life_now(life);
    life->frozen = true;
    life->child = 0;
    life->ended = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return true;
}

/* Only the death of this day, and the refusal to go on with a broken disk, are in order. */
static void after_death(struct life *life)
{
    unsigned long kill_at = life->now.again_at;
    if (life->ended == 128 + SIGKILL && (life->now.kill_at || life->now.again_at)) {
        life->counts.kills++;
    } else if (life->ended == 74 && life->now.fault_at) {
        life->counts.refusals++;
        kill_at = 0;
    } else {
        printf("the daemon ended with %d\n", life->ended);
        life_broken(life, "an end nobody asked for");
    }
    life_check_corpse(life);
    if (life->now.again_at)
        life->now.kill_at = life->now.again_at;
    life->now.again_at = 0;
    life->now.fault_at = 0;
    if (life->backup >= 0)
        (void)close(life->backup);
    life->backup = -1;
    start_daemon(life, kill_at);
    life->counts.restarts++;
}

static void stop_daemon(struct life *life)
{
    int64_t end = world_mono(loop_world(life->loop)).ms + STOP_REAL_MS;
    if (life->child)
        kill(life->child, SIGTERM);
    while (life->child && world_mono(loop_world(life->loop)).ms < end) {
        loop_run_once(life->loop, 2);
        if (!child_ended(life) || life->ended == 0)
            continue;
        after_death(life); /* while it stopped: the next one starts, and the day goes on */
        while (!is_quiet(life) && world_mono(loop_world(life->loop)).ms < end)
            if (child_ended(life))
                after_death(life);
            else
                live_round(life);
        kill(life->child, SIGTERM);
    }
    if (life->child)
        life_broken(life, "the daemon did not stop when told to");
}

/* -- the day ------------------------------------------------------------------------------- */

static void live_round(struct life *life)
{
    loop_run_once(life->loop, 2);
    workspace_tick(life->workspace);
    people_act(life, life_draw(life, CRASH_PEOPLE));
    if (life->backup >= 0)
        read_backup(life);
    bool anybody = false;
    for (uint32_t p = 0; p < CRASH_PEOPLE; p++)
        anybody = anybody || life->today[p].tries;
    if (!is_connected(life) || !anybody)
        return;
    if (!life->reload_done)
        reload(life);
    if (!life->backup_done && life->backup < 0 && life->backups_asked < 3)
        ask_backup(life);
}

/* Everybody answered and sees it, the manager has read the week, nothing is on its way; or it has
 * become evening, and what has not begun will not come any more. Whoever began to answer is waited
 * for: what they are shown is sent at night, too, and a daemon that runs for a moment every other
 * week would rightly let it expire. */
static bool is_quiet(struct life *life)
{
    bool evening =
        life_now(life).utc_ms > first_monday_ms + (int64_t)life->day * WEEK_MS + evening_ms;
    bool missing = (life->day > 2 && !life_got_digest(life)) || !life_believes_command(life, 4);
    bool begun = false;
    if (!is_connected(life) || look_unacked(life->workspace) || life->backup >= 0)
        return false;
    for (uint32_t p = 0; p < CRASH_PEOPLE; p++) {
        struct look_message card;
        bool asked = life_card(life, p, &card);
        missing = missing || !asked || !life_is_answered(&card);
        begun = begun || (asked && life->today[p].tries && life_is_open(&card));
    }
    return (evening && !begun) || (!missing && life->backup_done && life->reload_done);
}

/* All that a day has came to its end. On the first two nobody is asked, or no week is told. */
static bool is_whole(struct life *life)
{
    bool whole = is_quiet(life) && (life->day < 2 || (life->backup_done && life->reload_done));
    return whole && (life->day < 3 || life_got_digest(life));
}

/* Not while it starts: a daemon that has not taken up its signals yet is killed by them. */
static bool is_connected(struct life *life)
{
    return life->child && workspace_links(life->workspace, NULL, 0) > 0 &&
        look_calls(life->workspace, STR("apps.connections.open")).ok > life->opens_before;
}

static void people_act(struct life *life, uint32_t who)
{
    struct look_message card;
    if (!life_card(life, who, &card))
        return;
    if (life_is_open(&card) && !life_believes(life, who))
        press(life, who, &card);
    else if (who == 4 && life_is_answered(&card) && !life_believes_command(life, who))
        command(life, who);
}

/* Before the click: an error mark may come at once. */
static void note_try(struct life *life, uint32_t who, struct str ts)
{
    struct person_day *today = &life->today[who];
    struct look_user user;
    if (!str_equal(ts, str_from_z(today->ts))) {
        today->tries = 0;
        (void)look_user(life->workspace, life->ids[who], &user);
        today->troubles_before = user.troubles;
        snprintf(today->ts, sizeof(today->ts), "%.*s", STR_ARG(ts));
    }
    today->tries++;
}

/* The third one never clicks but types; the fourth one presses twice. */
static void press(struct life *life, uint32_t who, const struct look_message *card)
{
    struct arena arena;
    struct look_element elements[16];
    arena_init(&arena, 1 << 20);
    struct str id = life->ids[who], ts = str_copy(&arena, card->ts);
    size_t len = look_elements(life->workspace, &arena, id, ts, elements, 16);
    size_t first = life_draw(life, 2);
    note_try(life, who, ts);
    enum err err = ERR_NOT_FOUND;
    if (who == 2) {
        err = human_say(life->workspace, id, first ? STR("A") : STR("B"), NULL);
        life->counts.lines += !err;
    }
    for (size_t i = 0, chosen = 0; who != 2 && i < len; i++) {
        if (!str_starts_with(elements[i].action_id, STR("choose")) || chosen++ != first)
            continue;
        err = human_click(life->workspace, id, ts, elements[i].block_id, elements[i].action_id);
        life->counts.clicks += !err;
        if (who == 3 && !err) {
            note_try(life, who, ts);
            if (human_click(life->workspace, id, ts, elements[i].block_id, elements[i].action_id))
                life->today[who].tries--;
        }
    }
    if (err)
        life->today[who].tries--;
    arena_finish(&arena);
}

static void command(struct life *life, uint32_t who)
{
    struct look_user user;
    struct person_day *today = &life->today[who];
    if (!today->commands && look_user(life->workspace, life->ids[who], &user))
        today->troubles_before_command = user.troubles;
    today->commands++;
    if (human_say(life->workspace, life->ids[who], STR("/nudge pause for 3 days"), NULL))
        today->commands--;
    life->counts.commands++;
}

static void reload(struct life *life)
{
    crash_write_edition(life->folder, ++life->edition);
    kill(life->child, SIGHUP);
    life->reload_done = true;
}

/* -- the backup ---------------------------------------------------------------------------- */

static void ask_backup(struct life *life)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "state/control" };
    char line[320];
    int len = snprintf(
        line, sizeof(line), "{\"do\":\"backup\",\"file\":\"%s/backup.db\"}\n", life->folder);
    int asked = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    life->backups_asked++;
    if (connect(asked, (const struct sockaddr *)&address, sizeof(address)) ||
        send(asked, line, (size_t)len, MSG_NOSIGNAL) != len)
        (void)close(asked);
    else
        life->backup = asked;
}

static void read_backup(struct life *life)
{
    char text[512];
    ssize_t len = recv(life->backup, text, sizeof(text), 0);
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (len >= 3 && memcmp(text, "ok\n", 3) == 0) {
        life->backup_done = true;
        life->counts.backups++;
    }
    if (len > 0)
        return;
    (void)close(life->backup);
    life->backup = -1;
}

/* -- files --------------------------------------------------------------------------------- */

/* Handed on to the parent: what was hit. */
static void count_calls_file(struct life *life)
{
    char line[96];
    FILE *file = fopen("calls", "r");
    while (file && fgets(line, sizeof(line), file)) {
        if (strncmp(line, "hit ", 4) != 0)
            continue;
        life->counts.faults += life->now.fault != NULL;
        line[strcspn(line, "\n")] = '\0';
        fprintf(stderr, "1 %s\n", line);
    }
    if (file)
        fclose(file);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}
