/* Every mistake people make in YAML, with the exact place; and bytes that nobody wrote by hand. */
#include "help.h"

#include <time.h>

#include "nudged/base/text.h"

#include "nudged/base/limits.h"

/* 21 lines; line 12 is the first option of the second prompt's text. */
static const char good[] =
    "# a deck\n"                                            /* 1 */
    "id: sample-deck\n"
    "title: \"A sample\"\n"
    "owner: kim.sample@example.com\n"
    "skill: listening\n"                                    /* 5 */
    "prompts:\n"
    "  - id: one\n"
    "    kind: recall\n"
    "    ask: \"What do you say?\"\n"
    "    answer: Thank you\n"                               /* 10 */
    "  - id: two\n"
    "    kind: choice\n"
    "    ask: Which one is right?\n"
    "    options:\n"
    "      - text: This one is\n"                           /* 15 */
    "        correct: true\n"
    "      - text: That one is\n"
    "        why: It is not\n"
    "  - id: three\n"
    "    kind: reflect\n"                                   /* 20 */
    "    ask: What was it like?\n";

struct mistake {
    const char *from, *to;              /* in the good deck, its first occurrence */
    int line, column;
    const char *path, *words;
};

static const struct mistake mistakes[] = {
    { "    ask: Which", "    aks: Which", 13, 5, "prompts[1]",
      "unknown key 'aks'; did you mean 'ask'?" },
    { "    kind: recall\n", "    id: recall\n", 8, 5, "",
      "'id' is here twice; it is already in line 7" },
    { "skill: listening\n", "min_gap_days: hard\n", 5, 15, "min_gap_days",
      "'hard' is not a whole number from 0 to 60" },
    { "skill: listening\n", "min_gap_days: 3abc\n", 5, 15, "min_gap_days",
      "'3abc' is not a whole number" },
    { "skill: listening\n", "desired_retention: 0,9\n", 5, 20, "desired_retention",
      "with a point" },
    { "correct: true", "correct: yess", 16, 18, "prompts[1].options[0].correct",
      "'yess' is neither true nor false" },
    { "correct: true", "correct: yes", 16, 18, "prompts[1].options[0].correct",
      "'yes' is neither true nor false" },
    { "kind: choice", "kind: chioce", 12, 11, "prompts[1].kind",
      "not one of choice, multi, order, number, short, recall, reflect; did you mean 'choice'?" },
    { "kind: choice", "kind: essay", 12, 11, "prompts[1].kind", "not one of choice, multi" },
    { "  - id: two", " - id: two", 11, 2, "", "does not line up" },
    { "  - id: two", "   - id: two", 11, 4, "",
      "the items of the list above it start in column 3 (line 7)" },
    { "    kind: recall", "   kind: recall", 8, 4, "",
      "the items of the list above it start in column 3 (line 7)" },
    { "    kind: recall", "     kind: recall", 8, 6, "", "indented further" },
    { "  - id: one", "\t- id: one", 7, 1, "", "a tab stands here" },
    { "    kind: recall", "  \tkind: recall", 8, 3, "", "a tab stands here" },
    { "Which one is right?", "Remember: which one?", 13, 18, "",
      "text with ': ' in it must stand in quotes" },
    { "Which one is right?", "\xE2\x80\x9CRemember: which?\xE2\x80\x9D", 13, 19, "",
      "curly quotes do not quote" },
    { "\"A sample\"", "\"A sample", 3, 8, "",
      "this quotation mark is not closed where it should be; the text runs on to line 9" },
    { "\"What do you say?\"", "\"What do you say?", 9, 10, "", "never closed" },
    { "\"What do you say?\"", "'It's what you say'", 9, 14, "",
      "goes on after its closing quotation mark" },
    { "\"A sample\"", "\"A\" sample", 3, 12, "",
      "goes on after its closing quotation mark (column 10)" },
    { "A sample", "A s\xE4mple", 3, 12, "", "save the file as UTF-8" },
    { "A sample", "A s\x07mple", 3, 12, "", "control character (U+0007)" },
    { "A sample", "A s\xE2\x80\xA8mple", 3, 12, "", "line separator" },
    { "\"A sample\"", "\"A \\d sample\"", 3, 11, "", "write '\\\\' or use single quotes" },
    { "\"A sample\"", "&a sample", 3, 8, "", "'&'" },
    { "\"A sample\"", "& sample", 3, 8, "", "'&'" },
    { "\"A sample\"", "*sample", 3, 8, "", "'*'" },
    { "\"A sample\"", "*bold* sample", 3, 8, "", "'*'" },
    { "\"A sample\"", "!str sample", 3, 8, "", "'!'" },
    { "\"A sample\"", "@sample", 3, 8, "", "'@' must stand in quotes" },
    { "\"A sample\"", "`sample`", 3, 8, "", "'`' must stand in quotes" },
    { "\"A sample\"", "%sample", 3, 8, "", "'%' must stand in quotes" },
    { "\"A sample\"", "> 5 samples", 3, 8, "", "'>' or '|' must stand in quotes" },
    { "\"A sample\"", "[A, sample", 3, 8, "", "'[' is not closed" },
    { "\"A sample\"", "{A, sample", 3, 8, "", "'{' is not closed" },
    { "\"A sample\"", "{A}", 3, 8, "title", "text that starts with '{' must stand in quotes" },
    { "\"A sample\"", "- A sample", 3, 8, "", "a list item starts on a line of its own" },
    { "\"A sample\"", "\"A \\x07 sample\"", 3, 8, "title", "invisible control character" },
    { "\"A sample\"", "", 3, 7, "title", "nothing is written here" },
    { "id: sample-deck\n", "<<: sample-deck\n", 2, 1, "", "merge keys" },
    { "id: sample-deck\n", "[a]: sample-deck\n", 2, 1, "", "a key must be a word" },
    { "# a deck\n", "%YAML 1.1\n---\n", 1, 1, "", "start with '%'" },
    { "  - id: three\n", "---\n  - id: three\n", 19, 1, "", "second document" },
    { "id: sample-deck\n", "id: Sample Deck\n", 2, 5, "id", "'Sample Deck' is not an id" },
    { "owner: kim.sample@example.com", "owner: Kim Sample", 4, 8, "owner",
      "not an e-mail address" },
    { "owner: kim.sample@example.com\n", "", 2, 1, "", "'owner' is missing" },
    { "skill: listening\n", "review_by: 24.12.2031\n", 5, 12, "review_by",
      "write it as 2031-12-24" },
    { "skill: listening\n", "review_by: 2031-02-29\n", 5, 12, "review_by", "not a date" },
    { "skill: listening\n", "skill: listening\nprompts: none\n", 6, 10, "prompts",
      "a list belongs here" },
    { "  - id: three\n", "  - three\n  - id: three\n", 19, 5, "prompts[2]",
      "'key: value' lines belong here, this is text" },
};

static struct str changed(struct help *help, const struct mistake *mistake)
{
    const char *at = strstr(good, mistake->from);
    if (!at)
        fail_msg("the deck has no '%s'", mistake->from);
    return str_format(&help->arena, "%.*s%s%s", (int)(at - good), good, mistake->to,
                      at + strlen(mistake->from));
}

static void the_good_deck_is_good(void **state)
{
    struct help *help = help_new();
    struct deck deck = { 0 };
    (void)state;
    enum err err = help_deck(help, str_from_z(good), &deck);
    assert_int_equal(help->faults.errors, 0);
    assert_int_equal(err, OK);
    assert_int_equal(deck.prompts_len, 3);
    assert_int_equal(deck.min_gap_days, -1);
    assert_true(deck.desired_retention > 0.899 && deck.desired_retention < 0.901);
    assert_true(str_equal(deck.prompts[1].skill, STR("listening")));
    help_free(help);
}

static void each_mistake_has_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        const struct mistake *mistake = &mistakes[i];
        struct help *help = help_new();
        struct deck deck = { 0 };
        enum err err = help_deck(help, changed(help, mistake), &deck);
        if (!err)
            fail_msg("'%s' was accepted", mistake->to);
        assert_fault(help, mistake->line, mistake->column, mistake->path, mistake->words);
        help_free(help);
    }
}

static void three_mistakes_at_once(void **state)
{
    struct help *help = help_new();
    struct deck deck = { 0 };
    struct mistake first = { "title:", "tilte:", 0, 0, NULL, NULL };
    struct str text = changed(help, &first);
    char *copy = str_z(&help->arena, text);
    (void)state;
    memcpy(strstr(copy, "recall"), "recal ", 6);
    memcpy(strstr(copy, "true"), "True", 4);
    assert_int_equal(help_deck(help, str_from_z(copy), &deck), ERR_INVALID);
    assert_fault(help, 3, 1, "", "unknown key 'tilte'; did you mean 'title'?");
    assert_fault(help, 8, 11, "prompts[0].kind", "did you mean 'recall'?");
    assert_fault(help, 16, 18, "prompts[1].options[0].correct", "neither true nor false");
    assert_int_equal(help->faults.errors, 3);       /* the title is misspelt, not missing */
    for (int i = 1; i < help->faults.count; i++)    /* in the order of the file */
        assert_true(help->faults.items[i - 1].line <= help->faults.items[i].line);
    help_free(help);
}

static void text_stays_text(void **state)
{
    struct help *help = help_new();
    struct deck deck = { 0 };
    struct str text = STR("id: a\ntitle: no\nowner: kim.sample@example.com\nskill: s\nprompts:\n"
                          "  - id: '1'\n    kind: choice\n    ask: 10 %\n    options:\n"
                          "      - 1.10\n      - text: on\n        correct: true\n      - "
                          "2031-01-01\n"
                          "      - ~\n      - null\n");
    (void)state;
    assert_int_equal(help_deck(help, text, &deck), OK);
    assert_true(str_equal(deck.title, STR("no")));
    assert_true(str_equal(deck.prompts[0].ask, STR("10 %")));
    assert_true(str_equal(deck.prompts[0].options[0].text, STR("1.10")));
    assert_true(str_equal(deck.prompts[0].options[1].text, STR("on")));
    assert_true(str_equal(deck.prompts[0].options[3].text, STR("~")));
    help_free(help);
}

static void empty_files_are_named(void **state)
{
    static const char *const texts[] = { "", " \n\t\n", "# only a comment\n", "---\n...\n",
                                         "\xEF\xBB\xBF", "\xEF\xBB\xBF\n" };
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct help *help = help_new();
        struct deck deck = { 0 };
        assert_int_not_equal(help_deck(help, str_from_z(texts[i]), &deck), OK);
        assert_int_equal(help->faults.errors, 1);
        help_free(help);
    }
}

static void byte_order_mark_and_windows_lines(void **state)
{
    struct help *help = help_new();
    struct deck deck = { 0 };
    struct buf text = buf_in(&help->arena, 1 << 16);
    (void)state;
    buf_add(&text, STR("\xEF\xBB\xBF"));
    for (const char *at = good; *at; at++) {
        if (*at == '\n')
            buf_add_byte(&text, '\r');
        buf_add_byte(&text, *at);
    }
    assert_int_equal(help_deck(help, buf_str(&text), &deck), OK);
    assert_int_equal(deck.prompts_len, 3);
    assert_true(str_equal(deck.prompts[2].ask, STR("What was it like?")));
    help_free(help);
}

static double seconds_for(struct str text, const char *words)
{
    struct help *help = help_new();
    struct deck deck = { 0 };
    clock_t start = clock();
    assert_int_not_equal(help_deck(help, text, &deck), OK);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    if (words[0] && !str_contains(str_from_z(help_print(help)), str_from_z(words)))
        fail_msg("no '%s' in:\n%s", words, help_print(help));
    help_free(help);
    return seconds;
}

static struct str repeated(struct arena *arena, const char *unit, size_t bytes, const char *before)
{
    struct buf text = buf_in(arena, YAML_BYTES_MAX * 2);
    buf_add(&text, str_from_z(before));
    while (text.len + strlen(unit) <= bytes)
        buf_add(&text, str_from_z(unit));
    assert_false(text.failed);
    return buf_str(&text);
}

static void bombs_end_quickly(void **state)
{
    static const struct { const char *unit, *before, *words; } bombs[] = {
        { "[", "a: ", "too deep" }, { "{a: ", "", "too deep" }, { "- ", "", "too deep" },
        { "? ", "", "" }, { "a: [*b, *b]\n", "b: &b 1\n", "anchors" },
        { "- a\n", "x:\n", "too many entries" }, { "'", "a: ", "" }, { "\"", "a: ", "" },
        { "a\n", "", "" }, { ":", "", "" }, { " ", "a:", "" }, { "\n", "a:", "" }, { "#\n", "",
          "empty" },
        { "a: b\n", "", "and 14 more" }, { "x", "a: ", "" }, { "x: ", "", "" },
        { "  \"x\n", "a:\n", "" }, { "- {}\n", "prompts:\n", "" }, { "\xCC\x81", "a: ", "" },
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 64 << 20);
    for (size_t i = 0; i < COUNT(bombs); i++) {
        struct str text = repeated(&arena, bombs[i].unit, YAML_BYTES_MAX, bombs[i].before);
        double seconds = seconds_for(text, bombs[i].words);
        if (seconds > 3)                /* with sanitizers; 0.3 s without */
            fail_msg("a file of '%s' took %.1f s", bombs[i].unit, seconds);
    }
    assert_true(seconds_for(repeated(&arena, "a", YAML_BYTES_MAX + 1, ""),
        "larger than 1024 KiB") < 1);
    arena_finish(&arena);
}

/* A list of 20,000 broken prompts: 50 are shown, all are counted. */
static void many_mistakes_are_counted(void **state)
{
    struct help *help = help_new();
    struct deck deck = { 0 };
    struct buf text = buf_in(&help->arena, YAML_BYTES_MAX);
    (void)state;
    buf_add(&text, STR("prompts:\n"));
    for (int i = 0; i < 1000; i++)
        buf_add(&text, STR("  - { id: A, kind: b, aks: c }\n"));
    assert_int_equal(help_deck(help, buf_str(&text), &deck), ERR_INVALID);
    assert_int_equal(help->faults.count, FAULTS_MAX);
    assert_true(help->faults.errors >= 3000);
    assert_non_null(strstr(help_print(help), " more\n"));
    help_free(help);
}

static void no_prefix_crashes(void **state)
{
    static const char *const decks[] = { "validating-ai-output", "support-escalation",
                                         "running-meetings" };
    (void)state;
    for (size_t i = 0; i < COUNT(decks); i++) {
        struct help *help = help_new();
        struct str text = STR_EMPTY;
        struct str path = str_format(&help->arena, SOURCE_DIR "/prompts/decks/%s.yaml", decks[i]);
        assert_int_equal(file_read(path, YAML_BYTES_MAX, &help->arena, &help->faults, &text), OK);
        size_t good_prefixes = 0;
        for (size_t len = 0; len <= text.len; len++) {
            struct help *part = help_new();
            struct deck deck = { 0 };
            /* Its own memory, so that one byte read too many is found. */
            char *bytes = malloc(len ? len : 1);
            assert_non_null(bytes);
            memcpy(bytes, text.ptr, len);
            enum err err = help_deck(part, (struct str){ bytes, len }, &deck);
            good_prefixes += err == OK;
            if (err && part->faults.errors == 0)
                fail_msg("%s: prefix of %zu bytes fails without a word", decks[i], len);
            if (!err && part->faults.errors > 0)
                fail_msg("%s: prefix of %zu bytes is accepted with errors", decks[i], len);
            free(bytes);
            help_free(part);
        }
        assert_true(good_prefixes > 0 && good_prefixes < text.len);
        help_free(help);
    }
}

/* Bytes changed at random: whatever comes, an answer comes. */
static void no_change_of_bytes_crashes(void **state)
{
    uint64_t seed = 20310304;
    (void)state;
    for (int i = 0; i < 4000; i++) {
        static const char nasty[] = "\"'[]{}&*!|>%@`#-?:,\t\n\r\\ \xC3\xFF";
        struct help *help = help_new();
        struct deck deck = { 0 };
        char bytes[sizeof good];
        memcpy(bytes, good, sizeof good);
        for (int j = 0; j < 1 + i % 5; j++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            bytes[(seed >> 33) % (sizeof good - 1)] = nasty[(seed >> 20) % sizeof nasty];
        }
        enum err err = help_deck(help, (struct str){ bytes, sizeof good - 1 }, &deck);
        assert_int_equal(err != OK, help->faults.errors > 0);
        for (int j = 0; j < help->faults.count; j++)
            assert_true(text_is_utf8(help->faults.items[j].sentence));
        help_free(help);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_deck_is_good),
        cmocka_unit_test(each_mistake_has_its_place),
        cmocka_unit_test(three_mistakes_at_once),
        cmocka_unit_test(text_stays_text),
        cmocka_unit_test(empty_files_are_named),
        cmocka_unit_test(byte_order_mark_and_windows_lines),
        cmocka_unit_test(bombs_end_quickly),
        cmocka_unit_test(many_mistakes_are_counted),
        cmocka_unit_test(no_prefix_crashes),
        cmocka_unit_test(no_change_of_bytes_crashes),
    };
    return cmocka_run_group_tests_name("content/yaml", tests, NULL, NULL);
}
