/* Rating kept answers anew: nothing changes by the same table, exactly what is meant by another. */
#include "facts_builder.h"

#include "nudged/core/replay.h"

enum { ANSWERS = 12 };

struct kept {
    struct builder *b;
    struct past_answer past[2 * ANSWERS];
    size_t len;
};

/* Every other answer of two prompts was helped by a hint; rated as on the day, by the real rule. */
static struct kept live(void)
{
    struct kept kept = { .b = builder_new("Europe/Berlin") };
    struct builder *b = kept.b;
    static const int64_t prompts[] = { ID_CHOICE, ID_SHORT };
    struct instant start = b->facts.now;
    for (size_t p = 0; p < COUNT(prompts); p++)
        b->reviews[b->facts.reviews_len++] = (struct review){ .prompt_id = prompts[p] };
    for (size_t i = 0; i < ANSWERS; i++)
        for (size_t p = 0; p < COUNT(prompts); p++) {
            b->facts.now = instant_add(start, HOURS(24 * (int64_t)(10 * i + p)));
            builder_nudge(b, prompts[p], NUDGE_OPEN);
            b->facts.nudge.nudge_id = 100 + (int64_t)kept.len;
            b->facts.nudge.circumstances = i % 2 ? ANSWER_POINTER : 0;
            b->facts.review = b->reviews[p];
            builder_event(b, EVENT_TEXT);
            b->event.text = p ? STR("receiver") : STR("The document");
            assert_int_equal(builder_decide(b), OK);
            b->reviews[p] = builder_effect(b, EFFECT_REVIEW)->review;
            kept.past[kept.len++] = (struct past_answer){
                .answer = builder_effect(b, EFFECT_ANSWER)->answer,
                .prompt_id = prompts[p],
                .kind = b->facts.prompt.kind,
                .options = b->facts.prompt.options_len,
            };
        }
    b->facts.past_len = kept.len;
    return kept;
}

static void replay(struct kept *kept, const struct rating_table *table, bool trial)
{
    struct builder *b = kept->b;
    b->facts.past = kept->past;
    plan_init(&b->plan);
    replay_person(&b->facts, table, trial, &b->arena, &b->plan);
}

/* As the store would. */
static void apply(struct kept *kept)
{
    struct builder *b = kept->b;
    for (size_t i = 0; i < b->plan.effects_len; i++) {
        const struct effect *effect = &b->plan.effects[i];
        for (size_t n = 0; effect->kind == EFFECT_RERATE && n < kept->len; n++)
            if (kept->past[n].answer.nudge_id == effect->nudge_id)
                kept->past[n].answer = effect->answer;
        for (size_t n = 0; effect->kind == EFFECT_REVIEW && n < b->facts.reviews_len; n++)
            if (b->reviews[n].prompt_id == effect->review.prompt_id)
                b->reviews[n] = effect->review;
    }
}

static void the_same_table_changes_nothing(void **state)
{
    (void)state;
    struct kept kept = live();
    replay(&kept, &rating_table_default, false);
    assert_int_equal(kept.b->plan.effects_len, 0);
    assert_int_equal(kept.b->plan.replayed.ratings, 0);
    assert_int_equal(kept.b->plan.replayed.reviews, 0);
    builder_free(kept.b);
}

/* A table for which a hint does not count, but for short answers only. */
static const struct rating_row kinder_rows[] = {
    { OUTCOME_WRONG, 0, 0, 1, RATING_AGAIN },
    { OUTCOME_RIGHT, ANSWER_POINTER, 0.2, 1, RATING_HARD },
    { OUTCOME_RIGHT, 0, 0, 1, RATING_GOOD },
};
static const struct rating_table kinder = { kinder_rows, COUNT(kinder_rows) };

static void another_table_changes_exactly_what_it_is_about(void **state)
{
    (void)state;
    struct kept kept = live();
    struct kept before = kept;
    struct review choice = kept.b->reviews[0], word = kept.b->reviews[1];
    replay(&kept, &kinder, true);
    assert_int_equal(kept.b->plan.effects_len, 0);
    assert_int_equal(kept.b->plan.replayed.ratings, ANSWERS / 2);
    assert_int_equal(kept.b->plan.replayed.reviews, 1);
    replay(&kept, &kinder, false);
    assert_int_equal(kept.b->plan.replayed.ratings, ANSWERS / 2);
    assert_int_equal(builder_count(kept.b, EFFECT_REVIEW), 1);
    apply(&kept);
    assert_memory_equal(&kept.b->reviews[0], &choice, sizeof choice);
    for (size_t i = 0; i < kept.len; i++) {
        const struct answer *was = &before.past[i].answer, *is = &kept.past[i].answer;
        bool meant = kept.past[i].kind == PROMPT_SHORT && (was->circumstances & ANSWER_POINTER);
        assert_int_equal(is->rating, meant ? RATING_GOOD : was->rating);
        assert_int_equal(is->grade, was->grade);
        assert_int_equal(is->circumstances, was->circumstances);
        assert_int_equal(is->before.sent_day, was->before.sent_day);
        if (i < 4) /* up to the first that differs */
            assert_memory_equal(&is->before, &was->before, sizeof is->before);
    }
    const struct review *now = &kept.b->reviews[1];
    assert_true(now->memory.stability_days > word.memory.stability_days); /* Good, not Hard */
    assert_int_equal(now->answers, word.answers);
    assert_int_equal(now->last_day, word.last_day);
    assert_int_equal(now->due_day, word.due_day); /* later: what was said stays */
    replay(&kept, &kinder, false);
    assert_int_equal(kept.b->plan.effects_len, 0); /* and a second time nothing */
    builder_free(kept.b);
}

/* There and back again is where it was: no trace of the other table is left. */
static void back_again_is_as_it_was(void **state)
{
    (void)state;
    struct kept kept = live();
    struct kept before = kept;
    struct review word = kept.b->reviews[1];
    replay(&kept, &kinder, false);
    apply(&kept);
    replay(&kept, &rating_table_default, false);
    assert_int_equal(kept.b->plan.replayed.ratings, ANSWERS / 2);
    apply(&kept);
    for (size_t i = 0; i < kept.len; i++) {
        assert_int_equal(kept.past[i].answer.rating, before.past[i].answer.rating);
        assert_memory_equal(&kept.past[i].answer.before.memory,
            &before.past[i].answer.before.memory, sizeof(struct review_memory));
    }
    assert_memory_equal(&kept.b->reviews[1].memory, &word.memory, sizeof word.memory);
    assert_int_equal(kept.b->reviews[1].due_day, word.due_day);
    builder_free(kept.b);
}

static void sooner_is_taken_later_is_not(void **state)
{
    (void)state;
    static const struct rating_row rows[] = { { OUTCOME_ANY, 0, 0, 1, RATING_AGAIN } };
    static const struct rating_table harsh = { rows, COUNT(rows) };
    struct kept kept = live();
    struct review word = kept.b->reviews[1];
    replay(&kept, &harsh, false);
    apply(&kept);
    assert_true(kept.b->reviews[1].due_day < word.due_day);
    assert_int_equal(kept.b->reviews[1].misses_in_a_row, ANSWERS);
    builder_free(kept.b);
    kept = live();
    kept.b->reviews[1].sent_day = word.last_day + 5; /* asked meanwhile: that day is its own */
    kept.b->reviews[1].due_day = word.last_day + 8;
    replay(&kept, &harsh, false);
    apply(&kept);
    assert_int_equal(kept.b->reviews[1].due_day, word.last_day + 8);
    builder_free(kept.b);
}

static void nobody_is_done_by_half(void **state)
{
    (void)state;
    struct kept kept = live();
    struct builder *b = kept.b;
    struct past_answer *many = arena_array(&b->arena, struct past_answer, PLAN_EFFECTS_MAX);
    for (size_t i = 0; i < PLAN_EFFECTS_MAX; i++)
        many[i] = kept.past[1];
    b->facts.past = many;
    b->facts.past_len = PLAN_EFFECTS_MAX;
    plan_init(&b->plan);
    replay_person(&b->facts, &kinder, false, &b->arena, &b->plan);
    assert_true(b->plan.replayed.more);
    assert_int_equal(b->plan.effects_len, 0);
    builder_free(b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_table_changes_nothing),
        cmocka_unit_test(another_table_changes_exactly_what_it_is_about),
        cmocka_unit_test(back_again_is_as_it_was),
        cmocka_unit_test(sooner_is_taken_later_is_not),
        cmocka_unit_test(nobody_is_done_by_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
