/* FORMAT.md: how prompt files are written, for the people who write them. */
#include "content/format.h"

#include "content/roster.h"
#include "content/tables.h"

static void print_section(struct buf *out, const char *title, const char *text);
static void print_code(struct buf *out, const char *language, const char *code);
static void print_kinds(struct buf *out);
static void print_value(const struct schema_row *row, struct buf *out);
static void print_words(const struct schema_row *row, struct buf *out);

static const char introduction[] =
    "<!-- Made from the tables in src/content; a test compares. Change the tables, not this file. "
    "-->\n\n"
    "Prompts live in the prompts folder:\n\n"
    "    prompts/\n"
    "      skills.yaml          what the prompts train\n"
    "      decks/*.yaml         one deck each; .yml works too\n\n"
    "Run `nudged check` after every change: it names every mistake of every file with its line. A\n"
    "running daemon reads the folder again when something in it changes; when a file has a "
    "mistake,\n"
    "everybody keeps getting the last good set, and the owner of the deck is told in chat.\n\n"
    "The first line of the example lets an editor that knows the YAML language server complete "
    "keys and\n"
    "underline mistakes while you type. Files are UTF-8, at most 1 MiB, and use the plain part of "
    "YAML:\n"
    "`key: value` lines, lists, text.\n\n"
    "- Indent with spaces, two for each step.\n"
    "- Put text in straight quotes when it has `: ` or ` #` in it, or starts with one of\n"
    "  ``[ ] { } , & * ! | > % @ ` # - ? ' \"``. Longer text goes below `>-`, indented, without "
    "quotes.\n"
    "- `no`, `1.10` and `2031-01-01` stay the text you wrote. Only `true` and `false` are truth "
    "values.\n"
    "- Anchors (`&`), aliases (`*`), tags (`!`), merge keys (`<<`) and a second document (`---`) "
    "are\n"
    "  refused.\n\n";

static const char ids_text[] =
    "The id of a deck and of a prompt is its name for ever: answers are kept under it. Change a "
    "text as\n"
    "often as you like; what somebody answered is graded against the text they saw. Delete a "
    "prompt to\n"
    "retire it. Give a new id only to a new question.\n";

static const char good_text[] =
    "`check` warns, and the deck still works, when a question can be answered by its form:\n\n"
    "- more than 60 words in `ask`: one situation, one decision;\n"
    "- a wrong option without `why`: whoever chose it learns nothing;\n"
    "- options of very different length: people guess the longest;\n"
    "- \"all of the above\", \"none of the above\": options may be shown in another order;\n"
    "- a question that turns on a small \"not\": ask for what is right, or write NOT.\n\n"
    "What no program sees: take the wrong options from mistakes people really make, let each "
    "`why` speak\n"
    "to the thought behind that option, and let the situation be one that happened.\n";

void content_print_format(struct buf *out)
{
    buf_add(out, STR("# Writing prompts\n\n"));
    buf_add(out, str_from_z(introduction));
    print_section(out, "A deck", "One file, one deck, one owner.");
    struct str head = str_from_z(format_deck_head);
    buf_addf(out, "```yaml\n%.*s%s```\n\n", STR_ARG(head), format_example(PROMPT_CHOICE));
    schema_print_fields(&deck_schema, 0, out);
    buf_add(out, STR("`audience` has:\n\n"));
    schema_print_fields(&audience_schema, 0, out);
    print_section(out, "Ids", ids_text);
    print_section(out, "A prompt", "Every kind knows these keys; below are those of each kind.");
    schema_print_fields(&prompt_schema, ~0u, out);
    print_kinds(out);
    print_section(out, "An option", "An option without `correct` and `why` may be plain text.");
    schema_print_fields(&option_schema, 0, out);
    print_section(out, "Held-out prompts", format_held_out_text);
    print_section(out, "A good question", good_text);
    print_section(out, "skills.yaml", "What the prompts train, and how one sees that somebody has "
        "it.");
    print_code(out, "yaml", format_skills_example);
    schema_print_fields(&skill_schema, 0, out);
    print_section(out, "Holidays", "A list of days, or an iCalendar file (`.ics`) of whole days.");
    print_code(out, "yaml", format_holidays_example);
    schema_print_fields(&holiday_schema, 0, out);
    print_section(out, "people.csv", "A CSV file as personnel systems export it: UTF-8, comma or "
                  "semicolon, a first line with the names\nof the columns in any order. Other "
                  "columns "
                  "are left alone.");
    print_code(out, "csv", format_people_example);
    roster_print_columns(out);
}

void schema_print_fields(const struct schema *schema, unsigned kinds, struct buf *out)
{
    buf_add(out, STR("| key | value | | meaning |\n| --- | --- | --- | --- |\n"));
    for (size_t i = 0; i < schema->rows_len; i++) {
        const struct schema_row *row = &schema->rows[i];
        bool general = !row->kinds;
        if (kinds == ~0u ? !general : kinds && !(row->kinds & kinds))
            continue;
        buf_addf(out, "| `%s` | ", row->key);
        print_value(row, out);
        buf_addf(out, " | %s | %s", row->required || (kinds != ~0u && row->needed_by & kinds)
                 ? "needed" : "", row->help);
        if (row->fallback)
            buf_addf(out, " (default: `%s`)", row->fallback);
        buf_add(out, STR(" |\n"));
    }
    buf_add_byte(out, '\n');
}

static void print_kinds(struct buf *out)
{
    for (const struct schema_word *kind = prompt_kinds; kind->word; kind++) {
        unsigned bit = 1u << kind->value;
        bool own = false;
        buf_addf(out, "### %s\n\n%c%s.\n\n", kind->word, kind->help[0] & ~0x20, kind->help + 1);
        print_code(out, "yaml", format_example((enum prompt_kind)kind->value));
        for (size_t i = 0; i < prompt_schema.rows_len; i++)
            own = own || prompt_schema.rows[i].kinds & bit;
        if (own)
            schema_print_fields(&prompt_schema, bit, out);
    }
}

static void print_section(struct buf *out, const char *title, const char *text)
{
    struct str body = str_trim(str_from_z(text));
    buf_addf(out, "## %s\n\n%.*s\n\n", title, STR_ARG(body));
}

static void print_code(struct buf *out, const char *language, const char *code)
{
    buf_addf(out, "```%s\n%s```\n\n", language, code);
}

static void print_value(const struct schema_row *row, struct buf *out)
{
    static const char *const plain[] = {
        [VALUE_TEXT] = "text", [VALUE_ID] = "id: `a-z 0-9 -`, at most 64", [VALUE_EMAIL] = "e-mail",
        [VALUE_DATE] = "date: `2031-12-24`", [VALUE_TIME] = "time: `\"09:30\"`",
        [VALUE_INT] = "whole number", [VALUE_NUMBER] = "number", [VALUE_BOOL] = "`true` or `false`",
        [VALUE_WORD] = "", [VALUE_DAYS] = "weekdays: `mon-fri` or `[mon, wed]`",
        [VALUE_TEXTS] = "list of text", [VALUE_EMAILS] = "list of e-mails",
        [VALUE_MAP] = "keys below it",
        [VALUE_MAPS] = "list",
    };
    _Static_assert(COUNT(plain) == VALUE_TYPE_COUNT, "one word per type");
    buf_add(out, str_from_z(plain[row->type]));
    if (row->type == VALUE_WORD)
        print_words(row, out);
    else if (row->type == VALUE_TEXT && row->max > 0)
        buf_addf(out, ", at most %.0f characters", row->max);
    else if ((row->type == VALUE_INT || row->type == VALUE_NUMBER) && row->max > row->min)
        buf_addf(out, row->max < SCHEMA_NUMBER_MAX ? ", %g to %g" : ", from %g", row->min,
                 row->max);
    else if ((row->type == VALUE_MAPS || row->type == VALUE_TEXTS) && row->max > 0)
        buf_addf(out, ", %g to %g", row->min, row->max);
}

static void print_words(const struct schema_row *row, struct buf *out)
{
    for (const struct schema_word *word = row->words; word->word; word++)
        buf_addf(out, "%s`%s`", word == row->words ? "" : ", ", word->word);
}
