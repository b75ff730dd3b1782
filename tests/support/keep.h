/* Where a test's folder goes at its end: nowhere, or, when NUDGED_KEEP names a folder, into that,
 * so that everything the suite wrote can be searched for secrets (tests/hostile/artefacts.sh). */
#ifndef SUPPORT_KEEP_H
#define SUPPORT_KEEP_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The path for something of this name that is to be kept; false: nothing is. */
static inline bool keep_path(const char *name, char *path, size_t room)
{
    static unsigned kept;
    const char *folder = getenv("NUDGED_KEEP"), *slash = strrchr(name, '/');
    if (!folder)
        return false;
    int len = snprintf(path, room, "%s/%d-%u-%s", folder, (int)getpid(), ++kept,
        slash ? slash + 1 : name);
    return len > 0 && (size_t)len < room;
}

/* false: it is still there, and the caller removes it. */
static inline bool keep_folder(const char *folder)
{
    char path[512], command[1200];
    if (!keep_path(folder, path, sizeof(path)))
        return false;
    (void)snprintf(command, sizeof(command), "mv '%s' '%s'", folder, path);
    return system(command) == 0;
}

static inline bool keep_or_remove_folder(const char *folder)
{
    char command[600];
    (void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return keep_folder(folder) || system(command) == 0;
}

#endif
