#include "support/play_state.h"
#include "support/keep.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { REPLY_BYTES_MAX = 1 << 16 };

struct waiting {
    struct buf text;
    bool done;
};

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk);
static void take(void *arg, struct str piece);
static void note_done(void *arg);

struct play *play_state_new(const struct play_setup *setup)
{
    struct play_setup quiet = *setup;
    char folder[64];
    quiet.quiet_start = true;
    struct play *play = play_new(&quiet);
    bool memory = !access("/dev/shm", W_OK);
    snprintf(folder, sizeof(folder), "%s/nudged-state-XXXXXX", memory ? "/dev/shm" : "/tmp");
    REQUIRE(mkdtemp(folder));
    play->config.state_folder = str_copy(&play->arena, str_from_z(folder));
    play->options.vfs = NULL;
    REQUIRE(!play_open(play));
    play_for(play, SECONDS(20));
    play_resume(play);
    play_for(play, SECONDS(10));
    return play;
}

struct play *play_state_free(struct play *play)
{
    const char *folder = play_state_path(play, "");
    play_close(play);
    if (!keep_folder(folder))
        (void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return play_free(play);
}

const char *play_state_path(struct play *play, const char *name)
{
    return str_z(&play->arena,
        str_format(&play->arena, "%.*s/%s", STR_ARG(play->config.state_folder), name));
}

void play_state_copy(const char *from, const char *to)
{
    char bytes[1 << 16];
    size_t len;
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    REQUIRE(in && out);
    while ((len = fread(bytes, 1, sizeof(bytes), in)) > 0)
        REQUIRE(fwrite(bytes, 1, len, out) == len);
    REQUIRE(!fclose(in) && !fclose(out));
}

int64_t play_state_number(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    REQUIRE(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
    REQUIRE(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

struct str play_control(struct play *play, const char *line)
{
    struct waiting waiting = { .text = buf_heap(REPLY_BYTES_MAX) };
    app_control(play->app, str_from_z(line), take, note_done, &waiting);
    struct instant end = instant_add(play_now(play), SECONDS(60));
    while (!waiting.done && sim_world_step(play->world, end))
        continue;
    REQUIRE(waiting.done);
    struct str text = str_copy(&play->arena, buf_str(&waiting.text));
    buf_free(&waiting.text);
    return text;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static void take(void *arg, struct str piece)
{
    struct waiting *waiting = arg;
    buf_add(&waiting->text, piece);
}

static void note_done(void *arg)
{
    struct waiting *waiting = arg;
    waiting->done = true;
}
