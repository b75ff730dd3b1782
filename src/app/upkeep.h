/* What keeps a store in order for years: which copy it is, backups, the hour's chores,
 * and learning from the answers. */
#ifndef NUDGED_APP_UPKEEP_H
#define NUDGED_APP_UPKEEP_H

#include "nudged/app/app.h"
#include "nudged/store/upkeep.h"

/* epoch.c */
/* At start, before anything is sent: an older copy of the store is held and *problem says so. */
enum err epoch_start(struct app *app, struct buf *problem);
void epoch_write(struct app *app);      /* the file outside, after the database has it */
/* A sentence without full stop about a store that waits for `resume` after a restore. */
void epoch_print(const struct app *app, struct buf *out);

/* upkeep.c */
enum err upkeep_init(struct app *app);
void upkeep_finish(struct app *app);
void upkeep_after(struct app *app, const struct applied *applied);  /* an hour's turn is stored */

/* backup.c */
struct backup;
/* Begins a backup; the reply ("ok" or "error N", then text) goes to sink when it is over, and done
 * is called last. sink NULL: nobody waits. Offline: all at once. */
void backup_start(struct app *app, struct str path, app_sink_fn *sink, world_fn *done, void *arg);
/* Throws away what is unfinished; whoever waits is told, unless they are gone. */
void backup_stop(struct app *app, bool tell);
void backup_print(struct app *app, struct buf *out);        /* a line of status */
/* Every night into the folder of the configuration, when there is one. */
void backup_nightly(struct app *app);

/* fitting.c: weights learnt from the answers, on another thread. Whoever asked gets the comparison
 * by sink, then done is called; offline all at once. */
void fitting_start(struct app *app, app_sink_fn *sink, world_fn *done, void *arg);
/* judging.c: how hard prompts are, likewise once a night. */
struct reader;
void judging_nightly(struct app *app);
void judging_stop(struct app *app);
/* What authors should look at. */
void judging_print(struct app *app, struct reader *reader, struct buf *out);
void fitting_nightly(struct app *app);  /* when it is on, and enough is new */
void fitting_stop(struct app *app);     /* whoever waits is told; what is learnt is forgotten */
struct fit_set fitting_brought(const struct fit_record *record, int64_t fit_id);    /* as stored */
enum err fitting_revert(struct app *app, struct buf *out);
void fitting_print(struct app *app, struct buf *out);   /* a line of status */

/* replay.c: kept answers rated anew; replies like a backup. trial: only says what would change. */
struct replay;
void replay_start(struct app *app, bool trial, app_sink_fn *sink, world_fn *done, void *arg);
void replay_after(struct app *app, const struct plan *plan);    /* one person's turn is stored */
void replay_stop(struct app *app);      /* whoever waits is told */

#endif
