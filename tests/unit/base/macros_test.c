/* A broken promise ends the process before it can write anything. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nudged/base/macros.h"

static void a_kept_promise_does_nothing(void **state)
{
    (void)state;
    int counted = 0;
    REQUIRE(++counted == 1);
    assert_int_equal(counted, 1);
    const int three[3] = { 0 };
    assert_int_equal(COUNT(three), 3);
    assert_int_equal(three[0], 0);
}

static void a_broken_promise_aborts_and_says_which(void **state)
{
    (void)state;
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit no_core = { 0, 0 };
        (void)setrlimit(RLIMIT_CORE, &no_core);
        (void)signal(SIGABRT, SIG_DFL);
        (void)dup2(pipes[1], STDERR_FILENO);
        REQUIRE(2 + 2 == 5);
        _exit(0);
    }
    (void)close(pipes[1]);
    char said[512] = "";
    size_t len = 0;
    ssize_t got = 0;
    while (len < sizeof said - 1 && (got = read(pipes[0], said + len, sizeof said - 1 - len)) > 0)
        len += (size_t)got;
    (void)close(pipes[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    assert_non_null(strstr(said, "macros_test.c:"));
    assert_non_null(strstr(said, "2 + 2 == 5"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kept_promise_does_nothing),
        cmocka_unit_test(a_broken_promise_aborts_and_says_which),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
