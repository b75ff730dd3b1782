/* Words for the enums of the road, for logs and `explain`, and small facts about people. */
#include "nudged/core/event.h"
#include "nudged/core/person.h"
#include "nudged/core/plan.h"

static bool email_in(const struct str *list, size_t len, struct str email);

const char *event_kind_name(enum event_kind kind)
{
    return rule_of(kind)->name;
}

const char *lane_name(enum lane lane)
{
    static const char *const names[LANE_END] = {
        [0] = "none",
        [LANE_INTERACTIVE] = "interactive",
        [LANE_ALERT] = "alert",
        [LANE_NOTICE] = "notice",
        [LANE_NUDGE] = "nudge",
        [LANE_DIGEST] = "digest",
        [LANE_CLOSE] = "close",
    };
    REQUIRE((unsigned)lane < LANE_END);
    return names[lane];
}

const char *delivery_end_name(enum delivery_end end)
{
    static const char *const names[] = {
        [0] = "none",
        [DELIVERY_END_SENT] = "sent",
        [DELIVERY_END_RETRY] = "retry",
        [DELIVERY_END_UNKNOWN] = "unknown",
        [DELIVERY_END_ABSENT] = "absent",
        [DELIVERY_END_GONE] = "gone",
        [DELIVERY_END_PERSON] = "person_unreachable",
        [DELIVERY_END_CONTENT] = "content_refused",
        [DELIVERY_END_WORKSPACE] = "workspace_refused",
        [DELIVERY_END_LATER] = "later",
        [DELIVERY_END_EXPIRED] = "expired",
    };
    REQUIRE((unsigned)end < COUNT(names));
    return names[end];
}

enum delivery_class delivery_class_of(enum delivery_kind kind)
{
    switch (kind) {
    case DELIVERY_POST: return CLASS_RECONCILE;
    case DELIVERY_UPDATE:
    case DELIVERY_HOME: return CLASS_IDEMPOTENT;
    case DELIVERY_FORM:
    case DELIVERY_WHISPER: return CLASS_EPHEMERAL;
    }
    UNREACHABLE("delivery kind");
}

bool person_in_pilot(const struct settings *settings, struct str email)
{
    return !settings->only_len || email_in(settings->only, settings->only_len, email);
}

enum zone_from person_zone_from(const struct person *person)
{
    if (person->own_zone.len)
        return ZONE_FROM_PERSON;
    if (person->chat_zone.len)
        return ZONE_FROM_CHAT;
    return person->zone.len ? ZONE_FROM_PEOPLE : ZONE_FROM_ORGANISATION;
}

struct str person_zone_name(const struct person *person, const struct settings *settings)
{
    switch (person_zone_from(person)) {
    case ZONE_FROM_PERSON: return person->own_zone;
    case ZONE_FROM_CHAT: return person->chat_zone;
    case ZONE_FROM_PEOPLE: return person->zone;
    case ZONE_FROM_ORGANISATION: return settings->zone;
    }
    UNREACHABLE("zone from");
}

static bool email_in(const struct str *list, size_t len, struct str email)
{
    for (size_t i = 0; i < len; i++)
        if (str_equal_nocase(list[i], email))
            return true;
    return false;
}
