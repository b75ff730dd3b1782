/* Prompts keep their numbers, texts get new ones. */
#include "help.h"

static void number(struct play *play)
{
    assert_int_equal(store_begin(play->store), OK);
    assert_int_equal(store_number_prompts(play->store, &play->deck, 1), OK);
    assert_int_equal(store_commit(play->store), OK);
}

static void test_numbers_are_stable(void **state)
{
    struct play *play = *state;
    play_prompts(play);
    struct prompt before[4];
    memcpy(before, play->prompts, sizeof(before));
    for (size_t i = 0; i < 4; i++) {
        assert_true(before[i].prompt_id > 0 && before[i].revision_id > 0);
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(before[i].prompt_id, before[j].prompt_id);
        play->prompts[i].prompt_id = play->prompts[i].revision_id = 0;
    }
    play->store = store_close(play->store);
    play_open(play);
    number(play);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(play->prompts[i].prompt_id, before[i].prompt_id);
        assert_int_equal(play->prompts[i].revision_id, before[i].revision_id);
    }
    assert_int_equal(play_number(play, "SELECT count(*) FROM prompt_revision"), 4);
}

static void test_changed_text_is_a_revision(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    play_prompts(play);
    struct prompt old = play->prompts[0];
    int64_t nudge_id = play_nudge(play, 2, &old, MONDAY);
    play->prompts[0].ask = STR("What next?");
    play->prompts[0].skill = STR("listening");
    number(play);
    assert_int_equal(play->prompts[0].prompt_id, old.prompt_id);
    assert_int_not_equal(play->prompts[0].revision_id, old.revision_id);
    struct event event = play_event(play, EVENT_ACTION);
    event.ref.nudge_id = nudge_id;
    struct facts facts = play_facts(play, NEED_NUDGE, event);
    assert_true(str_equal(facts.prompt.ask, STR("What now?"))); /* as it was shown */
    assert_int_equal(facts.prompt.revision_id, old.revision_id);
    assert_int_equal(play_number(play, "SELECT count(*) FROM prompt"), 4);
    assert_int_equal(play_number(play, "SELECT count(*) FROM prompt_revision"), 5);
    assert_int_equal(play_number(play, "SELECT count(*) FROM prompt WHERE skill = 'listening'"), 2);
    play->prompts[0].ask = STR("What now?");
    play->prompts[0].skill = STR("escalation");
    number(play); /* and back: the old text has its old number */
    assert_int_equal(play->prompts[0].revision_id, old.revision_id);
}

static void test_revision_bytes(void **state)
{
    struct play *play = *state;
    play_prompts(play);
    struct str bytes;
    struct prompt prompt;
    assert_int_equal(
        store_revision(play->store, play->prompts[2].revision_id, &play->arena, &bytes), OK);
    assert_int_equal(prompt_unpack(bytes, &play->arena, &prompt), OK);
    assert_true(str_equal(prompt.id, STR("third")));
    assert_int_equal(prompt.options_len, 3);
    assert_int_equal(store_revision(play->store, 4711, &play->arena, &bytes), ERR_NOT_FOUND);
    struct arena small;
    arena_init(&small, 16);
    assert_int_equal(
        store_revision(play->store, play->prompts[2].revision_id, &small, &bytes), ERR_NO_MEMORY);
    arena_finish(&small);
}

static void test_a_damaged_revision_is_said(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    play_prompts(play);
    int64_t nudge_id = play_nudge(play, 2, &play->prompts[0], MONDAY);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(play->path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "UPDATE prompt_revision SET body = x'01ff00'", NULL, NULL, NULL), 0);
    sqlite3_close(db);
    struct event event = play_event(play, EVENT_ACTION);
    event.ref.nudge_id = nudge_id;
    struct facts facts = { 0 };
    assert_int_equal(store_begin(play->store), OK);
    assert_int_equal(
        store_facts(play->store, NEED_NUDGE, &event, &play->arena, &facts), ERR_DB_CORRUPT);
    assert_false(facts.has_nudge);
    store_rollback(play->store);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_numbers_are_stable),
        TEST(test_changed_text_is_a_revision),
        TEST(test_revision_bytes),
        TEST(test_a_damaged_revision_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
