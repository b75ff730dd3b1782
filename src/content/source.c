/* One file's text, its lines, and noting mistakes in it. Refuses to know what the file is about. */
#include "content/source.h"

#include <stdarg.h>
#include <stdio.h>

#include "nudged/base/text.h"

static void note(struct source *source, enum fault_severity severity, struct place at,
                 struct str path, const char *format, va_list args) PRINTF_LIKE(5, 0);
static size_t line_end(struct str text, size_t from);
static size_t next_line(struct str text, size_t end);
static const char *unwanted(int32_t point);

struct source source_of(struct str file, struct str text, struct faults *faults)
{
    if (str_starts_with(text, STR("\xEF\xBB\xBF")))
        text = str_slice(text, 3, text.len);
    return (struct source){ .file = file, .text = text, .faults = faults };
}

void source_error(struct source *source, struct place at, struct str path, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    source->errors++;
    note(source, FAULT_ERROR, at, path, format, args);
    va_end(args);
}

void source_warning(struct source *source, struct place at, struct str path,
                    const char *format, ...)
{
    va_list args;
    va_start(args, format);
    note(source, FAULT_WARNING, at, path, format, args);
    va_end(args);
}

enum err source_check_text(struct source *source)
{
    struct str text = source->text;
    int32_t point = 0;
    size_t at = 0, step = 0;
    for (; at < text.len; at += step) {
        step = text_next(text, at, &point);
        if (step == 0) {
            source_error(source, source_place(source, at), STR_EMPTY,
                         "this byte (0x%02X) is not UTF-8; save the file as UTF-8",
                         (unsigned)(unsigned char)text.ptr[at]);
            return ERR_SYNTAX;
        }
        const char *why = unwanted(point);
        if (why) {
            source_error(source, source_place(source, at), STR_EMPTY, "%s (U+%04X); delete it", why,
                         (unsigned)point);
            return ERR_SYNTAX;
        }
    }
    return OK;
}

struct str source_line(const struct source *source, int line)
{
    struct str text = source->text;
    size_t from = 0;
    if (line < 1)
        return STR_EMPTY;
    for (int i = 1; i < line && from < text.len; i++)
        from = next_line(text, line_end(text, from));
    return str_slice(text, from, line_end(text, from));
}

struct place source_place(const struct source *source, size_t byte_at)
{
    struct place at = { 1, 1 };
    struct str text = source->text;
    size_t from = 0;
    for (;;) {
        size_t next = next_line(text, line_end(text, from));
        if (next > byte_at || next == from || next >= text.len)
            break;
        from = next;
        at.line++;
    }
    while (from < byte_at && from < text.len) {
        size_t step = text_next(text, from, NULL);
        from += step ? step : 1;
        at.column++;
    }
    return at;
}

struct str source_shown(struct str value)
{
    value = str_slice(value, 0, line_end(value, 0));
    return text_is_utf8(value) ? text_cut(value, SHOWN_CODE_POINTS_MAX) : STR_EMPTY;
}

void source_sort_faults(struct faults *faults, int first)
{
    for (int i = first + 1; i < faults->count; i++) {
        struct fault fault = faults->items[i];
        int to = i;
        for (; to > first; to--) {
            const struct fault *before = &faults->items[to - 1];
            if (before->line < fault.line
                || (before->line == fault.line && before->column <= fault.column))
                break;
            faults->items[to] = *before;
        }
        faults->items[to] = fault;
    }
}

static void note(struct source *source, enum fault_severity severity, struct place at,
                 struct str path, const char *format, va_list args)
{
    char sentence[SENTENCE_BYTES_MAX + 1] = "";
    struct fault fault = { .severity = severity, .file = source->file };
    if (source->faults->count < FAULTS_MAX) {   /* beyond that they are only counted */
        (void)vsnprintf(sentence, sizeof sentence, format, args);
        fault.line = at.line;
        fault.column = at.column;
        fault.path = path;
        fault.sentence = text_cut_bytes(str_from_z(sentence), SENTENCE_BYTES_MAX - 4);
        fault.source = str_slice(source_line(source, at.line), 0, SOURCE_LINE_BYTES_MAX);
    }
    faults_add(source->faults, fault);
}

static size_t line_end(struct str text, size_t from)
{
    while (from < text.len && text.ptr[from] != '\n' && text.ptr[from] != '\r')
        from++;
    return from;
}

static size_t next_line(struct str text, size_t end)
{
    if (end < text.len && text.ptr[end] == '\r')
        end++;
    if (end < text.len && text.ptr[end] == '\n' )
        return end + 1;
    return end;
}

/* What libyaml would stumble over, or take for a line end that no editor shows. */
static const char *unwanted(int32_t point)
{
    if (point == '\t' || point == '\n' || point == '\r')
        return NULL;
    if (point < 0x20 || (point >= 0x7F && point < 0xA0 && point != 0x85))
        return "an invisible control character";
    if (point == 0x85 || point == 0x2028 || point == 0x2029)
        return "an invisible line separator, probably pasted from another program";
    if (point == 0xFEFF)
        return "an invisible byte order mark in the middle of the file";
    if (point == 0xFFFE || point == 0xFFFF)
        return "not a character";
    return NULL;
}
