/* The text of the tree: lengths, blanks, words that do not belong, head comments, guards. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>

#include "nudged/base/text.h"
#include "tidy/tree.h"

enum { SOURCE_LINES_MAX = 600, HEADER_LINES_MAX = 120, COLUMNS_MAX = 100 };

typedef void check_fn(const struct tree_file *file, struct offences *offences);

static size_t count_lines(struct str text);
static bool is_code(const char *path);
static bool wants_clean_blanks(const char *path);
static void check_lines(const struct tree_file *file, struct offences *offences);
static void check_length(const struct tree_file *file, struct offences *offences);
static void check_words(const struct tree_file *file, struct offences *offences);
static void check_head_comment(const struct tree_file *file, struct offences *offences);
static void check_guard(const struct tree_file *file, struct offences *offences);

/* -- the checks -- */

static void check_lines(const struct tree_file *file, struct offences *offences)
{
    struct str rest = file->text, line;
    if (file->text.len == 0 || !wants_clean_blanks(file->path))
        return;
    for (size_t number = 1; str_next_part(&rest, '\n', &line); number++) {
        size_t columns = text_length(line);
        if (is_code(file->path) && columns > COLUMNS_MAX)
            offence(offences, file->path, number, "%zu columns, at most %d", columns, COLUMNS_MAX);
        if (str_find(line, '\t') < line.len)
            offence(offences, file->path, number, "a tab");
        if (line.len > 0 && isspace((unsigned char)line.ptr[line.len - 1]))
            offence(offences, file->path, number, "a blank at the end of the line");
    }
    if (file->text.ptr[file->text.len - 1] != '\n')
        offence(offences, file->path, count_lines(file->text), "no newline at the end");
    if (!text_is_utf8(file->text))
        offence(offences, file->path, 1, "not UTF-8");
}

static void check_length(const struct tree_file *file, struct offences *offences)
{
    static const char *const endings[] = { ".c", ".sql", ".js", ".mjs", ".css", ".html", ".yaml",
                                           ".yml", ".md", ".sh", ".cmake", ".8" };
    size_t lines = count_lines(file->text);
    if (path_ends_with_any(file->path, endings, COUNT(endings)) && lines > SOURCE_LINES_MAX)
        offence(offences, file->path, lines, "%zu lines, at most %d", lines, SOURCE_LINES_MAX);
    if (path_is(file->path, "", ".h") && lines > HEADER_LINES_MAX)
        offence(offences, file->path, lines, "%zu lines, at most %d", lines, HEADER_LINES_MAX);
}

/* Written in halves, so that this file passes its own check. */
static const struct word {
    const char *text;
    bool whole;                 /* not inside a longer word */
    bool any_case;
    const char *not_in;         /* where it has its plain sense; or NULL */
} words[] = {
    { "TO" "DO", true, false, NULL },
    { "FIX" "ME", true, false, NULL },
    { "XX" "X", true, false, NULL },
    { "HA" "CK", true, false, NULL },
    { "/wo" "rk/", true, false, NULL },
    { "/ro" "ot/", true, false, "tests/support/debian_root.sh" },       /* inside its chroot */
    { "../sha" "red", false, false, NULL },
    { "issue" " #", true, true, NULL },
    { "sit" "ting", true, true, "prompts/" },
};

static bool is_word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(struct str line, const struct word *word)
{
    struct str wanted = str_from_z(word->text);
    for (size_t at = 0; at + wanted.len <= line.len; at++) {
        struct str here = str_slice(line, at, at + wanted.len);
        if (!(word->any_case ? str_equal_nocase(here, wanted) : str_equal(here, wanted)))
            continue;
        bool joined_before = at > 0 && is_word_byte(line.ptr[at - 1]);
        bool joined_after = at + wanted.len < line.len && is_word_byte(wanted.ptr[wanted.len - 1])
                            && is_word_byte(line.ptr[at + wanted.len]);
        if (!word->whole || (!joined_before && !joined_after))
            return true;
    }
    return false;
}

static void check_words(const struct tree_file *file, struct offences *offences)
{
    struct str rest = file->text, line;
    for (size_t number = 1; str_next_part(&rest, '\n', &line); number++)
        for (size_t i = 0; i < COUNT(words); i++)
            if (!(words[i].not_in && path_is(file->path, words[i].not_in, ""))
                && has_word(line, &words[i]))
                offence(offences, file->path, number, "says \"%s\"", words[i].text);
}

static void check_head_comment(const struct tree_file *file, struct offences *offences)
{
    if (path_is(file->path, "src/", ".c") && !str_starts_with(file->text, STR("/*")))
        offence(offences, file->path, 1, "does not start with a comment that says what it owns");
}

static bool is_guarded(const char *at, const char *prefix, const char *guard)
{
    char expected[3 * TREE_PATH_MAX];
    snprintf(expected, sizeof expected, "#ifndef %s%s\n#define %s%s\n", prefix, guard, prefix,
             guard);
    return strncmp(at, expected, strlen(expected)) == 0;
}

/* "include/nudged/base/str.h" must be guarded by NUDGED_BASE_STR_H. Private headers mirror their
 * path below src/ or tests/; they may leave out the project's name and all folders but the last. */
static void check_guard(const struct tree_file *file, struct offences *offences)
{
    static const char *const roots[] = { "include/nudged/", "src/", "tests/" };
    static const char *const prefixes[] = { "NUDGED_", "", "TESTS_", "NUDGED_TESTS_" };
    struct str rest = file->text, line;
    char guard[TREE_PATH_MAX];
    size_t number = 1, root = 0;
    if (!path_is(file->path, "", ".h"))
        return;
    while (root < COUNT(roots) && !path_is(file->path, roots[root], ""))
        root++;
    if (root == COUNT(roots))
        return;
    while (str_next_part(&rest, '\n', &line) && !str_starts_with(line, STR("#")))
        number++;
    snprintf(guard, sizeof guard, "%s", file->path + strlen(roots[root]));
    char *last_folder = guard;
    for (char *c = guard; *c; c++)
        if (*c == '/' && strchr(c + 1, '/'))
            last_folder = c + 1;
    for (char *c = guard; *c; c++)
        *c = isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : '_';
    const char *at = line.len ? line.ptr : "";
    for (size_t i = 0; i < (root == 0 ? 1 : COUNT(prefixes)); i++)
        if (is_guarded(at, prefixes[i], guard))
            return;
    if (root == 0 || !is_guarded(at, "", last_folder))
        offence(offences, file->path, number, "the include guard is not %s%s", prefixes[0], guard);
}

static size_t count_lines(struct str text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    return lines;
}

static bool is_code(const char *path)
{
    static const char *const endings[] = { ".c", ".h", ".sql", ".sh" };
    return path_ends_with_any(path, endings, COUNT(endings));
}

/* Samples under tests/ may be broken on purpose; programs there may not. */
static bool wants_clean_blanks(const char *path)
{
    static const char *const programs[] = { ".js", ".mjs", ".css", ".html" };
    static const char *const endings[] = { ".yaml", ".yml", ".md", ".service", ".8", ".cmake" };
    return is_code(path) || path_ends_with_any(path, programs, COUNT(programs))
        || (!path_is(path, "tests/", "") && path_ends_with_any(path, endings, COUNT(endings)));
}

/* -- the tree -- */

static void run(check_fn *check)
{
    struct tree tree = tree_read();
    struct offences offences = { 0 };
    assert_true(tree.len > 20);
    for (size_t i = 0; i < tree.len; i++)
        check(&tree.files[i], &offences);
    tree_free(&tree);
    assert_int_equal(offences.count, 0);
}

static void lines_are_short_and_clean(void **state) { (void)state; run(check_lines); }
static void files_are_short(void **state) { (void)state; run(check_length); }
static void no_word_that_does_not_belong(void **state) { (void)state; run(check_words); }
static void sources_say_what_they_own(void **state) { (void)state; run(check_head_comment); }
static void guards_mirror_paths(void **state) { (void)state; run(check_guard); }

/* -- the checks find what they look for -- */

static size_t found(check_fn *check, const char *path, const char *text)
{
    struct tree_file file = { .text = str_from_z(text) };
    struct offences offences = { .quiet = true };
    snprintf(file.path, sizeof file.path, "%s", path);
    check(&file, &offences);
    return offences.count;
}

static void checks_of_lines_can_fail(void **state)
{
    (void)state;
    char wide[4 * COLUMNS_MAX] = "";
    for (int i = 0; i < COLUMNS_MAX; i++)
        memcpy(wide + 2 * i, "\xC3\xA4", 2);
    wide[2 * COLUMNS_MAX] = '\n';
    assert_int_equal(found(check_lines, "src/x.c", wide), 0);           /* columns, not bytes */
    wide[2 * COLUMNS_MAX] = '!';
    wide[2 * COLUMNS_MAX + 1] = '\n';
    assert_int_equal(found(check_lines, "src/x.c", wide), 1);
    assert_int_equal(found(check_lines, "tests/fuzz/x.sh", wide), 1);
    assert_int_equal(found(check_lines, "prompts/x.yaml", wide), 0);
    assert_int_equal(found(check_lines, "src/sim/page/x.js", wide), 0);
    assert_int_equal(found(check_lines, "src/x.c", "int a;\n"), 0);
    assert_int_equal(found(check_lines, "src/x.c", "\tint a;\n"), 1);
    assert_int_equal(found(check_lines, "src/x.c", "int a; \n"), 1);
    assert_int_equal(found(check_lines, "src/x.c", "int a;\r\n"), 1);
    assert_int_equal(found(check_lines, "src/x.c", "int a;"), 1);
    assert_int_equal(found(check_lines, "prompts/x.md", "text \n"), 1);
    assert_int_equal(found(check_lines, "tests/browser/x.mjs", "let a; \n"), 1);
    assert_int_equal(found(check_lines, "src/sim/page/x.css", "p { }"), 1);
    assert_int_equal(found(check_lines, "tests/unit/content/bad.yaml", "a: \t1"), 0);
    assert_int_equal(found(check_lines, "src/x.c", "/* \xFF */\n"), 1);
}

static void checks_of_length_can_fail(void **state)
{
    (void)state;
    char lines[SOURCE_LINES_MAX + 2];
    memset(lines, '\n', sizeof lines);
    lines[SOURCE_LINES_MAX + 1] = '\0';
    assert_int_equal(found(check_length, "src/x.c", lines), 1);
    assert_int_equal(found(check_length, "src/sim/page/x.js", lines), 1);
    assert_int_equal(found(check_length, "tests/browser/x.mjs", lines), 1);
    assert_int_equal(found(check_length, "prompts/x.yaml", lines), 1);
    assert_int_equal(found(check_length, "README.md", lines), 1);
    assert_int_equal(found(check_length, "tests/browser/package-lock.json", lines), 0);
    lines[SOURCE_LINES_MAX] = '\0';
    assert_int_equal(found(check_length, "src/x.c", lines), 0);
    assert_int_equal(found(check_length, "src/sim/page/x.js", lines), 0);
    assert_int_equal(found(check_length, "include/nudged/x.h", lines), 1);
    lines[HEADER_LINES_MAX] = '\0';
    assert_int_equal(found(check_length, "include/nudged/x.h", lines), 0);
}

static void checks_of_words_can_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(words); i++) {
        char line[128];
        snprintf(line, sizeof line, "a\n/* see %s1 */\n", words[i].text);
        assert_int_equal(found(check_words, "src/x.c", line), is_word_byte(
            words[i].text[strlen(words[i].text) - 1]) && words[i].whole ? 0 : 1);
        snprintf(line, sizeof line, "a\n/* see %s: b */\n", words[i].text);
        assert_int_equal(found(check_words, "src/x.c", line), 1);
    }
    assert_int_equal(found(check_words, "prompts/x.md", "they are sit" "ting in a room\n"), 0);
    assert_int_equal(found(check_words, "src/x.c", "mkstemp(\"XX" "XXXX\")\n"), 0);
    assert_int_equal(found(check_words, "src/x.c", "Issue" " #4\n"), 1);
    assert_int_equal(found(check_words, "src/x.c", "visit" "ting\n"), 0);
}

static void checks_of_heads_can_fail(void **state)
{
    (void)state;
    assert_int_equal(found(check_head_comment, "src/x.c", "#include <a.h>\n"), 1);
    assert_int_equal(found(check_head_comment, "src/x.c", "/* Owns x. */\n"), 0);
    const char *good = "/* x */\n#ifndef NUDGED_BASE_X_H\n#define NUDGED_BASE_X_H\n";
    const char *private = "/* x */\n#ifndef BASE_X_H\n#define BASE_X_H\n";
    assert_int_equal(found(check_guard, "include/nudged/base/x.h", good), 0);
    assert_int_equal(found(check_guard, "include/nudged/base/y.h", good), 1);
    assert_int_equal(found(check_guard, "include/nudged/base/x.h", private), 1);
    assert_int_equal(found(check_guard, "src/base/x.h", private), 0);
    assert_int_equal(found(check_guard, "src/base/y.h", private), 1);
    assert_int_equal(found(check_guard, "src/platform/base/x.h", private), 0);
    assert_int_equal(found(check_guard, "src/base/slack/x.h", private), 1);
    assert_int_equal(found(check_guard, "src/base/x.h", "/* x */\n#pragma once\n"), 1);
    assert_int_equal(found(check_guard, "src/base/x.h", "#ifndef BASE_X_H\n#define X\n"), 1);
    assert_int_equal(found(check_guard, "src/base/x.h", ""), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_of_lines_can_fail),
        cmocka_unit_test(checks_of_length_can_fail),
        cmocka_unit_test(checks_of_words_can_fail),
        cmocka_unit_test(checks_of_heads_can_fail),
        cmocka_unit_test(lines_are_short_and_clean),
        cmocka_unit_test(files_are_short),
        cmocka_unit_test(no_word_that_does_not_belong),
        cmocka_unit_test(sources_say_what_they_own),
        cmocka_unit_test(guards_mirror_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
