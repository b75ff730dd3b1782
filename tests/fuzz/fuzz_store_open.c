/* A damaged database file: bytes from nowhere, or damage to a good one that was closed in order,
 * or to one whose daemon died, or to its log. The store opens it or says why not; once open it
 * answers every question, rules decide over what it says, and messages are made of what waits to
 * be sent. Any of that may fail with an error, none of it may do more than fail. */
#include "patch.h"

#include "nudged/calendar/holidays.h"
#include "nudged/platform/platform.h"
#include "nudged/store/report.h"
#include "unit/store/help.h"

enum { WHOLE_MAX = 1 << 20, READY_MAX = 16 };

struct whole { /* the files of a good store */
    char *bytes;
    size_t len;
};

static struct whole closed, open_file, open_log;

static struct whole read_file(const char *path)
{
    struct whole whole = { malloc(WHOLE_MAX), 0 };
    FILE *file = fopen(path, "rb");
    REQUIRE(file && whole.bytes);
    whole.len = fread(whole.bytes, 1, WHOLE_MAX, file);
    REQUIRE(whole.len < WHOLE_MAX && fclose(file) == 0);
    return whole;
}

static void make_stores(void)
{
    char path[128];
    struct delivery ready[READY_MAX];
    struct play *play = play_start();
    play_people(play, 4, 1);
    play_match(play, 3);
    play_prompts(play);
    for (int32_t day = MONDAY; day < MONDAY + 4; day++) {
        int64_t nudge_id = play_nudge(play, 2, &play->prompts[day % 4], day);
        if (day < MONDAY + 3)
            play_answer(play, nudge_id, day, GRADE_RIGHT, RATING_GOOD);
    }
    (void)play_nudge(play, 3, &play->prompts[2], MONDAY);
    if (play_ready(play, LANE_NUDGE, ready, READY_MAX) > 1)
        play_ended(play, &ready[0], DELIVERY_END_UNKNOWN);
    open_file = read_file(play->path);
    (void)snprintf(path, sizeof path, "%s-wal", play->path);
    open_log = read_file(path);
    play->store = store_close(play->store);
    closed = read_file(play->path);
    void *state = play;
    (void)play_teardown(&state);
}

static void decide_all(struct store *store, struct arena *arena)
{
    static const enum event_kind kinds[] = { EVENT_ACTION, EVENT_FORM, EVENT_COMMAND, EVENT_TEXT,
        EVENT_HOME_OPENED, EVENT_PERSON_DUE, EVENT_DIGEST_DUE };
    static const struct settings settings = { .zone = STR_INIT("UTC"),
        .hours = { 570, 990, 31 },
        .cap = 1,
        .new_per_week = 3,
        .min_gap_days = 7,
        .visibility = VISIBILITY_SKILLS };
    static struct zone *zone;
    REQUIRE(zone || !zone_load(STR("/usr/share/zoneinfo"), STR("Europe/Berlin"), &zone));
    struct holidays holidays = holidays_in(arena);
    struct content content = { .holidays = &holidays };
    for (size_t i = 0; i < COUNT(kinds) * 2; i++) {
        struct event event = {
            .kind = kinds[i / 2], .at = { NOON + 86400000 }, .person_id = 2 + i % 2
        };
        struct facts facts = {
            .now = event.at, .settings = &settings, .content = &content, .zone = zone,
            .weights = &review_weights_default
        };
        struct plan plan;
        struct applied applied;
        event.text = i % 3 ? STR("b a c") : STR("next");
        event.verb = event.kind == EVENT_ACTION ? VERB_CHOOSE : VERB_NONE;
        event.values_len = event.kind == EVENT_ACTION ? 1 : 0;
        event.ref.nudge_id = event.kind == EVENT_ACTION ? 4 + (int64_t)i % 2 : 0;
        event.ref.key = UINT64_MAX - 5;
        plan_init(&plan);
        if (store_facts(store, rule_needs(&event), &event, arena, &facts) ||
            rule_of(event.kind)->decide(&facts, &event, arena, &plan) || arena_failed(arena) ||
            store_apply(store, &event, &plan, arena, &applied))
            return;
    }
}

static void read_outbox(struct store *store, struct arena *arena)
{
    struct delivery ready[READY_MAX];
    struct outbox_counts counts;
    struct instant next;
    for (int lane = LANE_INTERACTIVE; lane < LANE_END; lane++) {
        size_t len = 0;
        struct buf body = buf_in(arena, 1 << 20);
        struct message message;
        if (outbox_ready(store, (enum lane)lane, (struct instant){ NOON + 1 }, NULL, arena, ready,
                READY_MAX, &len))
            return;
        for (size_t i = 0; i < len; i++)
            if (!message_unpack(ready[i].payload, arena, &message))
                (void)!platform_named(STR("slack"))->encode(&message, ready[i].kind, arena, &body);
    }
    size_t len = 0;
    (void)!outbox_unknown(store, (struct instant){ INT64_MAX / 2 }, arena, ready, READY_MAX, &len);
    (void)!outbox_counts(store, &counts);
    (void)!outbox_next_due(store, (struct instant){ NOON }, &next);
}

static enum err each_answer(void *arg, const struct report_answer *answer)
{
    size_t *answers = arg;
    (*answers)++;
    return answer->text.len > 1000 ? ERR_TOO_BIG : OK;
}

static const struct access *pass(enum access_what what, int64_t about, struct arena *arena)
{
    struct access_request request = { ACCESS_OPERATOR, what, about };
    return access_ask(&request, NULL, arena);
}

static void read_reports(struct str path, struct arena *arena)
{
    const struct access *week = pass(ACCESS_WEEK, 1, arena), *list = pass(ACCESS_LIST, 0, arena);
    const struct access *all = pass(ACCESS_ANSWERS, 0, arena);
    struct reader *reader = NULL;
    struct report report;
    struct report_status status;
    struct person person;
    size_t answers = 0;
    if (!week || !list || !all || reader_open(path, NULL, &reader))
        return;
    (void)!report_digest(reader, week, MONDAY, arena, &report);
    (void)!report_status(reader, &status);
    (void)!report_find_person(reader, list, STR("p2@example.com"), arena, &person);
    (void)!report_answers(reader, all, each_answer, &answers);
    reader_close(reader);
}

static void use(struct str path, struct store *store, struct arena *arena)
{
    struct store_state state;
    struct instant slot, digest;
    int64_t ids[READY_MAX];
    size_t len = 0;
    (void)!store_state(store, arena, &state);
    (void)!store_due_people(store, (struct instant){ INT64_MAX / 2 }, ids, READY_MAX, &len);
    (void)!store_next_due(store, &slot, &digest);
    read_outbox(store, arena);
    read_reports(path, arena);
    if (store_begin(store))
        return;
    bool good = !outbox_recover(store);
    if (good)
        decide_all(store, arena);
    if (!good || arena_failed(arena) || store_commit(store))
        store_rollback(store);
}

/* Only the log was damaged: its checksums leave a shorter one, whole commits of a whole file, and
 * so a sound database with no more answers than there were. */
static void check_sound(struct str path, int64_t answers_max)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    REQUIRE(sqlite3_open_v2(path.ptr, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
    REQUIRE(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    REQUIRE(strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0);
    sqlite3_finalize(statement);
    REQUIRE(sqlite3_prepare_v2(db, "SELECT count(*) FROM answer", -1, &statement, NULL) ==
        SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    REQUIRE(sqlite3_column_int64(statement, 0) <= answers_max);
    sqlite3_finalize(statement);
    REQUIRE(sqlite3_close(db) == SQLITE_OK);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static char bytes[WHOLE_MAX];
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct store *store = NULL;
    struct str detail = STR_EMPTY, path = fuzz_path("nudged.db");
    if (!closed.bytes)
        make_stores();
    uint8_t how = take_byte(&feed) % 4; /* 0 from nowhere 1 closed 2 died 3 its log */
    const struct whole *whole = how == 3 ? &open_log : how == 2 ? &open_file : &closed;
    arena_init(&arena, 32 << 20);
    (void)unlink(fuzz_path("nudged.db-wal").ptr);
    (void)unlink(fuzz_path("nudged.db-shm").ptr);
    memcpy(bytes, whole->bytes, whole->len);
    size_t len = how ? patch_bytes(&feed, bytes, whole->len) : 0;
    fuzz_write(path,
        how == 0       ? take_rest(&feed)
            : how == 3 ? (struct str){ open_file.bytes, open_file.len }
                       : (struct str){ bytes, len });
    if (how >= 2)
        fuzz_write(fuzz_path("nudged.db-wal"),
            how == 3 ? (struct str){ bytes, len } : (struct str){ open_log.bytes, open_log.len });
    struct store_options options = { .path = path };
    enum err err = store_open(&options, &arena, &store, &detail);
    REQUIRE(err ? detail.len > 0 && !store : store != NULL);
    if (!err)
        use(path, store, &arena);
    store_close(store);
    if (!err && how == 3)
        check_sound(path, 3 + 1); /* those there were, and one of decide_all */
    arena_finish(&arena);
    return 0;
}
