/* Functions that are easier to misuse than to use. Included by every source file through the
 * compiler's -include: a call names something that does not exist, and does not compile.
 * Macros with arguments, so that the bare word stays free (libcrypto has parameters called
 * `rand`). */
#ifndef NUDGED_BASE_BANNED_H
#define NUDGED_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef strtok
#undef alloca
#define BANNED(function) banned_use_something_else_than_##function
#define strcpy(...) BANNED(strcpy)
#define strcat(...) BANNED(strcat)
#define strncpy(...) BANNED(strncpy)
#define strncat(...) BANNED(strncat)
#define sprintf(...) BANNED(sprintf)
#define vsprintf(...) BANNED(vsprintf)
#define strtok(...) BANNED(strtok)
#define localtime(...) BANNED(localtime)
#define localtime_r(...) BANNED(localtime_r)
#define gmtime(...) BANNED(gmtime)
#define gmtime_r(...) BANNED(gmtime_r)
#define mktime(...) BANNED(mktime)
#define atoi(...) BANNED(atoi)
#define atol(...) BANNED(atol)
#define atof(...) BANNED(atof)
#define gets(...) BANNED(gets)
#define tmpnam(...) BANNED(tmpnam)
#define system(...) BANNED(system)
#define popen(...) BANNED(popen)
#define alloca(...) BANNED(alloca)
#define rand(...) BANNED(rand)
#define srand(...) BANNED(srand)

#endif
