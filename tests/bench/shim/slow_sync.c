/* Preloaded into whatever is measured: every sync of a file takes one millisecond longer, as on a
 * common SSD or a network volume. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
#include <unistd.h>

typedef int sync_fn(int fd);

static int slowly(const char *name, int fd)
{
    sync_fn *real;
    struct timespec millisecond = { .tv_nsec = 1000000 };
    *(void **)&real = dlsym(RTLD_NEXT, name);
    while (nanosleep(&millisecond, &millisecond))
        ;
    return real(fd);
}

int fsync(int fd)
{
    return slowly("fsync", fd);
}

int fdatasync(int fd)
{
    return slowly("fdatasync", fd);
}
