/* Who calls what: no public function that only tests call, and no transaction beside the road.
 *
 * Reads C without parsing it: a name is declared or defined where a line begins in its first
 * column, and used where it stands on an indented one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>

#include "tidy/tree.h"

enum { NAME_MAX_BYTES = 80 };

/* Not called by the product, and why they are public all the same. */
static const struct { const char *name, *why; } uncalled[] = {
    { "app_link_state", "tests look at the link" },
    { "app_store", "tests look at the reserve" },
    { "buf_add_hex", "tests compare with published digests" },
    { "content_print_format", "writes FORMAT.md, run by the test that compares it" },
    { "content_print_schema", "writes deck.schema.json, likewise" },
    { "difficulty_flag_name", "words for those who print a prompt's statistics" },
    { "fit_loss", "tests hold the gradient against differences of it" },
    { "hash_is_none", "a hash that was never made" },
    { "health_port", "tests let the system choose a port" },
    { "loop_set_ca_file", "tests trust an authority of their own" },
    { "part_add_field", "what platforms must be able to show, whether a card has one or not" },
    { "people_hash", "one file's share of what content is made of" },
    { "rating_again", "a rule of the memory model by itself" },
    { "rating_name", "words for those who print ratings" },
    { "store_backup", "a whole copy at once, for tests of copies" },
};

/* Everything that happens takes the road, one turn, one transaction. What begins one besides: */
static const struct { const char *path, *why; } transactions[] = {
    { "src/app/turn.c", "the road itself" },
    { "src/app/sender.c", "a claim is committed before its request leaves, in the middle of no "
                          "event; and claims that nobody holds are found again" },
    { "src/app/explain.c", "reads as a turn would, and rolls back" },
    { "src/app/control.c", "what was read about others is noted before a byte of it is told" },
    { "src/app/backup.c", "the epoch grows with the copy, before anything else is stored" },
    { "src/app/epoch.c", "the epoch of this start, before there is a road" },
    { "src/app/app.c", "claims of the life before, likewise" },
    { "src/app/loader.c", "the first prompts get their numbers, likewise" },
};

struct line { const char *text; size_t len; bool indented; };

/* Without comments; *at moves on. False: no more. */
static bool next_line(struct str text, size_t *at, bool *comment, char *room, size_t room_len,
    struct line *out)
{
    size_t len = 0;
    if (*at >= text.len)
        return false;
    out->indented = isspace((unsigned char)text.ptr[*at]) || text.ptr[*at] == '#';
    for (; *at < text.len && text.ptr[*at] != '\n'; (*at)++) {
        const char *here = text.ptr + *at;
        bool more = *at + 1 < text.len;
        if (*comment && more && here[0] == '*' && here[1] == '/') {
            *comment = false;
            (*at)++;
        } else if (!*comment && more && here[0] == '/' && here[1] == '*') {
            *comment = true;
        } else if (!*comment && len + 1 < room_len) {
            room[len++] = *here;
        }
    }
    (*at)++;
    room[len] = '\0';
    *out = (struct line){ room, len, out->indented };
    return true;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = text; (at = strstr(at, word)); at += len)
        if ((at == text || !is_word(at[-1])) && !is_word(at[len]))
            return true;
    return false;
}

static bool is_used(const struct tree *tree, const char *name)
{
    static char room[4096];
    for (size_t i = 0; i < tree->len; i++) {
        const struct tree_file *file = &tree->files[i];
        bool comment = false, reads = path_is(file->path, "src/", ".c") ||
            path_is(file->path, "src/", ".h") || path_is(file->path, "include/", ".h");
        struct line line;
        if (!reads || !memmem(file->text.ptr, file->text.len, name, strlen(name)))
            continue;
        for (size_t at = 0; next_line(file->text, &at, &comment, room, sizeof room, &line);)
            if (line.indented && has_word(line.text, name))
                return true;
    }
    return false;
}

/* The function that a line in the first column declares: "enum err store_begin(struct ...". */
static bool declared(const struct line *line, char name[NAME_MAX_BYTES])
{
    const char *open = strchr(line->text, '('), *from = open;
    if (line->indented || !open || strchr("}/*", line->text[0]) ||
        strncmp(line->text, "static", 6) == 0 || strncmp(line->text, "typedef", 7) == 0)
        return false;
    while (from > line->text && is_word(from[-1]))
        from--;
    size_t len = (size_t)(open - from);
    if (len == 0 || len >= NAME_MAX_BYTES || from == line->text || isupper((unsigned char)*from))
        return false;
    memcpy(name, from, len);
    name[len] = '\0';
    return true;
}

static bool may_be_uncalled(const char *path, const char *name)
{
    for (size_t i = 0; i < COUNT(uncalled); i++)
        if (strcmp(uncalled[i].name, name) == 0)
            return true;
    return path_is(path, "include/nudged/sim/", ".h"); /* a workbench for tests */
}

static void check_calls(const struct tree *tree, struct offences *offences)
{
    static char room[4096];
    for (size_t i = 0; i < tree->len; i++) {
        const struct tree_file *file = &tree->files[i];
        bool comment = false;
        char name[NAME_MAX_BYTES];
        struct line line;
        if (!path_is(file->path, "include/", ".h"))
            continue;
        for (size_t at = 0, number = 1;
             next_line(file->text, &at, &comment, room, sizeof room, &line); number++)
            if (declared(&line, name) && !may_be_uncalled(file->path, name) &&
                !is_used(tree, name))
                offence(offences, file->path, number, "nothing of the product calls %s", name);
    }
}

static bool may_begin(const char *path)
{
    for (size_t i = 0; i < COUNT(transactions); i++)
        if (strcmp(transactions[i].path, path) == 0)
            return true;
    return path_is(path, "src/store/", "") || !path_is(path, "src/", ".c");
}

static void check_transactions(const struct tree *tree, struct offences *offences)
{
    for (size_t i = 0; i < tree->len; i++)
        if (!may_begin(tree->files[i].path) && has_word(tree->files[i].text.ptr, "store_begin"))
            offence(offences, tree->files[i].path, 1,
                "a transaction beside the road: raise an event, or say in %s why not", __FILE__);
}

static void every_public_function_has_a_caller(void **state)
{
    struct tree tree = tree_read();
    struct offences offences = { 0 };
    (void)state;
    check_calls(&tree, &offences);
    tree_free(&tree);
    assert_int_equal(offences.count, 0);
}

static void transactions_are_begun_where_they_may(void **state)
{
    struct tree tree = tree_read();
    struct offences offences = { 0 };
    (void)state;
    check_transactions(&tree, &offences);
    tree_free(&tree);
    assert_int_equal(offences.count, 0);
}

static void the_checks_can_fail(void **state)
{
    (void)state;
    struct tree_file files[] = {
        { "include/nudged/base/x.h",
            STR("MUST_USE enum err x_do(int a,\n    int b);\nint x_also(void); /* x_do() */\n") },
        { "src/base/x.c", STR("enum err x_do(int a, int b)\n{\n    return x_also();\n}\n") },
        { "src/app/y.c", STR("int y(void)\n{\n    return x_do(1, 2);\n}\n") },
    };
    struct tree tree = { files, COUNT(files) };
    struct offences offences = { .quiet = true };
    check_calls(&tree, &offences);
    check_transactions(&tree, &offences);
    assert_int_equal(offences.count, 0);
    files[2].text = STR("/* x_do */\nint y(void)\n{\n    return store_begin(1);\n}\n");
    check_calls(&tree, &offences);
    assert_int_equal(offences.count, 1);
    check_transactions(&tree, &offences);
    assert_int_equal(offences.count, 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_checks_can_fail),
        cmocka_unit_test(every_public_function_has_a_caller),
        cmocka_unit_test(transactions_are_begun_where_they_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
