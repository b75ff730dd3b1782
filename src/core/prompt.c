/* Prompts as data: kind names, audience, and the packed form that is a revision.
 *
 * The packed bytes are what the revision's hash is taken over: everything a person can see or be
 * graded by is in them, and nothing else, so that fixing the deck's title makes no new revision. */
#include "nudged/core/prompt.h"

#include "nudged/base/pack.h"
#include "nudged/core/facts.h"

/* Without a hint the bytes are what they were before there were any: no revision changes. */
enum { PACK_PLAIN = 1, PACK_WITH_HINT = 2 };

static const char *const kind_names[PROMPT_KIND_END] = {
    [0] = "none", [PROMPT_CHOICE] = "choice", [PROMPT_MULTI] = "multi", [PROMPT_ORDER] = "order",
    [PROMPT_NUMBER] = "number", [PROMPT_SHORT] = "short", [PROMPT_RECALL] = "recall",
    [PROMPT_REFLECT] = "reflect",
};

static bool list_has(const struct str *list, size_t len, struct str word);
static void unpack_lists(struct unpack *in, struct arena *arena, struct prompt *prompt);

bool audience_has(const struct audience *audience, struct str role, struct str cohort)
{
    return (!audience->roles_len || list_has(audience->roles, audience->roles_len, role)) &&
           (!audience->cohorts_len || list_has(audience->cohorts, audience->cohorts_len, cohort));
}

const char *prompt_kind_name(enum prompt_kind kind)
{
    REQUIRE((unsigned)kind < PROMPT_KIND_END);
    return kind_names[kind];
}

void prompt_pack(const struct prompt *prompt, struct buf *buf)
{
    pack_uint(buf, prompt->hint.len ? PACK_WITH_HINT : PACK_PLAIN);
    pack_str(buf, prompt->deck);
    pack_str(buf, prompt->id);
    pack_uint(buf, prompt->kind);
    pack_str(buf, prompt->skill);
    pack_str(buf, prompt->ask);
    pack_uint(buf, prompt->options_len);
    for (size_t i = 0; i < prompt->options_len; i++) {
        pack_str(buf, prompt->options[i].text);
        pack_str(buf, prompt->options[i].why);
        pack_uint(buf, prompt->options[i].correct);
    }
    pack_uint(buf, prompt->accept_len);
    for (size_t i = 0; i < prompt->accept_len; i++)
        pack_str(buf, prompt->accept[i]);
    pack_uint(buf, prompt->exact);
    pack_double(buf, prompt->number);
    pack_double(buf, prompt->tolerance);
    pack_str(buf, prompt->unit);
    pack_str(buf, prompt->answer);
    pack_str(buf, prompt->why);
    pack_str(buf, prompt->source);
    if (!prompt->hint.len)
        return;
    pack_str(buf, prompt->hint);
    pack_uint(buf, prompt->hint_gives_away);
}

enum err prompt_unpack(struct str bytes, struct arena *arena, struct prompt *out)
{
    struct unpack in = unpack_from(bytes);
    struct prompt prompt = { 0 };
    uint64_t version = unpack_uint(&in);
    if (version != PACK_PLAIN && version != PACK_WITH_HINT)
        return ERR_SYNTAX;
    prompt.deck = unpack_str(&in);
    prompt.id = unpack_str(&in);
    uint64_t kind = unpack_uint(&in);
    if (kind < PROMPT_CHOICE || kind >= PROMPT_KIND_END)
        return ERR_SYNTAX;
    prompt.kind = (enum prompt_kind)kind;
    prompt.skill = unpack_str(&in);
    prompt.ask = unpack_str(&in);
    unpack_lists(&in, arena, &prompt);
    prompt.exact = unpack_uint(&in) != 0;
    prompt.number = unpack_double(&in);
    prompt.tolerance = unpack_double(&in);
    prompt.unit = unpack_str(&in);
    prompt.answer = unpack_str(&in);
    prompt.why = unpack_str(&in);
    prompt.source = unpack_str(&in);
    if (version == PACK_WITH_HINT) {
        prompt.hint = unpack_str(&in);
        prompt.hint_gives_away = unpack_uint(&in) != 0;
    }
    enum err err = unpack_finish(&in);
    if (arena_failed(arena))
        err = ERR_NO_MEMORY; /* and what it had no room for it did not read over either */
    if (!err)
        *out = prompt;
    return err;
}

const struct prompt *content_prompt(const struct content *content, int64_t prompt_id)
{
    size_t low = 0, high = content->by_id_len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (content->by_id[middle]->prompt_id < prompt_id)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < content->by_id_len && content->by_id[low]->prompt_id == prompt_id;
    return found ? content->by_id[low] : NULL;
}

const struct deck *content_deck(const struct content *content, struct str deck_id)
{
    for (size_t i = 0; i < content->decks_len; i++)
        if (str_equal(content->decks[i].id, deck_id))
            return &content->decks[i];
    return NULL;
}

const struct skill *content_skill(const struct content *content, struct str skill_id)
{
    for (size_t i = 0; i < content->skills_len; i++)
        if (str_equal(content->skills[i].id, skill_id))
            return &content->skills[i];
    return NULL;
}

static bool list_has(const struct str *list, size_t len, struct str word)
{
    for (size_t i = 0; i < len; i++)
        if (str_equal_nocase(list[i], word))
            return true;
    return false;
}

static void unpack_lists(struct unpack *in, struct arena *arena, struct prompt *prompt)
{
    prompt->options_len = unpack_count(in, PROMPT_OPTIONS_MAX);
    prompt->options = arena_array(arena, struct prompt_option, prompt->options_len);
    for (size_t i = 0; prompt->options && i < prompt->options_len; i++) {
        prompt->options[i].text = unpack_str(in);
        prompt->options[i].why = unpack_str(in);
        prompt->options[i].correct = unpack_uint(in) != 0;
    }
    prompt->accept_len = unpack_count(in, PROMPT_ACCEPT_MAX);
    prompt->accept = arena_array(arena, struct str, prompt->accept_len);
    for (size_t i = 0; prompt->accept && i < prompt->accept_len; i++)
        prompt->accept[i] = unpack_str(in);
}
