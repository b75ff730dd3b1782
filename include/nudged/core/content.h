/* The prompts in force, as rules see them. */
#ifndef NUDGED_CORE_CONTENT_H
#define NUDGED_CORE_CONTENT_H

#include "nudged/base/hash.h"
#include "nudged/calendar/holidays.h"
#include "nudged/core/prompt.h"

/* What content/ loaded: the prompts in force. Immutable; swapped between turns. */
struct content {
    struct deck *decks;
    size_t decks_len;
    struct skill *skills;
    size_t skills_len;
    const struct holidays *holidays;
    int64_t version;                /* grows with every accepted set */
    struct hash256 hash;            /* of the files it was read from */
    struct prompt **by_id;          /* sorted by prompt_id, for content_prompt */
    size_t by_id_len;
};

/* NULL: retired */
const struct prompt *content_prompt(const struct content *content, int64_t prompt_id);
const struct deck *content_deck(const struct content *content, struct str deck_id);
const struct skill *content_skill(const struct content *content, struct str skill_id);

#endif
