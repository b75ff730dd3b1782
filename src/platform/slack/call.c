/* Owns the requests in flight: their slots, headers and what every reply has in common. What a
 * reply means for a delivery is sender.c's business. */
#include "platform/slack/inside.h"

#include <stdlib.h>

#include "nudged/base/limits.h"

static void on_reply(void *arg, const struct http_reply *reply);
static bool is_plain_ok(const struct http_reply *reply);

struct call *call_new(struct link *link)
{
    for (size_t i = 0; i < CALLS_MAX; i++)
        if (!link->calls[i].used) {
            link->calls[i] = (struct call){ .link = link, .used = true };
            return &link->calls[i];
        }
    return NULL;
}

void call_free(struct call *call)
{
    if (call->http_id)
        call->link->world->ops->http_cancel(call->link->world, call->http_id);
    free(call->kept);
    *call = (struct call){ .link = call->link };
}

size_t calls_in_flight(const struct link *link)
{
    size_t count = 0;
    for (size_t i = 0; i < CALLS_MAX; i++)
        count += link->calls[i].used;
    return count;
}

enum err call_start(struct call *call, enum method method, struct str url, struct str body,
    call_done_fn *done)
{
    struct link *link = call->link;
    const struct method_info *info = method_info(method);
    struct http_header headers[2] = {
        { STR("Content-Type"), info->json ? STR("application/json; charset=utf-8")
                                          : STR("application/x-www-form-urlencoded") },
        { STR("Authorization"), info->app_token ? link->app_bearer : link->bot_bearer },
    };
    char address[URL_BYTES_MAX];
    if (url.len == 0) {
        int len = snprintf(address, sizeof address, "%.*s%s", STR_ARG(link->options.api_url),
            info->name);
        url = (struct str){ address, (size_t)len };
    }
    struct http_request request = {
        .method = STR("POST"), .url = url, .headers = headers, .body = body,
        .headers_len = method == METHOD_RESPONSE_URL ? 1 : 2, .timeout_ms = info->timeout_ms,
    };
    call->method = method;
    call->done = done;
    if (method != METHOD_CHAT_POST || !call->is_post_paid)
        pacing_take(&link->pacing, method, world_mono(link->world));
    return link->world->ops->http_request(link->world, &request, on_reply, call, &call->http_id);
}

void form_add(struct buf *body, const char *name, struct str value)
{
    static const char digits[] = "0123456789ABCDEF";
    buf_addf(body, "%s%s=", body->len ? "&" : "", name);
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'
            || c == '.' || c == '_' || c == '~') {
            buf_add_byte(body, (char)c);
        } else {
            char escaped[3] = { '%', digits[c >> 4], digits[c & 15] };
            buf_add(body, (struct str){ escaped, sizeof escaped });
        }
    }
}

static void on_reply(void *arg, const struct http_reply *reply)
{
    struct call *call = arg;
    struct link *link = call->link;
    enum method method = call->method;
    struct verdict verdict;
    call->http_id = 0;
    verdict_of(reply, &verdict);
    if (method == METHOD_RESPONSE_URL && is_plain_ok(reply))
        verdict.class = VERDICT_OK;
    if (verdict.class == VERDICT_RATE) {
        struct mono now = world_mono(link->world);
        pacing_freeze(&link->pacing, method, (struct mono){ now.ms + verdict.wait_ms });
    }
    call->done(call, &verdict);
    json_free(verdict.root);
    if (verdict.class == VERDICT_TOKEN)
        link_refuse(link, verdict.code, true);
}

/* A response_url answers with two letters where a method answers with JSON. */
static bool is_plain_ok(const struct http_reply *reply)
{
    return reply->outcome == HTTP_REPLIED && reply->status == 200
        && str_equal(str_trim(reply->body), STR("ok"));
}
