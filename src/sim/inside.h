/* The workspace's state, and what the files of this folder call of each other. Private to this
 * folder; every name that the linker sees starts with sim_, workspace_, human_ or look_. */
#ifndef SIM_INSIDE_H
#define SIM_INSIDE_H

#include "sim/objects.h"
#include "sim/surface.h"
#include "sim/tools.h"

struct workspace {
    char *team_id, *team_name, *team_domain, *app_id, *bot_token, *app_token, *base_url, *manifest;
    char *bot_user_id, *bot_id;
    bool tiers, revoked, uninstalled, socket_mode, echo;
    uint64_t state;                     /* splitmix64 */
    int64_t last_us;                    /* of the newest ts */
    sim_time_fn *time;
    void *time_arg;
    struct sim_faults *faults;
    struct workspace_events events;
    void *events_arg;

    struct sim_user **users;
    size_t users_len, users_cap;
    struct sim_trigger *triggers;
    size_t triggers_len, triggers_cap;
    struct sim_ticket *tickets;
    size_t tickets_len, tickets_cap;
    struct sim_link *links;
    size_t links_len, links_cap;
    uint32_t links_made;
    struct sim_response *responses;
    size_t responses_len, responses_cap;
    struct sim_envelope **envelopes;
    size_t envelopes_len, envelopes_cap;
    struct look_envelopes totals[SIM_ENVELOPE_TYPES];
    struct sim_counts calls, errors, last_errors, buckets, posted;
};

/* -- views.c, payload.c, envelope.c ------------------------------------------------------------ */

cJSON *sim_view_json(const struct workspace *ws, const struct sim_view *view);
struct sim_view *sim_view_new(struct workspace *ws, struct sim_user *user, const cJSON *json);
void sim_view_update(struct workspace *ws, struct sim_view *view, const cJSON *json);
void sim_view_close_top(struct workspace *ws, struct sim_user *user);
void sim_view_close_all(struct workspace *ws, struct sim_user *user);
/* Carries out the ack of a view_submission. */
void sim_view_acked(
    struct workspace *ws, struct sim_user *user, const char *view_id, const cJSON *payload);

cJSON *sim_user_json(const struct workspace *ws, const struct sim_user *user);
cJSON *sim_message_json(const struct workspace *ws, const struct sim_user *user,
                        const struct sim_message *message, bool all_metadata);
const char *sim_trigger_new(struct workspace *ws, const struct sim_user *user);
/* Payload with team, user, api_app_id, token … of that type. */
cJSON *sim_interaction(struct workspace *ws, const struct sim_user *user, const char *type);
void sim_interaction_response_url(struct workspace *ws, cJSON *payload, const struct sim_user *user,
                                  const char *ts);
/* Sends an event if the app subscribed to `subscription` and has `scope` ("" for none). Takes
 * event. */
void sim_event(struct workspace *ws, const char *subscription, const char *scope, cJSON *event);
void sim_event_message(
    struct workspace *ws, const struct sim_user *user, const struct sim_message *message);
void sim_event_message_changed(struct workspace *ws, const struct sim_user *user,
                               const struct sim_message *message, cJSON *previous);
void sim_event_message_deleted(struct workspace *ws, const struct sim_user *user, cJSON *previous);

/* Takes payload. user_id "" for events. */
void sim_envelope_new(struct workspace *ws, enum sim_envelope_type type, cJSON *payload,
                      const char *user_id, const char *view_id);
void sim_envelope_free(struct sim_envelope *envelope);
/* Posts or shows what an app answered to a command or through a response_url; an error code or
 * NULL. */
const char *sim_post(struct workspace *ws, struct sim_user *user, const cJSON *args, bool ephemeral,
                     struct sim_message **out, cJSON *messages);
const char *sim_post_change(struct workspace *ws, struct sim_user *user,
    struct sim_message *message, const cJSON *args, cJSON *messages);
void sim_post_delete(struct workspace *ws, struct sim_user *user, struct sim_message *message);
void sim_trouble(struct workspace *ws, struct sim_user *user, const char *sentence);

/* -- api.c: one call under way ----------------------------------------------------------------- */

struct sim_call {
    struct workspace *ws;
    cJSON *args, *reply, *messages, *warnings;
    const char *error;
    char error_text[64];
    int retry_after_s;                  /* -1: none */
};
typedef void sim_method_fn(struct sim_call *call);
struct sim_method { const char *name, *scopes, *args; int per_minute; bool app_token, no_token;
                    sim_method_fn *run; };
void sim_call_fail(struct sim_call *call, const char *error);
bool sim_call_has_scope(const struct workspace *ws, struct str scope);

sim_method_fn sim_auth_test, sim_api_test, sim_apps_connections_open, sim_users_info,
    sim_users_list, sim_users_lookup, sim_dnd_team_info, sim_bots_info, sim_conversations_open,
    sim_conversations_info, sim_conversations_history, sim_chat_post, sim_chat_update,
    sim_chat_delete, sim_chat_ephemeral, sim_views_open, sim_views_push, sim_views_update,
    sim_views_publish;

#endif
