/* Calling the workspace, looking into JSON, links and acks: on top of the rig. */
#ifndef NUDGED_UNIT_SIM_RIG_CALLS_H
#define NUDGED_UNIT_SIM_RIG_CALLS_H

#include "rig.h"

/* Calls with the bot token and a JSON body; gives the error code, "" when ok. */
static inline const char *rig_call_as(struct rig *rig, const char *token, const char *method,
                                      const char *body)
{
    struct workspace_request request = { .method = str_from_z(method),
        .authorization = str_from_z(token),
        .content_type = STR("application/json; charset=utf-8"),
        .body = str_from_z(body) };
    workspace_call(rig->ws, &rig->arena, &request, &rig->reply);
    cJSON_Delete(rig->json);
    rig->json = cJSON_ParseWithLength(rig->reply.body.ptr, rig->reply.body.len);
    assert_non_null(rig->json);
    const char *error = cJSON_GetStringValue(cJSON_GetObjectItem(rig->json, "error"));
    assert_int_equal(error == NULL, cJSON_IsTrue(cJSON_GetObjectItem(rig->json, "ok")));
    return error ? error : "";
}

static inline const char *rig_call(struct rig *rig, const char *method, const char *body)
{
    return rig_call_as(rig, "Bearer xoxb-sim", method, body);
}

/* A path like "message.blocks.0.type" in JSON. */
static inline const cJSON *rig_at(const cJSON *json, const char *path)
{
    struct str rest = str_from_z(path), part;
    while (json && str_next_part(&rest, '.', &part)) {
        char key[64];
        uint64_t index;
        snprintf(key, sizeof key, "%.*s", STR_ARG(part));
        json = cJSON_IsArray(json) && str_to_uint64(part, &index)
            ? cJSON_GetArrayItem(json, (int)index)
            : cJSON_GetObjectItemCaseSensitive(json, key);
    }
    return json;
}

static inline const char *rig_text(const cJSON *json, const char *path)
{
    const char *text = cJSON_GetStringValue(rig_at(json, path));
    return text ? text : "(none)";
}

/* Opens a link and says hello; gives its id. */
static inline uint32_t rig_link(struct rig *rig)
{
    uint32_t id = 0;
    assert_string_equal(rig_call_as(rig, "Bearer xapp-sim", "apps.connections.open", ""), "");
    const char *url = rig_text(rig->json, "url");
    const char *ticket = strstr(url, "ticket=") + 7;
    assert_int_equal(
        workspace_link_open(rig->ws, (struct str){ ticket, strcspn(ticket, "&") }, &id), OK);
    workspace_link_hello(rig->ws, id);
    return id;
}

/* A workspace with a link that said hello, and nothing heard yet. */
static inline void rig_up(struct rig *rig)
{
    rig_start(rig, STR_EMPTY, false);
    rig_link(rig);
    rig_clear(rig);
}

static inline void rig_ack(struct rig *rig, size_t frame, const char *payload)
{
    char text[2048];
    snprintf(text, sizeof text, "{\"envelope_id\":\"%s\"%s%s}",
        rig_text(rig->frames[frame].json, "envelope_id"), payload ? ",\"payload\":" : "",
        payload ? payload : "");
    workspace_link_text(rig->ws, rig->frames[frame].link, str_from_z(text));
}

#endif
