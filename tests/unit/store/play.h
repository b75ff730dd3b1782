/* A store in a folder of its own, opened and thrown away: in memory unless TMPDIR says otherwise,
 * because thousands of synced turns say nothing more on a disk. */
#ifndef TESTS_UNIT_STORE_PLAY_H
#define TESTS_UNIT_STORE_PLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nudged/core/plan.h"
#include "nudged/store/outbox.h"
#include "nudged/store/report.h"
#include "nudged/store/store.h"
#include "support/keep.h"

#define MONDAY 22340 /* 2031-03-03, a Monday */
#define NOON   ((int64_t)MONDAY * 86400000 + 43200000) /* of that day, in UTC ms */

struct play {
    char folder[64];
    char path[96];
    struct store *store;
    struct arena arena;
    struct instant now;
    struct prompt prompts[4];
    struct deck deck;
    struct applied applied; /* of the last turn */
};

static inline struct str play_path(const struct play *play)
{
    return str_from_z(play->path);
}

static inline enum err play_try_open(struct play *play, struct str *detail)
{
    struct store_options options = { .path = play_path(play) };
    return store_open(&options, &play->arena, &play->store, detail);
}

static inline void play_open(struct play *play)
{
    struct str detail = STR_EMPTY;
    enum err err = play_try_open(play, &detail);
    if (err)
        print_message("%.*s\n", STR_ARG(detail));
    assert_int_equal(err, OK);
}

static inline struct play *play_start(void)
{
    struct play *play = calloc(1, sizeof(*play));
    assert_non_null(play);
    const char *base = getenv("TMPDIR");
    int len = snprintf(play->folder, sizeof(play->folder), "%s/nudged-store-XXXXXX",
        base                           ? base
            : access("/dev/shm", W_OK) ? "/tmp"
                                       : "/dev/shm");
    assert_in_range(len, 1, sizeof(play->folder) - 1);
    assert_non_null(mkdtemp(play->folder));
    snprintf(play->path, sizeof(play->path), "%s/nudged.db", play->folder);
    arena_init(&play->arena, 64 << 20);
    play->now.utc_ms = NOON;
    play_open(play);
    return play;
}

static inline int play_setup(void **state)
{
    *state = play_start();
    return 0;
}

static inline int play_teardown(void **state)
{
    struct play *play = *state;
    store_close(play->store);
    arena_finish(&play->arena);
    assert_true(keep_or_remove_folder(play->folder));
    free(play);
    return 0;
}

#endif
