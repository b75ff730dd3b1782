/* A line somebody typed, or said behind a slash, at any moment: a byte for the question, one for
 * the moment, then the line. Commands, dates and answers are read from it by the rules of core. */
#include "fuzz.h"

#include "core/when.h"
#include "nudged/base/limits.h"
#include "nudged/base/text.h"
#include "unit/core/facts_builder.h"

/* Everything that would be said back fits into the outbox. */
static void check_said(const struct message *message, struct arena *arena)
{
    struct buf packed = buf_in(arena, MESSAGE_BYTES_MAX);
    struct message again;
    if (!message)
        return;
    message_pack(message, &packed);
    REQUIRE(!packed.failed && !message_unpack(buf_str(&packed), arena, &again));
}

static void check_plan(const struct builder *b, struct arena *arena)
{
    const struct plan *plan = &b->plan;
    const struct facts *facts = &b->facts;
    bool open = facts->has_person && facts->has_nudge && facts->nudge.state == NUDGE_OPEN;
    int answers = builder_count(b, EFFECT_ANSWER);
    REQUIRE(plan->why && plan->effects_len <= 8 && answers <= open);
    for (size_t i = 0; i < plan->effects_len; i++) {
        const struct effect *effect = &plan->effects[i];
        if (effect->kind == EFFECT_DELIVER)
            check_said(effect->deliver.message, arena);
        if (effect->kind == EFFECT_ANSWER)
            REQUIRE(effect->answer.grade <= GRADE_RIGHT && effect->answer.rating <= RATING_EASY);
        if (effect->kind == EFFECT_REVIEW)
            REQUIRE(effect->review.due_day >= builder_today(b) &&
                effect->review.memory.stability_days >= 0);
    }
    check_said(plan->ack, arena);
    check_said(plan->whisper, arena);
}

static void check_words(struct str line, int32_t today)
{
    struct str argument = STR_EMPTY;
    int32_t day = 0;
    struct instant at;
    struct date date;
    enum verb verb = verb_parse(line, &argument);
    REQUIRE((unsigned)verb < VERB_END && (verb == VERB_NONE || verb_info(verb)->typed));
    REQUIRE(!argument.len || (verb && verb_info(verb)->takes_argument));
    REQUIRE(argument.len <= line.len);
    for (int i = 0; i < 2; i++)
        if (when_parse(i ? argument : line, today, &day))
            REQUIRE(day > today && day <= today + 370);
    if (instant_parse(line, &at))
        REQUIRE(at.utc_ms != INT64_MAX);
    if (date_parse(line, &date))
        REQUIRE(date_is_valid(date));
}

static void set_moment(struct builder *b, uint8_t question, uint8_t moment)
{
    if (question & 7)
        builder_nudge(b, question & 7, (enum nudge_state)(1 + moment % 5));
    b->facts.nudge.step = question & 8 ? 1 : 0;
    b->facts.has_person = (question & 0x30) != 0x30;
    b->facts.has_answer = question & 64;
    b->facts.answer = (struct answer){ .nudge_id = 50, .chosen = 1, .text = STR("because") };
    b->facts.live = !(question & 128);
    b->facts.person.state = (enum person_state)(1 + (moment >> 3) % 4);
    b->facts.reports_count = moment & 128 ? 3 : 0;
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static struct builder *b;
    static struct facts normal;
    struct feed feed = feed_of(data, size);
    if (!b) {
        b = builder_new("Europe/Berlin");
        normal = b->facts;
    }
    b->facts = normal;
    uint8_t question = take_byte(&feed), moment = take_byte(&feed);
    set_moment(b, question, moment);
    struct str line = take_rest(&feed);
    check_words(line, builder_today(b));
    builder_event(b, moment & 64 ? EVENT_COMMAND : EVENT_TEXT);
    b->event.text = line;
    REQUIRE(builder_decide(b) == OK && !arena_failed(&b->arena));
    check_plan(b, &b->arena);
    arena_reset(&b->arena);
    return 0;
}
