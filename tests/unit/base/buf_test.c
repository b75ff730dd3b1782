/* Buffers: whole adds or none, the ceiling exact to the byte, JSON strings always valid. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "nudged/base/buf.h"
#include "nudged/base/text.h"

#define assert_str(s, literal) assert_true(str_equal((s), STR(literal)))

static void adds_follow_each_other(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct buf kinds[] = { buf_in(&arena, 1000), buf_heap(1000) };
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct buf *buf = &kinds[i];
        struct str out = STR("untouched");
        assert_true(str_is_empty(buf_str(buf)));
        assert_int_equal(buf_finish(buf, &out), OK);
        assert_true(str_is_empty(out));
        buf_add(buf, STR("a"));
        buf_add(buf, STR_EMPTY);
        buf_add_byte(buf, '|');
        buf_add_int(buf, -42);
        buf_addf(buf, "|%s:%03d", "n", 7);
        buf_addf(buf, "%s", "");
        assert_int_equal(buf_finish(buf, &out), OK);
        assert_str(out, "a|-42|n:007");
        buf_reset(buf);
        buf_add(buf, STR("b"));
        assert_str(buf_str(buf), "b");
        buf_free(buf);
    }
    arena_finish(&arena);
}

static void numbers_print_like_printf(void **state)
{
    (void)state;
    static const int64_t numbers[] = { 0, 1, -1, 9, 10, -10, 1234567890123, INT64_MAX, INT64_MIN };
    struct buf buf = buf_heap(64);
    for (size_t i = 0; i < COUNT(numbers); i++) {
        char expected[32];
        (void)snprintf(expected, sizeof expected, "%" PRId64, numbers[i]);
        buf_reset(&buf);
        buf_add_int(&buf, numbers[i]);
        assert_true(str_equal(buf_str(&buf), str_from_z(expected)));
    }
    buf_free(&buf);
}

static void the_ceiling_is_exact_and_sticky(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t max = 0; max < 600; max += 13) {
        struct buf kinds[] = { buf_in(&arena, max), buf_heap(max) };
        for (size_t k = 0; k < COUNT(kinds); k++) {
            struct buf *buf = &kinds[k];
            struct str out = STR("untouched");
            for (size_t i = 0; i < max; i++)
                buf_addf(buf, "%c", 'x');
            assert_int_equal(buf_finish(buf, &out), OK);
            assert_int_equal(out.len, max);
            out = STR("untouched");
            buf_addf(buf, "yy");
            assert_true(buf->failed);
            buf_add(buf, STR_EMPTY);
            assert_int_equal(buf_finish(buf, &out), ERR_TOO_BIG);
            assert_str(out, "untouched");
            assert_int_equal(buf_str(buf).len, max);
            buf_reset(buf);
            buf_add(buf, STR_EMPTY);
            assert_false(buf->failed);
            buf_free(buf);
        }
    }
    arena_finish(&arena);
}

static void a_full_arena_is_no_memory(void **state)
{
    (void)state;
    struct arena arena;
    struct str out = STR("untouched");
    arena_init(&arena, 1000);
    struct buf buf = buf_in(&arena, 100000);
    for (int i = 0; i < 2000; i++)
        buf_add_byte(&buf, 'x');
    assert_int_equal(buf_finish(&buf, &out), ERR_NO_MEMORY);
    assert_str(out, "untouched");
    assert_true(arena_failed(&arena));
    arena_finish(&arena);
    struct buf absurd = buf_heap(SIZE_MAX);
    buf_add_byte(&absurd, 'x');
    assert_int_equal(buf_finish(&absurd, &out), ERR_TOO_BIG);
    buf_free(&absurd);
}

static void json_strings(void **state)
{
    (void)state;
    static const struct { struct str from; const char *to; } rows[] = {
        { { "", 0 }, "\"\"" },
        { { "plain", 5 }, "\"plain\"" },
        { { "a\"b\\c/", 6 }, "\"a\\\"b\\\\c/\"" },
        { { "\b\t\n\f\r", 5 }, "\"\\b\\t\\n\\f\\r\"" },
        { { "\0\x01\x1f\x7f", 4 }, "\"\\u0000\\u0001\\u001f\x7f\"" },
        { { "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9 },
          "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
        { { "a\xff" "b", 3 }, "\"a\xEF\xBF\xBD" "b\"" },
        { { "\xc3", 1 }, "\"\xEF\xBF\xBD\"" },
        { { "\xed\xa0\x80", 3 }, "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
    };
    struct buf buf = buf_heap(100);
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_reset(&buf);
        buf_add_json_string(&buf, rows[i].from);
        assert_true(str_equal(buf_str(&buf), str_from_z(rows[i].to)));
    }
    buf_free(&buf);
}

static void a_json_string_is_whole_or_absent(void **state)
{
    (void)state;
    for (size_t max = 0; max < 30; max++) {
        struct buf buf = buf_heap(max);
        buf_add(&buf, STR("x"));
        bool had_x = !buf.failed;
        buf_add_json_string(&buf, STR("a\nb\xff" "c\"d\x01"));
        if (buf.failed) {
            assert_int_equal(buf_str(&buf).len, had_x ? 1 : 0);
        } else {
            assert_true(str_ends_with(buf_str(&buf), STR("\\u0001\"")));
        }
        buf_free(&buf);
    }
}

static void any_bytes_make_a_valid_json_string(void **state)
{
    (void)state;
    uint32_t seed = 1;
    struct buf buf = buf_heap(4096);
    for (int round = 0; round < 5000; round++) {
        char bytes[40];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = (char)(seed >> 24);
        }
        buf_reset(&buf);
        buf_add_json_string(&buf, (struct str){ bytes, sizeof bytes });
        struct str out = buf_str(&buf);
        assert_true(text_is_utf8(out));
        assert_true(out.len >= 2 && out.ptr[0] == '"' && out.ptr[out.len - 1] == '"');
        for (size_t i = 1; i + 1 < out.len; i++) {
            assert_true((unsigned char)out.ptr[i] >= 0x20);
            assert_true(out.ptr[i] != '"');
            if (out.ptr[i] == '\\')
                i++;
            assert_true(i + 1 < out.len);
        }
    }
    buf_free(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_follow_each_other),
        cmocka_unit_test(numbers_print_like_printf),
        cmocka_unit_test(the_ceiling_is_exact_and_sticky),
        cmocka_unit_test(a_full_arena_is_no_memory),
        cmocka_unit_test(json_strings),
        cmocka_unit_test(a_json_string_is_whole_or_absent),
        cmocka_unit_test(any_bytes_make_a_valid_json_string),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
