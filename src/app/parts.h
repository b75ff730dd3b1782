/* What each part of the app keeps between its calls. */
#ifndef NUDGED_APP_PARTS_H
#define NUDGED_APP_PARTS_H

#include "app/degraded.h"
#include "app/metrics.h"
#include "app/roster.h"
#include "nudged/base/fault.h"
#include "nudged/base/world.h"
#include "nudged/content/content.h"

struct app;

/* Deliveries under way, as many as a link takes at once. Their ends are stored together: on a disk
 * that takes a millisecond to sync, 64 instead of 24 doubled how many answers were done. */
enum { IN_FLIGHT_MAX = 64 };

/* A row with the platform, or one whose end is not stored yet. */
struct in_flight {
    int64_t delivery_id, person_id;
    char message_bytes[64];
    size_t message_len;
    bool used, replaced;                /* replaced: given up for a newer version */
    int64_t began_us;
};

struct sender {
    struct timer *timer;
    struct in_flight flights[IN_FLIGHT_MAX];
    size_t len;
    bool draining;
    bool waits;                         /* something could go but for the pace */
    bool failing;                       /* the store refused claims when last asked */
    bool lost;                          /* a result found no memory: its claim is nobody's now */
    struct arena arena;
    struct delivery *rows;              /* one window of the outbox, filled again and again */
};

struct ticker {
    struct timer *slots, *dnd;
    bool waiting;                       /* raised events are still in the inbox */
    bool stale;                         /* what was committed changed when somebody is due */
    struct mono hold;                   /* not before: one of them fails again and again */
};

struct chores {
    struct timer *timer;
    struct instant wall;                /* the two clocks when they were last looked at */
    struct mono mono;
    bool more;                          /* a slice of retention was full */
    bool night_tried;                   /* a nightly backup, by this process */
    enum err night_failed;              /* how the last try ended */
    struct instant night_failed_at;     /* when it first did */
    bool unscrubbed;                    /* what went may still be in the write-ahead log */
};

/* What events in the inbox borrow from: freed when the inbox is empty. */
struct lent {
    struct lent *next;
    void (*free)(struct lent *lent);
};

/* Work on another thread. Its end finds the app or, after app_free, NULL. */
struct job {
    struct app *app;
    struct job *next;
};

/* What the watch remembers of one condition. */
struct watched {
    bool known;                         /* its begin is remembered in the store */
    bool holds, calm, missed;           /* missed: its begin could not be stored */
    struct instant began, ended;
    struct mono since, gone, retry;
};

struct watch_state {
    struct timer *timer;
    struct watched of[CONDITION_COUNT];
    struct instant wall;                /* of the last look */
    struct mono mono;
    struct duration jumped_by;          /* the wall clock, against the monotonic one */
    struct mono jumped_at, stalled_at, scope_at, reserve_at, sent;
    int64_t stall_ms, unmatched;
    bool count_people, reserve_gone;
    char scope_method[48];
    char told[256];                     /* the status line as told last */
};

/* A set of prompt files and everything that lives as long as it. */
struct loaded {
    struct lent lent;
    struct job job;
    const struct config *config;
    struct arena arena;
    struct content content;
    struct intake intake;               /* until it is taken in */
    size_t people_len;
    struct faults faults;
    struct review_weights weights;      /* in force when it was read */
    int32_t today;
    struct str overload;                /* what the cap cannot carry, for admins; empty: nothing */
    int32_t overloaded;                 /* people it is about */
    enum err err;
};

struct loader {
    struct loaded *current, *next;      /* next: parsed, waiting for its turn */
    struct watch *decks_watch, *prompts_watch;
    bool busy, again;
    int refused_errors;                 /* of the newest files, which are not in force; 0: none */
    char refused_first[256];            /* the first of them, as one line */
    struct mono overload_since;         /* the sentence changed then */
};

#endif
