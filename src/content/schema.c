/* Walking a tree along the tables: unknown and missing keys, and for each type one reader.
 *
 * Everything is text until a row asks for something else, and nothing is guessed: `no` is a word,
 * `3abc` is no number. A map with a mistake is not checked any further, because most of what a
 * check would say then follows from the first mistake. */
#include "content/schema.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "content/words.h"
#include "nudged/base/text.h"
#include "nudged/base/time.h"

enum { ID_BYTES_MAX = 64, PATH_BYTES_MAX = 200, WORDS_MAX = 64 };

struct value {                          /* what a reader is given */
    struct walk *walk;
    const struct schema_row *row;
    const struct yaml_node *node;
    const struct path *path;
    char *target;                       /* the whole struct */
};

typedef void value_reader(const struct value *value);

static value_reader read_text, read_id, read_email, read_date, read_time, read_int, read_number,
    read_bool, read_word, read_days, read_texts, read_emails, read_map, read_maps;
static void read_keys(struct walk *walk, const struct schema *schema, const struct yaml_node *node,
                      const struct path *path, char *target);
static void read_absent(struct walk *walk, const struct schema *schema,
                        const struct yaml_node *node, const struct path *path, char *target);
static bool is_misspelt(const struct schema *schema, const struct yaml_node *node,
                        const struct schema_row *row);
static struct str nearest_key(const struct schema *schema, struct str word);
static void unknown_key(struct walk *walk, const struct schema *schema,
                        const struct yaml_node *node, const struct path *path);
static void list_of_texts(const struct value *value, value_reader *reader);
static bool list_is_sized(const struct value *value);
static bool plain_text(const struct value *value, struct str *out);
static bool has_control(struct str text);
static void keep_text(const struct value *value, struct str text);
static void store_int(const struct value *value, int64_t number);
static void value_error(const struct value *value, const char *format, ...) PRINTF_LIKE(2, 3);
static struct str path_text(const struct path *path, char *buffer);

static value_reader *const readers[] = {
    [VALUE_TEXT] = read_text, [VALUE_ID] = read_id, [VALUE_EMAIL] = read_email,
    [VALUE_DATE] = read_date, [VALUE_TIME] = read_time, [VALUE_INT] = read_int,
    [VALUE_NUMBER] = read_number, [VALUE_BOOL] = read_bool, [VALUE_WORD] = read_word,
    [VALUE_DAYS] = read_days, [VALUE_TEXTS] = read_texts, [VALUE_EMAILS] = read_emails,
    [VALUE_MAP] = read_map, [VALUE_MAPS] = read_maps,
};
static_assert(COUNT(readers) == VALUE_TYPE_COUNT, "one reader per type");

void schema_read(struct walk *walk, const struct schema *schema, const struct yaml_node *node,
                 const struct path *path, void *target)
{
    int errors = walk->source->errors;
    if (node->kind == YAML_TEXT && schema->shorthand) {
        for (size_t i = 0; i < schema->rows_len; i++)
            if (strcmp(schema->rows[i].key, schema->shorthand) == 0)
                schema_read_value(walk, &schema->rows[i], node, path, target);
        return;
    }
    if (node->kind != YAML_MAP) {
        walk_error(walk, node->at, path, "%s: 'key: value' lines belong here, this is %s",
                   schema->name, node->kind == YAML_LIST ? "a list" : "text");
        return;
    }
    read_keys(walk, schema, node, path, target);
    read_absent(walk, schema, node, path, target);
    if (schema->check && walk->source->errors == errors && !arena_failed(walk->arena))
        schema->check(walk, node, path, target);
}

void schema_read_value(struct walk *walk, const struct schema_row *row,
                       const struct yaml_node *node, const struct path *path, void *target)
{
    struct value value = { walk, row, node, path, target };
    if (node->kind == YAML_TEXT && str_is_empty(str_trim(node->text))) {
        value_error(&value, "nothing is written here; fill it in%s",
                    row->required ? "" : " or delete the key");
        return;
    }
    readers[row->type](&value);
}

void walk_error(struct walk *walk, struct place at, const struct path *path,
                const char *format, ...)
{
    char sentence[SENTENCE_BYTES_MAX + 1], buffer[PATH_BYTES_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    source_error(walk->source, at, path_text(path, buffer), "%s", sentence);
}

void walk_warning(struct walk *walk, struct place at, const struct path *path,
                  const char *format, ...)
{
    char sentence[SENTENCE_BYTES_MAX + 1], buffer[PATH_BYTES_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    source_warning(walk->source, at, path_text(path, buffer), "%s", sentence);
}

struct str schema_did_you_mean(struct arena *arena, struct str word, const struct str *words,
                               size_t count)
{
    if (!text_is_utf8(word))
        return STR_EMPTY;
    struct str nearest = text_nearest(word, words, count);
    return nearest.len ? str_format(arena, "; did you mean '%.*s'?", STR_ARG(nearest)) : STR_EMPTY;
}

static void read_keys(struct walk *walk, const struct schema *schema, const struct yaml_node *node,
                      const struct path *path, char *target)
{
    for (const struct yaml_node *item = node->items; item; item = item->next) {
        const struct schema_row *row = NULL;
        for (size_t i = 0; i < schema->rows_len && !row; i++)
            if (str_equal(item->key, str_from_z(schema->rows[i].key)))
                row = &schema->rows[i];
        if (!row) {
            unknown_key(walk, schema, item, path);
            continue;
        }
        struct path at = { .up = path, .key = row->key };
        schema_read_value(walk, row, item, &at, target);
    }
}

static void read_absent(struct walk *walk, const struct schema *schema,
                        const struct yaml_node *node, const struct path *path, char *target)
{
    for (size_t i = 0; i < schema->rows_len; i++) {
        const struct schema_row *row = &schema->rows[i];
        struct path at = { .up = path, .key = row->key };
        if (yaml_get(node, row->key))
            continue;
        if (row->required && !is_misspelt(schema, node, row))
            walk_error(walk, node->at, path, "'%s' is missing: %s", row->key, row->help);
        if (row->type == VALUE_MAP) {       /* for the fallbacks inside */
            struct yaml_node nothing = { .kind = YAML_MAP, .at = node->at };
            if (!row->required)
                read_absent(walk, row->of, &nothing, &at, target);
        } else if (row->fallback) {
            struct yaml_node written = { .text = str_from_z(row->fallback), .at = node->at };
            schema_read_value(walk, row, &written, &at, target);
        }
    }
}

/* True when the key is there, but spelt wrongly: that was said already. */
static bool is_misspelt(const struct schema *schema, const struct yaml_node *node,
                        const struct schema_row *row)
{
    for (const struct yaml_node *item = node->items; item; item = item->next)
        if (str_equal(nearest_key(schema, source_shown(item->key)), str_from_z(row->key)))
            return true;
    return false;
}

static struct str nearest_key(const struct schema *schema, struct str word)
{
    struct str words[WORDS_MAX];
    size_t count = 0;
    for (; count < schema->rows_len && count < WORDS_MAX; count++)
        words[count] = str_from_z(schema->rows[count].key);
    return text_nearest(word, words, count);
}

static void unknown_key(struct walk *walk, const struct schema *schema,
                        const struct yaml_node *node, const struct path *path)
{
    char known[SENTENCE_BYTES_MAX / 2] = "";
    size_t used = 0;
    for (size_t i = 0; i < schema->rows_len; i++) {
        int more = snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                            schema->rows[i].key);
        used = more > 0 && used + (size_t)more < sizeof known ? used + (size_t)more : used;
    }
    struct str shown = source_shown(node->key);
    struct str nearest = nearest_key(schema, shown);
    if (nearest.len) {
        walk_error(walk, node->key_at, path, "unknown key '%.*s'; did you mean '%.*s'?",
                   STR_ARG(shown), STR_ARG(nearest));
    } else {
        walk_error(walk, node->key_at, path, "unknown key '%.*s'; known here (%s): %s",
                   STR_ARG(shown), schema->name, known);
    }
}

static void keep_text(const struct value *value, struct str text)
{
    *(struct str *)(void *)(value->target + value->row->offset) = text;
}

static void read_text(const struct value *value)
{
    struct str text = STR_EMPTY;
    if (!plain_text(value, &text))
        return;
    size_t length = text_length(text);
    size_t max = value->row->max > 0 ? (size_t)value->row->max : SIZE_MAX;
    if (length > max) {
        value_error(value, "this is %zu characters long, at most %zu are allowed", length, max);
        return;
    }
    keep_text(value, str_copy(value->walk->arena, text));
}

static void read_id(const struct value *value)
{
    struct str text = STR_EMPTY;
    if (!plain_text(value, &text))
        return;
    bool good = text.len <= ID_BYTES_MAX && text.ptr[0] != '-';
    for (size_t i = 0; i < text.len; i++)
        good = good && strchr("abcdefghijklmnopqrstuvwxyz0123456789-", text.ptr[i]);
    struct str shown = source_shown(text);
    if (!good) {
        value_error(value, "'%.*s' is not an id; use small letters a-z, digits and '-', at most %d",
                    STR_ARG(shown), ID_BYTES_MAX);
        return;
    }
    keep_text(value, str_copy(value->walk->arena, text));
}

static void read_email(const struct value *value)
{
    struct str text = STR_EMPTY;
    if (!plain_text(value, &text))
        return;
    struct str shown = source_shown(text);
    if (!email_is_valid(text)) {
        value_error(value, "'%.*s' is not an e-mail address", STR_ARG(shown));
        return;
    }
    keep_text(value, email_lower(value->walk->arena, text));
}

static void read_date(const struct value *value)
{
    struct str text = STR_EMPTY;
    struct date date = { 0 };
    if (!plain_text(value, &text))
        return;
    struct str shown = source_shown(text);
    if (!date_parse(text, &date)) {
        value_error(value, "'%.*s' is not a date; write it as 2031-12-24", STR_ARG(shown));
        return;
    }
    store_int(value, date_to_day(date));
}

static void read_time(const struct value *value)
{
    struct str text = STR_EMPTY;
    int64_t hour = -1, minute = -1;
    if (!plain_text(value, &text))
        return;
    struct str shown = source_shown(text);
    size_t colon = str_find(text, ':');
    bool good = (colon == 1 || colon == 2) && text.len == colon + 3
                && str_to_int64(str_slice(text, 0, colon), &hour)
                && str_to_int64(str_slice(text, colon + 1, text.len), &minute);
    if (!good || hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > 24 * 60) {
        value_error(value, "'%.*s' is not a time of day; write it as \"09:30\"", STR_ARG(shown));
        return;
    }
    store_int(value, hour * 60 + minute);
}

static void read_int(const struct value *value)
{
    struct str text = STR_EMPTY;
    int64_t number = 0;
    if (!plain_text(value, &text))
        return;
    struct str shown = source_shown(text);
    if (!str_to_int64(text, &number) || (double)number < value->row->min
        || (double)number > value->row->max) {
        value_error(value, "'%.*s' is not a whole number from %.0f to %.0f", STR_ARG(shown),
                    value->row->min, value->row->max);
        return;
    }
    store_int(value, number);
}

static void read_number(const struct value *value)
{
    struct str text = STR_EMPTY;
    double number = 0;
    if (!plain_text(value, &text))
        return;
    struct str shown = source_shown(text);
    if (!str_to_double(text, &number)) {
        value_error(value, "'%.*s' is not a number%s", STR_ARG(shown),
                    str_contains(text, STR(",")) ? "; write it as 2.5, with a point" : "");
    } else if (value->row->max > value->row->min
               && (number < value->row->min || number > value->row->max)) {
        value_error(value, "'%.*s' is not between %g and %g", STR_ARG(shown), value->row->min,
                    value->row->max);
    } else {
        memcpy(value->target + value->row->offset, &number, sizeof number);
    }
}

static void read_bool(const struct value *value)
{
    struct str text = STR_EMPTY;
    if (!plain_text(value, &text))
        return;
    struct str shown = source_shown(text);
    bool yes = str_equal(text, STR("true"));
    if (!yes && !str_equal(text, STR("false"))) {
        value_error(value, "'%.*s' is neither true nor false", STR_ARG(shown));
        return;
    }
    *(bool *)(value->target + value->row->offset) = yes;
}

static void read_word(const struct value *value)
{
    struct str text = STR_EMPTY, words[WORDS_MAX];
    char all[SENTENCE_BYTES_MAX / 2] = "";
    size_t count = 0, used = 0;
    if (!plain_text(value, &text))
        return;
    for (const struct schema_word *word = value->row->words; word->word; word++) {
        if (str_equal(text, str_from_z(word->word))) {
            store_int(value, word->value);
            return;
        }
        REQUIRE(count < WORDS_MAX);
        words[count] = str_from_z(word->word);
        int more = snprintf(all + used, sizeof all - used, "%s%s", count ? ", " : "", word->word);
        used = more > 0 && used + (size_t)more < sizeof all ? used + (size_t)more : used;
        count++;
    }
    struct str shown = source_shown(text), nearest = text_nearest(shown, words, count);
    value_error(value, "'%.*s' is not one of %s%s%.*s%s", STR_ARG(shown), all,
                nearest.len ? "; did you mean '" : "", STR_ARG(nearest), nearest.len ? "'?" : "");
}

static void read_days(const struct value *value)
{
    uint8_t days = 0;
    const struct yaml_node *item = value->node->kind == YAML_LIST ? value->node->items
                                                                  : value->node;
    if (value->node->kind == YAML_MAP || !item) {
        value_error(value, "write weekdays here, such as [mon, tue, wed] or mon-fri");
        return;
    }
    for (; item; item = value->node->kind == YAML_LIST ? item->next : NULL) {
        struct value part = *value;
        struct str text = STR_EMPTY;
        uint8_t more = 0;
        part.node = item;
        if (!plain_text(&part, &text))
            return;
        struct str shown = source_shown(text);
        if (!days_parse(text, &more)) {
            value_error(&part, "'%.*s' is not a weekday; write mon, tue, wed, thu, fri, sat, sun",
                        STR_ARG(shown));
            return;
        }
        days = (uint8_t)(days | more);
    }
    store_int(value, days);
}

static void read_texts(const struct value *value) { list_of_texts(value, read_text); }

static void read_emails(const struct value *value) { list_of_texts(value, read_email); }

static void read_map(const struct value *value)
{
    schema_read(value->walk, value->row->of, value->node, value->path, value->target);
}

static void read_maps(const struct value *value)
{
    const struct schema_row *row = value->row;
    size_t index = 0;
    if (!list_is_sized(value))
        return;
    char *items = arena_alloc_array(value->walk->arena, row->of->bytes, value->node->items_len);
    if (!items)
        return;
    for (const struct yaml_node *item = value->node->items; item; item = item->next, index++) {
        struct path at = { .up = value->path, .index = index };
        schema_read(value->walk, row->of, item, &at, items + index * row->of->bytes);
    }
    memcpy(value->target + row->offset, &items, sizeof items);
    memcpy(value->target + row->len_offset, &index, sizeof index);
}

/* Each text is read as if it stood alone in a struct of one field. */
static void list_of_texts(const struct value *value, value_reader *reader)
{
    const struct schema_row *row = value->row;
    size_t index = 0;
    if (!list_is_sized(value))
        return;
    struct str *texts = arena_array(value->walk->arena, struct str, value->node->items_len);
    if (!texts)
        return;
    for (const struct yaml_node *item = value->node->items; item; item = item->next, index++) {
        struct path at = { .up = value->path, .index = index };
        struct schema_row alone = { .key = row->key, .max = (double)row->item_max };
        struct value part = { value->walk, &alone, item, &at, (char *)&texts[index] };
        if (item->kind == YAML_TEXT && str_is_empty(str_trim(item->text))) {
            value_error(&part, "nothing is written here; fill it in or delete the line");
            continue;
        }
        reader(&part);
    }
    memcpy(value->target + row->offset, &texts, sizeof texts);
    memcpy(value->target + row->len_offset, &index, sizeof index);
}

static bool list_is_sized(const struct value *value)
{
    const struct yaml_node *node = value->node;
    if (node->kind != YAML_LIST) {
        value_error(value, "a list belongs here: [one, two], or lines that start with '- '");
        return false;
    }
    if ((double)node->items_len < value->row->min
        || (value->row->max > 0 && (double)node->items_len > value->row->max)) {
        value_error(value, "there are %zu of these; allowed are %.0f to %.0f", node->items_len,
                    value->row->min, value->row->max);
        return false;
    }
    return true;
}

static bool plain_text(const struct value *value, struct str *out)
{
    if (value->node->kind != YAML_TEXT) {
        value_error(value, "text belongs here, this is a %s; text that starts with '%s' must stand "
                    "in quotes", value->node->kind == YAML_LIST ? "list" : "map",
                    value->node->kind == YAML_LIST ? "[' or '- " : "{");
        return false;
    }
    if (has_control(value->node->text)) {
        value_error(value, "there is an invisible control character in this text");
        return false;
    }
    *out = str_trim(value->node->text);
    return true;
}

static bool has_control(struct str text)
{
    int32_t point = 0;
    size_t step = 0;
    for (size_t at = 0; at < text.len; at += step) {
        step = text_next(text, at, &point);
        if (step == 0 || point == 0x7F || (point < 0x20 && point != '\n' && point != '\t'))
            return true;
        if (point >= 0x80 && point < 0xA0)
            return true;
    }
    return false;
}

static void store_int(const struct value *value, int64_t number)
{
    char *to = value->target + value->row->offset;
    int8_t one = (int8_t)number;
    int16_t two = (int16_t)number;
    int32_t four = (int32_t)number;
    switch (value->row->bytes) {
    case 1: memcpy(to, &one, sizeof one); return;
    case 2: memcpy(to, &two, sizeof two); return;
    case 4: memcpy(to, &four, sizeof four); return;
    case 8: memcpy(to, &number, sizeof number); return;
    default: UNREACHABLE("a row says how wide its field is");
    }
}

static void value_error(const struct value *value, const char *format, ...)
{
    char sentence[SENTENCE_BYTES_MAX + 1];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    walk_error(value->walk, value->node->at, value->path, "%s", sentence);
}

/* Cut at the front when too long: the end says most. */
static struct str path_text(const struct path *path, char *buffer)
{
    char part[PATH_BYTES_MAX / 2];
    size_t from = PATH_BYTES_MAX;
    for (; path; path = path->up) {
        int len = path->key ? snprintf(part, sizeof part, "%s%s", path->up ? "." : "", path->key)
                            : snprintf(part, sizeof part, "[%zu]", path->index);
        if (len < 0 || (size_t)len >= sizeof part || (size_t)len > from)
            break;
        from -= (size_t)len;
        memcpy(buffer + from, part, (size_t)len);
    }
    return (struct str){ buffer + from, PATH_BYTES_MAX - from };
}
