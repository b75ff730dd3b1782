/* A look: several questions see one state of the file, and it ends where a turn begins. */
#include "help.h"

static int look_setup(void **state)
{
    struct play *play = play_start();
    play_people(play, 2, 1);
    play_match(play, 2);
    *state = play;
    return 0;
}

static int64_t next_slot_ms(struct play *play)
{
    struct instant slot, digest;
    assert_int_equal(store_next_due(play->store, &slot, &digest), OK);
    return slot.utc_ms;
}

/* As another program might, in the middle of the look. */
static void set_slots(struct play *play, const char *sql)
{
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(play->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

static void test_one_state(void **state)
{
    struct play *play = *state;
    set_slots(play, "UPDATE person SET next_slot_ms = 1000");
    store_look(play->store);
    assert_int_equal(next_slot_ms(play), 1000);
    set_slots(play, "UPDATE person SET next_slot_ms = 2000");
    assert_int_equal(next_slot_ms(play), 1000);
    store_look_end(play->store);
    assert_int_equal(next_slot_ms(play), 2000);
    store_look_end(play->store);
}

static void test_a_turn_ends_it(void **state)
{
    struct play *play = *state;
    set_slots(play, "UPDATE person SET next_slot_ms = 1000");
    store_look(play->store);
    assert_int_equal(next_slot_ms(play), 1000);
    set_slots(play, "UPDATE person SET next_slot_ms = 2000");
    assert_int_equal(store_begin(play->store), OK);     /* from a stale view it would be refused */
    assert_int_equal(next_slot_ms(play), 2000);
    assert_int_equal(store_commit(play->store), OK);
    store_look_end(play->store);
    assert_int_equal(next_slot_ms(play), 2000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_state, look_setup, play_teardown),
        cmocka_unit_test_setup_teardown(test_a_turn_ends_it, look_setup, play_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
