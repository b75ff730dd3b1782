/* Keeps the road's store and checks it after every turn. Knows the tables, because the truth is
 * there; knows nothing of the rules but what must never be. */
#include "road_model.h"

#include "nudged/base/limits.h"
#include "nudged/store/outbox.h"

static void open_store(struct road *road);
static void open_db(struct road *road);
static void fill_facts(struct road *road, const struct event *event, struct facts *facts);
static void number_prompts(struct road *road);
static void set_decks(struct road *road, size_t kept);
static bool may_answer(struct road *road, const struct event *event);
static void check_store(struct road *road);
static void check_answers(struct road *road, bool may_grow);
static void copy_file(struct str from, struct str to);
static struct str beside(struct road *road, const char *suffix);
static uint64_t next_dice(struct road *road);

/* What must not be: a number above zero, or above the cap of a day. */
static const struct check {
    bool within_cap;
    const char *sql;
} checks[] = {
    { false,
        "SELECT count(*) FROM (SELECT 1 FROM nudge WHERE state = 1 GROUP BY person_id "
        "HAVING count(*) > 1)" },
    { false,
        "SELECT count(*) FROM nudge n WHERE state = 2 AND NOT EXISTS "
        "(SELECT 1 FROM answer a WHERE a.nudge_id = n.nudge_id)" },
    { false,
        "SELECT count(*) FROM answer a WHERE NOT EXISTS "
        "(SELECT 1 FROM nudge n WHERE n.nudge_id = a.nudge_id)" },
    { false, "SELECT count(*) FROM nudge JOIN person USING (person_id) WHERE notice_version = 0" },
    { false,
        "SELECT count(*) FROM nudge n WHERE NOT EXISTS (SELECT 1 FROM prompt_revision r WHERE "
        "r.revision_id = n.revision_id AND r.prompt_id = n.prompt_id)" },
    { false,
        "SELECT count(*) FROM review r WHERE answers > (SELECT count(*) FROM answer JOIN nudge "
        "USING (nudge_id) WHERE person_id = r.person_id AND prompt_id = r.prompt_id "
        "AND rating > 0)" },
    { false, "SELECT count(*) - count(DISTINCT delivery_key) FROM delivery WHERE kind = 1" },
    { true,
        "SELECT coalesce(max(c), 0) FROM (SELECT count(*) AS c FROM nudge "
        "GROUP BY person_id, day)" },
    { true, "SELECT max(slot_count) FROM person" },
};

static const char answers_sql[] =
    "SELECT nudge_id || '.' || step || '.' || attempt || ' ' || day || ' ' || answered_ms || ' ' "
    "|| grade || rating || ' ' || chosen || ' ' || coalesce(text, '') FROM answer "
    "ORDER BY answered_ms, nudge_id, step";

struct road *road_new(void)
{
    static struct road road;
    road_use_memory();
    struct play *play = play_start();
    road.b = builder_new("Europe/Berlin");
    arena_init(&road.arena, TURN_ARENA_MAX);
    arena_init(&road.rows, 4 << 20);
    arena_init(&road.kept, 1 << 20);
    for (int i = 0; i < 4; i++) {
        struct people_row row = play_row(play, i + 1);
        road.users[i] = str_format(&road.kept, "U%d", i + 1);
        row.external_id = str_copy(&road.kept, row.external_id);
        row.email = str_copy(&road.kept, row.email);
        row.name = str_copy(&road.kept, row.name);
        row.manager = i ? STR("p1") : STR_EMPTY;
        road.people[i] = row;
    }
    play_people(play, 4, 1);
    play_match(play, 4);
    REQUIRE(!store_begin(play->store));
    REQUIRE(!store_number_prompts(play->store, road.b->decks, road.b->content.decks_len));
    REQUIRE(!store_commit(play->store));
    memcpy(road.prompts, road.b->prompts, sizeof road.prompts);
    play_effect(play, (struct effect){ .kind = EFFECT_LIVE, .live = { true } });
    play_effect(play,
        (struct effect){
            .kind = EFFECT_WORKSPACE, .workspace = { STR("slack"), STR("T1"), false } });
    play->store = store_close(play->store);
    road.path = str_copy(&road.kept, fuzz_path("road.db"));
    road.path.ptr = str_z(&road.kept, road.path);
    road.template_path.ptr = str_z(&road.kept, fuzz_path("template.db"));
    road.template_path.len = strlen(road.template_path.ptr);
    copy_file(play_path(play), road.path);
    copy_file(play_path(play), road.template_path);
    void *state = play;
    (void)play_teardown(&state);
    open_store(&road);
    return &road;
}

void road_reset(struct road *road, int32_t cap, int32_t min_gap_days, bool enrolled)
{
    static const char *const tables[] = { "state", "person", "prompt", "prompt_revision", "nudge",
        "answer", "review", "delivery", "digest", "seen", "access_log" };
    struct buf sql = buf_in(&road->rows, 4096);
    buf_add(&sql, STR("BEGIN IMMEDIATE;"));
    for (size_t i = COUNT(tables); i > 0; i--)
        buf_addf(&sql, "DELETE FROM main.%s;", tables[i - 1]);
    for (size_t i = 0; i < COUNT(tables); i++)
        buf_addf(&sql, "INSERT INTO main.%s SELECT * FROM whole.%s;", tables[i], tables[i]);
    if (enrolled) /* they had the notice, and a question is due */
        buf_addf(&sql,
            "UPDATE main.person SET notice_version = %d, enrolled_day = %d, "
            "next_slot_ms = %lld;",
            NOTICE_VERSION, ROAD_DAY - 30, (long long)ROAD_START_MS);
    buf_add(&sql, STR("COMMIT"));
    buf_add_byte(&sql, '\0');
    REQUIRE(!sql.failed && sqlite3_exec(road->db, sql.ptr, NULL, NULL, NULL) == SQLITE_OK);
    arena_reset(&road->rows);
    memcpy(road->b->prompts, road->prompts, sizeof road->prompts);
    set_decks(road, BUILDER_PROMPTS - 1);
    road->b->content.version = 1;
    road->b->settings.cap = cap;
    road->b->settings.min_gap_days = min_gap_days;
    road->b->settings.new_per_week = 15;
    road->now.utc_ms = ROAD_START_MS;
    road->dice = 7;
    road->epoch = 1;
    road->restarts = 0;
    road->dedupe_keys = 0;
    road->answers_len = 0;
    road->last = (struct event){ 0 };
    memset(road->left, ROAD_HERE, sizeof road->left);
}

void road_turn(struct road *road, struct event *event, bool commit)
{
    struct facts facts;
    struct plan plan;
    struct applied applied;
    bool seen = false;
    const struct rule *rule = rule_of(event->kind);
    event->at = road->now;
    bool may_grow = commit && may_answer(road, event);
    arena_reset(&road->arena);
    plan_init(&plan);
    REQUIRE(!store_begin(road->store));
    REQUIRE(!store_seen(road->store, event, &seen));
    if (!seen) {
        fill_facts(road, event, &facts);
        REQUIRE(!rule->decide(&facts, event, &road->arena, &plan) && plan.why);
        REQUIRE(!store_apply(road->store, event, &plan, &road->arena, &applied));
        REQUIRE(!applied.duplicate && !arena_failed(&road->arena));
    }
    if (commit)
        REQUIRE(!store_commit(road->store));
    else
        store_rollback(road->store);
    if (getenv("NUDGED_ROAD_SAYS")) /* what a crash of this target is about */
        fprintf(stderr, "%s: %s%s\n", event_kind_name(event->kind), seen ? "seen" : plan.why,
            commit ? "" : ", taken back");
    check_answers(road, may_grow && !seen);
    check_store(road);
}

void road_load(struct road *road, size_t kept, uint8_t reworded)
{
    static const struct str asks[] = { STR_INIT("In other words, what now?"),
        STR_INIT("And once more: what now?") };
    struct prompt *prompt = &road->b->prompts[reworded % BUILDER_PROMPTS];
    prompt->ask = asks[reworded / BUILDER_PROMPTS % COUNT(asks)];
    set_decks(road, kept);
    road->b->content.version++;
    number_prompts(road);
}

void road_restart(struct road *road, bool killed)
{
    struct str log = beside(road, "-wal"), copy = fuzz_path("copy.db"),
               copy_log = fuzz_path("copy.log");
    if (killed) {
        copy_file(road->path, copy);
        copy_file(log, copy_log);
    }
    for (size_t i = 0; i <= COUNT(checks); i++)
        sqlite3_finalize(road->checks[i]);
    REQUIRE(sqlite3_close(road->db) == SQLITE_OK);
    store_close(road->store);
    if (killed) {
        (void)unlink(beside(road, "-shm").ptr);
        REQUIRE(rename(copy.ptr, road->path.ptr) == 0 && rename(copy_log.ptr, log.ptr) == 0);
    }
    open_store(road);
    number_prompts(road);
    REQUIRE(!store_begin(road->store));
    REQUIRE(!outbox_recover(road->store));
    REQUIRE(!store_commit(road->store));
    check_answers(road, false);
    check_store(road);
}

/* A request starts. A post that may have left already must not leave again, and no question leaves
 * that was answered or put off, or to somebody who paused. */
void road_leaves(struct road *road, const struct delivery *delivery)
{
    REQUIRE(delivery->delivery_id > 0);
    REQUIRE(delivery->lane != LANE_NUDGE ||
        road_numberf(road,
            "SELECT count(*) FROM nudge n JOIN person p USING (person_id) "
            "WHERE nudge_id = %lld AND "
            "n.state = 1 AND p.state = 1 AND p.employed",
            (long long)delivery->nudge_id) == 1);
    if (delivery->delivery_id >= ROAD_DELIVERIES_MAX)
        return;
    uint8_t *left = &road->left[delivery->delivery_id];
    bool creates = delivery_class_of(delivery->kind) == CLASS_RECONCILE;
    REQUIRE(*left == ROAD_HERE || (!creates && *left == ROAD_MAY_HAVE_LEFT));
    REQUIRE(delivery->user.len && delivery->payload.len);
    *left = ROAD_MAY_HAVE_LEFT;
}

void road_ended(struct road *road, const struct delivery *delivery, enum delivery_end end)
{
    bool here = end == DELIVERY_END_RETRY || end == DELIVERY_END_LATER ||
        end == DELIVERY_END_ABSENT || end == DELIVERY_END_WORKSPACE;
    if (delivery->delivery_id < ROAD_DELIVERIES_MAX)
        road->left[delivery->delivery_id] = here ? ROAD_HERE
            : end == DELIVERY_END_UNKNOWN        ? ROAD_MAY_HAVE_LEFT
                                                 : ROAD_DONE;
}

struct str road_dedupe_key(struct road *road, bool old)
{
    static char keys[8][24];
    road->dedupe_keys += old && road->dedupe_keys ? 0 : 1;
    char *key = keys[road->dedupe_keys % COUNT(keys)];
    (void)snprintf(key, sizeof keys[0], "Ev%llu", (unsigned long long)road->dedupe_keys);
    return str_from_z(key);
}

int64_t road_number(struct road *road, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    REQUIRE(sqlite3_prepare_v2(road->db, sql, -1, &statement, NULL) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

int64_t road_numberf(struct road *road, const char *format, ...)
{
    char sql[512];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    REQUIRE(len > 0 && (size_t)len < sizeof sql);
    return road_number(road, sql);
}

static void open_store(struct road *road)
{
    struct store_options options = { .path = road->path, .must_exist = true };
    struct str detail = STR_EMPTY;
    arena_reset(&road->arena);
    if (store_open(&options, &road->arena, &road->store, &detail))
        require_failed(__FILE__, __LINE__, str_z(&road->arena, detail));
    open_db(road);
}

static void open_db(struct road *road)
{
    char sql[256];
    (void)snprintf(sql, sizeof sql, "ATTACH '%s' AS whole", road->template_path.ptr);
    REQUIRE(sqlite3_open_v2(road->path.ptr, &road->db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
    REQUIRE(sqlite3_exec(road->db, sql, NULL, NULL, NULL) == SQLITE_OK);
    for (size_t i = 0; i <= COUNT(checks); i++)
        REQUIRE(sqlite3_prepare_v2(road->db, i < COUNT(checks) ? checks[i].sql : answers_sql, -1,
                    &road->checks[i], NULL) == SQLITE_OK);
}

static void fill_facts(struct road *road, const struct event *event, struct facts *facts)
{
    *facts = (struct facts){ .now = event->at,
        .settings = &road->b->settings,
        .content = &road->b->content,
        .weights = &review_weights_default,
        .zone = road->b->zone };
    for (size_t i = 0; i < COUNT(facts->random); i++)
        facts->random[i] = next_dice(road);
    REQUIRE(!store_facts(road->store, rule_needs(event), event, &road->arena, facts));
}

static void number_prompts(struct road *road)
{
    REQUIRE(!store_begin(road->store));
    REQUIRE(!store_number_prompts(road->store, road->b->decks, road->b->content.decks_len));
    REQUIRE(!store_commit(road->store));
    for (size_t i = 0; i < BUILDER_PROMPTS; i++)
        REQUIRE(road->b->prompts[i].prompt_id == road->prompts[i].prompt_id);
}

/* The first deck loses prompts at its end; `by_id` stays in order. */
static void set_decks(struct road *road, size_t kept)
{
    struct builder *b = road->b;
    b->decks[0].prompts_len = kept;
    for (size_t i = 0; i < kept; i++)
        b->by_id[i] = &b->prompts[i];
    b->by_id[kept] = &b->prompts[BUILDER_PROMPTS - 1]; /* of the other deck */
    b->content.by_id_len = kept + 1;
}

/* Only an open question of one's own, and by click or form only with its key. */
static bool may_answer(struct road *road, const struct event *event)
{
    bool by_key = event->kind == EVENT_ACTION || event->kind == EVENT_FORM;
    if (!by_key && event->kind != EVENT_TEXT && event->kind != EVENT_COMMAND)
        return false;
    return road_numberf(road,
               "SELECT count(*) FROM nudge JOIN person USING (person_id) WHERE nudge.state = 1 AND "
               "chat_user = '%.*s' AND (%d = 0 OR (nudge_id = %lld AND nudge_key = %lld))",
               STR_ARG(event->actor), by_key, (long long)event->ref.nudge_id,
               (long long)(int64_t)event->ref.key) > 0;
}

static void check_store(struct road *road)
{
    for (size_t i = 0; i < COUNT(checks); i++) {
        sqlite3_stmt *statement = road->checks[i];
        REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
        int64_t number = sqlite3_column_int64(statement, 0);
        REQUIRE(sqlite3_reset(statement) == SQLITE_OK);
        if (number > (checks[i].within_cap ? road->b->settings.cap : 0))
            require_failed(__FILE__, __LINE__, checks[i].sql);
    }
}

/* What was committed stays as it was, to the last column. */
static void check_answers(struct road *road, bool may_grow)
{
    sqlite3_stmt *statement = road->checks[COUNT(checks)];
    size_t len = 0, known = 0;
    while (sqlite3_step(statement) == SQLITE_ROW && len < ROAD_ANSWERS_MAX) {
        struct road_answer row;
        (void)snprintf(
            row.text, sizeof row.text, "%s", (const char *)sqlite3_column_text(statement, 0));
        bool found = false;
        for (size_t i = 0; i < road->answers_len && !found; i++)
            found = strcmp(road->answers[i].text, row.text) == 0;
        known += found;
        if (!found) {
            REQUIRE(may_grow && len < ROAD_ANSWERS_MAX);
            road->answers[road->answers_len + len - known] = row;
        }
        len++;
    }
    REQUIRE(sqlite3_reset(statement) == SQLITE_OK);
    REQUIRE(known == road->answers_len && len <= known + 1);
    road->answers_len = len;
}

static void copy_file(struct str from, struct str to)
{
    char bytes[4096];
    FILE *in = fopen(from.ptr, "rb"), *out = fopen(to.ptr, "wb");
    REQUIRE(in && out);
    for (size_t len; (len = fread(bytes, 1, sizeof bytes, in)) > 0;)
        REQUIRE(fwrite(bytes, 1, len, out) == len);
    REQUIRE(fclose(in) == 0 && fclose(out) == 0);
}

static struct str beside(struct road *road, const char *suffix)
{
    static char paths[4][128];
    static unsigned used;
    char *path = paths[used++ % COUNT(paths)];
    (void)snprintf(path, sizeof paths[0], "%s%s", road->path.ptr, suffix);
    return str_from_z(path);
}

/* SplitMix64: the keys the world would draw. */
static uint64_t next_dice(struct road *road)
{
    uint64_t z = (road->dice += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}
