/* From every older schema to the newest: a file full of rows is brought forward, and every value
 * of every table is what it was. Rows are made from the schema itself, so that a new table or a new
 * column is tried without anybody thinking of it.
 *
 * COUNT   how many files are migrated (default 6), SEED where their values begin */
#include "help.h"

#include <time.h>

#include "nudged/core/rating.h"
#include "nudged/store/upkeep.h"
#include "sql_schemas.h"
#include "store/before.h"
#include "store/inside.h"
#include "store/sql_inside.h"

enum { TABLES_MAX = 40, ROWS_MOST = 60 };

struct table {
    char name[64];
    char columns[2048]; /* of the old schema, by comma */
    int64_t rows;
    uint64_t sum;
};

static struct counted {
    unsigned long files, rows, tables;
    long most_ms;
} counted;

static uint64_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return *seed >> 20;
}

static void run(sqlite3 *db, const char *sql)
{
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    if (code)
        print_message("%s: %s\n", sqlite3_errmsg(db), sql);
    assert_int_equal(code, SQLITE_OK);
}

static uint64_t number_env(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : fallback;
}

/* A column's value: whatever ends in _id is the row's number, so that references hold. */
static void bind_value(sqlite3_stmt *statement, int place, const char *column, const char *type,
    int row, uint64_t *seed)
{
    char text[96];
    size_t len = strlen(column);
    bool is_id = len > 3 && !strcmp(column + len - 3, "_id") && strcmp(column, "message_id");
    snprintf(text, sizeof(text), "%s %d %llx \xc3\xa9", column, row,
        (unsigned long long)draw(seed));
    if (!strcmp(type, "INTEGER"))
        sqlite3_bind_int64(statement, place,
            is_id || !strcmp(column, "bucket") ? row : (int64_t)(draw(seed) % 3 + 1));
    else if (!strcmp(type, "REAL"))
        sqlite3_bind_double(statement, place, (double)(draw(seed) % 1000000) / 7);
    else if (!strcmp(type, "BLOB"))
        sqlite3_bind_blob(statement, place, text, (int)strlen(text), SQLITE_TRANSIENT);
    else
        sqlite3_bind_text(statement, place, text, -1, SQLITE_TRANSIENT);
}

static void fill_table(sqlite3 *db, const char *table, int rows, uint64_t *seed)
{
    char question[128], insert[4096];
    const char *columns[64], *types[64];
    char room[64][64];
    int len = 0;
    sqlite3_stmt *statement = NULL;
    snprintf(question, sizeof(question), "SELECT name, type FROM pragma_table_info('%s')", table);
    assert_int_equal(sqlite3_prepare_v2(db, question, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        snprintf(room[len], sizeof(room[len]), "%s",
            (const char *)sqlite3_column_text(statement, 0));
        columns[len] = room[len];
        const char *type = (const char *)sqlite3_column_text(statement, 1);
        types[len++] = !strcmp(type, "INTEGER") ? "INTEGER"
            : !strcmp(type, "REAL")             ? "REAL"
            : !strcmp(type, "BLOB")             ? "BLOB"
                                                : "TEXT";
    }
    sqlite3_finalize(statement);
    size_t at = (size_t)snprintf(insert, sizeof(insert), "INSERT INTO %s VALUES (?", table);
    for (int i = 1; i < len; i++)
        at += (size_t)snprintf(insert + at, sizeof(insert) - at, ", ?");
    snprintf(insert + at, sizeof(insert) - at, ")");
    assert_int_equal(sqlite3_prepare_v2(db, insert, -1, &statement, NULL), SQLITE_OK);
    for (int row = 1; row <= rows; row++) {
        for (int i = 0; i < len; i++)
            bind_value(statement, i + 1, columns[i], types[i], row, seed);
        int code = sqlite3_step(statement);
        if (code != SQLITE_DONE)
            print_message("%s: %s\n", table, sqlite3_errmsg(db));
        assert_int_equal(code, SQLITE_DONE);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
}

/* unpacked(column of an older schema, day, before): what it was, out of the packed value. */
static void unpacked(sqlite3_context *context, int len, sqlite3_value **values)
{
    const char *name = (const char *)sqlite3_value_text(values[0]);
    const char *bytes = sqlite3_value_blob(values[2]);
    struct str packed = { bytes, (size_t)sqlite3_value_bytes(values[2]) };
    struct review review = { 0 };
    assert_int_equal(len, 3);
    assert_int_equal(before_unpack(packed, sqlite3_value_int(values[1]), &review), OK);
    const struct { const char *name; double real; } reals[] = {
        { "before_stability", review.memory.stability_days },
        { "before_difficulty", review.memory.difficulty },
        { "before_log_odds", review.evidence.log_odds } };
    const struct { const char *name; int64_t number; } numbers[] = {
        { "before_memory_state", review.memory.state },
        { "before_memory_step", review.memory.step },
        { "before_born_day", review.born_day }, { "before_last_day", review.last_day },
        { "before_sent_day", review.sent_day }, { "before_due_day", review.due_day },
        { "before_lapses", review.lapses }, { "before_misses", review.misses_in_a_row },
        { "before_hits", review.evidence.hits }, { "before_formats", review.evidence.formats },
        { "before_hits_from_day", review.evidence.first_day },
        { "before_hits_to_day", review.evidence.last_day }, { "before_fit_id", review.fit_id },
        { "before_marks", review.marks } };
    for (size_t i = 0; i < COUNT(reals); i++)
        if (!strcmp(reals[i].name, name))
            sqlite3_result_double(context, reals[i].real);
    for (size_t i = 0; i < COUNT(numbers); i++)
        if (!strcmp(numbers[i].name, name))
            sqlite3_result_int64(context, numbers[i].number);
}

static bool has_column(sqlite3 *db, const char *table, const char *column)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db,
        "SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2", -1, &statement, NULL), SQLITE_OK);
    sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, column, -1, SQLITE_STATIC);
    bool found = sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return found;
}

/* The old columns, as the file at hand holds them. */
static void columns_in(sqlite3 *db, const struct table *table, char *out, size_t bytes)
{
    char names[sizeof(table->columns)], *rest = NULL;
    size_t at = 0;
    snprintf(names, sizeof(names), "%s", table->columns);
    for (char *name = strtok_r(names, ", ", &rest); name; name = strtok_r(NULL, ", ", &rest)) {
        bool there = has_column(db, table->name, name);
        at += (size_t)snprintf(out + at, bytes - at,
            there ? "%s%s" : "%sunpacked('%s', day, before)", at ? ", " : "", name);
        assert_true(at < bytes);
    }
}

/* Every value in a fixed order; what opening a store changes by itself is left out. */
static void sum_table(sqlite3 *db, struct table *table)
{
    char columns[4096], question[4200];
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_create_function(db, "unpacked", 3, SQLITE_UTF8, NULL, unpacked, NULL,
        NULL), SQLITE_OK);
    columns_in(db, table, columns, sizeof(columns));
    snprintf(question, sizeof(question), "SELECT %s FROM %s ORDER BY 1, 2", columns, table->name);
    assert_int_equal(sqlite3_prepare_v2(db, question, -1, &statement, NULL), SQLITE_OK);
    table->rows = 0;
    table->sum = 14695981039346656037U;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        table->rows++;
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            uint64_t type = (uint64_t)sqlite3_column_type(statement, i);
            table->sum = (table->sum ^ type) * 1099511628211U;
            const unsigned char *bytes = sqlite3_column_blob(statement, i);
            for (int j = 0; j < sqlite3_column_bytes(statement, i); j++)
                table->sum = (table->sum ^ bytes[j]) * 1099511628211U;
        }
    }
    sqlite3_finalize(statement);
}

static int list_tables(sqlite3 *db, struct table *tables)
{
    sqlite3_stmt *statement = NULL;
    int len = 0;
    assert_int_equal(sqlite3_prepare_v2(db,
        "SELECT s.name, (SELECT group_concat(c.name, ', ') FROM pragma_table_info(s.name) AS c "
        "WHERE c.name NOT IN ('clean_stop')) FROM sqlite_schema AS s WHERE s.type = 'table' "
        "AND s.name NOT LIKE 'sqlite%' ORDER BY s.name", -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        assert_true(len < TABLES_MAX);
        snprintf(tables[len].name, sizeof(tables[len].name), "%s",
            (const char *)sqlite3_column_text(statement, 0));
        snprintf(tables[len++].columns, sizeof(tables[0].columns), "%s",
            (const char *)sqlite3_column_text(statement, 1));
    }
    sqlite3_finalize(statement);
    return len;
}

/* One row tables have theirs from the schema. */
static bool has_one_row(const char *name)
{
    return !strcmp(name, "state") || !strcmp(name, "upkeep");
}

static int make_old_file(
    const char *path, size_t schemas, int rows, uint64_t seed, struct table *tables)
{
    sqlite3 *db = NULL;
    char version[64];
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sql_functions_of(db), OK);
    for (size_t i = 0; i < schemas; i++)
        run(db, (const char *)sql_schemas[i].bytes);
    snprintf(version, sizeof(version), "PRAGMA user_version = %zu", schemas);
    run(db, version);
    run(db, "BEGIN");
    int len = list_tables(db, tables);
    for (int i = 0; i < len; i++)
        if (!has_one_row(tables[i].name))
            fill_table(db, tables[i].name, rows, &seed);
    run(db, "UPDATE state SET answer_count = 1234567, delivery_count = 99, clean_stop = 0,"
            "last_answer_ms = 1930000000000, platform = 'slack', workspace = 'T0OLD'");
    run(db, "COMMIT");
    for (int i = 0; i < len; i++)
        sum_table(db, &tables[i]);
    sqlite3_close(db);
    return len;
}

static void assert_same_values(const char *path, const struct table *tables, int len)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    for (int i = 0; i < len; i++) {
        struct table now = tables[i];
        sum_table(db, &now);
        if (now.rows != tables[i].rows || now.sum != tables[i].sum)
            print_message("%s: table %s is not what it was\n", path, now.name);
        assert_int_equal(now.rows, tables[i].rows);
        assert_true(now.sum == tables[i].sum);
        counted.rows += (unsigned long)now.rows;
    }
    sqlite3_close(db);
    counted.tables += (unsigned long)len;
}

static long now_ms(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static void migrate_one(struct play *play, size_t from, int rows, uint64_t seed)
{
    static struct table tables[TABLES_MAX];
    struct str copy = STR_EMPTY, detail = STR_EMPTY;
    int32_t version = 0;
    char kept[160];
    play->store = store_close(play->store);
    snprintf(kept, sizeof(kept), "rm -f %s*", play->path);
    assert_int_equal(system(kept), 0);
    int len = make_old_file(play->path, from, rows, seed, tables);
    long start = now_ms();
    enum err err = play_try_open(play, &detail);
    long took = now_ms() - start;
    if (err)
        print_message("%.*s\n", STR_ARG(detail));
    assert_int_equal(err, OK);
    counted.most_ms = took > counted.most_ms ? took : counted.most_ms;
    counted.files++;
    assert_true(store_migrated(play->store, &version, &copy));
    assert_int_equal(version, from);
    assert_int_equal(play_number(play, "PRAGMA user_version"), SQL_SCHEMAS_COUNT);
    assert_same_values(play->path, tables, len);
    snprintf(kept, sizeof(kept), "%s.before-%04zu", play->path, from + 1);
    assert_true(str_equal(copy, str_from_z(kept)));
    struct stat status;
    assert_int_equal(stat(kept, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_same_values(kept, tables, len);
    struct copy_facts facts;
    assert_int_equal(store_verify(str_from_z(kept), &play->arena, &facts, &detail), OK);
    assert_int_equal(facts.schema_version, from);
    assert_true(facts.people >= rows && facts.copied.utc_ms == 0);
    play->store = store_close(play->store);
    play_open(play); /* a second start has nothing to do */
    assert_false(store_migrated(play->store, &version, &copy));
    assert_int_equal(version, SQL_SCHEMAS_COUNT);
}

static void test_every_old_schema_comes_forward(void **state)
{
    uint64_t files = number_env("COUNT", 6), seed = number_env("SEED", 1);
    for (uint64_t i = 0; i < files; i++)
        migrate_one(*state, 1 + i % (SQL_SCHEMAS_COUNT - 1),
            (int)(1 + draw(&(uint64_t){ seed + i }) % ROWS_MOST), seed + i);
}

/* However many rows there are, a step costs little more than the copy. */
static void test_many_rows_are_quick(void **state)
{
    migrate_one(*state, SQL_SCHEMAS_COUNT - 1, 20000, 7);
}

/* -- answers that are kept become evidence -- */

enum { PEOPLE = 4, PROMPTS = 12, ANSWERS = 3000 };

static const struct {
    enum prompt_kind kind;
    int options;
} prompts[PROMPTS] = { { PROMPT_CHOICE, 2 }, { PROMPT_CHOICE, 4 }, { PROMPT_CHOICE, 7 },
    { PROMPT_CHOICE, 10 }, { PROMPT_MULTI, 2 }, { PROMPT_MULTI, 4 }, { PROMPT_MULTI, 9 },
    { PROMPT_ORDER, 3 }, { PROMPT_ORDER, 6 }, { PROMPT_NUMBER, 0 }, { PROMPT_SHORT, 0 },
    { PROMPT_RECALL, 0 } };

static size_t schemas_before(const char *word)
{
    size_t at = 0;
    while (at < SQL_SCHEMAS_COUNT && !strstr((const char *)sql_schemas[at].bytes, word))
        at++;
    return at;
}

static void run_with(sqlite3 *db, const char *sql, const int *numbers, int len)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    for (int i = 0; i < len; i++)
        sqlite3_bind_int(statement, i + 1, numbers[i]);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
}

/* One answer after the other, half of them on the day of the one before, as rows of the old schema
 * and through the rule. */
static void make_answers(sqlite3 *db, struct evidence all[PEOPLE][PROMPTS])
{
    int last_day[PEOPLE][PROMPTS] = { { 0 } };
    uint64_t seed = 11;
    for (int i = 0; i < ANSWERS; i++) {
        int person = (int)(draw(&seed) % PEOPLE), prompt = (int)(draw(&seed) % PROMPTS);
        int rating = (int)(draw(&seed) % 12);
        rating = rating > 4 ? 3 : rating;
        int day = last_day[person][prompt] + (int)(draw(&seed) % 2);
        day = day ? day : 22340;
        run_with(db, "INSERT INTO nudge (nudge_id, person_id, prompt_id, revision_id, nudge_key, "
                     "state, step, day, planned_ms) VALUES (?1, ?2, ?3, ?3, 1, 2, 0, ?4, 1)",
            (int[]){ i + 1, person + 1, prompt + 1, day }, 4);
        run_with(db, "INSERT INTO answer (nudge_id, step, attempt, day, answered_ms, grade, rating,"
                     " chosen, before_last_day) VALUES (?1, 0, 0, ?2, 1, 0, ?3, 0, ?4)",
            (int[]){ i + 1, day, rating, last_day[person][prompt] }, 4);
        struct evidence_answer answer = { .rating = (enum rating)rating,
            .kind = prompts[prompt].kind,
            .guess = rating_guess(prompts[prompt].kind, (size_t)prompts[prompt].options),
            .day = day, .day_before = last_day[person][prompt] };
        evidence_add(&all[person][prompt], &answer);
        if (rating)
            last_day[person][prompt] = day;
    }
}

static void make_kept_answers(const char *path, struct evidence all[PEOPLE][PROMPTS])
{
    sqlite3 *db = NULL;
    char version[64];
    size_t schemas = schemas_before("log_odds");
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    run(db, "PRAGMA foreign_keys = OFF");
    for (size_t i = 0; i < schemas; i++)
        run(db, (const char *)sql_schemas[i].bytes);
    snprintf(version, sizeof(version), "PRAGMA user_version = %zu", schemas);
    run(db, version);
    run(db, "BEGIN");
    for (int prompt = 0; prompt < PROMPTS; prompt++) {
        run_with(db, "INSERT INTO prompt VALUES (?1, 'deck', ?1, 'skill', ?2)",
            (int[]){ prompt + 1, (int)prompts[prompt].kind }, 2);
        run_with(db, "INSERT INTO prompt_revision VALUES (?1, ?1, x'00', x'00', ?2)",
            (int[]){ prompt + 1, prompts[prompt].options }, 2);
        for (int person = 0; person < PEOPLE; person++)
            if (person || prompt) /* one that a damaged file has lost */
                run_with(db, "INSERT INTO review (person_id, prompt_id, stability, difficulty, "
                             "memory_state, memory_step, born_day, last_day, sent_day, due_day, "
                             "answers, lapses, misses) "
                             "VALUES (?1, ?2, 1, 5, 2, 0, 1, 1, 1, 1, 7, 0, 0)",
                    (int[]){ person + 1, prompt + 1 }, 2);
    }
    make_answers(db, all);
    run(db, "COMMIT");
    sqlite3_close(db);
}

static void test_kept_answers_become_evidence(void **state)
{
    struct play *play = *state;
    struct str detail = STR_EMPTY;
    static struct evidence all[PEOPLE][PROMPTS];
    int demonstrated = 0, lapsed = 0;
    char text[256];
    play->store = store_close(play->store);
    snprintf(text, sizeof(text), "rm -f %s*", play->path);
    assert_int_equal(system(text), 0);
    make_kept_answers(play->path, all);
    assert_int_equal(play_try_open(play, &detail), OK);
    for (int person = 0; person < PEOPLE; person++)
        for (int prompt = 0; prompt < PROMPTS; prompt++) {
            const struct evidence *wanted = &all[person][prompt];
            snprintf(text, sizeof(text),
                "SELECT count(*) FROM review WHERE person_id = %d AND prompt_id = %d AND "
                "abs(log_odds - %.9f) < 1e-4 AND hits = %d AND formats = %u AND hits_from_day = %d "
                "AND hits_to_day = %d AND answers = 7 AND born_day = 1",
                person + 1, prompt + 1, wanted->log_odds, wanted->hits, wanted->formats,
                wanted->first_day, wanted->last_day);
            if (play_number(play, text) != (person || prompt))
                print_message("%s\n", text);
            assert_int_equal(play_number(play, text), person || prompt);
            demonstrated += evidence_demonstrated(wanted);
            lapsed += wanted->log_odds < 0;
        }
    assert_int_equal(play_number(play, "SELECT count(*) FROM review"), PEOPLE * PROMPTS - 1);
    assert_true(demonstrated > 5 && lapsed > 5); /* both were met */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, play_setup, play_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_every_old_schema_comes_forward),
        TEST(test_many_rows_are_quick),
        TEST(test_kept_answers_become_evidence),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (!failed)
        printf("proved: %lu files of %d older schemas migrated, %lu rows in %lu tables compared "
               "with what they were, each with its copy; the slowest took %ld ms\n",
            counted.files, SQL_SCHEMAS_COUNT - 1, counted.rows, counted.tables, counted.most_ms);
    return failed;
}
