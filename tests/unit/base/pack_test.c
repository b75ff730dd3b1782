/* What is packed unpacks to itself; damaged bytes end in an error, never in a read outside. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "nudged/base/pack.h"

static const uint64_t uints[] = { 0, 1, 127, 128, 300, 16383, 16384, 1ull << 32, INT64_MAX,
                                  UINT64_MAX };
static const int64_t ints[] = { 0, -1, 1, 63, -64, 64, -65, INT32_MIN, INT64_MAX, INT64_MIN };
static const double doubles[] = { 0.0, -0.0, 1.5, -1e300, 5e-324 };

static void pack_all(struct buf *buf)
{
    for (size_t i = 0; i < COUNT(uints); i++)
        pack_uint(buf, uints[i]);
    for (size_t i = 0; i < COUNT(ints); i++)
        pack_int(buf, ints[i]);
    for (size_t i = 0; i < COUNT(doubles); i++)
        pack_double(buf, doubles[i]);
    pack_str(buf, STR("hello"));
    pack_str(buf, STR_EMPTY);
    pack_uint(buf, 2);
    pack_str(buf, STR("x"));
    pack_str(buf, STR("y"));
}

static void everything_comes_back(void **state)
{
    (void)state;
    struct buf buf = buf_heap(1000);
    pack_all(&buf);
    struct unpack in = unpack_from(buf_str(&buf));
    for (size_t i = 0; i < COUNT(uints); i++)
        assert_true(unpack_uint(&in) == uints[i]);
    for (size_t i = 0; i < COUNT(ints); i++)
        assert_true(unpack_int(&in) == ints[i]);
    for (size_t i = 0; i < COUNT(doubles); i++) {
        double number = unpack_double(&in);
        assert_memory_equal(&number, &doubles[i], sizeof number);
    }
    assert_true(str_equal(unpack_str(&in), STR("hello")));
    assert_true(str_is_empty(unpack_str(&in)));
    assert_int_equal(unpack_count(&in, 2), 2);
    assert_int_equal(unpack_finish(&in), ERR_SYNTAX);      /* two items are left over */
    assert_true(str_equal(unpack_str(&in), STR("x")));
    assert_true(str_equal(unpack_str(&in), STR("y")));
    assert_int_equal(unpack_finish(&in), OK);
    buf_free(&buf);
}

static void the_bytes_are_the_documented_ones(void **state)
{
    (void)state;
    static const char expected[] =
        "\x00\x7f\x80\x01\xac\x02" "\x01\x02" "\x00\x00\x00\x00\x00\x00\xf8\x3f" "\x02hi";
    struct buf buf = buf_heap(100);
    pack_uint(&buf, 0);
    pack_uint(&buf, 127);
    pack_uint(&buf, 128);
    pack_uint(&buf, 300);
    pack_int(&buf, -1);
    pack_int(&buf, 1);
    pack_double(&buf, 1.5);
    pack_str(&buf, STR("hi"));
    assert_int_equal(buf_str(&buf).len, sizeof expected - 1);
    assert_memory_equal(buf_str(&buf).ptr, expected, sizeof expected - 1);
    buf_free(&buf);
}

static void bad_varints_fail(void **state)
{
    (void)state;
    static const struct str rows[] = {
        { "", 0 },
        { "\x80", 1 },                                                  /* cut short */
        { "\x80\x00", 2 },                                              /* padded */
        { "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10 },             /* bit 65 */
        { "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct unpack in = unpack_from(rows[i]);
        assert_true(unpack_uint(&in) == 0);
        assert_true(in.failed);
        assert_true(unpack_int(&in) == 0);
        assert_true(str_is_empty(unpack_str(&in)));
        assert_int_equal(unpack_count(&in, 100), 0);
        assert_int_equal(unpack_finish(&in), ERR_SYNTAX);
    }
}

static void lengths_and_counts_are_not_trusted(void **state)
{
    (void)state;
    struct unpack in = unpack_from(STR("\x05hell"));
    assert_true(str_is_empty(unpack_str(&in)));
    assert_int_equal(unpack_finish(&in), ERR_SYNTAX);
    in = unpack_from(STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" "hell"));
    assert_true(str_is_empty(unpack_str(&in)));
    assert_true(in.failed);
    in = unpack_from(STR("\x03" "ab"));
    assert_int_equal(unpack_count(&in, 10), 0);             /* three items cannot be in two bytes */
    assert_true(in.failed);
    in = unpack_from(STR("\x03" "abc"));
    assert_int_equal(unpack_count(&in, 2), 0);
    assert_true(in.failed);
    in = unpack_from(STR("1234567"));
    double number = unpack_double(&in);
    assert_true(number >= 0 && number <= 0);
    assert_true(in.failed);
}

static void read_all(struct str bytes)
{
    struct unpack in = unpack_from(bytes);
    for (size_t i = 0; i < COUNT(uints); i++)
        (void)unpack_uint(&in);
    for (size_t i = 0; i < COUNT(ints); i++)
        (void)unpack_int(&in);
    for (size_t i = 0; i < COUNT(doubles); i++)
        (void)unpack_double(&in);
    (void)unpack_str(&in);
    (void)unpack_str(&in);
    size_t count = unpack_count(&in, 10);
    assert_true(count <= 10);
    for (size_t i = 0; i < count; i++)
        (void)unpack_str(&in);
    if (bytes.len > 0 && in.failed)
        assert_int_equal(unpack_finish(&in), ERR_SYNTAX);
}

static void no_prefix_and_no_flipped_byte_crashes(void **state)
{
    (void)state;
    struct buf buf = buf_heap(1000);
    pack_all(&buf);
    struct str whole = buf_str(&buf);
    for (size_t len = 0; len < whole.len; len++) {
        char *exact = malloc(len + 1);                      /* so that ASan sees one byte too far */
        assert_non_null(exact);
        memcpy(exact, whole.ptr, len);
        struct str bytes = { exact, len };
        exact = realloc(exact, len ? len : 1);
        assert_non_null(exact);
        bytes.ptr = exact;
        read_all(bytes);
        struct unpack in = unpack_from(bytes);
        while (in.rest.len > 0)
            (void)unpack_uint(&in);
        free(exact);
    }
    for (size_t at = 0; at < whole.len; at++) {
        for (unsigned flip = 1; flip < 256; flip <<= 1) {
            buf.ptr[at] = (char)(buf.ptr[at] ^ (char)flip);
            read_all(buf_str(&buf));
            buf.ptr[at] = (char)(buf.ptr[at] ^ (char)flip);
        }
    }
    buf_free(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_comes_back),
        cmocka_unit_test(the_bytes_are_the_documented_ones),
        cmocka_unit_test(bad_varints_fail),
        cmocka_unit_test(lengths_and_counts_are_not_trusted),
        cmocka_unit_test(no_prefix_and_no_flipped_byte_crashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
