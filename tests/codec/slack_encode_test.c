/* Messages as Block Kit: exact bodies for one of each, and for thousands of drawn messages that no
 * limit of Slack is broken and no text becomes active.
 *
 * tests/codec/slack/bodies/NAME.json is the exact body; NUDGED_WRITE_EXPECTED=1 writes them anew.
 * The limits are read from docs.slack.dev/reference/block-kit, not from the code under test. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/base/limits.h"
#include "nudged/platform/platform.h"

#define BODIES SOURCE_DIR "/tests/codec/slack/bodies"

#define LONG_WORDS \
    "Something that is a little longer than the seventy-five characters of an option, number"

enum { MESSAGES_DRAWN = 3000 };

static const struct action_ref ref = {
    .nudge_id = 7041, .step = 1, .attempt = 2, .key = UINT64_C(0x00c0ffee5eed1234)
};

/* -- one of each -- */

static struct message *start(struct arena *arena)
{
    struct message *message = message_new(arena, STR("What do you check first? <Ada & Ben>"));
    message->ref = ref;
    (void)message_add(arena, message, PART_MUTED, STR("Validating AI output · 2 of 12"));
    (void)message_add(arena, message, PART_STRONG, STR("What do you check first?"));
    return message;
}

static struct part *add_choices(struct arena *arena, struct message *message, enum choice_mode mode,
    size_t count, const char *words)
{
    struct part *part = message_add(arena, message, PART_CHOICES, STR_EMPTY);
    part->mode = mode;
    part->label = STR("Answer");
    for (size_t i = 0; i < count; i++)
        part_add_choice(
            arena, part, (uint8_t)((i * 3 + 1) % count), str_format(arena, "%s %zu", words, i + 1));
    return part;
}

static void add_rest(struct arena *arena, struct message *message)
{
    struct part *buttons = message_add(arena, message, PART_BUTTONS, STR_EMPTY);
    part_add_button(
        arena, buttons, (struct button){ .verb = VERB_DONT_KNOW, .label = STR("I don't know") });
    part_add_button(arena, buttons, (struct button){ .verb = VERB_SNOOZE, .label = STR("Later") });
    part_add_button(arena, buttons,
        (struct button){ .verb = VERB_STOP, .style = BUTTON_DANGER, .label = STR("Stop") });
    part_add_button(arena, buttons,
        (struct button){
            .verb = VERB_RATE, .value = 3, .style = BUTTON_PRIMARY, .label = STR("Got it") });
}

static void build_short(struct arena *arena, struct message *message)
{
    (void)add_choices(arena, message, CHOICE_ONE, 4, "Source");
    add_rest(arena, message);
}

static void build_long(struct arena *arena, struct message *message)
{
    (void)add_choices(arena, message, CHOICE_ONE, 3,
        "Trace each figure to the document it came from and read that document, option");
}

static void build_seven(struct arena *arena, struct message *message)
{
    (void)add_choices(arena, message, CHOICE_ONE, 7, "Possible answer number");
}

static void build_many(struct arena *arena, struct message *message)
{
    (void)add_choices(arena, message, CHOICE_MANY, 4, LONG_WORDS);
}

static void build_order(struct arena *arena, struct message *message)
{
    (void)add_choices(arena, message, CHOICE_ORDER, 3, "Step");
}

static void build_rich(struct arena *arena, struct message *message)
{
    (void)message_add(arena, message, PART_HEADING, STR("Your week"));
    (void)message_add(
        arena, message, PART_TEXT, STR("Seen <b>, *bold*, @here and https://example.com"));
    (void)message_add(arena, message, PART_QUOTE, STR("I asked for the source.\nThen I waited."));
    (void)message_add(arena, message, PART_DIVIDER, STR_EMPTY);
    struct part *fields = message_add(arena, message, PART_FIELDS, STR_EMPTY);
    part_add_field(
        arena, fields, STR("Ada Example"), STR("strong at sources · practise next: dates"));
    part_add_field(arena, fields, STR("Ben Example"), STR("strong at hand-off"));
    struct part *image = message_add(arena, message, PART_IMAGE, STR("A curve that rises"));
    image->label = STR("https://example.com/curve.png");
}

static void build_form(struct arena *arena, struct message *message)
{
    message->title = STR("Look back at last week's call");
    message->submit = STR("Save");
    message->parts_len = 0;
    (void)message_add(arena, message, PART_TEXT, STR("Three short answers."));
    struct part *input = message_add(arena, message, PART_INPUT, STR_EMPTY);
    input->input = (struct input){ .name = STR("did"),
        .label = STR("What did I do?"),
        .hint = STR("One sentence is enough."),
        .length_max = 500,
        .multiline = true };
    input = message_add(arena, message, PART_INPUT, STR_EMPTY);
    input->input =
        (struct input){ .name = STR("happened"), .label = STR("What happened?"), .optional = true };
}

static const struct body_case {
    const char *name;
    enum delivery_kind kind;
    void (*build)(struct arena *arena, struct message *message);
} bodies[] = {
    { "post_short_choices", DELIVERY_POST, build_short },
    { "post_long_choices", DELIVERY_POST, build_long },
    { "post_seven_choices", DELIVERY_POST, build_seven },
    { "update_many_choices", DELIVERY_UPDATE, build_many },
    { "post_order", DELIVERY_POST, build_order },
    { "home_rich", DELIVERY_HOME, build_rich },
    { "form", DELIVERY_FORM, build_form },
    { "whisper", DELIVERY_WHISPER, build_rich },
};

static struct str encode(
    struct arena *arena, const struct message *message, enum delivery_kind kind)
{
    struct buf body = buf_in(arena, 1 << 20);
    const struct platform *slack = platform_named(STR("slack"));
    assert_int_equal(slack->encode(message, kind, arena, &body), OK);
    return buf_str(&body);
}

static void test_exact_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct arena arena;
        char path[512], expected[64 << 10];
        arena_init(&arena, 4 << 20);
        struct message *message = start(&arena);
        bodies[i].build(&arena, message);
        struct str body = encode(&arena, message, bodies[i].kind);
        cJSON *tree = cJSON_ParseWithLength(body.ptr, body.len);
        assert_non_null(tree);
        char *printed = cJSON_Print(tree);
        (void)snprintf(path, sizeof path, BODIES "/%s.json", bodies[i].name);
        if (getenv("NUDGED_WRITE_EXPECTED")) {
            FILE *file = fopen(path, "wb");
            assert_non_null(file);
            assert_true(fprintf(file, "%s\n", printed) > 0);
            assert_int_equal(fclose(file), 0);
        }
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        size_t len = fread(expected, 1, sizeof expected - 1, file);
        (void)fclose(file);
        expected[len ? len - 1 : 0] = '\0';
        assert_string_equal(printed, expected);
        cJSON_free(printed);
        cJSON_Delete(tree);
        arena_finish(&arena);
    }
}

/* -- Slack's limits, read independently -- */

struct seen {
    int actions, blocks;
    char ids[64][64];
    int ids_len;
};

static const char *text_at(const cJSON *object, const char *key)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(value) ? value->valuestring : NULL;
}

/* UTF-16 units: what JavaScript and Java call length. */
static size_t units(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80 ? ((unsigned char)*text >= 0xF0 ? 2 : 1) : 0;
    return count;
}

static void check_length(const char *text, size_t min, size_t max)
{
    assert_non_null(text);
    assert_in_range(units(text), min, max);
}

static void check_plain(const cJSON *object, size_t max)
{
    assert_string_equal(text_at(object, "type"), "plain_text");
    check_length(text_at(object, "text"), 1, max);
    assert_true(cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(object, "emoji")));
}

static void check_options(const cJSON *element, int max)
{
    const cJSON *options = cJSON_GetObjectItemCaseSensitive(element, "options"), *option;
    assert_in_range(cJSON_GetArraySize(options), 1, max);
    cJSON_ArrayForEach(option, options)
    {
        check_plain(cJSON_GetObjectItemCaseSensitive(option, "text"), 75);
        check_length(text_at(option, "value"), 1, 75);
    }
}

static void check_action_id(struct seen *seen, const cJSON *element)
{
    const char *id = text_at(element, "action_id");
    check_length(id, 1, 255);
    assert_in_range(seen->ids_len, 0, 63 + 1000);
    for (int i = 0; i < seen->ids_len && i < 64; i++)
        assert_string_not_equal(seen->ids[i], id);
    if (seen->ids_len < 64)
        (void)snprintf(seen->ids[seen->ids_len++], sizeof seen->ids[0], "%s", id);
}

static void check_element(struct seen *seen, const cJSON *element)
{
    const char *type = text_at(element, "type");
    check_action_id(seen, element);
    if (strcmp(type, "button") == 0) {
        check_plain(cJSON_GetObjectItemCaseSensitive(element, "text"), 75);
        check_length(text_at(element, "value"), 1, 2000);
        const char *style = text_at(element, "style"),
                   *spoken = text_at(element, "accessibility_label");
        assert_true(!style || strcmp(style, "primary") == 0 || strcmp(style, "danger") == 0);
        if (spoken)
            check_length(spoken, 1, 75);
    } else if (strcmp(type, "static_select") == 0) {
        check_plain(cJSON_GetObjectItemCaseSensitive(element, "placeholder"), 150);
        check_options(element, 100);
    } else {
        assert_true(strcmp(type, "radio_buttons") == 0 || strcmp(type, "checkboxes") == 0);
        check_options(element, 10);
    }
}

static void check_rich(const cJSON *block)
{
    const cJSON *containers = cJSON_GetObjectItemCaseSensitive(block, "elements"), *container,
                *leaf;
    assert_in_range(cJSON_GetArraySize(containers), 1, 10);
    cJSON_ArrayForEach(container, containers)
    {
        const char *type = text_at(container, "type");
        assert_true(strcmp(type, "rich_text_section") == 0 || strcmp(type, "rich_text_quote") == 0);
        const cJSON *leaves = cJSON_GetObjectItemCaseSensitive(container, "elements");
        assert_in_range(cJSON_GetArraySize(leaves), 1, 50);
        cJSON_ArrayForEach(leaf, leaves)
        {
            assert_string_equal(text_at(leaf, "type"), "text");
            check_length(text_at(leaf, "text"), 1, 3000);
        }
    }
}

static void check_block(struct seen *seen, const cJSON *block, bool form)
{
    const char *type = text_at(block, "type");
    const cJSON *elements = cJSON_GetObjectItemCaseSensitive(block, "elements"), *element;
    if (strcmp(type, "header") == 0) {
        check_plain(cJSON_GetObjectItemCaseSensitive(block, "text"), 150);
    } else if (strcmp(type, "section") == 0) {
        check_plain(cJSON_GetObjectItemCaseSensitive(block, "text"), 3000);
    } else if (strcmp(type, "context") == 0) {
        assert_in_range(cJSON_GetArraySize(elements), 1, 10);
        cJSON_ArrayForEach(element, elements) check_plain(element, 3000);
    } else if (strcmp(type, "rich_text") == 0) {
        check_rich(block);
    } else if (strcmp(type, "actions") == 0) {
        assert_in_range(cJSON_GetArraySize(elements), 1, 25);
        cJSON_ArrayForEach(element, elements) check_element(seen, element);
    } else if (strcmp(type, "image") == 0) {
        check_length(text_at(block, "alt_text"), 1, 2000);
        check_length(text_at(block, "image_url"), 9, 3000);
        assert_memory_equal(text_at(block, "image_url"), "https://", 8);
    } else if (strcmp(type, "input") == 0) {
        const cJSON *input = cJSON_GetObjectItemCaseSensitive(block, "element");
        const cJSON *max = cJSON_GetObjectItemCaseSensitive(input, "max_length");
        assert_true(form);
        check_length(text_at(block, "block_id"), 1, 255);
        check_length(text_at(input, "action_id"), 1, 255);
        check_plain(cJSON_GetObjectItemCaseSensitive(block, "label"), 2000);
        assert_in_range(max->valueint, 1, 3000);
    } else {
        assert_string_equal(type, "divider");
    }
}

static void check_blocks(const cJSON *blocks, int max, bool form)
{
    struct seen seen = { 0 };
    const cJSON *block;
    assert_in_range(cJSON_GetArraySize(blocks), 1, max);
    cJSON_ArrayForEach(block, blocks) check_block(&seen, block, form);
}

static void check_body(const cJSON *body, enum delivery_kind kind)
{
    const cJSON *view = cJSON_GetObjectItemCaseSensitive(body, "view");
    if (kind == DELIVERY_HOME || kind == DELIVERY_FORM) {
        check_blocks(cJSON_GetObjectItemCaseSensitive(view, "blocks"), 100, kind == DELIVERY_FORM);
    } else {
        check_length(text_at(body, "text"), 1, 4000);
        check_blocks(cJSON_GetObjectItemCaseSensitive(body, "blocks"), 50, false);
    }
    if (kind == DELIVERY_FORM) {
        check_plain(cJSON_GetObjectItemCaseSensitive(view, "title"), 24);
        check_length(text_at(view, "private_metadata"), 1, 3000);
        if (cJSON_GetObjectItemCaseSensitive(view, "submit"))
            check_plain(cJSON_GetObjectItemCaseSensitive(view, "submit"), 24);
    }
}

/* -- drawn messages -- */

static uint64_t drawn(uint64_t *seed, uint64_t bound)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*seed >> 33) % bound;
}

/* Everything that has ever been used to make a chat program do something. */
static const char *const corpus[] = {
    "<!here>",
    "<!channel>",
    "<!everyone>",
    "<@U0ADA>",
    "<#C0LAB>",
    "<!subteam^S0ALL>",
    "@here",
    "@channel",
    "@everyone",
    "#general",
    "<https://example.com|click me>",
    "https://example.com/x?y=1&z=2",
    "<!date^0^{date}|now>",
    "*bold*",
    "_it_",
    "~gone~",
    "`code`",
    "```block```",
    "> quote",
    "&lt;!here&gt;",
    "&amp;",
    "&",
    "<",
    ">",
    ":tada:",
    "[a](https://example.com)",
    "mailto:a@example.com",
    "\xE2\x80\xAEoverride",
    "\xE2\x81\xA6isolate",
    "zero\xE2\x80\x8Bwidth",
    "e\xCC\x81\xCC\x81\xCC\x81",
    "\x01\x02\x7F",
    "\xC2\x85",
    "\xFF\xFE",
    "\xF0\x9F\x99\x82\xF0\x9F\x8E\x89",
    "\"}]}",
    "\\",
    "\n",
    "\t",
    " ",
    "word",
    "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E",
};

static struct str drawn_text(struct arena *arena, uint64_t *seed, size_t bytes_max)
{
    struct buf buf = buf_in(arena, 8192);
    size_t wanted = drawn(seed, 4) ? drawn(seed, 60) : drawn(seed, bytes_max + 1);
    if (wanted > bytes_max)
        wanted = bytes_max;
    while (true) {
        struct str piece = str_from_z(corpus[drawn(seed, COUNT(corpus))]);
        if (buf.len + piece.len > wanted)
            break;
        buf_add(&buf, piece);
    }
    return buf_str(&buf);
}

static void draw_part(struct arena *arena, uint64_t *seed, struct message *message, size_t index)
{
    enum part_kind kind = (enum part_kind)(1 + drawn(seed, PART_IMAGE));
    struct part *part = message_add(arena, message, kind, drawn_text(arena, seed, TEXT_BYTES_MAX));
    part->mode = (enum choice_mode)(1 + drawn(seed, 3));
    part->label = drawn(seed, 2) ? drawn_text(arena, seed, 100) : STR("https://example.com/a.png");
    for (uint64_t i = drawn(seed, CHOICES_MAX + 1); i > 0; i--) {
        part_add_choice(arena, part, (uint8_t)drawn(seed, 256), drawn_text(arena, seed, 600));
        part->choices[part->choices_len - 1].text = drawn_text(arena, seed, TEXT_BYTES_MAX);
    }
    for (uint64_t i = drawn(seed, BUTTONS_MAX + 1); i > 0; i--)
        part_add_button(arena, part,
            (struct button){ .verb = (enum verb)(1 + drawn(seed, VERB_END - 1)),
                .value = (uint8_t)drawn(seed, 5),
                .style = (enum button_style)drawn(seed, 3),
                .label = drawn_text(arena, seed, 120) });
    part->input = (struct input){ .name = str_format(arena, "input_%zu", index),
        .label = drawn_text(arena, seed, TEXT_BYTES_MAX),
        .hint = drawn_text(arena, seed, TEXT_BYTES_MAX),
        .length_max = (uint16_t)drawn(seed, 65536) };
}

static struct message *draw_message(struct arena *arena, uint64_t *seed)
{
    struct message *message = message_new(arena, drawn_text(arena, seed, TEXT_BYTES_MAX));
    message->ref = (struct action_ref){ .nudge_id = INT64_MAX - (int64_t)drawn(seed, 1000),
        .step = 255,
        .attempt = 255,
        .key = UINT64_MAX };
    message->title = drawn_text(arena, seed, 200);
    message->submit = drawn_text(arena, seed, 200);
    for (size_t parts = drawn(seed, MESSAGE_PARTS_MAX + 1), i = 0; i < parts; i++)
        draw_part(arena, seed, message, i);
    return message;
}

/* Nothing but plain_text and text elements holds text; the one place Slack parses has no < or >,
 * and every & begins an entity. */
static void check_inactive(const cJSON *value, bool top)
{
    const cJSON *child;
    const char *type = text_at(value, "type"), *text = text_at(value, "text");
    if (text && top) {
        assert_null(strpbrk(text, "<>"));
        for (const char *at = strchr(text, '&'); at; at = strchr(at + 1, '&'))
            assert_true(strncmp(at, "&amp;", 5) == 0 || strncmp(at, "&lt;", 4) == 0 ||
                strncmp(at, "&gt;", 4) == 0);
    } else if (text) {
        assert_true(strcmp(type, "plain_text") == 0 || strcmp(type, "text") == 0);
    }
    if (cJSON_IsString(value)) {
        const char *bytes = value->valuestring;
        assert_null(strstr(bytes, "\xE2\x80\xAE"));
        assert_null(strstr(bytes, "\xE2\x81\xA6"));
        assert_null(strpbrk(bytes, "\x01\x02\x7F"));
    }
    assert_null(cJSON_GetObjectItemCaseSensitive(value, "link_names"));
    assert_null(cJSON_GetObjectItemCaseSensitive(value, "attachments"));
    assert_null(cJSON_GetObjectItemCaseSensitive(value, "url"));
    cJSON_ArrayForEach(child, value) check_inactive(child, false);
}

static void test_drawn_messages_keep_every_limit(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 64 << 20);
    for (uint64_t i = 0; i < MESSAGES_DRAWN; i++) {
        uint64_t seed = i;
        struct message *message = draw_message(&arena, &seed);
        enum delivery_kind kind = (enum delivery_kind)(1 + i % DELIVERY_WHISPER);
        struct str body = encode(&arena, message, kind);
        cJSON *tree = cJSON_ParseWithLength(body.ptr, body.len);
        assert_non_null(tree);
        check_body(tree, kind);
        check_inactive(tree, true);
        cJSON_Delete(tree);
        arena_reset(&arena);
    }
    arena_finish(&arena);
}

static void test_headers_at_their_limit(void **state)
{
    (void)state;
    for (int length = 149; length <= 151; length++) {
        struct arena arena;
        arena_init(&arena, 1 << 20);
        struct message *message = message_new(&arena, STR("long"));
        (void)message_add(&arena, message, PART_HEADING,
            str_format(&arena, "%0*d", length, 1));
        struct str body = encode(&arena, message, DELIVERY_POST);
        assert_int_equal(str_contains(body, STR("\"header\"")), length <= 150);
        assert_int_equal(str_contains(body, STR("\"rich_text\"")), length > 150);
        assert_false(str_contains(body, STR("…")));
        arena_finish(&arena);
    }
}

static void test_fifty_blocks_and_a_sign_that_there_was_more(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4 << 20);
    struct message *message = message_new(&arena, STR("much"));
    while (message->parts_len < MESSAGE_PARTS_MAX)
        (void)add_choices(&arena, message, CHOICE_MANY, 2, LONG_WORDS);
    struct str body = encode(&arena, message, DELIVERY_POST);
    cJSON *tree = cJSON_ParseWithLength(body.ptr, body.len);
    const cJSON *blocks = cJSON_GetObjectItemCaseSensitive(tree, "blocks");
    int count = cJSON_GetArraySize(blocks);
    assert_in_range(count, 48, 50);
    const cJSON *last = cJSON_GetArrayItem(blocks, count - 1);
    assert_string_equal(text_at(last, "type"), "context");
    cJSON_Delete(tree);
    arena_finish(&arena);
}

static void check_comes_back(struct arena *arena, const cJSON *button, int index)
{
    struct event event = { 0 };
    struct ack_token ack = { 0 };
    struct str frame = str_format(arena,
        "{\"envelope_id\":\"e\",\"type\":\"interactive\","
        "\"payload\":{\"type\":\"block_actions\",\"user\":{\"id\":\"U0ADA\"},"
        "\"team\":{\"id\":\"T0NORTH\"},\"actions\":[{\"action_id\":\"%s\",\"value\":\"%s\"}]}}",
        text_at(button, "action_id"), text_at(button, "value"));
    assert_int_equal(platform_named(STR("slack"))->decode(frame, arena, &event, &ack), OK);
    assert_int_equal(event.ref.nudge_id, ref.nudge_id);
    assert_int_equal(event.ref.step, ref.step);
    assert_int_equal(event.ref.attempt, ref.attempt);
    assert_true(event.ref.key == ref.key);
    if (index < 4)
        assert_int_equal(event.values[0], (index * 3 + 1) % 4);
}

/* Whatever the buttons carry comes back as the same reference. */
static void test_buttons_come_back(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 8 << 20);
    struct message *message = start(&arena);
    build_short(&arena, message);
    struct str body = encode(&arena, message, DELIVERY_POST);
    cJSON *tree = cJSON_ParseWithLength(body.ptr, body.len);
    const cJSON *block, *element;
    int buttons = 0;
    cJSON_ArrayForEach(block, cJSON_GetObjectItemCaseSensitive(tree, "blocks"))
    {
        const cJSON *elements = cJSON_GetObjectItemCaseSensitive(block, "elements");
        if (strcmp(text_at(block, "type"), "actions") != 0)
            continue;
        cJSON_ArrayForEach(element, elements) check_comes_back(&arena, element, buttons++);
    }
    assert_int_equal(buttons, 8);
    cJSON_Delete(tree);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_bodies),
        cmocka_unit_test(test_drawn_messages_keep_every_limit),
        cmocka_unit_test(test_headers_at_their_limit),
        cmocka_unit_test(test_fifty_blocks_and_a_sign_that_there_was_more),
        cmocka_unit_test(test_buttons_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
