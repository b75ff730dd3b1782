/* What one rated answer makes of a review: memory and spacing, evidence, marks. The same when the
 * answer comes and when it is rated anew. */
#ifndef NUDGED_CORE_ANSWERED_H
#define NUDGED_CORE_ANSWERED_H

#include "nudged/core/facts.h"
#include "nudged/core/rating.h"

/* From rated->answer->before, on its day. rating is never NONE; deck NULL: of none any more. */
struct review answered_review(const struct facts *facts, const struct deck *deck,
    const struct rated_answer *rated, enum rating rating);

#endif
