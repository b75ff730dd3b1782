/* Exports of answers with any words in them: read back by other means they say the same, each
 * record is whole, and no cell of the CSV is a formula to a spreadsheet. */
#include "fuzz.h"

#include <cjson/cJSON.h>

#include "nudged/app/export.h"
#include "nudged/base/text.h"
#include "unit/store/help.h"

enum { ANSWERS = 3, COLUMNS = 12, EXPORT_MAX = 1 << 20 };

static const char *const fields[COLUMNS] = { "answered_at", "day", "person", "email", "deck",
    "prompt", "skill", "kind", "grade", "rating", "chosen", "text" };

static struct play *play;
static sqlite3 *db;
static sqlite3_stmt *set_text, *set_person, *set_prompt;

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *statement = NULL;
    REQUIRE(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK);
    return statement;
}

static void close_play(void)
{
    sqlite3_finalize(set_text);
    sqlite3_finalize(set_person);
    sqlite3_finalize(set_prompt);
    sqlite3_close(db);
    void *state = play;
    (void)play_teardown(&state);
}

static void open_play(void)
{
    play = play_start();
    play_people(play, ANSWERS + 1, 1);
    play_match(play, ANSWERS + 1);
    play_prompts(play);
    for (int64_t i = 0; i < ANSWERS; i++) {
        int64_t nudge_id = play_nudge(play, 2 + i, &play->prompts[i], MONDAY);
        play_answer(play, nudge_id, MONDAY, GRADE_RIGHT, RATING_GOOD);
    }
    play->store = store_close(play->store);
    REQUIRE(sqlite3_open(play->path, &db) == SQLITE_OK);
    REQUIRE(sqlite3_exec(db, "PRAGMA synchronous=OFF", NULL, NULL, NULL) == SQLITE_OK);
    set_text = prepare("UPDATE answer SET text = ?1 WHERE nudge_id = ?2");
    set_person = prepare("UPDATE person SET name = ?1 WHERE person_id = 1 + ?2");
    set_prompt = prepare("UPDATE prompt SET skill = ?1 WHERE prompt_id = ?2");
    REQUIRE(atexit(close_play) == 0);
}

static void set(sqlite3_stmt *statement, struct str text, int64_t number)
{
    REQUIRE(sqlite3_bind_text(statement, 1, text.len ? text.ptr : "", (int)text.len,
                SQLITE_TRANSIENT) == SQLITE_OK);
    REQUIRE(sqlite3_bind_int64(statement, 2, number) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_DONE);
    REQUIRE(sqlite3_reset(statement) == SQLITE_OK);
}

static struct str take_words(struct feed *feed)
{
    static const char *const words[] = { "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
        "\"", "\"\"", ",", ";", "\r\n", "'", "=HYPERLINK(\"http://x\")", "é", "\xe2\x80\xae",
        " =1", "\xef\xbb\xbf=1", "|cmd", "%", "\xef\xbc\x9d\x31", "\x1b[31m", "\x7f" };
    uint8_t how = take_byte(feed);
    struct str text = how < 128 ? take_bytes(feed, how % 32)
                                : str_from_z(words[how % COUNT(words)]);
    for (size_t i = 0; i < text.len; i++)
        if (!text.ptr[i]) /* SQLite would say where the text ends */
            return STR("zero");
    return text_is_utf8(text) ? text : STR("not utf-8");
}

static void on_piece(void *arg, struct str piece)
{
    buf_add(arg, piece);
}

/* One quoted or bare cell, by RFC 4180 and nothing else; false at the end of the record. */
static bool take_cell(struct str *rest, struct buf *cell)
{
    size_t at = 0;
    buf_reset(cell);
    if (rest->len && rest->ptr[0] == '"') {
        for (at = 1; at < rest->len; at++) {
            if (rest->ptr[at] == '"' && !(at + 1 < rest->len && rest->ptr[at + 1] == '"'))
                break;
            at += rest->ptr[at] == '"';
            buf_add_byte(cell, rest->ptr[at]);
        }
        REQUIRE(at < rest->len);
        at++;
    } else {
        for (; at < rest->len && rest->ptr[at] != ',' && rest->ptr[at] != '\r'; at++)
            buf_add_byte(cell, rest->ptr[at]);
    }
    REQUIRE(at < rest->len);
    bool more = rest->ptr[at] == ',';
    REQUIRE(more || str_starts_with(str_slice(*rest, at, rest->len), STR("\r\n")));
    *rest = str_slice(*rest, at + (more ? 1 : 2), rest->len);
    return more;
}

/* The words with at most an apostrophe before them, and what a spreadsheet makes of the cell. */
static void check_cell(struct str cell, const cJSON *value)
{
    struct str words = str_from_z(cJSON_GetStringValue(value));
    if (!cJSON_IsString(value))
        return;
    bool led = cell.len == words.len + 1 && cell.ptr[0] == '\'';
    REQUIRE(str_equal(led ? str_slice(cell, 1, cell.len) : cell, words));
    REQUIRE(!cell.len || str_find(STR("=+-@\t\r\n"), cell.ptr[0]) == 7);
    REQUIRE(!led || str_find(STR("=+-@\t\r\n"), words.ptr[0]) < 7);
}

static void check_record(struct str *csv, const cJSON *row, struct buf *cell)
{
    for (size_t column = 0; column < COLUMNS; column++) {
        bool more = take_cell(csv, cell);
        REQUIRE(more == (column + 1 < COLUMNS));
        check_cell(buf_str(cell), cJSON_GetObjectItemCaseSensitive(row, fields[column]));
    }
}

static void check(struct str csv, struct str jsonl, const struct str *texts)
{
    struct buf cell = buf_heap(1 << 16);
    struct str line, rest = csv;
    REQUIRE(text_is_utf8(csv) && text_is_utf8(jsonl));
    for (size_t column = 0; column < COLUMNS; column++) {
        (void)take_cell(&rest, &cell);
        REQUIRE(str_equal(buf_str(&cell), str_from_z(fields[column])));
    }
    for (size_t i = 0; i < ANSWERS; i++) {
        REQUIRE(str_next_part(&jsonl, '\n', &line));
        cJSON *row = cJSON_ParseWithLength(line.ptr, line.len);
        REQUIRE(row && cJSON_GetArraySize(row) == COLUMNS);
        const cJSON *text = cJSON_GetObjectItemCaseSensitive(row, "text");
        REQUIRE(str_equal(str_from_z(cJSON_GetStringValue(text)), texts[i]));
        check_record(&rest, row, &cell);
        cJSON_Delete(row);
    }
    REQUIRE(!rest.len && !jsonl.len);
    buf_free(&cell);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct str texts[ANSWERS];
    if (!play)
        open_play();
    struct buf csv = buf_heap(EXPORT_MAX), jsonl = buf_heap(EXPORT_MAX);
    REQUIRE(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK);
    for (int64_t i = 0; i < ANSWERS; i++) {
        texts[i] = take_words(&feed);
        set(set_text, texts[i], 1 + i);
        set(set_person, take_words(&feed), 1 + i);
        set(set_prompt, take_words(&feed), 1 + i);
    }
    REQUIRE(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
    struct str folder = str_from_z(play->folder);
    REQUIRE(!export_answers(folder, true, on_piece, &csv));
    REQUIRE(!export_answers(folder, false, on_piece, &jsonl));
    REQUIRE(!csv.failed && !jsonl.failed);
    check(buf_str(&csv), buf_str(&jsonl), texts);
    buf_free(&csv);
    buf_free(&jsonl);
    return 0;
}
