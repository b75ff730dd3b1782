/* One YAML file, from bytes to a struct: read, parse, walk. Its tree is gone afterwards; what was
 * read is in the caller's arena. */
#include "content/parts.h"

#include "nudged/base/limits.h"

enum err file_walk_read(const struct file_walk *load, void *target)
{
    struct arena scratch;
    struct yaml_node *root = NULL;
    struct str text = STR_EMPTY;
    int first = load->faults->count;
    arena_init(&scratch, FILE_SCRATCH_BYTES_MAX);
    enum err err = file_read(load->file, YAML_BYTES_MAX, &scratch, load->faults, &text);
    struct source source = source_of(load->file, text, load->faults);
    if (!err && load->hash)
        err = hash_add(load->hash, text);
    if (!err)
        err = yaml_read(&source, &scratch, &root);
    if (!err) {
        struct walk walk = { .source = &source, .arena = load->arena, .context = load->context };
        schema_read(&walk, load->schema, root, NULL, target);
        source_sort_faults(load->faults, first);
        if (source.errors > 0)
            err = ERR_INVALID;
        else if (arena_failed(load->arena))
            err = ERR_NO_MEMORY;
    }
    arena_finish(&scratch);
    return err;
}
