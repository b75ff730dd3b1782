/* Shared by the tests of net: turning the loop until something happened. */
#ifndef NUDGED_UNIT_NET_NET_TEST_H
#define NUDGED_UNIT_NET_NET_TEST_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nudged/base/buf.h"
#include "nudged/net/listen.h"
#include "nudged/net/loop.h"

UNUSED static struct loop *new_loop(void)
{
    struct loop *loop = NULL;
    assert_int_equal(loop_new(&loop), OK);
    return loop;
}

/* True when *done became so within limit_ms. */
UNUSED static bool spin(struct loop *loop, const int *done, int count, int64_t limit_ms)
{
    struct world *world = loop_world(loop);
    int64_t until_ms = world_mono(world).ms + limit_ms;
    while (*done < count && world_mono(world).ms < until_ms)
        loop_run_once(loop, 20);
    return *done >= count;
}

UNUSED static void spin_for(struct loop *loop, int64_t span_ms)
{
    static const int never = 0;
    (void)spin(loop, &never, 1, span_ms);
}

UNUSED static bool same(struct str s, const char *z)
{
    return str_equal(s, str_from_z(z));
}

UNUSED static int open_fds(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

#endif
