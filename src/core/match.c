/* Typed words against accepted answers.
 *
 * Owns what may be misspelt and what may not. Refuses to know prompts, languages beyond the tables
 * below, and what a close match is worth (the prompt kinds decide).
 * Odd: every word has its own allowance, not only the answer, because two edits spread over a long
 * answer forgive a typing slip, while two edits in one short word make another word. */
#include "nudged/core/match.h"

#include <string.h>

#include "nudged/base/arena.h"
#include "nudged/base/limits.h"
#include "nudged/base/text.h"

enum { SHORT_POINTS_MAX = 4, MIDDLE_POINTS_MAX = 8, STEM_BYTES_MIN = 3, STRICT_BYTES_MAX = 9 };

struct token {
    struct str text;
    bool number;
    bool strict;                /* must be the same on both sides */
};

struct tokens {
    struct token *items;
    size_t len;
};

/* Splits normalised text; `written` is where the bytes of tokens go, without apostrophes. */
struct splitter {
    struct str text;
    size_t at;
    char *written;
    struct tokens tokens;
};

static enum err tokens_of(struct arena *arena, struct str text, bool keep_marks,
                          struct tokens *out);
static void split_word(struct splitter *splitter);
static void split_number(struct splitter *splitter);
static void split_sign(struct splitter *splitter);
static bool starts_number(const struct splitter *splitter);
static bool is_range_dash(const struct splitter *splitter);
static bool is_sign(const struct splitter *splitter);
static char byte_at(const struct splitter *splitter, size_t at);
static bool after_number(const struct splitter *splitter);
static void token_end(struct splitter *splitter, char *start, bool number, bool strict);
static bool is_digit(char c);
static bool is_letter(char c);
static bool is_strict_word(struct str word);
static enum match match_tokens(const struct tokens *typed, const struct tokens *accepted);
static enum match match_word_by_word(const struct tokens *typed, const struct tokens *accepted);
static enum match match_joined(const struct tokens *typed, const struct tokens *accepted);
static bool strict_equal(const struct tokens *a, const struct tokens *b);
static bool turns_meaning(struct str a, struct str b);
static size_t edits_allowed(size_t points);
static size_t points_of(const struct tokens *tokens);
static size_t letters_of(struct str text);

/* Without apostrophes and marks, as tokens are. */
static const char *const strict_words[] = {
    "no", "non", "not", "none", "nor", "never", "neither", "nobody", "nothing", "nowhere",
    "without", "unless", "except", "cannot", "cant", "dont", "wont", "isnt", "arent", "wasnt",
    "werent", "doesnt", "didnt", "hasnt", "havent", "hadnt", "shouldnt", "wouldnt", "couldnt",
    "mustnt", "neednt", "shant", "aint", "mightnt",
    "nicht", "nichts", "kein", "keine", "keiner", "keinem", "keinen", "keines", "nie", "niemals",
    "niemand", "nirgends", "ohne", "weder", "ausser",
    "pas", "jamais", "sans", "rien", "aucun", "aucune", "nunca", "senza", "niet", "geen", "nooit",
    "hundred", "thousand", "million", "millions", "billion", "billions", "trillion",
    "tausend", "millionen", "milliarde", "billionen",
};

/* Prefixes of one group may be confused (inprove, improve); of two groups they oppose. */
static const struct prefix {
    const char *text;
    int group;
} prefixes[] = {
    { "", 0 },      { "un", 1 },    { "in", 1 },     { "im", 1 },    { "il", 1 },   { "ir", 1 },
    { "non", 2 },   { "dis", 3 },   { "a", 4 },      { "de", 5 },    { "re", 6 },   { "pro", 7 },
    { "pre", 8 },   { "post", 9 },  { "over", 10 },  { "under", 11 }, { "ex", 12 }, { "mis", 13 },
    { "up", 14 },   { "down", 15 }, { "inter", 16 }, { "intra", 17 }, { "en", 18 }, { "out", 19 },
    { "hyper", 20 }, { "hypo", 21 }, { "maxi", 22 }, { "mini", 23 }, { "macro", 24 },
    { "micro", 25 }, { "anti", 26 }, { "sub", 27 },  { "super", 28 },
};

/* Whose role it is: employer, employee. */
static const struct ending {
    struct str one, other;
} endings[] = {
    { { "er", 2 }, { "ee", 2 } },
    { { "or", 2 }, { "ee", 2 } },
};

enum err match_text(struct arena *arena, struct str typed, const struct str *accepted,
                    size_t accepted_len, struct match_rules rules, enum match *out)
{
    struct tokens given = { NULL, 0 };
    enum match best = MATCH_NO;
    if (typed.len > ANSWER_BYTES_MAX)
        return ERR_TOO_BIG;
    enum err err = tokens_of(arena, typed, rules.keep_marks, &given);
    for (size_t i = 0; !err && best != MATCH_EXACT && i < accepted_len; i++) {
        struct tokens wanted = { NULL, 0 };
        err = tokens_of(arena, accepted[i], rules.keep_marks, &wanted);
        if (err)
            break;
        enum match match = match_tokens(&given, &wanted);
        best = match > best ? match : best;
    }
    if (!err)
        *out = best == MATCH_CLOSE && rules.exact ? MATCH_NO : best;
    return err;
}

static enum err tokens_of(struct arena *arena, struct str text, bool keep_marks,
                          struct tokens *out)
{
    struct splitter splitter = { .text = STR_EMPTY };
    enum err err = text_normalise(arena, text, keep_marks, &splitter.text);
    if (err)
        return err;
    splitter.tokens.items = arena_array(arena, struct token, splitter.text.len + 1);
    splitter.written = arena_alloc(arena, splitter.text.len + 1);
    if (!splitter.tokens.items || !splitter.written)
        return ERR_NO_MEMORY;
    while (splitter.at < splitter.text.len) {
        if (starts_number(&splitter)) {
            split_number(&splitter);
        } else if (is_letter(byte_at(&splitter, splitter.at))) {
            split_word(&splitter);
        } else if (is_sign(&splitter)) {
            split_sign(&splitter);
        } else {
            splitter.at++;
        }
    }
    *out = splitter.tokens;
    return OK;
}

static void split_word(struct splitter *splitter)
{
    char *start = splitter->written;
    for (;;) {
        char c = byte_at(splitter, splitter->at);
        if (is_letter(c)) {
            *splitter->written++ = c;
        } else if (c != '\'' || !is_letter(byte_at(splitter, splitter->at + 1))) {
            break;
        }
        splitter->at++;
    }
    struct str word = { start, (size_t)(splitter->written - start) };
    token_end(splitter, start, false, after_number(splitter) || is_strict_word(word));
}

static void split_number(struct splitter *splitter)
{
    char *start = splitter->written;
    do {
        *splitter->written++ = byte_at(splitter, splitter->at++);
        char c = byte_at(splitter, splitter->at);
        if ((c == '.' || c == ',') && is_digit(byte_at(splitter, splitter->at + 1)))
            *splitter->written++ = byte_at(splitter, splitter->at++);
    } while (is_digit(byte_at(splitter, splitter->at)));
    token_end(splitter, start, true, true);
}

static void split_sign(struct splitter *splitter)
{
    char *start = splitter->written;
    *splitter->written++ = byte_at(splitter, splitter->at++);
    token_end(splitter, start, false, true);
}

/* A digit; ".5"; "-5" where the dash does not join it to something before. */
static bool starts_number(const struct splitter *splitter)
{
    char c = byte_at(splitter, splitter->at);
    char next = byte_at(splitter, splitter->at + 1);
    char before = splitter->at > 0 ? byte_at(splitter, splitter->at - 1) : ' ';
    if (is_digit(c))
        return true;
    if (is_letter(before) || is_digit(before) || after_number(splitter))
        return false;
    if (c == '-' && next == '.')
        return is_digit(byte_at(splitter, splitter->at + 2));
    return (c == '.' || c == '-') && is_digit(next);
}

/* "3-5", "3 - 5": says something, while a dash between words does not. */
static bool is_range_dash(const struct splitter *splitter)
{
    size_t next = splitter->at + 1;
    while (byte_at(splitter, next) == ' ')
        next++;
    return after_number(splitter) && is_digit(byte_at(splitter, next));
}

static bool is_sign(const struct splitter *splitter)
{
    char c = byte_at(splitter, splitter->at);
    char next = byte_at(splitter, splitter->at + 1);
    if (c == '-')
        return is_range_dash(splitter);
    if (c == '!')
        return next != '\0' && next != ' ' && next != '!' && next != '?';
    return strchr(" .,;:?()[]{}\"'`_\\", c) == NULL;
}

/* The splitter's text holds no NUL: normalising made it a blank. */
static char byte_at(const struct splitter *splitter, size_t at)
{
    return at < splitter->text.len ? splitter->text.ptr[at] : '\0';
}

static bool after_number(const struct splitter *splitter)
{
    const struct tokens *tokens = &splitter->tokens;
    return tokens->len > 0 && tokens->items[tokens->len - 1].number;
}

static void token_end(struct splitter *splitter, char *start, bool number, bool strict)
{
    struct str text = { start, (size_t)(splitter->written - start) };
    splitter->tokens.items[splitter->tokens.len++] = (struct token){ text, number, strict };
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Normalised text is case-folded; every byte of a longer code point counts as a letter. */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool is_strict_word(struct str word)
{
    for (size_t i = 0; word.len <= STRICT_BYTES_MAX && i < COUNT(strict_words); i++)
        if (str_equal(word, str_from_z(strict_words[i])))
            return true;
    return false;
}

static enum match match_tokens(const struct tokens *typed, const struct tokens *accepted)
{
    if (typed->len == 0 || accepted->len == 0)
        return MATCH_NO;
    if (typed->len == accepted->len)
        return match_word_by_word(typed, accepted);
    return match_joined(typed, accepted);
}

static enum match match_word_by_word(const struct tokens *typed, const struct tokens *accepted)
{
    size_t left = edits_allowed(points_of(accepted));
    enum match match = MATCH_EXACT;
    for (size_t i = 0; i < accepted->len; i++) {
        const struct token *a = &typed->items[i], *b = &accepted->items[i];
        if (str_equal(a->text, b->text))
            continue;
        size_t word_allowed = edits_allowed(letters_of(b->text));
        size_t allowed = word_allowed < left ? word_allowed : left;
        if (a->strict || b->strict || allowed == 0 || turns_meaning(a->text, b->text))
            return MATCH_NO;
        size_t edits = text_distance(a->text, b->text, allowed);
        if (edits > allowed)
            return MATCH_NO;
        left -= edits;
        match = MATCH_CLOSE;
    }
    return match;
}

/* The same letters with other blanks: "log in", "login"; but not "not able", "notable". */
static enum match match_joined(const struct tokens *typed, const struct tokens *accepted)
{
    if (edits_allowed(points_of(accepted)) == 0 || !strict_equal(typed, accepted))
        return MATCH_NO;
    /* the bytes of one side's tokens lie one behind the other */
    const struct token *typed_last = &typed->items[typed->len - 1];
    const struct token *accepted_last = &accepted->items[accepted->len - 1];
    struct str a = { typed->items[0].text.ptr, 0 }, b = { accepted->items[0].text.ptr, 0 };
    a.len = (size_t)(typed_last->text.ptr + typed_last->text.len - a.ptr);
    b.len = (size_t)(accepted_last->text.ptr + accepted_last->text.len - b.ptr);
    return str_equal(a, b) ? MATCH_CLOSE : MATCH_NO;
}

static bool strict_equal(const struct tokens *a, const struct tokens *b)
{
    size_t i = 0, j = 0;
    for (;;) {
        while (i < a->len && !a->items[i].strict)
            i++;
        while (j < b->len && !b->items[j].strict)
            j++;
        if (i == a->len || j == b->len)
            return i == a->len && j == b->len;
        if (!str_equal(a->items[i++].text, b->items[j++].text))
            return false;
    }
}

/* One stem under two prefixes of different groups, or with two opposed endings. */
static bool turns_meaning(struct str a, struct str b)
{
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        struct str one = str_from_z(prefixes[i].text);
        struct str a_stem = str_slice(a, one.len, a.len);
        if (!str_starts_with(a, one) || a_stem.len < STEM_BYTES_MIN)
            continue;
        for (size_t j = 0; j < COUNT(prefixes); j++) {
            struct str other = str_from_z(prefixes[j].text);
            if (prefixes[i].group != prefixes[j].group && str_starts_with(b, other)
                && str_equal(a_stem, str_slice(b, other.len, b.len)))
                return true;
        }
    }
    for (size_t i = 0; i < COUNT(endings); i++) {
        struct str one = endings[i].one, other = endings[i].other;
        if ((str_ends_with(a, one) && str_ends_with(b, other))
            || (str_ends_with(a, other) && str_ends_with(b, one)))
            return true;
    }
    return false;
}

static size_t edits_allowed(size_t points)
{
    if (points <= SHORT_POINTS_MAX)
        return 0;
    return points <= MIDDLE_POINTS_MAX ? 1 : 2;
}

/* Letters of the whole answer, one blank between words. */
static size_t points_of(const struct tokens *tokens)
{
    size_t points = tokens->len > 0 ? tokens->len - 1 : 0;
    for (size_t i = 0; i < tokens->len; i++)
        points += letters_of(tokens->items[i].text);
    return points;
}

/* Code points without combining marks (U+0300–U+036F): a mark is kept as a code point of its own,
 * but makes no word longer. */
static size_t letters_of(struct str text)
{
    size_t marks = 0;
    for (size_t i = 0; i + 1 < text.len; i++) {
        unsigned char lead = (unsigned char)text.ptr[i], next = (unsigned char)text.ptr[i + 1];
        marks += lead == 0xCC || (lead == 0xCD && next < 0xB0);
    }
    return text_length(text) - marks;
}
