/* How long people took of late, a row a person and kind of question. */
#include "store/inside.h"

enum { PACKED_BYTES_MAX = 1 << 10 };

enum err read_latencies(
    struct store *store, int64_t person_id, struct arena *arena, struct latencies **out)
{
    struct latencies *all = arena_array(arena, struct latencies, LATENCY_KINDS);
    struct query *query = sql_query(store->sql, SQL_LATENCY_OF_PERSON);
    query_set_int(query, NAME_PERSON_ID, person_id);
    bool found = false;
    enum err err = all ? OK : ERR_NO_MEMORY;
    while (!err && !(err = query_row(query, &found)) && found) {
        int64_t kind = query_in(query, NAME_KIND, PROMPT_CHOICE, LATENCY_KINDS - 1);
        if (latencies_unpack(query_text(query, NAME_RECENT), &all[kind])) {
            (void)!query_end(query);
            err = ERR_DB_CORRUPT;
        }
    }
    if (!err)
        *out = all;
    return err;
}

enum err put_latencies(struct store *store, int64_t person_id, enum prompt_kind kind,
    const struct latencies *latencies, struct arena *arena)
{
    struct str packed = STR_EMPTY;
    struct buf buf = buf_in(arena, PACKED_BYTES_MAX);
    latencies_pack(latencies, &buf);
    enum err err = buf_finish(&buf, &packed);
    if (err)
        return err;
    bool none = latencies->len == 0;
    struct query *query = sql_query(store->sql, none ? SQL_LATENCY_DROP : SQL_LATENCY_PUT);
    query_set_int(query, NAME_PERSON_ID, person_id);
    query_set_int(query, NAME_KIND, kind);
    if (!none)
        query_set_blob(query, NAME_RECENT, packed);
    return query_run(query);
}
