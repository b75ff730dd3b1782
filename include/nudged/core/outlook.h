/* What a person's next question depends on, as the rules see it, for whoever asks why: the same
 * functions, so that the explanation cannot differ from the decision. */
#ifndef NUDGED_CORE_OUTLOOK_H
#define NUDGED_CORE_OUTLOOK_H

#include "nudged/core/facts.h"

enum { OUTLOOK_DUE_MAX = 5 };

struct outlook_due {
    const struct prompt *prompt; /* borrowed from the content */
    int32_t day; /* local day it is due since */
};

struct outlook { /* of the local day of facts->now */
    bool workday;
    struct str holiday; /* its name; empty: none */
    struct instant from, to; /* the window */
    int32_t new_this_week; /* prompts met for the first time */
    struct outlook_due due[OUTLOOK_DUE_MAX]; /* the longest due first */
    size_t due_len;
    size_t due_all; /* also those that do not fit */
};

void outlook_of(const struct facts *facts, struct outlook *out);
/* The `why` of a person's slot as words that end no sentence: "has said stop". NULL: no such. */
const char *outlook_sentence(const char *why);

#endif
