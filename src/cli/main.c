/* nudged, the command. One row per subcommand; each has a file that says what it does. */
#include "cli.h"

#include <time.h>

#include "nudged/app/service.h"

static const struct subcommand *const subcommands[] = {
    &subcommand_run,
    &subcommand_demo,
    &subcommand_check,
    &subcommand_preview,
    &subcommand_explain,
    &subcommand_digest,
    &subcommand_status,
    &subcommand_resume,
    &subcommand_pause,
    &subcommand_export,
    &subcommand_outcomes,
    &subcommand_backup,
    &subcommand_fit,
    &subcommand_review,
    &subcommand_schedule,
    &subcommand_simulate,
    &subcommand_restore,
    &subcommand_version,
};

enum { VALUE_MISSING = 1 };

static int run(const struct subcommand *command, int argc, char **argv);
static int parse(const struct subcommand *command, int argc, char **argv, struct arguments *out);
static int parse_option(const struct subcommand *command, int argc, char **argv, int *at,
                        struct arguments *out);
static int find_option(const struct subcommand *command, struct str name);
static void print_help(FILE *to);
static void print_subcommand_help(FILE *to, const struct subcommand *command);

int main(int argc, char **argv)
{
    struct str name = str_from_z(argc > 1 ? argv[1] : "");
    if (str_equal(name, STR("--help")) || str_equal(name, STR("-h")) ||
        str_equal(name, STR("help"))) {
        print_help(stdout);
        return EXIT_OK;
    }
    if (str_equal(name, STR("--version")))
        name = STR("version");
    for (size_t i = 0; i < COUNT(subcommands); i++)
        if (str_equal(name, str_from_z(subcommands[i]->name)))
            return run(subcommands[i], argc, argv);
    if (name.len)
        fprintf(stderr, "nudged: there is no command \"%s\"\n\n", argv[1]);
    print_help(stderr);
    return EXIT_USAGE;
}

int cli_config(const char *path, struct arena *arena, struct config *out)
{
    struct faults faults;
    struct buf text = buf_heap(1 << 20);
    faults_init(&faults, arena);
    enum err err = config_load(str_from_z(path), arena, &faults, out);
    if (faults.count) {
        faults_print_text(&faults, &text);
        cli_print(stderr, buf_str(&text));
    }
    buf_free(&text);
    if (!err)
        return EXIT_OK;
    return err == ERR_NOT_FOUND ? EXIT_NO_INPUT : EXIT_CONFIG;
}

int cli_lock(struct str folder, const char *held, struct arena *arena, struct buf *problem,
             int *lock)
{
    enum err err = lock_take(folder, arena, lock);
    if (!err)
        return EXIT_OK;
    const struct { enum err err; int code; const char *words;
    } rows[] = {
        { ERR_BUSY, EXIT_AGAIN, held },
        { ERR_NOT_FOUND, EXIT_NO_INPUT, "the folder above the state folder does not exist" },
        { ERR_REFUSED, EXIT_PERMISSION,
            "the state folder cannot be written by this user; check its owner "
            "and mode, and that the disk is not mounted read-only" },
        { ERR_EXISTS, EXIT_IO, "there is something that is not a folder" },
        { ERR_DB_FULL, EXIT_IO, "the disk is full" },
    };
    size_t row = 0;
    while (row < COUNT(rows) && rows[row].err != err)
        row++;
    buf_addf(problem, "%.*s: %s\n", STR_ARG(folder),
             row < COUNT(rows) ? rows[row].words : "the lock file cannot be made");
    return row < COUNT(rows) ? rows[row].code : EXIT_IO;
}

void cli_sleep(int ms)
{
    (void)nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000L }, NULL);
}

int32_t cli_today(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int32_t)(now.tv_sec / 86400);
}

void cli_print(FILE *to, struct str text)
{
    if (text.len)
        (void)!fwrite(text.ptr, 1, text.len, to);
}

void cli_log_line(void *arg, struct str line)
{
    (void)arg;
    fprintf(stderr, "%.*s\n", STR_ARG(line));
}

/* An export onto a full disk is no success. */
static int run(const struct subcommand *command, int argc, char **argv)
{
    struct arguments arguments = { 0 };
    int code = parse(command, argc, argv, &arguments);
    if (code < 0)
        code = EXIT_OK;                         /* --help was printed */
    else if (!code)
        code = command->run(&arguments);
    if ((fflush(stdout) || ferror(stdout)) && !code) {
        fprintf(stderr, "nudged %s: the output could not be written to the end\n", command->name);
        code = EXIT_IO;
    }
    return code;
}

static int parse(const struct subcommand *command, int argc, char **argv, struct arguments *out)
{
    for (int at = 2; at < argc; at++) {
        struct str word = str_from_z(argv[at]);
        if (str_equal(word, STR("--help")) || str_equal(word, STR("-h"))) {
            print_subcommand_help(stdout, command);
            return -1;
        }
        int code = EXIT_OK;
        if (word.len > 1 && word.ptr[0] == '-')
            code = parse_option(command, argc, argv, &at, out);
        else if (out->operands_len < command->operands_max)
            out->operands[out->operands_len++] = argv[at];
        else
            code = EXIT_USAGE;
        if (code) {
            fprintf(stderr, "nudged %s: \"%s\" %s; see nudged %s --help\n", command->name,
                    argv[at < argc ? at : argc - 1],
                    code == VALUE_MISSING ? "needs a value" : "is not understood here",
                    command->name);
            return EXIT_USAGE;
        }
    }
    if (out->operands_len >= command->operands_min)
        return EXIT_OK;
    fprintf(stderr, "nudged %s: %s is missing; see nudged %s --help\n", command->name,
            command->operands, command->name);
    return EXIT_USAGE;
}

static int parse_option(const struct subcommand *command, int argc, char **argv, int *at,
                        struct arguments *out)
{
    struct str word = str_from_z(argv[*at]);
    word = str_slice(word, str_starts_with(word, STR("--")) ? 2 : 1, word.len);
    size_t equals = str_find(word, '=');
    int row = find_option(command, str_slice(word, 0, equals));
    if (row < 0)
        return EXIT_USAGE;
    if (!command->options[row].value) {
        out->values[row] = "";
        return equals == word.len ? EXIT_OK : EXIT_USAGE;
    }
    if (equals < word.len) {
        out->values[row] = word.ptr + equals + 1;
        return EXIT_OK;
    }
    if (*at + 1 >= argc)
        return VALUE_MISSING;
    out->values[row] = argv[++*at];
    return EXIT_OK;
}

static int find_option(const struct subcommand *command, struct str name)
{
    for (size_t i = 0; i < command->options_len; i++) {
        struct str full = str_from_z(command->options[i].name);
        if (str_equal(full, name) || (name.len == 1 && full.len && full.ptr[0] == name.ptr[0] &&
                                      str_equal(full, STR("config"))))
            return (int)i;
    }
    return -1;
}

static void print_help(FILE *to)
{
    fputs("nudged keeps training alive: one good question at a time, in the team's chat.\n\n"
          "usage: nudged COMMAND [OPTIONS]\n\n", to);
    for (size_t i = 0; i < COUNT(subcommands); i++)
        fprintf(to, "  %-9s %s\n", subcommands[i]->name, subcommands[i]->help);
    fputs("\nnudged COMMAND --help shows its options; nudged(8) has all of it.\n", to);
}

static void print_subcommand_help(FILE *to, const struct subcommand *command)
{
    fprintf(to, "usage: nudged %s%s%s%s\n\n%s\n", command->name,
            command->operands ? " " : "", command->operands ? command->operands : "",
            command->options_len ? " [OPTIONS]" : "", command->help);
    if (command->options_len)
        fputs("\n", to);
    for (size_t i = 0; i < command->options_len; i++)
        fprintf(to, "  --%s %-*s %s\n", command->options[i].name,
            (int)(18 - strlen(command->options[i].name)),
            command->options[i].value ? command->options[i].value : "", command->options[i].help);
}
