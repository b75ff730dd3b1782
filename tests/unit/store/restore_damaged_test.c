/* Going back to a copy that is a sound SQLite file and yet no store of ours. */
#include "help.h"

#include "nudged/store/upkeep.h"

static struct str make_copy(struct play *play)
{
    struct store_copy *copy = NULL;
    struct str path = str_format(&play->arena, "%s/copy.db", play->folder);
    bool done = false;
    assert_int_equal(store_copy_new(play->store, path, &copy), OK);
    while (!done)
        assert_int_equal(store_copy_step(copy, 100, &done), OK);
    assert_int_equal(store_copy_finish(copy, play->now), OK);
    store_copy_free(copy);
    return path;
}

static void change(struct play *play, struct str path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(str_z(&play->arena, path), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* SQLite calls both sound; the daemon would not start on either. */
static void a_copy_without_a_column_or_table_is_refused(void **state)
{
    static const char *const damages[] = { "ALTER TABLE answer DROP COLUMN before",
        "DROP TABLE seen" };
    struct play *play = *state;
    struct copy_facts facts;
    struct str detail = STR_EMPTY, kept = STR_EMPTY;
    play_people(play, 2, 1);
    for (size_t i = 0; i < COUNT(damages); i++) {
        struct str copy = make_copy(play);
        assert_int_equal(store_verify(copy, &play->arena, &facts, &detail), OK);
        assert_int_equal(facts.people, 2);
        change(play, copy, damages[i]);
        assert_int_equal(store_verify(copy, &play->arena, &facts, &detail), ERR_DB_CORRUPT);
        assert_true(detail.len > 0);
        play->store = store_close(play->store);
        assert_int_equal(
            store_restore(play_path(play), copy, play->now, &play->arena, &kept, &detail),
            ERR_DB_CORRUPT);
        assert_int_equal(kept.len, 0);
        play_open(play); /* what was there is there */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_copy_without_a_column_or_table_is_refused, play_setup, play_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
