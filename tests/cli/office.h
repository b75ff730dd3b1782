/* A small office for tests of the real program: files as an operator has them, a simulated
 * workspace behind a real port, and `nudged` as a child process that is told nothing but its
 * arguments and its environment; $NUDGED_BINARY names one that is installed. What goes wrong in the
 * machinery itself aborts. */
#ifndef TESTS_CLI_OFFICE_H
#define TESTS_CLI_OFFICE_H

#include <stdbool.h>
#include <sys/types.h>

#include "nudged/net/loop.h"
#include "nudged/sim/human.h"
#include "nudged/sim/look.h"
#include "nudged/sim/server.h"

enum { OFFICE_PEOPLE = 4, OFFICE_TEXT_MAX = 1 << 20 };
enum office_person { ADA, BEN, MAX, ZOE };    /* Max manages; Zoe has no account in the workspace */

struct office {
    char folder[64];
    struct loop *loop;
    struct workspace *workspace;
    struct sim_server *server;
    struct str ids[OFFICE_PEOPLE];
    struct instant base;                /* of the simulated clock, at mono_base */
    struct mono mono_base;
    pid_t daemon;                       /* 0: none */
    int notify;                         /* datagram socket behind $NOTIFY_SOCKET; -1: none */
    const char *app_token, *bot_token;  /* NULL: not in the environment */
    char out[OFFICE_TEXT_MAX], err[OFFICE_TEXT_MAX];    /* of the last office_run */
    char text[OFFICE_TEXT_MAX];         /* of the last office_file */
};

struct office *office_open(const char *team_id);
void office_close(struct office *office);

/* Another workspace at the same address takes the place of the first. */
void office_move(struct office *office, const char *team_id);

/* A file in the office's folder; folders are made. */
void office_write(struct office *office, const char *name, const char *text);
const char *office_file(struct office *office, const char *name);       /* "" when there is none */
char *office_path(struct office *office, const char *name);    /* static, overwritten by the next */
/* The usual nudged.yaml with one more line (may be empty). */
void office_config(struct office *office, const char *more);

/* `nudged` with these words ("-c" is not added), to its end; gives its exit code. */
int office_run(struct office *office, const char *const *words);
#define RUN(office, ...) office_run((office), (const char *const[]){ __VA_ARGS__, NULL })

/* `nudged run` on a clock that starts at that instant; its log is the file "log". */
void office_start(struct office *office, const char *at, const char *speed);
/* Sends the signal and waits; the exit code, or 128 + the signal that ended it. */
int office_stop(struct office *office, int signal);
int office_wait(struct office *office);         /* for a daemon that ends by itself */
void office_live(struct office *office, int ms);
/* Lives until the file holds the text, at most 10 s. */
bool office_until(struct office *office, const char *name, const char *text);
/* Lives until `nudged status` says so, at most 10 s. */
bool office_status_says(struct office *office, const char *text);
/* Lives until a message of the app to the person has that text. */
bool office_gets(struct office *office, enum office_person who, const char *text);
/* One line to the control socket, as it is; the reply in office->out. False: not even connected. */
bool office_control(struct office *office, const char *bytes, size_t len);

#endif
