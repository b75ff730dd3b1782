/* What somebody who knows the answer would do with a card: found by its question, from the decks in
 * force. The simulated colleagues know nothing themselves; this is how some of them are right. */
#include "demo.h"

#include <cjson/cJSON.h>

#include "nudged/core/prompt.h"

static const struct prompt *prompt_of(const struct content *content, const cJSON *blocks,
                                      struct arena *arena);
static bool is_question(const cJSON *item, int depth);
static bool mentions(const cJSON *item, struct str text, int depth);
static bool right_control(const cJSON *item, int option, struct arena *arena, struct str *right,
                          int depth);
static bool rating_control(const cJSON *item, struct arena *arena, struct str *right, int depth);
static bool right_words(const struct prompt *prompt, struct arena *arena, struct str *right);
static bool right_options(const struct prompt *prompt, struct arena *arena, struct str *right);
static bool ends_with_option(const char *value, int option);

bool demo_hint(void *arg, struct arena *arena, struct str user_id, struct str blocks,
               struct str *right)
{
    struct demo *demo = arg;
    (void)user_id;
    bool known = false;
    cJSON *json = cJSON_ParseWithLength(blocks.ptr, blocks.len);
    const struct prompt *prompt = NULL;
    if (json && demo->app && is_question(json, 0))
        prompt = prompt_of(app_content(demo->app), json, arena);
    if (prompt)
        known = rating_control(json, arena, right, 0);
    bool picks = prompt && !known && prompt->kind == PROMPT_CHOICE;
    for (size_t i = 0; picks && i < prompt->options_len; i++)
        if (prompt->options[i].correct)
            known = right_control(json, (int)i, arena, right, 0);
    if (prompt && !known)
        known = right_words(prompt, arena, right);
    cJSON_Delete(json);
    return known;
}

static const struct prompt *prompt_of(const struct content *content, const cJSON *blocks,
                                      struct arena *arena)
{
    (void)arena;
    for (size_t d = 0; d < content->decks_len; d++)
        for (size_t p = 0; p < content->decks[d].prompts_len; p++)
            if (mentions(blocks, content->decks[d].prompts[p].ask, 0))
                return &content->decks[d].prompts[p];
    return NULL;
}

/* A digest quotes prompts too; only a question can be skipped, or its answer rated. */
static bool is_question(const cJSON *item, int depth)
{
    enum { DEPTH_MAX = 16 };
    for (const cJSON *child = item; child && depth < DEPTH_MAX; child = child->next) {
        const cJSON *named = cJSON_GetObjectItemCaseSensitive(child, "action_id");
        const char *action = cJSON_GetStringValue(named);
        if (action && (str_starts_with(str_from_z(action), STR("skip")) ||
                          str_starts_with(str_from_z(action), STR("rate"))))
            return true;
        if (child->child && is_question(child->child, depth + 1))
            return true;
    }
    return false;
}

/* Compared by its plain words, since a card may set them in any markup. */
static bool mentions(const cJSON *item, struct str text, int depth)
{
    enum { DEPTH_MAX = 16, PREFIX = 24 };
    struct str start = str_slice(text, 0, PREFIX);
    for (const cJSON *child = item; child && depth < DEPTH_MAX; child = child->next) {
        if (cJSON_IsString(child) && str_contains(str_from_z(child->valuestring), start))
            return true;
        if (child->child && mentions(child->child, text, depth + 1))
            return true;
    }
    return false;
}

/* A button is named by its action id, an option by its value; both end in the option's number. */
static bool right_control(const cJSON *item, int option, struct arena *arena, struct str *right,
                          int depth)
{
    enum { DEPTH_MAX = 16 };
    for (const cJSON *child = item; child && depth < DEPTH_MAX; child = child->next) {
        const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(child, "value"));
        const cJSON *named = cJSON_GetObjectItemCaseSensitive(child, "action_id");
        const char *action = cJSON_GetStringValue(named);
        bool chooses = !action || str_starts_with(str_from_z(action), STR("choose"));
        if (value && chooses && ends_with_option(value, option)) {
            *right = str_copy(arena, str_from_z(action ? action : value));
            return true;
        }
        if (child->child && right_control(child->child, option, arena, right, depth + 1))
            return true;
    }
    return false;
}

/* The second step, where there is one: "got it" of a recall, else "sure". */
static bool rating_control(const cJSON *item, struct arena *arena, struct str *right, int depth)
{
    enum { DEPTH_MAX = 16, SURELY = 3 };
    for (const cJSON *child = item; child && depth < DEPTH_MAX; child = child->next) {
        const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(child, "value"));
        const cJSON *named = cJSON_GetObjectItemCaseSensitive(child, "action_id");
        const char *action = cJSON_GetStringValue(named);
        if (value && action && str_starts_with(str_from_z(action), STR("rate")) &&
            ends_with_option(value, SURELY)) {
            *right = str_copy(arena, str_from_z(action));
            return true;
        }
        if (child->child && rating_control(child->child, arena, right, depth + 1))
            return true;
    }
    return false;
}

static bool ends_with_option(const char *value, int option)
{
    struct str rest = str_from_z(value), part = STR_EMPTY;
    uint64_t number = 0;
    int dots = 0;
    while (str_next_part(&rest, '.', &part))
        dots++;
    return dots == 5 && str_to_uint64(part, &number) && number == (uint64_t)option;
}

static bool right_words(const struct prompt *prompt, struct arena *arena, struct str *right)
{
    switch (prompt->kind) {
    case PROMPT_NUMBER:
        *right = str_format(arena, "%.10g", prompt->number);
        return true;
    case PROMPT_SHORT:
        *right = prompt->accept_len ? prompt->accept[0] : STR_EMPTY;
        return right->len > 0;
    case PROMPT_RECALL:
        *right = STR("I would check the facts first, then the context, then what is missing.");
        return true;
    case PROMPT_CHOICE:
    case PROMPT_MULTI:
    case PROMPT_ORDER:
        return right_options(prompt, arena, right);
    case PROMPT_REFLECT:
    case PROMPT_KIND_END:
        return false;
    }
    return false;
}

/* Fields name an option by its number in the file; steps are written there in the right order. */
static bool right_options(const struct prompt *prompt, struct arena *arena, struct str *right)
{
    struct str lines = STR_EMPTY;
    for (size_t i = 0; i < prompt->options_len; i++)
        if (prompt->kind == PROMPT_ORDER || prompt->options[i].correct)
            lines = str_format(arena, "%.*s%s%zu", STR_ARG(lines), lines.len ? "\n" : "", i);
    *right = lines;
    return lines.len > 0;
}
