/* Reading when a pause ends. */
#ifndef NUDGED_CORE_WHEN_H
#define NUDGED_CORE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/str.h"

/* "until friday", "2031-05-02", "for 2 weeks", "3 days", "tomorrow": the first local day that is
 * free again. False when it cannot be read, is not after today, or is more than a year away. */
MUST_USE bool when_parse(struct str text, int32_t today, int32_t *day);

#endif
