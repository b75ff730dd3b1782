/* What people do: press, fill in, submit, type, edit, open a tab.
 *
 * Owns what Slack's client would send for it. Refuses to know what the app makes of it. Odd
 * decision: the client's own checks (required fields, lengths) stand here, so the app can rely
 * on them and a test that wants to break them has to go through the sockets. */
#include "nudged/base/text.h"
#include "sim/inside.h"

struct surface {
    struct sim_user *user;
    struct sim_message *message;
    struct sim_view *view;
    cJSON *blocks, *values;
};

static enum err find_surface(
    struct workspace *ws, struct str user_id, struct str id, struct surface *out);
static void send_action(struct workspace *ws, const struct surface *surface,
                        const struct sim_element *element);
static cJSON *action_of(struct workspace *ws, const struct surface *surface,
                        const struct sim_element *element);
static enum err fill(
    struct workspace *ws, struct surface *surface, const struct human_value *value);
static void send_submission(struct workspace *ws, struct sim_user *user, struct sim_view *view);
static void send_command(struct workspace *ws, struct sim_user *user, struct str line);
static char *escaped(struct str text);
static void put_rich_text(struct workspace *ws, struct sim_message *message, struct str text);
static enum err own_message(struct workspace *ws, struct str user_id, struct str ts,
    struct sim_user **user, struct sim_message **message);
static enum err open_tab(struct workspace *ws, struct str user_id, const char *tab);

/* -- pressing and filling ---------------------------------------------------------------------- */

enum err human_click(struct workspace *ws, struct str user_id, struct str surface_id,
    struct str block_id, struct str action_id)
{
    struct surface surface;
    struct sim_element element;
    enum err err = find_surface(ws, user_id, surface_id, &surface);
    if (err)
        return err;
    if (!sim_element_find(surface.blocks, block_id, action_id, &element) ||
        sim_element_has_state(sim_json_z(element.element, "type")))
        return ERR_NOT_FOUND;
    send_action(ws, &surface, &element);
    return OK;
}

enum err human_fill(struct workspace *ws, struct str user_id, struct str surface_id,
                    const struct human_value *value)
{
    struct surface surface;
    enum err err = find_surface(ws, user_id, surface_id, &surface);
    return err ? err : fill(ws, &surface, value);
}

static enum err find_surface(
    struct workspace *ws, struct str user_id, struct str id, struct surface *out)
{
    struct sim_user *user = sim_user(ws, user_id), *owner = NULL;
    if (!user)
        return ERR_NOT_FOUND;
    if (user->deleted)
        return ERR_REFUSED;
    struct surface surface = { .user = user, .message = sim_message(user, id) };
    surface.view = surface.message ? NULL : sim_view_find(ws, id, &owner);
    if (surface.message && !surface.message->deleted) {
        surface.blocks = surface.message->blocks;
        surface.values = surface.message->values;
    } else if (surface.view && owner == user) {
        surface.blocks = cJSON_GetObjectItemCaseSensitive(surface.view->json, "blocks");
        surface.values = surface.view->values;
    } else {
        return ERR_NOT_FOUND;
    }
    *out = surface;
    return OK;
}

static enum err fill(struct workspace *ws, struct surface *surface, const struct human_value *value)
{
    struct sim_element element;
    if (!sim_element_find(surface->blocks, value->block_id, value->action_id, &element))
        return ERR_NOT_FOUND;
    if (!sim_values_fill(surface->values, &element, value->text))
        return ERR_REFUSED;
    if (surface->view) {
        free(surface->view->text);
        surface->view->text = NULL;
    }
    bool typed = str_equal(sim_json_str(element.element, "type"), STR("plain_text_input"));
    if (element.in_input ? sim_json_true(element.block, "dispatch_action") : !typed)
        send_action(ws, surface, &element);
    return OK;
}

static void send_action(struct workspace *ws, const struct surface *surface,
                        const struct sim_element *element)
{
    cJSON *payload = sim_interaction(ws, surface->user, "block_actions");
    cJSON *container = cJSON_AddObjectToObject(payload, "container");
    cJSON *state = cJSON_CreateObject();
    sim_json_put(state, "values", sim_json_copy(surface->values));
    if (surface->message) {
        const struct sim_message *message = surface->message;
        sim_json_put_z(container, "type", "message");
        sim_json_put_z(container, "message_ts", message->ts);
        sim_json_put_z(container, "channel_id", surface->user->channel);
        sim_json_put(container, "is_ephemeral", cJSON_CreateBool(message->ephemeral));
        cJSON *channel = cJSON_AddObjectToObject(payload, "channel");
        sim_json_put_z(channel, "id", surface->user->channel);
        sim_json_put_z(channel, "name", "directmessage");
        if (!message->ephemeral)
            sim_json_put(payload, "message", sim_message_json(ws, surface->user, message, true));
        sim_interaction_response_url(ws, payload, surface->user, message->ts);
        sim_json_put(payload, "state", state);
    } else {
        sim_json_put_z(container, "type", "view");
        sim_json_put_z(container, "view_id", surface->view->id);
        sim_json_put(payload, "view", sim_view_json(ws, surface->view));
        cJSON_Delete(state);
    }
    cJSON *actions = cJSON_AddArrayToObject(payload, "actions");
    cJSON_AddItemToArray(actions, action_of(ws, surface, element));
    sim_changed(ws, surface->user);
    sim_envelope_new(ws, SIM_ENVELOPE_INTERACTIVE, payload, surface->user->id, "");
}

static cJSON *action_of(struct workspace *ws, const struct surface *surface,
                        const struct sim_element *element)
{
    char ts[SIM_TS_BYTES];
    const char *block_id = sim_json_z(element->block, "block_id");
    const char *action_id = sim_json_z(element->element, "action_id");
    const cJSON *slot = sim_json_get(sim_json_get(surface->values, block_id), action_id), *item;
    cJSON *action = cJSON_CreateObject();
    sim_ts(ws, ts);
    sim_json_put_z(action, "action_id", action_id);
    sim_json_put_z(action, "block_id", block_id);
    static const char *const shown[] = { "type", "text", "value", "url", "style", "placeholder" };
    for (size_t i = 0; i < COUNT(shown); i++) {
        if (sim_json_get(element->element, shown[i]))
            sim_json_put(action, shown[i], sim_json_copy(sim_json_get(element->element, shown[i])));
    }
    cJSON_ArrayForEach(item, slot)
        sim_json_put(action, item->string, sim_json_copy(item));
    sim_json_put_z(action, "action_ts", ts);
    return action;
}

/* -- modals ------------------------------------------------------------------------------------ */

struct refusal { const cJSON *values; struct str block_id; };

/* The client does not send a form with a required field empty or too short. */
static bool is_missing(void *arg, const struct sim_element *element)
{
    struct refusal *refusal = arg;
    const char *block_id = sim_json_z(element->block, "block_id");
    const cJSON *slot = sim_json_get(sim_json_get(refusal->values, block_id),
                                     sim_json_z(element->element, "action_id"));
    static const char *const where[] = { "value", "selected_option", "selected_user",
        "selected_date", "selected_time" };
    if (!element->in_input)
        return false;
    bool filled = cJSON_GetArraySize(sim_json_get(slot, "selected_options")) > 0;
    for (size_t i = 0; i < COUNT(where); i++)
        filled =
            filled || (sim_json_get(slot, where[i]) && !cJSON_IsNull(sim_json_get(slot, where[i])));
    const cJSON *least = sim_json_get(element->element, "min_length");
    bool brief = filled && cJSON_IsNumber(least) &&
                 (double)text_length(sim_json_str(slot, "value")) < cJSON_GetNumberValue(least);
    if (!brief && (filled || sim_json_true(element->block, "optional")))
        return false;
    refusal->block_id = str_from_z(block_id);
    return true;
}

enum err human_submit(struct workspace *ws, struct str user_id, const struct human_value *values,
                      size_t count, struct str *block_id)
{
    struct sim_user *user = sim_user(ws, user_id);
    if (!user || user->modals_len == 0)
        return ERR_NOT_FOUND;
    if (user->deleted)
        return ERR_REFUSED;
    struct sim_view *view = user->modals[user->modals_len - 1];
    struct surface surface = { .user = user, .view = view, .values = view->values,
                               .blocks = cJSON_GetObjectItemCaseSensitive(view->json, "blocks") };
    if (!sim_json_get(view->json, "submit"))
        return ERR_NOT_FOUND;
    enum err err = OK;
    for (size_t i = 0; i < count && !err; i++)
        err = fill(ws, &surface, &values[i]);
    struct refusal refusal = { .values = view->values };
    if (!err && sim_elements(surface.blocks, is_missing, &refusal)) {
        err = ERR_INVALID;
        if (block_id)
            *block_id = refusal.block_id;
    }
    if (!err)
        send_submission(ws, user, view);
    return err;
}

static void send_submission(struct workspace *ws, struct sim_user *user, struct sim_view *view)
{
    cJSON *payload = sim_interaction(ws, user, "view_submission");
    cJSON_Delete(view->errors);
    free(view->errors_text);
    view->errors = NULL;
    view->errors_text = NULL;
    sim_json_put(payload, "view", sim_view_json(ws, view));
    sim_json_put(payload, "response_urls", cJSON_CreateArray());
    sim_changed(ws, user);
    sim_envelope_new(ws, SIM_ENVELOPE_INTERACTIVE, payload, user->id, view->id);
}

enum err human_close(struct workspace *ws, struct str user_id, bool all)
{
    struct sim_user *user = sim_user(ws, user_id);
    if (!user || user->modals_len == 0)
        return ERR_NOT_FOUND;
    const struct sim_view *view = user->modals[user->modals_len - 1];
    cJSON *payload = NULL;
    if (sim_json_true(view->json, "notify_on_close")) {
        payload = sim_interaction(ws, user, "view_closed");
        cJSON_DeleteItemFromObjectCaseSensitive(payload, "trigger_id");
        sim_json_put(payload, "view", sim_view_json(ws, view));
        sim_json_put(payload, "is_cleared", cJSON_CreateBool(all));
    }
    if (all || sim_json_true(view->json, "clear_on_close"))
        sim_view_close_all(ws, user);
    else
        sim_view_close_top(ws, user);
    if (payload)
        sim_envelope_new(ws, SIM_ENVELOPE_INTERACTIVE, payload, "", "");
    return OK;
}

/* -- typing ------------------------------------------------------------------------------------ */

enum err human_say(struct workspace *ws, struct str user_id, struct str text, struct str *ts)
{
    struct sim_user *user = sim_user(ws, user_id);
    struct str command = str_slice(text, 0, str_find(text, ' '));
    if (!user)
        return ERR_NOT_FOUND;
    if (user->deleted || str_is_empty(str_trim(text)) || !text_is_utf8(text))
        return ERR_REFUSED;
    if (str_starts_with(text, STR("/"))) {
        if (!sim_manifest_has_command(str_from_z(ws->manifest), command))
            return ERR_NOT_FOUND;
        send_command(ws, user, text);
        return OK;
    }
    if (!sim_manifest_allows(str_from_z(ws->manifest), STR("messages_tab_enabled")))
        return ERR_REFUSED;
    sim_open_channel(ws, user);
    struct sim_message *message = sim_message_new(ws, user);
    char uuid[SIM_ID_BYTES];
    sim_uuid(ws, uuid);
    message->client_msg_id = sim_dup_z(uuid);
    free(message->text);
    message->text = escaped(text);
    put_rich_text(ws, message, text);
    if (ts)
        *ts = str_from_z(message->ts);
    sim_changed(ws, user);
    sim_event_message(ws, user, message);
    return OK;
}

static void send_command(struct workspace *ws, struct sim_user *user, struct str line)
{
    size_t space = str_find(line, ' ');
    cJSON *payload = cJSON_CreateObject();
    char *text = escaped(str_trim(str_slice(line, space, line.len)));
    sim_open_channel(ws, user);
    sim_json_put_z(payload, "token", "simulated-verification");
    sim_json_put_z(payload, "team_id", ws->team_id);
    sim_json_put_z(payload, "team_domain", ws->team_domain);
    sim_json_put_z(payload, "channel_id", user->channel);
    sim_json_put_z(payload, "channel_name", "directmessage");
    sim_json_put_z(payload, "user_id", user->id);
    sim_json_put_z(payload, "user_name", user->name);
    sim_json_put_str(payload, "command", str_slice(line, 0, space));
    sim_json_put_z(payload, "text", text);
    sim_json_put_z(payload, "api_app_id", ws->app_id);
    sim_json_put_z(payload, "is_enterprise_install", "false");
    sim_interaction_response_url(ws, payload, user, "");
    sim_json_put_z(payload, "trigger_id", sim_trigger_new(ws, user));
    free(text);
    sim_changed(ws, user);
    sim_envelope_new(ws, SIM_ENVELOPE_SLASH, payload, user->id, "");
}

/* The wire form of what a person types: & < > as entities. */
static char *escaped(struct str text)
{
    struct buf buf = buf_heap(text.len * 5 + 1);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '&')
            buf_add(&buf, STR("&amp;"));
        else if (c == '<')
            buf_add(&buf, STR("&lt;"));
        else if (c == '>')
            buf_add(&buf, STR("&gt;"));
        else
            buf_add_byte(&buf, c);
    }
    REQUIRE(!buf.failed);
    char *z = sim_dup(buf_str(&buf));
    buf_free(&buf);
    return z;
}

/* Slack's client sends what was typed also as one rich_text block. */
static void put_rich_text(struct workspace *ws, struct sim_message *message, struct str text)
{
    cJSON_Delete(message->blocks);
    message->blocks = cJSON_CreateArray();
    cJSON *block = cJSON_CreateObject(), *section = cJSON_CreateObject(),
          *words = cJSON_CreateObject();
    sim_json_put_z(block, "type", "rich_text");
    sim_json_put_z(section, "type", "rich_text_section");
    sim_json_put_z(words, "type", "text");
    sim_json_put_str(words, "text", text);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(section, "elements"), words);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(block, "elements"), section);
    cJSON_AddItemToArray(message->blocks, block);
    sim_blocks_complete(ws, message->blocks);
    sim_message_forget_text(message);
}

enum err human_edit(struct workspace *ws, struct str user_id, struct str ts, struct str text)
{
    struct sim_user *user;
    struct sim_message *message;
    enum err err = own_message(ws, user_id, ts, &user, &message);
    if (err)
        return err;
    if (str_is_empty(str_trim(text)) || !text_is_utf8(text))
        return ERR_REFUSED;
    cJSON *previous = sim_message_json(ws, user, message, true);
    free(message->text);
    message->text = escaped(text);
    put_rich_text(ws, message, text);
    message->edits++;
    sim_ts(ws, message->edited_ts);
    sim_changed(ws, user);
    sim_event_message_changed(ws, user, message, previous);
    return OK;
}

enum err human_delete(struct workspace *ws, struct str user_id, struct str ts)
{
    struct sim_user *user;
    struct sim_message *message;
    enum err err = own_message(ws, user_id, ts, &user, &message);
    if (!err)
        sim_post_delete(ws, user, message);
    return err;
}

static enum err own_message(struct workspace *ws, struct str user_id, struct str ts,
    struct sim_user **user, struct sim_message **message)
{
    *user = sim_user(ws, user_id);
    *message = *user ? sim_message(*user, ts) : NULL;
    if (!*message || (*message)->deleted)
        return ERR_NOT_FOUND;
    return (*message)->from_app || (*user)->deleted ? ERR_REFUSED : OK;
}

/* -- tabs -------------------------------------------------------------------------------------- */

enum err human_open_home(struct workspace *ws, struct str user_id)
{
    return open_tab(ws, user_id, "home");
}

enum err human_open_messages(struct workspace *ws, struct str user_id)
{
    return open_tab(ws, user_id, "messages");
}

static enum err open_tab(struct workspace *ws, struct str user_id, const char *tab)
{
    char ts[SIM_TS_BYTES];
    struct sim_user *user = sim_user(ws, user_id);
    bool home = strcmp(tab, "home") == 0;
    if (!user)
        return ERR_NOT_FOUND;
    if (user->deleted ||
        !sim_manifest_allows(
            str_from_z(ws->manifest), home ? STR("home_tab_enabled") : STR("messages_tab_enabled")))
        return ERR_REFUSED;
    cJSON *event = cJSON_CreateObject();
    sim_ts(ws, ts);
    sim_json_put_z(event, "type", "app_home_opened");
    sim_json_put_z(event, "user", user->id);
    sim_json_put_z(event, "channel", sim_open_channel(ws, user));
    sim_json_put_z(event, "tab", tab);
    sim_json_put_z(event, "event_ts", ts);
    if (home && user->home)
        sim_json_put(event, "view", sim_view_json(ws, user->home));
    sim_event(ws, "app_home_opened", "", event);
    return OK;
}

void human_read(struct workspace *ws, struct str user_id)
{
    struct sim_user *user = sim_user(ws, user_id);
    if (!user || user->unread == 0)
        return;
    user->unread = 0;
    sim_changed(ws, user);
}
