#include "bench/floor.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/figures.h"
#include "nudged/base/macros.h"
#include "sql_queries.h"

enum { PARAMETERS_MAX = 24, PAYLOAD_BYTES = 700, BEFORE_BYTES = 24 }; /* as nudged writes them */

enum value {
    ONE,
    NUDGE,
    PERSON,
    PROMPT,
    USER,
    DELIVERY,
    KIND,
    NOTHING,
    PAYLOAD,
    BEFORE,
    NOW,
    COUNT_OF,
    AFTER,
    WINDOW
};

static const struct {
    const char *name;
    enum value value;
} parameters[] = {
    { ":nudge_id", NUDGE },
    { ":person_id", PERSON },
    { ":prompt_id", PROMPT },
    { ":chat_user", USER },
    { ":delivery_id", DELIVERY },
    { ":kind", KIND },
    { ":state", KIND },
    { ":text", NOTHING },
    { ":message_id", NOTHING },
    { ":due_ms", NOTHING },
    { ":not_after_ms", NOTHING },
    { ":payload", PAYLOAD },
    { ":before", BEFORE },
    { ":now_ms", NOW },
    { ":closed_ms", NOW },
    { ":answered_ms", NOW },
    { ":order_ms", AFTER },
    { ":delivery_count", COUNT_OF },
    { ":max", WINDOW },
};

/* Of the click: what is read, then what is written. */
static const enum sql_id click[] = {
    SQL_STATE_READ,
    SQL_PERSON_BY_USER,
    SQL_NUDGE_BY_ID,
    SQL_REVIEW_BY_KEY,
    SQL_ANSWER_OF_NUDGE,
    SQL_ANSWER_NEW,
    SQL_REVIEW_PUT,
    SQL_NUDGE_SET_STATE,
    SQL_DELIVERY_REPLACE,
    SQL_DELIVERY_NEW,
};
/* Of the update's end. */
static const enum sql_id delivered[] = { SQL_STATE_READ, SQL_PERSON_BY_ID, SQL_DELIVERY_DONE };

struct open_nudge {
    int64_t nudge_id, person_id, prompt_id;
    char user[16];
};

struct statement {
    sqlite3_stmt *handle;
    int parameters;
    enum value values[PARAMETERS_MAX];
};

struct floor {
    sqlite3 *db;
    struct statement statements[COUNT(sql_queries)];
    struct open_nudge *nudges;
    size_t len, next;
    int64_t delivery, delivery_done, now_ms;
    char payload[PAYLOAD_BYTES];
};

static bool prepare(struct floor *floor, enum sql_id id);
static bool read_nudges(struct floor *floor);
static void run(
    struct floor *floor, enum sql_id id, const struct open_nudge *nudge, int64_t delivery);
static void bind(struct floor *floor, const struct statement *statement, int at,
    const struct open_nudge *nudge, int64_t delivery);

struct floor *floor_open(const char *path)
{
    static const enum sql_id around[] = { SQL_BEGIN, SQL_COMMIT, SQL_STATE_SET_COUNTS,
        SQL_OUTBOX_READY };
    struct floor *floor = calloc(1, sizeof(*floor));
    bool ok = floor &&
        !sqlite3_open_v2(path, &floor->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    ok = ok &&
        !sqlite3_exec(floor->db,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "PRAGMA foreign_keys = ON; PRAGMA cache_size = -2048;"
            "PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON;"
            "PRAGMA journal_size_limit = 8388608",
            NULL, NULL, NULL);
    for (size_t i = 0; ok && i < COUNT(around); i++)
        ok = prepare(floor, around[i]);
    for (size_t i = 0; ok && i < COUNT(click); i++)
        ok = prepare(floor, click[i]);
    for (size_t i = 0; ok && i < COUNT(delivered); i++)
        ok = prepare(floor, delivered[i]);
    if (ok && read_nudges(floor))
        return floor;
    fprintf(stderr, "bench: the floor cannot be measured: %s\n",
        floor ? sqlite3_errmsg(floor->db) : "");
    return floor_close(floor);
}

struct floor *floor_close(struct floor *floor)
{
    if (!floor)
        return NULL;
    for (size_t i = 0; i < COUNT(floor->statements); i++)
        sqlite3_finalize(floor->statements[i].handle);
    sqlite3_close(floor->db);
    free(floor->nudges);
    free(floor);
    return NULL;
}

/* As in a turn: the clicks of a batch, and the ends of the updates of the batch before. */
double floor_run(struct floor *floor, uint32_t answers, uint32_t batch)
{
    int64_t start_ns = now_ns();
    uint32_t count = 0;
    while (count < answers && floor->next < floor->len) {
        const struct open_nudge *nudge = &floor->nudges[floor->next];
        int64_t before = floor->delivery;
        run(floor, SQL_BEGIN, nudge, 0);
        while (floor->delivery_done < before) {
            floor->delivery_done++;
            for (size_t i = 0; i < COUNT(delivered); i++)
                run(floor, delivered[i], nudge, floor->delivery_done);
        }
        for (uint32_t b = 0; b < batch && count < answers && floor->next < floor->len; b++) {
            nudge = &floor->nudges[floor->next++];
            floor->delivery++;
            for (size_t i = 0; i < COUNT(click); i++)
                run(floor, click[i], nudge, floor->delivery);
            count++;
        }
        run(floor, SQL_STATE_SET_COUNTS, nudge, floor->delivery);
        run(floor, SQL_COMMIT, nudge, 0);
        run(floor, SQL_OUTBOX_READY, nudge, 0);
    }
    return (double)count / ((double)(now_ns() - start_ns) / 1e9);
}

void floor_begin(struct floor *floor)
{
    run(floor, SQL_BEGIN, &floor->nudges[0], 0);
}

int64_t floor_click(struct floor *floor, int64_t nudge_id)
{
    size_t low = 0, high = floor->len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (floor->nudges[middle].nudge_id < nudge_id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == floor->len || floor->nudges[low].nudge_id != nudge_id)
        return 0;
    floor->delivery++;
    for (size_t i = 0; i < COUNT(click); i++)
        run(floor, click[i], &floor->nudges[low], floor->delivery);
    return floor->delivery;
}

void floor_delivered(struct floor *floor, int64_t delivery_id)
{
    for (size_t i = 0; i < COUNT(delivered); i++)
        run(floor, delivered[i], &floor->nudges[0], delivery_id);
}

void floor_commit(struct floor *floor)
{
    run(floor, SQL_STATE_SET_COUNTS, &floor->nudges[0], floor->delivery);
    run(floor, SQL_COMMIT, &floor->nudges[0], 0);
    run(floor, SQL_OUTBOX_READY, &floor->nudges[0], 0);
}

static bool prepare(struct floor *floor, enum sql_id id)
{
    struct statement *statement = &floor->statements[id];
    if (statement->handle)
        return true;
    if (sqlite3_prepare_v3(floor->db, (const char *)sql_queries[id].bytes, -1,
            SQLITE_PREPARE_PERSISTENT, &statement->handle, NULL))
        return false;
    statement->parameters = sqlite3_bind_parameter_count(statement->handle);
    REQUIRE(statement->parameters <= PARAMETERS_MAX);
    for (int p = 0; p < statement->parameters; p++)
        for (size_t i = 0; i < COUNT(parameters); i++)
            if (!strcmp(sqlite3_bind_parameter_name(statement->handle, p + 1), parameters[i].name))
                statement->values[p] = parameters[i].value;
    return true;
}

static bool read_nudges(struct floor *floor)
{
    static const char text[] =
        "SELECT n.nudge_id, n.person_id, n.prompt_id, p.chat_user FROM nudge AS n "
        "JOIN person AS p ON p.person_id = n.person_id WHERE n.state = 1 ORDER BY n.nudge_id";
    sqlite3_stmt *handle = NULL;
    size_t room = 0;
    bool ok = !sqlite3_prepare_v2(floor->db, text, -1, &handle, NULL);
    while (ok && sqlite3_step(handle) == SQLITE_ROW) {
        if (floor->len == room) {
            room = room ? 2 * room : 1024;
            floor->nudges = realloc(floor->nudges, room * sizeof(*floor->nudges));
            REQUIRE(floor->nudges);
        }
        struct open_nudge *nudge = &floor->nudges[floor->len++];
        nudge->nudge_id = sqlite3_column_int64(handle, 0);
        nudge->person_id = sqlite3_column_int64(handle, 1);
        nudge->prompt_id = sqlite3_column_int64(handle, 2);
        (void)snprintf(nudge->user, sizeof(nudge->user), "%s", sqlite3_column_text(handle, 3));
    }
    sqlite3_finalize(handle);
    ok = ok &&
        !sqlite3_prepare_v2(floor->db, "SELECT delivery_count FROM state", -1, &handle, NULL) &&
        sqlite3_step(handle) == SQLITE_ROW;
    if (ok)
        floor->delivery = floor->delivery_done = sqlite3_column_int64(handle, 0);
    sqlite3_finalize(handle);
    floor->now_ms = INT64_C(1930000000000);
    memset(floor->payload, 'a', sizeof(floor->payload));
    return ok;
}

/* Every row is read to its last column, as the store does. */
static void run(
    struct floor *floor, enum sql_id id, const struct open_nudge *nudge, int64_t delivery)
{
    struct statement *statement = &floor->statements[id];
    int code;
    for (int at = 0; at < statement->parameters; at++)
        bind(floor, statement, at, nudge, delivery);
    while ((code = sqlite3_step(statement->handle)) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(statement->handle); i++)
            if (sqlite3_column_type(statement->handle, i) == SQLITE_TEXT)
                (void)sqlite3_column_text(statement->handle, i);
            else
                (void)sqlite3_column_int64(statement->handle, i);
    sqlite3_reset(statement->handle);
    if (code != SQLITE_DONE) {
        fprintf(stderr, "bench: %s: %s\n", sql_queries[id].name, sqlite3_errmsg(floor->db));
        exit(EXIT_FAILURE);
    }
}

static void bind(struct floor *floor, const struct statement *statement, int at,
    const struct open_nudge *nudge, int64_t delivery)
{
    const int64_t numbers[] = {
        [ONE] = 1,
        [NUDGE] = nudge->nudge_id,
        [PERSON] = nudge->person_id,
        [PROMPT] = nudge->prompt_id,
        [DELIVERY] = delivery,
        [KIND] = 2,
        [NOW] = floor->now_ms,
        [COUNT_OF] = floor->delivery,
        [AFTER] = 0,
        [WINDOW] = 32,
    };
    enum value value = statement->values[at];
    if (value == USER)
        sqlite3_bind_text(statement->handle, at + 1, nudge->user, -1, SQLITE_STATIC);
    else if (value == PAYLOAD)
        sqlite3_bind_blob(statement->handle, at + 1, floor->payload, PAYLOAD_BYTES, SQLITE_STATIC);
    else if (value == BEFORE)
        sqlite3_bind_blob(statement->handle, at + 1, floor->payload, BEFORE_BYTES, SQLITE_STATIC);
    else if (value == NOTHING)
        sqlite3_bind_null(statement->handle, at + 1);
    else
        sqlite3_bind_int64(statement->handle, at + 1, numbers[value]);
}
