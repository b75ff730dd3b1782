/* Options named in a typed line: "b", "A, C", "1 3", "b > a > c", "bac".
 *
 * Owns what may stand between the names. Refuses to know prompts: indices count the options as they
 * were shown, whoever showed them in another order maps them back.
 * Odd: reads bytes, not normalised text, so that a sentence never turns into an answer: one word
 * that is no name and the line names nothing. */
#include "nudged/core/match.h"

#include <string.h>

#include "nudged/base/limits.h"

enum { TOGETHER_MAX = 9 };

struct picks {
    uint8_t items[MATCH_PICKS_MAX];
    size_t len;
};

static bool read_name(struct str name, size_t options_len, struct picks *picks);
static bool read_number(struct str name, size_t options_len, struct picks *picks);
static bool read_together(struct str name, size_t options_len, struct picks *picks);
static bool pick(size_t index, size_t options_len, struct picks *picks);
static size_t skip_between(struct str line, size_t at);
static bool is_name_byte(char c);
static bool is_digit(char c);
static bool is_filler(struct str word);
static size_t letter_index(char c);

bool match_picks(struct str typed, size_t options_len, uint8_t picks[MATCH_PICKS_MAX],
                 size_t *picks_len)
{
    struct picks found = { .len = 0 };
    if (typed.len > ANSWER_BYTES_MAX || options_len > MATCH_PICKS_MAX)
        return false;
    for (size_t at = skip_between(typed, 0); at < typed.len; at = skip_between(typed, at)) {
        size_t end = at;
        while (end < typed.len && is_name_byte(typed.ptr[end]))
            end++;
        struct str name = str_slice(typed, at, end);
        if (name.len == 0)
            return false;
        if (!is_filler(name) && !read_name(name, options_len, &found))
            return false;
        at = end;
    }
    if (found.len == 0)
        return false;
    memcpy(picks, found.items, found.len);
    *picks_len = found.len;
    return true;
}

bool match_order(struct str typed, size_t options_len, uint8_t picks[MATCH_PICKS_MAX])
{
    uint8_t found[MATCH_PICKS_MAX];
    size_t len = 0;
    if (!match_picks(typed, options_len, found, &len) || len != options_len)
        return false;
    memcpy(picks, found, len);
    return true;
}

static bool read_name(struct str name, size_t options_len, struct picks *picks)
{
    if (name.len == 1 && !is_digit(name.ptr[0]))
        return pick(letter_index(name.ptr[0]), options_len, picks);
    if (read_number(name, options_len, picks))
        return true;
    return options_len <= TOGETHER_MAX && read_together(name, options_len, picks);
}

static bool read_number(struct str name, size_t options_len, struct picks *picks)
{
    uint64_t number = 0;
    if (!str_to_uint64(name, &number) || number < 1 || number > options_len)
        return false;
    return pick((size_t)number - 1, options_len, picks);
}

/* All letters or all digits, each once: a word like "see" is not "s, e, e". */
static bool read_together(struct str name, size_t options_len, struct picks *picks)
{
    bool digits = is_digit(name.ptr[0]);
    if (name.len > options_len)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        size_t before = picks->len;
        size_t index = digits ? (size_t)(c - '1') : letter_index(c);
        if (is_digit(c) != digits || !pick(index, options_len, picks) || picks->len == before)
            return false;
    }
    return true;
}

/* Named twice is named once. */
static bool pick(size_t index, size_t options_len, struct picks *picks)
{
    if (index >= options_len)
        return false;
    if (memchr(picks->items, (int)index, picks->len) == NULL)
        picks->items[picks->len++] = (uint8_t)index;
    return true;
}

static size_t skip_between(struct str line, size_t at)
{
    const struct str arrow = STR("\xE2\x86\x92");                 /* → */
    for (;;) {
        if (str_starts_with(str_slice(line, at, line.len), arrow)) {
            at += arrow.len;
        } else if (at < line.len && line.ptr[at] != '\0'
                   && strchr(" \t\r\n,;.:/&+>-()[]", line.ptr[at]) != NULL) {
            at++;
        } else {
            return at;
        }
    }
}

static bool is_name_byte(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_filler(struct str word)
{
    return str_equal_nocase(word, STR("and")) || str_equal_nocase(word, STR("und"))
        || str_equal_nocase(word, STR("then"));
}

/* 0 for a or A; far beyond any option for a digit. */
static size_t letter_index(char c)
{
    if (c >= 'a' && c <= 'z')
        return (size_t)(c - 'a');
    return c >= 'A' && c <= 'Z' ? (size_t)(c - 'A') : SIZE_MAX;
}
