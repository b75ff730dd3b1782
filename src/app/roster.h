/* Taking in people.csv, and looking at everybody, a slice a turn (roster.c). */
#ifndef NUDGED_APP_ROSTER_H
#define NUDGED_APP_ROSTER_H

#include "nudged/base/world.h"
#include "nudged/content/content.h"

struct app;

/* What is taken in by and by: the rows of people.csv, and a look at everybody. */
struct intake {
    bool has_people;                    /* false: the file is the one that is in already */
    struct arena arena;                 /* of the people */
    struct people people;
    struct hash256 looked_hash;         /* of prompts and settings; zeros: not known */
};

struct roster {
    struct timer *timer;
    struct intake now, next;            /* next: newer files came while a slice was on its way */
    size_t slice_rows;
    size_t row;                         /* the present slice begins here */
    enum people_sweep sweep;            /* 0: rows */
    int64_t after_id, last_id;          /* of the sweep; of everybody */
    int64_t epoch;
    uint64_t slice;                     /* raised last */
    struct taken begun, ended;          /* what the first and the last slice note */
    bool at_work, first, raised;        /* raised: a slice is in the inbox */
    bool has_next, wake_again;
    bool waits;                         /* at the start, for the link */
    bool ask;                           /* the workspace's list is wanted when it is done */
};

enum err roster_init(struct app *app);
void roster_finish(struct app *app);
void roster_take(struct app *app, struct intake *intake);       /* empties it */
void roster_wait_for_link(struct app *app);             /* at the start, with what was taken */
void roster_link_is_up(struct app *app);
void roster_wake_everybody(struct app *app);
/* The slice that was refused, else a look at everybody: it shows whether there is room again. */
void roster_try(struct app *app);
void roster_slice_stored(struct app *app, const struct event *event);
void roster_slice_failed(struct app *app, const struct event *event, bool refused);
void intake_free(struct intake *intake);

#endif
