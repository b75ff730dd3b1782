/* Messages as Block Kit, built out of the input or unpacked from it, in every kind of delivery.
 *
 * * The oracle is the one of the codec test, which reads Slack's limits for itself: so that file
 * is included here, with its main under another name. */
#include "fuzz.h"

int codec_main(void);
#define main codec_main
#include "codec/slack_encode_test.c"
#undef main

#include "nudged/base/text.h"
#include "platform/slack/encode.h"

/* A length and so many bytes, or one of what has ever made a chat program do something, repeated
 * beyond every limit now and then. */
static struct str take_words(struct feed *feed, struct arena *arena)
{
    uint8_t how = take_byte(feed);
    if (how < 64)
        return take_bytes(feed, how);
    struct str piece = str_from_z(corpus[how % COUNT(corpus)]);
    size_t times = how < 192 ? 1 : (size_t)take_byte(feed) * (how < 254 ? 1 : 50);
    struct buf words = buf_in(arena, how == 255 ? 1 << 14 : 4000);
    for (size_t i = 0; i < times && words.len + piece.len < words.bytes_max; i++)
        buf_add(&words, piece);
    return buf_str(&words);
}

static struct str take_input_name(struct feed *feed, struct arena *arena)
{
    static const char *const names[] = { "did", "happened", "next_time", "" };
    uint8_t name = take_byte(feed);
    return str_format(arena, "%s%.*s", names[name % 4], name % 4 == 3 ? 0 : name, "_________");
}

static void take_part(struct feed *feed, struct arena *arena, struct message *message)
{
    enum part_kind kind = (enum part_kind)(1 + take_byte(feed) % PART_IMAGE);
    struct part *part = message_add(arena, message, kind, take_words(feed, arena));
    uint8_t many = take_byte(feed);
    part->mode = (enum choice_mode)(many % 4);
    part->label = many & 128 ? STR("https://example.com/a.png") : take_words(feed, arena);
    for (unsigned i = many >> 2 & 15; i > 0; i--) {
        part_add_choice(arena, part, take_byte(feed), take_words(feed, arena));
        part->choices[part->choices_len - 1].text = take_words(feed, arena);
    }
    for (unsigned i = take_byte(feed) % 7; i > 0; i--) {
        struct button button = { .verb = (enum verb)(take_byte(feed) % VERB_END) };
        button.value = take_byte(feed);
        button.style = (enum button_style)(button.value % 3);
        button.label = take_words(feed, arena);
        part_add_button(arena, part, button);
    }
    part->input.name = take_input_name(feed, arena);
    if (part->kind != PART_INPUT)
        return;
    part->input.label = take_words(feed, arena);
    part->input.hint = take_words(feed, arena);
    part->input.length_max = (uint16_t)take_number(feed, 2);
    part->input.multiline = many & 1;
    part->input.optional = many & 2;
}

static struct message *take_message(struct feed *feed, struct arena *arena)
{
    struct message *message = message_new(arena, take_words(feed, arena));
    message->ref = (struct action_ref){ .nudge_id = take_byte(feed), .step = take_byte(feed) };
    message->ref.key = take_number(feed, 4) * UINT64_C(0x100000001);
    message->title = take_words(feed, arena);
    message->submit = take_words(feed, arena);
    while (feed->left && message->parts_len < MESSAGE_PARTS_MAX)
        take_part(feed, arena, message);
    return message;
}

static void check_json(struct str body, void (*check)(const cJSON *tree, enum delivery_kind kind),
    enum delivery_kind kind)
{
    cJSON *tree = cJSON_ParseWithLength(body.ptr, body.len);
    REQUIRE(tree && text_is_utf8(body));
    check(tree, kind);
    cJSON_Delete(tree);
}

static void check_whole(const cJSON *tree, enum delivery_kind kind)
{
    check_body(tree, kind);
    check_inactive(tree, true);
}

/* What replaces a message, or answers a slash command inside an ack. */
static void check_reply(const cJSON *tree, enum delivery_kind kind)
{
    const cJSON *payload = cJSON_GetObjectItemCaseSensitive(tree, "payload");
    check_whole(payload ? payload : tree, kind);
}

static void check_message(const struct message *message, struct arena *arena)
{
    const struct target target = { STR("D1"), STR("1.000100"), STR("U1"), STR("t"), 77 };
    struct buf out = buf_heap(BODY_BYTES_MAX);
    for (int kind = DELIVERY_POST; kind <= DELIVERY_WHISPER; kind++) {
        buf_reset(&out);
        enum err err = encode_body(message, (enum delivery_kind)kind, &target, arena, &out);
        REQUIRE(!err);
        check_json(buf_str(&out), check_whole, (enum delivery_kind)kind);
    }
    buf_reset(&out);
    REQUIRE(!encode_response(message, true, arena, &out));
    check_json(buf_str(&out), check_reply, DELIVERY_UPDATE);
    buf_reset(&out);
    REQUIRE(!encode_ack(STR("e"), message, STR_EMPTY, STR_EMPTY, arena, &out));
    check_json(buf_str(&out), check_reply, DELIVERY_WHISPER);
    buf_reset(&out);
    message_to_text(message, &out); /* may be too long: nothing cuts labels there */
    buf_free(&out);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct arena arena;
    arena_init(&arena, TURN_ARENA_MAX * 2);
    uint8_t how = take_byte(&feed);
    struct message unpacked, *message = &unpacked;
    if (how % 4 > 0)
        message = take_message(&feed, &arena);
    else if (message_unpack(take_rest(&feed), &arena, &unpacked))
        message = NULL;
    if (message)
        check_message(message, &arena);
    REQUIRE(!arena_failed(&arena));
    arena_finish(&arena);
    return 0;
}
