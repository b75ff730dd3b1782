/* Prompts as data: a revision's bytes never change by themselves, damaged ones are refused. */
#include "facts_builder.h"


static struct str packed(struct builder *b, const struct prompt *prompt)
{
    struct buf buf = buf_in(&b->arena, 64 << 10);
    struct str bytes;
    prompt_pack(prompt, &buf);
    assert_int_equal(buf_finish(&buf, &bytes), OK);
    return bytes;
}

static void assert_same(const struct prompt *a, const struct prompt *z)
{
    assert_int_equal(a->kind, z->kind);
    assert_true(str_equal(a->deck, z->deck) && str_equal(a->id, z->id));
    assert_true(str_equal(a->skill, z->skill) && str_equal(a->ask, z->ask));
    assert_true(str_equal(a->answer, z->answer) && str_equal(a->why, z->why));
    assert_true(str_equal(a->source, z->source) && str_equal(a->unit, z->unit));
    assert_int_equal(a->options_len, z->options_len);
    for (size_t i = 0; i < a->options_len; i++) {
        assert_true(str_equal(a->options[i].text, z->options[i].text));
        assert_true(str_equal(a->options[i].why, z->options[i].why));
        assert_int_equal(a->options[i].correct, z->options[i].correct);
    }
    assert_int_equal(a->accept_len, z->accept_len);
    for (size_t i = 0; i < a->accept_len; i++)
        assert_true(str_equal(a->accept[i], z->accept[i]));
    assert_int_equal(a->exact, z->exact);
    assert_true(!memcmp(&a->number, &z->number, sizeof a->number));
    assert_true(!memcmp(&a->tolerance, &z->tolerance, sizeof a->tolerance));
}

static void a_prompt_comes_back_as_it_was(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    b->prompts[ID_NUMBER - 1].number = -0.1;
    b->prompts[ID_NUMBER - 1].tolerance = 1e-9;
    b->prompts[ID_SHORT - 1].exact = true;
    for (int i = 0; i < BUILDER_PROMPTS; i++) {
        struct prompt back = { 0 };
        struct str bytes = packed(b, &b->prompts[i]);
        assert_int_equal(prompt_unpack(bytes, &b->arena, &back), OK);
        assert_same(&b->prompts[i], &back);
        assert_int_equal(back.prompt_id, 0);        /* the store's, not part of the text */
        assert_true(str_equal(packed(b, &back), bytes));
    }
    builder_free(b);
}

/* Revisions are found by the hash of these bytes in databases that exist: never let them change. */
static void the_bytes_of_a_revision_are_stable(void **state)
{
    (void)state;
    static const unsigned char expected[] = {
        1, 1, 'd', 1, 'p', 1, 1, 's', 3, 'a', 's', 'k',
        2, 1, 'A', 1, 'w', 1, 1, 'B', 0, 0, 1, 1, 'x', 0,
        0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 'u', 1, 'm', 1, 'y', 1, 'r',
    };
    struct builder *b = builder_new("UTC");
    struct prompt_option options[] = { { STR("A"), STR("w"), true },
        { STR("B"), STR_EMPTY, false } };
    struct str accept[] = { STR("x") };
    struct prompt prompt = { .prompt_id = 9, .revision_id = 8, .deck = STR("d"), .id = STR("p"),
        .kind = PROMPT_CHOICE, .skill = STR("s"), .ask = STR("ask"), .options = options,
        .options_len = 2, .accept = accept, .accept_len = 1, .number = 1.5, .unit = STR("u"),
        .answer = STR("m"), .why = STR("y"), .source = STR("r") };
    struct str bytes = packed(b, &prompt);
    assert_int_equal(bytes.len, sizeof expected);
    assert_memory_equal(bytes.ptr, expected, sizeof expected);
    prompt.prompt_id = 0, prompt.revision_id = 0;
    assert_true(str_equal(packed(b, &prompt), bytes));
    builder_free(b);
}

/* Whatever a person sees or is graded by makes a new revision. */
static void every_visible_change_is_a_new_revision(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct prompt changed[9];
    struct prompt_option option = { STR("The document"), STR("It is closest."), false };
    struct str word = STR("sender");
    const struct prompt *base = &b->prompts[ID_CHOICE - 1];
    for (size_t i = 0; i < COUNT(changed); i++)
        changed[i] = *base;
    changed[0].ask = STR("Which source comes last?");
    changed[1].options = &option, changed[1].options_len = 1;
    changed[2].accept = &word, changed[2].accept_len = 1;
    changed[3].exact = true;
    changed[4].number = 1;
    changed[5].tolerance = 1;
    changed[6].why = STR("Other");
    changed[7].source = STR("Other");
    changed[8].answer = STR("Other");
    for (size_t i = 0; i < COUNT(changed); i++) {
        assert_false(str_equal(packed(b, &changed[i]), packed(b, base)));
        for (size_t n = 0; n < i; n++)
            assert_false(str_equal(packed(b, &changed[i]), packed(b, &changed[n])));
    }
    builder_free(b);
}

/* Bytes that are whole are never called damaged. */
static void unpacking_without_memory_is_no_damage(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct str words[] = { STR("sender"), STR("from") };
    struct prompt prompt = b->prompts[ID_CHOICE - 1];
    prompt.accept = words, prompt.accept_len = COUNT(words);
    struct str bytes = packed(b, &prompt);
    size_t failed = 0, room = 0;
    for (enum err err = ERR_NO_MEMORY; err; room += 16) {
        struct arena small;
        struct prompt out = { .options_len = 77 };
        arena_init(&small, room);
        err = prompt_unpack(bytes, &small, &out);
        assert_true(!err || (err == ERR_NO_MEMORY && out.options_len == 77));
        failed += err != OK;
        arena_finish(&small);
    }
    assert_true(failed > 3);
    builder_free(b);
}

static void damaged_bytes_are_refused(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct str bytes = packed(b, &b->prompts[ID_CHOICE - 1]);
    for (size_t len = 0; len < bytes.len; len++) {
        char *copy = malloc(len + 1);
        struct prompt out = { .options_len = 77 };
        assert_non_null(copy);
        memcpy(copy, bytes.ptr, len);
        assert_int_equal(prompt_unpack((struct str){ copy, len }, &b->arena, &out), ERR_SYNTAX);
        assert_int_equal(out.options_len, 77);
        free(copy);
    }
    char *copy = malloc(bytes.len);
    assert_non_null(copy);
    for (size_t at = 0; at < bytes.len; at++)
        for (int value = 0; value < 256; value++) {
            struct arena arena;
            struct prompt out = { 0 };
            arena_init(&arena, 1 << 20);
            memcpy(copy, bytes.ptr, bytes.len);
            copy[at] = (char)value;
            enum err err = prompt_unpack((struct str){ copy, bytes.len }, &arena, &out);
            assert_true(err == OK || err == ERR_SYNTAX || err == ERR_NO_MEMORY);
            assert_true(out.options_len <= PROMPT_OPTIONS_MAX);
            assert_true(err || (out.kind >= PROMPT_CHOICE && out.kind < PROMPT_KIND_END));
            arena_finish(&arena);
        }
    free(copy);
    builder_free(b);
}

static void audiences_are_by_role_and_cohort(void **state)
{
    (void)state;
    struct str roles[] = { STR("lead"), STR("agent") }, cohorts[] = { STR("spring") };
    struct audience all = { 0 };
    struct audience by_role = { .roles = roles, .roles_len = 2 };
    struct audience both = { roles, cohorts, 2, 1 };
    assert_true(audience_has(&all, STR_EMPTY, STR_EMPTY));
    assert_true(audience_has(&by_role, STR("Agent"), STR_EMPTY));
    assert_false(audience_has(&by_role, STR("clerk"), STR("spring")));
    assert_false(audience_has(&by_role, STR_EMPTY, STR_EMPTY));
    assert_true(audience_has(&both, STR("lead"), STR("Spring")));
    assert_false(audience_has(&both, STR("lead"), STR("autumn")));
}

static void prompts_are_found_by_id(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    for (int64_t id = 1; id <= BUILDER_PROMPTS; id++)
        assert_ptr_equal(content_prompt(&b->content, id), &b->prompts[id - 1]);
    assert_null(content_prompt(&b->content, 0));
    assert_null(content_prompt(&b->content, BUILDER_PROMPTS + 1));
    assert_ptr_equal(content_deck(&b->content, STR("leading")), &b->decks[1]);
    assert_null(content_deck(&b->content, STR("gone")));
    assert_null(content_skill(&b->content, STR("gone")));
    b->content.by_id_len = 0;
    assert_null(content_prompt(&b->content, 1));
    builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prompt_comes_back_as_it_was),
        cmocka_unit_test(the_bytes_of_a_revision_are_stable),
        cmocka_unit_test(every_visible_change_is_a_new_revision),
        cmocka_unit_test(unpacking_without_memory_is_no_damage),
        cmocka_unit_test(damaged_bytes_are_refused),
        cmocka_unit_test(audiences_are_by_role_and_cohort),
        cmocka_unit_test(prompts_are_found_by_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
