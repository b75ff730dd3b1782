/* What a large company costs: choosing the 09:00 questions, the digests of a week, the start, the
 * file; on a database made with bare SQL, read and written by the store and the rules themselves.
 *
 * Usage: bench_scale [PEOPLE [ANSWERS]] (100000, 2000000). Ten people a team; every person has
 * fifty reviews. Figures are for comparing with each other in one run. */
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bots.h"
#include "bench/company.h"
#include "bench/figures.h"
#include "nudged/base/fault.h"
#include "nudged/calendar/zone.h"
#include "nudged/core/access.h"
#include "nudged/core/evidence.h"
#include "nudged/core/rule.h"
#include "nudged/store/report.h"
#include "nudged/store/store.h"
#include "sql_queries.h"
#include "store/sql_inside.h"

enum {
    REVIEWS = 50,
    ROUNDS = 3,
    TEAM = 10,
    BATCH = 128, /* as many as the ticker raises at once */
    TODAY = 22342, /* Tuesday, 4 March 2031 */
    ARENA_BYTES = 64 << 20
};

#define NOW_MS ((int64_t)TODAY * 86400000 + 9 * 3600000)

struct scale {
    uint32_t people;
    int64_t answers, rounds; /* rounds: answers a person */
    struct company company;
    struct arena arena, turn;
    char path[160];
    struct config config;
    struct content content;
    struct zones *zones;
    struct store *store;
};

static void make_content(struct scale *scale);
static void make_people(struct scale *scale, sqlite3 *db);
static void make_answers(struct scale *scale, sqlite3 *db);
static void run(sqlite3 *db, const char *format, ...) PRINTF_LIKE(2, 3);
static sqlite3 *open_file(struct scale *scale);
static void open_store(struct scale *scale);
static void measure_due(struct scale *scale, uint32_t people, uint32_t due);
static uint32_t choose_batch(struct scale *scale);
static enum err choose_one(struct scale *scale, int64_t person_id);
static void measure_digests(struct scale *scale);
static double bare_pass(struct scale *scale, int64_t *rows);
static int64_t bare_team(sqlite3_stmt *const statements[6], int64_t manager_id);
static int64_t bare_rows(sqlite3_stmt *statement);
static void bare_value(sqlite3_stmt *statement, int place);
static void measure_start(struct scale *scale);
static double file_mib(const struct scale *scale);
static void sort_prompts(struct content *content, struct arena *arena);
static void check(bool right, const char *what);

int main(int argc, char **argv)
{
    static struct scale scale;
    scale.people = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 100000;
    scale.answers = argc > 2 ? strtoll(argv[2], NULL, 10) : 2000000;
    if (scale.people < 2000 || scale.people > 1000000 || scale.answers < scale.people) {
        fprintf(stderr, "usage: bench_scale [PEOPLE [ANSWERS]]   (2000 to 1000000)\n");
        return EXIT_FAILURE;
    }
    scale.rounds = scale.answers / scale.people;
    scale.answers = scale.rounds * scale.people;
    setvbuf(stdout, NULL, _IOLBF, 0);
    (void)signal(SIGPIPE, SIG_IGN);
    arena_init(&scale.arena, ARENA_BYTES);
    arena_init(&scale.turn, ARENA_BYTES);
    company_make(&scale.company, scale.people);
    scale.config = company_config(&scale.company, "http://127.0.0.1:1/api/", &scale.arena);
    scale.zones = zones_new(STR("/usr/share/zoneinfo"));
    (void)snprintf(scale.path, sizeof(scale.path), "%s/state/nudged.db", scale.company.folder);
    open_store(&scale);
    make_content(&scale);
    store_close(scale.store);
    sqlite3 *db = open_file(&scale);
    int64_t start_ns = now_ns();
    make_people(&scale, db);
    printf("%u people, %d reviews each: made in %.0f s, %.0f MiB\n", scale.people, REVIEWS,
        (double)(now_ns() - start_ns) / 1e9, file_mib(&scale));
    start_ns = now_ns();
    make_answers(&scale, db);
    sqlite3_close(db);
    printf("%lld answers: made in %.0f s\n", (long long)scale.answers,
        (double)(now_ns() - start_ns) / 1e9);
    printf("\n| due at 09:00 | people | ms | µs each |\n| --- | --- | --- | --- |\n");
    measure_due(&scale, scale.people, 100);
    measure_due(&scale, scale.people, 1000);
    measure_due(&scale, scale.people, scale.people / TEAM);
    measure_due(&scale, scale.people / TEAM, scale.people / TEAM / 2);
    measure_due(&scale, scale.people, 0);
    measure_digests(&scale);
    measure_start(&scale);
    print_commit();
    printf("\n");
    zones_free(scale.zones);
    arena_finish(&scale.turn);
    arena_finish(&scale.arena);
    company_remove(&scale.company);
    return EXIT_SUCCESS;
}

static void open_store(struct scale *scale)
{
    struct str detail = STR_EMPTY;
    struct store_options options = { .path = str_from_z(scale->path) };
    enum err err = store_open(&options, &scale->arena, &scale->store, &detail);
    if (err)
        fprintf(stderr, "%.*s\n", STR_ARG(detail));
    check(!err, "the store opens");
}

static void make_content(struct scale *scale)
{
    struct faults faults;
    faults_init(&faults, &scale->arena);
    check(!content_load(scale->config.prompts_folder, STR_EMPTY, NULL, &scale->arena, &faults,
              &scale->content),
        "the deck loads");
    check(!store_begin(scale->store) &&
            !store_number_prompts(scale->store, scale->content.decks, scale->content.decks_len) &&
            !store_commit(scale->store),
        "the prompts get their numbers");
    sort_prompts(&scale->content, &scale->arena);
}

/* The first tenth manages the rest. Nobody is due. Of the prompts a quarter is demonstrated. */
static void make_people(struct scale *scale, sqlite3 *db)
{
    unsigned managers = scale->people / TEAM;
    run(db, "UPDATE state SET live = 1, platform = 'slack', workspace = 'T0BENCH'");
    run(db,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %u) "
        "INSERT INTO person (person_id, external_id, email, name, role, cohort, region, zone,"
        " workdays, start_day, end_day, manager, manager_id, employed, roster_epoch, state,"
        " own_zone, notice_version, enrolled_day, chat_state, chat_user, chat_channel, chat_zone,"
        " dnd_until_ms, slot_day, slot_count, next_slot_ms) "
        "SELECT i, i, 'person' || (i - 1) || '@example.com', 'Person ' || (i - 1), 'Agent',"
        " 'Support', 'DE', 'Etc/UTC', 0, 0, 0, '', CASE WHEN i > %u THEN (i - 1) %% %u + 1 END, 1,"
        " 1, 1, '', %d, %d, 1, printf('U%%07u', i - 1), printf('D%%07u', i - 1), '', 0, %d, 1,"
        " %lld + i FROM n",
        scale->people, managers, managers, NOTICE_VERSION, TODAY - 400, TODAY - 1,
        (long long)NOW_MS + 86400000);
    run(db,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %u), "
        "p (j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM p WHERE j < %d) "
        "INSERT INTO review (person_id, prompt_id, stability, difficulty, memory_state, "
        "memory_step, born_day, last_day, sent_day, due_day, answers, lapses, misses, log_odds, "
        "hits, formats, hits_from_day, hits_to_day) "
        "SELECT i, j, 5.5 + j, 5.25, 2, 0, %d, %d, %d, %d + (i + j) %% 40, 3, 0, 0,"
        " 1.355835 * (j %% 4), j %% 4, 2 * (j %% 4 > 0), %d * (j %% 4 > 0), %d * (j %% 4 > 0)"
        " FROM n CROSS JOIN p",
        scale->people, REVIEWS, TODAY - 300, TODAY - 30, TODAY - 30, TODAY - 20, TODAY - 200,
        TODAY - 30);
}

/* Two a week, the newest yesterday; in the order in which they would have come. */
static void make_answers(struct scale *scale, sqlite3 *db)
{
    struct stat before, after;
    run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    check(!stat(scale->path, &before), "the file is there");
    for (int64_t k = 0; k < scale->rounds; k++) {
        long long day = TODAY - 1 - (scale->rounds - 1 - k) * 7 / 2;
        bool young = day > TODAY - SECONDS_KEPT_DAYS;
        run(db,
            "INSERT INTO nudge (nudge_id, person_id, prompt_id, revision_id, nudge_key, state, "
            "step, day, planned_ms, closed_ms, before_nudge_id, message_id, delivered_after_ms, "
            "fast_s, slow_s) SELECT %lld + person_id, person_id, (person_id + %lld) %% 40 + 1,"
            " (person_id + %lld) %% 40 + 1, person_id * 7919, 2, 0, %lld, %lld * 86400000,"
            " %lld * 86400000 + 3600000, %s, '1930000000.' || person_id,"
            " %s FROM person",
            (long long)(k * scale->people), (long long)k, (long long)k, day, day, day,
            k ? "last_nudge_id" : "NULL", young ? "900, 9, 25" : "NULL, NULL, NULL");
        run(db,
            "INSERT INTO answer (nudge_id, step, attempt, day, answered_ms, grade, rating, "
            "chosen, text, seconds, before_answers, before) "
            "SELECT %lld + person_id, 0, 0, %lld, %lld * 86400000 + 3600000,"
            " 1 + 2 * (person_id %% 3 > 0), 1 + 2 * (person_id %% 3 > 0), 2, NULL, %s, 3,"
            " pack_before(%lld, 5.5 + person_id %% 7 / 7.0, 5.25 + person_id %% 3 / 7.0, 2, 0, %d,"
            " %lld, %lld, %lld, 0, 0, 2.711670, 2, 2, %lld, %lld, 1, 0) FROM person",
            (long long)(k * scale->people), day, day, young ? "17" : "NULL", day, TODAY - 300,
            day - 9, day - 9, day, day - 30, day - 9);
        run(db, "UPDATE person SET last_nudge_id = %lld + person_id",
            (long long)(k * scale->people));
    }
    run(db, "UPDATE state SET answer_count = %lld", (long long)scale->answers);
    run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    check(!stat(scale->path, &after), "the file is there");
    printf("an answer takes %.0f bytes of the file, with the question it answers\n",
        (double)(after.st_size - before.st_size) / (double)scale->answers);
}

/* people: so many are employed, the others have left. */
static void measure_due(struct scale *scale, uint32_t people, uint32_t due)
{
    sqlite3 *db = open_file(scale);
    run(db, "UPDATE person SET employed = person_id <= %u, next_slot_ms ="
            " CASE WHEN person_id <= %u THEN %lld END, slot_day = %d, slot_count = 0",
        people, people, (long long)NOW_MS + 86400000, TODAY - 1);
    run(db, "UPDATE person SET next_slot_ms = %lld + person_id WHERE person_id * %u %% %u < %u"
            " AND employed = 1",
        (long long)NOW_MS - 1000000, 7919, people, due);
    sqlite3_close(db);
    open_store(scale);
    uint32_t chosen = 0, batch;
    int64_t start_ns = now_ns();
    while ((batch = choose_batch(scale)) > 0)
        chosen += batch;
    double ms = (double)(now_ns() - start_ns) / 1e6;
    check(chosen == due, "who is due, and nobody else, was looked at");
    printf("| %u | %u | %.2f | %.1f |\n", due, people, ms, due ? ms * 1e3 / due : 0);
    store_close(scale->store);
}

/* One turn, as the ticker fills it. */
static uint32_t choose_batch(struct scale *scale)
{
    int64_t ids[BATCH];
    size_t len = 0;
    struct instant now = { NOW_MS };
    check(!store_due_people(scale->store, now, ids, BATCH, &len), "who is due can be read");
    if (!len)
        return 0;
    arena_reset(&scale->turn);
    enum err err = store_begin(scale->store);
    for (size_t i = 0; !err && i < len; i++)
        err = choose_one(scale, ids[i]);
    check(!err && !store_commit(scale->store), "a turn of questions is stored");
    return (uint32_t)len;
}

static enum err choose_one(struct scale *scale, int64_t person_id)
{
    struct event event = { .kind = EVENT_PERSON_DUE, .person_id = person_id, .at = { NOW_MS } };
    const struct rule *rule = rule_of(event.kind);
    struct facts facts = { .now = event.at, .settings = &scale->config.settings,
        .content = &scale->content, .weights = &review_weights_default, .random = { 1, 2, 3, 4 } };
    struct plan plan;
    struct applied applied;
    plan_init(&plan);
    enum err err =
        store_facts(scale->store, rule_needs(&event), &event, &scale->turn, &facts);
    facts.zone = zones_get(scale->zones, STR("Etc/UTC"));
    if (!err)
        err = rule->decide(&facts, &event, &scale->turn, &plan);
    return err ? err : store_apply(scale->store, &event, &plan, &scale->turn, &applied);
}

/* Every team's week, by the store and by the same statements bare. */
static void measure_digests(struct scale *scale)
{
    struct reader *reader = NULL;
    int64_t lines = 0, rows = 0;
    sqlite3 *db = open_file(scale);
    run(db, "UPDATE person SET employed = 1");
    sqlite3_close(db);
    check(!reader_open(str_from_z(scale->path), NULL, &reader), "a reader opens");
    double bare_s[ROUNDS], whole_s[ROUNDS], ratio[ROUNDS];
    (void)bare_pass(scale, &rows); /* now the file is in memory */
    for (int round = 0; round < ROUNDS; round++) {
        lines = 0;
        int64_t start_ns = now_ns();
        for (int64_t manager = 1; manager <= scale->people / TEAM; manager++) {
            struct report report = { 0 };
            struct access_request request = { ACCESS_OPERATOR, ACCESS_WEEK, manager };
            arena_reset(&scale->turn);
            const struct access *access = access_ask(&request, NULL, &scale->turn);
            check(access && !report_digest(reader, access, TODAY - 8, &scale->turn, &report),
                "a digest is read");
            lines += (int64_t)report.people_len;
        }
        whole_s[round] = (double)(now_ns() - start_ns) / 1e9;
        bare_s[round] = bare_pass(scale, &rows);
        ratio[round] = whole_s[round] / bare_s[round];
    }
    reader_close(reader);
    printf("\ndigests of %u teams over %lld answers: %.2f s (%lld people); the same statements "
           "bare: %.2f s (%lld rows); %.2f times\n",
        scale->people / TEAM, (long long)scale->answers, median(whole_s, ROUNDS),
        (long long)lines, median(bare_s, ROUNDS), (long long)rows, median(ratio, ROUNDS));
}

static double bare_pass(struct scale *scale, int64_t *rows)
{
    static const enum sql_id ids[] = {
        SQL_REPORT_EPOCH, SQL_REPORT_REPORTS, SQL_REPORT_WEEK, SQL_REPORT_BELOW,
        SQL_REPORT_SHOWN, SQL_REPORT_MANAGER
    };
    sqlite3 *db = open_file(scale);
    sqlite3_stmt *statements[COUNT(ids)] = { NULL };
    for (size_t i = 0; i < COUNT(ids); i++)
        check(!sqlite3_prepare_v2(
                  db, (const char *)sql_queries[ids[i]].bytes, -1, &statements[i], NULL),
            "the statements are good");
    run(db, "PRAGMA cache_size = -2048"); /* as the reader's */
    *rows = 0;
    int64_t start_ns = now_ns();
    for (int64_t manager = 1; manager <= scale->people / TEAM; manager++) {
        run(db, "BEGIN");
        *rows += bare_team(statements, manager);
        run(db, "ROLLBACK");
    }
    double seconds = (double)(now_ns() - start_ns) / 1e9;
    for (size_t i = 0; i < COUNT(ids); i++)
        sqlite3_finalize(statements[i]);
    sqlite3_close(db);
    return seconds;
}

static int64_t bare_team(sqlite3_stmt *const statements[6], int64_t manager_id)
{
    sqlite3_stmt *reports = statements[1], *week = statements[2], *below = statements[3];
    sqlite3_stmt *shown = statements[4], *manager = statements[5];
    int64_t rows = bare_rows(statements[0]);
    sqlite3_bind_int64(reports, 1, manager_id);
    while (sqlite3_step(reports) == SQLITE_ROW) {
        sqlite3_bind_int64(week, sqlite3_bind_parameter_index(week, ":person_id"),
            sqlite3_column_int64(reports, 0));
        sqlite3_bind_int(week, sqlite3_bind_parameter_index(week, ":first_day"), TODAY - 8);
        sqlite3_bind_int(week, sqlite3_bind_parameter_index(week, ":end_day"), TODAY - 1);
        sqlite3_bind_int(week, sqlite3_bind_parameter_index(week, ":since_ms"), 0);
        rows += bare_rows(week);
        sqlite3_bind_int64(shown, 1, sqlite3_column_int64(reports, 0));
        sqlite3_bind_int64(shown, sqlite3_bind_parameter_index(shown, ":after_day"), 0);
        sqlite3_bind_double(
            shown, sqlite3_bind_parameter_index(shown, ":log_odds"), EVIDENCE_DEMONSTRATED);
        sqlite3_bind_int(shown, sqlite3_bind_parameter_index(shown, ":hits"), EVIDENCE_DAYS_MIN);
        rows += bare_rows(shown);
    }
    sqlite3_reset(reports);
    sqlite3_bind_int64(below, 1, manager_id);
    rows += bare_rows(below);
    sqlite3_bind_int64(manager, 1, manager_id);
    return rows + bare_rows(manager);
}

static int64_t bare_rows(sqlite3_stmt *statement)
{
    int64_t rows = 0;
    for (; sqlite3_step(statement) == SQLITE_ROW; rows++)
        for (int i = 0; i < sqlite3_column_count(statement); i++)
            bare_value(statement, i);
    sqlite3_reset(statement);
    return rows;
}

/* The program itself, with all these people, a workspace that knows them, and nobody due. */
/* As what it is: a number would first have to be written out. */
static void bare_value(sqlite3_stmt *statement, int place)
{
    int type = sqlite3_column_type(statement, place);
    if (type == SQLITE_INTEGER)
        (void)sqlite3_column_int64(statement, place);
    else if (type == SQLITE_FLOAT)
        (void)sqlite3_column_double(statement, place);
    else
        (void)sqlite3_column_text(statement, place);
}

static void measure_start(struct scale *scale)
{
    char url[64];
    double hello_ms = 0, again_ms = 0;
    pid_t peer;
    sqlite3 *db = open_file(scale);
    run(db, "UPDATE person SET next_slot_ms = %lld", (long long)NOW_MS + 86400000);
    sqlite3_close(db);
    struct peer_board *board = peer_start(scale->people, &peer);
    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/api/", (unsigned)board->port);
    struct bot_place place = { .company = &scale->company, .board = board,
        .config = company_config_file(&scale->company, url, &scale->arena),
        .at = "2031-03-04T09:00:00Z", .speed = "0" };
    pid_t pid = bot_start(BOT_NUDGED, &place, &hello_ms);
    double rss_mib = bot_cost(pid).peak_mib;
    for (int i = 0; !board->roster_reads && i < 120000; i++)
        usleep(1000);
    usleep(2000000);
    struct bot_cost cost = bot_cost(pid);
    double resident_mib = (double)memory_kib(pid, "status", "VmRSS:") / 1024;
    bot_stop(pid);
    pid = bot_start(BOT_NUDGED, &place, &again_ms);
    usleep(500000);
    double again_mib = bot_cost(pid).peak_mib;
    printf("start to hello %.0f ms; resident: %.1f MiB by then, %.1f after everybody was taken in "
           "(at most %.1f), %.1f of it private; once more: %.0f ms, at most %.1f MiB\n",
        hello_ms, rss_mib, resident_mib, cost.peak_mib, cost.anonymous_mib, again_ms, again_mib);
    bot_stop(pid);
    peer_stop(peer);
}

static sqlite3 *open_file(struct scale *scale)
{
    sqlite3 *db = NULL;
    check(!sqlite3_open_v2(scale->path, &db, SQLITE_OPEN_READWRITE, NULL), "the file opens");
    check(!sql_functions_of(db), "the functions of the schemas are there");
    run(db, "PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA foreign_keys = OFF");
    return db;
}

static void run(sqlite3 *db, const char *format, ...)
{
    char text[4096], *problem = NULL;
    va_list values;
    va_start(values, format);
    int len = vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    check(len > 0 && (size_t)len < sizeof(text), "the statement fits");
    if (sqlite3_exec(db, text, NULL, NULL, &problem)) {
        fprintf(stderr, "bench: %s\nin %s\n", problem, text);
        exit(EXIT_FAILURE);
    }
}

static double file_mib(const struct scale *scale)
{
    struct stat status;
    return stat(scale->path, &status) ? 0 : (double)status.st_size / (1 << 20);
}

/* As the loader leaves them: by number. They were numbered in the order of the file. */
static void sort_prompts(struct content *content, struct arena *arena)
{
    size_t len = 0;
    for (size_t d = 0; d < content->decks_len; d++)
        len += content->decks[d].prompts_len;
    content->by_id = arena_array(arena, struct prompt *, len);
    check(content->by_id, "there is memory");
    for (size_t d = 0; d < content->decks_len; d++)
        for (size_t p = 0; p < content->decks[d].prompts_len; p++)
            content->by_id[content->by_id_len++] = &content->decks[d].prompts[p];
}

static void check(bool right, const char *what)
{
    if (right)
        return;
    fprintf(stderr, "bench: not so: %s\n", what);
    exit(EXIT_FAILURE);
}
