/* Hints, how sure, how long, and rating anew, as people and the operator meet them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>

#include "nudged/app/export.h"
#include "nudged/core/rating.h"
#include "support/play_state.h"

#define MANIFEST SOURCE_DIR "/deploy/slack-manifest.yaml"
#define DECK "id: first\ntitle: First steps\nowner: uolga@example.com\nskill: care\n"
#define OPTIONS \
    "    options:\n      - text: the right one\n        correct: true\n        why: it holds\n" \
    "      - text: the other one\n        why: it forgets the customer\n"
#define CHOICE(id) "  - id: " id "\n    kind: choice\n    ask: Which one, " id "?\n" OPTIONS

static const char hint_deck[] = DECK "prompts:\n" CHOICE("one") "    hint: Who waits longest?\n";
static const char sure_deck[] = DECK "confidence: true\nprompts:\n" CHOICE("one");
static const char many_deck[] = DECK "prompts:\n" CHOICE("one") CHOICE("two") CHOICE("three")
    CHOICE("four") CHOICE("five") CHOICE("six") CHOICE("seven") CHOICE("eight") CHOICE("nine")
        CHOICE("ten");

static struct play *asked(const char *deck)
{
    struct play *play = play_new(&(struct play_setup){ .deck = deck, .manifest_file = MANIFEST });
    play_first_question(play, "UADA");
    assert_int_equal(look_errors(play->workspace, STR("invalid_blocks")), 0);
    return play;
}

static void a_hint_takes_its_place_on_the_card(void **state)
{
    (void)state;
    struct play *play = asked(hint_deck);
    struct str ts = play_last_ts(play, "UADA");
    assert_false(play_reads(play, "UADA", "Who waits longest?"));
    assert_int_equal(play_press(play, "UADA", "Hint"), OK);
    assert_true(str_equal(play_last_ts(play, "UADA"), ts)); /* the same card */
    assert_true(play_reads(play, "UADA", "Hint: Who waits longest?"));
    assert_false(play_can_press(play, "UADA", "Hint"));
    assert_int_equal(play_say(play, "UADA", "hint"), OK); /* once more changes nothing */
    assert_int_equal(play_number(play, "SELECT circumstances FROM nudge WHERE person_id = 1"),
        ANSWER_POINTER);
    assert_int_equal(play_press_on(play, "UADA", ts, "the right one"), OK);
    assert_int_equal(play_number(play, "SELECT rating FROM answer"), RATING_HARD);
    assert_int_equal(play_number(play, "SELECT circumstances FROM answer"), ANSWER_POINTER);
    assert_int_equal(look_errors(play->workspace, STR("invalid_blocks")), 0);
    play_free(play);
}

static void how_sure_comes_before_the_answer(void **state)
{
    (void)state;
    struct play *play = asked(sure_deck);
    struct str ts = play_last_ts(play, "UADA");
    assert_int_equal(play_click(play, "UADA", ts, "the other one"), OK);
    assert_int_equal(play_click(play, "UADA", ts, "the right one"), OK); /* too quick a finger */
    play_for(play, SECONDS(5));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
    struct look_message message;
    assert_true(look_message(play->workspace, STR("UADA"), ts, &message));
    assert_true(str_contains(message.blocks, STR("Your answer: the other one")));
    assert_false(str_contains(message.blocks, STR("it forgets the customer")));
    assert_int_equal(play_number(play, "SELECT answers FROM review WHERE person_id = 1"), 0);
    assert_int_equal(play_press_on(play, "UADA", ts, "Sure"), OK);
    assert_true(look_message(play->workspace, STR("UADA"), ts, &message));
    assert_true(str_contains(message.blocks, STR("it forgets the customer")));
    assert_true(str_contains(message.blocks, STR("A discovery")) ||
        str_contains(message.blocks, STR("You were sure")));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 2);
    assert_int_equal(
        play_number(play, "SELECT circumstances FROM answer WHERE step = 1"), ANSWER_SURE);
    assert_int_equal(play_number(play, "SELECT marks FROM review WHERE person_id = 1"),
        REVIEW_MISCONCEPTION);
    assert_int_equal(
        play_number(play, "SELECT state FROM nudge WHERE person_id = 1"), NUDGE_ANSWERED);
    assert_int_equal(look_unacked(play->workspace), 0);
    assert_int_equal(look_errors(play->workspace, STR("invalid_blocks")), 0);
    play_free(play);
}

/* Whoever never says how sure is asked another question the next day; nothing was rated. */
static void an_answer_left_half_way_is_closed_kindly(void **state)
{
    (void)state;
    struct play *play = asked(sure_deck);
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    play_for(play, HOURS(24 * 7));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer WHERE rating > 0"), 0);
    assert_int_equal(play_number(play, "SELECT chosen FROM answer"), 1); /* what was said is kept */
    assert_int_equal(play_number(play, "SELECT count(*) FROM nudge WHERE state = 3 AND step = 1"),
        1);
    play_free(play);
}

static struct instant delivered(struct play *play)
{
    return (struct instant){ play_number(play,
        "SELECT n.planned_ms + n.delivered_after_ms FROM nudge AS n JOIN person AS p "
        "ON n.nudge_id = p.last_nudge_id WHERE p.person_id = 1") };
}

static void seconds_count_from_when_it_could_be_seen(void **state)
{
    (void)state;
    struct play *play = asked(many_deck);
    for (int i = 0; i < 9; i++) {
        struct instant seen = delivered(play);
        assert_true(seen.utc_ms > 0);
        play_run_to(play, instant_add(seen, (struct duration){ 1000 * (10 + i) + 500 }));
        assert_int_equal(play_press(play, "UADA", "the right one"), OK);
        assert_in_range(play_number(play, "SELECT seconds FROM answer ORDER BY nudge_id DESC"),
            10 + i, 11 + i);
        assert_true(play_until_shown(play, "UADA", 3 + (size_t)i));
        play_for(play, SECONDS(5));
    }
    /* nine were answered when the tenth was sent: the third and the seventh of them */
    assert_in_range(play_number(play, "SELECT fast_s FROM nudge ORDER BY nudge_id DESC"), 12, 13);
    assert_in_range(play_number(play, "SELECT slow_s FROM nudge ORDER BY nudge_id DESC"), 16, 17);
    assert_int_equal(
        play_number(play, "SELECT count(*) FROM nudge WHERE person_id = 1 AND fast_s > 0"), 2);
    play_for(play, HOURS(1)); /* there was no time: that says nothing */
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    assert_int_equal(
        play_number(play, "SELECT count(*) FROM answer WHERE seconds IS NULL"), 1);
    play_free(play);
}

static void add(void *arg, struct str piece)
{
    buf_add(arg, piece);
}

static void log_line(void *arg, struct str line)
{
    (void)arg;
    bool counted = str_contains(line, STR("event=437 ")) || str_contains(line, STR("turn=437 "));
    if ((str_contains(line, STR("=437 ")) && !counted) || str_contains(line, STR("seconds=")))
        fail_msg("%.*s", STR_ARG(line));
}

/* 437 seconds are in the database and nowhere else. */
static void nobody_is_shown_the_seconds(void **state)
{
    (void)state;
    struct play *play = play_state_new(&(struct play_setup){ .deck = many_deck });
    play->options.log = log_line;
    play_close(play);
    assert_int_equal(play_open(play), OK);
    const char *database = play_state_path(play, "nudged.db");
    play_first_question(play, "UADA");
    struct instant seen = { play_state_number(database, "SELECT n.planned_ms + "
        "n.delivered_after_ms FROM nudge AS n JOIN person AS p ON n.nudge_id = p.last_nudge_id "
        "WHERE p.person_id = 1") };
    play_run_to(play, instant_add(seen, (struct duration){ 437500 }));
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    assert_int_equal(play_state_number(database, "SELECT seconds FROM answer"), 437);
    for (int csv = 0; csv < 2; csv++) {
        struct buf text = buf_heap(1 << 20);
        assert_int_equal(export_answers(play->config.state_folder, csv, add, &text), OK);
        assert_true(str_contains(buf_str(&text), STR("one")));
        assert_false(str_contains(buf_str(&text), STR("437")));
        assert_false(str_contains(buf_str(&text), STR("seconds")));
        buf_free(&text);
    }
    play_for(play, HOURS(24 * 7));
    static const char *const asks[] = {
        "{\"do\":\"explain\",\"person\":\"uada@example.com\"}", "{\"do\":\"status\"}",
        "{\"do\":\"digest\",\"manager\":\"umax@example.com\"}" };
    for (size_t i = 0; i < COUNT(asks); i++) {
        struct str text = play_control(play, asks[i]);
        assert_true(str_starts_with(text, STR("ok")));
        assert_false(str_contains(text, STR("437")));
    }
    assert_int_equal(play_count(play, "UMAX", "437"), 0);
    assert_true(play_count(play, "UADA", "kept for 90 days") > 0); /* the notice says it */
    play_state_free(play);
}

static void change(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_busy_timeout(db, 1000);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* Somebody's answer as an older table rated it: Again for what is right. */
static void a_replay_puts_right_what_was_rated_otherwise(void **state)
{
    (void)state;
    struct play *play = play_state_new(&(struct play_setup){ .deck = many_deck });
    const char *database = play_state_path(play, "nudged.db");
    play_first_question(play, "UADA");
    assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    int64_t stability = play_state_number(database,
        "SELECT 1e6 * stability FROM review WHERE person_id = 1 AND answers = 1");
    assert_true(stability > 0);
    assert_true(str_contains(play_control(play, "{\"do\":\"replay\"}"), STR("changed: 0, of 0")));
    play_close(play);
    change(database, "UPDATE answer SET rating = 1; "
                     "UPDATE review SET stability = 0.2, misses = 1 WHERE answers = 1");
    assert_int_equal(play_open(play), OK);
    struct str text = play_control(play, "{\"do\":\"replay\",\"trial\":\"yes\"}");
    assert_true(str_contains(text, STR("ratings that would change: 1, of 1 person")));
    assert_int_equal(play_state_number(database, "SELECT rating FROM answer"), RATING_AGAIN);
    text = play_control(play, "{\"do\":\"replay\"}");
    assert_true(str_contains(text, STR("ratings that changed: 1, of 1 person")));
    assert_int_equal(play_state_number(database, "SELECT rating FROM answer"), RATING_GOOD);
    assert_int_equal(play_state_number(database,
        "SELECT 1e6 * stability FROM review WHERE person_id = 1 AND answers = 1"), stability);
    assert_int_equal(play_state_number(database, "SELECT sum(misses) FROM review"), 0);
    text = play_control(play, "{\"do\":\"replay\"}");
    assert_true(str_contains(text, STR("ratings that changed: 0, of 0 people")));
    play_state_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hint_takes_its_place_on_the_card),
        cmocka_unit_test(how_sure_comes_before_the_answer),
        cmocka_unit_test(an_answer_left_half_way_is_closed_kindly),
        cmocka_unit_test(seconds_count_from_when_it_could_be_seen),
        cmocka_unit_test(nobody_is_shown_the_seconds),
        cmocka_unit_test(a_replay_puts_right_what_was_rated_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
