/* Posting, changing and deleting messages, reading a DM's history, response_url.
 *
 * Owns Slack's rules for messages. Odd decision: a message that was deleted stays in memory, but
 * every method treats it as gone. */
#include "nudged/base/text.h"
#include "sim/inside.h"

enum { POST_TEXT_MAX = 40000, UPDATE_TEXT_MAX = 4000, METADATA_BYTES_MAX = 16384 };

static struct sim_user *addressee(struct sim_call *call, bool allow_user_id);
static const char *check_content(const cJSON *args, bool posting, cJSON *messages);
static const char *check_metadata(const cJSON *args);
static void put_content(struct workspace *ws, struct sim_message *message, const cJSON *args);
static void remember_keys(struct workspace *ws, const cJSON *metadata);
static struct sim_message *own_message(
    struct sim_call *call, const struct sim_user *user, const char *not_own);
static void refuse_response(struct arena *arena, struct workspace_reply *reply, const char *error);
static bool in_range(const cJSON *args, const char *ts);
static const char *answer_response(
    struct workspace *ws, struct sim_response *response, const cJSON *json);

/* -- shared with commands and response_url ----------------------------------------------------- */

const char *sim_post(struct workspace *ws, struct sim_user *user, const cJSON *args, bool ephemeral,
                     struct sim_message **out, cJSON *messages)
{
    const char *error = check_content(args, true, messages);
    if (error)
        return error;
    sim_open_channel(ws, user);
    struct sim_message *message = sim_message_new(ws, user);
    message->from_app = true;
    message->ephemeral = ephemeral;
    put_content(ws, message, args);
    remember_keys(ws, message->metadata);
    user->unread++;
    sim_event_message(ws, user, message);
    sim_changed(ws, user);
    if (out)
        *out = message;
    return NULL;
}

const char *sim_post_change(struct workspace *ws, struct sim_user *user,
    struct sim_message *message, const cJSON *args, cJSON *messages)
{
    const char *error = check_content(args, false, messages);
    if (error)
        return error;
    cJSON *previous = sim_message_json(ws, user, message, true);
    put_content(ws, message, args);
    message->edits++;
    sim_ts(ws, message->edited_ts);
    sim_event_message_changed(ws, user, message, previous);
    sim_changed(ws, user);
    return NULL;
}

void sim_post_delete(struct workspace *ws, struct sim_user *user, struct sim_message *message)
{
    message->deleted = true;
    if (!message->ephemeral)
        sim_event_message_deleted(ws, user, sim_message_json(ws, user, message, true));
    sim_changed(ws, user);
}

static const char *check_content(const cJSON *args, bool posting, cJSON *messages)
{
    const cJSON *blocks = sim_json_get(args, "blocks"), *text = sim_json_get(args, "text");
    bool has_text = cJSON_IsString(text) && cJSON_GetStringValue(text)[0];
    if (text && !cJSON_IsString(text))
        return "invalid_arguments";
    if (blocks && !cJSON_IsArray(blocks))
        return "invalid_blocks_format";
    if (!has_text && cJSON_GetArraySize(blocks) == 0)
        return "no_text";
    if (!posting && has_text && text_length(sim_json_str(args, "text")) > UPDATE_TEXT_MAX)
        return "msg_too_long";
    if (blocks && !sim_blocks_check(blocks, SIM_MESSAGE, messages))
        return "invalid_blocks";
    return check_metadata(args);
}

static const char *check_metadata(const cJSON *args)
{
    const cJSON *metadata = sim_json_get(args, "metadata"), *item;
    if (!metadata || cJSON_IsNull(metadata))
        return NULL;
    const cJSON *payload = sim_json_get(metadata, "event_payload");
    if (!cJSON_IsObject(metadata))
        return "invalid_metadata_format";
    if (str_is_empty(sim_json_str(metadata, "event_type")) || !cJSON_IsObject(payload))
        return "invalid_metadata_schema";
    cJSON_ArrayForEach(item, metadata) {
        if (strcmp(item->string, "event_type") != 0 && strcmp(item->string, "event_payload") != 0)
            return "invalid_metadata_schema";
    }
    char *printed = sim_json_print(metadata);
    bool large = strlen(printed) > METADATA_BYTES_MAX;
    free(printed);
    return large ? "metadata_too_large" : NULL;
}

static void put_content(struct workspace *ws, struct sim_message *message, const cJSON *args)
{
    const cJSON *blocks = sim_json_get(args, "blocks"), *metadata = sim_json_get(args, "metadata");
    if (sim_json_get(args, "text"))
        sim_set(&message->text, text_cut(sim_json_str(args, "text"), POST_TEXT_MAX));
    if (blocks) {
        cJSON_Delete(message->blocks);
        message->blocks = cJSON_GetArraySize(blocks) > 0 ? sim_json_copy(blocks) : NULL;
        sim_blocks_complete(ws, message->blocks);
        cJSON *values = sim_values_for(message->blocks, message->values);
        cJSON_Delete(message->values);
        message->values = values;
    }
    if (cJSON_IsObject(metadata)) {
        cJSON_Delete(message->metadata);
        message->metadata = sim_json_copy(metadata);
    }
    sim_message_forget_text(message);
}

/* For oracles: every string in the payload, and the payload as a whole. */
static void remember_keys(struct workspace *ws, const cJSON *metadata)
{
    const cJSON *payload = sim_json_get(metadata, "event_payload"), *item;
    if (!payload)
        return;
    cJSON_ArrayForEach(item, payload) {
        if (cJSON_IsString(item))
            sim_count(&ws->posted, str_from_z(cJSON_GetStringValue(item)))->a++;
    }
    char *printed = sim_json_print(payload);
    sim_count(&ws->posted, str_from_z(printed))->b++;
    free(printed);
}

/* -- methods ----------------------------------------------------------------------------------- */

static struct sim_user *addressee(struct sim_call *call, bool allow_user_id)
{
    struct str channel = sim_json_str(call->args, "channel");
    struct sim_user *user = sim_user_of_channel(call->ws, channel);
    if (!user && allow_user_id)
        user = sim_user(call->ws, channel);
    if (user && !user->deleted && !user->is_bot)
        return user;
    sim_call_fail(call, "channel_not_found");
    return NULL;
}

static void post(struct sim_call *call, bool ephemeral)
{
    struct workspace *ws = call->ws;
    struct sim_message *message = NULL;
    struct sim_user *user = addressee(call, true);
    if (!user)
        return;
    if (!sim_manifest_allows(str_from_z(ws->manifest), STR("messages_tab_enabled"))) {
        sim_call_fail(call, "messages_tab_disabled");
        return;
    }
    const char *error = sim_post(ws, user, call->args, ephemeral, &message, call->messages);
    if (error) {
        sim_call_fail(call, error);
        return;
    }
    if (ephemeral) {
        sim_json_put_z(call->reply, "message_ts", message->ts);
        return;
    }
    sim_json_put_z(call->reply, "channel", user->channel);
    sim_json_put_z(call->reply, "ts", message->ts);
    sim_json_put(call->reply, "message", sim_message_json(ws, user, message, true));
}

void sim_chat_post(struct sim_call *call)
{
    post(call, false);
}

void sim_chat_ephemeral(struct sim_call *call)
{
    post(call, true);
}

void sim_chat_update(struct sim_call *call)
{
    struct sim_user *user = addressee(call, false);
    struct sim_message *message = user ? own_message(call, user, "cant_update_message") : NULL;
    if (!message)
        return;
    const char *error = sim_post_change(call->ws, user, message, call->args, call->messages);
    if (error) {
        sim_call_fail(call, error);
        return;
    }
    sim_json_put_z(call->reply, "channel", user->channel);
    sim_json_put_z(call->reply, "ts", message->ts);
    sim_json_put_z(call->reply, "text", message->text);
    sim_json_put(call->reply, "message", sim_message_json(call->ws, user, message, true));
}

void sim_chat_delete(struct sim_call *call)
{
    struct sim_user *user = addressee(call, false);
    struct sim_message *message = user ? own_message(call, user, "cant_delete_message") : NULL;
    if (!message)
        return;
    sim_post_delete(call->ws, user, message);
    sim_json_put_z(call->reply, "channel", user->channel);
    sim_json_put_z(call->reply, "ts", message->ts);
}

static struct sim_message *own_message(
    struct sim_call *call, const struct sim_user *user, const char *not_own)
{
    struct sim_message *message = sim_message(user, sim_json_str(call->args, "ts"));
    if (!message || message->deleted || message->ephemeral) {
        sim_call_fail(call, "message_not_found");
        return NULL;
    }
    if (!message->from_app) {
        sim_call_fail(call, not_own);
        return NULL;
    }
    return message;
}

void sim_conversations_history(struct sim_call *call)
{
    struct sim_user *user = addressee(call, false);
    const cJSON *wanted = sim_json_get(call->args, "limit");
    int64_t limit = 100, from = 0;
    if (!user)
        return;
    if (cJSON_IsNumber(wanted))
        limit = (int64_t)cJSON_GetNumberValue(wanted);
    else if (wanted && !str_to_int64(sim_json_str(call->args, "limit"), &limit))
        limit = -1;
    struct str cursor = sim_json_str(call->args, "cursor");
    if (limit < 1 || limit > 999) {
        sim_call_fail(call, "invalid_limit");
        return;
    }
    if (!str_is_empty(cursor) && (!str_starts_with(cursor, STR("bmV4dF90czo")) ||
                                  !str_to_int64(str_slice(cursor, 11, cursor.len), &from))) {
        sim_call_fail(call, "invalid_cursor");
        return;
    }
    bool all_metadata = sim_json_truthy(call->args, "include_all_metadata"), more = false;
    cJSON *messages = cJSON_AddArrayToObject(call->reply, "messages");
    int64_t index = 0;
    for (size_t i = user->messages_len; i > 0; i--) {
        const struct sim_message *message = user->messages[i - 1];
        if (message->deleted || message->ephemeral || !in_range(call->args, message->ts) ||
            index++ < from)
            continue;
        more = cJSON_GetArraySize(messages) >= limit;
        if (more)
            break;
        cJSON_AddItemToArray(messages, sim_message_json(call->ws, user, message, all_metadata));
    }
    sim_json_put(call->reply, "has_more", cJSON_CreateBool(more));
    if (more) {
        char next[48];
        snprintf(next, sizeof next, "bmV4dF90czo%lld", (long long)from + (long long)limit);
        cJSON *metadata = cJSON_AddObjectToObject(call->reply, "response_metadata");
        sim_json_put_z(metadata, "next_cursor", next);
    }
    sim_json_put(call->reply, "pin_count", cJSON_CreateNumber(0));
}

/* ts have equally many digits until 2286; shorter bounds ("0", "1930000000") compare as numbers. */
static bool in_range(const cJSON *args, const char *ts)
{
    struct str oldest = sim_json_str(args, "oldest"), latest = sim_json_str(args, "latest");
    bool inclusive = sim_json_truthy(args, "inclusive");
    double at = 0, bound = 0;
    if (!str_to_double(str_from_z(ts), &at))
        return false;
    if (str_to_double(oldest, &bound) && (inclusive ? at < bound : at <= bound))
        return false;
    return !str_to_double(latest, &bound) || (inclusive ? at <= bound : at < bound);
}

/* -- response_url ------------------------------------------------------------------------------ */

void workspace_response(struct workspace *ws, struct arena *arena, struct str id, struct str body,
                        struct workspace_reply *reply)
{
    struct sim_response *response = NULL;
    struct instant now = sim_now(ws).now;
    for (size_t i = 0; i < ws->responses_len; i++) {
        if (str_equal(str_from_z(ws->responses[i].id), id))
            response = &ws->responses[i];
    }
    sim_count(&ws->calls, STR("response_url"))->a++;
    cJSON *json = sim_json_parse(body);
    const char *error = NULL;
    if (!response)
        error = "invalid_url";
    else if (now.utc_ms - response->made.utc_ms > SIM_RESPONSE_MS)
        error = "expired_url";
    else if (response->uses >= SIM_RESPONSE_USES)
        error = "used_url";
    else if (!cJSON_IsObject(json))
        error = "invalid_payload";
    else
        error = answer_response(ws, response, json);
    cJSON_Delete(json);
    if (error) {
        sim_count(&ws->calls, STR("response_url"))->c++;
        sim_count(&ws->errors, str_from_z(error))->a++;
        refuse_response(arena, reply, error);
        return;
    }
    sim_count(&ws->calls, STR("response_url"))->b++;
    *reply = (struct workspace_reply){ .status = 200, .body = STR("{\"ok\":true}") };
}

static const char *answer_response(
    struct workspace *ws, struct sim_response *response, const cJSON *json)
{
    struct sim_user *user = sim_user(ws, str_from_z(response->user_id));
    cJSON *messages = cJSON_CreateArray();
    struct sim_message *source = sim_message(user, str_from_z(response->ts));
    const char *error = NULL;
    bool gone = !source || source->deleted;
    response->uses++;
    if (sim_json_true(json, "delete_original")) {
        error = gone ? "message_not_found" : NULL;
        if (!gone)
            sim_post_delete(ws, user, source);
    } else if (sim_json_true(json, "replace_original")) {
        error = gone ? "message_not_found" : sim_post_change(ws, user, source, json, messages);
    } else {
        bool in_channel = str_equal(sim_json_str(json, "response_type"), STR("in_channel"));
        error = sim_post(ws, user, json, !in_channel, NULL, messages);
    }
    cJSON_Delete(messages);
    return error;
}

static void refuse_response(struct arena *arena, struct workspace_reply *reply, const char *error)
{
    struct str body = str_format(arena, "{\"ok\":false,\"error\":\"%s\"}", error);
    *reply = (struct workspace_reply){ .status = 404, .body = body };
}
