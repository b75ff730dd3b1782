/* What a parser's complaint means to the person who wrote the file. */
#ifndef CONTENT_YAML_HINT_H
#define CONTENT_YAML_HINT_H

#include "content/source.h"

struct yaml_problem {
    const char *problem, *context;          /* libyaml's words; may be NULL */
    struct place at, context_at;
};

/* Notes one error, at the place where the mistake most probably is. */
void yaml_hint(struct source *source, const struct yaml_problem *problem);

#endif
