/* Letting go of what is too old, a slice a turn.
 *
 * Owns the marks up to which nudges were looked at. Refuses to know how long anything is kept: that
 * comes with the effect. Cost follows what is due: nudges are walked in the order they were sent,
 * which is the order of their numbers, from where the last slice ended to the first that is young;
 * no column of time is indexed. Odd: an answer may come long after its nudge was passed (a person
 * was away for a year with a question open), so what is still young when its nudge is passed, or
 * comes afterwards, is noted by its own age. */
#include "store/inside.h"

enum {
    SLICE = 200, /* nudges, rows and notes a turn at most: some milliseconds */
    SEEN_BUCKET_MS = 26 * 3600000
};

/* Stored: never renumber. */
enum kept { KEPT_TEXTS = 1, KEPT_ANSWERS = 2, KEPT_SECONDS = 3 };

/* Seconds are never late: they were measured within a day of their question. */
static const struct sweep {
    enum kept what;
    enum sql_id take, note;
    bool with_nudges;
} sweeps[] = {
    { KEPT_TEXTS, SQL_RETENTION_TEXTS, SQL_RETENTION_TEXTS_LATE, false },
    { KEPT_ANSWERS, SQL_RETENTION_ANSWERS, SQL_RETENTION_ANSWERS_LATE, true },
    { KEPT_SECONDS, SQL_RETENTION_SECONDS, SQL_ID_COUNT, false },
};

struct pass {
    struct store *store;
    struct instant before, now;
    int64_t taken; /* rows changed or deleted */
    bool more; /* a slice was full */
};

static enum err run_sweep(struct pass *pass, const struct sweep *sweep, int64_t *mark);
static enum err walk(struct pass *pass, int64_t after, int64_t *last, bool *newest);
static enum err sweep_range(
    struct pass *pass, const struct sweep *sweep, int64_t after, int64_t last);
static enum err sweep_seconds(struct pass *pass, int64_t after, int64_t last);
static enum err next_people(struct pass *pass, int64_t after, int64_t last, int64_t person_id,
    int64_t people[SLICE], size_t *len);
static enum err drop_latencies(struct pass *pass, int64_t person_id);
static enum err sweep_late(struct pass *pass, const struct sweep *sweep);
static enum err drop_late(struct pass *pass, enum kept what, int64_t since_ms, int64_t nudge_id);
static enum err prune(struct pass *pass, enum sql_id id, struct instant before);
static void set_range(struct query *query, int64_t after, int64_t last);
static enum err run_counted(struct pass *pass, struct query *query, int64_t *rows);

enum err apply_retention(const struct applying *applying, const struct effect *effect)
{
    struct store *store = applying->store;
    struct pass pass = { .store = store, .now = instant_add(applying->event->at, HOURS(24)) };
    int64_t marks[] = { store->texts_nudge_id, store->answers_nudge_id, store->seconds_nudge_id };
    const struct instant before[] = { effect->retention.texts, effect->retention.answers,
        effect->retention.seconds };
    _Static_assert(COUNT(marks) == COUNT(sweeps) && COUNT(before) == COUNT(sweeps), "in order");
    enum err err = OK;
    for (size_t i = 0; !err && i < COUNT(sweeps); i++) {
        pass.before = before[i];
        err = run_sweep(&pass, &sweeps[i], &marks[i]);
    }
    if (!err)
        err = prune(&pass, SQL_RETENTION_ACCESS, effect->retention.access);
    if (!err)
        err = prune(&pass, SQL_RETENTION_DELIVERIES, effect->retention.texts);
    if (!err)
        err = prune(&pass, SQL_RETENTION_SEEN, applying->event->at);
    if (!err && (marks[0] != store->texts_nudge_id || marks[1] != store->answers_nudge_id ||
            marks[2] != store->seconds_nudge_id)) {
        struct query *query = sql_query(store->sql, SQL_UPKEEP_SET_SWEPT);
        query_set_int(query, NAME_TEXTS_NUDGE_ID, marks[0]);
        query_set_int(query, NAME_ANSWERS_NUDGE_ID, marks[1]);
        query_set_int(query, NAME_SECONDS_NUDGE_ID, marks[2]);
        err = query_run(query);
    }
    if (err)
        return err;
    /* Too far after a rollback, for a while: some answers are then noted without need. */
    store->texts_nudge_id = marks[0];
    store->answers_nudge_id = marks[1];
    store->seconds_nudge_id = marks[2];
    applying->out->retention_more = pass.more;
    applying->out->retained_less = pass.taken;
    return OK;
}

enum err note_late_text(struct store *store, int64_t nudge_id, struct instant at)
{
    struct query *query = sql_query(store->sql, SQL_LATE_NEW);
    query_set_int(query, NAME_WHAT, KEPT_TEXTS);
    query_set_int(query, NAME_ANSWERED_MS, at.utc_ms);
    query_set_int(query, NAME_NUDGE_ID, nudge_id);
    return query_run(query);
}

static enum err run_sweep(struct pass *pass, const struct sweep *sweep, int64_t *mark)
{
    int64_t last = 0;
    bool newest = false;
    enum err err = sweep->what == KEPT_SECONDS ? OK : sweep_late(pass, sweep);
    if (!err)
        err = walk(pass, *mark, &last, &newest);
    if (err || !last)
        return err;
    err = sweep_range(pass, sweep, *mark, last);
    if (!err) /* the newest of all keeps its row, or its number would be given again */
        *mark = newest && sweep->with_nudges ? last - 1 : last;
    return err;
}

/* The last nudge of the slice that is old enough; 0: none. One that claims to be from the future
 * was sent by a wrong clock: it goes with the next that does not. */
static enum err walk(struct pass *pass, int64_t after, int64_t *last, bool *newest)
{
    struct query *query = sql_query(pass->store->sql, SQL_RETENTION_NUDGES);
    query_set_int(query, NAME_NUDGE_ID, after);
    int64_t found_last = 0;
    int old = 0;
    bool found = false;
    enum err err;
    while (!(err = query_row(query, &found)) && found) {
        struct instant planned = query_instant(query, NAME_PLANNED_MS);
        bool is_old = instant_before(planned, pass->before);
        bool ends = !is_old && !instant_before(pass->now, planned);
        if (ends || old == SLICE) {
            err = query_end(query);
            break;
        }
        found_last = is_old ? query_int(query, NAME_NUDGE_ID) : found_last;
        old += is_old;
    }
    pass->more = pass->more || (found && old == SLICE);
    if (!err) {
        *last = found_last;
        *newest = !found;
    }
    return err;
}

static enum err sweep_range(
    struct pass *pass, const struct sweep *sweep, int64_t after, int64_t last)
{
    int64_t rows = 0, noted = 0;
    if (sweep->what == KEPT_SECONDS)
        return sweep_seconds(pass, after, last);
    struct query *query = sql_query(pass->store->sql, sweep->take);
    set_range(query, after, last);
    query_set_int(query, NAME_BEFORE_MS, pass->before.utc_ms);
    query_set_int(query, NAME_NOW_MS, pass->now.utc_ms);
    enum err err = run_counted(pass, query, &rows);
    if (err)
        return err;
    query = sql_query(pass->store->sql, sweep->note);
    set_range(query, after, last);
    query_set_int(query, NAME_WHAT, sweep->what);
    err = query_run_counted(query, &noted);
    if (err || !sweep->with_nudges)
        return err;
    query = sql_query(pass->store->sql, SQL_RETENTION_SENT);
    set_range(query, after, last);
    return run_counted(pass, query, &rows);
}

static enum err sweep_seconds(struct pass *pass, int64_t after, int64_t last)
{
    static const enum sql_id takes[] = { SQL_RETENTION_SECONDS, SQL_RETENTION_QUARTILES };
    int64_t people[SLICE], rows = 0;
    size_t len = 0;
    enum err err = OK;
    for (size_t i = 0; !err && i < COUNT(takes); i++) {
        struct query *query = sql_query(pass->store->sql, takes[i]);
        set_range(query, after, last);
        err = run_counted(pass, query, &rows);
    }
    for (int64_t person_id = 0; !err; person_id = people[len - 1]) {
        err = next_people(pass, after, last, person_id, people, &len);
        for (size_t i = 0; !err && i < len; i++)
            err = drop_latencies(pass, people[i]);
        if (!len)
            break;
    }
    return err;
}

static enum err next_people(struct pass *pass, int64_t after, int64_t last, int64_t person_id,
    int64_t people[SLICE], size_t *len)
{
    bool found = false;
    struct query *query = sql_query(pass->store->sql, SQL_RETENTION_PEOPLE);
    set_range(query, after, last);
    query_set_int(query, NAME_PERSON_ID, person_id);
    query_set_int(query, NAME_MAX, SLICE);
    enum err err;
    *len = 0;
    while (!(err = query_row(query, &found)) && found && *len < SLICE)
        people[(*len)++] = query_int(query, NAME_PERSON_ID);
    return err;
}

static enum err drop_latencies(struct pass *pass, int64_t person_id)
{
    struct arena arena;
    struct latencies *latencies = NULL;
    arena_init(&arena, 1 << 16);
    enum err err = read_latencies(pass->store, person_id, &arena, &latencies);
    for (int kind = PROMPT_CHOICE; !err && kind < LATENCY_KINDS; kind++)
        if (latencies_drop(&latencies[kind], latency_day(pass->before)))
            err = put_latencies(
                pass->store, person_id, (enum prompt_kind)kind, &latencies[kind], &arena);
    arena_finish(&arena);
    return err;
}

static enum err sweep_late(struct pass *pass, const struct sweep *sweep)
{
    int64_t since_ms[SLICE], nudge_ids[SLICE];
    size_t len = 0;
    bool found = false;
    struct query *query = sql_query(pass->store->sql, SQL_LATE_DUE);
    query_set_int(query, NAME_WHAT, sweep->what);
    query_set_int(query, NAME_BEFORE_MS, pass->before.utc_ms);
    query_set_int(query, NAME_MAX, SLICE);
    enum err err;
    while (!(err = query_row(query, &found)) && found && len < SLICE) {
        since_ms[len] = query_int(query, NAME_SINCE_MS);
        nudge_ids[len++] = query_int(query, NAME_NUDGE_ID);
    }
    pass->more = pass->more || len == SLICE;
    for (size_t i = 0; !err && i < len; i++) {
        err = drop_late(pass, sweep->what, since_ms[i], nudge_ids[i]);
        if (!err)
            err = sweep_range(pass, sweep, nudge_ids[i] - 1, nudge_ids[i]);
    }
    return err;
}

static enum err drop_late(struct pass *pass, enum kept what, int64_t since_ms, int64_t nudge_id)
{
    struct query *query = sql_query(pass->store->sql, SQL_LATE_DROP);
    query_set_int(query, NAME_WHAT, what);
    query_set_int(query, NAME_SINCE_MS, since_ms);
    query_set_int(query, NAME_NUDGE_ID, nudge_id);
    return query_run(query);
}

static enum err prune(struct pass *pass, enum sql_id id, struct instant before)
{
    int64_t rows = 0;
    struct query *query = sql_query(pass->store->sql, id);
    if (id == SQL_RETENTION_SEEN)
        query_set_int(query, NAME_BUCKET, before.utc_ms / SEEN_BUCKET_MS);
    else
        query_set_int(query, NAME_BEFORE_MS, before.utc_ms);
    if (id == SQL_RETENTION_ACCESS)
        query_set_int(query, NAME_NOW_MS, pass->now.utc_ms);
    query_set_int(query, NAME_MAX, SLICE);
    enum err err = run_counted(pass, query, &rows);
    pass->more = pass->more || rows == SLICE;
    return err;
}

static void set_range(struct query *query, int64_t after, int64_t last)
{
    query_set_int(query, NAME_NUDGE_ID, after);
    query_set_int(query, NAME_LAST_NUDGE_ID, last);
}

static enum err run_counted(struct pass *pass, struct query *query, int64_t *rows)
{
    enum err err = query_run_counted(query, rows);
    if (!err)
        pass->taken += *rows;
    return err;
}
