/* The table of rules, and those that concern the daemon and the roster rather than one person. */
#include "facts_builder.h"
#include "nudged/base/fault.h"

static void decide(struct builder *b)
{
    assert_int_equal(builder_decide(b), OK);
}

static void every_event_has_a_rule(void **state)
{
    (void)state;
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
        const struct rule *rule = rule_of((enum event_kind)kind);
        assert_non_null(rule->decide);
        assert_string_equal(rule->name, event_kind_name((enum event_kind)kind));
        for (int other = 0; other < kind; other++)
            assert_string_not_equal(rule->name, rule_of((enum event_kind)other)->name);
    }
}

/* Without a person, a nudge, a report or a list every rule still decides, and sends nothing. */
static void every_rule_decides_on_nothing(void **state)
{
    (void)state;
    for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
        for (int verb = VERB_NONE; verb < VERB_END; verb++) {
            struct builder *b = builder_new("UTC");
            b->facts.has_person = false;
            b->facts.person = (struct person){ 0 };
            b->event = (struct event){ .kind = (enum event_kind)kind, .verb = (enum verb)verb };
            decide(b);
            assert_null(builder_effect(b, EFFECT_DELIVER));
            assert_null(builder_effect(b, EFFECT_NUDGE_NEW));
            assert_null(builder_effect(b, EFFECT_ANSWER));
            assert_non_null(b->plan.why);
            builder_free(b);
        }
}

static void a_plan_grows_to_its_limit(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    for (int i = 0; i < PLAN_EFFECTS_MAX; i++) {
        struct effect *effect = plan_add(&b->plan, &b->arena, EFFECT_DND);
        assert_non_null(effect);
        assert_int_equal(effect->person_id, 0);
        effect->person_id = i;
    }
    assert_null(plan_add(&b->plan, &b->arena, EFFECT_DND));
    assert_int_equal(b->plan.effects_len, PLAN_EFFECTS_MAX);
    for (int i = 0; i < PLAN_EFFECTS_MAX; i++)
        assert_int_equal(b->plan.effects[i].person_id, i);
    builder_free(b);
}

/* -- the workspace -- */

static void a_link_binds_the_store_to_its_workspace(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    builder_event(b, EVENT_LINK);
    b->event.up = true;
    for (int bound = 0; bound < 2; bound++) {
        b->facts.workspace = bound ? STR("T1") : STR_EMPTY;
        decide(b);
        BUILDER_ORDER(b, EFFECT_WORKSPACE);
        assert_true(str_equal(b->plan.effects[0].workspace.workspace, STR("T1")));
        assert_false(b->plan.effects[0].workspace.lost);
        assert_int_equal(b->plan.query, QUERY_ROSTER);
        assert_null(b->plan.stop);
    }
    b->facts.workspace = STR("T2");
    decide(b);
    assert_why(b, "foreign_workspace");
    assert_non_null(b->plan.stop);
    assert_int_equal(b->plan.effects_len, 0);
    assert_int_equal(b->plan.query, 0);
    b->event.up = false;
    decide(b);
    assert_null(b->plan.stop);
    assert_int_equal(b->plan.effects_len, 0);
    builder_free(b);
}

static void lost_access_loses_no_row(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    builder_event(b, EVENT_UNINSTALLED);
    decide(b);
    BUILDER_ORDER(b, EFFECT_WORKSPACE);
    assert_true(b->plan.effects[0].workspace.lost);
    assert_true(str_equal(b->plan.effects[0].workspace.workspace, STR("T1")));
    builder_free(b);
}

static void the_operator_switches_once(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    for (int live = 0; live < 2; live++)
        for (int wanted = 0; wanted < 2; wanted++) {
            builder_event(b, EVENT_CONTROL);
            b->event.control = wanted ? CONTROL_RESUME : CONTROL_PAUSE;
            b->facts.live = live;
            decide(b);
            assert_int_equal(b->plan.effects_len, live != wanted);
            if (live != wanted)
                assert_int_equal(b->plan.effects[0].live.live, wanted);
        }
    builder_free(b);
}

/* -- people -- */

static void rows_of_the_roster_are_passed_on_whole(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct people_row *rows = calloc(500, sizeof *rows);
    assert_non_null(rows);
    for (int i = 0; i < 500; i++)
        rows[i].start_day = i;
    builder_event(b, EVENT_PEOPLE);
    b->event.rows = rows, b->event.rows_len = 500, b->event.roster_epoch = 9;
    decide(b);
    assert_int_equal(b->plan.effects_len, 500);
    assert_null(builder_effect(b, EFFECT_PEOPLE_LAST)); /* more slices follow: nobody has left */
    for (int i = 0; i < 500; i++) {
        assert_int_equal(b->plan.effects[i].row.start_day, i);
        assert_int_equal(b->plan.effects[i].epoch, 9);
    }
    b->event.rows_last = true;
    decide(b);
    assert_int_equal(b->plan.effects_len, 501);
    assert_int_equal(b->plan.effects[500].kind, EFFECT_PEOPLE_LAST);
    assert_int_equal(b->plan.effects[500].roster_epoch, 9);
    struct taken taken = { .people = true, .people_hash = { { 7 } } };
    b->event.rows_len = 0, b->event.rows_last = false, b->event.taken = &taken;
    b->event.sweep = SWEEP_LEFT, b->event.after_id = 100, b->event.until_id = 200;
    decide(b);
    BUILDER_ORDER(b, EFFECT_PEOPLE_SWEEP, EFFECT_TAKEN);
    assert_int_equal(b->plan.effects[0].sweep.what, SWEEP_LEFT);
    assert_int_equal(b->plan.effects[0].sweep.after_id, 100);
    assert_int_equal(b->plan.effects[0].sweep.until_id, 200);
    assert_int_equal(b->plan.effects[0].sweep.roster_epoch, 9);
    assert_int_equal(b->plan.effects[1].taken.people_hash.bytes[0], 7);
    free(rows);
    builder_free(b);
}

static void members_are_matched_and_bots_are_not(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct member members[] = { { .user = STR("U1"), .email = STR("ada@example.com") },
        { .user = STR("B1"), .bot = true }, { .user = STR("U2"), .deleted = true } };
    builder_event(b, EVENT_MEMBERS);
    b->event.members = members, b->event.members_len = 3;
    decide(b);
    BUILDER_ORDER(b, EFFECT_MEMBER, EFFECT_MEMBER);
    assert_true(str_equal(b->plan.effects[1].member.user, STR("U2")));
    assert_int_equal(b->plan.query, 0);
    /* After the last page of all users, who is missing is asked for by e-mail, once. */
    b->event.answers = QUERY_ROSTER;
    decide(b);
    assert_int_equal(b->plan.query, 0);
    b->event.members_complete = true;
    decide(b);
    BUILDER_ORDER(b, EFFECT_MEMBER, EFFECT_MEMBER);
    assert_int_equal(b->plan.query, QUERY_EMAILS);
    b->event.answers = QUERY_EMAILS;
    decide(b);
    BUILDER_ORDER(b, EFFECT_MEMBER, EFFECT_MEMBER, EFFECT_MEMBERS_LAST);
    assert_int_equal(b->plan.query, 0);
    b->facts.people_pending = true; /* whoever comes in now was not asked for */
    decide(b);
    BUILDER_ORDER(b, EFFECT_MEMBER, EFFECT_MEMBER);
    builder_free(b);
}

static void quiet_times_are_kept(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct dnd_state states[] = { { STR("U1"), { 5000 } }, { STR("U2"), { 0 } } };
    builder_event(b, EVENT_DND);
    b->event.dnd = states, b->event.dnd_len = 2;
    decide(b);
    BUILDER_ORDER(b, EFFECT_DND, EFFECT_DND);
    assert_true(str_equal(b->plan.effects[0].dnd.user, STR("U1")));
    assert_int_equal(b->plan.effects[0].dnd.until.utc_ms, 5000);
    assert_int_equal(b->plan.effects[1].dnd.until.utc_ms, 0);
    builder_free(b);
}

/* -- deliveries -- */

static void a_notice_counts_when_it_has_arrived(void **state)
{
    (void)state;
    struct builder *b = builder_new("Europe/Berlin");
    b->facts.person.notice_version = 0;
    b->facts.person.enrolled_day = 0;
    for (int end = DELIVERY_END_SENT; end <= DELIVERY_END_EXPIRED; end++)
        for (int lane = LANE_INTERACTIVE; lane < LANE_END; lane++) {
            builder_event(b, EVENT_DELIVERY);
            b->event.result = (struct delivery_result){ .delivery_id = 7,
                .person_id = 1,
                .nudge_id = 50,
                .lane = (enum lane)lane,
                .end = (enum delivery_end)end };
            decide(b);
            assert_why(b, delivery_end_name((enum delivery_end)end));
            assert_int_equal(b->plan.effects[0].kind, EFFECT_DELIVERED);
            assert_int_equal(b->plan.effects[0].result.delivery_id, 7);
            assert_int_equal(b->plan.effects[0].nudge_id, 50);
            bool noticed = lane == LANE_NOTICE && end == DELIVERY_END_SENT;
            assert_int_equal(b->plan.effects_len, noticed ? 2 : 1);
            if (!noticed)
                continue;
            assert_int_equal(
                b->plan.effects[1].person_fields, PERSON_SET_NOTICE | PERSON_SET_ENROLLED);
            assert_int_equal(b->plan.effects[1].person.notice_version, NOTICE_VERSION);
            assert_int_equal(b->plan.effects[1].person.enrolled_day, builder_today(b));
        }
    b->facts.person.enrolled_day = 9; /* enrolled before: stays */
    b->event.result.lane = LANE_NOTICE;
    b->event.result.end = DELIVERY_END_SENT;
    decide(b);
    assert_int_equal(b->plan.effects[1].person.enrolled_day, 9);
    builder_free(b);
}

/* Its arrival was looked up after the question had been closed: the buttons must go. */
static void a_card_that_arrived_late_is_tidied_up(void **state)
{
    (void)state;
    static const struct { enum nudge_state state; bool tidied, pressed; } rows[] = {
        { NUDGE_OPEN, false, false }, { NUDGE_ANSWERED, false, true },
        { NUDGE_ANSWERED, true, false }, { NUDGE_EXPIRED, true, false },
        { NUDGE_SKIPPED, true, false }, { NUDGE_FAILED, false, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct builder *b = builder_new("UTC");
        builder_nudge(b, ID_CHOICE, rows[i].state);
        b->facts.nudge.message_id = rows[i].pressed ? STR("1930000000.000100") : STR_EMPTY;
        builder_event(b, EVENT_DELIVERY);
        b->event.result = (struct delivery_result){ .delivery_id = 7, .person_id = 1,
            .nudge_id = b->facts.nudge.nudge_id, .lane = LANE_NUDGE, .kind = DELIVERY_POST,
            .end = DELIVERY_END_SENT, .message_id = STR("1930000000.000100") };
        assert_true(rule_needs(&b->event) & NEED_NUDGE);
        decide(b);
        assert_int_equal(b->plan.effects_len, rows[i].tidied ? 2 : 1);
        const struct effect *tidy = &b->plan.effects[1];
        if (rows[i].tidied) {
            assert_int_equal(tidy->kind, EFFECT_DELIVER);
            assert_int_equal(tidy->deliver.kind, DELIVERY_UPDATE);
            assert_int_equal(tidy->deliver.lane, LANE_CLOSE);
            assert_true(str_equal(tidy->deliver.message_id, STR("1930000000.000100")));
        }
        builder_free(b);
    }
}

/* -- content -- */

static void a_broken_file_is_told_to_its_owner(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct faults *faults = calloc(1, sizeof *faults);
    assert_non_null(faults);
    faults_init(faults, &b->arena);
    builder_event(b, EVENT_CONTENT);
    b->event.faults = faults;
    decide(b);
    assert_why(b, "content_loaded");
    assert_int_equal(b->plan.effects_len, 0);
    faults_add(faults, (struct fault){ .severity = FAULT_WARNING, .sentence = STR("a hint") });
    decide(b);
    assert_int_equal(b->plan.effects_len, 0);
    for (int i = 0; i < 8; i++)
        faults_add(faults,
            (struct fault){ .file = STR("basics.yaml"),
                .line = 10 + i,
                .path = i ? STR("prompts[2].kind") : STR_EMPTY,
                .sentence = STR("is no kind") });
    decide(b);
    assert_why(b, "content_refused");
    BUILDER_ORDER(b, EFFECT_DELIVER);
    assert_int_equal(b->plan.effects[0].deliver.lane, LANE_ALERT);
    struct str text = builder_text(b, b->plan.effects[0].deliver.message);
    assert_text_has(text, "(8 to mend)");
    assert_text_has(text, "basics.yaml, line 10: is no kind");
    assert_text_has(text, "basics.yaml, line 14: prompts[2].kind: is no kind");
    assert_text_lacks(text, "line 15");
    assert_text_lacks(text, "a hint");
    assert_text_has(text, "last good version stays in force");
    b->facts.live = false; /* nothing before `resume` */
    decide(b);
    assert_int_equal(b->plan.effects_len, 0);
    b->facts.live = true;
    static struct str only[] = { STR_INIT("ben@example.com"), STR_INIT("ADA@example.com") };
    b->settings.only = only;
    for (size_t len = 1; len <= COUNT(only); len++) { /* `only` is about owners, too */
        b->settings.only_len = len;
        decide(b);
        assert_int_equal(b->plan.effects_len, len - 1);
    }
    b->settings.only_len = 0;
    b->facts.has_person = false; /* the owner is not on the list */
    decide(b);
    assert_int_equal(b->plan.effects_len, 0);
    assert_why(b, "content_refused");
    free(faults);
    builder_free(b);
}

/* -- names and settings -- */

static void zones_and_pilots(void **state)
{
    (void)state;
    struct builder *b = builder_new("UTC");
    struct person *person = &b->facts.person;
    static struct str list[] = { STR_INIT("Ada@Example.com") };
    assert_true(str_equal(person_zone_name(person, &b->settings), STR("UTC")));
    person->zone = STR("Europe/Paris");
    assert_true(str_equal(person_zone_name(person, &b->settings), STR("Europe/Paris")));
    person->chat_zone = STR("Europe/Rome");
    assert_true(str_equal(person_zone_name(person, &b->settings), STR("Europe/Rome")));
    person->own_zone = STR("Asia/Tokyo");
    assert_true(str_equal(person_zone_name(person, &b->settings), STR("Asia/Tokyo")));
    assert_true(person_in_pilot(&b->settings, person->email));
    b->settings.only = list;
    b->settings.only_len = 1;
    assert_true(person_in_pilot(&b->settings, person->email));
    assert_false(person_in_pilot(&b->settings, STR("ben@example.com")));
    builder_free(b);
}

static void posts_are_reconciled_and_updates_repeated(void **state)
{
    (void)state;
    assert_int_equal(delivery_class_of(DELIVERY_POST), CLASS_RECONCILE);
    assert_int_equal(delivery_class_of(DELIVERY_UPDATE), CLASS_IDEMPOTENT);
    assert_int_equal(delivery_class_of(DELIVERY_HOME), CLASS_IDEMPOTENT);
    assert_int_equal(delivery_class_of(DELIVERY_FORM), CLASS_EPHEMERAL);
    assert_int_equal(delivery_class_of(DELIVERY_WHISPER), CLASS_EPHEMERAL);
    for (int lane = 0; lane < LANE_END; lane++)
        for (int other = 0; other < lane; other++)
            assert_string_not_equal(lane_name((enum lane)lane), lane_name((enum lane)other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_has_a_rule),
        cmocka_unit_test(every_rule_decides_on_nothing),
        cmocka_unit_test(a_plan_grows_to_its_limit),
        cmocka_unit_test(a_link_binds_the_store_to_its_workspace),
        cmocka_unit_test(lost_access_loses_no_row),
        cmocka_unit_test(the_operator_switches_once),
        cmocka_unit_test(rows_of_the_roster_are_passed_on_whole),
        cmocka_unit_test(members_are_matched_and_bots_are_not),
        cmocka_unit_test(quiet_times_are_kept),
        cmocka_unit_test(a_notice_counts_when_it_has_arrived),
        cmocka_unit_test(a_card_that_arrived_late_is_tidied_up),
        cmocka_unit_test(a_broken_file_is_told_to_its_owner),
        cmocka_unit_test(zones_and_pilots),
        cmocka_unit_test(posts_are_reconciled_and_updates_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
