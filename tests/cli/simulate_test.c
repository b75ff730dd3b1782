/* `nudged simulate`: the table, the picture, and an organisation's own numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/office.h"
#include "support/past.h"

static int open_office(void **state)
{
    *state = office_open("T0SIMUL");
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

/* The numbers behind the policy's name in its n-th row. */
static void read_row(const char *text, const char *policy, double *asked, double *later)
{
    double during, late;
    const char *row = strstr(text, policy);
    assert_non_null(row);
    row += strlen(policy);
    assert_int_equal(sscanf(row, "%lf ± %*f %*f %lf ± %*f %lf ± %*f %lf ± %*f", asked, &during,
                         &late, later), 4);
    assert_true(during > 0 && during < 1 && late > 0 && late < 1 && *later > 0 && *later < 1);
}

static void the_same_seed_gives_the_same_table(void **state)
{
    struct office *office = *state;
    const char *words[] = { "simulate", "--people", "20", "--world", "act-r", NULL };
    double asked, later, asked_random, later_random;
    assert_int_equal(office_run(office, words), 0);
    char *first = strdup(office->out);
    assert_int_equal(office_run(office, words), 0);
    assert_string_equal(office->out, first);
    read_row(first, "ACT-R  fsrs ", &asked, &later);
    read_row(first, "\n       random ", &asked_random, &later_random);
    assert_true(asked <= 260 && asked_random <= 260); /* 26 weeks of 5 days, cap 2 */
    assert_true(later > later_random); /* by far: 0.03, with a standard error of 0.004 */
    assert_null(strstr(first, "DSR"));
    assert_int_equal(RUN(office, "simulate", "--people", "20", "--world", "act-r", "--seed", "2"),
        0);
    assert_string_not_equal(office->out, first);
    free(first);
}

static void the_picture_is_a_whole_file(void **state)
{
    struct office *office = *state;
    char file[160];
    snprintf(file, sizeof(file), "%s", office_path(office, "curves.svg"));
    assert_int_equal(RUN(office, "simulate", "--people", "5", "--weeks", "4", "--svg", file), 0);
    const char *text = office_file(office, "curves.svg");
    int lines = 0;
    for (const char *at = text; (at = strstr(at, "<polyline")); at++)
        lines++;
    assert_int_equal(lines, 12);
    assert_int_equal(strncmp(text, "<svg ", 5), 0);
    assert_string_equal(text + strlen(text) - 7, "</svg>\n");
    assert_null(strstr(text, "nan"));
    assert_int_equal(RUN(office, "simulate", "--people", "5", "--weeks", "4", "--svg",
                         "/nowhere/at/all.svg"), 74);
    assert_says(office->err, "/nowhere/at/all.svg: ");
}

static void an_organisation_is_taken_as_it_is(void **state)
{
    struct office *office = *state;
    office_config(office, "");
    char *config = strdup(office_path(office, "nudged.yaml"));
    assert_int_equal(RUN(office, "simulate", "-c", config, "--world", "dsr", "--policy", "fsrs"),
        0);
    assert_says(office->out, "There is no store to read yet: published weights");
    assert_says(office->out, " questions a workday in the busiest weeks");
    assert_says(office->out, "at most 1 question a workday");
    assert_int_equal(RUN(office, "simulate", "-c", config, "--cap", "3", "--weeks", "2"), 0);
    assert_says(office->out, "at most 3 questions a workday for 2 weeks");
    assert_int_equal(RUN(office, "simulate", "-c", "/nowhere/nudged.yaml"), 66);
    free(config);
}

/* 300 histories, all answered, of people who forget by other weights than the published ones. */
static void a_filled_store_is_read(void **state)
{
    struct office *office = *state;
    char *config = strdup(office_path(office, "nudged.yaml"));
    const char *words[] = { "simulate", "-c", config, "--world", "act-r", "--policy", "fsrs",
        NULL };
    int answered, asked, again, right;
    assert_int_equal(RUN(office, "status"), 0); /* makes the database */
    past_put(&(struct past){ .path = office_path(office, "state/nudged.db"), .last_day = 22300,
        .histories = 300, .person_id = 1 });
    assert_int_equal(office_run(office, words), 0);
    assert_int_equal(sscanf(office->out, "From the store: published weights; %d of %d questions "
                         "answered.\nOf %d questions asked again, %d %% were answered right.\n",
                         &answered, &asked, &again, &right), 4);
    assert_true(asked > 2000 && answered == asked && again == asked - 300);
    assert_in_range(right, 60, 95);
    assert_says(office->out, "98 % of questions are answered");
    char *published = strdup(strstr(office->out, "ACT-R "));
    assert_int_equal(RUN(office, "fit"), 0);
    assert_says(office->out, "The candidate is adopted");
    assert_int_equal(office_run(office, words), 0);
    assert_says(office->out, "From the store: fitted weights; ");
    assert_string_not_equal(strstr(office->out, "ACT-R "), published);
    assert_int_equal(RUN(office, "simulate", "-c", config, "--world", "act-r", "--answer-rate",
                         "0.5"), 0);
    assert_says(office->out, "50 % of questions are answered"); /* what is typed goes before */
    office_write(office, "state/nudged.db", "not a database, and longer than its head is");
    assert_int_equal(office_run(office, words), 74);
    assert_says(office->err, "nudged simulate: the store in ");
    assert_string_equal(office->out, "");
    free(published);
    free(config);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_same_seed_gives_the_same_table, open_office, close_office),
        cmocka_unit_test_setup_teardown(the_picture_is_a_whole_file, open_office, close_office),
        cmocka_unit_test_setup_teardown(
            an_organisation_is_taken_as_it_is, open_office, close_office),
        cmocka_unit_test_setup_teardown(a_filled_store_is_read, open_office, close_office),
    };
    return cmocka_run_group_tests_name("simulate", tests, NULL, NULL);
}
