/* People the roster did not show, and answers that are no text or too much of it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/play.h"

#define MANIFEST SOURCE_DIR "/deploy/slack-manifest.yaml"
#define SHORT_DECK                                                                             \
    "id: first\ntitle: First steps\nowner: uolga@example.com\nskill: care\nprompts:\n"         \
    "  - id: one\n    kind: reflect\n    ask: What did you try this week?\n"

static const struct play_person people[] = {
    { "UADA", "Ada Sample", "agent", "spring", "UOLGA", "Europe/Berlin", NULL, true, false },
    { "UOLGA", "Olga Sample", "head", "spring", NULL, "Europe/Berlin", NULL, false, false },
    { 0 },
};

static const struct workspace_user ada = { .id = STR_INIT("UADA"),
    .name = STR_INIT("ada"),
    .real_name = STR_INIT("Ada"),
    .email = STR_INIT("uada@example.com"),
    .tz = STR_INIT("Europe/Berlin") };

static int64_t ada_state(struct play *play)
{
    return play_number(play, "SELECT chat_state FROM person WHERE external_id = 'UADA'");
}

/* Nobody told us of the account; its owner does. */
static void a_stranger_who_writes_is_matched(void **state)
{
    (void)state;
    struct play *play =
        play_new(&(struct play_setup){ .people = people, .tiers = true,
            .manifest_file = MANIFEST });
    play_until(play, "2031-03-04T10:00:00Z");
    assert_int_equal(ada_state(play), CHAT_UNMATCHED);
    assert_int_equal(workspace_add_user(play->workspace, &ada, NULL), OK);
    play_for(play, HOURS(1));
    assert_int_equal(ada_state(play), CHAT_UNMATCHED);
    assert_int_equal(look_calls(play->workspace, STR("users.info")).calls, 0);
    assert_int_equal(play_say(play, "UADA", "hello"), OK);
    assert_int_equal(look_calls(play->workspace, STR("users.info")).ok, 1);
    assert_int_equal(ada_state(play), CHAT_MATCHED);
    assert_int_equal(play_shown(play, "UADA"), 0);
    play_until(play, "2031-03-04T23:00:00Z");
    assert_true(play_reads(play, "UADA", "Hello Ada Sample"));
    assert_int_equal(play_shown(play, "UADA"), 1);
    assert_int_equal(look_errors(play->workspace, STR_EMPTY), 0);
    play_free(play);
}

/* Not on the list at all: one question an hour, whatever they do, and the same kind sentence. */
static void a_stranger_on_no_list_costs_one_call_an_hour(void **state)
{
    struct workspace_user eve = { .id = STR("UEVE"), .name = STR("eve"), .real_name = STR("Eve"),
        .email = STR("eve@example.com"), .tz = STR("Europe/Berlin") };
    (void)state;
    struct play *play =
        play_new(&(struct play_setup){ .people = people, .tiers = true,
            .manifest_file = MANIFEST });
    assert_int_equal(workspace_add_user(play->workspace, &eve, NULL), OK);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(play_say(play, "UEVE", i % 2 ? "hello" : "/nudge help"), OK);
        assert_int_equal(human_open_home(play->workspace, STR("UEVE")), OK);
        play_for(play, SECONDS(30));
    }
    assert_int_equal(look_calls(play->workspace, STR("users.info")).calls, 1);
    assert_true(play_reads(play, "UEVE", "have you on my list"));
    play_for(play, HOURS(1));
    assert_int_equal(play_say(play, "UEVE", "hello"), OK);
    assert_int_equal(look_calls(play->workspace, STR("users.info")).calls, 2);
    play_free(play);
}

static void a_newcomer_without_an_email_is_looked_up(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .people = people });
    play_until(play, "2031-03-04T10:00:00Z");
    sim_world_tamper_in(play->world, "team_join", STR("uada@example.com"), STR_EMPTY);
    assert_int_equal(workspace_join(play->workspace, &ada, NULL), OK);
    play_for(play, SECONDS(10));
    assert_int_equal(look_calls(play->workspace, STR("users.info")).calls, 1);
    assert_int_equal(ada_state(play), CHAT_MATCHED);
    play_free(play);
}

/* -- answers that are no text, or too much of it -- */

/* As Slack tells of a message with a file; the words are tampered with on their way. */
#define FILED "\"subtype\":\"file_share\",\"files\":[{\"id\":\"F0NOTE\"}],\"text\":"

static void a_file_gets_a_sentence_and_the_words_beside_it_count(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .deck = SHORT_DECK });
    play_first_question(play, "UADA");
    sim_world_tamper_in(
        play->world, "\"look\"", STR("\"text\":\"look\""), STR(FILED "\"\""));
    assert_int_equal(play_say(play, "UADA", "look"), OK);
    assert_true(play_reads(play, "UADA", "Text or a button, please; I cannot read files."));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 0);
    sim_world_tamper_in(
        play->world, "I checked", STR("\"text\":\"I checked"), STR(FILED "\"I checked"));
    assert_int_equal(play_say(play, "UADA", "I checked the source"), OK);
    assert_int_equal(
        play_number(play, "SELECT count(*) FROM answer WHERE text = 'I checked the source'"), 1);
    play_free(play);
}

static void an_answer_is_kept_whole_or_refused(void **state)
{
    enum { POINTS = 4000 };
    static const char one[] = "\xF0\x9F\x99\x82";
    static char text[(POINTS + 1) * 4 + 1];
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .deck = SHORT_DECK });
    play_first_question(play, "UADA");
    for (size_t i = 0; i < sizeof(text) - 1; i++)
        text[i] = one[i % 4];
    assert_int_equal(play_say(play, "UADA", text), OK);
    assert_true(play_reads(play, "UADA", "That is more than I can keep (4,000 characters)"));
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 0);
    text[sizeof(text) - 1 - 4] = '\0';
    assert_int_equal(play_say(play, "UADA", text), OK);
    assert_int_equal(play_number(play, "SELECT length(text) FROM answer"), POINTS);
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stranger_who_writes_is_matched),
        cmocka_unit_test(a_stranger_on_no_list_costs_one_call_an_hour),
        cmocka_unit_test(a_newcomer_without_an_email_is_looked_up),
        cmocka_unit_test(a_file_gets_a_sentence_and_the_words_beside_it_count),
        cmocka_unit_test(an_answer_is_kept_whole_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
