/* Which weights are taken, which come back, and what a memory is under new ones. */
#include "facts_builder.h"

#include "core/spacing.h"
#include "nudged/core/fit.h"

static struct fit_record better_fit(void)
{
    struct fit_record record = { .cause = FIT_NIGHTLY,
        .result = { .weights = review_weights_default, .answers = 5000, .targets = 3000,
            .learnt_from = 2400, .held_out = 600, .held_out_day = 22000, .loss_candidate = 0.40,
            .loss_in_use = 0.45, .loss_constant = 0.44 } };
    record.result.weights.w[20] = 0.3;
    return record;
}

static void decide_fit(struct builder *b, const struct fit_record *record)
{
    builder_event(b, EVENT_FITTED);
    b->event.fitted = record;
    assert_int_equal(builder_decide(b), OK);
}

static void only_what_predicts_better_is_taken(void **state)
{
    static const struct {
        double in_use, constant;
        size_t answers;
        int32_t least;
        const char *why;
    } rows[] = {
        { 0.45, 0.44, 5000, 0, "fit_adopted" },
        { 0.45, 0.44, FIT_ANSWERS_MIN, 0, "fit_adopted" },
        { 0.45, 0.44, FIT_ANSWERS_MIN - 1, 0, "fit_too_few_answers" },
        { 0.45, 0.44, 60, 50, "fit_adopted" },
        { 0.40, 0.44, 5000, 0, "fit_no_better" },
        { 0.39, 0.44, 5000, 0, "fit_no_better" },
        { 0.45, 0.40, 5000, 0, "fit_no_better_than_constant" },
        { 0.45, 0.35, 5000, 0, "fit_no_better_than_constant" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct builder *b = builder_new("UTC");
        struct fit_record record = better_fit();
        record.result.loss_in_use = rows[i].in_use;
        record.result.loss_constant = rows[i].constant;
        record.result.answers = rows[i].answers;
        b->settings.fit_answers_min = rows[i].least;
        decide_fit(b, &record);
        assert_why(b, rows[i].why);
        BUILDER_ORDER(b, EFFECT_FIT); /* noted in any case */
        const struct fit_record *noted = b->plan.effects[0].fit;
        assert_int_equal(noted->adopted, !strcmp(rows[i].why, "fit_adopted"));
        assert_int_equal(noted->at.utc_ms, b->facts.now.utc_ms);
        assert_int_equal(noted->brings.answers, rows[i].answers);
        assert_memory_equal(&noted->brings.weights, &record.result.weights,
            sizeof(record.result.weights));
        builder_free(b);
    }
}

/* Somebody took the weights back while the fit ran: it was compared with others than those. */
static void what_was_overtaken_is_not_taken(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct fit_record record = better_fit();
    b->facts.fit_id = 7;
    record.before_id = 8;
    decide_fit(b, &record);
    assert_why(b, "fit_overtaken");
    assert_false(b->plan.effects[0].fit->adopted);
    builder_free(b);
}

static void a_revert_brings_back_the_set_before(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    builder_event(b, EVENT_CONTROL);
    b->event.control = CONTROL_REVERT_FIT;
    assert_int_equal(builder_decide(b), OK);
    assert_why(b, "fit_nothing_to_revert");
    assert_int_equal(b->plan.effects_len, 0);
    b->facts.fit_id = 9;
    b->facts.before = (struct fit_set){ .fit_id = 4, .weights = review_weights_default,
        .at = { 77 }, .answers = 1234 };
    b->facts.before.weights.w[3] = 9.25;
    assert_int_equal(builder_decide(b), OK);
    assert_why(b, "fit_reverted");
    BUILDER_ORDER(b, EFFECT_FIT);
    const struct fit_record *noted = b->plan.effects[0].fit;
    assert_int_equal(noted->cause, FIT_REVERT);
    assert_true(noted->adopted && b->facts.live);
    assert_int_equal(noted->set_id, 4);
    assert_int_equal(noted->before_id, 9);
    assert_memory_equal(&noted->brings, &b->facts.before, sizeof(noted->brings));
    builder_free(b);
}

static void a_memory_is_gone_through_again_or_goes_on(void **state)
{
    static const struct rated history[] = { { 22000, RATING_GOOD }, { 22000, RATING_HARD },
        { 22005, RATING_AGAIN }, { 22009, RATING_GOOD }, { 22031, RATING_EASY } };
    (void)state;
    struct builder *b = builder_new("UTC");
    struct review_weights weights = review_weights_default;
    struct review_memory memory = { 0 };
    weights.w[2] = 5;
    weights.w[20] = 0.35;
    b->facts.weights = &weights;
    b->facts.review.memory = (struct review_memory){ 6.5, 5.2, REVIEW_REVIEW, 0, 0 };
    struct review_memory kept = spacing_memory(&b->facts);
    assert_memory_equal(&kept, &b->facts.review.memory, sizeof(kept));
    b->facts.history = history;
    b->facts.history_len = COUNT(history);
    for (size_t i = 0; i < COUNT(history); i++)
        memory = review_next(&weights, &review_options_default, &memory,
            i ? history[i].day - history[i - 1].day : 0, history[i].rating).memory;
    kept = spacing_memory(&b->facts);
    assert_memory_equal(&kept, &memory, sizeof(kept));
    b->facts.fit_id = 3;
    struct review after =
        spacing_answered(&b->facts, NULL, &b->facts.review, RATING_GOOD, 22050);
    assert_int_equal(after.fit_id, 3);
    builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_predicts_better_is_taken),
        cmocka_unit_test(what_was_overtaken_is_not_taken),
        cmocka_unit_test(a_revert_brings_back_the_set_before),
        cmocka_unit_test(a_memory_is_gone_through_again_or_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
