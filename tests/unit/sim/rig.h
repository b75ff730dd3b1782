/* A workspace with two people, a hand-driven clock and a list of what its links were sent. */
#ifndef NUDGED_UNIT_SIM_RIG_H
#define NUDGED_UNIT_SIM_RIG_H

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

#endif
