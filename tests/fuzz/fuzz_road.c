/* The road of events through core and store, driven by the input, two or three bytes an event:
 * slots that come, clicks with right and wrong keys, typed lines, requests that end in every
 * way, turns that are rolled back, changed prompt files, clocks that jump, restarts and kills.
 * road_model.h says what must hold after each of them. */
#include "road_model.h"

#include "nudged/store/outbox.h"

enum { EVENTS_MAX = 64, RESTARTS_MAX = 3, SEND_MAX = 4 }; /* restarts cost as much as the rest */

typedef void step_fn(struct road *road, struct feed *feed);
static step_fn wait_minutes, wait_hours, step_back, slots_come, slot_of_anybody, click, type_line,
    submit_form, open_home, send, ask_platform, restart, die, again, load_content, operate, roster,
    dnd, week;

static step_fn *const steps[] = { wait_minutes, wait_hours, step_back, slots_come, slots_come,
    slot_of_anybody, click, click, click, type_line, type_line, submit_form, open_home, send, send,
    ask_platform, restart, die, again, load_content, operate, roster, dnd, week };

/* The top bit rolls the turn back and takes it again, as a failing batch does. */
static void take(struct road *road, struct event event, bool twice)
{
    if (twice)
        road_turn(road, &event, false);
    road_turn(road, &event, true);
    road->last = event;
}

static struct event from_person(struct road *road, enum event_kind kind, uint8_t who)
{
    struct event event = { .kind = kind, .platform = STR("slack"), .workspace = STR("T1") };
    event.actor = road->users[who % COUNT(road->users)];
    event.channel = STR("D1");
    event.trigger = STR("trigger");
    return event;
}

static void wait_minutes(struct road *road, struct feed *feed)
{
    road->now = instant_add(road->now, MINUTES(take_byte(feed)));
}

static void wait_hours(struct road *road, struct feed *feed)
{
    road->now = instant_add(road->now, HOURS(take_byte(feed) % 100));
}

static void step_back(struct road *road, struct feed *feed)
{
    road->now = instant_add(road->now, MINUTES(-(take_byte(feed) % 180)));
}

static void slots_come(struct road *road, struct feed *feed)
{
    int64_t people[8];
    size_t len = 0;
    bool twice = take_byte(feed) & 128;
    REQUIRE(!store_due_people(road->store, road->now, people, COUNT(people), &len));
    for (size_t i = 0; i < len; i++)
        take(road, (struct event){ .kind = EVENT_PERSON_DUE, .person_id = people[i] }, twice);
}

static void slot_of_anybody(struct road *road, struct feed *feed)
{
    take(road, (struct event){ .kind = EVENT_PERSON_DUE, .person_id = take_byte(feed) % 6 }, false);
}

/* Bits of the first byte: another nudge, another step, a wrong key, on the home page. */
static void click(struct road *road, struct feed *feed)
{
    static const enum verb verbs[] = { VERB_CHOOSE, VERB_CHOOSE, VERB_SUBMIT, VERB_RATE, VERB_WRITE,
        VERB_DONT_KNOW, VERB_SKIP, VERB_SNOOZE, VERB_WHY, VERB_PAUSE, VERB_RESUME, VERB_STOP,
        VERB_IGNORE, VERB_DETAILS, VERB_NEXT, VERB_CHOOSE };
    uint8_t how = take_byte(feed), what = take_byte(feed);
    struct event event = from_person(road, EVENT_ACTION, how);
    event.verb = verbs[what % COUNT(verbs)];
    event.ref.nudge_id = road_numberf(road,
        how & 4 /* somebody's, or the own last one */
            ? "SELECT coalesce(max(nudge_id), 0) FROM nudge WHERE '%.*s' <> ''"
            : "SELECT coalesce(max(last_nudge_id), 0) FROM person WHERE chat_user = '%.*s'",
        STR_ARG(event.actor));
    event.ref.key = (uint64_t)road_numberf(road,
                        "SELECT coalesce((SELECT nudge_key FROM nudge WHERE nudge_id = %lld), 0)",
                        (long long)event.ref.nudge_id) ^
        (how & 16 ? 1U : 0);
    event.ref.step = how & 8 ? 1 : 0;
    event.message_id = how & 32 ? STR_EMPTY : STR("1.000100");
    for (event.values_len = 0; event.values_len < what >> 6; event.values_len++)
        event.values[event.values_len] = take_byte(feed) % 12;
    take(road, event, how & 128);
}

static void type_line(struct road *road, struct feed *feed)
{
    static const struct str lines[] = { STR_INIT("a"), STR_INIT("b a c"), STR_INIT("15 minutes"),
        STR_INIT("receiver"), STR_INIT("teh receiver"), STR_INIT("2"), STR_INIT("4"),
        STR_INIT("got it"), STR_INIT("pass"), STR_INIT("pause until friday"), STR_INIT("pause"),
        STR_INIT("resume"), STR_INIT("skip"), STR_INIT("snooze"), STR_INIT("stop"),
        STR_INIT("I wrote it down.") };
    uint8_t who = take_byte(feed), what = take_byte(feed);
    struct event event = from_person(road, what & 64 ? EVENT_COMMAND : EVENT_TEXT, who);
    event.text = lines[what % COUNT(lines)];
    if (event.kind == EVENT_TEXT)
        event.dedupe_key = road_dedupe_key(road, what & 128);
    take(road, event, who & 128);
}

static void submit_form(struct road *road, struct feed *feed)
{
    static struct form_value form[] = { { STR_INIT("did"), STR_INIT("a") },
        { STR_INIT("happened"), STR_INIT("15") } };
    uint8_t who = take_byte(feed);
    struct event event = from_person(road, EVENT_FORM, who);
    event.ref.nudge_id = road_number(road, "SELECT coalesce(max(nudge_id), 0) FROM nudge");
    event.ref.key = (uint64_t)road_number(
        road, "SELECT coalesce((SELECT nudge_key FROM nudge ORDER BY nudge_id DESC LIMIT 1), 0)");
    event.ref.key ^= who & 16 ? 1U : 0;
    event.form = form;
    event.form_len = who % 3;
    take(road, event, who & 128);
}

static void open_home(struct road *road, struct feed *feed)
{
    take(road, from_person(road, EVENT_HOME_OPENED, take_byte(feed)), false);
}

static void ended(struct road *road, const struct delivery *delivery, enum delivery_end end)
{
    struct event event = { .kind = EVENT_DELIVERY, .person_id = delivery->person_id };
    event.result = (struct delivery_result){ .delivery_id = delivery->delivery_id,
        .lane = delivery->lane,
        .order_ms = delivery->order_ms,
        .kind = delivery->kind,
        .person_id = delivery->person_id,
        .nudge_id = delivery->nudge_id,
        .end = end,
        .channel = STR("D1"),
        .message_id = STR("1.000100"),
        .again = instant_add(road->now, SECONDS(10)) };
    road_ended(road, delivery, end);
    take(road, event, false);
}

static void send(struct road *road, struct feed *feed)
{
    struct delivery ready[SEND_MAX];
    uint8_t how = take_byte(feed);
    for (int lane = LANE_INTERACTIVE; lane < LANE_END; lane++) {
        size_t len = 0;
        arena_reset(&road->rows);
        REQUIRE(!outbox_ready(
            road->store, (enum lane)lane, road->now, NULL, &road->rows, ready, SEND_MAX, &len));
        for (size_t i = 0; i < len; i++) {
            if (instant_before(ready[i].not_after, road->now)) {
                ended(road, &ready[i], DELIVERY_END_EXPIRED);
                continue;
            }
            road_leaves(road, &ready[i]);
            if (delivery_class_of(ready[i].kind) == CLASS_RECONCILE) {
                REQUIRE(!store_begin(road->store));
                REQUIRE(!outbox_claim(road->store, &ready[i], road->now));
                REQUIRE(!store_commit(road->store));
            }
            if (how % 8 == 7)
                continue; /* in flight; somebody dies, or it never ends */
            uint8_t end = how & 64 ? take_byte(feed) % DELIVERY_END_EXPIRED : 0;
            ended(road, &ready[i], (enum delivery_end)(DELIVERY_END_SENT + end));
        }
    }
}

static void ask_platform(struct road *road, struct feed *feed)
{
    struct delivery unknown[SEND_MAX];
    size_t len = 0;
    uint8_t how = take_byte(feed);
    arena_reset(&road->rows);
    REQUIRE(!outbox_unknown(road->store, road->now, &road->rows, unknown, SEND_MAX, &len));
    for (size_t i = 0; i < len; i++)
        ended(road, &unknown[i], how >> i & 1 ? DELIVERY_END_ABSENT : DELIVERY_END_SENT);
}

static void restart(struct road *road, struct feed *feed)
{
    if (road->restarts++ < RESTARTS_MAX)
        road_restart(road, false);
    (void)feed;
}

static void die(struct road *road, struct feed *feed)
{
    if (road->restarts++ < RESTARTS_MAX)
        road_restart(road, true);
    (void)feed;
}

static void again(struct road *road, struct feed *feed)
{
    bool whole = road->last.kind != EVENT_DELIVERY && road->last.kind != EVENT_PEOPLE;
    if (whole && road->last.at.utc_ms)
        take(road, road->last, take_byte(feed) & 128);
}

static void load_content(struct road *road, struct feed *feed)
{
    uint8_t how = take_byte(feed);
    if (how & 1)
        road_load(road, 1 + (how >> 1) % (BUILDER_PROMPTS - 1), take_byte(feed));
    take(road, (struct event){ .kind = EVENT_CONTENT }, how & 128);
}

static void operate(struct road *road, struct feed *feed)
{
    uint8_t how = take_byte(feed);
    struct event event = { .kind = EVENT_CONTROL,
        .control = how & 1 ? CONTROL_PAUSE : CONTROL_RESUME };
    if (how & 2)
        event = (struct event){ .kind = how & 4 ? EVENT_UNINSTALLED : EVENT_LINK,
            .up = true,
            .platform = STR("slack"),
            .workspace = STR("T1") };
    take(road, event, how & 128);
}

/* people.csv once more, without one of them perhaps. */
static void roster(struct road *road, struct feed *feed)
{
    struct people_row rows[COUNT(road->users)];
    size_t len = 0;
    uint8_t how = take_byte(feed);
    for (size_t i = 0; i < COUNT(rows); i++)
        if (how % 8 != i)
            rows[len++] = road->people[i];
    take(road,
        (struct event){ .kind = EVENT_PEOPLE,
            .rows = rows,
            .rows_len = len,
            .rows_last = true,
            .roster_epoch = ++road->epoch },
        how & 128);
    struct member member = { .user = road->users[how % COUNT(rows)],
        .email = road->people[how % COUNT(rows)].email,
        .deleted = how & 16 };
    take(road,
        (struct event){ .kind = EVENT_MEMBERS,
            .members = &member,
            .members_len = 1,
            .platform = STR("slack"),
            .workspace = STR("T1") },
        false);
    road->last = (struct event){ 0 }; /* its rows end here */
}

static void dnd(struct road *road, struct feed *feed)
{
    uint8_t how = take_byte(feed);
    struct dnd_state state = { road->users[how % COUNT(road->users)],
        how & 64 ? instant_add(road->now, HOURS(how % 24)) : (struct instant){ 0 } };
    take(road, (struct event){ .kind = EVENT_DND, .dnd = &state, .dnd_len = 1 }, false);
    road->last = (struct event){ 0 };
}

static void week(struct road *road, struct feed *feed)
{
    int64_t managers[4];
    size_t len = 0;
    struct report report = { .people_len = 0 };
    uint8_t how = take_byte(feed);
    int32_t today = zone_local(road->b->zone, road->now).day;
    REQUIRE(!store_due_digests(road->store, road->now, managers, COUNT(managers), &len));
    for (size_t i = 0; i < len; i++)
        take(road, (struct event){ .kind = EVENT_DIGEST_DUE, .person_id = managers[i] }, how & 128);
    report.week_monday = today - weekday_of(today) - 7;
    take(road,
        (struct event){ .kind = EVENT_DIGEST_READY,
            .person_id = 1,
            .report = &report,
            .week_monday = report.week_monday,
            .details = how & 1 },
        false);
    road->last = (struct event){ 0 };
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static struct road *road;
    struct feed feed = feed_of(data, size);
    if (!road)
        road = road_new();
    uint8_t how = take_byte(&feed);
    road_reset(road, 1 + how % 3, how >> 4, how & 8);
    for (int i = 0; i < EVENTS_MAX && feed.left; i++)
        steps[take_byte(&feed) % COUNT(steps)](road, &feed);
    return 0;
}
