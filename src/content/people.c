/* people.csv: one row to one person. Columns are found by their headers, in any order; columns we
 * do not know are left alone, because personnel systems export many. */
#include <string.h>

#include "content/words.h"
#include "content/roster.h"
#include "nudged/base/text.h"

enum {
    PEOPLE_BYTES_MAX = 16 << 20,            /* 100,000 people with wide rows */
    PEOPLE_FIELD_POINTS_MAX = 200
};

typedef void cell_reader(struct roster *roster, struct roster_row *row, struct str text);

static cell_reader read_id, read_email, read_name, read_first, read_last, read_role, read_manager,
    read_manager_email, read_cohort, read_zone, read_region, read_start, read_end, read_status,
    read_workdays;
static enum err read_rows(struct roster *roster);
static void read_row(struct roster *roster, const struct csv_field *fields, size_t len,
                     const int at[COLUMN_COUNT]);
static void check_row(struct roster *roster, struct roster_row *row);
static bool is_blank_record(const struct csv_field *fields, size_t len);
static int32_t read_day(struct roster *roster, struct roster_row *row, enum column column,
                        struct str text);
static enum err give_rows(struct roster *roster, struct people *out);

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
    if (!err)
        err = give_rows(&roster, out);
    if (arena_failed(&scratch) || arena_failed(arena))
        err = ERR_NO_MEMORY;
    source_sort_faults(faults, first);
    arena_finish(&scratch);
    return err;
}

static enum err read_rows(struct roster *roster)
{
    struct csv_field *fields = arena_array(roster->scratch, struct csv_field, CSV_FIELDS_MAX);
    struct csv csv = csv_of(roster->source, roster->arena);
    struct str text = roster->source->text;
    int at[COLUMN_COUNT];
    size_t len = 0, lines = 1;
    enum err err = source_check_text(roster->source);
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n' || text.ptr[i] == '\r';
    roster->rows = arena_array(roster->scratch, struct roster_row, lines);
    if (!err && (!fields || !roster->rows))
        err = ERR_NO_MEMORY;
    if (!err)
        err = csv_next(&csv, fields, &len);
    if (!err && len == 0) {
        source_error(roster->source, (struct place){ 0, 0 }, STR_EMPTY,
                     "the file is empty; its first line names the columns: id,email,name,role");
        err = ERR_SYNTAX;
    }
    if (err)
        return err;
    roster_header(roster, fields, len, at);
    if (roster->source->errors > 0)
        return ERR_INVALID;
    size_t header_len = len;
    while (!(err = csv_next(&csv, fields, &len)) && len > 0) {
        if (len > header_len && !is_blank_record(fields + header_len, len - header_len))
            source_error(roster->source, fields[header_len].at, STR_EMPTY, "this row has %zu "
                         "columns, the first line names %zu; put text with '%c' in it in quotes",
                         len, header_len, csv.separator);
        else if (!is_blank_record(fields, len))
            read_row(roster, fields, len, at);
    }
    return err;
}

static void read_row(struct roster *roster, const struct csv_field *fields, size_t len,
                     const int at[COLUMN_COUNT])
{
    struct roster_row *row = &roster->rows[roster->rows_len++];
    row->row.active = true;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        struct str text = at[i] >= 0 && (size_t)at[i] < len ? fields[at[i]].text : STR_EMPTY;
        if (at[i] >= 0)
            row->at[i] = (size_t)at[i] < len ? fields[at[i]].at : fields[0].at;
        if (text_length(text) > PEOPLE_FIELD_POINTS_MAX) {
            roster_error(roster, row, (enum column)i, "this is longer than %d characters",
                         PEOPLE_FIELD_POINTS_MAX);
            continue;
        }
        if (text.len)
            readers[i](roster, row, text);
    }
    check_row(roster, row);
}

static void check_row(struct roster *roster, struct roster_row *row)
{
    struct people_row *person = &row->row;
    if (!person->external_id.len)
        roster_error(roster, row, COLUMN_ID, "the id is missing; it tells people of the same name "
                     "apart and never changes");
    struct str shown = source_shown(row->wrong_email);
    if (person->active && shown.len)
        roster_error(roster, row, COLUMN_EMAIL, "'%.*s' is not an e-mail address", STR_ARG(shown));
    else if (person->active && !person->email.len)
        roster_error(roster, row, COLUMN_EMAIL, "the e-mail is missing; people are found in the "
                     "chat by it");
    if (person->active && !person->name.len)
        roster_error(roster, row, roster->header[COLUMN_NAME].len ? COLUMN_NAME : COLUMN_FIRST,
                     "the name is missing");
    if (person->start_day && person->end_day && person->end_day < person->start_day)
        roster_error(roster, row, COLUMN_END, "the end is before the start");
    row->left_out = !person->email.len;
}

static void read_id(struct roster *roster, struct roster_row *row, struct str text)
{
    (void)roster;
    row->row.external_id = text;
}

static void read_email(struct roster *roster, struct roster_row *row, struct str text)
{
    if (email_is_valid(text))
        row->row.email = email_lower(roster->arena, text);
    else
        row->wrong_email = text;            /* of no interest when they have left */
}

static void read_name(struct roster *roster, struct roster_row *row, struct str text)
{
    (void)roster;
    row->row.name = text;
}

static void read_first(struct roster *roster, struct roster_row *row, struct str text)
{
    if (!roster->header[COLUMN_NAME].len)
        row->row.name = text;
}

static void read_last(struct roster *roster, struct roster_row *row, struct str text)
{
    if (roster->header[COLUMN_NAME].len)
        return;
    row->row.name = row->row.name.len
        ? str_format(roster->arena, "%.*s %.*s", STR_ARG(row->row.name), STR_ARG(text)) : text;
}

static void read_role(struct roster *roster, struct roster_row *row, struct str text)
{
    (void)roster;
    row->row.role = text;
}

static void read_manager(struct roster *roster, struct roster_row *row, struct str text)
{
    (void)roster;
    row->row.manager = text;
}

static void read_manager_email(struct roster *roster, struct roster_row *row, struct str text)
{
    (void)roster;
    if (!row->row.manager.len)
        row->row.manager = text;
}

static void read_cohort(struct roster *roster, struct roster_row *row, struct str text)
{
    (void)roster;
    row->row.cohort = text;
}

static void read_zone(struct roster *roster, struct roster_row *row, struct str text)
{
    struct str shown = source_shown(text);
    if (zone_name_has_form(text))
        row->row.zone = text;
    else
        roster_error(roster, row, COLUMN_ZONE, "'%.*s' is not the name of a time zone; write it as "
                     "Europe/Berlin", STR_ARG(shown));
}

static void read_region(struct roster *roster, struct roster_row *row, struct str text)
{
    (void)roster;
    row->row.region = text;
}

static void read_start(struct roster *roster, struct roster_row *row, struct str text)
{
    row->row.start_day = read_day(roster, row, COLUMN_START, text);
}

static void read_end(struct roster *roster, struct roster_row *row, struct str text)
{
    row->row.end_day = read_day(roster, row, COLUMN_END, text);
}

/* On leave counts as not active: nobody is asked anything on leave. */
static void read_status(struct roster *roster, struct roster_row *row, struct str text)
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
            row->row.active = words[i].active;
            return;
        }
    }
    roster_error(roster, row, COLUMN_STATUS, "'%.*s' is not one of active, inactive, on leave, "
                 "terminated", STR_ARG(shown));
}

static void read_workdays(struct roster *roster, struct roster_row *row, struct str text)
{
    struct str shown = source_shown(text);
    if (!days_parse(text, &row->row.workdays))
        roster_error(roster, row, COLUMN_WORKDAYS, "'%.*s' are no weekdays; write them as Mon-Thu "
            "or "
                     "Mon,Wed,Fri", STR_ARG(shown));
}

static int32_t read_day(struct roster *roster, struct roster_row *row, enum column column,
                        struct str text)
{
    struct date date = { 0 };
    struct str shown = source_shown(text);
    if (date_parse(text, &date))
        return date_to_day(date);
    roster_error(roster, row, column, "'%.*s' is not a date; write it as 2031-12-24",
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

static enum err give_rows(struct roster *roster, struct people *out)
{
    struct people people = { arena_array(roster->arena, struct people_row, roster->rows_len), 0 };
    if (!people.rows && roster->rows_len > 0)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < roster->rows_len; i++)
        if (!roster->rows[i].left_out)
            people.rows[people.rows_len++] = roster->rows[i].row;
    *out = people;
    return OK;
}
