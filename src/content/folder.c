/* The files of a folder that people edit while we look: editors' leftovers, links, things that are
 * no files. Kubernetes mounts every file as a link to a link inside the folder, so links are
 * followed, but never out of it. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "content/parts.h"

enum { FOLDER_FILES_MAX = 1000 };

static bool is_yaml_name(struct str name);
static bool is_wanted(struct str path, struct str inside, struct arena *arena,
                      struct faults *faults);
static int path_compare(const void *a, const void *b);
static enum err folder_error(struct str folder, struct faults *faults, enum err err,
                             const char *sentence);

enum err folder_list(struct str folder, struct str inside, struct arena *arena,
                     struct faults *faults, struct folder_files *out)
{
    struct folder_files files = { arena_array(arena, struct str, FOLDER_FILES_MAX), 0 };
    DIR *entries = opendir(str_z(arena, folder));
    enum err err = OK;
    if (!entries)
        return folder_error(folder, faults, ERR_NOT_FOUND, "there is no such folder");
    for (struct dirent *entry = readdir(entries); files.paths && entry && !err;
         entry = readdir(entries)) {
        struct str name = str_from_z(entry->d_name);
        if (!is_yaml_name(name))
            continue;
        struct str path = str_format(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name));
        if (!is_wanted(path, inside, arena, faults))
            continue;
        if (files.len == FOLDER_FILES_MAX)
            err = folder_error(folder, faults, ERR_TOO_BIG, "there are more than 1000 files here");
        else
            files.paths[files.len++] = path;
    }
    closedir(entries);
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (err)
        return err;
    if (files.len)
        qsort(files.paths, files.len, sizeof *files.paths, path_compare);
    *out = files;
    return OK;
}

static bool is_yaml_name(struct str name)
{
    return name.len > 0 && name.ptr[0] != '.'
           && (str_ends_with(name, STR(".yaml")) || str_ends_with(name, STR(".yml")));
}

static bool is_wanted(struct str path, struct str inside, struct arena *arena,
                      struct faults *faults)
{
    struct stat info;
    struct fault fault = { .severity = FAULT_WARNING, .file = path };
    char *real = realpath(str_z(arena, path), NULL);
    char *root = realpath(str_z(arena, inside), NULL);
    size_t root_len = root ? strlen(root) : 0;
    bool within = real && root && strncmp(real, root, root_len) == 0
                  && (real[root_len] == '/' || root_len == 1);
    if (!real)
        fault.sentence = STR("left out: this link leads nowhere");
    else if (!within)
        fault.sentence = STR("left out: this link leads out of the prompts folder");
    else if (stat(real, &info) != 0 || !S_ISREG(info.st_mode))
        fault.sentence = STR("left out: this is not a regular file");
    free(real);
    free(root);
    if (fault.sentence.len)
        faults_add(faults, fault);
    return !fault.sentence.len;
}

static int path_compare(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static enum err folder_error(struct str folder, struct faults *faults, enum err err,
                             const char *sentence)
{
    faults_add(faults, (struct fault){ .severity = FAULT_ERROR, .file = folder,
                                       .sentence = str_from_z(sentence) });
    return err;
}
