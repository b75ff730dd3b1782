/* Shows what is there, without changing it (but for texts that are printed once and kept).
 *
 * Refuses to judge: oracles draw their own conclusions. */
#include "sim/inside.h"

static struct str printed(char **kept, const cJSON *json);
static bool show_view(const struct workspace *ws, struct sim_view *view, struct look_view *out);
static struct look_envelopes add(struct look_envelopes a, struct look_envelopes b);
static struct str option_lines(struct arena *arena, const cJSON *options, bool texts);

size_t look_users(const struct workspace *ws)
{
    return ws->users_len;
}

bool look_user_at(const struct workspace *ws, size_t index, struct look_user *out)
{
    if (index >= ws->users_len)
        return false;
    const struct sim_user *user = ws->users[index];
    *out = (struct look_user){
        .user = { .id = str_from_z(user->id), .name = str_from_z(user->name),
                  .real_name = str_from_z(user->real_name), .email = str_from_z(user->email),
                  .tz = str_from_z(user->tz), .title = str_from_z(user->title),
                  .tz_offset_s = user->tz_offset_s, .is_bot = user->is_bot,
                  .is_restricted = user->is_restricted, .deleted = user->deleted },
        .channel = str_from_z(user->channel), .trouble = str_from_z(user->trouble),
        .troubles = user->troubles, .unread = user->unread,
    };
    return true;
}

bool look_user(const struct workspace *ws, struct str id, struct look_user *out)
{
    for (size_t i = 0; i < ws->users_len; i++) {
        if (str_equal(str_from_z(ws->users[i]->id), id))
            return look_user_at(ws, i, out);
    }
    return false;
}

static bool show_message(struct sim_message *message, struct look_message *out)
{
    *out = (struct look_message){
        .ts = str_from_z(message->ts), .text = str_from_z(message->text),
        .blocks = printed(&message->blocks_text, message->blocks),
        .metadata = printed(&message->metadata_text, message->metadata),
        .edited_ts = str_from_z(message->edited_ts), .from_app = message->from_app,
        .ephemeral = message->ephemeral, .deleted = message->deleted, .edits = message->edits,
    };
    return true;
}

static struct str printed(char **kept, const cJSON *json)
{
    if (!*kept && json)
        *kept = sim_json_print(json);
    return str_from_z(*kept);
}

size_t look_messages(const struct workspace *ws, struct str user_id)
{
    const struct sim_user *user = sim_user(ws, user_id);
    return user ? user->messages_len : 0;
}

bool look_message_at(
    const struct workspace *ws, struct str user_id, size_t index, struct look_message *out)
{
    const struct sim_user *user = sim_user(ws, user_id);
    return user && index < user->messages_len && show_message(user->messages[index], out);
}

bool look_message(
    const struct workspace *ws, struct str user_id, struct str ts, struct look_message *out)
{
    const struct sim_user *user = sim_user(ws, user_id);
    struct sim_message *message = user ? sim_message(user, ts) : NULL;
    return message && show_message(message, out);
}

bool look_home(const struct workspace *ws, struct str user_id, struct look_view *out)
{
    const struct sim_user *user = sim_user(ws, user_id);
    return user && user->home && show_view(ws, user->home, out);
}

bool look_modal(const struct workspace *ws, struct str user_id, struct look_view *out)
{
    const struct sim_user *user = sim_user(ws, user_id);
    return user && user->modals_len > 0 && show_view(ws, user->modals[user->modals_len - 1], out);
}

static bool show_view(const struct workspace *ws, struct sim_view *view, struct look_view *out)
{
    if (!view->text) {
        cJSON *whole = sim_view_json(ws, view);
        view->text = sim_json_print(whole);
        cJSON_Delete(whole);
    }
    *out = (struct look_view){
        .id = str_from_z(view->id), .hash = str_from_z(view->hash), .json = str_from_z(view->text),
        .callback_id = sim_json_str(view->json, "callback_id"),
        .private_metadata = sim_json_str(view->json, "private_metadata"),
        .errors = printed(&view->errors_text, view->errors),
    };
    return true;
}

/* -- elements ---------------------------------------------------------------------------------- */

struct listing { struct arena *arena; struct look_element *out; size_t max, count; };

static bool list_element(void *arg, const struct sim_element *found)
{
    struct listing *listing = arg;
    const cJSON *element = found->element;
    const char *label_key = found->in_input ? "label" : "text";
    const cJSON *options = sim_json_get(element, "options");
    if (listing->count >= listing->max)
        return true;
    listing->out[listing->count++] = (struct look_element){
        .type = str_copy(listing->arena, sim_json_str(element, "type")),
        .block_id = str_copy(listing->arena, sim_json_str(found->block, "block_id")),
        .action_id = str_copy(listing->arena, sim_json_str(element, "action_id")),
        .label = str_copy(listing->arena,
            sim_json_str(
                sim_json_get(found->in_input ? found->block : element, label_key), "text")),
        .value = str_copy(listing->arena, sim_json_str(element, "value")),
        .options = option_lines(listing->arena, options, false),
        .option_texts = option_lines(listing->arena, options, true),
        .in_input = found->in_input,
        .optional = sim_json_true(found->block, "optional"),
        .multiline = sim_json_true(element, "multiline"),
    };
    return false;
}

static struct str option_lines(struct arena *arena, const cJSON *options, bool texts)
{
    struct buf lines = buf_in(arena, 65536);
    const cJSON *option;
    cJSON_ArrayForEach(option, options) {
        if (lines.len > 0)
            buf_add_byte(&lines, '\n');
        buf_add(&lines, texts ? sim_json_str(sim_json_get(option, "text"), "text")
                              : sim_json_str(option, "value"));
    }
    return buf_str(&lines);
}

size_t look_elements(const struct workspace *ws, struct arena *arena, struct str user_id,
    struct str surface, struct look_element *out, size_t max)
{
    struct sim_user *user = sim_user(ws, user_id), *owner = NULL;
    struct sim_message *message = user ? sim_message(user, surface) : NULL;
    const struct sim_view *view = sim_view_find(ws, surface, &owner);
    struct listing listing = { .arena = arena, .out = out, .max = max };
    if (message && !message->deleted)
        sim_elements(message->blocks, list_element, &listing);
    else if (view && owner == user)
        sim_elements(
            cJSON_GetObjectItemCaseSensitive(view->json, "blocks"), list_element, &listing);
    return listing.count;
}

/* -- counts ------------------------------------------------------------------------------------ */

struct look_calls look_calls(const struct workspace *ws, struct str method)
{
    struct look_calls sum = { 0 };
    for (size_t i = 0; i < ws->calls.len; i++) {
        const struct sim_count *count = &ws->calls.items[i];
        if (!str_is_empty(method) && !str_equal(str_from_z(count->name), method))
            continue;
        sum.calls += count->a;
        sum.ok += count->b;
        sum.refused += count->c;
        sum.limited += count->d;
    }
    return sum;
}

struct str look_last_error(const struct workspace *ws, struct str method)
{
    const struct sim_count *last = sim_count_find(&ws->last_errors, method);
    return last ? str_from_z(last->text) : STR_EMPTY;
}

uint64_t look_errors(const struct workspace *ws, struct str code)
{
    const struct sim_count *count = sim_count_find(&ws->errors, code);
    return count ? count->a : 0;
}

struct look_envelopes look_envelopes(const struct workspace *ws, struct str type)
{
    static const char *const names[SIM_ENVELOPE_TYPES] = { "events_api", "interactive",
        "slash_commands" };
    struct look_envelopes sum = { 0 };
    for (size_t i = 0; i < SIM_ENVELOPE_TYPES; i++) {
        if (str_is_empty(type) || str_equal(type, str_from_z(names[i])))
            sum = add(sum, ws->totals[i]);
    }
    return sum;
}

static struct look_envelopes add(struct look_envelopes a, struct look_envelopes b)
{
    a.made += b.made;
    a.acked += b.acked;
    a.redelivered += b.redelivered;
    a.failed += b.failed;
    a.late += b.late;
    a.astray += b.astray;
    return a;
}

size_t look_unacked(const struct workspace *ws)
{
    size_t open = 0;
    for (size_t i = 0; i < ws->envelopes_len; i++)
        open += !ws->envelopes[i]->done;
    return open;
}

size_t look_posts_with_key(const struct workspace *ws, struct str key)
{
    const struct sim_count *count = sim_count_find(&ws->posted, key);
    return count ? (size_t)count->a : 0;
}

size_t look_duplicate_posts(const struct workspace *ws)
{
    size_t pairs = 0;
    for (size_t i = 0; i < ws->posted.len; i++)
        pairs += ws->posted.items[i].b > 1 ? (size_t)ws->posted.items[i].b - 1 : 0;
    return pairs;
}
