/* The memory model against recorded histories of the reference implementation (fsrs_vectors.json),
 * and the promises of its header: known values, monotonicity, clamps, hostile input. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "nudged/base/macros.h"
#include "nudged/core/review.h"

static const char *const mode_names[] = {
    [REVIEW_SHORT_TERM_NO_STEPS] = "short_on_no_steps",
    [REVIEW_SHORT_TERM_DEFAULT_STEPS] = "short_on_default_steps",
    [REVIEW_LONG_TERM] = "short_off",
};
_Static_assert(COUNT(mode_names) == REVIEW_MODE_COUNT, "one name per mode");

static cJSON *read_vectors(void)
{
    FILE *file = fopen(SOURCE_DIR "/tests/unit/core/fsrs_vectors.json", "rb");
    assert_non_null(file);
    size_t capacity = 1 << 20;
    char *text = calloc(1, capacity);
    assert_non_null(text);
    size_t len = fread(text, 1, capacity - 1, file);
    assert_true(len > 0 && len < capacity - 1);
    fclose(file);
    cJSON *json = cJSON_Parse(text);
    free(text);
    assert_non_null(json);
    return json;
}

static double number(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}

static enum review_mode mode_of(const cJSON *sequence)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(sequence, "mode"));
    for (size_t i = 0; i < COUNT(mode_names); i++)
        if (strcmp(mode_names[i], name) == 0)
            return (enum review_mode)i;
    fail_msg("unknown mode %s", name);
    return REVIEW_MODE_COUNT;
}

static struct review_weights weights_of(const cJSON *json, const cJSON *sequence)
{
    const cJSON *all = cJSON_GetObjectItem(json, "weights");
    const cJSON *set = cJSON_GetArrayItem(all, (int)number(sequence, "w"));
    assert_int_equal(cJSON_GetArraySize(set), REVIEW_WEIGHT_COUNT);
    struct review_weights weights = { .len = REVIEW_WEIGHT_COUNT };
    for (int i = 0; i < REVIEW_WEIGHT_COUNT; i++)
        weights.w[i] = cJSON_GetArrayItem(set, i)->valuedouble;
    return weights;
}

static void near(const char *what, int id, int at, double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance))
        fail_msg("sequence %d review %d: %s is %.10g, expected %.10g", id, at, what, got, want);
}

static void same(const char *what, int id, int at, int64_t got, double want)
{
    near(what, id, at, (double)got, want, 0);
}

static void check_review(int id, int at, const cJSON *want, const struct review_outcome *got)
{
    double stability = number(want, "s");
    near("s", id, at, got->memory.stability_days, stability, 1e-7 + 1e-6 * stability);
    near("d", id, at, got->memory.difficulty, number(want, "d"), 1e-7);
    const cJSON *recall = cJSON_GetObjectItem(want, "r_before");
    if (!cJSON_IsNull(recall))
        near("r_before", id, at, got->retrievability_before, recall->valuedouble, 2e-7);
    same("state", id, at, got->memory.state, number(want, "state"));
    same("step", id, at, got->memory.step, number(want, "step"));
    same("scheduled_days", id, at, got->scheduled_days, number(want, "scheduled_days"));
    same("pure_interval", id, at, got->pure_interval_days, number(want, "pure_interval"));
    same("due_min", id, at, got->due_minutes, number(want, "due_min"));
}

static void every_recorded_review_is_reproduced(void **state)
{
    (void)state;
    cJSON *json = read_vectors();
    int reviews_by_mode[REVIEW_MODE_COUNT] = { 0 };
    const cJSON *sequence = NULL, *review = NULL;
    cJSON_ArrayForEach(sequence, cJSON_GetObjectItem(json, "sequences")) {
        struct review_options options = {
            .mode = mode_of(sequence),
            .desired_retention = number(sequence, "desired_retention"),
            .maximum_interval_days = (int32_t)number(sequence, "maximum_interval"),
        };
        struct review_weights given = weights_of(json, sequence);
        struct review_weights weights = review_weights_clamp(&given, options.mode);
        assert_memory_equal(&given, &weights, sizeof weights);  /* the sets lie inside the ranges */
        struct review_memory memory = { 0 };
        int at = 0, lapses = 0;
        cJSON_ArrayForEach(review, cJSON_GetObjectItem(sequence, "reviews")) {
            struct review_outcome got =
                review_next(&weights, &options, &memory, (int32_t)number(review, "elapsed_days"),
                            (enum rating)(int)number(review, "rating"));
            lapses += got.lapsed;
            check_review((int)number(sequence, "id"), at++, review, &got);
            assert_int_equal(lapses, (int)number(review, "lapses"));
            memory = got.memory;
            reviews_by_mode[options.mode]++;
        }
    }
    cJSON_Delete(json);
    int total = 0;
    for (int i = 0; i < REVIEW_MODE_COUNT; i++) {
        assert_true(reviews_by_mode[i] > 100);
        total += reviews_by_mode[i];
    }
    assert_int_equal(total, 1092);
}

static const struct review_weights *defaults(void)
{
    return &review_weights_default;
}

static struct review_memory memory_of(double stability_days, double difficulty)
{
    return (struct review_memory){ .stability_days = stability_days, .difficulty = difficulty,
                                   .state = REVIEW_REVIEW };
}

static void recall_is_nine_tenths_after_one_stability(void **state)
{
    (void)state;
    static const double decays[] = { 0.1, 0.1542, 0.3, 0.5, 0.8 };
    for (size_t i = 0; i < COUNT(decays); i++) {
        struct review_weights weights = *defaults();
        weights.w[20] = decays[i];
        for (double days = 0.001; days <= 36500; days *= 3.7) {
            struct review_memory memory = memory_of(days, 5);
            assert_float_equal(review_retrievability(&weights, &memory, days), 0.9, 1e-6);
            assert_float_equal(review_retrievability(&weights, &memory, 0), 1.0, 1e-9);
        }
    }
    struct review_memory fresh = { 0 };
    assert_float_equal(review_retrievability(defaults(), &fresh, 3), 0, 0);
}

static int32_t interval(const struct review_options *options, double stability)
{
    struct review_memory memory = memory_of(stability, 5);
    return review_interval_days(defaults(), options, &memory);
}

static void interval_at_nine_tenths_is_the_stability(void **state)
{
    (void)state;
    struct review_options options = review_options_default;
    assert_int_equal(interval(&options, 20), 20);
    assert_int_equal(interval(&options, 20.49), 20);
    assert_int_equal(interval(&options, 20.51), 21);
    assert_int_equal(interval(&options, 2.5), 3);       /* half up */
    assert_int_equal(interval(&options, 0.001), 1);
    assert_int_equal(interval(&options, 5000), 365);
    options.desired_retention = NAN;
    assert_int_equal(interval(&options, 20), 20);
    options.maximum_interval_days = -4;
    assert_int_equal(interval(&options, 20), 1);
    options.maximum_interval_days = INT32_MAX;
    options.desired_retention = 0;
    assert_int_equal(interval(&options, 36500), REVIEW_INTERVAL_DAYS_MAX);
}

static void recall_falls_and_intervals_grow(void **state)
{
    (void)state;
    struct review_memory memory = memory_of(12, 6);
    double before = 1.1;
    for (int days = 0; days < 2000; days += 7) {
        double recall = review_retrievability(defaults(), &memory, days);
        assert_true(recall < before && recall > 0);
        before = recall;
    }
    struct review_options strict = review_options_default, loose = review_options_default;
    strict.desired_retention = 0.95;
    loose.desired_retention = 0.80;
    for (double stability = 1; stability < 200; stability *= 1.5) {
        assert_true(interval(&strict, stability)
                    <= interval(&loose, stability));
        assert_true(interval(&loose, stability)
                    <= interval(&loose, stability * 1.5));
    }
}

static void a_better_rating_never_means_an_earlier_review(void **state)
{
    (void)state;
    for (int mode = 0; mode < REVIEW_MODE_COUNT; mode++) {
        struct review_options options = review_options_default;
        options.mode = (enum review_mode)mode;
        for (int32_t elapsed = 0; elapsed < 90; elapsed += 9) {
            struct review_memory memory = memory_of(15, 5);
            int64_t due_before = -1;
            double difficulty_before = 11;
            for (int rating = RATING_AGAIN; rating <= RATING_EASY; rating++) {
                struct review_outcome out =
                    review_next(defaults(), &options, &memory, elapsed, (enum rating)rating);
                assert_true(out.due_minutes > due_before);
                assert_true(out.memory.difficulty <= difficulty_before);
                due_before = out.due_minutes;
                difficulty_before = out.memory.difficulty;
            }
        }
    }
}

static void an_answer_when_due_strengthens_and_a_lapse_weakens(void **state)
{
    (void)state;
    for (double stability = 0.5; stability < 300; stability *= 2) {
        struct review_memory memory = memory_of(stability, 5);
        int32_t when_due = stability < 1 ? 1 : (int32_t)stability;
        struct review_outcome good = review_next(defaults(), &review_options_default, &memory,
                                                 when_due, RATING_GOOD);
        struct review_outcome again = review_next(defaults(), &review_options_default, &memory,
                                                  when_due, RATING_AGAIN);
        assert_true(good.memory.stability_days > stability);
        assert_true(again.memory.stability_days < stability);
        assert_true(again.lapsed);
        assert_false(good.lapsed);
    }
}

static void weights_are_clamped_into_their_ranges(void **state)
{
    (void)state;
    struct review_weights weights = { .len = REVIEW_WEIGHT_COUNT };
    for (size_t i = 0; i < REVIEW_WEIGHT_COUNT; i++)
        weights.w[i] = 1e300;
    weights = review_weights_clamp(&weights, REVIEW_SHORT_TERM_NO_STEPS);
    assert_float_equal(weights.w[0], 100, 0);
    assert_float_equal(weights.w[7], 0.75, 0);
    assert_float_equal(weights.w[16], 6, 0);
    assert_float_equal(weights.w[20], 0.8, 0);
    for (size_t i = 0; i < REVIEW_WEIGHT_COUNT; i++)
        weights.w[i] = -1e300;
    struct review_weights low = review_weights_clamp(&weights, REVIEW_SHORT_TERM_NO_STEPS);
    assert_float_equal(low.w[0], 0.001, 0);
    assert_float_equal(low.w[16], 1, 0);
    assert_float_equal(low.w[19], 0.01, 0);
    assert_float_equal(low.w[20], 0.1, 0);
    low = review_weights_clamp(&weights, REVIEW_LONG_TERM);
    assert_float_equal(low.w[19], 0, 0);
    weights.w[3] = NAN;
    low = review_weights_clamp(&weights, REVIEW_LONG_TERM);
    assert_float_equal(low.w[3], review_weights_default.w[3], 0);
    struct review_weights kept = review_weights_clamp(defaults(), REVIEW_LONG_TERM);
    assert_memory_equal(&kept, defaults(), sizeof kept);
}

static void check_outcome_sane(const struct review_outcome *out)
{
    assert_true(out->memory.stability_days >= 0.001 && out->memory.stability_days <= 36500);
    assert_true(out->memory.difficulty >= 1 && out->memory.difficulty <= 10);
    assert_true(out->retrievability_before >= 0 && out->retrievability_before <= 1);
    assert_true(out->pure_interval_days >= 1);
    assert_true(out->pure_interval_days <= REVIEW_INTERVAL_DAYS_MAX);
    assert_true(out->scheduled_days >= 0);
    assert_true(out->scheduled_days <= REVIEW_INTERVAL_DAYS_MAX + 3);
    assert_true(out->due_minutes >= 1);
}

/* A small own generator: the same hostile inputs in every run. */
static uint64_t hostile_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static double hostile_number(uint64_t *seed)
{
    static const double odd[] = { 0,        -0.0,     1,    -1,      1e-300, DBL_MAX, -DBL_MAX,
                                  INFINITY, -INFINITY, NAN, DBL_MIN, 0.5,    36500,   10 };
    uint64_t bits = hostile_next(seed);
    if (bits % 3 == 0)
        return odd[(bits >> 8) % COUNT(odd)];
    return ((double)(bits >> 11) / 9007199254740992.0 - 0.5) * 20;
}

static void hostile_input_stays_finite(void **state)
{
    (void)state;
    uint64_t seed = 0x9e3779b97f4a7c15u;
    for (int round = 0; round < 20000; round++) {
        struct review_weights weights;
        for (size_t i = 0; i < REVIEW_WEIGHT_COUNT; i++)
            weights.w[i] = hostile_number(&seed);
        struct review_options options = {
            .mode = (enum review_mode)(hostile_next(&seed) % REVIEW_MODE_COUNT),
            .desired_retention = hostile_number(&seed),
            .maximum_interval_days = (int32_t)(uint32_t)hostile_next(&seed),
        };
        weights = review_weights_clamp(&weights, options.mode);
        struct review_memory memory = {
            .stability_days = hostile_number(&seed),
            .difficulty = hostile_number(&seed),
            .state = (enum review_state)(hostile_next(&seed) % 4),
            .step = (int32_t)(uint32_t)hostile_next(&seed),
        };
        for (int answer = 0; answer < 6; answer++) {
            int32_t elapsed = (int32_t)(uint32_t)hostile_next(&seed) >> (round % 31);
            enum rating rating = (enum rating)(1 + hostile_next(&seed) % 4);
            struct review_outcome out =
                review_next(&weights, &options, &memory, elapsed, rating);
            check_outcome_sane(&out);
            memory = out.memory;
        }
    }
}

/* Known values of the second version: after each answer S, F, D. */
static void seven_gives_the_known_values(void **state)
{
    static const struct {
        int32_t gap;
        enum rating rating;
    } first[] = { { 0, RATING_AGAIN }, { 0, RATING_GOOD }, { 1, RATING_GOOD }, { 3, RATING_GOOD },
        { 8, RATING_GOOD }, { 21, RATING_GOOD } },
      second[] = { { 0, RATING_GOOD }, { 1, RATING_GOOD }, { 3, RATING_GOOD },
          { 7, RATING_AGAIN } };
    (void)state;
    struct review_memory memory = { 0 };
    for (size_t i = 0; i < COUNT(first); i++)
        memory = review_next(&review_weights_default_7, &review_options_default, &memory,
            first[i].gap, first[i].rating).memory;
    assert_float_equal(memory.stability_days, 25.98571, 2e-5);
    assert_float_equal(memory.difficulty, 5.87755, 1e-5);
    memory = (struct review_memory){ 0 };
    for (size_t i = 0; i < COUNT(second); i++)
        memory = review_next(&review_weights_default_7, &review_options_default, &memory,
            second[i].gap, second[i].rating).memory;
    assert_float_equal(memory.stability_days, 3.020795, 1e-6);
    assert_float_equal(memory.fast_days, 0.894300, 1e-6);
    assert_float_equal(memory.difficulty, 9.035880, 1e-6);
    double next_day = review_retrievability(&review_weights_default_7, &memory, 1);
    assert_float_equal(next_day, 0.844037, 1e-6);
    assert_int_equal( /* the formula says an hour and a half */
        review_interval_days(&review_weights_default_7, &review_options_default, &memory), 1);
}

static void seven_stays_within_its_ranges(void **state)
{
    uint64_t seed = 77;
    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct review_weights weights = { .len = REVIEW_WEIGHT_COUNT_7 };
        struct review_memory memory = { 0 };
        for (size_t i = 0; i < REVIEW_WEIGHT_COUNT_7; i++)
            weights.w[i] = round % 7 ? (double)(int64_t)hostile_next(&seed) / 1e18 : NAN;
        weights = review_weights_clamp(&weights, REVIEW_SHORT_TERM_NO_STEPS);
        assert_true(weights.len == REVIEW_WEIGHT_COUNT_7 && weights.w[0] <= weights.w[3]);
        for (int i = 0; i < 12; i++) {
            int32_t gap = (int32_t)(hostile_next(&seed) % 500);
            enum rating rating = (enum rating)(1 + hostile_next(&seed) % 4);
            struct review_outcome out =
                review_next(&weights, &review_options_default, &memory, gap, rating);
            memory = out.memory;
            assert_true(memory.stability_days >= 1e-4 && memory.stability_days <= 36500);
            assert_true(memory.fast_days >= 1e-4 && memory.fast_days <= 36500);
            assert_true(memory.difficulty >= 1 && memory.difficulty <= 10);
            assert_in_range(out.scheduled_days, 1, 368);
            double soon = review_retrievability(&weights, &memory, 1);
            assert_true(soon >= 0 && soon <= 1);
            assert_true(review_retrievability(&weights, &memory, 30) <= soon);
        }
    }
}

static void due_day_keeps_the_gap(void **state)
{
    (void)state;
    assert_int_equal(review_due_day(22000, 2, 1, 7), 22002);
    assert_int_equal(review_due_day(22000, 2, 2, 7), 22007);
    assert_int_equal(review_due_day(22000, 2, 2, 0), 22002);
    assert_int_equal(review_due_day(22000, 2, 2, -9), 22002);
    assert_int_equal(review_due_day(22000, 40, 9, 7), 22040);
    assert_int_equal(review_due_day(22000, 0, 1, 7), 22001);   /* a step: not twice on one day */
    assert_int_equal(review_due_day(INT32_MAX, 5, 2, 7), INT32_MAX);
    assert_int_equal(review_due_day(INT32_MAX - 3, 5, 2, INT32_MAX), INT32_MAX);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_recorded_review_is_reproduced),
        cmocka_unit_test(recall_is_nine_tenths_after_one_stability),
        cmocka_unit_test(interval_at_nine_tenths_is_the_stability),
        cmocka_unit_test(recall_falls_and_intervals_grow),
        cmocka_unit_test(a_better_rating_never_means_an_earlier_review),
        cmocka_unit_test(an_answer_when_due_strengthens_and_a_lapse_weakens),
        cmocka_unit_test(weights_are_clamped_into_their_ranges),
        cmocka_unit_test(hostile_input_stays_finite),
        cmocka_unit_test(seven_gives_the_known_values),
        cmocka_unit_test(seven_stays_within_its_ranges),
        cmocka_unit_test(due_day_keeps_the_gap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
