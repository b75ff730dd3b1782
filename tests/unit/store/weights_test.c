/* The history of the weights, which are in force, and the answers a review came from. */
#include "help.h"

enum { DAYS = 6 };

static const struct fit_record *record_of(
    struct play *play, enum fit_cause cause, bool adopted, int64_t set_id, int64_t before_id)
{
    struct fit_record record = { .at = play->now, .cause = cause, .adopted = adopted,
        .set_id = set_id, .before_id = before_id };
    if (cause != FIT_REVERT)
        record.result = (struct fit_result){ .weights = review_weights_default, .answers = 4000,
            .targets = 3000, .learnt_from = 2300, .held_out = 600, .held_out_day = MONDAY,
            .loss_in_use = 0.5, .loss_candidate = 1.0 / 3, .loss_constant = 0.6,
            .error_in_use = 0.01, .error_constant = 0.02 };
    for (size_t i = 0; i < record.result.weights.len; i++)
        record.result.weights.w[i] *= 1 + (double)(before_id + 1) / 97;
    record.result.weights = record.result.weights.len
        ? review_weights_clamp(&record.result.weights, REVIEW_SHORT_TERM_NO_STEPS)
        : record.result.weights;
    return arena_copy(&play->arena, &record, sizeof(record));
}

static int64_t put(struct play *play, const struct fit_record *record)
{
    struct effect effect = { .kind = EFFECT_FIT };
    effect.fit = record;
    play_effect(play, effect);
    return play->applied.fit_id;
}

static struct fit_set in_force(struct play *play)
{
    struct fit_set set = { 0 }, read = { 0 };
    struct reader *reader = NULL;
    assert_int_equal(store_weights(play->store, &set), OK);
    assert_int_equal(reader_open(play_path(play), NULL, &reader), OK);
    assert_int_equal(report_weights(reader, &read), OK);
    reader_close(reader);
    assert_int_equal(read.fit_id, set.fit_id);
    assert_memory_equal(&read.weights, &set.weights, sizeof(set.weights));
    return set;
}

static int64_t before_of(struct play *play, int64_t fit_id)
{
    struct event event = play_event(play, EVENT_CONTROL);
    struct facts facts = { .now = play->now, .fit_id = fit_id };
    assert_int_equal(store_begin(play->store), OK);
    assert_int_equal(store_facts(play->store, NEED_FIT, &event, &play->arena, &facts), OK);
    store_rollback(play->store);
    return facts.before.fit_id;
}

static void test_the_newest_adopted_is_in_force(void **state)
{
    struct play *play = *state;
    struct fit_set set = in_force(play);
    assert_int_equal(set.fit_id, 0);
    assert_memory_equal(&set.weights, &review_weights_default, sizeof(set.weights));
    const struct fit_record *first = record_of(play, FIT_NIGHTLY, true, 0, 0);
    assert_int_equal(put(play, first), 1);
    set = in_force(play);
    assert_int_equal(set.fit_id, 1);
    assert_int_equal(set.answers, 4000);
    assert_memory_equal(&set.weights, &first->result.weights, sizeof(set.weights));
    assert_int_equal(put(play, record_of(play, FIT_NIGHTLY, false, 0, 1)), 2);
    assert_int_equal(in_force(play).fit_id, 1);
    assert_int_equal(play_number(play, "SELECT count(*) FROM fit_weight WHERE fit_id = 2"), 21);
    assert_int_equal(put(play, record_of(play, FIT_OPERATOR, true, 0, 1)), 3);
    assert_int_equal(in_force(play).fit_id, 3);
    play->store = store_close(play->store);
    play_open(play);
    assert_int_equal(in_force(play).fit_id, 3);
}

/* One after the other, down to the published ones, also past a revert in between. */
static void test_reverts_lead_back(void **state)
{
    struct play *play = *state;
    put(play, record_of(play, FIT_NIGHTLY, true, 0, 0));
    put(play, record_of(play, FIT_NIGHTLY, true, 0, 1));
    assert_int_equal(before_of(play, 2), 1);
    assert_int_equal(put(play, record_of(play, FIT_REVERT, true, 1, 2)), 3);
    assert_int_equal(in_force(play).fit_id, 1);
    assert_int_equal(put(play, record_of(play, FIT_NIGHTLY, true, 0, 1)), 4);
    assert_int_equal(before_of(play, 4), 1);
    put(play, record_of(play, FIT_REVERT, true, 1, 4));
    assert_int_equal(in_force(play).fit_id, 1);
    assert_int_equal(before_of(play, 1), 0);
    put(play, record_of(play, FIT_REVERT, true, 0, 1));
    assert_int_equal(in_force(play).fit_id, 0);
    assert_int_equal(play_number(play, "SELECT count(*) FROM fit"), 6);
    assert_int_equal(play_number(play, "SELECT count(DISTINCT fit_id) FROM fit_weight"), 3);
}

static void run(struct play *play, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(play->path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL))
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void test_missing_weights_are_damage(void **state)
{
    struct play *play = *state;
    struct fit_set set = { .answers = 5 };
    put(play, record_of(play, FIT_NIGHTLY, true, 0, 0));
    run(play, "DELETE FROM fit_weight WHERE place = 7");
    assert_int_equal(store_weights(play->store, &set), ERR_DB_CORRUPT);
    run(play, "DELETE FROM fit_weight");
    assert_int_equal(store_weights(play->store, &set), ERR_DB_CORRUPT);
    assert_int_equal(set.answers, 5);
}

static void test_news_counts_from_the_last_fit(void **state)
{
    struct play *play = *state;
    int64_t answers = -1, then = -1;
    run(play, "UPDATE state SET answer_count = 1500");
    play->store = store_close(play->store);
    play_open(play);
    assert_int_equal(store_fit_news(play->store, &answers, &then), OK);
    assert_int_equal(answers, 1500);
    assert_int_equal(then, 0);
    put(play, record_of(play, FIT_NIGHTLY, false, 0, 0));
    put(play, record_of(play, FIT_REVERT, true, 0, 1));
    run(play, "UPDATE state SET answer_count = 1600");
    assert_int_equal(store_fit_news(play->store, &answers, &then), OK);
    assert_int_equal(answers, 1600);
    assert_int_equal(then, 1500);
}

/* One person, one prompt among others, an answer a day; newest nudges last in the chain. */
static void make_history(struct play *play)
{
    char sql[512];
    play_people(play, 2, 1);
    for (int i = 0; i < DAYS; i++) {
        int prompt = i == 2 ? 9 : 5, place = i > 2 ? i - 1 : i;
        snprintf(sql, sizeof(sql),
            "INSERT INTO nudge (nudge_id, person_id, prompt_id, revision_id, nudge_key, state,"
            " step, day, planned_ms, before_nudge_id) VALUES (%d, 1, %d, 1, 0, 2, 0, %d, 0, %s);"
            "INSERT INTO answer (nudge_id, step, attempt, day, answered_ms, grade, rating, chosen,"
            " before_answers) VALUES (%d, 0, 0, %d, 0, 3, %d, 0, %d)",
            i + 1, prompt, MONDAY + i * 3, i ? (char[]){ (char)('0' + i), '\0' } : "NULL", i + 1,
            MONDAY + i * 3, 1 + i % 4, prompt == 9 ? 0 : place);
        run(play, sql);
    }
    snprintf(sql, sizeof(sql), "UPDATE person SET last_nudge_id = %d WHERE person_id = 1;"
        "INSERT INTO review (person_id, prompt_id, stability, difficulty, memory_state,"
        " memory_step, born_day, last_day, sent_day, due_day, answers, lapses, misses)"
        " VALUES (1, 5, 6, 5, 2, 0, %d, %d, 0, 0, %d, 0, 0)",
        DAYS, MONDAY, MONDAY + (DAYS - 1) * 3, DAYS - 1);
    run(play, sql);
    run(play, "INSERT INTO prompt VALUES (5, 'd', 'five', 's', 1);"
        "INSERT INTO prompt_revision VALUES (1, 5, x'00', x'00', 2)");
}

static struct facts review_under(struct play *play, int64_t fit_id)
{
    struct prompt shown = { .prompt_id = 5, .revision_id = 1 };
    struct prompt *by_id[] = { &shown };
    struct content content = { .by_id = by_id, .by_id_len = 1 };
    struct event event = play_event(play, EVENT_ACTION);
    struct facts facts = { .now = play->now, .content = &content, .fit_id = fit_id };
    event.ref.nudge_id = DAYS;
    assert_int_equal(store_begin(play->store), OK);
    assert_int_equal(store_facts(play->store, NEED_REVIEW, &event, &play->arena, &facts), OK);
    store_rollback(play->store);
    assert_true(facts.has_review);
    facts.content = NULL;
    return facts;
}

static void test_the_history_of_a_review(void **state)
{
    static const int places[] = { 0, 1, 3, 4, 5 };
    struct play *play = *state;
    make_history(play);
    assert_int_equal(review_under(play, 0).history_len, 0); /* the same weights: nothing is read */
    struct facts facts = review_under(play, 7);
    assert_int_equal(facts.history_len, DAYS - 1);
    for (size_t i = 0; i < facts.history_len; i++) {
        assert_int_equal(facts.history[i].day, MONDAY + places[i] * 3);
        assert_int_equal(facts.history[i].rating, 1 + places[i] % 4);
    }
    run(play, "UPDATE review SET fit_id = 7");
    assert_int_equal(review_under(play, 7).history_len, 0);
    assert_int_equal(review_under(play, 0).history_len, DAYS - 1);
    run(play, "DELETE FROM answer WHERE nudge_id = 4"); /* one is missing */
    assert_int_equal(review_under(play, 0).history_len, 0);
    run(play, "UPDATE review SET answers = answers - 1");
    assert_int_equal(review_under(play, 0).history_len, 0);
    run(play, "DELETE FROM answer WHERE nudge_id < 4; UPDATE review SET answers = 2");
    assert_int_equal(review_under(play, 0).history_len, 0); /* the first ones are */
}

static void test_the_log_is_by_person_prompt_and_time(void **state)
{
    struct play *play = *state;
    struct reader *reader = NULL;
    struct fit_log log = { 0 };
    make_history(play);
    run(play, "UPDATE answer SET day = day - 5 WHERE nudge_id = 2"); /* somebody travelled west */
    assert_int_equal(reader_open(play_path(play), NULL, &reader), OK);
    assert_int_equal(report_fit_log(reader, &log), OK);
    assert_int_equal(log.len, DAYS);
    static const int nudges[] = { 0, 1, 3, 4, 5, 2 };
    for (size_t i = 0; i < log.len; i++) {
        assert_int_equal(log.answers[i].rating, 1 + nudges[i] % 4);
        assert_int_equal(log.answers[i].starts, i == 0 || i == 5);
        assert_int_equal(log.answers[i].day, nudges[i] == 1 ? MONDAY : MONDAY + nudges[i] * 3);
    }
    free((void *)(uintptr_t)log.answers);
    run(play, "DELETE FROM answer WHERE nudge_id = 4"); /* what came behind it teaches nothing */
    assert_int_equal(report_fit_log(reader, &log), OK);
    assert_int_equal(log.len, 3);
    free((void *)(uintptr_t)log.answers);
    run(play, "DELETE FROM answer");
    assert_int_equal(report_fit_log(reader, &log), OK);
    assert_int_equal(log.len, 0);
    free((void *)(uintptr_t)log.answers);
    reader_close(reader);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_the_newest_adopted_is_in_force),
        TEST(test_reverts_lead_back),
        TEST(test_missing_weights_are_damage),
        TEST(test_news_counts_from_the_last_fit),
        TEST(test_the_history_of_a_review),
        TEST(test_the_log_is_by_person_prompt_and_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
