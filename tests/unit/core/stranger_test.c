/* Whoever is not known is asked about; what is no text, or too much of it, gets a kind sentence. */
#include "facts_builder.h"
#include "core/kinds/kind.h"
#include "nudged/base/limits.h"

static void whoever_acts_unknown_is_asked_about(void **state)
{
    static const enum event_kind kinds[] = { EVENT_TEXT, EVENT_COMMAND, EVENT_ACTION,
        EVENT_HOME_OPENED };
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++)
        for (int known = 0; known < 2; known++) {
            struct builder *b = builder_new("UTC");
            builder_event(b, kinds[i]);
            b->event.text = STR("help");
            b->event.verb = kinds[i] == EVENT_ACTION ? VERB_WHY : VERB_NONE;
            b->facts.has_person = known;
            assert_int_equal(builder_decide(b), OK);
            assert_int_equal(b->plan.query, known ? 0 : QUERY_USER);
            builder_free(b);
        }
}

static void a_change_without_an_email_is_looked_up(void **state)
{
    static const struct {
        struct member member;
        enum query_kind answers;
        bool known, asks;
    } cases[] = {
        { { .user = STR_INIT("U1") }, 0, false, true },
        { { .user = STR_INIT("U1") }, 0, true, false },
        { { .user = STR_INIT("U1") }, QUERY_USER, false, false }, /* that is the answer */
        { { .user = STR_INIT("U1") }, QUERY_ROSTER, false, false },
        { { .user = STR_INIT("U1"), .email = STR_INIT("a@example.com") }, 0, false, false },
        { { .user = STR_INIT("U1"), .deleted = true }, 0, false, false },
        { { .user = STR_INIT("U1"), .bot = true }, 0, false, false },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct builder *b = builder_new("UTC");
        struct member member = cases[i].member;
        builder_event(b, EVENT_MEMBERS);
        b->event.members = &member;
        b->event.members_len = 1;
        b->event.answers = cases[i].answers;
        b->facts.has_person = cases[i].known;
        assert_int_equal(builder_decide(b), OK);
        assert_int_equal(b->plan.query, cases[i].asks ? QUERY_USER : 0);
        builder_free(b);
    }
    assert_true(rule_of(EVENT_MEMBERS)->needs & NEED_PERSON);
}

static void a_file_alone_is_no_answer_and_text_beside_it_is(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    builder_nudge(b, ID_SHORT, NUDGE_OPEN);
    builder_event(b, EVENT_TEXT);
    b->event.files = true;
    b->event.text = STR(" ");
    assert_int_equal(builder_decide(b), OK);
    assert_why(b, "files");
    BUILDER_ORDER(b, EFFECT_DELIVER);
    assert_text_has(builder_text(b, b->plan.effects[0].deliver.message),
        "Text or a button, please; I cannot read files.");
    builder_event(b, EVENT_TEXT);
    b->event.files = true;
    b->event.text = STR("receiver");
    assert_int_equal(builder_decide(b), OK);
    assert_why(b, "answered");
    assert_non_null(builder_effect(b, EFFECT_ANSWER));
    builder_free(b);
}

/* The sentence says 4,000 characters: so many are kept, whatever their bytes, and not one more. */
static void an_answer_is_measured_in_characters(void **state)
{
    static const struct { const char *one; int64_t prompt; } cases[] = {
        { "x", ID_SHORT }, { "x", ID_RECALL }, { "x", ID_REFLECT }, { "€", ID_SHORT },
        { "\xF0\x9F\x99\x82", ID_SHORT }, { "\xF0\x9F\x99\x82", ID_RECALL },
        { "\xF0\x9F\x99\x82", ID_REFLECT },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int more = 0; more < 2; more++) {
            struct builder *b = builder_new("UTC");
            builder_nudge(b, cases[i].prompt, NUDGE_OPEN);
            struct buf text = buf_in(&b->arena, 1 << 16);
            buf_add(&text, STR("  "));
            for (int count = 0; count < ANSWER_POINTS_MAX + more; count++)
                buf_add(&text, str_from_z(cases[i].one));
            buf_add(&text, STR("\n"));
            builder_event(b, EVENT_TEXT);
            b->event.text = buf_str(&text);
            assert_int_equal(builder_decide(b), OK);
            const struct effect *answer = builder_effect(b, EFFECT_ANSWER);
            if (more) {
                assert_null(answer);
                assert_text_has(builder_text(b, b->plan.effects[0].deliver.message),
                    "more than I can keep (4,000 characters)");
            } else {
                assert_int_equal(answer->answer.text.len,
                    ANSWER_POINTS_MAX * strlen(cases[i].one));
            }
            builder_free(b);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_acts_unknown_is_asked_about),
        cmocka_unit_test(a_change_without_an_email_is_looked_up),
        cmocka_unit_test(a_file_alone_is_no_answer_and_text_beside_it_is),
        cmocka_unit_test(an_answer_is_measured_in_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
