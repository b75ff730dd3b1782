/* What a loaded zone holds; written by tzif.c, read by zone.c. */
#ifndef CALENDAR_TZIF_H
#define CALENDAR_TZIF_H

#include "calendar/footer.h"
#include "nudged/calendar/zone.h"

enum {
    OFFSET_LEAST_S = -89999,           /* RFC 9636 section 3.2: more than -25, less than 26 hours */
    OFFSET_MOST_S = 93599
};

struct zone {
    struct str name;
    size_t changes_len;
    const int64_t *changes;             /* seconds since 1970 UTC, ascending */
    const int32_t *offsets_s;       /* changes_len + 1: [0] before the first, [i + 1] from [i] on */
    struct footer footer;               /* rules from the last change on */
};

#endif
