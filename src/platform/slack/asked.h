/* Whose profiles were asked for lately, and who waits for it. Pure: time comes as an argument.
 *
 * Nobody is asked for again within an hour, so that a stranger who keeps typing costs one call. Of
 * more than ASKED_MAX people an hour those asked first are forgotten; the method's pace is what
 * bounds the calls then. */
#ifndef SLACK_ASKED_H
#define SLACK_ASKED_H

#include "nudged/base/str.h"
#include "nudged/base/time.h"

enum { ASKED_MAX = 256, ASKED_ID_ROOM = 65 };

struct asked {
    struct asked_user { char id[ASKED_ID_ROOM]; uint64_t number; struct mono at; bool waits; }
        users[ASKED_MAX];
    uint64_t last;                      /* number given last; 0: none yet */
};

/* Does nothing for an id too long, one asked for within the hour, or when all in it wait. */
void asked_add(struct asked *asked, struct str user, struct mono now);
/* Who has waited longest; the same one until asked_done. Empty: nobody waits. */
struct str asked_first(const struct asked *asked);
/* The first one waits no more. */
void asked_done(struct asked *asked);

#endif
