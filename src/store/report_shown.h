/* What a person has demonstrated, for a report about them. */
#ifndef STORE_REPORT_SHOWN_H
#define STORE_REPORT_SHOWN_H

#include "nudged/core/report.h"
#include "store/reader.h"

/* since: they are in the reader's team; evidence that rests on an answer that may be older is left
 * out, whole. In the arena, by number of the prompt. */
MUST_USE enum err report_read_shown(struct reader *reader, int64_t person_id, struct instant since,
    struct arena *arena, struct report_shown **out, size_t *len);

#endif
