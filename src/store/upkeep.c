/* Which copy of itself a store is, and what happens when an older one comes back.
 *
 * Owns the row of upkeep but for retention's part. Refuses to know of the file outside. */
#include "nudged/store/upkeep.h"

#include "store/inside.h"

#include <string.h>

static struct hash256 hash_of(struct query *query, enum sql_name name);
static enum err set_hash(
    struct sql *sql, enum sql_id id, enum sql_name name, const struct hash256 *hash);
static struct instant instant_or_zero(struct query *query, enum sql_name name);

enum err store_upkeep(struct store *store, struct store_upkeep *out)
{
    struct query *query = sql_query(store->sql, SQL_UPKEEP_READ);
    bool found = false;
    enum err err = query_row(query, &found);
    if (!err && !found)
        err = ERR_DB_CORRUPT; /* the schema puts the row there and nothing takes it away */
    if (err)
        return err;
    struct store_upkeep upkeep = {
        .key = (uint64_t)query_int(query, NAME_STORE_KEY),
        .epoch = query_in(query, NAME_EPOCH, 0, INT64_MAX / 2),
        .epoch_at = { query_int(query, NAME_EPOCH_MS) },
        .copied = instant_or_zero(query, NAME_COPIED_MS),
        .restored = instant_or_zero(query, NAME_RESTORED_MS),
        .behind = { query_int(query, NAME_BEHIND_MS) },
        .gap_end = { query_int(query, NAME_GAP_END_MS) },
        .backup = instant_or_zero(query, NAME_BACKUP_MS),
    };
    upkeep.taken.people_hash = hash_of(query, NAME_PEOPLE_HASH);
    upkeep.taken.looked_hash = hash_of(query, NAME_LOOKED_HASH);
    store->texts_nudge_id = query_int(query, NAME_TEXTS_NUDGE_ID);
    store->answers_nudge_id = query_int(query, NAME_ANSWERS_NUDGE_ID);
    store->seconds_nudge_id = query_int(query, NAME_SECONDS_NUDGE_ID);
    err = query_end(query);
    if (!err)
        *out = upkeep;
    return err;
}

bool store_is_new(const struct store *store)
{
    return store->migration.from == 0;
}

bool store_migrated(const struct store *store, int32_t *from, struct str *copy)
{
    *from = store->migration.from;
    *copy = str_from_z(store->migration.copy);
    return store->migration.from > 0 && store->migration.from < store->schema_version;
}

enum err store_set_epoch(struct store *store, uint64_t key, int64_t epoch, struct instant now)
{
    REQUIRE(store->in_turn);
    struct query *query = sql_query(store->sql, SQL_UPKEEP_SET_EPOCH);
    query_set_int(query, NAME_STORE_KEY, (int64_t)key);
    query_set_int(query, NAME_EPOCH, epoch);
    query_set_int(query, NAME_NOW_MS, now.utc_ms);
    return query_run(query);
}

/* Which of its messages had left by the time of the gap nobody knows, and those that had not are
 * too late: none is ever sent again. */
enum err store_hold(struct store *store, struct instant now, struct duration behind)
{
    REQUIRE(store->in_turn);
    struct query *query = sql_query(store->sql, SQL_UPKEEP_SET_RESTORED);
    query_set_int(query, NAME_NOW_MS, now.utc_ms);
    query_set_int(query, NAME_BEHIND_MS, behind.ms);
    enum err err = query_run(query);
    if (!err)
        err = sql_run(store->sql, SQL_DELIVERY_DROP_ALL);
    store->whole_known = false;
    query = sql_query(store->sql, SQL_STATE_SET_LIVE);
    query_set_int(query, NAME_LIVE, 0);
    return err ? err : query_run(query);
}

enum err store_note_backup(struct store *store, struct instant begun)
{
    REQUIRE(store->in_turn);
    struct query *query = sql_query(store->sql, SQL_UPKEEP_SET_BACKUP);
    query_set_int(query, NAME_NOW_MS, begun.utc_ms);
    return query_run(query);
}

enum err store_scrub(struct store *store, bool *done)
{
    REQUIRE(!store->in_turn);
    store_look_end(store);
    int64_t busy = 1;
    enum err err = sql_exec_int(store->sql, "PRAGMA wal_checkpoint(TRUNCATE)", &busy);
    if (err == ERR_DB_BUSY)
        err = OK;
    if (!err)
        *done = !busy;
    return err;
}

enum err apply_upkeep(const struct applying *applying, const struct effect *effect UNUSED)
{
    struct store_upkeep upkeep;
    enum err err = store_upkeep(applying->store, &upkeep);
    return err ? err
               : store_set_epoch(
                     applying->store, upkeep.key, upkeep.epoch + 1, applying->event->at);
}

enum err apply_taken(const struct applying *applying, const struct effect *effect)
{
    const struct taken *taken = &effect->taken;
    enum err err = OK;
    if (taken->people)
        err = set_hash(applying->sql, SQL_UPKEEP_SET_PEOPLE, NAME_PEOPLE_HASH, &taken->people_hash);
    if (!err && taken->looked)
        err = set_hash(applying->sql, SQL_UPKEEP_SET_LOOKED, NAME_LOOKED_HASH, &taken->looked_hash);
    return err;
}

/* The rest of the resume: everybody is looked at anew by the effect before this one. */
enum err apply_gap_over(const struct applying *applying, const struct effect *effect UNUSED)
{
    static const enum sql_id statements[] = { SQL_UPKEEP_END_GAP, SQL_GAP_END_NUDGES };
    enum err err = OK;
    for (size_t i = 0; !err && i < COUNT(statements); i++) {
        struct query *query = sql_query(applying->sql, statements[i]);
        query_set_int(query, NAME_NOW_MS, applying->event->at.utc_ms);
        err = query_run(query);
    }
    applying->out->slots_changed = true;
    return err ? err : sql_run(applying->sql, SQL_GAP_END_DIGESTS);
}

/* Of another length than ours: like none. */
static struct hash256 hash_of(struct query *query, enum sql_name name)
{
    struct hash256 hash = { 0 };
    struct str bytes = query_text(query, name);
    if (bytes.len == sizeof(hash.bytes))
        memcpy(hash.bytes, bytes.ptr, sizeof(hash.bytes));
    return hash;
}

static enum err set_hash(
    struct sql *sql, enum sql_id id, enum sql_name name, const struct hash256 *hash)
{
    struct query *query = sql_query(sql, id);
    if (hash_is_none(hash))
        query_set_null(query, name);
    else
        query_set_blob(query, name, (struct str){ (const char *)hash->bytes, sizeof(hash->bytes) });
    return query_run(query);
}

static struct instant instant_or_zero(struct query *query, enum sql_name name)
{
    return (struct instant){ query_is_null(query, name) ? 0 : query_int(query, name) };
}
