/* Prompts that are broken on purpose are found, and those that are only hard are not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "nudged/base/macros.h"
#include "nudged/core/difficulty.h"

enum { PROMPTS = 60, PEOPLE_MAX = 1000, BAD = 4, ARENA = 256 << 20 };

/* What is wrong with the first prompts of a synthetic company; all others are fair. */
enum bad { WRONG_KEY, WRONG_NUMBER, UNCLEAR, TEMPTING };

struct world {
    struct arena arena;
    uint64_t seed;
    struct difficulty_prompt prompts[PROMPTS];
    double b[PROMPTS], ability[PEOPLE_MAX];
    struct difficulty_answer *answers;
    size_t len;
    struct difficulty_row *rows;
};

static char proved[160];

static double draw(struct world *world)
{
    world->seed = world->seed * 6364136223846793005U + 1442695040888963407U;
    uint64_t z = world->seed ^ world->seed >> 33;
    return (double)((z * 0xff51afd7ed558ccdU) >> 11) * 0x1p-53;
}

static double normal(struct world *world)
{
    return sqrt(-2 * log(draw(world) + 1e-300)) * cos(6.283185307179586 * draw(world));
}

/* The chance that somebody is right, who knows it with this logit. */
static double fair(double logit, double guess)
{
    return guess + (1 - guess) / (1 + exp(-logit));
}

static bool is_right(struct world *world, uint32_t prompt, double logit, double guess, bool bad,
    uint32_t *chosen)
{
    double chance = fair(logit, guess);
    if (bad && prompt == UNCLEAR)
        chance = 0.5;
    if (bad && prompt == WRONG_NUMBER)
        chance = 0.01;
    if (bad && prompt == TEMPTING)
        chance *= 0.35;
    bool right = draw(world) < chance;
    bool key_wrong = bad && prompt == WRONG_KEY;
    uint32_t other = 1 + (uint32_t)(draw(world) * 3);
    if (bad && prompt == TEMPTING && draw(world) < 0.8)
        other = 2;
    *chosen = right ? 1u << (key_wrong ? 1 : 0) : 1u << (key_wrong && other == 1 ? 0 : other);
    return key_wrong ? *chosen == 1 : right;
}

/* Everybody meets the prompts in an order of their own, each up to three times. */
static void play(struct world *world, uint32_t people, bool bad)
{
    world->answers = calloc((size_t)people * PROMPTS * 3, sizeof(*world->answers));
    assert_non_null(world->answers);
    for (uint32_t i = 0; i < PROMPTS; i++) {
        bool number = i == WRONG_NUMBER || (i >= BAD && i % 4 == 3);
        world->prompts[i] = (struct difficulty_prompt){ .prompt_id = i + 1, .revision_id = 500 + i,
            .kind = number ? PROMPT_NUMBER : PROMPT_CHOICE, .options = number ? 0 : 4,
            .right = number ? 0 : 1 };
        world->b[i] = 0.8 * normal(world) - 0.8;
    }
    for (uint32_t i = 0; i < people; i++)
        world->ability[i] = 0.8 * normal(world);
    for (uint32_t turn = 0; turn < PROMPTS * 3; turn++)
        for (uint32_t person = 0; person < people; person++) {
            uint32_t prompt = (turn % PROMPTS + person * 7) % PROMPTS;
            double guess = world->prompts[prompt].kind == PROMPT_CHOICE ? 0.25 : 0;
            double logit = world->ability[person] - world->b[prompt] + turn / PROMPTS * 0.8;
            uint32_t chosen = 0;
            bool right = is_right(world, prompt, logit, guess, bad, &chosen);
            world->answers[world->len++] = (struct difficulty_answer){ .person = person,
                .prompt = prompt, .guess = guess, .chosen = chosen, .first = turn < PROMPTS,
                .right = right, .present = true };
        }
    struct difficulty_log log = { world->answers, world->len, people };
    assert_int_equal(difficulty_estimate(world->prompts, PROMPTS, &log, &world->arena,
                         &world->rows), OK);
}

static struct world *world_new(uint64_t seed)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    arena_init(&world->arena, ARENA);
    world->seed = seed * 0x9e3779b97f4a7c15U;
    return world;
}

static void world_free(struct world *world)
{
    arena_finish(&world->arena);
    free(world->answers);
    free(world);
}

static void planted_ones_are_found_and_fair_ones_are_not(void **state)
{
    static const uint32_t sizes[] = { 40, 100, 300, 1000 };
    static const char *const names[] = { "wrong key", "wrong number", "unclear", "tempting" };
    const char *count = getenv("COUNT");
    int worlds = count ? atoi(count) : 20, all_fair = 0, all_alarms = 0, keys = 0;
    (void)state;
    for (size_t s = 0; s < COUNT(sizes); s++) {
        int found[BAD] = { 0 }, alarms = 0, fair_ones = 0, why[DIFFICULTY_FLAG_COUNT] = { 0 };
        for (uint64_t seed = 1; seed <= (uint64_t)worlds; seed++) {
            struct world *world = world_new(seed);
            play(world, sizes[s], true);
            for (int i = 0; i < PROMPTS; i++)
                if (i < BAD)
                    found[i] += world->rows[i].flag != DIFFICULTY_FINE;
                else
                    why[world->rows[i].flag]++, fair_ones++;
            world_free(world);
        }
        print_message("%4u people, %d companies:", sizes[s], worlds);
        for (int i = 0; i < BAD; i++)
            print_message(" %s %d", names[i], found[i]);
        alarms = fair_ones - why[DIFFICULTY_FINE];
        print_message("; false alarms %d of %d (%.2f %%): key %d, too few %d, not rising %d\n",
            alarms, fair_ones, 100.0 * alarms / fair_ones, why[DIFFICULTY_KEY],
            why[DIFFICULTY_TOO_FEW], why[DIFFICULTY_NOT_RISING]);
        assert_true(found[WRONG_KEY] * 100 >= worlds * 95);
        assert_true(found[WRONG_NUMBER] * 10 >= worlds * 9);
        assert_true(s == 0 || found[TEMPTING] >= worlds * 3 / 4);
        assert_true(s < 3 || found[UNCLEAR] >= worlds * 3 / 4); /* shows late */
        assert_true(alarms * 100 <= fair_ones);
        all_fair += fair_ones;
        all_alarms += alarms;
        keys += found[WRONG_KEY];
    }
    snprintf(proved, sizeof(proved), "proved: %d companies of 40 to 1,000 people, %d wrong keys "
        "found, %d false alarms in %d fair prompts", worlds * (int)COUNT(sizes), keys, all_alarms,
        all_fair);
}

static void difficulties_are_those_of_the_world(void **state)
{
    (void)state;
    struct world *world = world_new(7);
    play(world, 300, false);
    double sum = 0, sums = 0, true_sum = 0, true_sums = 0, cross = 0, outside = 0;
    for (int i = 0; i < PROMPTS; i++) {
        double b = world->rows[i].difficulty, is = world->b[i];
        sum += b, sums += b * b, true_sum += is, true_sums += is * is, cross += b * is;
        assert_int_equal(world->rows[i].people, 300);
        assert_int_equal(world->rows[i].answers, 900);
        assert_true(world->rows[i].error > 0.08 && world->rows[i].error < 0.35);
    }
    double n = PROMPTS, r = (n * cross - sum * true_sum) /
        sqrt((n * sums - sum * sum) * (n * true_sums - true_sum * true_sum));
    for (int i = 0; i < PROMPTS; i++) {
        double off = world->rows[i].difficulty - sum / n - (world->b[i] - true_sum / n);
        outside += fabs(off) > 3 * world->rows[i].error;
    }
    print_message("correlation with the true difficulty %.2f; %.0f of %d beyond three errors\n", r,
        outside, PROMPTS);
    assert_true(r > 0.9);
    world_free(world);
}

static void nothing_is_said_before_thirty_answers_of_fifteen(void **state)
{
    static const struct { uint32_t people, each; bool flagged; } rows[] = {
        { 14, 5, false }, { 15, 1, false }, { 15, 2, true }, { 30, 1, true }, { 29, 1, false } };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena;
        struct difficulty_answer answers[200];
        struct difficulty_prompt prompt = { 1, 2, PROMPT_CHOICE, 4, 1 };
        struct difficulty_log log = { answers, 0, 200 };
        struct difficulty_row *out = NULL;
        arena_init(&arena, 1 << 20);
        for (uint32_t turn = 0; turn < rows[i].each; turn++)
            for (uint32_t person = 0; person < rows[i].people; person++)
                answers[log.len++] = (struct difficulty_answer){ .person = person, .guess = 0.25,
                    .chosen = 4, .first = turn == 0, .present = true };
        assert_int_equal(difficulty_estimate(&prompt, 1, &log, &arena, &out), OK);
        assert_int_equal(out->flag, rows[i].flagged ? DIFFICULTY_KEY : DIFFICULTY_FINE);
        assert_int_equal(difficulty_sentence(out, &arena).len > 0, rows[i].flagged);
        for (size_t a = 0; a < log.len; a++)
            answers[a].present = false; /* the author has changed it since: from the beginning */
        assert_int_equal(difficulty_estimate(&prompt, 1, &log, &arena, &out), OK);
        assert_int_equal(out->flag, DIFFICULTY_FINE);
        assert_int_equal(out->people, 0);
        arena_finish(&arena);
    }
}

static void first_answers_alone_move_a_difficulty(void **state)
{
    struct arena arena;
    struct difficulty_prompt prompt = { 1, 2, PROMPT_NUMBER, 0, 0 };
    struct difficulty_answer answers[] = {
        { .person = 0, .first = true, .present = true },
        { .person = 0, .right = true, .present = true },
        { .person = 1, .prompt = UINT32_MAX, .right = true },
    };
    struct difficulty_log log = { answers, 1, 2 };
    struct difficulty_row *one = NULL, *all = NULL;
    (void)state;
    arena_init(&arena, 1 << 20);
    assert_int_equal(difficulty_estimate(&prompt, 1, &log, &arena, &one), OK);
    log.len = COUNT(answers);
    assert_int_equal(difficulty_estimate(&prompt, 1, &log, &arena, &all), OK);
    assert_true(fabs(one->difficulty - 0.5) < 1e-12); /* K(0) = 1, expected one half */
    assert_true(fabs(all->difficulty - 0.5) < 1e-12);
    assert_true(fabs(one->error - 2) < 1e-12);
    answers[2].person = 2;
    assert_int_equal(difficulty_estimate(&prompt, 1, &log, &arena, &all), ERR_INVALID);
    arena_finish(&arena);
}

static void a_sentence_says_what_to_look_at(void **state)
{
    struct arena arena;
    struct difficulty_row row = { .people = 40, .right = 6, .flag = DIFFICULTY_KEY, .option = 2,
        .option_count = 25, .key_count = 6 };
    (void)state;
    arena_init(&arena, 1 << 16);
    assert_true(str_equal(difficulty_sentence(&row, &arena),
        STR("of 40 first answers 25 chose option 3, which counts as wrong, and 6 the right one; "
            "look whether the key is right and the options differ")));
    for (int flag = DIFFICULTY_TOO_FEW; flag < DIFFICULTY_FLAG_COUNT; flag++) {
        row.flag = (enum difficulty_flag)flag;
        assert_true(str_contains(difficulty_sentence(&row, &arena), STR("6 of 40")));
        assert_true(str_contains(difficulty_sentence(&row, &arena), STR("look whether")));
    }
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_ones_are_found_and_fair_ones_are_not),
        cmocka_unit_test(difficulties_are_those_of_the_world),
        cmocka_unit_test(nothing_is_said_before_thirty_answers_of_fifteen),
        cmocka_unit_test(first_answers_alone_move_a_difficulty),
        cmocka_unit_test(a_sentence_says_what_to_look_at),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (!failed)
        puts(proved);
    return failed;
}
