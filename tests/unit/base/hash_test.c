/* SHA-256 against the vectors of FIPS 180-4's examples. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "nudged/base/hash.h"

static void assert_hash(struct str bytes, const char *hex)
{
    struct hash256 hash;
    struct buf buf = buf_heap(64);
    assert_int_equal(hash_sha256(bytes, &hash), OK);
    buf_add_hex(&buf, hash.bytes, sizeof hash.bytes);
    assert_true(str_equal(buf_str(&buf), str_from_z(hex)));
    buf_free(&buf);
}

static void published_vectors(void **state)
{
    (void)state;
    assert_hash(STR_EMPTY, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash(STR("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    char *million = malloc(1000000);
    assert_non_null(million);
    memset(million, 'a', 1000000);
    assert_hash((struct str){ million, 1000000 },
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

static void equality_sees_every_byte(void **state)
{
    (void)state;
    struct hash256 a, b;
    assert_int_equal(hash_sha256(STR("abc"), &a), OK);
    b = a;
    assert_true(hash_equal(&a, &b));
    for (size_t i = 0; i < sizeof b.bytes; i++) {
        b.bytes[i] ^= 1;
        assert_false(hash_equal(&a, &b));
        b.bytes[i] ^= 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors),
        cmocka_unit_test(equality_sees_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
