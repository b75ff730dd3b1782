/* What the admins hear of: a condition of the daemon (app/degraded.c has the list) that began or
 * ended. Plain data; strings borrow like an event's. */
#ifndef NUDGED_CORE_ALERT_H
#define NUDGED_CORE_ALERT_H

#include "nudged/base/str.h"
#include "nudged/base/time.h"

enum alert_phase {
    ALERT_BEGAN,            /* told, and remembered as told */
    ALERT_NOTED,            /* remembered only: while it lasts nobody can be told in chat */
    ALERT_ENDED,            /* told when its begin is remembered, which is then forgotten */
    ALERT_WAS,              /* told as something past: its begin could not even be remembered */
    ALERT_FORGOTTEN,        /* an incident of some time ago: no longer remembered, nobody is told */
    ALERT_PHASE_COUNT
};

struct alert {
    enum alert_phase phase;
    struct str condition;   /* its name: what it is remembered by */
    struct instant began;   /* ENDED: the remembered one counts */
    struct instant ended;   /* ENDED, WAS */
    struct str text;        /* what it means and what to do; ENDED, WAS: what there was */
};

#endif
