/* What an answer changes, and everything that makes it count for nothing. */
#include "facts_builder.h"
#include "nudged/base/limits.h"
#include "nudged/core/rating.h"

#define VALUES(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })

static struct builder *with_nudge(int64_t prompt_id)
{
    struct builder *b = builder_new("Europe/Berlin");
    builder_nudge(b, prompt_id, NUDGE_OPEN);
    return b;
}

static struct str whispered(struct builder *b)
{
    return builder_text(b, b->plan.whisper);
}

/* Nothing is written, nothing is opened; one sentence goes to whoever pressed. */
static void assert_refused(struct builder *b, const char *words)
{
    assert_why(b, "refused");
    assert_int_equal(b->plan.effects_len, 0);
    assert_null(b->plan.form);
    assert_text_has(whispered(b), words);
}

/* -- refused -- */

static void a_stranger_is_told_so(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    b->facts.has_person = false;
    builder_click(b, VERB_CHOOSE, VALUES(0));
    assert_refused(b, "I don't have you on my list");
    builder_click(b, VERB_WRITE, NULL, 0);
    assert_refused(b, "I don't have you on my list");
    builder_click(b, VERB_SKIP, NULL, 0);
    assert_int_equal(b->plan.effects_len, 0);
    builder_type(b, "b");
    assert_int_equal(b->plan.effects_len, 0);       /* nobody we may write to */
    builder_free(b);
}

/* Whether there is such a question at all, and how far its owner got, is not told. */
static void refusals_tell_nothing_apart(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    for (int what = -1; what <= NUDGE_FAILED; what++) {
        b->facts.has_nudge = what >= 0;
        b->facts.nudge.person_id = 2;
        b->facts.nudge.state = what > 0 ? (enum nudge_state)what : NUDGE_OPEN;
        b->facts.has_answer = what == NUDGE_ANSWERED;
        builder_click(b, VERB_CHOOSE, VALUES(0));
        assert_refused(b, "This question was for somebody else, so nothing was recorded.");
    }
    builder_free(b);
}

static void another_persons_question_changes_nothing(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    b->facts.nudge.person_id = 2;
    builder_click(b, VERB_CHOOSE, VALUES(0));
    assert_refused(b, "somebody else");
    builder_click(b, VERB_DONT_KNOW, NULL, 0);
    assert_refused(b, "somebody else");
    static const enum verb verbs[] = { VERB_SKIP, VERB_SNOOZE };
    for (size_t i = 0; i < COUNT(verbs); i++) {
        builder_click(b, verbs[i], NULL, 0);
        assert_int_equal(b->plan.effects_len, 0);
    }
    builder_click(b, VERB_WHY, NULL, 0);
    assert_int_equal(b->plan.effects_len, 0);
    assert_text_lacks(whispered(b), "Checking sources");
    builder_free(b);
}

static void a_wrong_key_changes_nothing(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    static const enum verb verbs[] = { VERB_CHOOSE, VERB_SUBMIT, VERB_DONT_KNOW, VERB_WRITE,
        VERB_SKIP, VERB_SNOOZE };
    for (size_t i = 0; i < COUNT(verbs); i++)
        for (int other = 0; other < 2; other++) {
            builder_event(b, EVENT_ACTION);
            b->event.verb = verbs[i];
            b->event.values[0] = 0;
            b->event.values_len = 1;
            b->event.ref.key = other ? 0 : BUILDER_KEY ^ 1;
            assert_int_equal(builder_decide(b), OK);
            assert_int_equal(b->plan.effects_len, 0);
            assert_null(b->plan.form);
            assert_non_null(b->plan.whisper);
        }
    builder_event(b, EVENT_ACTION);
    b->event.verb = VERB_CHOOSE;
    b->event.values_len = 1;
    b->event.ref = (struct action_ref){ 0 };        /* names no question: counts for none */
    assert_int_equal(builder_decide(b), OK);
    assert_refused(b, "no open question");
    builder_free(b);
}

static void a_question_that_is_gone_changes_nothing(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    builder_click(b, VERB_CHOOSE, VALUES(0));
    assert_refused(b, "somebody else");
    builder_type(b, "pass");
    assert_text_has(builder_text(b, builder_effect(b, EFFECT_DELIVER)->deliver.message),
        "no open question");
    builder_free(b);
}

static void closed_questions_say_how_they_were_closed(void **state)
{
    (void)state;
    struct { enum nudge_state state; bool has_answer; const char *words; } closed[] = {
        { NUDGE_ANSWERED, true, "already recorded: A colleague. Nothing has changed." },
        { NUDGE_ANSWERED, false, "closed" },
        { NUDGE_SKIPPED, false, "You skipped this one" },
        { NUDGE_EXPIRED, false, "it will come back another day" },
        { NUDGE_FAILED, false, "closed" },
    };
    for (size_t i = 0; i < COUNT(closed); i++) {
        struct builder *b = with_nudge(ID_CHOICE);
        b->facts.nudge.state = closed[i].state;
        b->facts.has_answer = closed[i].has_answer;
        b->facts.answer = (struct answer){ .nudge_id = 50, .chosen = 2, .grade = GRADE_WRONG };
        builder_click(b, VERB_CHOOSE, VALUES(0));
        assert_refused(b, closed[i].words);
        builder_click(b, VERB_DONT_KNOW, NULL, 0);
        assert_refused(b, closed[i].words);
        builder_free(b);
    }
}

static void an_answer_given_before_is_quoted_short(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_REFLECT);
    char *text = malloc(5000);
    assert_non_null(text);
    memset(text, 'x', 5000);
    b->facts.nudge.state = NUDGE_ANSWERED;
    b->facts.has_answer = true;
    b->facts.answer = (struct answer){ .text = { text, 5000 } };
    builder_event(b, EVENT_FORM);
    struct form_value form[] = { { STR("did"), STR("again") } };
    b->event.form = form, b->event.form_len = 1;
    assert_int_equal(builder_decide(b), OK);
    assert_int_equal(b->plan.effects_len, 0);
    assert_true(b->plan.form_error.len < 300);
    assert_true(str_equal(b->plan.form_error_input, STR("did")));
    free(text);
    builder_free(b);
}

/* -- counted -- */

static void a_right_answer_is_recorded_and_scheduled(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    struct review before = b->facts.review;
    builder_click(b, VERB_CHOOSE, VALUES(0));
    assert_why(b, "answered");
    BUILDER_ORDER(b, EFFECT_ANSWER, EFFECT_REVIEW, EFFECT_NUDGE_STATE, EFFECT_DELIVER);
    const struct answer *answer = &builder_effect(b, EFFECT_ANSWER)->answer;
    assert_int_equal(answer->nudge_id, 50);
    assert_int_equal(answer->step, 0);
    assert_int_equal(answer->grade, GRADE_RIGHT);
    assert_int_equal(answer->rating, RATING_GOOD);
    assert_int_equal(answer->chosen, 1);
    assert_int_equal(answer->day, builder_today(b));
    assert_true(answer->at.utc_ms == b->facts.now.utc_ms);
    assert_memory_equal(&answer->before, &before, sizeof before);
    const struct effect *closed = builder_effect(b, EFFECT_NUDGE_STATE);
    assert_int_equal(closed->nudge_id, 50);
    assert_int_equal(closed->nudge.state, NUDGE_ANSWERED);
    assert_true(closed->nudge.closed.utc_ms == b->facts.now.utc_ms);
    const struct effect *feedback = builder_effect(b, EFFECT_DELIVER);
    assert_int_equal(feedback->deliver.kind, DELIVERY_UPDATE);
    assert_int_equal(feedback->deliver.lane, LANE_INTERACTIVE);
    assert_true(str_equal(feedback->deliver.message_id, STR("m50")));
    for (size_t i = 0; i < feedback->deliver.message->parts_len; i++)
        assert_int_equal(feedback->deliver.message->parts[i].buttons_len, 0);
    assert_null(b->plan.whisper);
    builder_free(b);
}

/* The review is exactly what the model says, moved to a workday and no sooner than the gap. */
static void the_review_is_the_models(void **state)
{
    (void)state;
    for (int answers = 0; answers < 3; answers++)
        for (int elapsed = 1; elapsed < 30; elapsed += 7)
            for (uint8_t option = 0; option < 2; option++) {
                struct builder *b = with_nudge(ID_CHOICE);
                int32_t today = builder_today(b);
                struct review *review = &b->facts.review;
                if (answers)
                    *review = (struct review){ .prompt_id = ID_CHOICE, .answers = answers,
                        .last_day = today - elapsed, .born_day = today - 60, .sent_day = today,
                        .misses_in_a_row = 1, .lapses = 1,
                        .memory = { 6.5, 5.2, REVIEW_REVIEW, 0, 0 } };
                enum rating rating = option == 0 ? RATING_GOOD : RATING_AGAIN;
                struct review_outcome expected = review_next(&review_weights_default,
                    &review_options_default, &review->memory, answers ? elapsed : 0, rating);
                int32_t due = review_due_day(today, expected.scheduled_days, answers + 1, 7);
                builder_click(b, VERB_CHOOSE, &option, 1);
                const struct review *after = &builder_effect(b, EFFECT_REVIEW)->review;
                assert_memory_equal(&after->memory, &expected.memory, sizeof after->memory);
                assert_int_equal(after->prompt_id, ID_CHOICE);
                assert_int_equal(after->answers, answers + 1);
                assert_int_equal(after->last_day, today);
                assert_int_equal(after->born_day, review->born_day);
                assert_int_equal(after->sent_day, review->sent_day);
                assert_int_equal(after->lapses, review->lapses + expected.lapsed);
                assert_int_equal(after->misses_in_a_row,
                    option ? review->misses_in_a_row + 1 : 0);
                assert_int_equal(after->due_day, slot_workday_on_or_after(&b->facts, due));
                assert_in_range(weekday_of(after->due_day), 0, 4);
                assert_true(answers == 0 || after->due_day >= today + 7);
                builder_free(b);
            }
}

static void a_due_day_off_moves_to_the_next_workday(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    int32_t today = builder_today(b);
    builder_click(b, VERB_CHOOSE, VALUES(1));       /* missed: tomorrow */
    assert_int_equal(builder_effect(b, EFFECT_REVIEW)->review.due_day, today + 1);
    assert_int_equal(holidays_add(&b->holidays, today + 1, STR_EMPTY, STR("A feast")), OK);
    assert_int_equal(holidays_add(&b->holidays, today + 2, STR("north"), STR("A fair")), OK);
    builder_click(b, VERB_CHOOSE, VALUES(1));
    assert_int_equal(builder_effect(b, EFFECT_REVIEW)->review.due_day, today + 2);
    b->facts.person.region = STR("north");
    builder_click(b, VERB_CHOOSE, VALUES(1));
    assert_int_equal(builder_effect(b, EFFECT_REVIEW)->review.due_day, today + 3);
    b->facts.person.workdays = 1 << 0;              /* Mondays only */
    builder_click(b, VERB_CHOOSE, VALUES(1));
    assert_int_equal(builder_effect(b, EFFECT_REVIEW)->review.due_day, today + 6);
    builder_free(b);
}

static void the_decks_retention_and_gap_win(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    int32_t today = builder_today(b);
    b->facts.review = (struct review){ .prompt_id = ID_CHOICE, .answers = 3,
        .last_day = today - 10, .memory = { 10, 5, REVIEW_REVIEW, 0, 0 } };
    builder_click(b, VERB_CHOOSE, VALUES(1));
    assert_int_equal(builder_effect(b, EFFECT_REVIEW)->review.due_day, today + 7);
    b->decks[0].min_gap_days = 14;
    builder_click(b, VERB_CHOOSE, VALUES(1));
    assert_int_equal(builder_effect(b, EFFECT_REVIEW)->review.due_day, today + 14);
    b->decks[0].min_gap_days = 0;
    builder_click(b, VERB_CHOOSE, VALUES(1));
    assert_true(builder_effect(b, EFFECT_REVIEW)->review.due_day < today + 7);
    builder_click(b, VERB_CHOOSE, VALUES(0));
    int32_t at_90 = builder_effect(b, EFFECT_REVIEW)->review.due_day;
    b->decks[0].desired_retention = 0.8;
    builder_click(b, VERB_CHOOSE, VALUES(0));
    assert_true(builder_effect(b, EFFECT_REVIEW)->review.due_day > at_90);
    builder_free(b);
}

static void partly_counts_as_a_miss(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_MULTI);
    builder_click(b, VERB_SUBMIT, VALUES(0));
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.grade, GRADE_PARTLY);
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.rating, RATING_AGAIN);
    assert_int_equal(builder_effect(b, EFFECT_REVIEW)->review.misses_in_a_row, 1);
    builder_free(b);
}

static void giving_up_shows_the_answer_and_counts_as_not_known(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_SHORT);
    static const char *const lines[] = { "pass", "I don't know", "no idea" };
    for (size_t i = 0; i <= COUNT(lines); i++) {
        if (i < COUNT(lines))
            builder_type(b, lines[i]);
        else
            builder_click(b, VERB_DONT_KNOW, NULL, 0);
        assert_why(b, "gave_up");
        BUILDER_ORDER(b, EFFECT_ANSWER, EFFECT_REVIEW, EFFECT_NUDGE_STATE, EFFECT_DELIVER);
        assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.rating, RATING_AGAIN);
        assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.text.len, 0);
        assert_text_has(builder_text(b, builder_effect(b, EFFECT_DELIVER)->deliver.message),
            "The answer: receiver");
    }
    builder_free(b);
}

static void a_typed_line_answers_the_open_question(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_SHORT);
    builder_type(b, " the receiver ");
    assert_why(b, "answered");
    assert_true(str_equal(builder_effect(b, EFFECT_ANSWER)->answer.text, STR("the receiver")));
    const struct effect *feedback = builder_effect(b, EFFECT_DELIVER);
    assert_int_equal(feedback->deliver.kind, DELIVERY_UPDATE);
    assert_true(str_equal(feedback->deliver.message_id, STR("m50")));
    builder_type(b, "pause the deploy");            /* no command: an answer */
    assert_why(b, "answered");
    builder_type(b, "help");
    assert_why(b, "help");
    b->facts.nudge.message_id = STR_EMPTY;          /* answered before the post was confirmed */
    builder_type(b, "the receiver");
    assert_int_equal(builder_effect(b, EFFECT_DELIVER)->deliver.kind, DELIVERY_POST);
    builder_free(b);
}

/* The click may be here before the answer to our own post. */
static void a_click_says_which_message_to_update(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    b->facts.nudge.message_id = STR_EMPTY;
    builder_click(b, VERB_CHOOSE, VALUES(0));
    const struct effect *feedback = builder_effect(b, EFFECT_DELIVER);
    assert_int_equal(feedback->deliver.kind, DELIVERY_UPDATE);
    assert_true(str_equal(feedback->deliver.message_id, STR("m50")));
    builder_free(b);
}

static void what_cannot_be_read_changes_nothing(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    builder_type(b, "good morning");
    assert_why(b, "not_understood");
    BUILDER_ORDER(b, EFFECT_DELIVER);
    assert_int_equal(b->plan.effects[0].deliver.kind, DELIVERY_POST);
    assert_text_has(builder_text(b, b->plan.effects[0].deliver.message), "one letter");
    builder_click(b, VERB_CHOOSE, VALUES(9));
    assert_why(b, "not_understood");
    assert_int_equal(b->plan.effects_len, 0);
    assert_non_null(b->plan.whisper);
    builder_click(b, VERB_IGNORE, VALUES(1));
    assert_int_equal(b->plan.effects_len, 0);
    assert_null(b->plan.whisper);
    builder_free(b);
}

/* Answering is welcome also from who is away: counted, and nobody is called back for it. */
static void an_answer_during_a_pause_counts(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_CHOICE);
    b->facts.person.state = PERSON_PAUSED;
    builder_click(b, VERB_CHOOSE, VALUES(0));
    BUILDER_ORDER(b, EFFECT_ANSWER, EFFECT_REVIEW, EFFECT_NUDGE_STATE, EFFECT_DELIVER);
    builder_free(b);
}

/* -- recall, reflect -- */

static void recall_takes_two_steps(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_RECALL);
    builder_type(b, "state and owner");
    assert_why(b, "step");
    BUILDER_ORDER(b, EFFECT_ANSWER, EFFECT_NUDGE_STATE, EFFECT_DELIVER);
    const struct effect *first = builder_effect(b, EFFECT_ANSWER);
    assert_int_equal(first->answer.step, 0);
    assert_int_equal(first->answer.rating, RATING_NONE);
    assert_int_equal(first->answer.grade, GRADE_NONE);
    assert_true(str_equal(first->answer.text, STR("state and owner")));
    const struct effect *open = builder_effect(b, EFFECT_NUDGE_STATE);
    assert_int_equal(open->nudge.state, NUDGE_OPEN);
    assert_int_equal(open->nudge.step, 1);
    assert_int_equal(open->nudge.closed.utc_ms, 0);
    const struct message *card = builder_effect(b, EFFECT_DELIVER)->deliver.message;
    assert_text_has(builder_text(b, card), "State, next step, owner.");
    assert_int_equal(card->ref.step, 1);
    assert_true(card->ref.key == BUILDER_KEY);

    b->facts.nudge.step = 1;
    static const enum rating ratings[] = { RATING_AGAIN, RATING_HARD, RATING_GOOD, RATING_EASY };
    for (uint8_t given = 1; given <= 4; given++) {
        builder_click(b, VERB_RATE, &given, 1);
        assert_why(b, "answered");
        BUILDER_ORDER(b, EFFECT_ANSWER, EFFECT_REVIEW, EFFECT_NUDGE_STATE, EFFECT_DELIVER);
        assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.step, 1);
        assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.rating, ratings[given - 1]);
        assert_int_equal(builder_effect(b, EFFECT_NUDGE_STATE)->nudge.state, NUDGE_ANSWERED);
    }
    builder_type(b, "2");
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.rating, RATING_HARD);
    builder_type(b, "quite close");
    assert_why(b, "not_understood");
    builder_free(b);
}

static void a_rating_said_twice_is_named(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_RECALL);
    b->facts.nudge.state = NUDGE_ANSWERED;
    b->facts.nudge.step = 1;
    b->facts.has_answer = true;
    b->facts.answer = (struct answer){ .nudge_id = 50, .step = 1, .rating = RATING_GOOD,
        .grade = GRADE_RIGHT };
    builder_click(b, VERB_RATE, VALUES(4));
    assert_refused(b, "already recorded: got it.");
    builder_free(b);
}

static struct form_value reflection[] = {
    { STR_INIT("did"), STR_INIT(" I checked the date. ") },
    { STR_INIT("happened"), STR_INIT("") },
    { STR_INIT("next"), STR_INIT("Ask sooner.") },
};

static void a_reflection_is_kept_and_never_rated(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_REFLECT);
    int32_t today = builder_today(b);
    b->facts.review.answers = 2;
    builder_event(b, EVENT_FORM);
    b->event.form = reflection, b->event.form_len = COUNT(reflection);
    assert_int_equal(builder_decide(b), OK);
    assert_why(b, "answered");
    BUILDER_ORDER(b, EFFECT_ANSWER, EFFECT_REVIEW, EFFECT_NUDGE_STATE, EFFECT_DELIVER);
    const struct answer *answer = &builder_effect(b, EFFECT_ANSWER)->answer;
    assert_true(str_equal(answer->text, STR("I checked the date.\nAsk sooner.")));
    assert_int_equal(answer->grade, GRADE_NONE);
    assert_int_equal(answer->rating, RATING_NONE);
    /* The memory stays as it was; only its turn comes later than everything that is due. */
    struct review after = builder_effect(b, EFFECT_REVIEW)->review;
    assert_true(after.due_day >= today + 28 && after.due_day <= today + 31);
    after.due_day = b->facts.review.due_day;
    assert_memory_equal(&after, &b->facts.review, sizeof after);
    struct str text = builder_text(b, builder_effect(b, EFFECT_DELIVER)->deliver.message);
    assert_text_has(text, "> I checked the date.");
    assert_text_has(text, "> Ask sooner.");
    builder_type(b, "I told Ben.");
    assert_why(b, "answered");
    assert_int_equal(builder_effect(b, EFFECT_ANSWER)->answer.rating, RATING_NONE);
    builder_free(b);
}

static void the_form_opens_for_whoever_may_answer(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_REFLECT);
    builder_click(b, VERB_WRITE, NULL, 0);
    assert_why(b, "form_opened");
    assert_int_equal(b->plan.effects_len, 0);
    assert_non_null(b->plan.form);
    assert_int_equal(b->plan.form->ref.nudge_id, 50);
    assert_true(b->plan.form->ref.key == BUILDER_KEY);
    assert_true(b->plan.form->title.len <= 24 && b->plan.form->submit.len <= 24);
    builder_click(b, VERB_DONT_KNOW, NULL, 0);      /* nothing to know here: left out */
    assert_why(b, "skip");
    assert_int_equal(builder_effect(b, EFFECT_NUDGE_STATE)->nudge.state, NUDGE_SKIPPED);
    assert_null(builder_effect(b, EFFECT_ANSWER));
    builder_free(b);
}

/* What was written stays in the form; the sentence stands at its first input. */
static void a_form_that_cannot_count_says_so_in_the_form(void **state)
{
    (void)state;
    struct builder *b = with_nudge(ID_REFLECT);
    char *long_text = malloc(ANSWER_BYTES_MAX);
    assert_non_null(long_text);
    memset(long_text, 'x', ANSWER_BYTES_MAX);
    struct form_value too_long[] = { { STR("did"), { long_text, ANSWER_BYTES_MAX } },
        { STR("next"), STR("more") } };
    struct form_value blank[] = { { STR("did"), STR("  ") }, { STR("next"), STR("\n") } };
    builder_event(b, EVENT_FORM);
    b->event.form = too_long, b->event.form_len = 2;
    assert_int_equal(builder_decide(b), OK);
    assert_int_equal(b->plan.effects_len, 0);
    assert_true(str_equal(b->plan.form_error_input, STR("did")));
    assert_text_has(b->plan.form_error, "shorter");
    builder_event(b, EVENT_FORM);
    b->event.form = blank, b->event.form_len = 2;
    assert_int_equal(builder_decide(b), OK);
    assert_int_equal(b->plan.effects_len, 0);
    assert_text_has(b->plan.form_error, "nothing in that");
    builder_event(b, EVENT_FORM);
    b->event.form = reflection, b->event.form_len = COUNT(reflection);
    b->event.ref.key ^= 1;
    assert_int_equal(builder_decide(b), OK);
    assert_int_equal(b->plan.effects_len, 0);
    assert_text_has(b->plan.form_error, "somebody else");
    builder_event(b, EVENT_FORM);                   /* a form without inputs is none of ours */
    assert_int_equal(builder_decide(b), OK);
    assert_null(builder_effect(b, EFFECT_ANSWER));
    free(long_text);
    builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stranger_is_told_so),
        cmocka_unit_test(refusals_tell_nothing_apart),
        cmocka_unit_test(another_persons_question_changes_nothing),
        cmocka_unit_test(a_wrong_key_changes_nothing),
        cmocka_unit_test(a_question_that_is_gone_changes_nothing),
        cmocka_unit_test(closed_questions_say_how_they_were_closed),
        cmocka_unit_test(an_answer_given_before_is_quoted_short),
        cmocka_unit_test(a_right_answer_is_recorded_and_scheduled),
        cmocka_unit_test(the_review_is_the_models),
        cmocka_unit_test(a_due_day_off_moves_to_the_next_workday),
        cmocka_unit_test(the_decks_retention_and_gap_win),
        cmocka_unit_test(partly_counts_as_a_miss),
        cmocka_unit_test(giving_up_shows_the_answer_and_counts_as_not_known),
        cmocka_unit_test(a_typed_line_answers_the_open_question),
        cmocka_unit_test(a_click_says_which_message_to_update),
        cmocka_unit_test(what_cannot_be_read_changes_nothing),
        cmocka_unit_test(an_answer_during_a_pause_counts),
        cmocka_unit_test(recall_takes_two_steps),
        cmocka_unit_test(a_rating_said_twice_is_named),
        cmocka_unit_test(a_reflection_is_kept_and_never_rated),
        cmocka_unit_test(the_form_opens_for_whoever_may_answer),
        cmocka_unit_test(a_form_that_cannot_count_says_so_in_the_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
