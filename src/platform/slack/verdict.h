/* What a reply of the Web API means. One table, after docs.slack.dev: status 200 or 429, the real
 * outcome in "ok" and "error". Pure.
 *
 * A definite refusal (429, another 4xx, ok:false with a code) did nothing. No reply, a 5xx, a body
 * that is no JSON, and the codes internal_error, fatal_error, request_timeout leave it open. A code
 * we do not know is a refusal of the content: it is reported, never repeated. */
#ifndef SLACK_VERDICT_H
#define SLACK_VERDICT_H

#include "nudged/base/world.h"
#include "nudged/core/delivery.h"
#include "platform/slack/json.h"

enum verdict_class {
    VERDICT_OK,
    VERDICT_RATE,           /* wait_ms, for the whole method */
    VERDICT_TRANSIENT,      /* nothing was done; later */
    VERDICT_UNCLEAR,        /* may have been done */
    VERDICT_QUOTA,          /* nothing was done; much later */
    VERDICT_PERSON,
    VERDICT_CONTENT,
    VERDICT_GONE,
    VERDICT_PERMISSION,     /* the app lacks a right: this method will not work */
    VERDICT_TOKEN,          /* the token is dead: no method will work */
    VERDICT_COUNT
};

enum { CODE_BYTES_MAX = 48 };

struct verdict {
    enum verdict_class class;
    int64_t wait_ms;                    /* RATE: 1 s to 1 h */
    struct str cause;                   /* not_sent: why, for people; names no secret */
    struct str code;                    /* "user_disabled", "http_503", "no_reply"; empty: OK */
    char code_bytes[CODE_BYTES_MAX];    /* where made-up codes are kept */
    struct json *root;                  /* OK only; owned by whoever asked, for json_free */
};

/* The reply must outlive *out's code. */
void verdict_of(const struct http_reply *reply, struct verdict *out);
/* creates: repeating could make a second one. */
enum delivery_end verdict_end(enum verdict_class class, bool creates);
/* Seconds as Slack sends them; absent or anything else gives 30 s. In milliseconds, 1 s to 1 h. */
int64_t retry_after_ms(struct str header);

#endif
