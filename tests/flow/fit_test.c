/* A night in which weights are learnt from the answers: taken or not, used by the next answer,
 * taken back. The answers are put into the file as a year of them would be; the road is the
 * daemon's. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/core/review.h"
#include "support/past.h"
#include "support/play_state.h"

enum { HISTORIES = 300, LAST_DAY = 22335 };

struct night {
    struct play *play;
    const char *database;
};

/* Ada has answered once under the published weights; behind that is a year of others' answers. */
static struct night night_before(bool coins)
{
    struct night night = { .play = play_state_new(&(struct play_setup){ .cap = 1 }) };
    struct play *play = night.play;
    night.database = play_state_path(play, "nudged.db");
    play->config.settings.fit = FIT_WHEN_NIGHTLY;
    play_first_question(play, "UADA");
    assert_int_equal(play_press(play, "UADA", "right"), OK);
    play_close(play);
    past_put(&(struct past){ .path = night.database, .last_day = LAST_DAY, .histories = HISTORIES,
        .person_id = 1, .coins = coins });
    assert_int_equal(play_open(play), OK);
    return night;
}

static int64_t number(struct night *night, const char *sql)
{
    return play_state_number(night->database, sql);
}

static void assert_says(struct str text, const char *words)
{
    if (!memmem(text.ptr, text.len, words, strlen(words)))
        fail_msg("\"%s\" is not in:\n%.*s", words, STR_ARG(text));
}

static struct str metrics_of(struct play *play)
{
    struct buf page = buf_in(&play->arena, 1 << 20);
    app_metrics(play->app, false, &page);
    return buf_str(&page);
}

static struct review_weights weights_of(struct night *night, int64_t fit_id)
{
    struct review_weights weights = { .len = REVIEW_WEIGHT_COUNT };
    sqlite3 *db = NULL;
    sqlite3_stmt *read = NULL;
    assert_int_equal(sqlite3_open_v2(night->database, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT place, weight FROM fit_weight WHERE fit_id = ?",
        -1, &read, NULL), SQLITE_OK);
    sqlite3_bind_int64(read, 1, fit_id);
    while (sqlite3_step(read) == SQLITE_ROW)
        weights.w[sqlite3_column_int(read, 0)] = sqlite3_column_double(read, 1);
    sqlite3_finalize(read);
    sqlite3_close(db);
    return weights;
}

/* The review of the question that was answered before the night. */
#define OLD_REVIEW \
    "FROM review AS r JOIN nudge AS n USING (person_id, prompt_id) WHERE r.answers = 2 AND " \
    "n.nudge_id = (SELECT min(nudge_id) FROM answer)"

/* What the stored review must be: Ada's two answers gone through with these weights. */
static void assert_memory_by(struct night *night, const struct review_weights *weights)
{
    struct review_memory memory = { 0 };
    int64_t first =
        number(night, "SELECT day FROM answer WHERE nudge_id = (SELECT min(nudge_id) FROM answer)");
    int64_t last = number(night, "SELECT last_day " OLD_REVIEW);
    memory = review_next(weights, &review_options_default, &memory, 0, RATING_GOOD).memory;
    memory = review_next(weights, &review_options_default, &memory, (int32_t)(last - first),
        RATING_GOOD).memory;
    int64_t stored = number(night, "SELECT round(stability * 1000000) " OLD_REVIEW);
    assert_true(llabs(stored - (int64_t)(memory.stability_days * 1e6 + 0.5)) <= 1);
}

static void a_night_brings_better_weights(void **state)
{
    (void)state;
    struct night night = night_before(false);
    struct play *play = night.play;
    assert_says(play_control(play, "{\"do\":\"status\"}"), "weights: the published ones of FSRS-6");
    assert_int_equal(number(&night, "SELECT count(*) FROM review WHERE fit_id <> 0"), 0);
    play_for(play, HOURS(24));
    assert_int_equal(number(&night, "SELECT count(*) FROM fit"), 1);
    assert_int_equal(number(&night, "SELECT adopted FROM fit"), 1);
    assert_int_equal(number(&night, "SELECT cause FROM fit"), FIT_NIGHTLY);
    assert_true(number(&night, "SELECT loss_candidate < loss_in_use AND "
        "loss_candidate < loss_constant AND error_in_use > 0 AND held_out > 200 FROM fit"));
    assert_says(play_control(play, "{\"do\":\"status\"}"), "weights: fitted on 2031-03-0");
    assert_says(metrics_of(play), "nudged_fits_total{outcome=\"adopted\"} 1\n");
    assert_says(metrics_of(play), "nudged_fit_answers ");
    for (int day = 0; day < 40 && !number(&night, "SELECT count(*) " OLD_REVIEW); day++) {
        (void)play_press(play, "UADA", "right");
        play_for(play, HOURS(24));
    }
    struct review_weights learnt = weights_of(&night, 1);
    assert_int_equal(number(&night, "SELECT r.fit_id " OLD_REVIEW), 1);
    assert_memory_by(&night, &learnt);
    assert_int_equal(number(&night, "SELECT count(*) FROM fit"), 1); /* not enough new */
    play_state_free(play);
}

static void a_restart_keeps_them_and_a_revert_takes_them_back(void **state)
{
    (void)state;
    struct night night = night_before(false);
    struct play *play = night.play;
    play_for(play, HOURS(24));
    play_close(play);
    assert_int_equal(play_open(play), OK);
    assert_says(play_control(play, "{\"do\":\"status\"}"), "(fit 1)");
    struct str text = play_control(play, "{\"do\":\"fit\"}");
    assert_true(str_starts_with(text, STR("ok")));
    assert_says(text, "log loss of predicting those held out");
    assert_says(text, "fit 1");
    assert_int_equal(number(&night, "SELECT count(*) FROM fit WHERE cause = 2"), 1);
    while (number(&night, "SELECT count(*) FROM fit WHERE cause = 3") < 2 &&
        !memmem(text.ptr, text.len, "published", 9))
        text = play_control(play, "{\"do\":\"fit\",\"revert\":\"yes\"}");
    assert_says(text, "weights: the published ones");
    assert_says(play_control(play, "{\"do\":\"fit\",\"revert\":\"yes\"}"), "nothing to take back");
    play_close(play);
    assert_int_equal(play_open(play), OK);
    assert_says(play_control(play, "{\"do\":\"status\"}"), "weights: the published ones of FSRS-6");
    play_state_free(play);
}

static void coins_teach_nothing(void **state)
{
    (void)state;
    struct night night = night_before(true);
    struct play *play = night.play;
    play_for(play, HOURS(48));
    assert_int_equal(number(&night, "SELECT count(*) FROM fit"), 1);
    assert_int_equal(number(&night, "SELECT adopted FROM fit"), 0);
    assert_int_equal(number(&night, "SELECT count(*) FROM fit_weight"), REVIEW_WEIGHT_COUNT);
    assert_says(play_control(play, "{\"do\":\"status\"}"), "weights: the published ones of FSRS-6");
    assert_says(metrics_of(play), "nudged_fits_total{outcome=\"not_better\"} 1\n");
    play_state_free(play);
}

static void off_is_off_and_few_are_too_few(void **state)
{
    (void)state;
    struct night night = night_before(false);
    struct play *play = night.play;
    play->config.settings.fit = FIT_WHEN_OFF;
    play_for(play, HOURS(48));
    assert_int_equal(number(&night, "SELECT count(*) FROM fit"), 0);
    play->config.settings.fit = FIT_WHEN_NIGHTLY;
    play->config.settings.fit_answers_min = 1000000;
    play_for(play, HOURS(48));
    assert_int_equal(number(&night, "SELECT count(*) FROM fit"), 0);
    assert_says(play_control(play, "{\"do\":\"fit\"}"), "not adopted: with fewer than 1,000,000");
    assert_int_equal(number(&night, "SELECT adopted FROM fit"), 0);
    play_state_free(play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_night_brings_better_weights),
        cmocka_unit_test(a_restart_keeps_them_and_a_revert_takes_them_back),
        cmocka_unit_test(coins_teach_nothing),
        cmocka_unit_test(off_is_off_and_few_are_too_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
