/* What the tests of content share: an arena, decks from text, and short ways to ask for faults. */
#ifndef NUDGED_UNIT_CONTENT_HELP_H
#define NUDGED_UNIT_CONTENT_HELP_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "content/deck.h"
#include "content/source.h"
#include "content/tables.h"
#include "content/yaml.h"
#include "nudged/content/content.h"

enum { HELP_ARENA_BYTES = 64 << 20 };

struct help {
    struct arena arena;
    struct faults faults;
    char folder[64];
};

static inline struct help *help_new(void)
{
    struct help *help = calloc(1, sizeof *help);
    assert_non_null(help);
    arena_init(&help->arena, HELP_ARENA_BYTES);
    faults_init(&help->faults, &help->arena);
    return help;
}

static inline void help_free(struct help *help)
{
    arena_finish(&help->arena);
    free(help);
}

/* A deck from text, with no skills and no people known. */
static inline enum err help_deck(struct help *help, struct str text, struct deck *out)
{
    struct yaml_node *root = NULL;
    struct source source = source_of(STR("deck.yaml"), text, &help->faults);
    struct deck_context context = { .scratch = &help->arena };
    struct walk walk = { .source = &source, .arena = &help->arena, .context = &context };
    enum err err = yaml_read(&source, &help->arena, &root);
    if (err)
        return err;
    int first = 0;
    deck_read(&walk, root, out);
    source_sort_faults(&help->faults, first);
    return source.errors ? ERR_INVALID : OK;
}

static inline char *help_print(struct help *help)
{
    struct buf out = buf_in(&help->arena, 1 << 20);
    faults_print_text(&help->faults, &out);
    return str_z(&help->arena, buf_str(&out));
}

/* True when there is a fault at that place whose path and sentence contain these words. */
static inline bool help_has(struct help *help, int line, int column, const char *path,
                            const char *words)
{
    for (int i = 0; i < help->faults.count; i++) {
        const struct fault *fault = &help->faults.items[i];
        if (fault->line == line && fault->column == column
            && str_contains(fault->path, str_from_z(path))
            && str_contains(fault->sentence, str_from_z(words)))
            return true;
    }
    return false;
}

#define assert_fault(help, line, column, path, words)                                             \
    do {                                                                                          \
        if (!help_has((help), (line), (column), (path), (words)))                                 \
            fail_msg("no fault at %d:%d path '%s' with '%s' in:\n%s", (line), (column), (path),   \
                     (words), help_print(help));                                                  \
    } while (0)
#define assert_no_faults(help)                                                                    \
    do {                                                                                          \
        if ((help)->faults.errors + (help)->faults.warnings > 0)                                  \
            fail_msg("unexpected:\n%s", help_print(help));                                        \
    } while (0)

#endif
