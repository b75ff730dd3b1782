/* nudged version: which build this is. */
#include "cli.h"

static int version_run(const struct arguments *arguments)
{
    (void)arguments;
    puts("nudged " NUDGED_VERSION);
    return EXIT_OK;
}

const struct subcommand subcommand_version = {
    .name = "version", .help = "print the version", .run = version_run,
};
