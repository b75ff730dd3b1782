/* Compiler helpers used everywhere: attributes, counting, and assertions that stay on.
 *
 * REQUIRE is for our own mistakes only (a broken promise between two of our functions); it aborts,
 * because a process that broke an invariant must not go on to write. Bytes from outside never reach
 * a REQUIRE: they end in an `enum err`. */
#ifndef NUDGED_BASE_MACROS_H
#define NUDGED_BASE_MACROS_H

#include <stddef.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#define UNUSED __attribute__((unused))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Prints file, line and the broken condition to standard error, then aborts. */
_Noreturn void require_failed(const char *file, int line, const char *what);

#define REQUIRE(condition) \
    ((condition) ? (void)0 : require_failed(__FILE__, __LINE__, #condition))
#define UNREACHABLE(why) require_failed(__FILE__, __LINE__, "unreachable: " why)

#endif
