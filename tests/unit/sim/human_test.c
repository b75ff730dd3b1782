/* What people do, what the app is told about it, and what they see when it does not answer. */
#include "rig_calls.h"

static const char *const ada = "U0ADA";
#define ADA str_from_z(ada)

static void post(struct rig *rig, const char *blocks, char *ts, size_t bytes)
{
    char body[4096];
    snprintf(body, sizeof body, "{\"channel\":\"U0ADA\",\"text\":\"q\",\"blocks\":%s}", blocks);
    assert_string_equal(rig_call(rig, "chat.postMessage", body), "");
    snprintf(ts, bytes, "%s", rig_text(rig->json, "ts"));
}

static const char *const two_buttons =
    "[{\"type\":\"actions\",\"block_id\":\"b\",\"elements\":["
    "{\"type\":\"button\",\"action_id\":\"yes\",\"value\":\"17.1.1.abc\","
    "\"text\":{\"type\":\"plain_text\",\"text\":\"Yes\"}},"
    "{\"type\":\"button\",\"action_id\":\"no\",\"text\":{\"type\":\"plain_text\","
    "\"text\":\"No\"}}]}]";

static const char *const choices =
    "[{\"type\":\"section\",\"block_id\":\"s\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"Pick\"},"
    "\"accessory\":"
    "{\"type\":\"radio_buttons\",\"action_id\":\"r\",\"options\":["
    "{\"text\":{\"type\":\"plain_text\",\"text\":\"A\"},\"value\":\"a\"},"
    "{\"text\":{\"type\":\"plain_text\",\"text\":\"B\"},\"value\":\"b\"}]}}]";

static const char *const form =
    "{\"type\":\"modal\",\"callback_id\":\"reflect\",\"private_metadata\":\"17\","
    "\"title\":{\"type\":\"plain_text\",\"text\":\"Reflect\"},"
    "\"submit\":{\"type\":\"plain_text\",\"text\":\"Save\"},"
    "\"blocks\":[{\"type\":\"input\",\"block_id\":\"did\",\"label\":{\"type\":\"plain_text\","
    "\"text\":\"What did I do?\"},"
    "\"element\":{\"type\":\"plain_text_input\",\"action_id\":\"t\",\"multiline\":true,"
    "\"min_length\":3}},"
    "{\"type\":\"input\",\"block_id\":\"next\",\"optional\":true,"
    "\"label\":{\"type\":\"plain_text\",\"text\":\"Next?\"},"
    "\"element\":{\"type\":\"plain_text_input\",\"action_id\":\"t\"}}]}";

static void a_click_is_a_whole_payload(void **state)
{
    struct rig rig;
    char ts[32];
    (void)state;
    rig_up(&rig);
    post(&rig, two_buttons, ts, sizeof ts);
    assert_int_equal(human_click(rig.ws, ADA, str_from_z(ts), STR_EMPTY, STR("yes")), OK);
    const cJSON *frame = rig.frames[0].json;
    assert_string_equal(rig_text(frame, "type"), "interactive");
    assert_true(cJSON_IsTrue(rig_at(frame, "accepts_response_payload")));
    assert_null(rig_at(frame, "retry_attempt"));
    assert_string_equal(rig_text(frame, "payload.type"), "block_actions");
    assert_string_equal(rig_text(frame, "payload.user.id"), "U0ADA");
    assert_string_equal(rig_text(frame, "payload.container.message_ts"), ts);
    assert_string_equal(rig_text(frame, "payload.message.ts"), ts);
    assert_string_equal(rig_text(frame, "payload.message.blocks.0.block_id"), "b");
    assert_string_equal(rig_text(frame, "payload.actions.0.value"), "17.1.1.abc");
    assert_string_equal(rig_text(frame, "payload.actions.0.block_id"), "b");
    assert_non_null(rig_at(frame, "payload.actions.0.action_ts"));
    assert_non_null(rig_at(frame, "payload.response_url"));
    assert_non_null(rig_at(frame, "payload.trigger_id"));
    assert_int_equal(
        human_click(rig.ws, STR("U0BO"), str_from_z(ts), STR_EMPTY, STR("yes")), ERR_NOT_FOUND);
    assert_int_equal(
        human_click(rig.ws, ADA, str_from_z(ts), STR_EMPTY, STR("maybe")), ERR_NOT_FOUND);
    rig_stop(&rig);
}

static void an_unacked_click_shows_an_error_and_is_not_repeated(void **state)
{
    struct rig rig;
    char ts[32];
    struct look_user seen;
    (void)state;
    rig_up(&rig);
    post(&rig, two_buttons, ts, sizeof ts);
    assert_int_equal(human_click(rig.ws, ADA, str_from_z(ts), STR_EMPTY, STR("yes")), OK);
    rig_wait(&rig, 2999);
    assert_true(look_user(rig.ws, ADA, &seen) && str_is_empty(seen.trouble));
    rig_wait(&rig, 1);
    assert_true(look_user(rig.ws, ADA, &seen) && !str_is_empty(seen.trouble));
    rig_wait(&rig, 600000);
    assert_int_equal(rig.frames_len, 1);
    rig_ack(&rig, 0, NULL);
    struct look_envelopes counts = look_envelopes(rig.ws, STR("interactive"));
    assert_true(counts.made == 1 && counts.failed == 1 && counts.late == 1 && counts.acked == 0);
    assert_int_equal(human_click(rig.ws, ADA, str_from_z(ts), STR_EMPTY, STR("yes")), OK);
    rig_ack(&rig, 1, NULL);
    assert_true(look_user(rig.ws, ADA, &seen) && str_is_empty(seen.trouble) && seen.troubles == 1);
    rig_stop(&rig);
}

static void choosing_sends_the_state(void **state)
{
    struct rig rig;
    char ts[32];
    (void)state;
    rig_up(&rig);
    post(&rig, choices, ts, sizeof ts);
    struct human_value value = { STR_EMPTY, STR("r"), STR("b") };
    assert_int_equal(human_fill(rig.ws, ADA, str_from_z(ts), &value), OK);
    assert_string_equal(
        rig_text(rig.frames[0].json, "payload.actions.0.selected_option.value"), "b");
    assert_string_equal(
        rig_text(rig.frames[0].json, "payload.state.values.s.r.selected_option.value"), "b");
    value.text = STR("zebra");
    assert_int_equal(human_fill(rig.ws, ADA, str_from_z(ts), &value), ERR_REFUSED);
    rig_stop(&rig);
}

static const char *open_form(struct rig *rig, size_t frame, char *id, size_t bytes)
{
    char body[4096];
    snprintf(body, sizeof body, "{\"trigger_id\":\"%s\",\"view\":%s}",
             rig_text(rig->frames[frame].json, "payload.trigger_id"), form);
    const char *error = rig_call(rig, "views.open", body);
    snprintf(id, bytes, "%s", rig_text(rig->json, "view.id"));
    return error;
}

static void triggers_are_short_and_single_use(void **state)
{
    struct rig rig;
    char ts[32], id[64];
    (void)state;
    rig_up(&rig);
    post(&rig, two_buttons, ts, sizeof ts);
    assert_int_equal(human_click(rig.ws, ADA, str_from_z(ts), STR_EMPTY, STR("yes")), OK);
    assert_string_equal(open_form(&rig, 0, id, sizeof id), "");
    assert_string_equal(open_form(&rig, 0, id, sizeof id), "exchanged_trigger_id");
    assert_int_equal(human_click(rig.ws, ADA, str_from_z(ts), STR_EMPTY, STR("yes")), OK);
    rig.time.mono.ms += 3001;
    assert_string_equal(open_form(&rig, 1, id, sizeof id), "expired_trigger_id");
    char body[3000];
    snprintf(body, sizeof body, "{\"trigger_id\":\"1.2.3\",\"view\":%s}", form);
    assert_string_equal(rig_call(&rig, "views.open", body), "invalid_trigger_id");
    rig_stop(&rig);
}

static void a_form_is_checked_sent_and_closed_by_the_ack(void **state)
{
    struct rig rig;
    char ts[32], id[64];
    struct str missing;
    struct look_view view;
    (void)state;
    rig_up(&rig);
    post(&rig, two_buttons, ts, sizeof ts);
    assert_int_equal(human_click(rig.ws, ADA, str_from_z(ts), STR_EMPTY, STR("yes")), OK);
    assert_string_equal(open_form(&rig, 0, id, sizeof id), "");
    assert_int_equal(human_submit(rig.ws, ADA, NULL, 0, &missing), ERR_INVALID);
    assert_true(str_equal(missing, STR("did")));
    struct human_value value = { STR("did"), STR("t"), STR("ab") };
    assert_int_equal(human_submit(rig.ws, ADA, &value, 1, NULL), ERR_INVALID); /* min_length 3 */
    value.text = STR("I asked first");
    assert_int_equal(human_submit(rig.ws, ADA, &value, 1, NULL), OK);
    const cJSON *sent = rig.frames[1].json;
    assert_string_equal(rig_text(sent, "payload.type"), "view_submission");
    assert_string_equal(rig_text(sent, "payload.view.id"), id);
    assert_string_equal(rig_text(sent, "payload.view.private_metadata"), "17");
    assert_string_equal(rig_text(sent, "payload.view.state.values.did.t.value"), "I asked first");
    assert_true(cJSON_IsNull(rig_at(sent, "payload.view.state.values.next.t.value")));
    rig_ack(&rig, 1, "{\"response_action\":\"errors\",\"errors\":{\"did\":\"Say a little more\"}}");
    assert_true(
        look_modal(rig.ws, ADA, &view) && str_contains(view.errors, STR("Say a little more")));
    assert_int_equal(human_submit(rig.ws, ADA, NULL, 0, NULL), OK);
    rig_ack(&rig, 2, NULL);
    assert_false(look_modal(rig.ws, ADA, &view));
    rig_stop(&rig);
}

static void events_climb_the_ladder(void **state)
{
    struct rig rig;
    (void)state;
    rig_up(&rig);
    assert_int_equal(human_say(rig.ws, ADA, STR("a < b"), NULL), OK);
    assert_string_equal(rig_text(rig.frames[0].json, "payload.event.text"), "a &lt; b");
    assert_string_equal(rig_text(rig.frames[0].json, "payload.event.channel_type"), "im");
    rig_wait(&rig, 3000);
    assert_int_equal(rig.frames_len, 2);
    assert_int_equal((int)cJSON_GetNumberValue(rig_at(rig.frames[1].json, "retry_attempt")), 1);
    assert_string_equal(rig_text(rig.frames[1].json, "retry_reason"), "timeout");
    sim_faults_force(&rig.faults, SIM_FAULT_NEW_ENVELOPE_ID, 1);
    rig_wait(&rig, 3000);
    rig_wait(&rig, 59999);
    assert_int_equal(rig.frames_len, 2);
    rig_wait(&rig, 1);
    assert_int_equal(rig.frames_len, 3);
    assert_string_not_equal(
        rig_text(rig.frames[2].json, "envelope_id"), rig_text(rig.frames[0].json, "envelope_id"));
    assert_string_equal(rig_text(rig.frames[2].json, "payload.event_id"),
        rig_text(rig.frames[0].json, "payload.event_id"));
    rig_wait(&rig, 3000);
    rig_wait(&rig, 300000);
    assert_int_equal(rig.frames_len, 4);
    assert_int_equal(look_unacked(rig.ws), 1);
    rig_ack(&rig, 3, NULL);
    assert_int_equal(look_unacked(rig.ws), 0);
    struct look_envelopes counts = look_envelopes(rig.ws, STR("events_api"));
    assert_true(
        counts.made == 1 && counts.redelivered == 3 && counts.acked == 1 && counts.failed == 0);
    rig_stop(&rig);
}

static void events_without_a_link_wait_for_one(void **state)
{
    struct rig rig;
    char ts[32];
    struct look_user seen;
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    post(&rig, two_buttons, ts, sizeof ts);
    assert_int_equal(human_say(rig.ws, ADA, STR("anybody there?"), NULL), OK);
    assert_int_equal(human_click(rig.ws, ADA, str_from_z(ts), STR_EMPTY, STR("no")), OK);
    assert_true(look_user(rig.ws, ADA, &seen) && !str_is_empty(seen.trouble));      /* at once */
    rig_wait(&rig, 10);
    rig_link(&rig);
    rig_clear(&rig);
    rig_wait(&rig, 60000);
    assert_int_equal(rig.frames_len, 1);
    assert_string_equal(rig_text(rig.frames[0].json, "payload.event.text"), "anybody there?");
    rig_stop(&rig);
}

static void an_ack_counts_on_its_own_link_only(void **state)
{
    struct rig rig;
    char text[128];
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    uint32_t first = rig_link(&rig), second = rig_link(&rig);
    assert_int_equal((int)cJSON_GetNumberValue(rig_at(rig.frames[1].json, "num_connections")), 2);
    rig_clear(&rig);
    assert_int_equal(human_say(rig.ws, ADA, STR("hi"), NULL), OK);
    uint32_t other = rig.frames[0].link == first ? second : first;
    snprintf(
        text, sizeof text, "{\"envelope_id\":\"%s\"}", rig_text(rig.frames[0].json, "envelope_id"));
    workspace_link_text(rig.ws, other, str_from_z(text));
    assert_int_equal(look_envelopes(rig.ws, STR_EMPTY).astray, 1);
    assert_int_equal(look_unacked(rig.ws), 1);
    rig_ack(&rig, 0, NULL);
    assert_int_equal(look_unacked(rig.ws), 0);
    rig_stop(&rig);
}

static void links_are_refused_warned_and_cut(void **state)
{
    struct rig rig;
    uint32_t id;
    (void)state;
    rig_start(&rig, STR_EMPTY, false);
    assert_int_equal(workspace_link_open(rig.ws, STR("made-up"), &id), ERR_REFUSED);
    uint32_t first = rig_link(&rig);
    const char *url = rig_text(rig.json, "url");
    const char *ticket = strstr(url, "ticket=") + 7;
    assert_int_equal(workspace_link_open(rig.ws, (struct str){ ticket, strcspn(ticket, "&") }, &id),
        ERR_REFUSED);
    workspace_disconnect(rig.ws, first, STR("refresh_requested"));
    assert_string_equal(rig_text(rig.frames[1].json, "reason"), "refresh_requested");
    assert_int_equal(rig.cut_len, 0);
    rig_wait(&rig, 10000);
    assert_int_equal(rig.cut_len, 1);
    assert_int_equal(workspace_links(rig.ws, NULL, 0), 0);
    for (int i = 0; i < 10; i++)
        rig_link(&rig);
    rig_clear(&rig);
    rig_link(&rig);
    assert_string_equal(rig_text(rig.frames[0].json, "reason"), "too_many_websockets");
    assert_int_equal(rig.cut_len, 2);
    workspace_set_socket_mode(rig.ws, false);
    assert_int_equal(workspace_links(rig.ws, NULL, 0), 0);
    rig_clear(&rig);
    rig_link(&rig);
    assert_string_equal(rig_text(rig.frames[0].json, "reason"), "link_disabled");
    rig_stop(&rig);
}

static void a_command_is_answered_by_its_ack_and_its_url(void **state)
{
    struct rig rig;
    struct look_message message;
    (void)state;
    rig_up(&rig);
    assert_int_equal(human_say(rig.ws, ADA, STR("/nudge pause 2d"), NULL), OK);
    assert_string_equal(rig_text(rig.frames[0].json, "type"), "slash_commands");
    assert_string_equal(rig_text(rig.frames[0].json, "payload.command"), "/nudge");
    assert_string_equal(rig_text(rig.frames[0].json, "payload.text"), "pause 2d");
    rig_ack(&rig, 0, "{\"text\":\"Paused\"}");
    assert_true(look_message_at(rig.ws, ADA, 0, &message) && message.ephemeral);
    assert_true(str_equal(message.text, STR("Paused")));
    const char *url = rig_text(rig.frames[0].json, "payload.response_url");
    struct str id = str_from_z(strstr(url, "/response/") + 10);
    for (int i = 0; i < 5; i++) {
        workspace_response(rig.ws, &rig.arena, id, STR("{\"text\":\"more\"}"), &rig.reply);
        assert_int_equal(rig.reply.status, 200);
    }
    workspace_response(rig.ws, &rig.arena, id, STR("{\"text\":\"more\"}"), &rig.reply);
    assert_int_equal(rig.reply.status, 404);
    assert_true(str_contains(rig.reply.body, STR("used_url")));
    assert_int_equal(look_messages(rig.ws, ADA), 6);
    rig_stop(&rig);
}

static void a_response_url_replaces_its_message_for_half_an_hour(void **state)
{
    struct rig rig;
    char ts[32];
    struct look_message message;
    (void)state;
    rig_up(&rig);
    post(&rig, two_buttons, ts, sizeof ts);
    assert_int_equal(human_click(rig.ws, ADA, str_from_z(ts), STR_EMPTY, STR("yes")), OK);
    const char *url = rig_text(rig.frames[0].json, "payload.response_url");
    struct str id = str_from_z(strstr(url, "/response/") + 10);
    workspace_response(rig.ws, &rig.arena, id,
        STR("{\"replace_original\":true,\"text\":\"done\",\"blocks\":[]}"), &rig.reply);
    assert_int_equal(rig.reply.status, 200);
    assert_true(look_message(rig.ws, ADA, str_from_z(ts), &message));
    assert_true(str_equal(message.text, STR("done")) && str_is_empty(message.blocks));
    rig_wait(&rig, 30 * 60 * 1000 + 1);
    workspace_response(rig.ws, &rig.arena, id, STR("{\"text\":\"late\"}"), &rig.reply);
    assert_true(str_contains(rig.reply.body, STR("expired_url")));
    rig_stop(&rig);
}

static void home_is_published_with_a_hash(void **state)
{
    struct rig rig;
    char body[512];
    struct look_view view;
    (void)state;
    rig_up(&rig);
    assert_string_equal(rig_call(&rig, "views.publish",
                            "{\"user_id\":\"U0ADA\",\"view\":{\"type\":\"home\","
                            "\"blocks\":[{\"type\":\"divider\"}]}}"),
        "");
    assert_true(look_home(rig.ws, ADA, &view));
    snprintf(body, sizeof body,
        "{\"user_id\":\"U0ADA\",\"hash\":\"old\",\"view\":{\"type\":\"home\",\"blocks\":[]}}");
    assert_string_equal(rig_call(&rig, "views.publish", body), "hash_conflict");
    assert_string_equal(rig_call(&rig, "views.publish",
                            "{\"user_id\":\"U0ADA\",\"view\":{\"type\":\"modal\","
                            "\"blocks\":[]}}"),
        "invalid_arguments");
    assert_int_equal(human_open_home(rig.ws, ADA), OK);
    assert_string_equal(rig_text(rig.frames[0].json, "payload.event.type"), "app_home_opened");
    assert_string_equal(rig_text(rig.frames[0].json, "payload.event.tab"), "home");
    assert_string_equal(rig_text(rig.frames[0].json, "payload.event.view.type"), "home");
    rig_stop(&rig);
}

static void the_same_seed_gives_the_same_ids(void **state)
{
    struct rig a, b;
    char ts_a[32], ts_b[32];
    (void)state;
    rig_start(&a, STR_EMPTY, false);
    rig_start(&b, STR_EMPTY, false);
    post(&a, two_buttons, ts_a, sizeof ts_a);
    post(&b, two_buttons, ts_b, sizeof ts_b);
    assert_true(str_equal(a.reply.body, b.reply.body));
    post(&a, two_buttons, ts_b, sizeof ts_b);
    assert_string_not_equal(ts_a, ts_b);                        /* a ts is never given twice */
    rig_stop(&a);
    rig_stop(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_is_a_whole_payload),
        cmocka_unit_test(an_unacked_click_shows_an_error_and_is_not_repeated),
        cmocka_unit_test(choosing_sends_the_state),
        cmocka_unit_test(triggers_are_short_and_single_use),
        cmocka_unit_test(a_form_is_checked_sent_and_closed_by_the_ack),
        cmocka_unit_test(events_climb_the_ladder),
        cmocka_unit_test(events_without_a_link_wait_for_one),
        cmocka_unit_test(an_ack_counts_on_its_own_link_only),
        cmocka_unit_test(links_are_refused_warned_and_cut),
        cmocka_unit_test(a_command_is_answered_by_its_ack_and_its_url),
        cmocka_unit_test(a_response_url_replaces_its_message_for_half_an_hour),
        cmocka_unit_test(home_is_published_with_a_hash),
        cmocka_unit_test(the_same_seed_gives_the_same_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
