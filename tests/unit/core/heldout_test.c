/* Held-out questions: which one, on which days, and that nothing else touches them. */
#include "facts_builder.h"
#include "core/choose.h"
#include "core/heldout.h"
#include "core/spacing.h"

/* Ada met the skill "checking" (prompts 1, 3, 5, 7) of the basics `days` ago; 3 and 5 are held out
 * for it. Today is a Tuesday. */
static struct builder *trained(int days)
{
    struct builder *b = builder_new("UTC");
    b->prompts[ID_ORDER - 1].held_out = b->prompts[ID_SHORT - 1].held_out = true;
    builder_review(b, ID_CHOICE, 100)->born_day = builder_today(b) - days;
    b->facts.settings = &b->settings;
    b->settings.new_per_week = 0;
    return b;
}

static void asked_on_its_days_and_no_others(void **state)
{
    (void)state;
    for (int days = 0; days < 200; days++) {
        struct builder *b = trained(days);
        int32_t first = builder_today(b) - days, asked = 0;
        for (size_t i = 0; i < HELDOUT_POINTS; i++) {
            int32_t day = slot_workday_on_or_after(&b->facts, first + heldout_points[i].days);
            if (builder_today(b) >= day && builder_today(b) <= day + heldout_points[i].late_days)
                asked = heldout_points[i].days;
        }
        struct chosen chosen = choose_prompt(&b->facts, builder_today(b));
        assert_string_equal(chosen.why, asked ? "held_out" : "nothing_due");
        assert_int_equal(chosen.held_out_days, asked);
        builder_free(b);
    }
}

/* 30 days before Tuesday the 4th of March is a Sunday: who began on the Saturday or Sunday after is
 * asked on the Monday; here the day itself is the test, counted by hand. */
static void a_day_off_moves_to_the_next_workday(void **state)
{
    static const struct { int born, day, asked; } rows[] = {
        { 5, 11, 0 }, { 5, 12, 7 }, /* a Wednesday and the Wednesday after */
        { 6, 36, 0 },               /* Thursday and 30: Saturday the 5th of April */
        { 6, 38, 30 },              /* so the Monday */
        { 6, 45, 30 }, { 6, 46, 0 }, /* and no longer than seven days from it */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct builder *b = trained(0);
        int32_t first = date_to_day((struct date){ 2031, 3, 1 }) - 1;
        b->reviews[0].born_day = first + rows[i].born;
        b->facts.now =
            instant_add(builder_local(b, 2031, 3, 1, 11, 0), HOURS(24 * (rows[i].day - 1)));
        assert_int_equal(heldout_choose(&b->facts, first + rows[i].day).days, rows[i].asked);
        builder_free(b);
    }
}

static void before_all_that_is_due_and_above_no_weekly_limit(void **state)
{
    (void)state;
    struct builder *b = trained(7);
    builder_review(b, ID_MULTI, -9); /* waits for long */
    struct chosen chosen = choose_prompt(&b->facts, builder_today(b));
    assert_string_equal(chosen.why, "held_out");
    assert_null(chosen.review);
    b->facts.content = &b->content;
    builder_review(b, chosen.prompt->prompt_id, 0)->born_day = builder_today(b);
    assert_int_equal(choose_new_this_week(&b->facts, builder_today(b)), 0); /* it is no new one */
    builder_free(b);
}

static void never_again_for_the_same_point_answered_or_not(void **state)
{
    (void)state;
    for (int late = 0; late <= heldout_points[0].late_days; late++) {
        struct builder *b = trained(7 + late);
        const struct prompt *prompt = heldout_choose(&b->facts, builder_today(b)).prompt;
        assert_non_null(prompt);
        struct review *review = builder_review(b, prompt->prompt_id, -1); /* due, were it others */
        review->sent_day = slot_workday_on_or_after(&b->facts, builder_today(b) - late);
        const struct prompt *due = NULL;
        assert_null(heldout_choose(&b->facts, builder_today(b)).prompt);
        assert_false(choose_is_due(&b->facts, review, builder_today(b), &due));
        assert_string_equal(choose_prompt(&b->facts, builder_today(b)).why, "nothing_due");
        b->reviews[0].born_day -= 23; /* at the next point there is one again, and another */
        review->sent_day -= 23;
        struct heldout next = heldout_choose(&b->facts, builder_today(b));
        assert_int_equal(next.days, 30);
        assert_true(next.prompt != prompt);
        builder_free(b);
    }
}

/* Three delays, two prompts: they take turns; over people each stands at each delay. */
static void people_differ_in_which_one(void **state)
{
    static const int days[] = { 7, 30, 90 };
    int seen[BUILDER_PROMPTS + 1][COUNT(days)] = { { 0 } };
    (void)state;
    for (int person = 1; person <= 10; person++)
        for (size_t i = 0; i < COUNT(days); i++) {
            struct builder *b = trained(days[i] + (days[i] == 30 ? 1 : 0));
            b->facts.person.person_id = person;
            struct heldout held_out = heldout_choose(&b->facts, builder_today(b));
            assert_int_equal(held_out.days, days[i]);
            seen[held_out.prompt->prompt_id][i]++;
            builder_free(b);
        }
    for (size_t i = 0; i < COUNT(days); i++) {
        assert_int_equal(seen[ID_ORDER][i], 5);
        assert_int_equal(seen[ID_SHORT][i], 5);
    }
}

/* The days count from the same skill in the same deck; without a beginning there is none. */
static void counted_from_its_own_skill_and_deck(void **state)
{
    (void)state;
    struct builder *b = trained(7);
    b->reviews[0].prompt_id = ID_MULTI; /* of the other skill */
    assert_null(heldout_choose(&b->facts, builder_today(b)).prompt);
    b->reviews[0].prompt_id = ID_LEAD; /* of the other deck */
    b->prompts[ID_LEAD - 1].skill = STR("checking");
    assert_null(heldout_choose(&b->facts, builder_today(b)).prompt);
    b->facts.reviews_len = 0;
    assert_null(heldout_choose(&b->facts, builder_today(b)).prompt);
    assert_int_equal(choose_prompt(&b->facts, builder_today(b)).held_out_days, 0);
    b->settings.new_per_week = 3; /* and none is met as a new one */
    for (int i = 0; i < BUILDER_PROMPTS; i++) {
        struct chosen chosen = choose_prompt(&b->facts, builder_today(b));
        if (chosen.prompt) {
            assert_false(chosen.prompt->held_out);
            builder_review(b, chosen.prompt->prompt_id, 50)->born_day -= 10;
        }
    }
    assert_int_equal(b->facts.reviews_len, 5);
    builder_free(b);
}

static void the_sending_says_so_and_the_answer_promises_no_return(void **state)
{
    static const uint8_t right[] = { 1 };
    (void)state;
    struct builder *b = trained(7);
    b->prompts[ID_ORDER - 1].kind = b->prompts[ID_SHORT - 1].kind = PROMPT_CHOICE;
    b->prompts[ID_SHORT - 1].options = b->options;
    b->prompts[ID_SHORT - 1].options_len = 3;
    builder_event(b, EVENT_PERSON_DUE);
    assert_int_equal(builder_decide(b), OK);
    assert_string_equal(b->plan.why, "held_out");
    const struct effect *sent = builder_effect(b, EFFECT_NUDGE_NEW);
    assert_non_null(sent);
    assert_int_equal(sent->nudge.held_out_days, 7);
    for (int ordinary = 0; ordinary < 2; ordinary++) {
        builder_nudge(b, sent->nudge.prompt_id, NUDGE_OPEN);
        b->facts.nudge.held_out_days = ordinary ? 0 : 7;
        builder_click(b, VERB_CHOOSE, right, 1);
        struct buf text = buf_in(&b->arena, 4096);
        const struct effect *card = builder_effect(b, EFFECT_DELIVER);
        assert_non_null(card);
        message_to_text(card->deliver.message, &text);
        assert_int_equal(str_contains(buf_str(&text), STR("bring this back")), ordinary);
        assert_int_equal(builder_effect(b, EFFECT_REVIEW)->review.answers, 1);
    }
    builder_free(b);
}

static void put_off_it_may_come_within_its_days(void **state)
{
    (void)state;
    struct builder *b = trained(7);
    const struct prompt *prompt = heldout_choose(&b->facts, builder_today(b)).prompt;
    struct review *review = builder_review(b, prompt->prompt_id, 3);
    builder_nudge(b, prompt->prompt_id, NUDGE_OPEN);
    b->facts.nudge.held_out_days = 7;
    for (int snooze = 0; snooze < 2; snooze++) {
        review->sent_day = builder_today(b);
        b->facts.review = *review;
        builder_click(b, snooze ? VERB_SNOOZE : VERB_SKIP, NULL, 0);
        const struct effect *moved = builder_effect(b, EFFECT_REVIEW);
        assert_non_null(moved);
        *review = moved->review;
        assert_int_equal(heldout_choose(&b->facts, builder_today(b) + 1).prompt != NULL, snooze);
        assert_null(heldout_choose(&b->facts, builder_today(b) + 4).prompt);
    }
    builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asked_on_its_days_and_no_others),
        cmocka_unit_test(a_day_off_moves_to_the_next_workday),
        cmocka_unit_test(before_all_that_is_due_and_above_no_weekly_limit),
        cmocka_unit_test(never_again_for_the_same_point_answered_or_not),
        cmocka_unit_test(people_differ_in_which_one),
        cmocka_unit_test(counted_from_its_own_skill_and_deck),
        cmocka_unit_test(the_sending_says_so_and_the_answer_promises_no_return),
        cmocka_unit_test(put_off_it_may_come_within_its_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
