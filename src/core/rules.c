/* TOUR 1: reading starts here. One row per kind of event: what the rule must know and who decides.
 *
 * A feature is a row, a pure function and its tests. A rule never reads, writes or waits: it gets
 * facts, it gives a plan. */
#include "decide.h"

static const struct rule rules[] = {
    [EVENT_ACTION] = { "action",
        NEED_PERSON | NEED_NUDGE | NEED_REVIEW | NEED_ANSWER | NEED_MANAGER, decide_action },
    [EVENT_FORM] = { "form", NEED_PERSON | NEED_NUDGE | NEED_REVIEW | NEED_ANSWER, decide_form },
    [EVENT_COMMAND] = { "command",
        NEED_PERSON | NEED_NUDGE | NEED_REVIEW | NEED_REVIEWS | NEED_ANSWER | NEED_MANAGER,
        decide_command },
    [EVENT_TEXT] = { "text",
        NEED_PERSON | NEED_NUDGE | NEED_REVIEW | NEED_REVIEWS | NEED_ANSWER | NEED_MANAGER,
        decide_text },
    [EVENT_HOME_OPENED] = { "home_opened", NEED_PERSON | NEED_NUDGE | NEED_REVIEWS | NEED_MANAGER,
        decide_home },
    [EVENT_MEMBERS] = { "members", NEED_PERSON, decide_members },
    [EVENT_UNINSTALLED] = { "uninstalled", 0, decide_uninstalled },
    [EVENT_LINK] = { "link", 0, decide_link },
    [EVENT_DND] = { "dnd", 0, decide_dnd },
    [EVENT_PERSON_DUE] = { "person_due",
        NEED_PERSON | NEED_NUDGE | NEED_ANSWER | NEED_REVIEWS | NEED_LATENCY | NEED_MANAGER,
        decide_person_due },
    [EVENT_DIGEST_DUE] = { "digest_due", NEED_PERSON | NEED_MANAGER, decide_digest_due },
    [EVENT_DIGEST_READY] = { "digest_ready",
        NEED_PERSON | NEED_MANAGER | NEED_DIGEST | NEED_REPORTS, decide_digest_ready },
    [EVENT_DELIVERY] = { "delivery", 0, decide_delivery },
    [EVENT_CONTENT] = { "content", NEED_PERSON, decide_content },
    [EVENT_PEOPLE] = { "people", 0, decide_people },
    [EVENT_CONTROL] = { "control", NEED_FIT, decide_control },
    [EVENT_ALERT] = { "alert", NEED_ALERT, decide_alert },
    [EVENT_JUDGED] = { "judged", NEED_PERSON, decide_judged },
    [EVENT_FITTED] = { "fitted", 0, decide_fitted },
    [EVENT_REPLAY] = { "replay", NEED_PERSON | NEED_REVIEWS | NEED_PAST, decide_replay },
    [EVENT_UPKEEP] = { "upkeep", 0, decide_upkeep },
};
_Static_assert(COUNT(rules) == EVENT_KIND_COUNT, "one rule per kind of event");

unsigned rule_needs(const struct event *event)
{
    unsigned needs = rule_of(event->kind)->needs;
    bool on_home = event->kind == EVENT_ACTION && !event->message_id.len;
    bool arrived = event->kind == EVENT_DELIVERY && event->result.kind == DELIVERY_POST &&
                   event->result.end == DELIVERY_END_SENT;
    if (arrived)
        needs |= NEED_PERSON; /* a notice is noted */
    if (arrived && event->result.nudge_id)
        needs |= NEED_NUDGE; /* it may have been closed meanwhile */
    bool answers = event->kind == EVENT_ACTION && !on_home &&
                   (event->verb == VERB_CHOOSE || event->verb == VERB_SUBMIT ||
                    event->verb == VERB_RATE);
    if (answers)
        needs &= ~(unsigned)NEED_MANAGER; /* no page to write a name on */
    return on_home ? needs | NEED_REVIEWS : needs; /* the page is shown anew */
}

const struct rule *rule_of(enum event_kind kind)
{
    REQUIRE((unsigned)kind < COUNT(rules));
    return &rules[kind];
}
