/* Fitting the memory model: the gradient against finite differences, the loss against the model
 * itself, and what is learnt from a log whose true weights are known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fit_gradient.h"
#include "nudged/core/fit.h"

enum { LEN = 24 };

static double uniform(uint64_t *random)
{
    uint64_t z = (*random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

/* Somewhere within the ranges, not far from the defaults. */
static struct review_weights some_weights(uint64_t *random)
{
    struct review_weights weights = review_weights_default;
    for (size_t i = 0; i < REVIEW_WEIGHT_COUNT; i++)
        weights.w[i] *= 0.7 + 0.6 * uniform(random);
    return review_weights_clamp(&weights, REVIEW_SHORT_TERM_NO_STEPS);
}

static void some_history(uint64_t *random, struct fit_answer *answers, float *importance)
{
    static const int32_t gaps[] = { 0, 1, 1, 2, 5, 9, 30, 120 };
    int32_t day = 22000;
    for (size_t i = 0; i < LEN; i++) {
        int32_t gap = gaps[(size_t)(uniform(random) * COUNT(gaps))];
        day += i ? gap : 0;
        answers[i] = (struct fit_answer){ day, (uint8_t)(1 + uniform(random) * 4), i == 0 };
        importance[i] = i && gap ? (float)(0.25 + uniform(random)) : 0;
    }
}

/* The same loss from review.c, answer by answer. */
static double loss_by_the_model(
    const struct review_weights *weights, const struct fit_answer *answers, const float *importance)
{
    struct review_memory memory = { 0 };
    double loss = 0;
    for (size_t i = 0; i < LEN; i++) {
        int32_t gap = i ? answers[i].day - answers[i - 1].day : 0;
        struct review_outcome outcome = review_next(weights, &review_options_default, &memory, gap,
            (enum rating)answers[i].rating);
        if (importance[i] > 0) {
            double recall = outcome.retrievability_before;
            loss -= (double)importance[i] *
                (answers[i].rating > RATING_AGAIN ? log(recall) : log(1 - recall));
        }
        memory = outcome.memory;
    }
    return loss;
}

static void the_loss_is_that_of_the_model(void **state)
{
    uint64_t random = 1;
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct fit_answer answers[LEN];
        float importance[LEN];
        struct fit_model model;
        struct review_weights weights = some_weights(&random);
        some_history(&random, answers, importance);
        fit_model_init(&model, weights.w);
        double expected = loss_by_the_model(&weights, answers, importance);
        double loss = fit_history(&model, answers, importance, LEN, NULL);
        if (fabs(loss - expected) > 1e-9 * (1 + fabs(expected)))
            fail_msg("round %d: %.12g instead of %.12g", round, loss, expected);
    }
}

static double loss_with(const double *w, size_t k, double change, const struct fit_answer *answers,
    const float *importance)
{
    double moved[REVIEW_WEIGHT_COUNT];
    struct fit_model model;
    memcpy(moved, w, sizeof(moved));
    moved[k] += change;
    fit_model_init(&model, moved);
    return fit_history(&model, answers, importance, LEN, NULL);
}

/* Where a value sits on an edge (a floor, a cap) the slope to the left is not that to the right:
 * there either will do. */
static void the_gradient_is_that_of_small_differences(void **state)
{
    uint64_t random = 2;
    size_t compared = 0, edges = 0;
    (void)state;
    for (int round = 0; round < 200; round++) {
        struct fit_answer answers[LEN];
        float importance[LEN];
        struct fit_model model;
        struct review_weights weights = some_weights(&random);
        double gradient[REVIEW_WEIGHT_COUNT] = { 0 };
        some_history(&random, answers, importance);
        fit_model_init(&model, weights.w);
        (void)fit_history(&model, answers, importance, LEN, gradient);
        for (size_t k = 0; k < REVIEW_WEIGHT_COUNT; k++) {
            double h = 1e-6 * fmax(1, fabs(weights.w[k]));
            double here = loss_with(weights.w, k, 0, answers, importance);
            double right = (loss_with(weights.w, k, h, answers, importance) - here) / h;
            double left = (here - loss_with(weights.w, k, -h, answers, importance)) / h;
            double scale = 1e-4 * (1 + fabs(gradient[k]));
            if (fabs(left - right) > 20 * scale) {
                edges++;
                continue;
            }
            if (fabs((left + right) / 2 - gradient[k]) > scale)
                fail_msg("round %d: w%zu: %.9g, by differences %.9g", round, k, gradient[k],
                    (left + right) / 2);
            compared++;
        }
    }
    assert_true(compared > 4000 && edges < 50);
}

/* People who truly forget by these weights, asked when the default schedule asks. */
static struct fit_log log_of(uint64_t seed, size_t histories, const struct review_weights *truth)
{
    enum { ANSWERS = 8 };
    struct fit_answer *answers = calloc(histories * ANSWERS, sizeof(*answers));
    size_t len = 0;
    assert_non_null(answers);
    for (size_t i = 0; i < histories; i++) {
        struct review_memory memory = { 0 };
        int32_t day = 22000 + (int32_t)(uniform(&seed) * 300), gap = 0;
        for (size_t at = 0; at < ANSWERS; at++) {
            double recall = review_retrievability(truth, &memory, gap);
            bool right = at == 0 ? uniform(&seed) < 0.6 : uniform(&seed) < recall;
            enum rating rating = right ? RATING_GOOD : RATING_AGAIN;
            day += gap;
            answers[len++] = (struct fit_answer){ day, (uint8_t)rating, at == 0 };
            struct review_outcome outcome =
                review_next(truth, &review_options_default, &memory, gap, rating);
            memory = outcome.memory;
            gap = 1 + (int32_t)(uniform(&seed) * 1.6 * (double)outcome.scheduled_days);
            gap = gap > 120 ? 120 : gap;
        }
    }
    return (struct fit_log){ answers, len };
}

static void free_log(struct fit_log *log)
{
    free((void *)(uintptr_t)log->answers);
}

static void what_is_true_is_found(void **state)
{
    struct review_weights truth = review_weights_default;
    struct fit_result result;
    struct arena arena;
    size_t targets = 0;
    (void)state;
    truth.w[0] = 0.9;
    truth.w[2] = 5.5;
    truth.w[8] = 1.3;
    truth.w[20] = 0.35;
    struct fit_log log = log_of(11, 4000, &truth);
    arena_init(&arena, 16 << 20);
    assert_int_equal(fit_weights(&log, &review_weights_default, &arena, &result), OK);
    double ideal = fit_loss(&log, &truth, result.held_out_day, &targets);
    assert_int_equal(targets, result.held_out);
    assert_true(result.better);
    assert_true(result.loss_candidate < result.loss_in_use - 0.002);
    assert_true(result.loss_candidate < ideal + 0.002);
    assert_in_range(result.held_out, result.targets / 5, result.targets / 4);
    struct fit_result again;
    arena_reset(&arena);
    assert_int_equal(fit_weights(&log, &review_weights_default, &arena, &again), OK);
    assert_memory_equal(&result.weights, &again.weights, sizeof(again.weights));
    arena_finish(&arena);
    free_log(&log);
}

/* What was held out for the test must not have been seen in learning. */
static void the_newest_fifth_teaches_nothing(void **state)
{
    struct fit_log log = log_of(12, 600, &review_weights_default);
    struct fit_answer *answers = calloc(log.len, sizeof(*answers));
    struct fit_result one, other;
    struct arena arena;
    (void)state;
    assert_non_null(answers);
    memcpy(answers, log.answers, log.len * sizeof(*answers));
    arena_init(&arena, 16 << 20);
    assert_int_equal(fit_weights(&log, &review_weights_default, &arena, &one), OK);
    for (size_t i = 0; i < log.len; i++)
        if (answers[i].day >= one.held_out_day)
            answers[i].rating = answers[i].rating == RATING_AGAIN ? RATING_GOOD : RATING_AGAIN;
    struct fit_log turned = { answers, log.len };
    arena_reset(&arena);
    assert_int_equal(fit_weights(&turned, &review_weights_default, &arena, &other), OK);
    assert_memory_equal(&one.weights, &other.weights, sizeof(one.weights));
    assert_true(fabs(one.loss_candidate - other.loss_candidate) > 0.1);
    arena_finish(&arena);
    free(answers);
    free_log(&log);
}

/* A coin: nothing can be learnt, so nothing is adopted. */
static void noise_is_not_adopted(void **state)
{
    struct fit_log log = log_of(13, 400, &review_weights_default);
    struct fit_answer *answers = calloc(log.len, sizeof(*answers));
    struct fit_result result;
    struct arena arena;
    uint64_t random = 5;
    (void)state;
    assert_non_null(answers);
    memcpy(answers, log.answers, log.len * sizeof(*answers));
    for (size_t i = 0; i < log.len; i++)
        answers[i].rating = uniform(&random) < 0.5 ? RATING_AGAIN : RATING_GOOD;
    struct fit_log coin = { answers, log.len };
    arena_init(&arena, 16 << 20);
    assert_int_equal(fit_weights(&coin, &review_weights_default, &arena, &result), OK);
    assert_false(result.better);
    assert_true(fabs(result.loss_constant - log1p(1)) < 0.01);
    arena_finish(&arena);
    free(answers);
    free_log(&log);
}

static void few_answers_say_nothing(void **state)
{
    struct fit_result result = { .answers = 77 };
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    assert_int_equal(
        fit_weights(&(struct fit_log){ NULL, 0 }, &review_weights_default, &arena, &result),
        ERR_NOT_FOUND);
    struct fit_log log = log_of(14, 2, &review_weights_default);
    assert_int_equal(
        fit_weights(&log, &review_weights_default, &arena, &result), ERR_NOT_FOUND);
    assert_int_equal(result.answers, 77);
    free_log(&log);
    log = log_of(15, 10, &review_weights_default); /* under 64 to learn from: w0 to w3 alone */
    assert_int_equal(fit_weights(&log, &review_weights_default, &arena, &result), OK);
    assert_in_range(result.learnt_from, 0, 63);
    assert_memory_equal(&result.weights.w[4], &review_weights_default.w[4], 17 * sizeof(double));
    free_log(&log);
    arena_finish(&arena);
}

static void a_log_out_of_order_is_refused(void **state)
{
    static const struct fit_answer rows[][3] = {
        { { 5, 3, true }, { 4, 3, false }, { 9, 3, false } },
        { { 5, 0, true }, { 6, 3, false }, { 9, 3, false } },
        { { 5, 3, true }, { 6, 5, false }, { 9, 3, false } },
        { { 5, 3, false }, { 6, 3, false }, { 9, 3, false } },
        { { -2000000000, 3, true }, { 2000000000, 3, false }, { 2000000001, 3, false } },
    };
    struct fit_result result;
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(fit_weights(&(struct fit_log){ rows[i], 3 }, &review_weights_default,
                             &arena, &result),
            ERR_INVALID);
    arena_finish(&arena);
}

/* More answers to one prompt than are kept: the rest is neither learnt from nor scored. */
static void an_endless_history_ends(void **state)
{
    enum { MANY = 3 * FIT_HISTORY_MAX };
    static struct fit_answer answers[MANY];
    struct fit_result result;
    struct arena arena;
    size_t targets = 0;
    (void)state;
    for (int32_t i = 0; i < MANY; i++)
        answers[i] = (struct fit_answer){ 100 + i, i % 5 ? RATING_GOOD : RATING_AGAIN, i == 0 };
    struct fit_log log = { answers, MANY };
    arena_init(&arena, 1 << 20);
    assert_int_equal(fit_weights(&log, &review_weights_default, &arena, &result), OK);
    assert_int_equal(result.targets, FIT_HISTORY_MAX - 1);
    assert_true(isfinite(fit_loss(&log, &result.weights, INT32_MIN, &targets)));
    assert_int_equal(targets, FIT_HISTORY_MAX - 1);
    arena_finish(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loss_is_that_of_the_model),
        cmocka_unit_test(the_gradient_is_that_of_small_differences),
        cmocka_unit_test(what_is_true_is_found),
        cmocka_unit_test(the_newest_fifth_teaches_nothing),
        cmocka_unit_test(noise_is_not_adopted),
        cmocka_unit_test(few_answers_say_nothing),
        cmocka_unit_test(a_log_out_of_order_is_refused),
        cmocka_unit_test(an_endless_history_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
