/* choice: one right option of two to ten. One press answers; typed, one letter does. */
#include "kind.h"

#include "nudged/core/match.h"

static size_t option_by_words(const struct prompt *prompt, struct str text, struct arena *arena);

static void choice_ask(const struct prompt *prompt, const struct nudge *nudge, struct arena *arena,
    struct message *message)
{
    kind_add_choices(prompt, nudge->key, CHOICE_ONE, STR("Answer"), arena, message);
}

static void choice_grade(
    const struct prompt *prompt, const struct given *given, struct arena *arena, struct graded *out)
{
    uint8_t picks[MATCH_PICKS_MAX], order[PROMPT_OPTIONS_MAX];
    size_t option = prompt->options_len, picks_len = 0;
    kind_shuffle(given->key, prompt->options_len, order);
    out->complaint = given->verb == VERB_SUBMIT ? SAY_MARK_FIRST : SAY_NOT_READ_OPTIONS;
    if (given->verb != VERB_NONE) {
        if (given->values_len == 1)
            option = given->values[0];
    } else if (match_picks(given->text, prompt->options_len, picks, &picks_len)) {
        if (picks_len == 1)
            option = order[picks[0]];
    } else {
        option = option_by_words(prompt, given->text, arena);
    }
    if (option >= prompt->options_len)
        return;
    out->understood = true;
    out->chosen = 1U << option;
    out->grade = prompt->options[option].correct ? GRADE_RIGHT : GRADE_WRONG;
}

const struct kind kind_choice = { choice_ask, choice_grade, kind_reveal_options, true };

/* Somebody who types the option's words in full has chosen it. */
static size_t option_by_words(const struct prompt *prompt, struct str text, struct arena *arena)
{
    for (size_t i = 0; i < prompt->options_len; i++) {
        enum match match = MATCH_NO;
        enum err err = match_text(arena, text, &prompt->options[i].text, 1,
            (struct match_rules){ .exact = true }, &match);
        if (!err && match == MATCH_EXACT)
            return i;
    }
    return prompt->options_len;
}
