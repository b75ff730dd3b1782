/* Facts made by hand: one person, one organisation, one set of prompts of every kind. What a test
 * is about it changes afterwards; what it does not mention is as on a normal Tuesday. */
#ifndef NUDGED_UNIT_CORE_FACTS_BUILDER_H
#define NUDGED_UNIT_CORE_FACTS_BUILDER_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/card.h"
#include "core/slots.h"
#include "nudged/core/plan.h"

enum {
    BUILDER_ARENA_BYTES = 8 << 20,
    BUILDER_PROMPTS = 8,
    BUILDER_REVIEWS_MAX = 16
};

/* The ids of the prompts, one of each kind; LEAD is in a deck for leads only. */
enum { ID_CHOICE = 1, ID_MULTI, ID_ORDER, ID_NUMBER, ID_SHORT, ID_RECALL, ID_REFLECT, ID_LEAD };

#define BUILDER_KEY UINT64_C(0x1234567890abcdef)
#define BUILDER_SECRET "I told Ben about the outage"

struct builder {
    struct arena arena;
    struct zone *zone;
    struct settings settings;
    struct content content;
    struct holidays holidays;
    struct deck decks[2];
    struct skill skills[2];
    struct prompt prompts[BUILDER_PROMPTS];
    struct prompt *by_id[BUILDER_PROMPTS];
    struct prompt_option options[8];
    struct str words[4];
    struct review reviews[BUILDER_REVIEWS_MAX];
    struct facts facts;
    struct event event;
    struct plan plan;
};

#define BUILDER_ORDER(b, ...)                                                                      \
    builder_assert_order((b), (const enum effect_kind[]){ __VA_ARGS__ },                           \
        sizeof((const enum effect_kind[]){ __VA_ARGS__ }) / sizeof(enum effect_kind))

#include "facts_builder.c"

#endif
