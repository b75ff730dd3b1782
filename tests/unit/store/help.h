/* What the store's tests share. Sending, answering, and how requests end; the rest is included. */
#ifndef TESTS_UNIT_STORE_HELP_H
#define TESTS_UNIT_STORE_HELP_H

#include "play_people.h"

static inline const struct message *play_message(
    struct play *play, int64_t nudge_id, const char *text)
{
    struct message *message = message_new(&play->arena, str_from_z(text));
    message->ref = (struct action_ref){ .nudge_id = nudge_id, .key = 77 };
    message_add(&play->arena, message, PART_STRONG, str_from_z(text));
    return message;
}

/* Sends a prompt: nudge, review, outbox row. Gives the nudge's number. */
static inline int64_t play_nudge(
    struct play *play, int64_t person_id, const struct prompt *prompt, int32_t day)
{
    struct effect effects[3] = { { .kind = EFFECT_NUDGE_NEW }, { .kind = EFFECT_REVIEW },
        { .kind = EFFECT_DELIVER } };
    effects[0].nudge = (struct nudge){
        .person_id = person_id,
        .prompt_id = prompt->prompt_id,
        .revision_id = prompt->revision_id,
        .key = UINT64_MAX - 5,
        .state = NUDGE_OPEN,
        .day = day,
        .planned = play->now,
    };
    effects[1].person_id = person_id;
    effects[1].review = (struct review){
        .prompt_id = prompt->prompt_id, .born_day = day, .sent_day = day, .due_day = day + 3
    };
    effects[2].person_id = person_id;
    effects[2].nudge_id = -1;
    effects[2].deliver.lane = LANE_NUDGE;
    effects[2].deliver.kind = DELIVERY_POST;
    effects[2].deliver.due = play->now;
    effects[2].deliver.not_after = instant_add(play->now, HOURS(4));
    effects[2].deliver.key = UINT64_MAX - 9;
    effects[2].deliver.message = play_message(play, -1, "A question");
    play_effects(play, effects, COUNT(effects));
    assert_true(play->applied.nudge_id > 0);
    return play->applied.nudge_id;
}

static inline void play_answer(
    struct play *play, int64_t nudge_id, int32_t day, enum grade grade, enum rating rating)
{
    struct effect effects[2] = { { .kind = EFFECT_ANSWER, .nudge_id = nudge_id },
        { .kind = EFFECT_NUDGE_STATE, .nudge_id = nudge_id } };
    effects[0].answer = (struct answer){
        .grade = grade, .rating = rating, .chosen = 1, .at = play->now, .day = day
    };
    effects[1].nudge.state = NUDGE_ANSWERED;
    effects[1].nudge.closed = play->now;
    play_effects(play, effects, COUNT(effects));
}

static inline size_t play_ready(struct play *play, enum lane lane, struct delivery *out, size_t max)
{
    size_t len = 0;
    assert_int_equal(
        outbox_ready(play->store, lane, play->now, NULL, &play->arena, out, max, &len), OK);
    return len;
}

/* How a request ended, as a turn of its own. */
static inline void play_ended(
    struct play *play, const struct delivery *delivery, enum delivery_end end)
{
    struct effect effect = { .kind = EFFECT_DELIVERED };
    effect.result = (struct delivery_result){
        .delivery_id = delivery->delivery_id,
        .lane = delivery->lane,
        .order_ms = delivery->order_ms,
        .kind = delivery->kind,
        .person_id = delivery->person_id,
        .nudge_id = delivery->nudge_id,
        .end = end,
        .channel = STR("D1"),
        .message_id = STR("1.000100"),
        .again = instant_add(play->now, SECONDS(10)),
    };
    play_effect(play, effect);
}

#endif
