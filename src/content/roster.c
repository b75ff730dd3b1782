/* The columns of people.csv under their many names, and the checks that need all rows at once.
 *
 * Rows are looked up by sorted lists, so that a large company costs n log n. */
#include "content/roster.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "content/words.h"
#include "nudged/base/text.h"

enum { ALIASES_MAX = 8, HEADER_BYTES_MAX = 64 };

struct key { const char *ptr; uint32_t len, row; };     /* a row under one of its names */

struct index { struct key *keys; size_t len; };

static void missing_columns(struct roster *roster, const struct csv_field *fields, size_t len);
static int column_named(struct str header);
static struct str folded(char *buffer, struct str header);
static struct index index_by(struct roster *roster, enum column column);
static int key_compare(const void *a, const void *b);
static const struct key *index_find(const struct index *index, struct str key);
static struct str key_text(const struct key *key);
static void check_double(struct roster *roster, const struct index *index, enum column column);
static void resolve_managers(struct roster *roster, const struct index *ids,
                             const struct index *emails, size_t *managers);
static void check_circles(struct roster *roster, const size_t *managers);
static struct str circle_text(struct roster *roster, const size_t *managers, size_t from);
static struct place place_of(const struct roster *roster, size_t row, enum column column);
static void note(struct roster *roster, size_t row, enum column column, bool warning,
                 const char *format, va_list args) PRINTF_LIKE(5, 0);

/* Small letters; '_' and '-' count as blanks. */
static const struct { const char *title, *aliases[ALIASES_MAX], *help; } columns[] = {
    [COLUMN_ID] = { "id", { "id", "employee id", "employee number", "external id",
                            "personnel number", "employee no", "staff id" },
        "needed; tells people apart and never changes" },
    [COLUMN_EMAIL] = { "email", { "email", "e mail", "work email", "email address",
                                  "e mail address", "mail", "work e mail" },
        "needed; people are found in the chat by it" },
    [COLUMN_NAME] = { "name", { "name", "full name", "display name", "employee name" },
        "needed, unless there are first and last name" },
    [COLUMN_FIRST] = { "first_name", { "first name", "firstname", "given name" },
        "together with the last name instead of `name`" },
    [COLUMN_LAST] = { "last_name", { "last name", "lastname", "surname", "family name" },
        "see `first_name`" },
    [COLUMN_ROLE] = { "role", { "role", "job title", "title", "position" },
        "decides, with the cohort, which decks somebody gets" },
    [COLUMN_MANAGER] = { "manager", { "manager", "manager id", "supervisor", "supervisor id",
                                      "reports to", "manager employee id" },
        "id or e-mail of the manager; empty at the top" },
    [COLUMN_MANAGER_EMAIL] = { "manager_email", { "manager email", "manager e mail",
                                                  "supervisor email", "supervisor e mail" },
        "the same, when `manager` is empty" },
    [COLUMN_COHORT] = { "cohort", { "cohort", "team", "group" },
        "see `role`" },
    [COLUMN_ZONE] = { "timezone", { "timezone", "time zone", "tz" },
        "IANA name such as `Europe/Berlin`; the chat profile and the person come first" },
    [COLUMN_REGION] = { "region", { "region", "location country", "country" },
        "which holidays" },
    [COLUMN_START] = { "start_date", { "start date", "hire date", "date of hire", "start" },
        "`2031-12-24`; nothing is asked before" },
    [COLUMN_END] = { "end_date", { "end date", "termination date", "last day", "end" },
        "`2031-12-24`; nothing is asked after" },
    [COLUMN_STATUS] = { "status", { "status", "employment status", "active" },
        "`active`, `inactive`, `on leave`, `terminated`; without it active" },
    [COLUMN_WORKDAYS] = { "workdays", { "workdays", "working days", "work days" },
        "`Mon-Thu` or `Mon,Wed,Fri`; without it the organisation's" },
};
_Static_assert(COUNT(columns) == COLUMN_COUNT, "one row per column");

void roster_header(struct roster *roster, const struct csv_field *fields, size_t len)
{
    int *at = roster->at;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        at[i] = -1;
    for (size_t i = 0; i < len; i++) {
        int column = column_named(fields[i].text);
        struct str shown = source_shown(fields[i].text);
        if (column < 0)
            continue;
        if (at[column] >= 0) {
            struct str first = source_shown(fields[at[column]].text);
            source_error(roster->source, fields[i].at, STR_EMPTY, "the columns '%.*s' and '%.*s' "
                         "mean the same (%s); keep one", STR_ARG(first), STR_ARG(shown),
                         columns[column].title);
            continue;
        }
        at[column] = (int)i;
        roster->header[column] = fields[i].text;
    }
    missing_columns(roster, fields, len);
}

void roster_check(struct roster *roster)
{
    size_t *managers = arena_array(roster->scratch, size_t, roster->rows_len);
    struct index ids = index_by(roster, COLUMN_ID);
    struct index emails = index_by(roster, COLUMN_EMAIL);
    if (arena_failed(roster->scratch))
        return;
    check_double(roster, &ids, COLUMN_ID);
    check_double(roster, &emails, COLUMN_EMAIL);
    resolve_managers(roster, &ids, &emails, managers);
    check_circles(roster, managers);
}

void roster_print_columns(struct buf *out)
{
    buf_add(out, STR("| column | also understood | meaning |\n| --- | --- | --- |\n"));
    for (size_t i = 0; i < COUNT(columns); i++) {
        buf_addf(out, "| `%s` | ", columns[i].title);
        for (size_t j = 1; j < ALIASES_MAX && columns[i].aliases[j]; j++)
            buf_addf(out, "%s%s", j > 1 ? ", " : "", columns[i].aliases[j]);
        buf_addf(out, " | %s |\n", columns[i].help);
    }
}

void roster_error(struct roster *roster, size_t row, enum column column, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    note(roster, row, column, false, format, args);
    va_end(args);
}

void roster_warning(struct roster *roster, size_t row, enum column column, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    note(roster, row, column, true, format, args);
    va_end(args);
}

static void missing_columns(struct roster *roster, const struct csv_field *fields, size_t len)
{
    const int *at = roster->at;
    static const enum column needed[] = { COLUMN_ID, COLUMN_EMAIL };
    struct place top = { 1, 1 };
    for (size_t i = 0; i < COUNT(needed); i++) {
        struct str title = str_from_z(columns[needed[i]].title);
        struct str hint = STR_EMPTY;
        if (at[needed[i]] >= 0)
            continue;
        for (size_t j = 0; j < len && title.len > 3; j++)
            if (column_named(fields[j].text) < 0 && text_distance(fields[j].text, title, 2) <= 2)
                hint = source_shown(fields[j].text);
        source_error(roster->source, top, STR_EMPTY, "there is no column '%s'%s%.*s%s",
                     columns[needed[i]].title, hint.len ? "; did you mean it by '" : "",
                     STR_ARG(hint), hint.len ? "'?" : "");
    }
    if (at[COLUMN_NAME] < 0 && (at[COLUMN_FIRST] < 0 || at[COLUMN_LAST] < 0))
        source_error(roster->source, top, STR_EMPTY,
                     "there is no column 'name', and no 'first_name' with a 'last_name'");
}

static int column_named(struct str header)
{
    char buffer[HEADER_BYTES_MAX];
    struct str name = folded(buffer, header);
    for (size_t i = 0; i < COUNT(columns); i++)
        for (size_t j = 0; j < ALIASES_MAX && columns[i].aliases[j]; j++)
            if (str_equal(name, str_from_z(columns[i].aliases[j])))
                return (int)i;
    return -1;
}

static struct str folded(char *buffer, struct str header)
{
    size_t len = 0;
    for (size_t i = 0; i < header.len && len < HEADER_BYTES_MAX; i++) {
        char c = header.ptr[i];
        if (c == '_' || c == '-' || c == ' ' || c == '\n' || c == '\r')
            c = ' ';
        if (c == ' ' && (len == 0 || buffer[len - 1] == ' '))
            continue;
        buffer[len++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    return str_trim((struct str){ buffer, len });
}

/* Active rows come before others of the same key. */
static struct index index_by(struct roster *roster, enum column column)
{
    struct index index = { arena_array(roster->scratch, struct key, roster->rows_len), 0 };
    for (size_t i = 0; index.keys && i < roster->rows_len; i++) {
        const struct people_row *row = &roster->rows[i];
        struct str key = column == COLUMN_ID ? row->external_id : row->email;
        size_t order = row->active ? i : i + roster->rows_len;
        if (key.len)
            index.keys[index.len++] =
                (struct key){ key.ptr, (uint32_t)key.len, (uint32_t)order };
    }
    if (index.len)
        qsort(index.keys, index.len, sizeof *index.keys, key_compare);
    for (size_t i = 0; i < index.len; i++)
        index.keys[i].row %= (uint32_t)roster->rows_len;
    return index;
}

static int key_compare(const void *a, const void *b)
{
    const struct key *left = a, *right = b;
    int order = str_compare(key_text(left), key_text(right));
    return order ? order : (left->row > right->row) - (left->row < right->row);
}

static const struct key *index_find(const struct index *index, struct str key)
{
    size_t from = 0, to = index->len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (str_compare(key_text(&index->keys[middle]), key) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    bool found = from < index->len && str_equal(key_text(&index->keys[from]), key);
    return found ? &index->keys[from] : NULL;
}

static struct str key_text(const struct key *key)
{
    return (struct str){ key->ptr, key->len };
}

/* People who come back have an old row with another id and the same e-mail: not a mistake. */
static void check_double(struct roster *roster, const struct index *index, enum column column)
{
    for (size_t i = 1; i < index->len; i++) {
        const struct key *first = index_find(index, key_text(&index->keys[i]));
        size_t row = index->keys[i].row;
        if (first == &index->keys[i])
            continue;
        if (column == COLUMN_EMAIL && !roster->rows[row].active) {
            roster->places[row].left_out = true;
            continue;
        }
        roster_error(roster, row, column, "'%.*s' is here twice; it is already in line %d",
                     STR_ARG(key_text(first)), place_of(roster, first->row, column).line);
    }
}

static void resolve_managers(struct roster *roster, const struct index *ids,
                             const struct index *emails, size_t *managers)
{
    enum column column = roster->at[COLUMN_MANAGER] >= 0 ? COLUMN_MANAGER : COLUMN_MANAGER_EMAIL;
    for (size_t i = 0; i < roster->rows_len; i++) {
        struct people_row *row = &roster->rows[i];
        struct str written = row->manager;
        managers[i] = SIZE_MAX;
        if (!written.len || !row->active)
            continue;
        const struct key *found = index_find(ids, written);
        if (!found)
            found = index_find(emails, email_lower(roster->scratch, written));
        if (!found) {
            struct str shown = source_shown(written);
            roster_error(roster, i, column, "nobody in this file has the id or e-mail '%.*s'",
                         STR_ARG(shown));
            continue;
        }
        const struct people_row *manager = &roster->rows[found->row];
        managers[i] = found->row;
        row->manager = manager->external_id;
        if (!manager->active)
            roster_warning(roster, i, column, "the manager (line %d) is not active any more",
                           place_of(roster, found->row, COLUMN_ID).line);
    }
}

/* Follows each chain upwards once; a chain that meets itself is a circle. */
static void check_circles(struct roster *roster, const size_t *managers)
{
    size_t *seen = arena_array(roster->scratch, size_t, roster->rows_len);  /* walk, from 1 */
    enum column column = roster->at[COLUMN_MANAGER] >= 0 ? COLUMN_MANAGER : COLUMN_MANAGER_EMAIL;
    for (size_t i = 0; seen && i < roster->rows_len; i++) {
        size_t at = i;
        while (at != SIZE_MAX && seen[at] == 0) {
            seen[at] = i + 1;
            at = managers[at];
        }
        if (at == SIZE_MAX || seen[at] != i + 1)
            continue;
        if (managers[at] == at)
            roster_error(roster, at, column, "nobody is their own manager; leave it empty at the "
                         "top");
        else
            roster_error(roster, at, column, "the managers go in a circle: %.*s",
                         STR_ARG(circle_text(roster, managers, at)));
    }
}

static struct str circle_text(struct roster *roster, const size_t *managers, size_t from)
{
    struct buf text = buf_in(roster->scratch, SENTENCE_BYTES_MAX);
    size_t at = from;
    do {
        buf_add(&text, source_shown(roster->rows[at].external_id));
        buf_add(&text, STR(" → "));
        at = managers[at];
    } while (at != from && !text.failed);
    buf_add(&text, text.failed ? STR("…") : source_shown(roster->rows[from].external_id));
    return buf_str(&text);
}

/* Reads the row again, which was read without a mistake of form before. */
static struct place place_of(const struct roster *roster, size_t row, enum column column)
{
    const struct roster_place *place = &roster->places[row];
    struct csv_field *fields = arena_array(roster->scratch, struct csv_field, CSV_FIELDS_MAX);
    struct csv csv = roster->csv;
    size_t len = 0;
    csv.arena = roster->scratch;
    csv.at = place->at;
    csv.line_start = place->line_start;
    csv.line = place->line;
    int cell = roster->at[column] >= 0 ? roster->at[column] : roster->at[COLUMN_ID];
    if (!fields || csv_next(&csv, fields, &len) || !len)
        return (struct place){ place->line, 1 };
    return fields[(size_t)cell < len ? cell : 0].at;
}

static void note(struct roster *roster, size_t row, enum column column, bool warning,
                 const char *format, va_list args)
{
    char sentence[SENTENCE_BYTES_MAX + 1];
    bool shown = roster->source->faults->count < FAULTS_MAX;    /* others are only counted */
    struct place at = shown ? place_of(roster, row, column) : (struct place){ 0, 0 };
    struct str path = roster->header[column].len ? source_shown(roster->header[column])
                                                 : str_from_z(columns[column].title);
    (void)vsnprintf(sentence, sizeof sentence, format, args);
    if (warning)
        source_warning(roster->source, at, path, "%s", sentence);
    else
        source_error(roster->source, at, path, "%s", sentence);
}
