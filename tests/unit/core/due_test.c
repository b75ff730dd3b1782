/* A slot has come: notice first, then one question, or silence; never too much, never at night. */
#include "due_slot.h"

static struct local next_local(const struct builder *b)
{
    return zone_local(b->zone, next_of(b));
}

/* Nothing is sent and no slot used; only the next look is planned. */
static void assert_silent(struct builder *b, const char *why)
{
    assert_why(b, why);
    BUILDER_ORDER(b, EFFECT_PERSON);
    assert_int_equal(slot_of(b)->person.slot_day, b->facts.person.slot_day);
    assert_int_equal(slot_of(b)->person.slot_count, b->facts.person.slot_count);
}

static void assert_next_workday(struct builder *b)
{
    assert_int_equal(next_local(b).day, builder_today(b) + 1);
    assert_in_range(next_local(b).minute, HOURS_DEFAULT_FROM_MINUTE, HOURS_DEFAULT_TO_MINUTE - 1);
}

static void a_question_is_sent_and_its_slot_used(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    due(b);
    assert_why(b, "new");
    BUILDER_ORDER(b, EFFECT_NUDGE_NEW, EFFECT_REVIEW, EFFECT_DELIVER, EFFECT_PERSON);
    const struct effect *nudge = builder_effect(b, EFFECT_NUDGE_NEW);
    assert_int_equal(nudge->nudge.prompt_id, ID_CHOICE);
    assert_int_equal(nudge->nudge.revision_id, 100);
    assert_int_equal(nudge->nudge.state, NUDGE_OPEN);
    assert_int_equal(nudge->nudge.day, builder_today(b));
    assert_true(nudge->nudge.key == BUILDER_KEY);
    const struct review *born = &builder_effect(b, EFFECT_REVIEW)->review;
    assert_int_equal(born->prompt_id, ID_CHOICE);
    assert_int_equal(born->born_day, builder_today(b));
    assert_int_equal(born->sent_day, builder_today(b));
    assert_int_equal(born->answers, 0);
    assert_int_equal(born->due_day, builder_today(b) + 3);
    const struct effect *sent = builder_effect(b, EFFECT_DELIVER);
    assert_int_equal(sent->nudge_id, -1);
    assert_int_equal(sent->deliver.kind, DELIVERY_POST);
    assert_int_equal(sent->deliver.lane, LANE_NUDGE);
    assert_int_equal(sent->deliver.message->ref.nudge_id, -1);
    assert_true(sent->deliver.message->ref.key == nudge->nudge.key);
    assert_true(sent->deliver.key != nudge->nudge.key);
    struct local end = zone_local(b->zone, sent->deliver.not_after);
    assert_int_equal(end.day, builder_today(b));
    assert_int_equal(end.minute, HOURS_DEFAULT_TO_MINUTE);
    assert_int_equal(slot_of(b)->person.slot_day, builder_today(b));
    assert_int_equal(slot_of(b)->person.slot_count, 1);
    assert_next_workday(b);
    builder_free(b);
}

static void the_notice_comes_first_and_alone(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->facts.person.notice_version = 0;
    b->settings.cap = 3;
    due(b);
    assert_why(b, "notice");
    BUILDER_ORDER(b, EFFECT_DELIVER, EFFECT_PERSON);
    const struct effect *sent = builder_effect(b, EFFECT_DELIVER);
    assert_int_equal(sent->deliver.lane, LANE_NOTICE);
    assert_text_has(builder_text(b, sent->deliver.message), "What is stored");
    assert_next_workday(b);                         /* though the cap is three */
    b->facts.person = slot_of(b)->person;
    b->facts.person.notice_version = NOTICE_VERSION;
    for (int minute = 0; minute < 330; minute += 30) {      /* delivered, and looked at again */
        b->facts.now = builder_local(b, 2031, 3, 4, 11, minute);
        b->facts.person.next_slot = minute % 60 ? b->facts.now : (struct instant){ 0 };
        due(b);
        assert_null(builder_effect(b, EFFECT_DELIVER));
    }
    builder_free(b);
}

/* Sent is given: until then the next slot brings the notice again, never a question. */
static void a_notice_that_did_not_arrive_is_sent_again(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->facts.person.notice_version = 0;
    due(b);
    b->facts.person = slot_of(b)->person;
    assert_int_equal(b->facts.person.notice_version, 0);
    b->facts.now = b->facts.person.next_slot;
    due(b);
    assert_why(b, "notice");
    builder_free(b);
}

static void the_cap_holds(void **state)
{
    (void)state;
    for (int cap = 1; cap <= 3; cap++) {
        struct builder *b = builder_new("Europe/Berlin");
        b->settings.cap = cap;
        b->facts.person.slot_day = builder_today(b);
        b->facts.person.slot_count = cap;
        due(b);
        assert_silent(b, "cap");
        assert_next_workday(b);
        builder_free(b);
    }
}

static void several_a_day_are_spread_over_it(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->settings.cap = 3;
    b->facts.now = builder_local(b, 2031, 3, 3, 23, 0);
    struct person *person = &b->facts.person;
    int sent = 0;
    for (int32_t part = 0; part < 3; part++) {
        struct instant at = slot_next(&b->facts);
        struct local local = zone_local(b->zone, at);
        int32_t from = HOURS_DEFAULT_FROM_MINUTE + 140 * part;
        assert_int_equal(local.day, date_to_day((struct date){ 2031, 3, 4 }));
        assert_in_range(local.minute, from, from + 139);
        b->facts.now = person->next_slot = at;
        due(b);
        sent += builder_count(b, EFFECT_NUDGE_NEW);
        *person = slot_of(b)->person;
        b->facts.reviews_len = 0;
        builder_review(b, part + 1, 3);
    }
    assert_int_equal(sent, 3);
    assert_int_equal(zone_local(b->zone, person->next_slot).day,
        date_to_day((struct date){ 2031, 3, 5 }));
    builder_free(b);
}

/* A window of fewer minutes than slots: they share its minutes and stay inside. */
static void a_narrow_window_holds_every_slot(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->settings.cap = 3;
    b->settings.hours = (struct hours){ 600, 602, HOURS_DEFAULT_WORKDAYS };
    b->facts.now = builder_local(b, 2031, 3, 3, 23, 0);
    b->facts.person.slot_day = date_to_day((struct date){ 2031, 3, 4 });
    for (int32_t used = 0; used < 3; used++) {
        b->facts.person.slot_count = used;
        struct local local = zone_local(b->zone, slot_next(&b->facts));
        assert_int_equal(local.day, b->facts.person.slot_day);
        assert_in_range(local.minute, 600, 601);
    }
    builder_free(b);
}

static void outside_the_window_nothing_is_sent(void **state)
{
    (void)state;
    static const struct { int day, hour, minute; int next_day; } times[] = {
        { 4, 3, 0, 4 }, { 4, 9, 29, 4 }, { 4, 16, 30, 5 }, { 4, 23, 59, 5 }, { 1, 12, 0, 3 },
        { 2, 12, 0, 3 }, { 7, 16, 31, 10 },
    };
    struct builder *b = builder_new("Europe/Berlin");
    for (size_t i = 0; i < COUNT(times); i++) {
        b->facts.now = builder_local(b, 2031, 3, times[i].day, times[i].hour, times[i].minute);
        b->facts.person.next_slot = b->facts.now;
        due(b);
        assert_silent(b, "outside_window");
        assert_int_equal(next_local(b).day,
            date_to_day((struct date){ 2031, 3, (int8_t)times[i].next_day }));
    }
    builder_free(b);
}

/* Everybody is woken at once when content changes: planned over the day, not sent in one burst. */
static void who_is_woken_is_planned_only(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    int minutes_used[24 * 60] = { 0 }, different = 0;
    b->facts.now = builder_local(b, 2031, 3, 4, 10, 0);
    for (int64_t id = 1; id <= 200; id++) {
        b->facts.person.person_id = id;
        b->facts.person.next_slot = (struct instant){ 0 };
        due(b);
        assert_silent(b, "planned");
        struct local local = next_local(b);
        assert_true(instant_before(b->facts.now, next_of(b)));
        assert_int_equal(local.day, builder_today(b));      /* six hours are left of today */
        assert_in_range(local.minute, 10 * 60 + 1, HOURS_DEFAULT_TO_MINUTE - 1);
        different += !minutes_used[local.minute]++;
    }
    assert_true(different > 100);
    b->facts.now = builder_local(b, 2031, 3, 4, 16, 0);     /* half an hour left: tomorrow */
    b->facts.person.person_id = 1;
    due(b);
    assert_silent(b, "planned");
    assert_next_workday(b);
    b->facts.now = builder_local(b, 2031, 3, 4, 11, 0);     /* today's slot is used: tomorrow */
    b->facts.person.slot_day = builder_today(b);
    b->facts.person.slot_count = 1;
    due(b);
    assert_silent(b, "planned");
    assert_next_workday(b);
    builder_free(b);
}

static void do_not_disturb_is_waited_for(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->facts.person.dnd_until = builder_local(b, 2031, 3, 4, 13, 0);
    due(b);
    assert_silent(b, "dnd");
    assert_true(next_of(b).utc_ms == builder_local(b, 2031, 3, 4, 13, 1).utc_ms);
    b->facts.now = b->facts.person.next_slot = next_of(b);
    due(b);
    assert_why(b, "new");
    static const int beyond[] = { 29, 30, 59 };     /* of 16: nothing more of the window is left */
    for (size_t i = 0; i <= COUNT(beyond); i++) {
        b->facts.now = b->facts.person.next_slot = builder_local(b, 2031, 3, 4, 16, 0);
        b->facts.person.dnd_until = i < COUNT(beyond) ? builder_local(b, 2031, 3, 4, 16, beyond[i])
                                                      : INSTANT_NEVER;
        due(b);
        assert_silent(b, "dnd");
        assert_next_workday(b);
    }
    builder_free(b);
}

static void nobody_is_asked_during_a_pause(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    struct person *person = &b->facts.person;
    person->state = PERSON_PAUSED;
    person->paused_until = builder_local(b, 2031, 3, 7, 0, 0);
    for (int woken = 0; woken < 2; woken++) {
        person->next_slot = woken ? (struct instant){ 0 } : b->facts.now;
        due(b);
        assert_silent(b, "paused");
        assert_int_equal(slot_of(b)->person_fields & PERSON_SET_STATE, 0);
        assert_int_equal(next_local(b).day, date_to_day((struct date){ 2031, 3, 7 }));
    }
    b->facts.now = person->next_slot = next_of(b);          /* the pause is over */
    due(b);
    assert_why(b, "new");
    assert_int_equal(slot_of(b)->person_fields, PERSON_SET_SLOT | PERSON_SET_STATE);
    assert_int_equal(slot_of(b)->person.state, PERSON_ACTIVE);
    person->paused_until = INSTANT_NEVER;
    due(b);
    assert_silent(b, "paused");
    assert_true(instant_is_never(next_of(b)));
    builder_free(b);
}

/* Resuming wakes the active: so somebody whose pause ended meanwhile must be active by then. */
static void a_pause_is_not_lost_in_the_operators(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->facts.live = false;
    b->facts.person.state = PERSON_PAUSED;
    b->facts.person.paused_until = builder_local(b, 2031, 3, 7, 0, 0);
    due(b);
    assert_silent(b, "paused");
    assert_int_equal(next_local(b).day, date_to_day((struct date){ 2031, 3, 7 }));
    b->facts.now = b->facts.person.next_slot = next_of(b);
    due(b);
    assert_silent(b, "not_live");
    assert_true(instant_is_never(next_of(b)));
    assert_int_equal(slot_of(b)->person.state, PERSON_ACTIVE);
    assert_true(slot_of(b)->person_fields & PERSON_SET_STATE);
    builder_free(b);
}

static struct str pilot[] = { STR_INIT("ben@example.com") };

static void change_live(struct builder *b) { b->facts.live = false; }
static void change_stopped(struct builder *b) { b->facts.person.state = PERSON_STOPPED; }
static void change_left(struct builder *b) { b->facts.person.state = PERSON_LEFT; }
static void change_unknown(struct builder *b) { b->facts.person.chat_state = CHAT_UNKNOWN; }
static void change_unmatched(struct builder *b) { b->facts.person.chat_state = CHAT_UNMATCHED; }
static void change_closed(struct builder *b) { b->facts.person.chat_state = CHAT_DEACTIVATED; }
static void change_refused(struct builder *b) { b->facts.person.chat_state = CHAT_UNREACHABLE; }
static void change_ended(struct builder *b) { b->facts.person.end_day = builder_today(b) - 1; }
static void change_pilot(struct builder *b) { b->settings.only = pilot, b->settings.only_len = 1; }

static const struct {
    void (*change)(struct builder *b);
    const char *why;
} never[] = {
    { change_live, "not_live" },           { change_stopped, "stopped" },
    { change_left, "left" },               { change_unknown, "not_reachable" },
    { change_unmatched, "not_reachable" }, { change_closed, "not_reachable" },
    { change_refused, "not_reachable" },   { change_ended, "ended" },
    { change_pilot, "not_in_pilot" },
};

static void who_is_not_to_be_asked_is_not_looked_at_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(never); i++)
        for (int woken = 0; woken < 2; woken++) {
            struct builder *b = builder_new("Europe/Berlin");
            builder_nudge(b, ID_CHOICE, NUDGE_OPEN);
            if (woken)
                b->facts.person.next_slot = (struct instant){ 0 };
            never[i].change(b);
            due(b);
            assert_silent(b, never[i].why);
            assert_true(instant_is_never(next_of(b)));
            builder_free(b);
        }
    struct builder *b = builder_new("Europe/Berlin");
    b->facts.has_person = false;
    due(b);
    assert_int_equal(b->plan.effects_len, 0);
    b->facts.has_person = true;
    b->facts.person.end_day = builder_today(b);     /* the last day is a day of work */
    due(b);
    assert_why(b, "new");
    builder_free(b);
}

static void who_starts_later_is_asked_later(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->facts.person.start_day = date_to_day((struct date){ 2031, 4, 1 });
    due(b);
    assert_silent(b, "not_started");
    assert_int_equal(next_local(b).day, b->facts.person.start_day);
    b->facts.now = b->facts.person.next_slot = next_of(b);
    due(b);
    assert_why(b, "new");
    builder_free(b);
}

static void holidays_are_left_alone(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    int32_t today = builder_today(b);
    assert_int_equal(holidays_add(&b->holidays, today, STR_EMPTY, STR("A feast")), OK);
    assert_int_equal(holidays_add(&b->holidays, today + 1, STR("north"), STR("A fair")), OK);
    due(b);
    assert_silent(b, "outside_window");
    assert_int_equal(next_local(b).day, today + 1);
    b->facts.person.region = STR("north");
    due(b);
    assert_int_equal(next_local(b).day, today + 2);
    b->facts.person.region = STR("south");
    due(b);
    assert_int_equal(next_local(b).day, today + 1);
    b->facts.person.workdays = 1 << 4;              /* Fridays only */
    due(b);
    assert_int_equal(next_local(b).day, today + 3);
    builder_free(b);
}

static void an_open_question_expires_quietly(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    builder_nudge(b, ID_MULTI, NUDGE_OPEN);
    b->facts.nudge.day = builder_today(b) - 1;
    b->facts.nudge.planned = instant_add(b->facts.now, HOURS(-24));
    builder_review(b, ID_MULTI, 2);
    due(b);
    assert_why(b, "new");
    BUILDER_ORDER(b, EFFECT_NUDGE_STATE, EFFECT_DELIVER, EFFECT_NUDGE_NEW, EFFECT_REVIEW,
        EFFECT_DELIVER, EFFECT_PERSON);
    assert_int_equal(b->plan.effects[0].nudge_id, 50);
    assert_int_equal(b->plan.effects[0].nudge.state, NUDGE_EXPIRED);
    const struct effect *closing = &b->plan.effects[1];
    assert_int_equal(closing->deliver.kind, DELIVERY_UPDATE);
    assert_int_equal(closing->deliver.lane, LANE_CLOSE);
    assert_true(str_equal(closing->deliver.message_id, STR("m50")));
    struct str text = builder_text(b, closing->deliver.message);
    assert_text_has(text, "Closed.");
    assert_text_lacks(text, "type \"");             /* no dead buttons */
    assert_int_equal(builder_effect(b, EFFECT_NUDGE_NEW)->nudge.prompt_id, ID_CHOICE);
    b->facts.nudge.message_id = STR_EMPTY;          /* it never arrived: nothing to tidy up */
    due(b);
    assert_int_equal(builder_count(b, EFFECT_DELIVER), 1);
    static const enum nudge_state closed[] = { NUDGE_ANSWERED, NUDGE_SKIPPED, NUDGE_EXPIRED,
        NUDGE_FAILED };
    for (size_t i = 0; i < COUNT(closed); i++) {
        b->facts.nudge.state = closed[i];
        due(b);
        assert_null(builder_effect(b, EFFECT_NUDGE_STATE));
    }
    builder_free(b);
}

static void nothing_due_is_silence_but_uses_the_slot(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->settings.new_per_week = 0;
    builder_review(b, ID_CHOICE, 1);
    due(b);
    assert_why(b, "nothing_due");
    BUILDER_ORDER(b, EFFECT_PERSON);
    assert_int_equal(slot_of(b)->person.slot_count, 1);
    assert_next_workday(b);
    builder_free(b);
}

/* Sending moves the due day of what was due, so that silence is followed by another question. */
static void an_ignored_question_is_not_the_next_mornings(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    struct review *review = builder_review(b, ID_ORDER, -5);
    review->memory = (struct review_memory){ 4, 5, REVIEW_REVIEW, 0, 0 };
    review->answers = 2;
    due(b);
    assert_why(b, "due");
    struct review after = builder_effect(b, EFFECT_REVIEW)->review;
    assert_int_equal(after.due_day, builder_today(b) + 3);
    assert_int_equal(after.sent_day, builder_today(b));
    assert_int_equal(after.born_day, review->born_day);
    assert_int_equal(after.answers, 2);
    assert_memory_equal(&after.memory, &review->memory, sizeof after.memory);
    builder_free(b);
}

static void a_slot_raised_twice_asks_once(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->settings.cap = 3;
    due(b);
    assert_int_equal(builder_count(b, EFFECT_NUDGE_NEW), 1);
    b->facts.person = slot_of(b)->person;
    struct instant planned = b->facts.person.next_slot;
    due(b);
    assert_silent(b, "not_yet");
    assert_true(next_of(b).utc_ms == planned.utc_ms);
    builder_free(b);
}

/* The clock steps back by minutes, an hour, a day: the slots used stay used. */
static void a_clock_that_steps_back_uses_no_slot_twice(void **state)
{
    (void)state;
    static const int back_minutes[] = { 1, 10, 60, 24 * 60, 48 * 60 };
    for (size_t i = 0; i < COUNT(back_minutes); i++) {
        struct builder *b = builder_new("Europe/Berlin");
        b->facts.now = builder_local(b, 2031, 3, 6, 11, 0);
        b->facts.person.next_slot = b->facts.now;
        due(b);
        assert_int_equal(builder_count(b, EFFECT_NUDGE_NEW), 1);
        int32_t used = builder_today(b);
        b->facts.person = slot_of(b)->person;
        b->facts.now = instant_add(b->facts.now, MINUTES(-back_minutes[i]));
        for (int woken = 0; woken < 2; woken++) {
            b->facts.person.next_slot = woken ? (struct instant){ 0 } : b->facts.now;
            due(b);
            assert_null(builder_effect(b, EFFECT_DELIVER));
            assert_int_equal(next_local(b).day, used + 1);
            assert_int_equal(slot_of(b)->person.slot_day, used);
            assert_int_equal(slot_of(b)->person.slot_count, 1);
        }
        builder_free(b);
    }
}

/* With several a day: the first part of the day was used, so the next is the second, once. */
static void a_clock_that_steps_back_keeps_the_number_of_the_slot(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->settings.cap = 3;
    b->facts.now = builder_local(b, 2031, 3, 4, 9, 0);
    struct instant first = slot_next(&b->facts);
    b->facts.person.slot_day = builder_today(b);
    b->facts.person.slot_count = 1;
    assert_true(instant_before(b->facts.now, first));
    struct local local = zone_local(b->zone, slot_next(&b->facts));
    assert_int_equal(local.day, builder_today(b));
    assert_in_range(local.minute, HOURS_DEFAULT_FROM_MINUTE + 140, HOURS_DEFAULT_FROM_MINUTE + 279);
    builder_free(b);
}

/* Down for a week: one question on return, not five. */
static void nothing_is_caught_up(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->facts.person.next_slot = builder_local(b, 2031, 2, 25, 10, 0);
    for (int64_t id = ID_CHOICE; id <= ID_RECALL; id++)
        builder_review(b, id, -(int)id);
    due(b);
    assert_int_equal(builder_count(b, EFFECT_NUDGE_NEW), 1);
    assert_next_workday(b);
    builder_free(b);
}

/* From Los Angeles to Auckland a new day begins two hours after the question of the old one. */
static void travellers_get_their_night(void **state)
{
    (void)state;
    struct builder *b = builder_new("America/Los_Angeles");
    builder_nudge(b, ID_CHOICE, NUDGE_ANSWERED);
    b->facts.person.slot_day = builder_today(b);
    b->facts.person.slot_count = 1;
    b->facts.nudge.planned = builder_local(b, 2031, 3, 4, 13, 0);
    b->facts.nudge.day = builder_today(b);
    struct zone *home = b->zone;
    assert_int_equal(zone_load(STR("/usr/share/zoneinfo"), STR("Pacific/Auckland"), &b->zone), OK);
    b->facts.zone = b->zone;
    b->facts.now = instant_add(b->facts.nudge.planned, HOURS(2));
    b->facts.person.next_slot = b->facts.now;
    assert_true(slot_in_window(&b->facts));
    assert_false(slot_used_up(&b->facts));
    due(b);
    assert_silent(b, "too_soon");
    assert_true(instant_since(next_of(b), b->facts.nudge.planned).ms >= HOURS(8).ms);
    b->facts.now = b->facts.person.next_slot = next_of(b);
    due(b);
    assert_why(b, "new");
    zone_free(home);
    builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_sent_and_its_slot_used),
        cmocka_unit_test(the_notice_comes_first_and_alone),
        cmocka_unit_test(a_notice_that_did_not_arrive_is_sent_again),
        cmocka_unit_test(the_cap_holds),
        cmocka_unit_test(several_a_day_are_spread_over_it),
        cmocka_unit_test(a_narrow_window_holds_every_slot),
        cmocka_unit_test(outside_the_window_nothing_is_sent),
        cmocka_unit_test(who_is_woken_is_planned_only),
        cmocka_unit_test(do_not_disturb_is_waited_for),
        cmocka_unit_test(nobody_is_asked_during_a_pause),
        cmocka_unit_test(a_pause_is_not_lost_in_the_operators),
        cmocka_unit_test(who_is_not_to_be_asked_is_not_looked_at_again),
        cmocka_unit_test(who_starts_later_is_asked_later),
        cmocka_unit_test(holidays_are_left_alone),
        cmocka_unit_test(an_open_question_expires_quietly),
        cmocka_unit_test(nothing_due_is_silence_but_uses_the_slot),
        cmocka_unit_test(an_ignored_question_is_not_the_next_mornings),
        cmocka_unit_test(a_slot_raised_twice_asks_once),
        cmocka_unit_test(a_clock_that_steps_back_uses_no_slot_twice),
        cmocka_unit_test(a_clock_that_steps_back_keeps_the_number_of_the_slot),
        cmocka_unit_test(nothing_is_caught_up),
        cmocka_unit_test(travellers_get_their_night),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
