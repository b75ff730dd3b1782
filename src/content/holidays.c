/* Holidays: a YAML list of our own, or the iCalendar file that many offices publish. */
#include "content/parts.h"
#include "content/tables.h"
#include "nudged/base/limits.h"
#include "nudged/calendar/holidays.h"

/* Without a clock: rules that repeat are followed over these years. */
static const struct date ics_from = { 2000, 1, 1 }, ics_to = { 2070, 1, 1 };

struct holidays_file { struct holiday_entry *days; size_t days_len; };

static enum err read_yaml(struct source *source, struct arena *scratch, struct holidays *out);
static enum err add_entry(struct holidays *holidays, const struct holiday_entry *entry);

enum err holidays_load(struct str file, struct arena *arena, struct faults *faults,
                       struct hash256 *hash, struct holidays *out)
{
    struct arena scratch;
    struct str text = STR_EMPTY;
    struct holidays holidays = holidays_in(arena);
    int first = faults->count;
    arena_init(&scratch, FILE_SCRATCH_BYTES_MAX);
    enum err err = file_read(file, ICS_BYTES_MAX, &scratch, faults, &text);
    struct source source = source_of(file, text, faults);
    if (!err)
        err = hash_add(hash, text);
    if (!err && str_ends_with(file, STR(".ics")))
        err = holidays_read_ics(text, STR_EMPTY, date_to_day(ics_from), date_to_day(ics_to), faults,
                                file, &holidays);
    else if (!err)
        err = read_yaml(&source, &scratch, &holidays);
    source_sort_faults(faults, first);
    if (err == ERR_TOO_BIG && faults->count == first)
        source_error(&source, (struct place){ 0, 0 }, STR_EMPTY, "there are too many holidays");
    arena_finish(&scratch);
    if (!err)
        *out = holidays;
    return err;
}

void holiday_check(struct walk *walk, const struct yaml_node *node, const struct path *path,
                   void *target)
{
    const struct holiday_entry *entry = target;
    const struct yaml_node *until = yaml_get(node, "until");
    if (!until)
        return;
    struct path at = { .up = path, .key = "until" };
    if (entry->until_day < entry->day)
        walk_error(walk, until->at, &at, "the last day is before the first");
    else if (entry->until_day - entry->day >= ICS_EVENT_DAYS_MAX)
        walk_error(walk, until->at, &at, "this is longer than a year");
}

static enum err read_yaml(struct source *source, struct arena *scratch, struct holidays *out)
{
    static const struct schema_row list = {
        .key = "", .type = VALUE_MAPS, .of = &holiday_schema, .required = true, .min = 0,
        .max = HOLIDAYS_MAX, SCHEMA_LIST(struct holidays_file, days), .help = "the holidays",
    };
    struct holidays_file file = { 0 };
    struct walk walk = { .source = source, .arena = scratch };
    struct yaml_node *root = NULL;
    enum err err = yaml_read(source, scratch, &root);
    if (err)
        return err;
    schema_read_value(&walk, &list, root, NULL, &file);
    if (source->errors > 0)
        return ERR_INVALID;
    for (size_t i = 0; i < file.days_len && !err; i++)
        err = add_entry(out, &file.days[i]);
    return err;
}

static enum err add_entry(struct holidays *holidays, const struct holiday_entry *entry)
{
    int32_t until = entry->until_day ? entry->until_day : entry->day;
    enum err err = OK;
    for (int32_t day = entry->day; day <= until && !err; day++)
        err = holidays_add(holidays, day, entry->region, entry->name);
    return err;
}
