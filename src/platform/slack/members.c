/* Owns what of Slack's user object we keep. */
#include "platform/slack/members.h"

#include "nudged/base/arena.h"

enum {
    ID_BYTES_MAX = 64, TS_BYTES_MAX = 32,
    FACT_BYTES_MAX = 320                /* the longest e-mail address: RFC 3696 */
};

static struct str fact(struct arena *arena, const struct json *object, const char *key);

bool member_read(const struct json *user, struct arena *arena, struct member *out)
{
    struct str id = json_get_text(user, "id");
    const struct json *profile = json_get(user, "profile");
    if (!is_slack_id(id))
        return false;
    struct member member = {
        .user = str_copy(arena, id),
        .email = fact(arena, profile, "email"),
        .name = fact(arena, profile, "real_name"),
        .zone = fact(arena, user, "tz"),
        .deleted = json_get_true(user, "deleted"),
        .bot = json_get_true(user, "is_bot") || str_equal(id, STR("USLACKBOT")),
    };
    if (member.name.len == 0)
        member.name = fact(arena, user, "real_name");
    if (member.name.len == 0)
        member.name = fact(arena, user, "name");
    *out = member;
    return true;
}

bool is_slack_id(struct str id)
{
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
            return false;
    }
    return id.len > 0 && id.len <= ID_BYTES_MAX;
}

bool is_slack_ts(struct str ts)
{
    size_t dots = 0;
    for (size_t i = 0; i < ts.len; i++) {
        dots += ts.ptr[i] == '.';
        if (ts.ptr[i] != '.' && (ts.ptr[i] < '0' || ts.ptr[i] > '9'))
            return false;
    }
    return ts.len > 0 && ts.len <= TS_BYTES_MAX && dots <= 1;
}

static struct str fact(struct arena *arena, const struct json *object, const char *key)
{
    struct str value = json_get_text(object, key);
    return value.len <= FACT_BYTES_MAX ? str_copy(arena, value) : STR_EMPTY;
}
