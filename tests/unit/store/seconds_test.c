/* Seconds to answer in the file: written with the answer, read by the rule, gone after their days
 * with everything they could be worked out from. */
#include "help.h"

#include "nudged/core/rating.h"

enum { DAY_MS = 86400000, PEOPLE = 3 };

static const struct instant start = { INT64_C(1930305600000) }; /* on the hour */

static void let_go(struct play *play, int days)
{
    struct effect effect = { .kind = EFFECT_RETENTION };
    effect.retention.seconds = instant_add(play->now, HOURS(-24 * days));
    do
        play_effect(play, effect);
    while (play->applied.retention_more);
}

static void arrive(struct play *play, int64_t nudge_id)
{
    struct delivery delivery[8];
    size_t len = play_ready(play, LANE_NUDGE, delivery, COUNT(delivery));
    for (size_t i = 0; i < len; i++)
        if (delivery[i].nudge_id == nudge_id)
            play_ended(play, &delivery[i], DELIVERY_END_SENT);
}

/* A question that arrives after 900 ms and is answered 17 seconds later. */
static int64_t ask_and_answer(struct play *play, int64_t person_id)
{
    struct instant planned = play->now;
    int32_t day = latency_day(planned);
    int64_t nudge_id = play_nudge(play, person_id, &play->prompts[0], day);
    play->now = instant_add(planned, (struct duration){ 900 });
    arrive(play, nudge_id);
    play->now = instant_add(planned, (struct duration){ 17900 });
    struct latencies taken = { 0 };
    latencies_add(&taken, (struct latency){ day, 17 });
    struct effect effects[3] = { { .kind = EFFECT_ANSWER, .nudge_id = nudge_id },
        { .kind = EFFECT_NUDGE_STATE, .nudge_id = nudge_id },
        { .kind = EFFECT_LATENCY, .person_id = person_id } };
    effects[0].answer = (struct answer){ .grade = GRADE_RIGHT, .rating = RATING_GOOD,
        .chosen = 1, .at = play->now, .day = day, .seconds = 17,
        .circumstances = ANSWER_SURE | ANSWER_POINTER };
    effects[1].nudge = (struct nudge){ .state = NUDGE_ANSWERED, .closed = play->now,
        .circumstances = ANSWER_POINTER };
    effects[2].latency.kind = PROMPT_CHOICE;
    effects[2].latency.latencies = &taken;
    play_effects(play, effects, COUNT(effects));
    return nudge_id;
}

static struct facts facts_of(struct play *play, int64_t nudge_id)
{
    struct event event = play_event(play, EVENT_ACTION);
    event.ref.nudge_id = nudge_id;
    event.person_id = 2;
    return play_facts(play, NEED_PERSON | NEED_NUDGE | NEED_ANSWER | NEED_LATENCY | NEED_PAST,
        event);
}

static void they_come_back_as_they_were(void **state)
{
    struct play *play = *state;
    play->now = start;
    play_people(play, PEOPLE, 1);
    play_prompts(play);
    int64_t nudge_id = ask_and_answer(play, 2);
    struct facts facts = facts_of(play, nudge_id);
    assert_int_equal(facts.nudge.delivered.utc_ms, start.utc_ms + 900);
    assert_int_equal(facts.nudge.circumstances, ANSWER_POINTER);
    assert_int_equal(facts.answer.seconds, 17);
    assert_int_equal(facts.answer.circumstances, ANSWER_SURE | ANSWER_POINTER);
    assert_int_equal(facts.latencies[PROMPT_CHOICE].len, 1);
    assert_int_equal(facts.latencies[PROMPT_CHOICE].recent[0].seconds, 17);
    assert_int_equal(facts.latencies[PROMPT_SHORT].len, 0);
    assert_int_equal(facts.past_len, 1);
    assert_int_equal(facts.past[0].answer.seconds, 17);
    assert_int_equal(facts.past[0].kind, play->prompts[0].kind);
    assert_int_equal(facts.past[0].options, play->prompts[0].options_len);
}

/* One that had to be looked for was there before we knew: when, nobody can say. */
static void an_adopted_card_has_no_instant(void **state)
{
    struct play *play = *state;
    struct delivery delivery[2];
    size_t len = 0;
    play->now = start;
    play_people(play, PEOPLE, 1);
    play_prompts(play);
    int64_t nudge_id = play_nudge(play, 2, &play->prompts[0], latency_day(start));
    assert_int_equal(play_ready(play, LANE_NUDGE, delivery, COUNT(delivery)), 1);
    play_ended(play, &delivery[0], DELIVERY_END_UNKNOWN);
    play->now = instant_add(start, SECONDS(40));
    assert_int_equal(
        outbox_unknown(play->store, play->now, &play->arena, delivery, COUNT(delivery), &len), OK);
    assert_int_equal(len, 1);
    play_ended(play, &delivery[0], DELIVERY_END_SENT);
    struct facts facts = facts_of(play, nudge_id);
    assert_true(facts.nudge.message_id.len > 0);
    assert_int_equal(facts.nudge.delivered.utc_ms, 0);
}

static void they_go_after_their_days_and_nothing_tells_them(void **state)
{
    struct play *play = *state;
    play->now = start;
    play_people(play, PEOPLE, 1);
    play_prompts(play);
    for (int day = 0; day < 100; day++)
        for (int64_t person = 1; person <= PEOPLE; person++) {
            play->now = instant_add(start, HOURS(24 * day));
            (void)ask_and_answer(play, person);
        }
    let_go(play, SECONDS_KEPT_DAYS);
    int64_t before_ms = play->now.utc_ms - SECONDS_KEPT_DAYS * (int64_t)DAY_MS;
    char sql[256];
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM answer JOIN nudge USING (nudge_id) WHERE "
        "planned_ms < %lld AND (seconds IS NOT NULL OR answered_ms %% 3600000 <> 0 OR "
        "closed_ms %% 3600000 <> 0 OR delivered_after_ms IS NOT NULL)", (long long)before_ms);
    assert_int_equal(play_number(play, sql), 0);
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM answer JOIN nudge USING (nudge_id) WHERE "
        "planned_ms >= %lld AND seconds = 17 AND answered_ms = planned_ms + 17900",
        (long long)before_ms);
    assert_int_equal(play_number(play, sql), SECONDS_KEPT_DAYS * PEOPLE);
    assert_int_equal(play_number(play, "SELECT count(*) FROM latency"), PEOPLE);
    let_go(play, 0); /* everything is too old: nobody's row is left */
    play->now = instant_add(play->now, HOURS(48));
    let_go(play, 0);
    assert_int_equal(play_number(play, "SELECT count(*) FROM latency"), 0);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer WHERE seconds > 0"), 0);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), 100 * PEOPLE);
}

/* A clock that was far ahead, then right again: what comes below the mark has no seconds. */
static void below_the_mark_there_are_none(void **state)
{
    struct play *play = *state;
    play->now = start;
    play_people(play, PEOPLE, 1);
    play_prompts(play);
    int64_t nudge_id = play_nudge(play, 2, &play->prompts[0], latency_day(start));
    play->now = instant_add(start, HOURS(24 * 200));
    let_go(play, SECONDS_KEPT_DAYS);
    struct effect effect = { .kind = EFFECT_ANSWER, .nudge_id = nudge_id };
    effect.answer = (struct answer){ .grade = GRADE_RIGHT, .at = play->now, .seconds = 5 };
    play_effect(play, effect);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer WHERE seconds > 0"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(they_come_back_as_they_were),
        TEST(an_adopted_card_has_no_instant),
        TEST(they_go_after_their_days_and_nothing_tells_them),
        TEST(below_the_mark_there_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
