/* Records of a CSV file. A table written by the rules of RFC 4180 comes back cell by cell; bytes
 * from nowhere give cells that were in them, in the places they name. */
#include "fuzz.h"

#include "content/csv.h"
#include "nudged/base/buf.h"
#include "nudged/base/text.h"

enum { ROWS_MAX = 12, COLUMNS_MAX = 6 };

static const char *const pieces[] = { "", "a", "\"", "\"\"", ",", ";", "\r\n", "\n", "\r", " ", "é",
    "= 1", "x,y", "  two words ", "\xe2\x80\xa8", "日本" };

struct table {
    struct str cells[ROWS_MAX][COLUMNS_MAX];
    size_t rows, columns;
};

static struct str take_cell(struct feed *feed, struct arena *arena)
{
    struct buf cell = buf_in(arena, 256);
    for (unsigned left = take_byte(feed) % 4; left > 0; left--)
        buf_add(&cell, str_from_z(pieces[take_byte(feed) % COUNT(pieces)]));
    return buf_str(&cell);
}

static void write_cell(struct buf *out, struct str cell, bool quoted)
{
    for (size_t i = 0; i < cell.len && !quoted; i++)
        quoted = str_find(STR("\",;\r\n"), cell.ptr[i]) < 5;
    if (quoted)
        buf_add_byte(out, '"');
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.ptr[i] == '"')
            buf_add_byte(out, '"');
        buf_add_byte(out, cell.ptr[i]);
    }
    if (quoted)
        buf_add_byte(out, '"');
}

static struct str write_table(struct feed *feed, struct arena *arena, struct table *table)
{
    struct buf out = buf_in(arena, 64 << 10);
    uint8_t how = take_byte(feed);
    char separator = how & 1 ? ';' : ',';
    table->columns = 2 + (how >> 1) % (COLUMNS_MAX - 1);
    for (size_t column = 0; column < table->columns; column++)
        buf_addf(&out, "%s%s%c", column ? "" : "id", column ? "h" : "",
            column + 1 < table->columns ? separator : '\n');
    for (; feed->left && table->rows < ROWS_MAX; table->rows++)
        for (size_t column = 0; column < table->columns; column++) {
            struct str *cell = &table->cells[table->rows][column];
            *cell = column ? take_cell(feed, arena) : STR("r");
            write_cell(&out, *cell, how & 64);
            buf_add(&out, column + 1 < table->columns ? (struct str){ &separator, 1 }
                    : how & 128                       ? STR("\r\n")
                                                      : STR("\n"));
        }
    REQUIRE(!out.failed);
    return buf_str(&out);
}

static void there_and_back(struct feed feed, struct arena *arena, struct faults *faults)
{
    static struct table table;
    static struct csv_field fields[CSV_FIELDS_MAX];
    size_t len = 0;
    table.rows = 0;
    struct source source = source_of(STR("t.csv"), write_table(&feed, arena, &table), faults);
    struct csv csv = csv_of(&source, arena);
    REQUIRE(!csv_next(&csv, fields, &len) && len == table.columns);
    for (size_t row = 0; row < table.rows; row++) {
        REQUIRE(!csv_next(&csv, fields, &len) && len == table.columns);
        for (size_t column = 0; column < len; column++)
            REQUIRE(str_equal(fields[column].text, str_trim(table.cells[row][column])));
    }
    REQUIRE(!csv_next(&csv, fields, &len) && len == 0 && !source.errors);
}

static void from_nowhere(struct feed feed, struct arena *arena, struct faults *faults)
{
    static struct csv_field fields[CSV_FIELDS_MAX];
    size_t len = 1, records = 0;
    struct source source = source_of(STR("t.csv"), take_rest(&feed), faults);
    enum err err = source_check_text(&source);
    REQUIRE(!err == (source.errors == 0));
    if (err)
        return;
    struct csv csv = csv_of(&source, arena);
    while (!err && len) {
        size_t before = csv.at;
        err = csv_next(&csv, fields, &len);
        REQUIRE(err || !len || csv.at > before);
        REQUIRE(err ? err == ERR_SYNTAX && source.errors == 1 : len <= CSV_FIELDS_MAX);
        for (size_t i = 0; !err && i < len; i++) {
            REQUIRE(text_is_utf8(fields[i].text) && fields[i].text.len <= source.text.len);
            REQUIRE(fields[i].at.line >= 1 && fields[i].at.line <= csv.line);
        }
        REQUIRE(++records <= source.text.len + 2);
    }
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct faults faults;
    arena_init(&arena, 16 << 20);
    faults_init(&faults, &arena);
    there_and_back(feed_of(data, size), &arena, &faults);
    from_nowhere(feed_of(data, size), &arena, &faults);
    REQUIRE(!arena_failed(&arena));
    arena_finish(&arena);
    return 0;
}
