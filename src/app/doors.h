/* What the files of the app offer each other. */
#ifndef NUDGED_APP_DOORS_H
#define NUDGED_APP_DOORS_H

#include "nudged/app/app.h"
#include "nudged/base/fault.h"
#include "nudged/store/report.h"

struct inbox_item;
struct job;
struct lent;

/* app.c: what outlives its caller */
enum err job_start(struct app *app, struct job *job, world_fn *work, world_fn *done, void *arg);
void job_ended(struct job *job);                        /* first thing in done() */
void lend(struct app *app, struct lent *lent);
void lent_free(struct app *app);

/* turn.c */
void turn_wake(struct app *app);    /* soon; in its own time when the store refuses */
void turn_wake_for_person(struct app *app);             /* now: somebody is looking at the screen */
void turn_run(void *app);                               /* one batch */
/* One event of our own in a transaction of its own, now; not from inside a turn. What comes back is
 * its error: it is neither put back nor tried again. */
enum err turn_run_event(struct app *app, const struct event *event);
/* Facts as every turn has them, before the store fills in the rest and after it knew the person;
 * for who must look as a rule does. */
void turn_facts_begin(struct app *app, struct instant now, struct facts *facts);
void turn_facts_zone(struct app *app, struct facts *facts);
/* Not this event's fault: no event can be stored now, or (policy STOP) ever again by this
 * process. */
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
void sender_replied(struct app *app, int64_t delivery_id);     /* for the time it took */
enum err sender_ephemeral(struct app *app, const struct turn_item *item, enum delivery_kind kind,
                          const struct message *message);

/* ticker.c */
enum err ticker_init(struct app *app);
void ticker_finish(struct app *app);
void ticker_wake(struct app *app);
void ticker_hold(struct app *app);    /* what it raised failed: not again at once */

/* loader.c */
enum err loader_first(struct app *app, struct buf *problem);
void loader_start(struct app *app);
void loader_watch(struct app *app);                     /* what is not watched yet, if it can be */
void loader_reload(void *app);
void loader_finish(struct app *app);
enum err loader_number(struct app *app);                /* inside a turn: ids for the new set */
void loader_swap(struct app *app);                      /* after its commit */
void loader_give_up(struct app *app);                   /* the new set could not be stored */

/* ask.c */
enum err reader_open_for(struct app *app, struct reader **out);
struct str store_path(const struct app *app, struct arena *arena);
void ask_platform(struct app *app, enum query_kind query, struct str user);    /* user: of USER */
void ask_for_strangers(struct app *app);    /* the roster, when there are people not looked for */
void digest_read(struct app *app, const struct access *access, int32_t week_monday);

/* explain.c, status.c, degraded.c: text for people, of what is and what would be */
enum err explain_person(struct app *app, const struct access *access, const struct person *who,
                        struct instant at, struct buf *out);
/* access: NULL, and nobody is listed */
enum err status_print(struct app *app, const struct access *access, struct buf *out);
void app_status_line(struct app *app, struct buf *out);     /* for everybody's eyes */
/* one line each; nothing when all is well */
void degraded_print(struct app *app, struct buf *out);
bool degraded_holds(struct app *app, enum condition condition);
/* alert.c: the watch */
enum err watch_init(struct app *app);
void watch_finish(struct app *app);
void watch_soon(struct app *app);       /* the link has changed: the status line should say so */
void watch_note(struct app *app, struct str condition, bool known);     /* as committed */
void watch_disk_full(struct app *app);
int64_t watch_unmatched(struct app *app);      /* people who cannot be reached */
void watch_platform_said(struct app *app, struct str detail);
void watch_platform_answered(struct app *app, const struct event *event);
/* metrics.c: n more; the present value; one measured span */
void metric_add(struct app *app, enum metric metric, int series, double n);
void metric_set(struct app *app, enum metric metric, int series, double value);
void metric_observe(struct app *app, enum metric metric, int64_t span_us);
int64_t metric_now_us(struct app *app);
/* digest_print.c */
enum err digest_print(struct app *app, struct reader *reader, const struct access *access,
                      const struct person *manager, int32_t week_monday, struct arena *arena,
                      struct buf *out);
/* "2031-W10"; empty: last week */
bool week_parse(struct str text, int32_t today, int32_t *monday);

/* log_line.c */
void log_turn(struct app *app, const struct turn_item *item, size_t batch, int64_t turn_ms);
void log_note(struct app *app, const char *event, const char *format, ...) PRINTF_LIKE(3, 4);
/* detail: a library's words, or a platform's; cut and cleaned so that the line stays one line. */
void log_link(struct app *app, const char *from, const char *to, struct str detail);
void app_stop(struct app *app, int exit_code, struct str why);
void app_step(struct app *app, const struct turn_item *item, const char *step);

#endif
