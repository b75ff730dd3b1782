/* The life of an outbox row: order, claims, every ending, waiting, crash. */
#include "help.h"

static struct effect deliver(struct play *play, int64_t person_id, enum lane lane,
    enum delivery_kind kind, const char *message_id)
{
    struct effect effect = { .kind = EFFECT_DELIVER, .person_id = person_id };
    effect.deliver.lane = lane;
    effect.deliver.kind = kind;
    effect.deliver.due = play->now;
    effect.deliver.not_after = instant_add(play->now, HOURS(2));
    effect.deliver.message_id = str_from_z(message_id);
    effect.deliver.message = play_message(play, 0, "Hello");
    return effect;
}

static int outbox_setup(void **state)
{
    struct play *play = play_start();
    play_people(play, 4, 1);
    play_match(play, 4);
    play_prompts(play);
    *state = play;
    return 0;
}

static enum err claim(struct play *play, const struct delivery *delivery)
{
    assert_int_equal(store_begin(play->store), OK);
    enum err err = outbox_claim(play->store, delivery, play->now);
    assert_int_equal(store_commit(play->store), OK);
    return err;
}

static struct outbox_counts counts(struct play *play)
{
    struct outbox_counts counts;
    assert_int_equal(outbox_counts(play->store, &counts), OK);
    return counts;
}

static void test_what_a_row_holds(void **state)
{
    struct play *play = *state;
    int64_t nudge_id = play_nudge(play, 2, &play->prompts[0], MONDAY);
    struct delivery out[4];
    assert_int_equal(play_ready(play, LANE_NUDGE, out, 4), 1);
    assert_int_equal(out[0].kind, DELIVERY_POST);
    assert_int_equal(out[0].state, DELIVERY_PLANNED);
    assert_int_equal(out[0].person_id, 2);
    assert_int_equal(out[0].nudge_id, nudge_id);
    assert_true(out[0].key == UINT64_MAX - 9);
    assert_true(str_equal(out[0].user, STR("U2")));
    assert_int_equal(out[0].channel.len, 0);
    assert_int_equal(out[0].order_ms, NOON + 4 * 3600000);
    assert_int_equal(out[0].not_after.utc_ms, NOON + 4 * 3600000);
    assert_int_equal(out[0].attempts, 0);
    struct message message;
    assert_int_equal(message_unpack(out[0].payload, &play->arena, &message), OK);
    assert_int_equal(message.ref.nudge_id, nudge_id); /* was -1 when it was planned */
    assert_true(message.ref.key == 77);
    assert_true(str_equal(message.parts[0].text, STR("A question")));
}

static void test_sent(void **state)
{
    struct play *play = *state;
    int64_t nudge_id = play_nudge(play, 2, &play->prompts[0], MONDAY);
    struct delivery out[4];
    assert_int_equal(play_ready(play, LANE_NUDGE, out, 4), 1);
    assert_int_equal(claim(play, &out[0]), OK);
    assert_int_equal(claim(play, &out[0]), ERR_NOT_FOUND); /* once */
    assert_int_equal(play_ready(play, LANE_NUDGE, out + 1, 3), 0);
    assert_int_equal(counts(play).claimed, 1);
    play_ended(play, &out[0], DELIVERY_END_SENT);
    assert_int_equal(counts(play).claimed, 0);
    struct event event = play_event(play, EVENT_ACTION);
    event.ref.nudge_id = nudge_id;
    struct facts facts = play_facts(play, NEED_NUDGE, event);
    assert_true(str_equal(facts.nudge.message_id, STR("1.000100")));
    assert_int_equal(facts.nudge.state, NUDGE_OPEN);
    assert_true(str_equal(play_person(play, 2).chat_channel, STR("D1")));
    play_ended(play, &out[0], DELIVERY_END_SENT); /* told twice: harmless */

    /* An update planned before the message had an id gets it now. */
    struct effect update = deliver(play, 2, LANE_INTERACTIVE, DELIVERY_UPDATE, "");
    update.nudge_id = nudge_id;
    play_effect(play, update);
    assert_int_equal(play_ready(play, LANE_INTERACTIVE, out, 4), 1);
    assert_true(str_equal(out[0].message_id, STR("1.000100")));
    assert_true(str_equal(out[0].channel, STR("D1")));
}

static void test_order_and_paging(void **state)
{
    struct play *play = *state;
    struct effect late = deliver(play, 1, LANE_NUDGE, DELIVERY_POST, "");
    late.deliver.not_after = instant_add(play->now, HOURS(5));
    play_effect(play, late);
    play_effect(play, deliver(play, 2, LANE_NUDGE, DELIVERY_POST, ""));
    play_effect(play, deliver(play, 3, LANE_NUDGE, DELIVERY_POST, ""));
    play_effect(play, deliver(play, 4, LANE_NOTICE, DELIVERY_POST, ""));
    struct delivery out[4], next[4];
    assert_int_equal(play_ready(play, LANE_NUDGE, out, 2), 2);
    assert_int_equal(out[0].person_id, 2); /* its use ends first, and it is the older one */
    assert_int_equal(out[1].person_id, 3);
    size_t len = 0;
    assert_int_equal(
        outbox_ready(play->store, LANE_NUDGE, play->now, &out[1], &play->arena, next, 4, &len), OK);
    assert_int_equal(len, 1);
    assert_int_equal(next[0].person_id, 1);
    assert_int_equal(play_ready(play, LANE_NOTICE, out, 4), 1);
    assert_int_equal(out[0].order_ms, NOON);
    assert_int_equal(play_ready(play, LANE_DIGEST, out, 4), 0);
}

static void test_retry_waits(void **state)
{
    struct play *play = *state;
    play_effect(play, deliver(play, 2, LANE_INTERACTIVE, DELIVERY_UPDATE, "1.2"));
    struct delivery out[2];
    struct instant due;
    assert_int_equal(outbox_next_due(play->store, play->now, &due), OK);
    assert_true(instant_is_never(due)); /* it is ready: nothing to wait for */
    assert_int_equal(play_ready(play, LANE_INTERACTIVE, out, 2), 1);
    play_ended(play, &out[0], DELIVERY_END_RETRY);
    assert_int_equal(play_ready(play, LANE_INTERACTIVE, out, 2), 0);
    assert_int_equal(outbox_next_due(play->store, play->now, &due), OK);
    assert_int_equal(due.utc_ms, NOON + 10000);
    play->now = due;
    assert_int_equal(play_ready(play, LANE_INTERACTIVE, out, 2), 1);
    assert_int_equal(out[0].attempts, 1);
    assert_int_equal(out[0].due.utc_ms, NOON + 10000);
    struct effect later = deliver(play, 2, LANE_NOTICE, DELIVERY_POST, "");
    later.deliver.due = instant_add(play->now, MINUTES(5));
    play_effect(play, later);
    assert_int_equal(play_ready(play, LANE_NOTICE, out, 2), 0);
    assert_int_equal(outbox_next_due(play->store, play->now, &due), OK);
    assert_int_equal(due.utc_ms, later.deliver.due.utc_ms);
}

static void test_unknown_holds_back_posts_of_that_person(void **state)
{
    struct play *play = *state;
    struct delivery out[4], first;
    play_effect(play, deliver(play, 2, LANE_NOTICE, DELIVERY_POST, ""));
    assert_int_equal(play_ready(play, LANE_NOTICE, &first, 1), 1);
    assert_int_equal(claim(play, &first), OK);
    play->now = instant_add(play->now, SECONDS(20));
    play_ended(play, &first, DELIVERY_END_UNKNOWN);
    assert_int_equal(counts(play).unknown, 1);
    play_effect(play, deliver(play, 2, LANE_NUDGE, DELIVERY_POST, ""));
    play_effect(play, deliver(play, 3, LANE_NUDGE, DELIVERY_POST, ""));
    play_effect(play, deliver(play, 2, LANE_INTERACTIVE, DELIVERY_UPDATE, "1.2"));
    assert_int_equal(play_ready(play, LANE_NUDGE, out, 4), 1);
    assert_int_equal(out[0].person_id, 3);
    assert_int_equal(play_ready(play, LANE_INTERACTIVE, out, 4), 1);

    size_t len = 9;
    assert_int_equal(outbox_unknown(play->store, play->now, &play->arena, out, 4, &len), OK);
    assert_int_equal(len, 0); /* not settled */
    struct instant due;
    assert_int_equal(outbox_next_due(play->store, play->now, &due), OK);
    assert_int_equal(due.utc_ms, NOON + 50000);
    play->now = due;
    assert_int_equal(outbox_unknown(play->store, play->now, &play->arena, out, 4, &len), OK);
    assert_int_equal(len, 1);
    assert_int_equal(out[0].claimed.utc_ms, NOON);
    assert_int_equal(out[0].attempts, 1);
    play_ended(play, &out[0], DELIVERY_END_ABSENT);
    assert_true(play->applied.delivers);
    assert_int_equal(play_ready(play, LANE_NOTICE, out, 4), 1);
    assert_int_equal(out[0].attempts, 1); /* kept: the sender gives up by them */
    assert_int_equal(play_ready(play, LANE_NUDGE, out, 4), 2);

    /* The second attempt: looked for from the first claim on, asked only after its own time. */
    assert_int_equal(play_ready(play, LANE_NOTICE, &first, 1), 1);
    assert_int_equal(claim(play, &first), OK);
    play_ended(play, &first, DELIVERY_END_UNKNOWN);
    assert_int_equal(outbox_unknown(play->store, play->now, &play->arena, out, 4, &len), OK);
    assert_int_equal(len, 0);
    play->now = instant_add(play->now, SECONDS(30));
    assert_int_equal(outbox_unknown(play->store, play->now, &play->arena, out, 4, &len), OK);
    assert_int_equal(len, 1);
    assert_int_equal(out[0].claimed.utc_ms, NOON);
    play_ended(play, &out[0], DELIVERY_END_SENT); /* adopted */
    assert_int_equal(counts(play).unknown, 0);
}

static void test_refusals(void **state)
{
    static const struct {
        enum delivery_end end;
        enum nudge_state nudge;
        enum chat_state chat;
        int64_t rows;
    } cases[] = {
        { DELIVERY_END_CONTENT, NUDGE_FAILED, CHAT_MATCHED, 0 },
        { DELIVERY_END_EXPIRED, NUDGE_FAILED, CHAT_MATCHED, 0 },
        { DELIVERY_END_GONE, NUDGE_FAILED, CHAT_MATCHED, 0 },
        { DELIVERY_END_LATER, NUDGE_OPEN, CHAT_MATCHED, 1 },
        { DELIVERY_END_WORKSPACE, NUDGE_OPEN, CHAT_MATCHED, 1 },
        { DELIVERY_END_PERSON, NUDGE_FAILED, CHAT_UNREACHABLE, 0 },
    };
    struct play *play = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t nudge_id = play_nudge(play, 2, &play->prompts[0], MONDAY);
        struct delivery out;
        assert_int_equal(play_ready(play, LANE_NUDGE, &out, 1), 1);
        assert_int_equal(claim(play, &out), OK);
        play_ended(play, &out, cases[i].end);
        struct event event = play_event(play, EVENT_ACTION);
        event.ref.nudge_id = nudge_id;
        struct facts facts = play_facts(play, NEED_NUDGE, event);
        assert_int_equal(facts.nudge.state, cases[i].nudge);
        assert_int_equal(play_person(play, 2).chat_state, cases[i].chat);
        assert_int_equal(counts(play).planned, cases[i].rows);
        struct store_state whole;
        assert_int_equal(store_state(play->store, &play->arena, &whole), OK);
        assert_int_equal(whole.workspace_lost, i >= 4); /* since the case before the last */
        if (cases[i].rows)
            play_ended(play, &out, DELIVERY_END_CONTENT);
    }
    assert_true(instant_is_never(play_person(play, 2).next_slot));
    assert_int_equal(counts(play).planned, 0);
    /* The refusal of an update leaves an answered nudge answered. */
    int64_t nudge_id = play_nudge(play, 3, &play->prompts[0], MONDAY);
    play_answer(play, nudge_id, MONDAY, GRADE_RIGHT, RATING_GOOD);
    struct delivery out;
    assert_int_equal(play_ready(play, LANE_NUDGE, &out, 1), 1);
    play_ended(play, &out, DELIVERY_END_EXPIRED);
    struct event event = play_event(play, EVENT_ACTION);
    event.ref.nudge_id = nudge_id;
    assert_int_equal(play_facts(play, NEED_NUDGE, event).nudge.state, NUDGE_ANSWERED);
}

static void test_newest_wins(void **state)
{
    struct play *play = *state;
    play_effect(play, deliver(play, 2, LANE_INTERACTIVE, DELIVERY_UPDATE, "1.2"));
    play_effect(play, deliver(play, 2, LANE_CLOSE, DELIVERY_UPDATE, "1.3"));
    play_effect(play, deliver(play, 3, LANE_INTERACTIVE, DELIVERY_UPDATE, "1.2"));
    play_effect(play, deliver(play, 2, LANE_INTERACTIVE, DELIVERY_HOME, ""));
    play_effect(play, deliver(play, 2, LANE_INTERACTIVE, DELIVERY_POST, ""));
    play_effect(play, deliver(play, 2, LANE_INTERACTIVE, DELIVERY_POST, ""));
    assert_int_equal(counts(play).planned, 6);
    struct delivery out[8], old;
    assert_int_equal(play_ready(play, LANE_INTERACTIVE, &old, 1), 1);
    struct effect newer = deliver(play, 2, LANE_INTERACTIVE, DELIVERY_UPDATE, "1.2");
    newer.deliver.message = play_message(play, 0, "Newer");
    play_effect(play, newer);
    play_effect(play, deliver(play, 2, LANE_INTERACTIVE, DELIVERY_HOME, ""));
    assert_int_equal(counts(play).planned, 6);
    assert_int_equal(play_ready(play, LANE_INTERACTIVE, out, 8), 5);
    struct message message;
    assert_int_equal(message_unpack(out[3].payload, &play->arena, &message), OK);
    assert_true(str_equal(message.summary, STR("Newer")));
    play_ended(
        play, &old, DELIVERY_END_RETRY); /* of the row that was replaced: nothing to change */
    assert_int_equal(counts(play).planned, 6);
}

static void test_after_a_crash(void **state)
{
    struct play *play = *state;
    play_effect(play, deliver(play, 2, LANE_NOTICE, DELIVERY_POST, ""));
    play_effect(play, deliver(play, 3, LANE_INTERACTIVE, DELIVERY_UPDATE, "1.2"));
    play_effect(play, deliver(play, 4, LANE_NOTICE, DELIVERY_POST, ""));
    struct delivery out[4];
    assert_int_equal(play_ready(play, LANE_NOTICE, out, 1), 1);
    assert_int_equal(claim(play, &out[0]), OK);
    assert_int_equal(play_ready(play, LANE_INTERACTIVE, out, 1), 1);
    assert_int_equal(claim(play, &out[0]), OK);
    play->store = store_close(play->store);
    play_open(play);
    assert_int_equal(store_begin(play->store), OK);
    assert_int_equal(outbox_recover(play->store), OK);
    assert_int_equal(store_commit(play->store), OK);
    assert_int_equal(counts(play).unknown, 1); /* the post */
    assert_int_equal(counts(play).planned, 2);
    assert_int_equal(counts(play).claimed, 0);
    assert_int_equal(counts(play).oldest.utc_ms, NOON);
    size_t len = 0;
    play->now = instant_add(play->now, SECONDS(30));
    assert_int_equal(outbox_unknown(play->store, play->now, &play->arena, out, 4, &len), OK);
    assert_int_equal(len, 1);
    assert_int_equal(out[0].person_id, 2);
}

static void test_numbers_never_repeat(void **state)
{
    struct play *play = *state;
    int64_t last = 0;
    for (int i = 0; i < 6; i++) {
        struct delivery out;
        play_effect(play, deliver(play, 2, LANE_NOTICE, DELIVERY_POST, ""));
        assert_int_equal(play_ready(play, LANE_NOTICE, &out, 1), 1);
        assert_true(out.delivery_id > last);
        last = out.delivery_id;
        play_ended(play, &out, DELIVERY_END_SENT);
        if (i == 2) {
            play->store = store_close(play->store);
            play_open(play);
        }
        if (i == 4) { /* a turn that fails takes its numbers back, unused */
            struct effect effects[2] = { deliver(play, 2, LANE_NOTICE, DELIVERY_POST, ""),
                { .kind = EFFECT_NUDGE_NEW, .person_id = 77 } };
            struct event event = play_event(play, EVENT_CONTROL);
            assert_int_equal(play_try(play, &event, effects, 2), ERR_NOT_FOUND);
        }
    }
    assert_int_equal(play_number(play, "SELECT count(*) FROM delivery"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, outbox_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_what_a_row_holds),
        TEST(test_sent),
        TEST(test_order_and_paging),
        TEST(test_retry_waits),
        TEST(test_unknown_holds_back_posts_of_that_person),
        TEST(test_refusals),
        TEST(test_newest_wins),
        TEST(test_after_a_crash),
        TEST(test_numbers_never_repeat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
