/* Single words as people write them. Weekdays are English, whole or their first three letters. */
#include "content/words.h"

#include <string.h>

#include "nudged/calendar/zone.h"

enum { EMAIL_BYTES_MAX = 254 };

static bool next_word(struct str *rest, struct str *word, bool *range);
static int weekday_named(struct str word);

static const struct str names[7] = {
    { "monday", 6 }, { "tuesday", 7 }, { "wednesday", 9 }, { "thursday", 8 }, { "friday", 6 },
    { "saturday", 8 }, { "sunday", 6 },
};

bool email_is_valid(struct str text)
{
    size_t at = str_find(text, '@');
    struct str domain = str_slice(text, at + 1, text.len);
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] <= ' ' || strchr(",;<>\"()", text.ptr[i]))
            return false;
    return at > 0 && domain.len > 0 && str_find(domain, '@') == domain.len
           && domain.ptr[0] != '.' && domain.ptr[domain.len - 1] != '.'
           && text.len <= EMAIL_BYTES_MAX;
}

struct str email_lower(struct arena *arena, struct str email)
{
    char *lower = arena_copy(arena, email.ptr, email.len);
    if (!lower || email.len == 0)
        return STR_EMPTY;
    for (size_t i = 0; i < email.len; i++)
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] | 0x20);
    return (struct str){ lower, email.len };
}

bool days_parse(struct str text, uint8_t *out)
{
    struct str rest = text, word = STR_EMPTY;
    int last = -1;
    uint8_t days = 0;
    bool range = false;
    while (next_word(&rest, &word, &range)) {
        int day = weekday_named(word);
        if (day < 0 || (range && last < 0))
            return false;
        for (int i = range ? last : day; i != day; i = (i + 1) % 7)
            days = (uint8_t)(days | 1u << i);
        days = (uint8_t)(days | 1u << day);
        last = day;
    }
    if (days == 0 || range)
        return false;
    *out = days;
    return true;
}

bool zone_name_has_form(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
              || strchr("_+-/", c)))
            return false;
    }
    char first = (char)(name.len ? name.ptr[0] | 0x20 : 0);
    return name.len <= ZONE_NAME_BYTES_MAX && first >= 'a' && first <= 'z';
}

/* Words are letters; a dash or "to" before one makes it the end of a range. *range stays true at
 * the end when a range was begun and never ended. */
static bool next_word(struct str *rest, struct str *word, bool *range)
{
    static const struct str dashes[] = { { "-", 1 }, { "\xE2\x80\x93", 3 }, { "\xE2\x80\x94", 3 } };
    *range = false;
    while (rest->len > 0) {
        char c = (char)(rest->ptr[0] | 0x20);
        size_t len = 0;
        if (c >= 'a' && c <= 'z') {
            while (len < rest->len && (rest->ptr[len] | 0x20) >= 'a'
                   && (rest->ptr[len] | 0x20) <= 'z')
                len++;
            *word = str_slice(*rest, 0, len);
            *rest = str_slice(*rest, len, rest->len);
            if (!str_equal_nocase(*word, STR("to")))
                return true;
            *range = true;
            continue;
        }
        for (size_t i = 0; i < COUNT(dashes) && len == 0; i++)
            if (str_starts_with(*rest, dashes[i]))
                len = dashes[i].len;
        if (len > 0) {
            *range = true;
        } else if (rest->ptr[0] == ' ' || rest->ptr[0] == ',' || rest->ptr[0] == ';'
                   || rest->ptr[0] == '/' || rest->ptr[0] == '+') {
            len = 1;
        } else {
            *word = str_slice(*rest, 0, 1);     /* no weekday: the caller refuses it */
            *rest = str_slice(*rest, 1, rest->len);
            return true;
        }
        *rest = str_slice(*rest, len, rest->len);
    }
    return false;
}

static int weekday_named(struct str word)
{
    for (int i = 0; i < 7; i++)
        if (str_equal_nocase(word, names[i])
            || (word.len == 3 && str_equal_nocase(word, str_slice(names[i], 0, 3))))
            return i;
    return -1;
}
