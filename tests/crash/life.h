/* One company's life: a real daemon as a child process, a simulated workspace, days that end as
 * soon as everything is quiet.
 *
 * Each day is a Monday with all there is: the week's digest, a question for everybody, answers by
 * button and by typed line, a command, a reload of prompts and people, a backup while the daemon
 * works; and in the morning the database is one of the first release, so the day begins by
 * migrating it. While no daemon runs the simulated clock stands still. */
#ifndef TESTS_CRASH_LIFE_H
#define TESTS_CRASH_LIFE_H

#include <sys/types.h>

#include "crash/company.h"
#include "nudged/net/loop.h"
#include "nudged/sim/human.h"
#include "nudged/sim/look.h"
#include "nudged/sim/server.h"

/* What befalls the daemon on a day. */
struct misfortune {
    unsigned long kill_at; /* the call at which it dies; 0: never */
    unsigned long again_at; /* and once more after the restart; 0: not */
    unsigned long fault_at; /* the call on a state file that fails; 0: never */
    const char *fault; /* how, for the shim */
};

struct person_day {
    char ts[32]; /* of the card being answered; empty: none yet */
    unsigned long tries; /* at this card */
    uint32_t troubles_before;
    unsigned long commands;
    uint32_t troubles_before_command;
};

struct life_counts {
    unsigned long days, kills, faults, refusals, restarts, clicks, lines, commands, digests,
        backups;
    unsigned long reloads, migrations;
    unsigned long rushed; /* days that were over before all of it was done: a busy machine */
};

struct life {
    char folder[200];
    unsigned company; /* number, for messages */
    struct loop *loop;
    struct workspace *workspace;
    struct sim_server *server;
    struct str ids[CRASH_PEOPLE];
    struct instant base; /* of the simulated clock, at mono_base; standing still when frozen */
    struct mono mono_base;
    bool frozen;
    int speed; /* of the simulated clock: milliseconds of it in one of ours */
    pid_t child; /* 0: none */
    uint64_t opens_before; /* links asked for when this one started */
    int ended; /* exit code of the last one, 128 + signal */
    uint64_t random;
    unsigned long day, edition;
    struct misfortune now;
    size_t seen[CRASH_PEOPLE]; /* messages each had in the morning */
    struct person_day today[CRASH_PEOPLE];
    int backup; /* connection that waits for the reply; -1: none */
    unsigned backups_asked;
    bool backup_done, reload_done;
    struct life_counts counts;
};

/* Begins a company in a new folder below `where`: the notices are read, one Monday has passed. */
void life_begin(struct life *life, const char *where, unsigned company, uint64_t seed);
void life_end(struct life *life);
/* The next Monday. */
void life_day(struct life *life, const struct misfortune *misfortune);
/* Calls of the last day, all and those on state files; of a day without a kill. */
void life_calls(struct life *life, unsigned long *all, unsigned long *files);
uint32_t life_draw(struct life *life, uint32_t bound);
struct instant life_now(struct life *life);
_Noreturn void life_broken(struct life *life, const char *what);

/* -- oracle.c ------------------------------------------------------------------------------ */

int64_t life_ask(struct life *life, const char *sql); /* the database of a daemon that stopped */
void life_check_corpse(struct life *life); /* what a kill left, on a copy of it */
void life_check_day(struct life *life); /* after a stop in good order */
/* The question of today: its index among the person's messages; false: none (yet). */
bool life_card(struct life *life, uint32_t who, struct look_message *card);
bool life_is_open(const struct look_message *card);
bool life_is_answered(const struct look_message *card);
bool life_got_digest(struct life *life);
/* Whoever saw no error mark believes that it was taken, and does not do it again. */
bool life_believes(struct life *life, uint32_t who);
bool life_believes_command(struct life *life, uint32_t who);

#endif
