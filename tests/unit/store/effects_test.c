/* Every effect, applied and read back through the doors the road uses. */
#include "help.h"
#include "sql_schemas.h"

static void assert_str(struct str got, const char *want)
{
    if (!str_equal(got, str_from_z(want)))
        print_message("got \"%.*s\", want \"%s\"\n", STR_ARG(got), want);
    assert_true(str_equal(got, str_from_z(want)));
}

static void test_people_row(void **state)
{
    struct play *play = *state;
    play_people(play, 3, 1);
    struct person person = play_person(play, 2);
    assert_str(person.external_id, "p2");
    assert_str(person.email, "p2@example.com");
    assert_str(person.name, "Person 0002");
    assert_str(person.role, "support");
    assert_str(person.cohort, "spring");
    assert_str(person.zone, "Europe/Berlin");
    assert_str(person.region, "DE-BE");
    assert_int_equal(person.workdays, 31);
    assert_int_equal(person.start_day, MONDAY - 100);
    assert_int_equal(person.end_day, 0);
    assert_int_equal(person.manager_id, 1);
    assert_int_equal(person.state, PERSON_ACTIVE);
    assert_int_equal(person.chat_state, CHAT_UNKNOWN);
    assert_true(instant_is_never(person.next_slot));
    assert_int_equal(person.last_nudge_id, 0);
    assert_int_equal(play_person(play, 1).manager_id, 0);
    assert_int_equal(play_person(play, 1).next_digest.utc_ms, 0);
    assert_true(instant_is_never(person.next_digest));
}

static void test_people_keep_what_is_theirs(void **state)
{
    struct play *play = *state;
    play_people(play, 3, 1);
    play_match(play, 3);
    struct effect effect = { .kind = EFFECT_PERSON, .person_id = 2 };
    effect.person_fields = PERSON_SET_STATE | PERSON_SET_OWN_ZONE | PERSON_SET_NOTICE;
    effect.person.state = PERSON_STOPPED;
    effect.person.own_zone = STR("Asia/Tokyo");
    effect.person.notice_version = 4;
    play_effect(play, effect);
    play_people(play, 2, 2); /* the third is not named any more */
    struct person person = play_person(play, 2);
    assert_int_equal(person.state, PERSON_STOPPED);
    assert_str(person.own_zone, "Asia/Tokyo");
    assert_int_equal(person.notice_version, 4);
    assert_str(person.chat_user, "U2");
    assert_int_equal(play_person(play, 3).state, PERSON_LEFT);
    assert_true(instant_is_never(play_person(play, 3).next_slot));
    play_people(play, 1, 3); /* the second leaves and comes back as they were */
    assert_int_equal(play_person(play, 2).state, PERSON_LEFT);
    assert_true(instant_is_never(play_person(play, 1).next_digest)); /* nobody is left to manage */
    play_people(play, 3, 4);
    assert_int_equal(play_person(play, 2).state, PERSON_STOPPED);
    assert_int_equal(play_person(play, 3).state, PERSON_ACTIVE);
    assert_int_equal(play_person(play, 3).next_slot.utc_ms, 0); /* looked at again at once */
    assert_int_equal(play_number(play, "SELECT roster_epoch FROM state"), 4);
}

static void test_emails_change_hands(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    struct effect effects[2] = { { .kind = EFFECT_PEOPLE_ROW, .epoch = 2 },
        { .kind = EFFECT_PEOPLE_ROW, .epoch = 2 } };
    effects[0].row = play_row(play, 1);
    effects[0].row.email = STR("P2@example.com");
    effects[1].row = play_row(play, 2);
    effects[1].row.email = STR("p1@example.com");
    effects[1].row.manager = STR("p2@EXAMPLE.com"); /* a manager by e-mail */
    play_effects(play, effects, 2);
    play_effect(play, (struct effect){ .kind = EFFECT_PEOPLE_LAST, .roster_epoch = 2 });
    assert_str(play_person(play, 1).email, "P2@example.com");
    assert_str(play_person(play, 2).email, "p1@example.com");
    assert_int_equal(play_person(play, 2).manager_id, 1);
    int64_t person_id = 0;
    assert_int_equal(store_person_by_email(play->store, STR("p1@Example.com"), &person_id), OK);
    assert_int_equal(person_id, 2);
    assert_int_equal(
        store_person_by_email(play->store, STR("nobody@example.com"), &person_id), ERR_NOT_FOUND);
}

static struct effect member(const char *user, const char *email, const char *zone, bool deleted)
{
    struct effect effect = { .kind = EFFECT_MEMBER };
    effect.member = (struct member){ .user = str_from_z(user),
        .email = str_from_z(email),
        .zone = str_from_z(zone),
        .deleted = deleted };
    return effect;
}

static void test_members(void **state)
{
    struct play *play = *state;
    play_people(play, 4, 1);
    play_effect(play, member("U1", "p1@EXAMPLE.com", "Europe/Paris", false));
    assert_true(play->applied.slots_changed);
    struct person person = play_person(play, 1);
    assert_int_equal(person.chat_state, CHAT_MATCHED);
    assert_str(person.chat_zone, "Europe/Paris");
    assert_int_equal(person.next_slot.utc_ms, 0);
    play_effect(play, member("U9", "p1@example.com", "", false)); /* a second account */
    assert_str(play_person(play, 1).chat_user, "U1");
    play_effect(play, member("U8", "p2@example.com", "", true)); /* closed before it was met */
    assert_int_equal(play_person(play, 2).chat_state, CHAT_UNKNOWN);
    struct effect bot = member("U7", "p2@example.com", "", false);
    bot.member.bot = true;
    play_effect(play, bot);
    assert_int_equal(play_person(play, 2).chat_state, CHAT_UNKNOWN);

    struct effect slot = {
        .kind = EFFECT_PERSON, .person_id = 1, .person_fields = PERSON_SET_SLOT
    };
    slot.person.next_slot = instant_add(play->now, HOURS(20));
    play_effect(play, slot);
    play_effect(play, member("U1", "other@example.com", "Europe/Paris", false)); /* old news */
    assert_int_equal(play_person(play, 1).next_slot.utc_ms, slot.person.next_slot.utc_ms);
    play_effect(play, member("U1", "other@example.com", "Asia/Tokyo", false)); /* moved */
    assert_str(play_person(play, 1).chat_zone, "Asia/Tokyo");
    assert_int_equal(play_person(play, 1).next_slot.utc_ms, 0);
    play_effect(play, member("U1", "", "", true));
    assert_int_equal(play_person(play, 1).chat_state, CHAT_DEACTIVATED);
    assert_true(instant_is_never(play_person(play, 1).next_slot));
    play_effect(play, member("U1", "", "", false));
    assert_int_equal(play_person(play, 1).chat_state, CHAT_MATCHED);
    assert_str(play_person(play, 1).chat_zone, "Asia/Tokyo");

    struct str emails[8];
    int64_t after = 0;
    size_t len = 0;
    assert_int_equal(store_emails_unknown(play->store, &after, &play->arena, emails, 2, &len), OK);
    assert_int_equal(len, 2);
    assert_str(emails[0], "p2@example.com");
    assert_int_equal(store_emails_unknown(play->store, &after, &play->arena, emails, 2, &len), OK);
    assert_int_equal(len, 1);
    assert_str(emails[0], "p4@example.com");
    play_effect(play, (struct effect){ .kind = EFFECT_MEMBERS_LAST });
    assert_int_equal(play_person(play, 2).chat_state, CHAT_UNMATCHED);
    assert_int_equal(play_person(play, 1).chat_state, CHAT_MATCHED);
    play_effect(play, member("U2", "p2@example.com", "", false)); /* joins later */
    assert_int_equal(play_person(play, 2).chat_state, CHAT_MATCHED);
}

static void test_account_of_somebody_who_left(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    play_match(play, 1);
    struct effect row = { .kind = EFFECT_PEOPLE_ROW, .epoch = 2 };
    row.row = play_row(play, 2);
    row.row.email = STR("p1@example.com"); /* entered anew under another id */
    play_effect(play, row);
    play_effect(play, (struct effect){ .kind = EFFECT_PEOPLE_LAST, .roster_epoch = 2 });
    assert_int_equal(play_person(play, 1).state, PERSON_LEFT);
    play_effect(play, member("U1", "p1@example.com", "", false));
    assert_str(play_person(play, 2).chat_user, "U1");
    assert_str(play_person(play, 1).chat_user, "");
}

static void test_dnd(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    play_match(play, 2);
    struct effect effect = { .kind = EFFECT_DND };
    effect.dnd = (struct dnd_state){ STR("U2"), instant_add(play->now, HOURS(2)) };
    play_effect(play, effect);
    assert_int_equal(play_person(play, 2).dnd_until.utc_ms, NOON + 7200000);
    assert_int_equal(play_person(play, 1).dnd_until.utc_ms, 0);
    effect.dnd.until.utc_ms = 0;
    play_effect(play, effect);
    assert_int_equal(play_person(play, 2).dnd_until.utc_ms, 0);
}

static void test_person_fields_one_by_one(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    struct effect effect = { .kind = EFFECT_PERSON, .person_id = 2 };
    effect.person = (struct person){
        .state = PERSON_PAUSED,
        .paused_until = { NOON + 5 },
        .slot_day = MONDAY,
        .slot_count = 1,
        .next_slot = { NOON + 6 },
        .notice_version = 3,
        .enrolled_day = MONDAY + 1,
        .chat_state = CHAT_MATCHED,
        .chat_user = STR("U2"),
        .chat_channel = STR("D2"),
        .chat_zone = STR("Asia/Tokyo"),
        .next_digest = { NOON + 7 },
        .own_zone = STR("UTC"),
    };
    for (unsigned field = 1; field <= PERSON_SET_CHANNEL; field <<= 1) {
        struct person before = play_person(play, 2);
        effect.person_fields = field;
        play_effect(play, effect);
        struct person after = play_person(play, 2);
        bool chat = field == PERSON_SET_CHAT;
        assert_int_equal(after.state, field >= PERSON_SET_STATE ? PERSON_PAUSED : before.state);
        assert_int_equal(after.next_slot.utc_ms, field >= PERSON_SET_SLOT ? NOON + 6 : INT64_MAX);
        assert_int_equal(after.notice_version, field >= PERSON_SET_NOTICE ? 3 : 0);
        assert_int_equal(after.enrolled_day, field >= PERSON_SET_ENROLLED ? MONDAY + 1 : 0);
        assert_str(after.chat_user, field >= PERSON_SET_CHAT ? "U2" : "");
        assert_int_equal(
            after.next_digest.utc_ms, field >= PERSON_SET_DIGEST_AT ? NOON + 7 : INT64_MAX);
        assert_str(after.own_zone, field >= PERSON_SET_OWN_ZONE ? "UTC" : "");
        assert_true(!chat || str_equal(after.chat_channel, STR("D2")));
    }
    struct person person = play_person(play, 2);
    assert_int_equal(person.paused_until.utc_ms, NOON + 5);
    assert_int_equal(person.slot_day, MONDAY);
    assert_int_equal(person.slot_count, 1);
    effect.person.chat_channel = STR("D3");
    effect.person_fields = PERSON_SET_CHANNEL;
    play_effect(play, effect);
    assert_str(play_person(play, 2).chat_channel, "D3");
    effect.person.state = PERSON_PAUSED;
    effect.person.paused_until = INSTANT_NEVER;
    effect.person_fields = PERSON_SET_STATE;
    play_effect(play, effect);
    assert_true(instant_is_never(play_person(play, 2).paused_until));
    effect.person.state = PERSON_LEFT;
    play_effect(play, effect);
    assert_int_equal(play_person(play, 2).state, PERSON_LEFT);
}

static struct event click(struct play *play, const char *actor, int64_t nudge_id)
{
    struct event event = play_event(play, EVENT_ACTION);
    event.actor = str_from_z(actor);
    event.ref.nudge_id = nudge_id;
    return event;
}

static void test_nudge_and_its_prompt(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    play_match(play, 2);
    play_prompts(play);
    int64_t first = play_nudge(play, 2, &play->prompts[0], MONDAY);
    int64_t second = play_nudge(play, 2, &play->prompts[1], MONDAY + 1);
    assert_true(second > first);
    assert_true(play->applied.delivers);
    unsigned needs =
        NEED_PERSON | NEED_NUDGE | NEED_REVIEW | NEED_ANSWER | NEED_MANAGER | NEED_REVIEWS;
    struct facts facts = play_facts(play, needs, click(play, "U2", first));
    assert_true(facts.has_person && facts.has_nudge && facts.has_review && !facts.has_answer);
    assert_int_equal(facts.person.last_nudge_id, second);
    assert_int_equal(facts.nudge.nudge_id, first);
    assert_int_equal(facts.nudge.person_id, 2);
    assert_true(facts.nudge.key == UINT64_MAX - 5);
    assert_int_equal(facts.nudge.state, NUDGE_OPEN);
    assert_int_equal(facts.nudge.day, MONDAY);
    assert_int_equal(facts.nudge.planned.utc_ms, NOON);
    assert_int_equal(facts.nudge.closed.utc_ms, 0);
    assert_str(facts.prompt.id, "first");
    assert_str(facts.prompt.options[1].text, "Wait");
    assert_int_equal(facts.prompt.prompt_id, play->prompts[0].prompt_id);
    assert_int_equal(facts.prompt.revision_id, play->prompts[0].revision_id);
    assert_int_equal(facts.review.born_day, MONDAY);
    assert_int_equal(facts.reviews_len, 2);
    assert_str(facts.manager_name, "Person 0001");
    assert_int_equal(play_facts(play, needs, click(play, "U1", 0)).reports_count, 1);
    assert_int_equal(play_facts(play, needs, click(play, "U2", 0)).nudge.nudge_id, second);
    assert_false(play_facts(play, needs, click(play, "U2", 999)).has_nudge);
    assert_false(play_facts(play, needs, click(play, "U99", 0)).has_person);
    assert_int_equal(
        play_number(play, "SELECT before_nudge_id FROM nudge WHERE nudge_id = 2"), first);
}

static const struct review some_review = {
    .prompt_id = 1,
    .memory = { 12.25, 5.5, REVIEW_REVIEW, 1, 0 },
    .born_day = MONDAY - 9,
    .last_day = MONDAY - 3,
    .sent_day = MONDAY,
    .due_day = MONDAY + 12,
    .answers = 4,
    .lapses = 1,
    .misses_in_a_row = 2,
    .evidence = { 4.125, 3, UINT32_MAX, MONDAY - 8, MONDAY - 3 },
};

static void assert_reviews_equal(const struct review *a, const struct review *b)
{
    assert_int_equal(a->prompt_id, b->prompt_id);
    assert_true(a->memory.stability_days == b->memory.stability_days);
    assert_true(a->memory.difficulty == b->memory.difficulty);
    assert_int_equal(a->memory.state, b->memory.state);
    assert_int_equal(a->memory.step, b->memory.step);
    assert_int_equal(a->born_day, b->born_day);
    assert_int_equal(a->last_day, b->last_day);
    assert_int_equal(a->sent_day, b->sent_day);
    assert_int_equal(a->due_day, b->due_day);
    assert_int_equal(a->answers, b->answers);
    assert_int_equal(a->lapses, b->lapses);
    assert_int_equal(a->misses_in_a_row, b->misses_in_a_row);
    assert_true(a->evidence.log_odds == b->evidence.log_odds);
    assert_int_equal(a->evidence.hits, b->evidence.hits);
    assert_int_equal(a->evidence.formats, b->evidence.formats);
    assert_int_equal(a->evidence.first_day, b->evidence.first_day);
    assert_int_equal(a->evidence.last_day, b->evidence.last_day);
}

/* The whole plan of an answered choice, as the rule makes it. */
static void answer_plan(struct play *play, int64_t nudge_id, struct effect effects[4])
{
    memset(effects, 0, 4 * sizeof(*effects));
    effects[0].kind = EFFECT_ANSWER;
    effects[0].nudge_id = nudge_id;
    effects[0].answer = (struct answer){
        .nudge_id = nudge_id,
        .step = 1,
        .attempt = 2,
        .grade = GRADE_PARTLY,
        .rating = RATING_HARD,
        .chosen = UINT32_MAX,
        .text = STR("because"),
        .at = play->now,
        .day = MONDAY + 1,
        .before = some_review,
    };
    effects[1].kind = EFFECT_REVIEW;
    effects[1].person_id = 2;
    effects[1].review = some_review;
    effects[1].review.answers = 5;
    effects[2].kind = EFFECT_NUDGE_STATE;
    effects[2].nudge_id = nudge_id;
    effects[2].nudge.state = NUDGE_ANSWERED;
    effects[2].nudge.step = 1;
    effects[2].nudge.closed = play->now;
    effects[3].kind = EFFECT_DELIVER;
    effects[3].person_id = 2;
    effects[3].nudge_id = nudge_id;
    effects[3].deliver.lane = LANE_INTERACTIVE;
    effects[3].deliver.kind = DELIVERY_UPDATE;
    effects[3].deliver.due = play->now;
    effects[3].deliver.not_after = instant_add(play->now, HOURS(168));
    effects[3].deliver.message_id = STR("1.000100");
    effects[3].deliver.message = play_message(play, nudge_id, "Right");
}

static void test_answer(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    play_match(play, 2);
    play_prompts(play);
    int64_t nudge_id = play_nudge(play, 2, &play->prompts[0], MONDAY);
    struct effect effects[4];
    answer_plan(play, nudge_id, effects);
    play_effects(play, effects, 4);
    assert_false(play->applied.answer_existed);
    unsigned needs = NEED_NUDGE | NEED_REVIEW | NEED_ANSWER;
    struct facts facts = play_facts(play, needs, click(play, "U2", nudge_id));
    assert_true(facts.has_answer);
    assert_int_equal(facts.answer.nudge_id, nudge_id);
    assert_int_equal(facts.answer.step, 1);
    assert_int_equal(facts.answer.attempt, 2);
    assert_int_equal(facts.answer.grade, GRADE_PARTLY);
    assert_int_equal(facts.answer.rating, RATING_HARD);
    assert_true(facts.answer.chosen == UINT32_MAX);
    assert_str(facts.answer.text, "because");
    assert_int_equal(facts.answer.at.utc_ms, NOON);
    assert_int_equal(facts.answer.day, MONDAY + 1);
    assert_reviews_equal(&facts.answer.before, &some_review);
    struct review after = some_review;
    after.answers = 5;
    assert_reviews_equal(&facts.review, &after);
    assert_int_equal(facts.nudge.state, NUDGE_ANSWERED);
    assert_int_equal(facts.nudge.closed.utc_ms, NOON);
    assert_int_equal(play_number(play, "SELECT answer_count FROM state"), 1);
    assert_int_equal(play_number(play, "SELECT last_answer_ms FROM state"), NOON);
}

static void test_answer_twice_changes_nothing(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    play_prompts(play);
    int64_t nudge_id = play_nudge(play, 2, &play->prompts[0], MONDAY);
    struct effect effects[4];
    answer_plan(play, nudge_id, effects);
    play_effects(play, effects, 4);
    int64_t deliveries = play_number(play, "SELECT delivery_count FROM state");
    effects[0].answer.grade = GRADE_WRONG;
    effects[1].review.answers = 99;
    play_effects(play, effects, 4);
    assert_true(play->applied.answer_existed);
    struct facts facts =
        play_facts(play, NEED_NUDGE | NEED_REVIEW | NEED_ANSWER, click(play, "", nudge_id));
    assert_int_equal(facts.answer.grade, GRADE_PARTLY);
    assert_int_equal(facts.review.answers, 5);
    assert_int_equal(play_number(play, "SELECT delivery_count FROM state"), deliveries);
    assert_int_equal(play_number(play, "SELECT answer_count FROM state"), 1);
}

static void test_first_answer_has_no_review_before(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    play_prompts(play);
    int64_t nudge_id = play_nudge(play, 2, &play->prompts[0], MONDAY);
    struct effect effect = { .kind = EFFECT_ANSWER, .nudge_id = nudge_id };
    effect.answer = (struct answer){ .grade = GRADE_RIGHT, .at = play->now };
    play_effect(play, effect);
    struct facts facts = play_facts(play, NEED_NUDGE | NEED_ANSWER, click(play, "", nudge_id));
    assert_int_equal(facts.answer.before.prompt_id, 0);
    assert_int_equal(facts.answer.day, MONDAY); /* the UTC day: none was given */
    effect.answer.step = 1;
    effect.answer.grade = GRADE_WRONG;
    play_effect(play, effect);
    facts = play_facts(play, NEED_NUDGE | NEED_ANSWER, click(play, "", nudge_id));
    assert_int_equal(facts.answer.step, 1); /* the latest step is the one that is meant */
    assert_int_equal(facts.answer.grade, GRADE_WRONG);
}

static void test_redelivered_event(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    struct event event = play_event(play, EVENT_TEXT);
    event.dedupe_key = STR("Ev0001");
    struct effect effect = {
        .kind = EFFECT_PERSON, .person_id = 2, .person_fields = PERSON_SET_ENROLLED
    };
    effect.person.enrolled_day = 7;
    bool seen = true;
    assert_int_equal(store_seen(play->store, &event, &seen), OK);
    assert_false(seen);
    assert_int_equal(play_try(play, &event, &effect, 1), OK);
    assert_false(play->applied.duplicate);
    assert_int_equal(store_seen(play->store, &event, &seen), OK);
    assert_true(seen);
    effect.person.enrolled_day = 8;
    event.at = instant_add(event.at, HOURS(25));
    assert_int_equal(play_try(play, &event, &effect, 1), OK);
    assert_true(play->applied.duplicate);
    assert_int_equal(play_person(play, 2).enrolled_day, 7);
    event.at = instant_add(event.at, HOURS(24 * 30));
    for (int i = 0; i < 3; i++) {
        event.dedupe_key = str_format(&play->arena, "Ev1%d", i);
        assert_int_equal(play_try(play, &event, &effect, 1), OK);
    }
    assert_int_equal(play_number(play, "SELECT count(*) FROM seen"), 3); /* the old one is gone */
}

static void test_digest_is_decided_once(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    struct event event = play_event(play, EVENT_DIGEST_DUE);
    event.person_id = 1;
    event.week_monday = MONDAY;
    assert_false(play_facts(play, NEED_DIGEST, event).has_digest);
    struct effect effect = { .kind = EFFECT_DIGEST, .person_id = 1 };
    effect.digest.week_monday = MONDAY;
    effect.digest.state = DIGEST_PLANNED;
    play_effect(play, effect);
    struct facts facts = play_facts(play, NEED_DIGEST, event);
    assert_true(facts.has_digest && !facts.digest_sent);
    effect.digest.state = DIGEST_SENT;
    play_effect(play, effect);
    effect.digest.state = DIGEST_PLANNED;
    play_effect(play, effect);
    facts = play_facts(play, NEED_DIGEST, event);
    assert_true(facts.has_digest && facts.digest_sent);
    assert_int_equal(play_number(play, "SELECT sent_ms FROM digest"), NOON);
}

static void test_whole_store(void **state)
{
    struct play *play = *state;
    play_people(play, 3, 1);
    play_match(play, 2);
    struct effect pause = {
        .kind = EFFECT_PERSON, .person_id = 1, .person_fields = PERSON_SET_STATE
    };
    pause.person.state = PERSON_STOPPED;
    play_effect(play, pause);
    struct effect slot = { .kind = EFFECT_PERSON, .person_fields = PERSON_SET_SLOT };
    slot.person.next_slot = INSTANT_NEVER;
    for (slot.person_id = 1; slot.person_id <= 3; slot.person_id++)
        play_effect(play, slot);
    struct store_state whole;
    assert_int_equal(store_state(play->store, &play->arena, &whole), OK);
    assert_true(!whole.live && !whole.workspace.len && !whole.workspace_lost);
    assert_int_equal(whole.schema_version, SQL_SCHEMAS_COUNT);
    struct effect live = { .kind = EFFECT_LIVE };
    live.live.live = true;
    play_effect(play, live);
    assert_true(play->applied.slots_changed);
    assert_true(play_facts(play, 0, play_event(play, EVENT_CONTROL)).live);
    assert_true(instant_is_never(play_person(play, 1).next_slot)); /* stopped */
    assert_int_equal(play_person(play, 2).next_slot.utc_ms, 0);
    assert_true(instant_is_never(play_person(play, 3).next_slot)); /* not matched */
    slot.person_id = 2;
    play_effect(play, slot);
    play_effect(play, (struct effect){ .kind = EFFECT_PEOPLE_SWEEP,
        .sweep = { .what = SWEEP_WAKE, .until_id = INT64_MAX } });
    assert_int_equal(play_person(play, 2).next_slot.utc_ms, 0);
    live.live.live = false;
    play_effect(play, live);
    assert_false(play_facts(play, 0, play_event(play, EVENT_CONTROL)).live);

    struct effect bind = { .kind = EFFECT_WORKSPACE };
    bind.workspace.platform = STR("slack");
    bind.workspace.workspace = STR("T1");
    play_effect(play, bind);
    assert_str(play_facts(play, 0, play_event(play, EVENT_CONTROL)).workspace, "T1");
    bind.workspace.lost = true;
    play_effect(play, bind);
    assert_int_equal(store_state(play->store, &play->arena, &whole), OK);
    assert_true(whole.workspace_lost);
    assert_str(whole.workspace, "T1");
    assert_str(whole.platform, "slack");
    bind.workspace.lost = false;
    play_effect(play, bind);
    assert_int_equal(store_state(play->store, &play->arena, &whole), OK);
    assert_false(whole.workspace_lost);
}

static void test_rollback_takes_all_back(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    play_prompts(play);
    play_nudge(play, 2, &play->prompts[0], MONDAY);
    struct effect effects[2] = { { .kind = EFFECT_LIVE },
        { .kind = EFFECT_NUDGE_NEW, .person_id = 77 } };
    effects[0].live.live = true;
    effects[1].nudge = (struct nudge){ .prompt_id = 1, .revision_id = 1, .state = NUDGE_OPEN };
    struct event event = play_event(play, EVENT_CONTROL);
    assert_int_equal(play_try(play, &event, effects, 2), ERR_NOT_FOUND); /* no such person */
    assert_false(play_facts(play, 0, event).live);
    effects[1].person_id = 2;
    effects[1].nudge.revision_id = 4711; /* no such text */
    assert_int_equal(play_try(play, &event, effects, 2), ERR_INVALID);
    assert_false(play_facts(play, 0, event).live);
    assert_int_equal(play_number(play, "SELECT count(*) FROM nudge"), 1);
    assert_int_equal(play_try(play, &event, effects, 1), OK); /* usable afterwards */
}

static void test_access_log(void **state)
{
    struct play *play = *state;
    play_people(play, 2, 1);
    assert_int_equal(store_begin(play->store), OK);
    const struct access *pass = play_pass(play, ACCESS_WEEK, 1);
    assert_int_equal(store_note_access(play->store, play->now, pass, false), OK);
    assert_int_equal(store_commit(play->store), OK);
    assert_int_equal(play_number(play,
                         "SELECT count(*) FROM access_log WHERE person_id = 1 AND "
                         "reader = 'operator' AND what = 'digest'"),
        1);
    assert_int_equal(play_number(play, "SELECT count(*) FROM access_log"), 1);
    struct effect effect = { .kind = EFFECT_ACCESS, .access = { pass, true } };
    play_effect(play, effect); /* and everybody who reports to 1 */
    assert_int_equal(play_number(play, "SELECT count(*) FROM access_log WHERE person_id = 2"), 1);
    assert_int_equal(play_number(play, "SELECT count(*) FROM access_log"), 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_people_row),
        TEST(test_people_keep_what_is_theirs),
        TEST(test_emails_change_hands),
        TEST(test_members),
        TEST(test_account_of_somebody_who_left),
        TEST(test_dnd),
        TEST(test_person_fields_one_by_one),
        TEST(test_nudge_and_its_prompt),
        TEST(test_answer),
        TEST(test_answer_twice_changes_nothing),
        TEST(test_first_answer_has_no_review_before),
        TEST(test_redelivered_event),
        TEST(test_digest_is_decided_once),
        TEST(test_whole_store),
        TEST(test_rollback_takes_all_back),
        TEST(test_access_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
