/* Parser complaints in the words of somebody who writes questions, at the place of the mistake.
 *
 * libyaml says where it could not go on; for an unclosed quotation mark that is pages below. So the
 * quotes of the file are followed once more here, by the same rules, to find where the text that
 * ends at the complaint began. */
#include "content/yaml_hint.h"

#include <string.h>

#include "nudged/base/text.h"

/* An open quotation, or none. */
struct quote {
    char mark;                      /* '"', '\'' or 0 */
    struct place at;
};

struct quotes {
    struct quote open;              /* at the end of the last line followed */
    struct quote closed;            /* the last one that was closed */
    struct place closed_at;
    size_t block_indent;            /* inside a block of text: its parent's indentation, plus one */
};

static bool hint_tab(struct source *source, const struct yaml_problem *problem);
static bool hint_quotes(struct source *source, const struct yaml_problem *problem);
static bool hint_character(struct source *source, const struct yaml_problem *problem);
static bool hint_colon(struct source *source, const struct yaml_problem *problem);
static bool hint_indent(struct source *source, const struct yaml_problem *problem);
static bool hint_known(struct source *source, const struct yaml_problem *problem);
static bool says(const char *words, const char *part);
static void follow_line(struct quotes *quotes, struct str line, int number);
static bool opens_block(struct str line);
static bool may_open(struct str line, size_t at);
static size_t indent_of(struct str line);
static struct place place_in(struct str line, int number, size_t byte_at);
static bool has_curly_quote(struct str line);

void yaml_hint(struct source *source, const struct yaml_problem *problem)
{
    static bool (*const hints[])(struct source *, const struct yaml_problem *) = {
        hint_tab, hint_quotes, hint_character, hint_colon, hint_indent, hint_known,
    };
    for (size_t i = 0; i < COUNT(hints); i++)
        if (hints[i](source, problem))
            return;
    source_error(source, problem->at, STR_EMPTY, "this is not YAML: %s",
                 problem->problem ? problem->problem : "it cannot be read from here on");
}

static bool hint_tab(struct source *source, const struct yaml_problem *problem)
{
    struct str line = source_line(source, problem->at.line);
    size_t tab = str_find(str_slice(line, 0, indent_of(line)), '\t');
    if (tab == indent_of(line))
        return false;
    source_error(source, place_in(line, problem->at.line, tab), STR_EMPTY,
                 "a tab stands here; indent with spaces only");
    return true;
}

static bool hint_quotes(struct source *source, const struct yaml_problem *problem)
{
    struct quotes quotes = { 0 };
    struct str text = source->text;
    if (says(problem->context, "quoted scalar") && !says(problem->problem, "escape")) {
        source_error(source, problem->context_at, STR_EMPTY,
                     "this quotation mark is never closed");
        return true;
    }
    for (int number = 1; number <= problem->at.line && text.len > 0; number++) {
        size_t end = 0;
        while (end < text.len && text.ptr[end] != '\n')
            end++;
        struct str line = str_slice(text, 0, end);
        follow_line(&quotes, line.len && line.ptr[line.len - 1] == '\r'
                                 ? str_slice(line, 0, line.len - 1) : line, number);
        text = str_slice(text, end + 1, text.len);
    }
    if (!quotes.closed.mark || quotes.closed_at.line != problem->at.line
        || quotes.closed_at.column >= problem->at.column)
        return false;
    if (quotes.closed.at.line < problem->at.line) {
        source_error(source, quotes.closed.at, STR_EMPTY, "this quotation mark is not closed "
                     "where it should be; the text runs on to line %d", problem->at.line);
    } else {
        source_error(source, problem->at, STR_EMPTY, "the text goes on after its closing quotation "
                     "mark (column %d); put all of it in quotes", quotes.closed_at.column);
    }
    return true;
}

static bool hint_character(struct source *source, const struct yaml_problem *problem)
{
    struct str line = source_line(source, problem->at.line);
    static const struct { const char *context; char character; } starts[] = {
        { "alias", '*' }, { "anchor", '&' }, { "tag", '!' }, { "directive", '%' },
    };
    for (size_t i = 0; i < COUNT(starts); i++) {
        if (says(problem->context, starts[i].context)) {
            source_error(source, problem->context_at, STR_EMPTY, "text that starts with '%c' must "
                         "stand in quotes", starts[i].character);
            return true;
        }
    }
    size_t at = (size_t)problem->at.column - 1;     /* of ASCII lines; else nothing is said */
    if (!says(problem->problem, "cannot start any token") || at >= line.len
        || (unsigned char)line.ptr[at] <= ' ' || (unsigned char)line.ptr[at] >= 0x7F)
        return false;
    source_error(source, problem->at, STR_EMPTY, "text that starts with '%c' must stand in quotes",
                 line.ptr[at]);
    return true;
}

static bool hint_colon(struct source *source, const struct yaml_problem *problem)
{
    struct str line = source_line(source, problem->at.line);
    if (!says(problem->problem, "mapping values are not allowed"))
        return false;
    struct str before = text_cut(line, (size_t)problem->at.column - 1);
    if (has_curly_quote(line)) {
        source_error(source, problem->at, STR_EMPTY, "curly quotes do not quote; "
                     "type straight ones (\") around text with ': ' in it");
    } else if (str_contains(before, STR(": "))) {
        source_error(source, problem->at, STR_EMPTY, "text with ': ' in it must stand in quotes");
    } else {
        source_error(source, place_in(line, problem->at.line, indent_of(line)), STR_EMPTY,
                     "this key is indented further than its neighbours, or a ':' is missing in "
                     "the line above");
    }
    return true;
}

static bool hint_indent(struct source *source, const struct yaml_problem *problem)
{
    struct str line = source_line(source, problem->at.line);
    bool starts_line = place_in(line, problem->at.line, indent_of(line)).column
                       == problem->at.column;
    if (!starts_line || problem->context_at.line == problem->at.line)
        return false;
    if (says(problem->problem, "'-' indicator")) {
        source_error(source, problem->at, STR_EMPTY, "this line does not line up; the items of the "
                     "list above it start in column %d (line %d)", problem->context_at.column,
                     problem->context_at.line);
        return true;
    }
    if (says(problem->problem, "did not find expected key")) {
        source_error(source, problem->at, STR_EMPTY, "this line does not line up; the keys it "
            "seems "
                     "to belong to start in column %d (line %d)", problem->context_at.column,
                     problem->context_at.line);
        return true;
    }
    return false;
}

static bool hint_known(struct source *source, const struct yaml_problem *problem)
{
    static const struct { const char *problem, *context; bool at_context; const char *sentence; }
    known[] = {
        { "could not find expected ':'", "", true,
          "this line is neither 'key: value' nor a list item that starts with '- '" },
        { "block sequence entries are not allowed", "", false,
          "a list item starts on a line of its own; text that starts with '- ' must stand in "
          "quotes" },
        { "comment or line break", "block scalar", true,
          "text that starts with '>' or '|' must stand in quotes, or begin on the next line" },
        { "',' or ']'", "", true,
          "this '[' is not closed; text that starts with '[' must stand in quotes" },
        { "',' or '}'", "", true,
          "this '{' is not closed; text that starts with '{' must stand in quotes" },
        { "unknown escape character", "", false,
          "a '\\' between double quotes has a meaning of its own; write '\\\\' or use single "
          "quotes" },
        { "expected node content", "", false,
          "text cannot start with this character; put the text in quotes" },
        { "mapping keys are not allowed", "", false,
          "text that starts with '? ' must stand in quotes" },
        { "<document start>", "", false,
          "the file ended above this line ('...'); delete that line" },
        { "incompatible YAML document", "", false,
          "lines that start with '%' are not understood here; delete them" },
        { "did not find expected key", "", false,
          "the value ended before this; put the whole text in quotes" },
    };
    for (size_t i = 0; i < COUNT(known); i++) {
        if (says(problem->problem, known[i].problem)
            && (!known[i].context[0] || says(problem->context, known[i].context))) {
            source_error(source, known[i].at_context ? problem->context_at : problem->at, STR_EMPTY,
                         "%s", known[i].sentence);
            return true;
        }
    }
    return false;
}

static bool says(const char *words, const char *part)
{
    return words && strstr(words, part) != NULL;
}

/* One line further: which quotation is open at its end. */
static void follow_line(struct quotes *quotes, struct str line, int number)
{
    size_t at = 0;
    if (!quotes->open.mark && quotes->block_indent > 0) {
        if (str_is_empty(str_trim(line)) || indent_of(line) >= quotes->block_indent)
            return;
        quotes->block_indent = 0;
    }
    for (; at < line.len; at++) {
        char c = line.ptr[at];
        if (!quotes->open.mark) {
            if (c == '#' && (at == 0 || line.ptr[at - 1] == ' '))
                return;
            if ((c == '"' || c == '\'') && may_open(line, at))
                quotes->open = (struct quote){ c, place_in(line, number, at) };
        } else if (c == '\\' && quotes->open.mark == '"') {
            at++;
        } else if (c == '\'' && quotes->open.mark == c && at + 1 < line.len
                   && line.ptr[at + 1] == c) {
            at++;
        } else if (c == quotes->open.mark) {
            quotes->closed = quotes->open;
            quotes->closed_at = place_in(line, number, at);
            quotes->open.mark = 0;
        }
    }
    if (!quotes->open.mark && opens_block(line))
        quotes->block_indent = indent_of(line) + 1;
}

/* "key: |", "- >-", with a number or a sign behind. */
static bool opens_block(struct str line)
{
    struct str rest = str_trim(line);
    while (rest.len > 0 && strchr("+-0123456789", rest.ptr[rest.len - 1]))
        rest.len--;
    return rest.len > 2 && (rest.ptr[rest.len - 1] == '|' || rest.ptr[rest.len - 1] == '>')
           && rest.ptr[rest.len - 2] == ' '
           && (rest.ptr[rest.len - 3] == ':' || rest.ptr[rest.len - 3] == '-');
}

/* A quotation mark opens only where a value or a key starts. */
static bool may_open(struct str line, size_t at)
{
    size_t before = at;
    while (before > 0 && line.ptr[before - 1] == ' ')
        before--;
    if (before == 0)
        return true;
    char c = line.ptr[before - 1];
    if (c == '[' || c == '{')
        return true;
    if (c == ',')
        return str_find(line, '[') < before || str_find(line, '{') < before;
    return before < at && (c == ':' || (c == '-' && indent_of(line) + 1 == before));
}

/* Bytes of blanks at the start. */
static size_t indent_of(struct str line)
{
    size_t at = 0;
    while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t'))
        at++;
    return at;
}

static struct place place_in(struct str line, int number, size_t byte_at)
{
    struct source one = { .text = line };
    return (struct place){ number, source_place(&one, byte_at).column };
}

static bool has_curly_quote(struct str line)
{
    return str_contains(line, STR("\xE2\x80\x9C")) || str_contains(line, STR("\xE2\x80\x9D"))
           || str_contains(line, STR("\xE2\x80\x9E")) || str_contains(line, STR("\xE2\x80\x98"));
}
