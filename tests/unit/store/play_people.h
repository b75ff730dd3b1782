/* People 1 to n, their chat accounts, and four prompts. */
#ifndef TESTS_UNIT_STORE_PLAY_PEOPLE_H
#define TESTS_UNIT_STORE_PLAY_PEOPLE_H

#include "play_turn.h"

static inline struct people_row play_row(struct play *play, int number)
{
    struct arena *arena = &play->arena;
    return (struct people_row){
        .external_id = str_format(arena, "p%d", number),
        .email = str_format(arena, "p%d@example.com", number),
        .name = str_format(arena, "Person %04d", number),
        .role = STR("support"),
        .cohort = STR("spring"),
        .zone = STR("Europe/Berlin"),
        .region = STR("DE-BE"),
        .workdays = 31,
        .start_day = MONDAY - 100,
        .active = true,
    };
}

/* People 1 to count; the first one manages the others. Numbers are their person_id. */
static inline void play_people(struct play *play, int count, int64_t epoch)
{
    struct effect *effects = calloc((size_t)count + 1, sizeof(*effects));
    assert_non_null(effects);
    for (int i = 1; i <= count; i++) {
        struct effect *effect = &effects[i - 1];
        effect->kind = EFFECT_PEOPLE_ROW;
        effect->epoch = epoch;
        effect->row = play_row(play, i);
        if (i > 1)
            effect->row.manager = STR("p1");
    }
    effects[count].kind = EFFECT_PEOPLE_LAST;
    effects[count].roster_epoch = epoch;
    play_effects(play, effects, (size_t)count + 1);
    free(effects);
}

/* Gives people 1 to count the chat accounts U1 … */
static inline void play_match(struct play *play, int count)
{
    struct effect *effects = calloc((size_t)count, sizeof(*effects));
    assert_non_null(effects);
    for (int i = 1; i <= count; i++) {
        effects[i - 1].kind = EFFECT_MEMBER;
        effects[i - 1].member = (struct member){
            .user = str_format(&play->arena, "U%d", i),
            .email = str_format(&play->arena, "P%d@Example.com", i),
            .zone = STR("Europe/Paris"),
        };
    }
    play_effects(play, effects, (size_t)count);
    free(effects);
}

/* Two choices, one order, one reflection. */
static inline void play_prompts(struct play *play)
{
    static struct prompt_option options[3] = { { .text = { "Ask", 3 }, .correct = true },
        { .text = { "Wait", 4 } }, { .text = { "Guess", 5 } } };
    static const enum prompt_kind kinds[] = { PROMPT_CHOICE, PROMPT_CHOICE, PROMPT_ORDER,
        PROMPT_REFLECT };
    static const char *const ids[] = { "first", "second", "third", "fourth" };
    for (size_t i = 0; i < COUNT(kinds); i++)
        play->prompts[i] = (struct prompt){
            .deck = STR("handoff"),
            .id = str_from_z(ids[i]),
            .kind = kinds[i],
            .skill = i == 1 ? STR("listening") : STR("escalation"),
            .ask = STR("What now?"),
            .options = kinds[i] == PROMPT_REFLECT ? NULL : options,
            .options_len = kinds[i] == PROMPT_REFLECT ? 0 : COUNT(options),
        };
    play->deck = (struct deck){
        .id = STR("handoff"), .prompts = play->prompts, .prompts_len = COUNT(kinds)
    };
    assert_int_equal(store_begin(play->store), OK);
    assert_int_equal(store_number_prompts(play->store, &play->deck, 1), OK);
    assert_int_equal(store_commit(play->store), OK);
}

#endif
