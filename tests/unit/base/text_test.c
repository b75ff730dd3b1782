/* Unicode text against independent readings: UTF-8 byte by byte, the distance by the full
 * matrix. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "nudged/base/arena.h"
#include "nudged/base/limits.h"
#include "nudged/base/text.h"

#define assert_str(s, literal) assert_true(str_equal((s), STR(literal)))

/* An independent reading of RFC 3629: decode loosely, then ask whether it was the shortest form. */
static size_t loose_length(const unsigned char *b, size_t len)
{
    size_t n = b[0] < 0x80 ? 1 : b[0] >> 5 == 6 ? 2 : b[0] >> 4 == 14 ? 3 : b[0] >> 3 == 30 ? 4 : 0;
    if (n == 0 || n > len)
        return 0;
    uint32_t value = n == 1 ? b[0] : b[0] & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if (b[i] >> 6 != 2)
            return 0;
        value = value << 6 | (b[i] & 0x3Fu);
    }
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (value < least[n] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    return n;
}

static size_t encode(uint32_t point, char *out)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t len = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = len; i-- > 1; point >>= 6)
        out[i] = (char)(0x80 | (point & 0x3F));
    out[0] = (char)((0xF00u >> len & 0xFF) | point);
    return len;
}

static void every_sequence_of_up_to_four_bytes(void **state)
{
    (void)state;
    static const unsigned char edges[] = { 0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F,
                                           0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xFF };
    for (unsigned first = 0; first < 256; first++) {
        for (unsigned second = 0; second < 256; second++) {
            for (size_t third = 0; third < COUNT(edges) * COUNT(edges); third++) {
                unsigned char bytes[4] = { (unsigned char)first, (unsigned char)second,
                                           edges[third / COUNT(edges)],
                                           edges[third % COUNT(edges)] };
                size_t expected = 0, step = 0;
                while (expected < 4 && (step = loose_length(bytes + expected, 4 - expected)) > 0)
                    expected += step;
                struct str s = { (const char *)bytes, 4 };
                if (text_invalid_at(s) != expected)
                    fail_msg("%02x %02x %02x %02x", bytes[0], bytes[1], bytes[2], bytes[3]);
            }
        }
    }
}

static void lengths_and_cuts(void **state)
{
    (void)state;
    struct str s = STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z");
    assert_true(text_is_utf8(s));
    assert_true(text_is_utf8(STR_EMPTY));
    assert_false(text_is_utf8(STR("a\xc3")));
    assert_int_equal(text_invalid_at(STR("ab\xff")), 2);
    assert_int_equal(text_length(s), 5);
    assert_int_equal(text_length(STR_EMPTY), 0);
    assert_str(text_cut(s, 3), "a\xc3\xa9\xe2\x82\xac");
    assert_str(text_cut(s, 99), "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z");
    assert_true(str_is_empty(text_cut(s, 0)));
    static const size_t kept[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11 };
    for (size_t max = 0; max < COUNT(kept); max++)
        assert_int_equal(text_cut_bytes(s, max).len, kept[max]);
}

static void normal_form(void **state)
{
    (void)state;
    static const struct { const char *from, *to; } rows[] = {
        { "STRASSE", "strasse" }, { "Stra\u00dfe", "strasse" }, { "\ufb01n", "fin" },
        { "\u00e9t\u00e9", "ete" }, { "\u0130stanbul", "istanbul" }, { "a\u00a0b", "a b" },
        { "  a \t\r\n  b  ", "a b" }, { "don\u2019t", "don't" }, { "don\u00b4t", "don't" },
        { "\u201cyes\u201d", "\"yes\"" }, { "\u00abyes\u00bb", "\"yes\"" },
        { "10\u201320", "10-20" },
        { "10\u201420", "10-20" }, { "\u22125", "-5" }, { "\u0661\u0662\u0663", "123" },
        { "\u06f4\u06f5", "45" }, { "\u0967\u0968", "12" }, { "\uff11\uff12", "12" },
        { "\U0001d7ce\U0001d7d7", "09" }, { "\u0661\u066b\u0665", "1.5" }, { "50\u066a", "50%" },
        { "Yes.", "yes" }, { "Yes!?...", "yes" }, { "yes \u2026", "yes" }, { "yes\u3002", "yes" },
        { "3.5", "3.5" }, { "a, b; c:", "a, b; c" }, { "?!", "" }, { "", "" }, { "   ", "" },
        { "a\u200bb\u00adc", "abc" }, { "a\u2028b", "a b" }, { "\u2163", "iv" },
        { "\uff28\uff45\uff4c\uff4c\uff4f", "hello" }, { "it\uff07s", "it's" }, { "e\u0301", "e" },
        { "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2",
          "\u03c3\u03b9\u03c3\u03c5\u03c6\u03bf\u03c3" },
        { "5\u2033", "5\"" }, { "a\u3000b", "a b" }, { "\u00bd", "1\u20442" },
    };
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str out;
        assert_int_equal(text_normalise(&arena, str_from_z(rows[i].from), false, &out), OK);
        if (!str_equal(out, str_from_z(rows[i].to)))
            fail_msg("%s gave %.*s, not %s", rows[i].from, STR_ARG(out), rows[i].to);
    }
    struct str with, without, out = STR("untouched");
    assert_int_equal(text_normalise(&arena, STR("A\u00f1o"), true, &with), OK);
    assert_int_equal(text_normalise(&arena, STR("an\u0303o"), true, &out), OK);
    assert_true(str_equal(with, out));
    assert_int_equal(text_normalise(&arena, STR("ano"), true, &without), OK);
    assert_false(str_equal(with, without));
    assert_int_equal(text_normalise(&arena, STR("don\u00b4t"), true, &out), OK);
    assert_str(out, "don't");
    assert_int_equal(text_normalise(&arena, STR("a\0b"), false, &out), OK);
    assert_str(out, "a b");
    assert_int_equal(text_normalise(&arena, STR("\xff"), false, &out), ERR_SYNTAX);
    assert_str(out, "a b");
    arena_finish(&arena);
    arena_init(&arena, 0);
    out = STR("untouched");
    assert_int_equal(text_normalise(&arena, STR("a"), false, &out), ERR_NO_MEMORY);
    assert_str(out, "untouched");
    arena_finish(&arena);
}

static void normalising_twice_changes_nothing(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        char bytes[6] = "x";
        if (point >= 0xD800 && point <= 0xDFFF)
            continue;
        struct str s = { bytes, 1 + encode(point, bytes + 1) };
        bytes[s.len++] = 'y';
        struct str once, twice;
        arena_reset(&arena);
        for (int marks = 0; marks < 2; marks++) {
            assert_int_equal(text_normalise(&arena, s, marks, &once), OK);
            assert_true(text_is_utf8(once));
            assert_true(once.len >= 2 && once.ptr[0] == 'x' && once.ptr[once.len - 1] == 'y');
            assert_int_equal(text_normalise(&arena, once, marks, &twice), OK);
            if (!str_equal(once, twice))
                fail_msg("U+%04X: %.*s then %.*s", point, STR_ARG(once), STR_ARG(twice));
        }
    }
    arena_finish(&arena);
}

/* Optimal string alignment straight from its recursive definition, on bytes. */
static size_t plain_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    static size_t cell[40][40];
    for (size_t i = 0; i <= a_len; i++) {
        for (size_t j = 0; j <= b_len; j++) {
            if (i == 0 || j == 0) {
                cell[i][j] = i + j;
                continue;
            }
            size_t best = cell[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            best = cell[i - 1][j] + 1 < best ? cell[i - 1][j] + 1 : best;
            best = cell[i][j - 1] + 1 < best ? cell[i][j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]
                && cell[i - 2][j - 2] + 1 < best)
                best = cell[i - 2][j - 2] + 1;
            cell[i][j] = best;
        }
    }
    return cell[a_len][b_len];
}

static void distance_equals_the_full_matrix(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 40000; round++) {
        char bytes[2][24];
        size_t len[2];
        for (int k = 0; k < 2; k++) {
            seed = seed * 1664525 + 1013904223;
            len[k] = (seed >> 24) % 13;
            for (size_t i = 0; i < len[k]; i++) {
                seed = seed * 1664525 + 1013904223;
                bytes[k][i] = (char)('a' + (seed >> 24) % 3);
            }
        }
        size_t expected = plain_distance(bytes[0], len[0], bytes[1], len[1]);
        struct str a = { bytes[0], len[0] }, b = { bytes[1], len[1] };
        for (size_t limit = 0; limit < 8; limit++)
            assert_int_equal(text_distance(a, b, limit), expected <= limit ? expected : limit + 1);
        assert_int_equal(text_distance(b, a, 100), expected);
    }
}

static void distance_counts_code_points(void **state)
{
    (void)state;
    assert_int_equal(text_distance(STR("caf\u00e9"), STR("cafe"), 5), 1);
    assert_int_equal(text_distance(STR("\U0001f600"), STR("\U0001f601"), 5), 1);
    assert_int_equal(text_distance(STR("ab"), STR("ba"), 5), 1);
    assert_int_equal(text_distance(STR("ca"), STR("abc"), 5), 3);      /* OSA, not full Damerau */
    assert_int_equal(text_distance(STR_EMPTY, STR("abc"), 5), 3);
    assert_int_equal(text_distance(STR_EMPTY, STR_EMPTY, 0), 0);
    static char a[TEXT_DISTANCE_MAX + 1], b[TEXT_DISTANCE_MAX + 1];
    memset(a, 'a', sizeof a);
    memset(b, 'a', sizeof b);
    b[0] = 'b';
    struct str longest_a = { a, TEXT_DISTANCE_MAX }, longest_b = { b, TEXT_DISTANCE_MAX };
    assert_int_equal(text_distance(longest_a, longest_b, 3), 1);
    longest_a.len++;
    longest_b.len++;
    assert_int_equal(text_distance(longest_a, longest_b, 3), 4);    /* too long: exact or nothing */
    assert_int_equal(text_distance(longest_a, longest_a, 3), 0);
}

static void did_you_mean(void **state)
{
    (void)state;
    static const struct str words[] = {
        { "title", 5 }, { "kind", 4 }, { "id", 2 }, { "options", 7 }, { "owner", 5 },
    };
    assert_str(text_nearest(STR("tilte"), words, COUNT(words)), "title");
    assert_str(text_nearest(STR("kidn"), words, COUNT(words)), "kind");
    assert_str(text_nearest(STR("option"), words, COUNT(words)), "options");
    assert_str(text_nearest(STR("optoin"), words, COUNT(words)), "options");
    assert_str(text_nearest(STR("owner"), words, COUNT(words)), "owner");
    assert_str(text_nearest(STR("idd"), words, COUNT(words)), "id");
    assert_true(str_is_empty(text_nearest(STR("xyz"), words, COUNT(words))));
    assert_true(str_is_empty(text_nearest(STR("q"), words, COUNT(words))));
    assert_true(str_is_empty(text_nearest(STR_EMPTY, words, COUNT(words))));
    assert_true(str_is_empty(text_nearest(STR("title"), NULL, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sequence_of_up_to_four_bytes),
        cmocka_unit_test(lengths_and_cuts),
        cmocka_unit_test(normal_form),
        cmocka_unit_test(normalising_twice_changes_nothing),
        cmocka_unit_test(distance_equals_the_full_matrix),
        cmocka_unit_test(distance_counts_code_points),
        cmocka_unit_test(did_you_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
