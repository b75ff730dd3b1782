/* The manager's week: when, and to whom. */
#include "digest_week.h"

static void decide(struct builder *b, enum event_kind kind)
{
    builder_event(b, kind);
    b->event.actor = STR_EMPTY;
    b->event.person_id = 1;
    b->event.week_monday = monday_day() - 7;
    assert_int_equal(builder_decide(b), OK);
}

static struct instant digest_at(const struct builder *b)
{
    const struct effect *effect = builder_effect(b, EFFECT_PERSON);
    assert_non_null(effect);
    assert_int_equal(effect->person_fields, PERSON_SET_DIGEST_AT);
    return effect->person.next_digest;
}

static void assert_digest_at(const struct builder *b, int month, int day, int hour, int minute)
{
    assert_true(digest_at(b).utc_ms == builder_local(b, 2031, month, day, hour, minute).utc_ms);
}

/* -- due -- */

static void monday_half_past_eight_in_their_zone(void **state)
{
    (void)state;
    static const char *const zones[] = { "Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland",
        "Asia/Kathmandu" };
    for (size_t i = 0; i < COUNT(zones); i++) {
        struct builder *b = builder_new(zones[i]);
        b->facts.reports_count = 2;
        b->facts.now = builder_local(b, 2031, 3, 10, 8, 29);
        b->facts.person.next_digest = (struct instant){ 0 };
        decide(b, EVENT_DIGEST_DUE);
        assert_why(b, "planned");
        assert_digest_at(b, 3, 10, 8, 30);
        assert_null(b->plan.digest);
        b->facts.now = b->facts.person.next_digest = digest_at(b);
        decide(b, EVENT_DIGEST_DUE);
        assert_why(b, "report_asked");
        assert_int_equal(access_about(b->plan.digest), 1);
        assert_int_equal(b->plan.digest_week_monday, monday_day() - 7);
        assert_int_equal(access_what(b->plan.digest), ACCESS_WEEK);
        assert_null(builder_effect(b, EFFECT_DELIVER));
        assert_null(builder_effect(b, EFFECT_DIGEST));
        builder_free(b);
    }
}

/* A stop between asking and sending leaves the instant due again in ten minutes. */
static void a_lost_report_is_asked_for_again(void **state)
{
    (void)state;
    struct builder *b = manager();
    decide(b, EVENT_DIGEST_DUE);
    assert_digest_at(b, 3, 10, 8, 40);
    b->facts.now = b->facts.person.next_digest = digest_at(b);
    decide(b, EVENT_DIGEST_DUE);
    assert_why(b, "report_asked");
    assert_int_equal(b->plan.digest_week_monday, monday_day() - 7);
    builder_free(b);
}

static void after_wednesday_noon_it_is_too_late(void **state)
{
    (void)state;
    struct builder *b = manager();
    b->facts.now = builder_local(b, 2031, 3, 12, 11, 59);
    decide(b, EVENT_DIGEST_DUE);
    assert_why(b, "report_asked");
    b->facts.now = builder_local(b, 2031, 3, 12, 12, 0);
    decide(b, EVENT_DIGEST_DUE);
    assert_why(b, "too_late_this_week");
    assert_digest_at(b, 3, 17, 8, 30);
    assert_null(b->plan.digest);
    b->facts.now = builder_local(b, 2031, 3, 16, 23, 0);
    decide(b, EVENT_DIGEST_DUE);
    assert_why(b, "too_late_this_week");
    builder_free(b);
}

/* Who begins to manage on a Tuesday has no week to hear of. */
static void the_first_week_waits(void **state)
{
    (void)state;
    struct builder *b = manager();
    b->facts.now = builder_local(b, 2031, 3, 11, 10, 0);
    for (int woken = 0; woken < 2; woken++) {
        b->facts.person.next_digest = woken ? (struct instant){ 0 } : INSTANT_NEVER;
        decide(b, EVENT_DIGEST_DUE);
        assert_why(b, "next_week");
        assert_digest_at(b, 3, 17, 8, 30);
    }
    builder_free(b);
}

/* Looked at again every hour while it may still become possible, to the last hour of use. */
static void who_cannot_get_it_yet_waits_for_it(void **state)
{
    (void)state;
    for (int live = 0; live < 2; live++) {
        struct builder *b = manager();
        int looks = 0;
        b->facts.live = live;
        b->facts.person.chat_state = live ? CHAT_UNMATCHED : CHAT_MATCHED;
        decide(b, EVENT_DIGEST_DUE);
        assert_digest_at(b, 3, 10, 9, 30);
        struct instant noon = builder_local(b, 2031, 3, 12, 12, 0);
        while (instant_before(b->facts.now, noon)) {
            decide(b, EVENT_DIGEST_DUE);
            assert_why(b, live ? "not_reachable" : "not_live");
            assert_null(b->plan.digest);
            assert_true(instant_before(b->facts.now, digest_at(b)));
            assert_false(instant_before(noon, digest_at(b)));
            b->facts.now = b->facts.person.next_digest = digest_at(b);
            looks++;
        }
        assert_int_equal(looks, 52);
        decide(b, EVENT_DIGEST_DUE);
        assert_why(b, "too_late_this_week");
        assert_digest_at(b, 3, 17, 8, 30);
        b->facts.now = b->facts.person.next_digest = builder_local(b, 2031, 3, 11, 14, 30);
        b->facts.live = true; /* in time after all */
        b->facts.person.chat_state = CHAT_MATCHED;
        decide(b, EVENT_DIGEST_DUE);
        assert_why(b, "report_asked");
        builder_free(b);
    }
}

static void outside_the_pilot_the_next_week_is_planned(void **state)
{
    (void)state;
    static struct str only[] = { STR_INIT("ben@example.com") };
    struct builder *b = manager();
    b->settings.only = only, b->settings.only_len = 1;
    decide(b, EVENT_DIGEST_DUE);
    assert_why(b, "next_week");
    assert_digest_at(b, 3, 17, 8, 30);
    assert_null(b->plan.digest);
    builder_free(b);
}

static void who_manages_nobody_is_left_alone(void **state)
{
    (void)state;
    struct builder *b = manager();
    b->facts.reports_count = 0;
    decide(b, EVENT_DIGEST_DUE);
    assert_why(b, "manages_nobody");
    assert_true(instant_is_never(digest_at(b)));
    b->facts.reports_count = 4;
    b->facts.person.state = PERSON_LEFT;
    decide(b, EVENT_DIGEST_DUE);
    assert_why(b, "manages_nobody");
    b->facts.has_person = false;
    decide(b, EVENT_DIGEST_DUE);
    assert_int_equal(b->plan.effects_len, 0);
    builder_free(b);
}

/* Over the change of the clocks it stays half past eight. */
static void weeks_follow_the_wall_clock(void **state)
{
    (void)state;
    struct builder *b = manager();
    b->facts.now = builder_local(b, 2031, 3, 26, 13, 0);
    decide(b, EVENT_DIGEST_DUE);
    assert_digest_at(b, 3, 31, 8, 30); /* the clocks changed on the 30th */
    builder_free(b);
}

/* -- ready -- */

static void one_message_once_a_week(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    ready(b, week, false);
    assert_why(b, "sent");
    BUILDER_ORDER(b, EFFECT_PERSON, EFFECT_DIGEST, EFFECT_ACCESS, EFFECT_DELIVER);
    assert_digest_at(b, 3, 17, 8, 30);
    const struct effect *mark = builder_effect(b, EFFECT_DIGEST);
    assert_int_equal(mark->person_id, 1);
    assert_int_equal(mark->digest.week_monday, monday_day() - 7);
    assert_int_equal(mark->digest.state, DIGEST_SENT);
    const struct effect *sent = builder_effect(b, EFFECT_DELIVER);
    assert_int_equal(sent->deliver.kind, DELIVERY_POST);
    assert_int_equal(sent->deliver.lane, LANE_DIGEST);
    assert_true(sent->deliver.not_after.utc_ms == builder_local(b, 2031, 3, 12, 12, 0).utc_ms);
    b->facts.has_digest = b->facts.digest_sent = true;
    ready(b, week, false);
    assert_why(b, "already_sent");
    BUILDER_ORDER(b, EFFECT_PERSON);
    assert_digest_at(b, 3, 17, 8, 30);
    free(week);
    builder_free(b);
}

/* The instant is only lent: it comes again, and then waits like any other. */
static void switched_off_while_it_was_read(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    b->facts.live = false;
    ready(b, week, false);
    assert_why(b, "not_live");
    assert_int_equal(b->plan.effects_len, 0);
    ready(b, week, true); /* but who asks is answered */
    BUILDER_ORDER(b, EFFECT_ACCESS, EFFECT_DELIVER);
    free(week);
    builder_free(b);
}

static void nothing_to_say_is_no_message(void **state)
{
    (void)state;
    struct builder *b = manager();
    for (int few = 0; few < 2; few++) { /* no answers; one each, which says nothing */
        struct week *week = week_new();
        add_person(week, few, 0, 0, 0);
        ready(b, week, false);
        assert_why(b, "empty");
        BUILDER_ORDER(b, EFFECT_PERSON, EFFECT_DIGEST);
        assert_int_equal(builder_effect(b, EFFECT_DIGEST)->digest.state, DIGEST_EMPTY);
        ready(b, week, true); /* but who asks is answered */
        BUILDER_ORDER(b, EFFECT_ACCESS, EFFECT_DELIVER);
        assert_text_has(builder_text(b, builder_effect(b, EFFECT_DELIVER)->deliver.message),
            "no digest for your team");
        free(week);
    }
    builder_free(b);
}

static void details_are_said_whether_sent_or_not(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    for (int sent = 0; sent < 2; sent++) {
        b->facts.has_digest = b->facts.digest_sent = sent;
        ready(b, week, true);
        assert_why(b, "details");
        BUILDER_ORDER(b, EFFECT_ACCESS, EFFECT_DELIVER); /* the week's own message stays as it is */
        assert_int_equal(b->plan.effects[1].deliver.lane, LANE_INTERACTIVE);
        assert_int_equal(access_about(b->plan.effects[0].access.pass), 1);
        assert_true(b->plan.effects[0].access.named);
    }
    free(week);
    builder_free(b);
}

/* Between the question and the answer they may have lost their team: then nothing is shown. */
static void who_manages_nobody_any_more_reads_nothing(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    for (int details = 0; details < 2; details++) {
        b->facts.reports_count = 0;
        ready(b, week, details);
        assert_int_equal(b->plan.effects_len, 0);
        b->facts.reports_count = 3;
        b->facts.person.state = PERSON_LEFT;
        ready(b, week, details);
        assert_int_equal(b->plan.effects_len, 0);
        b->facts.person.state = PERSON_ACTIVE;
    }
    free(week);
    builder_free(b);
}

/* Somebody joined, left or moved while it was read: nothing of it is said, it is read anew. */
static void a_team_that_changed_meanwhile_is_read_again(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    for (int change = 0; change < 3; change++)
        for (int details = 0; details < 2; details++) {
            week->report.roster_epoch = change == 0 ? 7 : 0;
            ready_for(b, week, details);
            if (change == 1)
                b->facts.reports_len--;
            if (change == 2)
                b->facts.reports[1] = 99;
            assert_int_equal(builder_decide(b), OK);
            assert_why(b, "team_changed");
            assert_null(builder_effect(b, EFFECT_DELIVER));
            assert_null(builder_effect(b, EFFECT_DIGEST));
            assert_null(builder_effect(b, EFFECT_ACCESS));
            if (details)
                assert_int_equal(access_what(b->plan.digest), ACCESS_DETAILS);
            else
                assert_true(digest_at(b).utc_ms == b->facts.now.utc_ms);
        }
    free(week);
    builder_free(b);
}

/* -- who may -- */

static void only_managers_read_and_only_their_own(void **state)
{
    (void)state;
    struct builder *b = manager();
    for (int what = ACCESS_WEEK; what <= ACCESS_OUTCOMES; what++)
        for (int64_t about = 0; about <= 2; about++) {
            struct access_request request = { ACCESS_PERSON, (enum access_what)what, about };
            bool own = (what == ACCESS_WEEK || what == ACCESS_DETAILS) && about == 1;
            assert_int_equal(access_ask(&request, &b->facts, &b->arena) != NULL, own);
            assert_null(access_ask(&request, NULL, &b->arena));
            request.reader = ACCESS_OPERATOR;
            bool one = what <= ACCESS_ONE;
            const struct access *pass = access_ask(&request, NULL, &b->arena);
            assert_int_equal(pass != NULL, one == (about > 0));
            if (pass) {
                assert_int_equal(access_what(pass), what);
                assert_int_equal(access_about(pass), about);
                assert_true(str_equal(access_by(pass), STR("operator")));
            }
        }
    builder_free(b);
}

/* -- the card -- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(monday_half_past_eight_in_their_zone),
        cmocka_unit_test(a_lost_report_is_asked_for_again),
        cmocka_unit_test(after_wednesday_noon_it_is_too_late),
        cmocka_unit_test(the_first_week_waits),
        cmocka_unit_test(who_cannot_get_it_yet_waits_for_it),
        cmocka_unit_test(outside_the_pilot_the_next_week_is_planned),
        cmocka_unit_test(switched_off_while_it_was_read),
        cmocka_unit_test(who_manages_nobody_is_left_alone),
        cmocka_unit_test(weeks_follow_the_wall_clock),
        cmocka_unit_test(one_message_once_a_week),
        cmocka_unit_test(nothing_to_say_is_no_message),
        cmocka_unit_test(details_are_said_whether_sent_or_not),
        cmocka_unit_test(who_manages_nobody_any_more_reads_nothing),
        cmocka_unit_test(a_team_that_changed_meanwhile_is_read_again),
        cmocka_unit_test(only_managers_read_and_only_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
