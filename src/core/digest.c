/* TOUR 5: the manager's Monday. Due, read elsewhere, said here in at most twelve lines.
 *
 * While it cannot be sent (sending is off, the manager has no chat account yet) it waits, as long
 * as it is of use; after that, and for managers outside the pilot, the next Monday is the next.
 *
 * DIGEST_DUE only asks for the report and lends itself ten minutes; the row that makes it once per
 * ISO week is written with the message, in one transaction, when the report is back. So a stop
 * between the two leaves nothing half done: the instant is still due. */
#include "decide.h"
#include "digest_card.h"
#include "reply.h"
#include "slots.h"

enum {
    LEASE_MINUTES = 10,
    AGAIN_MINUTES = 60, /* while it cannot be sent */
    SEND_UNTIL_DAY = 2, /* Wednesday */
    SEND_UNTIL_MINUTE = 12 * 60
};

static const struct access *ask_access(
    const struct facts *facts, enum access_what what, struct arena *arena);
static bool same_team(const struct facts *facts, const struct report *report);
static void read_again(const struct facts *facts, const struct event *event,
    const struct access *access, struct arena *arena, struct plan *plan);
static void note(const struct facts *facts, const struct access *access, struct arena *arena,
    struct plan *plan);
static struct instant digest_instant(const struct facts *facts, int32_t monday);
static struct instant last_useful(const struct facts *facts, int32_t monday);
static struct instant look_again(const struct facts *facts, int32_t monday);
static void set_digest_at(
    const struct facts *facts, struct instant at, struct arena *arena, struct plan *plan);
static void mark(const struct facts *facts, int32_t week_monday, enum digest_state state,
    struct arena *arena, struct plan *plan);

enum err decide_digest_due(const struct facts *facts, const struct event *event UNUSED,
    struct arena *arena, struct plan *plan)
{
    int32_t today = slot_today(facts), monday = today - weekday_of(today);
    struct instant this_week = digest_instant(facts, monday);
    const struct access *access = ask_access(facts, ACCESS_WEEK, arena);
    plan->why = "planned";
    if (!access) {
        plan->why = "manages_nobody";
        if (facts->has_person)
            set_digest_at(facts, INSTANT_NEVER, arena, plan);
        return OK;
    }
    if (instant_before(facts->now, this_week)) {
        set_digest_at(facts, this_week, arena, plan);
        return OK;
    }
    bool late = !instant_before(facts->now, last_useful(facts, monday));
    bool first = instant_is_never(facts->person.next_digest) || !facts->person.next_digest.utc_ms;
    if (late || first || !person_in_pilot(facts->settings, facts->person.email)) {
        plan->why = late ? "too_late_this_week" : "next_week";
        set_digest_at(facts, digest_instant(facts, monday + 7), arena, plan);
        return OK;
    }
    if (!facts->live || facts->person.chat_state != CHAT_MATCHED) { /* may change any minute */
        plan->why = facts->live ? "not_reachable" : "not_live";
        set_digest_at(facts, look_again(facts, monday), arena, plan);
        return OK;
    }
    plan->why = "report_asked";
    plan->digest = access;
    plan->digest_week_monday = monday - 7;
    set_digest_at(facts, instant_add(facts->now, MINUTES(LEASE_MINUTES)), arena, plan);
    return OK;
}

enum err decide_digest_ready(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    enum access_what what = event->details ? ACCESS_DETAILS : ACCESS_WEEK;
    const struct access *access = ask_access(facts, what, arena);
    if (!access)
        return OK; /* no longer theirs to read */
    if (!facts->live && !event->details) {
        plan->why = "not_live"; /* switched off while it was read: still due, looked at again */
        return OK;
    }
    if (!same_team(facts, event->report)) {
        read_again(facts, event, access, arena, plan);
        return OK;
    }
    const struct message *card = digest_card(facts, event->report, event->details, arena);
    int32_t monday = event->week_monday + 7;
    plan->why = event->details ? "details"
        : facts->digest_sent   ? "already_sent"
        : card                 ? "sent"
                               : "empty";
    if (!event->details) {
        set_digest_at(facts, digest_instant(facts, monday + 7), arena, plan);
        if (facts->digest_sent)
            return OK;
        mark(facts, event->week_monday, card ? DIGEST_SENT : DIGEST_EMPTY, arena, plan);
    }
    if (event->details && !card)
        card = digest_nothing(facts, arena);
    if (card)
        note(facts, access, arena, plan);
    if (event->details)
        plan_deliver(plan, arena, facts, LANE_INTERACTIVE, instant_add(facts->now, HOURS(1)), card);
    else
        plan_deliver(plan, arena, facts, LANE_DIGEST, last_useful(facts, monday), card);
    return OK;
}

static const struct access *ask_access(
    const struct facts *facts, enum access_what what, struct arena *arena)
{
    struct access_request request = { ACCESS_PERSON, what, facts->person.person_id };
    return access_ask(&request, facts, arena);
}

/* Whoever joined, left or moved while the report was read would be missing from it, or in it for
 * the wrong manager. */
static bool same_team(const struct facts *facts, const struct report *report)
{
    bool same = facts->roster_epoch == report->roster_epoch &&
        facts->reports_len == report->people_len;
    for (size_t i = 0; same && i < report->people_len; i++)
        same = facts->reports[i] == report->people[i].person_id;
    return same;
}

static void read_again(const struct facts *facts, const struct event *event,
    const struct access *access, struct arena *arena, struct plan *plan)
{
    plan->why = "team_changed";
    if (!event->details) {
        set_digest_at(facts, facts->now, arena, plan);
        return;
    }
    plan->digest = access;
    plan->digest_week_monday = event->week_monday;
}

static void note(const struct facts *facts, const struct access *access, struct arena *arena,
    struct plan *plan)
{
    struct effect *effect = plan_add(plan, arena, EFFECT_ACCESS);
    if (!effect)
        return;
    effect->access.pass = access;
    effect->access.named = facts->settings->visibility != VISIBILITY_TEAM;
}

static struct instant digest_instant(const struct facts *facts, int32_t monday)
{
    struct local local = { monday + facts->settings->digest_weekday,
        facts->settings->digest_minute };
    return zone_instant(facts->zone, local);
}

/* Two days after its own, at noon: the talk it is meant to start would be stale. */
static struct instant last_useful(const struct facts *facts, int32_t monday)
{
    struct local local = { monday + facts->settings->digest_weekday + SEND_UNTIL_DAY,
        SEND_UNTIL_MINUTE };
    return zone_instant(facts->zone, local);
}

static struct instant look_again(const struct facts *facts, int32_t monday)
{
    struct instant again = instant_add(facts->now, MINUTES(AGAIN_MINUTES));
    struct instant last = last_useful(facts, monday);
    return instant_before(last, again) ? last : again;
}

static void set_digest_at(
    const struct facts *facts, struct instant at, struct arena *arena, struct plan *plan)
{
    struct effect *effect = plan_add(plan, arena, EFFECT_PERSON);
    if (!effect)
        return;
    effect->person_id = facts->person.person_id;
    effect->person_fields = PERSON_SET_DIGEST_AT;
    effect->person = facts->person;
    effect->person.next_digest = at;
}

static void mark(const struct facts *facts, int32_t week_monday, enum digest_state state,
    struct arena *arena, struct plan *plan)
{
    struct effect *effect = plan_add(plan, arena, EFFECT_DIGEST);
    if (!effect)
        return;
    effect->person_id = facts->person.person_id;
    effect->digest.week_monday = week_monday;
    effect->digest.state = state;
}
