/* A folder of a test's own, with files in it. */
#ifndef NUDGED_UNIT_CONTENT_HELP_FOLDER_H
#define NUDGED_UNIT_CONTENT_HELP_FOLDER_H

#include "help.h"
#include "support/keep.h"

#include <sys/stat.h>
#include <unistd.h>

static inline void help_make_folder(struct help *help)
{
    (void)snprintf(help->folder, sizeof help->folder, "/tmp/nudged_content_XXXXXX");
    assert_non_null(mkdtemp(help->folder));
}

static inline void help_remove_folder(struct help *help)
{
    assert_true(keep_or_remove_folder(help->folder));
}

static inline struct str help_path(struct help *help, const char *name)
{
    return str_format(&help->arena, "%s/%s", help->folder, name);
}

static inline struct str help_write_bytes(struct help *help, const char *name, struct str bytes)
{
    struct str path = help_path(help, name);
    FILE *file = fopen(str_z(&help->arena, path), "wb");
    assert_non_null(file);
    if (bytes.len)
        assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
    return path;
}

static inline struct str help_write(struct help *help, const char *name, const char *text)
{
    return help_write_bytes(help, name, str_from_z(text));
}

static inline void help_make(struct help *help, const char *name)
{
    assert_int_equal(mkdir(str_z(&help->arena, help_path(help, name)), 0700), 0);
}

#endif
