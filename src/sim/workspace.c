/* The workspace itself: its people, its ids and times, its memory.
 *
 * Owns everything a simulated Slack remembers. Refuses to know sockets, files and clocks: time
 * comes from a function given at birth. Odd decision: messages that were deleted and posts that
 * were forgotten by their channel stay in memory, because oracles ask about them. */
#include "sim/inside.h"

static void user_copy(struct sim_user *to, const struct workspace_user *from);
static void user_free(struct sim_user *user);
static void message_free(struct sim_message *message);
static bool email_taken(const struct workspace *ws, struct str email);
static void bot_user_add(struct workspace *ws);
static void user_event(struct workspace *ws, const char *type, const struct sim_user *user);

static char *dup_or(struct str s, const char *otherwise)
{
    return str_is_empty(s) ? sim_dup_z(otherwise) : sim_dup(s);
}

enum err workspace_new(const struct workspace_options *options, struct workspace **out)
{
    REQUIRE(options->time != NULL);
    struct workspace *ws = sim_alloc(sizeof *ws);
    ws->state = options->seed;
    ws->team_id = dup_or(options->team_id, "T0SIMTEAM1");
    ws->team_name = dup_or(options->team_name, "Fernside Works");
    ws->team_domain = dup_or(options->team_domain, "fernside-works");
    ws->app_id = dup_or(options->app_id, "A0SIMAPP01");
    ws->bot_token = dup_or(options->bot_token, "xoxb-sim");
    ws->app_token = dup_or(options->app_token, "xapp-sim");
    ws->base_url = dup_or(options->base_url, "http://127.0.0.1");
    ws->manifest = sim_dup(options->manifest);
    ws->tiers = options->tiers;
    ws->echo = !options->no_echo;
    ws->socket_mode = true;
    ws->time = options->time;
    ws->time_arg = options->time_arg;
    ws->faults = options->faults;
    bot_user_add(ws);
    *out = ws;
    return OK;
}

static void bot_user_add(struct workspace *ws)
{
    char id[SIM_ID_BYTES];
    sim_id(ws, "B", 9, id);
    ws->bot_id = sim_dup_z(id);
    sim_id(ws, "U", 9, id);
    ws->bot_user_id = sim_dup_z(id);
    struct workspace_user bot = { .id = str_from_z(id), .name = STR("nudged"), .is_bot = true,
                                  .real_name = STR("nudged"), .tz = STR("America/Los_Angeles"),
                                  .tz_offset_s = -28800 };
    enum err err = workspace_add_user(ws, &bot, NULL);
    REQUIRE(err == OK);
}

static void counts_free(struct sim_counts *counts)
{
    for (size_t i = 0; i < counts->len; i++)
        free(counts->items[i].name);
    free(counts->items);
}

struct workspace *workspace_free(struct workspace *ws)
{
    if (!ws)
        return NULL;
    for (size_t i = 0; i < ws->users_len; i++)
        user_free(ws->users[i]);
    for (size_t i = 0; i < ws->triggers_len; i++)
        free(ws->triggers[i].user_id);
    for (size_t i = 0; i < ws->responses_len; i++)
        free(ws->responses[i].user_id);
    for (size_t i = 0; i < ws->envelopes_len; i++)
        sim_envelope_free(ws->envelopes[i]);
    struct sim_counts *counts[] = { &ws->calls, &ws->errors, &ws->last_errors, &ws->buckets,
        &ws->posted };
    for (size_t i = 0; i < COUNT(counts); i++)
        counts_free(counts[i]);
    void *owned[] = { ws->team_id, ws->team_name, ws->team_domain, ws->app_id, ws->bot_token,
        ws->app_token, ws->base_url, ws->manifest, ws->bot_user_id, ws->bot_id, ws->users,
        ws->triggers, ws->tickets, ws->links, ws->responses, ws->envelopes, ws };
    for (size_t i = 0; i < COUNT(owned); i++)
        free(owned[i]);
    return NULL;
}

void workspace_set_base_url(struct workspace *ws, struct str base_url)
{
    sim_set(&ws->base_url, base_url);
}

/* -- people ------------------------------------------------------------------------------------ */

enum err workspace_add_user(struct workspace *ws, const struct workspace_user *user, struct str *id)
{
    char made[SIM_ID_BYTES];
    if (sim_user(ws, user->id) || email_taken(ws, user->email))
        return ERR_EXISTS;
    struct sim_user *added = sim_alloc(sizeof *added);
    sim_id(ws, "U", 9, made);
    added->id = str_is_empty(user->id) ? sim_dup_z(made) : sim_dup(user->id);
    added->trouble = sim_dup_z("");
    added->channel = sim_dup_z("");
    added->updated_s = sim_now(ws).now.utc_ms / 1000;
    user_copy(added, user);
    *SIM_PUSH(ws->users, ws->users_len, ws->users_cap) = added;
    if (id)
        *id = str_from_z(added->id);
    return OK;
}

enum err workspace_join(struct workspace *ws, const struct workspace_user *user, struct str *id)
{
    struct str added;
    enum err err = workspace_add_user(ws, user, &added);
    if (err)
        return err;
    user_event(ws, "team_join", sim_user(ws, added));
    if (id)
        *id = added;
    return OK;
}

enum err workspace_change_user(struct workspace *ws, const struct workspace_user *user)
{
    struct sim_user *known = sim_user(ws, user->id);
    if (!known)
        return ERR_NOT_FOUND;
    user_copy(known, user);
    known->updated_s = sim_now(ws).now.utc_ms / 1000;
    user_event(ws, "user_change", known);
    return OK;
}

static void user_event(struct workspace *ws, const char *type, const struct sim_user *user)
{
    char ts[SIM_TS_BYTES];
    cJSON *event = cJSON_CreateObject();
    sim_ts(ws, ts);
    sim_json_put_z(event, "type", type);
    sim_json_put(event, "user", sim_user_json(ws, user));
    sim_json_put(event, "cache_ts", cJSON_CreateNumber((double)user->updated_s));
    sim_json_put_z(event, "event_ts", ts);
    sim_event(ws, type, "users:read", event);
}

enum err workspace_set_dnd(struct workspace *ws, struct str user_id, struct instant start,
                           struct instant end)
{
    struct sim_user *user = sim_user(ws, user_id);
    if (!user)
        return ERR_NOT_FOUND;
    user->dnd_start_s = start.utc_ms / 1000;
    user->dnd_end_s = end.utc_ms / 1000;
    return OK;
}

enum err workspace_set_manifest(struct workspace *ws, struct str manifest)
{
    char *copy = sim_dup(manifest);
    if (!copy)
        return ERR_NO_MEMORY;
    free(ws->manifest);
    ws->manifest = copy;
    return OK;
}

void workspace_uninstall(struct workspace *ws)
{
    cJSON *event = cJSON_CreateObject();
    sim_json_put_z(event, "type", "app_uninstalled");
    sim_event(ws, "app_uninstalled", "", event);
    ws->uninstalled = true;
}

void workspace_revoke(struct workspace *ws)
{
    cJSON *event = cJSON_CreateObject(), *tokens = cJSON_AddObjectToObject(event, "tokens");
    const char *bot = ws->bot_user_id;
    sim_json_put_z(event, "type", "tokens_revoked");
    sim_json_put(tokens, "oauth", cJSON_CreateArray());
    sim_json_put(tokens, "bot", cJSON_CreateStringArray(&bot, 1));
    sim_event(ws, "tokens_revoked", "", event);
    ws->revoked = true;
}

void workspace_reinstall(struct workspace *ws, struct str bot_token, struct str app_token)
{
    ws->revoked = ws->uninstalled = false;
    sim_set(&ws->bot_token, bot_token);
    sim_set(&ws->app_token, app_token);
}

static bool email_taken(const struct workspace *ws, struct str email)
{
    for (size_t i = 0; i < ws->users_len && !str_is_empty(email); i++) {
        if (str_equal_nocase(str_from_z(ws->users[i]->email), email))
            return true;
    }
    return false;
}

static void user_copy(struct sim_user *to, const struct workspace_user *from)
{
    sim_set(&to->name, from->name);
    sim_set(&to->real_name, from->real_name);
    sim_set(&to->email, from->email);
    sim_set(&to->tz, from->tz);
    sim_set(&to->title, from->title);
    to->tz_offset_s = from->tz_offset_s;
    to->is_bot = from->is_bot;
    to->is_restricted = from->is_restricted;
    to->deleted = from->deleted;
}

static void user_free(struct sim_user *user)
{
    for (size_t i = 0; i < user->messages_len; i++)
        message_free(user->messages[i]);
    for (size_t i = 0; i < user->modals_len; i++)
        sim_view_free(user->modals[i]);
    sim_view_free(user->home);
    void *owned[] = { user->id, user->name, user->real_name, user->email, user->tz, user->title,
                      user->channel, user->trouble, user->messages, user };
    for (size_t i = 0; i < COUNT(owned); i++)
        free(owned[i]);
}

struct sim_user *sim_user(const struct workspace *ws, struct str id)
{
    for (size_t i = 0; i < ws->users_len && !str_is_empty(id); i++) {
        if (str_equal(str_from_z(ws->users[i]->id), id))
            return ws->users[i];
    }
    return NULL;
}

struct sim_user *sim_user_of_channel(const struct workspace *ws, struct str channel)
{
    for (size_t i = 0; i < ws->users_len && !str_is_empty(channel); i++) {
        if (str_equal(str_from_z(ws->users[i]->channel), channel))
            return ws->users[i];
    }
    return NULL;
}

const char *sim_open_channel(struct workspace *ws, struct sim_user *user)
{
    char id[SIM_ID_BYTES];
    if (user->channel[0] == '\0') {
        sim_id(ws, "D", 9, id);
        sim_set(&user->channel, str_from_z(id));
    }
    return user->channel;
}

/* -- messages ---------------------------------------------------------------------------------- */

struct sim_message *sim_message(const struct sim_user *user, struct str ts)
{
    for (size_t i = user->messages_len; i > 0; i--) {
        if (str_equal(str_from_z(user->messages[i - 1]->ts), ts))
            return user->messages[i - 1];
    }
    return NULL;
}

struct sim_message *sim_message_new(struct workspace *ws, struct sim_user *user)
{
    struct sim_message *message = sim_alloc(sizeof *message);
    sim_ts(ws, message->ts);
    message->text = sim_dup_z("");
    message->values = cJSON_CreateObject();
    *SIM_PUSH(user->messages, user->messages_len, user->messages_cap) = message;
    return message;
}

void sim_message_forget_text(struct sim_message *message)
{
    free(message->blocks_text);
    free(message->metadata_text);
    message->blocks_text = message->metadata_text = NULL;
}

static void message_free(struct sim_message *message)
{
    sim_message_forget_text(message);
    cJSON_Delete(message->blocks);
    cJSON_Delete(message->metadata);
    cJSON_Delete(message->values);
    free(message->client_msg_id);
    free(message->text);
    free(message);
}

/* -- memory, ids, time ------------------------------------------------------------------------- */

void *sim_alloc(size_t bytes)
{
    void *memory = calloc(1, bytes);
    REQUIRE(memory != NULL);
    return memory;
}

char *sim_dup(struct str s)
{
    char *copy = sim_alloc(s.len + 1);
    if (s.len > 0)
        memcpy(copy, s.ptr, s.len);
    return copy;
}

char *sim_dup_z(const char *z)
{
    return sim_dup(str_from_z(z));
}

void sim_set(char **field, struct str s)
{
    char *copy = sim_dup(s);
    free(*field);
    *field = copy;
}

void *sim_grow(void *items, size_t len, size_t *cap, size_t item_bytes)
{
    if (len == *cap) {
        *cap = *cap ? *cap * 2 : 8;
        items = realloc(items, *cap * item_bytes);
        REQUIRE(items != NULL);
    }
    memset((char *)items + len * item_bytes, 0, item_bytes);
    return items;
}

/* splitmix64 (Steele, Lea, Flood 2014). */
uint64_t sim_random(struct workspace *ws)
{
    uint64_t z = (ws->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint32_t sim_below(struct workspace *ws, uint32_t bound)
{
    return (uint32_t)((sim_random(ws) >> 32) * bound >> 32);
}

void sim_id(struct workspace *ws, const char *prefix, size_t random_chars, char out[SIM_ID_BYTES])
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t len = strlen(prefix);
    REQUIRE(len + random_chars < SIM_ID_BYTES);
    memcpy(out, prefix, len);
    for (size_t i = 0; i < random_chars; i++)
        out[len++] = letters[sim_below(ws, sizeof letters - 1)];
    out[len] = '\0';
}

void sim_uuid(struct workspace *ws, char out[SIM_ID_BYTES])
{
    uint64_t a = sim_random(ws), b = sim_random(ws);
    snprintf(out, SIM_ID_BYTES, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(a >> 32),
        (unsigned)(a >> 16) & 0xffff, (unsigned)a & 0xfff, 0x8000 | ((unsigned)(b >> 48) & 0x3fff),
        (unsigned long long)(b & 0xffffffffffff));
}

void sim_ts(struct workspace *ws, char out[SIM_TS_BYTES])
{
    int64_t us = sim_now(ws).now.utc_ms * 1000;
    if (us <= ws->last_us)
        us = ws->last_us + 1;       /* a ts names a message: never twice, whatever the clock does */
    ws->last_us = us;
    snprintf(
        out, SIM_TS_BYTES, "%lld.%06lld", (long long)(us / 1000000), (long long)(us % 1000000));
}

struct sim_time sim_now(const struct workspace *ws)
{
    return ws->time(ws->time_arg);
}

void sim_changed(struct workspace *ws, const struct sim_user *user)
{
    if (ws->events.changed)
        ws->events.changed(ws->events_arg, str_from_z(user->id));
}

struct sim_count *sim_count(struct sim_counts *counts, struct str name)
{
    for (size_t i = 0; i < counts->len; i++) {
        if (str_equal(str_from_z(counts->items[i].name), name))
            return &counts->items[i];
    }
    struct sim_count *count = SIM_PUSH(counts->items, counts->len, counts->cap);
    count->name = sim_dup(name);
    return count;
}

const struct sim_count *sim_count_find(const struct sim_counts *counts, struct str name)
{
    for (size_t i = 0; i < counts->len; i++) {
        if (str_equal(str_from_z(counts->items[i].name), name))
            return &counts->items[i];
    }
    return NULL;
}
