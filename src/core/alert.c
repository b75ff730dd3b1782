/* What admins are told about the daemon: once when something begins, once when it is over. What a
 * condition is, and when it holds, is app/degraded.c's; whom to tell, and whether it was told, is
 * decided here, with the message in the same transaction. */
#include "decide.h"
#include "say.h"

enum { OF_USE_HOURS = 24 };

static size_t tell_admins(const struct facts *facts, const struct message *message,
    struct arena *arena, struct plan *plan);
static const struct message *card_of(
    const struct facts *facts, const struct alert *alert, struct arena *arena);
static struct str stamp(const struct zone *zone, struct instant at, struct arena *arena);

/* In which state of memory a phase means anything, and what it does. */
static const struct phase {
    const char *why;
    bool known;                 /* acts only on what is (not) remembered */
    bool remembers, forgets, tells;
} phases[] = {
    [ALERT_BEGAN] = { "alert_began", .remembers = true, .tells = true },
    [ALERT_NOTED] = { "alert_noted", .remembers = true },
    [ALERT_ENDED] = { "alert_ended", .known = true, .forgets = true, .tells = true },
    [ALERT_WAS] = { "alert_was", .tells = true },
    [ALERT_FORGOTTEN] = { "alert_forgotten", .known = true, .forgets = true },
};
_Static_assert(COUNT(phases) == ALERT_PHASE_COUNT, "one row a phase");

enum err decide_alert(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    const struct alert *alert = event->alert;
    if (!alert)
        return OK;
    const struct phase *phase = &phases[alert->phase];
    if (facts->has_alert != phase->known) {
        plan->why = "told_before";
        return OK;
    }
    plan->why = phase->why;
    if (phase->tells && !tell_admins(facts, card_of(facts, alert, arena), arena, plan)) {
        plan->why = "nobody_to_tell";
        if (!phase->forgets)
            return OK;
    }
    if (!phase->remembers && !phase->forgets)
        return OK;
    struct effect *effect = plan_add(plan, arena, EFFECT_ALERT);
    if (effect) {
        effect->alert.condition = alert->condition;
        effect->alert.began = alert->began;
        effect->alert.over = phase->forgets;
    }
    return OK;
}

static size_t tell_admins(const struct facts *facts, const struct message *message,
    struct arena *arena, struct plan *plan)
{
    const struct settings *settings = facts->settings;
    size_t told = 0;
    bool speaks = facts->live || facts->restored; /* who put it back must hear that it waits */
    for (size_t i = 0; speaks && i < settings->admins_len; i++) {
        if (!facts->admin_ids[i] || !person_in_pilot(settings, settings->admins[i]))
            continue;
        struct effect *deliver = plan_deliver(plan, arena, facts, LANE_ALERT,
            instant_add(facts->now, HOURS(OF_USE_HOURS)), message);
        if (!deliver)
            return told;
        deliver->person_id = facts->admin_ids[i];
        told++;
    }
    return told;
}

static const struct message *card_of(
    const struct facts *facts, const struct alert *alert, struct arena *arena)
{
    bool over = alert->phase == ALERT_ENDED || alert->phase == ALERT_WAS;
    struct instant began = facts->has_alert ? facts->alert_began : alert->began;
    struct str since = stamp(facts->zone, began, arena);
    struct str title = say0(over ? SAY_ALERT_OVER : SAY_ALERT_BEGAN, 0);
    struct message *card = message_new(arena, str_format(arena, "%.*s %.*s", STR_ARG(title),
        STR_ARG(alert->text)));
    message_add(arena, card, PART_STRONG, title);
    message_add(arena, card, PART_TEXT, alert->text);
    message_add(arena, card, PART_MUTED, over
        ? say2(arena, SAY_ALERT_FROM_TO, 0, "from", since, "to",
              stamp(facts->zone, alert->ended, arena))
        : say1(arena, SAY_ALERT_SINCE, 0, "since", since));
    return card;
}

/* In full: it may be read on another day. */
static struct str stamp(const struct zone *zone, struct instant at, struct arena *arena)
{
    struct local local = zone_local(zone, at);
    struct buf text = buf_in(arena, 64);
    struct str out = STR_EMPTY;
    buf_add_date(&text, local.day);
    buf_addf(&text, " %02d:%02d", local.minute / 60, local.minute % 60);
    return buf_finish(&text, &out) ? STR_EMPTY : out;
}
