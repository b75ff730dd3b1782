/* Where tokens come from, which place wins, and what is no token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nudged/app/service.h"
#include "nudged/base/limits.h"

#define NAME "some_token"

struct place {
    char folder[64], file[80];
    struct arena arena;
    struct str token, note;
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    assert_non_null(place);
    strcpy(place->folder, "/tmp/nudged-secrets-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->file, sizeof(place->file), "%s/" NAME, place->folder);
    arena_init(&place->arena, 1 << 20);
    unsetenv("CREDENTIALS_DIRECTORY");
    unsetenv("SOME_TOKEN_FILE");
    unsetenv("SOME_TOKEN");
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    (void)unlink(place->file);
    assert_int_equal(rmdir(place->folder), 0);
    arena_finish(&place->arena);
    free(place);
    return 0;
}

static void write_token(const struct place *place, const char *bytes, size_t len, mode_t mode)
{
    (void)unlink(place->file);
    int fd = open(place->file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static enum err read_token(struct place *place)
{
    place->token = STR("untouched");
    return secret_read(NAME, &place->arena, &place->token, &place->note);
}

static void the_first_place_wins(void **state)
{
    struct place *place = *state;
    assert_int_equal(read_token(place), ERR_NOT_FOUND);
    assert_true(str_contains(place->note, STR("LoadCredential=some_token")));
    setenv("SOME_TOKEN", " xapp-of-the-environment\n", 1);
    assert_int_equal(read_token(place), OK);
    assert_true(str_equal(place->token, STR("xapp-of-the-environment")));
    assert_true(str_contains(place->note, STR("is safer")));
    assert_false(str_contains(place->note, place->token));
    write_token(place, "xapp-of-a-file\n", 15, 0600);
    setenv("SOME_TOKEN_FILE", place->file, 1);
    assert_int_equal(read_token(place), OK);
    assert_true(str_equal(place->token, STR("xapp-of-a-file")) && !place->note.len);
    setenv("SOME_TOKEN_FILE", "/nowhere", 1);
    assert_int_equal(read_token(place), ERR_NOT_FOUND);     /* named, so nothing else will do */
    setenv("CREDENTIALS_DIRECTORY", place->folder, 1);
    assert_int_equal(read_token(place), OK);
    assert_true(str_equal(place->token, STR("xapp-of-a-file")));
    setenv("CREDENTIALS_DIRECTORY", "/nowhere", 1);
    unsetenv("SOME_TOKEN_FILE");
    assert_int_equal(read_token(place), OK);
    assert_true(str_equal(place->token, STR("xapp-of-the-environment")));
}

static void a_file_that_others_read_is_refused(void **state)
{
    static const struct { mode_t mode; enum err err; } modes[] = { { 0600, OK }, { 0400, OK },
        { 0640, OK }, { 0644, ERR_REFUSED }, { 0604, ERR_REFUSED }, { 0660, ERR_REFUSED },
        { 0602, ERR_REFUSED } };
    struct place *place = *state;
    setenv("SOME_TOKEN_FILE", place->file, 1);
    for (size_t i = 0; i < COUNT(modes); i++) {
        write_token(place, "xoxb-1", 6, modes[i].mode);
        assert_int_equal(read_token(place), modes[i].err);
        assert_true(modes[i].err == OK || str_contains(place->note, STR("chmod 600")));
        assert_true(str_equal(place->token, modes[i].err ? STR("untouched") : STR("xoxb-1")));
    }
}

static void what_is_no_token_is_refused(void **state)
{
    static const struct { struct str bytes; enum err err; } files[] = {
        { STR_INIT(""), ERR_INVALID }, { STR_INIT(" \r\n"), ERR_INVALID },
        { STR_INIT("two words"), ERR_INVALID }, { STR_INIT("a\r\nEvil: b"), ERR_INVALID },
        { STR_INIT("a\0b"), ERR_INVALID }, { STR_INIT("caf\xc3\xa9"), ERR_INVALID },
        { STR_INIT("x\x7f"), ERR_INVALID },
    };
    struct place *place = *state;
    char longest[TOKEN_BYTES_MAX + 2];
    setenv("SOME_TOKEN_FILE", place->file, 1);
    for (size_t i = 0; i < COUNT(files); i++) {
        write_token(place, files[i].bytes.ptr, files[i].bytes.len, 0600);
        assert_int_equal(read_token(place), files[i].err);
        assert_true(str_equal(place->token, STR("untouched")) && place->note.len);
        assert_false(str_contains(place->note, STR("Evil")));
    }
    memset(longest, 'x', sizeof(longest));
    write_token(place, longest, TOKEN_BYTES_MAX, 0600);
    assert_int_equal(read_token(place), OK);
    assert_int_equal(place->token.len, TOKEN_BYTES_MAX);
    write_token(place, longest, sizeof(longest), 0600);
    assert_int_equal(read_token(place), ERR_TOO_BIG);
    setenv("SOME_TOKEN_FILE", place->folder, 1);
    assert_int_not_equal(read_token(place), OK);            /* a folder */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_place_wins, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_others_read_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_token_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
