#include "endure/endure.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "nudged/base/str.h"

enum { NOT_RUN = 77 };

uint64_t endure_number(const char *name, uint64_t fallback)
{
    uint64_t number = fallback;
    struct str text = str_from_z(getenv(name));
    if (text.len && !str_to_uint64(text, &number)) {
        fprintf(stderr, "%s is not a number\n", name);
        exit(EXIT_FAILURE);
    }
    return number;
}

uint64_t endure_draw(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void endure_not_run(const char *why)
{
    printf("not run: %s\n", why);
    exit(NOT_RUN);
}

void endure_broken(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("BROKEN: ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    exit(EXIT_FAILURE);
}

static char *path_of(pid_t pid, const char *what, char *out, size_t room)
{
    if (pid)
        snprintf(out, room, "/proc/%d/%s", (int)pid, what);
    else
        snprintf(out, room, "/proc/self/%s", what);
    return out;
}

size_t endure_fds(pid_t pid)
{
    char path[64];
    size_t count = 0;
    DIR *folder = opendir(path_of(pid, "fd", path, sizeof(path)));
    if (!folder)
        endure_broken("the descriptors of the process cannot be counted");
    for (struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return pid ? count : count - 1; /* less the folder itself */
}

long endure_rss_kib(pid_t pid)
{
    char path[64], line[256];
    long kib = -1;
    FILE *file = fopen(path_of(pid, "status", path, sizeof(path)), "r");
    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    if (file)
        fclose(file);
    return kib;
}
