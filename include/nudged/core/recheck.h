/* Whether what waited in the outbox may still go to its person now: looked at in the transaction
 * that claims it, so that nothing decided for somebody's hours arrives outside of them, however
 * long it waited and whatever changed meanwhile (their zone, their week, the organisation's hours,
 * a pause, an end of employment, do-not-disturb).
 *
 * Asks only about what nobody asked for: questions and notices. */
#ifndef NUDGED_CORE_RECHECK_H
#define NUDGED_CORE_RECHECK_H

#include "nudged/core/facts.h"

struct delivery;

enum recheck {
    RECHECK_GO,
    RECHECK_LATER, /* at *again, which is before the delivery's own end */
    RECHECK_DROP /* its use is over */
};

bool recheck_concerns(const struct delivery *delivery);
/* facts: NEED_PERSON, with the person's zone. *again is set for LATER alone. */
enum recheck recheck_delivery(
    const struct facts *facts, const struct delivery *delivery, struct instant *again);

#endif
