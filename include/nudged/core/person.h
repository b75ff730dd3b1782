/* One person as the store knows them, and the organisation's settings. */
#ifndef NUDGED_CORE_PERSON_H
#define NUDGED_CORE_PERSON_H

#include <stdbool.h>

#include "nudged/base/str.h"
#include "nudged/base/time.h"
#include "nudged/calendar/hours.h"

/* Stored: never renumber. */
enum chat_state {
    CHAT_UNKNOWN = 0, /* not looked for yet */
    CHAT_MATCHED = 1,
    CHAT_UNMATCHED = 2, /* no such e-mail in the workspace */
    CHAT_DEACTIVATED = 3, /* the workspace closed the account */
    CHAT_UNREACHABLE = 4 /* the platform refuses a DM to them */
};

/* Stored: never renumber. */
enum person_state { PERSON_ACTIVE = 1, PERSON_PAUSED = 2, PERSON_STOPPED = 3, PERSON_LEFT = 4 };

struct person {
    int64_t person_id;
    struct str external_id, email, name, role, cohort, region;
    int64_t manager_id; /* 0: none */
    struct str zone; /* of people.csv; empty: none given */
    struct str chat_zone; /* of the chat profile */
    struct str own_zone; /* chosen by the person */
    uint8_t workdays; /* 0: the organisation's */
    int32_t start_day, end_day; /* 0: none */
    enum person_state state;
    struct instant paused_until; /* PAUSED: NEVER means until they say resume */
    enum chat_state chat_state;
    struct str chat_user, chat_channel;
    int32_t notice_version; /* the privacy notice they were sent; 0: none */
    int32_t enrolled_day; /* local day prompts may start from; 0: not enrolled */
    int32_t slot_day; /* local day of the last slot used: with slot_count, only grows */
    int32_t slot_count; /* slots used on that day */
    struct instant next_slot; /* NEVER: none planned */
    struct instant next_digest; /* NEVER: manages nobody */
    struct instant dnd_until; /* 0: not in DND, as far as we know */
    int64_t last_nudge_id; /* 0: none yet; open or not is in the nudge's row */
};

/* What a manager sees of direct reports; shown to the person in the same words. */
enum visibility { VISIBILITY_TEAM = 1, VISIBILITY_SKILLS = 2 };

/* When the memory model is fitted to the answers. */
enum fit_when { FIT_WHEN_OFF = 0, FIT_WHEN_NIGHTLY = 1 };

struct settings {
    struct str organisation;
    struct str zone; /* IANA name of the organisation's own zone */
    struct hours hours;
    int32_t cap; /* nudges a day, 1–3 */
    int32_t new_per_week; /* 0–15 */
    int32_t min_gap_days; /* 0–60 */
    bool fill; /* use the whole cap also when nothing is due */
    enum visibility visibility;
    enum fit_when fit;
    int32_t fit_answers_min; /* with fewer answers no weights are taken; 0: FIT_ANSWERS_MIN */
    struct str legal_basis; /* shown in the notice */
    int8_t digest_weekday; /* 0 Monday */
    int16_t digest_minute; /* minute of day in the manager's zone */
    struct str *admins, *only; /* e-mails; `only` empty: everybody */
    size_t admins_len, only_len;
    struct {
        int32_t texts, answers, access_log; /* days until they are deleted; 0: never */
        int32_t copies; /* likewise the copies of the database nudged makes by itself */
    } retention;
};

enum { NOTICE_VERSION = 3 }; /* raised when what is stored or shown changes */

/* `only` lists them, or is empty */
bool person_in_pilot(const struct settings *settings, struct str email);
/* The first that names a zone. */
enum zone_from { ZONE_FROM_PERSON, ZONE_FROM_CHAT, ZONE_FROM_PEOPLE, ZONE_FROM_ORGANISATION };
enum zone_from person_zone_from(const struct person *person);
struct str person_zone_name(const struct person *person, const struct settings *settings);

#endif
