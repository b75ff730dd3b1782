/* Everything of the prompts folder into one `struct content`, or every mistake of all of it. */
#include "nudged/content/content.h"

#include <stdlib.h>

#include "content/deck.h"
#include "content/parts.h"
#include "content/tables.h"
#include "nudged/base/limits.h"
#include "nudged/calendar/holidays.h"

static enum err load_one(const struct decks_load *load, struct deck_context *context,
                         struct str path, struct hash256 *hash, struct deck *out);
static void check_taken(struct walk *walk, const struct yaml_node *root, const struct deck *decks,
                        size_t len, const struct deck *deck);
static int deck_compare(const void *a, const void *b);
static enum err first_of(enum err a, enum err b);

enum err content_load(struct str prompts_folder, struct str holidays_file,
                      const struct people *people, struct arena *arena, struct faults *faults,
                      struct content *out)
{
    struct content content = { 0 };
    struct holidays *holidays = arena_new(arena, struct holidays);
    if (!holidays)
        return ERR_NO_MEMORY;
    *holidays = holidays_in(arena);
    struct str file = str_format(arena, "%.*s/skills.yaml", STR_ARG(prompts_folder));
    if (arena_failed(arena))
        return ERR_NO_MEMORY;
    enum err skills = skills_load(file, arena, faults, &content);
    struct decks_load load = { .folder = prompts_folder, .people = people, .know_skills = !skills,
                               .arena = arena, .faults = faults };
    enum err decks = decks_load(&load, &content);
    enum err days = holidays_file.len
        ? holidays_load(holidays_file, arena, faults, &content.hash, holidays)
        : OK;
    enum err err = first_of(first_of(skills, decks), days);
    if (arena_failed(arena))
        err = ERR_NO_MEMORY;
    if (err)
        return err;
    content.holidays = holidays;
    *out = content;
    return OK;
}

enum err decks_load(const struct decks_load *load, struct content *out)
{
    struct arena scratch;
    struct folder_files files = { 0 };
    arena_init(&scratch, FILE_SCRATCH_BYTES_MAX);
    struct str folder = str_format(&scratch, "%.*s/decks", STR_ARG(load->folder));
    struct deck_context context = { .skills = out->skills, .skills_len = out->skills_len,
                                    .know_skills = load->know_skills, .people = load->people };
    enum err err = folder_list(folder, load->folder, &scratch, load->faults, &files);
    struct deck *decks = err ? NULL : arena_array(load->arena, struct deck, files.len);
    if (!err && files.len == 0) {
        faults_add(load->faults, (struct fault){ .severity = FAULT_ERROR, .file = folder,
                                                 .sentence = STR("there is no *.yaml file here") });
        err = ERR_NOT_FOUND;
    }
    if (!err && !decks)
        err = ERR_NO_MEMORY;
    for (size_t i = 0; decks && i < files.len; i++) {
        context.decks = decks;
        context.decks_len = i;
        err = first_of(err, load_one(load, &context, files.paths[i], &out->hash, &decks[i]));
    }
    if (!err) {
        qsort(decks, files.len, sizeof *decks, deck_compare);
        out->decks = decks;
        out->decks_len = files.len;
    }
    arena_finish(&scratch);
    return err;
}

static enum err load_one(const struct decks_load *load, struct deck_context *context,
                         struct str path, struct hash256 *hash, struct deck *out)
{
    struct arena scratch;
    struct yaml_node *root = NULL;
    struct str text = STR_EMPTY;
    int first = load->faults->count;
    arena_init(&scratch, FILE_SCRATCH_BYTES_MAX);
    enum err err = file_read(path, YAML_BYTES_MAX, &scratch, load->faults, &text);
    struct source source = source_of(path, text, load->faults);
    if (!err)
        err = hash_add(hash, text);
    if (!err)
        err = yaml_read(&source, &scratch, &root);
    if (!err) {
        struct walk walk = { .source = &source, .arena = load->arena, .context = context };
        context->scratch = &scratch;
        deck_read(&walk, root, out);
        out->file = str_copy(load->arena, path);
        check_taken(&walk, root, context->decks, context->decks_len, out);
        source_sort_faults(load->faults, first);
        if (source.errors > 0)
            err = ERR_INVALID;
        else if (arena_failed(load->arena) || arena_failed(&scratch))
            err = ERR_NO_MEMORY;
    }
    context->scratch = NULL;
    arena_finish(&scratch);
    return err;
}

static void check_taken(struct walk *walk, const struct yaml_node *root, const struct deck *decks,
                        size_t len, const struct deck *deck)
{
    for (size_t i = 0; i < len && deck->id.len; i++) {
        if (str_equal(decks[i].id, deck->id)) {
            walk_error(walk, yaml_get(root, "id")->at, &(struct path){ .key = "id" },
                       "the id '%.*s' is taken by the deck in %.*s", STR_ARG(deck->id),
                       STR_ARG(decks[i].file));
            return;
        }
    }
}

static int deck_compare(const void *a, const void *b)
{
    return str_compare(((const struct deck *)a)->id, ((const struct deck *)b)->id);
}

static enum err first_of(enum err a, enum err b) { return a ? a : b; }
