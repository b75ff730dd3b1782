/* The list of faults keeps the first screenful and counts the rest. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "nudged/base/fault.h"

static void the_first_fifty_are_kept_and_all_are_counted(void **state)
{
    (void)state;
    struct arena arena;
    struct faults faults;
    arena_init(&arena, 1 << 20);
    faults_init(&faults, &arena);
    assert_false(faults_have_errors(&faults));
    for (int i = 0; i < 120; i++) {
        char sentence[32];
        int len = snprintf(sentence, sizeof sentence, "sentence %d", i);
        faults_add(&faults, (struct fault){
            .severity = i % 3 ? FAULT_ERROR : FAULT_WARNING,
            .file = STR("deck.yaml"), .line = i + 1, .column = 2, .path = STR("prompts[0]"),
            .sentence = { sentence, (size_t)len },
        });
        memset(sentence, '!', sizeof sentence);                 /* the list has its own copy */
    }
    assert_int_equal(faults.count, FAULTS_MAX);
    assert_int_equal(faults.errors, 80);
    assert_int_equal(faults.warnings, 40);
    assert_true(faults_have_errors(&faults));
    assert_true(str_equal(faults.items[49].sentence, STR("sentence 49")));
    assert_true(str_equal(faults.items[7].file, STR("deck.yaml")));
    assert_true(str_equal(faults.items[7].path, STR("prompts[0]")));
    assert_true(str_is_empty(faults.items[7].source));
    assert_int_equal(faults.items[7].line, 8);
    arena_finish(&arena);
}

static void warnings_alone_are_no_errors(void **state)
{
    (void)state;
    struct arena arena;
    struct faults faults;
    arena_init(&arena, 0);                                      /* full from the start */
    faults_init(&faults, &arena);
    faults_add(&faults, (struct fault){ .severity = FAULT_WARNING, .sentence = STR("mind this") });
    assert_false(faults_have_errors(&faults));
    assert_int_equal(faults.warnings, 1);
    assert_int_equal(faults.count, 1);
    assert_true(str_is_empty(faults.items[0].sentence));
    assert_true(arena_failed(&arena));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_fifty_are_kept_and_all_are_counted),
        cmocka_unit_test(warnings_alone_are_no_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
