/* The tables as JSON schema, draft-07, for editors. Says a little less than the walk checks: what
 * looks across keys (one right option, ids twice) only `check` finds. */
#include <string.h>

#include "content/tables.h"

enum { DEFINITIONS_MAX = 16 };

struct definitions { const struct schema *list[DEFINITIONS_MAX]; size_t len; };

typedef void value_printer(const struct schema_row *row, struct buf *out);

static value_printer print_text, print_id, print_email, print_date, print_time, print_int,
    print_number, print_bool, print_word, print_days, print_texts, print_emails, print_map,
    print_maps;
static void collect(const struct schema *schema, struct definitions *definitions);
static void print_object(const struct schema *schema, int indent, struct buf *out);
static void print_required(const struct schema *schema, int indent, struct buf *out);
static void print_kinds(const struct schema *schema, int indent, struct buf *out);
static void print_kind(const struct schema *schema, const struct schema_word *kind,
                       struct buf *out);
static void print_fallback(const struct schema_row *row, struct buf *out);
static void print_of(const struct schema *schema, struct buf *out);
static void new_line(struct buf *out, int indent);
static void print_sized(const char *type, const struct schema_row *row, struct buf *out);

static value_printer *const printers[] = {
    [VALUE_TEXT] = print_text, [VALUE_ID] = print_id, [VALUE_EMAIL] = print_email,
    [VALUE_DATE] = print_date, [VALUE_TIME] = print_time, [VALUE_INT] = print_int,
    [VALUE_NUMBER] = print_number, [VALUE_BOOL] = print_bool, [VALUE_WORD] = print_word,
    [VALUE_DAYS] = print_days, [VALUE_TEXTS] = print_texts, [VALUE_EMAILS] = print_emails,
    [VALUE_MAP] = print_map, [VALUE_MAPS] = print_maps,
};
_Static_assert(COUNT(printers) == VALUE_TYPE_COUNT, "one printer per type");

void content_print_schema(struct buf *out)
{
    schema_print_json(&deck_schema, "A deck of prompts for nudged", out);
}

void schema_print_json(const struct schema *root, const char *title, struct buf *out)
{
    struct definitions definitions = { .len = 0 };
    collect(root, &definitions);
    buf_add(out, STR("{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  "
        "\"title\": "));
    buf_add_json_string(out, str_from_z(title));
    buf_add_byte(out, ',');
    print_object(root, 2, out);
    buf_add(out, STR(",\n  \"definitions\": {"));
    for (size_t i = 0; i < definitions.len; i++) {
        new_line(out, 4);
        buf_addf(out, "\"%s\": {", definitions.list[i]->name);
        print_object(definitions.list[i], 6, out);
        new_line(out, 4);
        buf_add(out, i + 1 < definitions.len ? STR("},") : STR("}"));
    }
    buf_add(out, STR("\n  }\n}\n"));
}

static void collect(const struct schema *schema, struct definitions *definitions)
{
    for (size_t i = 0; i < schema->rows_len; i++) {
        const struct schema *of = schema->rows[i].of;
        bool known = of == NULL;
        for (size_t j = 0; j < definitions->len; j++)
            known = known || definitions->list[j] == of;
        if (known)
            continue;
        REQUIRE(definitions->len < DEFINITIONS_MAX);
        definitions->list[definitions->len++] = of;
        collect(of, definitions);
    }
}

static void print_object(const struct schema *schema, int indent, struct buf *out)
{
    new_line(out, indent);
    buf_add(out, STR("\"type\": \"object\","));
    new_line(out, indent);
    buf_add(out, STR("\"additionalProperties\": false,"));
    print_required(schema, indent, out);
    new_line(out, indent);
    buf_add(out, STR("\"properties\": {"));
    for (size_t i = 0; i < schema->rows_len; i++) {
        const struct schema_row *row = &schema->rows[i];
        new_line(out, indent + 2);
        buf_addf(out, "\"%s\": { \"description\": ", row->key);
        buf_add_json_string(out, str_from_z(row->help));
        buf_add(out, STR(", "));
        printers[row->type](row, out);
        print_fallback(row, out);
        buf_add(out, i + 1 < schema->rows_len ? STR(" },") : STR(" }"));
    }
    new_line(out, indent);
    buf_add_byte(out, '}');
    print_kinds(schema, indent, out);
}

static void print_required(const struct schema *schema, int indent, struct buf *out)
{
    size_t count = 0;
    for (size_t i = 0; i < schema->rows_len; i++) {
        if (!schema->rows[i].required)
            continue;
        if (count == 0) {
            new_line(out, indent);
            buf_add(out, STR("\"required\": ["));
        }
        buf_addf(out, "%s\"%s\"", count++ ? ", " : "", schema->rows[i].key);
    }
    if (count)
        buf_add(out, STR("],"));
}

/* For prompts: what each kind needs and what has no meaning in it. */
static void print_kinds(const struct schema *schema, int indent, struct buf *out)
{
    if (schema != &prompt_schema)
        return;
    buf_add_byte(out, ',');
    new_line(out, indent);
    buf_add(out, STR("\"allOf\": ["));
    for (const struct schema_word *kind = prompt_kinds; kind->word; kind++) {
        new_line(out, indent + 2);
        print_kind(schema, kind, out);
        buf_add(out, kind[1].word ? STR(",") : STR(""));
    }
    new_line(out, indent);
    buf_add_byte(out, ']');
}

static void print_kind(const struct schema *schema, const struct schema_word *kind,
                       struct buf *out)
{
    unsigned bit = 1u << kind->value;
    size_t count = 0;
    buf_addf(out, "{ \"if\": { \"properties\": { \"kind\": { \"const\": \"%s\" } } }, \"then\": { "
             "\"required\": [", kind->word);
    for (size_t i = 0; i < schema->rows_len; i++)
        if (schema->rows[i].required || schema->rows[i].needed_by & bit)
            buf_addf(out, "%s\"%s\"", count++ ? ", " : "", schema->rows[i].key);
    buf_add(out, STR("], \"properties\": {"));
    count = 0;
    for (size_t i = 0; i < schema->rows_len; i++)
        if (schema->rows[i].kinds && !(schema->rows[i].kinds & bit))
            buf_addf(out, "%s\"%s\": false", count++ ? ", " : " ", schema->rows[i].key);
    buf_add(out, STR(" } } }"));
}

static void print_fallback(const struct schema_row *row, struct buf *out)
{
    bool bare = row->type == VALUE_INT || row->type == VALUE_NUMBER || row->type == VALUE_BOOL;
    if (!row->fallback)
        return;
    buf_add(out, STR(", \"default\": "));
    if (bare)
        buf_add(out, str_from_z(row->fallback));
    else
        buf_add_json_string(out, str_from_z(row->fallback));
}

/* Text may look like a number or a truth value to the editor; it is text all the same. */
static void print_text(const struct schema_row *row, struct buf *out)
{
    buf_add(out, STR("\"type\": [\"string\", \"number\", \"boolean\"], \"minLength\": 1"));
    if (row->max > 0)
        buf_addf(out, ", \"maxLength\": %.0f", row->max);
}

static void print_id(const struct schema_row *row, struct buf *out)
{
    (void)row;
    buf_add(out, STR("\"type\": \"string\", \"pattern\": \"^[a-z0-9][a-z0-9-]{0,63}$\""));
}

static void print_email(const struct schema_row *row, struct buf *out)
{
    (void)row;
    buf_add(out, STR("\"type\": \"string\", \"pattern\": \"^[^@\\\\s]+@[^@\\\\s]+$\""));
}

static void print_date(const struct schema_row *row, struct buf *out)
{
    (void)row;
    buf_add(out, STR("\"type\": \"string\", \"pattern\": \"^[0-9]{4}-[0-9]{2}-[0-9]{2}$\""));
}

static void print_time(const struct schema_row *row, struct buf *out)
{
    (void)row;
    buf_add(out, STR("\"type\": \"string\", \"pattern\": \"^[0-9]{1,2}:[0-9]{2}$\""));
}

static void print_int(const struct schema_row *row, struct buf *out)
{
    print_sized("integer", row, out);
}

static void print_number(const struct schema_row *row, struct buf *out)
{
    print_sized("number", row, out);
}

static void print_bool(const struct schema_row *row, struct buf *out)
{
    (void)row;
    buf_add(out, STR("\"type\": \"boolean\""));
}

static void print_word(const struct schema_row *row, struct buf *out)
{
    buf_add(out, STR("\"enum\": ["));
    for (const struct schema_word *word = row->words; word->word; word++)
        buf_addf(out, "%s\"%s\"", word == row->words ? "" : ", ", word->word);
    buf_add_byte(out, ']');
}

static void print_days(const struct schema_row *row, struct buf *out)
{
    (void)row;
    buf_add(out, STR("\"type\": [\"array\", \"string\"], \"items\": { \"type\": \"string\" }"));
}

static void print_texts(const struct schema_row *row, struct buf *out)
{
    buf_addf(out, "\"type\": \"array\", \"minItems\": %.0f, \"maxItems\": %.0f, \"items\": { "
             "\"type\": [\"string\", \"number\", \"boolean\"], \"minLength\": 1, \"maxLength\": "
             "%zu }",
             row->min, row->max, row->item_max);
}

static void print_emails(const struct schema_row *row, struct buf *out)
{
    buf_add(out, STR("\"type\": \"array\", \"items\": { "));
    print_email(row, out);
    buf_add(out, STR(" }"));
}

static void print_map(const struct schema_row *row, struct buf *out)
{
    buf_add(out, STR("\"allOf\": ["));
    print_of(row->of, out);
    buf_add_byte(out, ']');
}

static void print_maps(const struct schema_row *row, struct buf *out)
{
    buf_addf(out, "\"type\": \"array\", \"minItems\": %.0f, \"maxItems\": %.0f, \"items\": ",
             row->min, row->max);
    if (!row->of->shorthand) {
        print_of(row->of, out);
        return;
    }
    buf_add(out, STR("{ \"anyOf\": [{ "));
    for (size_t i = 0; i < row->of->rows_len; i++)
        if (strcmp(row->of->rows[i].key, row->of->shorthand) == 0)
            printers[row->of->rows[i].type](&row->of->rows[i], out);
    buf_add(out, STR(" }, "));
    print_of(row->of, out);
    buf_add(out, STR("] }"));
}

static void print_of(const struct schema *schema, struct buf *out)
{
    buf_addf(out, "{ \"$ref\": \"#/definitions/%s\" }", schema->name);
}

static void print_sized(const char *type, const struct schema_row *row, struct buf *out)
{
    buf_addf(out, "\"type\": \"%s\"", type);
    if (row->max > row->min)
        buf_addf(out, ", \"minimum\": %g", row->min);
    if (row->max > row->min && row->max < SCHEMA_NUMBER_MAX)
        buf_addf(out, ", \"maximum\": %g", row->max);
}

static void new_line(struct buf *out, int indent)
{
    buf_addf(out, "\n%*s", indent, "");
}
