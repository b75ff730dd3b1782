/* An event that fails alone. Whatever little memory a turn has, a person's answer is recorded and
 * shown, or they are told that it was not, or the platform shows its own error mark because nothing
 * was acked; and nothing is half done. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/state.h"
#include "support/play.h"

#define SORRY "Something went wrong on my side and this was not recorded."

/* Long enough that deciding needs more memory than decoding. */
#define TEN "one two three four five six seven eight nine ten "
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define DECK "id: first\ntitle: First steps\nowner: uolga@example.com\nskill: care\nprompts:\n"
static const char long_deck[] =
    DECK "  - id: one\n    kind: choice\n    ask: Which one comes first? " LONG "\n    options:\n"
         "      - text: the right one\n        correct: true\n        why: because it holds " LONG
         "\n      - text: the other one\n        why: it does not hold " LONG "\n";
static const char reflect_deck[] =
    DECK "  - id: one\n    kind: reflect\n    ask: Think of your last hand-off.\n";

enum { LEAST_BYTES = 4 << 10, STEP_BYTES = 256, MOST_BYTES = 256 << 10 };

/* What came of one try: exactly one of the three. */
struct outcome {
    size_t recorded, apologised, marked;
};

static struct play *asked(const char *deck)
{
    struct play *play = play_new(&(struct play_setup){ .deck = deck });
    play_first_question(play, "UADA");
    return play;
}

static void memory_of_turns(struct play *play, size_t bytes)
{
    arena_finish(&play->app->turn_arena);       /* a chunk it kept would serve without asking */
    arena_init(&play->app->turn_arena, bytes);
}

static uint32_t troubles(struct play *play)
{
    struct look_user user;
    assert_true(look_user(play->workspace, STR("UADA"), &user));
    return user.troubles;
}

static void a_click_is_recorded_or_apologised_for(void **state)
{
    struct outcome seen = { 0 };
    (void)state;
    struct play *play = asked(long_deck);
    struct str ts = play_last_ts(play, "UADA");
    for (size_t bytes = LEAST_BYTES; !seen.recorded && bytes < MOST_BYTES; bytes += STEP_BYTES) {
        uint32_t marks = troubles(play);
        size_t sorry = play_count(play, "UADA", SORRY);
        memory_of_turns(play, bytes);
        assert_int_equal(play_click(play, "UADA", ts, "the right one"), OK);
        play_for(play, SECONDS(4));
        memory_of_turns(play, TURN_ARENA_MAX);
        play_for(play, SECONDS(4));
        size_t recorded = (size_t)play_number(play, "SELECT count(*) FROM answer");
        size_t apologised = play_count(play, "UADA", SORRY) - sorry;
        size_t marked = troubles(play) - marks;
        if (recorded + apologised + marked != 1)
            fail_msg("%zu bytes: recorded %zu, apologised %zu, marked %zu", bytes, recorded,
                apologised, marked);
        seen.recorded += recorded;
        seen.apologised += apologised;
    }
    assert_true(seen.apologised > 0 && seen.recorded == 1);
    assert_int_equal(play_number(play, "SELECT answers FROM review WHERE person_id = 1"), 1);
    struct look_message message;
    assert_true(look_message(play->workspace, STR("UADA"), ts, &message));
    assert_true(str_contains(message.blocks, STR("because it holds")));
    play_free(play);
}

static void open_form(struct play *play, struct human_value values[3], struct look_view *view)
{
    struct look_element elements[16];
    if (!look_modal(play->workspace, STR("UADA"), view))
        assert_int_equal(play_press(play, "UADA", "Write it down"), OK);
    assert_true(look_modal(play->workspace, STR("UADA"), view));
    assert_int_equal(
        look_elements(play->workspace, &play->arena, STR("UADA"), view->id, elements, 16), 3);
    for (size_t i = 0; i < 3; i++)
        values[i] = (struct human_value){ str_copy(&play->arena, elements[i].block_id),
            str_copy(&play->arena, elements[i].action_id), STR("I called first.") };
}

/* The form stays open with the sentence in it: what was written is not lost with it. */
static void a_form_is_recorded_or_keeps_what_was_written(void **state)
{
    struct outcome seen = { 0 };
    struct human_value values[3];
    struct look_view view;
    (void)state;
    struct play *play = asked(reflect_deck);
    for (size_t bytes = LEAST_BYTES; !seen.recorded && bytes < MOST_BYTES; bytes += STEP_BYTES) {
        open_form(play, values, &view);
        memory_of_turns(play, bytes);
        assert_int_equal(human_submit(play->workspace, STR("UADA"), values, 3, NULL), OK);
        play_for(play, SECONDS(4));
        memory_of_turns(play, TURN_ARENA_MAX);
        play_for(play, SECONDS(4));
        seen.recorded = (size_t)play_number(play, "SELECT count(*) FROM answer");
        bool open = look_modal(play->workspace, STR("UADA"), &view);
        assert_int_equal(open, !seen.recorded);
        seen.apologised += open && str_contains(view.errors, STR(SORRY));
    }
    assert_true(seen.apologised > 0 && seen.recorded == 1);
    assert_true(play_reads(play, "UADA", "I called first."));
    play_free(play);
}

/* A line is not acked where a second try may help, so the platform brings it again. */
static void a_typed_line_comes_again(void **state)
{
    (void)state;
    struct play *play = asked(NULL);
    memory_of_turns(play, 512);
    assert_int_equal(human_say(play->workspace, STR("UADA"), STR("pass"), NULL), OK);
    play_for(play, SECONDS(4));
    memory_of_turns(play, TURN_ARENA_MAX);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 0);
    play_for(play, MINUTES(6));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 1);
    assert_true(play_reads(play, "UADA", "The answer: the right one"));
    play_free(play);
}

static void a_command_is_answered_or_apologised_for(void **state)
{
    size_t helped = 0, apologised = 0;
    (void)state;
    struct play *play = asked(NULL);
    for (size_t bytes = LEAST_BYTES; !helped && bytes < MOST_BYTES; bytes += STEP_BYTES) {
        size_t sorry = play_count(play, "UADA", SORRY);
        memory_of_turns(play, bytes);
        assert_int_equal(play_say(play, "UADA", "/nudge help"), OK);
        memory_of_turns(play, TURN_ARENA_MAX);
        play_for(play, SECONDS(4));
        apologised += play_count(play, "UADA", SORRY) - sorry;
        helped += play_reads(play, "UADA", "no questions for a while");
    }
    assert_true(apologised > 0 && helped == 1);
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_is_recorded_or_apologised_for),
        cmocka_unit_test(a_form_is_recorded_or_keeps_what_was_written),
        cmocka_unit_test(a_typed_line_comes_again),
        cmocka_unit_test(a_command_is_answered_or_apologised_for),
    };
    return cmocka_run_group_tests_name("apology", tests, NULL, NULL);
}
