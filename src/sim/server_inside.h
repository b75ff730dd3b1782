/* What server.c and stage.c share: the server's state. Private to this folder. */
#ifndef SIM_SERVER_INSIDE_H
#define SIM_SERVER_INSIDE_H

#include "nudged/net/ws_server.h"
#include "nudged/sim/server.h"
#include "sim/inside.h"

enum { ROAD_KEPT = 40, ROAD_STEPS = 6, CLOCK_BYTES = 96 };

/* A Socket Mode link, from its upgrade on. */
struct sim_socket {
    struct sim_server *server;
    struct ws_peer *peer;
    uint32_t link_id;
    bool silent;
    struct mono silent_until;
    char *held;                         /* REORDER: goes after the next frame */
    struct sim_socket *next;
};

struct sim_page {
    struct sim_server *server;
    struct ws_peer *peer;
    char *user_id;                      /* whose DM is shown */
    struct sim_page *next;
};

/* Something that leaves later: a slow reply or a delayed frame. */
struct sim_later {
    struct mono due;
    struct exchange *exchange;
    uint32_t link_id;
    char *text;
    struct sim_later *next;
};

struct sim_stage_person { char *user_id, *role, *note; bool is_manager; };
struct sim_stage_event { uint64_t id; char *person, *kind, *text; const char *steps[ROAD_STEPS]; };

struct sim_server {
    struct sim_server_options options;
    struct workspace *ws;
    struct world *world;
    struct listener *listener;
    struct timer *timer;
    char origin[64], host[64], host_name[64];
    struct sim_socket *sockets;
    struct sim_page *pages;
    struct sim_later *later;
    struct mono last_second, last_ping;
    struct sim_stage_person *people;
    size_t people_len, people_cap;
    struct sim_stage_event road[ROAD_KEPT];
    size_t road_len;
    char **dirty;                       /* user ids */
    size_t dirty_len, dirty_cap;
    char *selected;
    char clock[CLOCK_BYTES];
    bool clock_busy;
};

/* stage.c */
void sim_stage_open(struct sim_server *server, struct exchange *exchange);
void sim_stage_changed(struct sim_server *server, struct str user_id);
void sim_stage_flush(struct sim_server *server);
void sim_stage_finish(struct sim_server *server);

#endif
