/* iCalendar files (RFC 5545): lines, components, and what an event of whole days means.
 *
 * Refuses to know zones: an event with a time of day is skipped with a warning. One odd
 * decision: an event is understood at its END, because only DTSTART says whether the rest
 * concerns us, and it may come last. */
#include "calendar/rule.h"
#include "nudged/base/buf.h"
#include "nudged/base/text.h"
#include "nudged/base/time.h"
#include "nudged/calendar/holidays.h"

enum {
    SCRATCH_BYTES_MAX = 64 << 20,
    LINE_BYTES_MAX = 64 << 10,          /* a description can be long; 75 bytes a line are usual */
    SOURCE_BYTES_MAX = 200,             /* of a line, in a fault */
    DEPTH_MAX = 8,                      /* calendar, event, alarm: 3 */
    EVENT_PROPERTIES_MAX = 512,         /* most are EXDATE */
    DURATION_WEEKS_MAX = ICS_EVENT_DAYS_MAX / 7
};

struct property {
    int line;                           /* of the file, from 1 */
    struct str source, name, params, value;     /* name, params and value are parts of source */
};

struct days { int32_t *items; size_t len, cap; };

struct event {
    int line;                           /* of its BEGIN */
    size_t properties_len;
    struct property properties[EVENT_PROPERTIES_MAX];
    int32_t start, length;              /* length at least 1 */
    struct str summary;
    struct days excluded, added;
    bool has_rule, is_skipped;
    int rule_line;
    struct rule rule;
};

struct reader {
    struct arena scratch;               /* lives as long as one file is read */
    struct str rest;
    int next_line;                      /* number of the line that `rest` begins with */
    struct str open[DEPTH_MAX];         /* names of the components we are in */
    size_t depth;
    struct event *event;                /* reused for each */
    struct holidays found;
    struct str region, file;
    int32_t from_day, to_day;
    int64_t steps;                      /* days looked at for rules */
    struct faults *faults;
    int errors;
    bool told_of_times;
    enum err err;                       /* memory and sizes; what is wrong in the file is a fault */
};

typedef void property_fn(struct reader *reader, const struct property *property);

static property_fn read_start, read_end, read_duration, read_rule, read_excluded, read_added,
    read_summary, read_status, refuse;
static void read_lines(struct reader *reader);
static bool next_line(struct reader *reader, struct property *out);
static bool unfold(struct reader *reader, struct str *line);
static bool is_folded(struct str rest);
static struct str physical_line(struct reader *reader);
static bool split(struct property *property);
static void take_property(struct reader *reader, const struct property *property);
static void begin(struct reader *reader, const struct property *property);
static void end(struct reader *reader, const struct property *property);
static void finish_event(struct reader *reader);
static const struct property *find(const struct event *event, struct str name);
static void expand(struct reader *reader);
static void expand_rule(struct reader *reader);
static void cover(struct reader *reader, int32_t day);
static bool days_have(const struct days *days, int32_t day);
static void read_dates(struct reader *reader, const struct property *property, struct days *days);
static bool parse_day(struct str value, int32_t *out);
static bool has_time(const struct property *property);
static struct str unescaped(struct arena *arena, struct str text);
static void complain(struct reader *reader, enum fault_severity severity, int line,
                     struct str source, struct str sentence);
static void reject(struct reader *reader, const struct property *property, const char *sentence);

static const struct { struct str name; property_fn *read; } readers[] = {
    { { "DTSTART", 7 }, read_start },       /* first: DTEND is measured from it */
    { { "DTEND", 5 }, read_end },
    { { "DURATION", 8 }, read_duration },
    { { "RRULE", 5 }, read_rule },
    { { "EXDATE", 6 }, read_excluded },
    { { "RDATE", 5 }, read_added },
    { { "SUMMARY", 7 }, read_summary },
    { { "STATUS", 6 }, read_status },
    { { "RECURRENCE-ID", 13 }, refuse },
    { { "EXRULE", 6 }, refuse },
};

enum err holidays_read_ics(struct str bytes, struct str region, int32_t from_day, int32_t to_day,
                           struct faults *faults, struct str file, struct holidays *holidays)
{
    if (bytes.len > ICS_BYTES_MAX)
        return ERR_TOO_BIG;
    struct reader reader = { .rest = bytes, .next_line = 1, .region = region, .file = file,
                             .from_day = from_day, .to_day = to_day, .faults = faults };
    arena_init(&reader.scratch, SCRATCH_BYTES_MAX);
    reader.found = holidays_in(&reader.scratch);
    reader.event = arena_new(&reader.scratch, struct event);
    if (reader.event)
        read_lines(&reader);
    if (!reader.err && arena_failed(&reader.scratch))
        reader.err = ERR_NO_MEMORY;
    if (!reader.err && reader.errors > 0)
        reader.err = ERR_SYNTAX;

    /* Into a copy first: a set that is full half-way must stay as it was. */
    struct holidays merged = *holidays;
    merged.cap = holidays->len;
    merged.items = arena_copy(holidays->arena, holidays->items, merged.cap * sizeof *merged.items);
    if (!reader.err && !merged.items)
        reader.err = ERR_NO_MEMORY;
    for (size_t i = 0; i < reader.found.len && !reader.err; i++)
        reader.err = holidays_add(&merged, reader.found.items[i].day, region,
                                  reader.found.items[i].name);
    if (!reader.err)
        *holidays = merged;
    arena_finish(&reader.scratch);
    return reader.err;
}

static void read_lines(struct reader *reader)
{
    struct property property;
    size_t bad = text_invalid_at(reader->rest);
    if (bad < reader->rest.len) {
        int line = 1;
        for (size_t i = 0; i < bad; i++)
            line += reader->rest.ptr[i] == '\n';
        complain(reader, FAULT_ERROR, line, STR_EMPTY, STR("the file is not UTF-8 from here on"));
        return;
    }
    if (str_starts_with(reader->rest, STR("\xEF\xBB\xBF")))
        reader->rest = str_slice(reader->rest, 3, reader->rest.len);
    bool any = false;
    while (!reader->err && reader->errors < FAULTS_MAX && next_line(reader, &property)) {
        if (!split(&property)) {
            reject(reader, &property, "expected NAME:VALUE");
            if (!any)
                return;
            continue;
        }
        any = true;
        if (str_equal_nocase(property.name, STR("BEGIN"))) {
            begin(reader, &property);
        } else if (str_equal_nocase(property.name, STR("END"))) {
            end(reader, &property);
        } else {
            take_property(reader, &property);
        }
    }
    if (reader->depth > 0 && reader->errors == 0 && !reader->err)
        complain(reader, FAULT_ERROR, reader->next_line - 1, STR_EMPTY,
                 str_format(&reader->scratch, "the file ends inside %.*s",
                            STR_ARG(reader->open[reader->depth - 1])));
    if (!any && reader->errors == 0)
        complain(reader, FAULT_ERROR, 0, STR_EMPTY, STR("the file is empty"));
}

/* The next line that is not blank, whole again when it was folded. */
static bool next_line(struct reader *reader, struct property *out)
{
    while (reader->rest.len > 0) {
        *out = (struct property){ .line = reader->next_line };
        if (!unfold(reader, &out->source)) {
            reject(reader, out, "the line is too long");
            return false;
        }
        if (str_trim(out->source).len > 0)
            return true;
    }
    return false;
}

static bool unfold(struct reader *reader, struct str *line)
{
    struct str first = physical_line(reader);
    if (!is_folded(reader->rest)) {
        *line = first;
        return first.len <= LINE_BYTES_MAX;
    }
    struct buf buf = buf_in(&reader->scratch, LINE_BYTES_MAX);
    buf_add(&buf, first);
    while (is_folded(reader->rest)) {
        struct str more = physical_line(reader);
        buf_add(&buf, str_slice(more, 1, more.len));
    }
    return buf_finish(&buf, line) == OK;
}

/* A line that begins with a blank goes on the one before. */
static bool is_folded(struct str rest)
{
    return str_starts_with(rest, STR(" ")) || str_starts_with(rest, STR("\t"));
}

static struct str physical_line(struct reader *reader)
{
    size_t end_at = str_find(reader->rest, '\n');
    struct str line = str_slice(reader->rest, 0, end_at);
    reader->rest = str_slice(reader->rest, end_at + 1, reader->rest.len);
    reader->next_line++;
    return str_ends_with(line, STR("\r")) ? str_slice(line, 0, line.len - 1) : line;
}

/* NAME;PARAMS:VALUE; a quoted parameter may hold a colon. */
static bool split(struct property *property)
{
    struct str line = property->source;
    bool quoted = false;
    size_t colon = 0;
    for (; colon < line.len && (quoted || line.ptr[colon] != ':'); colon++)
        quoted ^= line.ptr[colon] == '"';
    struct str head = str_slice(line, 0, colon);
    size_t semicolon = str_find(head, ';');
    property->name = str_slice(head, 0, semicolon);
    property->params = str_slice(head, semicolon + 1, head.len);
    property->value = str_trim(str_slice(line, colon + 1, line.len));
    return colon < line.len && property->name.len > 0;
}

/* Only what stands directly in an event matters; alarms and time zones are passed over. */
static void take_property(struct reader *reader, const struct property *property)
{
    struct event *event = reader->event;
    if (reader->depth == 0) {
        reject(reader, property, "expected BEGIN:VCALENDAR");
        reader->rest = STR_EMPTY;
        return;
    }
    if (reader->depth != 2 || !str_equal_nocase(reader->open[1], STR("VEVENT")))
        return;
    size_t i = 0;
    while (i < COUNT(readers) && !str_equal_nocase(property->name, readers[i].name))
        i++;
    if (i == COUNT(readers))
        return;
    if (event->properties_len == EVENT_PROPERTIES_MAX) {
        reject(reader, property, "the event has too many dates");
    } else {
        event->properties[event->properties_len++] = *property;
    }
}

static void begin(struct reader *reader, const struct property *property)
{
    if (reader->depth == 0 && !str_equal_nocase(property->value, STR("VCALENDAR"))) {
        reject(reader, property, "expected BEGIN:VCALENDAR");
        reader->rest = STR_EMPTY;
        return;
    }
    if (reader->depth == DEPTH_MAX) {
        reject(reader, property, "components are nested too deep");
        reader->rest = STR_EMPTY;
        return;
    }
    reader->open[reader->depth++] = property->value;
    if (reader->depth == 2)
        *reader->event = (struct event){ .line = property->line, .length = 1 };
}

static void end(struct reader *reader, const struct property *property)
{
    if (reader->depth == 0
        || !str_equal_nocase(reader->open[reader->depth - 1], property->value)) {
        reject(reader, property, "END without its BEGIN");
        reader->rest = STR_EMPTY;
        return;
    }
    if (reader->depth == 2 && str_equal_nocase(property->value, STR("VEVENT")))
        finish_event(reader);
    reader->depth--;
}

static void finish_event(struct reader *reader)
{
    struct event *event = reader->event;
    const struct property *start = find(event, STR("DTSTART"));
    int errors = reader->errors;
    if (!start) {
        complain(reader, FAULT_ERROR, event->line, STR_EMPTY, STR("the event has no DTSTART"));
        return;
    }
    if (has_time(start)) {
        if (!reader->told_of_times)     /* once: a whole diary would push the errors off the list */
            complain(reader, FAULT_WARNING, start->line, start->source,
                     STR("events with a time of day are skipped, this is the first of them"));
        reader->told_of_times = true;
        return;
    }
    for (size_t row = 0; row < COUNT(readers); row++)
        for (size_t i = 0; i < event->properties_len; i++)
            if (str_equal_nocase(event->properties[i].name, readers[row].name))
                readers[row].read(reader, &event->properties[i]);
    if (reader->errors == errors && !event->is_skipped)
        expand(reader);
}

static const struct property *find(const struct event *event, struct str name)
{
    for (size_t i = 0; i < event->properties_len; i++)
        if (str_equal_nocase(event->properties[i].name, name))
            return &event->properties[i];
    return NULL;
}

static void read_start(struct reader *reader, const struct property *property)
{
    if (property != find(reader->event, STR("DTSTART"))) {
        reject(reader, property, "the event has a second DTSTART");
    } else if (!parse_day(property->value, &reader->event->start)) {
        reject(reader, property, "expected a date like 20310104");
    }
}

static void read_end(struct reader *reader, const struct property *property)
{
    int32_t day = 0;
    if (!parse_day(property->value, &day)) {
        reject(reader, property, "expected a date like 20310104");
        return;
    }
    int64_t length = (int64_t)day - reader->event->start;
    if (length < 0) {
        reject(reader, property, "the event ends before it begins");
    } else if (length > ICS_EVENT_DAYS_MAX) {
        reject(reader, property, "the event is longer than a year");
    } else if (length > 0) {
        reader->event->length = (int32_t)length;
    }
}

/* P3D or P2W; anything finer has no meaning for whole days. */
static void read_duration(struct reader *reader, const struct property *property)
{
    struct str value = property->value;
    bool plus = str_starts_with(value, STR("+"));
    uint64_t number = 0;
    bool in_weeks = str_ends_with(value, STR("W"));
    value = str_slice(value, plus, value.len);
    bool good = str_starts_with(value, STR("P")) && (in_weeks || str_ends_with(value, STR("D")))
        && str_to_uint64(str_slice(value, 1, value.len - 1), &number)
        && number <= (uint64_t)(in_weeks ? DURATION_WEEKS_MAX : ICS_EVENT_DAYS_MAX);
    if (!good) {
        reject(reader, property, "expected a duration in days or weeks like P3D, at most a year");
    } else if (number > 0) {
        reader->event->length = (int32_t)(in_weeks ? number * 7 : number);
    }
}

static void read_rule(struct reader *reader, const struct property *property)
{
    struct event *event = reader->event;
    struct str sentence = STR_EMPTY;
    if (event->has_rule) {
        reject(reader, property, "a second RRULE in one event is not supported");
    } else if (!rule_parse(property->value, &reader->scratch, &event->rule, &sentence)) {
        complain(reader, FAULT_ERROR, property->line, property->source, sentence);
    }
    event->has_rule = true;
    event->rule_line = property->line;
}

static void read_excluded(struct reader *reader, const struct property *property)
{
    read_dates(reader, property, &reader->event->excluded);
}

static void read_added(struct reader *reader, const struct property *property)
{
    read_dates(reader, property, &reader->event->added);
}

static void read_summary(struct reader *reader, const struct property *property)
{
    reader->event->summary = unescaped(&reader->scratch, property->value);
}

static void read_status(struct reader *reader, const struct property *property)
{
    if (str_equal_nocase(property->value, STR("CANCELLED")))
        reader->event->is_skipped = true;
}

static void refuse(struct reader *reader, const struct property *property)
{
    complain(reader, FAULT_ERROR, property->line, property->source,
             str_format(&reader->scratch, "%.*s is not supported", STR_ARG(property->name)));
}

static void expand(struct reader *reader)
{
    struct event *event = reader->event;
    if (event->has_rule) {
        expand_rule(reader);
    } else {
        cover(reader, event->start);
    }
    for (size_t i = 0; i < event->added.len; i++)
        cover(reader, event->added.items[i]);
}

static void expand_rule(struct reader *reader)
{
    const struct event *event = reader->event;
    const struct rule *rule = &event->rule;
    int64_t day = event->start, end_day = reader->to_day;
    int32_t seen = 0;
    if (!rule_matches(rule, event->start, event->start))
        complain(reader, FAULT_WARNING, event->rule_line, STR_EMPTY,
                 STR("the event's first day does not fit its rule and is left out"));
    /* Without a count the past needs no look; with one it has to be counted through. */
    if (!rule->count && day <= (int64_t)reader->from_day - event->length)
        day = (int64_t)reader->from_day - event->length + 1;
    if (rule->until_day < end_day)
        end_day = (int64_t)rule->until_day + 1;
    for (; day < end_day && !reader->err; day++) {
        if (++reader->steps > ICS_STEPS_MAX) {
            complain(reader, FAULT_ERROR, event->rule_line, STR_EMPTY,
                     STR("the rules up to here take too long; give them later first days"));
            reader->rest = STR_EMPTY;
            return;
        }
        if (!rule_matches(rule, event->start, (int32_t)day))
            continue;
        cover(reader, (int32_t)day);
        if (++seen == rule->count)
            return;
    }
}

static void cover(struct reader *reader, int32_t day)
{
    const struct event *event = reader->event;
    if (days_have(&event->excluded, day))
        return;
    for (int64_t each = day; each < (int64_t)day + event->length && !reader->err; each++)
        if (each >= reader->from_day && each < reader->to_day)
            reader->err = holidays_add(&reader->found, (int32_t)each, reader->region,
                                       event->summary);
}

static bool days_have(const struct days *days, int32_t day)
{
    for (size_t i = 0; i < days->len; i++)
        if (days->items[i] == day)
            return true;
    return false;
}

static void read_dates(struct reader *reader, const struct property *property, struct days *days)
{
    struct str rest = property->value, item;
    while (str_next_part(&rest, ',', &item)) {
        int32_t day = 0;
        if (!parse_day(str_trim(item), &day)) {
            reject(reader, property, "expected dates like 20310104");
            return;
        }
        if (days->len == EVENT_PROPERTIES_MAX) {
            reject(reader, property, "the event has too many dates");
            return;
        }
        if (days->len == days->cap) {
            size_t cap = days->cap ? days->cap * 2 : 16;
            int32_t *items = arena_grow(&reader->scratch, days->items,
                                        days->cap * sizeof *items, cap * sizeof *items);
            if (!items)
                return;
            days->items = items;
            days->cap = cap;
        }
        days->items[days->len++] = day;
    }
}

static bool parse_day(struct str value, int32_t *out)
{
    uint64_t number = 0;
    if (value.len != 8 || !str_to_uint64(value, &number))
        return false;
    struct date date = { (int32_t)(number / 10000), (int8_t)(number / 100 % 100),
                         (int8_t)(number % 100) };
    if (!date_is_valid(date))
        return false;
    *out = date_to_day(date);
    return true;
}

static bool has_time(const struct property *property)
{
    return property->value.len > 8 && property->value.ptr[8] == 'T';
}

/* RFC 5545 section 3.3.11; a line break in a name becomes a space. */
static struct str unescaped(struct arena *arena, struct str text)
{
    char *out = arena_alloc(arena, text.len);
    size_t len = 0;
    for (size_t i = 0; out && i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\\' && i + 1 < text.len) {
            c = text.ptr[++i];
            if (c == 'n' || c == 'N')
                c = ' ';
        }
        out[len++] = c;
    }
    return str_slice((struct str){ out, len }, 0, len);
}

static void complain(struct reader *reader, enum fault_severity severity, int line,
                     struct str source, struct str sentence)
{
    if (severity == FAULT_ERROR)
        reader->errors++;
    faults_add(reader->faults, (struct fault){
        .severity = severity, .file = reader->file, .line = line, .column = line > 0 ? 1 : 0,
        .sentence = sentence, .source = text_cut_bytes(source, SOURCE_BYTES_MAX),
    });
}

static void reject(struct reader *reader, const struct property *property, const char *sentence)
{
    complain(reader, FAULT_ERROR, property->line, property->source, str_from_z(sentence));
}
