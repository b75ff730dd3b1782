/* One Web API call: who asks, may they, how often, with which arguments; then the method itself.
 *
 * Owns the method table and everything that is refused before a method runs. Odd decision: an
 * argument that the method does not have is refused (invalid_arguments), although Slack ignores
 * it: an ignored argument is a mistake of the app. */
#include "sim/inside.h"

static const struct sim_method methods[] = {
    { "api.test", "", "*", 0, false, true, sim_api_test },
    { "auth.test", "", "", 600, false, false, sim_auth_test },
    { "apps.connections.open", "", "", 50, true, false, sim_apps_connections_open },
    { "bots.info", "users:read", "bot team_id", 50, false, false, sim_bots_info },
    { "users.info", "users:read", "user include_locale", 100, false, false, sim_users_info },
    { "users.list", "users:read", "limit cursor team_id include_locale", 20, false, false,
        sim_users_list },
    { "users.lookupByEmail", "users:read.email", "email", 50, false, false, sim_users_lookup },
    { "dnd.teamInfo", "dnd:read", "users team_id", 20, false, false, sim_dnd_team_info },
    { "conversations.open", "im:write", "users channel return_im prevent_creation", 50, false,
        false, sim_conversations_open },
    { "conversations.info", "im:read", "channel include_locale include_num_members", 50, false,
        false, sim_conversations_info },
    { "conversations.history", "im:history",
        "channel oldest latest inclusive limit cursor include_all_metadata", 50, false, false,
        sim_conversations_history },
    { "chat.postMessage", "chat:write",
        "channel text blocks metadata unfurl_links unfurl_media parse mrkdwn thread_ts "
        "client_msg_id",
        300, false, false, sim_chat_post },
    { "chat.postEphemeral", "chat:write", "channel user text blocks parse", 100, false, false,
        sim_chat_ephemeral },
    { "chat.update", "chat:write", "channel ts text blocks metadata parse", 50, false, false,
        sim_chat_update },
    { "chat.delete", "chat:write", "channel ts", 50, false, false, sim_chat_delete },
    { "views.open", "", "trigger_id view", 100, false, false, sim_views_open },
    { "views.push", "", "trigger_id view", 100, false, false, sim_views_push },
    { "views.update", "", "view_id external_id view hash", 100, false, false, sim_views_update },
    { "views.publish", "", "user_id view hash", 100, false, false, sim_views_publish },
};

/* Arguments that hold JSON also when the body is a form. */
static const char *const json_args[] = { "blocks", "view", "metadata" };

enum { CHANNEL_BURST = 5 };             /* "about one a second per channel, with short bursts" */

static const struct sim_method *find_method(struct str name);
static const char *read_args(struct sim_call *call, const struct workspace_request *request);
static const char *check_token(struct sim_call *call, const struct sim_method *method,
                               const struct workspace_request *request);
static const char *check_scope(struct sim_call *call, const struct sim_method *method);
static const char *check_names(struct sim_call *call, const struct sim_method *method);
static const char *check_tier(struct sim_call *call, const struct sim_method *method);
static bool take_token(
    struct workspace *ws, struct str name, double per_minute, double burst, int *wait_s);
static void write_reply(struct sim_call *call, struct arena *arena, struct str method,
                        struct workspace_reply *reply);
static bool has_word(const char *words, const char *word);

void workspace_call(struct workspace *ws, struct arena *arena,
    const struct workspace_request *request, struct workspace_reply *reply)
{
    struct sim_call call = { .ws = ws,
        .reply = cJSON_CreateObject(),
        .messages = cJSON_CreateArray(),
        .warnings = cJSON_CreateArray(),
        .retry_after_s = -1 };
    const struct sim_method *method = find_method(request->method);
    const char *error = read_args(&call, request);
    if (!method)
        error = "unknown_method";
    if (!error)
        error = check_token(&call, method, request);
    if (!error)
        error = check_tier(&call, method);
    if (!error)
        error = check_scope(&call, method);
    if (!error)
        error = check_names(&call, method);
    if (error)
        sim_call_fail(&call, error);
    else
        method->run(&call);
    if (!method)
        sim_json_put_str(call.reply, "req_method", request->method);
    write_reply(&call, arena, request->method, reply);
    cJSON_Delete(call.args);
}

void sim_call_fail(struct sim_call *call, const char *error)
{
    if (!call->error)
        call->error = error;
}

static const struct sim_method *find_method(struct str name)
{
    for (size_t i = 0; i < COUNT(methods); i++) {
        if (str_equal(str_from_z(methods[i].name), name))
            return &methods[i];
    }
    return NULL;
}

static const char *read_args(struct sim_call *call, const struct workspace_request *request)
{
    struct str type = request->content_type;
    bool json = str_starts_with(type, STR("application/json"));
    if (json && !str_is_empty(str_trim(request->body))) {
        call->args = sim_json_parse(request->body);
        if (!call->args)
            return "invalid_json";
        if (!cJSON_IsObject(call->args))
            return "json_not_object";
        if (!str_contains(type, STR("charset")))
            cJSON_AddItemToArray(call->warnings, cJSON_CreateString("missing_charset"));
    } else if (json || str_is_empty(request->body) ||
               str_starts_with(type, STR("application/x-www-form-urlencoded"))) {
        call->args = sim_form_parse(json ? STR_EMPTY : request->body);
    } else {
        call->args = cJSON_CreateObject();
        return "invalid_post_type";
    }
    for (size_t i = 0; i < COUNT(json_args); i++) {
        struct str text = sim_json_str(call->args, json_args[i]);
        cJSON *parsed = str_is_empty(text) ? NULL : sim_json_parse(text);
        if (parsed)
            sim_json_put(call->args, json_args[i], parsed);
    }
    return NULL;
}

static const char *check_token(struct sim_call *call, const struct sim_method *method,
                               const struct workspace_request *request)
{
    struct workspace *ws = call->ws;
    struct str token = request->authorization;
    if (str_starts_with(token, STR("Bearer ")))
        token = str_trim(str_slice(token, 7, token.len));
    else if (!method->app_token)
        token = sim_json_str(call->args, "token");
    else
        token = STR_EMPTY;
    const char *error = NULL;
    bool is_bot = str_equal(token, str_from_z(ws->bot_token));
    bool is_app = str_equal(token, str_from_z(ws->app_token));
    if (str_is_empty(token))
        error = "not_authed";
    else if (!is_bot && !is_app)
        error = "invalid_auth";
    else if (ws->uninstalled)
        error = "account_inactive";
    else if (ws->revoked)
        error = "token_revoked";
    else if (method->app_token != is_app)
        error = "not_allowed_token_type";
    cJSON_DeleteItemFromObjectCaseSensitive(call->args, "token");
    return method->no_token ? NULL : error;
}

bool sim_call_has_scope(const struct workspace *ws, struct str scope)
{
    return sim_manifest_lists(str_from_z(ws->manifest), STR("bot"), scope);
}

static const char *check_scope(struct sim_call *call, const struct sim_method *method)
{
    struct buf provided = buf_heap(8192);
    struct str scope = str_from_z(method->scopes);
    if (str_is_empty(scope) || sim_call_has_scope(call->ws, scope))
        return NULL;
    sim_manifest_scopes(str_from_z(call->ws->manifest), &provided);
    sim_json_put_z(call->reply, "needed", method->scopes);
    sim_json_put_str(call->reply, "provided", buf_str(&provided));
    buf_free(&provided);
    return "missing_scope";
}

static const char *check_names(struct sim_call *call, const struct sim_method *method)
{
    const cJSON *item;
    bool fine = true;
    if (strcmp(method->args, "*") == 0)
        return NULL;
    cJSON_ArrayForEach(item, call->args) {
        char pointer[128];
        snprintf(pointer, sizeof pointer, "/%s", item->string);
        if (has_word(method->args, item->string))
            continue;
        sim_complain(call->messages, "unknown argument", pointer);
        fine = false;
    }
    return fine ? NULL : "invalid_arguments";
}

/* -- rate tiers -------------------------------------------------------------------------------- */

static const char *check_tier(struct sim_call *call, const struct sim_method *method)
{
    char name[128];
    if (!call->ws->tiers || method->per_minute == 0)
        return NULL;
    int wait_s = 0;
    double per_minute = method->per_minute;
    bool granted = take_token(call->ws, str_from_z(method->name), per_minute, per_minute, &wait_s);
    if (granted && method->run == sim_chat_post) {
        snprintf(name, sizeof name, "post %s", sim_json_z(call->args, "channel"));
        granted = take_token(call->ws, str_from_z(name), 60, CHANNEL_BURST, &wait_s);
    }
    if (granted)
        return NULL;
    call->retry_after_s = wait_s;
    return "ratelimited";
}

static bool take_token(
    struct workspace *ws, struct str name, double per_minute, double burst, int *wait_s)
{
    struct instant now = sim_now(ws).now;
    struct sim_count *bucket = sim_count(&ws->buckets, name);
    double gained = (double)(now.utc_ms - bucket->filled.utc_ms) * per_minute / 60000.0;
    if (bucket->a++ == 0)
        gained = burst;
    bucket->filled = now;
    bucket->tokens = bucket->tokens + gained < burst ? bucket->tokens + gained : burst;
    if (bucket->tokens >= 1) {
        bucket->tokens -= 1;
        return true;
    }
    *wait_s = 1 + (int)((1 - bucket->tokens) * 60.0 / per_minute);
    return false;
}

/* -- the reply --------------------------------------------------------------------------------- */

static void count_reply(struct sim_call *call, struct str method)
{
    struct sim_count *count = sim_count(&call->ws->calls, method);
    count->a++;
    if (!call->error)
        count->b++;
    else if (call->retry_after_s >= 0)
        count->d++;
    else
        count->c++;
    if (!call->error)
        return;
    sim_count(&call->ws->errors, str_from_z(call->error))->a++;
    char line[160];
    snprintf(line, sizeof line, "%.*s", STR_ARG(method));
    struct sim_count *last = sim_count(&call->ws->last_errors, str_from_z(line));
    snprintf(last->text, sizeof last->text, "%s", call->error);
}

static void write_reply(struct sim_call *call, struct arena *arena, struct str method,
                        struct workspace_reply *reply)
{
    cJSON *whole = cJSON_CreateObject();
    bool complaints = cJSON_GetArraySize(call->messages) > 0,
         warned = cJSON_GetArraySize(call->warnings) > 0;
    count_reply(call, method);
    sim_json_put(whole, "ok", cJSON_CreateBool(!call->error));
    if (call->error)
        sim_json_put_z(whole, "error", call->error);
    if (warned)
        sim_json_put_z(whole, "warning", "missing_charset");
    cJSON *item = call->reply->child;
    while (item) {
        cJSON *next = item->next;
        if (!call->error || !cJSON_IsObject(item))
            sim_json_put(whole, item->string, sim_json_copy(item));
        item = next;
    }
    cJSON *metadata = cJSON_GetObjectItemCaseSensitive(whole, "response_metadata");
    if ((complaints || warned) && !metadata)
        metadata = cJSON_AddObjectToObject(whole, "response_metadata");
    if (complaints && call->error)
        sim_json_put(metadata, "messages", sim_json_copy(call->messages));
    if (warned)
        sim_json_put(metadata, "warnings", sim_json_copy(call->warnings));
    char *text = sim_json_print(whole);
    *reply = (struct workspace_reply){ .status = 200, .body = str_copy(arena, str_from_z(text)) };
    if (call->retry_after_s >= 0) {
        reply->status = 429;
        reply->retry_after = str_format(arena, "%d", call->retry_after_s);
    }
    if (arena_failed(arena))
        *reply = (struct workspace_reply){ .status = 500 };
    free(text);
    cJSON_Delete(whole);
    cJSON_Delete(call->reply);
    cJSON_Delete(call->messages);
    cJSON_Delete(call->warnings);
}

static bool has_word(const char *words, const char *word)
{
    struct str rest = str_from_z(words), part;
    while (str_next_part(&rest, ' ', &part)) {
        if (str_equal(part, str_from_z(word)))
            return true;
    }
    return false;
}
