/* Reading secrets: a file first, the environment last and with a warning; never argv, never YAML. */
#include "nudged/app/service.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nudged/base/limits.h"

static enum err read_file(struct str path, struct arena *arena, struct str *out, struct str *note);
static struct str variable_name(const char *name, const char *suffix, struct arena *arena);

enum err secret_read(const char *name, struct arena *arena, struct str *out, struct str *note)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    *note = STR_EMPTY;
    if (folder) {
        enum err err = read_file(str_format(arena, "%s/%s", folder, name), arena, out, note);
        if (err != ERR_NOT_FOUND)
            return err;
    }
    const char *file = getenv(variable_name(name, "_FILE", arena).ptr);
    if (file)
        return read_file(str_from_z(file), arena, out, note);
    struct str variable = variable_name(name, "", arena);
    const char *value = getenv(variable.ptr);
    if (!value || !*value) {
        *note = str_format(arena, "%s is missing: give it by systemd's LoadCredential=%s, as a file named "
                           "by %.*s_FILE, or in the environment as %.*s", name, name,
                           STR_ARG(variable), STR_ARG(variable));
        return ERR_NOT_FOUND;
    }
    *note = str_format(arena, "%.*s comes from the environment, where other processes may read it; a file "
                       "named by %.*s_FILE is safer", STR_ARG(variable), STR_ARG(variable));
    *out = str_copy(arena, str_trim(str_from_z(value)));
    return out->len <= TOKEN_BYTES_MAX ? OK : ERR_TOO_BIG;
}

static enum err read_file(struct str path, struct arena *arena, struct str *out, struct str *note)
{
    char bytes[TOKEN_BYTES_MAX + 2];
    struct stat info;
    int fd = open(str_z(arena, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        *note = str_format(arena, "%.*s cannot be read", STR_ARG(path));
        return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    }
    bool open_to_others = fstat(fd, &info) || (info.st_mode & (S_IRWXG | S_IRWXO) & ~(mode_t)S_IRGRP);
    ssize_t len = read(fd, bytes, sizeof(bytes));
    close(fd);
    if (open_to_others) {
        *note = str_format(arena, "%.*s can be read by others; chmod 600 it", STR_ARG(path));
        return ERR_REFUSED;
    }
    if (len < 0 || len > TOKEN_BYTES_MAX + 1) {
        *note = str_format(arena, "%.*s is not a token", STR_ARG(path));
        return len < 0 ? ERR_IO : ERR_TOO_BIG;
    }
    *out = str_copy(arena, str_trim((struct str){ bytes, (size_t)len }));
    explicit_bzero(bytes, sizeof(bytes));
    return OK;
}

static struct str variable_name(const char *name, const char *suffix, struct arena *arena)
{
    struct str upper = str_format(arena, "%s%s", name, suffix);
    char *bytes = str_z(arena, upper);
    for (char *c = bytes; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return str_from_z(bytes);
}
