/* The simulated workspace behind a real loopback port: Web API, Socket Mode, response_url, and the
 * page that shows it to a human.
 *
 *   /api/<method>        POST (GET for methods without side effects)
 *   /link/?ticket=…      WebSocket; the url that apps.connections.open hands out
 *   /response/<id>       POST
 *   /                    the page, beside it its files by name; /page-socket its WebSocket
 *
 * Only requests whose Host is this loopback port (and, from a browser, whose Origin is too) are
 * answered, so that no web site can reach it through a rebound name. */
#ifndef NUDGED_SIM_SERVER_H
#define NUDGED_SIM_SERVER_H

#include "nudged/net/loop.h"
#include "nudged/sim/fault.h"
#include "nudged/sim/script.h"
#include "nudged/sim/workspace.h"

struct sim_server;

enum sim_advance { SIM_ADVANCE_MORNING, SIM_ADVANCE_MONDAY };

struct sim_server_options {
    struct loop *loop;                  /* borrowed, like all of these */
    struct workspace *workspace;
    struct sim_script *script;          /* colleagues who answer by themselves; NULL: none */
    struct sim_faults *faults;          /* NULL: none */
    uint16_t port;                      /* 0: any free one */
    /* The page's clock buttons; NULL: the page hides them. Called on the loop. */
    void (*advance)(void *arg, enum sim_advance which);
    void *arg;
};

/* Sets the workspace's base url and listens to its events. ERR_BUSY: the port is taken. */
MUST_USE enum err sim_server_new(const struct sim_server_options *options, struct sim_server **out);
struct sim_server *sim_server_free(struct sim_server *server);
/* "http://127.0.0.1:PORT", no slash at the end; lives as long as the server. The Web API's base is
 * this + "/api/". */
struct str sim_server_origin(const struct sim_server *server);

/* -- for the page ------------------------------------------------------------------------------ */

struct sim_person { struct str user_id, role, note; bool is_manager; };
/* Who stands on the left, in this order. Without it: every user that is not a bot. */
MUST_USE enum err sim_server_people(struct sim_server *server, const struct sim_person *people,
                                    size_t count);
/* The person the page opens with. */
void sim_server_select(struct sim_server *server, struct str user_id);
/* What the page's clock shows, e.g. "Monday 3 March 2031, 09:30"; busy while a jump is under
 * way. */
void sim_server_clock(struct sim_server *server, struct str text, bool busy);

/* One step of one event on its road; events are matched by id, steps may be given again.
 * step: received, decided, committed, acked, sent, failed. The last 40 events are kept for pages
 * that connect later. */
struct sim_road { uint64_t id; struct str person, kind, step, text; };
void sim_server_road(struct sim_server *server, const struct sim_road *road);

#endif
