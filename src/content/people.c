/* people.csv: one row to one person. Columns are found by their headers, in any order; columns we
 * do not know are left alone, because personnel systems export many. */
#include <string.h>

#include "content/words.h"
#include "content/roster.h"
#include "nudged/base/hash.h"
#include "nudged/base/text.h"

enum {
    PEOPLE_BYTES_MAX = 16 << 20,            /* 100,000 people with wide rows */
    PEOPLE_FIELD_POINTS_MAX = 200
};

/* The row at hand. */
struct reading {
    struct people_row *person;
    size_t row;
    struct str wrong_email;                 /* written there, but no address */
};

typedef void cell_reader(struct roster *roster, struct reading *row, struct str text);

static cell_reader read_id, read_email, read_name, read_first, read_last, read_role, read_manager,
    read_manager_email, read_cohort, read_zone, read_region, read_start, read_end, read_status,
    read_workdays;
static enum err read_rows(struct roster *roster);
static enum err make_room(struct roster *roster);
static void read_row(struct roster *roster, const struct csv *before,
                     const struct csv_field *fields, size_t len);
static void check_row(struct roster *roster, const struct reading *row);
static bool is_blank_record(const struct csv_field *fields, size_t len);
static int32_t read_day(struct roster *roster, struct reading *row, enum column column,
                        struct str text);
static void give_rows(struct roster *roster, const struct hash256 *hash, struct people *out);
static enum err hash_text(struct str text, struct hash256 *out);

static cell_reader *const readers[] = {
    [COLUMN_ID] = read_id, [COLUMN_EMAIL] = read_email, [COLUMN_NAME] = read_name,
    [COLUMN_FIRST] = read_first, [COLUMN_LAST] = read_last, [COLUMN_ROLE] = read_role,
    [COLUMN_MANAGER] = read_manager, [COLUMN_MANAGER_EMAIL] = read_manager_email,
    [COLUMN_COHORT] = read_cohort, [COLUMN_ZONE] = read_zone, [COLUMN_REGION] = read_region,
    [COLUMN_START] = read_start, [COLUMN_END] = read_end, [COLUMN_STATUS] = read_status,
    [COLUMN_WORKDAYS] = read_workdays,
};
_Static_assert(COUNT(readers) == COLUMN_COUNT, "one reader per column");

enum err people_load(struct str csv_file, struct arena *arena, struct faults *faults,
                     struct people *out)
{
    struct str text = STR_EMPTY;
    struct arena scratch;
    int first = faults->count;
    enum err err = file_read(csv_file, PEOPLE_BYTES_MAX, arena, faults, &text);
    if (err)
        return err;
    struct source source = source_of(csv_file, text, faults);
    struct roster roster = { .source = &source, .arena = arena, .scratch = &scratch };
    arena_init(&scratch, (size_t)PEOPLE_BYTES_MAX * 16);
    err = read_rows(&roster);
    if (!err && source.errors == 0)
        roster_check(&roster);
    if (!err && source.errors > 0)
        err = ERR_INVALID;
    struct hash256 hash = { 0 };
    if (!err)
        err = hash_text(text, &hash);
    if (!err)
        give_rows(&roster, &hash, out);
    if (arena_failed(&scratch) || arena_failed(arena))
        err = ERR_NO_MEMORY;
    source_sort_faults(faults, first);
    arena_finish(&scratch);
    return err;
}

static enum err hash_text(struct str text, struct hash256 *out)
{
    struct hash256 hash = { 0 };
    enum err err = hash_add(&hash, STR(NUDGED_VERSION));
    if (!err)
        err = hash_add(&hash, text);
    if (!err)
        *out = hash;
    return err;
}

static enum err read_rows(struct roster *roster)
{
    struct csv_field *fields = arena_array(roster->scratch, struct csv_field, CSV_FIELDS_MAX);
    struct csv *csv = &roster->csv;
    size_t len = 0;
    *csv = csv_of(roster->source, roster->arena);
    enum err err = source_check_text(roster->source);
    if (!err)
        err = fields ? make_room(roster) : ERR_NO_MEMORY;
    if (!err)
        err = csv_next(csv, fields, &len);
    if (!err && len == 0) {
        source_error(roster->source, (struct place){ 0, 0 }, STR_EMPTY,
                     "the file is empty; its first line names the columns: id,email,name,role");
        err = ERR_SYNTAX;
    }
    if (err)
        return err;
    roster_header(roster, fields, len);
    if (roster->source->errors > 0)
        return ERR_INVALID;
    size_t header_len = len;
    for (struct csv before = *csv; !(err = csv_next(csv, fields, &len)) && len > 0; before = *csv) {
        if (len > header_len && !is_blank_record(fields + header_len, len - header_len))
            source_error(roster->source, fields[header_len].at, STR_EMPTY, "this row has %zu "
                         "columns, the first line names %zu; put text with '%c' in it in quotes",
                         len, header_len, csv->separator);
        else if (!is_blank_record(fields, len))
            read_row(roster, &before, fields, len);
    }
    return err;
}

static enum err make_room(struct roster *roster)
{
    struct str text = roster->source->text;
    size_t lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n' || text.ptr[i] == '\r';
    roster->rows = arena_array(roster->arena, struct people_row, lines);
    roster->places = arena_array(roster->scratch, struct roster_place, lines);
    return roster->rows && roster->places ? OK : ERR_NO_MEMORY;
}

/* before: the reader as it was in front of this row. */
static void read_row(struct roster *roster, const struct csv *before,
                     const struct csv_field *fields, size_t len)
{
    size_t at = roster->rows_len++;
    struct reading row = { .person = &roster->rows[at], .row = at };
    row.person->active = true;
    roster->places[at] = (struct roster_place){ .at = (uint32_t)before->at,
        .line_start = (uint32_t)before->line_start, .line = before->line };
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        size_t cell = roster->at[i] >= 0 ? (size_t)roster->at[i] : len;
        struct str text = cell < len ? fields[cell].text : STR_EMPTY;
        if (text.len > PEOPLE_FIELD_POINTS_MAX && text_length(text) > PEOPLE_FIELD_POINTS_MAX) {
            roster_error(roster, at, (enum column)i, "this is longer than %d characters",
                         PEOPLE_FIELD_POINTS_MAX);
            continue;
        }
        if (text.len)
            readers[i](roster, &row, text);
    }
    check_row(roster, &row);
}

static void check_row(struct roster *roster, const struct reading *row)
{
    const struct people_row *person = row->person;
    if (!person->external_id.len)
        roster_error(roster, row->row, COLUMN_ID, "the id is missing; it tells people of the same "
                     "name apart and never changes");
    struct str shown = source_shown(row->wrong_email);
    if (person->active && shown.len)
        roster_error(roster, row->row, COLUMN_EMAIL, "'%.*s' is not an e-mail address",
                     STR_ARG(shown));
    else if (person->active && !person->email.len)
        roster_error(roster, row->row, COLUMN_EMAIL, "the e-mail is missing; people are found in "
                     "the chat by it");
    if (person->active && !person->name.len)
        roster_error(roster, row->row, roster->header[COLUMN_NAME].len ? COLUMN_NAME : COLUMN_FIRST,
                     "the name is missing");
    if (person->start_day && person->end_day && person->end_day < person->start_day)
        roster_error(roster, row->row, COLUMN_END, "the end is before the start");
    roster->places[row->row].left_out = !person->email.len;
}

static void read_id(struct roster *roster, struct reading *row, struct str text)
{
    (void)roster;
    row->person->external_id = text;
}

static void read_email(struct roster *roster, struct reading *row, struct str text)
{
    if (email_is_valid(text))
        row->person->email = email_lower(roster->arena, text);
    else
        row->wrong_email = text;            /* of no interest when they have left */
}

static void read_name(struct roster *roster, struct reading *row, struct str text)
{
    (void)roster;
    row->person->name = text;
}

static void read_first(struct roster *roster, struct reading *row, struct str text)
{
    if (!roster->header[COLUMN_NAME].len)
        row->person->name = text;
}

static void read_last(struct roster *roster, struct reading *row, struct str text)
{
    if (roster->header[COLUMN_NAME].len)
        return;
    row->person->name = row->person->name.len
        ? str_format(roster->arena, "%.*s %.*s", STR_ARG(row->person->name), STR_ARG(text)) : text;
}

static void read_role(struct roster *roster, struct reading *row, struct str text)
{
    (void)roster;
    row->person->role = text;
}

static void read_manager(struct roster *roster, struct reading *row, struct str text)
{
    (void)roster;
    row->person->manager = text;
}

static void read_manager_email(struct roster *roster, struct reading *row, struct str text)
{
    (void)roster;
    if (!row->person->manager.len)
        row->person->manager = text;
}

static void read_cohort(struct roster *roster, struct reading *row, struct str text)
{
    (void)roster;
    row->person->cohort = text;
}

static void read_zone(struct roster *roster, struct reading *row, struct str text)
{
    struct str shown = source_shown(text);
    if (zone_name_has_form(text))
        row->person->zone = text;
    else
        roster_error(roster, row->row, COLUMN_ZONE, "'%.*s' is not the name of a time zone; write "
                     "it as Europe/Berlin", STR_ARG(shown));
}

static void read_region(struct roster *roster, struct reading *row, struct str text)
{
    (void)roster;
    row->person->region = text;
}

static void read_start(struct roster *roster, struct reading *row, struct str text)
{
    row->person->start_day = read_day(roster, row, COLUMN_START, text);
}

static void read_end(struct roster *roster, struct reading *row, struct str text)
{
    row->person->end_day = read_day(roster, row, COLUMN_END, text);
}

/* On leave counts as not active: nobody is asked anything on leave. */
static void read_status(struct roster *roster, struct reading *row, struct str text)
{
    static const struct { const char *word; bool active; } words[] = {
        { "active", true }, { "yes", true }, { "true", true }, { "employed", true },
        { "inactive", false }, { "on leave", false }, { "leave", false },
        { "leave of absence", false }, { "terminated", false }, { "left", false },
        { "no", false }, { "false", false },
    };
    struct str shown = source_shown(text);
    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_equal_nocase(text, str_from_z(words[i].word))) {
            row->person->active = words[i].active;
            return;
        }
    }
    roster_error(roster, row->row, COLUMN_STATUS, "'%.*s' is not one of active, inactive, "
                 "on leave, terminated", STR_ARG(shown));
}

static void read_workdays(struct roster *roster, struct reading *row, struct str text)
{
    struct str shown = source_shown(text);
    if (!days_parse(text, &row->person->workdays))
        roster_error(roster, row->row, COLUMN_WORKDAYS, "'%.*s' are no weekdays; write them as "
                     "Mon-Thu or Mon,Wed,Fri", STR_ARG(shown));
}

static int32_t read_day(struct roster *roster, struct reading *row, enum column column,
                        struct str text)
{
    struct date date = { 0 };
    struct str shown = source_shown(text);
    if (date_parse(text, &date))
        return date_to_day(date);
    roster_error(roster, row->row, column, "'%.*s' is not a date; write it as 2031-12-24",
                 STR_ARG(shown));
    return 0;
}

static bool is_blank_record(const struct csv_field *fields, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (fields[i].text.len)
            return false;
    return true;
}

/* In their place: with 100,000 people a second copy would be fourteen MiB more. */
static void give_rows(struct roster *roster, const struct hash256 *hash, struct people *out)
{
    struct people people = { .rows = roster->rows, .hash = *hash };
    for (size_t i = 0; i < roster->rows_len; i++)
        if (!roster->places[i].left_out)
            people.rows[people.rows_len++] = roster->rows[i];
    *out = people;
}
