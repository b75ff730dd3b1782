/* Unicode text: validity, cutting, the normal form answers are compared in, edit distance.
 *
 * Refuses to know languages: what a mark means is the deck's setting (keep_marks). One odd
 * decision: plain forms are mapped before utf8proc and again after it, because decomposition both
 * hides some (the acute accent used as an apostrophe becomes a space) and makes new ones. */
#include "nudged/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "nudged/base/arena.h"
#include "nudged/base/limits.h"

static const struct { int32_t from, to; char plain; } plain_forms[] = {     /* sorted */
    { 0x00AB, 0x00AB, '"' },    /* « */
    { 0x00B4, 0x00B4, '\'' },   /* acute accent */
    { 0x00BB, 0x00BB, '"' },    /* » */
    { 0x02B9, 0x02B9, '\'' },   /* modifier prime */
    { 0x02BB, 0x02BD, '\'' },   /* modifier commas */
    { 0x058A, 0x058A, '-' },    /* Armenian hyphen */
    { 0x05BE, 0x05BE, '-' },    /* Hebrew maqaf */
    { 0x060C, 0x060C, ',' },    /* Arabic comma */
    { 0x061B, 0x061B, ';' },
    { 0x061F, 0x061F, '?' },
    { 0x066A, 0x066A, '%' },
    { 0x066B, 0x066B, '.' },    /* Arabic decimal separator */
    { 0x066C, 0x066C, ',' },    /* Arabic thousands separator */
    { 0x06D4, 0x06D4, '.' },
    { 0x0964, 0x0965, '.' },    /* danda */
    { 0x2010, 0x2015, '-' },    /* hyphens, figure, en, em dash, bar */
    { 0x2018, 0x201B, '\'' },
    { 0x201C, 0x201F, '"' },
    { 0x2032, 0x2032, '\'' },   /* prime */
    { 0x2033, 0x2033, '"' },
    { 0x2039, 0x203A, '\'' },
    { 0x2043, 0x2043, '-' },    /* hyphen bullet */
    { 0x2212, 0x2212, '-' },    /* minus */
    { 0x3001, 0x3001, ',' },
    { 0x3002, 0x3002, '.' },
    { 0xFF07, 0xFF07, '\'' },
};

static int32_t plain_form(int32_t point, void *unused);
static int32_t digit_form(int32_t point);
static bool is_space(int32_t point);
static size_t compact(const char *text, size_t len, char *out);
static bool is_end_punctuation(char c);
static size_t decode(struct str s, int32_t points[TEXT_DISTANCE_MAX]);
static size_t distance(const int32_t *a, size_t a_len, const int32_t *b, size_t b_len,
                       size_t limit);

bool text_is_utf8(struct str s) { return text_invalid_at(s) == s.len; }

/* Most text is ASCII: eight bytes at a time while none has its high bit set. */
size_t text_invalid_at(struct str s)
{
    size_t at = 0, step = 1;
    while (at < s.len && step > 0) {
        uint64_t eight = UINT64_MAX;
        if (s.len - at >= sizeof(eight))
            memcpy(&eight, s.ptr + at, sizeof(eight));
        step = eight & UINT64_C(0x8080808080808080) ? utf8_next(s, at, NULL) : sizeof(eight);
        at += step;
    }
    return at;
}

size_t text_length(struct str s)
{
    size_t points = 0;
    for (size_t at = 0; at < s.len; points++) {
        size_t step = utf8_next(s, at, NULL);
        at += step ? step : 1;
    }
    return points;
}

size_t text_next(struct str s, size_t at, int32_t *point) { return utf8_next(s, at, point); }

struct str text_cut(struct str s, size_t code_points_max)
{
    size_t at = 0;
    for (size_t points = 0; at < s.len && points < code_points_max; points++) {
        size_t step = utf8_next(s, at, NULL);
        at += step ? step : 1;
    }
    return str_slice(s, 0, at);
}

struct str text_cut_bytes(struct str s, size_t bytes_max)
{
    if (s.len <= bytes_max)
        return s;
    size_t end = bytes_max;
    while (end > 0 && bytes_max - end < UTF8_BYTES_MAX && ((uint8_t)s.ptr[end] & 0xC0) == 0x80)
        end--;
    return str_slice(s, 0, end);
}

bool text_is_hidden(int32_t point)
{
    bool control = (point < 0x20 && point != '\t') || (point >= 0x7F && point < 0xA0);
    bool turns = point == 0x061C || point == 0x200E || point == 0x200F ||
        (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    return control || turns;
}

void text_add_visible(struct buf *out, struct str s, bool lines)
{
    for (size_t at = 0; at < s.len;) {
        int32_t point = 0;
        size_t step = text_next(s, at, &point);
        if (step == 0 || (text_is_hidden(point) && !(lines && point == '\n')))
            buf_add(out, STR("\xEF\xBF\xBD"));
        else
            buf_add(out, str_slice(s, at, at + step));
        at += step ? step : 1;
    }
}

enum err text_normalise(struct arena *arena, struct str s, bool keep_marks, struct str *out)
{
    if (!text_is_utf8(s))
        return ERR_SYNTAX;
    unsigned options = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD
        | UTF8PROC_IGNORE | (keep_marks ? 0u : UTF8PROC_STRIPMARK);
    utf8proc_uint8_t *mapped = NULL;
    const void *bytes = s.len ? s.ptr : "";
    utf8proc_ssize_t len = utf8proc_map_custom(bytes, (utf8proc_ssize_t)s.len, &mapped,
                                               (utf8proc_option_t)options, plain_form, NULL);
    if (len < 0)
        return len == UTF8PROC_ERROR_NOMEM ? ERR_NO_MEMORY : ERR_SYNTAX;
    /* Plain forms are one byte, everything else keeps its length: it never grows. */
    char *text = arena_alloc(arena, (size_t)len);
    if (text)
        *out = str_slice((struct str){ text, (size_t)len }, 0,
                         compact((const char *)mapped, (size_t)len, text));
    free(mapped);
    return text ? OK : ERR_NO_MEMORY;
}

size_t text_distance(struct str a, struct str b, size_t limit)
{
    int32_t a_points[TEXT_DISTANCE_MAX], b_points[TEXT_DISTANCE_MAX];
    if (str_equal(a, b))
        return 0;
    size_t a_len = decode(a, a_points), b_len = decode(b, b_points);
    if (a_len > TEXT_DISTANCE_MAX || b_len > TEXT_DISTANCE_MAX)
        return limit + 1;
    return distance(a_points, a_len, b_points, b_len, limit);
}

struct str text_nearest(struct str word, const struct str *words, size_t count)
{
    /* Two edits turn any short word into any other; half of it must stay. */
    size_t half = text_length(word) / 2;
    size_t limit = half < 2 ? half : 2;
    struct str nearest = STR_EMPTY;
    for (size_t i = 0; i < count; i++) {
        size_t edits = text_distance(word, words[i], limit);
        if (edits > limit)
            continue;
        nearest = words[i];
        if (edits == 0)
            break;
        limit = edits - 1;
    }
    return nearest;
}

static int32_t plain_form(int32_t point, void *unused)
{
    (void)unused;
    size_t from = 0, to = COUNT(plain_forms);
    if (point < 0x80)
        return point;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (point > plain_forms[middle].to) {
            from = middle + 1;
        } else if (point < plain_forms[middle].from) {
            to = middle;
        } else {
            return plain_forms[middle].plain;
        }
    }
    return digit_form(point);
}

/* Decimal digits of every script stand in runs of ten, in order (Unicode's stability policy),
 * so the place in the run is the value. */
static int32_t digit_form(int32_t point)
{
    int32_t start = point;
    if (utf8proc_category(point) != UTF8PROC_CATEGORY_ND)
        return point;
    while (utf8proc_category(start - 1) == UTF8PROC_CATEGORY_ND)
        start--;
    return '0' + (point - start) % 10;
}

static bool is_space(int32_t point)
{
    utf8proc_category_t category = utf8proc_category(point);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL
        || category == UTF8PROC_CATEGORY_ZP || category == UTF8PROC_CATEGORY_CC;
}

/* Plain forms, single spaces, no ends; gives the length written, at most `len`. */
static size_t compact(const char *text, size_t len, char *out)
{
    struct str s = { text, len };
    size_t written = 0, step = 0;
    int32_t point = 0;
    for (size_t at = 0; (step = utf8_next(s, at, &point)) > 0; at += step) {
        point = plain_form(point, NULL);
        if (!is_space(point)) {
            written += utf8_put(point, out + written);
        } else if (written > 0 && out[written - 1] != ' ') {
            out[written++] = ' ';
        }
    }
    while (written > 0 && is_end_punctuation(out[written - 1]))
        written--;
    return written;
}

static bool is_end_punctuation(char c)
{
    return c == ' ' || c == '.' || c == '!' || c == '?' || c == ',' || c == ';' || c == ':';
}

/* The number of code points; above TEXT_DISTANCE_MAX as soon as there are more. */
static size_t decode(struct str s, int32_t points[TEXT_DISTANCE_MAX])
{
    size_t count = 0;
    for (size_t at = 0; at < s.len; count++) {
        int32_t point = UTF8_REPLACEMENT;
        size_t step = utf8_next(s, at, &point);
        if (count == TEXT_DISTANCE_MAX)
            return TEXT_DISTANCE_MAX + 1;
        points[count] = point;
        at += step ? step : 1;
    }
    return count;
}

/* Three rows of the usual matrix, because the swap of neighbours looks two rows back. A swap costs
 * no less than the substitution one row before it, so a row above the limit ends it. */
static size_t distance(const int32_t *a, size_t a_len, const int32_t *b, size_t b_len, size_t limit)
{
    uint16_t rows[3][TEXT_DISTANCE_MAX + 1];
    if ((a_len > b_len ? a_len - b_len : b_len - a_len) > limit)
        return limit + 1;
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = (uint16_t)j;
    for (size_t i = 1; i <= a_len; i++) {
        uint16_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        uint16_t least = row[0] = (uint16_t)i;
        for (size_t j = 1; j <= b_len; j++) {
            int cost = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (cost > above[j] + 1)
                cost = above[j] + 1;
            if (cost > row[j - 1] + 1)
                cost = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]
                && cost > above2[j - 2] + 1)
                cost = above2[j - 2] + 1;
            row[j] = (uint16_t)cost;
            least = row[j] < least ? row[j] : least;
        }
        if (least > limit)
            return limit + 1;
    }
    size_t edits = rows[a_len % 3][b_len];
    return edits > limit ? limit + 1 : edits;
}
