/* The daemon without its outside: inbox, turn, sender, ticker, content and control, put together.
 *
 * Everything goes through the given world and platform, so the same code runs behind real sockets
 * and inside a seeded simulation. Single-threaded. */
#ifndef NUDGED_APP_APP_H
#define NUDGED_APP_APP_H

#include "nudged/content/content.h"
#include "nudged/platform/platform.h"
#include "nudged/store/store.h"

struct app;

/* For the log and for who watches the road: one per event that was taken in. Static strings. */
struct app_step {
    uint64_t event_id;                  /* counts from 1 since start */
    const char *kind, *why, *step;  /* step: received, decided, committed, acked, sent, failed */
    int64_t person_id;                  /* 0: nobody's */
    struct str actor;                   /* platform user id when known; borrowed */
};

struct app_options {
    const struct config *config;        /* borrowed until app_free */
    struct world *world;                /* likewise */
    const struct platform *platform;
    struct str app_token, bot_token;
    struct str zone_folder;             /* empty: /usr/share/zoneinfo */
    const char *vfs;                    /* SQLite VFS; NULL: the default */
    bool offline;                       /* no link: a subcommand is the daemon for one turn */
    void (*log)(void *arg, struct str line);    /* one finished line; NULL: silent */
    bool log_json;                      /* lines as JSON objects instead of logfmt */
    void (*step)(void *arg, const struct app_step *step);   /* NULL: nobody watches */
    void (*stop)(void *arg, int exit_code, struct str why); /* the daemon must end; called once */
    /* What follows may be NULL. status: one line of how things are, when it has changed; without
     * names and addresses. reloaded: app_reload is through, whether the files were taken or not. */
    void (*status)(void *arg, struct str line);
    void (*reloaded)(void *arg);
    int64_t (*free_bytes)(void *arg);   /* room in the state folder; -1: not known */
    int64_t (*now_us)(void *arg);       /* a monotonic clock for measuring; NULL: the world's */
    size_t rows_per_slice;              /* of people.csv in a turn; 0: 500 */
    bool clock_is_moved;                /* the wall clock is a plaything: its jumps are no news */
    void *arg;
};

/* Loads content and people, opens the store, recovers the outbox. *problem (heap buffer of the
 * caller) gets sentences for people; the exit code to use is returned by app_exit_code. */
MUST_USE enum err app_new(const struct app_options *options, struct buf *problem, struct app **out);
MUST_USE enum err app_start(struct app *app);           /* opens the link, starts the timers */
struct app *app_free(struct app *app);                  /* closes link and store; accepts NULL */

void app_reload(struct app *app);                       /* content and people again, as on SIGHUP */
/* No new claims; calls options.stop(0) when nothing is in flight, at the latest after 10 s. */
void app_drain(struct app *app);

/* Raises an event of our own; copied. */
MUST_USE enum err app_raise(struct app *app, const struct event *event);
/* Takes what waits in the inbox, one batch a turn, until it is empty. For offline use and tests. */
void app_run_turns(struct app *app);
/* Nothing waits and nothing is in flight. */
bool app_is_idle(const struct app *app);
/* The earliest stored instant at which something will happen by itself; NEVER when nothing will. */
struct instant app_next_due(struct app *app);
/* Takes one line of the control socket ({"do":"status",…}); writes by sink; calls done once, maybe
 * later. */
typedef void app_sink_fn(void *arg, struct str piece);
void app_control(struct app *app, struct str line, app_sink_fn *sink, world_fn *done, void *arg);

/* The store takes turns, and the loop turns, or nobody could ask. False: *why has one plain line.
 * Ready: also connected, and the newest prompt files are in force. No names, no addresses. */
bool app_is_alive(struct app *app, struct buf *why);
bool app_is_ready(struct app *app, struct buf *why);
/* Alive enough that a restart would be no help: the store answers, if only by refusing. */
bool app_feeds_watchdog(const struct app *app);
/* The metrics as a page, Prometheus text 0.0.4 or OpenMetrics 1.0.0. */
void app_metrics(struct app *app, bool openmetrics, struct buf *out);
/* One round of the loop kept it busy for so long. */
void app_note_round(struct app *app, int64_t busy_us);

struct store *app_store(struct app *app);
const struct content *app_content(const struct app *app);
const char *app_link_state(const struct app *app);

/* sysexits for an error of app_new or of a request: 65 content, 66 missing, 71 system, 74 I/O, 75
 * busy, 77 permission, 78 configuration. */
int app_exit_code(enum err err);

#endif
