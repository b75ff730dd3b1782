/* Owns the table of Slack's error codes. */
#include "platform/slack/verdict.h"

#include "nudged/base/limits.h"

enum { WAIT_MS_MIN = 1000, WAIT_MS_MAX = 3600 * 1000, WAIT_MS_DEFAULT = 30 * 1000 };

static enum verdict_class class_of_code(struct str code);
static void set_code(struct verdict *verdict, const char *word, int status);
static bool is_code(struct str code);
static void judge_body(struct json *root, struct verdict *out);

static const struct { const char *code; enum verdict_class class; } codes[] = {
    { "ratelimited", VERDICT_RATE },
    { "rate_limited", VERDICT_RATE },

    { "service_unavailable", VERDICT_TRANSIENT },
    { "team_added_to_org", VERDICT_TRANSIENT },
    { "org_login_required", VERDICT_TRANSIENT },
    { "hash_conflict", VERDICT_TRANSIENT },

    { "internal_error", VERDICT_UNCLEAR },
    { "fatal_error", VERDICT_UNCLEAR },
    { "request_timeout", VERDICT_UNCLEAR },

    { "message_limit_exceeded", VERDICT_QUOTA },

    { "channel_not_found", VERDICT_PERSON },
    { "user_disabled", VERDICT_PERSON },
    { "user_not_found", VERDICT_PERSON },
    { "users_not_found", VERDICT_PERSON },
    { "user_not_visible", VERDICT_PERSON },
    { "cannot_dm_bot", VERDICT_PERSON },
    { "is_archived", VERDICT_PERSON },
    { "not_in_channel", VERDICT_PERSON },
    { "messages_tab_disabled", VERDICT_PERSON },
    { "restricted_action", VERDICT_PERSON },
    { "restricted_action_non_threadable_channel", VERDICT_PERSON },
    { "restricted_action_read_only_channel", VERDICT_PERSON },
    { "restricted_action_thread_locked", VERDICT_PERSON },
    { "restricted_action_thread_only_channel", VERDICT_PERSON },
    { "ekm_access_denied", VERDICT_PERSON },
    { "app_access_restricted", VERDICT_PERSON },

    { "message_not_found", VERDICT_GONE },
    { "cant_update_message", VERDICT_GONE },
    { "edit_window_closed", VERDICT_GONE },
    { "is_inactive", VERDICT_GONE },

    { "missing_scope", VERDICT_PERMISSION },
    { "not_allowed_token_type", VERDICT_PERMISSION },
    { "no_permission", VERDICT_PERMISSION },
    { "two_factor_setup_required", VERDICT_PERMISSION },
    { "accesslimited", VERDICT_PERMISSION },
    { "access_denied", VERDICT_PERMISSION },
    { "team_access_not_granted", VERDICT_PERMISSION },

    { "invalid_auth", VERDICT_TOKEN },
    { "not_authed", VERDICT_TOKEN },
    { "account_inactive", VERDICT_TOKEN },
    { "token_revoked", VERDICT_TOKEN },
    { "token_expired", VERDICT_TOKEN },
    { "user_removed_from_team", VERDICT_TOKEN },
    { "team_disabled", VERDICT_TOKEN },
};

/* Everything about the message itself (invalid_blocks, expired_trigger_id, …) and every code that
 * is new to us is not in the list: VERDICT_CONTENT. */

static const struct { enum delivery_end idempotent, creating; } ends[] = {
    [VERDICT_OK] = { DELIVERY_END_SENT, DELIVERY_END_SENT },
    [VERDICT_RATE] = { DELIVERY_END_RETRY, DELIVERY_END_RETRY },
    [VERDICT_TRANSIENT] = { DELIVERY_END_RETRY, DELIVERY_END_RETRY },
    [VERDICT_UNCLEAR] = { DELIVERY_END_RETRY, DELIVERY_END_UNKNOWN },
    [VERDICT_QUOTA] = { DELIVERY_END_RETRY, DELIVERY_END_RETRY },
    [VERDICT_PERSON] = { DELIVERY_END_PERSON, DELIVERY_END_PERSON },
    [VERDICT_CONTENT] = { DELIVERY_END_CONTENT, DELIVERY_END_CONTENT },
    [VERDICT_GONE] = { DELIVERY_END_GONE, DELIVERY_END_GONE },
    [VERDICT_PERMISSION] = { DELIVERY_END_WORKSPACE, DELIVERY_END_WORKSPACE },
    [VERDICT_TOKEN] = { DELIVERY_END_WORKSPACE, DELIVERY_END_WORKSPACE },
};
_Static_assert(COUNT(ends) == VERDICT_COUNT, "one row a class");

void verdict_of(const struct http_reply *reply, struct verdict *out)
{
    *out = (struct verdict){ .class = VERDICT_UNCLEAR };
    struct json *root = NULL;
    if (reply->outcome == HTTP_NOT_SENT) {
        out->class = VERDICT_TRANSIENT;
        out->code = STR("not_sent");
        out->cause = reply->detail;
    } else if (reply->outcome != HTTP_REPLIED) {
        out->code = STR("no_reply");
    } else if (reply->status == 429) {
        out->class = VERDICT_RATE;
        out->code = STR("ratelimited");
    } else if (reply->status >= 500) {
        set_code(out, "http", reply->status);
    } else if (json_parse(reply->body, HTTP_REPLY_BYTES_MAX, &root) == OK && json_is_object(root)) {
        judge_body(root, out);
    } else if (reply->status >= 400) {
        out->class = VERDICT_TRANSIENT;
        set_code(out, "http", reply->status);
    } else {
        set_code(out, "no_json", reply->status);
    }
    if (out->root != root)
        json_free(root);
    if (out->class == VERDICT_RATE)
        out->wait_ms = retry_after_ms(reply->retry_after);
}

enum delivery_end verdict_end(enum verdict_class class, bool creates)
{
    REQUIRE(class < VERDICT_COUNT);
    return creates ? ends[class].creating : ends[class].idempotent;
}

int64_t retry_after_ms(struct str header)
{
    uint64_t seconds = 0;
    if (!str_to_uint64(str_trim(header), &seconds))
        return WAIT_MS_DEFAULT;
    if (seconds > WAIT_MS_MAX / 1000)
        return WAIT_MS_MAX;
    return seconds == 0 ? WAIT_MS_MIN : (int64_t)seconds * 1000;
}

/* A body without "ok" is none of Slack's: a proxy answered, and nobody knows for whom. */
static void judge_body(struct json *root, struct verdict *out)
{
    struct str code = json_get_text(root, "error");
    if (json_get_true(root, "ok")) {
        out->class = VERDICT_OK;
        out->root = root;
    } else if (!json_get(root, "ok")) {
        out->code = STR("no_ok");
    } else if (!is_code(code)) {
        out->class = VERDICT_CONTENT;
        out->code = STR("odd_code");
    } else {
        out->class = class_of_code(code);
        /* The body is the reply's, the tree is not. */
        for (size_t i = 0; i < code.len; i++)
            out->code_bytes[i] = code.ptr[i];
        out->code = (struct str){ out->code_bytes, code.len };
    }
}

static enum verdict_class class_of_code(struct str code)
{
    for (size_t i = 0; i < COUNT(codes); i++)
        if (str_equal(code, str_from_z(codes[i].code)))
            return codes[i].class;
    return VERDICT_CONTENT;
}

static void set_code(struct verdict *verdict, const char *word, int status)
{
    int len =
        snprintf(verdict->code_bytes, sizeof verdict->code_bytes, "%s_%d", word, status % 1000);
    verdict->code = (struct str){ verdict->code_bytes, (size_t)len };
}

/* What is not Slack's kind of word may be anything, also a secret echoed: it is not passed on. */
static bool is_code(struct str code)
{
    for (size_t i = 0; i < code.len; i++) {
        char c = code.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return code.len > 0 && code.len <= CODE_BYTES_MAX;
}
