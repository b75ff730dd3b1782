/* The rules of each kind of prompt, of ids, skills and owners, and what `check` warns about. */
#include "help.h"

static const char head[] = "id: d\ntitle: T\nowner: kim.sample@example.com\nskill: s\nprompts:\n"
                           "  - id: p\n    ask: What is it?\n";      /* the next line is 8 */

struct rule {
    const char *prompt;                 /* the rest of the prompt, from line 8 */
    int line, column;                   /* 0: the deck is good */
    const char *path, *words;
};

#define WRONG "      - text: b\n        why: no\n"
#define RIGHT "      - text: a\n        correct: true\n"

static const struct rule rules[] = {
    { "    kind: choice\n    options:\n" RIGHT WRONG, 0, 0, "", "" },
    { "    kind: choice\n    options:\n" WRONG "      - text: c\n        why: no\n", 9, 5,
      "prompts[0].options", "exactly one option must have 'correct: true', here it is none" },
    { "    kind: choice\n    options:\n" RIGHT "      - text: c\n        correct: true\n", 9, 5,
      "prompts[0].options", "more than one; or make it kind multi" },
    { "    kind: choice\n    options:\n" RIGHT, 10, 7, "prompts[0].options",
      "there are 1 of these; allowed are 2 to 10" },
    { "    kind: choice\n    options:\n" RIGHT WRONG "      - A\n", 14, 9, "prompts[0].options[2]",
      "says the same as option 1" },
    { "    kind: choice\n", 6, 5, "prompts[0]",
      "'options' is missing, a prompt of kind choice needs it" },
    { "    kind: choice\n    accept: [a]\n    options:\n" RIGHT WRONG, 9, 5, "prompts[0].accept",
      "'accept' has no meaning in a prompt of kind choice" },
    { "    kind: multi\n    options:\n" RIGHT "      - text: c\n        correct: true\n", 0, 0, "",
      "" },
    { "    kind: multi\n    options:\n" WRONG "      - text: c\n        why: no\n", 9, 5,
      "prompts[0].options", "at least one option" },
    { "    kind: order\n    options: [a, b, c]\n", 0, 0, "", "" },
    { "    kind: order\n    options: [a, b]\n", 9, 5, "prompts[0].options",
      "3 to 6 can be put in order" },
    { "    kind: order\n    options: [a, b, c, d, e, f, g]\n", 9, 5, "prompts[0].options",
      "there are 7 steps" },
    { "    kind: order\n    options:\n      - a\n      - b\n      - A\n", 12, 9,
      "prompts[0].options[2]", "says the same as option 1" },
    { "    kind: order\n    options:\n      - x\n      - b\n" RIGHT "", 13, 9,
      "prompts[0].options[2]", "'correct' has no meaning here" },
    { "    kind: number\n    number: -2.5\n    tolerance: 0.5\n    unit: m\n", 0, 0, "", "" },
    { "    kind: number\n", 6, 5, "prompts[0]", "'number' is missing" },
    { "    kind: number\n    number: 3\n    tolerance: -1\n", 10, 16, "prompts[0].tolerance",
      "not between 0 and" },
    { "    kind: number\n    number: nan\n", 9, 13, "prompts[0].number", "'nan' is not a number" },
    { "    kind: short\n    accept: [yes indeed]\n", 0, 0, "", "" },
    { "    kind: short\n", 6, 5, "prompts[0]", "'accept' is missing" },
    { "    kind: short\n    accept: [ok, Stop]\n", 9, 18, "prompts[0].accept[1]",
      "'Stop' is a command of the bot" },
    { "    kind: short\n    accept: [pause until friday]\n", 9, 14, "prompts[0].accept[0]",
      "is a command of the bot" },
    { "    kind: short\n    accept: ['...']\n", 9, 14, "prompts[0].accept[0]",
      "no letters or digits" },
    { "    kind: recall\n    answer: a\n", 0, 0, "", "" },
    { "    kind: recall\n", 6, 5, "prompts[0]", "'answer' is missing" },
    { "    kind: reflect\n", 0, 0, "", "" },
    { "    kind: reflect\n    answer: a\n", 9, 5, "prompts[0].answer",
      "has no meaning in a prompt of kind reflect" },
    { "    kind: reflect\n  - id: p\n    kind: reflect\n    ask: b\n", 9, 9, "prompts[1].id",
      "taken by the prompt in line 6" },
    { "    kind: number\n    number: 1\n    held_out: true\n", 10, 15, "prompts[0].held_out",
      "every prompt of the skill 's' in this deck is held out" },
    { "    kind: number\n    number: 1\n  - id: r\n    kind: reflect\n    ask: b\n"
      "    held_out: true\n", 13, 15, "prompts[1].held_out", "a reflection is never scored" },
    { "    kind: number\n    number: 1\n  - id: r\n    kind: number\n    ask: b\n"
      "    number: 2\n    held_out: true\n    skill: t\n", 14, 15, "prompts[1].held_out",
      "every prompt of the skill 't' in this deck" },
    { "    kind: number\n    number: 1\n  - id: r\n    kind: number\n    ask: b\n"
      "    number: 2\n    held_out: true\n", 0, 0, "", "" },
    { "    kind: reflect\n    hint: h\n", 9, 5, "prompts[0].hint",
      "'hint' has no meaning in a prompt of kind reflect" },
    { "    kind: short\n    accept: [an ox]\n    hint: Think of oxen.\n", 0, 0, "", "" },
    { "    kind: short\n    accept: [an ox]\n    hint: It is an Ox.\n    hint_gives_away: true\n",
      0, 0, "", "" },
    { "    kind: recall\n    answer: a\n    hint_gives_away: true\n", 10, 5,
      "prompts[0].hint_gives_away", "there is no 'hint'" },
    { "    kind: reflect\n    skill: Big\n", 9, 12, "prompts[0].skill", "is not an id" },
};

static void each_kind_has_its_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rules); i++) {
        struct help *help = help_new();
        struct deck deck = { 0 };
        struct str text = str_format(&help->arena, "%s%s", head, rules[i].prompt);
        enum err err = help_deck(help, text, &deck);
        if (rules[i].line == 0) {
            assert_no_faults(help);
            assert_int_equal(err, OK);
        } else {
            if (err != ERR_INVALID)
                fail_msg("accepted:\n%s", rules[i].prompt);
            assert_fault(help, rules[i].line, rules[i].column, rules[i].path, rules[i].words);
            assert_int_equal(help->faults.errors, 1);
        }
        help_free(help);
    }
}

static void every_field_arrives(void **state)
{
    struct help *help = help_new();
    struct deck deck = { 0 };
    (void)state;
    enum err err = help_deck(help, STR(
        "id: d\ntitle: T\nowner: Kim.Sample@Example.com\nskill: s\nsource: book\nlanguage: de\n"
        "review_by: 2031-03-04\ndesired_retention: 0.85\nmin_gap_days: 7\n"
        "confidence: true\naudience:\n  roles: [A, B]\n  cohorts: [C]\nprompts:\n"
        "  - id: n\n    kind: number\n    ask: |\n      one\n      two\n    number: 3\n"
        "    tolerance: 0.5\n    unit: m\n    why: w\n    source: own\n    hint: Count them.\n"
        "    hint_gives_away: true\n"
        "  - id: s\n    kind: short\n    skill: t\n    ask: q\n    accept: [x, y]\n    exact: "
        "true\n    held_out: true\n"
        "  - id: u\n    kind: reflect\n    skill: t\n    ask: q\n"),
        &deck);
    assert_no_faults(help);
    assert_int_equal(err, OK);
    assert_true(str_equal(deck.owner, STR("kim.sample@example.com")));
    assert_true(str_equal(deck.language, STR("de")));
    assert_int_equal(deck.review_by_day, date_to_day((struct date){ 2031, 3, 4 }));
    assert_true(deck.desired_retention > 0.849 && deck.desired_retention < 0.851);
    assert_int_equal(deck.min_gap_days, 7);
    assert_int_equal(deck.audience.roles_len, 2);
    assert_true(str_equal(deck.audience.roles[1], STR("B")));
    assert_int_equal(deck.audience.cohorts_len, 1);
    const struct prompt *number = &deck.prompts[0], *word = &deck.prompts[1];
    assert_int_equal(number->kind, PROMPT_NUMBER);
    assert_true(str_equal(number->ask, STR("one\ntwo")));
    assert_true(number->number > 2.99 && number->number < 3.01);
    assert_true(number->tolerance > 0.49 && number->tolerance < 0.51);
    assert_true(str_equal(number->unit, STR("m")) && str_equal(number->why, STR("w")));
    assert_true(str_equal(number->source, STR("own")) && str_equal(number->skill, STR("s")));
    assert_true(str_equal(word->source, STR("book")) && str_equal(word->skill, STR("t")));
    assert_true(str_equal(number->hint, STR("Count them.")) && number->hint_gives_away);
    assert_true(!word->hint.len && !word->hint_gives_away && deck.confidence);
    assert_true(word->held_out && !number->held_out);
    assert_true(word->exact && word->accept_len == 2 && str_equal(word->accept[1], STR("y")));
    help_free(help);
}

static void a_deck_needs_a_skill_somewhere(void **state)
{
    struct help *help = help_new();
    struct deck deck = { 0 };
    (void)state;
    assert_int_equal(help_deck(help, STR("id: d\ntitle: T\nowner: k@example.com\nprompts:\n"
                                         "  - id: p\n    kind: reflect\n    ask: q\n"), &deck),
                     ERR_INVALID);
    assert_fault(help, 5, 5, "prompts[0]", "name it here or for the whole deck");
    help_free(help);
}

static void long_texts_are_refused(void **state)
{
    struct help *help = help_new();
    struct deck deck = { 0 };
    char ask[PROMPT_ASK_MAX * 2 + 3];
    (void)state;
    for (size_t i = 0; i <= PROMPT_ASK_MAX; i++)
        memcpy(ask + 2 * i, "\xC3\xA4", 2);             /* one code point, two bytes */
    ask[2 * PROMPT_ASK_MAX + 2] = '\0';
    static const char before[] = "id: d\ntitle: T\nowner: k@example.com\nskill: s\nprompts:\n"
                                 "  - id: p\n    kind: reflect\n    ask: ";
    struct str text = str_format(&help->arena, "%s%s\n", before, ask);
    assert_int_equal(help_deck(help, text, &deck), ERR_INVALID);
    assert_fault(help, 8, 10, "prompts[0].ask", "601 characters long, at most 600");
    ask[2 * PROMPT_ASK_MAX] = '\0';
    text = str_format(&help->arena, "%s%s\n", before, ask);
    help->faults.count = help->faults.errors = 0;
    assert_int_equal(help_deck(help, text, &deck), OK);
    help_free(help);
}

struct style { const char *prompt; int line, column; const char *path, *words; };

static const struct style styles[] = {
    { "    ask: Which of these is not safe?\n    kind: choice\n    options:\n" RIGHT WRONG, 7, 10,
      "prompts[0].ask", "turns on 'not'" },
    { "    ask: You have not slept. What helps most?\n    kind: choice\n    options:\n" RIGHT WRONG,
      0, 0, "", "" },
    { "    ask: Which of these is NOT safe?\n    kind: choice\n    options:\n" RIGHT WRONG, 0, 0,
      "", "" },
    { "    ask: Which needs at least two people?\n    kind: choice\n    options:\n" RIGHT WRONG, 0,
      0, "", "" },
    { "    ask: Which?\n    kind: choice\n    options:\n" RIGHT "      - text: All of the above\n "
      "       why: no\n", 12, 9, "prompts[0].options[1]", "'all of the above'" },
    { "    ask: Which?\n    kind: choice\n    options:\n" RIGHT "      - b\n", 12, 9,
      "prompts[0].options[1]", "without 'why'" },
    { "    ask: Which?\n    kind: choice\n    options:\n      - text: fifteen letters\n"
      "        correct: true\n      - text: a longer option that has fifty letters and more\n"
      "        why: no\n", 9, 5, "prompts[0].options", "very different length" },
    { "    ask: Which?\n    kind: choice\n    options:\n"
      "      - text: twenty-five letters at least\n"
      "        correct: true\n      - text: a longer option that has fifty letters and more\n"
      "        why: no\n", 0, 0, "", "" },
};

static void style_is_warned_about(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(styles); i++) {
        struct help *help = help_new();
        struct deck deck = { 0 };
        struct str text = str_format(&help->arena,
            "id: d\ntitle: T\nowner: k@example.com\nskill: s\n"
                                     "prompts:\n  - id: p\n%s", styles[i].prompt);
        assert_int_equal(help_deck(help, text, &deck), OK);
        if (styles[i].line)
            assert_fault(help, styles[i].line, styles[i].column, styles[i].path, styles[i].words);
        assert_int_equal(help->faults.errors, 0);
        assert_int_equal(help->faults.warnings, styles[i].line ? 1 : 0);
        help_free(help);
    }
}

static void long_questions_are_warned_about(void **state)
{
    struct help *help = help_new();
    struct deck deck = { 0 };
    struct buf text = buf_in(&help->arena, 4096);
    (void)state;
    buf_add(&text, STR("id: d\ntitle: T\nowner: k@example.com\nskill: s\nprompts:\n"
                       "  - id: p\n    kind: reflect\n    ask: a"));
    for (int i = 1; i < 61; i++)
        buf_add(&text, STR(" b"));
    assert_int_equal(help_deck(help, buf_str(&text), &deck), OK);
    assert_fault(help, 8, 10, "prompts[0].ask", "has 61 words");
    help_free(help);
}

/* The checks of the whole deck look the prompts up again: it must be those that were read. */
static void prompts_that_are_there_twice(void **state)
{
    struct help *help = help_new();
    struct deck deck = { 0 };
    (void)state;
    struct str text = STR("id: d\ntitle: T\nowner: k@example.com\nskill: s\n"
                          "prompts:\n  - id: p\n    kind: reflect\n    ask: When?\n"
                          "prompts:\n  - id: q\n    kind: choice\n    ask: Which?\n"
                          "    options:\n" RIGHT "      - text: b\n        why: no\n");
    assert_int_equal(help_deck(help, text, &deck), ERR_INVALID);
    assert_fault(help, 9, 1, "", "'prompts' is here twice; it is already in line 5");
    assert_int_equal(help->faults.errors, 1);
    help_free(help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_has_its_rules),
        cmocka_unit_test(every_field_arrives),
        cmocka_unit_test(a_deck_needs_a_skill_somewhere),
        cmocka_unit_test(long_texts_are_refused),
        cmocka_unit_test(style_is_warned_about),
        cmocka_unit_test(long_questions_are_warned_about),
        cmocka_unit_test(prompts_that_are_there_twice),
    };
    return cmocka_run_group_tests_name("content/deck", tests, NULL, NULL);
}
