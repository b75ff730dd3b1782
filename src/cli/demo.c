/* nudged demo: the real daemon over real loopback sockets, against a simulated workspace in the same
 * process, with a page to play it in. No account, no internet, one temporary folder. */
#include "demo.h"

#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

static const struct option_row options[] = {
    { "port", "N", "the page's port (default: any free one)" },
    { "dir", "FOLDER", "keep the company's files there (default: a temporary folder)" },
    { "seed", "N", "how the colleagues behave (default 1)" },
    { "verbose", NULL, "the daemon's log on standard error" },
};

/* Monday morning of the first week; three days are played before the visitor comes in. */
#define FIRST_MORNING STR("2031-03-03T06:00:00Z")
#define WARM_UNTIL STR("2031-03-05T18:00:00Z")

static int prepare(struct demo *demo, const struct arguments *arguments);
static int make_workspace(struct demo *demo, const struct arguments *arguments);
static int make_colleagues(struct demo *demo, uint64_t seed);
static int make_server(struct demo *demo, const struct arguments *arguments);
static int make_app(struct demo *demo, bool verbose);
static int start(struct demo *demo);
static void close_all(struct demo *demo);
static void remove_folder(struct demo *demo);
static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where);
static uint64_t number_or(const char *text, uint64_t otherwise);
static void on_stop(void *arg, int exit_code, struct str why);
static void on_terminate(void *arg);
static void on_log(void *arg, struct str line);

static int demo_run(const struct arguments *arguments)
{
    struct demo demo = { 0 };
    arena_init(&demo.arena, 256 << 20);
    int code = prepare(&demo, arguments);
    if (!code)
        code = make_workspace(&demo, arguments);
    if (!code)
        code = demo_company_people(&demo);
    if (!code)
        code = make_colleagues(&demo, number_or(arguments->values[2], 1));
    if (!code)
        code = make_server(&demo, arguments);
    if (!code)
        code = make_app(&demo, arguments->values[3] != NULL);
    if (!code)
        code = start(&demo);
    if (!code)
        code = loop_run(demo.loop) ? EXIT_SOFTWARE : demo.exit_code;
    close_all(&demo);
    return code;
}

const struct subcommand subcommand_demo = {
    .name = "demo", .help = "play the product in a browser, with no account and no internet",
    .options = options, .options_len = COUNT(options), .run = demo_run,
};

static int prepare(struct demo *demo, const struct arguments *arguments)
{
    struct instant at;
    umask(077);
    (void)signal(SIGPIPE, SIG_IGN);
    if (arguments->values[1]) {
        demo->folder = str_from_z(arguments->values[1]);
        (void)mkdir(arguments->values[1], 0700);
    } else {
        const char *base = getenv("TMPDIR");
        char *made = str_z(&demo->arena, str_format(&demo->arena, "%s/nudged-demo-XXXXXX",
                                                    base && *base ? base : "/tmp"));
        if (!mkdtemp(made)) {
            fprintf(stderr, "nudged demo: cannot make a temporary folder; give one with --dir\n");
            return EXIT_IO;
        }
        demo->folder = str_from_z(made);
        demo->own_folder = true;
    }
    int code = demo_company_files(demo);
    struct str file = str_format(&demo->arena, "%.*s/nudged.yaml", STR_ARG(demo->folder));
    if (!code)
        code = cli_config(str_z(&demo->arena, file), &demo->arena, &demo->config);
    if (code)
        return code;
    demo->zones = zones_new(STR("/usr/share/zoneinfo"));
    demo->zone = demo->zones ? zones_get(demo->zones, demo->config.settings.zone) : NULL;
    if (!demo->zone || loop_new(&demo->loop) || !instant_parse(FIRST_MORNING, &at)) {
        fprintf(stderr, "nudged demo: cannot start; is tzdata installed?\n");
        return EXIT_OS;
    }
    loop_set_clock(demo->loop, at, 1);
    (void)mkdir(str_z(&demo->arena, demo->config.state_folder), 0700);
    return EXIT_OK;
}

static int make_workspace(struct demo *demo, const struct arguments *arguments)
{
    struct workspace_options workspace_options = {
        .team_name = demo->config.settings.organisation, .bot_token = STR("xoxb-demo"),
        .app_token = STR("xapp-demo"), .manifest = demo_manifest(), .time = demo_time,
        .time_arg = demo, .seed = number_or(arguments->values[2], 1),
    };
    return workspace_new(&workspace_options, &demo->workspace) ? EXIT_SOFTWARE : EXIT_OK;
}

/* People differ: some know much, some answer late, nobody is perfect; all drawn from the seed. */
static int make_colleagues(struct demo *demo, uint64_t seed)
{
    static const struct str asides[] = {
        STR_INIT("pass"), STR_INIT("skip"), STR_INIT("snooze"), STR_INIT("why"), STR_INIT("help"),
        STR_INIT("pause"), STR_INIT("resume"), STR_INIT("stop"), STR_INIT("privacy"),
        STR_INIT("details"),
    };
    struct sim_script_options script_options = { .workspace = demo->workspace, .seed = seed,
                                                 .hint = demo_hint, .hint_arg = demo,
                                                 .asides = asides, .asides_len = COUNT(asides) };
    if (sim_script_new(&script_options, &demo->script))
        return EXIT_SOFTWARE;
    for (size_t i = 0; i < demo->people_len; i++) {
        uint32_t draw = (uint32_t)((seed + 1) * 2654435761U + i * 40503U) >> 8;
        struct sim_colleague colleague = {
            .user_id = demo->people[i].user_id, .right_percent = 45 + draw % 50,
            .ignore_percent = 5 + draw / 64 % 15, .patience = MINUTES(10 + draw / 16 % 60),
        };
        if (sim_script_add(demo->script, &colleague))
            return EXIT_SOFTWARE;
    }
    return EXIT_OK;
}

static int make_server(struct demo *demo, const struct arguments *arguments)
{
    struct sim_server_options server_options = {
        .loop = demo->loop, .workspace = demo->workspace, .script = demo->script,
        .port = (uint16_t)number_or(arguments->values[0], 0), .advance = demo_clock_advance,
        .arg = demo,
    };
    enum err err = sim_server_new(&server_options, &demo->server);
    if (err) {
        fprintf(stderr, "nudged demo: the page's port is not free: %s\n", err_text(err));
        return EXIT_UNAVAILABLE;
    }
    struct sim_person *shown = arena_array(&demo->arena, struct sim_person, DEMO_PEOPLE_MAX);
    for (size_t i = 0; shown && i < demo->people_len; i++)
        shown[i] = (struct sim_person){ .user_id = demo->people[i].user_id,
            .role = demo->people[i].role, .is_manager = demo->people[i].manages,
            .note = i == demo->hero ? STR("you") : STR_EMPTY };
    if (!shown || sim_server_people(demo->server, shown, demo->people_len))
        return EXIT_SOFTWARE;
    sim_server_select(demo->server, demo->people[demo->hero].user_id);
    demo->config.slack_api_url = str_format(&demo->arena, "%.*s/api/",
                                            STR_ARG(sim_server_origin(demo->server)));
    return EXIT_OK;
}

static int make_app(struct demo *demo, bool verbose)
{
    struct buf problem = buf_heap(1 << 20);
    struct app_options app_options = {
        .config = &demo->config, .world = loop_world(demo->loop),
        .platform = platform_named(STR("slack")), .app_token = STR("xapp-demo"),
        .bot_token = STR("xoxb-demo"), .log = verbose ? on_log : NULL, .step = demo_step,
        .stop = on_stop, .arg = demo,
    };
    enum err err = app_new(&app_options, &problem, &demo->app);
    cli_print(stderr, buf_str(&problem));
    buf_free(&problem);
    return err ? app_exit_code(err) : EXIT_OK;
}

static int start(struct demo *demo)
{
    struct instant warm_until;
    enum err err = loop_on_signal(demo->loop, SIGINT, on_terminate, demo);
    if (!err)
        err = loop_on_signal(demo->loop, SIGTERM, on_terminate, demo);
    if (!err)
        err = app_start(demo->app);
    if (!err)
        err = app_raise(demo->app, &(struct event){ .kind = EVENT_CONTROL, .control = CONTROL_RESUME });
    if (err || !instant_parse(WARM_UNTIL, &warm_until)) {
        fprintf(stderr, "nudged demo: cannot start: %s\n", err_text(err));
        return EXIT_SOFTWARE;
    }
    printf("%.*s/\n", STR_ARG(sim_server_origin(demo->server)));
    printf("Open this page in a browser. The company's files: %.*s%s\n", STR_ARG(demo->folder),
           demo->own_folder ? " (removed at the end)" : "");
    fflush(stdout);
    demo_clock_start(demo, warm_until);
    return EXIT_OK;
}

static void close_all(struct demo *demo)
{
    if (demo->clock_timer)
        loop_world(demo->loop)->ops->timer_free(demo->clock_timer);
    app_free(demo->app);
    sim_server_free(demo->server);
    sim_script_free(demo->script);
    workspace_free(demo->workspace);
    loop_free(demo->loop);
    zones_free(demo->zones);
    if (demo->own_folder)
        remove_folder(demo);
    arena_finish(&demo->arena);
}

static void remove_folder(struct demo *demo)
{
    (void)nftw(str_z(&demo->arena, demo->folder), remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    (void)remove(path);
    return 0;
}

static uint64_t number_or(const char *text, uint64_t otherwise)
{
    uint64_t number = 0;
    return text && str_to_uint64(str_from_z(text), &number) ? number : otherwise;
}

static void on_stop(void *arg, int exit_code, struct str why)
{
    struct demo *demo = arg;
    demo->exit_code = exit_code;
    if (exit_code)
        fprintf(stderr, "nudged demo: %.*s\n", STR_ARG(why));
    loop_stop(demo->loop);
}

static void on_terminate(void *arg)
{
    struct demo *demo = arg;
    loop_stop(demo->loop);
}

static void on_log(void *arg, struct str line)
{
    (void)arg;
    cli_log_line(NULL, line);
}
