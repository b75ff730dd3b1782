/* The company and the program's life. People's deeds and looking are in play_people.c.
 *
 * Refuses to know rules: nothing here asserts what the bot should say. One odd decision: prompt
 * files are real files, because the loader reads them so, in a temporary folder that becomes the
 * current one: the bot quotes file names, and the same seed must give the same words. */
#include "support/play.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nudged/base/limits.h"
#include "support/keep.h"

enum { START_AGAIN_MS = 5000, ARENA_MAX = 256 << 20 };

static const char default_start[] = "2031-03-03T06:00:00Z";
static const char api_url[] = "http://127.0.0.1:7777/api/";
static const char skills_yaml[] =
    "skills:\n"
    "  - id: care\n    name: Careful work\n    behaviours: [checks before sending]\n"
    "  - id: pace\n    name: Keeping pace\n    behaviours: [answers the same day]\n";

const struct play_person play_cast[] = {
    { "UADA", "Ada Sample", "agent", "spring", "UMAX", "Europe/Berlin", NULL, false, false },
    { "UBEN", "Ben Sample", "agent", "spring", "UMAX", "Europe/Berlin", NULL, false, false },
    { "UMAX", "Max Sample", "lead", "spring", "UOLGA", "Europe/Berlin", NULL, false, false },
    { "UOLGA", "Olga Sample", "head", "spring", NULL, "Europe/Berlin", NULL, false, false },
    { 0 },
};

#define CHOICE(id, ask)                                                                   \
    "  - id: " id "\n    kind: choice\n    ask: " ask "\n    options:\n"                  \
    "      - text: the right one\n        correct: true\n        why: because it holds\n" \
    "      - text: the other one\n        why: it forgets the customer\n"

const char play_deck_choice[] =
    "id: first\ntitle: First steps\nowner: uolga@example.com\nskill: care\nprompts:\n" CHOICE(
        "one", "Which one comes first?") CHOICE("two", "Which one comes second?")
        CHOICE("three", "Which one comes third?") CHOICE("four", "Which one comes fourth?")
            CHOICE("five", "Which one comes fifth?") CHOICE("six", "Which one comes sixth?")
                CHOICE("seven", "Which one comes seventh?")
                    CHOICE("eight", "Which one comes eighth?");

static void make_folder(struct play *play);
static void write_file(const struct play *play, const char *name, const char *text);
static void make_workspace(struct play *play, struct instant start);
static void make_config(struct play *play);
static struct str text_of_file(struct play *play, const char *path);
static void on_log(void *arg, struct str line);
static void on_step(void *arg, const struct app_step *step);
static void on_stop(void *arg, int exit_code, struct str why);
static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk);
static struct str email_of(struct arena *arena, const char *user);
static bool settle(struct play *play);

struct play *play_new(const struct play_setup *setup)
{
    static unsigned made;
    char kept[512];
    struct play *play = calloc(1, sizeof(*play));
    struct instant start;
    REQUIRE(play);
    play->setup = *setup;
    if (!play->setup.seed)
        play->setup.seed = 1;
    if (!play->setup.people)
        play->setup.people = play_cast;
    if (!play->setup.deck)
        play->setup.deck = play_deck_choice;
    REQUIRE(instant_parse(str_from_z(setup->start ? setup->start : default_start), &start));
    arena_init(&play->arena, ARENA_MAX);
    play->verbose = getenv("NUDGED_PLAY_VERBOSE") != NULL;
    play->exit_code = -1;
    snprintf(play->disk_name, sizeof(play->disk_name), "mem%u", ++made);
    /* There is one thread, and nobody reads the counts. Refused once SQLite is in use. */
    (void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (keep_path("log", kept, sizeof(kept)))
        play->log = fopen(kept, "w");
    play->disk = mem_disk_new(play->disk_name, play->setup.seed);
    play->world = sim_world_new(play->setup.seed, start);
    REQUIRE(play->disk && play->world);
    sim_world_verbose(play->world, play->verbose);
    make_folder(play);
    make_workspace(play, start);
    make_config(play);
    if (!play->setup.quiet_start) {
        REQUIRE(!play_open(play));
        play_for(play, SECONDS(20));
        if (!play->setup.not_live)
            play_resume(play);
        play_for(play, SECONDS(10));
    }
    return play;
}

struct play *play_free(struct play *play)
{
    char kept[512];
    if (!play)
        return NULL;
    if (play->log)
        fclose(play->log);
    play->log = NULL;
    if (sim_world_is_dead(play->world))
        play_bury(play);
    else
        play_close(play);
    sim_world_free(play->world);
    workspace_free(play->workspace);
    if (keep_path(play->disk_name, kept, sizeof(kept)))
        mem_disk_save(play->disk, kept);
    mem_disk_free(play->disk);
    if (!keep_folder(play->folder))
        (void)nftw(play->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_finish(&play->arena);
    free(play);
    return NULL;
}

/* -- the program --------------------------------------------------------------------------- */

enum err play_open(struct play *play)
{
    REQUIRE(!play->app);
    struct buf problem = buf_heap(1 << 16);
    play->exit_code = -1;
    enum err err = app_new(&play->options, &problem, &play->app);
    if (!err)
        err = app_start(play->app);
    if (err && play->verbose)
        fprintf(stderr, "app: %s %.*s\n", err_name(err), STR_ARG(buf_str(&problem)));
    if (err)
        play->app = app_free(play->app);
    buf_free(&problem);
    return err;
}

void play_close(struct play *play)
{
    play_stop_reading(play);
    if (!play->app)
        return;
    sim_world_bury(play->world);
    play->app = app_free(play->app);
}

void play_die(void *arg, enum mem_crash how)
{
    struct play *play = arg;
    if (sim_world_is_dead(play->world))
        return;
    play->deaths++;
    mem_disk_crash(play->disk, how);
    sim_world_kill(play->world);
}

void play_kill(void *play)
{
    play_die(play, MEM_CRASH_PROCESS);
}

void play_power_cut(void *play)
{
    play_die(play, MEM_CRASH_POWER);
}

void play_force(void *arg)
{
    struct play_forced *forced = arg;
    sim_faults_force(&forced->play->faults, forced->fault, 1);
}

void play_bury(struct play *play)
{
    if (!sim_world_is_dead(play->world))
        return;
    play_stop_reading(play);
    sim_world_bury(play->world);
    play->app = app_free(play->app);
    mem_disk_restart(play->disk);
    sim_world_revive(play->world);
}

void play_resume(struct play *play)
{
    struct event event = { .kind = EVENT_CONTROL, .control = CONTROL_RESUME };
    REQUIRE(!app_raise(play->app, &event));
}

void play_write(struct play *play, const char *name, const char *text)
{
    write_file(play, name, text);
    struct arena arena;
    arena_init(&arena, 4096);
    struct str whole = str_format(&arena, "./%s", name);
    size_t slash = whole.len;
    while (whole.ptr[slash - 1] != '/')
        slash--;
    sim_world_touch(play->world, str_slice(whole, 0, slash - 1));
    arena_finish(&arena);
}

void play_write_people(struct play *play, const struct play_person *people)
{
    struct buf csv = buf_heap(1 << 20);
    buf_add(&csv, STR("id,email,name,role,cohort,manager,timezone\n"));
    for (const struct play_person *person = people; person->user; person++) {
        if (person->not_in_people)
            continue;
        struct str email = email_of(&play->arena, person->user);
        buf_addf(&csv, "%s,%.*s,%s,%s,%s,%s,%s\n", person->user, STR_ARG(email), person->name,
            person->role, person->cohort, person->manager ? person->manager : "", person->zone);
    }
    buf_add_byte(&csv, '\0');
    REQUIRE(!csv.failed);
    play_write(play, "people.csv", csv.ptr);
    buf_free(&csv);
}

/* -- time ---------------------------------------------------------------------------------- */

void play_until(struct play *play, const char *instant)
{
    struct instant at;
    REQUIRE(instant_parse(str_from_z(instant), &at));
    play_run_to(play, at);
}

void play_run_to(struct play *play, struct instant at)
{
    while (sim_world_step(play->world, at))
        if (!settle(play))
            return;
    sim_world_rest(play->world, at);
}

void play_for(struct play *play, struct duration span)
{
    play_run_to(play, instant_add(play_now(play), span));
}

struct instant play_now(const struct play *play)
{
    return sim_world_now(play->world);
}

bool play_until_shown(struct play *play, const char *user, size_t count)
{
    struct instant end = instant_add(play_now(play), HOURS(14 * 24));
    while (play_shown(play, user) < count)
        if (!sim_world_step(play->world, end) || !settle(play))
            return play_shown(play, user) >= count;
    return true;
}

void play_first_question(struct play *play, const char *user)
{
    REQUIRE(play_until_shown(play, user, 2));
    play_for(play, SECONDS(5));
}

/* After each step: a program that stopped or died is taken away, and started again when supervised.
 * False: it is gone and nobody starts it. */
static bool settle(struct play *play)
{
    bool stopped =
        play->app && (play->exit_code >= 0 || play->stop_soon) && !sim_world_is_dead(play->world);
    play->stop_soon = false;
    if (!stopped && !sim_world_is_dead(play->world) && (play->app || !play->supervised))
        return true;
    if (sim_world_is_dead(play->world) || stopped) {
        if (!play->supervised)
            return false;
        if (stopped)
            play_close(play);
        play_bury(play);
        play->start_again = instant_add(play_now(play), (struct duration){ START_AGAIN_MS });
    }
    if (!instant_before(play_now(play), play->start_again)) {
        enum err err = play_open(play);
        if (sim_world_is_dead(play->world))
            play_bury(play);
        if (err || !play->app)
            play->start_again = instant_add(play_now(play), (struct duration){ START_AGAIN_MS });
    }
    return true;
}

/* -- making it ----------------------------------------------------------------------------- */

static void make_folder(struct play *play)
{
    char path[128];
    snprintf(play->folder, sizeof(play->folder), "%s/nudged-play-XXXXXX",
        access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    REQUIRE(mkdtemp(play->folder) && chdir(play->folder) == 0);
    snprintf(path, sizeof(path), "%s/decks", play->folder);
    REQUIRE(mkdir(path, 0700) == 0);
    snprintf(path, sizeof(path), "%s/state", play->folder);
    REQUIRE(mkdir(path, 0700) == 0);
    write_file(play, "skills.yaml", skills_yaml);
    write_file(play, "decks/first.yaml", play->setup.deck);
    if (play->setup.holidays)
        write_file(play, "holidays.yaml", play->setup.holidays);
    play_write_people(play, play->setup.people);
}

static void write_file(const struct play *play, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/%s", play->folder, name);
    if (!text) {
        REQUIRE(unlink(path) == 0);
        return;
    }
    FILE *file = fopen(path, "w");
    REQUIRE(file);
    REQUIRE(fwrite(text, 1, strlen(text), file) == strlen(text));
    REQUIRE(fclose(file) == 0);
}

static void make_workspace(struct play *play, struct instant start)
{
    struct workspace_options options = {
        .team_id = STR("T0PLAY"),
        .bot_token = STR(PLAY_BOT_TOKEN),
        .app_token = STR(PLAY_APP_TOKEN),
        .base_url = STR("http://127.0.0.1:7777"),
        .seed = play->setup.seed,
        .time = sim_world_time,
        .time_arg = play->world,
        .tiers = play->setup.tiers,
    };
    (void)start;
    if (play->setup.manifest_file)
        options.manifest = text_of_file(play, play->setup.manifest_file);
    sim_faults_init(&play->faults, play->setup.seed);
    if (play->setup.faults)
        options.faults = &play->faults;
    REQUIRE(!workspace_new(&options, &play->workspace));
    sim_world_attach(play->world, play->workspace, options.faults);
    for (const struct play_person *person = play->setup.people; person->user; person++) {
        struct workspace_user user = {
            .id = str_from_z(person->user),
            .name = str_from_z(person->user),
            .real_name = str_from_z(person->name),
            .email = email_of(&play->arena, person->user),
            .tz = str_from_z(person->chat_zone ? person->chat_zone : person->zone),
        };
        if (!person->not_in_chat)
            REQUIRE(!workspace_add_user(play->workspace, &user, NULL));
    }
}

static void make_config(struct play *play)
{
    struct arena *arena = &play->arena;
    struct str *admins = arena_array(arena, struct str, 2);
    REQUIRE(admins);
    admins[0] = email_of(arena, play->setup.admin ? play->setup.admin : "UOLGA");
    if (play->setup.only)
        admins[1] = email_of(arena, play->setup.only);
    play->config = (struct config){
        .settings = { .organisation = STR("Example Bikes"),
            .zone = STR("Europe/Berlin"),
            .hours = HOURS_DEFAULT,
            .cap = play->setup.cap ? play->setup.cap : 1,
            .new_per_week = play->setup.new_per_week ? play->setup.new_per_week : 5,
            .min_gap_days = 1,
            .visibility = VISIBILITY_SKILLS,
            .legal_basis = STR("Works agreement 12 of 2031."),
            .digest_weekday = 0,
            .digest_minute = 8 * 60 + 30,
            .admins = admins,
            .admins_len = 1,
            .only = admins + 1,
            .only_len = play->setup.only ? 1 : 0 },
        .state_folder = play->setup.on_disk ? STR("./state") : STR("/disk"),
        .prompts_folder = STR("."),
        .people_file = STR("./people.csv"),
        .slack_api_url = str_from_z(api_url),
        .slack_posts_per_second = 1.0,
        .log_format = STR("logfmt"),
    };
    if (play->setup.holidays)
        play->config.holidays_file = STR("./holidays.yaml");
    play->options = (struct app_options){
        .config = &play->config,
        .world = sim_world_outside(play->world),
        .platform = platform_named(STR("slack")),
        .app_token = STR(PLAY_APP_TOKEN),
        .bot_token = STR(PLAY_BOT_TOKEN),
        .vfs = play->setup.on_disk ? NULL : play->disk_name,
        .log = on_log,
        .step = on_step,
        .stop = on_stop,
        .arg = play,
    };
    REQUIRE(play->options.platform);
}

static struct str text_of_file(struct play *play, const char *path)
{
    struct faults faults;
    struct str text = STR_EMPTY;
    faults_init(&faults, &play->arena);
    REQUIRE(!file_read(str_from_z(path), YAML_BYTES_MAX, &play->arena, &faults, &text));
    return text;
}

static void on_log(void *arg, struct str line)
{
    struct play *play = arg;
    REQUIRE(!str_contains(line, STR("xoxb-")) && !str_contains(line, STR("xapp-")));
    if (play->verbose)
        fprintf(stderr, "    %.*s\n", STR_ARG(line));
    if (play->log)
        fprintf(play->log, "%.*s\n", STR_ARG(line));
}

static void on_step(void *arg, const struct app_step *step)
{
    struct play *play = arg;
    play->failed_events += strcmp(step->step, "failed") == 0;
}

static void on_stop(void *arg, int exit_code, struct str why)
{
    struct play *play = arg;
    play->exit_code = exit_code;
    play->stops++;
    if (play->verbose)
        fprintf(stderr, "    stopped %d: %.*s\n", exit_code, STR_ARG(why));
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static struct str email_of(struct arena *arena, const char *user)
{
    char small[64];
    size_t len = strlen(user);
    REQUIRE(len < sizeof(small));
    for (size_t i = 0; i < len; i++)
        small[i] = user[i] >= 'A' && user[i] <= 'Z' ? (char)(user[i] + 32) : user[i];
    return str_format(arena, "%.*s@example.com", (int)len, small);
}
