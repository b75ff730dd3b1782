/* The source tree as the tidy tests see it: every text file below the product's folders, read once,
 * and a list of offences that is printed whole before the test fails. */
#ifndef TIDY_TREE_H
#define TIDY_TREE_H

#include <dirent.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "nudged/base/macros.h"
#include "nudged/base/str.h"

enum { TREE_FILES_MAX = 4000, TREE_PATH_MAX = 512, TREE_FILE_BYTES_MAX = 8 << 20 };

struct tree_file {
    char path[TREE_PATH_MAX];           /* from the top of the tree: "src/core/review.c" */
    struct str text;
};

struct tree {
    struct tree_file *files;
    size_t len;
};

struct offences { size_t count; bool quiet; };         /* quiet: a test of the check itself */

static inline void offence(struct offences *offences, const char *path, size_t line,
                           const char *format, ...) PRINTF_LIKE(4, 5);
static inline void offence(struct offences *offences, const char *path, size_t line,
                           const char *format, ...)
{
    va_list args;
    offences->count++;
    if (offences->quiet)
        return;
    fprintf(stderr, "%s:%zu: ", path, line);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

static inline bool path_is(const char *path, const char *folder, const char *ending)
{
    struct str s = str_from_z(path);
    return str_starts_with(s, str_from_z(folder)) && str_ends_with(s, str_from_z(ending));
}

static inline bool path_ends_with_any(const char *path, const char *const *endings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (path_is(path, "", endings[i]))
            return true;
    return false;
}

static inline void tree_read_file(struct tree *tree, const char *full, const char *path,
                                  size_t size)
{
    static const char *const binary[] = { ".png", ".ico", ".woff2", ".gz", ".db" };
    if (path_ends_with_any(path, binary, COUNT(binary)) || size > TREE_FILE_BYTES_MAX)
        return;
    REQUIRE(tree->len < TREE_FILES_MAX);
    struct tree_file *file = &tree->files[tree->len++];
    char *bytes = malloc(size + 1);
    FILE *stream = fopen(full, "rb");
    REQUIRE(bytes && stream);
    file->text = (struct str){ bytes, fread(bytes, 1, size, stream) };
    bytes[file->text.len] = '\0';
    fclose(stream);
    snprintf(file->path, sizeof file->path, "%s", path);
}

/* Hidden files, links and what a package manager brought are not the tree. */
static inline void tree_walk(struct tree *tree, const char *path)
{
    char full[2 * TREE_PATH_MAX], below[TREE_PATH_MAX];
    struct stat stat_of;
    snprintf(full, sizeof full, "%s/%s", SOURCE_DIR, path);
    if (lstat(full, &stat_of) != 0)
        return;
    if (S_ISREG(stat_of.st_mode)) {
        tree_read_file(tree, full, path, (size_t)stat_of.st_size);
    } else if (S_ISDIR(stat_of.st_mode)) {
        DIR *folder = opendir(full);
        REQUIRE(folder);
        for (struct dirent *entry; (entry = readdir(folder));) {
            if (entry->d_name[0] == '.' || strcmp(entry->d_name, "node_modules") == 0)
                continue;
            int len = snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
            REQUIRE(len > 0 && (size_t)len < sizeof below);
            tree_walk(tree, below);
        }
        closedir(folder);
    }
}

static inline struct tree tree_read(void)
{
    struct tree tree = { calloc(TREE_FILES_MAX, sizeof(struct tree_file)), 0 };
    REQUIRE(tree.files);
    static const char *const folders[] = { "src", "include", "tests", "deploy", "prompts" };
    for (size_t i = 0; i < COUNT(folders); i++)
        tree_walk(&tree, folders[i]);
    return tree;
}

static inline void tree_free(struct tree *tree)
{
    for (size_t i = 0; i < tree->len; i++)
        free((void *)(uintptr_t)tree->files[i].text.ptr);
    free(tree->files);
}

#endif
