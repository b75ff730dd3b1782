/* The nightly backup: once a night, a whole store each, as many as are to be kept; and what is
 * heard when it fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "support/play_state.h"

enum { KEPT = 3 };

static struct play *with_backups(bool folder_is_there)
{
    struct play *play = play_state_new(&(struct play_setup){ .start = "2031-03-03T06:00:00Z" });
    const char *folder = play_state_path(play, "nights");
    if (folder_is_there)
        assert_int_equal(mkdir(folder, 0700), 0);
    play->config.backup_folder = str_from_z(folder);
    play->config.backup_keep = KEPT;
    return play;
}

static ino_t file_of(struct play *play, int day)
{
    char name[64];
    struct stat about;
    snprintf(name, sizeof(name), "nights/nudged-2031-03-%02d.db", day);
    return stat(play_state_path(play, name), &about) ? 0 : about.st_ino;
}

static int files(struct play *play)
{
    int count = 0;
    DIR *dir = opendir(play_state_path(play, "nights"));
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

/* Berlin: two in the morning is one o'clock UTC. */
static void once_a_night_and_the_newest_are_kept(void **state)
{
    (void)state;
    struct play *play = with_backups(true);
    play_until(play, "2031-03-03T22:59:00Z");
    for (int day = 4; day <= 9; day++) {
        char at[32];
        snprintf(at, sizeof(at), "2031-03-%02dT00:55:00Z", day);
        play_until(play, at);
        assert_int_equal(file_of(play, day), 0);
        snprintf(at, sizeof(at), "2031-03-%02dT02:05:00Z", day);
        play_until(play, at);
        ino_t file = file_of(play, day);
        assert_true(file);
        snprintf(at, sizeof(at), "2031-03-%02dT22:55:00Z", day);
        play_until(play, at);
        assert_true(file_of(play, day) == file);    /* not once more, by no hour of the day */
        assert_int_equal(files(play), day - 2 < KEPT ? day - 2 : KEPT);
    }
    assert_true(file_of(play, 7) && file_of(play, 8) && file_of(play, 9));
    const char *newest = play_state_path(play, "nights/nudged-2031-03-09.db");
    assert_true(play_state_number(newest, "SELECT count(*) FROM person") > 0);
    assert_true(play_state_number(newest, "SELECT copied_ms FROM upkeep") > 0);
    assert_int_equal(play_count(play, "UOLGA", "backup"), 0);
    play_state_free(play);
}

static bool status_says(struct play *play, const char *words)
{
    return str_contains(play_control(play, "{\"do\":\"status\"}"), str_from_z(words));
}

static void a_failure_is_told_and_so_is_its_end(void **state)
{
    (void)state;
    struct play *play = with_backups(false);
    assert_false(status_says(play, "the nightly backup"));
    play_until(play, "2031-03-03T07:10:00Z"); /* last night's is missing, so at once */
    assert_true(status_says(play, "degraded: the nightly backup could not be written to "));
    assert_int_equal(play_count(play, "UOLGA", "the nightly backup could not be written"), 1);
    play_until(play, "2031-03-04T07:00:00Z");
    assert_int_equal(play_count(play, "UOLGA", "the nightly backup could not be written"), 1);
    assert_int_equal(mkdir(play_state_path(play, "nights"), 0700), 0);
    play_for(play, MINUTES(70));
    assert_true(file_of(play, 4));
    assert_false(status_says(play, "the nightly backup"));
    assert_int_equal(play_count(play, "UOLGA", "The nightly backup had failed."), 1);
    play_state_free(play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(once_a_night_and_the_newest_are_kept),
        cmocka_unit_test(a_failure_is_told_and_so_is_its_end),
    };
    return cmocka_run_group_tests_name("backup", tests, NULL, NULL);
}
