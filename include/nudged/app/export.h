/* All answers of a store, for other programs. */
#ifndef NUDGED_APP_EXPORT_H
#define NUDGED_APP_EXPORT_H

#include "nudged/app/app.h"

/* Calls sink with pieces of about 32 KiB until all is said: CSV with a header line and CRLF, cells
 * that a spreadsheet would take for a formula led by an apostrophe; or one JSON object to a line.
 * Reads on a connection of its own beside a running daemon. The caller has noted the access
 * (app_control). Errors: those of the store; what was given to sink by then is not all. */
MUST_USE enum err export_answers(struct str state_folder, bool csv, app_sink_fn *sink, void *arg);
/* Likewise, as CSV, a row a person and question that was answered: what it is evidence of
 * (core/evidence.h) and the expected recall of that day. */
MUST_USE enum err export_evidence(
    struct str state_folder, int32_t today, app_sink_fn *sink, void *arg);
/* Delayed recall by skill (core/outcome.h): as lines for people, or as CSV. */
MUST_USE enum err export_outcomes(struct str state_folder, bool csv, app_sink_fn *sink, void *arg);

#endif
