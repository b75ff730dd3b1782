/* How mistakes look, byte by byte; words that tables of two folders share; weekdays. */
#include "help.h"

#include "content/words.h"

static void add(struct help *help, int line, int column, const char *source)
{
    faults_add(&help->faults, (struct fault){
        .severity = FAULT_ERROR, .file = STR("a.yaml"), .line = line, .column = column,
        .path = STR("prompts[0]"), .sentence = STR("wrong"), .source = str_from_z(source) });
}

static void assert_printed(struct help *help, const char *expected)
{
    assert_string_equal(help_print(help), expected);
    help->faults.count = help->faults.errors = help->faults.warnings = 0;
}

static void the_caret_stands_below(void **state)
{
    struct help *help = help_new();
    (void)state;
    add(help, 3, 7, "title: x");
    assert_printed(help, "a.yaml:3:7: error: prompts[0]: wrong\n    title: x\n          ^\n");
    add(help, 3, 4, "\t\tab");                          /* tabs are repeated */
    assert_printed(help, "a.yaml:3:4: error: prompts[0]: wrong\n    \t\tab\n    \t\t ^\n");
    add(help, 1, 3, "\xE6\x97\xA5\xC3\xA4x");           /* one wide, one narrow */
    assert_printed(help,
        "a.yaml:1:3: error: prompts[0]: wrong\n    \xE6\x97\xA5\xC3\xA4x\n       ^\n");
    add(help, 1, 3, "a\xCC\x88x");                      /* a mark has no width */
    assert_printed(help, "a.yaml:1:3: error: prompts[0]: wrong\n    a\xCC\x88x\n     ^\n");
    add(help, 1, 4, "abc");                             /* just behind the end */
    assert_printed(help, "a.yaml:1:4: error: prompts[0]: wrong\n    abc\n       ^\n");
    add(help, 1, 9, "abc");                             /* the line was cut */
    assert_printed(help, "a.yaml:1:9: error: prompts[0]: wrong\n    abc\n");
    help_free(help);
}

static void without_a_place(void **state)
{
    struct help *help = help_new();
    (void)state;
    faults_add(&help->faults, (struct fault){ .severity = FAULT_WARNING, .file = STR("b.yaml"),
                                              .sentence = STR("left out") });
    assert_printed(help, "b.yaml: warning: left out\n");
    help_free(help);
}

static void the_terminal_is_safe(void **state)
{
    struct help *help = help_new();
    (void)state;
    add(help, 1, 3, "a\x1B\xFFz");
    assert_printed(help, "a.yaml:1:3: error: prompts[0]: wrong\n"
                         "    a\xEF\xBF\xBD\xEF\xBF\xBDz\n      ^\n");
    help_free(help);
}

static void json_is_one_object_a_line(void **state)
{
    struct help *help = help_new();
    struct buf out = buf_in(&help->arena, 4096);
    (void)state;
    add(help, 1, 2, "say \"x\"");
    add(help, 4, 5, "");
    faults_print_json(&help->faults, &out);
    assert_string_equal(str_z(&help->arena, buf_str(&out)),
        "{\"severity\":\"error\",\"file\":\"a.yaml\",\"line\":1,\"column\":2,"
        "\"path\":\"prompts[0]\","
        "\"sentence\":\"wrong\",\"source\":\"say \\\"x\\\"\"}\n"
        "{\"severity\":\"error\",\"file\":\"a.yaml\",\"line\":4,\"column\":5,"
        "\"path\":\"prompts[0]\","
        "\"sentence\":\"wrong\",\"source\":\"\"}\n");
    help_free(help);
}

static void kinds_have_the_names_of_core(void **state)
{
    size_t count = 0;
    (void)state;
    for (const struct schema_word *kind = prompt_kinds; kind->word; kind++, count++)
        assert_string_equal(kind->word, prompt_kind_name((enum prompt_kind)kind->value));
    assert_int_equal(count, PROMPT_KIND_END - 1);
}

static void weekdays_as_people_write_them(void **state)
{
    static const struct { const char *text; int days; } good[] = {
        { "Mon", 0x01 }, { "sunday", 0x40 }, { "Mon-Thu", 0x0F }, { "Mon - Thu", 0x0F },
        { "Mon\xE2\x80\x93""Fri", 0x1F }, { "Mon,Wed,Fri", 0x15 }, { "mon wed", 0x05 },
        { "Sun-Tue", 0x43 }, { "monday to friday", 0x1F }, { "Mon-Tue, Thu-Fri", 0x1B },
        { "Fri-Fri", 0x10 },
    };
    static const char *const bad[] = { "", "-", "Mon-", "-Fri", "M", "Mon-Fry", "1-5", "Mon to",
                                       "weekdays", "to", "Mon?", "Mond" };
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        uint8_t days = 0;
        assert_true(days_parse(str_from_z(good[i].text), &days));
        assert_int_equal(days, good[i].days);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        uint8_t days = 0x7F;
        if (days_parse(str_from_z(bad[i]), &days))
            fail_msg("'%s' was understood", bad[i]);
        assert_int_equal(days, 0x7F);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_caret_stands_below),
        cmocka_unit_test(without_a_place),
        cmocka_unit_test(the_terminal_is_safe),
        cmocka_unit_test(json_is_one_object_a_line),
        cmocka_unit_test(kinds_have_the_names_of_core),
        cmocka_unit_test(weekdays_as_people_write_them),
    };
    return cmocka_run_group_tests_name("content/print", tests, NULL, NULL);
}
