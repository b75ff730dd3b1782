/* Connections that break in every way there is, with presses and typed answers in flight: nothing
 * is lost, nothing is counted twice.
 *
 *   COUNT   rounds; each breaks the connection once in each of the ways below (default 8)
 *   SEED    who presses what, and when
 *
 * Several daemons at once, each in a process of its own, each with the app, the real sockets and a
 * simulated workspace behind a real port. Their clocks, timers and time-outs run HASTE times as
 * fast (hasty.h), so that a silent connection is found dead in less than a second of ours; what is
 * measured is measured in their time. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "bench/company.h"
#include "endure/endure.h"
#include "endure/hasty.h"
#include "nudged/app/app.h"
#include "nudged/sim/human.h"
#include "nudged/sim/look.h"
#include "sim/server_inside.h"

enum {
    PEOPLE = 60,
    DAEMONS = 12,
    PRESSERS = 4, /* people who answer around each break */
    PATIENCE_MS = 30000, /* of ours */
    DETECT_MS_MAX = 35000 + 100 * HASTE, /* of theirs; 100 ms of ours until they get a turn */
    REFRESH_GAP_MS_MAX = 1000,
    KEPT_MS_MAX = 9000, /* an old connection; the workspace itself ends it after 10 s */
    ELEMENTS_MAX = 32
};

struct presser {
    uint32_t person;
    bool types; /* instead of pressing */
    char ts[32];
    uint32_t troubles;
};

struct storm_counts {
    uint64_t rounds, breaks, presses, again, answers, reconnects;
    int64_t detect_ms_max, gap_ms_max;
    uint64_t sockets_max, overlaps, overlaps_long;
    bool done;
};

struct storm {
    struct storm_counts *counts;
    uint64_t random, day;
    struct loop *loop;
    struct hasty hasty;
    struct world *world;
    struct workspace *workspace;
    struct sim_faults faults;
    struct sim_server *server;
    struct company company;
    struct arena arena;
    struct config config;
    struct app *app;
    struct str ids[PEOPLE];
    uint32_t next;
    sqlite3 *db;
    const char *kind;
    struct presser pressers[PRESSERS];
    struct mono gone_at; /* no link at all since then; 0: there is one */
    int64_t gap_ms; /* the longest such time of this break */
    bool overlapped; /* two links at once in this break */
    struct mono two_since; /* 0: there are not two at the moment */
    int64_t two_ms; /* the longest time with two, in this break */
};

typedef void break_fn(struct storm *storm, enum sim_fault fault);
static break_fn fall_silent, refresh, warn, duplicate, stay_away, cut_off;

static const struct {
    const char *name;
    break_fn *run;
    enum sim_fault fault; /* of the next connection */
    bool stays_up; /* there is never a time without a connection */
    bool overlaps; /* the next connection is there before the old one goes */
} breaks[] = {
    { "silent death", fall_silent, SIM_FAULT_NONE, false, false },
    { "refresh", refresh, SIM_FAULT_NONE, true, true },
    { "warning", warn, SIM_FAULT_NONE, true, true },
    { "duplicate delivery", duplicate, SIM_FAULT_DUPLICATE, true, false },
    { "a gap without any connection", stay_away, SIM_FAULT_REFUSE_408, false, false },
    { "closed without a close frame", cut_off, SIM_FAULT_NONE, false, false },
    { "408 on open", cut_off, SIM_FAULT_REFUSE_408, false, false },
    { "409 on open", cut_off, SIM_FAULT_REFUSE_409, false, false },
    { "429 on open", cut_off, SIM_FAULT_REFUSE_429, false, false },
    { "too many sockets", cut_off, SIM_FAULT_TOO_MANY, false, false },
    { "open but no hello", cut_off, SIM_FAULT_NO_HELLO, false, false },
};

static _Noreturn void live(struct storm_counts *counts, uint64_t rounds, uint64_t seed);
static void set_up(struct storm *storm, uint64_t seed);
static void tear_down(struct storm *storm);
static void new_day(struct storm *storm);
static void one_break(struct storm *storm, size_t kind);
static void press_all(struct storm *storm, size_t from, size_t to);
static void press(struct storm *storm, struct presser *presser);
static void settle(struct storm *storm);
static void turn(struct storm *storm);
static bool is_connected(struct storm *storm);
static bool is_answered(struct storm *storm, const struct presser *presser);
static bool has_card(struct storm *storm, uint32_t person, struct look_element *out, char *ts);
static void check(struct storm *storm);
static int64_t ask(struct storm *storm, const char *sql, const char *text);
static _Noreturn void broken(struct storm *storm, const char *what, int64_t number);

int main(void)
{
    uint64_t rounds = endure_number("COUNT", 8), seed = endure_number("SEED", 1);
    uint64_t daemons = rounds < DAEMONS ? rounds : DAEMONS;
    struct storm_counts *shares = mmap(NULL, DAEMONS * sizeof(*shares), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct storm_counts sum = { 0 };
    REQUIRE(shares != MAP_FAILED && rounds);
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (uint64_t i = 0; i < daemons; i++)
        if (fork() == 0)
            live(&shares[i], rounds / daemons + (i < rounds % daemons), seed * 1000 + i);
    while (wait(NULL) > 0)
        continue;
    for (uint64_t i = 0; i < daemons; i++) {
        const struct storm_counts *one = &shares[i];
        if (!one->done)
            return EXIT_FAILURE;
        sum.rounds += one->rounds;
        sum.breaks += one->breaks;
        sum.presses += one->presses;
        sum.again += one->again;
        sum.answers += one->answers;
        sum.reconnects += one->reconnects;
#define MOST(field) sum.field = one->field > sum.field ? one->field : sum.field
        MOST(detect_ms_max);
        MOST(gap_ms_max);
        MOST(sockets_max);
    }
    printf("proved: %llu rounds of %zu breaks, %llu connections, %llu answers (%llu tried again "
           "after an error mark), 0 lost, 0 doubled; silence noticed in at most %.1f s, at most "
           "%lld ms without a connection at a refresh, at most %llu sockets\n",
        (unsigned long long)sum.rounds, COUNT(breaks), (unsigned long long)sum.reconnects,
        (unsigned long long)sum.answers, (unsigned long long)sum.again,
        (double)sum.detect_ms_max / 1000, (long long)sum.gap_ms_max,
        (unsigned long long)sum.sockets_max);
    return EXIT_SUCCESS;
}

static void live(struct storm_counts *counts, uint64_t rounds, uint64_t seed)
{
    static struct storm storm;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    storm.counts = counts;
    set_up(&storm, seed);
    while (counts->rounds < rounds) {
        new_day(&storm);
        for (size_t i = 0; i < COUNT(breaks); i++)
            one_break(&storm, i);
        counts->rounds++;
    }
    check(&storm);
    tear_down(&storm);
    counts->done = true;
    exit(EXIT_SUCCESS);
}

/* -- the stage ----------------------------------------------------------------------------- */

static struct sim_time storm_now(void *arg)
{
    struct storm *storm = arg;
    return (struct sim_time){ world_now(storm->world), world_mono(storm->world) };
}

static void on_stop(void *arg, int exit_code, struct str why)
{
    printf("stopped: %.*s\n", STR_ARG(why));
    broken(arg, "the daemon stopped", exit_code);
}

static void add_people(struct storm *storm)
{
    for (uint32_t i = 0; i < PEOPLE; i++) {
        char email[40];
        (void)snprintf(email, sizeof(email), "person%u@example.com", (unsigned)i);
        struct workspace_user user = { .name = str_from_z(email),
            .real_name = str_from_z(email),
            .email = str_from_z(email),
            .tz = STR("Etc/UTC") };
        REQUIRE(!workspace_add_user(storm->workspace, &user, &storm->ids[i]));
        storm->ids[i] = str_copy(&storm->arena, storm->ids[i]);
    }
}

static void set_up(struct storm *storm, uint64_t seed)
{
    struct instant monday;
    struct buf problem = buf_heap(1 << 20);
    storm->random = seed;
    storm->kind = "start";
    (void)signal(SIGPIPE, SIG_IGN);
    arena_init(&storm->arena, 1 << 20);
    company_make(&storm->company, PEOPLE);
    REQUIRE(!loop_new(&storm->loop) && instant_parse(STR("2031-03-03T08:00:00Z"), &monday));
    loop_set_clock(storm->loop, monday, HASTE);
    storm->world = hasty_world(&storm->hasty, storm->loop);
    sim_faults_init(&storm->faults, seed);
    struct workspace_options options = { .seed = seed,
        .time = storm_now,
        .time_arg = storm,
        .faults = &storm->faults };
    REQUIRE(!workspace_new(&options, &storm->workspace));
    add_people(storm);
    struct sim_server_options server = { .loop = storm->loop,
        .workspace = storm->workspace,
        .faults = &storm->faults };
    REQUIRE(!sim_server_new(&server, &storm->server));
    struct str url = str_format(&storm->arena, "%.*s/api/",
        STR_ARG(sim_server_origin(storm->server)));
    storm->config = company_config(&storm->company, str_z(&storm->arena, url), &storm->arena);
    struct app_options app = { .config = &storm->config,
        .world = storm->world,
        .platform = platform_named(STR("slack")),
        .app_token = STR("xapp-sim"),
        .bot_token = STR("xoxb-sim"),
        .stop = on_stop,
        .arg = storm };
    enum err err = app_new(&app, &problem, &storm->app);
    if (!err)
        err = app_start(storm->app);
    if (!err)
        err = app_raise(
            storm->app, &(struct event){ .kind = EVENT_CONTROL, .control = CONTROL_RESUME });
    if (err)
        broken(storm, err_text(err), 0);
    buf_free(&problem);
    char *path = str_z(&storm->arena,
        str_format(&storm->arena, "%.*s/nudged.db", STR_ARG(storm->config.state_folder)));
    REQUIRE(sqlite3_open_v2(path, &storm->db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
    while (ask(storm, "SELECT count(*) FROM person WHERE next_slot_ms > 0", "") < PEOPLE)
        turn(storm);
    new_day(storm); /* the notices */
}

static void tear_down(struct storm *storm)
{
    sqlite3_close(storm->db);
    app_free(storm->app);
    sim_server_free(storm->server);
    workspace_free(storm->workspace);
    loop_free(storm->loop);
    arena_finish(&storm->arena);
    company_remove(&storm->company);
}

/* A little before everybody's window ends; all have their slot behind them, and get their card. */
static void new_day(struct storm *storm)
{
    struct instant first;
    struct look_element element;
    char ts[32];
    uint64_t day = storm->day++;
    REQUIRE(instant_parse(STR("2031-03-03T16:29:00Z"), &first));
    loop_jump_clock(storm->loop,
        instant_add(first, HOURS(24 * (int64_t)(day / 5 * 7 + day % 5))));
    storm->next = 0;
    storm->kind = "waiting for the cards";
    uint32_t with_card = 0;
    int64_t end_ms = world_mono(storm->hasty.real).ms + PATIENCE_MS;
    while (with_card < PEOPLE && world_mono(storm->hasty.real).ms < end_ms) {
        for (int i = 0; i < 50; i++)
            turn(storm);
        with_card = 0;
        for (uint32_t i = 0; i < PEOPLE; i++)
            with_card += day ? has_card(storm, i, &element, ts)
                             : look_messages(storm->workspace, storm->ids[i]) > 0;
    }
    if (with_card < COUNT(breaks) * PRESSERS)
        broken(storm, "too few cards on a day", with_card);
    settle(storm);
}

/* -- a break ------------------------------------------------------------------------------- */

static void one_break(struct storm *storm, size_t kind)
{
    storm->kind = breaks[kind].name;
    storm->gap_ms = 0;
    storm->overlapped = false;
    storm->two_ms = 0;
    for (size_t i = 0; i < PRESSERS; i++) {
        struct presser *presser = &storm->pressers[i];
        struct look_element element;
        do {
            *presser = (struct presser){ .person = storm->next++, .types = i % 2 };
            if (presser->person >= PEOPLE)
                broken(storm, "nobody has a card any more", (int64_t)kind);
        } while (!has_card(storm, presser->person, &element, presser->ts));
    }
    press_all(storm, 0, PRESSERS / 2);
    for (uint64_t i = endure_draw(&storm->random) % 6; i > 0; i--)
        turn(storm);
    breaks[kind].run(storm, breaks[kind].fault);
    press_all(storm, PRESSERS / 2, PRESSERS);
    settle(storm);
    if (breaks[kind].stays_up && storm->gap_ms > storm->counts->gap_ms_max)
        storm->counts->gap_ms_max = storm->gap_ms;
    if (breaks[kind].stays_up && storm->gap_ms > REFRESH_GAP_MS_MAX)
        broken(storm, "a gap without a connection, ms", storm->gap_ms);
    if (breaks[kind].overlaps && !storm->overlapped)
        broken(storm, "the old connection went before the new one was there", 0);
    storm->counts->overlaps += breaks[kind].overlaps;
    storm->counts->overlaps_long += breaks[kind].overlaps && storm->two_ms > KEPT_MS_MAX;
    storm->counts->breaks++;
}

static struct sim_socket *newest(struct storm *storm)
{
    if (!storm->server->sockets)
        broken(storm, "no socket to break", 0);
    return storm->server->sockets;
}

/* TCP goes; nobody says a word. */
static void cut_now(struct storm *storm)
{
    struct sim_socket *socket = newest(storm);
    uint32_t link_id = socket->link_id;
    struct sim_socket **at = &storm->server->sockets;
    ws_peer_cut(socket->peer);
    workspace_link_closed(storm->workspace, link_id);
    while (*at != socket)
        at = &(*at)->next;
    *at = socket->next;
    free(socket->held);
    free(socket);
}

/* TCP stays, but nothing is read or written. Once the daemon has noticed, the workspace does. */
static void fall_silent(struct storm *storm, enum sim_fault fault)
{
    (void)fault;
    struct sim_socket *socket = newest(storm);
    struct mono silent_at = world_mono(storm->world);
    socket->silent = true;
    socket->silent_until = (struct mono){ INT64_MAX };
    ws_peer_silence(socket->peer, true);
    press_all(storm, PRESSERS / 2, PRESSERS);
    while (is_connected(storm)) {
        turn(storm);
        if (world_mono(storm->world).ms - silent_at.ms > DETECT_MS_MAX)
            broken(storm, "a dead connection was not noticed in 35 s", 0);
    }
    int64_t noticed_ms = world_mono(storm->world).ms - silent_at.ms;
    if (noticed_ms > storm->counts->detect_ms_max)
        storm->counts->detect_ms_max = noticed_ms;
    cut_now(storm);
}

/* People go on while both are there: the workspace sends what they do over either. */
static void replace(struct storm *storm, struct str reason)
{
    workspace_disconnect(storm->workspace, 0, reason);
    int64_t end_ms = world_mono(storm->hasty.real).ms + PATIENCE_MS;
    while (!storm->overlapped && world_mono(storm->hasty.real).ms < end_ms)
        turn(storm);
    for (uint64_t i = endure_draw(&storm->random) % 8; i > 0; i--)
        turn(storm);
}

static void refresh(struct storm *storm, enum sim_fault fault)
{
    (void)fault;
    replace(storm, STR("refresh_requested"));
}

static void warn(struct storm *storm, enum sim_fault fault)
{
    (void)fault;
    replace(storm, STR("warning"));
}

static void duplicate(struct storm *storm, enum sim_fault fault)
{
    sim_faults_force(&storm->faults, fault, PRESSERS);
}

/* Nobody answers the door for some seconds of theirs; people go on pressing and typing. */
static void stay_away(struct storm *storm, enum sim_fault fault)
{
    sim_faults_set(&storm->faults, fault, 1000000);
    cut_now(storm);
    struct mono from = world_mono(storm->world);
    press_all(storm, PRESSERS / 2, PRESSERS);
    while (world_mono(storm->world).ms - from.ms < 8000)
        turn(storm);
    sim_faults_set(&storm->faults, fault, 0);
}

static void cut_off(struct storm *storm, enum sim_fault fault)
{
    if (fault)
        sim_faults_force(&storm->faults, fault, 1);
    cut_now(storm);
}

/* -- people -------------------------------------------------------------------------------- */

static void press_all(struct storm *storm, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        press(storm, &storm->pressers[i]);
}

/* Once; again only where the client shows an error mark, or nothing is under way. */
static void press(struct storm *storm, struct presser *presser)
{
    struct look_element element;
    struct look_user user;
    char ts[32];
    if (presser->troubles || !has_card(storm, presser->person, &element, ts) ||
        strcmp(ts, presser->ts) != 0)
        return;
    REQUIRE(look_user(storm->workspace, storm->ids[presser->person], &user));
    presser->troubles = user.troubles + 1;
    storm->counts->presses++;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct str id = storm->ids[presser->person];
    enum err err = presser->types
        ? human_say(storm->workspace, id, STR("1"), NULL)
        : human_click(storm->workspace, id, str_from_z(presser->ts),
              str_copy(&arena, element.block_id), str_copy(&arena, element.action_id));
    if (err)
        broken(storm, err_text(err), presser->person);
    arena_finish(&arena);
}

/* Until there is a connection again, every answer has its feedback, and nothing is under way. Who
 * sees an error mark presses again. */
static void settle(struct storm *storm)
{
    int64_t end_ms = world_mono(storm->hasty.real).ms + PATIENCE_MS;
    bool settled = false;
    while (!settled) {
        turn(storm);
        settled = is_connected(storm) && app_is_idle(storm->app) &&
            !look_unacked(storm->workspace) && workspace_links(storm->workspace, NULL, 0) == 1;
        for (size_t i = 0; i < PRESSERS; i++) {
            struct presser *presser = &storm->pressers[i];
            struct look_user user;
            if (!presser->ts[0] || is_answered(storm, presser))
                continue;
            settled = false;
            REQUIRE(look_user(storm->workspace, storm->ids[presser->person], &user));
            if (!presser->types && user.troubles >= presser->troubles &&
                presser->troubles) {
                presser->troubles = 0;
                storm->counts->again++;
            }
            if (is_connected(storm))
                press(storm, presser);
        }
        if (world_mono(storm->hasty.real).ms > end_ms)
            broken(storm, "not settled", (int64_t)look_unacked(storm->workspace));
    }
    for (size_t i = 0; i < PRESSERS; i++) {
        const struct presser *presser = &storm->pressers[i];
        if (!presser->ts[0])
            continue;
        int64_t answers = ask(storm,
            "SELECT count(*) FROM answer JOIN nudge USING (nudge_id) WHERE message_id = ?1",
            presser->ts);
        if (answers != 1)
            broken(storm, "answers to one question", answers);
        storm->counts->answers++;
        storm->pressers[i] = (struct presser){ 0 };
    }
}

/* The card shows what was chosen, and asks nothing any more. */
static bool is_answered(struct storm *storm, const struct presser *presser)
{
    struct look_message message;
    return look_message(storm->workspace, storm->ids[presser->person], str_from_z(presser->ts),
               &message) &&
        !str_contains(message.blocks, STR("\"choose:"));
}

static bool has_card(struct storm *storm, uint32_t person, struct look_element *out, char *ts)
{
    struct look_element elements[ELEMENTS_MAX];
    struct look_message message;
    size_t count = look_messages(storm->workspace, storm->ids[person]);
    bool found = false;
    while (count-- > 0 && !found) {
        if (!look_message_at(storm->workspace, storm->ids[person], count, &message) ||
            !message.from_app || message.deleted ||
            !str_contains(message.blocks, STR("\"choose:")))
            continue;
        struct arena arena;
        arena_init(&arena, 1 << 20);
        (void)snprintf(ts, 32, "%.*s", STR_ARG(message.ts));
        size_t len = look_elements(storm->workspace, &arena, storm->ids[person],
            str_from_z(ts), elements, ELEMENTS_MAX);
        for (size_t i = 0; i < len && !found; i++)
            if (str_starts_with(elements[i].action_id, STR("choose:"))) {
                *out = elements[i];
                out->block_id = str_copy(&storm->arena, elements[i].block_id);
                out->action_id = str_copy(&storm->arena, elements[i].action_id);
                found = true;
            }
        arena_finish(&arena);
        break; /* the newest one counts */
    }
    return found;
}

/* -- watching ------------------------------------------------------------------------------ */

static void turn(struct storm *storm)
{
    loop_run_once(storm->loop, 1);
    uint64_t sockets = 0;
    for (struct sim_socket *socket = storm->server->sockets; socket; socket = socket->next)
        sockets++;
    if (sockets > storm->counts->sockets_max)
        storm->counts->sockets_max = sockets;
    bool up = workspace_links(storm->workspace, NULL, 0) > 0;
    int64_t now_ms = world_mono(storm->world).ms;
    bool two = workspace_links(storm->workspace, NULL, 0) > 1;
    storm->overlapped = storm->overlapped || two;
    if (!two || !storm->two_since.ms)
        storm->two_since.ms = two ? now_ms : 0;
    if (two && now_ms - storm->two_since.ms > storm->two_ms)
        storm->two_ms = now_ms - storm->two_since.ms;
    if (!up && !storm->gone_at.ms)
        storm->gone_at.ms = now_ms;
    if (up && storm->gone_at.ms) {
        storm->counts->reconnects++;
        storm->gone_at.ms = 0;
    }
    if (!up && now_ms - storm->gone_at.ms > storm->gap_ms)
        storm->gap_ms = now_ms - storm->gone_at.ms;
}

static bool is_connected(struct storm *storm)
{
    return strcmp(app_link_state(storm->app), "connected") == 0;
}

/* What is true when all storms are over. */
static void check(struct storm *storm)
{
    struct look_envelopes all = look_envelopes(storm->workspace, STR_EMPTY);
    storm->kind = "the end";
    int64_t answers = ask(storm, "SELECT count(*) FROM answer", "");
    if (answers != (int64_t)storm->counts->answers)
        broken(storm, "answers stored beside those given", answers);
    if (ask(storm, "SELECT count(*) FROM answer WHERE attempt > 0", ""))
        broken(storm, "answers counted as a change of mind", 0);
    int64_t rated = ask(storm, "SELECT count(*) FROM answer WHERE rating > 0", "");
    int64_t counted = ask(storm, "SELECT coalesce(sum(answers), 0) FROM review", "");
    if (counted != rated)
        broken(storm, "rated answers counted in reviews", counted - rated);
    if (look_duplicate_posts(storm->workspace))
        broken(storm, "messages posted twice", (int64_t)look_duplicate_posts(storm->workspace));
    if (storm->counts->overlaps_long * 2 > storm->counts->overlaps)
        broken(storm, "old connections are not closed", (int64_t)storm->counts->overlaps_long);
    if (all.astray)
        broken(storm, "acks on another link than the one that delivered", (int64_t)all.astray);
}

static int64_t ask(struct storm *storm, const char *sql, const char *text)
{
    sqlite3_stmt *statement = NULL;
    REQUIRE(sqlite3_prepare_v2(storm->db, sql, -1, &statement, NULL) == SQLITE_OK);
    if (sqlite3_bind_parameter_count(statement))
        REQUIRE(sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    int64_t found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return found;
}

static void broken(struct storm *storm, const char *what, int64_t number)
{
    company_remove(&storm->company);
    printf("in round %llu, %s, link %s:\n", (unsigned long long)storm->counts->rounds + 1,
        storm->kind, storm->app ? app_link_state(storm->app) : "not there");
    endure_broken("%s (%lld)", what, (long long)number);
}
