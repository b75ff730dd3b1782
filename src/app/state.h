/* What the app holds; the files beside it say what waits (inbox.h), what its parts keep (parts.h)
 * and what they offer each other (doors.h). Nothing outside src/app and its tests includes these.
 *
 * Life of an event: inbox (bytes or event, copied) → turn (decode, facts, decide, apply, commit) →
 * after the commit: ack, form, whisper, query, report; then sender and ticker look again. */
#ifndef NUDGED_APP_STATE_H
#define NUDGED_APP_STATE_H

#include "app/hurry.h"
#include "app/inbox.h"
#include "app/parts.h"
#include "app/upkeep.h"
#include "nudged/app/app.h"
#include "nudged/base/limits.h"
#include "nudged/calendar/zone.h"
#include "nudged/store/outbox.h"
#include "nudged/store/report.h"
#include "nudged/store/watch.h"

enum {
    EXIT_CONFIG = 78, EXIT_IO = 74, EXIT_DATA = 65
};

struct app {
    struct app_options options;
    const struct config *config;
    struct world *world;
    const struct platform *platform;
    struct link *link;
    const char *link_state;
    char link_detail[96];               /* why the link is in that state, in the platform's words */
    struct mono link_since;             /* up or down since then */
    bool was_up;
    bool bound;                         /* connected, and the store belongs to that workspace */
    struct zones *zones;
    const struct zone *own_zone;
    struct store *store;
    struct arena turn_arena, items_arena, state_arena;
    struct store_state state;           /* as committed last */
    struct fit_set in_force;            /* weights of the memory model, as committed last */
    struct replay *replay;              /* answers being rated anew; NULL: none */
    struct fitting *fitting;            /* being learnt; NULL: none */
    struct judging *judging;            /* prompts being judged; NULL: not now */
    int32_t judged_day;                 /* local day that was last done */
    struct leeches leeches;             /* as of then */
    int32_t fit_day;                    /* local day it was last tried by itself */
    struct inbox inbox;
    struct timer *turn_timer;
    struct mono turn_started;
    struct sender sender;
    struct ticker ticker;
    struct hurry hurry;
    struct loader loader;
    struct roster roster;
    struct watch_state watch;
    struct metrics metrics;
    struct chores chores;
    struct backup *backup;              /* being written; NULL: none */
    struct store_upkeep upkeep;         /* as committed last */
    uint64_t turns, events, failures, undecoded;
    struct timer *drain_timer;
    struct job *jobs;                   /* running elsewhere */
    struct lent *lent;
    struct mono drain_until;
    bool stopped, started, in_turn;
    bool try_store;                     /* a turn was refused: see whether one is stored again */
    enum err refused;    /* why the last turn could not be stored; it is tried again */
    struct instant refused_since;
    int refused_wait_s;
};

#include "app/doors.h"

#endif
