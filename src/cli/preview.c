/* nudged preview DECK/PROMPT: exactly the JSON the platform would be sent, or the plain text. */
#include "cli.h"

#include "nudged/base/text.h"
#include "nudged/core/capacity.h"
#include "nudged/core/plan.h"
#include "nudged/platform/platform.h"

static const struct option_row options[] = {
    { "config", "FILE", "the configuration (default nudged.yaml)" },
    { "platform", "slack|text", "what to print (default text)" },
};

static const struct prompt *find(const struct content *content, struct str name);
static int print_message(const struct message *message, struct str platform, struct arena *arena);
static void say_capacity(const struct config *config, const struct content *content,
    const struct prompt *prompt, struct arena *arena);
static int preview(const char *file, struct str name, struct str platform, struct arena *arena);

static int preview_run(const struct arguments *arguments)
{
    struct arena arena;
    struct str platform = str_from_z(arguments->values[1] ? arguments->values[1] : "text");
    if (!str_equal(platform, STR("text")) && !platform_named(platform)) {
        fputs("nudged preview: --platform takes slack or text\n", stderr);
        return EXIT_USAGE;
    }
    arena_init(&arena, 256 << 20);
    int code = preview(arguments->values[0] ? arguments->values[0] : "nudged.yaml",
                       str_from_z(arguments->operands[0]), platform, &arena);
    arena_finish(&arena);
    return code;
}

const struct subcommand subcommand_preview = {
    .name = "preview", .operands = "DECK/PROMPT", .operands_min = 1, .operands_max = 1,
    .help = "print a prompt as it would be sent",
    .options = options, .options_len = COUNT(options), .run = preview_run,
};

static int preview(const char *file, struct str name, struct str platform, struct arena *arena)
{
    struct config config;
    struct content content;
    struct faults faults;
    faults_init(&faults, arena);
    int code = cli_config(file, arena, &config);
    if (code)
        return code;
    if (content_load(config.prompts_folder, STR_EMPTY, NULL, arena, &faults, &content)) {
        fputs("nudged preview: the prompt files have mistakes; see nudged check\n", stderr);
        return EXIT_DATA;
    }
    const struct prompt *prompt = find(&content, name);
    if (!prompt) {
        fprintf(stderr, "nudged preview: there is no prompt \"%.*s\"; give it as DECK/PROMPT\n",
                STR_ARG(name));
        return EXIT_NO_INPUT;
    }
    say_capacity(&config, &content, prompt, arena);
    struct nudge nudge = { .nudge_id = 1, .key = 1, .state = NUDGE_OPEN };
    return print_message(prompt_card(&content, prompt, &nudge, arena), platform, arena);
}

/* To standard error, about those who get the prompt's deck: what is printed stays what is sent. A
 * people file with mistakes is check's to tell. */
static void say_capacity(const struct config *config, const struct content *content,
    const struct prompt *prompt, struct arena *arena)
{
    struct faults unread;
    struct people people;
    struct capacity_group *groups = NULL;
    const struct deck *deck = content_deck(content, prompt->deck);
    size_t len = 0, rows = 0;
    faults_init(&unread, arena);
    if (!deck || people_load(config->people_file, arena, &unread, &people))
        return;
    for (size_t i = 0; i < people.rows_len; i++)
        if (audience_has(&deck->audience, people.rows[i].role, people.rows[i].cohort))
            people.rows[rows++] = people.rows[i];
    struct capacity_input input = { .content = content, .people = people.rows,
        .people_len = rows, .settings = &config->settings, .weights = &review_weights_default,
        .today = cli_today() };
    if (capacity_check(&input, arena, &groups, &len))
        return;
    for (size_t i = 0; i < len && !groups[i].carried; i++)
        cli_print(stderr, str_format(arena, "nudged preview: warning: %.*s\n",
            STR_ARG(groups[i].sentence)));
}

static const struct prompt *find(const struct content *content, struct str name)
{
    for (size_t d = 0; d < content->decks_len; d++)
        for (size_t p = 0; p < content->decks[d].prompts_len; p++) {
            const struct prompt *prompt = &content->decks[d].prompts[p];
            size_t slash = str_find(name, '/');
            if (str_equal(prompt->deck, str_slice(name, 0, slash)) &&
                str_equal(prompt->id, str_slice(name, slash + 1, name.len)))
                return prompt;
        }
    return NULL;
}

static int print_message(const struct message *message, struct str platform, struct arena *arena)
{
    struct buf out = buf_in(arena, 1 << 20);
    enum err err = message ? OK : ERR_NO_MEMORY;
    if (str_equal(platform, STR("text"))) {
        struct buf text = buf_in(arena, 1 << 20);
        message_to_text(message, &text);
        text_add_visible(&out, buf_str(&text), true);
    } else {
        err = platform_named(platform)->encode(message, DELIVERY_POST, arena, &out);
        buf_add_byte(&out, '\n');
    }
    if (err)
        return EXIT_SOFTWARE;
    cli_print(stdout, buf_str(&out));
    return EXIT_OK;
}
