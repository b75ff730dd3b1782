/* One user object of Slack (users.list, team_join, …) as a member. */
#ifndef SLACK_MEMBERS_H
#define SLACK_MEMBERS_H

#include "nudged/core/event.h"
#include "platform/slack/json.h"

/* False without a usable id. Strings are copied into the arena. */
MUST_USE bool member_read(const struct json *user, struct arena *arena, struct member *out);
/* 1–64 ASCII letters and digits: safe in logs, URLs and form bodies. */
bool is_slack_id(struct str id);
/* "1930000000.000100": digits and one dot. */
bool is_slack_ts(struct str ts);

#endif
