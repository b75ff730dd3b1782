/* A backup that somebody damaged, or another file altogether, on its way back: looking at it
 * changes nothing, and going back to it either refuses with a sentence and leaves the store as it
 * was, or gives a store that opens, is sound and sends nothing. */
#include "patch.h"

#include "nudged/store/upkeep.h"
#include "unit/store/help.h"

enum { WHOLE_MAX = 1 << 20 };

struct whole {
    char *bytes;
    size_t len;
};

static struct whole backup, current;

static struct whole read_file(const char *path)
{
    struct whole whole = { malloc(WHOLE_MAX), 0 };
    FILE *file = fopen(path, "rb");
    REQUIRE(file && whole.bytes);
    whole.len = fread(whole.bytes, 1, WHOLE_MAX, file);
    REQUIRE(whole.len < WHOLE_MAX && fclose(file) == 0);
    return whole;
}

static bool is_file(struct str path, struct str bytes)
{
    struct whole there = read_file(path.ptr);
    bool same = str_equal((struct str){ there.bytes, there.len }, bytes);
    free(there.bytes);
    return same;
}

static void make_backup(void)
{
    struct store_copy *copy = NULL;
    struct str path = fuzz_path("made");
    bool done = false;
    struct play *play = play_start();
    play_people(play, 3, 1);
    play_match(play, 3);
    play_prompts(play);
    play_answer(
        play, play_nudge(play, 2, &play->prompts[0], MONDAY), MONDAY, GRADE_RIGHT, RATING_GOOD);
    REQUIRE(!store_copy_new(play->store, path, &copy));
    while (!done)
        REQUIRE(!store_copy_step(copy, 100, &done));
    REQUIRE(!store_copy_finish(copy, play->now));
    store_copy_free(copy);
    backup = read_file(path.ptr);
    (void)play_nudge(play, 3, &play->prompts[1], MONDAY);
    play->store = store_close(play->store);
    current = read_file(play->path);
    void *state = play;
    (void)play_teardown(&state);
}

static void put(struct str path, struct str bytes)
{
    static const char *const besides[] = { "-wal", "-shm", "-journal" };
    char name[160];
    for (size_t i = 0; i < COUNT(besides); i++) {
        (void)snprintf(name, sizeof name, "%.*s%s", STR_ARG(path), besides[i]);
        (void)unlink(name);
    }
    fuzz_write(path, bytes);
}

/* One statement's first row; the caller has looked at it before the next is asked. */
static sqlite3_stmt *row_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    REQUIRE(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    return statement;
}

static void check_sound(struct str path, const struct copy_facts *facts)
{
    sqlite3 *db = NULL;
    REQUIRE(sqlite3_open_v2(path.ptr, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
    sqlite3_stmt *integrity = row_of(db, "PRAGMA integrity_check(1)");
    REQUIRE(strcmp((const char *)sqlite3_column_text(integrity, 0), "ok") == 0);
    sqlite3_finalize(integrity);
    sqlite3_stmt *counts =
        row_of(db, "SELECT (SELECT count(*) FROM answer), (SELECT count(*) FROM person)");
    REQUIRE(sqlite3_column_int64(counts, 0) == facts->answers);
    REQUIRE(sqlite3_column_int64(counts, 1) >= facts->people);
    sqlite3_finalize(counts);
    REQUIRE(sqlite3_close(db) == SQLITE_OK);
}

static void go_back(struct str path, struct str from, struct str bytes,
    const struct copy_facts *facts, struct arena *arena)
{
    struct str kept = STR_EMPTY, detail = STR_EMPTY;
    struct store *store = NULL;
    struct store_options options = { .path = path, .must_exist = true };
    put(path, (struct str){ current.bytes, current.len });
    enum err err = store_restore(path, from, (struct instant){ NOON }, arena, &kept, &detail);
    REQUIRE(is_file(from, bytes));
    if (err || !facts) {
        REQUIRE(err && detail.len);
        REQUIRE(is_file(path, (struct str){ current.bytes, current.len }));
        return;
    }
    REQUIRE(kept.len);
    REQUIRE(is_file(kept, (struct str){ current.bytes, current.len }));
    REQUIRE(unlink(str_z(arena, kept)) == 0);
    if (store_open(&options, arena, &store, &detail))
        require_failed(__FILE__, __LINE__, str_z(arena, detail));
    store_close(store);
    check_sound(path, facts);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static char damaged[WHOLE_MAX];
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct copy_facts facts = { .answers = -7 };
    struct str detail = STR_EMPTY, from = fuzz_path("backup.db"), path = fuzz_path("nudged.db");
    if (!backup.bytes)
        make_backup();
    arena_init(&arena, 8 << 20);
    struct str bytes = { damaged, backup.len };
    if (take_byte(&feed) % 8 == 0) {
        bytes = take_rest(&feed);
    } else {
        memcpy(damaged, backup.bytes, backup.len);
        bytes.len = patch_bytes(&feed, damaged, backup.len);
    }
    put(from, bytes);
    enum err err = store_verify(from, &arena, &facts, &detail);
    REQUIRE(is_file(from, bytes));
    REQUIRE(err ? detail.len && facts.answers == -7 : facts.answers >= 0 && facts.people >= 0);
    go_back(path, from, bytes, err ? NULL : &facts, &arena);
    REQUIRE(!arena_failed(&arena));
    arena_finish(&arena);
    return 0;
}
