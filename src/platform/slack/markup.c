/* Owns the two directions of Slack's text. Knows no blocks and no JSON. */
#include "platform/slack/markup.h"

#include "nudged/base/buf.h"
#include "nudged/base/text.h"

enum { GROWTH_MAX = 5 };        /* "&" becomes "&amp;" */

static const struct { char plain; struct str entity; } entities[] = {
    { '&', STR_INIT("&amp;") }, { '<', STR_INIT("&lt;") }, { '>', STR_INIT("&gt;") },
};

static struct str markup_write(struct arena *arena, struct str text, size_t units_max, bool escape);
static size_t measure(struct str text, bool escape, bool *same);
static bool is_plain(char c);
static struct str point_out(struct str text, size_t at, bool escape, size_t *step);
static size_t step_of(struct str text, size_t at);
static bool is_left_out(struct str point);
static struct str written(struct str point, bool escape);
static size_t units_of(struct str out);
static size_t read_entity(struct buf *buf, struct str wire, size_t at);
static void read_control(struct buf *buf, struct str inner);
static struct str name_of(struct str body, struct str label);

struct str markup_clean(struct arena *arena, struct str text, size_t units_max)
{
    return markup_write(arena, text, units_max, false);
}

struct str markup_escape(struct arena *arena, struct str text, size_t units_max)
{
    return markup_write(arena, text, units_max, true);
}

size_t markup_units(struct str text)
{
    bool same = false;
    return measure(text, false, &same);
}

struct str markup_read(struct arena *arena, struct str wire)
{
    if (str_find(wire, '&') == wire.len && str_find(wire, '<') == wire.len)
        return wire;
    struct buf buf = buf_in(arena, wire.len + 1);
    bool closes = true;                 /* looked for once in vain, not once for every '<' */
    for (size_t at = 0; at < wire.len;) {
        struct str rest = str_slice(wire, at, wire.len);
        size_t close = wire.ptr[at] == '<' && closes ? str_find(rest, '>') : 0;
        closes = closes && close < rest.len;
        if (close && closes) {
            read_control(&buf, str_slice(rest, 1, close));
            at += close + 1;
        } else {
            at += read_entity(&buf, wire, at);
        }
    }
    struct str out = STR_EMPTY;
    return buf_finish(&buf, &out) ? STR_EMPTY : out;
}

/* Two passes: whether it fits, then the writing, with room kept for the "…" when it does not. */
static struct str markup_write(struct arena *arena, struct str text, size_t units_max, bool escape)
{
    bool same = false;
    size_t units = measure(text, escape, &same);
    if (same && units <= units_max)
        return text;
    struct buf buf = buf_in(arena, text.len * GROWTH_MAX + 4);
    size_t room = units <= units_max ? units : units_max - 1;
    for (size_t at = 0, step; at < text.len; at += step) {
        struct str out = point_out(text, at, escape, &step);
        if (units_of(out) > room)
            break;
        room -= units_of(out);
        buf_add(&buf, out);
    }
    if (units > units_max)
        buf_add(&buf, STR("…"));
    struct str result = STR_EMPTY;
    return buf_finish(&buf, &result) ? STR_EMPTY : result;
}

/* Nearly all of nearly every text is written as it stands. */
static size_t measure(struct str text, bool escape, bool *same)
{
    size_t plain = 0, units;
    *same = true;
    while (plain < text.len && is_plain(text.ptr[plain]))
        plain++;
    units = plain;
    for (size_t at = plain, step; at < text.len; at += step) {
        struct str out = point_out(text, at, escape, &step);
        *same = *same && out.ptr == text.ptr + at;
        units += units_of(out);
    }
    return units;
}

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7F && c != '&' && c != '<' && c != '>';
}

/* What is written for the code point at `at`, and how many bytes it took. */
static struct str point_out(struct str text, size_t at, bool escape, size_t *step)
{
    size_t bytes = step_of(text, at);
    *step = bytes ? bytes : 1;
    struct str point = str_slice(text, at, at + *step);
    if (bytes == 0)
        return STR("?");
    return is_left_out(point) ? STR_EMPTY : written(point, escape);
}

/* Bytes of the code point, 0 when they are none. */
static size_t step_of(struct str text, size_t at)
{
    unsigned char first = (unsigned char)text.ptr[at];
    if (first < 0x80)
        return 1;
    size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    struct str point = str_slice(text, at, at + bytes);
    return point.len == bytes && text_is_utf8(point) ? bytes : 0;
}

/* C0 but newline and tab, DEL, C1, U+202A–202E, U+2066–2069. */
static bool is_left_out(struct str point)
{
    unsigned char first = (unsigned char)point.ptr[0];
    if (point.len == 1)
        return (first < 0x20 && first != '\n' && first != '\t') || first == 0x7F;
    unsigned char last = (unsigned char)point.ptr[point.len - 1];
    if (point.len == 2)
        return first == 0xC2 && last < 0xA0;
    return (str_starts_with(point, STR("\xE2\x80")) && last >= 0xAA && last <= 0xAE)
        || (str_starts_with(point, STR("\xE2\x81")) && last >= 0xA6 && last <= 0xA9);
}

static struct str written(struct str point, bool escape)
{
    if (escape && point.len == 1)
        for (size_t i = 0; i < COUNT(entities); i++)
            if (point.ptr[0] == entities[i].plain)
                return entities[i].entity;
    return point;
}

static size_t units_of(struct str out)
{
    bool entity = out.len > 1 && out.ptr[0] == '&';
    return entity ? out.len : out.len == 4 ? 2 : out.len > 0;
}

/* Copies one byte or one entity; returns how many bytes of the wire it took. */
static size_t read_entity(struct buf *buf, struct str wire, size_t at)
{
    for (size_t i = 0; wire.ptr[at] == '&' && i < COUNT(entities); i++) {
        size_t end = at + entities[i].entity.len;
        if (str_equal(str_slice(wire, at, end), entities[i].entity)) {
            buf_add_byte(buf, entities[i].plain);
            return entities[i].entity.len;
        }
    }
    buf_add_byte(buf, wire.ptr[at]);
    return 1;
}

/* What stands between < and >: a mention, a channel, a command or a link, perhaps with a label. */
static void read_control(struct buf *buf, struct str inner)
{
    size_t bar = str_find(inner, '|');
    struct str body = str_slice(inner, 0, bar), label = str_slice(inner, bar + 1, inner.len);
    char sign = body.len ? body.ptr[0] : '\0';
    struct str shown = label.len ? label : body;
    if (sign == '@' || sign == '#' || sign == '!') {
        shown = name_of(str_slice(body, 1, body.len), label);
        bool has_sign = shown.len && (shown.ptr[0] == '@' || shown.ptr[0] == '#');
        bool date = str_starts_with(body, STR("!date^"));
        if (!has_sign && !date)
            buf_add_byte(buf, sign == '#' ? '#' : '@');
    }
    for (size_t at = 0; at < shown.len;)
        at += read_entity(buf, shown, at);
}

static struct str name_of(struct str body, struct str label)
{
    return label.len ? label : str_slice(body, 0, str_find(body, '^'));
}
