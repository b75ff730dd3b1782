/* Functions that are easier to misuse than to use. Included by every source file through the
 * compiler's -include, so that a call does not compile. */
#ifndef NUDGED_BASE_BANNED_H
#define NUDGED_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok localtime gmtime localtime_r
#pragma GCC poison gmtime_r mktime atoi atol atof gets tmpnam system popen alloca rand srand

#endif
