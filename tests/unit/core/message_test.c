/* Messages: packed and back, damaged bytes refused, and said as plain text. */
#include "facts_builder.h"

#include "nudged/base/text.h"

static struct message *full_message(struct builder *b)
{
    struct arena *arena = &b->arena;
    struct message *m = message_new(arena, STR("A summary"));
    m->ref = (struct action_ref){ .nudge_id = INT64_C(1) << 40, .step = 1, .attempt = 2,
        .key = UINT64_MAX };
    m->title = STR("A title");
    m->submit = STR("Keep it");
    message_add(arena, m, PART_HEADING, STR("Heading"));
    message_add(arena, m, PART_TEXT, STR("Text with \xE2\x86\x92 and \"quotes\""));
    message_add(arena, m, PART_STRONG, STR("Strong"));
    message_add(arena, m, PART_QUOTE, STR("Quote"));
    message_add(arena, m, PART_MUTED, STR("Muted"));
    message_add(arena, m, PART_DIVIDER, STR_EMPTY);
    struct part *choices = message_add(arena, m, PART_CHOICES, STR_EMPTY);
    choices->mode = CHOICE_MANY;
    choices->label = STR("Answer");
    part_add_choice(arena, choices, 2, STR("Second"));
    part_add_choice(arena, choices, 0, STR("First"));
    struct part *buttons = message_add(arena, m, PART_BUTTONS, STR_EMPTY);
    part_add_button(arena, buttons, (struct button){ VERB_SKIP, 0, BUTTON_PLAIN, STR("Skip") });
    part_add_button(arena, buttons, (struct button){ VERB_RATE, 3, BUTTON_PRIMARY, STR("Got it") });
    struct part *input = message_add(arena, m, PART_INPUT, STR_EMPTY);
    input->input = (struct input){ .name = STR("did"), .label = STR("What did I do?"),
        .hint = STR("One is enough."), .length_max = 1000, .multiline = true, .optional = true };
    struct part *fields = message_add(arena, m, PART_FIELDS, STR_EMPTY);
    part_add_field(arena, fields, STR("Ada"), STR("3 of 4"));
    struct part *image = message_add(arena, m, PART_IMAGE, STR("A curve"));
    image->label = STR("https://example.com/curve.png");
    return m;
}

static struct str packed(struct builder *b, const struct message *message)
{
    struct buf buf = buf_in(&b->arena, 64 << 10);
    struct str bytes;
    message_pack(message, &buf);
    assert_int_equal(buf_finish(&buf, &bytes), OK);
    return bytes;
}

static void a_message_comes_back_as_it_was(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    const struct message *m = full_message(b);
    struct message back = { 0 };
    struct str bytes = packed(b, m);
    assert_int_equal(message_unpack(bytes, &b->arena, &back), OK);
    assert_true(str_equal(back.summary, m->summary));
    assert_true(str_equal(back.title, m->title) && str_equal(back.submit, m->submit));
    assert_true(back.ref.nudge_id == m->ref.nudge_id && back.ref.key == UINT64_MAX);
    assert_int_equal(back.ref.step, 1);
    assert_int_equal(back.ref.attempt, 2);
    assert_int_equal(back.parts_len, m->parts_len);
    assert_int_equal(back.parts[6].mode, CHOICE_MANY);
    assert_int_equal(back.parts[6].choices[0].value, 2);
    assert_true(str_equal(back.parts[6].choices[1].label, STR("First")));
    assert_int_equal(back.parts[7].buttons[1].verb, VERB_RATE);
    assert_int_equal(back.parts[7].buttons[1].value, 3);
    assert_int_equal(back.parts[7].buttons[1].style, BUTTON_PRIMARY);
    assert_int_equal(back.parts[8].input.length_max, 1000);
    assert_true(back.parts[8].input.multiline && back.parts[8].input.optional);
    assert_true(str_equal(back.parts[9].choices[0].text, STR("3 of 4")));
    assert_true(str_equal(packed(b, &back), bytes));
    assert_true(str_equal(builder_text(b, &back), builder_text(b, m)));
    builder_free(b);
}

static void cut_bytes_are_refused_at_every_length(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct str bytes = packed(b, full_message(b));
    for (size_t len = 0; len < bytes.len; len++) {
        char *copy = malloc(len + 1);           /* its own block: a read behind the end is seen */
        assert_non_null(copy);
        memcpy(copy, bytes.ptr, len);
        struct message out = { .parts_len = 77 };
        assert_int_equal(message_unpack((struct str){ copy, len }, &b->arena, &out), ERR_SYNTAX);
        assert_int_equal(out.parts_len, 77);
        free(copy);
    }
    struct buf more = buf_in(&b->arena, 64 << 10);
    buf_add(&more, bytes);
    buf_add_byte(&more, 0);
    struct message out;
    assert_int_equal(message_unpack(buf_str(&more), &b->arena, &out), ERR_SYNTAX);
    builder_free(b);
}

/* One byte changed at a time: refused, or a message within every limit. */
static void changed_bytes_stay_within_the_limits(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct str bytes = packed(b, full_message(b));
    char *copy = malloc(bytes.len);
    size_t refused = 0;
    assert_non_null(copy);
    for (size_t at = 0; at < bytes.len; at++)
        for (int value = 0; value < 256; value += 5) {
            struct arena arena;
            struct message out = { 0 };
            arena_init(&arena, 1 << 20);
            memcpy(copy, bytes.ptr, bytes.len);
            copy[at] = (char)value;
            enum err err = message_unpack((struct str){ copy, bytes.len }, &arena, &out);
            assert_true(err == OK || err == ERR_SYNTAX || err == ERR_NO_MEMORY);
            refused += err != OK;
            assert_true(out.parts_len <= MESSAGE_PARTS_MAX);
            for (size_t i = 0; i < out.parts_len; i++) {
                assert_in_range(out.parts[i].kind, PART_HEADING, PART_IMAGE);
                assert_true(out.parts[i].choices_len <= CHOICES_MAX);
                assert_true(out.parts[i].buttons_len <= BUTTONS_MAX);
                for (size_t n = 0; n < out.parts[i].buttons_len; n++)
                    assert_true(out.parts[i].buttons[n].verb < VERB_END);
            }
            struct buf text = buf_heap(1 << 20);
            message_to_text(&out, &text);
            buf_free(&text);
            arena_finish(&arena);
        }
    assert_true(refused > 1000);
    free(copy);
    builder_free(b);
}

static void building_stops_at_the_limits(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct arena *arena = &b->arena;
    char *text = malloc(4000);
    assert_non_null(text);
    memset(text, 'x', 4000);
    struct message *m = message_new(arena, (struct str){ text, 4000 });
    assert_int_equal(m->summary.len, TEXT_BYTES_MAX);
    for (int i = 0; i < 2 * MESSAGE_PARTS_MAX; i++)
        assert_non_null(message_add(arena, m, PART_TEXT, (struct str){ text, 4000 }));
    assert_int_equal(m->parts_len, MESSAGE_PARTS_MAX);
    assert_int_equal(m->parts[0].text.len, TEXT_BYTES_MAX);
    struct part part = { .kind = PART_CHOICES };
    for (int i = 0; i < 2 * CHOICES_MAX; i++) {
        part_add_choice(arena, &part, (uint8_t)i, STR("c"));
        part_add_field(arena, &part, STR("label"), STR("text"));
        part_add_button(arena, &part, (struct button){ VERB_HELP, 0, BUTTON_PLAIN, STR("b") });
    }
    assert_int_equal(part.choices_len, CHOICES_MAX);
    assert_int_equal(part.buttons_len, BUTTONS_MAX);
    free(text);
    builder_free(b);
}

/* Cut between letters, not within one. */
static void long_text_is_cut_at_a_letter(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct buf buf = buf_in(&b->arena, 1 << 16);
    buf_add(&buf, STR("x"));
    for (int i = 0; i < 2000; i++)
        buf_add(&buf, STR("\xC3\xA9"));
    struct message *m = message_new(&b->arena, STR("s"));
    struct part *part = message_add(&b->arena, m, PART_TEXT, buf_str(&buf));
    assert_int_equal(part->text.len, TEXT_BYTES_MAX - 1);
    assert_true(text_is_utf8(part->text));
    builder_free(b);
}

/* Without memory every call still returns, and the arena says so at the end. */
static void without_memory_nothing_breaks(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    for (size_t room = 0; room < 20000; room += 256) {
        struct arena small;
        arena_init(&small, room);
        struct message *m = message_new(&small, STR("s"));
        struct part *part = message_add(&small, m, PART_CHOICES, STR("t"));
        part_add_choice(&small, part, 0, STR("c"));
        part_add_field(&small, part, STR("l"), STR("t"));
        part_add_button(&small, part, (struct button){ VERB_HELP, 0, BUTTON_PLAIN, STR("b") });
        bool whole = m && m->parts_len == 1 && m->parts[0].buttons_len == 1;
        assert_true(arena_failed(&small) || whole);
        arena_finish(&small);
    }
    builder_free(b);
}

/* Bytes that are whole are never called damaged: a message without memory is sent later, a damaged
 * one never. */
static void unpacking_without_memory_is_no_damage(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct str bytes = packed(b, full_message(b));
    size_t failed = 0, room = 0;
    for (enum err err = ERR_NO_MEMORY; err; room += 16) {
        struct arena small;
        struct message out = { .parts_len = 77 };
        arena_init(&small, room);
        err = message_unpack(bytes, &small, &out);
        assert_true(!err || (err == ERR_NO_MEMORY && out.parts_len == 77));
        failed += err != OK;
        arena_finish(&small);
    }
    assert_true(failed > 20);
    builder_free(b);
}

static void text_alone_says_it_all(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct str text = builder_text(b, full_message(b));
    assert_text_has(text, "A) Second");
    assert_text_has(text, "B) First");
    assert_text_has(text, "Type all the letters that fit");
    assert_text_has(text, "Skip: type \"skip\"");
    assert_text_has(text, "3: Got it");
    assert_text_has(text, "> Quote");
    assert_text_has(text, "Ada: 3 of 4");
    assert_text_has(text, "[picture: A curve]");
    assert_text_has(text, "What did I do? (optional)");
    struct message bare = { .summary = STR("Only this") };
    assert_true(str_equal(builder_text(b, &bare), STR("Only this\n")));
    builder_free(b);
}

/* Every button on every card the bot sends can be said in words, and the word does the same. */
static void every_button_has_a_typed_word(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    const struct message *cards[BUILDER_PROMPTS + 4] = { 0 };
    size_t len = 0, buttons = 0;
    struct nudge nudge = { .nudge_id = 5, .key = BUILDER_KEY };
    for (; len < BUILDER_PROMPTS; len++)
        cards[len] = card_question(&b->facts, &b->prompts[len], &nudge, &b->arena);
    nudge.step = 1;
    cards[len++] = card_question(&b->facts, &b->prompts[ID_RECALL - 1], &nudge, &b->arena);
    cards[len++] = card_notice(&b->facts, true, &b->arena);
    cards[len++] = card_home(&b->facts, &b->arena);
    for (size_t c = 0; c < len; c++)
        for (size_t p = 0; p < cards[c]->parts_len; p++)
            for (size_t i = 0; i < cards[c]->parts[p].buttons_len; i++) {
                const struct button *button = &cards[c]->parts[p].buttons[i];
                struct str argument, text = builder_text(b, cards[c]);
                buttons++;
                if (verb_info(button->verb)->typed)
                    assert_int_equal(verb_parse(verb_info(button->verb)->word, &argument),
                        button->verb);
                else if (button->verb == VERB_RATE)
                    assert_in_range(button->value, 1, 4);
                else
                    assert_int_equal(button->verb, VERB_WRITE);
                assert_true(str_contains(text, button->label));
                assert_true(text_length(button->label) <= 30);
            }
    assert_true(buttons > 30);
    builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_comes_back_as_it_was),
        cmocka_unit_test(cut_bytes_are_refused_at_every_length),
        cmocka_unit_test(changed_bytes_stay_within_the_limits),
        cmocka_unit_test(building_stops_at_the_limits),
        cmocka_unit_test(long_text_is_cut_at_a_letter),
        cmocka_unit_test(without_memory_nothing_breaks),
        cmocka_unit_test(unpacking_without_memory_is_no_damage),
        cmocka_unit_test(text_alone_says_it_all),
        cmocka_unit_test(every_button_has_a_typed_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
