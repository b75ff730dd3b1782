/* What happens when one of our own promises is broken: say which, and die before anything is
 * written. */
#include "nudged/base/macros.h"

#include <stdio.h>
#include <stdlib.h>

void require_failed(const char *file, int line, const char *what)
{
    (void)fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, what);
    (void)fflush(stderr);
    abort();
}
