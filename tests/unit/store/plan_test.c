/* The police: how SQLite means to run each statement, and that cost follows what is due. */
#include "help.h"

#include "sql_queries.h"

static bool says_scan_ok(const char *text)
{
    return strstr(text, "\n-- scan ok: ") != NULL;
}

/* The plan of one statement; true when it reads a whole table or sorts. */
static bool walks(sqlite3 *db, const char *text, struct buf *plan)
{
    sqlite3_stmt *statement = NULL;
    bool whole = false;
    struct buf explain = buf_heap(64 << 10);
    struct str sql;
    buf_addf(&explain, "EXPLAIN QUERY PLAN %s", text);
    buf_add_byte(&explain, '\0');
    assert_int_equal(buf_finish(&explain, &sql), OK);
    if (sqlite3_prepare_v2(db, sql.ptr, -1, &statement, NULL))
        print_message("%s\n%s\n", text, sqlite3_errmsg(db));
    assert_non_null(statement);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(statement, 3);
        buf_addf(plan, "    %s\n", step);
        whole = whole || strstr(step, "SCAN") || strstr(step, "TEMP B-TREE");
    }
    sqlite3_finalize(statement);
    buf_free(&explain);
    return whole;
}

static void test_every_statement(void **state)
{
    struct play *play = *state;
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(play->path, &db), SQLITE_OK);
    int offences = 0;
    for (size_t i = 0; i < SQL_ID_COUNT; i++) {
        const char *text = (const char *)sql_queries[i].bytes;
        struct buf plan = buf_heap(64 << 10);
        bool turn = !strcmp(sql_queries[i].name, "begin.sql") ||
            !strcmp(sql_queries[i].name, "commit.sql") ||
            !strcmp(sql_queries[i].name, "look.sql") ||
            !strcmp(sql_queries[i].name, "rollback.sql");
        bool whole = !turn && walks(db, text, &plan);
        bool said = says_scan_ok(text), why = !strncmp(text, "-- ", 3) && strlen(text) > 20;
        if (whole != said || !why) {
            print_message("%s%s\n%.*s", sql_queries[i].name,
                !why        ? ": does not begin with why it exists"
                    : whole ? ": walks or sorts without saying \"-- scan ok: reason\""
                            : ": says scan ok, but does not walk",
                STR_ARG(buf_str(&plan)));
            offences++;
        }
        buf_free(&plan);
    }
    sqlite3_close(db);
    assert_int_equal(offences, 0);
}

/* That the police would notice. */
static void test_the_police_itself(void **state)
{
    struct play *play = *state;
    sqlite3 *db = NULL;
    struct buf plan = buf_heap(64 << 10);
    assert_int_equal(sqlite3_open(play->path, &db), SQLITE_OK);
    assert_true(walks(db, "SELECT name FROM person WHERE role = 'x'", &plan));
    assert_true(walks(db, "SELECT name FROM person WHERE manager_id = 1 ORDER BY zone", &plan));
    assert_false(walks(db, "SELECT name FROM person WHERE person_id = 1", &plan));
    buf_free(&plan);
    sqlite3_close(db);
}

static void set_slot(struct play *play, int64_t person_id, struct instant at)
{
    struct effect effect = { .kind = EFFECT_PERSON, .person_id = person_id };
    effect.person_fields = PERSON_SET_SLOT;
    effect.person.next_slot = at;
    play_effect(play, effect);
}

static void test_a_thousand_people(void **state)
{
    struct play *play = *state;
    int64_t ids[16];
    size_t len = 0;
    struct instant slot, digest;
    play_people(play, 1000, 1);
    assert_int_equal(store_next_due(play->store, &slot, &digest), OK);
    assert_true(instant_is_never(slot));
    assert_int_equal(digest.utc_ms, 0); /* the one manager */
    assert_int_equal(store_due_people(play->store, play->now, ids, 16, &len), OK);
    assert_int_equal(len, 0);
    play_match(play, 1000);
    assert_int_equal(store_due_people(play->store, play->now, ids, 16, &len), OK);
    assert_int_equal(len, 16);
    for (int64_t i = 1; i <= 1000; i++)
        set_slot(play, i, instant_add(play->now, SECONDS(i)));
    assert_int_equal(store_next_due(play->store, &slot, &digest), OK);
    assert_int_equal(slot.utc_ms, NOON + 1000);
    play->now = instant_add(play->now, SECONDS(3));
    assert_int_equal(store_due_people(play->store, play->now, ids, 16, &len), OK);
    assert_int_equal(len, 3);
    assert_int_equal(ids[0], 1); /* earliest first */
    assert_int_equal(ids[2], 3);
    assert_int_equal(store_due_digests(play->store, play->now, ids, 16, &len), OK);
    assert_int_equal(len, 1);
    assert_int_equal(ids[0], 1);
    struct str users[16];
    assert_int_equal(store_users_due_before(play->store, instant_add(play->now, SECONDS(2)),
                         &play->arena, users, 16, &len),
        OK);
    assert_int_equal(len, 4);
    assert_true(str_equal(users[3], STR("U4")));
    assert_int_equal(store_users_waiting(play->store, &play->arena, users, 16, &len), OK);
    assert_int_equal(len, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_every_statement),
        TEST(test_the_police_itself),
        TEST(test_a_thousand_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
