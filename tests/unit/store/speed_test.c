/* Answers as the road makes them, in batches of 64: all are there afterwards, and what one costs is
 * printed. Asserts no time: machines differ. NUDGED_STORE_ANSWERS sets how many (default 3,000). */
#include "help.h"

#include <time.h>

enum {
    PEOPLE = 1000,
    BATCH = 64,
    NEEDS_ACTION = NEED_PERSON | NEED_NUDGE | NEED_REVIEW | NEED_ANSWER | NEED_MANAGER
};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* One feedback message of usual size, about 800 bytes packed. */
static const struct message *feedback(struct play *play)
{
    static const char words[] =
        "A customer writes for the third time about the same fault, each time to somebody else. "
        "What do you do first, before you answer them or pass the case on to the next team?";
    struct message *message = message_new(&play->arena, STR("Right: ask who has the case now"));
    for (int i = 0; i < 4; i++)
        message_add(&play->arena, message, i ? PART_TEXT : PART_STRONG, str_from_z(words));
    return message;
}

static void answer_one(struct play *play, struct arena *arena, const struct message *message, int i)
{
    struct event event = { .kind = EVENT_ACTION, .at = { NOON + i } };
    event.actor = str_format(arena, "U%d", i % PEOPLE + 1);
    event.ref.nudge_id = i + 1;
    struct facts facts = { .now = event.at, .weights = &review_weights_default };
    assert_int_equal(store_facts(play->store, NEEDS_ACTION, &event, arena, &facts), OK);
    assert_true(facts.has_person && facts.has_nudge && facts.has_review && !facts.has_answer);
    struct effect *effects = arena_array(arena, struct effect, 4);
    effects[0] = (struct effect){ .kind = EFFECT_ANSWER, .nudge_id = i + 1 };
    effects[0].answer = (struct answer){ .grade = GRADE_RIGHT,
        .rating = RATING_GOOD,
        .chosen = 1,
        .at = event.at,
        .day = MONDAY,
        .before = facts.review };
    effects[1] = (struct effect){ .kind = EFFECT_REVIEW, .person_id = facts.person.person_id };
    effects[1].review = facts.review;
    effects[1].review.answers++;
    effects[1].review.memory.stability_days += 3.25;
    effects[2] = (struct effect){ .kind = EFFECT_NUDGE_STATE, .nudge_id = i + 1 };
    effects[2].nudge = facts.nudge;
    effects[2].nudge.state = NUDGE_ANSWERED;
    effects[2].nudge.closed = event.at;
    effects[3] = (struct effect){ .kind = EFFECT_DELIVER, .nudge_id = i + 1 };
    effects[3].person_id = facts.person.person_id;
    effects[3].deliver.lane = LANE_INTERACTIVE;
    effects[3].deliver.kind = DELIVERY_UPDATE;
    effects[3].deliver.due = event.at;
    effects[3].deliver.not_after = instant_add(event.at, HOURS(168));
    effects[3].deliver.message_id = STR("1930000000.000100");
    effects[3].deliver.message = message;
    struct plan plan = { .effects = effects, .effects_len = 4 };
    assert_int_equal(store_apply(play->store, &event, &plan, arena, &play->applied), OK);
}

/* Nudges for everybody, nobody has answered yet; the outbox is as after they were sent. */
static void send_all(struct play *play, int count)
{
    for (int from = 0; from < count; from += 1000) {
        assert_int_equal(store_begin(play->store), OK);
        for (int i = from; i < from + 1000 && i < count; i++) {
            struct effect effects[2] = { { .kind = EFFECT_NUDGE_NEW, .person_id = i % PEOPLE + 1 },
                { .kind = EFFECT_REVIEW, .person_id = i % PEOPLE + 1 } };
            const struct prompt *prompt = &play->prompts[i / PEOPLE % 3];
            effects[0].nudge = (struct nudge){ .prompt_id = prompt->prompt_id,
                .revision_id = prompt->revision_id,
                .state = NUDGE_OPEN,
                .day = MONDAY,
                .planned = play->now,
                .message_id = STR("1930000000.000100") };
            effects[1].review =
                (struct review){ .prompt_id = prompt->prompt_id, .born_day = MONDAY };
            struct plan plan = { .effects = effects, .effects_len = 2 };
            struct event event = play_event(play, EVENT_PERSON_DUE);
            assert_int_equal(
                store_apply(play->store, &event, &plan, &play->arena, &play->applied), OK);
        }
        assert_int_equal(store_commit(play->store), OK);
    }
}

/* The sender's side of the same batch: every update arrived. */
static void sent_all(struct play *play, struct arena *arena)
{
    static struct delivery out[BATCH];
    size_t len = 0;
    arena_reset(arena);
    assert_int_equal(
        outbox_ready(play->store, LANE_INTERACTIVE, play->now, NULL, arena, out, BATCH, &len), OK);
    assert_int_equal(store_begin(play->store), OK);
    for (size_t i = 0; i < len; i++) {
        struct effect *effect = arena_new(arena, struct effect);
        effect->kind = EFFECT_DELIVERED;
        effect->result.delivery_id = out[i].delivery_id;
        effect->result.end = DELIVERY_END_SENT;
        effect->result.kind = out[i].kind;
        struct plan plan = { .effects = effect, .effects_len = 1 };
        struct event event = play_event(play, EVENT_DELIVERY);
        assert_int_equal(store_apply(play->store, &event, &plan, arena, &play->applied), OK);
    }
    assert_int_equal(store_commit(play->store), OK);
}

static void test_batches(void **state)
{
    struct play *play = *state;
    const char *wanted = getenv("NUDGED_STORE_ANSWERS");
    int64_t count = 3000;
    if (wanted)
        assert_true(str_to_int64(str_from_z(wanted), &count));
    play_people(play, PEOPLE, 1);
    play_match(play, PEOPLE);
    play_prompts(play);
    send_all(play, (int)count);
    const struct message *message = feedback(play);
    struct arena arena;
    arena_init(&arena, 16 << 20);
    double answering = 0, committing = 0, sending = 0;
    for (int i = 0; i < count;) {
        double start = seconds();
        assert_int_equal(store_begin(play->store), OK);
        for (int j = 0; j < BATCH && i < count; j++, i++) {
            arena_reset(&arena);
            answer_one(play, &arena, message, i);
        }
        double before = seconds();
        assert_int_equal(store_commit(play->store), OK);
        double after = seconds();
        committing += after - before;
        answering += after - start;
        sent_all(play, &arena);
        sending += seconds() - after;
    }
    arena_finish(&arena);
    double each = 1e6 / (double)count;
    print_message(
        "%d answers, batches of %d: %.1f us each (%.1f of them in commit), %.0f a second; "
        "sending, read and done: %.1f us\n",
        (int)count, BATCH, answering * each, committing * each, (double)count / answering,
        sending * each);
    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), count);
    assert_int_equal(play_number(play, "SELECT answer_count FROM state"), count);
    assert_int_equal(play_number(play, "SELECT delivery_count FROM state"), count);
    assert_int_equal(play_number(play, "SELECT count(*) FROM delivery"), 0);
    assert_int_equal(play_number(play, "SELECT count(*) FROM nudge WHERE state = 2"), count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_batches, play_setup, play_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
