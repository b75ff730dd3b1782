/* The demo's rooms: a company made of the shipped files, people who answer, a clock that jumps. */
#ifndef NUDGED_CLI_DEMO_H
#define NUDGED_CLI_DEMO_H

#include "nudged/app/app.h"
#include "nudged/app/service.h"
#include "nudged/net/local.h"
#include "nudged/net/loop.h"
#include "nudged/sim/server.h"

enum { DEMO_PEOPLE_MAX = 32 };

struct demo_person {
    struct str user_id, name, email, role;
    int64_t person_id;              /* once the daemon has matched them; 0 before */
    uint64_t last_event;            /* the latest that made something to send to them */
    bool manages;
};

struct demo {
    struct arena arena;
    struct str folder;
    bool own_folder;                /* made by us, removed at the end */
    bool afresh;                    /* an earlier demo's state was removed */
    int lock;                       /* of the state folder; -1: not taken */
    struct config config;
    struct loop *loop;
    struct workspace *workspace;
    struct sim_script *script;
    struct sim_server *server;
    struct app *app;
    struct local_server *control;
    struct timer *clock_timer;
    const struct zone *zone;
    struct zones *zones;
    struct demo_person people[DEMO_PEOPLE_MAX];
    size_t people_len;
    size_t hero;                    /* index of the person the visitor plays */
    struct instant target;          /* jumping until then; 0: not jumping */
    struct instant latest;          /* beyond the target until the visitor is asked, up to here */
    int quiet_steps;
    bool warming_up, hero_asked;
    int exit_code;
};

/* folder.c: where the files lie. given: the visitor's own; NULL: a temporary one. afresh wants the
 * lock. Exit codes; the sentence is printed. */
int demo_folder_open(struct demo *demo, const char *given);
int demo_folder_lock(struct demo *demo);
int demo_folder_afresh(struct demo *demo);
void demo_folder_close(struct demo *demo);

/* company.c: writes the shipped decks, people and a configuration into the folder, loads them, adds
 * everybody to the workspace. An exit code; the sentence is printed. */
int demo_company_files(struct demo *demo);
int demo_company_people(struct demo *demo);
struct str demo_manifest(void);

/* hint.c: what somebody who knows would press or type. */
sim_script_hint_fn demo_hint;

/* clock.c: jumps run through every due instant on the way. */
void demo_clock_start(struct demo *demo, struct instant warm_until);
void demo_clock_advance(void *arg, enum sim_advance which);
struct sim_time demo_time(void *arg);

/* road.c: the app's steps, shown on the page. */
void demo_step(void *arg, const struct app_step *step);

#endif
