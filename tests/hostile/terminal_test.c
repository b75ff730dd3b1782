/* Names, e-mails, questions and answers that mean harm, in the database of the real program: what
 * its subcommands print moves no cursor and turns no line, its exports come back as they went in
 * and open as text in a spreadsheet. */
#include <cjson/cJSON.h>
#include <sqlite3.h>
#include <string.h>

#include "cli/office.h"
#include "hostile/check.h"
#include "hostile/payloads.h"
#include "nudged/base/text.h"

enum { CELLS = 12, EVIDENCE_CELLS = 14, FILE_MAX = 32 << 20, ROWS_A_FILE = 40 };

static uint64_t cells, lines_read, screens;

static struct str read_out(struct office *office, const char *name)
{
    static char bytes[FILE_MAX];
    FILE *file = fopen(office_path(office, name), "r");
    CHECK(file, "%s", name);
    size_t len = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    CHECK(len < sizeof(bytes), "%s is longer than expected", name);
    return (struct str){ bytes, len };
}

static void run_sql(sqlite3 *db, const char *sql, const struct str *texts, size_t len, int64_t id)
{
    sqlite3_stmt *statement = NULL;
    CHECK(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, "%s: %s", sql,
        sqlite3_errmsg(db));
    sqlite3_bind_int64(statement, 1, id);
    for (size_t i = 0; i < len; i++)
        sqlite3_bind_text(statement, (int)i + 2, texts[i].ptr, (int)texts[i].len, SQLITE_STATIC);
    CHECK(sqlite3_step(statement) == SQLITE_DONE, "%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_finalize(statement);
}

/* One person, prompt and answer a payload, all of them called so. */
static void fill(struct office *office, const struct payloads *payloads)
{
    sqlite3 *db = NULL;
    CHECK(sqlite3_open(office_path(office, "state/nudged.db"), &db) == SQLITE_OK, "no database");
    run_sql(db, "INSERT INTO person (person_id, external_id, email, name, role, cohort, region, "
                "zone, workdays, start_day, end_day, manager, employed, roster_epoch, state, "
                "own_zone, notice_version, enrolled_day, chat_state, chat_zone, dnd_until_ms, "
                "slot_day, slot_count, manager_id) VALUES (?1, 'boss', 'boss@example.com', "
                "'Boss', '', '', '', 'Etc/UTC', 0, 0, 0, '', 1, 1, 1, '', 1, 1, 1, '', 0, 0, 0, "
                "NULL)", NULL, 0, 999);
    run_sql(db, "BEGIN", NULL, 0, 0);
    for (size_t i = 0; i < payloads->len; i++) {
        int64_t id = 1000 + (int64_t)i;
        struct str all[6] = { payloads->items[i], payloads->items[i], payloads->items[i],
            payloads->items[i], payloads->items[i], payloads->items[i] };
        run_sql(db, "INSERT INTO person (person_id, external_id, email, name, role, cohort, "
                    "region, zone, workdays, start_day, end_day, manager, employed, roster_epoch, "
                    "state, own_zone, notice_version, enrolled_day, chat_state, chat_zone, "
                    "dnd_until_ms, slot_day, slot_count, manager_id, last_nudge_id) VALUES (?1, "
                    "'x' || ?1, ?2 || ?1, ?3, ?4, ?5, ?6, 'Etc/UTC', 0, 0, 0, 'boss', 1, 1, 1, "
                    "'', 1, 1, 2, '', 0, 0, 0, 999, ?1)", all, 5, id);
        run_sql(db, "INSERT INTO prompt (prompt_id, deck, prompt, skill, kind) VALUES (?1, ?2, "
                    "?3 || ?1, ?4, 5)", all, 3, id);
        run_sql(db, "INSERT INTO prompt_revision (revision_id, prompt_id, hash, body, options) "
                    "VALUES (?1, ?1, x'00', x'00', 0)", NULL, 0, id);
        run_sql(db, "INSERT INTO nudge (nudge_id, person_id, prompt_id, revision_id, nudge_key, "
                    "state, step, day, planned_ms, held_out_days) VALUES (?1, ?1, ?1, ?1, 7, 2, "
                    "0, 22340, 0, 7)",
            NULL, 0, id);
        run_sql(db, "INSERT INTO review (person_id, prompt_id, stability, difficulty, "
                    "memory_state, memory_step, born_day, last_day, sent_day, due_day, answers, "
                    "lapses, misses, log_odds, hits, formats, hits_from_day, hits_to_day) VALUES "
                    "(?1, ?1, 5, 5, 2, 0, 1, 22340, 1, 1, 2, 0, 0, 6, 2, 34, 22330, 22340)",
            NULL, 0, id);
        for (int attempt = 0; attempt < 2; attempt++)
            run_sql(db, attempt ? "INSERT INTO answer (nudge_id, step, attempt, day, answered_ms, "
                                  "grade, rating, chosen, text) VALUES (?1, 1, 0, 22340, "
                                  "1930300000000, 3, 3, 0, ?2)"
                                : "INSERT INTO answer (nudge_id, step, attempt, day, answered_ms, "
                                  "grade, rating, chosen, text) VALUES (?1, 0, 0, 22340, "
                                  "1930300000000, 3, 3, 0, ?2)", all, 1, id);
    }
    run_sql(db, "COMMIT", NULL, 0, 0);
    sqlite3_close(db);
}

/* -- exports -- */

/* One quoted or bare cell, after RFC 4180, into out; at moves behind the comma or line end. */
static size_t next_cell(struct str file, size_t *at, char *out, bool *last)
{
    size_t len = 0, i = *at;
    bool quoted = i < file.len && file.ptr[i] == '"';
    for (i += quoted; i < file.len; i++) {
        char c = file.ptr[i];
        if (quoted && c == '"' && i + 1 < file.len && file.ptr[i + 1] == '"')
            i++;
        else if (quoted && c == '"')
            break;
        else if (!quoted && (c == ',' || c == '\r'))
            break;
        out[len++] = c;
    }
    i += quoted;
    CHECK(i < file.len && (file.ptr[i] == ',' || file.ptr[i] == '\r'), "no end of a cell");
    *last = file.ptr[i] == '\r';
    CHECK(!*last || file.ptr[i + 1] == '\n', "half a line end");
    *at = i + 1 + *last;
    return len;
}

static bool starts_formula(struct str cell)
{
    return cell.len && memchr("=+-@\t\r\n\0", cell.ptr[0], 8);
}

static void check_cell(struct str cell, struct str wanted)
{
    if (starts_formula(wanted)) {
        CHECK(cell.len && cell.ptr[0] == '\'', "a formula: %.*s", STR_ARG(cell));
        cell = str_slice(cell, 1, cell.len);
    }
    CHECK(str_starts_with(cell, wanted), "%.*s, not %.*s", STR_ARG(cell), STR_ARG(wanted));
    cells++;
}

static void check_csv(struct str file, const struct payloads *payloads)
{
    static char room[1 << 20];
    size_t at = 0, rows = 0;
    bool last = false;
    while (!last)
        (void)next_cell(file, &at, room, &last);
    for (; at < file.len; rows++) {
        struct str payload = payloads->items[rows / 2];
        for (int i = 0; i < CELLS; i++) {
            struct str cell = { room, next_cell(file, &at, room, &last) };
            CHECK(last == (i == CELLS - 1), "cell %d of row %zu", i, rows);
            CHECK(!starts_formula(cell) || cell.ptr[0] == '2', "a formula: %.*s", STR_ARG(cell));
            bool is_text = i == 11 || (i >= 2 && i <= 6 && i != 7);
            if (is_text)
                check_cell(cell, payload);
        }
    }
    CHECK(rows == 2 * payloads->len, "%zu rows", rows);
}

static void check_jsonl(struct str file, const struct payloads *payloads)
{
    static const char *const fields[] = { "person", "email", "deck", "prompt", "skill", "text" };
    struct str line;
    size_t rows = 0;
    while (str_next_part(&file, '\n', &line)) {
        if (!line.len)
            continue;
        struct str payload = payloads->items[rows++ / 2];
        cJSON *tree = cJSON_ParseWithLength(line.ptr, line.len);
        CHECK(tree && text_is_utf8(line), "%.*s", STR_ARG(line));
        CHECK(cJSON_GetArraySize(tree) == CELLS, "%.*s", STR_ARG(line));
        for (size_t i = 0; i < COUNT(fields) && text_is_utf8(payload); i++) {
            const char *value =
                cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, fields[i]));
            CHECK(value && str_starts_with(str_from_z(value), payload), "%s of %.*s", fields[i],
                STR_ARG(line));
            cells++;
        }
        cJSON_Delete(tree);
        lines_read++;
    }
    CHECK(rows == 2 * payloads->len, "%zu lines", rows);
}

/* -- screens -- */

static void check_screen(struct office *office, const char *file)
{
    struct str text = read_out(office, file), line;
    while (str_next_part(&text, '\n', &line)) {
        CHECK(!payload_hides(line, false), "%s: %.*s", file, STR_ARG(line));
        lines_read++;
    }
    screens++;
}

static void check_both(struct office *office)
{
    check_screen(office, "out");
    check_screen(office, "err");
}

static void write_csv_field(FILE *file, struct str text)
{
    fputc('"', file);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            fputc('"', file);
        fputc(text.ptr[i], file);
    }
    fputc('"', file);
}

/* Evidence: names, e-mails and prompts as they are in people.csv and the decks. */
static void check_evidence(struct str file, const struct payloads *payloads)
{
    static char room[1 << 20];
    size_t at = 0, rows = 0;
    bool last = false;
    while (!last)
        (void)next_cell(file, &at, room, &last);
    for (; at < file.len; rows++)
        for (int i = 0; i < EVIDENCE_CELLS; i++) {
            struct str cell = { room, next_cell(file, &at, room, &last) };
            CHECK(last == (i == EVIDENCE_CELLS - 1), "cell %d of row %zu", i, rows);
            CHECK(!starts_formula(cell), "a formula: %.*s", STR_ARG(cell));
            if (i < 5)
                check_cell(cell, payloads->items[rows]);
        }
    CHECK(rows == payloads->len, "%zu rows", rows);
}

static void write_yaml_field(FILE *file, const char *key, struct str text)
{
    fprintf(file, "%s: \"", key);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\')
            fputc('\\', file);
        fputc(text.ptr[i], file);
    }
    fputs("\"\n", file);
}

/* Files with these in them are refused or not; what is said about them is for a screen. */
static void check_files(struct office *office, const struct payloads *payloads, size_t from)
{
    FILE *people = fopen(office_path(office, "people.csv"), "w");
    FILE *deck = fopen(office_path(office, "prompts/decks/words.yaml"), "w");
    CHECK(people && deck, "files");
    fputs("id,email,name,role,manager\n3,max@example.com,Max,Tester,\n", people);
    fputs("id: words\n", deck);
    write_yaml_field(deck, "title", payloads->items[from]);
    fputs("owner: max@example.com\nskill: words\nsource: Made up\nprompts:\n", deck);
    for (size_t i = from; i < from + ROWS_A_FILE && i < payloads->len; i++) {
        fprintf(people, "%zu,", 100 + i);
        write_csv_field(people, i % 2 ? STR("x@example.com") : payloads->items[i]);
        fputc(',', people);
        write_csv_field(people, payloads->items[i]);
        fputs(",Tester,", people);
        write_csv_field(people, i % 3 ? STR("3") : payloads->items[i]);
        fputc('\n', people);
        fprintf(deck, "  - id: p%zu\n    kind: short\n", i);
        write_yaml_field(deck, "    ask", payloads->items[i]);
        write_yaml_field(deck, i % 4 ? "    accept" : "    unheard", payloads->items[i]);
        write_yaml_field(deck, "    why", payloads->items[i]);
    }
    fclose(people);
    fclose(deck);
    (void)RUN(office, "check");
    check_both(office);
    (void)RUN(office, "check", "--format", "json");
    struct str text = read_out(office, "out"), line;
    while (str_next_part(&text, '\n', &line)) {
        cJSON *tree = line.len ? cJSON_ParseWithLength(line.ptr, line.len) : NULL;
        CHECK(tree || !line.len, "%.*s", STR_ARG(line));
        cJSON_Delete(tree);
    }
}

int main(void)
{
    struct arena arena;
    arena_init(&arena, 16 << 20);
    struct payloads payloads = payloads_make(&arena);
    const char *count = getenv("COUNT");
    size_t most = count ? strtoull(count, NULL, 10) : payloads.len;
    size_t step = most && most < payloads.len ? payloads.len / most : 1, kept = 0;
    for (size_t i = 0; i < payloads.len; i += step)
        payloads.items[kept++] = payloads.items[i];
    payloads.len = kept;
    struct office *office = office_open("T0FIRST");
    CHECK(RUN(office, "resume") == 0, "%s", office->err);
    fill(office, &payloads);
    CHECK(RUN(office, "export", "answers", "--format", "csv") == 0, "%s", office->err);
    check_csv(read_out(office, "out"), &payloads);
    CHECK(RUN(office, "export", "answers", "--format", "jsonl") == 0, "%s", office->err);
    check_jsonl(read_out(office, "out"), &payloads);
    CHECK(RUN(office, "export", "evidence") == 0, "%s", office->err);
    check_evidence(read_out(office, "out"), &payloads);
    CHECK(RUN(office, "outcomes") == 0, "%s", office->err);
    check_both(office);
    CHECK(RUN(office, "outcomes", "--format", "csv") == 0, "%s", office->err);
    CHECK(RUN(office, "status") == 0, "%s", office->err);
    check_both(office);
    CHECK(RUN(office, "digest", "--manager", "boss", "--week", "2031-W10") == 0, "%s", office->err);
    check_both(office);
    for (size_t i = 0; i < payloads.len; i += 29) {
        char id[16];
        snprintf(id, sizeof(id), "x%zu", 1000 + i);
        (void)RUN(office, "explain", id);
        check_both(office);
        (void)RUN(office, "explain", "\x1b[2Jnobody");
        check_both(office);
    }
    for (size_t from = 0; from < payloads.len; from += ROWS_A_FILE)
        check_files(office, &payloads, from);
    office_close(office);
    printf("proved: %zu payloads in every field: %llu cells and fields of exports as they went in, "
           "0 formulas; %llu lines on %llu screens, 0 of them moved\n",
        payloads.len, (unsigned long long)cells, (unsigned long long)lines_read,
        (unsigned long long)screens);
    arena_finish(&arena);
    return 0;
}
