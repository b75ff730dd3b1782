/* What the app holds, and what its files offer each other. Nothing outside src/app includes this.
 *
 * Life of an event: inbox (bytes or event, copied) → turn (decode, facts, decide, apply, commit) →
 * after the commit: ack, form, whisper, query, report; then sender and ticker look again. */
#ifndef NUDGED_APP_STATE_H
#define NUDGED_APP_STATE_H

#include "nudged/app/app.h"
#include "nudged/base/fault.h"
#include "nudged/base/limits.h"
#include "nudged/calendar/zone.h"
#include "nudged/store/outbox.h"
#include "nudged/store/report.h"

enum {
    INBOX_BYTES_MAX = 64 << 20,     /* about 20,000 clicks; more are left to the platform's redelivery */
    IN_FLIGHT_MAX = 24,             /* deliveries under way; as many as a link takes at once */
    EXIT_CONFIG = 78, EXIT_IO = 74, EXIT_DATA = 65
};

struct inbox_item {
    uint64_t id;
    bool is_frame;
    uint64_t socket;
    struct str frame;
    struct event event;
    struct inbox_item *next;
};

struct inbox_batch {
    struct arena arena;
    struct inbox_item *first, **last;
    size_t len;
};

struct inbox {
    struct inbox_batch batches[2];      /* one is filled while the other is drained */
    int filling;
    uint64_t next_id;
};

/* A row with the platform, or one whose end is not stored yet. */
struct in_flight {
    int64_t delivery_id, person_id;
    char message_bytes[64];
    size_t message_len;
    bool used, replaced;                /* replaced: given up for a newer version */
};

struct sender {
    struct timer *timer;
    struct in_flight flights[IN_FLIGHT_MAX];
    size_t len;
    bool draining;
    bool waits;                         /* something could go but for the pace */
    bool failing;                       /* the store refused claims when last asked */
    struct arena arena;
};

struct ticker {
    struct timer *slots, *dnd;
    bool waiting;                       /* raised events are still in the inbox */
    bool stale;                         /* what was committed changed when somebody is due */
    struct mono hold;                   /* not before: one of them fails again and again */
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

/* A set of prompt files and everything that lives as long as it. */
struct loaded {
    struct lent lent;
    struct job job;
    const struct config *config;
    struct arena arena;
    struct content content;
    struct people people;
    struct faults faults;
    enum err err;
};

struct loader {
    struct loaded *current, *next;      /* next: parsed, waiting for its turn */
    struct watch *decks_watch, *prompts_watch;
    bool busy, again;
    int refused_errors;                 /* of the newest files, which are not in force; 0: none */
    char refused_first[256];            /* the first of them, as one line */
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
    struct inbox inbox;
    struct timer *turn_timer;
    struct mono turn_started;
    struct sender sender;
    struct ticker ticker;
    struct loader loader;
    uint64_t turns, events, failures, undecoded;
    struct timer *drain_timer;
    struct job *jobs;                   /* running elsewhere */
    struct lent *lent;
    struct mono drain_until;
    bool stopped, started, in_turn;
    bool people_again;                  /* rows were refused with a turn: raise them anew */
    enum err refused;                   /* why the last turn could not be stored; it is tried again */
    struct instant refused_since;
    int refused_wait_s;
};

/* app.c: what outlives its caller */
enum err job_start(struct app *app, struct job *job, world_fn *work, world_fn *done, void *arg);
void job_ended(struct job *job);                        /* first thing in done() */
void lend(struct app *app, struct lent *lent);
void lent_free(struct app *app);

/* inbox.c */
void inbox_init(struct inbox *inbox);
void inbox_finish(struct inbox *inbox);
enum err inbox_put_frame(struct inbox *inbox, uint64_t socket, struct str frame);
enum err inbox_put_event(struct inbox *inbox, const struct event *event);
struct inbox_item *inbox_take(struct inbox *inbox);     /* NULL: empty; alive until inbox_done */
void inbox_done(struct inbox *inbox);                   /* what was taken is no longer needed */
bool inbox_is_empty(const struct inbox *inbox);
size_t inbox_len(const struct inbox *inbox);            /* at least what inbox_take will give */

/* turn.c */
void turn_wake(struct app *app);                        /* soon; in its own time when the store refuses */
void turn_wake_for_person(struct app *app);             /* now: somebody is looking at the screen */
void turn_run(void *app);                               /* one batch */
/* Not this event's fault: no event can be stored now, or (policy STOP) ever again by this process. */
bool turn_is_refusal(enum err err);

/* after.c */
struct turn_item {
    struct inbox_item *item;
    struct event event;
    struct ack_token ack;
    struct plan plan;
    struct applied applied;
    enum err err;
    bool skipped;                       /* duplicate or undecodable: acked, nothing else */
};
void after_commit(struct app *app, struct turn_item *item);
void after_failure(struct app *app, struct turn_item *item);

/* sender.c */
enum err sender_init(struct app *app);
void sender_finish(struct app *app);
void sender_wake(struct app *app);
/* The result is stored. True: it had been given up for a newer version of the same message. */
bool sender_done(struct app *app, const struct delivery_result *result);
enum err sender_ephemeral(struct app *app, const struct turn_item *item, enum delivery_kind kind,
                          const struct message *message);

/* ticker.c */
enum err ticker_init(struct app *app);
void ticker_finish(struct app *app);
void ticker_wake(struct app *app);
void ticker_hold(struct app *app);                      /* what it raised failed: not again at once */

/* loader.c */
enum err loader_first(struct app *app, struct buf *problem);
void loader_start(struct app *app);
void loader_reload(void *app);
void loader_finish(struct app *app);
enum err loader_number(struct app *app);                /* inside a turn: ids for the new set */
void loader_swap(struct app *app);                      /* after its commit */
void loader_give_up(struct app *app);                   /* the new set could not be stored */
enum err loader_raise_people(struct app *app, const struct people *people);

/* ask.c */
enum err reader_open_for(struct app *app, struct reader **out);
struct str store_path(const struct app *app, struct arena *arena);
void ask_platform(struct app *app, enum query_kind query, struct str user);    /* user: of USER */
void ask_for_strangers(struct app *app);        /* the roster, when there are people not looked for */
void digest_read(struct app *app, int64_t person_id, int32_t week_monday, bool details);

/* explain.c, status.c, degraded.c: text for people, of what is and what would be */
enum err explain_person(struct app *app, const struct person *who, struct instant at, struct buf *out);
enum err status_print(struct app *app, struct buf *out);
void degraded_print(struct app *app, struct buf *out);  /* one line each; nothing when all is well */
/* digest_print.c */
enum err digest_print(struct app *app, struct reader *reader, const struct person *manager,
                      int32_t week_monday, struct arena *arena, struct buf *out);
bool week_parse(struct str text, int32_t today, int32_t *monday);  /* "2031-W10"; empty: last week */

/* log_line.c */
void log_turn(struct app *app, const struct turn_item *item, size_t batch, int64_t turn_ms);
void log_note(struct app *app, const char *event, const char *format, ...) PRINTF_LIKE(3, 4);
void app_stop(struct app *app, int exit_code, struct str why);
void app_step(struct app *app, const struct turn_item *item, const char *step);

#endif
