/* Hints, how sure somebody is, and how long it took: asked for, noted, and what follows. */
#include "facts_builder.h"

#include "nudged/core/rating.h"

#define VALUES(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })

static struct builder *with_nudge(int64_t prompt_id)
{
    struct builder *b = builder_new("Europe/Berlin");
    builder_nudge(b, prompt_id, NUDGE_OPEN);
    b->facts.nudge.delivered = instant_add(b->facts.now, SECONDS(-25));
    return b;
}

static struct builder *with_confidence(int64_t prompt_id)
{
    struct builder *b = with_nudge(prompt_id);
    b->decks[0].confidence = true;
    return b;
}

static struct str shown(struct builder *b)
{
    return builder_text(b, builder_effect(b, EFFECT_DELIVER)->deliver.message);
}

/* -- hint -- */

static void a_hint_is_shown_in_place_and_noted(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    b->facts.prompt.hint = STR("Who was closest to it?");
    for (int way = 0; way < 3; way++) {
        if (way == 0)
            builder_click(b, VERB_HINT, NULL, 0);
        else if (way == 1)
            builder_type(b, "Hint");
        else
            builder_command(b, "hint");
        assert_why(b, "hint");
        BUILDER_ORDER(b, EFFECT_NUDGE_STATE, EFFECT_DELIVER);
        const struct nudge *noted = &builder_effect(b, EFFECT_NUDGE_STATE)->nudge;
        assert_int_equal(noted->circumstances, ANSWER_POINTER);
        assert_int_equal(noted->state, NUDGE_OPEN);
        assert_int_equal(noted->closed.utc_ms, 0);
        assert_int_equal(builder_effect(b, EFFECT_DELIVER)->deliver.kind, DELIVERY_UPDATE);
        assert_text_has(shown(b), "Hint: Who was closest to it?");
        assert_text_has(shown(b), "A) ");
        assert_text_lacks(shown(b), "type \"hint\"");
    }
    b->facts.nudge.circumstances = ANSWER_POINTER; /* asked for again: nothing more to note */
    builder_click(b, VERB_HINT, NULL, 0);
    BUILDER_ORDER(b, EFFECT_DELIVER);
    assert_text_has(shown(b), "Hint: Who was closest to it?");
    builder_click(b, VERB_CHOOSE, VALUES(0));
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.circumstances, ANSWER_POINTER);
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.rating, RATING_HARD);
    builder_free(b);
}

static void a_hint_that_gives_away_leaves_nothing_to_remember(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_SHORT);
    b->facts.prompt.hint = STR("It begins with re.");
    b->facts.prompt.hint_gives_away = true;
    builder_click(b, VERB_HINT, NULL, 0);
    b->facts.nudge.circumstances = builder_effect(b, EFFECT_NUDGE_STATE)->nudge.circumstances;
    assert_int_equal(b->facts.nudge.circumstances, ANSWER_POINTER | ANSWER_PART_SHOWN);
    builder_type(b, "receiver");
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.grade, GRADE_RIGHT);
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.rating, RATING_AGAIN);
    builder_free(b);
}

static void a_hint_there_is_not_or_too_late_changes_nothing(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    assert_text_lacks(
        builder_text(b, card_question(&b->facts, &b->facts.prompt, &b->facts.nudge, &b->arena)),
        "hint");
    builder_click(b, VERB_HINT, NULL, 0);
    assert_why(b, "no_hint");
    assert_int_equal(b->plan.effects_len, 0);
    assert_text_has(builder_text(b, b->plan.whisper), "no hint");
    b->facts.prompt.hint = STR("Who was closest to it?");
    b->facts.nudge.step = 1;
    builder_click(b, VERB_HINT, NULL, 0);
    assert_int_equal(b->plan.effects_len, 0);
    assert_text_has(builder_text(b, b->plan.whisper), "already");
    b->facts.nudge.step = 0;
    b->facts.nudge.person_id = 2;
    builder_click(b, VERB_HINT, NULL, 0);
    assert_why(b, "refused");
    assert_int_equal(b->plan.effects_len, 0);
    b->facts.nudge.person_id = 1;
    b->facts.nudge.state = NUDGE_EXPIRED;
    builder_click(b, VERB_HINT, NULL, 0);
    assert_why(b, "refused");
    builder_free(b);
}

static void the_hint_has_a_button_while_it_is_not_shown(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    b->facts.prompt.hint = STR("Who was closest to it?");
    struct str text =
        builder_text(b, card_question(&b->facts, &b->facts.prompt, &b->facts.nudge, &b->arena));
    assert_text_has(text, "Hint: type \"hint\"");
    assert_text_has(text, "Why this?"); /* all five find room */
    assert_text_lacks(text, "closest");
    builder_free(b);
}

/* -- how sure -- */

static void take_first_step(struct builder *b)
{
    b->facts.has_answer = true;
    b->facts.answer = builder_effect(b, EFFECT_ANSWER)->answer;
    b->facts.nudge = builder_effect(b, EFFECT_NUDGE_STATE)->nudge;
    assert_int_equal(b->facts.nudge.step, 1);
    assert_int_equal(b->facts.nudge.state, NUDGE_OPEN);
}

static void the_answer_waits_for_how_sure(void **state)
{
    (void)state;
    struct builder *b = with_confidence(ID_CHOICE);
    builder_click(b, VERB_CHOOSE, VALUES(0));
    assert_why(b, "step");
    BUILDER_ORDER(b, EFFECT_ANSWER, EFFECT_NUDGE_STATE, EFFECT_DELIVER);
    const struct answer *first = &builder_effect(b, EFFECT_ANSWER)->answer;
    assert_int_equal(first->chosen, 1);
    assert_int_equal(first->grade, GRADE_NONE);
    assert_int_equal(first->rating, RATING_NONE);
    assert_int_equal(first->seconds, 0);
    assert_text_has(shown(b), "Your answer: The document");
    assert_text_has(shown(b), "1: A guess   2: Fairly sure   3: Sure");
    assert_text_lacks(shown(b), "It is closest."); /* nothing is given away yet */
    assert_text_lacks(shown(b), "Later");
    take_first_step(b);
    b->facts.now = instant_add(b->facts.now, MINUTES(20)); /* thought about it over coffee */
    builder_click(b, VERB_RATE, VALUES(CONFIDENCE_SURE));
    assert_why(b, "answered");
    BUILDER_ORDER(b, EFFECT_ANSWER, EFFECT_REVIEW, EFFECT_NUDGE_STATE, EFFECT_DELIVER);
    const struct answer *second = &builder_effect(b, EFFECT_ANSWER)->answer;
    assert_int_equal(second->step, 1);
    assert_int_equal(second->chosen, 1);
    assert_int_equal(second->grade, GRADE_RIGHT);
    assert_int_equal(second->rating, RATING_GOOD);
    assert_int_equal(second->circumstances, ANSWER_SURE);
    assert_int_equal(second->seconds, 25); /* to the answer, not to how sure */
    assert_int_equal(builder_effect(b, EFFECT_NUDGE_STATE)->nudge.state, NUDGE_ANSWERED);
    assert_text_has(shown(b), "It is closest.");
    builder_free(b);
}

static void every_marked_kind_is_graded_as_without(void **state)
{
    (void)state;
    static const struct {
        int64_t prompt_id;
        const char *line;
        enum grade grade;
        const char *says;
    } rows[] = { { ID_MULTI, NULL, GRADE_RIGHT, "Dates; Names" },
        { ID_ORDER, NULL, GRADE_RIGHT, "1. The document" },
        { ID_NUMBER, "15 minutes", GRADE_RIGHT, "15 minutes" },
        { ID_NUMBER, "16", GRADE_WRONG, "16" }, { ID_SHORT, "reciever", GRADE_RIGHT, "reciever" },
        { ID_SHORT, "nobody", GRADE_WRONG, "nobody" } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct builder *b = with_confidence(rows[i].prompt_id);
        if (rows[i].line)
            builder_type(b, rows[i].line);
        else if (rows[i].prompt_id == ID_MULTI)
            builder_click(b, VERB_SUBMIT, VALUES(0, 1));
        else
            builder_click(b, VERB_SUBMIT, VALUES(0, 1, 2));
        assert_why(b, "step");
        assert_text_has(shown(b), rows[i].says);
        take_first_step(b);
        struct answer given = b->facts.answer;
        builder_type(b, "Fairly sure");
        const struct answer *answer = &builder_effect(b, EFFECT_ANSWER)->answer;
        assert_int_equal(answer->grade, rows[i].grade);
        assert_int_equal(answer->chosen, given.chosen);
        assert_true(str_equal(answer->text, given.text));
        assert_int_equal(answer->circumstances, ANSWER_FAIRLY_SURE);
        assert_int_equal(
            answer->rating, rows[i].grade == GRADE_RIGHT ? RATING_GOOD : RATING_AGAIN);
        builder_free(b);
    }
}

static void recall_and_reflect_are_not_asked(void **state)
{
    (void)state;
    struct builder *b = with_confidence(ID_RECALL);
    builder_type(b, "state and owner");
    assert_text_has(shown(b), "How close were you?");
    b->facts.nudge.step = 1;
    b->facts.has_answer = true;
    builder_click(b, VERB_RATE, VALUES(3));
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.rating, RATING_GOOD);
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.chosen, 3);
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.seconds, 0);
    builder_free(b);
    b = with_confidence(ID_REFLECT);
    builder_type(b, "I told Ben.");
    assert_why(b, "answered");
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.seconds, 0);
    builder_free(b);
    b = with_confidence(ID_CHOICE);
    builder_click(b, VERB_DONT_KNOW, NULL, 0); /* nobody is asked how surely they do not know */
    assert_why(b, "gave_up");
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.circumstances, ANSWER_GAVE_UP);
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.seconds, 0);
    builder_free(b);
}

static struct builder *asked_how_sure(uint8_t option)
{
    struct builder *b = with_confidence(ID_CHOICE);
    builder_click(b, VERB_CHOOSE, &option, 1);
    take_first_step(b);
    return b;
}

static void how_sure_is_said_in_many_ways(void **state)
{
    (void)state;
    static const struct { const char *line; unsigned expected; } lines[] = {
        { "1", ANSWER_GUESSED }, { " a Guess ", ANSWER_GUESSED }, { "not sure", ANSWER_GUESSED },
        { "I don't know", ANSWER_GUESSED }, { "2", ANSWER_FAIRLY_SURE },
        { "fairly", ANSWER_FAIRLY_SURE }, { "SURE", ANSWER_SURE }, { "3", ANSWER_SURE } };
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct builder *b = asked_how_sure(0);
        builder_type(b, lines[i].line);
        assert_why(b, "answered");
        const struct answer *answer = &builder_effect(b, EFFECT_ANSWER)->answer;
        assert_int_equal(answer->circumstances, lines[i].expected);
        assert_int_equal(
            answer->rating, lines[i].expected == ANSWER_GUESSED ? RATING_HARD : RATING_GOOD);
        builder_free(b);
    }
}

/* Pressed twice, or on a card that has not caught up: the first answer stays. */
static void nothing_else_counts_meanwhile(void **state)
{
    (void)state;
    struct builder *b = asked_how_sure(0);
    builder_click(b, VERB_CHOOSE, VALUES(1));
    assert_why(b, "not_understood");
    assert_int_equal(b->plan.effects_len, 0);
    assert_text_has(builder_text(b, b->plan.whisper), "Your answer is noted");
    builder_click(b, VERB_DONT_KNOW, NULL, 0);
    assert_int_equal(b->plan.effects_len, 0);
    builder_click(b, VERB_RATE, VALUES(4));
    assert_int_equal(b->plan.effects_len, 0);
    builder_click(b, VERB_RATE, VALUES(0));
    assert_int_equal(b->plan.effects_len, 0);
    builder_type(b, "b");
    assert_why(b, "not_understood");
    builder_type(b, "skip");
    assert_int_equal(builder_effect(b, EFFECT_NUDGE_STATE)->nudge.state, NUDGE_SKIPPED);
    assert_null(builder_effect(b, EFFECT_ANSWER));
    b->decks[0].confidence = false; /* the deck changed its mind in between: it is still asked */
    builder_click(b, VERB_RATE, VALUES(CONFIDENCE_SURE));
    assert_why(b, "answered");
    builder_free(b);
}

static void sure_and_wrong_is_a_discovery_and_comes_back_soon(void **state)
{
    (void)state;
    for (uint8_t said = CONFIDENCE_GUESS; said <= CONFIDENCE_SURE; said++) {
        struct builder *b = asked_how_sure(1);
        bool sure = said == CONFIDENCE_SURE;
        int32_t today = builder_today(b);
        b->decks[0].min_gap_days = 30;
        b->facts.review.answers = 3;
        b->facts.review.last_day = today - 40;
        b->facts.review.memory = (struct review_memory){ 60, 5, REVIEW_REVIEW, 0, 0 };
        builder_click(b, VERB_RATE, &said, 1);
        const struct review *after = &builder_effect(b, EFFECT_REVIEW)->review;
        assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.rating, RATING_AGAIN);
        assert_int_equal(after->marks, sure ? REVIEW_MISCONCEPTION : 0);
        assert_true(sure ? after->due_day <= today + 7 : after->due_day >= today + 30);
        assert_int_equal(str_contains(shown(b), STR("A discovery")) ||
                str_contains(shown(b), STR("You were sure, so this is worth")), sure);
        builder_free(b);
    }
}

/* -- how long -- */

static void seconds_are_of_what_was_answered_at_once(void **state)
{
    (void)state;
    static const struct { int64_t after_s; int32_t expected; } rows[] = { { 0, 1 }, { 9, 9 },
        { 600, 600 }, { 601, 0 }, { 3600, 0 } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct builder *b = with_nudge(ID_CHOICE);
        b->facts.nudge.delivered = instant_add(b->facts.now, SECONDS(-rows[i].after_s));
        builder_click(b, VERB_CHOOSE, VALUES(0));
        assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.seconds, rows[i].expected);
        b->facts.nudge.delivered = (struct instant){ 0 };
        builder_click(b, VERB_CHOOSE, VALUES(0));
        assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.seconds, 0);
        builder_free(b);
    }
}

static void slow_for_oneself_is_hard_where_one_may_guess(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    b->facts.nudge.fast_s = 5, b->facts.nudge.slow_s = 24;
    builder_click(b, VERB_CHOOSE, VALUES(0));
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.rating, RATING_HARD);
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.circumstances, 0);
    b->facts.nudge.slow_s = 25;
    builder_click(b, VERB_CHOOSE, VALUES(0));
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.rating, RATING_GOOD);
    builder_free(b);
}

static void fast_and_sure_twice_is_easy(void **state)
{
    (void)state;
    struct builder *b = with_confidence(ID_SHORT);
    b->facts.nudge.fast_s = 26, b->facts.nudge.slow_s = 60;
    struct nudge nudge = b->facts.nudge;
    for (int round = 0; round < 2; round++) {
        b->facts.nudge = nudge;
        b->facts.has_answer = false;
        builder_type(b, "receiver");
        take_first_step(b);
        builder_type(b, "sure");
        assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.rating,
            round ? RATING_EASY : RATING_GOOD);
        b->facts.review = builder_effect(b, EFFECT_REVIEW)->review;
        assert_int_equal(b->facts.review.marks, REVIEW_SWIFT);
    }
    builder_free(b);
}

/* A question carries what its answer is measured against; the answer before is added once. */
static void the_next_question_carries_the_quartiles(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    struct latencies all[PROMPT_KIND_END] = { 0 };
    int32_t day = latency_day(b->facts.now);
    for (int i = 0; i < LATENCIES_MIN - 1; i++)
        latencies_add(&all[PROMPT_CHOICE], (struct latency){ day - 3, 10 * (i + 1) });
    latencies_add(&all[PROMPT_CHOICE], (struct latency){ day - SECONDS_KEPT_DAYS, 1 });
    builder_nudge(b, ID_CHOICE, NUDGE_ANSWERED);
    b->facts.nudge.day -= 1;
    b->facts.nudge.planned = instant_add(b->facts.now, HOURS(-24));
    b->facts.has_answer = true;
    b->facts.answer = (struct answer){ .nudge_id = 50, .seconds = 80 };
    b->facts.latencies = all;
    builder_event(b, EVENT_PERSON_DUE);
    b->event.person_id = 1;
    assert_int_equal(builder_decide(b), OK);
    const struct effect *asked = builder_effect(b, EFFECT_NUDGE_NEW);
    assert_int_equal(asked->nudge.prompt_id, ID_CHOICE);
    assert_int_equal(asked->nudge.fast_s, 20);
    assert_int_equal(asked->nudge.slow_s, 60);
    const struct effect *noted = builder_effect(b, EFFECT_LATENCY);
    assert_int_equal(noted->person_id, 1);
    assert_int_equal(noted->latency.kind, PROMPT_CHOICE);
    assert_int_equal(noted->latency.latencies->len, LATENCIES_MIN); /* the oldest went */
    assert_int_equal(noted->latency.latencies->recent[LATENCIES_MIN - 1].seconds, 80);
    assert_int_equal(noted->latency.latencies->recent[LATENCIES_MIN - 1].day, day - 1);
    b->facts.answer.seconds = 0;
    assert_int_equal(builder_decide(b), OK);
    assert_null(builder_effect(b, EFFECT_LATENCY));
    builder_free(b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hint_is_shown_in_place_and_noted),
        cmocka_unit_test(a_hint_that_gives_away_leaves_nothing_to_remember),
        cmocka_unit_test(a_hint_there_is_not_or_too_late_changes_nothing),
        cmocka_unit_test(the_hint_has_a_button_while_it_is_not_shown),
        cmocka_unit_test(the_answer_waits_for_how_sure),
        cmocka_unit_test(every_marked_kind_is_graded_as_without),
        cmocka_unit_test(recall_and_reflect_are_not_asked),
        cmocka_unit_test(how_sure_is_said_in_many_ways),
        cmocka_unit_test(nothing_else_counts_meanwhile),
        cmocka_unit_test(sure_and_wrong_is_a_discovery_and_comes_back_soon),
        cmocka_unit_test(seconds_are_of_what_was_answered_at_once),
        cmocka_unit_test(slow_for_oneself_is_hard_where_one_may_guess),
        cmocka_unit_test(fast_and_sure_twice_is_easy),
        cmocka_unit_test(the_next_question_carries_the_quartiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
