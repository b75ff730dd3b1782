/* The arena: zeroed, aligned, disjoint, bounded, and back to one chunk after a turn. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "nudged/base/arena.h"

/* Like the real allocator, AddressSanitizer's shall answer an absurd size with NULL. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static bool is_zero(const unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i])
            return false;
    return true;
}

static void memory_is_zeroed_aligned_and_disjoint(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 8 << 20);
    for (int turn = 0; turn < 3; turn++) {
        unsigned char *all[2000];
        for (size_t i = 0; i < COUNT(all); i++) {
            size_t bytes = i * 7 % 1500;
            all[i] = arena_alloc(&arena, bytes);
            assert_non_null(all[i]);
            assert_int_equal((uintptr_t)all[i] % _Alignof(max_align_t), 0);
            assert_true(is_zero(all[i], bytes));
            memset(all[i], (int)(i % 250 + 1), bytes);
        }
        for (size_t i = 0; i < COUNT(all); i++)
            for (size_t j = 0; j < i * 7 % 1500; j++)
                assert_int_equal(all[i][j], i % 250 + 1);
        assert_false(arena_failed(&arena));
        arena_reset(&arena);
        assert_int_equal(arena.used_bytes, 0);
    }
    arena_finish(&arena);
    assert_null(arena.newest);
}

static void the_ceiling_is_sticky_until_reset(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 100000);
    assert_non_null(arena_alloc(&arena, 60000));
    assert_null(arena_alloc(&arena, 60000));
    assert_true(arena_failed(&arena));
    assert_null(arena_alloc(&arena, 1));
    arena_reset(&arena);
    assert_false(arena_failed(&arena));
    assert_non_null(arena_alloc(&arena, 99984));
    assert_null(arena_alloc(&arena, 17));
    arena_finish(&arena);

    arena_init(&arena, 0);
    assert_null(arena_alloc(&arena, 1));
    arena_finish(&arena);
}

static void absurd_sizes_fail_instead_of_wrapping(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    assert_null(arena_alloc(&arena, SIZE_MAX));
    arena_reset(&arena);
    assert_null(arena_alloc(&arena, SIZE_MAX - 100));
    arena_reset(&arena);
    assert_null(arena_array(&arena, uint64_t, SIZE_MAX / 8 + 2));       /* wraps to eight bytes */
    assert_true(arena_failed(&arena));
    arena_reset(&arena);
    uint64_t *numbers = arena_array(&arena, uint64_t, 10);
    assert_non_null(numbers);
    assert_true(numbers[9] == 0);
    struct str_pair { void *a, *b; } *pair = arena_new(&arena, struct str_pair);
    assert_non_null(pair);
    assert_null(pair->b);
    arena_finish(&arena);
}

static void growing_keeps_the_bytes(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    unsigned char *grown = arena_grow(&arena, NULL, 0, 10);
    memset(grown, 7, 10);
    unsigned char *in_place = arena_grow(&arena, grown, 10, 5000);
    assert_ptr_equal(in_place, grown);
    assert_true(is_zero(in_place + 10, 4990));
    assert_int_equal(in_place[9], 7);
    assert_non_null(arena_alloc(&arena, 1));            /* no longer the newest */
    memset(in_place, 9, 5000);
    unsigned char *moved = arena_grow(&arena, in_place, 5000, 6000);
    assert_ptr_not_equal(moved, in_place);
    assert_int_equal(moved[4999], 9);
    assert_true(is_zero(moved + 5000, 1000));
    unsigned char *far = arena_grow(&arena, moved, 6000, 300000);   /* beyond its chunk */
    assert_int_equal(far[4999], 9);
    assert_ptr_equal(arena_grow(&arena, far, 300000, 200), far);
    assert_null(arena_grow(&arena, far, 300000, 2 << 20));
    assert_true(arena_failed(&arena));
    assert_null(arena_grow(&arena, far, 300000, 300001));
    arena_finish(&arena);
}

static void copying(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 64);
    const char *copy = arena_copy(&arena, "abc", 4);
    assert_string_equal(copy, "abc");
    assert_non_null(arena_copy(&arena, NULL, 0));
    assert_null(arena_copy(&arena, "abc", 64));
    arena_finish(&arena);
}

static void a_reset_keeps_one_small_chunk(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 64 << 20);
    unsigned char *first = arena_alloc(&arena, 100);
    memset(first, 1, 100);
    assert_non_null(arena_alloc(&arena, 1 << 20));
    assert_non_null(arena_alloc(&arena, 4 << 20));
    arena_reset(&arena);
    assert_non_null(arena.newest);
    unsigned char *again = arena_alloc(&arena, 100);
    assert_ptr_equal(again, first);
    assert_true(is_zero(again, 100));
    arena_finish(&arena);
    /* a first request above the small chunk's size leaves nothing behind */
    assert_non_null(arena_alloc(&arena, 1 << 20));
    arena_reset(&arena);
    assert_null(arena.newest);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_disjoint),
        cmocka_unit_test(the_ceiling_is_sticky_until_reset),
        cmocka_unit_test(absurd_sizes_fail_instead_of_wrapping),
        cmocka_unit_test(growing_keeps_the_bytes),
        cmocka_unit_test(copying),
        cmocka_unit_test(a_reset_keeps_one_small_chunk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
