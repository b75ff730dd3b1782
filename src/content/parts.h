/* The loaders that content_load puts together. */
#ifndef CONTENT_PARTS_H
#define CONTENT_PARTS_H

#include "content/schema.h"
#include "nudged/content/content.h"

/* One YAML file whose root is a map, read along a schema. */
struct file_walk {
    struct str file;
    const struct schema *schema;
    struct arena *arena;                    /* of what is read */
    struct faults *faults;
    void *context;
    struct hash256 *hash;                   /* gets the text added; NULL: nobody asks */
};

/* The target is zeroed by the caller. ERR_INVALID when the file has mistakes; all are noted. */
MUST_USE enum err file_walk_read(const struct file_walk *load, void *target);

MUST_USE enum err skills_load(struct str file, struct arena *arena, struct faults *faults,
                              struct content *out);

/* Reads every deck below folder/decks; skills of `out` may be missing (know_skills false). */
struct decks_load {
    struct str folder;                      /* the prompts folder */
    const struct people *people;            /* NULL: owners are not checked */
    bool know_skills;
    struct arena *arena;
    struct faults *faults;
};
MUST_USE enum err decks_load(const struct decks_load *load, struct content *out);

/* A YAML list, or an iCalendar file when the name ends in .ics. Its text is added to the hash. */
MUST_USE enum err holidays_load(struct str file, struct arena *arena, struct faults *faults,
                                struct hash256 *hash, struct holidays *out);

/* The regular files *.yaml and *.yml of a folder, sorted by name, as full paths. Links that lead
 * out of `inside`, and what is no regular file, are left out with a warning. Names that start with
 * a dot are not looked at. */
struct folder_files { struct str *paths; size_t len; };
MUST_USE enum err folder_list(struct str folder, struct str inside, struct arena *arena,
                              struct faults *faults, struct folder_files *out);

/* Working memory of one file: a tree of YAML_NODES_MAX nodes and its text. */
enum { FILE_SCRATCH_BYTES_MAX = 64 << 20 };

#endif
