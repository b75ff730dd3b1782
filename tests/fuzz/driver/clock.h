/* One input, timed. The limit is processor time, so that a busy machine does not fail a target. */
#ifndef TESTS_FUZZ_DRIVER_CLOCK_H
#define TESTS_FUZZ_DRIVER_CLOCK_H

#include <stddef.h>
#include <stdint.h>

enum { INPUT_MS_MAX = 1000 };

/* Aborts when the target takes longer than INPUT_MS_MAX. When the program ends, a line
 * "slowest input: 12 ms" goes to standard error. */
void timed_one(const uint8_t *data, size_t size);

#endif
