/* What the long proofs share: COUNT and SEED from the environment, dice, the last line, and what
 * the system knows of a process. */
#ifndef ENDURE_ENDURE_H
#define ENDURE_ENDURE_H

#include <stdint.h>
#include <stdlib.h>
#include <sys/types.h>

/* Ends the program with a sentence when it is there and no number. */
uint64_t endure_number(const char *name, uint64_t fallback);
uint64_t endure_draw(uint64_t *state); /* splitmix64 */
/* This machine cannot try it: says so and ends the program. */
_Noreturn void endure_not_run(const char *why);
/* A promise was broken: says so and ends the program. */
_Noreturn void endure_broken(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* -- of a process; 0: this one ------------------------------------------------------------- */

size_t endure_fds(pid_t pid); /* open file descriptors */
long endure_rss_kib(pid_t pid);

#endif
