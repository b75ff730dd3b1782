/* Preloaded into the daemon: ends it with SIGKILL at the N-th call that writes or syncs, counted
 * over files and sockets alike, so that every gap between two of them can be hit. KILL_AT says
 * which; without it the calls are only counted, and the number is written to KILL_COUNT_FILE at
 * exit. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned long calls, kill_at;

static void count_call(void)
{
    if (++calls == kill_at)
        (void)kill(getpid(), SIGKILL);
}

__attribute__((constructor)) static void shim_start(void)
{
    const char *text = getenv("KILL_AT");
    kill_at = text ? strtoul(text, NULL, 10) : 0;
}

__attribute__((destructor)) static void shim_end(void)
{
    const char *path = getenv("KILL_COUNT_FILE");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file)
        return;
    fprintf(file, "%lu\n", calls);
    fclose(file);
}

#define REAL(type, name, ...)                      \
    static type (*real)(__VA_ARGS__);              \
    if (!real)                                     \
        *(void **)&real = dlsym(RTLD_NEXT, #name); \
    count_call()

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    return real(fd, bytes, len, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    return real(fd, bytes, len, at);
}

int fdatasync(int fd)
{
    REAL(int, fdatasync, int);
    return real(fd);
}

int fsync(int fd)
{
    REAL(int, fsync, int);
    return real(fd);
}

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    REAL(ssize_t, send, int, const void *, size_t, int);
    return real(fd, bytes, len, flags);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    REAL(ssize_t, write, int, const void *, size_t);
    return real(fd, bytes, len);
}
