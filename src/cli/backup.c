/* nudged backup: the daemon writes the copy, since it alone may; or this process in its place. */
#include "cli.h"

#include <unistd.h>

static const struct option_row options[] = {
    { "config", "FILE", "the configuration (default nudged.yaml)" },
};

static int backup_run(const struct arguments *arguments)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    char *path = cli_absolute(arguments->operands[0], &arena);
    int code = path ? cli_ask(arguments->values[0], "backup", "file", path, NULL, NULL) : EXIT_OS;
    arena_finish(&arena);
    return code;
}

const struct subcommand subcommand_backup = {
    .name = "backup", .operands = "FILE", .operands_min = 1, .operands_max = 1,
    .help = "write a consistent copy of the database, also while running",
    .options = options, .options_len = COUNT(options), .run = backup_run,
};

char *cli_absolute(const char *path, struct arena *arena)
{
    char folder[4096];
    if (path[0] == '/')
        return str_z(arena, str_from_z(path));
    if (!getcwd(folder, sizeof(folder)))
        return NULL;
    return str_z(arena, str_format(arena, "%s/%s", folder, path));
}
