/* Told to stop while requests hang: nothing new is begun, and it does not wait for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/office.h"

enum { DRAIN_MS_MAX = 10000, START_MS = 20000 };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static void rest_ms(int ms)
{
    struct timespec span = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
    nanosleep(&span, NULL);
}

static int64_t ask_db(struct office *office, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t value = -1;
    if (sqlite3_open_v2(office_path(office, "state/nudged.db"), &db, SQLITE_OPEN_READONLY, NULL) ==
            SQLITE_OK && sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

/* The workspace takes connections and answers nothing while nobody lives its loop. */
static bool waits_for(struct office *office, const char *words)
{
    for (int64_t end = now_ms() + START_MS; now_ms() < end; rest_ms(5))
        if (strstr(office_file(office, "log"), words))
            return true;
    return false;
}

static void what_hangs_holds_nobody_up_and_nothing_new_is_begun(void **state)
{
    struct office *office = office_open("T0FIRST");
    int status = -1;
    (void)state;
    assert_int_equal(RUN(office, "resume"), 0);
    office_start(office, "2031-03-04T09:29:00Z", "150");
    assert_true(office_until(office, "log", "\"why\":\"members\""));
    assert_true(waits_for(office, "\"notice\""));
    rest_ms(100);                               /* it is claimed and on its way */
    assert_int_equal(kill(office->daemon, SIGTERM), 0);
    int64_t told = now_ms();
    rest_ms(300);
    int64_t claimed = ask_db(office, "SELECT count(*) FROM delivery WHERE state = 2");
    int64_t rows = ask_db(office, "SELECT count(*) FROM delivery");
    assert_in_range(claimed, 1, 2);             /* the others' slots come while it drains */
    while (waitpid(office->daemon, &status, WNOHANG) == 0 && now_ms() < told + 3 * DRAIN_MS_MAX)
        rest_ms(20);
    int64_t took_ms = now_ms() - told;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    office->daemon = 0;
    assert_in_range(took_ms, DRAIN_MS_MAX / 2, DRAIN_MS_MAX + 1000);
    assert_int_equal(ask_db(office, "SELECT count(*) FROM delivery WHERE state = 2"), claimed);
    assert_int_equal(ask_db(office, "SELECT count(*) FROM delivery"), rows);
    assert_int_equal(ask_db(office, "SELECT sum(attempts) FROM delivery"), claimed);
    office_close(office);
}

/* With nothing under way it stops at once. */
static void nothing_under_way_ends_at_once(void **state)
{
    struct office *office = office_open("T0FIRST");
    (void)state;
    office_start(office, "2031-03-04T20:00:00Z", "1");
    assert_true(office_until(office, "log", "\"link_up\""));
    office_live(office, 300);
    int64_t told = now_ms();
    assert_int_equal(office_stop(office, SIGTERM), 0);
    assert_in_range(now_ms() - told, 0, 3000);
    office_close(office);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_hangs_holds_nobody_up_and_nothing_new_is_begun),
        cmocka_unit_test(nothing_under_way_ends_at_once),
    };
    return cmocka_run_group_tests_name("drain", tests, NULL, NULL);
}
