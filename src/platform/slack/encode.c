/* Owns the bodies of requests and acks. Blocks come from blocks.c. */
#include "platform/slack/encode.h"

#include "platform/slack/blocks.h"
#include "platform/slack/control.h"
#include "platform/slack/markup.h"

typedef void encode_fn(const struct message *message, const struct target *target,
                       struct arena *arena, struct buf *out);

static encode_fn encode_post, encode_update, encode_home, encode_form, encode_whisper;
static void add_member(struct buf *out, const char *name, struct str value);
static void add_comma(struct buf *out);
static void add_content(struct buf *out, struct arena *arena, const struct message *message);
static void add_client_id(struct buf *out, uint64_t key);
static bool has_inputs(const struct message *message);
static enum err ended(struct buf *out, const struct arena *arena);

static encode_fn *const encoders[] = {
    [DELIVERY_POST] = encode_post, [DELIVERY_UPDATE] = encode_update, [DELIVERY_HOME] = encode_home,
    [DELIVERY_FORM] = encode_form, [DELIVERY_WHISPER] = encode_whisper,
};
_Static_assert(COUNT(encoders) == DELIVERY_WHISPER + 1, "one for each delivery kind");

enum err encode_body(const struct message *message, enum delivery_kind kind,
    const struct target *target, struct arena *arena, struct buf *out)
{
    if (kind < DELIVERY_POST || kind >= COUNT(encoders))
        return ERR_INVALID;
    encoders[kind](message, target, arena, out);
    return ended(out, arena);
}

enum err encode_response(const struct message *message, bool replace, struct arena *arena,
    struct buf *out)
{
    if (!replace) {
        encode_whisper(message, NULL, arena, out);
        return ended(out, arena);
    }
    buf_add(out, STR("{\"replace_original\":true"));
    add_content(out, arena, message);
    buf_add(out, STR("}"));
    return ended(out, arena);
}

enum err encode_ack(struct str envelope_id, const struct message *message,
    struct str form_error_input, struct str form_error, struct arena *arena, struct buf *out)
{
    buf_add(out, STR("{\"envelope_id\":"));
    buf_add_json_string(out, envelope_id);
    if (form_error.len) {
        buf_add(out, STR(",\"payload\":{\"response_action\":\"errors\",\"errors\":{"));
        buf_add_json_string(out, form_error_input);
        buf_add(out, STR(":"));
        buf_add_json_string(out, markup_clean(arena, form_error, TEXT_UNITS_MAX));
        buf_add(out, STR("}}"));
    } else if (message) {
        buf_add(out, STR(",\"payload\":{\"response_type\":\"ephemeral\""));
        add_content(out, arena, message);
        buf_add(out, STR("}"));
    }
    buf_add(out, STR("}"));
    return ended(out, arena);
}

static void encode_post(const struct message *message, const struct target *target,
    struct arena *arena, struct buf *out)
{
    buf_add(out, STR("{"));
    add_member(out, "channel", target->channel);
    add_content(out, arena, message);
    buf_add(out, STR(",\"unfurl_links\":false,\"unfurl_media\":false"));
    if (target->key) {
        add_client_id(out, target->key);
        buf_add(out, STR(",\"metadata\":{\"event_type\":\"" METADATA_EVENT_TYPE
                         "\",\"event_payload\":{\"key\":\""));
        control_add_key(out, target->key);
        buf_add(out, STR("\"}}"));
    }
    buf_add(out, STR("}"));
}

static void encode_update(const struct message *message, const struct target *target,
    struct arena *arena, struct buf *out)
{
    buf_add(out, STR("{"));
    add_member(out, "channel", target->channel);
    add_member(out, "ts", target->message_id);
    add_content(out, arena, message);
    buf_add(out, STR("}"));
}

static void encode_home(const struct message *message, const struct target *target,
    struct arena *arena, struct buf *out)
{
    buf_add(out, STR("{\"view\":{\"type\":\"home\",\"blocks\":"));
    blocks_add(out, arena, message, SURFACE_HOME);
    buf_add(out, STR("}"));
    add_member(out, "user_id", target->user);
    buf_add(out, STR("}"));
}

/* Slack demands a submit label as soon as there is an input. */
static void encode_form(const struct message *message, const struct target *target,
    struct arena *arena, struct buf *out)
{
    struct buf ref = buf_in(arena, 64);
    control_add_value(&ref, message->ref, CONTROL_NO_VALUE);
    buf_add(out, STR("{\"view\":{\"type\":\"modal\",\"callback_id\":\"form\""));
    buf_add(out, STR(",\"private_metadata\":"));
    buf_add_json_string(out, buf_str(&ref));
    buf_add(out, STR(",\"title\":"));
    blocks_add_plain(out, arena, str_trim(message->title).len ? message->title : message->summary,
        TITLE_UNITS_MAX);
    if (str_trim(message->submit).len || has_inputs(message)) {
        buf_add(out, STR(",\"submit\":"));
        blocks_add_plain(out, arena, str_trim(message->submit).len ? message->submit : STR("OK"),
            TITLE_UNITS_MAX);
    }
    buf_add(out, STR(",\"blocks\":"));
    blocks_add(out, arena, message, SURFACE_MODAL);
    buf_add(out, STR("}"));
    add_member(out, "trigger_id", target->trigger);
    buf_add(out, STR("}"));
}

static void encode_whisper(const struct message *message, const struct target *target,
    struct arena *arena, struct buf *out)
{
    (void)target;
    buf_add(out, STR("{\"response_type\":\"ephemeral\",\"replace_original\":false"));
    add_content(out, arena, message);
    buf_add(out, STR("}"));
}

static void add_member(struct buf *out, const char *name, struct str value)
{
    if (value.len == 0)
        return;
    add_comma(out);
    buf_addf(out, "\"%s\":", name);
    buf_add_json_string(out, value);
}

static void add_comma(struct buf *out)
{
    if (!str_ends_with(buf_str(out), STR("{")))
        buf_add(out, STR(","));
}

static void add_content(struct buf *out, struct arena *arena, const struct message *message)
{
    struct str text = markup_escape(arena, message->summary, TEXT_UNITS_MAX);
    add_comma(out);
    buf_add(out, STR("\"text\":"));
    buf_add_json_string(out, str_trim(text).len ? text : STR("…"));
    buf_add(out, STR(",\"blocks\":"));
    blocks_add(out, arena, message, SURFACE_MESSAGE);
}

/* A UUID of version 8 (RFC 9562: custom), the same for every attempt to send the same post. */
static void add_client_id(struct buf *out, uint64_t key)
{
    uint64_t low = (key ^ (key >> 29)) * UINT64_C(0x9E3779B97F4A7C15);
    buf_addf(out, ",\"client_msg_id\":\"%08x-%04x-8%03x-%04x-%012llx\"", (unsigned)(key >> 32),
        (unsigned)(key >> 16) & 0xFFFF, (unsigned)key & 0xFFF,
        0x8000 | ((unsigned)(low >> 48) & 0x3FFF),
        (unsigned long long)(low & UINT64_C(0xFFFFFFFFFFFF)));
}

static bool has_inputs(const struct message *message)
{
    for (size_t i = 0; i < message->parts_len; i++)
        if (message->parts[i].kind == PART_INPUT)
            return true;
    return false;
}

static enum err ended(struct buf *out, const struct arena *arena)
{
    struct str body;
    if (arena_failed(arena))
        return ERR_NO_MEMORY;
    return buf_finish(out, &body);
}
