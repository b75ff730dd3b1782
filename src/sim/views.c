/* Modals and App Home: views.open, push, update, publish, and what a submission's ack does.
 *
 * Refuses to know how a view reached the app. Odd decision: an answer typed into a field
 * survives an update as long as its block_id and action_id do, as in Slack's client. */
#include "sim/inside.h"

enum { VIEW_BYTES_MAX = 250000 };

static struct sim_user *spend_trigger(struct sim_call *call);
static cJSON *checked_view(struct sim_call *call, const char *type);
static void reply_view(struct sim_call *call, const struct sim_view *view);
static void forget_text(struct sim_view *view);
static void show_errors(struct sim_view *view, const cJSON *errors);
static bool external_id_taken(
    const struct workspace *ws, struct str external_id, const struct sim_view *own);
static void fresh_hash(struct workspace *ws, struct sim_view *view);
static void push(struct sim_user *user, struct sim_view *view);

cJSON *sim_view_json(const struct workspace *ws, const struct sim_view *view)
{
    cJSON *json = sim_json_copy(view->json);
    sim_json_put_z(json, "id", view->id);
    sim_json_put_z(json, "team_id", ws->team_id);
    sim_json_put_z(json, "app_id", ws->app_id);
    sim_json_put_z(json, "app_installed_team_id", ws->team_id);
    sim_json_put_z(json, "bot_id", ws->bot_id);
    sim_json_put_z(json, "hash", view->hash);
    sim_json_put_z(json, "root_view_id", view->root_id);
    sim_json_put(json, "previous_view_id",
        view->previous_id[0] ? cJSON_CreateString(view->previous_id) : cJSON_CreateNull());
    static const char *const texts[] = { "private_metadata", "callback_id", "external_id" };
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (!sim_json_get(json, texts[i]))
            sim_json_put_z(json, texts[i], "");
    }
    static const char *const flags[] = { "clear_on_close", "notify_on_close" };
    for (size_t i = 0; i < COUNT(flags); i++) {
        if (!sim_json_get(json, flags[i]))
            sim_json_put(json, flags[i], cJSON_CreateFalse());
    }
    cJSON *state = cJSON_CreateObject();
    sim_json_put(state, "values", sim_json_copy(view->values));
    sim_json_put(json, "state", state);
    return json;
}

struct sim_view *sim_view_new(struct workspace *ws, struct sim_user *user, const cJSON *json)
{
    struct sim_view *view = sim_alloc(sizeof *view);
    sim_id(ws, "V", 10, view->id);
    memcpy(view->root_id, view->id, sizeof view->root_id);
    view->user_id = sim_dup_z(user->id);
    sim_view_update(ws, view, json);
    return view;
}

void sim_view_update(struct workspace *ws, struct sim_view *view, const cJSON *json)
{
    cJSON *copy = sim_json_copy(json);
    cJSON *blocks = cJSON_GetObjectItemCaseSensitive(copy, "blocks");
    sim_blocks_complete(ws, blocks);
    cJSON *values = sim_values_for(blocks, view->values);
    cJSON_Delete(view->json);
    cJSON_Delete(view->values);
    cJSON_Delete(view->errors);
    view->json = copy;
    view->values = values;
    view->errors = NULL;
    forget_text(view);
    fresh_hash(ws, view);
}

static void fresh_hash(struct workspace *ws, struct sim_view *view)
{
    snprintf(view->hash, sizeof view->hash, "%lld.%08x", (long long)(sim_now(ws).now.utc_ms / 1000),
             (unsigned)(sim_random(ws) & 0xffffffff));
}

struct sim_view *sim_view_free(struct sim_view *view)
{
    if (!view)
        return NULL;
    forget_text(view);
    cJSON_Delete(view->json);
    cJSON_Delete(view->values);
    cJSON_Delete(view->errors);
    free(view->user_id);
    free(view);
    return NULL;
}

static void forget_text(struct sim_view *view)
{
    free(view->text);
    free(view->errors_text);
    view->text = view->errors_text = NULL;
}

struct sim_view *sim_view_find(const struct workspace *ws, struct str id, struct sim_user **owner)
{
    for (size_t i = 0; i < ws->users_len && !str_is_empty(id); i++) {
        struct sim_user *user = ws->users[i];
        for (size_t k = 0; k <= user->modals_len; k++) {
            struct sim_view *view = k < user->modals_len ? user->modals[k] : user->home;
            if (!view || (!str_equal(str_from_z(view->id), id) &&
                          !str_equal(sim_json_str(view->json, "external_id"), id)))
                continue;
            *owner = user;
            return view;
        }
    }
    return NULL;
}

void sim_view_close_top(struct workspace *ws, struct sim_user *user)
{
    if (user->modals_len > 0)
        sim_view_free(user->modals[--user->modals_len]);
    sim_changed(ws, user);
}

void sim_view_close_all(struct workspace *ws, struct sim_user *user)
{
    while (user->modals_len > 0)
        sim_view_free(user->modals[--user->modals_len]);
    sim_changed(ws, user);
}

void sim_view_acked(
    struct workspace *ws, struct sim_user *user, const char *view_id, const cJSON *payload)
{
    struct sim_user *owner;
    struct sim_view *view = sim_view_find(ws, str_from_z(view_id), &owner);
    struct str action = sim_json_str(payload, "response_action");
    const cJSON *next = sim_json_get(payload, "view");
    cJSON *messages = cJSON_CreateArray();
    if (!view) {
        cJSON_Delete(messages);
        return;
    }
    bool shows_view = str_equal(action, STR("update")) || str_equal(action, STR("push"));
    if (str_is_empty(action)) {
        sim_view_close_top(ws, user);
    } else if (str_equal(action, STR("clear"))) {
        sim_view_close_all(ws, user);
    } else if (str_equal(action, STR("errors")) &&
        cJSON_GetArraySize(sim_json_get(payload, "errors")) > 0) {
        show_errors(view, sim_json_get(payload, "errors"));
    } else if (!shows_view || !sim_view_check(next, messages)) {
        sim_trouble(ws, user, "The app's answer to this form could not be read");
    } else if (str_equal(action, STR("update"))) {
        sim_view_update(ws, view, next);
    } else if (user->modals_len < SIM_MODALS_MAX) {
        push(user, sim_view_new(ws, user, next));
    }
    cJSON_Delete(messages);
    sim_changed(ws, user);
}

static void show_errors(struct sim_view *view, const cJSON *errors)
{
    cJSON_Delete(view->errors);
    view->errors = sim_json_copy(errors);
    forget_text(view);
}

static void push(struct sim_user *user, struct sim_view *view)
{
    if (user->modals_len > 0) {
        struct sim_view *top = user->modals[user->modals_len - 1];
        memcpy(view->root_id, top->root_id, sizeof view->root_id);
        memcpy(view->previous_id, top->id, sizeof view->previous_id);
    }
    user->modals[user->modals_len++] = view;
}

/* -- methods ----------------------------------------------------------------------------------- */

void sim_views_open(struct sim_call *call)
{
    cJSON *view = checked_view(call, "modal");
    struct sim_user *user = view ? spend_trigger(call) : NULL;
    if (user) {
        sim_view_close_all(call->ws, user);
        push(user, sim_view_new(call->ws, user, view));
        reply_view(call, user->modals[0]);
        sim_changed(call->ws, user);
    }
    cJSON_Delete(view);
}

void sim_views_push(struct sim_call *call)
{
    cJSON *view = checked_view(call, "modal");
    struct sim_user *user = view ? spend_trigger(call) : NULL;
    if (user && user->modals_len >= SIM_MODALS_MAX) {
        sim_call_fail(call, "push_limit_reached");
    } else if (user && user->modals_len == 0) {
        sim_call_fail(call, "not_found");
    } else if (user) {
        push(user, sim_view_new(call->ws, user, view));
        reply_view(call, user->modals[user->modals_len - 1]);
        sim_changed(call->ws, user);
    }
    cJSON_Delete(view);
}

void sim_views_update(struct sim_call *call)
{
    struct sim_user *user = NULL;
    struct str id = sim_json_str(call->args, "view_id"), hash = sim_json_str(call->args, "hash");
    if (str_is_empty(id))
        id = sim_json_str(call->args, "external_id");
    struct sim_view *known = sim_view_find(call->ws, id, &user);
    cJSON *view = checked_view(call, known ? sim_json_z(known->json, "type") : "modal");
    if (view && !known) {
        sim_call_fail(call, "not_found");
    } else if (view && !str_is_empty(hash) && !str_equal(hash, str_from_z(known->hash))) {
        sim_call_fail(call, "hash_conflict");
    } else if (view && external_id_taken(call->ws, sim_json_str(view, "external_id"), known)) {
        sim_call_fail(call, "duplicate_external_id");
    } else if (view) {
        sim_view_update(call->ws, known, view);
        reply_view(call, known);
        sim_changed(call->ws, user);
    }
    cJSON_Delete(view);
}

void sim_views_publish(struct sim_call *call)
{
    struct workspace *ws = call->ws;
    struct sim_user *user = sim_user(ws, sim_json_str(call->args, "user_id"));
    struct str hash = sim_json_str(call->args, "hash");
    cJSON *view = checked_view(call, "home");
    if (!view)
        return;
    if (!sim_manifest_allows(str_from_z(ws->manifest), STR("home_tab_enabled"))) {
        sim_call_fail(call, "not_enabled");
    } else if (!user || user->deleted) {
        sim_call_fail(call, "user_not_found");
    } else if (!str_is_empty(hash) &&
        (!user->home || !str_equal(hash, str_from_z(user->home->hash)))) {
        sim_call_fail(call, "hash_conflict");
    } else {
        if (!user->home)
            user->home = sim_view_new(ws, user, view);
        else
            sim_view_update(ws, user->home, view);
        reply_view(call, user->home);
        sim_changed(ws, user);
    }
    cJSON_Delete(view);
}

static cJSON *checked_view(struct sim_call *call, const char *type)
{
    cJSON *view = cJSON_DetachItemFromObjectCaseSensitive(call->args, "view");
    char *text = view ? cJSON_PrintUnformatted(view) : NULL;
    const char *error = NULL;
    if (!cJSON_IsObject(view) || strcmp(sim_json_z(view, "type"), type) != 0) {
        sim_complain(call->messages, "must be a view of the right type", "/view");
        error = "invalid_arguments";
    } else if (text && strlen(text) > VIEW_BYTES_MAX) {
        error = "view_too_large";
    } else if (!sim_view_check(view, call->messages)) {
        error = "invalid_arguments";
    }
    free(text);
    if (!error)
        return view;
    sim_call_fail(call, error);
    cJSON_Delete(view);
    return NULL;
}

static struct sim_user *spend_trigger(struct sim_call *call)
{
    struct workspace *ws = call->ws;
    struct str id = sim_json_str(call->args, "trigger_id");
    for (size_t i = 0; i < ws->triggers_len && !str_is_empty(id); i++) {
        struct sim_trigger *trigger = &ws->triggers[i];
        if (!str_equal(str_from_z(trigger->id), id))
            continue;
        if (trigger->used) {
            sim_call_fail(call, "exchanged_trigger_id");
            return NULL;
        }
        if (sim_now(ws).mono.ms - trigger->made.ms > SIM_TRIGGER_MS) {
            sim_call_fail(call, "expired_trigger_id");
            return NULL;
        }
        trigger->used = true;
        return sim_user(ws, str_from_z(trigger->user_id));
    }
    sim_call_fail(call, "invalid_trigger_id");
    return NULL;
}

static bool external_id_taken(
    const struct workspace *ws, struct str external_id, const struct sim_view *own)
{
    struct sim_user *owner;
    const struct sim_view *other = sim_view_find(ws, external_id, &owner);
    return other && other != own;
}

static void reply_view(struct sim_call *call, const struct sim_view *view)
{
    sim_json_put(call->reply, "view", sim_view_json(call->ws, view));
}
