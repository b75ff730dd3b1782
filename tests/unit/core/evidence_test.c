/* What counts as evidence, answer by answer. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "nudged/base/arena.h"
#include "nudged/base/macros.h"
#include "nudged/core/evidence.h"
#include "nudged/core/rating.h"

enum { DAY = 22340, PLAY_MAX = 6 };

struct played {
    int32_t day; /* after DAY */
    enum prompt_kind kind;
    size_t options;
    enum rating rating;
    unsigned circumstances;
};

static const struct sample {
    const char *what;
    struct played played[PLAY_MAX];
    double log_odds;
    int32_t hits, first, last;
    bool demonstrated;
} samples[] = {
    { "one of four, once", { { 1, PROMPT_CHOICE, 4, RATING_GOOD, 0 } }, 1.355835, 1, 1, 1, false },
    { "one of four, twice",
      { { 1, PROMPT_CHOICE, 4, RATING_GOOD, 0 }, { 8, PROMPT_CHOICE, 4, RATING_HARD, 0 } },
      2.711670, 2, 1, 8, false },
    { "one of four, three times",
      { { 1, PROMPT_CHOICE, 4, RATING_GOOD, 0 }, { 8, PROMPT_CHOICE, 4, RATING_EASY, 0 },
        { 9, PROMPT_CHOICE, 4, RATING_GOOD, 0 } }, 4.067505, 3, 1, 9, true },
    { "three times in one day are once",
      { { 1, PROMPT_CHOICE, 4, RATING_GOOD, 0 }, { 1, PROMPT_CHOICE, 4, RATING_GOOD, 0 },
        { 1, PROMPT_CHOICE, 4, RATING_GOOD, 0 } }, 1.355835, 1, 1, 1, false },
    { "typed once is not enough, whatever the sum",
      { { 1, PROMPT_SHORT, 0, RATING_GOOD, 0 } }, 2.965273, 1, 1, 1, false },
    { "typed twice",
      { { 1, PROMPT_SHORT, 0, RATING_GOOD, 0 }, { 2, PROMPT_SHORT, 0, RATING_GOOD, 0 } },
      5.930547, 2, 1, 2, true },
    { "a number and one's own judgement",
      { { 1, PROMPT_NUMBER, 0, RATING_GOOD, 0 }, { 2, PROMPT_RECALL, 0, RATING_HARD, 0 } },
      5.930547, 2, 1, 2, true },
    { "many options are worth no more than typing",
      { { 1, PROMPT_MULTI, 10, RATING_GOOD, 0 }, { 2, PROMPT_ORDER, 6, RATING_GOOD, 0 } },
      5.930547, 2, 1, 2, true },
    { "one of two, four times",
      { { 1, PROMPT_CHOICE, 2, RATING_GOOD, 0 }, { 2, PROMPT_CHOICE, 2, RATING_GOOD, 0 },
        { 3, PROMPT_CHOICE, 2, RATING_GOOD, 0 }, { 4, PROMPT_CHOICE, 2, RATING_GOOD, 0 } },
      2.650752, 4, 1, 4, false },
    { "a lapse takes it back",
      { { 1, PROMPT_SHORT, 0, RATING_GOOD, 0 }, { 2, PROMPT_SHORT, 0, RATING_GOOD, 0 },
        { 9, PROMPT_SHORT, 0, RATING_AGAIN, 0 } }, -1.5, 0, 0, 0, false },
    { "after a lapse two days are not enough for picking",
      { { 1, PROMPT_CHOICE, 4, RATING_AGAIN, 0 }, { 2, PROMPT_CHOICE, 4, RATING_GOOD, 0 },
        { 3, PROMPT_CHOICE, 4, RATING_GOOD, 0 }, { 4, PROMPT_CHOICE, 4, RATING_GOOD, 0 } },
      2.567505, 3, 2, 4, false },
    { "nor is one typed answer", { { 1, PROMPT_SHORT, 0, RATING_AGAIN, 0 },
      { 2, PROMPT_SHORT, 0, RATING_GOOD, 0 } }, 1.465273, 1, 2, 2, false },
    { "two are", { { 1, PROMPT_SHORT, 0, RATING_AGAIN, 0 }, { 2, PROMPT_SHORT, 0, RATING_GOOD, 0 },
      { 3, PROMPT_SHORT, 0, RATING_GOOD, 0 } }, 4.430547, 2, 2, 3, true },
    { "two lapses are as bad as one", { { 1, PROMPT_SHORT, 0, RATING_AGAIN, 0 },
      { 2, PROMPT_SHORT, 0, RATING_AGAIN, 0 } }, -1.5, 0, 0, 0, false },
    { "right again on the day of the lapse is only repeated",
      { { 1, PROMPT_SHORT, 0, RATING_AGAIN, 0 }, { 1, PROMPT_SHORT, 0, RATING_GOOD, 0 } },
      -1.5, 0, 0, 0, false },
    { "with a pointer", { { 1, PROMPT_SHORT, 0, RATING_HARD, ANSWER_POINTER } }, 0.662688, 1, 1, 1,
      false },
    { "said to be a guess", { { 1, PROMPT_SHORT, 0, RATING_HARD, ANSWER_GUESSED } }, 0.662688, 1, 1,
      1, false },
    { "a pointer makes a worse guess no better",
      { { 1, PROMPT_CHOICE, 1, RATING_HARD, ANSWER_POINTER } }, 0, 1, 1, 1, false },
    { "slow and sure change nothing", { { 1, PROMPT_CHOICE, 4, RATING_HARD, ANSWER_SLOW },
      { 2, PROMPT_CHOICE, 4, RATING_GOOD, ANSWER_SURE } }, 2.711670, 2, 1, 2, false },
    { "unrated is nothing", { { 1, PROMPT_REFLECT, 0, RATING_NONE, 0 },
      { 2, PROMPT_SHORT, 0, RATING_NONE, ANSWER_AFTER_FEEDBACK } }, 0, 0, 0, 0, false },
    { "a day that goes back is no later day",
      { { 5, PROMPT_SHORT, 0, RATING_GOOD, 0 }, { 4, PROMPT_SHORT, 0, RATING_GOOD, 0 } },
      2.965273, 1, 5, 5, false },
};

static struct evidence play(const struct played *played)
{
    struct evidence evidence = { 0 };
    int32_t before = 0;
    for (size_t i = 0; i < PLAY_MAX && played[i].day; i++) {
        struct evidence_answer answer = { .rating = played[i].rating, .kind = played[i].kind,
            .guess = rating_guess(played[i].kind, played[i].options),
            .circumstances = played[i].circumstances, .day = DAY + played[i].day,
            .day_before = before };
        evidence_add(&evidence, &answer);
        if (played[i].rating)
            before = answer.day;
    }
    return evidence;
}

static void every_sample_is_weighed_as_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        const struct sample *sample = &samples[i];
        struct evidence got = play(sample->played);
        if (fabs(got.log_odds - sample->log_odds) > 1e-5 || got.hits != sample->hits)
            print_message("%s: %.6f, %d\n", sample->what, got.log_odds, (int)got.hits);
        assert_true(fabs(got.log_odds - sample->log_odds) < 1e-5);
        assert_int_equal(got.hits, sample->hits);
        assert_int_equal(got.first_day, sample->first ? DAY + sample->first : 0);
        assert_int_equal(got.last_day, sample->last ? DAY + sample->last : 0);
        assert_int_equal(evidence_demonstrated(&got), sample->demonstrated);
    }
}

/* Current ends with the day on which the expected recall falls under 0.85. */
static void what_is_demonstrated_does_not_stay_current(void **state)
{
    (void)state;
    struct evidence evidence = { 5.9, 2, 1u << PROMPT_SHORT, DAY, DAY + 1 };
    struct review_memory memory = { .stability_days = 20, .difficulty = 5,
        .state = REVIEW_REVIEW };
    const struct review_weights *weights = &review_weights_default;
    int32_t last = 0;
    for (int32_t days = 0; days < 400; days++) {
        bool current = evidence_current(&evidence, weights, &memory, days);
        assert_int_equal(current, review_retrievability(weights, &memory, days) >= 0.85);
        last = current ? days : last;
    }
    assert_in_range(last, 20, 60);
    evidence.log_odds = 2.99;
    assert_false(evidence_current(&evidence, weights, &memory, 0));
    evidence = (struct evidence){ .log_odds = 3, .hits = 1 };
    assert_false(evidence_demonstrated(&evidence));
}

static void formats_are_said_once_and_in_words(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4096);
    struct evidence evidence = play((const struct played[PLAY_MAX]){
        { 1, PROMPT_SHORT, 0, RATING_GOOD, 0 }, { 2, PROMPT_CHOICE, 4, RATING_GOOD, 0 },
        { 3, PROMPT_CHOICE, 4, RATING_GOOD, 0 } });
    struct str text = evidence_formats_text(evidence.formats, &arena);
    assert_true(str_equal(text, STR("picked from a list, typed")));
    assert_int_equal(evidence_formats_text(0, &arena).len, 0);
    for (int kind = PROMPT_CHOICE; kind < PROMPT_KIND_END; kind++)
        assert_true(evidence_formats_text(1u << kind, &arena).len > 4);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_is_weighed_as_written),
        cmocka_unit_test(what_is_demonstrated_does_not_stay_current),
        cmocka_unit_test(formats_are_said_once_and_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
