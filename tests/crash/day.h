/* A scripted day of the whole bot, in one process on a simulated world and a disk in memory: the
 * same fixture and the same script for power cuts, failing calls and failing memory.
 *
 * The fixture is a company with a week behind it, stopped on a Sunday, its database taken back to
 * the first schema. The day is a Monday: the migration, weights learnt in the night and again by
 * hand, the week's digest and its details, changed prompts and people, a question for everybody,
 * answers by button and by line in one batch, a button pressed twice, a command, a backup, a
 * restart in good order.
 *
 * Each try of the day begins from the same bytes: a try is a child process. */
#ifndef TESTS_CRASH_DAY_H
#define TESTS_CRASH_DAY_H

#include "support/play.h"

enum { DAY_PROMISES_MAX = 1024 };

/* What a person did and the bot acknowledged, so that it must be in the database for ever. */
struct day_promise {
    char envelope[64];
    int64_t nudge_id; /* answered by this; 0: nothing to be found in the database */
    uint64_t mark; /* when its ack left */
    bool arrived;
};

struct day {
    struct play *play;
    struct day_promise promises[DAY_PROMISES_MAX];
    size_t promises_len;
    uint64_t left_marks[DAY_PROMISES_MAX]; /* of the acks in the order they left */
    size_t left_len, arrived_len;
    uint64_t *mark; /* the caller's clock, e.g. how many writes there were; may be NULL */
    int64_t line_nudge_id; /* what the next typed line answers */
    struct instant start_again;
    unsigned long ends, refused_starts; /* by itself */
    bool ends_only_with_74; /* any other end by itself breaks the day */
};

/* Makes the fixture and comes back with the program stopped. */
void day_begin(struct day *day, uint64_t seed, bool faults);
/* From Sunday to Monday evening; whatever happens to the program, it is started again. */
void day_play(struct day *day);
/* Everything that was acknowledged is there, nothing is there twice, everybody got and answered
 * their question. */
void day_check(struct day *day);
void day_end(struct day *day);
/* In a child process: copies the files people edit, so that tries do not see each other's. */
void day_own_files(struct day *day);
/* One line about why the day is broken, then exit 1. */
_Noreturn void day_broken(const struct day *day, const char *what, int64_t number);

/* Whether the database on this disk holds the promise; -1: it cannot even be read. */
int day_holds(const char *vfs, const struct day_promise *promise);
bool day_is_sound(const char *vfs);

#endif
