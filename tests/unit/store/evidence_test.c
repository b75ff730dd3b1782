/* What readers see of evidence and of held-out questions. */
#include "help.h"

#include "store/reader.h"

static int evidence_setup(void **state)
{
    struct play *play = play_start();
    play_people(play, 12, 1);
    play_prompts(play);
    *state = play;
    return 0;
}

static struct reader *open_reader(struct play *play)
{
    struct reader *reader = NULL;
    assert_int_equal(reader_open(play_path(play), NULL, &reader), OK);
    return reader;
}

static void ask(struct play *play, int64_t person_id, int prompt, int held_out_days,
    enum grade grade, enum rating rating)
{
    char sql[96];
    int64_t nudge_id = play_nudge(play, person_id, &play->prompts[prompt], MONDAY);
    snprintf(sql, sizeof(sql), "UPDATE nudge SET held_out_days = %d WHERE nudge_id = %lld",
        held_out_days, (long long)nudge_id);
    assert_int_equal(sql_exec(play->store->sql, sql), OK);
    if (grade != GRADE_NONE || rating != RATING_NONE)
        play_answer(play, nudge_id, MONDAY, grade, rating);
}

struct seen {
    struct skill_outcome rows[8];
    size_t len;
    struct report_evidence evidence;
    char name[32], formats[64];
};

static enum err see_outcome(void *arg, const struct skill_outcome *outcome)
{
    struct seen *seen = arg;
    assert_true(seen->len < COUNT(seen->rows));
    seen->rows[seen->len++] = *outcome;
    return OK;
}

static enum err see_evidence(void *arg, const struct report_evidence *row)
{
    struct seen *seen = arg;
    seen->len++;
    if (row->review.evidence.hits) {
        seen->evidence = *row;
        snprintf(seen->name, sizeof(seen->name), "%.*s", STR_ARG(row->person));
        snprintf(seen->formats, sizeof(seen->formats), "%.*s", STR_ARG(row->formats));
    }
    return OK;
}

/* Each person once a skill and delay, by their first answer; who did not answer was asked. */
static void test_outcomes(void **state)
{
    struct play *play = *state;
    for (int64_t person = 2; person <= 7; person++)
        ask(play, person, 0, 7, person < 6 ? GRADE_RIGHT : GRADE_WRONG,
            person < 6 ? RATING_GOOD : RATING_AGAIN);
    ask(play, 7, 0, 7, GRADE_RIGHT, RATING_GOOD); /* their second does not count */
    ask(play, 8, 0, 7, GRADE_NONE, RATING_NONE); /* not answered */
    ask(play, 9, 0, 7, GRADE_NONE, RATING_NONE);
    ask(play, 9, 0, 7, GRADE_NONE, RATING_HARD); /* answered the second time, it came back */
    ask(play, 10, 0, 7, GRADE_NONE, RATING_AGAIN); /* it did not */
    ask(play, 2, 0, 30, GRADE_WRONG, RATING_AGAIN);
    ask(play, 2, 0, 0, GRADE_RIGHT, RATING_GOOD); /* an ordinary one */
    struct reader *reader = open_reader(play);
    struct seen seen = { .len = 0 };
    assert_int_equal(report_outcomes(reader, play_pass(play, ACCESS_OUTCOMES, 0), see_outcome,
        &seen), OK);
    assert_int_equal(seen.len, 2);
    assert_int_equal(seen.rows[0].days, 7);
    assert_int_equal(seen.rows[0].asked, 9);
    assert_int_equal(seen.rows[0].answered, 8);
    assert_int_equal(seen.rows[0].right, 5);
    assert_int_equal(seen.rows[1].days, 30);
    assert_int_equal(seen.rows[1].answered, 1);
    reader_close(reader);
}

static void test_evidence_of_everybody(void **state)
{
    struct play *play = *state;
    for (int64_t person = 2; person <= 12; person++)
        for (int prompt = 0; prompt < 3; prompt++)
            ask(play, person, prompt, 0, GRADE_NONE, RATING_NONE);
    assert_int_equal(sql_exec(play->store->sql,
        "UPDATE review SET answers = 3, hits = 2, log_odds = 5.93, formats = 34, "
        "hits_from_day = 22000, hits_to_day = 22010 WHERE person_id = 5 AND prompt_id = 2"), OK);
    struct reader *reader = open_reader(play);
    struct seen seen = { .len = 0 };
    assert_int_equal(report_evidence(reader, play_pass(play, ACCESS_EVIDENCE, 0), see_evidence,
        &seen), OK);
    assert_int_equal(seen.len, 33);
    assert_string_equal(seen.name, "Person 0005");
    assert_string_equal(seen.formats, "picked from a list, typed");
    assert_true(evidence_demonstrated(&seen.evidence.review.evidence));
    assert_int_equal(seen.evidence.review.evidence.last_day, 22010);
    reader_close(reader);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, evidence_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_outcomes),
        TEST(test_evidence_of_everybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
