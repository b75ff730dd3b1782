/* The shapes Slack sends: users, messages, interactions, events.
 *
 * Owns which keys stand where. Refuses to know who gets it (envelope.c). Odd decision: fields the
 * app has no use for are there too, so that its decoder meets the real width of a payload. */
#include "sim/inside.h"

static void put_profile(cJSON *user_json, const struct workspace *ws, const struct sim_user *user);
static bool may_send(const struct workspace *ws, const char *subscription, const char *scope);

cJSON *sim_user_json(const struct workspace *ws, const struct sim_user *user)
{
    cJSON *json = cJSON_CreateObject();
    sim_json_put_z(json, "id", user->id);
    sim_json_put_z(json, "team_id", ws->team_id);
    sim_json_put_z(json, "name", user->name);
    sim_json_put(json, "deleted", cJSON_CreateBool(user->deleted));
    if (!user->deleted) {
        sim_json_put_z(json, "color", "9f69e7");
        sim_json_put_z(json, "real_name", user->real_name);
        sim_json_put_z(json, "tz", user->tz);
        sim_json_put_z(json, "tz_label", user->tz);
        sim_json_put(json, "tz_offset", cJSON_CreateNumber(user->tz_offset_s));
    }
    put_profile(json, ws, user);
    static const char *const flags[] = { "is_admin", "is_owner", "is_primary_owner",
        "is_ultra_restricted", "is_app_user" };
    for (size_t i = 0; i < COUNT(flags); i++)
        sim_json_put(json, flags[i], cJSON_CreateFalse());
    sim_json_put(json, "is_restricted", cJSON_CreateBool(user->is_restricted));
    sim_json_put(json, "is_bot", cJSON_CreateBool(user->is_bot));
    sim_json_put(json, "updated", cJSON_CreateNumber((double)user->updated_s));
    sim_json_put(json, "is_email_confirmed", cJSON_CreateTrue());
    sim_json_put_z(json, "who_can_share_contact_card", "EVERYONE");
    return json;
}

static void put_profile(cJSON *user_json, const struct workspace *ws, const struct sim_user *user)
{
    cJSON *profile = cJSON_AddObjectToObject(user_json, "profile");
    sim_json_put_z(profile, "title", user->title);
    sim_json_put_z(profile, "phone", "");
    sim_json_put_z(profile, "real_name", user->real_name);
    sim_json_put_z(profile, "real_name_normalized", user->real_name);
    sim_json_put_z(profile, "display_name", user->name);
    sim_json_put_z(profile, "display_name_normalized", user->name);
    sim_json_put_z(profile, "status_text", "");
    sim_json_put_z(profile, "status_emoji", "");
    sim_json_put(profile, "status_expiration", cJSON_CreateNumber(0));
    sim_json_put_z(profile, "avatar_hash", "g0f1d2c3b4a5");
    sim_json_put_z(profile, "team", ws->team_id);
    if (user->email[0] && sim_call_has_scope(ws, STR("users:read.email")))
        sim_json_put_z(profile, "email", user->email);
    if (user->is_bot) {
        sim_json_put_z(profile, "bot_id", ws->bot_id);
        sim_json_put_z(profile, "api_app_id", ws->app_id);
    }
}

cJSON *sim_message_json(const struct workspace *ws, const struct sim_user *user,
                        const struct sim_message *message, bool all_metadata)
{
    cJSON *json = cJSON_CreateObject();
    sim_json_put_z(json, "type", "message");
    sim_json_put_z(json, "user", message->from_app ? ws->bot_user_id : user->id);
    sim_json_put_z(json, "ts", message->ts);
    sim_json_put_z(json, "text", message->text);
    sim_json_put_z(json, "team", ws->team_id);
    if (message->from_app) {
        sim_json_put_z(json, "bot_id", ws->bot_id);
        sim_json_put_z(json, "app_id", ws->app_id);
        cJSON *profile = cJSON_AddObjectToObject(json, "bot_profile");
        sim_json_put_z(profile, "id", ws->bot_id);
        sim_json_put_z(profile, "app_id", ws->app_id);
        sim_json_put_z(profile, "name", "nudged");
        sim_json_put(profile, "deleted", cJSON_CreateFalse());
        sim_json_put_z(profile, "team_id", ws->team_id);
    } else if (message->client_msg_id) {
        sim_json_put_z(json, "client_msg_id", message->client_msg_id);
    }
    if (message->blocks)
        sim_json_put(json, "blocks", sim_json_copy(message->blocks));
    if (message->edited_ts[0]) {
        cJSON *edited = cJSON_AddObjectToObject(json, "edited");
        sim_json_put_z(edited, "user", message->from_app ? ws->bot_id : user->id);
        sim_json_put_z(edited, "ts", message->edited_ts);
    }
    if (message->metadata && all_metadata) {
        sim_json_put(json, "metadata", sim_json_copy(message->metadata));
    } else if (message->metadata) {
        cJSON *metadata = cJSON_AddObjectToObject(json, "metadata");
        sim_json_put_str(metadata, "event_type", sim_json_str(message->metadata, "event_type"));
    }
    return json;
}

const char *sim_trigger_new(struct workspace *ws, const struct sim_user *user)
{
    struct mono now = sim_now(ws).mono;
    if (ws->triggers_len > 512) {
        for (size_t i = 0; i < 256; i++)
            free(ws->triggers[i].user_id);
        ws->triggers_len -= 256;
        memmove(ws->triggers, ws->triggers + 256, ws->triggers_len * sizeof *ws->triggers);
    }
    struct sim_trigger *trigger = SIM_PUSH(ws->triggers, ws->triggers_len, ws->triggers_cap);
    snprintf(trigger->id, sizeof trigger->id, "%u.%u.%016llx", sim_below(ws, 900000000) + 100000000,
             sim_below(ws, 90000000) + 10000000, (unsigned long long)sim_random(ws));
    trigger->user_id = sim_dup_z(user->id);
    trigger->made = now;
    return trigger->id;
}

cJSON *sim_interaction(struct workspace *ws, const struct sim_user *user, const char *type)
{
    cJSON *payload = cJSON_CreateObject();
    sim_json_put_z(payload, "type", type);
    cJSON *person = cJSON_AddObjectToObject(payload, "user");
    sim_json_put_z(person, "id", user->id);
    sim_json_put_z(person, "username", user->name);
    sim_json_put_z(person, "name", user->name);
    sim_json_put_z(person, "team_id", ws->team_id);
    sim_json_put_z(payload, "api_app_id", ws->app_id);
    sim_json_put_z(payload, "token", "simulated-verification");
    sim_json_put_z(payload, "trigger_id", sim_trigger_new(ws, user));
    cJSON *team = cJSON_AddObjectToObject(payload, "team");
    sim_json_put_z(team, "id", ws->team_id);
    sim_json_put_z(team, "domain", ws->team_domain);
    sim_json_put(payload, "enterprise", cJSON_CreateNull());
    sim_json_put(payload, "is_enterprise_install", cJSON_CreateFalse());
    return payload;
}

void sim_interaction_response_url(struct workspace *ws, cJSON *payload, const struct sim_user *user,
                                  const char *ts)
{
    char url[512];
    struct instant now = sim_now(ws).now;
    if (ws->responses_len > 2048) {
        for (size_t i = 0; i < 1024; i++)
            free(ws->responses[i].user_id);
        ws->responses_len -= 1024;
        memmove(ws->responses, ws->responses + 1024, ws->responses_len * sizeof *ws->responses);
    }
    struct sim_response *response = SIM_PUSH(ws->responses, ws->responses_len, ws->responses_cap);
    sim_id(ws, "R", 24, response->id);
    snprintf(response->ts, sizeof response->ts, "%s", ts);
    response->user_id = sim_dup_z(user->id);
    response->made = now;
    snprintf(url, sizeof url, "%s/response/%s", ws->base_url, response->id);
    sim_json_put_z(payload, "response_url", url);
}

/* -- events ------------------------------------------------------------------------------------ */

void sim_event(struct workspace *ws, const char *subscription, const char *scope, cJSON *event)
{
    char event_id[SIM_ID_BYTES];
    if (!may_send(ws, subscription, scope)) {
        cJSON_Delete(event);
        return;
    }
    cJSON *payload = cJSON_CreateObject();
    sim_id(ws, "Ev", 11, event_id);
    sim_json_put_z(payload, "token", "simulated-verification");
    sim_json_put_z(payload, "team_id", ws->team_id);
    sim_json_put_z(payload, "context_team_id", ws->team_id);
    sim_json_put(payload, "context_enterprise_id", cJSON_CreateNull());
    sim_json_put_z(payload, "api_app_id", ws->app_id);
    sim_json_put(payload, "event", event);
    sim_json_put_z(payload, "type", "event_callback");
    sim_json_put_z(payload, "event_id", event_id);
    sim_json_put(
        payload, "event_time", cJSON_CreateNumber((double)(sim_now(ws).now.utc_ms / 1000)));
    cJSON *authorizations = cJSON_AddArrayToObject(payload, "authorizations");
    cJSON *authorization = cJSON_CreateObject();
    sim_json_put(authorization, "enterprise_id", cJSON_CreateNull());
    sim_json_put_z(authorization, "team_id", ws->team_id);
    sim_json_put_z(authorization, "user_id", ws->bot_user_id);
    sim_json_put(authorization, "is_bot", cJSON_CreateTrue());
    sim_json_put(authorization, "is_enterprise_install", cJSON_CreateFalse());
    cJSON_AddItemToArray(authorizations, authorization);
    sim_json_put(payload, "is_ext_shared_channel", cJSON_CreateFalse());
    sim_json_put_z(payload, "event_context", "4-simulated");
    sim_envelope_new(ws, SIM_ENVELOPE_EVENT, payload, "", "");
}

static bool may_send(const struct workspace *ws, const char *subscription, const char *scope)
{
    if (ws->uninstalled || ws->revoked)
        return false;
    if (scope[0] && !sim_call_has_scope(ws, str_from_z(scope)))
        return false;
    return sim_manifest_lists(
        str_from_z(ws->manifest), STR("bot_events"), str_from_z(subscription));
}

void sim_event_message(
    struct workspace *ws, const struct sim_user *user, const struct sim_message *message)
{
    if (message->ephemeral || (message->from_app && !ws->echo))
        return;
    cJSON *event = sim_message_json(ws, user, message, true);
    sim_json_put_z(event, "channel", user->channel);
    sim_json_put_z(event, "event_ts", message->ts);
    sim_json_put_z(event, "channel_type", "im");
    sim_event(ws, "message.im", "im:history", event);
}

static cJSON *subtype_event(struct workspace *ws, const struct sim_user *user, const char *subtype)
{
    char ts[SIM_TS_BYTES];
    cJSON *event = cJSON_CreateObject();
    sim_ts(ws, ts);
    sim_json_put_z(event, "type", "message");
    sim_json_put_z(event, "subtype", subtype);
    sim_json_put_z(event, "channel", user->channel);
    sim_json_put(event, "hidden", cJSON_CreateTrue());
    sim_json_put_z(event, "ts", ts);
    sim_json_put_z(event, "event_ts", ts);
    sim_json_put_z(event, "channel_type", "im");
    return event;
}

void sim_event_message_changed(struct workspace *ws, const struct sim_user *user,
                               const struct sim_message *message, cJSON *previous)
{
    if (message->ephemeral || (message->from_app && !ws->echo)) {
        cJSON_Delete(previous);
        return;
    }
    cJSON *event = subtype_event(ws, user, "message_changed");
    sim_json_put(event, "message", sim_message_json(ws, user, message, true));
    sim_json_put(event, "previous_message", previous);
    sim_event(ws, "message.im", "im:history", event);
}

void sim_event_message_deleted(struct workspace *ws, const struct sim_user *user, cJSON *previous)
{
    bool from_app = sim_json_get(previous, "bot_id") != NULL;
    if (from_app && !ws->echo) {
        cJSON_Delete(previous);
        return;
    }
    cJSON *event = subtype_event(ws, user, "message_deleted");
    sim_json_put_str(event, "deleted_ts", sim_json_str(previous, "ts"));
    sim_json_put(event, "previous_message", previous);
    sim_event(ws, "message.im", "im:history", event);
}
