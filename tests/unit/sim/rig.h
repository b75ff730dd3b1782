/* A workspace with two people, a hand-driven clock and a list of what its links were sent. */
#ifndef TESTS_UNIT_SIM_RIG_H
#define TESTS_UNIT_SIM_RIG_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/sim/fault.h"
#include "nudged/sim/human.h"
#include "nudged/sim/look.h"
#include "nudged/sim/workspace.h"

enum { RIG_FRAMES_MAX = 64 };

struct rig {
    struct workspace *ws;
    struct arena arena;
    struct sim_time time;
    struct { uint32_t link; cJSON *json; } frames[RIG_FRAMES_MAX];
    size_t frames_len;
    uint32_t cut[16];
    size_t cut_len;
    struct workspace_reply reply;
    cJSON *json;                        /* of the last reply */
    struct sim_faults faults;
};

static struct sim_time rig_time(void *arg)
{
    const struct rig *rig = arg;
    return rig->time;
}

static void rig_deliver(void *arg, uint32_t link_id, struct str frame)
{
    struct rig *rig = arg;
    assert_true(rig->frames_len < RIG_FRAMES_MAX);
    rig->frames[rig->frames_len].link = link_id;
    rig->frames[rig->frames_len].json = cJSON_ParseWithLength(frame.ptr, frame.len);
    assert_non_null(rig->frames[rig->frames_len++].json);
}

static void rig_cut(void *arg, uint32_t link_id)
{
    struct rig *rig = arg;
    rig->cut[rig->cut_len++ % 16] = link_id;
}

static inline void rig_start(struct rig *rig, struct str manifest, bool tiers)
{
    static const struct workspace_events events = { rig_deliver, rig_cut, NULL };
    memset(rig, 0, sizeof *rig);
    rig->time.now.utc_ms = 1929800000000;               /* 2031-02-25 */
    rig->time.mono.ms = 1000;
    arena_init(&rig->arena, 8 << 20);
    sim_faults_init(&rig->faults, 7);
    struct workspace_options options = { .manifest = manifest,
        .tiers = tiers,
        .seed = 11,
        .no_echo = true,
        .time = rig_time,
        .time_arg = rig,
        .faults = &rig->faults };
    assert_int_equal(workspace_new(&options, &rig->ws), OK);
    workspace_listen(rig->ws, &events, rig);
    struct workspace_user ada = { .id = STR("U0ADA"),
        .name = STR("ada"),
        .real_name = STR("Ada Fenn"),
        .email = STR("ada@example.com"),
        .tz = STR("Europe/Lisbon") };
    struct workspace_user bo = { .id = STR("U0BO"), .name = STR("bo"), .real_name = STR("Bo Marsh"),
                                 .email = STR("bo@example.com"), .tz = STR("Asia/Tokyo") };
    assert_int_equal(workspace_add_user(rig->ws, &ada, NULL), OK);
    assert_int_equal(workspace_add_user(rig->ws, &bo, NULL), OK);
}

static inline void rig_clear(struct rig *rig)
{
    for (size_t i = 0; i < rig->frames_len; i++)
        cJSON_Delete(rig->frames[i].json);
    rig->frames_len = 0;
}

static inline void rig_stop(struct rig *rig)
{
    rig_clear(rig);
    cJSON_Delete(rig->json);
    workspace_free(rig->ws);
    arena_finish(&rig->arena);
}

static inline void rig_wait(struct rig *rig, int64_t ms)
{
    rig->time.now.utc_ms += ms;
    rig->time.mono.ms += ms;
    workspace_tick(rig->ws);
}

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

static inline void rig_ack(struct rig *rig, size_t frame, const char *payload)
{
    char text[2048];
    snprintf(text, sizeof text, "{\"envelope_id\":\"%s\"%s%s}",
        rig_text(rig->frames[frame].json, "envelope_id"), payload ? ",\"payload\":" : "",
        payload ? payload : "");
    workspace_link_text(rig->ws, rig->frames[frame].link, str_from_z(text));
}

#endif
