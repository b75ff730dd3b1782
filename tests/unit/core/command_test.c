/* What a person can say, by slash, typed line and button: always answered, in one line. */
#include "facts_builder.h"

static struct str acked(struct builder *b)
{
    return builder_text(b, b->plan.ack);
}

static const struct effect *person_of(const struct builder *b)
{
    const struct effect *effect = builder_effect(b, EFFECT_PERSON);
    assert_non_null(effect);
    assert_int_equal(effect->person_fields, PERSON_SET_STATE | PERSON_SET_SLOT);
    assert_int_equal(effect->person_id, 1);
    return effect;
}

static void every_command_is_answered(void **state)
{
    (void)state;
    static const struct {
        const char *line, *why, *words;
    } commands[] = {
        { "", "help", "What you can say" },
        { "help", "help", "pause [until friday" },
        { "privacy", "privacy", "What is stored" },
        { "next", "next", "Your next question comes" },
        { "why", "why", "no question to explain" },
        { "skip", "skip", "no open question" },
        { "snooze", "snooze", "no open question" },
        { "pass", "refused", "no open question" },
        { "details", "details", "no direct reports" },
        { "pause", "pause", "Paused until you say resume" },
        { "Pause whenever", "pause", "I could not read until when" },
        { "pause for two weeks", "pause", "I could not read until when" },
        { "stop", "stop", "Stopped." },
        { "dance", "not_understood", "Say help" },
    };
    struct builder *b = builder_new("Europe/Berlin");
    b->facts.person.next_slot = builder_local(b, 2031, 3, 5, 10, 12);
    for (size_t i = 0; i < COUNT(commands); i++) {
        builder_command(b, commands[i].line);
        assert_why(b, commands[i].why);
        assert_text_has(acked(b), commands[i].words);
        assert_null(b->plan.whisper);
    }
    builder_free(b);
}

/* A typed line is answered in the DM, a button by a line only they see. */
static void the_answer_comes_the_way_the_question_came(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    builder_type(b, "privacy");
    BUILDER_ORDER(b, EFFECT_DELIVER);
    assert_int_equal(b->plan.effects[0].deliver.kind, DELIVERY_POST);
    assert_int_equal(b->plan.effects[0].deliver.lane, LANE_INTERACTIVE);
    assert_null(b->plan.ack);
    builder_click(b, VERB_HELP, NULL, 0);
    assert_int_equal(b->plan.effects_len, 0);
    assert_non_null(b->plan.whisper);
    b->facts.has_person = false;
    builder_command(b, "pause");
    assert_int_equal(b->plan.effects_len, 0);
    assert_text_has(acked(b), "on my list");
    builder_free(b);
}

static void a_pause_ends_when_it_was_said_to(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    builder_command(b, "pause until friday");
    const struct effect *effect = person_of(b);
    assert_int_equal(effect->person.state, PERSON_PAUSED);
    assert_true(effect->person.paused_until.utc_ms == builder_local(b, 2031, 3, 7, 0, 0).utc_ms);
    assert_int_equal(zone_local(b->zone, effect->person.next_slot).day,
        date_to_day((struct date){ 2031, 3, 7 }));
    assert_text_has(acked(b), "back on Friday 7 March;");
    assert_int_equal(b->plan.effects_len, 1); /* one line, no reminder */
    builder_command(b, "pause tomorrow");
    assert_text_has(acked(b), "back tomorrow;");
    builder_command(b, "PAUSE 2 weeks");
    assert_text_has(acked(b), "back on Tuesday 18 March;");
    builder_command(b, "pause until saturday"); /* the next slot is on the workday after it */
    assert_int_equal(zone_local(b->zone, person_of(b)->person.next_slot).day,
        date_to_day((struct date){ 2031, 3, 10 }));
    builder_command(b, "pause");
    assert_true(instant_is_never(person_of(b)->person.paused_until));
    assert_true(instant_is_never(person_of(b)->person.next_slot));
    builder_command(b, "pause until yesterday");
    assert_null(builder_effect(b, EFFECT_PERSON));
    b->facts.person.state = PERSON_STOPPED; /* a stop is not turned into a pause */
    builder_command(b, "pause until friday");
    assert_null(builder_effect(b, EFFECT_PERSON));
    builder_free(b);
}

static void who_comes_back_is_asked_soon(void **state)
{
    (void)state;
    static const enum person_state away[] = { PERSON_PAUSED, PERSON_STOPPED };
    for (size_t i = 0; i < COUNT(away); i++) {
        struct builder *b = builder_new("Europe/Berlin");
        b->facts.person.state = away[i];
        b->facts.person.next_slot = INSTANT_NEVER;
        builder_command(b, "resume");
        assert_int_equal(person_of(b)->person.state, PERSON_ACTIVE);
        assert_true(instant_before(b->facts.now, person_of(b)->person.next_slot));
        assert_text_has(acked(b), "Good to have you back. The next question comes today");
        b->facts.live = false;
        builder_command(b, "resume");
        assert_int_equal(person_of(b)->person.state, PERSON_ACTIVE);
        assert_true(instant_is_never(person_of(b)->person.next_slot));
        assert_text_has(acked(b), "not started for your organisation");
        builder_free(b);
    }
    struct builder *b = builder_new("Europe/Berlin");
    builder_command(b, "resume"); /* was never away */
    assert_int_equal(b->plan.effects_len, 0);
    builder_free(b);
}

/* Whoever gets no question is told so, not when it comes: by resume, next and the home page. */
static void no_slot_is_promised_that_will_not_come(void **state)
{
    (void)state;
    static struct str only[] = { STR_INIT("ben@example.com") };
    static const char *const says[] = { "you are not in it", "your last day", "your last day",
        "on Tuesday 1 April at" };
    for (size_t i = 0; i < COUNT(says); i++)
        for (int stopped = 0; stopped < 2; stopped++) {
            struct builder *b = builder_new("Europe/Berlin");
            struct person *person = &b->facts.person;
            int32_t today = builder_today(b);
            person->state = stopped ? PERSON_STOPPED : PERSON_PAUSED;
            b->settings.only = only, b->settings.only_len = i == 0;
            person->end_day = i == 1 ? today - 1 : i == 2 ? today : 0;
            person->slot_day = today, person->slot_count = 1;
            person->start_day = i == 3 ? today + 28 : 0;
            builder_command(b, "resume");
            assert_int_equal(person_of(b)->person.state, PERSON_ACTIVE);
            assert_int_equal(instant_is_never(person_of(b)->person.next_slot), i < 3);
            assert_text_has(acked(b), says[i]);
            assert_text_lacks(acked(b), i < 3 ? "comes today" : "tomorrow");
            *person = person_of(b)->person;
            builder_command(b, "next");
            assert_text_has(acked(b), says[i]);
            if (i < 3)
                person->next_slot = instant_add(b->facts.now, HOURS(24)); /* planned before */
            builder_command(b, "next");
            assert_text_has(acked(b), says[i]);
            assert_text_has(builder_text(b, card_home(&b->facts, &b->arena)), says[i]);
            builder_free(b);
        }
}

static void a_stop_closes_what_is_open(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    builder_nudge(b, ID_CHOICE, NUDGE_OPEN);
    builder_type(b, "STOP!");
    BUILDER_ORDER(b, EFFECT_PERSON, EFFECT_NUDGE_STATE, EFFECT_DELIVER, EFFECT_DELIVER);
    assert_int_equal(person_of(b)->person.state, PERSON_STOPPED);
    assert_true(instant_is_never(person_of(b)->person.next_slot));
    assert_int_equal(builder_effect(b, EFFECT_NUDGE_STATE)->nudge.state, NUDGE_SKIPPED);
    assert_int_equal(b->plan.effects[2].deliver.kind, DELIVERY_UPDATE);
    struct str card = builder_text(b, b->plan.effects[2].deliver.message);
    assert_text_lacks(card, "come back");
    assert_text_lacks(card, "type \"");
    assert_text_has(builder_text(b, b->plan.effects[3].deliver.message), "Stopped.");
    builder_free(b);
}

/* A post is found again by its key alone, and the platform takes two of one key for the same. */
static void two_posts_of_one_turn_have_two_keys(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    builder_nudge(b, ID_CHOICE, NUDGE_OPEN);
    b->facts.nudge.message_id = STR_EMPTY;              /* the question has not left yet */
    builder_type(b, "stop");
    BUILDER_ORDER(b, EFFECT_PERSON, EFFECT_NUDGE_STATE, EFFECT_DELIVER); /* no card to close */
    const struct effect *first = builder_effect(b, EFFECT_DELIVER);
    uint64_t key = first->deliver.key;
    assert_int_equal(first->deliver.kind, DELIVERY_POST);
    const struct effect *second = plan_deliver(&b->plan, &b->arena, &b->facts, LANE_NOTICE,
        b->facts.now, first->deliver.message);
    assert_int_equal(second->deliver.kind, DELIVERY_POST);
    assert_true(key != second->deliver.key);
    builder_free(b);
}

static void a_snooze_comes_back_next(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    builder_nudge(b, ID_CHOICE, NUDGE_OPEN);
    b->facts.person.slot_day = builder_today(b);
    b->facts.person.slot_count = 1;
    builder_click(b, VERB_SNOOZE, NULL, 0);
    BUILDER_ORDER(b, EFFECT_NUDGE_STATE, EFFECT_REVIEW, EFFECT_DELIVER);
    assert_int_equal(builder_effect(b, EFFECT_REVIEW)->review.due_day, builder_today(b));
    assert_int_equal(builder_effect(b, EFFECT_REVIEW)->review.answers, 0);
    const struct effect *card = builder_effect(b, EFFECT_DELIVER);
    assert_int_equal(card->deliver.kind, DELIVERY_UPDATE);
    assert_text_has(builder_text(b, card->deliver.message), "I will come back tomorrow at ");
    b->facts.person.state = PERSON_PAUSED;
    builder_click(b, VERB_SNOOZE, NULL, 0);
    assert_text_has(builder_text(b, builder_effect(b, EFFECT_DELIVER)->deliver.message),
        "come back after your pause");
    builder_free(b);
}

static void a_skip_counts_as_nothing(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    builder_nudge(b, ID_CHOICE, NUDGE_OPEN);
    builder_type(b, "skip");
    BUILDER_ORDER(b, EFFECT_NUDGE_STATE, EFFECT_REVIEW, EFFECT_DELIVER);
    struct review after = builder_effect(b, EFFECT_REVIEW)->review;
    assert_int_equal(after.due_day, builder_today(b) + 7);
    after.due_day = b->facts.review.due_day;
    assert_memory_equal(&after, &b->facts.review, sizeof after);
    static const struct {
        int32_t deck, organisation, days;
    } gaps[] = { { 14, 7, 14 }, { 0, 7, 1 }, { -1, 0, 1 }, { -1, 2, 2 }, { 3, 14, 3 } };
    for (size_t i = 0; i < COUNT(gaps); i++) { /* as after an answer */
        b->decks[0].min_gap_days = gaps[i].deck;
        b->settings.min_gap_days = gaps[i].organisation;
        builder_type(b, "skip");
        assert_int_equal(builder_effect(b, EFFECT_REVIEW)->review.due_day,
            slot_workday_on_or_after(&b->facts, builder_today(b) + gaps[i].days));
    }
    b->facts.nudge.state = NUDGE_ANSWERED; /* too late: nothing changes */
    builder_type(b, "skip");
    BUILDER_ORDER(b, EFFECT_DELIVER);
    builder_free(b);
}

static void why_says_what_it_trains_and_who_sees(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    builder_nudge(b, ID_CHOICE, NUDGE_OPEN);
    builder_command(b, "why");
    assert_text_has(acked(b), "It trains: Checking sources.");
    assert_text_has(acked(b), "It is new for you; it is next in \"The basics\".");
    assert_text_has(acked(b), "never this answer");
    assert_text_has(acked(b), "owner@example.com");
    assert_int_equal(b->plan.effects_len, 0);
    b->facts.review.last_day = builder_today(b) - 1;
    builder_command(b, "why");
    assert_text_has(acked(b), "You met it before, yesterday;");
    b->facts.review.last_day = builder_today(b) - 4;
    builder_command(b, "why");
    assert_text_has(acked(b), "You met it before, on Friday 28 February;");
    b->settings.visibility = VISIBILITY_TEAM;
    builder_command(b, "why");
    assert_text_has(acked(b), "team figures only");
    b->facts.prompt = b->prompts[ID_REFLECT - 1];
    builder_command(b, "why");
    assert_text_has(acked(b), "Nobody but you");
    builder_free(b);
}

static struct str next_said(struct builder *b)
{
    builder_command(b, "next");
    return acked(b);
}

static void next_promises_only_what_will_be(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    struct person *person = &b->facts.person;
    person->next_slot = builder_local(b, 2031, 3, 5, 10, 12);
    assert_text_has(next_said(b), "Your next question comes tomorrow at 10:12 (Europe/Berlin");
    builder_nudge(b, ID_CHOICE, NUDGE_OPEN);
    assert_text_has(next_said(b),
        "open question in our messages. After that, the next one comes tomorrow");
    b->facts.has_nudge = false;
    person->next_slot = (struct instant){ 0 }; /* woken, not planned yet */
    assert_text_has(next_said(b), "comes today at");
    person->next_slot = INSTANT_NEVER; /* ended, or not in the pilot */
    assert_text_has(next_said(b), "Nothing is planned");
    person->state = PERSON_PAUSED;
    person->paused_until = INSTANT_NEVER;
    assert_text_has(next_said(b), "You are paused");
    person->paused_until = builder_local(b, 2031, 3, 7, 0, 0);
    assert_text_has(next_said(b), "I will be back on Friday 7 March;");
    person->paused_until = builder_local(b, 2031, 3, 4, 0, 0); /* over since this morning */
    person->next_slot = builder_local(b, 2031, 3, 4, 14, 0);
    assert_text_has(next_said(b), "Your next question comes today at 14:00");
    person->state = PERSON_STOPPED;
    assert_text_has(next_said(b), "Stopped.");
    person->state = PERSON_LEFT;
    assert_text_has(next_said(b), "no longer on the list");
    person->state = PERSON_ACTIVE;
    b->facts.live = false;
    assert_text_has(next_said(b), "not started");
    builder_free(b);
}

static void managers_may_ask_for_details(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->facts.reports_count = 3;
    builder_command(b, "details");
    assert_int_equal(access_about(b->plan.digest), 1);
    assert_int_equal(access_what(b->plan.digest), ACCESS_DETAILS);
    assert_int_equal(b->plan.digest_week_monday, date_to_day((struct date){ 2031, 2, 24 }));
    assert_int_equal(b->plan.effects_len, 0);
    builder_free(b);
}

static void the_home_page_shows_next_pause_and_privacy(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->facts.person.next_slot = builder_local(b, 2031, 3, 5, 10, 12);
    builder_event(b, EVENT_HOME_OPENED);
    assert_int_equal(builder_decide(b), OK);
    BUILDER_ORDER(b, EFFECT_DELIVER);
    assert_int_equal(b->plan.effects[0].deliver.kind, DELIVERY_HOME);
    struct str text = builder_text(b, b->plan.effects[0].deliver.message);
    assert_text_has(text, "tomorrow at 10:12");
    assert_text_has(text, "Pause: type \"pause\"");
    assert_text_has(text, "What is stored");
    assert_text_has(text, "Nothing yet.");
    builder_review(b, ID_CHOICE, -1);
    builder_review(b, ID_ORDER, 3);
    builder_review(b, ID_MULTI, 1);
    b->facts.person.state = PERSON_STOPPED;
    assert_int_equal(builder_decide(b), OK);
    text = builder_text(b, b->plan.effects[0].deliver.message);
    assert_text_has(text, "2 questions met, the next is ready today");
    assert_text_has(text, "1 question met, the next is ready tomorrow");
    assert_text_lacks(text, "expected recall"); /* nothing was answered yet */
    assert_text_lacks(text, "Demonstrated");
    assert_text_has(text, "Resume: type \"resume\"");
    assert_text_lacks(text, "type \"stop\"");
    b->facts.has_person = false;
    assert_int_equal(builder_decide(b), OK);
    assert_int_equal(b->plan.effects_len, 0);
    builder_free(b);
}

/* What was answered: expected recall with its uncertainty, and what was shown, on the own page. */
static void the_home_page_shows_recall_and_what_was_shown(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    int32_t today = builder_today(b);
    builder_event(b, EVENT_HOME_OPENED);
    struct review *review = builder_review(b, ID_CHOICE, 5);
    review->answers = 14;
    review->last_day = today - 10;
    review->memory = (struct review_memory){ 10, 5, REVIEW_REVIEW, 0, 0 };
    review->evidence = (struct evidence){ 4.1, 3, 1u << PROMPT_CHOICE, today - 40, today - 10 };
    builder_review(b, ID_ORDER, 3);
    assert_int_equal(builder_decide(b), OK);
    struct str text = builder_text(b, b->plan.effects[0].deliver.message);
    assert_text_has(text, "expected recall today: about 9 of 10, from 14 answers; give or take 2");
    assert_text_has(text, "in four weeks without practice: about 8 of 10");
    assert_text_has(text, "Demonstrated: 1 of 2 questions, 1 of them current. Right 3 times, days "
                          "apart (picked from a list), the newest");
    review->last_day = today - 60;
    assert_int_equal(builder_decide(b), OK);
    text = builder_text(b, b->plan.effects[0].deliver.message);
    assert_text_has(text, "Demonstrated: 1 of 2 questions, 0 of them current.");
    review->evidence.hits = 1;
    assert_int_equal(builder_decide(b), OK);
    assert_text_lacks(builder_text(b, b->plan.effects[0].deliver.message), "Demonstrated: 1");
    builder_free(b);
}

/* However many skills, the page holds them, and privacy behind them. */
static void a_page_of_many_skills_ends_with_privacy(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    static struct skill skills[20];
    static struct prompt prompts[20];
    static struct prompt *by_id[20];
    static struct review reviews[20];
    for (int i = 0; i < 20; i++) {
        struct str id = str_format(&b->arena, "skill-%02d", i);
        skills[i] = (struct skill){ .id = id, .name = id };
        prompts[i] = b->prompts[0];
        prompts[i].prompt_id = i + 1;
        prompts[i].skill = skills[i].id;
        by_id[i] = &prompts[i];
        reviews[i] = (struct review){ .prompt_id = i + 1, .answers = 3,
            .last_day = builder_today(b) - 3, .memory = { 10, 5, REVIEW_REVIEW, 0, 0 } };
    }
    b->content.skills = skills, b->content.skills_len = 20;
    b->content.by_id = by_id, b->content.by_id_len = 20;
    b->facts.reviews = reviews, b->facts.reviews_len = 20;
    builder_event(b, EVENT_HOME_OPENED);
    assert_int_equal(builder_decide(b), OK);
    assert_false(arena_failed(&b->arena));
    struct str text = builder_text(b, b->plan.effects[0].deliver.message);
    assert_text_has(text, "skill-06");
    assert_text_lacks(text, "skill-07");
    assert_text_has(text, "And 13 more.");
    assert_text_has(text, "How to stop");
    builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_is_answered),
        cmocka_unit_test(the_answer_comes_the_way_the_question_came),
        cmocka_unit_test(a_pause_ends_when_it_was_said_to),
        cmocka_unit_test(who_comes_back_is_asked_soon),
        cmocka_unit_test(no_slot_is_promised_that_will_not_come),
        cmocka_unit_test(a_stop_closes_what_is_open),
        cmocka_unit_test(two_posts_of_one_turn_have_two_keys),
        cmocka_unit_test(a_snooze_comes_back_next),
        cmocka_unit_test(a_skip_counts_as_nothing),
        cmocka_unit_test(why_says_what_it_trains_and_who_sees),
        cmocka_unit_test(next_promises_only_what_will_be),
        cmocka_unit_test(managers_may_ask_for_details),
        cmocka_unit_test(the_home_page_shows_next_pause_and_privacy),
        cmocka_unit_test(the_home_page_shows_recall_and_what_was_shown),
        cmocka_unit_test(a_page_of_many_skills_ends_with_privacy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
