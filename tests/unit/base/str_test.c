/* Slices: every function at its edges, empty and NULL included. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "nudged/base/arena.h"
#include "nudged/base/str.h"

#define assert_str(s, literal) assert_true(str_equal((s), STR(literal)))

static void equality_and_order(void **state)
{
    (void)state;
    assert_true(str_equal(STR_EMPTY, STR("")));
    assert_true(str_equal(STR("abc"), str_from_z("abc")));
    assert_false(str_equal(STR("abc"), STR("abd")));
    assert_false(str_equal(STR("abc"), STR("abcd")));
    assert_true(str_equal(STR("a\0b"), STR("a\0b")));
    assert_false(str_equal(STR("a\0b"), STR("a\0c")));
    assert_true(str_equal_nocase(STR("HeLLo-1"), STR("hEllO-1")));
    assert_false(str_equal_nocase(STR("a"), STR("b")));
    assert_false(str_equal_nocase(STR("@"), STR("`")));       /* 0x20 apart, no letters */
    assert_false(str_equal_nocase(STR("a"), STR("ab")));
    assert_int_equal(str_compare(STR("a"), STR("b")), -1);
    assert_int_equal(str_compare(STR("b"), STR("a")), 1);
    assert_int_equal(str_compare(STR("ab"), STR("a")), 1);
    assert_int_equal(str_compare(STR("a"), STR("ab")), -1);
    assert_int_equal(str_compare(STR("\xff"), STR("a")), 1);  /* bytes are unsigned */
    assert_int_equal(str_compare(STR_EMPTY, STR("")), 0);
    assert_true(str_is_empty(str_from_z(NULL)));
    assert_true(str_is_empty(STR_EMPTY));
    assert_false(str_is_empty(STR(" ")));
}

static void starts_ends_contains(void **state)
{
    (void)state;
    assert_true(str_starts_with(STR("abc"), STR("ab")));
    assert_true(str_starts_with(STR("abc"), STR_EMPTY));
    assert_false(str_starts_with(STR("ab"), STR("abc")));
    assert_false(str_starts_with(STR_EMPTY, STR("a")));
    assert_true(str_ends_with(STR("abc"), STR("bc")));
    assert_true(str_ends_with(STR_EMPTY, STR_EMPTY));
    assert_false(str_ends_with(STR("abc"), STR("ab")));
    assert_true(str_contains(STR("abc"), STR("b")));
    assert_true(str_contains(STR("abc"), STR("abc")));
    assert_true(str_contains(STR_EMPTY, STR_EMPTY));
    assert_false(str_contains(STR("abc"), STR("abcd")));
    assert_false(str_contains(STR_EMPTY, STR("a")));
    assert_int_equal(str_find(STR("abcb"), 'b'), 1);
    assert_int_equal(str_find(STR("abc"), 'x'), 3);
    assert_int_equal(str_find(STR_EMPTY, 'x'), 0);
}

static void slicing_is_clamped(void **state)
{
    (void)state;
    struct str s = STR("hello");
    assert_str(str_slice(s, 1, 3), "el");
    assert_str(str_slice(s, 0, 99), "hello");
    assert_str(str_slice(s, 4, 5), "o");
    assert_true(str_is_empty(str_slice(s, 5, 9)));
    assert_true(str_is_empty(str_slice(s, 3, 2)));
    assert_true(str_is_empty(str_slice(s, SIZE_MAX, SIZE_MAX)));
    assert_str(str_trim(STR(" \t\r\n a b \v\f")), "a b");
    assert_true(str_is_empty(str_trim(STR("  \n"))));
    assert_true(str_is_empty(str_trim(STR_EMPTY)));
}

static void parts_come_one_by_one(void **state)
{
    (void)state;
    struct str rest = STR("a,,b"), part;
    assert_true(str_next_part(&rest, ',', &part));
    assert_str(part, "a");
    assert_true(str_next_part(&rest, ',', &part));
    assert_str(part, "");
    assert_true(str_next_part(&rest, ',', &part));
    assert_str(part, "b");
    assert_false(str_next_part(&rest, ',', &part));
    rest = STR_EMPTY;
    assert_false(str_next_part(&rest, ',', &part));
    rest = STR("a,");
    assert_true(str_next_part(&rest, ',', &part));
    assert_str(part, "a");
    assert_false(str_next_part(&rest, ',', &part));
}

static void whole_numbers(void **state)
{
    (void)state;
    static const struct { const char *text; bool good; int64_t number; } rows[] = {
        { "0", true, 0 }, { "-0", true, 0 }, { "007", true, 7 }, { "-12", true, -12 },
        { "9223372036854775807", true, INT64_MAX }, { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 }, { "-9223372036854775809", false, 0 },
        { "18446744073709551617", false, 0 }, { "", false, 0 }, { "-", false, 0 },
        { "+1", false, 0 },
        { " 1", false, 0 }, { "1 ", false, 0 }, { "1x", false, 0 }, { "--1", false, 0 },
        { "0x10", false, 0 }, { "1.0", false, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t number = 4711;
        assert_int_equal(str_to_int64(str_from_z(rows[i].text), &number), rows[i].good);
        assert_int_equal(number, rows[i].good ? rows[i].number : 4711);
    }
    uint64_t size = 4711;
    assert_true(str_to_uint64(STR("18446744073709551615"), &size));
    assert_true(size == UINT64_MAX);
    assert_false(str_to_uint64(STR("18446744073709551616"), &size));
    assert_false(str_to_uint64(STR("99999999999999999999999"), &size));
    assert_false(str_to_uint64(STR("-1"), &size));
    assert_false(str_to_uint64(STR_EMPTY, &size));
    assert_true(size == UINT64_MAX);
}

static void decimal_numbers(void **state)
{
    (void)state;
    static const struct { const char *text; bool good; double number; } rows[] = {
        { "0", true, 0 }, { "1.5", true, 1.5 }, { "-2.25", true, -2.25 }, { "1e3", true, 1000 },
        { "1.5E-2", true, 0.015 }, { "1e+2", true, 100 }, { "0.1", true, 0.1 },
        { "", false, 0 }, { ".5", false, 0 }, { "5.", false, 0 }, { "1e", false, 0 },
        { "inf", false, 0 }, { "nan", false, 0 }, { "0x1p3", false, 0 }, { "1,5", false, 0 },
        { " 1", false, 0 }, { "1 ", false, 0 }, { "+1", false, 0 }, { "1e999", false, 0 },
        { "-", false, 0 }, { "1.2.3", false, 0 },
        { "1000000000000000000000000000000000000000000000000000000000000000", false, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        double number = 4711;
        assert_int_equal(str_to_double(str_from_z(rows[i].text), &number), rows[i].good);
        assert_true(number >= (rows[i].good ? rows[i].number : 4711));
        assert_true(number <= (rows[i].good ? rows[i].number : 4711));
    }
}

static void copies_live_in_the_arena(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4096);
    char bytes[] = "text";
    struct str copy = str_copy(&arena, (struct str){ bytes, 4 });
    bytes[0] = 'n';
    assert_str(copy, "text");
    assert_true(str_is_empty(str_copy(&arena, STR_EMPTY)));
    assert_string_equal(str_z(&arena, STR("zero")), "zero");
    assert_string_equal(str_z(&arena, STR_EMPTY), "");
    assert_str(str_format(&arena, "%d-%.*s", 7, STR_ARG(copy)), "7-text");
    assert_true(str_is_empty(str_format(&arena, "%s", "")));
    assert_str(str_format(&arena, "%.*s|", STR_ARG(STR_EMPTY)), "|");
    assert_false(arena_failed(&arena));
    assert_int_equal(str_format(&arena, "%3000d", 1).len, 3000);
    assert_true(str_is_empty(str_format(&arena, "%3000d", 1)));
    assert_true(arena_failed(&arena));
    assert_string_equal(str_z(&arena, STR("zero")), "");
    assert_true(str_is_empty(str_copy(&arena, STR("a"))));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equality_and_order),
        cmocka_unit_test(starts_ends_contains),
        cmocka_unit_test(slicing_is_clamped),
        cmocka_unit_test(parts_come_one_by_one),
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(decimal_numbers),
        cmocka_unit_test(copies_live_in_the_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
