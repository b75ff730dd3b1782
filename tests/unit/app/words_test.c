/* Small promises of the app: weeks as typed, exit codes, one owner of a folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/state.h"
#include "nudged/app/service.h"

static void test_weeks(void **state)
{
    static const char *const bad[] = { "2031", "2031-10", "2031-W0", "2031-W54", "2031-W53",
        "W10", "2031-W", "2031-Wten", "1969-W10", "2031-W10x", "-W10", "2031-W-1" };
    struct iso_week week;
    int32_t monday = -7;
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        if (week_parse(str_from_z(bad[i]), 22345, &monday) || monday != -7)
            fail_msg("%s was taken for a week", bad[i]);
    assert_true(week_parse(STR("2032-W53"), 22345, &monday));   /* a year that has it */
    week = iso_week_of(monday);
    assert_true(week.year == 2032 && week.week == 53 && weekday_of(monday) == 0);
    assert_true(week_parse(STR_EMPTY, monday + 6, &monday));    /* on its Sunday: the one before */
    assert_int_equal(iso_week_of(monday).week, 52);
}

static void test_exit_codes(void **state)
{
    static const struct { enum err err; int code; } rows[] = {
        { OK, 0 }, { ERR_NOT_FOUND, 66 }, { ERR_INVALID, 65 }, { ERR_BUSY, 75 },
        { ERR_DB_BUSY, 75 }, { ERR_FORBIDDEN, 77 }, { ERR_DB_NEWER, 78 }, { ERR_DB_FULL, 74 },
        { ERR_DB_IO, 74 }, { ERR_DB_CORRUPT, 74 }, { ERR_IO, 74 }, { ERR_INTERNAL, 70 },
        { ERR_NO_MEMORY, 71 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(app_exit_code(rows[i].err), rows[i].code);
}

static void test_lock(void **state)
{
    char folder[] = "/tmp/nudged-lock-XXXXXX";
    struct stat about;
    struct arena arena;
    int first = -1, second = -1;
    (void)state;
    arena_init(&arena, 1 << 16);
    assert_non_null(mkdtemp(folder));
    struct str inner = str_format(&arena, "%s/state", folder);
    assert_int_equal(lock_take(inner, &arena, &first), OK);
    assert_int_equal(stat(str_z(&arena, inner), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0700);
    assert_int_equal(lock_take(inner, &arena, &second), ERR_BUSY);
    assert_int_equal(second, -1);
    lock_release(first);
    assert_int_equal(lock_take(inner, &arena, &second), OK);
    lock_release(second);
    struct str lock = str_format(&arena, "%.*s/lock", STR_ARG(inner));
    assert_int_equal(lock_take(str_format(&arena, "%.*s/x", STR_ARG(lock)), &arena, &second),
        ERR_EXISTS);
    assert_int_equal(lock_take(str_format(&arena, "%s/no/where", folder), &arena, &second),
        ERR_NOT_FOUND);
    (void)unlink(str_z(&arena, lock));
    assert_int_equal(symlink("/etc/passwd", str_z(&arena, lock)), 0);
    assert_int_not_equal(lock_take(inner, &arena, &second), OK);        /* never through a link */
    (void)unlink(str_z(&arena, lock));
    (void)rmdir(str_z(&arena, inner));
    (void)rmdir(folder);
    arena_finish(&arena);
}

static void keep_line(void *arg, struct str line)
{
    (void)snprintf(arg, 512, "%.*s", STR_ARG(line));
}

/* What a server or a library says must not make a second line, or a field that nobody wrote. */
static void test_words_of_others_in_the_log(void **state)
{
    static const struct platform platform = { .name = "slack" };
    static struct app app;
    char line[512], many[400];
    (void)state;
    app.options = (struct app_options){ .log = keep_line, .arg = line };
    app.platform = &platform;
    log_link(&app, "opening", "waiting", STR("a\" err=ok x=\"\r\nnote=\xff\x7f\\ \xc3\xa9"));
    assert_string_equal(line, "note=link platform=slack from=opening to=waiting "
                              "detail=\"a' err=ok x='''note=''' \xc3\xa9\"");
    app.options.log_json = true;
    log_link(&app, "a", "b", STR("\xff\"}\n"));
    assert_string_equal(line, "{\"note\":\"link\",\"platform\":\"slack\",\"from\":\"a\","
                              "\"to\":\"b\",\"detail\":\"''}'\"}");
    app.options.log_json = false;
    memset(many, 'x', sizeof(many));
    log_link(&app, "a", "b", (struct str){ many, sizeof(many) });
    assert_int_equal(line[strlen(line) - 1], '"');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weeks),
        cmocka_unit_test(test_words_of_others_in_the_log),
        cmocka_unit_test(test_exit_codes),
        cmocka_unit_test(test_lock),
    };
    return cmocka_run_group_tests_name("app_words", tests, NULL, NULL);
}
