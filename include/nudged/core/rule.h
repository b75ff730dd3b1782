/* What decides: one rule per kind of event, a pure function from facts to a plan. */
#ifndef NUDGED_CORE_RULE_H
#define NUDGED_CORE_RULE_H

#include "nudged/core/event.h"

struct arena;
struct facts;
struct plan;

typedef enum err decide_fn(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan);

struct rule {
    const char *name;
    unsigned needs; /* NEED_* of facts.h */
    decide_fn *decide;
};

const struct rule *rule_of(enum event_kind kind);
unsigned rule_needs(const struct event *event); /* the row's, and what this event adds to it */

#endif
