/* What somebody would type, be called or write into a file to make a program do something: families
 * of active text, each in several dresses. Bytes, not strings: some are not UTF-8. */
#ifndef TESTS_HOSTILE_PAYLOADS_H
#define TESTS_HOSTILE_PAYLOADS_H

#include "nudged/base/arena.h"
#include "nudged/base/str.h"

struct payloads {
    struct str *items;
    size_t len;
};

struct payloads payloads_make(struct arena *arena);
/* Control or directional characters, or bytes that are no UTF-8: what must reach no screen. */
bool payload_hides(struct str text, bool lines);

#endif
