/* What the watch over the daemon asks the store: which alerts are remembered, what waits, who
 * cannot be reached. */
#include "store/inside.h"

#include "nudged/store/watch.h"

enum err store_alerts(struct store *store, struct arena *arena, struct alert_kept *out, size_t max,
    size_t *len)
{
    struct query *query = sql_query(store->sql, SQL_ALERTS);
    bool found = false;
    size_t count = 0;
    enum err err;
    while (!(err = query_row(query, &found)) && found && count < max) {
        out[count].condition = query_copy(query, NAME_CONDITION, arena);
        out[count++].began = query_instant(query, NAME_BEGAN_MS);
    }
    if (!err && found)
        err = query_end(query);
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (!err)
        *len = count;
    return err;
}

enum err store_outbox_lanes(
    struct store *store, struct instant now, struct lane_waits out[LANE_END])
{
    struct lane_waits lanes[LANE_END];
    for (int lane = 0; lane < LANE_END; lane++)
        lanes[lane] = (struct lane_waits){ .oldest = INSTANT_NEVER };
    struct query *query = sql_query(store->sql, SQL_OUTBOX_LANES);
    query_set_int(query, NAME_NOW_MS, now.utc_ms);
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        int64_t lane = query_in(query, NAME_LANE, LANE_INTERACTIVE, LANE_END - 1);
        lanes[lane].rows = query_int(query, NAME_PLANNED);
        lanes[lane].oldest = query_instant(query, NAME_MADE_MS);
    }
    if (!err)
        memcpy(out, lanes, sizeof(lanes));
    return err;
}

enum err store_due_count(
    struct store *store, struct instant now, int64_t *people, struct instant *first)
{
    struct query *query = sql_query(store->sql, SQL_DUE_COUNT);
    query_set_int(query, NAME_NOW_MS, now.utc_ms);
    bool found = false;
    enum err err = query_row(query, &found);
    if (err || !found)
        return err;
    int64_t count = query_int(query, NAME_PEOPLE);
    struct instant at = query_instant(query, NAME_NEXT_SLOT_MS);
    err = query_end(query);
    if (!err) {
        *people = count;
        *first = at;
    }
    return err;
}

enum err store_people_unmatched(struct store *store, int64_t *people)
{
    struct query *query = sql_query(store->sql, SQL_PEOPLE_UNMATCHED);
    bool found = false;
    enum err err = query_row(query, &found);
    if (err || !found)
        return err;
    int64_t count = query_int(query, NAME_PEOPLE);
    err = query_end(query);
    if (!err)
        *people = count;
    return err;
}
