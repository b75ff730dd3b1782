/* The Web API of the simulated workspace: what it answers and what it refuses, with Slack's
 * codes. */
#include "rig_calls.h"

static const char *const manifest =
    "features:\n"
    "  app_home: {home_tab_enabled: true, messages_tab_enabled: true}\n"
    "  slash_commands:\n"
    "    - command: /nudge\n"
    "      description: Pause and resume\n"
    "oauth_config:\n"
    "  scopes:\n"
    "    bot:\n"
    "      - chat:write     # posting\n"
    "      - im:write\n"
    "settings:\n"
    "  event_subscriptions:\n"
    "    bot_events: [app_home_opened, team_join]\n";

static void open_dm(struct rig *rig, char *channel, size_t bytes)
{
    assert_string_equal(rig_call(rig, "conversations.open", "{\"users\":\"U0ADA\"}"), "");
    snprintf(channel, bytes, "%s", rig_text(rig->json, "channel.id"));
}

static const char *post(struct rig *rig, const char *rest)
{
    char channel[64], body[4096];
    open_dm(rig, channel, sizeof channel);
    snprintf(body, sizeof body, "{\"channel\":\"%s\",%s}", channel, rest);
    return rig_call(rig, "chat.postMessage", body);
}

static void tokens_and_methods_are_checked(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    assert_string_equal(rig_call_as(&rig, "", "auth.test", ""), "not_authed");
    assert_string_equal(rig_call_as(&rig, "Bearer nonsense", "auth.test", ""), "invalid_auth");
    assert_string_equal(
        rig_call_as(&rig, "Bearer xapp-sim", "auth.test", ""), "not_allowed_token_type");
    assert_string_equal(rig_call(&rig, "apps.connections.open", ""), "not_allowed_token_type");
    assert_string_equal(rig_call(&rig, "auth.test", ""), "");
    assert_string_equal(rig_text(rig.json, "team_id"), "T0SIMTEAM1");
    assert_string_equal(rig_call(&rig, "chat.shout", "{}"), "unknown_method");
    assert_string_equal(
        rig_call(&rig, "users.info", "{\"user\":\"U0ADA\",\"colour\":1}"), "invalid_arguments");
    assert_string_equal(rig_text(rig.json, "response_metadata.messages.0"),
                        "[ERROR] unknown argument [json-pointer:/colour]");
    assert_string_equal(rig_call(&rig, "users.info", "{\"user\":"), "invalid_json");
    workspace_revoke(rig.ws);
    assert_string_equal(rig_call(&rig, "auth.test", ""), "token_revoked");
    workspace_uninstall(rig.ws);
    assert_string_equal(rig_call(&rig, "auth.test", ""), "account_inactive");
    workspace_reinstall(rig.ws, STR("xoxb-new"), STR("xapp-new"));
    assert_string_equal(rig_call(&rig, "auth.test", ""), "invalid_auth");
    assert_string_equal(rig_call_as(&rig, "Bearer xoxb-new", "auth.test", ""), "");
    rig_stop(&rig);
}

static void scopes_come_from_the_manifest(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, str_from_z(manifest), false);
    assert_string_equal(rig_call(&rig, "users.list", "{}"), "missing_scope");
    assert_string_equal(rig_text(rig.json, "needed"), "users:read");
    assert_string_equal(rig_text(rig.json, "provided"), "chat:write,im:write");
    assert_string_equal(post(&rig, "\"text\":\"hello\""), "");
    assert_string_equal(rig_call(&rig, "conversations.history", "{}"), "missing_scope");
    rig_link(&rig);
    rig_clear(&rig);
    assert_int_equal(human_say(rig.ws, STR("U0ADA"), STR("/nudge help"), NULL), OK);
    assert_int_equal(human_say(rig.ws, STR("U0ADA"), STR("/other"), NULL), ERR_NOT_FOUND);
    assert_int_equal(rig.frames_len, 1);
    assert_int_equal(
        human_say(rig.ws, STR("U0ADA"), STR("typed"), NULL), OK); /* message.im not subscribed */
    assert_int_equal(rig.frames_len, 1);
    assert_int_equal(human_open_home(rig.ws, STR("U0ADA")), OK);
    assert_int_equal(rig.frames_len, 2);
    rig_stop(&rig);
}

static void a_json_manifest_reads_the_same(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig,
        STR("{\"oauth_config\":{\"scopes\":{\"bot\":[\"im:write\",\"users:read.email\"]}}}"),
        false);
    assert_string_equal(
        rig_call(&rig, "users.lookupByEmail", "{\"email\":\"ADA@example.com\"}"), "");
    assert_string_equal(rig_text(rig.json, "user.id"), "U0ADA");
    assert_string_equal(rig_text(rig.json, "user.profile.email"), "ada@example.com");
    assert_string_equal(rig_call(&rig, "users.list", "{}"), "missing_scope");   /* not users:read */
    assert_string_equal(post(&rig, "\"text\":\"hello\""), "missing_scope");
    rig_stop(&rig);
}

static void forms_and_json_mean_the_same(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    struct workspace_request request = {
        .method = STR("chat.postMessage"), .authorization = STR("Bearer xoxb-sim"),
        .content_type = STR("application/x-www-form-urlencoded"),
        .body = STR("channel=U0ADA&text=a+b%26c&blocks=%5B%7B%22type%22%3A%22divider%22%7D%5D") };
    workspace_call(rig.ws, &rig.arena, &request, &rig.reply);
    assert_true(str_contains(rig.reply.body, STR("\"ok\":true")));
    struct look_message message;
    assert_true(look_message_at(rig.ws, STR("U0ADA"), 0, &message));
    assert_true(str_equal(message.text, STR("a b&c")));
    assert_true(str_contains(message.blocks, STR("\"type\":\"divider\"")));
    request.content_type = STR("text/plain");
    workspace_call(rig.ws, &rig.arena, &request, &rig.reply);
    assert_true(str_contains(rig.reply.body, STR("invalid_post_type")));
    request.content_type = STR("application/json");
    request.body = STR("{\"channel\":\"U0ADA\",\"text\":\"x\"}");
    workspace_call(rig.ws, &rig.arena, &request, &rig.reply);
    assert_true(str_contains(rig.reply.body, STR("missing_charset")));
    rig_stop(&rig);
}

static void messages_are_posted_changed_and_deleted(void **state)
{
    struct rig rig;
    char ts[32], channel[64], body[512];
    struct look_message message;
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    assert_string_equal(post(&rig,
                            "\"text\":\"one\",\"metadata\":{\"event_type\":\"n\",\"event_payload\":"
                            "{\"key\":\"k1\"}}"),
        "");
    snprintf(ts, sizeof ts, "%s", rig_text(rig.json, "ts"));
    snprintf(channel, sizeof channel, "%s", rig_text(rig.json, "channel"));
    assert_int_equal(look_posts_with_key(rig.ws, STR("k1")), 1);
    snprintf(body, sizeof body, "{\"channel\":\"%s\",\"ts\":\"%s\",\"text\":\"two\"}", channel, ts);
    assert_string_equal(rig_call(&rig, "chat.update", body), "");
    assert_true(look_message(rig.ws, STR("U0ADA"), str_from_z(ts), &message));
    assert_true(str_equal(message.text, STR("two")) && message.edits == 1);
    assert_true(str_contains(message.metadata, STR("k1")));         /* kept when omitted */
    snprintf(body, sizeof body, "{\"channel\":\"U0ADA\",\"ts\":\"%s\",\"text\":\"two\"}", ts);
    assert_string_equal(rig_call(&rig, "chat.update", body), "channel_not_found");
    snprintf(body, sizeof body, "{\"channel\":\"%s\",\"ts\":\"%s\"}", channel, ts);
    assert_string_equal(rig_call(&rig, "chat.delete", body), "");
    snprintf(
        body, sizeof body, "{\"channel\":\"%s\",\"ts\":\"%s\",\"text\":\"three\"}", channel, ts);
    assert_string_equal(rig_call(&rig, "chat.update", body), "message_not_found");
    struct str typed;
    assert_int_equal(human_say(rig.ws, STR("U0ADA"), STR("mine"), &typed), OK);
    snprintf(body, sizeof body, "{\"channel\":\"%s\",\"ts\":\"%.*s\",\"text\":\"x\"}", channel,
        STR_ARG(typed));
    assert_string_equal(rig_call(&rig, "chat.update", body), "cant_update_message");
    assert_string_equal(look_last_error(rig.ws, STR("chat.update")).ptr, "cant_update_message");
    assert_int_equal(look_calls(rig.ws, STR("chat.update")).refused, 3);
    rig_stop(&rig);
}

static void bad_messages_are_refused(void **state)
{
    struct rig rig;
    char long_text[4200], body[4300];
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    assert_string_equal(post(&rig, "\"text\":\"\""), "no_text");
    assert_string_equal(post(&rig, "\"text\":\"x\",\"blocks\":{}"), "invalid_blocks_format");
    assert_string_equal(
        post(&rig, "\"text\":\"x\",\"blocks\":[{\"type\":\"header\"}]"), "invalid_blocks");
    assert_string_equal(rig_text(rig.json, "response_metadata.messages.0"),
                        "[ERROR] missing required field: text [json-pointer:/blocks/0]");
    assert_string_equal(post(&rig, "\"text\":\"x\",\"metadata\":7"), "invalid_metadata_format");
    assert_string_equal(post(&rig, "\"text\":\"x\",\"metadata\":{\"event_type\":\"a\"}"),
        "invalid_metadata_schema");
    assert_string_equal(rig_call(&rig, "chat.postMessage", "{\"channel\":\"D404\",\"text\":\"x\"}"),
                        "channel_not_found");
    assert_string_equal(post(&rig, "\"text\":\"x\""), "");
    memset(long_text, 'a', sizeof long_text);
    long_text[4001] = '\0';
    snprintf(body, sizeof body, "{\"channel\":\"%s\",\"ts\":\"%s\",\"text\":\"%s\"}",
             rig_text(rig.json, "channel"), rig_text(rig.json, "ts"), long_text);
    assert_string_equal(rig_call(&rig, "chat.update", body), "msg_too_long");
    rig_stop(&rig);
}

static void deactivated_people_cannot_be_reached(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    assert_string_equal(post(&rig, "\"text\":\"x\""), "");
    struct workspace_user gone = {
        .id = STR("U0ADA"), .name = STR("ada"), .email = STR("ada@example.com"), .deleted = true
    };
    assert_int_equal(workspace_change_user(rig.ws, &gone), OK);
    assert_string_equal(
        rig_call(&rig, "conversations.open", "{\"users\":\"U0ADA\"}"), "user_disabled");
    assert_string_equal(
        rig_call(&rig, "chat.postMessage", "{\"channel\":\"U0ADA\",\"text\":\"x\"}"),
        "channel_not_found");
    assert_string_equal(rig_call(&rig, "users.lookupByEmail", "{\"email\":\"ada@example.com\"}"),
        "users_not_found");
    assert_string_equal(rig_call(&rig, "users.info", "{\"user\":\"U0ADA\"}"), "");
    assert_true(cJSON_IsTrue(rig_at(rig.json, "user.deleted")));
    assert_int_equal(human_say(rig.ws, STR("U0ADA"), STR("hi"), NULL), ERR_REFUSED);
    rig_stop(&rig);
}

static void history_pages_from_the_newest(void **state)
{
    struct rig rig;
    char body[256], channel[64], third[32];
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    for (int i = 0; i < 5; i++) {
        snprintf(body, sizeof body,
            "\"text\":\"m%d\",\"metadata\":{\"event_type\":\"n\",\"event_payload\":"
            "{\"key\":\"k%d\"}}",
            i, i);
        assert_string_equal(post(&rig, body), "");
        if (i == 2)
            snprintf(third, sizeof third, "%s", rig_text(rig.json, "ts"));
    }
    snprintf(channel, sizeof channel, "%s", rig_text(rig.json, "channel"));
    snprintf(body, sizeof body, "{\"channel\":\"%s\",\"limit\":2}", channel);
    assert_string_equal(rig_call(&rig, "conversations.history", body), "");
    assert_string_equal(rig_text(rig.json, "messages.0.text"), "m4");
    assert_string_equal(rig_text(rig.json, "messages.0.metadata.event_type"), "n");
    assert_null(rig_at(rig.json, "messages.0.metadata.event_payload"));
    assert_true(cJSON_IsTrue(rig_at(rig.json, "has_more")));
    snprintf(body, sizeof body, "{\"channel\":\"%s\",\"limit\":2,\"cursor\":\"%s\"}", channel,
             rig_text(rig.json, "response_metadata.next_cursor"));
    assert_string_equal(rig_call(&rig, "conversations.history", body), "");
    assert_string_equal(rig_text(rig.json, "messages.0.text"), "m2");
    snprintf(body, sizeof body,
        "{\"channel\":\"%s\",\"oldest\":\"%s\",\"include_all_metadata\":true}", channel, third);
    assert_string_equal(rig_call(&rig, "conversations.history", body), "");
    assert_int_equal(cJSON_GetArraySize(rig_at(rig.json, "messages")), 2); /* oldest is exclusive */
    assert_string_equal(rig_text(rig.json, "messages.1.metadata.event_payload.key"), "k3");
    assert_string_equal(
        rig_call(&rig, "conversations.history", "{\"channel\":\"D1\",\"limit\":1000}"),
        "channel_not_found");
    rig_stop(&rig);
}

static void users_come_in_pages(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    assert_string_equal(rig_call(&rig, "users.list", "{\"limit\":2}"), "");
    assert_int_equal(cJSON_GetArraySize(rig_at(rig.json, "members")), 2);
    char body[128];
    snprintf(body, sizeof body, "{\"limit\":2,\"cursor\":\"%s\"}",
        rig_text(rig.json, "response_metadata.next_cursor"));
    assert_string_equal(rig_call(&rig, "users.list", body), "");
    assert_string_equal(rig_text(rig.json, "members.0.id"), "U0BO");
    assert_string_equal(rig_text(rig.json, "members.0.tz"), "Asia/Tokyo");
    assert_string_equal(rig_text(rig.json, "response_metadata.next_cursor"), "");
    assert_string_equal(
        rig_call(&rig, "users.list", "{\"limit\":2,\"cursor\":\"zzz\"}"), "invalid_cursor");
    rig_stop(&rig);
}

static void dnd_has_a_start_and_an_end(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    struct instant end = { rig.time.now.utc_ms + 3600000 };
    assert_int_equal(workspace_set_dnd(rig.ws, STR("U0BO"), rig.time.now, end), OK);
    assert_string_equal(rig_call(&rig, "dnd.teamInfo", "{\"users\":\"U0ADA,U0BO\"}"), "");
    assert_true(cJSON_IsTrue(rig_at(rig.json, "users.U0BO.dnd_enabled")));
    assert_true(cJSON_IsFalse(rig_at(rig.json, "users.U0ADA.dnd_enabled")));
    assert_int_equal(
        (int)cJSON_GetNumberValue(rig_at(rig.json, "users.U0BO.next_dnd_end_ts")), 1929803600);
    rig_stop(&rig);
}

static void tiers_answer_429_with_a_wait(void **state)
{
    struct rig rig;
    int limited = 0;
    (void)state;
    rig_start(&rig, STR_EMPTY, true);
    for (int i = 0; i < 21; i++)
        limited += strcmp(rig_call(&rig, "users.list", "{}"), "ratelimited") == 0;
    assert_int_equal(limited, 1);
    assert_int_equal(rig.reply.status, 429);
    int64_t seconds = 0;
    assert_true(str_to_int64(rig.reply.retry_after, &seconds));
    assert_true(seconds >= 1 && seconds <= 4);
    assert_string_equal(
        rig_call(&rig, "users.info", "{\"user\":\"U0ADA\"}"), ""); /* others go on */
    rig_wait(&rig, seconds * 1000);
    assert_string_equal(rig_call(&rig, "users.list", "{}"), "");
    assert_int_equal(look_calls(rig.ws, STR("users.list")).limited, 1);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_and_methods_are_checked),
        cmocka_unit_test(scopes_come_from_the_manifest),
        cmocka_unit_test(a_json_manifest_reads_the_same),
        cmocka_unit_test(forms_and_json_mean_the_same),
        cmocka_unit_test(messages_are_posted_changed_and_deleted),
        cmocka_unit_test(bad_messages_are_refused),
        cmocka_unit_test(deactivated_people_cannot_be_reached),
        cmocka_unit_test(history_pages_from_the_newest),
        cmocka_unit_test(users_come_in_pages),
        cmocka_unit_test(dnd_has_a_start_and_an_end),
        cmocka_unit_test(tiers_answer_429_with_a_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
