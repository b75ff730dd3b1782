/* What concerns the daemon as a whole: its workspace, the operator, deliveries, new content. */
#include "card.h"
#include "decide.h"
#include "nudged/base/fault.h"
#include "reply.h"

enum { ALERT_FAULTS_MAX = 5 }; /* more belongs into `nudged check`, not into a chat */

static struct instant days_ago(const struct facts *facts, int32_t days);
static const struct message *content_alert(const struct faults *faults, struct arena *arena);
static void tidy_late_card(const struct facts *facts, const struct event *event,
    struct arena *arena, struct plan *plan);
static void add_fault(const struct fault *fault, struct arena *arena, struct message *card);

enum err decide_link(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    plan->why = event->up ? "link_up" : "link_down";
    if (!event->up)
        return OK;
    if (facts->workspace.len && !str_equal(facts->workspace, event->workspace)) {
        plan->why = "foreign_workspace";
        plan->stop =
            "the token belongs to another workspace than the one this database was made for; "
            "use its own token, or a new state folder";
        return OK;
    }
    struct effect *effect = plan_add(plan, arena, EFFECT_WORKSPACE);
    if (effect) {
        effect->workspace.platform = event->platform;
        effect->workspace.workspace = event->workspace;
    }
    plan->query = QUERY_ROSTER;
    return OK;
}

/* Access is gone: keep every row, send nothing, wait for a new token of the same workspace. */
enum err decide_uninstalled(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    plan->why = "access_lost";
    struct effect *effect = plan_add(plan, arena, EFFECT_WORKSPACE);
    if (effect) {
        effect->workspace.platform = event->platform;
        effect->workspace.workspace = facts->workspace;
        effect->workspace.lost = true;
    }
    return OK;
}

enum err decide_control(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    if (event->control == CONTROL_REVERT_FIT)
        return decide_revert_fit(facts, event, arena, plan);
    plan->why = event->control == CONTROL_RESUME ? "resume" : "pause";
    bool live = event->control == CONTROL_RESUME;
    if (facts->live == live)
        return OK;
    struct effect *effect = plan_add(plan, arena, EFFECT_LIVE);
    if (effect)
        effect->live.live = live;
    if (live && facts->restored)
        plan_add(plan, arena, EFFECT_GAP_OVER);
    return OK;
}

enum err decide_upkeep(const struct facts *facts, const struct event *event UNUSED,
    struct arena *arena, struct plan *plan)
{
    plan->why = "hour";
    plan_add(plan, arena, EFFECT_UPKEEP);
    struct effect *effect = plan_add(plan, arena, EFFECT_RETENTION);
    if (effect) {
        effect->retention.texts = days_ago(facts, facts->settings->retention.texts);
        effect->retention.answers = days_ago(facts, facts->settings->retention.answers);
        effect->retention.seconds = days_ago(facts, SECONDS_KEPT_DAYS);
        effect->retention.access = days_ago(facts, facts->settings->retention.access_log);
    }
    return OK;
}

enum err decide_content(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    if (!event->faults || !faults_have_errors(event->faults)) {
        plan->why = "content_loaded";
        return OK;
    }
    plan->why = "content_refused";
    bool contacted =
        facts->has_person && facts->live && person_in_pilot(facts->settings, facts->person.email);
    if (contacted) /* whoever is not reads of it in `nudged status` */
        plan_deliver(plan, arena, facts, LANE_ALERT, instant_add(facts->now, HOURS(24)),
            content_alert(event->faults, arena));
    return OK;
}

enum err decide_delivery(
    const struct facts *facts, const struct event *event, struct arena *arena, struct plan *plan)
{
    plan->why = delivery_end_name(event->result.end);
    struct effect *effect = plan_add(plan, arena, EFFECT_DELIVERED);
    if (effect) {
        effect->person_id = event->result.person_id;
        effect->nudge_id = event->result.nudge_id;
        effect->result = event->result;
    }
    bool noticed = event->result.lane == LANE_NOTICE && event->result.end == DELIVERY_END_SENT;
    struct effect *notice =
        noticed && facts->has_person ? plan_add(plan, arena, EFFECT_PERSON) : NULL;
    if (notice) { /* a notice that did not arrive was not given */
        notice->person_id = facts->person.person_id;
        notice->person_fields = PERSON_SET_NOTICE | PERSON_SET_ENROLLED;
        notice->person = facts->person;
        notice->person.notice_version = NOTICE_VERSION;
        if (!notice->person.enrolled_day)
            notice->person.enrolled_day = zone_local(facts->zone, facts->now).day;
    }
    tidy_late_card(facts, event, arena, plan);
    return OK;
}

/* Its arrival became known only after the question was closed (an outcome that was looked up): the
 * card still has its buttons, and nobody else will take them away. */
static void tidy_late_card(const struct facts *facts, const struct event *event,
    struct arena *arena, struct plan *plan)
{
    const struct delivery_result *result = &event->result;
    bool arrived = result->kind == DELIVERY_POST && result->end == DELIVERY_END_SENT;
    if (!arrived || !facts->has_nudge || facts->nudge.nudge_id != result->nudge_id)
        return;
    bool went_on = facts->nudge.state == NUDGE_ANSWERED ||
        (facts->nudge.state == NUDGE_OPEN && facts->nudge.step > 0);
    bool typed = went_on && !facts->nudge.message_id.len; /* so a message of its own follows */
    if (facts->nudge.state != NUDGE_EXPIRED && facts->nudge.state != NUDGE_SKIPPED && !typed)
        return;         /* open, or answered on the card itself, where its feedback stands */
    struct facts late = *facts;
    late.nudge.message_id = result->message_id;
    reply_in_place(&late, event, arena, plan, LANE_CLOSE,
        card_closed(&facts->prompt, SAY_CLOSED_CARD, arena));
}

static struct instant days_ago(const struct facts *facts, int32_t days)
{
    return days ? instant_add(facts->now, HOURS(-24 * (int64_t)days)) : (struct instant){ 0 };
}

static const struct message *content_alert(const struct faults *faults, struct arena *arena)
{
    struct str title =
        say1(arena, SAY_ALERT_CONTENT, 0, "count", str_format(arena, "%d", faults->errors));
    struct message *card = message_new(arena, title);
    message_add(arena, card, PART_STRONG, title);
    for (int i = 0, shown = 0; i < faults->count && shown < ALERT_FAULTS_MAX; i++)
        if (faults->items[i].severity == FAULT_ERROR) {
            add_fault(&faults->items[i], arena, card);
            shown++;
        }
    message_add(arena, card, PART_MUTED, say0(SAY_ALERT_CONTENT_KEPT, 0));
    return card;
}

static void add_fault(const struct fault *fault, struct arena *arena, struct message *card)
{
    message_add(arena, card, PART_TEXT,
        str_format(arena, "%.*s, line %d: %.*s%s%.*s", STR_ARG(fault->file), fault->line,
            STR_ARG(fault->path), fault->path.len ? ": " : "", STR_ARG(fault->sentence)));
}
