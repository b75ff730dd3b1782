/* The memory model's weights, for people: what a fit would bring, what became of those before, and
 * the same words where the daemon speaks of them. */
#ifndef NUDGED_APP_FITTING_H
#define NUDGED_APP_FITTING_H

#include "nudged/core/fit.h"
#include "nudged/core/person.h"
#include "nudged/store/report.h"

/* Learns from the answers of a store and compares, beside a running daemon; nothing is written.
 * Errors: those of the store; ERR_NOT_FOUND: too few answers to say anything, and *out says so, or
 * no store, and *out is empty. */
MUST_USE enum err fitting_try(struct str state_folder, int32_t answers_min, struct buf *out);
/* Every fit there was, oldest first. */
MUST_USE enum err fitting_list(struct str state_folder, struct buf *out);

/* The same on a connection and with weights of the caller's. */
MUST_USE enum err fitting_learn(
    struct reader *reader, const struct review_weights *in_use, struct fit_result *out);

/* The table of a comparison; in_use: whose weights were in force. */
void fitting_print_result(
    const struct fit_result *result, const struct fit_set *in_use, struct buf *out);
/* Whether it is (would be) adopted, and why not: one sentence. */
void fitting_print_verdict(
    const struct fit_result *result, int32_t answers_min, bool done, struct buf *out);

#endif
