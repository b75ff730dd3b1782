/* nudged restore: looks at a backup, and puts it in the place of the database while no daemon runs.
 *
 * Sends nothing and decides nothing: the daemon that starts on it finds out that it is an older
 * copy, and waits for the operator. */
#include "cli.h"

#include <time.h>

#include "nudged/app/app.h"
#include "nudged/app/service.h"
#include "nudged/store/upkeep.h"

static const struct option_row options[] = {
    { "config", "FILE", "the configuration (default nudged.yaml)" },
    { "verify", NULL, "only check the backup; nothing is changed" },
};

static int verify(struct str file, struct arena *arena);
static int restore(const char *config_file, struct str file, struct arena *arena);
static int put_back(const struct config *config, struct str file, struct arena *arena);
static void say_facts(struct str file, const struct copy_facts *facts);
static int failed(enum err err, struct str detail);

static int restore_run(const struct arguments *arguments)
{
    struct arena arena;
    arena_init(&arena, 64 << 20);
    struct str file = str_from_z(arguments->operands[0]);
    int code = arguments->values[1] ? verify(file, &arena)
                                    : restore(arguments->values[0], file, &arena);
    arena_finish(&arena);
    return code;
}

const struct subcommand subcommand_restore = {
    .name = "restore", .operands = "FILE", .operands_min = 1, .operands_max = 1,
    .help = "check a backup, and go back to it while the daemon is stopped",
    .options = options, .options_len = COUNT(options), .run = restore_run,
};

static int verify(struct str file, struct arena *arena)
{
    struct copy_facts facts;
    struct str detail = STR_EMPTY;
    enum err err = store_verify(file, arena, &facts, &detail);
    if (err)
        return failed(err, detail);
    say_facts(file, &facts);
    return EXIT_OK;
}

static int restore(const char *config_file, struct str file, struct arena *arena)
{
    struct config config;
    int lock = -1;
    struct buf problem = buf_heap(1 << 20);
    int code = cli_config(config_file ? config_file : "nudged.yaml", arena, &config);
    if (!code)
        code = cli_lock(config.state_folder, "a daemon is running here; stop it first", arena,
                        &problem, &lock);
    cli_print(stderr, buf_str(&problem));
    buf_free(&problem);
    if (!code)
        code = put_back(&config, file, arena);
    lock_release(lock);
    return code;
}

static int put_back(const struct config *config, struct str file, struct arena *arena)
{
    struct str kept = STR_EMPTY, detail = STR_EMPTY;
    struct timespec now;
    struct copy_facts facts;
    struct str path = str_format(arena, "%.*s/nudged.db", STR_ARG(config->state_folder));
    clock_gettime(CLOCK_REALTIME, &now);
    struct instant at = { (int64_t)now.tv_sec * 1000 };
    enum err err = store_verify(file, arena, &facts, &detail);
    if (!err)
        err = store_restore(path, file, at, arena, &kept, &detail);
    if (err)
        return failed(err, detail);
    say_facts(file, &facts);
    if (kept.len)
        printf("It took the place of the database, which is kept as %.*s.\n", STR_ARG(kept));
    else
        fputs("It took the place of the database; there was none.\n", stdout);
    fputs("Nothing is sent from it until you start the daemon, look at nudged status and run "
          "nudged resume.\n", stdout);
    return EXIT_OK;
}

static void say_facts(struct str file, const struct copy_facts *facts)
{
    struct buf text = buf_heap(8192);
    buf_addf(&text, "%.*s is sound: schema %d of %d, %lld KiB.\n", STR_ARG(file),
             (int)facts->schema_version, (int)facts->newest_version,
             (long long)(facts->bytes / 1024));
    buf_addf(&text, "It holds %lld people, %lld questions that were sent, %lld answers and %lld "
             "messages that had not left.\n", (long long)facts->people, (long long)facts->nudges,
             (long long)facts->answers, (long long)facts->deliveries);
    if (facts->newest_answer.utc_ms) {
        buf_add(&text, STR("The newest answer is of "));
        buf_add_instant(&text, facts->newest_answer);
        buf_add(&text, STR(".\n"));
    }
    if (facts->copied.utc_ms) {
        buf_add(&text, STR("The backup was begun at "));
        buf_add_instant(&text, facts->copied);
        buf_add(&text, STR(".\n"));
    } else {
        buf_add(&text, STR("It does not say when it was made: not by nudged backup, or by an "
                           "older version.\n"));
    }
    cli_print(stdout, buf_str(&text));
    buf_free(&text);
}

/* Wrong data, whatever is wrong with it, is 65. */
static int failed(enum err err, struct str detail)
{
    fprintf(stderr, "nudged restore: %.*s\n", STR_ARG(detail));
    bool data = err == ERR_DB_CORRUPT || err == ERR_REFUSED;
    return data ? EXIT_DATA : app_exit_code(err);
}
