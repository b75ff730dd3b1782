/* Reading secrets: a file first, the environment last and with a warning; never argv, never
 * YAML. */
#include "nudged/app/service.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nudged/base/limits.h"

static enum err read_file(struct str path, struct arena *arena, struct str *out, struct str *note);
static enum err check(struct str token, struct str from, struct arena *arena, struct str *note);
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
        *note = str_format(arena, "%s is missing: give it by systemd's LoadCredential=%s, as a "
                           "file named by %.*s_FILE, or in the environment as %.*s", name, name,
                           STR_ARG(variable), STR_ARG(variable));
        return ERR_NOT_FOUND;
    }
    *note = str_format(arena, "%.*s comes from the environment, where other processes may read it; "
                       "a file named by %.*s_FILE is safer", STR_ARG(variable), STR_ARG(variable));
    struct str token = str_trim(str_from_z(value));
    enum err err = check(token, variable, arena, note);
    if (!err)
        *out = str_copy(arena, token);
    return err;
}

static enum err read_file(struct str path, struct arena *arena, struct str *out, struct str *note)
{
    char bytes[TOKEN_BYTES_MAX + 2];
    struct stat info;
    int fd = open(str_z(arena, path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        int code = errno;
        *note = str_format(arena, "%.*s cannot be read: %s", STR_ARG(path),
                           code == ENOENT ? "there is no such file" : "check its owner and mode");
        return code == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    }
    bool open_to_others =
        fstat(fd, &info) || (info.st_mode & (S_IRWXG | S_IRWXO) & ~(mode_t)S_IRGRP);
    ssize_t len = read(fd, bytes, sizeof(bytes));
    close(fd);
    if (open_to_others) {
        *note = str_format(arena, "%.*s can be read by others; chmod 600 it", STR_ARG(path));
        return ERR_REFUSED;
    }
    if (len < 0) {
        *note = str_format(arena, "%.*s is not a file with a token", STR_ARG(path));
        return ERR_IO;
    }
    struct str token = str_trim((struct str){ bytes, (size_t)len });
    enum err err = check(token, path, arena, note);
    if (!err)
        *out = str_copy(arena, token);
    explicit_bzero(bytes, sizeof(bytes));
    return err;
}

/* It becomes part of a header line: visible ASCII and nothing else. */
static enum err check(struct str token, struct str from, struct arena *arena, struct str *note)
{
    bool plain = true;
    for (size_t i = 0; i < token.len; i++)
        plain = plain && token.ptr[i] > ' ' && token.ptr[i] < 0x7F;
    if (token.len && plain && token.len <= TOKEN_BYTES_MAX)
        return OK;
    *note = str_format(arena, "%.*s %s", STR_ARG(from),
                       token.len ? "does not hold a token and nothing else" : "is empty");
    return token.len > TOKEN_BYTES_MAX ? ERR_TOO_BIG : ERR_INVALID;
}

static struct str variable_name(const char *name, const char *suffix, struct arena *arena)
{
    struct str upper = str_format(arena, "%s%s", name, suffix);
    char *bytes = str_z(arena, upper);
    for (char *c = bytes; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return str_from_z(bytes);
}
