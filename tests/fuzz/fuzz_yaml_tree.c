/* YAML to a tree, against libyaml's own document of the same bytes: the same shape and the same
 * text, every node where it says it is, nothing beyond the limits. */
#include "fuzz.h"

#include <yaml.h>

#include "content/yaml.h"
#include "nudged/base/limits.h"
#include "nudged/base/text.h"

static size_t lines_of(struct str text)
{
    size_t lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n' || (text.ptr[i] == '\r' && (i + 1 == text.len ||
            text.ptr[i + 1] != '\n'));
    return lines;
}

static struct str scalar_of(yaml_node_t *node)
{
    REQUIRE(node && node->type == YAML_SCALAR_NODE);
    return (struct str){ (const char *)node->data.scalar.value, node->data.scalar.length };
}

static void same(const struct yaml_node *ours, yaml_document_t *document, int number, int depth,
    size_t lines)
{
    yaml_node_t *theirs = yaml_document_get_node(document, number);
    const struct yaml_node *item = ours->items;
    REQUIRE(theirs && depth <= YAML_DEPTH_MAX);
    REQUIRE(ours->at.line >= 1 && (size_t)ours->at.line <= lines && ours->at.column >= 1);
    if (theirs->type == YAML_SCALAR_NODE) {
        REQUIRE(ours->kind == YAML_TEXT && str_equal(ours->text, scalar_of(theirs)));
        REQUIRE(text_is_utf8(ours->text));
    } else if (theirs->type == YAML_SEQUENCE_NODE) {
        REQUIRE(ours->kind == YAML_LIST);
        for (yaml_node_item_t *each = theirs->data.sequence.items.start;
             each < theirs->data.sequence.items.top; each++, item = item->next) {
            REQUIRE(item);
            same(item, document, *each, depth + 1, lines);
        }
    } else {
        REQUIRE(ours->kind == YAML_MAP && ours->items_len <= YAML_KEYS_MAX);
        for (yaml_node_pair_t *each = theirs->data.mapping.pairs.start;
             each < theirs->data.mapping.pairs.top; each++, item = item->next) {
            REQUIRE(item);
            REQUIRE(str_equal(item->key, scalar_of(yaml_document_get_node(document, each->key))));
            same(item, document, each->value, depth + 1, lines);
        }
    }
    REQUIRE(!item);
}

static void check_tree(const struct yaml_node *root, struct str text)
{
    yaml_parser_t parser;
    yaml_document_t document;
    REQUIRE(yaml_parser_initialize(&parser));
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    REQUIRE(yaml_parser_load(&parser, &document) && yaml_document_get_root_node(&document));
    same(root, &document, 1, 0, lines_of(text) + 1);
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct arena arena;
    struct faults faults;
    struct yaml_node *root = NULL;
    arena_init(&arena, 64 << 20);
    faults_init(&faults, &arena);
    struct source source = source_of(STR("some.yaml"), take_rest(&feed), &faults);
    enum err err = yaml_read(&source, &arena, &root);
    REQUIRE(err == OK || ((err == ERR_SYNTAX || err == ERR_TOO_BIG) && source.errors));
    REQUIRE(err || root);
    if (!err && !source.errors) /* a key twice is noted, and left out of the tree */
        check_tree(root, source.text);
    arena_finish(&arena);
    return 0;
}
