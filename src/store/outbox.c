/* The outbox as the sender uses it. Owns the order of sending; how a request ended comes back as an
 * event and is applied in apply_delivery.c. */
#include "nudged/store/outbox.h"

#include "store/inside.h"

enum { SETTLE_MS = 30000 }; /* as in apply_delivery.c, here counted from the claim */

static void row_delivery(struct query *query, struct arena *arena, struct delivery *out);
static enum err read_deliveries(
    struct query *query, struct arena *arena, struct delivery *out, size_t max, size_t *len);
static enum err read_next(struct store *store, enum sql_id id, enum sql_name column,
    struct instant now, struct instant *out);

enum err outbox_ready(struct store *store, enum lane lane, struct instant now,
    const struct delivery *after, struct arena *arena, struct delivery *out, size_t max,
    size_t *len)
{
    struct query *query = sql_query(store->sql, SQL_OUTBOX_READY);
    query_set_int(query, NAME_LANE, lane);
    query_set_int(query, NAME_NOW_MS, now.utc_ms);
    query_set_int(query, NAME_ORDER_MS, after ? after->order_ms : INT64_MIN);
    query_set_int(query, NAME_DELIVERY_ID, after ? after->delivery_id : 0);
    return read_deliveries(query, arena, out, max, len);
}

enum err outbox_claim(struct store *store, const struct delivery *delivery, struct instant now)
{
    REQUIRE(store->in_turn);
    struct query *query = sql_query(store->sql, SQL_OUTBOX_CLAIM);
    query_set_int(query, NAME_DELIVERY_ID, delivery->delivery_id);
    query_set_int(query, NAME_NOW_MS, now.utc_ms);
    query_set_int(query, NAME_SETTLE_MS, now.utc_ms + SETTLE_MS);
    int64_t rows = 0;
    enum err err = query_run_counted(query, &rows);
    return !err && rows == 0 ? ERR_NOT_FOUND : err;
}

enum err outbox_unknown(struct store *store, struct instant now, struct arena *arena,
    struct delivery *out, size_t max, size_t *len)
{
    struct query *query = sql_query(store->sql, SQL_OUTBOX_UNKNOWN);
    query_set_int(query, NAME_NOW_MS, now.utc_ms);
    return read_deliveries(query, arena, out, max, len);
}

enum err outbox_next_due(struct store *store, struct instant now, struct instant *out)
{
    struct instant due, settle;
    enum err err = read_next(store, SQL_OUTBOX_NEXT_DUE, NAME_DUE_MS, now, &due);
    if (!err)
        err = read_next(store, SQL_OUTBOX_NEXT_SETTLE, NAME_SETTLE_MS, now, &settle);
    if (!err)
        *out = instant_before(due, settle) ? due : settle;
    return err;
}

enum err outbox_recover(struct store *store)
{
    REQUIRE(store->in_turn);
    enum err err = sql_run(store->sql, SQL_OUTBOX_RECOVER_POSTS);
    return err ? err : sql_run(store->sql, SQL_OUTBOX_RECOVER_REST);
}

enum err outbox_counts(struct store *store, struct outbox_counts *out)
{
    struct query *query = sql_query(store->sql, SQL_OUTBOX_COUNTS);
    struct outbox_counts counts = { 0 };
    bool found = false;
    enum err err = query_row(query, &found);
    if (!err && found) {
        counts.planned = query_int(query, NAME_PLANNED);
        counts.claimed = query_int(query, NAME_CLAIMED);
        counts.unknown = query_int(query, NAME_UNKNOWN);
        counts.oldest = query_instant(query, NAME_MADE_MS);
        err = query_end(query);
    }
    if (!err)
        *out = counts;
    return err;
}

static void row_delivery(struct query *query, struct arena *arena, struct delivery *out)
{
    *out = (struct delivery){
        .delivery_id = query_int(query, NAME_DELIVERY_ID),
        .lane = (enum lane)query_in(query, NAME_LANE, LANE_INTERACTIVE, LANE_END - 1),
        .order_ms = query_int(query, NAME_ORDER_MS),
        .kind = (enum delivery_kind)query_in(query, NAME_KIND, DELIVERY_POST, DELIVERY_HOME),
        .state =
            (enum delivery_state)query_in(query, NAME_STATE, DELIVERY_PLANNED, DELIVERY_UNKNOWN),
        .person_id = query_int(query, NAME_PERSON_ID),
        .nudge_id = query_int(query, NAME_NUDGE_ID),
        .key = (uint64_t)query_int(query, NAME_DELIVERY_KEY),
        .user = query_copy(query, NAME_CHAT_USER, arena),
        .channel = query_copy(query, NAME_CHAT_CHANNEL, arena),
        .message_id = query_copy(query, NAME_MESSAGE_ID, arena),
        .due = { query_int(query, NAME_DUE_MS) },
        .not_after = query_instant(query, NAME_NOT_AFTER_MS),
        .claimed = { query_int(query, NAME_CLAIMED_MS) },
        .attempts = query_int32(query, NAME_ATTEMPTS),
        .payload = query_copy(query, NAME_PAYLOAD, arena),
    };
}

static enum err read_deliveries(
    struct query *query, struct arena *arena, struct delivery *out, size_t max, size_t *len)
{
    query_set_int(query, NAME_MAX, (int64_t)max);
    size_t count = 0;
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found)
        row_delivery(query, arena, &out[count++]);
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (!err)
        *len = count;
    return err;
}

static enum err read_next(struct store *store, enum sql_id id, enum sql_name column,
    struct instant now, struct instant *out)
{
    struct query *query = sql_query(store->sql, id);
    query_set_int(query, NAME_NOW_MS, now.utc_ms);
    struct instant at = INSTANT_NEVER;
    bool found = false;
    enum err err = query_row(query, &found);
    if (!err && found) {
        at = query_instant(query, column);
        err = query_end(query);
    }
    if (!err)
        *out = at;
    return err;
}
