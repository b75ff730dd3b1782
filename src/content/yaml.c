/* libyaml's events to a tree with places.
 *
 * Refuses to know what the keys mean. Works on events, not on libyaml's documents: those resolve
 * aliases and are quadratic in the depth of brackets; here both end at the first event too many. */
#include "content/yaml.h"

#include <yaml.h>

#include "content/yaml_hint.h"
#include "nudged/base/limits.h"

struct level {
    struct yaml_node *node;         /* the open list or map */
    struct yaml_node **tail;        /* where its next item goes */
    struct str key;                 /* a key that waits for its value */
    struct place key_at;
    size_t keys_len;                /* those that were there already count too */
    bool has_key, key_was_there;
};

struct build {
    struct source *source;
    struct arena *arena;
    struct yaml_node *root;
    struct level levels[YAML_DEPTH_MAX];
    size_t depth, nodes;
    int documents;
    bool done;
};

static enum err check_file(struct source *source);
static enum err build_all(struct build *build, yaml_parser_t *parser);
static enum err take_event(struct build *build, const yaml_event_t *event);
static enum err refuse_extras(struct build *build, const yaml_event_t *event);
static enum err add_scalar(struct build *build, const yaml_event_t *event);
static enum err open_level(struct build *build, enum yaml_kind kind, const yaml_event_t *event);
static enum err add_key(struct build *build, struct level *level, struct str key, struct place at);
static enum err add_node(struct build *build, enum yaml_kind kind, struct place at,
                         struct yaml_node **out);
static enum err refuse(struct build *build, enum err err, struct place at, const char *sentence);
static struct place place_of(yaml_mark_t mark);

enum err yaml_read(struct source *source, struct arena *arena, struct yaml_node **out)
{
    struct build build = { .source = source, .arena = arena };
    yaml_parser_t parser;
    enum err err = check_file(source);
    if (!err && !yaml_parser_initialize(&parser))
        err = ERR_NO_MEMORY;
    if (err)
        return err;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)source->text.ptr,
                                 source->text.len);
    err = build_all(&build, &parser);
    yaml_parser_delete(&parser);
    if (!err && !build.root)
        err = refuse(&build, ERR_SYNTAX, (struct place){ 0, 0 },
                     "the file is empty; write something in it or delete it");
    if (!err && arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (!err)
        *out = build.root;
    return err;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    for (const struct yaml_node *item = map->items; item; item = item->next)
        if (str_equal(item->key, str_from_z(key)))
            return item;
    return NULL;
}

static enum err check_file(struct source *source)
{
    if (source->text.len > YAML_BYTES_MAX) {
        source_error(source, (struct place){ 0, 0 }, STR_EMPTY,
                     "the file is larger than %d KiB; split it", YAML_BYTES_MAX >> 10);
        return ERR_TOO_BIG;
    }
    if (str_is_empty(str_trim(source->text))) {
        source_error(source, (struct place){ 0, 0 }, STR_EMPTY,
                     "the file is empty; write something in it or delete it");
        return ERR_SYNTAX;
    }
    return source_check_text(source);
}

static enum err build_all(struct build *build, yaml_parser_t *parser)
{
    enum err err = OK;
    while (!err && !build->done) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            struct yaml_problem problem = {
                .problem = parser->problem, .context = parser->context,
                .at = place_of(parser->problem_mark), .context_at = place_of(parser->context_mark),
            };
            if (parser->error == YAML_MEMORY_ERROR)
                return ERR_NO_MEMORY;
            yaml_hint(build->source, &problem);
            return ERR_SYNTAX;
        }
        err = take_event(build, &event);
        yaml_event_delete(&event);
    }
    return err;
}

static enum err take_event(struct build *build, const yaml_event_t *event)
{
    enum err err = refuse_extras(build, event);
    if (err)
        return err;
    switch (event->type) {
    case YAML_SCALAR_EVENT: return add_scalar(build, event);
    case YAML_SEQUENCE_START_EVENT: return open_level(build, YAML_LIST, event);
    case YAML_MAPPING_START_EVENT: return open_level(build, YAML_MAP, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: build->depth--; return OK;
    case YAML_STREAM_END_EVENT: build->done = true; return OK;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_ALIAS_EVENT: return OK;
    }
    return OK;
}

/* Everything of YAML that we do not want, in one place. */
static enum err refuse_extras(struct build *build, const yaml_event_t *event)
{
    const unsigned char *anchor = NULL, *tag = NULL;
    struct place at = place_of(event->start_mark);
    if (event->type == YAML_ALIAS_EVENT)
        return refuse(build, ERR_SYNTAX, at, "text that starts with '*' must stand in quotes "
                      "(aliases are not understood here)");
    if (event->type == YAML_DOCUMENT_START_EVENT) {
        if (event->data.document_start.version_directive
            || event->data.document_start.tag_directives.start
                != event->data.document_start.tag_directives.end)
            return refuse(build, ERR_SYNTAX, (struct place){ 1, 1 },
                          "lines that start with '%' are not understood here; delete them");
        if (build->documents++ > 0)
            return refuse(build, ERR_SYNTAX, at, "a second document starts here; "
                          "one file holds one, so delete the line '---' or split the file");
    }
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    if (anchor)
        return refuse(build, ERR_SYNTAX, at, "text that starts with '&' must stand in quotes "
                      "(anchors are not understood here)");
    if (tag)
        return refuse(build, ERR_SYNTAX, at, "text that starts with '!' must stand in quotes "
                      "(tags are not understood here)");
    return OK;
}

static enum err add_scalar(struct build *build, const yaml_event_t *event)
{
    struct level *level = build->depth ? &build->levels[build->depth - 1] : NULL;
    struct place at = place_of(event->start_mark);
    struct str text = str_copy(build->arena, (struct str){
        (const char *)event->data.scalar.value, event->data.scalar.length });
    struct yaml_node *node = NULL;
    if (level && level->node->kind == YAML_MAP && !level->has_key)
        return add_key(build, level, text, at);
    enum err err = add_node(build, YAML_TEXT, at, &node);
    if (!err)
        node->text = text;
    return err;
}

static enum err open_level(struct build *build, enum yaml_kind kind, const yaml_event_t *event)
{
    struct level *level = build->depth ? &build->levels[build->depth - 1] : NULL;
    struct place at = place_of(event->start_mark);
    struct yaml_node *node = NULL;
    if (level && level->node->kind == YAML_MAP && !level->has_key)
        return refuse(build, ERR_SYNTAX, at, "a key must be a word; text that starts with "
                      "'{' or '[' must stand in quotes");
    if (build->depth == YAML_DEPTH_MAX)
        return refuse(build, ERR_TOO_BIG, at, "lists and maps stand too deep inside each other");
    enum err err = add_node(build, kind, at, &node);
    if (!err)
        build->levels[build->depth++] = (struct level){ .node = node, .tail = &node->items };
    return err;
}

static enum err add_key(struct build *build, struct level *level, struct str key, struct place at)
{
    if (str_equal(key, STR("<<")))
        return refuse(build, ERR_SYNTAX, at, "merge keys ('<<') are not understood here");
    if (level->keys_len++ >= YAML_KEYS_MAX)
        return refuse(build, ERR_TOO_BIG, at, "too many keys in one place");
    for (const struct yaml_node *item = level->node->items; item; item = item->next) {
        level->key_was_there = str_equal(item->key, key);
        if (level->key_was_there) {             /* no reason to hide the other mistakes */
            struct str shown = source_shown(key);
            source_error(build->source, at, STR_EMPTY, "'%.*s' is here twice; it is already in "
                         "line %d", STR_ARG(shown), item->key_at.line);
            break;
        }
    }
    level->key = key;
    level->key_at = at;
    level->has_key = true;
    return OK;
}

static enum err add_node(struct build *build, enum yaml_kind kind, struct place at,
                         struct yaml_node **out)
{
    struct yaml_node *node = arena_new(build->arena, struct yaml_node);
    if (!node)
        return ERR_NO_MEMORY;
    if (++build->nodes > YAML_NODES_MAX)
        return refuse(build, ERR_TOO_BIG, at, "too many entries in one file; split it");
    node->kind = kind;
    node->at = at;
    if (build->depth > 0) {
        struct level *level = &build->levels[build->depth - 1];
        node->key = level->key;
        node->key_at = level->key_at;
        level->key = STR_EMPTY;
        level->has_key = false;
        if (!level->key_was_there) {    /* one key, one value: later checks look keys up again */
            *level->tail = node;
            level->tail = &node->next;
            level->node->items_len++;
        }
    } else {
        build->root = node;
    }
    *out = node;
    return OK;
}

static enum err refuse(struct build *build, enum err err, struct place at, const char *sentence)
{
    source_error(build->source, at, STR_EMPTY, "%s", sentence);
    return err;
}

static struct place place_of(yaml_mark_t mark)
{
    return (struct place){ (int)mark.line + 1, (int)mark.column + 1 };
}
