/* What an HTTP reply of the platform means: two bytes of status, a line of Retry-After, the
 * body. And what its body may hold: users, texts and addresses on their way in. */
#include "fuzz.h"

#include "nudged/base/limits.h"
#include "nudged/base/text.h"
#include "platform/slack/markup.h"
#include "platform/slack/members.h"
#include "platform/slack/reply_path.h"
#include "platform/slack/verdict.h"

static void check_verdict(const struct http_reply *reply, const struct verdict *verdict)
{
    bool replied = reply->outcome == HTTP_REPLIED;
    REQUIRE((unsigned)verdict->class < VERDICT_COUNT);
    REQUIRE((verdict->class == VERDICT_OK) == (verdict->root != NULL));
    REQUIRE((verdict->class == VERDICT_OK) == (verdict->code.len == 0));
    REQUIRE(verdict->code.len <= CODE_BYTES_MAX || str_contains(reply->body, verdict->code));
    for (size_t i = 0; i < verdict->code.len; i++)
        REQUIRE(verdict->code.ptr[i] > ' ' && verdict->code.ptr[i] <= '~');
    if (verdict->class == VERDICT_RATE)
        REQUIRE(verdict->wait_ms >= 1000 && verdict->wait_ms <= 3600 * 1000);
    if (reply->outcome == HTTP_NOT_SENT)
        REQUIRE(verdict->class == VERDICT_TRANSIENT);
    if (reply->outcome == HTTP_UNKNOWN || (replied && reply->status >= 500))
        REQUIRE(verdict->class == VERDICT_UNCLEAR);
    if (replied && reply->status == 429)
        REQUIRE(verdict->class == VERDICT_RATE);
    /* What may have made a message is never simply sent again, what was refused never unknown. */
    bool unknown = verdict_end(verdict->class, true) == DELIVERY_END_UNKNOWN;
    REQUIRE(unknown == (verdict->class == VERDICT_UNCLEAR));
    REQUIRE(verdict_end(verdict->class, false) != DELIVERY_END_UNKNOWN);
    REQUIRE((verdict_end(verdict->class, true) == DELIVERY_END_SENT) == (verdict->root != NULL));
}

static void check_members(const struct json *root, struct arena *arena)
{
    const struct json *users = json_get(root, "members");
    for (const struct json *user = json_first(users); user; user = json_next(user)) {
        struct member member = { 0 };
        if (member_read(user, arena, &member))
            REQUIRE(is_slack_id(member.user));
    }
}

static bool is_at(struct str url, struct str host)
{
    struct str rest = str_slice(url, host.len, url.len);
    return str_equal_nocase(str_slice(url, 0, host.len), host) &&
        (!rest.len || str_find(STR("/:?#"), rest.ptr[0]) < 4);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct verdict verdict;
    struct http_reply reply = { .status = (int)take_number(&feed, 2) % 1000 };
    reply.outcome = reply.status > 2 ? HTTP_REPLIED : (enum http_outcome)reply.status;
    reply.retry_after = take_line(&feed);
    reply.body = take_rest(&feed);
    arena_init(&arena, TURN_ARENA_MAX);
    verdict_of(&reply, &verdict);
    check_verdict(&reply, &verdict);
    check_members(verdict.root, &arena);
    struct str read = markup_read(&arena, reply.body);
    REQUIRE(read.len <= reply.body.len && (!text_is_utf8(reply.body) || text_is_utf8(read)));
    if (reply_path_is_allowed(reply.body, STR("https://slack.example.com/api/")))
        REQUIRE(is_at(reply.body, STR("https://hooks.slack.com")) ||
            is_at(reply.body, STR("https://slack.example.com")));
    json_free(verdict.root);
    arena_finish(&arena);
    return 0;
}
