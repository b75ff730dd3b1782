/* What holds of every slot: for any person in any zone on any day, and along a year of one person
 * with a clock that jumps. Seeded: a failure names zone and round, which always come again. */
#include "due_slot.h"

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static const char *const zones[] = { "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
    "Asia/Kathmandu", "Pacific/Auckland", "America/St_Johns", "Africa/Casablanca", "Pacific/Apia",
    "Asia/Gaza", "America/Sao_Paulo", "Pacific/Kiritimati", "UTC" };

static void random_person(struct builder *b, uint64_t *seed)
{
    struct person *person = &b->facts.person;
    struct hours *hours = &b->settings.hours;
    hours->from_minute = (int16_t)(next_random(seed) % 1380);
    hours->to_minute = (int16_t)(hours->from_minute + 30 +
        (int)(next_random(seed) % (uint64_t)(1440 - hours->from_minute - 29)));
    hours->workdays = (uint8_t)(1 + next_random(seed) % 127);
    b->settings.cap = (int32_t)(1 + next_random(seed) % 3);
    person->person_id = (int64_t)(next_random(seed) % 100000);
    person->workdays = next_random(seed) % 4 ? 0 : (uint8_t)(1 + next_random(seed) % 127);
    person->state = next_random(seed) % 5 ? PERSON_ACTIVE : PERSON_PAUSED;
    person->notice_version = next_random(seed) % 6 ? NOTICE_VERSION : 0;
    /* Around the changes of the clocks, and everywhere else in the year. */
    static const struct date changes[] = { { 2031, 3, 30 }, { 2031, 10, 26 }, { 2031, 3, 9 },
        { 2031, 11, 2 }, { 2031, 4, 6 }, { 2031, 10, 5 }, { 2031, 1, 1 }, { 2032, 2, 29 } };
    int32_t day = date_to_day(changes[next_random(seed) % COUNT(changes)]);
    if (next_random(seed) % 3 == 0)
        day += (int32_t)(next_random(seed) % 365);
    struct local local = { day - 1 + (int32_t)(next_random(seed) % 3),
        (int16_t)(next_random(seed) % 1440) };
    b->facts.now = zone_instant(b->zone, local);
    b->facts.now.utc_ms += (int64_t)(next_random(seed) % 60000);
    int32_t today = builder_today(b);
    person->paused_until =
        zone_instant(b->zone, (struct local){ today - 1 + (int32_t)(next_random(seed) % 4), 0 });
    person->slot_day = today - (int32_t)(next_random(seed) % 3) + (next_random(seed) % 9 == 0);
    person->slot_count = (int32_t)(next_random(seed) % (uint64_t)(b->settings.cap + 1));
    person->dnd_until = next_random(seed) % 4
        ? (struct instant){ 0 }
        : instant_add(b->facts.now, MINUTES((int64_t)(next_random(seed) % 600) - 100));
    person->next_slot =
        next_random(seed) % 4 ? instant_add(b->facts.now, MINUTES(-1)) : (struct instant){ 0 };
    b->facts.has_nudge = next_random(seed) % 2;
    if (b->facts.has_nudge) {
        builder_nudge(b, 1 + (int64_t)(next_random(seed) % 7),
            next_random(seed) % 2 ? NUDGE_OPEN : NUDGE_ANSWERED);
        b->facts.nudge.planned =
            instant_add(b->facts.now, HOURS(-(int64_t)(next_random(seed) % 30)));
        b->facts.nudge.day = zone_local(b->zone, b->facts.nudge.planned).day;
    }
    b->facts.reviews_len = 0;
    for (int64_t id = 1; id <= 7; id++)
        if (next_random(seed) % 2)
            builder_review(b, id, (int)(next_random(seed) % 20) - 10);
}

/* What must hold for whoever and whenever. */
static const char *broken_rule(const struct builder *b)
{
    const struct person *person = &b->facts.person;
    const struct effect *slot = slot_of(b);
    const struct person *after = &slot->person;
    int questions = builder_count(b, EFFECT_NUDGE_NEW), posts = 0;
    int32_t today = builder_today(b);
    for (size_t i = 0; i < b->plan.effects_len; i++) {
        const struct effect *effect = &b->plan.effects[i];
        if (effect->kind != EFFECT_DELIVER || effect->deliver.kind != DELIVERY_POST)
            continue;
        posts++;
        if (!instant_before(b->facts.now, effect->deliver.not_after) ||
            instant_before(slot_window_end(&b->facts), effect->deliver.not_after))
            return "a message outlives the window";
    }
    if (!instant_before(b->facts.now, after->next_slot))
        return "the next slot is not ahead";
    if (questions > 1 || posts > 1)
        return "two things at once";
    if (posts && !slot_in_window(&b->facts))
        return "sent outside the window";
    if (posts && slot_used_up(&b->facts))
        return "sent above the cap";
    bool pausing =
        person->state == PERSON_PAUSED && instant_before(b->facts.now, person->paused_until);
    if (posts && pausing)
        return "sent during a pause";
    if (posts && !instant_before(person->dnd_until, b->facts.now))
        return "sent into do-not-disturb";
    if (questions && person->notice_version < NOTICE_VERSION)
        return "a question before the notice";
    if (posts && person->next_slot.utc_ms == 0)
        return "sent while being woken";
    if (after->slot_day < person->slot_day ||
        (after->slot_day == person->slot_day && after->slot_count < person->slot_count))
        return "a slot was given back";
    if (posts && (after->slot_day != today || after->slot_count < 1))
        return "a slot was not used";
    return NULL;
}

/* The next slot lies in the person's window, so that it is not looked at in vain. */
static bool next_is_of_use(struct builder *b)
{
    struct instant next = next_of(b), now = b->facts.now;
    if (instant_is_never(next))
        return true;
    b->facts.now = next;
    bool use = slot_in_window(&b->facts);
    b->facts.now = now;
    return use;
}

static void whoever_and_whenever(void **state)
{
    (void)state;
    unsigned sent = 0, silent = 0, useless = 0;
    for (size_t z = 0; z < COUNT(zones); z++) {
        uint64_t seed = 1000 + z;
        struct builder *b = builder_new(zones[z]);
        struct facts clean = b->facts;
        for (int round = 0; round < 1500; round++) {
            b->facts = clean;
            random_person(b, &seed);
            due(b);
            const char *broken = broken_rule(b);
            if (broken)
                fail_msg("%s (zone %s, round %d, why %s)", broken, zones[z], round, b->plan.why);
            useless += !next_is_of_use(b);
            sent += builder_effect(b, EFFECT_DELIVER) != NULL;
            silent += builder_effect(b, EFFECT_DELIVER) == NULL;
            struct arena *arena = &b->arena;
            if (round % 50 == 0) {
                arena_reset(arena);
                b->holidays = holidays_in(arena);
            }
        }
        builder_free(b);
    }
    assert_true(sent > 1000 && silent > 1000);
    assert_int_equal(useless, 0);
}

/* A life of one person: a year of slots, each looked at when it comes, with clocks that jump. */
static void a_year_of_slots(void **state)
{
    (void)state;
    for (size_t z = 0; z < COUNT(zones); z++) {
        struct builder *b = builder_new(zones[z]);
        struct person *person = &b->facts.person;
        uint64_t seed = 77 + z;
        int per_day[400] = { 0 }, questions = 0, first = builder_today(b);
        b->settings.cap = (int32_t)(1 + z % 3);
        b->settings.new_per_week = 15;
        for (int turn = 0; turn < 2000; turn++) {
            int jump = (int)(next_random(&seed) % 20);
            struct instant at = person->next_slot;
            assert_false(instant_is_never(at));
            b->facts.now = jump == 0 ? instant_add(at, HOURS(30)) : at;
            if (jump == 1)
                person->next_slot = (struct instant){ 0 };
            int32_t day = builder_today(b) - first;
            if (day >= 365)
                break;
            b->facts.reviews_len = 0;
            due(b);
            int now = builder_count(b, EFFECT_NUDGE_NEW);
            assert_true(!now || slot_in_window(&b->facts));
            per_day[day] += now;
            assert_true(per_day[day] <= b->settings.cap);
            questions += now;
            *person = slot_of(b)->person;
            if (jump == 2) { /* the clock is set back for a moment */
                b->facts.now = instant_add(b->facts.now, HOURS(-3));
                struct person kept = *person;
                person->next_slot = (struct instant){ 0 };
                due(b);
                assert_null(builder_effect(b, EFFECT_NUDGE_NEW));
                *person = kept;
            }
            arena_reset(&b->arena);
            b->holidays = holidays_in(&b->arena);
        }
        assert_true(questions > 200);
        builder_free(b);
    }
}

/* A clock that steps back by less than a week never finds a slot it has used, wherever it lands. */
static void no_step_back_uses_a_slot_twice(void **state)
{
    (void)state;
    unsigned looks = 0;
    for (size_t z = 0; z < COUNT(zones); z++) {
        struct builder *b = builder_new(zones[z]);
        struct person *person = &b->facts.person;
        uint64_t seed = 4000 + z;
        b->settings.new_per_week = 15;
        for (int round = 0; round < 400; round++) {
            b->settings.cap = (int32_t)(1 + next_random(&seed) % 3);
            b->facts.now = instant_add(
                builder_local(b, 2031, 3, 4, 11, 0), HOURS((int64_t)(next_random(&seed) % 8000)));
            struct instant used_at = b->facts.now;
            person->slot_day = builder_today(b);
            person->slot_count = b->settings.cap;
            b->facts.reviews_len = 0;
            b->facts.has_nudge = next_random(&seed) % 2;
            if (b->facts.has_nudge) {
                builder_nudge(b, 1, NUDGE_ANSWERED);
                b->facts.nudge.planned = used_at;
            }
            b->facts.now = instant_add(
                used_at, MINUTES(-(int64_t)(next_random(&seed) % (6 * 24 * 60 + 23 * 60))));
            person->next_slot = b->facts.now;
            due(b);
            if (builder_effect(b, EFFECT_DELIVER))
                fail_msg("a slot was used twice (zone %s, round %d)", zones[z], round);
            assert_true(next_of(b).utc_ms > used_at.utc_ms ||
                zone_local(b->zone, next_of(b)).day > person->slot_day);
            looks++;
            arena_reset(&b->arena);
            b->holidays = holidays_in(&b->arena);
        }
        builder_free(b);
    }
    assert_int_equal(looks, 400 * COUNT(zones));
}

/* A clock that was once years ahead silences nobody: its slot and its question are not believed. */
static void a_slot_far_ahead_is_not_believed(void **state)
{
    (void)state;
    for (int days = 1; days <= 3000; days += days < 20 ? 1 : 97) {
        struct builder *b = builder_new("Europe/Berlin");
        struct person *person = &b->facts.person;
        int32_t today = builder_today(b);
        builder_nudge(b, ID_CHOICE, NUDGE_ANSWERED);
        b->facts.nudge.day = person->slot_day = today + days;
        b->facts.nudge.planned = instant_add(b->facts.now, HOURS(24 * (int64_t)days));
        person->slot_count = 1;
        due(b);
        assert_int_equal(builder_count(b, EFFECT_NUDGE_NEW), days > SLOT_DAYS_AHEAD_MAX);
        if (days > SLOT_DAYS_AHEAD_MAX) { /* from here on it is counted anew */
            *person = slot_of(b)->person;
            assert_int_equal(person->slot_day, today);
            assert_int_equal(person->slot_count, 1);
            assert_int_equal(zone_local(b->zone, person->next_slot).day, today + 1);
            person->next_slot = b->facts.now;
            due(b);
            assert_string_equal(b->plan.why, "cap");
        } else {
            assert_true(zone_local(b->zone, next_of(b)).day > today + days);
        }
        builder_free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_and_whenever),
        cmocka_unit_test(a_year_of_slots),
        cmocka_unit_test(no_step_back_uses_a_slot_twice),
        cmocka_unit_test(a_slot_far_ahead_is_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
