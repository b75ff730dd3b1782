/* Whether the database is the newest copy of itself.
 *
 * Owns the file `epoch` beside it: the store's key, a number that grows, and when it last grew. It
 * is written after the database, so the database never says less than the file unless an older copy
 * took its place: by `nudged restore`, by hand, or with a file system put back. Odd: a file that is
 * missing beside a store that has one counts as "older" too, because nobody can tell any more. */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES_MAX = 160, HOUR_MS = 3600000, DAY_MS = 24 * HOUR_MS };

struct epoch {
    uint64_t key;
    int64_t number;
    struct instant at;
};

static const struct str label = STR_INIT("nudged-epoch");

static bool is_older(
    const struct app *app, const struct store_upkeep *inside, bool known, const struct epoch *file);
static struct duration behind(
    const struct app *app, const struct store_upkeep *inside, bool known, const struct epoch *file);
static enum err begin_epoch(struct app *app, bool older, struct duration by, uint64_t key,
    int64_t number);
static bool read_file(const struct app *app, struct epoch *out);
static bool parse(struct str line, struct epoch *out);
static struct str next_word(struct str *rest);
static enum err write_file(const struct app *app, const struct epoch *epoch);
static bool write_line(const char *path, struct str line);
static char *path_of(const struct app *app, const char *name, struct arena *arena);

enum err epoch_start(struct app *app, struct buf *problem)
{
    struct epoch file = { 0 };
    struct store_upkeep inside;
    bool real = !app->options.vfs, known = real && read_file(app, &file);
    enum err err = store_upkeep(app->store, &inside);
    if (err)
        return err;
    bool same = known && (inside.key == file.key || (!inside.key && !file.number));
    bool older = is_older(app, &inside, known, &file);
    struct duration by = older ? behind(app, &inside, known, &file) : (struct duration){ 0 };
    uint64_t key = inside.key ? inside.key : same ? file.key : 0;
    while (!key)
        key = world_random_u64(app->world) >> 1;
    int64_t number = same && file.number > inside.epoch ? file.number : inside.epoch;
    bool first = real && !known && !number;
    if (first && write_file(app, &(struct epoch){ key, 0, world_now(app->world) }))
        log_note(app, "epoch_not_written", "err=%s", err_name(ERR_IO));
    err = begin_epoch(app, older, by, key, number + 1);
    if (err)
        return err;
    epoch_write(app);
    if (older)
        log_note(app, "restored", "behind_ms=%lld", (long long)by.ms);
    if (app->upkeep.restored.utc_ms && !app->options.offline) {
        epoch_print(app, problem);
        buf_add_byte(problem, '\n');
    }
    return OK;
}

void epoch_write(struct app *app)
{
    struct epoch epoch = { app->upkeep.key, app->upkeep.epoch, app->upkeep.epoch_at };
    if (!app->options.vfs && write_file(app, &epoch))
        log_note(app, "epoch_not_written", "err=%s", err_name(ERR_IO));
}

void epoch_print(const struct app *app, struct buf *out)
{
    int64_t ms = app->upkeep.behind.ms;
    const char *unit = ms >= 2 * DAY_MS ? "days" : ms >= 2 * HOUR_MS ? "hours" : "minutes";
    int64_t count = ms >= 2 * DAY_MS ? ms / DAY_MS : ms >= 2 * HOUR_MS ? ms / HOUR_MS : ms / 60000;
    buf_add(out, STR("an older copy of the database was put back"));
    if (count)
        buf_addf(out, ": the store is %lld %s behind", (long long)count, unit);
    buf_add(out, STR("; sending is paused until you run nudged resume, and what was due in "
                     "between is not sent any more"));
}

static bool is_older(
    const struct app *app, const struct store_upkeep *inside, bool known, const struct epoch *file)
{
    if (store_is_new(app->store))
        return false;
    if (inside->copied.utc_ms)
        return true;
    if (app->options.vfs)
        return false;
    if (!known)
        return inside->epoch > 0;
    bool just_begun = !inside->key && !file->number;
    return !just_begun && (inside->key != file->key || inside->epoch < file->number);
}

static struct duration behind(
    const struct app *app, const struct store_upkeep *inside, bool known, const struct epoch *file)
{
    struct instant last = inside->epoch_at.utc_ms ? inside->epoch_at : inside->copied;
    struct instant newest = known ? file->at : world_now(app->world);
    if (!last.utc_ms || instant_before(newest, last))
        return (struct duration){ 0 };
    return instant_since(newest, last);
}

static enum err begin_epoch(struct app *app, bool older, struct duration by, uint64_t key,
    int64_t number)
{
    struct instant now = world_now(app->world);
    enum err err = store_begin(app->store);
    if (!err && older)
        err = store_hold(app->store, now, by);
    if (!err)
        err = store_set_epoch(app->store, key, number, now);
    if (!err)
        err = store_upkeep(app->store, &app->upkeep);
    if (!err)
        err = store_commit(app->store);
    if (err)
        store_rollback(app->store);
    return err;
}

static bool read_file(const struct app *app, struct epoch *out)
{
    struct arena arena;
    char line[LINE_BYTES_MAX];
    arena_init(&arena, 8192);
    const char *path = path_of(app, "epoch", &arena);
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t len = file < 0 ? -1 : read(file, line, sizeof(line));
    if (file >= 0)
        (void)close(file);
    arena_finish(&arena);
    return len > 0 && parse((struct str){ line, (size_t)len }, out);
}

static bool parse(struct str line, struct epoch *out)
{
    struct str rest = str_trim(line);
    struct str first = next_word(&rest), key = next_word(&rest), number = next_word(&rest);
    uint64_t key_read = 0, number_read = 0;
    struct instant at;
    bool right = str_equal(first, label) && str_to_uint64(key, &key_read) &&
        str_to_uint64(number, &number_read) && number_read < INT64_MAX / 2 &&
        instant_parse(rest, &at);
    if (right)
        *out = (struct epoch){ key_read, (int64_t)number_read, at };
    return right;
}

static struct str next_word(struct str *rest)
{
    size_t end = str_find(*rest, ' ');
    struct str word = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end < rest->len ? end + 1 : end, rest->len);
    return word;
}

static enum err write_file(const struct app *app, const struct epoch *epoch)
{
    struct arena arena;
    arena_init(&arena, 16384);
    struct buf line = buf_in(&arena, LINE_BYTES_MAX);
    buf_addf(&line, "%.*s %llu %lld ", STR_ARG(label), (unsigned long long)epoch->key,
        (long long)epoch->number);
    buf_add_instant(&line, epoch->at);
    buf_add_byte(&line, '\n');
    const char *path = path_of(app, "epoch", &arena), *part = path_of(app, "epoch.part", &arena);
    const char *folder = path_of(app, "", &arena);
    bool written = path && part && folder && !line.failed && write_line(part, buf_str(&line)) &&
        !rename(part, path);
    int above = written ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    written = above >= 0 && !fsync(above);
    if (above >= 0)
        (void)close(above);
    arena_finish(&arena);
    return written ? OK : ERR_IO;
}

static bool write_line(const char *path, struct str line)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    bool written = write(file, line.ptr, line.len) == (ssize_t)line.len && !fsync(file);
    return !close(file) && written;
}

static char *path_of(const struct app *app, const char *name, struct arena *arena)
{
    return str_z(arena, str_format(arena, "%.*s/%s", STR_ARG(app->config->state_folder), name));
}
