/* nudged itself as a policy: `nudged schedule --stdio` as a child process, a line of JSON each way.
 * Learners come one after another, so it may learn from those before. */
#ifndef WORLDS_PRODUCT_H
#define WORLDS_PRODUCT_H

#include "worlds/learner.h"

struct product;

/* binary: path of the program; fill: what is not due may use a free cap. Ends the process with a
 * sentence when it cannot be started. */
struct product *product_open(const char *binary, bool fill);
struct product *product_close(struct product *product); /* NULL */
struct policy product_policy(const char *name, struct product *product);
uint64_t product_lines(const struct product *product); /* sent so far */

#endif
