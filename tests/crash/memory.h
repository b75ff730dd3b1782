/* Memory that fails on demand, for the program alone: its own malloc, calloc and realloc (wrapped
 * by the linker), its arenas, SQLite's and cJSON's. What the simulated world, the workspace and the
 * people allocate never fails and is not counted: calls of the program into its world leave the
 * program, callbacks enter it.
 *
 * Every block the program took is remembered until it is freed: what is left when the program was
 * closed has leaked. */
#ifndef TESTS_CRASH_MEMORY_H
#define TESTS_CRASH_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "nudged/base/world.h"

/* Before anything else: SQLite takes its allocator only once. */
void memory_init(void);
/* From now on this world's callers are the program. */
void memory_watch_world(struct world *world);
/* Around calls into the program that no callback of its world makes. */
void memory_enter(void);
void memory_leave(void);

/* The at-th allocation from now on fails, and the `more` behind it; at 0: none does. again: and,
 * where it was our own code's, the next one at the same place. */
void memory_fail(unsigned long at, unsigned long more, bool again);
unsigned long memory_taken(void); /* allocations since memory_fail */
unsigned long memory_refused(void);
size_t memory_live(void); /* blocks of the program, without arenas */

#endif
