/* A person's weeks in memory: what is asked when, without store and clock. */
#include "facts_builder.h"
#include "nudged/core/rehearsal.h"

enum { MONDAY = 22341 }; /* 2031-03-03 */

struct play {
    struct arena arena;
    struct settings settings;
    struct content content;
    struct rehearsal rehearsal;
};

static void play_start(struct play *play, size_t items)
{
    struct deck deck = { .id = STR("items"), .desired_retention = 0.9, .min_gap_days = -1 };
    *play = (struct play){ .settings = { .hours = HOURS_DEFAULT, .cap = 3, .min_gap_days = 7 } };
    arena_init(&play->arena, 1 << 20);
    assert_int_equal(rehearsal_plain_content(items, &deck, &play->arena, &play->content), OK);
    struct facts facts = { .settings = &play->settings, .content = &play->content,
        .weights = &review_weights_default };
    assert_int_equal(rehearsal_start(&play->rehearsal, &facts, &play->arena), OK);
}

static int64_t ask(struct play *play, int32_t day)
{
    const struct prompt *prompt = rehearsal_ask(&play->rehearsal, day);
    return prompt ? prompt->prompt_id : 0;
}

static void answer(struct play *play, int64_t prompt_id, enum rating rating, int32_t day)
{
    rehearsal_answer(
        &play->rehearsal, content_prompt(&play->content, prompt_id), rating, day);
}

static void an_exposure_is_no_answer(void **state)
{
    struct play play;
    (void)state;
    play_start(&play, 4);
    rehearsal_expose(&play.rehearsal, 2, MONDAY + 4);
    assert_int_equal(ask(&play, MONDAY + 4), 0);
    assert_int_equal(ask(&play, MONDAY + 5), 0); /* a Saturday */
    const struct review *review = rehearsal_review(&play.rehearsal, 2);
    assert_int_equal(review->answers, 0);
    assert_true(review->memory.stability_days == 0);
    assert_int_equal(review->due_day, MONDAY + 7);
    assert_int_equal(ask(&play, MONDAY + 7), 2);
    assert_int_equal(ask(&play, MONDAY + 7), 0);
    assert_null(rehearsal_review(&play.rehearsal, 1));
    arena_finish(&play.arena);
}

static void an_answer_moves_the_day_as_in_the_daemon(void **state)
{
    struct play play;
    (void)state;
    play_start(&play, 4);
    rehearsal_expose(&play.rehearsal, 1, MONDAY);
    assert_int_equal(ask(&play, MONDAY + 1), 1);
    answer(&play, 1, RATING_GOOD, MONDAY + 1);
    struct review_outcome first = review_next(&review_weights_default, &review_options_default,
        &(struct review_memory){ 0 }, 0, RATING_GOOD);
    const struct review *review = rehearsal_review(&play.rehearsal, 1);
    assert_true(review->memory.stability_days == first.memory.stability_days);
    assert_int_equal(review->due_day, MONDAY + 1 + first.scheduled_days);
    answer(&play, 1, RATING_AGAIN, review->due_day);
    assert_int_equal(rehearsal_review(&play.rehearsal, 1)->misses_in_a_row, 1);
    assert_int_equal(rehearsal_review(&play.rehearsal, 1)->due_day, MONDAY + 10); /* the gap */
    arena_finish(&play.arena);
}

static void what_is_ignored_comes_again_behind_a_pause(void **state)
{
    struct play play;
    (void)state;
    play_start(&play, 4);
    rehearsal_expose(&play.rehearsal, 1, MONDAY);
    assert_int_equal(ask(&play, MONDAY + 1), 1);
    answer(&play, 1, RATING_NONE, MONDAY + 1);
    assert_int_equal(ask(&play, MONDAY + 2), 0);
    assert_int_equal(ask(&play, MONDAY + 3), 0);
    assert_int_equal(ask(&play, MONDAY + 4), 1);
    arena_finish(&play.arena);
}

static void nobody_is_asked_more_than_there_is(void **state)
{
    struct play play;
    (void)state;
    play_start(&play, 2);
    rehearsal_expose(&play.rehearsal, 1, MONDAY);
    rehearsal_expose(&play.rehearsal, 1, MONDAY + 1); /* met before */
    rehearsal_expose(&play.rehearsal, 2, MONDAY);
    rehearsal_expose(&play.rehearsal, 3, MONDAY); /* no such prompt: there is no room for it */
    assert_int_equal(play.rehearsal.facts.reviews_len, 2);
    assert_int_equal(ask(&play, MONDAY + 1), 1);
    assert_int_equal(ask(&play, MONDAY + 1), 2);
    assert_int_equal(ask(&play, MONDAY + 1), 0);
    arena_finish(&play.arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exposure_is_no_answer),
        cmocka_unit_test(an_answer_moves_the_day_as_in_the_daemon),
        cmocka_unit_test(what_is_ignored_comes_again_behind_a_pause),
        cmocka_unit_test(nobody_is_asked_more_than_there_is),
    };
    return cmocka_run_group_tests_name("rehearsal", tests, NULL, NULL);
}
