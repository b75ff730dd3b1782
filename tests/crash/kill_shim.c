/* Preloaded into the daemon: counts every call that writes, syncs, cuts or renames, over files and
 * sockets alike, and at the N-th of them ends the process with SIGKILL or makes the call fail.
 *
 * KILL_AT     the call at which the process dies, before the call is made; 0: never
 * FAULT_AT    the call on a file of the state folder that fails, counted apart; 0: never
 * FAULT       how: EIO, ENOSPC, EINTR, or SHORT (half of the bytes are written)
 * CALLS_FILE  told at exit "calls N M" (all, and those on state files), and at the moment of a
 *             kill or a fault "hit KIND WHAT", e.g. "hit fdatasync wal"
 *
 * Wakening of the loop's own thread by eventfd is not counted: it depends on timing alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum fault { FAULT_NONE, FAULT_ERROR, FAULT_SHORT };

static unsigned long calls, file_calls, kill_at, fault_at;
static int fault_errno;
static pid_t owner;

static unsigned long number_of(const char *name)
{
    const char *text = getenv(name);
    return text ? strtoul(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void shim_start(void)
{
    static const struct {
        const char *name;
        int error;
    } errors[] = { { "EIO", EIO }, { "ENOSPC", ENOSPC }, { "EINTR", EINTR } };
    const char *fault = getenv("FAULT");
    owner = getpid();
    kill_at = number_of("KILL_AT");
    fault_at = number_of("FAULT_AT");
    for (size_t i = 0; fault && i < sizeof(errors) / sizeof(errors[0]); i++)
        if (strcmp(fault, errors[i].name) == 0)
            fault_errno = errors[i].error;
}

static void tell(const char *line)
{
    const char *path = getenv("CALLS_FILE");
    long file =
        path ? syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (file < 0)
        return;
    (void)syscall(SYS_write, file, line, strlen(line));
    (void)syscall(SYS_close, file);
}

__attribute__((destructor)) static void shim_end(void)
{
    char line[64];
    snprintf(line, sizeof(line), "calls %lu %lu\n", calls, file_calls);
    if (getpid() == owner)
        tell(line);
}

/* In the words of the report; NULL: nothing to count. */
static const char *target_of(const char *path)
{
    static const struct {
        const char *part, *name;
    } names[] = { { "anon_inode", NULL }, { "pipe:", NULL }, { "socket:", "socket" },
        { ".part", "copy" }, { ".before-", "copy" }, { "backup", "copy" },
        { "nudged.db-wal", "wal" }, { "nudged.db-shm", "shm" }, { "nudged.db", "database" } };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strstr(path, names[i].part))
            return names[i].name;
    return "other";
}

static enum fault met(const char *kind, const char *path)
{
    const char *what = target_of(path);
    char line[96];
    if (!what)
        return FAULT_NONE;
    snprintf(line, sizeof(line), "hit %s %s\n", kind, what);
    if (++calls == kill_at) {
        tell(line);
        (void)kill(getpid(), SIGKILL);
    }
    if (strcmp(what, "socket") == 0 || strcmp(what, "other") == 0 || ++file_calls != fault_at)
        return FAULT_NONE;
    tell(line);
    errno = fault_errno;
    return fault_errno ? FAULT_ERROR : FAULT_SHORT;
}

static enum fault met_fd(const char *kind, int fd)
{
    char link[40], path[512];
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    long len = syscall(SYS_readlink, link, path, sizeof(path) - 1);
    path[len > 0 ? len : 0] = '\0';
    return met(kind, path);
}

#define REAL(type, name, ...)         \
    static type (*real)(__VA_ARGS__); \
    if (!real)                        \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

#define WRITES(name, offset)                                          \
    ssize_t name(int fd, const void *bytes, size_t len, offset at)    \
    {                                                                 \
        REAL(ssize_t, name, int, const void *, size_t, offset);       \
        enum fault fault = met_fd("pwrite", fd);                      \
        if (fault == FAULT_ERROR)                                     \
            return -1;                                                \
        return real(fd, bytes, fault && len > 1 ? len / 2 : len, at); \
    }
WRITES(pwrite64, off64_t)
WRITES(pwrite, off_t)

#define SYNCS(name)                                              \
    int name(int fd)                                             \
    {                                                            \
        REAL(int, name, int);                                    \
        return met_fd(#name, fd) == FAULT_ERROR ? -1 : real(fd); \
    }
SYNCS(fdatasync)
SYNCS(fsync)

#define CUTS(name, offset)                                                  \
    int name(int fd, offset len)                                            \
    {                                                                       \
        REAL(int, name, int, offset);                                       \
        return met_fd("ftruncate", fd) == FAULT_ERROR ? -1 : real(fd, len); \
    }
CUTS(ftruncate, off_t)
CUTS(ftruncate64, off64_t)

/* Reading is not counted: a kill there leaves what the call before left. */
#define OPENS(name)                                                              \
    int name(const char *path, int flags, ...)                                   \
    {                                                                            \
        REAL(int, name, const char *, int, ...);                                 \
        va_list args;                                                            \
        va_start(args, flags);                                                   \
        unsigned mode = va_arg(args, unsigned);                                  \
        va_end(args);                                                            \
        if ((flags & O_ACCMODE) != O_RDONLY && met("open", path) == FAULT_ERROR) \
            return -1;                                                           \
        return real(path, flags, mode);                                          \
    }
OPENS(open)
OPENS(open64)

int rename(const char *from, const char *to)
{
    REAL(int, rename, const char *, const char *);
    return met("rename", from) == FAULT_ERROR ? -1 : real(from, to);
}

int unlink(const char *path)
{
    REAL(int, unlink, const char *);
    return met("unlink", path) == FAULT_ERROR ? -1 : real(path);
}

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    REAL(ssize_t, send, int, const void *, size_t, int);
    (void)met_fd("send", fd);
    return real(fd, bytes, len, flags);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    REAL(ssize_t, write, int, const void *, size_t);
    enum fault fault = met_fd("write", fd);
    if (fault == FAULT_ERROR)
        return -1;
    return real(fd, bytes, fault && len > 1 ? len / 2 : len);
}
