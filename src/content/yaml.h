/* YAML text to a tree in which every node knows its place.
 *
 * The subset people write: maps, lists, text. Refused, each with its own sentence: anchors,
 * aliases, tags, merge keys, directives, a second document, keys that are not plain text, a key
 * twice. There are no types here: `no`, `3abc` and `2031-01-01` are text until a schema reads
 * them. */
#ifndef CONTENT_YAML_H
#define CONTENT_YAML_H

#include "content/source.h"
#include "nudged/base/err.h"

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

/* Keys of one map: the widest of ours has 20, and looking for doubles is quadratic. */
enum { YAML_KEYS_MAX = 64 };

struct yaml_node {
    enum yaml_kind kind;
    struct place at;                /* of the value */
    struct str text;                /* TEXT: UTF-8, as written, unescaped */
    struct yaml_node *items;        /* LIST, MAP: the first */
    size_t items_len;
    struct yaml_node *next;         /* in the same LIST or MAP */
    struct str key;                 /* of an item of a MAP */
    struct place key_at;
};

/* Parses the whole text of the source, which is checked first. The tree lives in the arena and
 * borrows nothing. Notes exactly one error when it fails (none when memory ran out). A key that is
 * there twice is noted too, but the tree is given, so that a schema can look for more mistakes; it
 * holds the first value alone.
 * Errors: ERR_SYNTAX; ERR_TOO_BIG above YAML_BYTES_MAX, _DEPTH_MAX, _NODES_MAX or _KEYS_MAX;
 * ERR_NO_MEMORY. */
MUST_USE enum err yaml_read(struct source *source, struct arena *arena, struct yaml_node **out);

/* NULL when the map has no such key, or is no map. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

#endif
