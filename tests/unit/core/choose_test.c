/* Which prompt comes next: the order of sending is what decides learning. */
#include "facts_builder.h"
#include "core/choose.h"

static struct chosen choose(struct builder *b)
{
    return choose_prompt(&b->facts, builder_today(b));
}

static void assert_chosen(struct builder *b, int64_t prompt_id, const char *why)
{
    struct chosen chosen = choose(b);
    assert_string_equal(chosen.why, why);
    if (!prompt_id) {
        assert_null(chosen.prompt);
        return;
    }
    assert_non_null(chosen.prompt);
    assert_int_equal(chosen.prompt->prompt_id, prompt_id);
    if (chosen.review)
        assert_int_equal(chosen.review->prompt_id, prompt_id);
}

static struct review *learnt(struct builder *b, int64_t prompt_id, int due_in, double stability)
{
    struct review *review = builder_review(b, prompt_id, due_in);
    review->memory = (struct review_memory){ stability, 5, REVIEW_REVIEW, 0, 0 };
    review->last_day = review->sent_day = builder_today(b) - 10;
    review->answers = 1;
    return review;
}

static void what_is_due_comes_before_what_is_new(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    builder_review(b, ID_REFLECT, 0);
    assert_chosen(b, ID_REFLECT, "due");
    assert_non_null(choose(b).review);
    b->reviews[0].due_day++;
    assert_chosen(b, ID_CHOICE, "new");
    assert_null(choose(b).review);
    builder_free(b);
}

static void the_longest_due_comes_first(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    learnt(b, ID_CHOICE, -2, 1);
    learnt(b, ID_MULTI, -9, 100); /* well remembered, yet waiting longest */
    learnt(b, ID_ORDER, -4, 1);
    assert_chosen(b, ID_MULTI, "due");
    builder_free(b);
}

static void of_equals_the_least_remembered_comes_first(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    learnt(b, ID_CHOICE, -2, 30);
    struct review *weak = learnt(b, ID_ORDER, -2, 3);
    learnt(b, ID_SHORT, -2, 10);
    assert_chosen(b, ID_ORDER, "due");
    weak->memory.stability_days = 300;
    assert_chosen(b, ID_SHORT, "due");
    builder_review(b, ID_REFLECT, -2); /* sent once, never answered: remembered least */
    assert_chosen(b, ID_REFLECT, "due");
    builder_free(b);
}

static void skills_take_turns_within_a_day(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    builder_nudge(b, ID_SHORT, NUDGE_ANSWERED); /* the last one was about checking */
    learnt(b, ID_CHOICE, -2, 3); /* checking */
    struct review *other = learnt(b, ID_MULTI, -1, 3); /* handing over */
    assert_chosen(b, ID_MULTI, "due");
    other->due_day = builder_today(b) - 2;
    other->memory.stability_days = 300;
    assert_chosen(b, ID_MULTI, "due");
    b->reviews[0].due_day = builder_today(b) - 4; /* but nothing waits for variety's sake */
    assert_chosen(b, ID_CHOICE, "due");
    builder_free(b);
}

static void what_was_ignored_keeps_its_place(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    int32_t today = builder_today(b);
    struct review *ignored = learnt(b, ID_CHOICE, 0, 2); /* answered 10 days ago */
    learnt(b, ID_MULTI, -2, 2);
    ignored->sent_day = today - 3; /* due again only today, but waiting for 8 days */
    assert_chosen(b, ID_CHOICE, "due");
    ignored->memory.stability_days = 9; /* for one day */
    assert_chosen(b, ID_MULTI, "due");
    ignored->due_day++; /* not before the pause is over */
    ignored->memory.stability_days = 2;
    assert_chosen(b, ID_MULTI, "due");
    ignored->due_day = today;
    ignored->last_day = ignored->answers = 0; /* never answered: it waits since it was met */
    ignored->born_day = today - 3;
    assert_chosen(b, ID_CHOICE, "due");
    ignored->born_day = today - 1;
    assert_chosen(b, ID_MULTI, "due");
    builder_free(b);
}

static void two_of_a_skill_a_day_only_when_nothing_else_is_due(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct review *today = learnt(b, ID_SHORT, 7, 3); /* checking, asked this morning */
    today->sent_day = builder_today(b);
    learnt(b, ID_CHOICE, -9, 3); /* checking, too */
    struct review *other = learnt(b, ID_MULTI, 0, 300); /* handing over */
    assert_chosen(b, ID_MULTI, "due");
    other->due_day++;
    assert_chosen(b, ID_CHOICE, "due");
    builder_free(b);
}

static void a_free_cap_is_used_when_the_organisation_says_so(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    b->settings.new_per_week = 0;
    struct review *recent = learnt(b, ID_CHOICE, 20, 3), *rested = learnt(b, ID_MULTI, 30, 300);
    recent->sent_day = recent->last_day = builder_today(b) - 8;
    rested->sent_day = rested->last_day = builder_today(b) - 9;
    assert_chosen(b, 0, "nothing_due");
    b->settings.fill = true;
    assert_chosen(b, ID_MULTI, "early");
    rested->misses_in_a_row = LEECH_MISSES;
    assert_chosen(b, ID_CHOICE, "early");
    recent->sent_day = recent->last_day = builder_today(b) - 6; /* the gap is 7 */
    assert_chosen(b, 0, "nothing_due");
    builder_review(b, ID_REFLECT, 20)->sent_day = builder_today(b) - 20; /* not before its day */
    assert_chosen(b, 0, "nothing_due");
    recent->due_day = builder_today(b); /* what is due does not wait for the gap */
    assert_chosen(b, ID_CHOICE, "due");
    b->settings.new_per_week = 15;
    recent->due_day++;
    assert_chosen(b, ID_ORDER, "new"); /* new comes before early */
    builder_free(b);
}

static void what_is_missed_again_and_again_rests(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    b->settings.new_per_week = 0;
    struct review *leech = learnt(b, ID_CHOICE, -5, 1);
    leech->misses_in_a_row = LEECH_MISSES - 1;
    assert_chosen(b, ID_CHOICE, "due");
    leech->misses_in_a_row = LEECH_MISSES;
    assert_chosen(b, 0, "nothing_due");
    leech->last_day = builder_today(b) - LEECH_REST_DAYS + 1;
    assert_chosen(b, 0, "nothing_due");
    leech->last_day = builder_today(b) - LEECH_REST_DAYS;
    assert_chosen(b, ID_CHOICE, "due");
    builder_free(b);
}

static void what_was_wrong_for_sure_comes_first(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    b->settings.new_per_week = 0;
    (void)learnt(b, ID_CHOICE, -30, 1);
    struct review *sure = learnt(b, ID_MULTI, 0, 1);
    assert_chosen(b, ID_CHOICE, "due");
    sure->marks = REVIEW_MISCONCEPTION;
    assert_chosen(b, ID_MULTI, "due");
    sure->due_day++; /* but not before its day */
    assert_chosen(b, ID_CHOICE, "due");
    builder_free(b);
}

static void no_prompt_comes_twice_a_day(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    b->settings.new_per_week = 0;
    struct review *review = learnt(b, ID_CHOICE, -5, 1);
    review->sent_day = builder_today(b);
    assert_chosen(b, 0, "nothing_due");
    review->sent_day = builder_today(b) + 1; /* the clock was wrong: likewise */
    assert_chosen(b, 0, "nothing_due");
    builder_free(b);
}

/* What was met on days that have not come was met under a wrong clock: not this week. */
static void a_wrong_clock_does_not_use_up_the_week(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    b->settings.new_per_week = 1;
    builder_review(b, ID_CHOICE, 400)->born_day = builder_today(b) + 365;
    assert_chosen(b, ID_MULTI, "new");
    b->reviews[0].born_day = builder_today(b) + 2; /* a small step back: it counts */
    assert_chosen(b, 0, "nothing_due");
    builder_free(b);
}

static void new_ones_come_in_deck_order(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    for (int64_t id = ID_CHOICE; id <= ID_REFLECT; id++) {
        assert_chosen(b, id, "new");
        builder_review(b, id, 5);
    }
    assert_chosen(b, 0, "nothing_left");
    b->facts.reviews_len = 0;
    builder_review(b, ID_CHOICE, 5);
    builder_review(b, ID_ORDER, 5);
    assert_chosen(b, ID_MULTI, "new"); /* one inserted later comes at its place */
    builder_free(b);
}

static void new_ones_are_rationed_by_the_week(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    int32_t monday = builder_today(b) - weekday_of(builder_today(b));
    for (int64_t id = ID_CHOICE; id <= ID_ORDER; id++)
        builder_review(b, id, 5)->born_day = monday;
    assert_chosen(b, 0, "nothing_due");
    b->reviews[0].born_day = monday - 1; /* last Sunday is last week */
    assert_chosen(b, ID_NUMBER, "new");
    b->settings.new_per_week = 2;
    assert_chosen(b, 0, "nothing_due");
    b->settings.new_per_week = 0;
    b->facts.reviews_len = 0;
    assert_chosen(b, 0, "nothing_due");
    builder_free(b);
}

static void decks_are_for_their_audience(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    for (int64_t id = ID_CHOICE; id <= ID_REFLECT; id++)
        builder_review(b, id, 5);
    assert_chosen(b, 0, "nothing_left");
    b->facts.person.role = STR("Lead");
    assert_chosen(b, ID_LEAD, "new");
    builder_review(b, ID_LEAD, -3);
    assert_chosen(b, ID_LEAD, "due");
    b->facts.person.role = STR("agent"); /* moved on: no longer theirs */
    b->settings.new_per_week = 0;
    assert_chosen(b, 0, "nothing_due");
    builder_free(b);
}

static void retired_prompts_are_never_asked(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    b->settings.new_per_week = 0;
    learnt(b, 99, -20, 1);
    assert_chosen(b, 0, "nothing_due");
    learnt(b, ID_CHOICE, -1, 1);
    assert_chosen(b, ID_CHOICE, "due");
    b->content.decks_len = 0; /* its deck went, the prompt is still known */
    assert_chosen(b, 0, "nothing_due");
    builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_due_comes_before_what_is_new),
        cmocka_unit_test(the_longest_due_comes_first),
        cmocka_unit_test(of_equals_the_least_remembered_comes_first),
        cmocka_unit_test(skills_take_turns_within_a_day),
        cmocka_unit_test(what_was_ignored_keeps_its_place),
        cmocka_unit_test(two_of_a_skill_a_day_only_when_nothing_else_is_due),
        cmocka_unit_test(a_free_cap_is_used_when_the_organisation_says_so),
        cmocka_unit_test(what_is_missed_again_and_again_rests),
        cmocka_unit_test(no_prompt_comes_twice_a_day),
        cmocka_unit_test(a_wrong_clock_does_not_use_up_the_week),
        cmocka_unit_test(new_ones_come_in_deck_order),
        cmocka_unit_test(what_was_wrong_for_sure_comes_first),
        cmocka_unit_test(new_ones_are_rationed_by_the_week),
        cmocka_unit_test(decks_are_for_their_audience),
        cmocka_unit_test(retired_prompts_are_never_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
