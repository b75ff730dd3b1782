/* skills.yaml: ids that are there twice are its only rule beyond single keys. */
#include "content/parts.h"

#include "content/tables.h"

enum err skills_load(struct str file, struct arena *arena, struct faults *faults,
                     struct content *out)
{
    struct skills_file skills = { 0 };
    struct file_walk load = { .file = file, .schema = &skills_file_schema, .arena = arena,
                              .faults = faults, .hash = &out->hash };
    enum err err = file_walk_read(&load, &skills);
    if (err)
        return err;
    out->skills = skills.skills;
    out->skills_len = skills.skills_len;
    return OK;
}

void skills_check(struct walk *walk, const struct yaml_node *node, const struct path *path,
                  void *target)
{
    const struct skills_file *file = target;
    const struct yaml_node *first = yaml_get(node, "skills")->items;
    const struct yaml_node *item = first;
    struct path list = { .up = path, .key = "skills" };
    for (size_t i = 0; i < file->skills_len && item; i++, item = item->next) {
        struct path at = { .up = &list, .index = i };
        const struct yaml_node *before = first;
        for (size_t j = 0; j < i; j++, before = before->next)
            if (str_equal(file->skills[j].id, file->skills[i].id))
                walk_error(walk, yaml_get(item, "id")->at, &(struct path){ .up = &at, .key = "id" },
                           "the id '%.*s' is taken by the skill in line %d",
                           STR_ARG(file->skills[i].id), before->at.line);
    }
}
