/* `nudged fit` as an operator types it: without a daemon, beside one, and what it prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/office.h"
#include "support/past.h"

enum { LAST_DAY = 22300 };

static int open_office(void **state)
{
    *state = office_open("T0FIT");
    return 0;
}

static int close_office(void **state)
{
    office_close(*state);
    return 0;
}

static void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void put_past(struct office *office, int histories)
{
    assert_int_equal(RUN(office, "status"), 0);         /* makes the database */
    past_put(&(struct past){ .path = office_path(office, "state/nudged.db"), .last_day = LAST_DAY,
        .histories = histories, .person_id = 1 });
}

static void test_before_there_is_anything(void **state)
{
    struct office *office = *state;
    assert_int_equal(RUN(office, "fit", "--dry-run"), 66);
    assert_says(office->err, "there is no store in ");
    assert_string_equal(office->out, "");
    assert_int_equal(RUN(office, "fit", "--list"), 66);
    assert_int_equal(RUN(office, "status"), 0);
    assert_says(office->out, "weights: the published ones of FSRS-6\n");
    assert_int_equal(RUN(office, "fit", "--dry-run"), 0);
    assert_says(office->out, "Too few answers");
    assert_int_equal(RUN(office, "fit"), 0);
    assert_says(office->out, "Too few answers");
    assert_int_equal(RUN(office, "fit", "--list"), 0);
    assert_says(office->out, "no weights were learnt so far");
    assert_int_equal(RUN(office, "fit", "--revert"), 0);
    assert_says(office->out, "nothing to take back: weights: the published ones");
    assert_int_equal(RUN(office, "fit", "--revert", "--list"), 64);
    assert_int_equal(RUN(office, "fit", "now"), 64);
}

static void test_without_a_daemon(void **state)
{
    struct office *office = *state;
    put_past(office, 300);
    assert_int_equal(RUN(office, "fit", "--dry-run"), 0);
    if (getenv("SHOW"))
        printf("%s", office->out);
    static const char *const parts[] = { "answers           2,", "learnt from       1,",
        "rare gaps left out", "held out          ", "on, which nothing was learnt from",
        "  constant       0.",
        "  in use         0.", "the published weights of FSRS-6", "  candidate      0.",
        "candidate better by 0.", " \xc2\xb1 0.0", " than in use\n", " than constant\n",
        "The candidate would be adopted: better than the weights in use and than a constant.\n" };
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        assert_says(office->out, parts[i]);
    assert_int_equal(RUN(office, "fit", "--list"), 0);
    assert_says(office->out, "no weights were learnt so far");         /* it was dry */
    assert_int_equal(RUN(office, "fit"), 0);
    assert_says(office->out, "The candidate is adopted");
    assert_int_equal(RUN(office, "status"), 0);
    assert_says(office->out, "weights: fitted on ");
    assert_int_equal(RUN(office, "fit", "--dry-run"), 0);
    assert_says(office->out, "fit 1\n");
    assert_says(office->out, "would not be adopted: it is no better than the weights in use.");
    assert_int_equal(RUN(office, "fit", "--revert"), 0);
    assert_says(office->out, "weights: the published ones of FSRS-6\n");
    assert_int_equal(RUN(office, "fit", "--list"), 0);
    if (getenv("SHOW"))
        printf("%s", office->out);
    assert_says(office->out, "operator  adopted ");
    assert_says(office->out, "taken back: fit 1; in force again: the published weights\n");
}

static void test_beside_a_daemon(void **state)
{
    struct office *office = *state;
    put_past(office, 300);
    office_start(office, "2031-03-03T08:00:00Z", "1");
    assert_true(office_until(office, "log", "\"to\":\"connected\""));
    assert_int_equal(RUN(office, "fit", "--dry-run"), 0);
    assert_says(office->out, "The candidate would be adopted");
    assert_int_equal(RUN(office, "fit"), 0);
    assert_says(office->out, "The candidate is adopted");
    assert_says(office_file(office, "log"), "\"note\":\"fit\",\"cause\":\"operator\"");
    assert_says(office->text, "\"adopted\":\"1\"");
    assert_true(office_status_says(office, "weights: fitted on 2031-03-03 from 2"));
    assert_int_equal(office_stop(office, SIGKILL), 128 + SIGKILL);
    office_start(office, "2031-03-03T09:00:00Z", "1");
    assert_true(office_status_says(office, "weights: fitted on 2031-03-03 from 2"));
    assert_int_equal(RUN(office, "fit", "--revert"), 0);
    assert_says(office->out, "weights: the published ones");
    assert_int_equal(office_stop(office, SIGTERM), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_office, close_office)
    const struct CMUnitTest tests[] = {
        TEST(test_before_there_is_anything),
        TEST(test_without_a_daemon),
        TEST(test_beside_a_daemon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
