/* The digest as a message: pure layout of a report within the visibility setting. */
#ifndef NUDGED_CORE_DIGEST_CARD_H
#define NUDGED_CORE_DIGEST_CARD_H

#include "nudged/core/plan.h"
#include "nudged/core/report.h"

enum {
    DIGEST_LINES_MAX = 12,
    DIGEST_PEOPLE_MAX = 6,
    DIGEST_GROUP_MIN = 5            /* under `team`: fewer people than this are shown as nothing */
};

/* At most DIGEST_LINES_MAX lines; with details, a line for everybody. NULL when there is nothing to
 * say: no answer in the week, or under `team` fewer than DIGEST_GROUP_MIN people who answered. */
struct message *digest_card(const struct facts *facts, const struct report *report, bool details,
                            struct arena *arena);
struct message *digest_nothing(struct arena *arena);

#endif
