/* nudged demo: the real daemon over real loopback sockets, against a simulated workspace in the
 * same process, with a page to play it in. No account, no internet, one temporary folder. */
#include "demo.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

static const struct option_row options[] = {
    { "port", "N", "the page's port (default: any free one)" },
    { "dir", "FOLDER", "keep people, decks and settings there; the state starts afresh each time "
                       "(default: a temporary folder)" },
    { "seed", "N", "how the colleagues behave (default 1)" },
    { "verbose", NULL, "the daemon's log on standard error" },
};

/* Monday morning of the first week; three days are played before the visitor comes in. */
#define FIRST_MORNING STR("2031-03-03T06:00:00Z")
#define WARM_UNTIL STR("2031-03-05T18:00:00Z")

struct numbers { uint64_t port, seed; };

static int read_numbers(const struct arguments *arguments, struct numbers *numbers);
static int prepare(struct demo *demo, const struct arguments *arguments);
static int make_workspace(struct demo *demo, uint64_t seed);
static int make_colleagues(struct demo *demo, uint64_t seed);
static int make_server(struct demo *demo, uint16_t port);
static int make_app(struct demo *demo, bool verbose);
static int open_control(struct demo *demo);
static int start(struct demo *demo);
static void greet(const struct demo *demo);
static void close_all(struct demo *demo);
static bool number_or(const char *text, uint64_t otherwise, uint64_t max, uint64_t *out);
static void on_stop(void *arg, int exit_code, struct str why);
static void on_terminate(void *arg);
static void on_log(void *arg, struct str line);
static void on_control(void *arg, struct local_call *call, struct str line);
static void write_call(void *arg, struct str piece);
static void finish_call(void *arg);

static int demo_run(const struct arguments *arguments)
{
    struct demo demo = { .lock = -1 };
    struct numbers numbers;
    int code = read_numbers(arguments, &numbers);
    if (code)
        return code;
    arena_init(&demo.arena, 256 << 20);
    code = prepare(&demo, arguments);
    if (!code)
        code = make_workspace(&demo, numbers.seed);
    if (!code)
        code = demo_company_people(&demo);
    if (!code)
        code = make_colleagues(&demo, numbers.seed);
    if (!code)
        code = make_server(&demo, (uint16_t)numbers.port);
    if (!code)
        code = demo_folder_afresh(&demo);
    if (!code)
        code = make_app(&demo, arguments->values[3] != NULL);
    if (!code)
        code = open_control(&demo);
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

static int read_numbers(const struct arguments *arguments, struct numbers *numbers)
{
    if (!number_or(arguments->values[0], 0, UINT16_MAX, &numbers->port)) {
        fputs("nudged demo: --port takes a whole number from 0 to 65535\n", stderr);
        return EXIT_USAGE;
    }
    if (!number_or(arguments->values[2], 1, UINT64_MAX, &numbers->seed)) {
        fputs("nudged demo: --seed takes a whole number\n", stderr);
        return EXIT_USAGE;
    }
    if (arguments->values[1] && !*arguments->values[1]) {
        fputs("nudged demo: --dir takes a folder\n", stderr);
        return EXIT_USAGE;
    }
    return EXIT_OK;
}

static int prepare(struct demo *demo, const struct arguments *arguments)
{
    struct instant at;
    umask(077);
    (void)signal(SIGPIPE, SIG_IGN);
    int code = demo_folder_open(demo, arguments->values[1]);
    if (!code)
        code = demo_company_files(demo);
    struct str file = str_format(&demo->arena, "%.*s/nudged.yaml", STR_ARG(demo->folder));
    if (!code)
        code = cli_config(str_z(&demo->arena, file), &demo->arena, &demo->config);
    if (!code)
        code = demo_folder_lock(demo);
    if (code)
        return code;
    demo->zones = zones_new(STR("/usr/share/zoneinfo"));
    demo->zone = demo->zones ? zones_get(demo->zones, demo->config.settings.zone) : NULL;
    if (!demo->zone || loop_new(&demo->loop) || !instant_parse(FIRST_MORNING, &at)) {
        fprintf(stderr, "nudged demo: cannot start; is tzdata installed?\n");
        return EXIT_OS;
    }
    loop_set_clock(demo->loop, at, 1);
    return EXIT_OK;
}

static int make_workspace(struct demo *demo, uint64_t seed)
{
    struct workspace_options workspace_options = {
        .team_name = demo->config.settings.organisation, .bot_token = STR("xoxb-demo"),
        .app_token = STR("xapp-demo"), .manifest = demo_manifest(), .time = demo_time,
        .time_arg = demo, .seed = seed,
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

static int make_server(struct demo *demo, uint16_t port)
{
    struct sim_server_options server_options = {
        .loop = demo->loop, .workspace = demo->workspace, .script = demo->script,
        .port = port, .advance = demo_clock_advance, .arg = demo,
    };
    enum err err = sim_server_new(&server_options, &demo->server);
    if (err) {
        fprintf(stderr, "nudged demo: port %u cannot be opened: %s; choose another with --port\n",
                (unsigned)port, err == ERR_BUSY ? "it is in use" : err_text(err));
        return EXIT_OS;
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
        .stop = on_stop, .arg = demo, .clock_is_moved = true,
    };
    enum err err = app_new(&app_options, &problem, &demo->app);
    cli_print(stderr, buf_str(&problem));
    buf_free(&problem);
    return err ? app_exit_code(err) : EXIT_OK;
}

/* As the daemon serves it, so that status, explain, digest and pause speak with this one. */
static int open_control(struct demo *demo)
{
    struct str path = str_format(&demo->arena, "%.*s/control", STR_ARG(demo->config.state_folder));
    enum err err = local_server_new(demo->loop, path, on_control, demo, &demo->control);
    if (!err)
        return EXIT_OK;
    fprintf(stderr, "nudged demo: the control socket %.*s cannot be made: %s; a shorter --dir may "
                    "help\n", STR_ARG(path), err_text(err));
    return EXIT_OS;
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
        err = app_raise(demo->app, &(struct event){ .kind = EVENT_CONTROL,
                                                    .control = CONTROL_RESUME });
    if (err || !instant_parse(WARM_UNTIL, &warm_until)) {
        fprintf(stderr, "nudged demo: cannot start: %s\n", err_text(err));
        return EXIT_SOFTWARE;
    }
    greet(demo);
    demo_clock_start(demo, warm_until);
    return EXIT_OK;
}

/* The first line is the bare address, for scripts. */
static void greet(const struct demo *demo)
{
    const char *program = program_invocation_name;
    char *full = strchr(program, '/') ? realpath(program, NULL) : NULL;
    struct str hero = demo->people[demo->hero].email;
    printf("%.*s/\n", STR_ARG(sim_server_origin(demo->server)));
    printf("Open this page in a browser. In another terminal: %s status -c %.*s/nudged.yaml\n",
           full ? full : program, STR_ARG(demo->folder));
    printf("(so do explain %.*s, or digest --manager PERSON). The company's files lie in that "
           "folder%s.\n", STR_ARG(hero), demo->own_folder ? " and are removed at the end" : "");
    if (demo->afresh)
        printf("The company starts afresh: what an earlier demo stored in %.*s is removed; people, "
               "decks and settings are as they were.\n", STR_ARG(demo->config.state_folder));
    fflush(stdout);
    free(full);
}

static void close_all(struct demo *demo)
{
    if (demo->clock_timer)
        loop_world(demo->loop)->ops->timer_free(demo->clock_timer);
    local_server_free(demo->control);
    app_free(demo->app);
    sim_server_free(demo->server);
    sim_script_free(demo->script);
    workspace_free(demo->workspace);
    loop_free(demo->loop);
    zones_free(demo->zones);
    demo_folder_close(demo);
    arena_finish(&demo->arena);
}

/* otherwise: when the option was not given. False: not a whole number, or above max. */
static bool number_or(const char *text, uint64_t otherwise, uint64_t max, uint64_t *out)
{
    *out = otherwise;
    return !text || (str_to_uint64(str_from_z(text), out) && *out <= max);
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

static void on_control(void *arg, struct local_call *call, struct str line)
{
    struct demo *demo = arg;
    app_control(demo->app, line, write_call, finish_call, call);
}

static void write_call(void *arg, struct str piece)
{
    local_write(arg, piece);
}

static void finish_call(void *arg)
{
    local_finish(arg);
}
