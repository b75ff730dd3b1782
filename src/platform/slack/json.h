/* Strict JSON for bytes from outside. The text is checked against RFC 8259 first, then cJSON builds
 * the tree; cJSON itself never leaves json.c.
 *
 * Refused: more than bytes_max, deeper than JSON_DEPTH_MAX, bytes that are not UTF-8, a BOM, raw
 * control characters, lone surrogates, U+0000 (it would cut a C string short), leading zeros, bytes
 * behind the value, an object with the same key twice (two readers would not agree which one
 * counts) or with more than 512 members.
 *
 * Values borrow from their root and die with json_free. Every getter accepts NULL and values of any
 * type: what is not there, or of another type, is empty. Keys compare byte by byte. */
#ifndef SLACK_JSON_H
#define SLACK_JSON_H

#include "nudged/base/err.h"
#include "nudged/base/str.h"

struct json;

/* Errors: ERR_TOO_BIG, ERR_SYNTAX, ERR_NO_MEMORY. */
MUST_USE enum err json_parse(struct str bytes, size_t bytes_max, struct json **out);
/* The same, but the value of root.*.unread (plain ASCII) is checked, not built: it reads as null.
 * A click brings the whole message it happened on, two thirds of the frame, and nobody reads it. */
MUST_USE enum err json_parse_without(struct str bytes, size_t bytes_max, struct str unread,
                                     struct json **out);
struct json *json_free(struct json *root);              /* accepts NULL, returns NULL */

const struct json *json_get(const struct json *object, const char *key);
struct str json_text(const struct json *value);
struct str json_get_text(const struct json *object, const char *key);
bool json_get_true(const struct json *object, const char *key);
/* Whole numbers below 2^53; from there on doubles cannot tell neighbours apart. */
bool json_get_integer(const struct json *object, const char *key, int64_t *out);
bool json_is_object(const struct json *value);

/* Members of an object or items of an array; NULL behind the last. */
const struct json *json_first(const struct json *value);
const struct json *json_next(const struct json *value);
struct str json_key(const struct json *member);

#endif
