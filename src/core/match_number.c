/* Typed numbers: decimal comma or point, grouped thousands, a unit that is not looked at.
 *
 * Owns the reading of one number out of a line. Refuses to know locales: "1.500" has two readings,
 * and the answer that was asked for decides which of them was meant. */
#include "nudged/core/match.h"

#include <math.h>
#include <string.h>

#include "nudged/base/arena.h"
#include "nudged/base/limits.h"
#include "nudged/base/text.h"

enum { NUMBER_BYTES_MAX = 48, GROUP_DIGITS = 3, UNIT_BYTES_MAX = 40 };

struct separators {
    size_t points, commas;      /* how many of each */
    size_t last_point, last_comma;
};

static bool read_line(struct str line, double *number, double *other);
static struct str number_cut(struct str *line);
static struct separators separators_of(struct str digits);
static bool read_digits(struct str digits, char decimal_mark, double *out);
static size_t digits_ahead(struct str s, size_t at);
static bool is_unit(struct str unit);
static bool is_digit(char c);
static bool is_group_blank(char c);
static bool within(double given, double number, double tolerance);
static struct str skip_currency(struct str line);

enum err match_number(struct arena *arena, struct str typed, double number, double tolerance,
                      enum match *out)
{
    struct str line = STR_EMPTY;
    double one = 0, other = 0;
    if (typed.len > ANSWER_BYTES_MAX)
        return ERR_TOO_BIG;
    enum err err = text_normalise(arena, typed, false, &line);
    if (err)
        return err;
    bool right = read_line(line, &one, &other)
                 && (within(one, number, tolerance) || within(other, number, tolerance));
    *out = right ? MATCH_EXACT : MATCH_NO;
    return OK;
}

/* Two readings; the same twice when there is only one. */
static bool read_line(struct str line, double *number, double *other)
{
    bool negative = false;
    line = skip_currency(line);
    if (line.len > 0 && (line.ptr[0] == '-' || line.ptr[0] == '+')) {
        negative = line.ptr[0] == '-';
        line = skip_currency(str_trim(str_slice(line, 1, line.len)));
    }
    struct str digits = number_cut(&line);
    if (digits.len == 0 || !is_unit(str_trim(line)))
        return false;
    struct separators marks = separators_of(digits);
    bool by_point, by_comma;
    double point_value = 0, comma_value = 0;
    by_point = marks.points <= 1 && (marks.commas == 0 || marks.last_comma < marks.last_point
                                     || marks.points == 0)
               && read_digits(digits, '.', &point_value);
    by_comma = marks.commas <= 1 && (marks.points == 0 || marks.last_point < marks.last_comma
                                     || marks.commas == 0)
               && read_digits(digits, ',', &comma_value);
    if (!by_point && !by_comma)
        return false;
    *number = by_point ? point_value : comma_value;
    *other = by_comma ? comma_value : point_value;
    if (negative) {
        *number = -*number;
        *other = -*other;
    }
    return true;
}

/* Takes the digits with their separators; a blank belongs to them only before a group of three. */
static struct str number_cut(struct str *line)
{
    size_t at = 0;
    while (at < line->len) {
        char c = line->ptr[at];
        bool joins = c == '.' || c == ',';
        bool groups = is_group_blank(c) && at > 0 && digits_ahead(*line, at + 1) == GROUP_DIGITS;
        if (!is_digit(c) && !groups && !(joins && digits_ahead(*line, at + 1) > 0))
            break;
        at++;
    }
    struct str digits = str_slice(*line, 0, at);
    *line = str_slice(*line, at, line->len);
    return digits;
}

static struct separators separators_of(struct str digits)
{
    struct separators out = { 0, 0, 0, 0 };
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] == '.') {
            out.points++;
            out.last_point = i + 1;
        } else if (digits.ptr[i] == ',') {
            out.commas++;
            out.last_comma = i + 1;
        }
    }
    return out;
}

/* Every separator but the decimal mark must stand before a group of three digits, and no group
 * after the decimal mark; the digits before the first group are one to three. */
static bool read_digits(struct str digits, char decimal_mark, double *out)
{
    char plain[NUMBER_BYTES_MAX];
    size_t len = 0, before_group = 0;
    bool grouped = false, decimals = false;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        if (len == sizeof plain)
            return false;
        if (is_digit(c)) {
            plain[len++] = c;
            before_group += !grouped && !decimals;
        } else if (c == decimal_mark) {
            plain[len++] = '.';
            decimals = true;
        } else if (decimals || digits_ahead(digits, i + 1) != GROUP_DIGITS) {
            return false;
        } else {
            grouped = true;
        }
    }
    if (grouped && (before_group == 0 || before_group > GROUP_DIGITS || plain[0] == '0'))
        return false;
    if (len > 0 && plain[0] == '.') {           /* ".5" */
        if (len == sizeof plain)
            return false;
        memmove(plain + 1, plain, len++);
        plain[0] = '0';
    }
    return str_to_double((struct str){ plain, len }, out);
}

static size_t digits_ahead(struct str s, size_t at)
{
    size_t from = at;
    while (at < s.len && is_digit(s.ptr[at]))
        at++;
    return at - from;
}

/* Words without digits, but for a power at the end ("m2"); not an exponent, a range, a sum. */
static bool is_unit(struct str unit)
{
    if (unit.len == 0)
        return true;
    char first = unit.ptr[0], last = unit.ptr[unit.len - 1];
    if (unit.len > UNIT_BYTES_MAX || strchr("-+*/^=<>.,:", first) != NULL)
        return false;
    bool power = unit.len > 1 && (last == '2' || last == '3')
                 && !(unit.len == 2 && first == 'e');
    for (size_t i = 0; i < unit.len - (power ? 1 : 0); i++)
        if (is_digit(unit.ptr[i]))
            return false;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_group_blank(char c)
{
    return c == ' ' || c == '\'';
}

/* Rounding of decimal fractions must not make 0.3 miss 0.1 ± 0.2. */
static bool within(double given, double number, double tolerance)
{
    double slack = 1e-9 * fmax(fabs(number), 1e-3);
    double allowed = tolerance > 0 ? tolerance : 0;
    return fabs(given - number) <= allowed + slack;
}

static struct str skip_currency(struct str line)
{
    static const char *const signs[] = { "$", "€", "£", "¥" };
    for (size_t i = 0; i < COUNT(signs); i++) {
        struct str sign = str_from_z(signs[i]);
        if (str_starts_with(line, sign))
            return str_trim(str_slice(line, sign.len, line.len));
    }
    return line;
}
