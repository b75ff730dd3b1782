/* Methods about the app, its people and its conversations.
 *
 * Refuses to know messages (chat.c) and views (views.c). */
#include "sim/inside.h"

enum { DND_USERS_MAX = 50, USERS_PAGE_MAX = 1000 };

void sim_api_test(struct sim_call *call)
{
    cJSON *args = cJSON_CreateObject();
    const cJSON *item;
    cJSON_ArrayForEach(item, call->args)
        sim_json_put(args, item->string, sim_json_copy(item));
    sim_json_put(call->reply, "args", args);
    if (!str_is_empty(sim_json_str(call->args, "error"))) {
        snprintf(call->error_text, sizeof call->error_text, "%s", sim_json_z(call->args, "error"));
        sim_call_fail(call, call->error_text);
    }
}

void sim_auth_test(struct sim_call *call)
{
    struct workspace *ws = call->ws;
    char url[256];
    snprintf(url, sizeof url, "https://%s.slack.com/", ws->team_domain);
    sim_json_put_z(call->reply, "url", url);
    sim_json_put_z(call->reply, "team", ws->team_name);
    sim_json_put_z(call->reply, "user", "nudged");
    sim_json_put_z(call->reply, "team_id", ws->team_id);
    sim_json_put_z(call->reply, "user_id", ws->bot_user_id);
    sim_json_put_z(call->reply, "bot_id", ws->bot_id);
    sim_json_put(call->reply, "is_enterprise_install", cJSON_CreateFalse());
}

void sim_bots_info(struct sim_call *call)
{
    if (!str_equal(sim_json_str(call->args, "bot"), str_from_z(call->ws->bot_id))) {
        sim_call_fail(call, "bot_not_found");
        return;
    }
    cJSON *bot = cJSON_AddObjectToObject(call->reply, "bot");
    sim_json_put_z(bot, "id", call->ws->bot_id);
    sim_json_put(bot, "deleted", cJSON_CreateFalse());
    sim_json_put_z(bot, "name", "nudged");
    sim_json_put_z(bot, "app_id", call->ws->app_id);
    sim_json_put_z(bot, "user_id", call->ws->bot_user_id);
}

void sim_apps_connections_open(struct sim_call *call)
{
    struct workspace *ws = call->ws;
    struct mono now = sim_now(ws).mono;
    char url[512];
    if (ws->tickets_len > 256) {
        memmove(ws->tickets, ws->tickets + 128, (ws->tickets_len - 128) * sizeof *ws->tickets);
        ws->tickets_len -= 128;
    }
    struct sim_ticket *ticket = SIM_PUSH(ws->tickets, ws->tickets_len, ws->tickets_cap);
    sim_uuid(ws, ticket->id);
    ticket->made = now;
    bool tls = strncmp(ws->base_url, "https", 5) == 0;
    const char *host = strstr(ws->base_url, "://");
    snprintf(url, sizeof url, "%s%s/link/?ticket=%s&app_id=%s", tls ? "wss" : "ws",
             host ? host : "://127.0.0.1", ticket->id, "5f1c9f2a");
    sim_json_put_z(call->reply, "url", url);
}

/* -- users ------------------------------------------------------------------------------------- */

void sim_users_info(struct sim_call *call)
{
    const struct sim_user *user = sim_user(call->ws, sim_json_str(call->args, "user"));
    if (!user) {
        sim_call_fail(call, "user_not_found");
        return;
    }
    cJSON *json = sim_user_json(call->ws, user);
    if (sim_json_truthy(call->args, "include_locale"))
        sim_json_put_z(json, "locale", "en-GB");
    sim_json_put(call->reply, "user", json);
}

void sim_users_lookup(struct sim_call *call)
{
    struct workspace *ws = call->ws;
    struct str email = sim_json_str(call->args, "email");
    for (size_t i = 0; i < ws->users_len && !str_is_empty(email); i++) {
        const struct sim_user *user = ws->users[i];
        if (user->deleted || !str_equal_nocase(str_from_z(user->email), email))
            continue;
        sim_json_put(call->reply, "user", sim_user_json(ws, user));
        return;
    }
    sim_call_fail(call, "users_not_found");
}

static bool number_arg(const struct sim_call *call, const char *name, int64_t *out)
{
    const cJSON *item = sim_json_get(call->args, name);
    if (cJSON_IsNumber(item))
        *out = (int64_t)cJSON_GetNumberValue(item);
    return !item || cJSON_IsNumber(item) || str_to_int64(sim_json_str(call->args, name), out);
}

/* The whole list at once is what Slack advises against; without a limit it is refused when the
 * workspace is larger than one page. */
void sim_users_list(struct sim_call *call)
{
    struct workspace *ws = call->ws;
    int64_t limit = 0, from = 0;
    struct str cursor = sim_json_str(call->args, "cursor");
    if (!number_arg(call, "limit", &limit) || limit < 0 || limit > USERS_PAGE_MAX) {
        sim_call_fail(call, "invalid_limit");
        return;
    }
    if (limit == 0 && ws->users_len > USERS_PAGE_MAX) {
        sim_call_fail(call, "limit_required");
        return;
    }
    if (!str_is_empty(cursor) &&
        (!str_starts_with(cursor, STR("dXNlcjpV")) ||
            !str_to_int64(str_slice(cursor, 8, cursor.len), &from) || from < 0)) {
        sim_call_fail(call, "invalid_cursor");
        return;
    }
    size_t to = limit > 0 ? (size_t)(from + limit) : ws->users_len;
    cJSON *members = cJSON_AddArrayToObject(call->reply, "members");
    for (size_t i = (size_t)from; i < to && i < ws->users_len; i++)
        cJSON_AddItemToArray(members, sim_user_json(ws, ws->users[i]));
    char next[48] = "";
    if (to < ws->users_len)
        snprintf(next, sizeof next, "dXNlcjpV%zu", to);
    sim_json_put(
        call->reply, "cache_ts", cJSON_CreateNumber((double)(sim_now(ws).now.utc_ms / 1000)));
    cJSON *metadata = cJSON_AddObjectToObject(call->reply, "response_metadata");
    sim_json_put_z(metadata, "next_cursor", next);
}

void sim_dnd_team_info(struct sim_call *call)
{
    struct str rest = sim_json_str(call->args, "users"), id;
    struct instant now = sim_now(call->ws).now;
    cJSON *users = cJSON_AddObjectToObject(call->reply, "users");
    size_t asked = 0;
    while (str_next_part(&rest, ',', &id)) {
        const struct sim_user *user = sim_user(call->ws, str_trim(id));
        if (++asked > DND_USERS_MAX) {
            sim_call_fail(call, "too_many_users");
            return;
        }
        if (!user)
            continue;
        bool on = user->dnd_end_s * 1000 > now.utc_ms;
        cJSON *dnd = cJSON_AddObjectToObject(users, user->id);
        sim_json_put(dnd, "dnd_enabled", cJSON_CreateBool(on));
        sim_json_put(
            dnd, "next_dnd_start_ts", cJSON_CreateNumber(on ? (double)user->dnd_start_s : 1));
        sim_json_put(dnd, "next_dnd_end_ts", cJSON_CreateNumber(on ? (double)user->dnd_end_s : 1));
    }
    if (asked == 0)
        sim_call_fail(call, "missing_users");
}

/* -- conversations ----------------------------------------------------------------------------- */

static void put_channel(struct sim_call *call, const struct sim_user *user, bool whole)
{
    cJSON *channel = cJSON_AddObjectToObject(call->reply, "channel");
    sim_json_put_z(channel, "id", user->channel);
    if (!whole)
        return;
    sim_json_put(channel, "created", cJSON_CreateNumber((double)user->updated_s));
    sim_json_put(channel, "is_im", cJSON_CreateTrue());
    sim_json_put(channel, "is_open", cJSON_CreateTrue());
    sim_json_put(channel, "is_archived", cJSON_CreateFalse());
    sim_json_put(channel, "is_org_shared", cJSON_CreateFalse());
    sim_json_put_z(channel, "user", user->id);
    sim_json_put_z(channel, "context_team_id", call->ws->team_id);
}

void sim_conversations_open(struct sim_call *call)
{
    struct workspace *ws = call->ws;
    struct str users = sim_json_str(call->args, "users"),
               channel = sim_json_str(call->args, "channel");
    struct sim_user *user =
        str_is_empty(users) ? sim_user_of_channel(ws, channel) : sim_user(ws, users);
    if (str_is_empty(users) && str_is_empty(channel)) {
        sim_call_fail(call, "users_list_not_supplied");
    } else if (!user && !str_is_empty(users)) {
        sim_call_fail(call, str_contains(users, STR(",")) ? "too_many_users" : "user_not_found");
    } else if (!user) {
        sim_call_fail(call, "channel_not_found");
    } else if (user->deleted) {
        sim_call_fail(call, "user_disabled");
    } else if (user->is_bot) {
        sim_call_fail(call, "cannot_dm_bot");
    } else if (!user->channel[0] && sim_json_truthy(call->args, "prevent_creation")) {
        sim_call_fail(call, "channel_not_found");
    } else {
        bool already = user->channel[0] != '\0';
        sim_open_channel(ws, user);
        if (already) {
            sim_json_put(call->reply, "no_op", cJSON_CreateTrue());
            sim_json_put(call->reply, "already_open", cJSON_CreateTrue());
        }
        put_channel(call, user, sim_json_truthy(call->args, "return_im"));
    }
}

void sim_conversations_info(struct sim_call *call)
{
    const struct sim_user *user =
        sim_user_of_channel(call->ws, sim_json_str(call->args, "channel"));
    if (!user)
        sim_call_fail(call, "channel_not_found");
    else
        put_channel(call, user, true);
}
