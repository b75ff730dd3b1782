/* The lock that keeps a second daemon away, and word to the supervisor (systemd's notify protocol,
 * by hand: a datagram is not worth a library in the address space). */
#include "nudged/app/service.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static enum err lock_err(int code);

enum err lock_take(struct str folder, struct arena *arena, int *fd)
{
    if (mkdir(str_z(arena, folder), 0700) && errno != EEXIST)
        return lock_err(errno);
    struct str path = str_format(arena, "%.*s/lock", STR_ARG(folder));
    int opened = open(str_z(arena, path), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (opened < 0)
        return lock_err(errno);
    if (flock(opened, LOCK_EX | LOCK_NB)) {
        enum err err = errno == EWOULDBLOCK ? ERR_BUSY : ERR_IO;
        close(opened);
        return err;
    }
    *fd = opened;
    return OK;
}

static enum err lock_err(int code)
{
    static const struct { int code; enum err err; } rows[] = {
        { ENOENT, ERR_NOT_FOUND }, { EACCES, ERR_REFUSED }, { EPERM, ERR_REFUSED },
        { EROFS, ERR_REFUSED }, { ENOTDIR, ERR_EXISTS }, { ENOSPC, ERR_DB_FULL },
        { EDQUOT, ERR_DB_FULL },
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (rows[i].code == code)
            return rows[i].err;
    return ERR_IO;
}

void lock_release(int fd)
{
    if (fd >= 0)
        close(fd);
}

void notify_supervisor(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t len = path ? strlen(path) : 0;
    if (!len || len >= sizeof(address.sun_path) || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(address.sun_path, path, len);
    if (path[0] == '@')
        address.sun_path[0] = '\0';             /* abstract name */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    (void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, size);
    close(fd);
}

uint32_t notify_watchdog_ms(void)
{
    const char *value = getenv("WATCHDOG_USEC");
    uint64_t us = 0;
    if (!value || !str_to_uint64(str_from_z(value), &us))
        return 0;
    return us / 1000 > UINT32_MAX ? UINT32_MAX : (uint32_t)(us / 1000);
}
