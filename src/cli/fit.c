/* `fit`: weights of the memory model from the organisation's own answers. What only looks reads the
 * store beside the daemon; what decides is asked of the daemon. */
#include "cli.h"

#include "nudged/app/app.h"
#include "nudged/app/fitting.h"

enum { CONFIG, DRY_RUN, REVERT, LIST };

static const struct option_row options[] = {
    [CONFIG] = { "config", "FILE", "the configuration (default nudged.yaml)" },
    [DRY_RUN] = { "dry-run", NULL, "learn and compare, change nothing" },
    [REVERT] = { "revert", NULL, "back to the weights before those in force" },
    [LIST] = { "list", NULL, "every fit there was, and what became of it" },
};

static int look(const struct arguments *arguments);

static int fit_run(const struct arguments *arguments)
{
    int chosen = 0;
    for (int i = DRY_RUN; i <= LIST; i++)
        chosen += arguments->values[i] != NULL;
    if (chosen > 1) {
        fputs("nudged fit: --dry-run, --revert and --list exclude each other\n", stderr);
        return EXIT_USAGE;
    }
    if (arguments->values[DRY_RUN] || arguments->values[LIST])
        return look(arguments);
    return cli_ask(arguments->values[CONFIG], "fit", "revert",
        arguments->values[REVERT] ? "yes" : NULL, NULL, NULL);
}

static int look(const struct arguments *arguments)
{
    struct arena arena;
    struct config config;
    const char *file = arguments->values[CONFIG];
    struct buf text = buf_heap(16 << 20);
    arena_init(&arena, 64 << 20);
    int code = cli_config(file ? file : "nudged.yaml", &arena, &config);
    enum err err = OK;
    if (!code)
        err = arguments->values[LIST]
            ? fitting_list(config.state_folder, &text)
            : fitting_try(config.state_folder, config.settings.fit_answers_min, &text);
    cli_print(stdout, buf_str(&text));
    if (err == ERR_NOT_FOUND && text.len)
        err = OK;               /* too few answers is an answer */
    if (err == ERR_NOT_FOUND)
        fprintf(stderr, "nudged fit: there is no store in %.*s yet; nudged run makes it\n",
            STR_ARG(config.state_folder));
    else if (err)
        fprintf(stderr, "nudged fit: the store could not be read: %s\n", err_text(err));
    buf_free(&text);
    arena_finish(&arena);
    return err ? app_exit_code(err) : code;
}

const struct subcommand subcommand_fit = {
    .name = "fit", .help = "learn the memory model's weights from the answers",
    .options = options, .options_len = COUNT(options), .run = fit_run,
};
