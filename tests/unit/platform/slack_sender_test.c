/* Deliveries of the Slack link: which requests they become, at what pace, and what every kind of
 * reply does to them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/platform/slack_delivery.c"

#define HOOK "https://hooks.slack.com/actions/T0NORTH/1/abc"

static void test_a_post(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 1);
    send(&play, DELIVERY_POST, 11);
    struct fake_request *request = fake_pending(&play.fake, "chat.postMessage");
    assert_true(body_has(request, "\"channel\":\"D0ADA\""));
    assert_true(body_has(request,
        "\"metadata\":{\"event_type\":\"nudged_nudge\","
        "\"event_payload\":{\"key\":\"0000000000005eed\"}}"));
    assert_true(body_has(request, "\"client_msg_id\":\"00000000-0000-8eed-"));
    assert_true(body_has(request, "\"unfurl_links\":false"));
    assert_true(str_equal(request->content_type, STR("application/json; charset=utf-8")));
    assert_true(str_equal(request->authorization, STR("Bearer xoxb-" SECRET)));
    fake_answer(&play.fake, "chat.postMessage", POSTED);
    const struct delivery_result *result = last(&play);
    assert_int_equal(result->end, DELIVERY_END_SENT);
    assert_int_equal(result->delivery_id, 11);
    assert_int_equal(result->lane, LANE_NUDGE);
    assert_int_equal(result->order_ms, 42);
    assert_int_equal(result->person_id, 3);
    assert_int_equal(result->nudge_id, 7041);
    assert_string_equal(play.channels[0], "D0ADA");
    assert_string_equal(play.message_ids[0], "1930550400.000100");
    play_close(&play);
}

/* What encode shows is what send sends, member for member. */
static void test_encode_shows_what_is_sent(void **state)
{
    static const struct { enum delivery_kind kind; const char *method; } kinds[] = {
        { DELIVERY_POST, "chat.postMessage" }, { DELIVERY_UPDATE, "chat.update" },
        { DELIVERY_HOME, "views.publish" }, { DELIVERY_FORM, "views.open" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct play play;
        struct arena arena;
        struct message message;
        play_connect(&play, 50 + i);
        arena_init(&arena, 1 << 20);
        struct delivery delivery = delivery_of(kinds[i].kind, 11);
        delivery.user = STR("U0000000000");
        delivery.channel = STR("D0000000000");
        delivery.message_id = STR("0000000000.000000");
        delivery.trigger = STR("0000000000.0000000000.0");
        delivery.key = 1;
        assert_int_equal(message_unpack(delivery.payload, &arena, &message), OK);
        struct buf shown = buf_in(&arena, 1 << 16);
        assert_int_equal(play.slack->encode(&message, kinds[i].kind, &arena, &shown), OK);
        assert_int_equal(play.slack->send(play.link, &delivery), OK);
        assert_true(str_equal(fake_pending(&play.fake, kinds[i].method)->body, buf_str(&shown)));
        arena_finish(&arena);
        play_close(&play);
    }
}

static void test_a_first_post_opens_the_conversation(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 2);
    struct delivery delivery = delivery_of(DELIVERY_POST, 11);
    delivery.channel = STR_EMPTY;
    assert_int_equal(play.slack->send(play.link, &delivery), OK);
    assert_null(fake_pending(&play.fake, "chat.postMessage"));
    struct delivery other = delivery_of(DELIVERY_POST, 12);
    assert_true(wait_ms(&play, &other) > 900); /* its token is taken already */
    assert_true(body_has(fake_pending(&play.fake, "conversations.open"), "{\"users\":\"U0ADA\"}"));
    fake_answer(&play.fake, "conversations.open", OPENED);
    assert_true(body_has(fake_pending(&play.fake, "chat.postMessage"), "\"channel\":\"D0ADA\""));
    assert_true(wait_ms(&play, &other) <= 1000); /* and not a second time */
    fake_answer(&play.fake, "chat.postMessage", POSTED);
    assert_int_equal(last(&play)->end, DELIVERY_END_SENT);
    assert_int_equal(play.results_len, 1);

    assert_int_equal(play.slack->send(play.link, &delivery), OK);
    fake_answer(&play.fake, "conversations.open", "{\"ok\":false,\"error\":\"user_disabled\"}");
    assert_int_equal(last(&play)->end, DELIVERY_END_PERSON);
    assert_int_equal(play.slack->send(play.link, &delivery), OK);
    fake_answer_with(
        &play.fake, "conversations.open", (struct http_reply){ .outcome = HTTP_UNKNOWN });
    assert_int_equal(last(&play)->end, DELIVERY_END_RETRY); /* nothing was posted yet */
    play_close(&play);
}

#define BODY(number, text)                                                \
    {                                                                     \
        .outcome = HTTP_REPLIED, .status = number, .body = STR_INIT(text) \
    }
#define REFUSAL(code) BODY(200, "{\"ok\":false,\"error\":\"" code "\"}")

static const struct reply_case {
    struct http_reply reply;
    enum delivery_end post, update;
    const char *code;
} replies[] = {
    { { .outcome = HTTP_NOT_SENT }, DELIVERY_END_RETRY, DELIVERY_END_RETRY, "not_sent" },
    { { .outcome = HTTP_UNKNOWN }, DELIVERY_END_UNKNOWN, DELIVERY_END_RETRY, "no_reply" },
    { BODY(500, ""), DELIVERY_END_UNKNOWN, DELIVERY_END_RETRY, "http_500" },
    { BODY(503, "{\"ok\":true}"), DELIVERY_END_UNKNOWN, DELIVERY_END_RETRY, "http_503" },
    { BODY(200, ""), DELIVERY_END_UNKNOWN, DELIVERY_END_RETRY, "no_json_200" },
    { BODY(200, "<html>"), DELIVERY_END_UNKNOWN, DELIVERY_END_RETRY, "no_json_200" },
    { BODY(200, "{\"ok\":true,\"ts\":\"19305"), DELIVERY_END_UNKNOWN, DELIVERY_END_RETRY,
        "no_json_200" },
    { BODY(200, "{}"), DELIVERY_END_UNKNOWN, DELIVERY_END_RETRY, "no_ok" },
    { BODY(302, ""), DELIVERY_END_UNKNOWN, DELIVERY_END_RETRY, "no_json_302" },
    { BODY(407, "proxy"), DELIVERY_END_RETRY, DELIVERY_END_RETRY, "http_407" },
    { { .outcome = HTTP_REPLIED, .status = 429 }, DELIVERY_END_RETRY, DELIVERY_END_RETRY,
        "ratelimited" },
    { REFUSAL("rate_limited"), DELIVERY_END_RETRY, DELIVERY_END_RETRY, "rate_limited" },
    { REFUSAL("service_unavailable"), DELIVERY_END_RETRY, DELIVERY_END_RETRY,
        "service_unavailable" },
    { REFUSAL("internal_error"), DELIVERY_END_UNKNOWN, DELIVERY_END_RETRY, "internal_error" },
    { REFUSAL("fatal_error"), DELIVERY_END_UNKNOWN, DELIVERY_END_RETRY, "fatal_error" },
    { REFUSAL("request_timeout"), DELIVERY_END_UNKNOWN, DELIVERY_END_RETRY, "request_timeout" },
    { REFUSAL("message_limit_exceeded"), DELIVERY_END_RETRY, DELIVERY_END_RETRY,
        "message_limit_exceeded" },
    { REFUSAL("channel_not_found"), DELIVERY_END_PERSON, DELIVERY_END_PERSON, "channel_not_found" },
    { REFUSAL("messages_tab_disabled"), DELIVERY_END_PERSON, DELIVERY_END_PERSON,
        "messages_tab_disabled" },
    { REFUSAL("message_not_found"), DELIVERY_END_GONE, DELIVERY_END_GONE, "message_not_found" },
    { REFUSAL("invalid_blocks"), DELIVERY_END_CONTENT, DELIVERY_END_CONTENT, "invalid_blocks" },
    { REFUSAL("a_word_of_tomorrow"), DELIVERY_END_CONTENT, DELIVERY_END_CONTENT,
        "a_word_of_tomorrow" },
    { REFUSAL("xoxb-secret in here"), DELIVERY_END_CONTENT, DELIVERY_END_CONTENT, "odd_code" },
    { REFUSAL("missing_scope"), DELIVERY_END_WORKSPACE, DELIVERY_END_WORKSPACE, "missing_scope" },
    { BODY(200, "{\"ok\":true}"), DELIVERY_END_UNKNOWN, DELIVERY_END_SENT, NULL },
};

static void test_every_kind_of_reply(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(replies); i++) {
        struct play play;
        play_connect(&play, i + 1);
        send(&play, DELIVERY_POST, 11);
        fake_answer_with(&play.fake, "chat.postMessage", replies[i].reply);
        if (last(&play)->end != replies[i].post)
            print_error("post, case %zu\n", i);
        assert_int_equal(last(&play)->end, replies[i].post);
        if (replies[i].code)
            assert_string_equal(play.codes[0], replies[i].code);
        send(&play, DELIVERY_UPDATE, 12);
        fake_answer_with(&play.fake, "chat.update", replies[i].reply);
        if (last(&play)->end != replies[i].update)
            print_error("update, case %zu\n", i);
        assert_int_equal(last(&play)->end, replies[i].update);
        if (last(&play)->end == DELIVERY_END_RETRY)
            assert_true(last(&play)->again.utc_ms >= play.fake.wall_ms + 1000);
        assert_true(play.slack->is_up(play.link));
        play_close(&play);
    }
}

static void test_waits_as_told(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        int64_t wait_ms;
    } cases[] = {
        { "7", 7000 },
        { " 7 ", 7000 },
        { "0", 1000 },
        { "", 30000 },
        { "soon", 30000 },
        { "-5", 30000 },
        { "1.5", 30000 },
        { "86400", 3600000 },
        { "99999999999999999999", 30000 },
        { "Wed, 05 Mar 2031 08:00:00 GMT", 30000 },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct play play;
        play_connect(&play, i + 1);
        struct delivery update = delivery_of(DELIVERY_UPDATE, 12),
                        post = delivery_of(DELIVERY_POST, 13);
        send(&play, DELIVERY_UPDATE, 11);
        fake_answer_with(&play.fake, "chat.update",
            (struct http_reply){ .outcome = HTTP_REPLIED,
                .status = 429,
                .retry_after = str_from_z(cases[i].header) });
        assert_int_equal(last(&play)->again.utc_ms, play.fake.wall_ms + cases[i].wait_ms);
        assert_int_equal(wait_ms(&play, &update), cases[i].wait_ms);
        assert_int_equal(wait_ms(&play, &post), 0); /* the other methods go on */
        play_close(&play);
    }
}

static void test_backoff_grows_with_attempts(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 5);
    int64_t before_ms = 0;
    for (int attempts = 0; attempts < 20; attempts += 3) {
        struct delivery delivery = delivery_of(DELIVERY_UPDATE, 11);
        delivery.attempts = attempts;
        assert_int_equal(play.slack->send(play.link, &delivery), OK);
        fake_answer_with(
            &play.fake, "chat.update", (struct http_reply){ .outcome = HTTP_NOT_SENT });
        int64_t span_ms = last(&play)->again.utc_ms - play.fake.wall_ms;
        assert_true(span_ms >= (attempts < 9 ? before_ms : 150000) && span_ms <= 300000);
        before_ms = span_ms;
    }
    play_close(&play);
}

static void test_posts_keep_the_workspace_and_the_channel_pace(void **state)
{
    (void)state;
    struct play play;
    play_prepare(&play, 6);
    play.options.posts_per_second = 4;
    assert_int_equal(play.slack->open(&play.options, &play.link), OK);
    play_dial(&play, true);
    fake_says(&play.fake.sockets[0], HELLO);
    struct delivery ada = delivery_of(DELIVERY_POST, 11), ben = delivery_of(DELIVERY_POST, 12);
    ben.channel = STR("D0BEN");
    assert_int_equal(wait_ms(&play, &ada), 0);
    assert_int_equal(play.slack->send(play.link, &ada), OK);
    assert_int_equal(wait_ms(&play, &ada), 1000); /* one a second and channel */
    assert_int_equal(wait_ms(&play, &ben), 0);
    int sent = 0;
    for (int64_t end_ms = play.fake.mono_ms + 10000; play.fake.mono_ms < end_ms;) {
        char channel[16];
        (void)snprintf(channel, sizeof channel, "D0%d", sent);
        ben.channel = str_from_z(channel);
        if (wait_ms(&play, &ben) > 0) {
            fake_run(&play.fake, wait_ms(&play, &ben));
            continue;
        }
        assert_int_equal(play.slack->send(play.link, &ben), OK);
        fake_answer(&play.fake, "chat.postMessage", POSTED);
        sent++;
    }
    assert_in_range(sent, 39, 44); /* 4 a second and the first burst */
    play_close(&play);
}

/* Those chosen before it have not taken their tokens yet, but they will. */
static void test_room_for_those_ahead(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 22);
    struct delivery post = delivery_of(DELIVERY_POST, 11);
    struct delivery update = delivery_of(DELIVERY_UPDATE, 12);
    struct mono now = { play.fake.mono_ms };
    assert_int_equal(play.slack->ready(play.link, &post, 0).ms, now.ms);
    assert_int_equal(play.slack->ready(play.link, &post, 1).ms, now.ms + 1000);
    assert_int_equal(play.slack->ready(play.link, &post, 3).ms, now.ms + 3000);
    assert_int_equal(play.slack->ready(play.link, &update, 9).ms, now.ms);
    assert_int_equal(play.slack->ready(play.link, &update, 10).ms, now.ms + 1500);
    assert_true(play.slack->ready(play.link, &update, 64).ms > now.ms);
    assert_int_equal(play.slack->ready(play.link, &post, 0).ms, now.ms); /* asking takes nothing */
    play_close(&play);
}

static void test_a_tier_is_never_exceeded(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 7);
    struct delivery update = delivery_of(DELIVERY_UPDATE, 11);
    int64_t sent_at[200];
    size_t sent = 0;
    while (play.fake.mono_ms < 1000000 + 180000) {
        if (wait_ms(&play, &update) > 0) {
            fake_run(&play.fake, wait_ms(&play, &update));
            continue;
        }
        assert_int_equal(play.slack->send(play.link, &update), OK);
        fake_answer(&play.fake, "chat.update", "{\"ok\":true}");
        play.results_len = 0;
        sent_at[sent++] = play.fake.mono_ms;
    }
    assert_true(sent > 110);
    for (size_t i = 50; i < sent; i++)
        assert_true(sent_at[i] - sent_at[i - 50] >= 60000); /* tier 3: 50 a minute */
    play_close(&play);
}

static void remember(struct play *play, const char *url)
{
    struct ack_token token = { .reply_path = str_from_z(url),
        .channel = STR("D0ADA"),
        .message_id = STR("1930550300.000100"),
        .user = STR("U0ADA") };
    play->slack->ack(play->link, &token, NULL);
}

static void use_up_updates(struct play *play)
{
    struct delivery other = delivery_of(DELIVERY_UPDATE, 1);
    other.channel = STR("D0OTHER");
    while (wait_ms(play, &other) == 0) {
        assert_int_equal(play->slack->send(play->link, &other), OK);
        fake_answer(&play->fake, "chat.update", "{\"ok\":true}");
    }
    play->results_len = 0;
}

static void test_feedback_by_the_clicks_own_address(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 8);
    struct delivery update = delivery_of(DELIVERY_UPDATE, 11);
    remember(&play, HOOK);
    send(&play, DELIVERY_UPDATE, 11); /* while there are tokens: the method */
    fake_answer(&play.fake, "chat.update", "{\"ok\":true}");
    use_up_updates(&play);
    for (int use = 0; use < 5; use++) {
        assert_int_equal(wait_ms(&play, &update), 0);
        send(&play, DELIVERY_UPDATE, 11);
        struct fake_request *request = fake_pending(&play.fake, "/abc");
        assert_true(str_equal(request->url, STR(HOOK)));
        assert_int_equal(request->authorization.len, 0); /* no token leaves with it */
        assert_true(body_has(request, "{\"replace_original\":true,\"text\":\"A question\""));
        if (use % 2) {
            fake_answer(&play.fake, "/abc", "{\"ok\":true}");
        } else {
            fake_answer(&play.fake, "/abc", "ok");
        }
        assert_int_equal(last(&play)->end, DELIVERY_END_SENT);
        assert_string_equal(play.message_ids[play.results_len - 1], "1930550300.000100");
    }
    assert_true(wait_ms(&play, &update) > 0); /* five uses */
    remember(&play, HOOK);
    assert_int_equal(wait_ms(&play, &update), 0);
    play_close(&play);
}

/* Whoever typed the answer has no other way than the method: clicks leave it most of its tokens. */
static void test_clicks_leave_tokens_to_others(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 22);
    struct delivery typed = delivery_of(DELIVERY_UPDATE, 12);
    typed.channel = STR("D0OTHER");
    size_t by_method = 0;
    for (int64_t i = 0; i < 6; i++) {
        remember(&play, HOOK);
        send(&play, DELIVERY_UPDATE, 11);
        bool method = fake_pending(&play.fake, "chat.update") != NULL;
        fake_answer(&play.fake, method ? "chat.update" : "/abc", "{\"ok\":true}");
        by_method += method;
    }
    assert_int_equal(by_method, 2);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(wait_ms(&play, &typed), 0);
        assert_int_equal(play.slack->send(play.link, &typed), OK);
        fake_answer(&play.fake, "chat.update", "{\"ok\":true}");
    }
    assert_true(wait_ms(&play, &typed) > 0);
    play_close(&play);
}

static void test_a_dead_address_is_not_asked_twice(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 9);
    struct delivery update = delivery_of(DELIVERY_UPDATE, 11);
    remember(&play, HOOK);
    use_up_updates(&play);
    send(&play, DELIVERY_UPDATE, 11);
    fake_answer_with(&play.fake, "/abc",
        (struct http_reply)BODY(404, "{\"ok\":false,\"error\":\"expired_url\"}"));
    assert_int_equal(last(&play)->end, DELIVERY_END_RETRY);
    assert_true(wait_ms(&play, &update) > 0);
    play_close(&play);
}

static void test_addresses_grow_old_by_either_clock(void **state)
{
    (void)state;
    for (int wall = 0; wall < 2; wall++) {
        struct play play;
        play_connect(&play, 10);
        struct delivery update = delivery_of(DELIVERY_UPDATE, 11);
        remember(&play, HOOK);
        use_up_updates(&play);
        assert_int_equal(wait_ms(&play, &update), 0);
        if (wall) {
            play.fake.wall_ms += 29 * 60000; /* a demo jumps its clock */
        } else {
            fake_run(&play.fake, 29 * 60000);
            play.fake.wall_ms -= 29 * 60000; /* or somebody sets it back */
            use_up_updates(&play);
        }
        assert_true(wait_ms(&play, &update) > 0);
        play_close(&play);
    }
}

static void test_only_slacks_own_addresses(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "https://evil.example.com/actions/T0NORTH/1/abc",
        "http://hooks.slack.com/actions/1/abc",
        "https://hooks.slack.com.example.com/1/abc",
        "https://hooks.slack.com:8443/1/abc",
        "https://hooks.slack.com@example.com/1/abc",
        "https://127.0.0.1/1/abc",
        "http://127.0.0.1:80/1/abc",
        "https://HOOKS.slack.com\\example.com/abc",
        "file:///etc/abc",
        "abc",
    };
    struct play play;
    play_connect(&play, 11);
    struct delivery update = delivery_of(DELIVERY_UPDATE, 11);
    use_up_updates(&play);
    for (size_t i = 0; i < COUNT(urls); i++)
        remember(&play, urls[i]);
    assert_true(wait_ms(&play, &update) > 0);
    remember(&play, "https://slack.com/response/abc"); /* beside api_url */
    assert_int_equal(wait_ms(&play, &update), 0);
    play_close(&play);
}

static void test_whispers_and_forms_report_nothing(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 12);
    struct delivery whisper = delivery_of(DELIVERY_WHISPER, 0),
                    form = delivery_of(DELIVERY_FORM, 0);
    whisper.message_id = STR("1930550300.000100");
    assert_int_equal(play.slack->send(play.link, &whisper), ERR_NOT_FOUND);
    remember(&play, HOOK);
    assert_int_equal(play.slack->send(play.link, &whisper), OK);
    assert_true(body_has(fake_pending(&play.fake, "/abc"),
        "{\"response_type\":\"ephemeral\",\"replace_original\":false,\"text\""));
    fake_answer(&play.fake, "/abc", "ok");
    whisper.user = STR("U0EVE"); /* somebody else's click is not a way to her */
    assert_int_equal(play.slack->send(play.link, &whisper), ERR_NOT_FOUND);

    assert_int_equal(play.slack->send(play.link, &form), ERR_INVALID);
    form.trigger = STR("1930550410.1.fictional");
    form.not_after = (struct instant){ play.fake.wall_ms - 1 };
    assert_int_equal(play.slack->send(play.link, &form), ERR_TIMEOUT);
    form.not_after.utc_ms += 2500;
    assert_int_equal(play.slack->send(play.link, &form), OK);
    struct fake_request *request = fake_pending(&play.fake, "views.open");
    assert_int_equal(request->timeout_ms, 2500);
    assert_true(body_has(request, "\"trigger_id\":\"1930550410.1.fictional\""));
    assert_true(body_has(request, "\"type\":\"modal\""));
    fake_answer(&play.fake, "views.open", "{\"ok\":false,\"error\":\"expired_trigger_id\"}");
    assert_non_null(strstr(play.states, "connected>connected(views.open: expired_trigger_id)"));
    assert_int_equal(play.results_len, 0);
    play_close(&play);
}

static void test_home(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 13);
    send(&play, DELIVERY_HOME, 11);
    struct fake_request *request = fake_pending(&play.fake, "views.publish");
    assert_true(body_has(request, "{\"view\":{\"type\":\"home\",\"blocks\":["));
    assert_true(body_has(request, "\"user_id\":\"U0ADA\""));
    fake_answer(&play.fake, "views.publish", "{\"ok\":false,\"error\":\"hash_conflict\"}");
    assert_int_equal(last(&play)->end, DELIVERY_END_RETRY);
    send(&play, DELIVERY_HOME, 11);
    fake_answer(&play.fake, "views.publish", "{\"ok\":true,\"view\":{\"id\":\"V0HOME\"}}");
    assert_int_equal(last(&play)->end, DELIVERY_END_SENT);
    play_close(&play);
}

static void test_a_token_dies_under_a_delivery(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 15);
    send(&play, DELIVERY_POST, 11);
    fake_answer(&play.fake, "chat.postMessage", "{\"ok\":false,\"error\":\"token_revoked\"}");
    assert_int_equal(last(&play)->end, DELIVERY_END_WORKSPACE);
    assert_int_equal(play.uninstalled, 1);
    assert_false(play.slack->is_up(play.link));
    assert_true(play.fake.sockets[0].closed);
    struct delivery delivery = delivery_of(DELIVERY_POST, 12);
    assert_int_equal(play.slack->send(play.link, &delivery), ERR_CLOSED);
    play_close(&play);
}

static void test_so_many_at_once(void **state)
{
    (void)state;
    struct play play;
    play_prepare(&play, 16);
    play.options.posts_per_second = 0;
    assert_int_equal(play.slack->open(&play.options, &play.link), OK);
    play_dial(&play, true);
    fake_says(&play.fake.sockets[0], HELLO);
    int sent = 0;
    struct delivery delivery = delivery_of(DELIVERY_POST, 11), form = delivery_of(DELIVERY_FORM, 0);
    char channels[80][16];
    for (; sent < 80; sent++) {
        (void)snprintf(channels[sent], sizeof channels[sent], "D0%d", sent);
        delivery.channel = str_from_z(channels[sent]);
        if (wait_ms(&play, &delivery) > 0)
            break;
        assert_int_equal(play.slack->send(play.link, &delivery), OK);
    }
    assert_int_equal(sent, 64);
    assert_int_equal(play.slack->send(play.link, &delivery), ERR_BUSY);
    form.trigger = STR("1930550410.1.fictional");
    assert_int_equal(play.slack->send(play.link, &form), OK); /* somebody is waiting for it */
    play_close(&play); /* and all of them are cancelled */
    assert_int_equal(play.results_len, 0);
}

static void test_nothing_before_the_workspace_is_known(void **state)
{
    (void)state;
    struct play play;
    play_open(&play, 20);
    struct delivery delivery = delivery_of(DELIVERY_POST, 11);
    assert_int_equal(play.slack->send(play.link, &delivery), ERR_CLOSED);
    assert_int_equal(play.slack->lookup(play.link, &delivery), ERR_CLOSED);
    assert_int_equal(play.slack->query(play.link, QUERY_ROSTER, NULL, 0), ERR_CLOSED);
    assert_true(wait_ms(&play, &delivery) > 0);
    play_close(&play);
}

static void test_damaged_rows_start_nothing(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 21);
    struct delivery delivery = delivery_of(DELIVERY_POST, 11);
    delivery.payload.len--;
    assert_int_not_equal(play.slack->send(play.link, &delivery), OK);
    delivery.kind = (enum delivery_kind)9;
    assert_int_equal(play.slack->send(play.link, &delivery), ERR_INVALID);
    assert_int_equal(fake_count(&play.fake, "chat.postMessage"), 0);
    play_close(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_post),
        cmocka_unit_test(test_encode_shows_what_is_sent),
        cmocka_unit_test(test_a_first_post_opens_the_conversation),
        cmocka_unit_test(test_every_kind_of_reply),
        cmocka_unit_test(test_waits_as_told),
        cmocka_unit_test(test_backoff_grows_with_attempts),
        cmocka_unit_test(test_posts_keep_the_workspace_and_the_channel_pace),
        cmocka_unit_test(test_room_for_those_ahead),
        cmocka_unit_test(test_a_tier_is_never_exceeded),
        cmocka_unit_test(test_feedback_by_the_clicks_own_address),
        cmocka_unit_test(test_clicks_leave_tokens_to_others),
        cmocka_unit_test(test_a_dead_address_is_not_asked_twice),
        cmocka_unit_test(test_addresses_grow_old_by_either_clock),
        cmocka_unit_test(test_only_slacks_own_addresses),
        cmocka_unit_test(test_whispers_and_forms_report_nothing),
        cmocka_unit_test(test_home),
        cmocka_unit_test(test_a_token_dies_under_a_delivery),
        cmocka_unit_test(test_so_many_at_once),
        cmocka_unit_test(test_nothing_before_the_workspace_is_known),
        cmocka_unit_test(test_damaged_rows_start_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
