/* The operator's commands: asked of the running daemon over its control socket; when none runs,
 * this process takes the lock and is the daemon for one turn. So every read takes the same road. */
#include "cli.h"

#include <time.h>

#include "nudged/app/export.h"
#include "nudged/app/service.h"
#include "nudged/net/local.h"

enum { PATIENCE_MS = 3000 };    /* a daemon that starts or stops holds the lock without a socket */

struct reply {
    bool started;                       /* the first line was read */
    int exit_code;
    struct buf head;
};

static const struct option_row config_only[] = {
    { "config", "FILE", "the configuration (default nudged.yaml)" },
};
static const struct option_row explain_options[] = {
    { "config", "FILE", "the configuration (default nudged.yaml)" },
    { "at", "INSTANT", "decide for this instant, e.g. 2031-03-04T09:30:00Z" },
};
static const struct option_row digest_options[] = {
    { "config", "FILE", "the configuration (default nudged.yaml)" },
    { "manager", "PERSON", "whose team" },
    { "week", "WEEK", "the reported ISO week, e.g. 2031-W10 (default: last week)" },
};
static const struct option_row export_options[] = {
    { "config", "FILE", "the configuration (default nudged.yaml)" },
    { "format", "csv|jsonl", "default csv" },
};
static const struct option_row outcomes_options[] = {
    { "config", "FILE", "the configuration (default nudged.yaml)" },
    { "format", "text|csv", "default text" },
};

static int ask(const char *config_file, struct str line);
static int ask_offline(const struct config *config, struct str line, struct reply *reply, bool last,
                       struct arena *arena);
static void take_piece(void *arg, struct str piece);
static void to_stdout(void *arg, struct str piece);
static int export_asked(const char *config_file, const char *what, bool csv);
static int read_beside(const char *config_file, const char *what, bool csv);
static int32_t today(void);
static void nothing(void *arg);
static void add_field(struct buf *line, const char *name, const char *value);
static int explain_run(const struct arguments *arguments)
{
    return cli_ask(arguments->values[0], "explain", "person", arguments->operands[0], "at",
                    arguments->values[1]);
}

static int digest_run(const struct arguments *arguments)
{
    if (!arguments->values[1]) {
        fputs("nudged digest: --manager is missing\n", stderr);
        return EXIT_USAGE;
    }
    return cli_ask(arguments->values[0], "digest", "manager", arguments->values[1], "week",
                    arguments->values[2]);
}

static int status_run(const struct arguments *arguments)
{
    return cli_ask(arguments->values[0], "status", NULL, NULL, NULL, NULL);
}

static int resume_run(const struct arguments *arguments)
{
    return cli_ask(arguments->values[0], "resume", NULL, NULL, NULL, NULL);
}

static int pause_run(const struct arguments *arguments)
{
    return cli_ask(arguments->values[0], "pause", NULL, NULL, NULL, NULL);
}

static int export_run(const struct arguments *arguments)
{
    const char *format = arguments->values[1] ? arguments->values[1] : "csv";
    struct str what = str_from_z(arguments->operands[0]);
    bool csv = str_equal(str_from_z(format), STR("csv"));
    bool evidence = str_equal(what, STR("evidence"));
    bool known = evidence ? csv
                          : str_equal(what, STR("answers")) &&
            (csv || str_equal(str_from_z(format), STR("jsonl")));
    if (!known) {
        fputs("nudged export: it takes answers, and --format csv or jsonl; or evidence, as csv\n",
            stderr);
        return EXIT_USAGE;
    }
    return export_asked(arguments->values[0], arguments->operands[0], csv);
}

static int outcomes_run(const struct arguments *arguments)
{
    const char *format = arguments->values[1] ? arguments->values[1] : "text";
    bool csv = str_equal(str_from_z(format), STR("csv"));
    if (!csv && !str_equal(str_from_z(format), STR("text"))) {
        fputs("nudged outcomes: --format is text or csv\n", stderr);
        return EXIT_USAGE;
    }
    int code = cli_ask(arguments->values[0], "outcomes", NULL, NULL, NULL, NULL);
    return code ? code : read_beside(arguments->values[0], "outcomes", csv);
}

/* The daemon notes that somebody reads; the rows are then read here, so that they stop nobody. */
static int export_asked(const char *config_file, const char *what, bool csv)
{
    int code = cli_ask(config_file, "export", "what", what, NULL, NULL);
    return code ? code : read_beside(config_file, what, csv);
}

static int read_beside(const char *config_file, const char *what, bool csv)
{
    struct arena arena;
    struct config config;
    arena_init(&arena, 1 << 20);
    int code = cli_config(config_file ? config_file : "nudged.yaml", &arena, &config);
    struct str word = str_from_z(what);
    enum err err = OK;
    if (!code && str_equal(word, STR("evidence")))
        err = export_evidence(config.state_folder, today(), to_stdout, NULL);
    else if (!code && str_equal(word, STR("outcomes")))
        err = export_outcomes(config.state_folder, csv, to_stdout, NULL);
    else if (!code)
        err = export_answers(config.state_folder, csv, to_stdout, NULL);
    if (err)
        fprintf(stderr, "nudged: the %s could not be read to the end: %s\n", what, err_text(err));
    arena_finish(&arena);
    return err ? app_exit_code(err) : code;
}

/* In UTC: for how far a memory has faded a few hours are nothing. */
static int32_t today(void)
{
    return (int32_t)(time(NULL) / 86400);
}

const struct subcommand subcommand_explain = {
    .name = "explain", .operands = "PERSON", .operands_min = 1, .operands_max = 1,
    .help = "what would happen next for a person, and why; without effect",
    .options = explain_options, .options_len = COUNT(explain_options), .run = explain_run,
};
const struct subcommand subcommand_digest = {
    .name = "digest", .help = "print a manager's digest without sending it",
    .options = digest_options, .options_len = COUNT(digest_options), .run = digest_run,
};
const struct subcommand subcommand_status = {
    .name = "status", .help = "links, outbox, next due, who is reached; in plain lines",
    .options = config_only, .options_len = COUNT(config_only), .run = status_run,
};
const struct subcommand subcommand_resume = {
    .name = "resume", .help = "start sending (a fresh store is paused)",
    .options = config_only, .options_len = COUNT(config_only), .run = resume_run,
};
const struct subcommand subcommand_pause = {
    .name = "pause", .help = "stop sending to everybody until resume",
    .options = config_only, .options_len = COUNT(config_only), .run = pause_run,
};
const struct subcommand subcommand_export = {
    .name = "export", .operands = "answers|evidence", .operands_min = 1, .operands_max = 1,
    .help = "write all answers, or what they show, to standard output",
    .options = export_options, .options_len = COUNT(export_options), .run = export_run,
};
const struct subcommand subcommand_outcomes = {
    .name = "outcomes", .help = "what is still known of each skill after 7, 30 and 90 days",
    .options = outcomes_options, .options_len = COUNT(outcomes_options), .run = outcomes_run,
};
int cli_ask(const char *config_file, const char *what, const char *name, const char *value,
            const char *name2, const char *value2)
{
    struct buf line = buf_heap(60 << 10);
    buf_addf(&line, "{\"do\":\"%s\"", what);
    add_field(&line, name, value);
    add_field(&line, name2, value2);
    buf_add_byte(&line, '}');
    int code = line.failed ? EXIT_USAGE : ask(config_file, buf_str(&line));
    buf_free(&line);
    return code;
}

static int ask(const char *config_file, struct str line)
{
    struct arena arena;
    struct config config;
    struct reply reply = { .head = buf_heap(4096), .exit_code = EXIT_SOFTWARE };
    arena_init(&arena, 64 << 20);
    int code = cli_config(config_file ? config_file : "nudged.yaml", &arena, &config);
    if (!code) {
        struct str path = str_format(&arena, "%.*s/control", STR_ARG(config.state_folder));
        enum err err;
        int waited_ms = 0;
        do {
            err = local_request(path, line, take_piece, &reply);
            bool last = waited_ms >= PATIENCE_MS;
            code =
                err == ERR_NOT_FOUND ? ask_offline(&config, line, &reply, last, &arena) : EXIT_OK;
            waited_ms += 100;
            if (code == EXIT_AGAIN && !last)
                cli_sleep(100);
        } while (code == EXIT_AGAIN && waited_ms <= PATIENCE_MS);
        if (err && err != ERR_NOT_FOUND)
            fprintf(stderr, "nudged: the daemon does not answer: %s\n", err_text(err));
        else if (!code && !reply.started)
            fputs("nudged: the daemon went away without an answer\n", stderr);
        if (!code)
            code = reply.started && (!err || err == ERR_NOT_FOUND) ? reply.exit_code
                                                                   : EXIT_UNAVAILABLE;
    }
    buf_free(&reply.head);
    arena_finish(&arena);
    return code;
}

/* last: a daemon that is neither reachable nor gone is said to be so, instead of asked once
 * more. */
static int ask_offline(const struct config *config, struct str line, struct reply *reply, bool last,
                       struct arena *arena)
{
    struct loop *loop = NULL;
    struct app *app = NULL;
    int lock = -1;
    struct buf problem = buf_heap(1 << 20);
    int code = cli_lock(config->state_folder, "a daemon is starting or stopping here; try again",
                        arena, &problem, &lock);
    if (code == EXIT_AGAIN && !last)
        buf_reset(&problem);
    enum err err = code ? OK : loop_new(&loop);
    struct app_options options = { .config = config, .world = loop ? loop_world(loop) : NULL,
                                   .platform = platform_named(STR("slack")), .offline = true };
    if (!code && !err)
        err = app_new(&options, &problem, &app);
    cli_print(stderr, buf_str(&problem));
    if (app)
        app_control(app, line, take_piece, nothing, reply);
    buf_free(&problem);
    app_free(app);
    loop_free(loop);
    lock_release(lock);
    return err ? app_exit_code(err) : code;
}

/* "ok" or "error N" on the first line, then text: to standard output, or to standard error. Blanks
 * before all are signs of life. */
static void take_piece(void *arg, struct str piece)
{
    struct reply *reply = arg;
    if (!reply->started) {
        size_t end = str_find(piece, '\n');
        buf_add(&reply->head, str_slice(piece, 0, end));
        if (end == piece.len)
            return;
        uint64_t code = 0;
        struct str first = str_trim(buf_str(&reply->head));
        reply->started = true;
        if (str_starts_with(first, STR("error ")) &&
            str_to_uint64(str_slice(first, 6, first.len), &code) && code < 256)
            reply->exit_code = (int)code;
        else
            reply->exit_code = str_equal(first, STR("ok")) ? EXIT_OK : EXIT_SOFTWARE;
        piece = str_slice(piece, end + 1, piece.len);
    }
    cli_print(reply->exit_code ? stderr : stdout, piece);
}

static void to_stdout(void *arg, struct str piece)
{
    (void)arg;
    cli_print(stdout, piece);
}

static void nothing(void *arg)
{
    (void)arg;
}

static void add_field(struct buf *line, const char *name, const char *value)
{
    if (!name || !value)
        return;
    buf_addf(line, ",\"%s\":", name);
    buf_add_json_string(line, str_from_z(value));
}
