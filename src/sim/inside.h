/* What the files of the simulated workspace share. Private to this folder; every name that the
 * linker sees starts with sim_, workspace_, human_ or look_.
 *
 * Memory running out ends the process (sim_alloc): half a workspace would be a wrong oracle. */
#ifndef SIM_INSIDE_H
#define SIM_INSIDE_H

#include <cjson/cJSON.h>

#include "nudged/base/buf.h"
#include "nudged/sim/fault.h"
#include "nudged/sim/human.h"
#include "nudged/sim/look.h"
#include "nudged/sim/workspace.h"

enum {
    SIM_ACK_MS = 3000, /* events, clicks, submissions and commands alike */
    SIM_TRIGGER_MS = 3000,
    SIM_TICKET_MS = 30000, /* not documented; short, so that a client fetches a fresh one */
    SIM_CUT_MS = 10000, /* between `warning`/`refresh_requested` and the cut */
    SIM_LINKS_MAX = 10,
    SIM_MODALS_MAX = 3,
    SIM_RESPONSE_USES = 5,
    SIM_RESPONSE_MS = 30 * 60 * 1000,
    SIM_ID_BYTES = 40,
    SIM_TS_BYTES = 24
};

struct sim_message {
    char ts[SIM_TS_BYTES], edited_ts[SIM_TS_BYTES];
    char *text;
    cJSON *blocks, *metadata;           /* NULL: none */
    cJSON *values;                      /* state.values */
    char *client_msg_id;                /* people's messages only */
    char *blocks_text, *metadata_text;  /* made when looked at */
    bool from_app, ephemeral, deleted;
    uint32_t edits;
};

struct sim_view {
    char id[SIM_ID_BYTES], hash[SIM_ID_BYTES], root_id[SIM_ID_BYTES], previous_id[SIM_ID_BYTES];
    char *user_id;
    cJSON *json; /* as the app gave it, with block_ids and action_ids filled in */
    cJSON *values;
    cJSON *errors;
    char *text, *errors_text;           /* made when looked at */
};

struct sim_user {
    char *id, *name, *real_name, *email, *tz, *title, *channel;
    int32_t tz_offset_s;
    bool is_bot, is_restricted, deleted;
    int64_t dnd_start_s, dnd_end_s, updated_s;
    struct sim_message **messages;
    size_t messages_len, messages_cap;
    struct sim_view *home, *modals[SIM_MODALS_MAX];
    size_t modals_len;
    char *trouble;
    uint32_t troubles, unread;
};

struct sim_trigger { char id[SIM_ID_BYTES]; char *user_id; struct mono made; bool used; };
struct sim_ticket { char id[SIM_ID_BYTES]; struct mono made; bool used; };
struct sim_link { uint32_t id; bool hello, doomed; struct mono cut_at; };

/* Where an answer through a response_url goes. */
struct sim_response {
    char id[SIM_ID_BYTES], ts[SIM_TS_BYTES];
    char *user_id;
    int uses;
    struct instant made;
};

enum sim_envelope_type { SIM_ENVELOPE_EVENT, SIM_ENVELOPE_INTERACTIVE, SIM_ENVELOPE_SLASH,
                         SIM_ENVELOPE_TYPES };

struct sim_envelope {
    char id[SIM_ID_BYTES];
    enum sim_envelope_type type;
    cJSON *payload;
    char *user_id;                      /* who waits for it; empty for events */
    char view_id[SIM_ID_BYTES];         /* of a view_submission */
    int attempt;
    bool waiting;                       /* delivered, the 3 s run */
    bool done;                          /* given up or acked; kept a while to recognise late acks */
    bool acked;
    struct mono due;                    /* end of the 3 s, or the next attempt */
    uint32_t links[4];                  /* delivered on these */
    size_t links_len;
};

struct sim_count {
    char *name;
    uint64_t a, b, c, d;
    double tokens;
    struct instant filled;
    char text[64];
};
struct sim_counts { struct sim_count *items; size_t len, cap; };

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

/* -- memory, ids, time (workspace.c) ----------------------------------------------------------- */

void *sim_alloc(size_t bytes);                          /* zeroed */
char *sim_dup(struct str s);                            /* never NULL */
char *sim_dup_z(const char *z);
void sim_set(char **field, struct str s);               /* frees the old */
#define SIM_PUSH(items, len, cap) \
    ((items) = sim_grow((items), (len), &(cap), sizeof *(items)), &(items)[(len)++])
void *sim_grow(void *items, size_t len, size_t *cap, size_t item_bytes);
uint64_t sim_random(struct workspace *ws);
uint32_t sim_below(struct workspace *ws, uint32_t bound);
void sim_id(struct workspace *ws, const char *prefix, size_t random_chars, char out[SIM_ID_BYTES]);
void sim_uuid(struct workspace *ws, char out[SIM_ID_BYTES]);
void sim_ts(struct workspace *ws, char out[SIM_TS_BYTES]);
struct sim_time sim_now(const struct workspace *ws);
void sim_changed(struct workspace *ws, const struct sim_user *user);
struct sim_count *sim_count(struct sim_counts *counts, struct str name);    /* made when missing */
const struct sim_count *sim_count_find(const struct sim_counts *counts, struct str name);

struct sim_user *sim_user(const struct workspace *ws, struct str id);
struct sim_user *sim_user_of_channel(const struct workspace *ws, struct str channel);
const char *sim_open_channel(struct workspace *ws, struct sim_user *user);
struct sim_message *sim_message(const struct sim_user *user, struct str ts); /* also deleted ones */
struct sim_message *sim_message_new(struct workspace *ws, struct sim_user *user);
void sim_message_forget_text(struct sim_message *message);
struct sim_view *sim_view_free(struct sim_view *view);
struct sim_view *sim_view_find(const struct workspace *ws, struct str id, struct sim_user **owner);

/* -- JSON (json.c) ----------------------------------------------------------------------------- */

struct str sim_json_str(const cJSON *object, const char *key); /* empty when not a string there */
const char *sim_json_z(const cJSON *object, const char *key);       /* "" likewise */
bool sim_json_true(const cJSON *object, const char *key);
bool sim_json_truthy(const cJSON *object, const char *key);         /* also "true" and "1": forms */
const cJSON *sim_json_get(const cJSON *object, const char *key);
cJSON *sim_json_parse(struct str text);                             /* the whole text; NULL */
char *sim_json_print(const cJSON *json);                            /* heap; by free() */
void sim_json_put(cJSON *object, const char *key, cJSON *value);    /* replaces; takes value */
void sim_json_put_str(cJSON *object, const char *key, struct str value);
void sim_json_put_z(cJSON *object, const char *key, const char *value);
cJSON *sim_json_copy(const cJSON *json);                            /* NULL gives null */
cJSON *sim_form_parse(struct str form);                             /* object of strings; NULL */

/* -- manifest.c: enough of YAML and JSON to find lists of words and switches ------------------- */

bool sim_manifest_lists(struct str manifest, struct str key, struct str word);
/* True when the key is missing or true. */
bool sim_manifest_allows(struct str manifest, struct str key);
bool sim_manifest_has_command(struct str manifest, struct str command);
void sim_manifest_scopes(struct str manifest, struct buf *out);     /* comma separated */

/* -- blocks.c ---------------------------------------------------------------------------------- */

enum sim_surface { SIM_MESSAGE = 1, SIM_MODAL = 2, SIM_HOME = 4 };
/* Adds one sentence per mistake to messages, as Slack words them. True when there was none. */
bool sim_blocks_check(const cJSON *blocks, enum sim_surface surface, cJSON *messages);
bool sim_view_check(const cJSON *view, cJSON *messages);
/* Gives ids to blocks and elements that came without. */
void sim_blocks_complete(struct workspace *ws, cJSON *blocks);
void sim_complain(cJSON *messages, const char *sentence, const char *pointer);

/* -- surface.c: elements and their state ------------------------------------------------------- */

struct sim_element { const cJSON *block; cJSON *element; bool in_input; };
/* Calls fn for every interactive element in reading order until it returns true. */
typedef bool sim_element_fn(void *arg, const struct sim_element *element);
bool sim_elements(cJSON *blocks, sim_element_fn *fn, void *arg);
bool sim_element_find(
    cJSON *blocks, struct str block_id, struct str action_id, struct sim_element *out);
bool sim_element_has_state(const char *type);
/* state.values with initial values; keeps those of `old` where block_id and action_id still
 * exist. */
cJSON *sim_values_for(cJSON *blocks, const cJSON *old);
/* Sets one value as typed or chosen; false when the client would not accept it. */
bool sim_values_fill(cJSON *values, const struct sim_element *element, struct str text);

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
