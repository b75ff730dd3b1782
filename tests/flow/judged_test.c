/* A night in which prompts are judged by the answers of forty people: the owner of a deck whose key
 * is wrong hears of it once, and of nothing else. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "support/play_state.h"

#define ODD "are odd: please take a look"
#define STATUS "{\"do\":\"status\"}"

/* Forty people who are in no file any more; "one" has its wrong option chosen by most, "two" is
 * answered as a fair question is. */
static void put_answers(const char *database)
{
    static const char sql[] =
        "WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 40) "
        "INSERT INTO nudge (nudge_id, person_id, prompt_id, revision_id, nudge_key, state, step, "
        "day, planned_ms, closed_ms) "
        "SELECT 1000 + 2 * i + q, 1000 + i, prompt_id, revision_id, 5, 2, 0, 22335, 0, 1 FROM i, "
        "(SELECT prompt_id, revision_id, p.prompt = 'two' AS q FROM prompt p JOIN prompt_revision "
        "USING (prompt_id) WHERE p.prompt IN ('one', 'two'));"
        "INSERT INTO answer (nudge_id, step, attempt, day, answered_ms, grade, rating, chosen) "
        "SELECT nudge_id, 0, 0, 22335, 1929744000000, CASE r WHEN 1 THEN 3 ELSE 1 END, "
        "CASE r WHEN 1 THEN 3 ELSE 1 END, CASE r WHEN 1 THEN 1 ELSE 2 END FROM "
        "(SELECT nudge_id, CASE WHEN nudge_id % 2 = 0 THEN nudge_id % 10 = 0 "
        "ELSE (nudge_id - 1) % 8 <> 0 END AS r FROM nudge WHERE nudge_id >= 1000)";
    sqlite3 *db = NULL;
    char *message = NULL;
    assert_int_equal(sqlite3_open(database, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message))
        fail_msg("%s", message);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static bool says(struct play *play, const char *words)
{
    struct str text = play_control(play, STATUS);
    return memmem(text.ptr, text.len, words, strlen(words)) != NULL;
}

static void the_owner_hears_once(void **state)
{
    (void)state;
    struct play *play = play_state_new(&(struct play_setup){ .cap = 1 });
    const char *database = play_state_path(play, "nudged.db");
    play_for(play, HOURS(24));
    play_close(play);
    put_answers(database);
    assert_int_equal(play_open(play), OK);
    assert_false(says(play, "look at"));
    play_for(play, HOURS(24));
    assert_int_equal(play_count(play, "UOLGA", ODD), 1);
    assert_int_equal(play_count(play, "UOLGA", "The answers to first/one " ODD), 1);
    assert_int_equal(play_count(play, "UOLGA", "chose option 2, which counts as wrong, and 8 the "
        "right one"), 1);
    assert_int_equal(play_count(play, "UADA", ODD) + play_count(play, "UMAX", ODD), 0);
    assert_true(says(play, "look at first/one: of 40 first answers 32 chose option 2"));
    assert_true(says(play, "standard error 0.") && says(play, "from 40 people)"));
    assert_false(says(play, "look at first/two"));
    assert_int_equal(play_state_number(database, "SELECT count(*) FROM prompt_difficulty WHERE "
        "people >= 40 AND error BETWEEN 0.3 AND 0.5"), 2);
    assert_int_equal(play_state_number(database, "SELECT flag FROM prompt_difficulty JOIN prompt "
        "USING (prompt_id) WHERE prompt.prompt = 'two'"), 0);
    play_close(play); /* neither the next nights nor a restart repeat it */
    assert_int_equal(play_open(play), OK);
    play_for(play, HOURS(72));
    assert_int_equal(play_count(play, "UOLGA", ODD), 1);
    play_state_free(play);
}

/* "one" rests for four people, for a fifth no more, "two" for two people. */
static void put_misses(const char *database)
{
    static const char sql[] =
        "WITH RECURSIVE i (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 7) "
        "INSERT INTO review (person_id, prompt_id, stability, difficulty, memory_state, "
        "memory_step, born_day, last_day, sent_day, due_day, answers, lapses, misses) "
        "SELECT 1000 + i, prompt_id, 1, 9, 2, 0, 22300, d, d, d + 5, 4, 0, 4 FROM (SELECT i, "
        "CASE i WHEN 5 THEN 22300 ELSE 22334 END AS d, CASE WHEN i <= 5 THEN 'one' ELSE 'two' END "
        "AS q FROM i) JOIN prompt ON prompt.prompt = q";
    sqlite3 *db = NULL;
    char *message = NULL;
    assert_int_equal(sqlite3_open(database, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message))
        fail_msg("%s", message);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void what_rests_for_several_is_told_without_names(void **state)
{
    (void)state;
    struct play *play = play_state_new(&(struct play_setup){ .cap = 1 });
    const char *database = play_state_path(play, "nudged.db");
    play_for(play, HOURS(24));
    play_close(play);
    put_misses(database);
    assert_int_equal(play_open(play), OK);
    play_for(play, HOURS(24));
    assert_true(says(play, "look at first/one: 4 people missed it 4 times in a row and it rests "
        "14 days for them; look at its wording, or teach it again\n"));
    assert_false(says(play, "look at first/two"));
    play_for(play, HOURS(24 * 14)); /* their rest is over */
    assert_false(says(play, "look at"));
    play_state_free(play);
}

static void a_changed_text_begins_anew(void **state)
{
    (void)state;
    struct play *play = play_state_new(&(struct play_setup){ .cap = 1 });
    play_close(play);
    put_answers(play_state_path(play, "nudged.db"));
    assert_int_equal(play_open(play), OK);
    play_write(play, "decks/first.yaml",
        "id: first\ntitle: First steps\nowner: uolga@example.com\nskill: care\nprompts:\n"
        "  - id: one\n    kind: choice\n    ask: Which one comes first, at work?\n    options:\n"
        "      - text: the right one\n        correct: true\n      - text: the other one\n"
        "        why: it forgets the customer\n");
    play_for(play, HOURS(48));
    assert_int_equal(play_count(play, "UOLGA", ODD), 0);
    assert_false(says(play, "look at"));
    play_state_free(play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_owner_hears_once),
        cmocka_unit_test(what_rests_for_several_is_told_without_names),
        cmocka_unit_test(a_changed_text_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
