/* The life of a link: opening, refreshing, losing and giving up, with a world whose every word is
 * written here. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "nudged/platform/platform.h"
#include "unit/platform/slack_play.c"

#define DISCONNECT(why) "{\"type\":\"disconnect\",\"reason\":\"" why "\"}"
#define REFRESH         DISCONNECT("refresh_requested")
#define WARNING         DISCONNECT("warning")
#define BODY(text)                                                     \
    {                                                                  \
        .outcome = HTTP_REPLIED, .status = 200, .body = STR_INIT(text) \
    }

static void test_connected_means_hello(void **state)
{
    (void)state;
    struct play play;
    play_open(&play, 1);
    fake_run(&play.fake, 0);
    struct fake_request *auth = fake_pending(&play.fake, "auth.test");
    assert_non_null(auth);
    assert_true(str_equal(auth->url, STR("https://slack.com/api/auth.test")));
    assert_true(str_equal(auth->authorization, STR("Bearer xoxb-" SECRET)));
    fake_answer(&play.fake, "auth.test", AUTH_OK);
    assert_true(str_equal(fake_pending(&play.fake, "apps.connections.open")->authorization,
        STR("Bearer xapp-" SECRET)));
    fake_answer(&play.fake, "apps.connections.open", URL_OK);
    struct ws *ws = &play.fake.sockets[0];
    assert_true(ws->ping_ms <= 15000 && ws->dead_ms <= 35000);
    assert_true(str_equal(ws->url, STR("wss://wss-primary.slack.com/link/?ticket=secret-ticket")));
    ws->events->open(ws->arg);
    assert_false(play.slack->is_up(play.link));
    assert_int_equal(play.ups, 0);
    fake_says(ws, HELLO);
    assert_true(play.slack->is_up(play.link));
    assert_int_equal(play.ups, 1);
    assert_string_equal(play.workspace, "T0NORTH");
    assert_string_equal(play.states, "closed>opening opening>connected ");
    play_close(&play);
    assert_true(ws->closed);
}

static void test_no_hello_is_no_connection(void **state)
{
    (void)state;
    struct play play;
    play_open(&play, 2);
    play_dial(&play, true);
    fake_run(&play.fake, 29000);
    assert_false(play.fake.sockets[0].closed);
    fake_run(&play.fake, 2000);
    assert_true(play.fake.sockets[0].closed);
    assert_true(strstr(play.states, "opening>waiting(no hello)"));
    fake_run(&play.fake, 1001);
    assert_int_equal(fake_count(&play.fake, "apps.connections.open"), 2);
    assert_int_equal(fake_count(&play.fake, "auth.test"), 1);
    play_close(&play);
}

/* The new socket is up before the old one goes, and acks leave on the socket that brought the
 * envelope. */
static void test_refresh_overlaps(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 3);
    struct ws *old = &play.fake.sockets[0], *new = &play.fake.sockets[1];
    fake_run(&play.fake, 60000);
    fake_says(old, CLICK("e-1"));
    uint64_t first = play.frame_socket;
    fake_says(old, REFRESH);
    assert_true(play.slack->is_up(play.link));
    play_dial(&play, false);
    assert_false(old->closed);
    fake_says(old, CLICK("e-2"));
    assert_true(play.frame_socket == first);
    fake_says(new, HELLO);
    fake_says(new, CLICK("e-3"));
    uint64_t second = play.frame_socket;
    assert_true(second != first);
    fake_says(old, CLICK("e-4"));
    play_ack(&play, first, "e-2");
    play_ack(&play, second, "e-3");
    play_ack(&play, first, "e-4");
    assert_int_equal(old->frames_len, 2);
    assert_int_equal(new->frames_len, 1);
    assert_true(str_equal(old->frames[0], STR("{\"envelope_id\":\"e-2\"}")));
    assert_true(str_equal(new->frames[0], STR("{\"envelope_id\":\"e-3\"}")));
    assert_true(str_equal(old->frames[1], STR("{\"envelope_id\":\"e-4\"}")));
    fake_run(&play.fake, 4000);
    assert_false(old->closed);
    fake_run(&play.fake, 2000);
    assert_true(old->closed);
    play_ack(&play, first, "e-late"); /* dropped: it will be redelivered */
    assert_int_equal(new->frames_len, 1);
    assert_int_equal(play.frames, 4);
    assert_int_equal(play.ups, 1);
    assert_int_equal(play.downs, 0);
    assert_non_null(strstr(play.states,
        "connected>refreshing(asked to refresh) "
        "refreshing>connected "));
    play_close(&play);
}

static void test_warning_and_the_clock_refresh_too(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 4);
    fake_run(&play.fake, 10000);
    fake_says(&play.fake.sockets[0], WARNING);
    fake_says(&play.fake.sockets[0], REFRESH); /* the second word changes nothing */
    assert_int_equal(fake_count(&play.fake, "apps.connections.open"), 2);
    play_dial(&play, false);
    fake_says(&play.fake.sockets[1], HELLO);
    /* 3,600 s announced: renewed a minute before, not at it. */
    fake_run(&play.fake, 3539 * 1000);
    assert_int_equal(fake_count(&play.fake, "apps.connections.open"), 2);
    fake_run(&play.fake, 2000);
    assert_int_equal(fake_count(&play.fake, "apps.connections.open"), 3);
    play_dial(&play, false);
    fake_says(&play.fake.sockets[2], HELLO);
    assert_int_equal(play.downs, 0);
    play_close(&play);
}

static void test_failed_refresh_keeps_the_old_socket(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 5);
    fake_run(&play.fake, 10000);
    fake_says(&play.fake.sockets[0], REFRESH);
    play_dial(&play, false);
    fake_ends(&play.fake.sockets[1], WS_END_REFUSED, 408);
    assert_true(play.slack->is_up(play.link));
    assert_non_null(strstr(play.states, "refreshing>refreshing(upgrade refused (408))"));
    fake_run(&play.fake, 1001);
    play_dial(&play, false);
    fake_ends(&play.fake.sockets[0], WS_END_CLOSED, 1000); /* cut before the new one is there */
    assert_false(play.slack->is_up(play.link));
    assert_int_equal(play.downs, 1);
    fake_says(&play.fake.sockets[2], HELLO);
    assert_true(play.slack->is_up(play.link));
    assert_int_equal(play.ups, 2);
    play_close(&play);
}

/* One attempt at a time, waits spread between nothing and a cap that doubles up to a minute. */
static void test_reconnects_with_jitter(void **state)
{
    (void)state;
    int64_t longest_ms = 0, shortest_ms = INT64_MAX;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct play play;
        play_connect(&play, seed);
        fake_run(&play.fake, 20000);
        fake_ends(&play.fake.sockets[0], WS_END_DEAD, 0);
        assert_int_equal(play.downs, 1);
        for (int attempt = 0; attempt < 12; attempt++) {
            int64_t cap_ms = attempt < 6 ? INT64_C(1000) << attempt : 60000;
            int64_t since_ms = play.fake.mono_ms;
            size_t before = fake_count(&play.fake, "apps.connections.open");
            fake_run(&play.fake, cap_ms);
            assert_int_equal(fake_count(&play.fake, "apps.connections.open"), before + 1);
            int64_t waited_ms = fake_pending(&play.fake, "apps.connections.open")->at_ms - since_ms;
            if (attempt == 11) {
                longest_ms = waited_ms > longest_ms ? waited_ms : longest_ms;
                shortest_ms = waited_ms < shortest_ms ? waited_ms : shortest_ms;
            }
            play_dial(&play, false);
            fake_ends(&play.fake.sockets[play.fake.sockets_len - 1], WS_END_REFUSED,
                attempt % 2 ? 409 : 429);
        }
        play_close(&play);
    }
    assert_true(longest_ms > 40000 && shortest_ms < 20000);
}

static void test_429_on_open_waits_as_told(void **state)
{
    (void)state;
    struct play play;
    play_open(&play, 6);
    fake_run(&play.fake, 0);
    fake_answer(&play.fake, "auth.test", AUTH_OK);
    fake_answer_with(&play.fake, "apps.connections.open",
        (struct http_reply){ .outcome = HTTP_REPLIED, .status = 429, .retry_after = STR("45") });
    fake_run(&play.fake, 44900);
    assert_int_equal(fake_count(&play.fake, "apps.connections.open"), 1);
    fake_run(&play.fake, 1200);
    assert_int_equal(fake_count(&play.fake, "apps.connections.open"), 2);
    assert_non_null(strstr(play.states, "waiting(apps.connections.open: ratelimited)"));
    play_close(&play);
}

static void test_too_many_websockets_waits_minutes(void **state)
{
    (void)state;
    struct play play;
    play_open(&play, 7);
    play_dial(&play, true);
    fake_says(&play.fake.sockets[0], DISCONNECT("too_many_websockets"));
    assert_true(play.fake.sockets[0].closed);
    fake_run(&play.fake, 59000);
    assert_int_equal(fake_count(&play.fake, "apps.connections.open"), 1);
    fake_run(&play.fake, 122000);
    assert_int_equal(fake_count(&play.fake, "apps.connections.open"), 2);
    play_close(&play);
}

static void test_link_disabled_needs_an_operator(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 8);
    fake_says(&play.fake.sockets[0], "{\"type\":\"disconnect\",\"reason\":\"link_disabled\"}");
    assert_true(play.fake.sockets[0].closed);
    assert_non_null(strstr(play.states, "connected>refused(link_disabled)"));
    assert_int_equal(play.downs, 1);
    assert_int_equal(play.uninstalled, 0);
    fake_run(&play.fake, 29 * 60000);
    assert_int_equal(fake_count(&play.fake, "auth.test"), 1);
    fake_run(&play.fake, 2 * 60000);
    assert_int_equal(fake_count(&play.fake, "auth.test"), 2);
    play_close(&play);
}

static void test_a_dead_token_is_told_once(void **state)
{
    (void)state;
    static const char *const codes[] = { "invalid_auth", "account_inactive", "token_revoked",
        "not_authed", "team_disabled", "user_removed_from_team", "token_expired" };
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct play play;
        char body[128];
        (void)snprintf(body, sizeof body, "{\"ok\":false,\"error\":\"%s\"}", codes[i]);
        play_open(&play, 9);
        fake_run(&play.fake, 0);
        fake_answer(&play.fake, "auth.test", body);
        assert_int_equal(play.uninstalled, 1);
        assert_non_null(strstr(play.states, "opening>refused(auth.test: "));
        fake_run(&play.fake, 31 * 60000);
        fake_answer(&play.fake, "auth.test", body);
        assert_int_equal(play.uninstalled, 1);
        fake_run(&play.fake, 31 * 60000);
        fake_answer(&play.fake, "auth.test", AUTH_OK); /* a new installation */
        assert_non_null(fake_pending(&play.fake, "apps.connections.open"));
        play_close(&play);
    }
}

static void test_other_failures_are_tried_again(void **state)
{
    (void)state;
    static const struct http_reply replies[] = {
        { .outcome = HTTP_NOT_SENT },
        { .outcome = HTTP_UNKNOWN },
        { .outcome = HTTP_REPLIED, .status = 503 },
        BODY("<html>captive portal</html>"),
        BODY("{\"ok\":true}"),
        BODY("{\"ok\":true,\"url\":\"ws://example.com/\"}"),
        BODY("{\"ok\":false,\"error\":\"internal_error\"}"),
        BODY("{\"ok\":false,\"error\":\"xoxb-echo ticket\"}"),
    };
    struct play play;
    play_open(&play, 10);
    fake_run(&play.fake, 0);
    fake_answer(&play.fake, "auth.test", AUTH_OK);
    for (size_t i = 0; i < COUNT(replies); i++) {
        fake_answer_with(&play.fake, "apps.connections.open", replies[i]);
        assert_int_equal(play.fake.sockets_len, 0);
        fake_run(&play.fake, 60001);
    }
    play_dial(&play, false);
    fake_says(&play.fake.sockets[0], HELLO);
    assert_true(play.slack->is_up(play.link));
    play_close(&play);
}

static void test_a_storm_of_refreshes_is_slowed(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 11);
    for (size_t i = 0; i < 8; i++) {
        fake_says(&play.fake.sockets[i], REFRESH); /* right after its hello */
        assert_null(fake_pending(&play.fake, "apps.connections.open"));
        fake_run(&play.fake, 60001);
        play_dial(&play, false);
        fake_says(&play.fake.sockets[i + 1], HELLO);
    }
    assert_int_equal(play.downs, 0);
    play_close(&play);
}

static void test_others_on_the_same_app_are_noticed(void **state)
{
    (void)state;
    struct play play;
    play_open(&play, 12);
    play_dial(&play, true);
    fake_says(
        &play.fake.sockets[0], "{\"type\":\"hello\",\"num_connections\":4,\"debug_info\":{}}");
    assert_non_null(strstr(play.states, "opening>connected(num_connections=4 own=1)"));
    play_close(&play);
}

/* hello and disconnect are words people use too. */
static void test_only_real_control_frames_are_taken(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 13);
    fake_says(&play.fake.sockets[0],
        "{\"envelope_id\":\"e-1\",\"type\":\"slash_commands\","
        "\"payload\":{\"text\":\"disconnect\"}}");
    fake_says(&play.fake.sockets[0], "{\"type\":\"other\",\"reason\":\"disconnect\"}");
    fake_says(&play.fake.sockets[0], "{\"type\":\"disconnect\"");
    fake_says(&play.fake.sockets[0], "{\"envelope_id\":\"e-1\",\"type\":\"hello\"}");
    assert_int_equal(play.frames, 4);
    assert_false(play.fake.sockets[0].closed);
    fake_says(&play.fake.sockets[0], HELLO); /* a second hello means nothing */
    fake_run(&play.fake, 10000);
    assert_false(play.fake.sockets[0].closed);
    assert_true(play.slack->is_up(play.link));
    assert_int_equal(play.frames, 4);
    play_close(&play);
}

static void test_ack_payloads(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 14);
    fake_says(&play.fake.sockets[0], CLICK("e-1"));
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct message *message = message_new(&arena, STR("Paused until <Friday>"));
    struct ack_reply reply = { .message = message };
    struct ack_token token = { .socket = play.frame_socket, .envelope_id = STR("e-1") };
    play.slack->ack(play.link, &token, &reply); /* a click takes no payload */
    token.takes_payload = true;
    play.slack->ack(play.link, &token, &reply);
    reply = (struct ack_reply){ .form_error_input = STR("did"), .form_error = STR("Too long") };
    play.slack->ack(play.link, &token, &reply);
    token.envelope_id = STR_EMPTY;
    play.slack->ack(play.link, &token, NULL);
    struct ws *ws = &play.fake.sockets[0];
    assert_int_equal(ws->frames_len, 3);
    assert_true(str_equal(ws->frames[0], STR("{\"envelope_id\":\"e-1\"}")));
    assert_true(str_starts_with(ws->frames[1],
        STR("{\"envelope_id\":\"e-1\",\"payload\":{"
            "\"response_type\":\"ephemeral\",\"text\":\"Paused until &lt;Friday&gt;\",")));
    assert_true(str_equal(ws->frames[2],
        STR("{\"envelope_id\":\"e-1\",\"payload\":{"
            "\"response_action\":\"errors\",\"errors\":{\"did\":\"Too long\"}}}")));
    arena_finish(&arena);
    play_close(&play);
}

static void test_refuses_what_is_not_safe(void **state)
{
    (void)state;
    struct play play;
    static const char *const urls[] = { "http://slack.com/api/", "ftp://slack.com/", "slack.com",
        "" };
    for (size_t i = 0; i < COUNT(urls); i++) {
        play_prepare(&play, 15);
        play.options.api_url = str_from_z(urls[i]);
        assert_int_equal(play.slack->open(&play.options, &play.link), ERR_INVALID);
        assert_null(play.link);
        fake_finish(&play.fake);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connected_means_hello),
        cmocka_unit_test(test_no_hello_is_no_connection),
        cmocka_unit_test(test_refresh_overlaps),
        cmocka_unit_test(test_warning_and_the_clock_refresh_too),
        cmocka_unit_test(test_failed_refresh_keeps_the_old_socket),
        cmocka_unit_test(test_reconnects_with_jitter),
        cmocka_unit_test(test_429_on_open_waits_as_told),
        cmocka_unit_test(test_too_many_websockets_waits_minutes),
        cmocka_unit_test(test_link_disabled_needs_an_operator),
        cmocka_unit_test(test_a_dead_token_is_told_once),
        cmocka_unit_test(test_other_failures_are_tried_again),
        cmocka_unit_test(test_a_storm_of_refreshes_is_slowed),
        cmocka_unit_test(test_others_on_the_same_app_are_noticed),
        cmocka_unit_test(test_only_real_control_frames_are_taken),
        cmocka_unit_test(test_ack_payloads),
        cmocka_unit_test(test_refuses_what_is_not_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
