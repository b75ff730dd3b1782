/* The shape of the code: functions that fit a screen, and no variable that outlives its function.
 *
 * Reads C without parsing it: comments, literals and preprocessor lines are blanked, then braces
 * and semicolons at the top level cut the rest into declarations. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>

#include "tidy/tree.h"

enum { FUNCTION_LINES_MAX = 70, DECLARATION_MAX = 4096 };

/* Seen, and found harmless for the reason given where they stand. */
static const struct accepted {
    const char *path, *text;
} accepted[] = {
    { "src/base/str.c", "static char nothing[1]" },
};

struct declaration {
    char text[DECLARATION_MAX];         /* blanks squeezed, the inside of braces left out */
    size_t len;
    size_t line;                        /* where it starts */
};

struct scan {
    const struct tree_file *file;
    struct offences *offences;
    const char *bare;
    size_t at, line;
    bool no_globals;                    /* in the product, not in tests */
};

/* -- blanking -- */

static size_t end_of_literal(const char *text, size_t at)
{
    char quote = text[at++];
    while (text[at] && text[at] != quote && text[at] != '\n')
        at += text[at] == '\\' && text[at + 1] ? 2 : 1;
    return text[at] == quote ? at + 1 : at;
}

static size_t end_of_comment(const char *text, size_t at)
{
    const char *end = text[at + 1] == '*' ? strstr(text + at + 2, "*/") : strchr(text + at, '\n');
    if (!end)
        return at + strlen(text + at);
    return (size_t)(end - text) + (text[at + 1] == '*' ? 2 : 0);
}

static size_t end_of_directive(const char *text, size_t at)
{
    while (text[at] && text[at] != '\n') {
        if (text[at] == '/' && text[at + 1] == '*')
            at = end_of_comment(text, at);
        else
            at += text[at] == '\\' && text[at + 1] == '\n' ? 2 : 1;
    }
    return at;
}

/* The same length with blanks for what is not code; newlines stay. The caller frees. */
static char *blank(struct str text)
{
    char *bare = malloc(text.len + 1);
    bool line_start = true;
    assert_non_null(bare);
    memcpy(bare, text.ptr, text.len);
    bare[text.len] = '\0';
    for (size_t at = 0; bare[at];) {
        char c = text.ptr[at];
        size_t end = at;
        if (c == '/' && (text.ptr[at + 1] == '*' || text.ptr[at + 1] == '/'))
            end = end_of_comment(text.ptr, at);
        else if (c == '"' || c == '\'')
            end = end_of_literal(text.ptr, at);
        else if (c == '#' && line_start)
            end = end_of_directive(text.ptr, at);
        if (end == at) {
            line_start = c == '\n' || (line_start && isspace((unsigned char)c));
            at++;
        }
        for (; at < end; at++)
            if (bare[at] != '\n')
                bare[at] = ' ';
    }
    return bare;
}

/* -- judging one declaration -- */

static bool has_name(const char *text, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = text; (at = strstr(at, name)); at += len) {
        bool starts = at == text || (!isalnum((unsigned char)at[-1]) && at[-1] != '_');
        if (starts && !isalnum((unsigned char)at[len]) && at[len] != '_')
            return true;
    }
    return false;
}

static bool starts_with_name(const char *text, const char *name)
{
    return strncmp(text, name, strlen(name)) == 0 && !isalnum((unsigned char)text[strlen(name)])
        && text[strlen(name)] != '_';
}

/* A struct, union or enum that declares no object. */
static bool is_type_alone(const char *text)
{
    size_t len = strlen(text), words = 1;
    if (!starts_with_name(text, "struct") && !starts_with_name(text, "union")
        && !starts_with_name(text, "enum"))
        return false;
    for (const char *c = text; *c; c++)
        words += *c == ' ';
    return text[len - 1] == '}' || words == 2;
}

/* Whether the object itself cannot change: const after the last star, or anywhere without stars. */
static bool is_constant(const char *text)
{
    const char *pointer = strstr(text, "(*");
    if (pointer)
        return starts_with_name(pointer + 2, "const");
    const char *star = strrchr(text, '*');
    return has_name(star ? star + 1 : text, "const");
}

/* "static check_fn check_one, check_two": the house has typedefs for function types alone, so a
 * type that is neither a keyword nor of the C library declares functions. */
static bool is_of_function_type(const char *text)
{
    static const char *const objects[] = {
        "const", "volatile", "char", "int", "short", "long", "unsigned", "signed", "float",
        "double", "bool", "_Bool", "_Atomic", "_Thread_local", "_Alignas", "struct", "union",
        "enum", "FILE",
    };
    if (starts_with_name(text, "static"))
        text += strlen("static ");
    for (size_t i = 0; i < COUNT(objects); i++)
        if (starts_with_name(text, objects[i]))
            return false;
    size_t len = strcspn(text, " ");
    bool library = len > 2 && strncmp(text + len - 2, "_t", 2) == 0;
    return text[len] == ' ' && !library && strpbrk(text, "*[=") == NULL;
}

static bool is_variable(const char *text)
{
    const char *paren = strchr(text, '(');
    if (!*text || starts_with_name(text, "typedef") || starts_with_name(text, "extern")
        || is_type_alone(text) || is_of_function_type(text))
        return false;
    return !paren || paren[1] == '*';
}

static bool is_accepted(const char *path, const char *text)
{
    for (size_t i = 0; i < COUNT(accepted); i++)
        if (strcmp(path, accepted[i].path) == 0 && strcmp(text, accepted[i].text) == 0)
            return true;
    return false;
}

/* `declaration` up to its ';', or to its '=' with a sign that there is one. */
static void judge(struct scan *scan, struct declaration *declaration)
{
    char *equals = strchr(declaration->text, '=');
    if (equals)
        equals[1] = '\0';
    for (size_t len = strlen(declaration->text); len > 0 && declaration->text[len - 1] == ' ';)
        declaration->text[--len] = '\0';
    if (scan->no_globals && is_variable(declaration->text) && !is_constant(declaration->text)
        && !is_accepted(scan->file->path, declaration->text))
        offence(scan->offences, scan->file->path, declaration->line,
                "a variable that outlives its function: %s", declaration->text);
    declaration->len = 0;
    declaration->text[0] = '\0';
}

static void declaration_add(struct declaration *declaration, char c, size_t line)
{
    c = isspace((unsigned char)c) ? ' ' : c;
    bool blank_before = declaration->len == 0 || declaration->text[declaration->len - 1] == ' ';
    if (c == ' ' && blank_before)
        return;
    if (declaration->len == 0)
        declaration->line = line;
    if (declaration->len + 1 < sizeof declaration->text)
        declaration->text[declaration->len++] = c;
    declaration->text[declaration->len] = '\0';
}

/* -- scanning -- */

static char scan_next(struct scan *scan)
{
    char c = scan->bare[scan->at];
    if (!c)
        return c;
    scan->line += c == '\n';
    scan->at++;
    return c;
}

/* A static inside a function lives as long as one outside. */
static void scan_static(struct scan *scan)
{
    struct declaration inner = { .len = 0 };
    while (scan->bare[scan->at] && !strchr(";={", scan->bare[scan->at]))
        declaration_add(&inner, scan_next(scan), scan->line);
    judge(scan, &inner);
}

static bool at_static(const struct scan *scan)
{
    char before = scan->at > 0 ? scan->bare[scan->at - 1] : ' ';
    return !isalnum((unsigned char)before) && before != '_'
        && starts_with_name(scan->bare + scan->at, "static");
}

/* Behind an opening brace, until its closing one. */
static void scan_braces(struct scan *scan, bool is_function)
{
    for (size_t depth = 1; depth > 0 && scan->bare[scan->at];) {
        if (is_function && at_static(scan)) {
            scan_static(scan);
            continue;
        }
        char c = scan_next(scan);
        if (c == '{')
            depth++;
        else if (c == '}')
            depth--;
    }
}

static void scan_open_brace(struct scan *scan, struct declaration *declaration)
{
    bool initialiser = strchr(declaration->text, '=') != NULL;
    bool is_function = !initialiser && strchr(declaration->text, '(') != NULL;
    scan_braces(scan, is_function);
    if (!is_function) {
        declaration_add(declaration, '{', scan->line);
        declaration_add(declaration, '}', scan->line);
        return;
    }
    size_t lines = scan->line - declaration->line + 1;
    if (lines > FUNCTION_LINES_MAX)
        offence(scan->offences, scan->file->path, declaration->line,
                "a function of %zu lines, at most %d", lines, FUNCTION_LINES_MAX);
    declaration->len = 0;
    declaration->text[0] = '\0';
}

static void check_code(const struct tree_file *file, struct offences *offences)
{
    if (!path_is(file->path, "", ".c") && !path_is(file->path, "", ".h"))
        return;
    char *bare = blank(file->text);
    struct declaration declaration = { .len = 0 };
    struct scan scan = { file, offences, bare, 0, 1, !path_is(file->path, "tests/", "") };
    for (char c; (c = scan_next(&scan));) {
        if (c == '{')
            scan_open_brace(&scan, &declaration);
        else if (c == ';')
            judge(&scan, &declaration);
        else
            declaration_add(&declaration, c, scan.line);
    }
    if (declaration.len > 1)
        offence(offences, file->path, declaration.line, "ends in the middle of: %.40s",
                declaration.text);
    free(bare);
}

static void functions_are_short_and_nothing_is_global(void **state)
{
    (void)state;
    struct tree tree = tree_read();
    struct offences offences = { 0 };
    assert_true(tree.len > 20);
    for (size_t i = 0; i < tree.len; i++)
        check_code(&tree.files[i], &offences);
    tree_free(&tree);
    assert_int_equal(offences.count, 0);
}

/* -- the check finds what it looks for -- */

static size_t found(const char *path, const char *text)
{
    struct tree_file file = { .text = str_from_z(text) };
    struct offences offences = { .quiet = true };
    snprintf(file.path, sizeof file.path, "%s", path);
    check_code(&file, &offences);
    return offences.count;
}

static const struct sample {
    const char *text;
    size_t expected;
} samples[] = {
    { "static const int limit = 4;\n", 0 },
    { "static int count;\n", 1 },
    { "int count = 0;\n", 1 },
    { "static int counts[4] = { 1, 2 };\n", 1 },
    { "static const char *name = \"x\";\n", 1 },
    { "static const char *const name = \"x\";\n", 0 },
    { "static const char *names[] = { \"x\", \"y\" };\n", 1 },
    { "static const char *const names[] = { \"x\", \"y\" };\n", 0 },
    { "static const struct row { const char *a; int b; } rows[] = { { \"a\", 1 } };\n", 0 },
    { "static struct row { const char *a; int b; } rows[] = { { \"a\", 1 } };\n", 1 },
    { "static enum err (*hook)(struct link *link);\n", 1 },
    { "static enum err (*const steps[])(struct link *) = { open, close };\n", 0 },
    { "static enum err (*steps[])(struct link *) = { open, close };\n", 1 },
    { "static check_fn check_one, check_two;\nrun_fn run;\n", 0 },
    { "static uint64_t calls;\nsize_t bytes;\nstatic bool ready;\n", 3 },
    { "static check_fn *current;\ncheck_fn *all[2];\nstatic odd_type x = 1;\n", 3 },
    { "static _Thread_local int depth;\n", 1 },
    { "static enum err open(const struct link *link, void (*done)(void *));\n", 0 },
    { "struct arena;\nenum err;\nstruct point { int x, y; };\nenum { A = 1, B };\n", 0 },
    { "typedef void world_fn(void *arg);\ntypedef void (*hook_fn)(void *arg);\n", 0 },
    { "extern const struct weights defaults;\n", 0 },
    { "_Static_assert(COUNT(rows) == 3, \"rows; {\");\n", 0 },
    { "struct limits *limits;\n", 1 },
    { "/* static int count; */\n// static int count;\n#define COUNT_IN static int count;\n", 0 },
    { "#define LONG(x) \\\n    static int count; \\\n    int more;\n", 0 },
    { "static int f(void)\n{\n    int a = 0;\n    return a;\n}\n", 0 },
    { "static int f(void)\n{\n    static int calls;\n    return ++calls;\n}\n", 1 },
    { "static int f(void)\n{\n    static const int a[] = { 1 };\n    return a[0];\n}\n", 0 },
    { "static int f(void)\n{\n    char c = '{';\n    return c;\n}\nint count;\n", 1 },
    { "static int f(void)\n{\n    char c = '\\'';\n    return c == '\"';\n}\nint count;\n", 1 },
    { "static int f(void)\n{\n", 0 },
    { "static int f(void)\n", 1 },
};

static void checks_of_variables_can_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        size_t got = found("src/core/x.c", samples[i].text);
        if (got != samples[i].expected)
            fail_msg("%zu offences, expected %zu: %s", got, samples[i].expected, samples[i].text);
    }
    assert_int_equal(found("tests/flow/x_test.c", "static int count;\n"), 0);
    assert_int_equal(found("src/store/x.sql", "static int count;\n"), 0);
}

static void checks_of_functions_can_fail(void **state)
{
    (void)state;
    char text[4 * FUNCTION_LINES_MAX] = "int f(void)\n{\n";
    while (strlen(text) < 14 + FUNCTION_LINES_MAX - 3)
        strcat(text, "\n");
    char *end = text + strlen(text);
    strcpy(end, "}\nint g(void)\n{\n}\n");
    assert_int_equal(found("src/core/x.c", text), 0);
    strcpy(end, "\n}\nint g(void)\n{\n}\n");
    assert_int_equal(found("src/core/x.c", text), 1);
    assert_int_equal(found("tests/flow/x_test.c", text), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_of_variables_can_fail),
        cmocka_unit_test(checks_of_functions_can_fail),
        cmocka_unit_test(functions_are_short_and_nothing_is_global),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
