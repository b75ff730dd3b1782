/* The subcommands: what each file of src/cli offers main.c, and options as rows. */
#ifndef NUDGED_CLI_CLI_H
#define NUDGED_CLI_CLI_H

#include "nudged/base/buf.h"
#include "nudged/content/content.h"

/* sysexits(3) */
enum { EXIT_OK = 0, EXIT_USAGE = 64, EXIT_DATA = 65, EXIT_NO_INPUT = 66, EXIT_UNAVAILABLE = 69,
       EXIT_SOFTWARE = 70, EXIT_OS = 71, EXIT_IO = 74, EXIT_AGAIN = 75, EXIT_PERMISSION = 77,
       EXIT_CONFIG = 78 };

enum { OPTIONS_MAX = 12 };

/* One option a subcommand takes. value: the word shown in help; NULL: a switch. */
struct option_row {
    const char *name, *value, *help;    /* name without the dashes; one letter: also "-c" */
};

struct arguments {
    const char *values[OPTIONS_MAX];    /* as rows; a switch that was given points at "" */
    const char *operands[4];
    int operands_len;
};

struct subcommand {
    const char *name, *operands, *help;
    const struct option_row *options;
    size_t options_len;
    int operands_min, operands_max;
    int (*run)(const struct arguments *arguments);
};

extern const struct subcommand subcommand_run, subcommand_demo, subcommand_check,
    subcommand_preview, subcommand_explain, subcommand_digest, subcommand_status, subcommand_resume,
    subcommand_pause, subcommand_export, subcommand_outcomes, subcommand_backup,
    subcommand_restore, subcommand_review, subcommand_schedule, subcommand_simulate,
    subcommand_fit, subcommand_version;

/* Loads the configuration or prints every fault; EXIT_OK, EXIT_NO_INPUT or EXIT_CONFIG. */
int cli_config(const char *path, struct arena *arena, struct config *out);
void cli_print(FILE *to, struct str text);
void cli_log_line(void *arg, struct str line);          /* to standard error */
/* The lock of the state folder, or one sentence in *problem: EXIT_OK, _AGAIN (held is the
 * sentence), _NO_INPUT, _PERMISSION, _IO. */
int cli_lock(struct str folder, const char *held, struct arena *arena, struct buf *problem,
             int *lock);
void cli_sleep(int ms);
int32_t cli_today(void);                                /* by the machine's clock, in UTC */
/* One request with up to two values (NULL: without) to the daemon, or to its stand-in; what it says
 * is printed. The exit code. */
int cli_ask(const char *config_file, const char *what, const char *name, const char *value,
            const char *name2, const char *value2);
/* A path as the daemon would have to write it; NULL: there is no present folder. */
char *cli_absolute(const char *path, struct arena *arena);

#endif
