/* What a daemon holds after a long life is what it held after a short one.
 *
 *   COUNT           reconnects (default 500)
 *   NUDGED_BINARY   set: a real daemon, in real time, against a simulated workspace behind a real
 *                   port; not set: the app in this process on the virtual clock, with ten events
 *                   for each reconnect
 *
 * Measured are open file descriptors and resident memory, once after a warm-up and again at the
 * end: not one descriptor more, at most 2 MiB of memory. In process the database is a real file,
 * and the workspace is given nothing that it would have to keep. */
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/company.h"
#include "endure/endure.h"
#include "nudged/net/loop.h"
#include "nudged/sim/server.h"
#include "support/play.h"

enum {
    EVENTS_A_RECONNECT = 10,
    WARM_UP_PART = 5, /* of all reconnects */
    GROWTH_KIB_MAX = 2048,
    REAL_PEOPLE = 20,
    REAL_WARM_UP = 10,
    REFRESH_MS = 1050, /* sooner would be taken for a storm, and answered with a pause */
    PATIENCE_MS = 20000
};

struct held {
    size_t fds;
    long rss_kib;
};

static int play_it(uint64_t reconnects);
static void one_reconnect(struct play *play, uint64_t number);
static void one_event(struct play *play, uint64_t number);
static uint64_t links_made(struct play *play);
static int live_it(uint64_t reconnects, const char *binary);
static int compare(const struct held *before, const struct held *after, uint64_t reconnects,
    uint64_t events, const char *where);

int main(void)
{
    uint64_t reconnects = endure_number("COUNT", 500);
    const char *binary = getenv("NUDGED_BINARY");
    setvbuf(stdout, NULL, _IOLBF, 0);
    return binary ? live_it(reconnects, binary) : play_it(reconnects);
}

static struct held now_held(pid_t pid)
{
    if (!pid)
        malloc_trim(0);
    return (struct held){ endure_fds(pid), endure_rss_kib(pid) };
}

/* -- on the virtual clock ------------------------------------------------------------------ */

static int play_it(uint64_t reconnects)
{
    struct play *play = play_new(&(struct play_setup){ .faults = true, .on_disk = true });
    struct held before = { 0 };
    uint64_t warm_up = reconnects / WARM_UP_PART, events = 0, links = 0;
    for (uint64_t i = 0; i < reconnects + warm_up; i++) {
        if (i == warm_up) {
            before = now_held(0);
            links = links_made(play);
            events = sim_world_steps(play->world);
        }
        one_reconnect(play, i);
        for (uint64_t k = 0; k < EVENTS_A_RECONNECT; k++)
            one_event(play, i * EVENTS_A_RECONNECT + k);
    }
    struct held after = now_held(0);
    if (links_made(play) - links < reconnects)
        endure_broken("only %llu connections", (unsigned long long)(links_made(play) - links));
    printf("%llu steps of the world, %zu sockets at the end\n",
        (unsigned long long)(sim_world_steps(play->world) - events),
        sim_world_links(play->world));
    int code = compare(&before, &after, reconnects, reconnects * EVENTS_A_RECONNECT,
        "on the virtual clock");
    play_free(play);
    return code;
}

static void one_reconnect(struct play *play, uint64_t number)
{
    static const enum sim_fault ways[] = { SIM_FAULT_CUT, SIM_FAULT_REFRESH, SIM_FAULT_SILENCE,
        SIM_FAULT_WARNING };
    static const enum sim_fault refusals[] = { SIM_FAULT_REFUSE_408, SIM_FAULT_REFUSE_409,
        SIM_FAULT_REFUSE_429, SIM_FAULT_NO_HELLO };
    uint64_t made = links_made(play);
    if (number % 8 == 7)
        sim_faults_force(&play->faults, refusals[number / 8 % COUNT(refusals)], 1);
    sim_faults_force(&play->faults, ways[number % COUNT(ways)], 1);
    int minutes = 0;
    while (links_made(play) == made || sim_world_links(play->world) != 1) {
        if (minutes++ > 30)
            endure_broken("no new connection for half an hour");
        play_for(play, MINUTES(1));
    }
}

/* None of them makes the workspace keep anything. */
static void one_event(struct play *play, uint64_t number)
{
    static const char *const users[] = { "UADA", "UBEN", "UMAX", "UOLGA" };
    static const char *const zones[] = { "Europe/Berlin", "Europe/London" };
    struct str user = str_from_z(users[number % COUNT(users)]);
    struct look_user found;
    struct instant from = play_now(play);
    if (number % 3 == 0) {
        REQUIRE(!human_open_home(play->workspace, user));
    } else if (number % 3 == 1) {
        struct arena arena;
        arena_init(&arena, 1 << 16);
        REQUIRE(look_user(play->workspace, user, &found));
        struct workspace_user changed = { .id = str_copy(&arena, found.user.id),
            .name = str_copy(&arena, found.user.name),
            .real_name = str_copy(&arena, found.user.real_name),
            .email = str_copy(&arena, found.user.email),
            .tz = str_from_z(zones[number / 8 % COUNT(zones)]) };
        REQUIRE(!workspace_change_user(play->workspace, &changed));
        arena_finish(&arena);
    } else {
        REQUIRE(!workspace_set_dnd(play->workspace, user, from, instant_add(from, MINUTES(1))));
        REQUIRE(!human_open_home(play->workspace, user));
    }
    play_for(play, SECONDS(2));
}

static uint64_t links_made(struct play *play)
{
    return look_calls(play->workspace, STR("apps.connections.open")).ok;
}

/* -- a real daemon ------------------------------------------------------------------------- */

struct real {
    struct loop *loop;
    struct workspace *workspace;
    struct instant base;
    struct mono mono_base;
};

static struct sim_time real_now(void *arg)
{
    struct real *real = arg;
    struct mono mono = world_mono(loop_world(real->loop));
    struct duration since = { mono.ms - real->mono_base.ms };
    return (struct sim_time){ instant_add(real->base, since), mono };
}

static uint64_t real_links(struct real *real)
{
    return look_calls(real->workspace, STR("apps.connections.open")).ok;
}

static void run_for(struct real *real, int64_t ms)
{
    for (int64_t end = world_mono(loop_world(real->loop)).ms + ms;
         world_mono(loop_world(real->loop)).ms < end;)
        loop_run_once(real->loop, 5);
}

/* Until so many links were opened and only one is left. */
static void wait_links(struct real *real, uint64_t made)
{
    int64_t end = world_mono(loop_world(real->loop)).ms + PATIENCE_MS;
    while (real_links(real) < made || workspace_links(real->workspace, NULL, 0) == 0) {
        loop_run_once(real->loop, 5);
        if (world_mono(loop_world(real->loop)).ms > end)
            endure_broken("the daemon did not connect in time");
    }
}

static pid_t start_daemon(const char *binary, const char *config)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid)
        return pid;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, 0);
    dup2(nowhere, 2);
    for (int fd = 3; fd < 256; fd++)
        close(fd);
    setenv("SLACK_APP_TOKEN", "xapp-sim", 1);
    setenv("SLACK_BOT_TOKEN", "xoxb-sim", 1);
    execl(binary, binary, "run", "-c", config, "--at", "2031-03-08T10:00:00Z", (char *)NULL);
    _exit(127);
}

static int live_it(uint64_t reconnects, const char *binary)
{
    struct real real = { 0 };
    struct company company;
    struct arena arena;
    struct sim_server *server;
    (void)signal(SIGPIPE, SIG_IGN);
    arena_init(&arena, 1 << 16);
    company_make(&company, REAL_PEOPLE);
    REQUIRE(!loop_new(&real.loop) && instant_parse(STR("2031-03-08T10:00:00Z"), &real.base));
    real.mono_base = world_mono(loop_world(real.loop));
    struct workspace_options options = { .seed = 7, .time = real_now, .time_arg = &real };
    REQUIRE(!workspace_new(&options, &real.workspace));
    struct sim_server_options serve = { .loop = real.loop, .workspace = real.workspace };
    REQUIRE(!sim_server_new(&serve, &server));
    struct str url = str_format(&arena, "%.*s/api/", STR_ARG(sim_server_origin(server)));
    const char *config = company_config_file(&company, str_z(&arena, url), &arena);
    pid_t daemon = start_daemon(binary, config);
    wait_links(&real, 1);
    struct held before = { 0 };
    for (uint64_t i = 0; i < reconnects + REAL_WARM_UP; i++) {
        run_for(&real, REFRESH_MS);
        if (i == REAL_WARM_UP)
            before = now_held(daemon);
        workspace_disconnect(real.workspace, 0, STR("refresh_requested"));
        wait_links(&real, i + 2);
    }
    run_for(&real, REFRESH_MS);
    struct held after = now_held(daemon);
    kill(daemon, SIGTERM);
    int status = -1;
    for (int i = 0; i < PATIENCE_MS / 5 && waitpid(daemon, &status, WNOHANG) == 0; i++)
        loop_run_once(real.loop, 5);
    sim_server_free(server);
    workspace_free(real.workspace);
    loop_free(real.loop);
    arena_finish(&arena);
    company_remove(&company);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        endure_broken("the daemon did not end well (%d)", status);
    return compare(&before, &after, reconnects, 0, "of a real daemon");
}

static int compare(const struct held *before, const struct held *after, uint64_t reconnects,
    uint64_t events, const char *where)
{
    long growth_kib = after->rss_kib - before->rss_kib;
    long more_fds = (long)after->fds - (long)before->fds;
    bool kept = more_fds == 0 && growth_kib <= GROWTH_KIB_MAX && before->rss_kib > 0;
    printf("%zu descriptors and %ld KiB after the warm-up, %zu and %ld at the end\n", before->fds,
        before->rss_kib, after->fds, after->rss_kib);
    printf("%s: %llu reconnects and %llu events %s, %+ld file descriptors, %+ld KiB of memory\n",
        kept ? "proved" : "BROKEN", (unsigned long long)reconnects, (unsigned long long)events,
        where, more_fds, growth_kib);
    return kept ? EXIT_SUCCESS : EXIT_FAILURE;
}
