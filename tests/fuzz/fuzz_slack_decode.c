/* A frame of Socket Mode, as it comes from the network, to an event and what its ack needs. */
#include "fuzz.h"

#include "nudged/base/limits.h"
#include "nudged/base/text.h"
#include "nudged/platform/platform.h"
#include "platform/slack/encode.h"
#include "platform/slack/json.h"
#include "platform/slack/members.h"

static void check_text(struct str text, size_t bytes_max)
{
    REQUIRE(text.len <= bytes_max && text_is_utf8(text));
    REQUIRE(str_find(text, '\0') == text.len);
}

static void check_word(struct str word, size_t bytes_max)
{
    check_text(word, bytes_max);
    for (size_t i = 0; i < word.len; i++)
        REQUIRE(word.ptr[i] > ' ' && word.ptr[i] <= '~');
}

static void check_event(const struct event *event)
{
    bool by_person = event->kind == EVENT_ACTION || event->kind == EVENT_FORM ||
        event->kind == EVENT_COMMAND || event->kind == EVENT_TEXT ||
        event->kind == EVENT_HOME_OPENED;
    REQUIRE(by_person || event->kind == EVENT_MEMBERS || event->kind == EVENT_UNINSTALLED);
    REQUIRE(is_slack_id(event->workspace) && (!by_person || is_slack_id(event->actor)));
    REQUIRE(!event->channel.len || is_slack_id(event->channel));
    REQUIRE(!event->message_id.len || is_slack_ts(event->message_id));
    REQUIRE((unsigned)event->verb < VERB_END && event->values_len <= CHOICES_MAX);
    REQUIRE(event->form_len <= INPUTS_MAX);
    check_word(event->dedupe_key, 128);
    check_word(event->trigger, 256);
    check_text(event->text, FRAME_BYTES_MAX);
    for (size_t i = 0; i < event->form_len; i++) {
        REQUIRE(event->form[i].name.len > 0);
        check_text(event->form[i].value, ANSWER_BYTES_MAX);
    }
    for (size_t i = 0; i < event->members_len; i++)
        REQUIRE(is_slack_id(event->members[i].user));
}

/* Whatever the envelope calls itself, the frame that acknowledges it is JSON. */
static void check_ack(const struct ack_token *ack, struct arena *arena)
{
    struct buf frame = buf_in(arena, 4096);
    struct json *root = NULL;
    check_word(ack->envelope_id, 128);
    check_word(ack->reply_path, URL_BYTES_MAX);
    REQUIRE(!encode_ack(ack->envelope_id, NULL, STR_EMPTY, STR_EMPTY, arena, &frame));
    REQUIRE(!json_parse(buf_str(&frame), 4096, &root));
    REQUIRE(str_equal(json_get_text(root, "envelope_id"), ack->envelope_id));
    json_free(root);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct event event = { .kind = EVENT_KIND_COUNT };
    struct ack_token ack = { .socket = 77 };
    arena_init(&arena, TURN_ARENA_MAX);
    enum err err = platform_named(STR("slack"))->decode(take_rest(&feed), &arena, &event, &ack);
    REQUIRE(ack.socket == 77);
    if (!err)
        check_event(&event);
    else
        REQUIRE(event.kind == EVENT_KIND_COUNT && err != ERR_NO_MEMORY && err != ERR_INTERNAL);
    if (!err || err == ERR_UNKNOWN_FORM || err == ERR_INVALID)
        check_ack(&ack, &arena);
    else
        REQUIRE(err == ERR_SYNTAX || err == ERR_TOO_BIG);
    arena_finish(&arena);
    return 0;
}
