/* Owns the envelope and the events in it; what people press is read in decode_action.c. Knows
 * neither sockets nor people. */
#include "platform/slack/decode.h"

#include "nudged/base/limits.h"
#include "platform/slack/markup.h"
#include "platform/slack/members.h"

enum { ENVELOPE_ID_BYTES_MAX = 128, EVENT_ID_BYTES_MAX = 128, TRIGGER_BYTES_MAX = 256 };

typedef enum err read_fn(struct reading *reading);
typedef enum err read_event_fn(struct reading *reading, const struct json *event);

static read_fn decode_events_api, decode_command;
static read_event_fn read_message, read_home_opened, read_member_event, read_uninstalled;
static read_event_fn read_tokens_revoked;
static bool is_own_echo(struct reading *reading, const struct json *event);
static void read_line(struct reading *reading, struct str wire);

static const struct { struct str type; read_fn *read; } envelopes[] = {
    { STR_INIT("interactive"), decode_interactive },
    { STR_INIT("events_api"), decode_events_api },
    { STR_INIT("slash_commands"), decode_command },
};

static const struct { struct str type; read_event_fn *read; } events[] = {
    { STR_INIT("message"), read_message },
    { STR_INIT("app_home_opened"), read_home_opened },
    { STR_INIT("team_join"), read_member_event },
    { STR_INIT("user_change"), read_member_event },
    { STR_INIT("app_uninstalled"), read_uninstalled },
    { STR_INIT("tokens_revoked"), read_tokens_revoked },
};

enum err slack_decode(struct str frame, struct arena *arena, struct event *out,
    struct ack_token *ack)
{
    struct json *root = NULL;
    enum err err = json_parse_without(frame, FRAME_BYTES_MAX, STR("message"), &root);
    if (err)
        return err;
    struct event event = { .platform = STR("slack") };
    struct ack_token token = { 0 };
    struct reading reading = {
        .payload = json_get(root, "payload"), .arena = arena, .event = &event, .ack = &token,
    };
    token.envelope_id = reading_word(&reading, root, "envelope_id", ENVELOPE_ID_BYTES_MAX);
    token.takes_payload = json_get_true(root, "accepts_response_payload");
    struct str type = json_get_text(root, "type");
    err = ERR_UNKNOWN_FORM;
    for (size_t i = 0; i < COUNT(envelopes); i++)
        if (str_equal(type, envelopes[i].type) && json_is_object(reading.payload))
            err = envelopes[i].read(&reading);
    json_free(root);
    if (arena_failed(arena))
        return ERR_NO_MEMORY;
    token.user = event.actor;
    token.socket = ack->socket;
    *ack = token;
    if (!err)
        *out = event;
    return err;
}

struct str reading_word(struct reading *reading, const struct json *object, const char *key,
    size_t bytes_max)
{
    struct str word = json_get_text(object, key);
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] <= ' ' || word.ptr[i] > '~')
            return STR_EMPTY;
    return word.len <= bytes_max ? str_copy(reading->arena, word) : STR_EMPTY;
}

enum err reading_identity(struct reading *reading, struct str user, struct str team)
{
    if (!is_slack_id(user) || !is_slack_id(team))
        return ERR_INVALID;
    reading->event->actor = str_copy(reading->arena, user);
    reading->event->workspace = str_copy(reading->arena, team);
    return OK;
}

static enum err decode_events_api(struct reading *reading)
{
    const struct json *event = json_get(reading->payload, "event");
    struct str type = json_get_text(event, "type");
    struct str team = json_get_text(reading->payload, "team_id");
    reading->ack->takes_payload = false;
    for (size_t i = 0; i < COUNT(events); i++) {
        if (!str_equal(type, events[i].type))
            continue;
        if (!is_slack_id(team))
            return ERR_INVALID;
        reading->event->workspace = str_copy(reading->arena, team);
        reading->event->dedupe_key =
            reading_word(reading, reading->payload, "event_id", EVENT_ID_BYTES_MAX);
        return events[i].read(reading, event);
    }
    return ERR_UNKNOWN_FORM;
}

static enum err decode_command(struct reading *reading)
{
    const struct json *payload = reading->payload;
    enum err err = reading_identity(reading, json_get_text(payload, "user_id"),
        json_get_text(payload, "team_id"));
    if (err)
        return err;
    reading->event->kind = EVENT_COMMAND;
    reading->event->trigger = reading_word(reading, payload, "trigger_id", TRIGGER_BYTES_MAX);
    reading->ack->reply_path = reading_word(reading, payload, "response_url", URL_BYTES_MAX);
    struct str channel = json_get_text(payload, "channel_id");
    reading->ack->channel = is_slack_id(channel) ? str_copy(reading->arena, channel) : STR_EMPTY;
    read_line(reading, json_get_text(payload, "text"));
    return OK;
}

/* Bots, edits, joins and the like carry bot_id or a subtype; none of them is a person's answer. The
 * one exception is what somebody wrote beside a file, or the file alone. */
static enum err read_message(struct reading *reading, const struct json *event)
{
    struct str channel = json_get_text(event, "channel"), ts = json_get_text(event, "ts");
    bool files = str_equal(json_get_text(event, "subtype"), STR("file_share"));
    if (!str_equal(json_get_text(event, "channel_type"), STR("im"))
        || (json_get(event, "subtype") && !files) || json_get(event, "bot_id")
        || is_own_echo(reading, event))
        return ERR_UNKNOWN_FORM;
    enum err err =
        reading_identity(reading, json_get_text(event, "user"), reading->event->workspace);
    if (err)
        return err;
    if (!is_slack_id(channel) || !is_slack_ts(ts))
        return ERR_INVALID;
    reading->event->kind = EVENT_TEXT;
    reading->event->files = files;
    reading->event->channel = str_copy(reading->arena, channel);
    reading->event->message_id = str_copy(reading->arena, ts);
    struct str client = reading_word(reading, event, "client_msg_id", EVENT_ID_BYTES_MAX);
    if (client.len)
        reading->event->dedupe_key = client;
    read_line(reading, json_get_text(event, "text"));
    return OK;
}

static enum err read_home_opened(struct reading *reading, const struct json *event)
{
    struct str channel = json_get_text(event, "channel");
    if (!str_equal(json_get_text(event, "tab"), STR("home")))
        return ERR_UNKNOWN_FORM;
    reading->event->kind = EVENT_HOME_OPENED;
    reading->event->channel = is_slack_id(channel) ? str_copy(reading->arena, channel) : STR_EMPTY;
    return reading_identity(reading, json_get_text(event, "user"), reading->event->workspace);
}

static enum err read_member_event(struct reading *reading, const struct json *event)
{
    struct member *member = arena_new(reading->arena, struct member);
    if (!member)
        return ERR_NO_MEMORY;
    if (!member_read(json_get(event, "user"), reading->arena, member))
        return ERR_INVALID;
    reading->event->kind = EVENT_MEMBERS;
    reading->event->actor = member->user;
    reading->event->members = member;
    reading->event->members_len = 1;
    return OK;
}

static enum err read_uninstalled(struct reading *reading, const struct json *event)
{
    (void)event;
    reading->event->kind = EVENT_UNINSTALLED;
    return OK;
}

/* Only a bot token is ours; people's own tokens come and go. */
static enum err read_tokens_revoked(struct reading *reading, const struct json *event)
{
    if (!json_first(json_get(json_get(event, "tokens"), "bot")))
        return ERR_UNKNOWN_FORM;
    return read_uninstalled(reading, event);
}

/* authorizations names the user this event was delivered for: for a bot token, our own bot user. */
static bool is_own_echo(struct reading *reading, const struct json *event)
{
    const struct json *first = json_first(json_get(reading->payload, "authorizations"));
    return json_get_true(first, "is_bot")
        && str_equal(json_get_text(first, "user_id"), json_get_text(event, "user"));
}

static void read_line(struct reading *reading, struct str wire)
{
    struct str line = str_copy(reading->arena, markup_read(reading->arena, wire));
    struct str argument = STR_EMPTY;
    reading->event->verb = verb_parse(line, &argument);
    reading->event->text = reading->event->verb == VERB_NONE ? line : argument;
}
