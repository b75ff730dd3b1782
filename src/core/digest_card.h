/* The digest as a message: pure layout of a report within the visibility setting. */
#ifndef NUDGED_CORE_DIGEST_CARD_H
#define NUDGED_CORE_DIGEST_CARD_H

#include "nudged/core/plan.h"
#include "nudged/core/report.h"

enum {
    DIGEST_LINES_MAX = 12,
    DIGEST_PEOPLE_MAX = 6
};

/* At most DIGEST_LINES_MAX lines; with details, a line for everybody. Direct reports are named
 * (unless under `team`), everybody below them is one line of sums. Sums of people who are not named
 * are told about, in tenths and people to the nearest five, because the difference of two weeks
 * would tell of somebody who joined or left; and once, on Monday, because that of two readings
 * would. NULL when there is nothing to say. */
struct message *digest_card(
    const struct facts *facts, const struct report *report, bool details, struct arena *arena);
struct message *digest_nothing(const struct facts *facts, struct arena *arena);

#endif
