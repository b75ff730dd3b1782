/* multi: any number of right options. Marked boxes count only when submitted; some right and
 * nothing wrong is "partly", and counts as a miss for the memory: part of it was not recalled. */
#include "kind.h"

#include "nudged/core/match.h"

static void multi_ask(const struct prompt *prompt, const struct nudge *nudge, struct arena *arena,
    struct message *message)
{
    kind_add_choices(prompt, nudge->key, CHOICE_MANY, STR("Answer"), arena, message);
}

static void multi_grade(const struct prompt *prompt, const struct given *given,
    struct arena *arena UNUSED, struct graded *out)
{
    uint8_t picks[MATCH_PICKS_MAX], order[PROMPT_OPTIONS_MAX];
    uint32_t chosen = 0;
    kind_shuffle(given->key, prompt->options_len, order);
    if (given->verb == VERB_NONE) {
        size_t count = 0;
        if (match_picks(given->text, prompt->options_len, picks, &count))
            for (size_t i = 0; i < count; i++)
                chosen |= 1U << order[picks[i]];
    } else {
        for (size_t i = 0; i < given->values_len; i++)
            if (given->values[i] < prompt->options_len)
                chosen |= 1U << given->values[i];
    }
    out->complaint = given->verb == VERB_NONE ? SAY_NOT_READ_MANY : SAY_MARK_FIRST;
    if (!chosen)
        return;
    uint32_t right = kind_right_bits(prompt);
    out->understood = true;
    out->chosen = chosen;
    out->grade = chosen == right ? GRADE_RIGHT : chosen & right ? GRADE_PARTLY : GRADE_WRONG;
}

const struct kind kind_multi = { multi_ask, multi_grade, kind_reveal_options, true };
