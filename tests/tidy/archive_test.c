/* What the core's archive imports: string and maths calls, and functions of base and calendar that
 * touch nothing outside. Read from the archive itself, so no include or macro can hide a call. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tidy/tree.h"

enum { SYMBOLS_MAX = 20000, SYMBOL_BYTES_MAX = 2 << 20 };

static const char *const pure_calls[] = {
    /* bytes */
    "memchr", "memcmp", "memcpy", "memmove", "memrchr", "memset", "strchr", "strcmp", "strlen",
    "strncmp", "strnlen", "strrchr", "strspn", "strcspn", "strpbrk", "strstr", "bcmp", "bsearch",
    /* maths */
    "ceil", "cos", "exp", "exp2", "fabs", "floor", "fmax", "fmin", "fmod", "ldexp", "llround",
    "log", "log1p", "log2", "lround", "nearbyint", "pow", "rint", "round", "sqrt", "trunc",
    /* the linker's own */
    "_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail",
};

/* Put there by sanitizers and coverage. */
static const char *const instrument_prefixes[] = {
    "__asan", "__ubsan", "__sanitizer", "__lsan", "__odr_asan", "__start_asan", "__stop_asan",
    "__gcov", "__llvm", "llvm_", "__start___sancov", "__stop___sancov", "___asan",
};

/* Of base the core may use everything but memory of its own and the way outside. */
static const char *const impure_prefixes[] = {
    "arena_init", "arena_finish", "arena_reset", "buf_heap", "buf_free", "world_", "zones_",
    "zone_free",
};

struct symbols {
    char *text;                         /* what nm said */
    struct str *names;
    size_t len;
};

static bool starts_with_any(struct str name, const char *const *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_starts_with(name, str_from_z(prefixes[i])))
            return true;
    return false;
}

static int compare_names(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* The last word of every line that has a kind letter before it. */
static struct symbols symbols_parse(char *text)
{
    struct symbols out = { text, calloc(SYMBOLS_MAX, sizeof(struct str)), 0 };
    struct str rest = str_from_z(text), line;
    assert_non_null(out.names);
    while (str_next_part(&rest, '\n', &line)) {
        size_t at = line.len;
        while (at > 0 && line.ptr[at - 1] != ' ')
            at--;
        bool has_kind = at > 2 && line.ptr[at - 3] == ' ' && line.ptr[at - 2] != ' ';
        if (!has_kind || at == line.len)
            continue;
        assert_true(out.len < SYMBOLS_MAX);
        out.names[out.len++] = str_slice(line, at, line.len);
    }
    qsort(out.names, out.len, sizeof out.names[0], compare_names);
    return out;
}

static struct symbols symbols_read(const char *options, const char *folder)
{
    char command[2 * TREE_PATH_MAX];
    snprintf(command, sizeof command, "nm %s '%s/libnudged_%s.a' 2>/dev/null", options, BUILD_DIR,
             folder);
    FILE *pipe = popen(command, "r");
    char *text = malloc(SYMBOL_BYTES_MAX);
    assert_non_null(pipe);
    assert_non_null(text);
    size_t len = fread(text, 1, SYMBOL_BYTES_MAX - 1, pipe);
    assert_true(len < SYMBOL_BYTES_MAX - 1);
    text[len] = '\0';
    pclose(pipe);
    return symbols_parse(text);
}

static void symbols_free(struct symbols *symbols)
{
    free(symbols->names);
    free(symbols->text);
}

static bool has_symbol(const struct symbols *symbols, struct str name)
{
    return symbols->len > 0
        && bsearch(&name, symbols->names, symbols->len, sizeof name, compare_names) != NULL;
}

/* "__memcpy_chk" is memcpy with its bounds checked. */
static struct str without_fortify(struct str name)
{
    if (str_starts_with(name, STR("__")) && str_ends_with(name, STR("_chk")))
        return str_slice(name, 2, name.len - 4);
    return name;
}

static bool is_pure_call(struct str name)
{
    name = without_fortify(name);
    for (size_t i = 0; i < COUNT(pure_calls); i++)
        if (str_equal(name, str_from_z(pure_calls[i])))
            return true;
    return false;
}

static void check_imports(const struct symbols *imports, const struct symbols *own,
                          const struct symbols *below, size_t below_len,
                          struct offences *offences)
{
    for (size_t i = 0; i < imports->len; i++) {
        struct str name = imports->names[i];
        bool ours = has_symbol(own, name);
        for (size_t j = 0; !ours && j < below_len; j++)
            ours = has_symbol(&below[j], name)
                   && !starts_with_any(name, impure_prefixes, COUNT(impure_prefixes));
        if (!ours && !is_pure_call(name)
            && !starts_with_any(name, instrument_prefixes, COUNT(instrument_prefixes)))
            offence(offences, "libnudged_core.a", 0, "imports %.*s", STR_ARG(name));
    }
}

static void core_imports_only_pure_calls(void **state)
{
    (void)state;
    struct offences offences = { 0 };
    struct symbols imports = symbols_read("-u", "core");
    struct symbols own = symbols_read("--defined-only", "core");
    struct symbols below[] = { symbols_read("--defined-only", "base"),
                               symbols_read("--defined-only", "calendar") };
    assert_true(imports.len > 5);
    assert_true(own.len > 5);
    assert_true(below[0].len > 5);
    check_imports(&imports, &own, below, COUNT(below), &offences);
    symbols_free(&imports);
    symbols_free(&own);
    symbols_free(&below[0]);
    symbols_free(&below[1]);
    assert_int_equal(offences.count, 0);
}

static size_t found(const char *imported)
{
    char *texts[] = { strdup(imported), strdup("0000000000000010 T review_next\n"),
                      strdup("\nstr.c.o:\n0000000000000000 T str_equal\n"
                             "0000000000000000 T world_now\n"
                             "0000000000000040 T arena_init\n") };
    struct symbols imports = symbols_parse(texts[0]), own = symbols_parse(texts[1]);
    struct symbols below = symbols_parse(texts[2]);
    struct offences offences = { .quiet = true };
    assert_int_equal(own.len, 1);
    assert_int_equal(below.len, 3);
    check_imports(&imports, &own, &below, 1, &offences);
    symbols_free(&imports);
    symbols_free(&own);
    symbols_free(&below);
    return offences.count;
}

static void checks_of_imports_can_fail(void **state)
{
    (void)state;
    assert_int_equal(found("\nreview.c.o:\n               U exp\n               U memcpy\n"), 0);
    assert_int_equal(found("                 U __memcpy_chk\n                 U str_equal\n"), 0);
    assert_int_equal(found("             U __asan_report_load8\n             U review_next\n"), 0);
    assert_int_equal(found("                 U time\n"), 1);
    assert_int_equal(found("                 U malloc\n                 U printf\n"), 2);
    assert_int_equal(found("                 U __printf_chk\n"), 1);
    assert_int_equal(found("                 U rand\n                 w fopen\n"), 2);
    assert_int_equal(found("                 U world_now\n                 U arena_init\n"), 2);
    assert_int_equal(found("                 U exp_of_something\n"), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_of_imports_can_fail),
        cmocka_unit_test(core_imports_only_pure_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
