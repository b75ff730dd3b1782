/* Owns the check of JSON text and the only calls of cJSON. Knows nothing about Slack.
 *
 * One odd decision: the text is validated completely before cJSON sees it. cJSON accepts more than
 * JSON (trailing bytes, control characters, 1,000 levels) and answers NULL both for bad text and
 * for no memory; after the check NULL can only mean the latter, so a frame is not taken for poison
 * because memory was short for a moment. */
#include "platform/slack/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nudged/base/limits.h"
#include "nudged/base/text.h"

enum {
    UNREAD_DEPTH = 2,
    MEMBERS_MAX = 512,          /* bounds the search for twins; Slack's widest has about 60 */
    NUMBER_BYTES_MAX = 60,      /* cJSON reads at most 63 */
    WORD_BYTES = 8
};

static const double INTEGER_MAX = 9007199254740991.0;   /* 2^53 - 1 */

struct scan {
    const char *ptr, *end;
    uint32_t objects;           /* bit n: the n-th open bracket is an object */
    unsigned depth;
    struct str unread;          /* key of depth UNREAD_DEPTH whose value is left out */
    const char *unread_from, *unread_to;
};

enum expect { EXPECT_VALUE, EXPECT_KEY, EXPECT_AFTER, EXPECT_NOTHING, EXPECT_FAILED };

static bool is_json(struct scan *scan);
static cJSON *build(struct str bytes, const struct scan *scan);
static enum expect scan_key(struct scan *scan);
static enum expect scan_value(struct scan *scan);
static enum expect scan_open(struct scan *scan, bool object);
static enum expect scan_after(struct scan *scan);
static void skip_blanks(struct scan *scan);
static bool scan_string(struct scan *scan);
static bool is_plain_word(const char *bytes);
static bool is_plain(char c);
static bool scan_not_ascii(struct scan *scan);
static bool scan_escape(struct scan *scan);
static bool scan_unicode(struct scan *scan, unsigned *unit);
static bool scan_number(struct scan *scan);
static size_t scan_digits(struct scan *scan);
static bool scan_word(struct scan *scan, struct str word);
static bool has_twins(const cJSON *value);
static bool is_twin(const cJSON *first, const cJSON *member);
static const cJSON *tree(const struct json *value);
static const struct json *opaque(const cJSON *value);

enum err json_parse(struct str bytes, size_t bytes_max, struct json **out)
{
    return json_parse_without(bytes, bytes_max, STR_EMPTY, out);
}

enum err json_parse_without(struct str bytes, size_t bytes_max, struct str unread,
    struct json **out)
{
    if (bytes.len > bytes_max)
        return ERR_TOO_BIG;
    if (bytes.len == 0)
        return ERR_SYNTAX;
    struct scan scan = { .ptr = bytes.ptr, .end = bytes.ptr + bytes.len, .unread = unread };
    if (!is_json(&scan))
        return ERR_SYNTAX;
    cJSON *root = build(bytes, &scan);
    if (!root)
        return ERR_NO_MEMORY;
    if (has_twins(root)) {
        cJSON_Delete(root);
        return ERR_SYNTAX;
    }
    *out = (struct json *)(void *)root;
    return OK;
}

struct json *json_free(struct json *root)
{
    cJSON_Delete((cJSON *)(void *)root);
    return NULL;
}

const struct json *json_get(const struct json *object, const char *key)
{
    const cJSON *parent = tree(object);
    if (!cJSON_IsObject(parent))
        return NULL;
    for (const cJSON *child = parent->child; child; child = child->next)
        if (child->string[0] == key[0] && strcmp(child->string, key) == 0)
            return opaque(child);
    return NULL;
}

struct str json_text(const struct json *value)
{
    return cJSON_IsString(tree(value)) ? str_from_z(tree(value)->valuestring) : STR_EMPTY;
}

struct str json_get_text(const struct json *object, const char *key)
{
    return json_text(json_get(object, key));
}

bool json_get_true(const struct json *object, const char *key)
{
    return cJSON_IsTrue(tree(json_get(object, key)));
}

bool json_get_integer(const struct json *object, const char *key, int64_t *out)
{
    const cJSON *value = tree(json_get(object, key));
    if (!cJSON_IsNumber(value) || !(fabs(value->valuedouble) <= INTEGER_MAX)
        || floor(value->valuedouble) < value->valuedouble)
        return false;
    *out = (int64_t)value->valuedouble;
    return true;
}

bool json_is_object(const struct json *value)
{
    return cJSON_IsObject(tree(value));
}

const struct json *json_first(const struct json *value)
{
    const cJSON *parent = tree(value);
    return cJSON_IsObject(parent) || cJSON_IsArray(parent) ? opaque(parent->child) : NULL;
}

const struct json *json_next(const struct json *value)
{
    return value ? opaque(tree(value)->next) : NULL;
}

struct str json_key(const struct json *member)
{
    return member ? str_from_z(tree(member)->string) : STR_EMPTY;
}

static bool is_json(struct scan *scan)
{
    enum expect expect = EXPECT_VALUE;
    while (expect < EXPECT_NOTHING) {
        skip_blanks(scan);
        if (expect == EXPECT_VALUE) {
            expect = scan_value(scan);
        } else if (expect == EXPECT_AFTER) {
            expect = scan_after(scan);
        } else {
            expect = scan_key(scan);
        }
    }
    return expect == EXPECT_NOTHING;
}

static cJSON *build(struct str bytes, const struct scan *scan)
{
    if (!scan->unread_to)
        return cJSON_ParseWithLengthOpts(bytes.ptr, bytes.len, NULL, 0);
    size_t before = (size_t)(scan->unread_from - bytes.ptr);
    size_t after = (size_t)(scan->end - scan->unread_to), null = strlen("null");
    char *shorter = malloc(before + null + after);
    if (!shorter)
        return NULL;
    memcpy(shorter, bytes.ptr, before);
    memcpy(shorter + before, "null", null);
    memcpy(shorter + before + null, scan->unread_to, after);
    cJSON *root = cJSON_ParseWithLengthOpts(shorter, before + null + after, NULL, 0);
    free(shorter);
    return root;
}

static enum expect scan_key(struct scan *scan)
{
    const char *key = scan->ptr + 1;
    if (!scan_string(scan))
        return EXPECT_FAILED;
    bool unread = scan->depth == UNREAD_DEPTH && scan->unread.len && !scan->unread_from
        && str_equal((struct str){ key, (size_t)(scan->ptr - 1 - key) }, scan->unread);
    skip_blanks(scan);
    if (!scan_word(scan, STR(":")))
        return EXPECT_FAILED;
    if (unread)
        scan->unread_from = scan->ptr;
    return EXPECT_VALUE;
}

static enum expect scan_value(struct scan *scan)
{
    char c = scan->ptr < scan->end ? *scan->ptr : '\0';
    if (c == '{' || c == '[')
        return scan_open(scan, c == '{');
    bool good = c == '"' ? scan_string(scan)
              : c == 't' ? scan_word(scan, STR("true"))
              : c == 'f' ? scan_word(scan, STR("false"))
              : c == 'n' ? scan_word(scan, STR("null"))
                         : scan_number(scan);
    return good ? EXPECT_AFTER : EXPECT_FAILED;
}

static enum expect scan_open(struct scan *scan, bool object)
{
    _Static_assert(JSON_DEPTH_MAX <= 32, "one bit a level");
    if (scan->depth == JSON_DEPTH_MAX)
        return EXPECT_FAILED;
    uint32_t bit = UINT32_C(1) << scan->depth;
    scan->objects = object ? scan->objects | bit : scan->objects & ~bit;
    scan->depth++;
    scan->ptr++;
    skip_blanks(scan);
    if (scan->ptr < scan->end && *scan->ptr == (object ? '}' : ']'))
        return EXPECT_AFTER;
    return object ? EXPECT_KEY : EXPECT_VALUE;
}

/* Behind a value, or before the bracket that closes an empty one. */
static enum expect scan_after(struct scan *scan)
{
    if (scan->unread_from && !scan->unread_to && scan->depth == UNREAD_DEPTH)
        scan->unread_to = scan->ptr;
    if (scan->depth == 0)
        return scan->ptr == scan->end ? EXPECT_NOTHING : EXPECT_FAILED;
    bool object = scan->objects & (UINT32_C(1) << (scan->depth - 1));
    if (scan_word(scan, STR(",")))
        return object ? EXPECT_KEY : EXPECT_VALUE;
    if (!scan_word(scan, object ? STR("}") : STR("]")))
        return EXPECT_FAILED;
    scan->depth--;
    return EXPECT_AFTER;
}

static void skip_blanks(struct scan *scan)
{
    while (scan->ptr < scan->end
        && (*scan->ptr == ' ' || *scan->ptr == '\n' || *scan->ptr == '\r' || *scan->ptr == '\t'))
        scan->ptr++;
}

static bool scan_string(struct scan *scan)
{
    if (!scan_word(scan, STR("\"")))
        return false;
    while (scan->ptr < scan->end) {
        const char *ptr = scan->ptr;
        while (scan->end - ptr >= WORD_BYTES && is_plain_word(ptr))
            ptr += WORD_BYTES;
        while (ptr < scan->end && is_plain(*ptr))
            ptr++;
        scan->ptr = ptr < scan->end ? ptr + 1 : ptr;
        unsigned char byte = ptr < scan->end ? (unsigned char)*ptr : 0;
        if (byte == '"')
            return true;
        if (byte < 0x20 || (byte == '\\' && !scan_escape(scan))
            || (byte >= 0x80 && !scan_not_ascii(scan)))
            return false;
    }
    return false;
}

/* Eight bytes at once: none of them a control character, a quotation mark, a backslash, or beyond
 * ASCII. A byte with its high bit set after the arithmetic is one that is not plain. */
static bool is_plain_word(const char *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), highs = UINT64_C(0x8080808080808080);
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    uint64_t quotes = word ^ ones * '"', slashes = word ^ ones * 0x5C;
    uint64_t odd = (word - ones * 0x20) | (quotes - ones) | (slashes - ones) | (word + ones) | word;
    return !(odd & highs);
}

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/* Behind the first byte of a run of bytes that are not ASCII; such a run is UTF-8 on its own. */
static bool scan_not_ascii(struct scan *scan)
{
    const char *start = scan->ptr - 1;
    while (scan->ptr < scan->end && (unsigned char)*scan->ptr >= 0x80)
        scan->ptr++;
    return text_is_utf8((struct str){ start, (size_t)(scan->ptr - start) });
}

/* Behind the backslash. */
static bool scan_escape(struct scan *scan)
{
    unsigned unit = 0, low = 0;
    if (scan->ptr == scan->end)
        return false;
    char c = *scan->ptr++;
    if (c != 'u')
        return c && memchr("\"\\/bfnrt", c, 8);
    if (!scan_unicode(scan, &unit) || unit == 0 || (unit >= 0xDC00 && unit <= 0xDFFF))
        return false;
    if (unit < 0xD800 || unit > 0xDBFF)
        return true;
    return scan_word(scan, STR("\\u")) && scan_unicode(scan, &low) && low >= 0xDC00
        && low <= 0xDFFF;
}

static bool scan_unicode(struct scan *scan, unsigned *unit)
{
    if (scan->end - scan->ptr < 4)
        return false;
    unsigned value = 0;
    for (int i = 0; i < 4; i++) {
        char c = *scan->ptr++;
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
                  : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0)
            return false;
        value = value * 16 + (unsigned)digit;
    }
    *unit = value;
    return true;
}

static bool scan_number(struct scan *scan)
{
    const char *start = scan->ptr;
    (void)scan_word(scan, STR("-"));
    const char *whole = scan->ptr;
    size_t digits = scan_digits(scan);
    if (digits == 0 || (digits > 1 && *whole == '0'))
        return false;
    if (scan_word(scan, STR(".")) && scan_digits(scan) == 0)
        return false;
    if (scan_word(scan, STR("e")) || scan_word(scan, STR("E"))) {
        if (!scan_word(scan, STR("+")))
            (void)scan_word(scan, STR("-"));
        if (scan_digits(scan) == 0)
            return false;
    }
    return scan->ptr - start <= NUMBER_BYTES_MAX;
}

static size_t scan_digits(struct scan *scan)
{
    const char *start = scan->ptr;
    while (scan->ptr < scan->end && *scan->ptr >= '0' && *scan->ptr <= '9')
        scan->ptr++;
    return (size_t)(scan->ptr - start);
}

static bool scan_word(struct scan *scan, struct str word)
{
    if ((size_t)(scan->end - scan->ptr) < word.len || memcmp(scan->ptr, word.ptr, word.len) != 0)
        return false;
    scan->ptr += word.len;
    return true;
}

/* A key is searched among its elder siblings only when one of them may begin with the same three
 * bytes; depth is bounded by the scan. */
static bool has_twins(const cJSON *value)
{
    uint64_t seen = 0;
    int members = 0;
    for (const cJSON *child = value->child; child; child = child->next) {
        if (child->child && has_twins(child))
            return true;
        if (!child->string)
            continue;
        const unsigned char *key = (const unsigned char *)child->string;
        unsigned mixed = key[0] * 5u + (key[0] ? key[1] * 11u + (key[1] ? key[2] * 3u : 0) : 0);
        uint64_t bit = UINT64_C(1) << (mixed & 63);
        if (++members > MEMBERS_MAX || ((seen & bit) && is_twin(value->child, child)))
            return true;
        seen |= bit;
    }
    return false;
}

static bool is_twin(const cJSON *first, const cJSON *member)
{
    for (const cJSON *elder = first; elder != member; elder = elder->next)
        if (elder->string[0] == member->string[0] && strcmp(elder->string, member->string) == 0)
            return true;
    return false;
}

static const cJSON *tree(const struct json *value)
{
    return (const cJSON *)(const void *)value;
}

static const struct json *opaque(const cJSON *value)
{
    return (const struct json *)(const void *)value;
}
