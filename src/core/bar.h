/* What keeps a person from being asked at all, whatever the hour: the one list of it. due.c decides
 * by it, page.c says it to the person, outlook.c to the operator. */
#ifndef NUDGED_CORE_BAR_H
#define NUDGED_CORE_BAR_H

#include "nudged/core/facts.h"

enum bar {
    BAR_NONE,
    BAR_LEFT,
    BAR_STOPPED,
    BAR_PAUSED,
    BAR_NOT_LIVE,
    BAR_NOT_REACHABLE,
    BAR_NOT_IN_PILOT,
    BAR_ENDED,
    BAR_NOT_STARTED,
    BAR_COUNT
};

/* The first that holds. *until: the first slot after it ends by itself; NEVER when somebody has to
 * do something. */
enum bar bar_of(const struct facts *facts, struct instant *until);
const char *bar_why(enum bar bar); /* "paused"; NULL for NONE */
/* When the next question comes, as far as can be promised now; NEVER: none. */
struct instant bar_next(const struct facts *facts);

#endif
