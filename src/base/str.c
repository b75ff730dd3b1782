/* Slices: comparing, cutting, and reading numbers. Knows ASCII only; Unicode is text.c's
 * business. */
#include "nudged/base/str.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/base/arena.h"

enum { DOUBLE_BYTES_MAX = 63 };     /* 17 digits are enough for any double; the rest is noise */

static char lower(char c);
static bool is_blank(char c);
static bool is_digit(char c);
static bool is_decimal(struct str s);
static size_t skip_digits(struct str s, size_t at);

struct str str_from_z(const char *z)
{
    return z ? (struct str){ z, strlen(z) } : STR_EMPTY;
}

bool str_is_empty(struct str s) { return s.len == 0; }

bool str_equal(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_equal_nocase(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

int str_compare(struct str a, struct str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts_with(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_equal(str_slice(s, 0, prefix.len), prefix);
}

bool str_ends_with(struct str s, struct str suffix)
{
    return s.len >= suffix.len && str_equal(str_slice(s, s.len - suffix.len, s.len), suffix);
}

bool str_contains(struct str s, struct str needle)
{
    if (needle.len == 0)
        return true;
    return s.len >= needle.len && memmem(s.ptr, s.len, needle.ptr, needle.len) != NULL;
}

size_t str_find(struct str s, char byte)
{
    const char *at = s.len ? memchr(s.ptr, byte, s.len) : NULL;
    return at ? (size_t)(at - s.ptr) : s.len;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from >= to)
        return STR_EMPTY;
    return (struct str){ s.ptr + from, to - from };
}

struct str str_trim(struct str s)
{
    size_t from = 0, to = s.len;
    while (from < to && is_blank(s.ptr[from]))
        from++;
    while (to > from && is_blank(s.ptr[to - 1]))
        to--;
    return str_slice(s, from, to);
}

bool str_next_part(struct str *rest, char separator, struct str *part)
{
    if (rest->len == 0)
        return false;
    size_t end = str_find(*rest, separator);
    *part = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end + 1, rest->len);
    return true;
}

bool str_to_int64(struct str s, int64_t *out)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    uint64_t size = 0;
    if (!str_to_uint64(negative ? str_slice(s, 1, s.len) : s, &size))
        return false;
    if (size > (uint64_t)INT64_MAX + (negative ? 1 : 0))
        return false;
    *out = negative ? (int64_t)(0 - size) : (int64_t)size;
    return true;
}

bool str_to_uint64(struct str s, uint64_t *out)
{
    uint64_t number = 0;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.ptr[i]))
            return false;
        if (__builtin_mul_overflow(number, (uint64_t)10, &number)
            || __builtin_add_overflow(number, (uint64_t)(s.ptr[i] - '0'), &number))
            return false;
    }
    *out = number;
    return true;
}

bool str_to_double(struct str s, double *out)
{
    char z[DOUBLE_BYTES_MAX + 1];
    if (s.len > DOUBLE_BYTES_MAX || !is_decimal(s))
        return false;
    memcpy(z, s.ptr, s.len);
    z[s.len] = '\0';
    double number = strtod(z, NULL);
    if (!isfinite(number))
        return false;
    *out = number;
    return true;
}

struct str str_copy(struct arena *arena, struct str s)
{
    if (s.len == 0)
        return STR_EMPTY;
    char *copy = arena_copy(arena, s.ptr, s.len);
    return copy ? (struct str){ copy, s.len } : STR_EMPTY;
}

char *str_z(struct arena *arena, struct str s)
{
    static char nothing[1];     /* never written: its only byte is the terminator */
    char *copy = s.len < SIZE_MAX ? arena_alloc(arena, s.len + 1) : NULL;
    if (!copy)
        return nothing;
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    return copy;
}

struct str str_format(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = len > 0 ? arena_alloc(arena, (size_t)len + 1) : NULL;
    if (text)
        (void)vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text ? (struct str){ text, (size_t)len } : STR_EMPTY;
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* -digits[.digits][e[+-]digits], with a digit on both sides of the point. */
static bool is_decimal(struct str s)
{
    size_t at = s.len > 0 && s.ptr[0] == '-' ? 1 : 0;
    size_t end = skip_digits(s, at);
    if (end == at)
        return false;
    if (end < s.len && s.ptr[end] == '.') {
        at = end + 1;
        end = skip_digits(s, at);
        if (end == at)
            return false;
    }
    if (end < s.len && (s.ptr[end] == 'e' || s.ptr[end] == 'E')) {
        at = end + 1;
        if (at < s.len && (s.ptr[at] == '-' || s.ptr[at] == '+'))
            at++;
        end = skip_digits(s, at);
        if (end == at)
            return false;
    }
    return end == s.len;
}

static size_t skip_digits(struct str s, size_t at)
{
    while (at < s.len && is_digit(s.ptr[at]))
        at++;
    return at;
}
