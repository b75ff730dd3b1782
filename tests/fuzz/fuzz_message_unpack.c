/* A packed message out of a damaged outbox: damage to a whole one, or bytes from nowhere. What
 * unpacks is within the limits of the model and packs again to the same meaning. */
#include "patch.h"

#include "nudged/base/limits.h"
#include "nudged/core/message.h"

static struct str whole_message(struct arena *arena)
{
    struct message *message = message_new(arena, STR("What do you check first?"));
    struct buf packed = buf_in(arena, MESSAGE_BYTES_MAX);
    message->ref = (struct action_ref){ 7041, 1, 2, UINT64_C(0xc0ffee5eed1234) };
    message->title = STR("Look back");
    message->submit = STR("Save");
    for (int kind = PART_HEADING; kind <= PART_IMAGE; kind++) {
        struct part *part = message_add(arena, message, (enum part_kind)kind, STR("Some words"));
        part->mode = CHOICE_MANY;
        part->label = STR("https://example.com/a.png");
        part_add_choice(arena, part, 2, STR("The document"));
        part_add_field(arena, part, STR("Ada"), STR("strong at sources"));
        part_add_button(
            arena, part, (struct button){ .verb = VERB_RATE, .value = 3, .label = STR("Got it") });
        part->input = (struct input){ .name = STR("did"), .label = STR("What did I do?") };
    }
    message_pack(message, &packed);
    REQUIRE(!packed.failed);
    return buf_str(&packed);
}

static void check_message(const struct message *message, struct arena *arena)
{
    struct buf once = buf_heap(1 << 20), twice = buf_heap(1 << 20), text = buf_heap(1 << 20);
    struct message again;
    REQUIRE(message->parts_len <= MESSAGE_PARTS_MAX);
    for (size_t i = 0; i < message->parts_len; i++) {
        const struct part *part = &message->parts[i];
        REQUIRE(part->kind >= PART_HEADING && part->kind <= PART_IMAGE);
        REQUIRE(part->choices_len <= CHOICES_MAX && part->buttons_len <= BUTTONS_MAX);
        for (size_t j = 0; j < part->buttons_len; j++)
            REQUIRE((unsigned)part->buttons[j].verb < VERB_END);
    }
    message_pack(message, &once);
    REQUIRE(!once.failed && !message_unpack(buf_str(&once), arena, &again));
    message_pack(&again, &twice);
    REQUIRE(str_equal(buf_str(&once), buf_str(&twice)));
    message_to_text(message, &text);
    REQUIRE(!text.failed);
    buf_free(&once);
    buf_free(&twice);
    buf_free(&text);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct message message;
    arena_init(&arena, 8 << 20);
    bool raw = take_byte(&feed) & 1;
    struct str bytes = raw ? take_rest(&feed) : whole_message(&arena);
    if (!raw) {
        char *damaged = arena_copy(&arena, bytes.ptr, bytes.len);
        bytes = (struct str){ damaged, patch_bytes(&feed, damaged, bytes.len) };
    }
    enum err err = message_unpack(bytes, &arena, &message);
    REQUIRE(err == OK || err == ERR_SYNTAX);
    if (!err)
        check_message(&message, &arena);
    arena_finish(&arena);
    return 0;
}
