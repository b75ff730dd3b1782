/* What the Slack link asks: whether a post is there, who is in the workspace, who is not to be
 * disturbed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/slack/asked.h"
#include "unit/platform/slack_delivery.c"

#define POST(ts, type, key)                                   \
    "{\"ts\":\"" ts "\",\"metadata\":{\"event_type\":\"" type \
    "\",\"event_payload\":{\"key\":\"" key "\"}}}"
#define OTHERS                                                                                   \
    "{\"ts\":\"1930550390.000100\",\"text\":\"mine\"}," POST("1930550391.000100", "another_app", \
        "0000000000005eed") "," POST("1930550392.000100", "nudged_nudge", "0000000000005eee")
#define MINE                 POST("1930550400.000700", "nudged_nudge", "0000000000005eed")
#define HISTORY(posts, rest) "{\"ok\":true,\"messages\":[" posts "]" rest "}"
#define MORE                 ",\"has_more\":true"
#define CURSOR               MORE ",\"response_metadata\":{\"next_cursor\":\"bmV4dA==\"}"

static void test_looking_up_a_post(void **state)
{
    (void)state;
    static const struct {
        const char *pages[2];
        enum delivery_end end;
    } cases[] = {
        { { HISTORY(OTHERS "," MINE, ",\"has_more\":false") }, DELIVERY_END_SENT },
        { { HISTORY(OTHERS, ",\"has_more\":false") }, DELIVERY_END_ABSENT },
        { { HISTORY("", "") }, DELIVERY_END_ABSENT },
        { { HISTORY(OTHERS, CURSOR), HISTORY(MINE, "") }, DELIVERY_END_SENT },
        { { HISTORY(OTHERS, MORE) }, DELIVERY_END_UNKNOWN },
        { { "{\"ok\":true}" }, DELIVERY_END_UNKNOWN },
        { { "{\"ok\":false,\"error\":\"internal_error\"}" }, DELIVERY_END_UNKNOWN },
        { { "{\"ok\":false,\"error\":\"ratelimited\"}" }, DELIVERY_END_UNKNOWN },
        { { "{\"ok\":false,\"error\":\"channel_not_found\"}" }, DELIVERY_END_PERSON },
        { { "{\"ok\":false,\"error\":\"missing_scope\"}" }, DELIVERY_END_WORKSPACE },
        { { "no json" }, DELIVERY_END_UNKNOWN },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct play play;
        play_connect(&play, i + 1);
        struct delivery delivery = delivery_of(DELIVERY_POST, 11);
        assert_int_equal(play.slack->lookup(play.link, &delivery), OK);
        struct fake_request *request = fake_pending(&play.fake, "conversations.history");
        assert_true(body_has(request, "channel=D0ADA&oldest=1930464000.000000&"));
        assert_true(body_has(request, "include_all_metadata=true"));
        assert_true(str_equal(request->content_type, STR("application/x-www-form-urlencoded")));
        fake_answer(&play.fake, "conversations.history", cases[i].pages[0]);
        if (cases[i].pages[1]) {
            assert_int_equal(play.results_len, 0);
            assert_true(body_has(
                fake_pending(&play.fake, "conversations.history"), "&cursor=bmV4dA%3D%3D"));
            fake_answer(&play.fake, "conversations.history", cases[i].pages[1]);
        }
        assert_int_equal(play.results_len, 1);
        assert_int_equal(last(&play)->end, cases[i].end);
        if (cases[i].end == DELIVERY_END_SENT)
            assert_string_equal(play.message_ids[0], "1930550400.000700");
        assert_null(fake_pending(&play.fake, "chat.postMessage")); /* never posts by itself */
        play_close(&play);
    }
}

static void test_looking_up_where_no_channel_is_known(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 14);
    struct delivery delivery = delivery_of(DELIVERY_POST, 11);
    delivery.channel = STR_EMPTY;
    assert_int_equal(play.slack->lookup(play.link, &delivery), OK);
    fake_answer(&play.fake, "conversations.open", OPENED);
    assert_null(fake_pending(&play.fake, "chat.postMessage"));
    fake_answer(&play.fake, "conversations.history", HISTORY(MINE, ""));
    assert_int_equal(last(&play)->end, DELIVERY_END_SENT);
    assert_string_equal(play.channels[0], "D0ADA");
    play_close(&play);
}

#define PAGE(users, cursor)                 \
    "{\"ok\":true,\"members\":[" users "]," \
    "\"response_metadata\":{\"next_cursor\":\"" cursor "\"}}"
#define TWO_USERS "{\"id\":\"U0ADA\",\"profile\":{}},{\"name\":\"no id\"},{\"id\":\"U0BEN\"}"

static void test_the_roster_page_by_page(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 17);
    assert_int_equal(play.slack->query(play.link, QUERY_ROSTER, NULL, 0), OK);
    assert_int_equal(play.slack->query(play.link, QUERY_ROSTER, NULL, 0), ERR_BUSY);
    fake_run(&play.fake, 0);
    assert_true(str_equal(fake_pending(&play.fake, "users.list")->body, STR("limit=200")));
    fake_answer(&play.fake, "users.list", PAGE(TWO_USERS, "dXNlcg=="));
    assert_string_equal(play.last_members, "U0ADA U0BEN ");
    assert_int_equal(play.complete, 0);
    fake_run(&play.fake, 0);
    assert_true(str_equal(
        fake_pending(&play.fake, "users.list")->body, STR("limit=200&cursor=dXNlcg%3D%3D")));
    fake_answer_with(&play.fake, "users.list",
        (struct http_reply){ .outcome = HTTP_REPLIED, .status = 429, .retry_after = STR("20") });
    fake_run(&play.fake, 19000);
    assert_null(fake_pending(&play.fake, "users.list"));
    fake_run(&play.fake, 3000);
    fake_answer_with(&play.fake, "users.list", (struct http_reply){ .outcome = HTTP_UNKNOWN });
    fake_run(&play.fake, 60000);
    fake_answer(&play.fake, "users.list", PAGE("{\"id\":\"U0CAM\"}", ""));
    assert_string_equal(play.last_members, "U0CAM ");
    assert_int_equal(play.members, 2);
    assert_int_equal(play.complete, 1);
    assert_int_equal(play.slack->query(play.link, QUERY_ROSTER, NULL, 0), OK);
    fake_run(&play.fake, 0);
    fake_answer(&play.fake, "users.list", "{\"ok\":false,\"error\":\"missing_scope\"}");
    assert_non_null(strstr(play.states, "(users.list: missing_scope)"));
    assert_int_equal(play.complete, 1); /* half a roster is never called whole */
    play_close(&play);
}

static void test_emails_one_by_one(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 18);
    const struct str emails[] = { STR("ada+x@example.com"), STR("nobody@example.com"),
        STR("ben@example.com") };
    assert_int_equal(play.slack->query(play.link, QUERY_EMAILS, emails, COUNT(emails)), OK);
    fake_run(&play.fake, 0);
    assert_true(str_equal(
        fake_pending(&play.fake, "users.lookupByEmail")->body, STR("email=ada%2Bx%40example.com")));
    fake_answer(&play.fake, "users.lookupByEmail", "{\"ok\":true,\"user\":{\"id\":\"U0ADA\"}}");
    fake_run(&play.fake, 0);
    fake_answer(&play.fake, "users.lookupByEmail", "{\"ok\":false,\"error\":\"users_not_found\"}");
    fake_run(&play.fake, 0);
    fake_answer(&play.fake, "users.lookupByEmail", "{\"ok\":true,\"user\":{\"id\":\"U0BEN\"}}");
    assert_int_equal(play.members, 2);
    assert_string_equal(play.last_members, "U0BEN ");
    fake_run(&play.fake, 100000);
    assert_int_equal(fake_count(&play.fake, "users.lookupByEmail"), 3);
    assert_int_equal(play.complete, 1);
    assert_int_equal(play.answers, QUERY_EMAILS);
    assert_int_equal(play.slack->query(play.link, QUERY_EMAILS, emails + 1, 1), OK);
    fake_run(&play.fake, 0);
    fake_answer(&play.fake, "users.lookupByEmail", "{\"ok\":false,\"error\":\"users_not_found\"}");
    assert_int_equal(play.complete, 2); /* also when nobody has the last address */
    assert_string_equal(play.last_members, "");
    play_close(&play);
}

#define PROFILE(id, email) \
    "{\"ok\":true,\"user\":{\"id\":\"" id "\",\"profile\":{\"email\":\"" email "\"}}}"

static enum err ask(struct play *play, const char *user)
{
    struct str users[] = { str_from_z(user) };
    return play->slack->query(play->link, QUERY_USER, users, 1);
}

static bool is_asked_for(struct play *play, const char *body)
{
    fake_run(&play->fake, 0);
    struct fake_request *request = fake_pending(&play->fake, "users.info");
    return request && str_equal(request->body, str_from_z(body));
}

static void test_profiles_one_by_one_and_once_an_hour(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 20);
    assert_int_equal(ask(&play, "U0ADA"), OK);
    assert_int_equal(ask(&play, "U0BEN"), OK); /* waits its turn */
    assert_int_equal(ask(&play, "U0ADA"), OK);
    assert_int_equal(ask(&play, "not an id"), OK);
    assert_true(is_asked_for(&play, "user=U0ADA"));
    fake_answer(&play.fake, "users.info", PROFILE("U0ADA", "ada@example.com"));
    assert_string_equal(play.last_members, "U0ADA ");
    assert_int_equal(play.answers, QUERY_USER);
    assert_true(is_asked_for(&play, "user=U0BEN"));
    fake_answer(&play.fake, "users.info", "{\"ok\":false,\"error\":\"user_not_found\"}");
    assert_int_equal(play.members, 1);
    assert_int_equal(play.complete, 0); /* belongs to no roster */
    fake_run(&play.fake, 3599 * 1000);
    assert_int_equal(ask(&play, "U0ADA"), OK);
    assert_int_equal(ask(&play, "U0BEN"), OK);
    fake_run(&play.fake, 900);
    assert_int_equal(fake_count(&play.fake, "users.info"), 2);
    fake_run(&play.fake, 200);
    assert_int_equal(ask(&play, "U0BEN"), OK);
    assert_true(is_asked_for(&play, "user=U0BEN"));
    fake_answer(&play.fake, "users.info", PROFILE("U0BEN", "ben@example.com"));
    assert_int_equal(play.members, 2);
    fake_run(&play.fake, 1000);
    assert_int_equal(fake_count(&play.fake, "users.info"), 3);
    play_close(&play);
}

/* What is wrong with one profile stands in nobody's way. */
static void test_a_profile_that_cannot_be_had(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 21);
    assert_int_equal(ask(&play, "U0ADA"), OK);
    assert_true(is_asked_for(&play, "user=U0ADA"));
    fake_answer_with(&play.fake, "users.info",
        (struct http_reply){ .outcome = HTTP_REPLIED, .status = 429, .retry_after = STR("20") });
    fake_run(&play.fake, 19000);
    assert_null(fake_pending(&play.fake, "users.info"));
    fake_run(&play.fake, 3000);
    assert_true(is_asked_for(&play, "user=U0ADA"));
    assert_int_equal(ask(&play, "U0BEN"), OK);
    fake_answer(&play.fake, "users.info", "{\"ok\":false,\"error\":\"missing_scope\"}");
    assert_non_null(strstr(play.states, "(users.info: missing_scope)"));
    fake_run(&play.fake, 60000);
    assert_null(fake_pending(&play.fake, "users.info"));
    assert_int_equal(ask(&play, "U0CAM"), OK);
    assert_true(is_asked_for(&play, "user=U0BEN"));
    fake_answer(&play.fake, "users.info", PROFILE("U0BEN", "ben@example.com"));
    assert_true(is_asked_for(&play, "user=U0CAM"));
    play_close(&play);
}

/* More strangers in an hour than are remembered: the oldest are forgotten, those who wait never. */
static void test_a_crowd_of_strangers(void **state)
{
    (void)state;
    struct asked asked = { 0 };
    struct mono now = { 5000 };
    for (int i = 0; i < ASKED_MAX + 40; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "U%d", i);
        asked_add(&asked, str_from_z(id), now);
    }
    assert_true(str_equal(asked_first(&asked), STR("U0")));
    for (int i = 0; i < ASKED_MAX; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "U%d", i);
        assert_true(str_equal(asked_first(&asked), str_from_z(id)));
        asked_done(&asked);
    }
    assert_int_equal(asked_first(&asked).len, 0); /* for forty there was no room */
    asked_add(&asked, STR("UNEW"), now);
    asked_add(&asked, STR("U1"), now);
    asked_done(&asked);
    assert_int_equal(asked_first(&asked).len, 0); /* U1 is remembered */
    asked_add(&asked, STR("U0"), now);
    assert_true(str_equal(asked_first(&asked), STR("U0"))); /* U0 was the oldest */
}

#define DND(user, enabled, start, end)                                       \
    "\"" user "\":{\"dnd_enabled\":" enabled ",\"next_dnd_start_ts\":" start \
    ",\"next_dnd_end_ts\":" end "}"

static void test_do_not_disturb_in_batches(void **state)
{
    (void)state;
    struct play play;
    play_connect(&play, 19);
    char names[60][16];
    struct str users[60];
    for (size_t i = 0; i < COUNT(users); i++) {
        (void)snprintf(names[i], sizeof names[i], "U%zu", i);
        users[i] = str_from_z(names[i]);
    }
    users[50] = STR("UDND");
    users[51] = STR("UNOT");
    assert_int_equal(play.slack->query(play.link, QUERY_DND, users, 54), OK);
    fake_run(&play.fake, 0);
    assert_true(body_has(fake_pending(&play.fake, "dnd.teamInfo"), "users=U0%2CU1%2C"));
    assert_true(str_ends_with(fake_pending(&play.fake, "dnd.teamInfo")->body, STR("%2CU49")));
    fake_answer(&play.fake, "dnd.teamInfo", "{\"ok\":true,\"users\":{}}");
    fake_run(&play.fake, 0);
    fake_answer(&play.fake, "dnd.teamInfo",
        "{\"ok\":true,\"users\":{" DND("UDND", "true", "1930550000", "1930554000") "," DND("UNOT",
            "true", "1930560000", "1930570000") "," DND("U52", "false", "1", "1930570000") "}}");
    assert_int_equal(play.dnd, 2);
    assert_string_equal(play.last_dnd, "UDND=1930554000000 UNOT=0 U52=0 U53=0 ");
    play_close(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_looking_up_a_post),
        cmocka_unit_test(test_looking_up_where_no_channel_is_known),
        cmocka_unit_test(test_the_roster_page_by_page),
        cmocka_unit_test(test_emails_one_by_one),
        cmocka_unit_test(test_profiles_one_by_one_and_once_an_hour),
        cmocka_unit_test(test_a_profile_that_cannot_be_had),
        cmocka_unit_test(test_a_crowd_of_strangers),
        cmocka_unit_test(test_do_not_disturb_in_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
