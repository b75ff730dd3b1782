/* The file: how it is made, refused, migrated, copied, and what damage does to it. */
#include "help.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "sql_schemas.h"
#include "store/inside.h"
#include "store/migrate.h"

enum { NOBODY = 65534, FILES = 240 };

static void assert_says(struct str detail, const char *what)
{
    if (!str_contains(detail, str_from_z(what)))
        print_message("\"%.*s\" does not say \"%s\"\n", STR_ARG(detail), what);
    assert_true(str_contains(detail, str_from_z(what)));
}

/* A statement by somebody else's connection. */
static void by_hand(const struct play *play, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(play->path, &db), SQLITE_OK);
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    if (code)
        print_message("%s\n", sqlite3_errmsg(db));
    assert_int_equal(code, SQLITE_OK);
    sqlite3_close(db);
}

static mode_t mode_of(const char *path, const char *suffix)
{
    char name[128];
    struct stat status;
    snprintf(name, sizeof(name), "%s%s", path, suffix);
    assert_int_equal(stat(name, &status), 0);
    return status.st_mode & 0777;
}

static void fill(struct play *play)
{
    play_people(play, 20, 1);
    play_match(play, 20);
    play_prompts(play);
    for (int i = 1; i <= 20; i++) {
        int64_t nudge_id = play_nudge(play, i, &play->prompts[i % 4], MONDAY);
        if (i % 3)
            play_answer(play, nudge_id, MONDAY, GRADE_RIGHT, RATING_GOOD);
    }
}

static void test_private_files(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    assert_int_equal(mode_of(play->path, ""), 0600);
    assert_int_equal(mode_of(play->path, "-wal"), 0600);
    assert_int_equal(mode_of(play->path, "-shm"), 0600);
    play->store = store_close(play->store);
    assert_int_equal(chmod(play->path, 0644), 0);
    play_open(play);
    assert_int_equal(mode_of(play->path, ""), 0600);
}

static void test_settings(void **state)
{
    static const struct {
        const char *pragma;
        int64_t value;
    } settings[] = {
        { "PRAGMA synchronous", 2 },
        { "PRAGMA foreign_keys", 1 },
        { "PRAGMA mmap_size", 0 },
        { "PRAGMA cell_size_check", 1 },
        { "PRAGMA secure_delete", 1 },
        { "PRAGMA trusted_schema", 0 },
        { "PRAGMA wal_autocheckpoint", 1000 },
        { "PRAGMA cache_size", -2048 },
        { "PRAGMA user_version", SQL_SCHEMAS_COUNT },
        { "PRAGMA application_id", 1853187175 },
        { "SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1 },
    };
    struct play *play = *state;
    for (size_t i = 0; i < COUNT(settings); i++) {
        int64_t value = -1;
        assert_int_equal(sql_exec_int(play->store->sql, settings[i].pragma, &value), OK);
        if (value != settings[i].value)
            print_message("%s: %lld\n", settings[i].pragma, (long long)value);
        assert_int_equal(value, settings[i].value);
    }
    enum err err = sql_exec(play->store->sql, "UPDATE sqlite_schema SET sql = ''");
    assert_int_not_equal(err, OK); /* DEFENSIVE */
    err = sql_exec(play->store->sql, "SELECT \"no such column\"");
    assert_int_not_equal(err, OK); /* double-quoted words are never strings */
    err = sql_exec(play->store->sql, "ATTACH 'other.db' AS other");
    assert_int_not_equal(err, OK);
    err = sql_exec(play->store->sql, "SELECT load_extension('x')");
    assert_int_not_equal(err, OK);
}

static void test_missing(void **state)
{
    struct play *play = *state;
    struct store *store = NULL;
    struct str detail = STR_EMPTY;
    struct store_options options = { .path = STR("/tmp/no/such/folder/nudged.db") };
    assert_int_equal(store_open(&options, &play->arena, &store, &detail), ERR_NOT_FOUND);
    assert_says(detail, "there is no folder /tmp/no/such/folder/");
    options.path = str_format(&play->arena, "%s/other.db", play->folder);
    options.must_exist = true;
    assert_int_equal(store_open(&options, &play->arena, &store, &detail), ERR_NOT_FOUND);
    assert_says(detail, "there is no database");
    options.path = str_from_z(play->folder);
    options.must_exist = false;
    assert_int_equal(store_open(&options, &play->arena, &store, &detail), ERR_IO);
    assert_says(detail, "not a file we can read and write");
    options = (struct store_options){ .path = play_path(play), .vfs = "no-such-vfs" };
    assert_int_not_equal(store_open(&options, &play->arena, &store, &detail), OK);
    assert_true(detail.len > 0);
    assert_null(store);
    options.vfs = "unix"; /* the default by its name */
    assert_int_equal(store_open(&options, &play->arena, &store, &detail), OK);
    store_close(store);
}

/* As root every mode is allowed: the child becomes somebody else first. */
static int as_nobody(struct play *play, const char *says)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct str detail = STR_EMPTY;
        bool other = geteuid() != 0 || (!setegid(NOBODY) && !seteuid(NOBODY));
        enum err err = play_try_open(play, &detail);
        _exit(!other ? 2 : err == ERR_IO && str_contains(detail, str_from_z(says)) ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_no_right_to_write(void **state)
{
    struct play *play = *state;
    play->store = store_close(play->store);
    assert_int_equal(chmod(play->folder, 0555), 0);
    if (geteuid() == 0 && seteuid(0) != 0)
        skip();         /* a root that may not become somebody else, as in the service's sandbox */
    assert_int_equal(as_nobody(play, "cannot be written: check its owner and mode"), 0);
    assert_int_equal(chmod(play->folder, 0777), 0);
    assert_int_equal(chmod(play->path, geteuid() == 0 ? 0600 : 0000), 0);
    assert_int_equal(as_nobody(play, "not a file we can read and write"), 0);
}

static void test_newer_and_foreign_files(void **state)
{
    struct play *play = *state;
    struct str detail = STR_EMPTY;
    play->store = store_close(play->store);
    by_hand(play, "PRAGMA user_version = 99");
    assert_int_equal(play_try_open(play, &detail), ERR_DB_NEWER);
    assert_says(detail, "newer version of nudged: it has schema 99, this version knows up to ");
    by_hand(play, "PRAGMA user_version = 0");
    assert_int_equal(play_try_open(play, &detail), ERR_REFUSED);
    assert_says(detail, "another program");
    char sql[64];
    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d; DROP TABLE state", SQL_SCHEMAS_COUNT);
    by_hand(play, sql);
    assert_int_equal(play_try_open(play, &detail), ERR_DB_CORRUPT);
    int file = open(play->path, O_WRONLY | O_TRUNC);
    assert_int_equal(write(file, "this is not a database, and longer than sixteen bytes", 53), 53);
    close(file);
    assert_int_equal(play_try_open(play, &detail), ERR_DB_CORRUPT);
    assert_says(detail, "is damaged: restore it from a backup");
}

static void test_reopened(void **state)
{
    struct play *play = *state;
    fill(play);
    struct person before = play_person(play, 7);
    play->store = store_close(play->store);
    assert_int_equal(play_number(play, "SELECT clean_stop FROM state"), 1);
    char name[128];
    snprintf(name, sizeof(name), "%s-wal", play->path);
    (void)unlink(name); /* left behind by the look from outside, if at all: it is empty */
    play_open(play);
    assert_int_equal(play_number(play, "SELECT clean_stop FROM state"), 0);
    struct person after = play_person(play, 7);
    assert_true(str_equal(before.email, after.email));
    assert_int_equal(before.last_nudge_id, after.last_nudge_id);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 14);
}

/* A page is torn: after a stop in good order nobody looks, after any other all of it is read. */
static void test_check_after_an_unclean_stop(void **state)
{
    struct play *play = *state;
    struct str detail = STR_EMPTY;
    fill(play);
    play->store = store_close(play->store);
    int64_t page = play_number(play, "SELECT rootpage FROM sqlite_schema WHERE name = 'review'");
    char noise[4096];
    memset(noise, 0xa5, sizeof(noise));
    int file = open(play->path, O_WRONLY);
    assert_int_equal(pwrite(file, noise, sizeof(noise), (page - 1) * 4096), 4096);
    close(file);
    play_open(play);
    play->store = store_close(play->store);
    by_hand(play, "UPDATE state SET clean_stop = 0");
    assert_int_equal(play_try_open(play, &detail), ERR_DB_CORRUPT);
    assert_says(detail, "is damaged");
}

static void test_two_writers(void **state)
{
    struct play *play = *state;
    struct play other = *play;
    play_open(&other);
    assert_int_equal(store_begin(play->store), OK);
    assert_int_equal(store_begin(other.store), ERR_DB_BUSY);
    assert_int_equal(store_commit(play->store), OK);
    assert_int_equal(store_begin(other.store), OK); /* usable after it was refused */
    store_rollback(other.store);
    store_close(other.store);
}

static void test_full(void **state)
{
    struct play *play = *state;
    fill(play);
    int64_t pages = play_number(play, "PRAGMA page_count");
    char pragma[64];
    snprintf(pragma, sizeof(pragma), "PRAGMA max_page_count = %d", (int)pages + 1);
    assert_int_equal(sql_exec(play->store->sql, pragma), OK);
    int64_t people = play_number(play, "SELECT count(*) FROM person");
    enum err err = OK;
    for (int i = 0; !err && i < 100; i++) {
        struct effect effects[100] = { 0 };
        for (int j = 0; j < 100; j++) {
            effects[j].kind = EFFECT_PEOPLE_ROW;
            effects[j].row = play_row(play, 1000 + 100 * i + j);
        }
        struct event event = play_event(play, EVENT_PEOPLE);
        err = play_try(play, &event, effects, 100);
        people += err ? 0 : 100;
    }
    assert_int_equal(err, ERR_DB_FULL);
    assert_int_equal(play_number(play, "SELECT count(*) FROM person"), people);
    assert_int_equal(sql_exec(play->store->sql, "PRAGMA max_page_count = 100000"), OK);
    play_people(play, 40, 2); /* room again: works again */
}

static void test_backup(void **state)
{
    static const char *const tables[] = { "state", "person", "prompt", "prompt_revision", "nudge",
        "answer", "review", "delivery", "digest", "seen", "access_log" };
    struct play *play = *state;
    fill(play);
    struct str path = str_format(&play->arena, "%s/copy.db", play->folder);
    assert_int_equal(store_backup(play->store, path), OK);
    assert_int_equal(store_backup(play->store, path), OK); /* over the one before */
    assert_int_equal(mode_of(str_z(&play->arena, path), ""), 0600);
    sqlite3 *db = NULL;
    char sql[256];
    assert_int_equal(sqlite3_open(play->path, &db), SQLITE_OK);
    snprintf(sql, sizeof(sql), "ATTACH '%s' AS copy", str_z(&play->arena, path));
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    for (size_t i = 0; i < COUNT(tables); i++)
        for (int way = 0; way < 2; way++) {
            sqlite3_stmt *statement = NULL;
            snprintf(sql, sizeof(sql),
                "SELECT count(*) FROM (SELECT * FROM %s.%s EXCEPT SELECT * FROM %s.%s)",
                way ? "copy" : "main", tables[i], way ? "main" : "copy", tables[i]);
            assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
            assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
            assert_int_equal(sqlite3_column_int(statement, 0), 0);
            sqlite3_finalize(statement);
        }
    sqlite3_close(db);
    struct store *copy = NULL;
    struct str detail = STR_EMPTY;
    struct store_options options = { .path = path, .must_exist = true };
    assert_int_equal(store_open(&options, &play->arena, &copy, &detail), OK);
    store_close(copy);
    path = STR("/tmp/no/such/folder/copy.db");
    assert_int_equal(store_backup(play->store, path), ERR_IO);
}

static const char second_schema[] =
    "CREATE TABLE team (team_id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;"
    "ALTER TABLE person ADD COLUMN team_id INTEGER;"
    "UPDATE person SET team_id = 7;";

static const char broken_schema[] = "CREATE TABLE half (x INTEGER) STRICT; CREATE TABLE half (x)";

static void test_migration_keeps_rows(void **state)
{
    struct play *play = *state;
    fill(play);
    play->store = store_close(play->store);
    int64_t people = play_number(play, "SELECT count(*) FROM person");
    size_t known = SQL_SCHEMAS_COUNT;
    struct schema schemas[SQL_SCHEMAS_COUNT + 2] = { { "" } };
    schemas[known].text = second_schema;
    schemas[known + 1].text = broken_schema;
    struct sql *sql = NULL;
    struct migration migration;
    assert_int_equal(sql_open(play->path, NULL, SQL_WRITE, &sql), OK);
    /* A step that fails leaves the one before it whole and nothing of itself. */
    assert_int_not_equal(migrate(sql, play->path, schemas, known + 2, &migration), OK);
    assert_int_equal(migration.to, 0);
    assert_int_equal(play_number(play, "PRAGMA user_version"), known + 1);
    assert_int_equal(play_number(play, "SELECT count(*) FROM person WHERE team_id = 7"), people);
    assert_int_equal(
        play_number(play, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
    /* Nothing is left to do: */
    assert_int_equal(migrate(sql, play->path, schemas, known + 1, &migration), OK);
    assert_int_equal(migration.to, known + 1);
    assert_string_equal(migration.copy, "");
    assert_int_equal(migrate(sql, play->path, schemas, known, &migration), ERR_DB_NEWER);
    assert_int_equal(migration.from, known + 1);
    sql_close(sql);
    /* The copy made before the first step is the old schema with all its rows. */
    struct play before = *play;
    size_t len = strlen(before.path);
    snprintf(before.path + len, sizeof(before.path) - len, ".before-%04d", SQL_SCHEMAS_COUNT + 1);
    assert_int_equal(play_number(&before, "PRAGMA user_version"), known);
    assert_int_equal(play_number(&before, "SELECT count(*) FROM person"), people);
    assert_int_equal(mode_of(before.path, ""), 0600);
    play_open(&before); /* and opens as a store */
    store_close(before.store);
}

/* Everything a day does, on a file that may be damaged: every call ends, none crashes. */
static void use(struct play *play, struct store *store)
{
    struct arena arena;
    arena_init(&arena, 16 << 20);
    struct str bytes, users[8];
    struct delivery out[8];
    int64_t ids[8];
    size_t len = 0;
    (void)!store_due_people(store, play->now, ids, 8, &len);
    (void)!store_users_due_before(store, play->now, &arena, users, 8, &len);
    (void)!store_revision(store, 1, &arena, &bytes);
    (void)!outbox_ready(store, LANE_NUDGE, play->now, NULL, &arena, out, 8, &len);
    for (int64_t i = 1; i <= 20; i += 3) {
        struct event event = { .kind = EVENT_ACTION, .at = play->now };
        event.actor = str_format(&arena, "U%d", (int)i);
        event.ref.nudge_id = i;
        struct facts facts = { 0 };
        struct effect effects[2] = { { .kind = EFFECT_ANSWER, .nudge_id = i },
            { .kind = EFFECT_REVIEW, .person_id = i } };
        effects[0].answer.attempt = 9;
        effects[1].review.prompt_id = 1;
        struct plan plan = { .effects = effects, .effects_len = 2 };
        struct applied applied;
        unsigned needs = (1U << 7) - 1;
        enum err err = store_begin(store);
        if (!err)
            err = store_facts(store, needs, &event, &arena, &facts);
        if (!err)
            err = store_apply(store, &event, &plan, &arena, &applied);
        if (!err)
            err = store_commit(store);
        if (err)
            store_rollback(store);
    }
    arena_finish(&arena);
}

static enum err count_row(void *arg, const struct report_answer *answer)
{
    *(size_t *)arg += answer->deck.len;
    return OK;
}

static void read_all(struct play *play)
{
    struct reader *reader = NULL;
    struct arena arena;
    arena_init(&arena, 16 << 20);
    struct report report;
    struct report_status status;
    size_t bytes = 0;
    if (!reader_open(play_path(play), NULL, &reader)) {
        (void)!report_digest(reader, play_pass(play, ACCESS_WEEK, 1), MONDAY, &arena, &report);
        (void)!report_status(reader, &status);
        (void)!report_answers(reader, play_pass(play, ACCESS_ANSWERS, 0), count_row, &bytes);
    }
    reader_close(reader);
    arena_finish(&arena);
}

static void test_damaged_bytes(void **state)
{
    struct play *play = *state;
    char sound[1 << 19];
    int refused = 0, ran = 0;
    fill(play);
    play->store = store_close(play->store);
    int file = open(play->path, O_RDONLY);
    ssize_t len = read(file, sound, sizeof(sound));
    close(file);
    assert_true(len > 20 * 4096 && len < (ssize_t)sizeof(sound));
    for (int i = 0; i < FILES; i++) {
        /* The header densely, the rest in steps that fall on ever other places of a page. */
        ssize_t at = i < 100 ? i : (i * (ssize_t)7919) % len;
        char damaged = (char)(sound[at] ^ (i % 2 ? 0xff : 0x11));
        struct str detail = STR_EMPTY;
        file = open(play->path, O_WRONLY | O_TRUNC);
        assert_int_equal(pwrite(file, sound, (size_t)len, 0), len);
        assert_int_equal(pwrite(file, &damaged, 1, at), 1);
        close(file);
        enum err err = play_try_open(play, &detail);
        assert_true(!err || detail.len > 0);
        refused += err != OK;
        ran += err == OK;
        if (!err)
            use(play, play->store);
        read_all(play);
        play->store = store_close(play->store);
    }
    print_message("of %d damaged files %d were refused at once, %d ran\n", FILES, refused, ran);
    assert_true(refused > 20 && ran > 20);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_private_files),
        TEST(test_settings),
        TEST(test_missing),
        TEST(test_no_right_to_write),
        TEST(test_newer_and_foreign_files),
        TEST(test_reopened),
        TEST(test_check_after_an_unclean_stop),
        TEST(test_two_writers),
        TEST(test_full),
        TEST(test_backup),
        TEST(test_migration_keeps_rows),
        TEST(test_damaged_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
