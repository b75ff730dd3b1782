/* The manager's week: when, to whom, and what it may say. Monday is 10 March 2031, the week
 * reported the one from 3 March. */
#include "facts_builder.h"
#include "core/digest_card.h"

#include <stdio.h>

enum { PEOPLE_MAX = 60 };

struct week {
    struct report report;
    struct report_person people[PEOPLE_MAX];
    struct report_skill skills[PEOPLE_MAX][2], team[2], below[2];
    struct report_prompt missed;
    char names[PEOPLE_MAX][24];
};

static int32_t monday_day(void)
{
    return date_to_day((struct date){ 2031, 3, 10 });
}

static struct builder *manager(void)
{
    struct builder *b = builder_new("Europe/Berlin");
    b->facts.person.name = STR("Mia Example");
    b->facts.reports_count = 4;
    b->facts.now = builder_local(b, 2031, 3, 10, 8, 30);
    b->facts.person.next_digest = b->facts.now;
    return b;
}

static void add_skill(struct report_skill *skill, struct str id, int answers, int right)
{
    skill->skill = id;
    skill->answers += answers;
    skill->right += right;
    skill->people += answers > 0;
    skill->last_day = monday_day() - 4;
}

/* One person of the team: answers and right ones for "checking" and "handing-over". */
static void add_person(struct week *week, int checking, int checked, int handing, int handed)
{
    size_t i = week->report.people_len++;
    assert_true(i < PEOPLE_MAX);
    snprintf(week->names[i], sizeof week->names[i], "Person%02zu Example", i);
    add_skill(&week->skills[i][0], STR("checking"), checking, checked);
    add_skill(&week->skills[i][1], STR("handing-over"), handing, handed);
    week->people[i] = (struct report_person){ .person_id = 10 + (int64_t)i,
        .name = str_from_z(week->names[i]),
        .skills = week->skills[i],
        .skills_len = 2 };
    add_skill(&week->team[0], STR("checking"), checking, checked);
    add_skill(&week->team[1], STR("handing-over"), handing, handed);
    week->report.people = week->people;
    week->report.team = week->team;
    week->report.team_len = 2;
}

static struct week *week_new(void)
{
    struct week *week = calloc(1, sizeof *week);
    assert_non_null(week);
    week->report.week_monday = monday_day() - 7;
    return week;
}

static void missed(struct week *week, int64_t prompt_id, int people, int wrong, int answers)
{
    week->missed = (struct report_prompt){
        .prompt_id = prompt_id, .answers = answers, .wrong = wrong, .people = people
    };
    week->report.missed = &week->missed;
    week->report.missed_len = 1;
}

static void add_below(struct week *week, struct str skill, int people, int answers, int right)
{
    struct report_skill *sum = &week->below[week->report.below_len++];
    add_skill(sum, skill, answers, right);
    sum->people = people;
    week->report.below = week->below;
    if (people > week->report.below_people)
        week->report.below_people = people;
}

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
        assert_int_equal(b->plan.digest_person_id, 0);
        b->facts.now = b->facts.person.next_digest = digest_at(b);
        decide(b, EVENT_DIGEST_DUE);
        assert_why(b, "report_asked");
        assert_int_equal(b->plan.digest_person_id, 1);
        assert_int_equal(b->plan.digest_week_monday, monday_day() - 7);
        assert_false(b->plan.digest_details);
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
    assert_int_equal(b->plan.digest_person_id, 0);
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
            assert_int_equal(b->plan.digest_person_id, 0);
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
    assert_int_equal(b->plan.digest_person_id, 0);
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

static void ready(struct builder *b, struct week *week, bool details)
{
    builder_event(b, EVENT_DIGEST_READY);
    b->event.person_id = 1;
    b->event.week_monday = week->report.week_monday;
    b->event.report = &week->report;
    b->event.details = details;
    assert_int_equal(builder_decide(b), OK);
}

static struct week *usual_week(void)
{
    struct week *week = week_new();
    add_person(week, 4, 4, 3, 1);
    add_person(week, 3, 3, 2, 1);
    add_person(week, 0, 0, 0, 0); /* Person02 did not answer */
    missed(week, ID_MULTI, 2, 3, 4);
    return week;
}

static void one_message_once_a_week(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    ready(b, week, false);
    assert_why(b, "sent");
    BUILDER_ORDER(b, EFFECT_PERSON, EFFECT_DIGEST, EFFECT_DELIVER);
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
    BUILDER_ORDER(b, EFFECT_DELIVER);
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
        BUILDER_ORDER(b, EFFECT_DELIVER);
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
        BUILDER_ORDER(b, EFFECT_DELIVER); /* the week's own message stays as it is */
        assert_int_equal(b->plan.effects[0].deliver.lane, LANE_INTERACTIVE);
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

/* -- the card -- */

static struct str card_text_of(struct builder *b, struct week *week, bool details)
{
    return builder_text(b, digest_card(&b->facts, &week->report, details, &b->arena));
}

static size_t place(struct str text, const char *words)
{
    for (size_t i = 0; i < text.len; i++)
        if (str_starts_with(str_slice(text, i, text.len), str_from_z(words)))
            return i;
    fail_msg("\"%s\" is not in:\n%.*s", words, STR_ARG(text));
    return text.len;
}

static void well_then_talk_then_ask_then_people(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    struct str text = card_text_of(b, week, false);
    assert_text_has(text, "Your team's week, Monday 3 March to Sunday 9 March");
    assert_text_has(text, "Going well: Checking sources (7 of 7 right, latest Thursday 6 March).");
    assert_text_has(text, "One thing to talk about: Handing over (2 of 5 right).");
    assert_text_has(text, "\"Which checks belong to it?\" (3 of 4)");
    assert_text_has(text, "says who owns the next step");
    assert_text_has(text,
        "Person00 Example: strong at Checking sources (4 of 4 right, latest "
        "Thursday 6 March); practise next: Handing over (1 of 3 right");
    assert_text_has(text, "Counts of practice answers");
    assert_true(place(text, "Going well") < place(text, "One thing to talk"));
    assert_true(place(text, "One thing to talk") < place(text, "A question to ask"));
    assert_true(place(text, "A question to ask") < place(text, "Person00"));
    free(week);
    builder_free(b);
}

static void who_did_not_answer_is_not_named(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    for (int details = 0; details < 2; details++) {
        struct str text = card_text_of(b, week, details);
        assert_text_lacks(text, "Person02");
        assert_text_lacks(text, "did not");
        assert_text_lacks(text, "0 of 0");
    }
    free(week);
    builder_free(b);
}

static void one_persons_miss_is_not_the_teams(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    missed(week, ID_MULTI, 1, 1, 1);
    assert_text_lacks(card_text_of(b, week, false), "Most missed");
    missed(week, 99, 3, 3, 3); /* its prompt is retired */
    assert_text_lacks(card_text_of(b, week, false), "Most missed");
    missed(week, ID_CHOICE, 3, 3, 3); /* of another skill than the one to talk about */
    assert_text_lacks(card_text_of(b, week, false), "Most missed");
    free(week);
    builder_free(b);
}

static void what_went_badly_is_not_called_well(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = week_new();
    add_person(week, 5, 1, 0, 0);
    struct str text = card_text_of(b, week, false);
    assert_text_lacks(text, "Going well");
    assert_text_lacks(text, "strong at");
    assert_text_has(text, "One thing to talk about: Checking sources (1 of 5 right).");
    assert_text_has(text, "Person00 Example: practise next: Checking sources (1 of 5 right");
    free(week);
    week = week_new();
    add_person(week, 5, 5, 3, 3);
    text = card_text_of(b, week, false);
    assert_text_has(text, "Going well");
    assert_text_lacks(text, "practise next");
    free(week);
    builder_free(b);
}

static size_t lines_of(const struct message *card)
{
    size_t lines = 0;
    for (size_t i = 0; i < card->parts_len; i++)
        lines += card->parts[i].text.len > 0;
    return lines;
}

/* Three lines before the people and one after them always; one more when some are left out. */
static int people_named(int people, int more_lines)
{
    int room = DIGEST_LINES_MAX - 5 - more_lines;
    if (people <= DIGEST_PEOPLE_MAX && people <= room)
        return people;
    return room - 1 < DIGEST_PEOPLE_MAX ? room - 1 : DIGEST_PEOPLE_MAX;
}

/* Twelve lines whatever the team; of more than six people those with most to say. */
static void twelve_lines_are_enough(void **state)
{
    (void)state;
    for (int people = 1; people <= PEOPLE_MAX; people++)
        for (int with = 0; with < 4; with++) {
            int with_missed = with & 1, with_below = with >> 1;
            struct builder *b = manager();
            struct week *week = week_new();
            for (int i = 0; i < people; i++)
                add_person(week, 2 + i, 2 + i, 3, 0);
            if (with_missed)
                missed(week, ID_MULTI, 5, 5, 9);
            if (with_below)
                add_below(week, STR("checking"), 9, 44, 40);
            const struct message *card = digest_card(&b->facts, &week->report, false, &b->arena);
            struct str text = builder_text(b, card);
            int named = 0;
            assert_true(lines_of(card) <= DIGEST_LINES_MAX);
            assert_true(card->parts_len <= MESSAGE_PARTS_MAX);
            for (int i = 0; i < people; i++)
                named += str_contains(text, str_from_z(week->names[i]));
            assert_int_equal(named, people_named(people, with_missed + with_below));
            assert_int_equal(str_contains(text, STR("Below your")), with_below);
            assert_true(str_contains(text, str_from_z(week->names[people - 1])));
            assert_int_equal(str_contains(text, STR("say details")), named < people);
            if (named < people) {
                struct str more = str_format(&b->arena, "%d more with answers", people - named);
                assert_true(str_contains(text, more));
            }
            assert_text_has(text, "Counts of practice answers");
            card = digest_card(&b->facts, &week->report, true, &b->arena);
            text = builder_text(b, card);
            for (int i = people > 30 ? people - 30 : 0; i < people; i++)
                assert_true(str_contains(text, str_from_z(week->names[i])));
            assert_text_lacks(text, "say details");
            assert_text_has(text, "Counts of practice answers");
            free(week);
            builder_free(b);
        }
}

/* -- visibility: team -- */

static void under_team_five_people_must_have_answered(void **state)
{
    (void)state;
    struct builder *b = manager();
    b->settings.visibility = VISIBILITY_TEAM;
    for (int people = 1; people <= 8; people++) {
        struct week *week = week_new();
        for (int i = 0; i < people; i++)
            add_person(week, 3, 3, 3, 1);
        add_person(week, 0, 0, 0, 0);
        missed(week, ID_MULTI, people, people, people);
        for (int details = 0; details < 2; details++) {
            struct message *card = digest_card(&b->facts, &week->report, details, &b->arena);
            assert_int_equal(card != NULL, people >= DIGEST_GROUP_MIN);
            if (!card)
                continue;
            assert_text_lacks(builder_text(b, card), "Person");
            assert_text_lacks(builder_text(b, card), "details");
            assert_text_has(builder_text(b, card), "Going well: Checking sources");
        }
        free(week);
    }
    builder_free(b);
}

/* A skill, or a prompt, that two people answered would speak of those two. */
static void under_team_each_figure_needs_its_own_five(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = week_new();
    b->settings.visibility = VISIBILITY_TEAM;
    for (int i = 0; i < 6; i++)
        add_person(week, 3, 3, i < 4 ? 2 : 0, 0);
    missed(week, ID_MULTI, 4, 8, 8);
    struct str text = card_text_of(b, week, false);
    assert_text_has(text, "Going well: Checking sources (18 of 18 right");
    assert_text_lacks(text, "Handing over");
    assert_text_lacks(text, "Which checks");
    free(week);
    week = week_new();
    for (int i = 0; i < 6; i++) /* six people, but three for each skill */
        add_person(week, i < 3 ? 3 : 0, 0, i < 3 ? 0 : 3, 0);
    assert_null(digest_card(&b->facts, &week->report, false, &b->arena));
    free(week);
    builder_free(b);
}

/* -- below the direct reports -- */

static void below_the_direct_reports_only_sums(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    assert_text_lacks(card_text_of(b, week, false), "Below your");
    add_below(week, STR("checking"), 9, 44, 40);
    add_below(week, STR("handing-over"), 5, 9, 3);
    for (int visibility = VISIBILITY_TEAM; visibility <= VISIBILITY_SKILLS; visibility++)
        for (int details = 0; details < 2; details++) {
            b->settings.visibility = (enum visibility)visibility;
            struct str text = card_text_of(b, week, details);
            assert_text_has(text,
                "Below your direct reports (9 people): strong at Checking "
                "sources (40 of 44 right, latest Thursday 6 March); practise "
                "next: Handing over (3 of 9 right, latest Thursday 6 March).");
        }
    assert_true(place(card_text_of(b, week, false), "A question to ask") <
        place(card_text_of(b, week, false), "Below your"));
    free(week);
    builder_free(b);
}

/* Each figure needs its own five, and with none of them there is no line. */
static void below_a_few_people_are_not_spoken_of(void **state)
{
    (void)state;
    struct builder *b = manager();
    for (int people = 1; people <= 6; people++) {
        struct week *week = usual_week();
        add_below(week, STR("checking"), 6, 40, 40);
        add_below(week, STR("handing-over"), people, 40, 3);
        struct str text = card_text_of(b, week, true);
        assert_text_has(text, "(6 people): strong at Checking sources (40 of 40 right");
        assert_int_equal(str_contains(text, STR("3 of 40")), people >= DIGEST_GROUP_MIN);
        free(week);
        week = usual_week();
        add_below(week, STR("handing-over"), people, 40, 3);
        text = card_text_of(b, week, true);
        assert_int_equal(str_contains(text, STR("Below your")), people >= DIGEST_GROUP_MIN);
        free(week);
    }
    builder_free(b);
}

/* The leads may be silent; the week of the others is still theirs to know. */
static void below_is_said_alone(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = week_new();
    add_person(week, 0, 0, 0, 0);
    add_below(week, STR("checking"), 5, 10, 9);
    ready(b, week, false);
    assert_why(b, "sent");
    struct str text = builder_text(b, builder_effect(b, EFFECT_DELIVER)->deliver.message);
    assert_text_has(text, "Below your direct reports (5 people): strong at");
    assert_text_lacks(text, "Person00");
    week->below[0].people = 4;
    ready(b, week, false);
    assert_why(b, "empty");
    free(week);
    builder_free(b);
}

/* -- what never is in it -- */

static void no_single_answer_no_typed_text(void **state)
{
    (void)state;
    struct builder *b = manager();
    struct week *week = usual_week();
    builder_nudge(b, ID_REFLECT, NUDGE_ANSWERED);
    b->facts.has_answer = true;
    b->facts.answer.text = STR(BUILDER_SECRET);
    for (int visibility = VISIBILITY_TEAM; visibility <= VISIBILITY_SKILLS; visibility++)
        for (int details = 0; details < 2; details++) {
            b->settings.visibility = (enum visibility)visibility;
            const struct message *card = digest_card(&b->facts, &week->report, details, &b->arena);
            if (!card)
                continue;
            struct str text = builder_text(b, card);
            assert_text_lacks(text, BUILDER_SECRET);
            assert_text_lacks(text, "reflect");
            for (size_t i = 0; i < COUNT(b->options); i++)
                assert_true(!b->options[i].text.len || !str_contains(text, b->options[i].text));
            assert_text_lacks(text, "receiver");
        }
    free(week);
    builder_free(b);
}

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
        cmocka_unit_test(well_then_talk_then_ask_then_people),
        cmocka_unit_test(who_did_not_answer_is_not_named),
        cmocka_unit_test(one_persons_miss_is_not_the_teams),
        cmocka_unit_test(what_went_badly_is_not_called_well),
        cmocka_unit_test(twelve_lines_are_enough),
        cmocka_unit_test(under_team_five_people_must_have_answered),
        cmocka_unit_test(under_team_each_figure_needs_its_own_five),
        cmocka_unit_test(below_the_direct_reports_only_sums),
        cmocka_unit_test(below_a_few_people_are_not_spoken_of),
        cmocka_unit_test(below_is_said_alone),
        cmocka_unit_test(no_single_answer_no_typed_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
