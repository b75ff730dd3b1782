/* What each kind asks, how it reads an answer by control and typed, and what it reveals. */
#include "facts_builder.h"
#include <stdio.h>

#include "core/kinds/kind.h"
#include "nudged/base/limits.h"

enum { KEYS = 300 };

static struct graded grade_typed(struct builder *b, int64_t id, const char *text, uint8_t step,
    uint64_t key)
{
    const struct prompt *prompt = &b->prompts[id - 1];
    struct given given = { VERB_NONE, NULL, 0, str_from_z(text), step, key };
    struct graded out = { 0 };
    kind_of(prompt->kind)->grade(prompt, &given, &b->arena, &out);
    return out;
}

static struct graded grade_values(struct builder *b, int64_t id, enum verb verb,
    const uint8_t *values, size_t len, uint8_t step)
{
    const struct prompt *prompt = &b->prompts[id - 1];
    uint8_t *copy = malloc(len + 1);            /* its own block: a read behind the end is seen */
    assert_non_null(copy);
    if (len)
        memcpy(copy, values, len);
    struct given given = { verb, copy, len, STR_EMPTY, step, BUILDER_KEY };
    struct graded out = { 0 };
    kind_of(prompt->kind)->grade(prompt, &given, &b->arena, &out);
    free(copy);
    return out;
}

#define VALUES(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })

static void assert_grade(struct graded graded, enum grade grade, uint32_t chosen)
{
    assert_true(graded.understood);
    assert_false(graded.more);
    assert_int_equal(graded.grade, grade);
    assert_int_equal(graded.chosen, chosen);
}

static void assert_complaint(struct graded graded, enum sentence complaint)
{
    assert_false(graded.understood);
    assert_int_equal(graded.complaint, complaint);
    assert_int_equal(graded.grade, GRADE_NONE);
    assert_int_equal(graded.chosen, 0);
}

static struct str shown(struct builder *b, int64_t id, uint64_t key, uint8_t step)
{
    struct nudge nudge = { .nudge_id = 5, .key = key, .step = step };
    return builder_text(b, card_question(&b->facts, &b->prompts[id - 1], &nudge, &b->arena));
}

static struct str revealed(struct builder *b, int64_t id, struct graded graded)
{
    return builder_text(b, card_feedback(&b->facts, &b->prompts[id - 1], &graded,
        builder_today(b) + 7, 1, &b->arena));
}

/* -- the order of options -- */

static void options_are_shuffled_by_the_key(void **state)
{
    (void)state;
    size_t first_at[PROMPT_OPTIONS_MAX] = { 0 };
    for (size_t len = 0; len <= PROMPT_OPTIONS_MAX; len++)
        for (uint64_t key = 0; key < KEYS; key++) {
            uint8_t order[PROMPT_OPTIONS_MAX], again[PROMPT_OPTIONS_MAX];
            unsigned seen = 0;
            kind_shuffle(key * UINT64_C(0x9e3779b97f4a7c15), len, order);
            kind_shuffle(key * UINT64_C(0x9e3779b97f4a7c15), len, again);
            for (size_t i = 0; i < len; i++) {
                seen |= 1U << order[i];
                assert_int_equal(order[i], again[i]);
                if (len == PROMPT_OPTIONS_MAX && order[i] == 0)
                    first_at[i]++;
            }
            assert_int_equal(seen, (1U << len) - 1);
        }
    for (size_t i = 0; i < PROMPT_OPTIONS_MAX; i++)
        assert_in_range(first_at[i], KEYS / 30, KEYS / 4);
}

/* "B" means what was shown as B, whatever the key. */
static void letters_mean_what_was_shown(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    unsigned letters_of_right = 0;
    for (uint64_t n = 0; n < KEYS; n++) {
        uint64_t key = n * UINT64_C(0x9e3779b97f4a7c15);
        uint8_t order[PROMPT_OPTIONS_MAX];
        struct str text = shown(b, ID_CHOICE, key, 0);
        kind_shuffle(key, 3, order);
        for (int i = 0; i < 3; i++) {
            const struct prompt_option *option = &b->options[order[i]];
            char line[64], letter[2] = { (char)('a' + i), 0 }, number[2] = { (char)('1' + i), 0 };
            snprintf(line, sizeof line, "%c) %.*s\n", 'A' + i, STR_ARG(option->text));
            assert_text_has(text, line);
            enum grade grade = option->correct ? GRADE_RIGHT : GRADE_WRONG;
            assert_grade(grade_typed(b, ID_CHOICE, letter, 0, key), grade, 1U << order[i]);
            assert_grade(grade_typed(b, ID_CHOICE, number, 0, key), grade, 1U << order[i]);
            letters_of_right |= option->correct ? 1U << i : 0;
        }
    }
    assert_int_equal(letters_of_right, 7);      /* the right one is not always at the same place */
    builder_free(b);
}

static void typed_orders_and_marks_are_mapped_back(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    for (uint64_t n = 0; n < KEYS; n++) {
        uint64_t key = n * UINT64_C(0xbf58476d1ce4e5b9);
        uint8_t order[PROMPT_OPTIONS_MAX];
        char right[4] = "", both[8] = "";
        kind_shuffle(key, 3, order);
        for (int i = 0; i < 3; i++)
            right[order[i]] = (char)('A' + i);
        assert_grade(grade_typed(b, ID_ORDER, right, 0, key), GRADE_RIGHT, 0x210);
        char swapped[4] = { right[1], right[0], right[2], 0 };
        assert_grade(grade_typed(b, ID_ORDER, swapped, 0, key), GRADE_WRONG, 0x201);
        snprintf(both, sizeof both, "%c, %c", right[1], right[0]);      /* 0 and 1 are right */
        assert_grade(grade_typed(b, ID_MULTI, both, 0, key), GRADE_RIGHT, 3);
        char one[2] = { right[0], 0 };
        assert_grade(grade_typed(b, ID_MULTI, one, 0, key), GRADE_PARTLY, 1);
        char wrong[2] = { right[2], 0 };
        assert_grade(grade_typed(b, ID_MULTI, wrong, 0, key), GRADE_WRONG, 4);
        assert_grade(grade_typed(b, ID_MULTI, "a b c", 0, key), GRADE_PARTLY, 7);
    }
    builder_free(b);
}

/* -- by control -- */

static void controls_give_options_as_written(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    assert_grade(grade_values(b, ID_CHOICE, VERB_CHOOSE, VALUES(0), 0), GRADE_RIGHT, 1);
    assert_grade(grade_values(b, ID_CHOICE, VERB_SUBMIT, VALUES(2), 0), GRADE_WRONG, 4);
    assert_grade(grade_values(b, ID_MULTI, VERB_SUBMIT, VALUES(1, 0), 0), GRADE_RIGHT, 3);
    assert_grade(grade_values(b, ID_MULTI, VERB_SUBMIT, VALUES(1, 2), 0), GRADE_PARTLY, 6);
    assert_grade(grade_values(b, ID_MULTI, VERB_SUBMIT, VALUES(2), 0), GRADE_WRONG, 4);
    assert_grade(grade_values(b, ID_ORDER, VERB_SUBMIT, VALUES(0, 1, 2), 0), GRADE_RIGHT, 0x210);
    assert_grade(grade_values(b, ID_ORDER, VERB_SUBMIT, VALUES(2, 1, 0), 0), GRADE_WRONG, 0x012);
    struct graded rated = grade_values(b, ID_RECALL, VERB_RATE, VALUES(3), 1);
    assert_grade(rated, GRADE_RIGHT, 0);
    assert_int_equal(rated.self_rating, 3);
    assert_int_equal(grade_values(b, ID_RECALL, VERB_RATE, VALUES(1), 1).grade, GRADE_WRONG);
    assert_int_equal(grade_values(b, ID_RECALL, VERB_RATE, VALUES(2), 1).grade, GRADE_PARTLY);
    assert_int_equal(grade_values(b, ID_RECALL, VERB_RATE, VALUES(4), 1).self_rating, 4);
    builder_free(b);
}

/* Numbers that no control of ours sends: refused with a sentence, never read as an answer. */
static void hostile_values_are_no_answer(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    assert_complaint(grade_values(b, ID_CHOICE, VERB_CHOOSE, VALUES(3), 0), SAY_NOT_READ_OPTIONS);
    assert_complaint(grade_values(b, ID_CHOICE, VERB_CHOOSE, VALUES(255), 0), SAY_NOT_READ_OPTIONS);
    assert_complaint(grade_values(b, ID_CHOICE, VERB_CHOOSE, VALUES(0, 1), 0),
        SAY_NOT_READ_OPTIONS);
    assert_complaint(grade_values(b, ID_CHOICE, VERB_SUBMIT, NULL, 0, 0), SAY_MARK_FIRST);
    assert_complaint(grade_values(b, ID_MULTI, VERB_SUBMIT, NULL, 0, 0), SAY_MARK_FIRST);
    assert_complaint(grade_values(b, ID_MULTI, VERB_SUBMIT, VALUES(3, 31, 32, 255), 0),
        SAY_MARK_FIRST);
    assert_complaint(grade_values(b, ID_ORDER, VERB_SUBMIT, NULL, 0, 0), SAY_PLACE_EACH);
    assert_complaint(grade_values(b, ID_ORDER, VERB_SUBMIT, VALUES(0, 1), 0), SAY_PLACE_EACH);
    assert_complaint(grade_values(b, ID_ORDER, VERB_SUBMIT, VALUES(0, 1, 1), 0), SAY_PLACE_EACH);
    assert_complaint(grade_values(b, ID_ORDER, VERB_SUBMIT, VALUES(0, 1, 3), 0), SAY_PLACE_EACH);
    assert_complaint(grade_values(b, ID_ORDER, VERB_SUBMIT, VALUES(0, 1, 255), 0), SAY_PLACE_EACH);
    assert_complaint(grade_values(b, ID_ORDER, VERB_SUBMIT, VALUES(0, 1, 2, 0), 0), SAY_PLACE_EACH);
    assert_complaint(grade_values(b, ID_RECALL, VERB_RATE, VALUES(0), 1), SAY_RATE_YOURSELF);
    assert_complaint(grade_values(b, ID_RECALL, VERB_RATE, VALUES(5), 1), SAY_RATE_YOURSELF);
    assert_complaint(grade_values(b, ID_RECALL, VERB_RATE, VALUES(1, 2), 1), SAY_RATE_YOURSELF);
    assert_complaint(grade_values(b, ID_RECALL, VERB_RATE, VALUES(3), 0), SAY_NOT_READ_EMPTY);
    builder_free(b);
}

/* The same mark twice is one mark. */
static void a_mark_twice_is_one_mark(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    assert_grade(grade_values(b, ID_MULTI, VERB_SUBMIT, VALUES(0, 1, 0, 1), 0), GRADE_RIGHT, 3);
    builder_free(b);
}

/* -- typed -- */

static const struct typed {
    int64_t id;
    const char *text;
    uint8_t step;
    bool understood;
    enum grade grade;               /* when understood */
    enum sentence complaint;        /* when not */
} typed[] = {
    { ID_CHOICE, "the document", 0, true, GRADE_RIGHT, 0 },
    { ID_CHOICE, " A guess. ", 0, true, GRADE_WRONG, 0 },
    { ID_CHOICE, "the documnet", 0, false, 0, SAY_NOT_READ_OPTIONS },
    { ID_CHOICE, "d", 0, false, 0, SAY_NOT_READ_OPTIONS },
    { ID_CHOICE, "a b", 0, false, 0, SAY_NOT_READ_OPTIONS },
    { ID_CHOICE, "0", 0, false, 0, SAY_NOT_READ_OPTIONS },
    { ID_CHOICE, "4", 0, false, 0, SAY_NOT_READ_OPTIONS },
    { ID_CHOICE, "hello there", 0, false, 0, SAY_NOT_READ_OPTIONS },
    { ID_CHOICE, "", 0, false, 0, SAY_NOT_READ_OPTIONS },
    { ID_CHOICE, "\xFF", 0, false, 0, SAY_NOT_READ_OPTIONS },
    { ID_MULTI, "dates", 0, false, 0, SAY_NOT_READ_MANY },
    { ID_MULTI, "", 0, false, 0, SAY_NOT_READ_MANY },
    { ID_MULTI, "a d", 0, false, 0, SAY_NOT_READ_MANY },
    { ID_ORDER, "a b", 0, false, 0, SAY_NOT_READ_ORDER },
    { ID_ORDER, "a b b", 0, false, 0, SAY_NOT_READ_ORDER },
    { ID_ORDER, "a b c d", 0, false, 0, SAY_NOT_READ_ORDER },
    { ID_ORDER, "first the document", 0, false, 0, SAY_NOT_READ_ORDER },
    { ID_NUMBER, "15", 0, true, GRADE_RIGHT, 0 },
    { ID_NUMBER, " 15 minutes ", 0, true, GRADE_RIGHT, 0 },
    { ID_NUMBER, "15,0", 0, true, GRADE_RIGHT, 0 },
    { ID_NUMBER, "16", 0, true, GRADE_WRONG, 0 },
    { ID_NUMBER, "-15", 0, true, GRADE_WRONG, 0 },
    { ID_NUMBER, "fifteen", 0, false, 0, SAY_NOT_READ_NUMBER },
    { ID_NUMBER, "", 0, false, 0, SAY_NOT_READ_NUMBER },
    { ID_SHORT, "Receiver", 0, true, GRADE_RIGHT, 0 },
    { ID_SHORT, "the reciever", 0, true, GRADE_RIGHT, 0 },
    { ID_SHORT, "the sender", 0, true, GRADE_WRONG, 0 },
    { ID_SHORT, "not the receiver", 0, true, GRADE_WRONG, 0 },
    { ID_SHORT, "  ", 0, false, 0, SAY_NOT_READ_EMPTY },
    { ID_RECALL, "  ", 0, false, 0, SAY_NOT_READ_EMPTY },
    { ID_RECALL, "3", 1, true, GRADE_RIGHT, 0 },
    { ID_RECALL, " 1 ", 1, true, GRADE_WRONG, 0 },
    { ID_RECALL, "0", 1, false, 0, SAY_RATE_YOURSELF },
    { ID_RECALL, "5", 1, false, 0, SAY_RATE_YOURSELF },
    { ID_RECALL, "33", 1, false, 0, SAY_RATE_YOURSELF },
    { ID_RECALL, "good", 1, false, 0, SAY_RATE_YOURSELF },
    { ID_REFLECT, "I checked", 0, true, GRADE_NONE, 0 },
    { ID_REFLECT, " \n ", 0, false, 0, SAY_NOT_READ_EMPTY },
};

static void typed_lines_are_read(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    for (size_t i = 0; i < COUNT(typed); i++) {
        struct graded graded = grade_typed(b, typed[i].id, typed[i].text, typed[i].step,
            BUILDER_KEY);
        if (graded.understood != typed[i].understood)
            fail_msg("kind %d, \"%s\": understood %d", (int)typed[i].id, typed[i].text,
                graded.understood);
        if (graded.understood)
            assert_int_equal(graded.grade, typed[i].grade);
        else
            assert_complaint(graded, typed[i].complaint);
    }
    builder_free(b);
}

static void what_was_typed_is_kept_trimmed(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct graded graded = grade_typed(b, ID_SHORT, "  the reciever \n", 0, BUILDER_KEY);
    assert_true(str_equal(graded.text, STR("the reciever")));
    assert_true(graded.close);
    assert_false(grade_typed(b, ID_SHORT, "receiver", 0, BUILDER_KEY).close);
    b->prompts[ID_SHORT - 1].exact = true;
    assert_int_equal(grade_typed(b, ID_SHORT, "reciever", 0, BUILDER_KEY).grade, GRADE_WRONG);
    graded = grade_typed(b, ID_RECALL, " state and owner ", 0, BUILDER_KEY);
    assert_true(graded.understood && graded.more);
    assert_int_equal(graded.grade, GRADE_NONE);
    assert_int_equal(graded.self_rating, 0);
    assert_true(str_equal(graded.text, STR("state and owner")));
    b->prompts[ID_NUMBER - 1].tolerance = 2;
    assert_int_equal(grade_typed(b, ID_NUMBER, "17", 0, BUILDER_KEY).grade, GRADE_RIGHT);
    assert_int_equal(grade_typed(b, ID_NUMBER, "17.1", 0, BUILDER_KEY).grade, GRADE_WRONG);
    builder_free(b);
}

static void too_much_text_is_refused_with_a_sentence(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    char *text = malloc(ANSWER_BYTES_MAX + 2);
    assert_non_null(text);
    memset(text, 'a', ANSWER_BYTES_MAX + 1);
    text[ANSWER_BYTES_MAX + 1] = '\0';
    assert_complaint(grade_typed(b, ID_SHORT, text, 0, BUILDER_KEY), SAY_TOO_LONG);
    assert_complaint(grade_typed(b, ID_RECALL, text, 0, BUILDER_KEY), SAY_TOO_LONG);
    assert_complaint(grade_typed(b, ID_REFLECT, text, 0, BUILDER_KEY), SAY_TOO_LONG);
    assert_complaint(grade_typed(b, ID_CHOICE, text, 0, BUILDER_KEY), SAY_NOT_READ_OPTIONS);
    assert_complaint(grade_typed(b, ID_MULTI, text, 0, BUILDER_KEY), SAY_NOT_READ_MANY);
    assert_complaint(grade_typed(b, ID_ORDER, text, 0, BUILDER_KEY), SAY_NOT_READ_ORDER);
    memset(text, '1', ANSWER_BYTES_MAX + 1);
    assert_complaint(grade_typed(b, ID_NUMBER, text, 0, BUILDER_KEY), SAY_NOT_READ_NUMBER);
    assert_complaint(grade_typed(b, ID_RECALL, text, 1, BUILDER_KEY), SAY_RATE_YOURSELF);
    text[ANSWER_POINTS_MAX] = '\0';
    assert_true(grade_typed(b, ID_RECALL, text, 0, BUILDER_KEY).understood);
    assert_true(grade_typed(b, ID_REFLECT, text, 0, BUILDER_KEY).understood);
    free(text);
    builder_free(b);
}

/* -- cards -- */

static void questions_do_not_give_the_answer_away(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    for (int64_t id = ID_CHOICE; id <= ID_REFLECT; id++) {
        struct str text = shown(b, id, BUILDER_KEY, 0);
        assert_true(str_contains(text, b->prompts[id - 1].ask));
        assert_text_lacks(text, "Because work goes on");
        assert_text_lacks(text, "They go stale");
        assert_text_lacks(text, "State, next step");
        assert_text_lacks(text, "eceiver");
        assert_text_lacks(text, "15");
        assert_text_has(text, "The basics");
        assert_text_has(text, "type \"skip\"");
        assert_text_has(text, "type \"why\"");
        if (id == ID_REFLECT)
            assert_text_lacks(text, "I don't know");
        else
            assert_text_has(text, "I don't know: type \"pass\"");
    }
    assert_text_has(shown(b, ID_RECALL, BUILDER_KEY, 1), "State, next step, owner.");
    assert_text_lacks(shown(b, ID_RECALL, BUILDER_KEY, 1), "skip");
    builder_free(b);
}

static void feedback_is_specific(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct str text = revealed(b, ID_CHOICE,
        grade_values(b, ID_CHOICE, VERB_CHOOSE, VALUES(1), 0));
    assert_text_has(text, "Your answer: A colleague");
    assert_text_has(text, "The answer: The document");
    assert_text_has(text, "They may be wrong.");
    assert_text_has(text, "It is closest.");
    assert_text_has(text, "Because work goes on without you.");
    assert_text_has(text, "Source: Handbook, page 4");
    assert_text_has(text, "around Tuesday 11 March");
    text = revealed(b, ID_CHOICE, grade_values(b, ID_CHOICE, VERB_CHOOSE, VALUES(0), 0));
    assert_text_lacks(text, "The answer:");
    assert_text_lacks(text, "They may be wrong.");
    text = revealed(b, ID_MULTI, grade_values(b, ID_MULTI, VERB_SUBMIT, VALUES(0, 2), 0));
    assert_text_has(text, "Your answer: Dates; Fonts");
    assert_text_has(text, "The answer: Dates; Names");
    assert_text_has(text, "Nobody minds.");
    text = revealed(b, ID_ORDER, grade_values(b, ID_ORDER, VERB_SUBMIT, VALUES(2, 0, 1), 0));
    assert_text_has(text, "Your answer: \n1. A guess\n2. The document\n3. A colleague");
    assert_text_has(text, "The answer: \n1. The document\n2. A colleague\n3. A guess");
    text = revealed(b, ID_NUMBER, grade_typed(b, ID_NUMBER, "20", 0, BUILDER_KEY));
    assert_text_has(text, "Your answer: 20");
    assert_text_has(text, "The answer: 15 minutes");
    text = revealed(b, ID_SHORT, grade_typed(b, ID_SHORT, "reciever", 0, BUILDER_KEY));
    assert_text_has(text, "The answer: receiver");
    text = revealed(b, ID_RECALL, grade_values(b, ID_RECALL, VERB_RATE, VALUES(2), 1));
    assert_text_has(text, "State, next step, owner.");
    assert_text_has(text, "You rated it: partly.");
    builder_free(b);
}

static void who_gave_up_sees_the_answer_and_no_answer_of_their_own(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct graded graded = { .understood = true, .grade = GRADE_WRONG, .gave_up = true };
    static const char *const answers[] = { "The document", "Dates; Names", "1. The document",
        "15 minutes", "receiver", "State, next step" };
    for (int64_t id = ID_CHOICE; id <= ID_RECALL; id++) {
        struct str text = revealed(b, id, graded);
        assert_text_has(text, answers[id - 1]);
        assert_text_lacks(text, "Your answer");
    }
    builder_free(b);
}

static void a_reflection_is_quoted_whole(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct buf lines = buf_in(&b->arena, 1 << 12);
    for (int i = 0; i < 100; i++)
        buf_addf(&lines, "line %d\n", i);
    struct graded graded = { .understood = true, .text = str_trim(buf_str(&lines)) };
    struct message *card = card_feedback(&b->facts, &b->prompts[ID_REFLECT - 1], &graded, 0, 0,
        &b->arena);
    struct str text = builder_text(b, card);
    assert_true(card->parts_len < MESSAGE_PARTS_MAX);
    for (int i = 0; i < 100; i++)
        assert_true(str_contains(text, str_format(&b->arena, "line %d", i)));
    assert_text_has(text, "stays with you");
    assert_text_lacks(text, "bring this back");
    builder_free(b);
}

/* "Already recorded: …" in the words of the kind. */
static void recorded_answers_are_named(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct { int64_t id; struct answer answer; const char *text; } samples[] = {
        { ID_CHOICE, { .chosen = 2 }, "A colleague" },
        { ID_CHOICE, { .chosen = 0 }, "you asked to see the answer" },
        { ID_MULTI, { .chosen = 5 }, "Dates; Fonts" },
        { ID_MULTI, { .chosen = UINT32_MAX }, "Dates; Names; Fonts" },
        { ID_ORDER, { .chosen = 0x012 }, "\n1. A guess\n2. A colleague\n3. The document" },
        { ID_ORDER, { .chosen = 0xfff }, "" },
        { ID_NUMBER, { .text = STR("17") }, "17" },
        { ID_SHORT, { .text = STR("sender") }, "sender" },
        { ID_RECALL, { .step = 1, .rating = RATING_GOOD }, "got it" },
        { ID_RECALL, { .step = 1, .rating = RATING_AGAIN }, "not yet" },
        { ID_RECALL, { .step = 0, .rating = RATING_AGAIN }, "you asked to see the answer" },
    };
    for (size_t i = 0; i < COUNT(samples); i++)
        assert_true(str_equal(kind_answer_text(&b->prompts[samples[i].id - 1], &samples[i].answer,
            &b->arena), str_from_z(samples[i].text)));
    builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_shuffled_by_the_key),
        cmocka_unit_test(letters_mean_what_was_shown),
        cmocka_unit_test(typed_orders_and_marks_are_mapped_back),
        cmocka_unit_test(controls_give_options_as_written),
        cmocka_unit_test(hostile_values_are_no_answer),
        cmocka_unit_test(a_mark_twice_is_one_mark),
        cmocka_unit_test(typed_lines_are_read),
        cmocka_unit_test(what_was_typed_is_kept_trimmed),
        cmocka_unit_test(too_much_text_is_refused_with_a_sentence),
        cmocka_unit_test(questions_do_not_give_the_answer_away),
        cmocka_unit_test(feedback_is_specific),
        cmocka_unit_test(who_gave_up_sees_the_answer_and_no_answer_of_their_own),
        cmocka_unit_test(a_reflection_is_quoted_whole),
        cmocka_unit_test(recorded_answers_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
