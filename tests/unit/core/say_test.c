/* The bot's voice: every sentence, every wording. */
#include "facts_builder.h"
#include "core/say.h"
#include "nudged/base/text.h"

enum { TURNS = 12 }; /* a multiple of every number of wordings, so that each comes up */

static const char *const placeholders[] = { "answer", "rating", "when", "source", "skill", "deck",
    "owner", "name", "organisation", "cap", "from", "to", "zone", "manager", "basis", "right",
    "answers", "ask", "share", "counts", "wrong", "behaviour", "strong", "weak", "count", "people",
    "what", "since", "texts", "access",
    "dots", "recall", "weeks", "current", "hits", "formats", "questions", "days",
    "hint", "shown" };

/* Words that scold, hurry or rank; nobody is to hear them from a bot. */
static const char *const unkind[] = { "wrong", "fail", "mistake", "incorrect", "error", "invalid",
    "missed", "forgot", "overdue", "late ", "must", "should", "streak", "score:", "hurry",
    "at once", "please note", "unfortunately", "oops" };

static bool is_known(struct str name)
{
    for (size_t i = 0; i < COUNT(placeholders); i++)
        if (str_equal(name, str_from_z(placeholders[i])))
            return true;
    return false;
}

static void check_braces(struct str text)
{
    while (str_find(text, '{') < text.len) {
        size_t open = str_find(text, '{'), close = str_find(text, '}');
        assert_true(open < close && close < text.len);
        struct str name = str_slice(text, open + 1, close);
        if (!is_known(name))
            fail_msg("unknown placeholder {%.*s}", STR_ARG(name));
        text = str_slice(text, close + 1, text.len);
    }
    assert_int_equal(str_find(text, '}'), text.len);
}

static void every_sentence_is_there_and_in_order(void **state)
{
    (void)state;
    for (int s = 0; s < SENTENCE_COUNT; s++)
        for (uint64_t turn = 0; turn < TURNS; turn++) {
            struct str text = say0((enum sentence)s, turn);
            assert_true(text.len > 0);
            assert_true(text_is_utf8(text));
            check_braces(text);
            if (str_find(text, '!') < text.len)
                fail_msg("an exclamation mark: %.*s", STR_ARG(text));
            assert_true(text.ptr[0] != ' ' && text.ptr[text.len - 1] != ' ');
            assert_false(str_contains(text, STR("  ")));
        }
}

static bool is_for_managers(int s)
{
    return (s >= SAY_DIGEST_TITLE && s <= SAY_NOT_A_MANAGER) || s == SAY_ALERT_CONTENT ||
        s == SAY_ALERT_CONTENT_KEPT;
}

static void no_sentence_blames_the_learner(void **state)
{
    (void)state;
    for (int s = 0; s < SENTENCE_COUNT; s++)
        for (uint64_t turn = 0; !is_for_managers(s) && turn < TURNS; turn++)
            for (size_t i = 0; i < COUNT(unkind); i++)
                assert_text_lacks(say0((enum sentence)s, turn), unkind[i]);
}

static void wordings_vary_and_the_same_moment_reads_the_same(void **state)
{
    (void)state;
    assert_false(str_equal(say0(SAY_WRONG, 0), say0(SAY_WRONG, 1)));
    assert_false(str_equal(say0(SAY_RIGHT, 0), say0(SAY_RIGHT, 1)));
    assert_true(str_equal(say0(SAY_RIGHT, 3), say0(SAY_RIGHT, 3)));
    assert_true(say0(SAY_RIGHT, UINT64_MAX).len > 0);
}

static void placeholders_are_filled(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct arena *arena = &b->arena;
    assert_true(
        str_equal(say1(arena, SAY_YOUR_ANSWER, 0, "answer", STR("B")), STR("Your answer: B")));
    assert_true(str_equal(say2(arena, SAY_DIGEST_EVIDENCE, 0, "weak", STR("w"), "strong", STR("s")),
        STR("strong at s; practise next: w")));
    /* What is filled in is not read again, and what is not known stays. */
    assert_true(str_equal(say1(arena, SAY_YOUR_ANSWER, 0, "answer", STR("{answer} {x")),
        STR("Your answer: {answer} {x")));
    assert_true(str_equal(
        say1(arena, SAY_YOUR_ANSWER, 0, "other", STR("B")), STR("Your answer: {answer}")));
    assert_true(
        str_equal(say1(arena, SAY_YOUR_ANSWER, 0, "answer", STR_EMPTY), STR("Your answer: ")));
    builder_free(b);
}

/* What the notice promises under each setting is what `why` repeats. */
static void the_notice_says_what_the_manager_sees(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    struct str text = builder_text(b, card_notice(&b->facts, true, &b->arena));
    assert_text_has(text, "Example Ltd");
    assert_text_has(text, "Mia Example sees, once a week, per skill");
    assert_text_has(text, "at most one on a workday");
    assert_text_has(text, "09:30");
    assert_text_has(text, "16:30");
    assert_text_has(text, "Europe/Berlin");
    assert_text_has(text, "stop");
    assert_text_has(text, "works agreement");
    assert_text_has(text, "Nothing more today");
    assert_text_lacks(text, "{");
    b->settings.visibility = VISIBILITY_TEAM;
    b->settings.cap = 2;
    text = builder_text(b, card_notice(&b->facts, false, &b->arena));
    assert_text_has(text, "at least five people");
    assert_text_has(text, "at most 2 on a workday");
    assert_text_lacks(text, "per skill");
    assert_text_lacks(text, "Nothing more today");
    b->facts.manager_name = STR_EMPTY;
    text = builder_text(b, card_notice(&b->facts, false, &b->arena));
    assert_text_has(text, "there is no manager for you on my list");
    assert_text_lacks(text, "your manager");
    builder_free(b);
}

static void help_lists_what_can_be_typed(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct str text = builder_text(b, card_help(&b->arena));
    for (int verb = VERB_NONE + 1; verb < VERB_END; verb++) {
        const struct verb_info *info = verb_info((enum verb)verb);
        if (info->typed)
            assert_true(str_contains(text, info->help));
    }
    assert_text_lacks(text, "choose");
    builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sentence_is_there_and_in_order),
        cmocka_unit_test(no_sentence_blames_the_learner),
        cmocka_unit_test(wordings_vary_and_the_same_moment_reads_the_same),
        cmocka_unit_test(placeholders_are_filled),
        cmocka_unit_test(the_notice_says_what_the_manager_sees),
        cmocka_unit_test(help_lists_what_can_be_typed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
