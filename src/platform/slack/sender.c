/* Owns the way of one delivery: which requests it takes, and what their end means for the outbox.
 * Decides nothing about order or repetition; those are the outbox's.
 *
 * One odd decision: a click's feedback goes by the click's own response_url as soon as the bucket
 * of chat.update is no longer full, because that address has no tier: a thousand people answering
 * at once all see their feedback, and what is left in the bucket is there for those who typed their
 * answer, for whom there is no other way. */
#include "platform/slack/inside.h"

#include <stdlib.h>

#include "nudged/base/limits.h"
#include "platform/slack/control.h"
#include "platform/slack/encode.h"
#include "platform/slack/members.h"

enum {
    UPDATES_KEPT = 8,               /* of the ten in a full bucket, for messages nobody clicked */
    BUSY_WAIT_MS = 100,
    DOWN_WAIT_MS = 1000,
    BACKOFF_MS_MAX = 5 * 60 * 1000,
    QUOTA_WAIT_MS = 3600 * 1000,
    LOOKUP_MARGIN_S = 24 * 3600,    /* our clock may be ahead of Slack's by that much */
    LOOKUP_PAGES_MAX = 20
};

typedef enum err start_fn(struct call *call);

static start_fn start_post, start_update, start_home, start_form, start_whisper;
static start_fn open_conversation, post_message, read_history;
static call_done_fn conversation_opened, message_posted, message_updated;
static call_done_fn view_opened, view_published, response_answered, whisper_answered, history_read;
static enum err keep_delivery(struct call *call, const struct delivery *delivery);
static enum err call_with_message(struct call *call, enum method method, call_done_fn *done);
static enum err call_response(struct call *call, struct way_back way, bool replace,
    call_done_fn *done);
static enum err call_history(struct call *call, struct str cursor);
static const struct json *find_key(const struct json *messages, uint64_t key);
static struct way_back find_way_back(struct link *link, const struct delivery *delivery);
static void finish(struct call *call, const struct verdict *verdict, bool creates);
static void finish_as(struct call *call, struct delivery_result result);
static void finish_lookup(struct call *call, const struct verdict *verdict);
static void finish_not_started(struct call *call, enum err err);
static struct instant again_at(struct call *call, const struct verdict *verdict);
static struct mono later(struct mono a, struct mono b);

static start_fn *const starters[] = {
    [DELIVERY_POST] = start_post, [DELIVERY_UPDATE] = start_update, [DELIVERY_HOME] = start_home,
    [DELIVERY_FORM] = start_form, [DELIVERY_WHISPER] = start_whisper,
};
_Static_assert(COUNT(starters) == DELIVERY_WHISPER + 1, "one for each delivery kind");

struct mono slack_ready(struct link *link, const struct delivery *delivery, size_t ahead)
{
    struct mono now = world_mono(link->world), ready = now;
    if (!slack_is_up(link))
        return (struct mono){ now.ms + DOWN_WAIT_MS };
    if (delivery->delivery_id && calls_in_flight(link) + ahead >= DELIVERIES_IN_FLIGHT_MAX)
        return (struct mono){ now.ms + BUSY_WAIT_MS };
    if (delivery->kind == DELIVERY_POST) {
        ready = pacing_ready_after(&link->pacing, METHOD_CHAT_POST, ahead, now);
        ready = later(ready, delivery->channel.len
            ? pacing_channel_ready_at(&link->pacing, delivery->channel, now)
            : pacing_ready_after(&link->pacing, METHOD_CONVERSATIONS_OPEN, ahead, now));
    } else if (delivery->kind == DELIVERY_UPDATE) {
        ready = pacing_ready_after(&link->pacing, METHOD_CHAT_UPDATE, ahead, now);
        if (ready.ms > now.ms && find_way_back(link, delivery).id)
            ready = now;
    } else if (delivery->kind == DELIVERY_HOME) {
        ready = pacing_ready_after(&link->pacing, METHOD_VIEWS_PUBLISH, ahead, now);
    }
    return ready;
}

enum err slack_send(struct link *link, const struct delivery *delivery)
{
    if (link->workspace[0] == '\0' || link->step == STEP_REFUSED)
        return ERR_CLOSED;
    if (delivery->kind < DELIVERY_POST || delivery->kind >= COUNT(starters))
        return ERR_INVALID;
    if (delivery->delivery_id && calls_in_flight(link) >= DELIVERIES_IN_FLIGHT_MAX)
        return ERR_BUSY;
    struct call *call = call_new(link);
    if (!call)
        return ERR_BUSY;
    enum err err = keep_delivery(call, delivery);
    if (!err)
        err = starters[delivery->kind](call);
    if (err)
        call_free(call);
    return err;
}

enum err slack_lookup(struct link *link, const struct delivery *delivery)
{
    if (link->workspace[0] == '\0' || link->step == STEP_REFUSED)
        return ERR_CLOSED;
    struct call *call = calls_in_flight(link) < DELIVERIES_IN_FLIGHT_MAX ? call_new(link) : NULL;
    if (!call)
        return ERR_BUSY;
    call->is_lookup = true;
    enum err err = keep_delivery(call, delivery);
    if (!err)
        err = delivery->channel.len ? read_history(call) : open_conversation(call);
    if (err)
        call_free(call);
    return err;
}

/* The post's token is taken now also when a conversation must be opened first: the post then
 * follows at once, and whoever asks in between sees it gone. */
static enum err start_post(struct call *call)
{
    if (call->delivery.channel.len)
        return post_message(call);
    pacing_take(&call->link->pacing, METHOD_CHAT_POST, world_mono(call->link->world));
    call->is_post_paid = true;
    return open_conversation(call);
}

static enum err post_message(struct call *call)
{
    struct link *link = call->link;
    pacing_channel_take(&link->pacing, call->delivery.channel, world_mono(link->world));
    return call_with_message(call, METHOD_CHAT_POST, message_posted);
}

static enum err open_conversation(struct call *call)
{
    struct buf body = buf_in(link_scratch(call->link), 256);
    struct str bytes;
    buf_add(&body, STR("{\"users\":"));
    buf_add_json_string(&body, call->delivery.user);
    buf_add(&body, STR("}"));
    enum err err = buf_finish(&body, &bytes);
    return err ? err : call_start(call, METHOD_CONVERSATIONS_OPEN, STR_EMPTY, bytes,
        conversation_opened);
}

static enum err start_update(struct call *call)
{
    struct link *link = call->link;
    struct mono now = world_mono(link->world);
    if (pacing_ready_after(&link->pacing, METHOD_CHAT_UPDATE, UPDATES_KEPT, now).ms > now.ms) {
        struct way_back way = find_way_back(link, &call->delivery);
        if (way.id)
            return call_response(call, way, true, response_answered);
    }
    return call_with_message(call, METHOD_CHAT_UPDATE, message_updated);
}

static enum err start_home(struct call *call)
{
    return call_with_message(call, METHOD_VIEWS_PUBLISH, view_published);
}

/* A trigger is good for three seconds; a form that comes later would only be an error. */
static enum err start_form(struct call *call)
{
    struct instant until = call->delivery.not_after;
    if (call->delivery.trigger.len == 0)
        return ERR_INVALID;
    if (until.utc_ms && instant_before(until, world_now(call->link->world)))
        return ERR_TIMEOUT;
    return call_with_message(call, METHOD_VIEWS_OPEN, view_opened);
}

static enum err start_whisper(struct call *call)
{
    struct way_back way = find_way_back(call->link, &call->delivery);
    return way.id ? call_response(call, way, false, whisper_answered) : ERR_NOT_FOUND;
}

static enum err call_with_message(struct call *call, enum method method, call_done_fn *done)
{
    const struct delivery *delivery = &call->delivery;
    struct arena *scratch = link_scratch(call->link);
    struct buf body = buf_in(scratch, BODY_BYTES_MAX);
    struct message message = { 0 };
    struct target target = { .channel = delivery->channel, .message_id = delivery->message_id,
        .user = delivery->user, .trigger = delivery->trigger, .key = delivery->key };
    enum err err = message_unpack(delivery->payload, scratch, &message);
    if (!err)
        err = encode_body(&message, delivery->kind, &target, scratch, &body);
    return err ? err : call_start(call, method, STR_EMPTY, buf_str(&body), done);
}

static enum err call_response(struct call *call, struct way_back way, bool replace,
    call_done_fn *done)
{
    struct arena *scratch = link_scratch(call->link);
    struct buf body = buf_in(scratch, BODY_BYTES_MAX);
    struct message message = { 0 };
    enum err err = message_unpack(call->delivery.payload, scratch, &message);
    if (!err)
        err = encode_response(&message, replace, scratch, &body);
    if (err)
        return err;
    call->way_back = way.id;
    reply_paths_use(call->link->reply_paths, way.id);
    return call_start(call, METHOD_RESPONSE_URL, way.url, buf_str(&body), done);
}

static void conversation_opened(struct call *call, const struct verdict *verdict)
{
    struct str channel = json_get_text(json_get(verdict->root, "channel"), "id");
    if (verdict->class != VERDICT_OK || !is_slack_id(channel)) {
        finish(call, verdict, false);
        return;
    }
    (void)snprintf(call->channel, sizeof call->channel, "%.*s", STR_ARG(channel));
    call->delivery.channel = str_from_z(call->channel);
    enum err err = call->is_lookup ? read_history(call) : post_message(call);
    if (err)
        finish_not_started(call, err);
}

/* "ok" without the message's id: it is there, but we do not know where; the history does. */
static void message_posted(struct call *call, const struct verdict *verdict)
{
    struct str ts = json_get_text(verdict->root, "ts");
    struct str channel = json_get_text(verdict->root, "channel");
    struct verdict unclear = { .class = VERDICT_UNCLEAR, .code = STR("no_ts") };
    if (verdict->class == VERDICT_OK && !is_slack_ts(ts)) {
        finish(call, &unclear, true);
        return;
    }
    if (verdict->class == VERDICT_OK) {
        call->delivery.message_id = ts;
        if (is_slack_id(channel))
            call->delivery.channel = channel;
    }
    finish(call, verdict, true);
}

static void message_updated(struct call *call, const struct verdict *verdict)
{
    finish(call, verdict, false);
}

static void view_published(struct call *call, const struct verdict *verdict)
{
    finish(call, verdict, false);
}

static void view_opened(struct call *call, const struct verdict *verdict)
{
    if (verdict->class != VERDICT_OK)
        link_note(call->link, STR("views.open"), verdict->code);
    finish(call, verdict, false);
}

static void whisper_answered(struct call *call, const struct verdict *verdict)
{
    finish(call, verdict, false);
}

/* Whatever went wrong with this address, the method itself may still do it. */
static void response_answered(struct call *call, const struct verdict *verdict)
{
    struct verdict again = { .class = VERDICT_TRANSIENT, .code = verdict->code };
    if (verdict->class == VERDICT_OK) {
        finish(call, verdict, false);
        return;
    }
    reply_paths_drop(call->link->reply_paths, call->way_back);
    finish(call, &again, false);
}

static enum err read_history(struct call *call)
{
    return call_history(call, STR_EMPTY);
}

static enum err call_history(struct call *call, struct str cursor)
{
    struct arena *scratch = link_scratch(call->link);
    struct buf body = buf_in(scratch, 1024);
    int64_t oldest_s = call->delivery.claimed.utc_ms / 1000 - LOOKUP_MARGIN_S;
    struct str bytes;
    form_add(&body, "channel", call->delivery.channel);
    form_add(&body, "oldest", str_format(scratch, "%lld.000000",
        (long long)(oldest_s > 0 ? oldest_s : 0)));
    form_add(&body, "inclusive", STR("true"));
    form_add(&body, "include_all_metadata", STR("true"));
    form_add(&body, "limit", STR("100"));
    if (cursor.len)
        form_add(&body, "cursor", cursor);
    enum err err = buf_finish(&body, &bytes);
    call->pages++;
    return err ? err : call_start(call, METHOD_HISTORY, STR_EMPTY, bytes, history_read);
}

static void history_read(struct call *call, const struct verdict *verdict)
{
    const struct json *messages = json_get(verdict->root, "messages");
    struct str ts = json_get_text(find_key(messages, call->delivery.key), "ts");
    struct str cursor = json_get_text(json_get(verdict->root, "response_metadata"), "next_cursor");
    bool more = json_get_true(verdict->root, "has_more") || cursor.len;
    struct verdict unclear = { .class = VERDICT_UNCLEAR, .code = STR("history_incomplete") };
    if (verdict->class != VERDICT_OK) {
        finish_lookup(call, verdict);
    } else if (is_slack_ts(ts)) {
        call->delivery.message_id = ts;
        finish_as(call, (struct delivery_result){ .end = DELIVERY_END_SENT });
    } else if (!messages || (more && (cursor.len == 0 || call->pages >= LOOKUP_PAGES_MAX))) {
        finish_lookup(call, &unclear);
    } else if (!more) {
        finish_as(call, (struct delivery_result){ .end = DELIVERY_END_ABSENT });
    } else {
        enum err err = call_history(call, cursor);
        if (err)
            finish_not_started(call, err);
    }
}

static const struct json *find_key(const struct json *messages, uint64_t key)
{
    for (const struct json *each = json_first(messages); each; each = json_next(each)) {
        const struct json *metadata = json_get(each, "metadata");
        uint64_t found = 0;
        if (str_equal(json_get_text(metadata, "event_type"), STR(METADATA_EVENT_TYPE))
            && control_read_key(json_get_text(json_get(metadata, "event_payload"), "key"), &found)
            && found == key)
            return each;
    }
    return NULL;
}

/* For a whisper after a slash command there is no message, only whose and where. */
static struct way_back find_way_back(struct link *link, const struct delivery *delivery)
{
    struct reply_place place = { delivery->channel, delivery->message_id,
        delivery->kind == DELIVERY_WHISPER ? delivery->user : STR_EMPTY };
    return reply_paths_find(link->reply_paths, place, link_time(link));
}

static enum err keep_delivery(struct call *call, const struct delivery *delivery)
{
    struct str *strings[] = { &call->delivery.user, &call->delivery.channel,
        &call->delivery.message_id, &call->delivery.trigger, &call->delivery.payload };
    size_t bytes = 1;
    call->delivery = *delivery;
    for (size_t i = 0; i < COUNT(strings); i++)
        bytes += strings[i]->len;
    char *at = call->kept = malloc(bytes);
    if (!at)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < COUNT(strings); i++) {
        if (strings[i]->len)
            memcpy(at, strings[i]->ptr, strings[i]->len);
        strings[i]->ptr = at;
        at += strings[i]->len;
    }
    return OK;
}

static void finish(struct call *call, const struct verdict *verdict, bool creates)
{
    if (call->is_lookup) {
        finish_lookup(call, verdict);
        return;
    }
    enum delivery_end end = verdict_end(verdict->class, creates);
    finish_as(call, (struct delivery_result){ .end = end, .code = verdict->code,
        .again = end == DELIVERY_END_RETRY ? again_at(call, verdict) : (struct instant){ 0 } });
}

/* A lookup that did not work out leaves the outcome as unknown as it was. */
static void finish_lookup(struct call *call, const struct verdict *verdict)
{
    enum delivery_end end = verdict_end(verdict->class, false);
    bool final = end == DELIVERY_END_PERSON || end == DELIVERY_END_WORKSPACE;
    finish_as(call, (struct delivery_result){ .end = final ? end : DELIVERY_END_UNKNOWN,
        .code = verdict->code, .again = again_at(call, verdict) });
}

/* The second request of two could not be started: nothing has been posted. */
static void finish_not_started(struct call *call, enum err err)
{
    bool content = err_policy_of(err) == ERR_POLICY_GIVE_UP;
    struct verdict verdict = { .class = content ? VERDICT_CONTENT : VERDICT_TRANSIENT,
        .code = str_from_z(err_name(err)) };
    finish(call, &verdict, false);
}

static void finish_as(struct call *call, struct delivery_result result)
{
    const struct delivery *delivery = &call->delivery;
    struct link *link = call->link;
    result.delivery_id = delivery->delivery_id;
    result.lane = delivery->lane;
    result.order_ms = delivery->order_ms;
    result.kind = delivery->kind;
    result.person_id = delivery->person_id;
    result.nudge_id = delivery->nudge_id;
    result.channel = delivery->channel;
    result.message_id = delivery->message_id;
    if (delivery->delivery_id)
        link->options.events->done(link->options.arg, &result);
    call_free(call);
}

/* Doubles with each attempt, half of it drawn, so that what failed together does not return so. */
static struct instant again_at(struct call *call, const struct verdict *verdict)
{
    struct link *link = call->link;
    int attempts = call->delivery.attempts;
    int64_t wait_ms = INT64_C(2000) << (attempts < 0 ? 0 : attempts > 12 ? 12 : attempts);
    if (wait_ms > BACKOFF_MS_MAX)
        wait_ms = BACKOFF_MS_MAX;
    wait_ms = wait_ms / 2 + world_random_below(link->world, (uint32_t)(wait_ms / 2));
    if (verdict->class == VERDICT_RATE)
        wait_ms = verdict->wait_ms;
    if (verdict->class == VERDICT_QUOTA)
        wait_ms = QUOTA_WAIT_MS;
    return instant_add(world_now(link->world), (struct duration){ wait_ms });
}

static struct mono later(struct mono a, struct mono b)
{
    return a.ms > b.ms ? a : b;
}
