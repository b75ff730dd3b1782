/* One deck out of its tree. */
#ifndef CONTENT_DECK_H
#define CONTENT_DECK_H

#include "content/schema.h"
#include "nudged/core/prompt.h"

/* Reads and checks; walk->context is a struct deck_context. The deck is whole only when the source
 * has no error afterwards. `file` is the caller's to set. */
void deck_read(struct walk *walk, const struct yaml_node *root, struct deck *out);

#endif
