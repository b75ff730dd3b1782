/* nudged check: every mistake of configuration, people, decks, skills and holidays at once, with
 * its place. Exit 65 when content is wrong, 78 when the configuration is. */
#include "cli.h"

#include "nudged/base/limits.h"
#include "nudged/calendar/zone.h"
#include "nudged/core/capacity.h"

static const struct option_row options[] = {
    { "config", "FILE", "the configuration (default nudged.yaml)" },
    { "format", "text|json", "json: one object per fault and line" },
};

static void check_zone(const char *file, const struct config *config, struct arena *arena,
                       struct faults *faults);
static void check_capacity(const char *file, const struct config *config,
                           const struct people *people, const struct content *content,
                           struct arena *arena, struct faults *faults);
static void check_people_zones(const struct config *config, const struct people *people,
                               struct arena *arena, struct faults *faults);

static int check_run(const struct arguments *arguments)
{
    struct arena arena;
    struct config config;
    struct people people = { 0 };
    struct content content;
    struct faults faults;
    const char *file = arguments->values[0] ? arguments->values[0] : "nudged.yaml";
    const char *format = arguments->values[1] ? arguments->values[1] : "text";
    bool json = str_equal(str_from_z(format), STR("json"));
    if (!json && !str_equal(str_from_z(format), STR("text"))) {
        fputs("nudged check: --format takes text or json\n", stderr);
        return EXIT_USAGE;
    }
    arena_init(&arena, 256 << 20);
    faults_init(&faults, &arena);
    enum err err = config_load(str_from_z(file), &arena, &faults, &config);
    int code = err == ERR_NOT_FOUND ? EXIT_NO_INPUT : err ? EXIT_CONFIG : EXIT_OK;
    if (!err)
        check_zone(file, &config, &arena, &faults);
    if (!err || config_paths(str_from_z(file), &arena, &config)) {
        code = faults.errors ? EXIT_CONFIG : EXIT_OK;
        enum err people_err = people_load(config.people_file, &arena, &faults, &people);
        if (!people_err)
            check_people_zones(&config, &people, &arena, &faults);
        if (!err && !people_err &&
            config_check_people(str_from_z(file), &people, &arena, &faults))
            code = EXIT_CONFIG;
        err = content_load(config.prompts_folder, config.holidays_file,
                           people_err ? NULL : &people, &arena, &faults, &content);
        if (!code && (err || people_err || faults_have_errors(&faults)))
            code = EXIT_DATA;
        if (!code)
            check_capacity(file, &config, &people, &content, &arena, &faults);
    }
    struct buf text = buf_heap(4 << 20);
    if (json)
        faults_print_json(&faults, &text);
    else
        faults_print_text(&faults, &text);
    if (!json && !code)
        buf_addf(&text, "%s: all is well: %zu people, %zu decks, %zu skills%s\n", file,
            people.rows_len, content.decks_len, content.skills_len,
            faults.warnings ? " (with warnings)" : "");
    cli_print(stdout, buf_str(&text));
    buf_free(&text);
    arena_finish(&arena);
    return code;
}

/* The zones are the machine's, so only here can it be told; the place is looked up in the text. */
static void check_zone(const char *file, const struct config *config, struct arena *arena,
                       struct faults *faults)
{
    struct str text, line, name = config->settings.zone;
    struct zones *zones = zones_new(STR("/usr/share/zoneinfo"));
    bool known = zones && zones_get(zones, name);
    zones_free(zones);
    if (known || file_read(str_from_z(file), YAML_BYTES_MAX, arena, faults, &text))
        return;
    struct fault fault = { .severity = FAULT_ERROR,
        .file = str_from_z(file),
        .path = STR("timezone"),
        .sentence = str_format(arena,
            "'%.*s' is no time zone of this machine; use an IANA name like "
            "Europe/Berlin, and install tzdata",
            STR_ARG(name)) };
    for (int at = 1; !fault.line && str_next_part(&text, '\n', &line); at++)
        if (str_starts_with(line, STR("timezone:"))) {
            struct str value = str_trim(str_slice(line, sizeof("timezone:") - 1, line.len));
            fault.line = at;
            fault.column = (int)(value.len ? value.ptr - line.ptr : 0) + 1;
            fault.source = line;
        }
    faults_add(faults, fault);
}

/* Judged with the published weights: what was learnt from answers is in the store, which is not
 * opened here. */
static void check_capacity(const char *file, const struct config *config,
                           const struct people *people, const struct content *content,
                           struct arena *arena, struct faults *faults)
{
    struct capacity_group *groups = NULL;
    size_t len = 0;
    struct capacity_input input = { .content = content, .people = people->rows,
        .people_len = people->rows_len, .settings = &config->settings,
        .weights = &review_weights_default, .today = cli_today() };
    if (capacity_check(&input, arena, &groups, &len))
        return;
    for (size_t i = 0; i < len && !groups[i].carried; i++)
        faults_add(faults, (struct fault){ .severity = FAULT_WARNING, .file = str_from_z(file),
            .path = STR("cap"), .sentence = groups[i].sentence });
}

/* A person whose zone nobody knows would be asked by the organisation's clock. */
static void check_people_zones(const struct config *config, const struct people *people,
                               struct arena *arena, struct faults *faults)
{
    struct zones *zones = zones_new(STR("/usr/share/zoneinfo"));
    for (size_t i = 0; zones && i < people->rows_len; i++) {
        const struct people_row *row = &people->rows[i];
        if (!row->zone.len || zones_get(zones, row->zone))
            continue;
        faults_add(faults, (struct fault){ .severity = FAULT_ERROR, .file = config->people_file,
            .path = STR("timezone"),
            .sentence = str_format(arena, "'%.*s' of %.*s is no time zone of this machine; use an "
                                   "IANA name like Europe/Berlin", STR_ARG(row->zone),
                                   STR_ARG(row->email)) });
    }
    zones_free(zones);
}

const struct subcommand subcommand_check = {
    .name = "check", .help = "report every mistake in configuration, people and prompt files",
    .options = options, .options_len = COUNT(options), .run = check_run,
};
