/* What a person can say: one row a verb, one function. Commands work without an open question and
 * never count as an answer. */
#include "bar.h"
#include "card.h"
#include "decide.h"
#include "reply.h"
#include "slots.h"
#include "spacing.h"
#include "when.h"

typedef void command_fn(const struct facts *facts, const struct event *event, struct str argument,
    struct arena *arena, struct plan *plan);

static command_fn run_help, run_pause, run_resume, run_stop, run_snooze, run_skip, run_why,
    run_privacy, run_next, run_details;
static struct effect *set_state(const struct facts *facts, enum person_state state,
    struct instant until, struct arena *arena, struct plan *plan);
static void put_off(const struct facts *facts, const struct event *event, int32_t due_day,
    struct str sentence, struct arena *arena, struct plan *plan);
static void say_in_reply(const struct facts *facts, const struct event *event, struct str sentence,
    struct arena *arena, struct plan *plan);
static struct facts as_if_active(const struct facts *facts);
static void confirm(const struct facts *later, const struct event *event, struct str sentence,
    struct arena *arena, struct plan *plan);

static const struct {
    const char *why;
    command_fn *run;
} commands[VERB_END] = {
    [VERB_HELP] = { "help", run_help },
    [VERB_PAUSE] = { "pause", run_pause },
    [VERB_RESUME] = { "resume", run_resume },
    [VERB_STOP] = { "stop", run_stop },
    [VERB_SNOOZE] = { "snooze", run_snooze },
    [VERB_SKIP] = { "skip", run_skip },
    [VERB_WHY] = { "why", run_why },
    [VERB_PRIVACY] = { "privacy", run_privacy },
    [VERB_NEXT] = { "next", run_next },
    [VERB_DETAILS] = { "details", run_details },
};

enum err command_run(const struct facts *facts, const struct event *event, enum verb verb,
    struct str argument, struct arena *arena, struct plan *plan)
{
    if (!facts->has_person) {
        plan->why = "unknown_person";
        reply(facts, event, arena, plan, card_text(say0(SAY_UNKNOWN_PERSON, 0), arena));
        return OK;
    }
    bool changes = verb == VERB_PAUSE || verb == VERB_RESUME || verb == VERB_STOP;
    if (changes && facts->person.state == PERSON_LEFT) {
        plan->why = "left"; /* only people.csv brings somebody back */
        say_in_reply(facts, event, say0(SAY_LEFT, 0), arena, plan);
        return OK;
    }
    if (verb == VERB_DONT_KNOW)
        return answer_gave_up(facts, event, arena, plan);
    if (verb == VERB_HINT)
        return answer_hint(facts, event, arena, plan);
    if (!commands[verb].run) {
        plan->why = "not_understood";
        say_in_reply(facts, event, say0(SAY_NOT_UNDERSTOOD, 0), arena, plan);
        return OK;
    }
    plan->why = commands[verb].why;
    commands[verb].run(facts, event, argument, arena, plan);
    return OK;
}

enum err decide_command(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    struct str argument = STR_EMPTY;
    struct str line = str_trim(event->text);
    who_is_it(facts, plan);
    if (event->verb != VERB_NONE) /* the platform has split the line; text is the argument */
        return command_run(facts, event, event->verb, line, arena, plan);
    if (!line.len)
        return command_run(facts, event, VERB_HELP, argument, arena, plan);
    enum verb verb = verb_parse(line, &argument);
    if (verb == VERB_NONE && str_equal_nocase(str_slice(line, 0, 6), STR("pause "))) {
        verb = VERB_PAUSE; /* behind a slash the whole line is meant for us: say what is wrong */
        argument = str_trim(str_slice(line, 6, line.len));
    }
    return command_run(facts, event, verb, argument, arena, plan);
}

enum err decide_home(const struct facts *facts, const struct event *event UNUSED,
    struct arena *arena, struct plan *plan)
{
    plan->why = "home";
    who_is_it(facts, plan);
    if (facts->has_person)
        reply_home(facts, arena, plan);
    return OK;
}

static void run_help(const struct facts *facts, const struct event *event,
    struct str argument UNUSED, struct arena *arena, struct plan *plan)
{
    reply(facts, event, arena, plan, card_help(arena));
}

static void run_privacy(const struct facts *facts, const struct event *event,
    struct str argument UNUSED, struct arena *arena, struct plan *plan)
{
    reply(facts, event, arena, plan, card_notice(facts, false, arena));
}

static void run_pause(const struct facts *facts, const struct event *event, struct str argument,
    struct arena *arena, struct plan *plan)
{
    int32_t day = 0, today = slot_today(facts);
    if (facts->person.state == PERSON_STOPPED) {
        say_in_reply(facts, event, say0(SAY_STOPPED, 0), arena, plan);
        return;
    }
    if (argument.len && !when_parse(argument, today, &day)) {
        say_in_reply(facts, event, say0(SAY_PAUSE_WHEN, 0), arena, plan);
        return;
    }
    struct instant until =
        day ? zone_instant(facts->zone, (struct local){ day, 0 }) : INSTANT_NEVER;
    struct effect *effect = set_state(facts, PERSON_PAUSED, until, arena, plan);
    struct facts later = as_if_active(facts);
    if (effect && day)
        effect->person.next_slot = slot_next_from(&later, day);
    struct str sentence = day
        ? say1(arena, SAY_PAUSED_UNTIL, 0, "when", when_on_day(today, day, arena))
        : say0(SAY_PAUSED, 0);
    later = *facts;
    later.person.state = PERSON_PAUSED;
    later.person.paused_until = until;
    confirm(&later, event, sentence, arena, plan);
}

static void run_resume(const struct facts *facts, const struct event *event,
    struct str argument UNUSED, struct arena *arena, struct plan *plan)
{
    struct facts later = as_if_active(facts);
    bool was_away = facts->person.state == PERSON_PAUSED || facts->person.state == PERSON_STOPPED;
    if (was_away)
        later.person.next_slot = (struct instant){ 0 }; /* what was planned for later is not */
    struct instant at = bar_next(&later);
    struct effect *effect =
        was_away ? set_state(facts, PERSON_ACTIVE, INSTANT_NEVER, arena, plan) : NULL;
    if (effect)
        effect->person.next_slot = later.person.next_slot = at;
    struct str sentence = was_away && !instant_is_never(at)
        ? say1(arena, SAY_RESUMED, 0, "when", when_instant(facts->zone, facts->now, at, arena))
        : next_text(&later, arena);
    confirm(&later, event, sentence, arena, plan);
}

static void run_stop(const struct facts *facts, const struct event *event,
    struct str argument UNUSED, struct arena *arena, struct plan *plan)
{
    set_state(facts, PERSON_STOPPED, INSTANT_NEVER, arena, plan);
    if (facts->has_nudge && facts->nudge.state == NUDGE_OPEN)
        put_off(facts, event, 0, STR_EMPTY, arena, plan);
    struct facts later = *facts;
    later.person.state = PERSON_STOPPED;
    confirm(&later, event, say0(SAY_STOPPED, 0), arena, plan);
}

static void run_snooze(const struct facts *facts, const struct event *event,
    struct str argument UNUSED, struct arena *arena, struct plan *plan)
{
    struct instant at = bar_next(facts);
    bool away = facts->person.state != PERSON_ACTIVE;
    struct str when = away     ? STR("after your pause")
        : instant_is_never(at) ? STR("another day")
                               : when_instant(facts->zone, facts->now, at, arena);
    put_off(
        facts, event, slot_today(facts), say1(arena, SAY_SNOOZED, 0, "when", when), arena, plan);
}

static void run_skip(const struct facts *facts, const struct event *event,
    struct str argument UNUSED, struct arena *arena, struct plan *plan)
{
    int32_t gap = spacing_gap_days(facts, content_deck(facts->content, facts->prompt.deck));
    int32_t day = slot_workday_on_or_after(facts, slot_today(facts) + (gap > 0 ? gap : 1));
    put_off(facts, event, day, say0(SAY_SKIPPED, 0), arena, plan);
}

static void run_why(const struct facts *facts, const struct event *event,
    struct str argument UNUSED, struct arena *arena, struct plan *plan)
{
    bool mine = facts->has_nudge && facts->nudge.person_id == facts->person.person_id;
    reply(facts, event, arena, plan,
        mine ? card_why(facts, arena) : card_text(say0(SAY_NOTHING_TO_EXPLAIN, 0), arena));
}

static void run_next(const struct facts *facts, const struct event *event,
    struct str argument UNUSED, struct arena *arena, struct plan *plan)
{
    say_in_reply(facts, event, next_text(facts, arena), arena, plan);
}

static void run_details(const struct facts *facts, const struct event *event,
    struct str argument UNUSED, struct arena *arena, struct plan *plan)
{
    struct access_request request = { ACCESS_PERSON, ACCESS_DETAILS, facts->person.person_id };
    plan->digest = access_ask(&request, facts, arena);
    if (!plan->digest) {
        say_in_reply(facts, event, say0(SAY_NOT_A_MANAGER, 0), arena, plan);
        return;
    }
    /* The same report as Monday's, read again and said in full: its roster is today's. */
    plan->digest_week_monday = slot_today(facts) - weekday_of(slot_today(facts)) - 7;
    plan->ack = event->kind == EVENT_COMMAND ? card_text(STR("One moment."), arena) : NULL;
}

/* Closes the open nudge without an answer; its prompt comes back from due_day on (0: unchanged). */
static void put_off(const struct facts *facts, const struct event *event, int32_t due_day,
    struct str sentence, struct arena *arena, struct plan *plan)
{
    bool mine = facts->has_nudge && facts->nudge.person_id == facts->person.person_id &&
        facts->nudge.state == NUDGE_OPEN;
    bool by_key = event->kind == EVENT_ACTION && event->ref.nudge_id;
    if (!mine || (by_key && event->ref.key != facts->nudge.key)) {
        say_in_reply(facts, event, say0(SAY_NO_OPEN, 0), arena, plan);
        return;
    }
    struct effect *closed = plan_add(plan, arena, EFFECT_NUDGE_STATE);
    if (closed) {
        closed->person_id = facts->nudge.person_id;
        closed->nudge_id = facts->nudge.nudge_id;
        closed->nudge = facts->nudge;
        closed->nudge.state = NUDGE_SKIPPED;
        closed->nudge.closed = facts->now;
    }
    struct effect *moved =
        facts->has_review && due_day ? plan_add(plan, arena, EFFECT_REVIEW) : NULL;
    if (moved) {
        moved->person_id = facts->nudge.person_id;
        moved->review = facts->review;
        moved->review.due_day = due_day;
        if (facts->nudge.held_out_days && due_day <= slot_today(facts))
            moved->review.sent_day = 0; /* later within its own days, see heldout.h */
    }
    if (!sentence.len && !facts->nudge.message_id.len && !by_key)
        return; /* never arrived: no card to close */
    reply_in_place(facts, event, arena, plan, LANE_INTERACTIVE,
        sentence.len ? card_text(sentence, arena)
                     : card_closed(&facts->prompt, SAY_CLOSED_CARD, arena));
}

static struct effect *set_state(const struct facts *facts, enum person_state state,
    struct instant until, struct arena *arena, struct plan *plan)
{
    struct effect *effect = plan_add(plan, arena, EFFECT_PERSON);
    if (!effect)
        return NULL;
    effect->person_id = facts->person.person_id;
    effect->person_fields = PERSON_SET_STATE | PERSON_SET_SLOT;
    effect->person = facts->person;
    effect->person.state = state;
    effect->person.paused_until = until;
    effect->person.next_slot = INSTANT_NEVER;
    return effect;
}

static void say_in_reply(const struct facts *facts, const struct event *event, struct str sentence,
    struct arena *arena, struct plan *plan)
{
    reply(facts, event, arena, plan, card_text(sentence, arena));
}

static struct facts as_if_active(const struct facts *facts)
{
    struct facts later = *facts;
    later.person.state = PERSON_ACTIVE;
    return later;
}

/* On the home page the page itself is the confirmation: it is shown anew, as it is from now on. */
static void confirm(const struct facts *later, const struct event *event, struct str sentence,
    struct arena *arena, struct plan *plan)
{
    if (event->kind == EVENT_ACTION && !event->message_id.len)
        reply_home(later, arena, plan);
    else
        say_in_reply(later, event, sentence, arena, plan);
}
