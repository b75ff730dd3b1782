/* TOUR 2: a person answers. By button, form or typed line, all end in answer_given().
 *
 * Nothing counts unless the nudge is open, is this person's and the control carries its key. What
 * is refused changes nothing and gets one kind sentence. */
#include "answered.h"
#include "card.h"
#include "decide.h"
#include "nudged/base/limits.h"
#include "nudged/base/text.h"
#include "nudged/core/rating.h"
#include "reply.h"
#include "slots.h"
#include "spacing.h"

enum {
    REFLECT_AGAIN_DAYS = 28, /* a month of work later there is something new to reflect on */
    ALREADY_POINTS = 200 /* of an answer given before: enough to know it again */
};

static bool refused(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan);
static struct str refusal(
    const struct facts *facts, const struct event *event, struct arena *arena);
static void complain(const struct facts *facts, const struct event *event, struct str sentence,
    struct arena *arena, struct plan *plan);
static enum err answer_given(const struct facts *facts, const struct event *event,
    const struct given *given, struct arena *arena, struct plan *plan);
static void record(const struct facts *facts, const struct graded *graded, struct arena *arena,
    struct plan *plan, int32_t *due_day);
static void grade(const struct facts *facts, const struct given *given, struct arena *arena,
    struct graded *graded);
static int32_t seconds_of(const struct facts *facts, const struct graded *graded);
static void record_review(const struct facts *facts, const struct rated_answer *rated,
    struct arena *arena, struct plan *plan, int32_t *due_day);
static void rest_unrated(const struct facts *facts, struct arena *arena, struct plan *plan);
static void close_nudge(const struct facts *facts, enum nudge_state state, uint8_t step,
    struct arena *arena, struct plan *plan);
static struct effect *change_nudge(
    const struct facts *facts, struct arena *arena, struct plan *plan);
static struct str form_text(const struct event *event, struct arena *arena);
static bool is_grading(enum verb verb);

enum err decide_action(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    struct facts known = *facts;
    if (event->verb == VERB_IGNORE) {
        plan->why = "marked";
        return OK;
    }
    if (!known.nudge.message_id.len)    /* no reply told where the card is, the press does */
        known.nudge.message_id = event->message_id;
    facts = &known;
    who_is_it(facts, plan);
    if (!is_grading(event->verb) && event->verb != VERB_WRITE)
        return command_run(facts, event, event->verb, STR_EMPTY, arena, plan);
    if (refused(facts, event, arena, plan))
        return OK;
    if (event->verb == VERB_WRITE) {
        plan->why = "form_opened";
        plan->form = card_form(&facts->prompt, &facts->nudge, arena);
        return OK;
    }
    struct given given = { event->verb, event->values, event->values_len, STR_EMPTY,
        facts->nudge.step, facts->nudge.key };
    return answer_given(facts, event, &given, arena, plan);
}

enum err decide_form(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    if (refused(facts, event, arena, plan))
        return OK;
    struct given given = { VERB_NONE, NULL, 0, form_text(event, arena), facts->nudge.step,
        facts->nudge.key };
    return answer_given(facts, event, &given, arena, plan);
}

enum err decide_text(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    struct str argument = event->text;
    enum verb verb = event->verb != VERB_NONE ? event->verb : verb_parse(event->text, &argument);
    bool open = facts->has_person && facts->has_nudge && facts->nudge.state == NUDGE_OPEN;
    who_is_it(facts, plan);
    if (event->hurried) {
        plan->why = "hurried";
        reply(facts, event, arena, plan, card_text(say0(SAY_HURRIED, 0), arena));
        return OK;
    }
    if (event->files && !str_trim(event->text).len) {
        plan->why = "files";
        reply(facts, event, arena, plan, card_text(say0(SAY_NO_FILES, 0), arena));
        return OK;
    }
    if (verb != VERB_NONE || !open)
        return command_run(facts, event, verb, argument, arena, plan);
    struct given given = { VERB_NONE, NULL, 0, event->text, facts->nudge.step, facts->nudge.key };
    return answer_given(facts, event, &given, arena, plan);
}

enum err answer_gave_up(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    if (refused(facts, event, arena, plan))
        return OK;
    if (!kind_of(facts->prompt.kind)->scored)
        return command_run(facts, event, VERB_SKIP, STR_EMPTY, arena, plan);
    if (confidence_is_next(facts)) { /* typed it means "a guess"; pressed, the card has moved on */
        uint8_t guess = CONFIDENCE_GUESS;
        bool typed = event->kind != EVENT_ACTION;
        struct given given = { typed ? VERB_RATE : VERB_DONT_KNOW, &guess, 1, STR_EMPTY,
            facts->nudge.step, facts->nudge.key };
        return answer_given(facts, event, &given, arena, plan);
    }
    struct graded graded = { .understood = true, .grade = GRADE_WRONG, .gave_up = true };
    int32_t due_day = 0;
    plan->why = "gave_up";
    record(facts, &graded, arena, plan, &due_day);
    reply_in_place(facts, event, arena, plan, LANE_INTERACTIVE,
        card_feedback(facts, &facts->prompt, &graded, due_day, facts->nudge.key, arena));
    return OK;
}

/* Asked for again it is shown again, and counts once. */
enum err answer_hint(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    const struct prompt *prompt = &facts->prompt;
    if (refused(facts, event, arena, plan))
        return OK;
    if (!prompt->hint.len || facts->nudge.step > 0) {
        plan->why = "no_hint";
        enum sentence sentence = prompt->hint.len ? SAY_HINT_LATE : SAY_NO_HINT;
        reply(facts, event, arena, plan, card_text(say0(sentence, 0), arena));
        return OK;
    }
    struct nudge nudge = facts->nudge;
    nudge.circumstances |= ANSWER_POINTER | (prompt->hint_gives_away ? ANSWER_PART_SHOWN : 0u);
    plan->why = "hint";
    struct effect *effect = nudge.circumstances != facts->nudge.circumstances
        ? change_nudge(facts, arena, plan) : NULL;
    if (effect)
        effect->nudge.circumstances = nudge.circumstances;
    if (facts->nudge.message_id.len)
        reply_in_place(facts, event, arena, plan, LANE_INTERACTIVE,
            card_question(facts, prompt, &nudge, arena));
    else /* no place is known yet, and a question must not stand there twice */
        reply(facts, event, arena, plan,
            card_text(say1(arena, SAY_HINT, 0, "hint", prompt->hint), arena));
    return OK;
}

static bool refused(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    struct str sentence = refusal(facts, event, arena);
    if (!sentence.len)
        return false;
    plan->why = "refused";
    complain(facts, event, sentence, arena, plan);
    return true;
}

/* Why this cannot count; empty when it can. */
static struct str refusal(const struct facts *facts, const struct event *event, struct arena *arena)
{
    const struct nudge *nudge = &facts->nudge;
    bool by_key = event->kind == EVENT_ACTION || event->kind == EVENT_FORM;
    if (!facts->has_person)
        return say0(SAY_UNKNOWN_PERSON, 0);
    if (by_key && !event->ref.nudge_id)
        return say0(SAY_NO_OPEN, 0);
    if (!facts->has_nudge)
        return say0(by_key ? SAY_NOT_YOURS : SAY_NO_OPEN, 0);
    if (nudge->person_id != facts->person.person_id || (by_key && event->ref.key != nudge->key))
        return say0(SAY_NOT_YOURS, 0);
    if (nudge->state == NUDGE_ANSWERED && facts->has_answer) {
        struct str answer = kind_answer_text(&facts->prompt, &facts->answer, arena);
        return say1(arena, SAY_ALREADY, 0, "answer", text_cut(answer, ALREADY_POINTS));
    }
    if (nudge->state == NUDGE_SKIPPED)
        return say0(SAY_CLOSED_SKIPPED, 0);
    return nudge->state == NUDGE_OPEN ? STR_EMPTY : say0(SAY_CLOSED_EXPIRED, 0);
}

/* In the form when it came from one, so that what was written is not lost with it. */
static void complain(const struct facts *facts, const struct event *event, struct str sentence,
    struct arena *arena, struct plan *plan)
{
    if (event->kind == EVENT_FORM && event->form_len) {
        plan->form_error_input = event->form[0].name;
        plan->form_error = sentence;
        return;
    }
    reply(facts, event, arena, plan, card_text(sentence, arena));
}

static enum err answer_given(const struct facts *facts, const struct event *event,
    const struct given *given, struct arena *arena, struct plan *plan)
{
    struct graded graded = { 0 };
    int32_t due_day = 0;
    grade(facts, given, arena, &graded);
    if (!graded.understood) {
        plan->why = "not_understood";
        complain(facts, event, say0(graded.complaint, 0), arena, plan);
        return OK;
    }
    plan->why = graded.more ? "step" : "answered";
    record(facts, &graded, arena, plan, &due_day);
    struct nudge next = facts->nudge;
    next.step++;
    reply_in_place(facts, event, arena, plan, LANE_INTERACTIVE,
        graded.more && kind_is_marked(facts->prompt.kind)
            ? card_confidence(facts, &facts->prompt, &next, &graded, arena)
            : graded.more
            ? card_question(facts, &facts->prompt, &next, arena)
            : card_feedback(facts, &facts->prompt, &graded, due_day, facts->nudge.key, arena));
    return OK;
}

/* Where it is asked for, how sure one is comes between the answer and what is right. */
static void grade(const struct facts *facts, const struct given *given, struct arena *arena,
    struct graded *graded)
{
    const struct kind *kind = kind_of(facts->prompt.kind);
    if (confidence_is_next(facts)) {
        confidence_grade(&facts->prompt, &facts->answer, given, arena, graded);
        return;
    }
    kind->grade(&facts->prompt, given, arena, graded);
    graded->more = graded->more || (graded->understood && confidence_is_asked(facts));
}

static void record(const struct facts *facts, const struct graded *graded, struct arena *arena,
    struct plan *plan, int32_t *due_day)
{
    const struct nudge *nudge = &facts->nudge;
    struct effect *effect = plan_add(plan, arena, EFFECT_ANSWER);
    if (!effect)
        return;
    effect->person_id = nudge->person_id;
    effect->nudge_id = nudge->nudge_id;
    effect->answer = (struct answer){
        .nudge_id = nudge->nudge_id,
        .step = nudge->step,
        .grade = graded->more ? GRADE_NONE : graded->grade,
        .chosen = graded->self_rating ? graded->self_rating : graded->chosen,
        .text = graded->text,
        .at = facts->now,
        .day = slot_today(facts),
        .seconds = seconds_of(facts, graded),
        .circumstances = nudge->circumstances | graded->circumstances |
            (graded->gave_up ? ANSWER_GAVE_UP : 0u),
        .before = facts->review,
    };
    struct answer answer = effect->answer;
    struct rated_answer rated = { facts->prompt.kind, facts->prompt.options_len, &answer,
        nudge->fast_s, nudge->slow_s };
    struct rating_input input = rating_input_of(&rated);
    answer.rating = effect->answer.rating = rating_of(&input);
    answer.before.memory = spacing_memory(facts);
    if (answer.rating != RATING_NONE)
        record_review(facts, &rated, arena, plan, due_day);
    else if (!graded->more)
        rest_unrated(facts, arena, plan);
    if (graded->more)
        close_nudge(facts, NUDGE_OPEN, (uint8_t)(nudge->step + 1), arena, plan);
    else
        close_nudge(facts, NUDGE_ANSWERED, nudge->step, arena, plan);
}

/* Of an answer that is right or wrong: nothing else is measured. How sure somebody is they say in
 * their own time. */
static int32_t seconds_of(const struct facts *facts, const struct graded *graded)
{
    bool measured = kind_is_marked(facts->prompt.kind) && !graded->gave_up && !graded->more;
    struct instant answered = confidence_is_next(facts) ? facts->answer.at : facts->now;
    return measured ? latency_seconds(facts->nudge.delivered, answered) : 0;
}

static void record_review(const struct facts *facts, const struct rated_answer *rated,
    struct arena *arena, struct plan *plan, int32_t *due_day)
{
    const struct deck *deck = content_deck(facts->content, facts->prompt.deck);
    enum rating rating = rated->answer->rating;
    struct review review = answered_review(facts, deck, rated, rating);
    struct effect *effect = plan_add(plan, arena, EFFECT_REVIEW);
    if (!effect)
        return;
    effect->person_id = facts->nudge.person_id;
    effect->review = review;
    effect->review.prompt_id = facts->nudge.prompt_id;
    if (!facts->nudge.held_out_days) /* those do not come back by being due */
        *due_day = effect->review.due_day;
}

/* A reflection leaves the memory alone; it only has to let the others come first again. */
static void rest_unrated(const struct facts *facts, struct arena *arena, struct plan *plan)
{
    struct effect *effect = facts->has_review ? plan_add(plan, arena, EFFECT_REVIEW) : NULL;
    if (!effect)
        return;
    effect->person_id = facts->nudge.person_id;
    effect->review = facts->review;
    effect->review.due_day =
        slot_workday_on_or_after(facts, slot_today(facts) + REFLECT_AGAIN_DAYS);
}

static void close_nudge(const struct facts *facts, enum nudge_state state, uint8_t step,
    struct arena *arena, struct plan *plan)
{
    struct effect *effect = change_nudge(facts, arena, plan);
    if (!effect)
        return;
    effect->nudge.state = state;
    effect->nudge.step = step;
    if (state != NUDGE_OPEN)
        effect->nudge.closed = facts->now;
}

/* As it is; the caller changes what changes. */
static struct effect *change_nudge(
    const struct facts *facts, struct arena *arena, struct plan *plan)
{
    struct effect *effect = plan_add(plan, arena, EFFECT_NUDGE_STATE);
    if (!effect)
        return NULL;
    effect->person_id = facts->nudge.person_id;
    effect->nudge_id = facts->nudge.nudge_id;
    effect->nudge = facts->nudge;
    return effect;
}

static struct str form_text(const struct event *event, struct arena *arena)
{
    struct buf buf = buf_in(arena, FRAME_BYTES_MAX);
    for (size_t i = 0; i < event->form_len; i++) {
        struct str value = str_trim(event->form[i].value);
        if (buf.len && value.len)
            buf_add(&buf, STR("\n"));
        buf_add(&buf, value);
    }
    return buf_str(&buf);
}

static bool is_grading(enum verb verb)
{
    return verb == VERB_CHOOSE || verb == VERB_SUBMIT || verb == VERB_RATE;
}
