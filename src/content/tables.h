/* The tables of every file we read. */
#ifndef CONTENT_TABLES_H
#define CONTENT_TABLES_H

#include "content/schema.h"
#include "nudged/content/content.h"
#include "nudged/core/facts.h"

extern const struct schema deck_schema;         /* struct deck */
extern const struct schema prompt_schema;       /* struct prompt */
extern const struct schema option_schema;       /* struct prompt_option */
extern const struct schema audience_schema;     /* inside struct deck */
extern const struct schema skills_file_schema;  /* struct skills_file */
extern const struct schema skill_schema;        /* struct skill */
extern const struct schema holiday_schema;      /* struct holiday_entry */
extern const struct schema config_schema;       /* struct config_file */
extern const struct schema_word config_log_formats[];   /* by value; ends with word NULL */
extern const struct schema_word prompt_kinds[]; /* in the order of FORMAT.md; ends with word NULL */

#define KIND(name) (1u << PROMPT_##name)

struct skills_file { struct skill *skills; size_t skills_len; };

struct holiday_entry { int32_t day, until_day; struct str name, region; };

/* The configuration as written, before paths are joined. */
struct config_file {
    struct config config;
    struct str content, people, holidays, state, backup;
    int32_t language;                           /* there is one so far */
    int32_t log_format;                         /* index into the words */
};

/* What a deck is checked against. */
struct deck_context {
    const struct skill *skills;
    size_t skills_len;
    bool know_skills;                           /* false: skills.yaml could not be read */
    const struct people *people;                /* NULL: not known */
    struct arena *scratch;
    struct deck *deck;                          /* being read */
    const struct deck *decks;                   /* read before it */
    size_t decks_len;
};

/* The rules that no single row can say; called by the schema walk. */
void deck_check(struct walk *, const struct yaml_node *, const struct path *, void *deck);
void prompt_check(struct walk *, const struct yaml_node *, const struct path *, void *prompt);
void skills_check(struct walk *, const struct yaml_node *, const struct path *, void *skills_file);
void config_check(struct walk *, const struct yaml_node *, const struct path *, void *config_file);
void holiday_check(struct walk *, const struct yaml_node *, const struct path *, void *entry);

/* Style: what a good question avoids. Warnings only. */
void prompt_lint(struct walk *, const struct yaml_node *, const struct path *,
                 const struct prompt *);

#endif
