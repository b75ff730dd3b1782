/* Reading whole regular files, and only those. Opened without waiting, so that a FIFO put into the
 * folder cannot stop the daemon. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content/source.h"
#include "nudged/content/content.h"

static enum err read_all(int fd, size_t size, size_t bytes_max, struct arena *arena,
                         struct str *out);
static enum err file_error(struct str path, struct faults *faults, enum err err,
                           const char *sentence);
static enum err open_error(struct str path, struct faults *faults, int number);

enum err file_read(struct str path, size_t bytes_max, struct arena *arena, struct faults *faults,
                   struct str *out)
{
    struct stat info;
    struct str text = STR_EMPTY;
    const char *path_z = str_z(arena, path);
    if (arena_failed(arena))
        return ERR_NO_MEMORY;
    int fd = open(path_z, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return open_error(path, faults, errno);
    enum err err = OK;
    if (fstat(fd, &info) != 0)
        err = file_error(path, faults, ERR_IO, "the file cannot be read");
    else if (!S_ISREG(info.st_mode))
        err = file_error(path, faults, ERR_REFUSED, "this is not a regular file");
    else if ((uintmax_t)info.st_size > bytes_max)
        err = file_error(path, faults, ERR_TOO_BIG, "the file is larger than its limit; split it");
    if (!err) {
        err = read_all(fd, (size_t)info.st_size, bytes_max, arena, &text);
        if (err == ERR_TOO_BIG)
            (void)file_error(path, faults, err, "the file is larger than its limit; split it");
        else if (err == ERR_IO)
            (void)file_error(path, faults, err, "the file cannot be read to its end");
    }
    close(fd);
    if (!err)
        *out = text;
    return err;
}

/* To the end, not to the size: the file may be growing. */
static enum err read_all(int fd, size_t size, size_t bytes_max, struct arena *arena,
                         struct str *out)
{
    size_t cap = size + 1, len = 0;
    char *text = arena_alloc(arena, cap);
    for (;;) {
        if (!text)
            return ERR_NO_MEMORY;
        ssize_t got = read(fd, text + len, cap - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ERR_IO;
        if (got == 0)
            break;
        len += (size_t)got;
        if (len > bytes_max)
            return ERR_TOO_BIG;
        if (len == cap) {
            text = arena_grow(arena, text, cap, cap * 2);
            cap *= 2;
        }
    }
    *out = (struct str){ text, len };
    return OK;
}

static enum err file_error(struct str path, struct faults *faults, enum err err,
                           const char *sentence)
{
    faults_add(faults, (struct fault){ .severity = FAULT_ERROR, .file = path,
                                       .sentence = str_from_z(sentence) });
    return err;
}

static enum err open_error(struct str path, struct faults *faults, int number)
{
    static const struct { int number; enum err err; const char *sentence; } known[] = {
        { ENOENT, ERR_NOT_FOUND, "there is no such file" },
        { ENOTDIR, ERR_NOT_FOUND, "there is no such file" },
        { EACCES, ERR_REFUSED, "nudged may not read this file; look at its owner and mode" },
        { EPERM, ERR_REFUSED, "nudged may not read this file; look at its owner and mode" },
        { ELOOP, ERR_REFUSED, "symbolic links lead here in a circle" },
        { ENXIO, ERR_REFUSED, "this is not a regular file" },
        { EMFILE, ERR_IO, "too many files are open; try again" },
        { ENFILE, ERR_IO, "too many files are open; try again" },
    };
    for (size_t i = 0; i < COUNT(known); i++)
        if (known[i].number == number)
            return file_error(path, faults, known[i].err, known[i].sentence);
    return file_error(path, faults, ERR_IO, "the file cannot be read");
}
