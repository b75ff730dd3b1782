/* UTF-8 by the table of RFC 3629 section 4: the first byte decides the length and the range of the
 * second; the others are always 80–BF. */
#include "base/utf8.h"

static const struct {
    uint8_t first_low, first_high, second_low, second_high, bytes, first_mask;
} forms[] = {
    { 0xC2, 0xDF, 0x80, 0xBF, 2, 0x1F },
    { 0xE0, 0xE0, 0xA0, 0xBF, 3, 0x0F },
    { 0xE1, 0xEC, 0x80, 0xBF, 3, 0x0F },
    { 0xED, 0xED, 0x80, 0x9F, 3, 0x0F },    /* above are the surrogates */
    { 0xEE, 0xEF, 0x80, 0xBF, 3, 0x0F },
    { 0xF0, 0xF0, 0x90, 0xBF, 4, 0x07 },
    { 0xF1, 0xF3, 0x80, 0xBF, 4, 0x07 },
    { 0xF4, 0xF4, 0x80, 0x8F, 4, 0x07 },
};

static size_t read_form(struct str s, size_t at, size_t form, int32_t *point);

size_t utf8_next(struct str s, size_t at, int32_t *point)
{
    if (at >= s.len)
        return 0;
    uint8_t first = (uint8_t)s.ptr[at];
    if (first < 0x80) {
        if (point)
            *point = first;
        return 1;
    }
    for (size_t form = 0; form < COUNT(forms); form++)
        if (first >= forms[form].first_low && first <= forms[form].first_high)
            return read_form(s, at, form, point);
    return 0;
}

size_t utf8_put(int32_t point, char bytes[UTF8_BYTES_MAX])
{
    uint32_t bits = (uint32_t)point;
    size_t len = bits < 0x80 ? 1 : bits < 0x800 ? 2 : bits < 0x10000 ? 3 : 4;
    static const uint8_t marks[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    for (size_t i = len; i-- > 1; bits >>= 6)
        bytes[i] = (char)(0x80 | (bits & 0x3F));
    bytes[0] = (char)(marks[len] | bits);
    return len;
}

static size_t read_form(struct str s, size_t at, size_t form, int32_t *point)
{
    size_t bytes = forms[form].bytes;
    if (bytes > s.len - at)
        return 0;
    uint8_t second = (uint8_t)s.ptr[at + 1];
    if (second < forms[form].second_low || second > forms[form].second_high)
        return 0;
    int32_t value = (uint8_t)s.ptr[at] & forms[form].first_mask;
    for (size_t i = 1; i < bytes; i++) {
        uint8_t byte = (uint8_t)s.ptr[at + i];
        if ((byte & 0xC0) != 0x80)
            return 0;
        value = (value << 6) | (byte & 0x3F);
    }
    if (point)
        *point = value;
    return bytes;
}
