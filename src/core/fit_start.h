/* What happens to a log before the descent: which histories are too odd to learn from, and where
 * the first four weights start. */
#ifndef NUDGED_CORE_FIT_START_H
#define NUDGED_CORE_FIT_START_H

#include "nudged/core/fit.h"

/* One person and prompt, as far as it is learnt from. */
struct fit_history_span {
    size_t first;               /* index in the log */
    uint32_t len;               /* up to the last answer before the held-out day */
    uint32_t targets;           /* among them */
    int32_t first_gap;          /* days before the first target */
    bool first_right;           /* how that one ended */
    bool odd;                   /* left out */
};

struct fit_histories {
    struct fit_history_span *spans;
    size_t len;
};

/* Marks histories by first rating and first gap: the rarest gaps until a twentieth (at least 20) of
 * that rating's are gone, then every gap with fewer than 6 or beyond 100 days (365 after Easy). */
void fit_mark_odd(const struct fit_log *log, struct fit_histories *histories, struct arena *arena);

/* w0–w3 for what is left; the other weights are untouched. right_share: of all targets learnt from.
 * False: no history has a target, and nothing was changed. */
bool fit_first_stabilities(const struct fit_log *log, const struct fit_histories *histories,
    double right_share, double *w);

#endif
