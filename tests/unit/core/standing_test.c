/* Where a person stands in a skill, and whether "give or take" holds for people whose memory is not
 * the model's. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "nudged/base/arena.h"
#include "nudged/base/macros.h"
#include "nudged/core/standing.h"

enum { TODAY = 22340, PEOPLE = 6000, GROUPS = 6 };

static const struct review_weights *const weights = &review_weights_default;

static struct review review_of(double stability, int32_t days_ago, int32_t answers)
{
    return (struct review){ .answers = answers, .last_day = TODAY - days_ago, .due_day = TODAY + 3,
        .memory = { .stability_days = stability, .difficulty = 5, .state = REVIEW_REVIEW } };
}

static struct standing standing_two(const struct review *a, const struct review *b)
{
    struct standing standing = { .soonest = INT32_MAX };
    standing_add(&standing, a, weights, TODAY);
    if (b)
        standing_add(&standing, b, weights, TODAY);
    standing_end(&standing);
    return standing;
}

static void the_sums_are_means_and_counts(void **state)
{
    (void)state;
    struct review a = review_of(10, 10, 3), b = review_of(40, 5, 11);
    a.evidence = (struct evidence){ 5.9, 2, 1u << PROMPT_SHORT, TODAY - 30, TODAY - 10 };
    b.evidence = (struct evidence){ 4.1, 3, 1u << PROMPT_CHOICE, TODAY - 60, TODAY - 20 };
    b.due_day = TODAY - 2;
    struct standing got = standing_two(&a, &b);
    double r_a = review_retrievability(weights, &a.memory, 10);
    double r_b = review_retrievability(weights, &b.memory, 5);
    assert_true(fabs(r_a - 0.9) < 1e-9);
    assert_true(fabs(got.recall - (r_a + r_b) / 2) < 1e-12);
    assert_int_equal(got.met, 2);
    assert_int_equal(got.answers, 14);
    assert_int_equal(got.error_answers, 3 + STANDING_ANSWERS_EACH);
    assert_int_equal(got.soonest, TODAY - 2);
    assert_int_equal(got.demonstrated, 2);
    assert_int_equal(got.current, 2);
    assert_int_equal(got.hits, 5);
    assert_int_equal(got.first_day, TODAY - 60);
    assert_int_equal(got.last_day, TODAY - 10);
    assert_int_equal(got.formats, 1u << PROMPT_SHORT | 1u << PROMPT_CHOICE);
    for (int i = 0; i < STANDING_POINTS; i++) {
        double later = (review_retrievability(weights, &a.memory, 10 + i * STANDING_POINT_DAYS) +
            review_retrievability(weights, &b.memory, 5 + i * STANDING_POINT_DAYS)) / 2;
        assert_true(fabs(got.ahead[i] - later) < 1e-12);
        assert_true(i == 0 || got.ahead[i] < got.ahead[i - 1]);
    }
    a.last_day = TODAY - 40; /* still demonstrated, no longer current */
    got = standing_two(&a, &b);
    assert_int_equal(got.demonstrated, 2);
    assert_int_equal(got.current, 1);
}

static void what_was_never_answered_is_met_and_no_more(void **state)
{
    (void)state;
    struct review sent = { .due_day = TODAY + 1 };
    struct standing got = standing_two(&sent, NULL);
    assert_int_equal(got.met, 1);
    assert_int_equal(got.answered, 0);
    assert_int_equal(got.soonest, TODAY + 1);
    assert_true(got.recall == 0 && got.give_or_take == 0);
    struct review answered = review_of(10, 10, 2);
    got = standing_two(&sent, &answered);
    assert_int_equal(got.met, 2);
    assert_true(fabs(got.recall - 0.9) < 1e-9); /* a question never answered is not at 0 */
}

static void the_words_are_short_and_right(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    static const struct { double recall; int32_t answers; const char *text, *dots; } samples[] = {
        { 0.80, 14, "about 8 of 10, from 14 answers; give or take 1", "●●●●●●●●○○" },
        { 0.84, 1, "about 8 of 10, from 1 answer; give or take 2", "●●●●●●●●○○" },
        { 0.04, 400, "about 0 of 10, from 400 answers; give or take 1", "○○○○○○○○○○" },
        { 0.99, 9, "about 10 of 10, from 9 answers; give or take 1", "●●●●●●●●●●" },
    };
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct standing standing = { .recall = samples[i].recall, .answers = samples[i].answers,
            .give_or_take = standing_error(samples[i].recall, samples[i].answers) };
        struct str text = standing_recall_text(&standing, &arena);
        if (!str_equal(text, str_from_z(samples[i].text)))
            print_message("%.*s\n", STR_ARG(text));
        assert_true(str_equal(text, str_from_z(samples[i].text)));
        assert_true(str_equal(
            standing_dots(samples[i].recall, &arena), str_from_z(samples[i].dots)));
    }
    arena_finish(&arena);
}

/* -- people whose memory is not the model's -- */

struct player {
    uint64_t seed;
    double own;                 /* how much longer this one remembers than the model thinks */
};

static double chance(struct player *player)
{
    player->seed = player->seed * 6364136223846793005U + 1442695040888963407U;
    return (double)(player->seed >> 11) / 9007199254740992.0;
}

static double bell(struct player *player)
{
    double radius = sqrt(-2 * log(chance(player) + 1e-300));
    return radius * cos(6.283185307179586 * chance(player));
}

static double true_recall(double stability, double days)
{
    struct review_memory memory = { .stability_days = stability, .difficulty = 5,
        .state = REVIEW_REVIEW };
    return review_retrievability(weights, &memory, days);
}

/* One question until today, asked when the model says so or a little later; true: what is really
 * known of it today. What is really remembered grows and falls by a law of its own. */
static struct review play_question(struct player *player, int32_t days, double *true_today)
{
    double own = player->own * exp(0.7 * bell(player)), stability = 3 * own;
    struct review review = { 0 };
    int32_t day = (int32_t)(chance(player) * days * 0.7), last = 0;
    while (day <= days) {
        double known = true_recall(stability, day - last);
        bool right = chance(player) < known;
        struct review_outcome outcome = review_next(weights, &review_options_default,
            &review.memory, review.answers ? day - last : 0, right ? RATING_GOOD : RATING_AGAIN);
        review.memory = outcome.memory;
        stability = right
            ? stability * (1 + 10 * own * pow(stability, -0.2) * (exp(1.2 * (1 - known)) - 1))
            : fmax(1.5 * own, stability * 0.3);
        stability = fmin(stability, 2000);
        review.answers++;
        last = day;
        day = review_due_day(day, outcome.scheduled_days, review.answers, 7) +
            (int32_t)(4 * chance(player));
    }
    review.last_day = TODAY - (days - last);
    *true_today = true_recall(stability, days - last);
    return review;
}

static int group_of(int32_t answers)
{
    static const int32_t bounds[GROUPS] = { 3, 6, 11, 19, 34, INT32_MAX };
    int group = 0;
    while (answers > bounds[group])
        group++;
    return group;
}

static void give_or_take_holds_two_times_in_three(void **state)
{
    (void)state;
    struct player player = { .seed = 1 };
    int people[GROUPS] = { 0 }, within[GROUPS] = { 0 };
    double off[GROUPS] = { 0 };
    for (int i = 0; i < PEOPLE; i++) {
        struct standing standing = { .soonest = INT32_MAX };
        int questions = 1 + (int)(8 * chance(&player));
        int32_t days = 5 + (int32_t)(180 * chance(&player));
        double really = 0;
        player.own = exp(0.5 * bell(&player));
        for (int question = 0; question < questions; question++) {
            double true_today = 0;
            struct review review = play_question(&player, days, &true_today);
            standing_add(&standing, &review, weights, TODAY);
            really += review.answers ? true_today : 0;
        }
        standing_end(&standing);
        if (!standing.answered)
            continue;
        int group = group_of(standing.answers);
        double error = standing.recall - really / standing.answered;
        people[group]++;
        within[group] += fabs(error) <= standing.give_or_take;
        off[group] += error;
    }
    for (int group = 0; group < GROUPS; group++) {
        double share = (double)within[group] / people[group];
        print_message("group %d: %d people, %.0f %% within, %+.3f off on average\n", group,
            people[group], 100 * share, off[group] / people[group]);
        assert_true(people[group] > 200);
        assert_true(share > 0.68);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sums_are_means_and_counts),
        cmocka_unit_test(what_was_never_answered_is_met_and_no_more),
        cmocka_unit_test(the_words_are_short_and_right),
        cmocka_unit_test(give_or_take_holds_two_times_in_three),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
