/* nudged check: every mistake of configuration, people, decks, skills and holidays at once, with its
 * place. Exit 65 when content is wrong, 78 when the configuration is. */
#include "cli.h"

static const struct option_row options[] = {
    { "config", "FILE", "the configuration (default nudged.yaml)" },
    { "format", "text|json", "json: one object per fault and line" },
};

static int check_run(const struct arguments *arguments)
{
    struct arena arena;
    struct config config;
    struct people people = { 0 };
    struct content content;
    struct faults faults;
    const char *file = arguments->values[0] ? arguments->values[0] : "nudged.yaml";
    arena_init(&arena, 256 << 20);
    faults_init(&faults, &arena);
    enum err err = config_load(str_from_z(file), &arena, &faults, &config);
    int code = err == ERR_NOT_FOUND ? EXIT_NO_INPUT : err ? EXIT_CONFIG : EXIT_OK;
    if (!err) {
        enum err people_err = people_load(config.people_file, &arena, &faults, &people);
        if (!people_err && config_check_people(str_from_z(file), &people, &arena, &faults))
            code = EXIT_CONFIG;
        err = content_load(config.prompts_folder, config.holidays_file, people_err ? NULL : &people,
                           &arena, &faults, &content);
        if (!code && (err || people_err || faults_have_errors(&faults)))
            code = EXIT_DATA;
    }
    struct buf text = buf_heap(4 << 20);
    bool json = arguments->values[1] && str_equal(str_from_z(arguments->values[1]), STR("json"));
    if (json)
        faults_print_json(&faults, &text);
    else
        faults_print_text(&faults, &text);
    if (!json && !code)
        buf_addf(&text, "%s: all is well: %zu people, %zu decks, %zu skills%s\n", file, people.rows_len,
                 content.decks_len, content.skills_len, faults.warnings ? " (with warnings)" : "");
    cli_print(stdout, buf_str(&text));
    buf_free(&text);
    arena_finish(&arena);
    return code;
}

const struct subcommand subcommand_check = {
    .name = "check", .help = "report every mistake in configuration, people and prompt files",
    .options = options, .options_len = COUNT(options), .run = check_run,
};
