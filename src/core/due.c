/* TOUR 3: a person's slot has come. Notice first, then one question, or silence.
 *
 * Being late is normal (a daemon that was down, DND, an unmatched account): what is decided is
 * always for now, never for the slot that was missed, and never more than one thing. */
#include "bar.h"
#include "card.h"
#include "decide.h"
#include "reply.h"
#include "slots.h"
#include "spacing.h"

enum { NIGHT_HOURS = 8 }; /* between the questions of two days, also for travellers */

static const char *not_now(const struct facts *facts, struct instant *next);
static bool no_night_since(const struct facts *facts);
static void set_slot(const struct facts *facts, int32_t used, struct instant next,
    struct arena *arena, struct plan *plan);
static void send_notice(const struct facts *facts, struct arena *arena, struct plan *plan);
static void send_question(
    const struct facts *facts, const struct chosen *chosen, struct arena *arena, struct plan *plan);
static void measure(const struct facts *facts, enum prompt_kind kind, struct nudge *nudge,
    struct arena *arena, struct plan *plan);
static void note_sending(
    const struct facts *facts, const struct chosen *chosen, struct arena *arena, struct plan *plan);
static void expire_open(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan);

enum err decide_person_due(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    struct instant next = INSTANT_NEVER;
    if (!facts->has_person)
        return OK;
    plan->why = not_now(facts, &next);
    if (plan->why) {
        set_slot(facts, 0, next, arena, plan);
        return OK;
    }
    if (facts->has_nudge && facts->nudge.state == NUDGE_OPEN)
        expire_open(facts, event, arena, plan);
    if (facts->person.notice_version < NOTICE_VERSION) {
        plan->why = "notice";
        send_notice(facts, arena, plan);
        return OK;
    }
    struct chosen chosen = choose_prompt(facts, slot_today(facts));
    plan->why = chosen.why;
    if (chosen.prompt)
        send_question(facts, &chosen, arena, plan);
    struct facts later = slots_after(facts, 1);
    set_slot(facts, 1, slot_next(&later), arena, plan);
    return OK;
}

/* Why nothing is sent now, and when to look again; NULL when something may be. */
static const char *not_now(const struct facts *facts, struct instant *next)
{
    const struct person *person = &facts->person;
    enum bar bar = bar_of(facts, next);
    if (bar != BAR_NONE)
        return bar_why(bar);
    if (person->next_slot.utc_ms == 0) { /* woken: plan, do not burst */
        *next = slot_soon(facts);
        return "planned";
    }
    if (instant_before(facts->now, person->next_slot)) {
        *next = person->next_slot;
        return "not_yet"; /* raised twice; the first has moved it on */
    }
    *next = slot_next(facts);
    if (slot_used_up(facts))
        return "cap";
    if (!slot_in_window(facts))
        return "outside_window";
    if (no_night_since(facts))
        return "too_soon";
    if (!instant_before(person->dnd_until, facts->now)) {
        struct instant after = instant_add(person->dnd_until, MINUTES(1));
        if (instant_before(after, slot_window_end(facts)))
            *next = after;
        return "dnd";
    }
    return NULL;
}

/* Who flies east may find a new day in a few hours: the last question was for another day, and
 * there was no night since. One that lies days ahead was sent by a wrong clock. */
static bool no_night_since(const struct facts *facts)
{
    int32_t today = slot_today(facts);
    return facts->has_nudge && facts->nudge.day != today &&
        facts->nudge.day <= today + SLOT_DAYS_AHEAD_MAX &&
        instant_before(facts->now, instant_add(facts->nudge.planned, HOURS(NIGHT_HOURS)));
}

static void set_slot(const struct facts *facts, int32_t used, struct instant next,
    struct arena *arena, struct plan *plan)
{
    struct effect *effect = plan_add(plan, arena, EFFECT_PERSON);
    if (!effect)
        return;
    effect->person_id = facts->person.person_id;
    effect->person_fields = PERSON_SET_SLOT;
    effect->person = slots_after(facts, used).person;
    effect->person.next_slot = next;
    bool back = facts->person.state == PERSON_PAUSED &&
        !instant_before(facts->now, facts->person.paused_until);
    if (back) {
        effect->person_fields |= PERSON_SET_STATE;
        effect->person.state = PERSON_ACTIVE;
        effect->person.paused_until = INSTANT_NEVER;
    }
}

static void send_notice(const struct facts *facts, struct arena *arena, struct plan *plan)
{
    plan_deliver(
        plan, arena, facts, LANE_NOTICE, slot_window_end(facts), card_notice(facts, true, arena));
    struct facts later = slots_after(facts, facts->settings->cap);
    set_slot(facts, facts->settings->cap, slot_next(&later), arena, plan);
}

static void send_question(
    const struct facts *facts, const struct chosen *chosen, struct arena *arena, struct plan *plan)
{
    struct nudge nudge = {
        .nudge_id = -1,
        .person_id = facts->person.person_id,
        .prompt_id = chosen->prompt->prompt_id,
        .revision_id = chosen->prompt->revision_id,
        .key = facts->random[0] >> 1,
        .state = NUDGE_OPEN,
        .day = slot_today(facts),
        .planned = facts->now,
        .held_out_days = chosen->held_out_days,
    };
    measure(facts, chosen->prompt->kind, &nudge, arena, plan);
    struct effect *effect = plan_add(plan, arena, EFFECT_NUDGE_NEW);
    if (!effect)
        return;
    effect->person_id = facts->person.person_id;
    effect->nudge_id = -1;
    effect->nudge = nudge;
    const struct message *card = card_question(facts, chosen->prompt, &nudge, arena);
    note_sending(facts, chosen, arena, plan);
    struct effect *deliver =
        plan_deliver(plan, arena, facts, LANE_NUDGE, slot_window_end(facts), card);
    if (deliver)
        deliver->nudge_id = -1;
}

/* What the answer before took is added now, once: there is one next question. What the answer to
 * come will be measured against goes along with it. */
static void measure(const struct facts *facts, enum prompt_kind kind, struct nudge *nudge,
    struct arena *arena, struct plan *plan)
{
    const struct latencies *of_kind = facts->latencies ? &facts->latencies[kind] : NULL;
    struct latency last = { latency_day(facts->nudge.planned), facts->answer.seconds };
    struct latencies *more = NULL;
    if (facts->latencies && facts->has_nudge && facts->has_answer && last.seconds)
        more = arena_new(arena, struct latencies);
    if (more) {
        *more = facts->latencies[facts->prompt.kind];
        latencies_drop(more, latency_day(facts->now) - SECONDS_KEPT_DAYS);
        latencies_add(more, last);
    }
    struct effect *effect = more ? plan_add(plan, arena, EFFECT_LATENCY) : NULL;
    if (effect) {
        effect->person_id = facts->person.person_id;
        effect->latency.kind = facts->prompt.kind;
        effect->latency.latencies = more;
    }
    if (more && facts->prompt.kind == kind)
        of_kind = more;
    if (of_kind)
        (void)latencies_quartiles(of_kind, &nudge->fast_s, &nudge->slow_s);
}

static void note_sending(
    const struct facts *facts, const struct chosen *chosen, struct arena *arena, struct plan *plan)
{
    struct effect *effect = plan_add(plan, arena, EFFECT_REVIEW);
    if (!effect)
        return;
    effect->person_id = facts->person.person_id;
    effect->review = spacing_sent(facts, chosen, slot_today(facts));
}

static void expire_open(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    struct effect *effect = plan_add(plan, arena, EFFECT_NUDGE_STATE);
    if (!effect)
        return;
    effect->person_id = facts->person.person_id;
    effect->nudge_id = facts->nudge.nudge_id;
    effect->nudge = facts->nudge;
    effect->nudge.state = NUDGE_EXPIRED;
    effect->nudge.closed = facts->now;
    reply_in_place(
        facts, event, arena, plan, LANE_CLOSE, card_closed(&facts->prompt, SAY_CLOSED_CARD, arena));
}
