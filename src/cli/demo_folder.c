/* The demo's folder: a temporary one or the visitor's own, locked against a second demo, with a
 * state that starts afresh.
 *
 * The clock of the company begins on the same morning at every start and its chat is empty then,
 * so what an earlier demo stored would be from the future; people, decks and settings stay. Odd
 * decision: a file named "demo" marks the state a demo made, and any other is refused: somebody may
 * name the folder of a real service. */
#include "demo.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

#define MARK "demo"

static int make_temporary(struct demo *demo);
static bool holds_anything(const char *folder, bool *marked);
static void empty_folder(struct demo *demo, const char *folder);
static bool is_ours_to_keep(const char *name);
static void remove_tree(struct demo *demo, struct str path);
static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where);
static int make_mark(struct demo *demo);

int demo_folder_open(struct demo *demo, const char *given)
{
    if (!given)
        return make_temporary(demo);
    (void)mkdir(given, 0700);
    char *full = realpath(given, NULL);         /* named to the visitor, who may stand elsewhere */
    if (!full) {
        fprintf(stderr, "nudged demo: %s cannot be made or opened: %s\n", given, strerror(errno));
        return EXIT_IO;
    }
    demo->folder = str_copy(&demo->arena, str_from_z(full));
    free(full);
    return EXIT_OK;
}

int demo_folder_lock(struct demo *demo)
{
    struct str state = demo->config.state_folder;
    enum err err = lock_take(state, &demo->arena, &demo->lock);
    if (!err)
        return EXIT_OK;
    if (err == ERR_BUSY)
        fprintf(stderr, "nudged demo: another demo is running on %.*s; stop it, or give another "
                        "folder with --dir\n", STR_ARG(demo->folder));
    else
        fprintf(stderr, "nudged demo: %.*s cannot be used: %s\n", STR_ARG(state), err_text(err));
    return err == ERR_BUSY ? EXIT_AGAIN : app_exit_code(err);
}

int demo_folder_afresh(struct demo *demo)
{
    const char *state = str_z(&demo->arena, demo->config.state_folder);
    bool marked = false;
    if (!holds_anything(state, &marked))
        return make_mark(demo);
    if (!marked) {
        fprintf(stderr, "nudged demo: %s holds what no demo has made; give another folder with "
                        "--dir\n", state);
        return EXIT_USAGE;
    }
    empty_folder(demo, state);
    demo->afresh = true;
    return EXIT_OK;
}

void demo_folder_close(struct demo *demo)
{
    if (demo->own_folder)
        remove_tree(demo, demo->folder);
    lock_release(demo->lock);
}

static int make_temporary(struct demo *demo)
{
    const char *base = getenv("TMPDIR");
    char *made = str_z(&demo->arena, str_format(&demo->arena, "%s/nudged-demo-XXXXXX",
                                                base && *base ? base : "/tmp"));
    if (!mkdtemp(made)) {
        fputs("nudged demo: cannot make a temporary folder; give one with --dir\n", stderr);
        return EXIT_IO;
    }
    demo->folder = str_from_z(made);
    demo->own_folder = true;
    return EXIT_OK;
}

static bool holds_anything(const char *folder, bool *marked)
{
    bool anything = false;
    DIR *entries = opendir(folder);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        *marked = *marked || str_equal(str_from_z(entry->d_name), STR(MARK));
        anything = anything || !is_ours_to_keep(entry->d_name);
    }
    if (entries)
        closedir(entries);
    return anything;
}

static void empty_folder(struct demo *demo, const char *folder)
{
    DIR *entries = opendir(folder);
    for (struct dirent *entry; entries && (entry = readdir(entries));)
        if (!is_ours_to_keep(entry->d_name))
            remove_tree(demo, str_format(&demo->arena, "%s/%s", folder, entry->d_name));
    if (entries)
        closedir(entries);
}

/* The lock is held by now: removing its file would let a second demo take another. */
static bool is_ours_to_keep(const char *name)
{
    static const struct str kept[] = { STR_INIT("."), STR_INIT(".."), STR_INIT("lock"),
                                       STR_INIT(MARK) };
    for (size_t i = 0; i < COUNT(kept); i++)
        if (str_equal(str_from_z(name), kept[i]))
            return true;
    return false;
}

static void remove_tree(struct demo *demo, struct str path)
{
    (void)nftw(str_z(&demo->arena, path), remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    (void)remove(path);
    return 0;
}

static int make_mark(struct demo *demo)
{
    struct str path = str_format(&demo->arena, "%.*s/" MARK, STR_ARG(demo->config.state_folder));
    int fd = open(str_z(&demo->arena, path), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && !close(fd))
        return EXIT_OK;
    fprintf(stderr, "nudged demo: %.*s cannot be written\n", STR_ARG(path));
    return EXIT_IO;
}
