/* A backup while answers pour in: after every few pages there are turns, on pages that were copied
 * already and on pages that were not. The copy must be the store as it is when the last page is
 * done: every table the same, nothing damaged.
 *
 * COUNT        how many rounds (default 6), SEED where their dice begin
 * BACKUP_MIB   also copies a file of that size and tells how long one step held its caller */
#include "help.h"

#include <time.h>

#include "nudged/store/upkeep.h"
#include "store/inside.h"

enum { PEOPLE = 40, DAYS = 12 };

static struct counted {
    unsigned long rounds, turns, pages, tables;
} counted;
static char held[160];

static uint32_t draw(uint64_t *seed, uint32_t bound)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(*seed >> 33) % bound;
}

static uint64_t number_env(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : fallback;
}

static void a_turn(struct play *play, uint64_t *dice)
{
    int64_t person_id = 1 + draw(dice, PEOPLE);
    int32_t day = MONDAY + (int32_t)draw(dice, DAYS);
    play->now.utc_ms += 1000;
    int64_t nudge_id = play_nudge(play, person_id, &play->prompts[draw(dice, 4)], day);
    if (draw(dice, 4))
        play_answer(play, nudge_id, day, GRADE_RIGHT, RATING_GOOD);
    counted.turns++;
}

/* Both ways, so that neither has a row the other has not. Marks of the copy itself are left out. */
static void assert_same(struct play *play, const char *copy)
{
    char sql[512];
    sqlite3 *db = NULL;
    sqlite3_stmt *tables = NULL;
    assert_int_equal(sqlite3_open(play->path, &db), SQLITE_OK);
    snprintf(sql, sizeof(sql), "ATTACH '%s' AS copy", copy);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM main.sqlite_schema WHERE "
        "type = 'table' AND name <> 'upkeep'", -1, &tables, NULL), SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(tables, 0);
        for (int way = 0; way < 2; way++) {
            sqlite3_stmt *statement = NULL;
            snprintf(sql, sizeof(sql),
                "SELECT count(*) FROM (SELECT * FROM %s.%s EXCEPT SELECT * FROM %s.%s)",
                way ? "copy" : "main", name, way ? "main" : "copy", name);
            assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
            assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
            assert_int_equal(sqlite3_column_int(statement, 0), 0);
            sqlite3_finalize(statement);
        }
        counted.tables++;
    }
    sqlite3_finalize(tables);
    sqlite3_close(db);
}

static void one_round(struct play *play, uint64_t seed)
{
    uint64_t dice = seed;
    struct store_copy *copy = NULL;
    struct copy_facts facts;
    struct str detail = STR_EMPTY;
    int64_t pages = 0, of = 0;
    bool done = false;
    char path[128];
    snprintf(path, sizeof(path), "%s/copy.db", play->folder);
    assert_int_equal(store_copy_new(play->store, str_from_z(path), &copy), OK);
    for (int i = 0; !done; i++) {
        assert_int_equal(store_copy_step(copy, (int)(1 + draw(&dice, 6)), &done), OK);
        for (uint32_t turns = done ? 0 : draw(&dice, 4); turns; turns--)
            a_turn(play, &dice);
        if (i % 16 == 7)
            assert_int_equal(store_copy_sync(copy), OK);
        assert_true(i < 100000);
    }
    store_copy_progress(copy, &pages, &of);
    assert_int_equal(pages, of);
    int64_t answers = play_number(play, "SELECT count(*) FROM answer");
    assert_int_equal(store_copy_finish(copy, play->now), OK);
    store_copy_free(copy);
    enum err err = store_verify(str_from_z(path), &play->arena, &facts, &detail);
    if (err)
        print_message("%.*s\n", STR_ARG(detail));
    assert_int_equal(err, OK);
    assert_int_equal(facts.answers, answers);
    assert_int_equal(facts.copied.utc_ms, play->now.utc_ms);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_same(play, path);
    counted.rounds++;
    counted.pages += (unsigned long)pages;
}

static void test_answers_pour_in(void **state)
{
    struct play *play = *state;
    uint64_t rounds = number_env("COUNT", 6), seed = number_env("SEED", 1), dice = seed;
    play_people(play, PEOPLE, 1);
    play_match(play, PEOPLE);
    play_prompts(play);
    for (int i = 0; i < 300; i++)
        a_turn(play, &dice);
    for (uint64_t i = 0; i < rounds; i++)
        one_round(play, seed * 7919 + i);
}

/* Whatever happens to it half way, the backup of yesterday is whole and no crumb is left. */
static void test_cut_short(void **state)
{
    struct play *play = *state;
    struct store_copy *copy = NULL;
    struct copy_facts facts;
    struct str detail = STR_EMPTY;
    bool done = false;
    char path[128], part[136];
    snprintf(path, sizeof(path), "%s/copy.db", play->folder);
    snprintf(part, sizeof(part), "%s.part", path);
    play_people(play, PEOPLE, 1);
    assert_int_equal(store_backup(play->store, str_from_z(path)), OK);
    play_people(play, 2 * PEOPLE, 2);
    assert_int_equal(store_copy_new(play->store, str_from_z(path), &copy), OK);
    assert_int_equal(store_copy_step(copy, 2, &done), OK);
    assert_false(done);
    assert_int_equal(access(part, F_OK), 0);
    store_copy_detach(copy); /* the store may be closed now */
    play->store = store_close(play->store);
    store_copy_free(copy);
    assert_int_not_equal(access(part, F_OK), 0);
    assert_int_equal(store_verify(str_from_z(path), &play->arena, &facts, &detail), OK);
    assert_int_equal(facts.people, PEOPLE);
    play_open(play);
    assert_int_not_equal(
        store_copy_new(play->store, STR("/tmp/no/such/folder/copy.db"), &copy), OK);
}

static int64_t now_us(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

/* As the daemon does it: 8 pages, again while 2 ms are not over, then others have their turn. */
static void measure_hold(struct play *play, uint64_t mib)
{
    struct store_copy *copy = NULL;
    char path[128], sql[256];
    bool done = false;
    int64_t most_us = 0, sum_us = 0, holds = 0, pages = 0, of = 0, synced = 0, sync_us = 0;
    int64_t above = 0;
    snprintf(path, sizeof(path), "%s/copy.db", play->folder);
    snprintf(sql, sizeof(sql), "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
        "WHERE i < %llu) INSERT INTO seen SELECT 1, hex(randomblob(1900)) || i FROM n",
        (unsigned long long)mib * 256);
    assert_int_equal(sql_exec(play->store->sql, sql), OK);
    assert_int_equal(store_copy_new(play->store, str_from_z(path), &copy), OK);
    while (!done) {
        int64_t start = now_us();
        do
            assert_int_equal(store_copy_step(copy, 8, &done), OK);
        while (!done && now_us() - start < 2000);
        int64_t took = now_us() - start;
        most_us = took > most_us ? took : most_us;
        sum_us += took;
        above += took > 10000;
        holds++;
        store_copy_progress(copy, &pages, &of);
        if (pages - synced >= 1024) {
            start = now_us();
            assert_int_equal(store_copy_sync(copy), OK);
            sync_us += now_us() - start;
            synced = pages;
        }
    }
    int64_t start = now_us();
    assert_int_equal(store_copy_finish(copy, play->now), OK);
    sync_us += now_us() - start;
    store_copy_free(copy);
    snprintf(held, sizeof(held), "; a file of %lld MiB held the loop %lld times, %.1f ms on "
        "average, %lld times above 10 ms, %.1f ms at most (syncs beside it: %lld ms)",
        (long long)(of * 4096 >> 20),
        (long long)holds, (double)sum_us / 1000.0 / (double)holds, (long long)above,
        (double)most_us / 1000.0,
        (long long)(sync_us / 1000));
}

static void test_hold(void **state)
{
    uint64_t mib = number_env("BACKUP_MIB", 0);
    measure_hold(*state, mib ? mib : 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_answers_pour_in),
        TEST(test_cut_short),
        TEST(test_hold),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (!failed)
        printf("proved: %lu backups of %lu pages with %lu turns in between, %lu tables the same, "
               "0 damaged%s\n", counted.rounds, counted.pages, counted.turns, counted.tables, held);
    return failed;
}
