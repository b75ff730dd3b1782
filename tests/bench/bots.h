/* The programs that are compared, each a process of its own: started, watched in /proc, ended. */
#ifndef BENCH_BOTS_H
#define BENCH_BOTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/company.h"
#include "bench/peer.h"

enum bot { BOT_ONE_ROW, BOT_SAME_ROWS, BOT_BARE, BOT_NUDGED, BOT_COUNT };

struct bot_place {
    const struct company *company;
    const char *config, *at, *speed; /* nudged's file of settings and its clock */
    struct peer_board *board;
    bool updates, slow_disk; /* updates: of the Bolt apps; nudged always sends them */
};

struct bot_cost {
    double cpu_seconds; /* of all threads so far, user and system */
    double peak_mib, anonymous_mib; /* memory: the most that was resident, private now */
};

const char *bot_name(enum bot bot);
/* Returns when the socket was greeted; *hello_ms: how long that took. Ends the program with a
 * sentence when it never comes. */
pid_t bot_start(enum bot bot, const struct bot_place *place, double *hello_ms);
struct bot_cost bot_cost(pid_t pid);
/* Politely; by force after ten seconds. */
void bot_stop(pid_t pid);
/* A fresh database: none for the first app, for the others a copy of what was kept. */
void bot_database_keep(const struct bot_place *place);
void bot_database_fresh(enum bot bot, const struct bot_place *place);
int64_t bot_database_answers(enum bot bot, const struct bot_place *place);

#endif
