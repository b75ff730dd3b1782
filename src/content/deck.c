/* What makes a deck and its prompts whole, beyond single keys: the rules of each kind, ids that are
 * there twice, skills and people that do not exist. */
#include "content/deck.h"

#include <string.h>

#include "content/tables.h"
#include "nudged/base/text.h"
#include "nudged/core/verb.h"

typedef void kind_check(struct walk *walk, const struct yaml_node *node, const struct path *path,
                        const struct prompt *prompt);

static kind_check check_choice, check_multi, check_order, check_short, check_nothing;
static bool check_keys(struct walk *walk, const struct yaml_node *node, const struct path *path,
                       const struct prompt *prompt);
static void check_options(struct walk *walk, const struct yaml_node *node, const struct path *path,
                          const struct prompt *prompt);
static void check_hint(struct walk *walk, const struct yaml_node *node, const struct path *path,
                       const struct prompt *prompt);
static bool hint_says(struct walk *walk, const struct prompt *prompt);
static bool says_words(struct walk *walk, struct str text, struct str words);
static void check_skill(struct walk *walk, const struct yaml_node *node, const struct path *path,
                        struct str skill);
static void check_owner(struct walk *walk, const struct yaml_node *node, const struct path *path,
                        const struct deck *deck);
static void check_roles(struct walk *walk, const struct yaml_node *node, const struct path *path,
                        const struct deck *deck);
static void check_prompt_ids(struct walk *walk, const struct yaml_node *node,
                             const struct path *path);
static void check_held_out(struct walk *walk, const struct yaml_node *item,
                           const struct path *path, const struct deck *deck, size_t index);
static struct str skill_of(const struct deck *deck, size_t index);
static size_t correct_count(const struct prompt *prompt);
static struct str normal(struct walk *walk, struct str text);

static kind_check *const kind_checks[] = {
    [PROMPT_CHOICE] = check_choice, [PROMPT_MULTI] = check_multi, [PROMPT_ORDER] = check_order,
    [PROMPT_NUMBER] = check_nothing, [PROMPT_SHORT] = check_short,
    [PROMPT_RECALL] = check_nothing, [PROMPT_REFLECT] = check_nothing,
};
_Static_assert(COUNT(kind_checks) == PROMPT_KIND_END, "one row per kind");

void deck_read(struct walk *walk, const struct yaml_node *root, struct deck *out)
{
    struct deck_context *context = walk->context;
    out->min_gap_days = -1;
    context->deck = out;
    schema_read(walk, &deck_schema, root, NULL, out);
    check_owner(walk, yaml_get(root, "owner"), NULL, out);
    check_roles(walk, yaml_get(yaml_get(root, "audience"), "roles"), NULL, out);
    check_skill(walk, yaml_get(root, "skill"), &(struct path){ .key = "skill" }, out->skill);
    check_prompt_ids(walk, yaml_get(root, "prompts"), &(struct path){ .key = "prompts" });
    if (walk->source->errors > 0)
        return;
    for (size_t i = 0; i < out->prompts_len; i++) {
        struct prompt *prompt = &out->prompts[i];
        prompt->deck = out->id;
        if (str_is_empty(prompt->skill))
            prompt->skill = out->skill;
        if (str_is_empty(prompt->source))
            prompt->source = out->source;
    }
}

/* The keys above the prompts may stand below them in the file, so this waits for the end. */
void deck_check(struct walk *walk, const struct yaml_node *node, const struct path *path,
                void *target)
{
    struct deck *deck = target;
    const struct yaml_node *item = yaml_get(node, "prompts")->items;
    (void)path;
    for (size_t i = 0; i < deck->prompts_len && item; i++, item = item->next) {
        struct path list = { .key = "prompts" }, at = { .up = &list, .index = i };
        if (str_is_empty(deck->prompts[i].skill) && str_is_empty(deck->skill))
            walk_error(walk, item->at, &at, "'skill' is missing: name it here or for the whole "
                "deck");
        check_held_out(walk, item, &at, deck, i);
        if (str_is_empty(deck->language) || str_starts_with(deck->language, STR("en")))
            prompt_lint(walk, item, &at, &deck->prompts[i]);
    }
}

void prompt_check(struct walk *walk, const struct yaml_node *node, const struct path *path,
                  void *target)
{
    const struct prompt *prompt = target;
    if (!str_is_empty(prompt->skill))
        check_skill(walk, yaml_get(node, "skill"), &(struct path){ .up = path, .key = "skill" },
                    prompt->skill);
    check_hint(walk, node, path, prompt);
    if (check_keys(walk, node, path, prompt))
        kind_checks[prompt->kind](walk, node, path, prompt);
}

/* Which keys belong to this kind, and which it cannot do without: the rows say. */
static bool check_keys(struct walk *walk, const struct yaml_node *node, const struct path *path,
                       const struct prompt *prompt)
{
    const char *kind = prompt_kind_name(prompt->kind);
    unsigned bit = 1u << prompt->kind;
    int errors = walk->source->errors;
    for (size_t i = 0; i < prompt_schema.rows_len; i++) {
        const struct schema_row *row = &prompt_schema.rows[i];
        const struct yaml_node *value = yaml_get(node, row->key);
        struct path at = { .up = path, .key = row->key };
        if (value && row->kinds && !(row->kinds & bit))
            walk_error(walk, value->key_at, &at, "'%s' has no meaning in a prompt of kind %s; "
                       "delete it or change the kind", row->key, kind);
        if (!value && (row->needed_by & bit))
            walk_error(walk, node->at, path, "'%s' is missing, a prompt of kind %s needs it: %s",
                       row->key, kind, row->help);
    }
    return walk->source->errors == errors;
}

static void check_choice(struct walk *walk, const struct yaml_node *node, const struct path *path,
                         const struct prompt *prompt)
{
    size_t correct = correct_count(prompt);
    check_options(walk, node, path, prompt);
    if (correct != 1)
        walk_error(walk, yaml_get(node, "options")->key_at, &(struct path){ path, "options", 0 },
                   "exactly one option must have 'correct: true', here it is %s%s",
                   correct == 0 ? "none" : "more than one",
                   correct == 0 ? "" : "; or make it kind multi");
}

static void check_multi(struct walk *walk, const struct yaml_node *node, const struct path *path,
                        const struct prompt *prompt)
{
    check_options(walk, node, path, prompt);
    if (correct_count(prompt) == 0)
        walk_error(walk, yaml_get(node, "options")->key_at, &(struct path){ path, "options", 0 },
                   "at least one option must have 'correct: true'");
}

static void check_order(struct walk *walk, const struct yaml_node *node, const struct path *path,
                        const struct prompt *prompt)
{
    const struct yaml_node *options = yaml_get(node, "options");
    struct path list = { .up = path, .key = "options" };
    size_t index = 0;
    check_options(walk, node, path, prompt);
    if (prompt->options_len < 3 || prompt->options_len > 6)
        walk_error(walk, options->key_at, &list, "there are %zu steps; 3 to 6 can be put in order",
                   prompt->options_len);
    for (const struct yaml_node *item = options->items; item; item = item->next, index++) {
        struct path at = { .up = &list, .index = index };
        const struct yaml_node *correct = yaml_get(item, "correct");
        if (correct)
            walk_error(walk, correct->key_at, &at, "'correct' has no meaning here; write the steps "
                       "in the right order");
    }
}

static void check_short(struct walk *walk, const struct yaml_node *node, const struct path *path,
                        const struct prompt *prompt)
{
    const struct yaml_node *item = yaml_get(node, "accept")->items;
    struct path list = { .up = path, .key = "accept" };
    for (size_t i = 0; i < prompt->accept_len && item; i++, item = item->next) {
        struct path at = { .up = &list, .index = i };
        struct str argument = STR_EMPTY, shown = source_shown(prompt->accept[i]);
        if (verb_parse(prompt->accept[i], &argument) != VERB_NONE)
            walk_error(walk, item->at, &at, "'%.*s' is a command of the bot, so nobody can type it "
                       "as an answer; ask for another word", STR_ARG(shown));
        else if (str_is_empty(normal(walk, prompt->accept[i])))
            walk_error(walk, item->at, &at, "'%.*s' has no letters or digits to compare with",
                       STR_ARG(shown));
    }
}

/* Whoever was told the answer has not remembered it; the author may want that, and says so. */
static void check_hint(struct walk *walk, const struct yaml_node *node, const struct path *path,
                       const struct prompt *prompt)
{
    const struct yaml_node *hint = yaml_get(node, "hint");
    const struct yaml_node *gives_away = yaml_get(node, "hint_gives_away");
    struct path at = { .up = path, .key = hint ? "hint" : "hint_gives_away" };
    if (gives_away && !hint)
        walk_error(walk, gives_away->key_at, &at, "there is no 'hint' that could give anything "
                   "away; write one or delete this");
    if (hint && !prompt->hint_gives_away && hint_says(walk, prompt))
        walk_warning(walk, hint->at, &at, "the hint says the answer; point to where it can be "
                     "found, or write 'hint_gives_away: true'");
}

static bool hint_says(struct walk *walk, const struct prompt *prompt)
{
    bool says = false;
    for (size_t i = 0; prompt->kind == PROMPT_CHOICE && i < prompt->options_len; i++)
        says = says || (prompt->options[i].correct &&
                        says_words(walk, prompt->hint, prompt->options[i].text));
    for (size_t i = 0; prompt->kind == PROMPT_SHORT && i < prompt->accept_len; i++)
        says = says || says_words(walk, prompt->hint, prompt->accept[i]);
    return says;
}

/* Whole words: "a" is not in "an example". */
static bool says_words(struct walk *walk, struct str text, struct str words)
{
    const struct deck_context *context = walk->context;
    struct str all = normal(walk, text), some = normal(walk, words);
    struct str wanted = str_format(context->scratch, " %.*s ", STR_ARG(some));
    return str_contains(str_format(context->scratch, " %.*s ", STR_ARG(all)), wanted);
}

static void check_nothing(struct walk *walk, const struct yaml_node *node, const struct path *path,
                          const struct prompt *prompt)
{
    (void)walk;
    (void)node;
    (void)path;
    (void)prompt;
}

static void check_options(struct walk *walk, const struct yaml_node *node, const struct path *path,
                          const struct prompt *prompt)
{
    const struct yaml_node *item = yaml_get(node, "options")->items;
    struct path list = { .up = path, .key = "options" };
    struct str texts[PROMPT_OPTIONS_MAX];
    REQUIRE(prompt->options_len <= PROMPT_OPTIONS_MAX);
    for (size_t i = 0; i < prompt->options_len && item; i++, item = item->next) {
        struct path at = { .up = &list, .index = i };
        texts[i] = normal(walk, prompt->options[i].text);
        for (size_t j = 0; j < i; j++)
            if (str_equal(texts[i], texts[j]))
                walk_error(walk, item->at, &at, "this option says the same as option %zu", j + 1);
    }
}

static void check_skill(struct walk *walk, const struct yaml_node *node, const struct path *path,
                        struct str skill)
{
    const struct deck_context *context = walk->context;
    struct str hint = STR_EMPTY;
    if (!node || str_is_empty(skill) || !context->know_skills)
        return;
    for (size_t i = 0; i < context->skills_len; i++)
        if (str_equal(context->skills[i].id, skill))
            return;
    struct str *ids = arena_array(context->scratch, struct str, context->skills_len);
    for (size_t i = 0; ids && i < context->skills_len; i++)
        ids[i] = context->skills[i].id;
    if (ids)
        hint = schema_did_you_mean(context->scratch, skill, ids, context->skills_len);
    walk_error(walk, node->at, path, "there is no skill '%.*s' in skills.yaml%.*s", STR_ARG(skill),
               STR_ARG(hint));
}

static void check_owner(struct walk *walk, const struct yaml_node *node, const struct path *path,
                        const struct deck *deck)
{
    const struct deck_context *context = walk->context;
    if (!node || str_is_empty(deck->owner) || !context->people)
        return;
    for (size_t i = 0; i < context->people->rows_len; i++) {
        const struct people_row *row = &context->people->rows[i];
        if (row->active && str_equal_nocase(row->email, deck->owner))
            return;
    }
    walk_error(walk, node->at, &(struct path){ .up = path, .key = "owner" }, "nobody active in the "
               "people file has the e-mail %.*s", STR_ARG(deck->owner));
}

/* A role nobody has is most often misspelt, and then nobody gets the deck. */
static void check_roles(struct walk *walk, const struct yaml_node *node, const struct path *path,
                        const struct deck *deck)
{
    const struct deck_context *context = walk->context;
    const struct yaml_node *item = node ? node->items : NULL;
    if (!context->people)
        return;
    for (size_t i = 0; i < deck->audience.roles_len && item; i++, item = item->next) {
        struct str role = deck->audience.roles[i];
        struct path audience = { .up = path, .key = "audience" };
        struct path roles = { .up = &audience, .key = "roles" }, at = { .up = &roles, .index = i };
        bool found = false;
        for (size_t j = 0; j < context->people->rows_len && !found; j++)
            found = str_equal_nocase(context->people->rows[j].role, role);
        if (!found && role.len)
            walk_warning(walk, item->at, &at, "nobody in the people file has the role '%.*s'",
                         STR_ARG(role));
    }
}

static void check_prompt_ids(struct walk *walk, const struct yaml_node *node,
                             const struct path *path)
{
    const struct deck_context *context = walk->context;
    const struct deck *deck = context->deck;
    const struct yaml_node *item = node ? node->items : NULL;
    const struct yaml_node **ids = arena_array(context->scratch, const struct yaml_node *,
                                               deck->prompts_len);
    for (size_t i = 0; ids && i < deck->prompts_len && item; i++, item = item->next) {
        struct path at = { .up = path, .index = i };
        struct str id = deck->prompts[i].id;
        ids[i] = yaml_get(item, "id");
        for (size_t j = 0; j < i && id.len; j++) {
            if (str_equal(deck->prompts[j].id, id)) {
                walk_error(walk, ids[i]->at, &(struct path){ .up = &at, .key = "id" }, "the id "
                           "'%.*s' is taken by the prompt in line %d", STR_ARG(id),
                           ids[j]->at.line);
                break;
            }
        }
    }
}

/* Its days are counted from the first of the others, so one of them must be left. */
static void check_held_out(struct walk *walk, const struct yaml_node *item,
                           const struct path *path, const struct deck *deck, size_t index)
{
    const struct yaml_node *value = yaml_get(item, "held_out");
    struct path at = { .up = path, .key = "held_out" };
    struct str skill = skill_of(deck, index);
    if (!deck->prompts[index].held_out || !value)
        return;
    if (deck->prompts[index].kind == PROMPT_REFLECT)
        walk_error(walk, value->at, &at, "a reflection is never scored, so it measures nothing; "
                   "hold out a question of another kind");
    for (size_t i = 0; i < deck->prompts_len; i++)
        if (!deck->prompts[i].held_out && str_equal(skill_of(deck, i), skill))
            return;
    walk_error(walk, value->at, &at, "every prompt of the skill '%.*s' in this deck is held out; "
               "what nobody practises here cannot be measured, so leave at least one in",
               STR_ARG(skill));
}

static struct str skill_of(const struct deck *deck, size_t index)
{
    return deck->prompts[index].skill.len ? deck->prompts[index].skill : deck->skill;
}

static size_t correct_count(const struct prompt *prompt)
{
    size_t count = 0;
    for (size_t i = 0; i < prompt->options_len; i++)
        count += prompt->options[i].correct;
    return count;
}

static struct str normal(struct walk *walk, struct str text)
{
    const struct deck_context *context = walk->context;
    struct str out = STR_EMPTY;
    enum err err = text_normalise(context->scratch, text, true, &out);
    return err ? text : out;
}
