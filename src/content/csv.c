/* Records of a CSV file. A quotation mark inside a field that did not begin with one is a character
 * like any other, as spreadsheets have it. */
#include "content/csv.h"

#include "nudged/base/text.h"


enum { COLUMN_MAX = 10000 };            /* nobody looks further; a line may be megabytes long */

static enum err read_field(struct csv *csv, struct csv_field *field);
static enum err read_quoted(struct csv *csv, struct csv_field *field);
static bool at_line_end(const struct csv *csv);
static void skip_line_end(struct csv *csv);
static struct place place_now(const struct csv *csv);

struct csv csv_of(struct source *source, struct arena *arena)
{
    struct str header = source_line(source, 1);
    size_t commas = 0, semicolons = 0;
    bool quoted = false;
    for (size_t i = 0; i < header.len; i++) {
        quoted ^= header.ptr[i] == '"';
        commas += !quoted && header.ptr[i] == ',';
        semicolons += !quoted && header.ptr[i] == ';';
    }
    return (struct csv){ .source = source, .arena = arena, .line = 1,
                         .separator = semicolons > commas ? ';' : ',' };
}

enum err csv_next(struct csv *csv, struct csv_field fields[CSV_FIELDS_MAX], size_t *len)
{
    struct str text = csv->source->text;
    enum err err = OK;
    size_t count = 0;
    while (csv->at < text.len && at_line_end(csv))
        skip_line_end(csv);
    while (!err && csv->at < text.len) {
        if (count == CSV_FIELDS_MAX) {
            source_error(csv->source, place_now(csv), STR_EMPTY, "more than %d columns",
                         CSV_FIELDS_MAX);
            return ERR_SYNTAX;
        }
        err = read_field(csv, &fields[count++]);
        if (csv->at >= text.len || text.ptr[csv->at] != csv->separator)
            break;
        csv->at++;
        if (csv->at == text.len && count < CSV_FIELDS_MAX)      /* a separator ends the file */
            fields[count++] = (struct csv_field){ .at = place_now(csv) };
    }
    if (!err)
        *len = count;
    return err;
}

static enum err read_field(struct csv *csv, struct csv_field *field)
{
    struct str text = csv->source->text;
    while (csv->at < text.len && text.ptr[csv->at] == ' ')
        csv->at++;
    field->at = place_now(csv);
    if (csv->at < text.len && text.ptr[csv->at] == '"')
        return read_quoted(csv, field);
    size_t from = csv->at;
    while (csv->at < text.len && text.ptr[csv->at] != csv->separator && !at_line_end(csv))
        csv->at++;
    field->text = str_trim(str_slice(text, from, csv->at));
    return OK;
}

static enum err read_quoted(struct csv *csv, struct csv_field *field)
{
    struct str text = csv->source->text;
    size_t from = ++csv->at, doubled = 0;
    for (; csv->at < text.len; csv->at++) {
        if (at_line_end(csv)) {
            skip_line_end(csv);
            csv->at--;
        } else if (text.ptr[csv->at] == '"') {
            if (csv->at + 1 >= text.len || text.ptr[csv->at + 1] != '"')
                break;
            csv->at++;
            doubled++;
        }
    }
    if (csv->at >= text.len) {
        source_error(csv->source, field->at, STR_EMPTY, "this quotation mark is never closed");
        return ERR_SYNTAX;
    }
    struct str inner = str_slice(text, from, csv->at++);
    if (doubled > 0) {
        char *plain = arena_alloc(csv->arena, inner.len);
        size_t len = 0;
        for (size_t i = 0; plain && i < inner.len; i++) {
            plain[len++] = inner.ptr[i];
            i += inner.ptr[i] == '"';
        }
        inner = (struct str){ plain, len };
    }
    field->text = str_trim(inner);
    while (csv->at < text.len && text.ptr[csv->at] == ' ')
        csv->at++;
    if (csv->at < text.len && text.ptr[csv->at] != csv->separator && !at_line_end(csv)) {
        source_error(csv->source, place_now(csv), STR_EMPTY, "the text goes on after its closing "
                     "quotation mark");
        return ERR_SYNTAX;
    }
    return OK;
}

static bool at_line_end(const struct csv *csv)
{
    char c = csv->source->text.ptr[csv->at];
    return c == '\n' || c == '\r';
}

static void skip_line_end(struct csv *csv)
{
    struct str text = csv->source->text;
    if (text.ptr[csv->at] == '\r' && csv->at + 1 < text.len && text.ptr[csv->at + 1] == '\n')
        csv->at++;
    csv->at++;
    csv->line++;
    csv->line_start = csv->at;
}

static struct place place_now(const struct csv *csv)
{
    struct place at = { csv->line, 1 };
    for (size_t i = csv->line_start; i < csv->at && at.column < COLUMN_MAX; at.column++) {
        size_t step = text_next(csv->source->text, i, NULL);
        i += step ? step : 1;
    }
    return at;
}
