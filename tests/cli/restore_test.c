/* The real program and its files: an upgrade from the first schema, a backup, what is said about a
 * sound, a damaged and a missing one, and going back to it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/office.h"

static const char day_1[] = "2031-03-03T08:00:00Z";

static int open_office(void **state)
{
    *state = office_open("T0FIRST");
    return 0;
}

static int close_office(void **state)
{
    office_close(*state);
    return 0;
}

static void assert_says(const char *text, const char *what)
{
    if (!strstr(text, what))
        print_message("\"%s\" is not in:\n%s\n", what, text);
    assert_non_null(strstr(text, what));
}

static void damage(const char *path)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 2 * 4096, SEEK_SET), 0);
    for (int i = 0; i < 3000; i++)
        assert_int_equal(fputc(0xa5, file), 0xa5);
    assert_int_equal(fclose(file), 0);
}

static void test_checked_and_put_back(void **state)
{
    struct office *office = *state;
    office_start(office, day_1, "1");
    assert_true(office_until(office, "log", "\"to\":\"connected\""));
    assert_int_equal(RUN(office, "resume"), 0);
    assert_int_equal(RUN(office, "backup", "copy.db"), 0);
    assert_true(office_status_says(office, "last backup: 2031-03-03T"));
    assert_int_equal(RUN(office, "restore", "--verify", "copy.db"), 0);
    assert_says(office->out, "copy.db is sound: schema ");
    assert_says(office->out, "It holds 4 people, ");
    assert_says(office->out, "The backup was begun at 2031-03-03T");
    assert_int_equal(RUN(office, "restore", "copy.db"), 75);
    assert_says(office->err, "a daemon is running here; stop it first");
    assert_int_equal(office_stop(office, SIGTERM), 0);
    assert_int_equal(RUN(office, "restore", "copy.db"), 0);
    assert_says(office->out, "which is kept as ");
    assert_says(office->out, "Nothing is sent from it until you start the daemon");
    office_start(office, "2031-03-05T08:00:00Z", "1");
    assert_true(office_status_says(office, "sending: off; a restored store waits"));
    assert_says(office->out, "an older copy of the database was put back");
    assert_true(office_until(office, "log", "an older copy of the database was put back"));
    assert_int_equal(RUN(office, "resume"), 0);
    assert_true(office_status_says(office, "sending: on"));
    assert_int_equal(office_stop(office, SIGTERM), 0);
}

static void test_what_is_no_backup(void **state)
{
    struct office *office = *state;
    assert_int_equal(RUN(office, "backup", "copy.db"), 0);
    damage(office_path(office, "copy.db"));
    assert_int_equal(RUN(office, "restore", "--verify", "copy.db"), 65);
    assert_says(office->err, "copy.db is damaged");
    assert_int_equal(RUN(office, "restore", "copy.db"), 65);
    assert_int_equal(RUN(office, "restore", "--verify", "none.db"), 66);
    assert_says(office->err, "there is no file none.db");
    office_write(office, "words.db", "this is not a database, and longer than a header is, by far, "
                                     "so that it is read as one and found out");
    assert_int_equal(RUN(office, "restore", "--verify", "words.db"), 65);
    assert_int_equal(RUN(office, "restore", "state/nudged.db"), 65); /* the database itself */
    assert_int_equal(access(office_path(office, "copy.db-wal"), F_OK), -1);
}

static void test_an_upgrade_is_told(void **state)
{
    static char schema[64 << 10];
    struct office *office = *state;
    sqlite3 *db = NULL;
    FILE *file = fopen(SOURCE_DIR "/src/store/sql/schema/0001_first.sql", "r");
    assert_non_null(file);
    size_t len = fread(schema, 1, sizeof(schema) - 1, file);
    fclose(file);
    schema[len] = '\0';
    assert_int_equal(RUN(office, "status"), 0); /* makes the folder */
    char *path = office_path(office, "state/nudged.db");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(office_path(office, "state/epoch")), 0);
    path = office_path(office, "state/nudged.db");
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, schema, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 1", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(RUN(office, "status"), 0);
    assert_says(office->err, "the database was brought forward from schema 1");
    assert_says(office->err, "nudged.db.before-0002");
    struct stat status;
    assert_int_equal(stat(office_path(office, "state/nudged.db.before-0002"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    path = office_path(office, "state/nudged.db");
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 77", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(RUN(office, "status"), 78);
    assert_says(office->err, "it has schema 77, this version knows up to ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_checked_and_put_back, open_office, close_office),
        cmocka_unit_test_setup_teardown(test_what_is_no_backup, open_office, close_office),
        cmocka_unit_test_setup_teardown(test_an_upgrade_is_told, open_office, close_office),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
