/* Into the outbox, and out of it.
 *
 * Owns what each end of a request means for the row, the nudge and the person: the table below. A
 * result whose row is gone (a newer one took its place) changes no row and is no error. */
#include "store/inside.h"

#include "nudged/base/limits.h"

enum { SETTLE_MS = 30000 }; /* the platform's history shows a post after this long, with a margin */

enum row_fate { ROW_DONE, ROW_AGAIN, ROW_LATER, ROW_UNKNOWN, ROW_RELEASE };

static const struct ending {
    enum row_fate fate;
    bool arrived, nudge_fails, person_fails, workspace_lost;
} endings[] = {
    [DELIVERY_END_SENT] = { .fate = ROW_DONE, .arrived = true },
    [DELIVERY_END_RETRY] = { .fate = ROW_AGAIN },
    [DELIVERY_END_UNKNOWN] = { .fate = ROW_UNKNOWN },
    [DELIVERY_END_ABSENT] = { .fate = ROW_RELEASE },
    [DELIVERY_END_GONE] = { .fate = ROW_DONE, .nudge_fails = true },
    [DELIVERY_END_PERSON] = { .fate = ROW_DONE, .nudge_fails = true, .person_fails = true },
    [DELIVERY_END_CONTENT] = { .fate = ROW_DONE, .nudge_fails = true },
    [DELIVERY_END_WORKSPACE] = { .fate = ROW_RELEASE, .workspace_lost = true },
    [DELIVERY_END_LATER] = { .fate = ROW_LATER },
    [DELIVERY_END_EXPIRED] = { .fate = ROW_DONE, .nudge_fails = true },
};
_Static_assert(COUNT(endings) == DELIVERY_END_EXPIRED + 1, "one row per end of a delivery");

static enum err next_delivery_id(const struct applying *applying, int64_t *id);
static enum err replace_older(
    const struct applying *applying, const struct effect *effect, int64_t nudge_id);
static enum err pack(
    const struct applying *applying, const struct message *message, struct str *out);
static enum err settle_row(
    const struct applying *applying, const struct delivery_result *result, enum row_fate fate);
static enum err note_arrival(const struct applying *applying, const struct delivery_result *result);
static enum err fail_nudge(const struct applying *applying, int64_t nudge_id);
static enum err fail_person(const struct applying *applying, int64_t person_id);

enum err apply_deliver(const struct applying *applying, const struct effect *effect)
{
    enum delivery_kind kind = effect->deliver.kind;
    REQUIRE(delivery_class_of(kind) != CLASS_EPHEMERAL && effect->deliver.message);
    REQUIRE(!instant_is_never(effect->deliver.due));
    struct instant now = applying->event->at, due = effect->deliver.due;
    struct instant not_after = effect->deliver.not_after;
    int64_t nudge_id = applied_nudge_id(applying, effect->nudge_id);
    bool by_end = effect->deliver.lane == LANE_NUDGE && !instant_is_never(not_after);
    struct str payload = STR_EMPTY;
    int64_t delivery_id = 0;
    enum err err = pack(applying, effect->deliver.message, &payload);
    if (!err && delivery_class_of(kind) == CLASS_IDEMPOTENT)
        err = replace_older(applying, effect, nudge_id);
    if (!err)
        err = next_delivery_id(applying, &delivery_id);
    if (err)
        return err;
    struct query *query = sql_query(applying->sql, SQL_DELIVERY_NEW);
    query_set_int(query, NAME_DELIVERY_ID, delivery_id);
    query_set_int(query, NAME_LANE, effect->deliver.lane);
    query_set_int(query, NAME_ORDER_MS, by_end ? not_after.utc_ms : now.utc_ms);
    query_set_int(query, NAME_KIND, kind);
    query_set_int(query, NAME_PERSON_ID, effect->person_id);
    query_set_id_or_null(query, NAME_NUDGE_ID, nudge_id);
    query_set_int(query, NAME_DELIVERY_KEY, (int64_t)effect->deliver.key);
    query_set_text_or_null(query, NAME_MESSAGE_ID, effect->deliver.message_id);
    query_set_int(query, NAME_NOW_MS, now.utc_ms);
    /* What was planned for somebody's hours keeps its instant: it does not go when the clock is set
     * back before it while it waits. */
    bool kept = effect->deliver.lane == LANE_NUDGE || effect->deliver.lane == LANE_NOTICE;
    query_set_instant(query, NAME_DUE_MS, kept || instant_before(now, due) ? due : INSTANT_NEVER);
    query_set_instant(query, NAME_NOT_AFTER_MS, not_after.utc_ms ? not_after : INSTANT_NEVER);
    query_set_blob(query, NAME_PAYLOAD, payload);
    applying->out->delivers = true;
    return query_run(query);
}

enum err apply_delivered(const struct applying *applying, const struct effect *effect)
{
    const struct delivery_result *result = &effect->result;
    REQUIRE(result->end >= DELIVERY_END_SENT && (unsigned)result->end < COUNT(endings));
    const struct ending *ending = &endings[result->end];
    bool is_post = result->kind == DELIVERY_POST;
    enum err err = OK;
    if (ending->arrived && is_post) /* while the row still says whether it had to be looked for */
        err = note_arrival(applying, result);
    if (!err)
        err = settle_row(applying, result, ending->fate);
    if (!err && ending->nudge_fails && is_post && result->nudge_id)
        err = fail_nudge(applying, result->nudge_id);
    if (!err && ending->person_fails)
        err = fail_person(applying, result->person_id);
    if (!err && ending->workspace_lost)
        err = sql_run(applying->sql, SQL_STATE_SET_LOST);
    applying->out->delivers = true; /* the row, or whoever waited behind it, may be free now */
    return err;
}

/* Read once a turn; written back at its commit (store.c). */
static enum err next_delivery_id(const struct applying *applying, int64_t *id)
{
    struct store *store = applying->store;
    if (!store->delivery_count_known) {
        struct store_state unused;
        enum err err = store_state(store, NULL, &unused);
        if (err)
            return err;
        store->delivery_count_known = true;
    }
    *id = ++store->delivery_count;
    return OK;
}

static enum err replace_older(
    const struct applying *applying, const struct effect *effect, int64_t nudge_id)
{
    struct query *query = sql_query(applying->sql, SQL_DELIVERY_REPLACE);
    query_set_int(query, NAME_PERSON_ID, effect->person_id);
    query_set_int(query, NAME_KIND, effect->deliver.kind);
    query_set_text_or_null(query, NAME_MESSAGE_ID, effect->deliver.message_id);
    query_set_id_or_null(query, NAME_NUDGE_ID, nudge_id);
    return query_run(query);
}

/* The controls of a new nudge's message carry the number it got just now. */
static enum err pack(
    const struct applying *applying, const struct message *message, struct str *out)
{
    struct message whole = *message;
    whole.ref.nudge_id = applied_nudge_id(applying, message->ref.nudge_id);
    struct buf buf = buf_in(applying->arena, MESSAGE_BYTES_MAX);
    message_pack(&whole, &buf);
    return buf_finish(&buf, out);
}

static enum err settle_row(
    const struct applying *applying, const struct delivery_result *result, enum row_fate fate)
{
    static const enum sql_id statements[] = {
        [ROW_DONE] = SQL_DELIVERY_DONE,
        [ROW_AGAIN] = SQL_DELIVERY_AGAIN,
        [ROW_LATER] = SQL_DELIVERY_LATER,
        [ROW_UNKNOWN] = SQL_DELIVERY_UNKNOWN,
        [ROW_RELEASE] = SQL_DELIVERY_RELEASE,
    };
    struct instant now = applying->event->at;
    struct query *query = sql_query(applying->sql, statements[fate]);
    query_set_int(query, NAME_DELIVERY_ID, result->delivery_id);
    if (fate == ROW_AGAIN || fate == ROW_LATER)
        query_set_id_or_null(query, NAME_DUE_MS, result->again.utc_ms);
    if (fate == ROW_UNKNOWN) {
        query_set_int(query, NAME_NOW_MS, now.utc_ms);
        query_set_int(query, NAME_SETTLE_MS, now.utc_ms + SETTLE_MS);
    }
    return query_run(query);
}

static enum err note_arrival(const struct applying *applying, const struct delivery_result *result)
{
    enum err err = OK;
    if (result->nudge_id && result->message_id.len) {
        struct query *query = sql_query(applying->sql, SQL_NUDGE_SENT);
        query_set_int(query, NAME_NUDGE_ID, result->nudge_id);
        query_set_text(query, NAME_MESSAGE_ID, result->message_id);
        query_set_int(query, NAME_DELIVERY_ID, result->delivery_id);
        query_set_int(query, NAME_NOW_MS, applying->event->at.utc_ms);
        err = query_run(query);
    }
    if (!err && result->channel.len) {
        struct query *query = sql_query(applying->sql, SQL_PERSON_SET_CHANNEL);
        query_set_int(query, NAME_PERSON_ID, result->person_id);
        query_set_text(query, NAME_CHAT_CHANNEL, result->channel);
        err = query_run(query);
    }
    return err;
}

static enum err fail_nudge(const struct applying *applying, int64_t nudge_id)
{
    struct query *query = sql_query(applying->sql, SQL_NUDGE_FAIL);
    query_set_int(query, NAME_NUDGE_ID, nudge_id);
    query_set_int(query, NAME_NOW_MS, applying->event->at.utc_ms);
    return query_run(query);
}

static enum err fail_person(const struct applying *applying, int64_t person_id)
{
    struct query *query = sql_query(applying->sql, SQL_PERSON_SET_UNREACHABLE);
    query_set_int(query, NAME_PERSON_ID, person_id);
    applying->out->slots_changed = true;
    return query_run(query);
}
