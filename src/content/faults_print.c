/* Mistakes as compilers print them, and as JSON lines for other programs. The caret is put by the
 * width of what stands before it: tabs are repeated, wide characters count two, marks none. */
#include "nudged/base/text.h"
#include "nudged/content/content.h"

enum { REPLACEMENT_POINT = 0xFFFD };

static void print_place(const struct fault *fault, struct buf *out);
static void print_caret(const struct fault *fault, struct buf *out);
static int width_of(int32_t point);

void faults_print_text(const struct faults *faults, struct buf *out)
{
    for (int i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];
        print_place(fault, out);
        buf_addf(out, "%s: ", fault->severity == FAULT_WARNING ? "warning" : "error");
        if (fault->path.len) {
            text_add_visible(out, fault->path, false);
            buf_add(out, STR(": "));
        }
        text_add_visible(out, fault->sentence, false);
        buf_add_byte(out, '\n');
        if (fault->source.len && fault->line > 0)
            print_caret(fault, out);
    }
    int more = faults->errors + faults->warnings - faults->count;
    if (more > 0)
        buf_addf(out, "and %d more\n", more);
}

void faults_print_json(const struct faults *faults, struct buf *out)
{
    for (int i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->items[i];
        buf_addf(out, "{\"severity\":\"%s\",\"file\":",
                 fault->severity == FAULT_WARNING ? "warning" : "error");
        buf_add_json_string(out, fault->file);
        buf_addf(out, ",\"line\":%d,\"column\":%d,\"path\":", fault->line, fault->column);
        buf_add_json_string(out, fault->path);
        buf_add(out, STR(",\"sentence\":"));
        buf_add_json_string(out, fault->sentence);
        buf_add(out, STR(",\"source\":"));
        buf_add_json_string(out, fault->source);
        buf_add(out, STR("}\n"));
    }
}

static void print_place(const struct fault *fault, struct buf *out)
{
    text_add_visible(out, fault->file, false);
    if (fault->line > 0)
        buf_addf(out, ":%d:%d", fault->line, fault->column);
    if (fault->file.len)
        buf_add(out, STR(": "));
}

static void print_caret(const struct fault *fault, struct buf *out)
{
    struct str line = fault->source;
    size_t at = 0, start = 0;
    int column = 1;
    buf_add(out, STR("    "));
    text_add_visible(out, line, false);
    start = out->len;
    buf_add(out, STR("\n    "));
    for (; column < fault->column && at < line.len; column++) {
        int32_t point = 0;
        size_t step = text_next(line, at, &point);
        if (step == 0)
            point = REPLACEMENT_POINT;
        at += step ? step : 1;
        if (point == '\t')
            buf_add_byte(out, '\t');
        else
            for (int i = 0; i < width_of(point); i++)
                buf_add_byte(out, ' ');
    }
    if (column != fault->column && !out->failed)    /* cut before the place: better no caret */
        out->len = start;
    buf_add(out, column == fault->column ? STR("^\n") : STR("\n"));
}

/* Columns of a terminal: the combining marks and wide blocks that texts of our authors may hold
 * (Unicode's EastAsianWidth W and F, emoji), not every one there is. */
static int width_of(int32_t point)
{
    static const struct { int32_t from, to; int width; } ranges[] = {
        { 0x0300, 0x036F, 0 }, { 0x0483, 0x0489, 0 }, { 0x0591, 0x05BD, 0 }, { 0x064B, 0x065F, 0 },
        { 0x1100, 0x115F, 2 }, { 0x1AB0, 0x1AFF, 0 }, { 0x1DC0, 0x1DFF, 0 }, { 0x200B, 0x200F, 0 },
        { 0x20D0, 0x20FF, 0 }, { 0x2E80, 0x303E, 2 }, { 0x3041, 0xA4CF, 2 }, { 0xAC00, 0xD7A3, 2 },
        { 0xF900, 0xFAFF, 2 }, { 0xFE00, 0xFE0F, 0 }, { 0xFE20, 0xFE2F, 0 }, { 0xFE30, 0xFE6F, 2 },
        { 0xFF00, 0xFF60, 2 }, { 0xFFE0, 0xFFE6, 2 }, { 0x1F300, 0x1F64F, 2 },
        { 0x1F680, 0x1F6FF, 2 }, { 0x1F900, 0x1F9FF, 2 }, { 0x20000, 0x3FFFD, 2 },
    };
    for (size_t i = 0; i < COUNT(ranges); i++)
        if (point >= ranges[i].from && point <= ranges[i].to)
            return ranges[i].width;
    return 1;
}
