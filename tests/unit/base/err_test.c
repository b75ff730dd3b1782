/* Every error has a name, a text and a policy; a number that is none is our own mistake. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "nudged/base/err.h"

static void every_error_has_its_row(void **state)
{
    (void)state;
    for (int i = 0; i < ERR_COUNT; i++) {
        assert_true(strlen(err_name((enum err)i)) >= 2);
        assert_true(strlen(err_text((enum err)i)) >= 2);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(err_name((enum err)i), err_name((enum err)j));
    }
    assert_int_equal(OK, 0);
    assert_string_equal(err_name(OK), "OK");
    assert_string_equal(err_name(ERR_RATE_LIMITED), "RATE_LIMITED");
    assert_string_equal(err_text(ERR_RATE_LIMITED), "the platform asked us to wait");
}

static void policies_follow_the_map(void **state)
{
    (void)state;
    assert_int_equal(err_policy_of(OK), ERR_POLICY_NONE);
    assert_int_equal(err_policy_of(ERR_TIMEOUT), ERR_POLICY_RETRY);
    assert_int_equal(err_policy_of(ERR_TOO_BIG), ERR_POLICY_GIVE_UP);
    assert_int_equal(err_policy_of(ERR_DB_IO), ERR_POLICY_STOP);
}

static void a_number_outside_is_internal(void **state)
{
    (void)state;
    assert_string_equal(err_name((enum err)ERR_COUNT), "INTERNAL");
    assert_string_equal(err_name((enum err)-1), "INTERNAL");
    assert_int_equal(err_policy_of((enum err)12345), ERR_POLICY_STOP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_its_row),
        cmocka_unit_test(policies_follow_the_map),
        cmocka_unit_test(a_number_outside_is_internal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
