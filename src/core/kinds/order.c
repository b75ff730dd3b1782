/* order: three to six steps, written in the right order, shown shuffled. All places or none: half
 * an order is no procedure. `chosen` keeps four bits a place. */
#include "kind.h"

#include "nudged/core/match.h"

static struct str order_text(const struct prompt *prompt, uint32_t chosen, struct arena *arena);

static void order_ask(const struct prompt *prompt, const struct nudge *nudge, struct arena *arena,
    struct message *message)
{
    kind_add_choices(prompt, nudge->key, CHOICE_ORDER, STR("Answer"), arena, message);
}

static void order_grade(const struct prompt *prompt, const struct given *given,
    struct arena *arena UNUSED, struct graded *out)
{
    uint8_t picks[MATCH_PICKS_MAX], shown[PROMPT_OPTIONS_MAX];
    size_t count = given->values_len;
    const uint8_t *values = given->values;
    kind_shuffle(given->key, prompt->options_len, shown);
    if (given->verb == VERB_NONE) {
        count = match_order(given->text, prompt->options_len, picks) ? prompt->options_len : 0;
        for (size_t i = 0; i < count; i++)
            picks[i] = shown[picks[i]];
        values = picks;
    }
    out->complaint = given->verb == VERB_NONE ? SAY_NOT_READ_ORDER : SAY_PLACE_EACH;
    uint32_t used = 0, chosen = 0;
    bool right = true;
    for (size_t i = 0; i < count && i < prompt->options_len; i++) {
        if (values[i] >= prompt->options_len)
            return;
        used |= 1U << values[i];
        chosen |= (uint32_t)values[i] << (4 * i);
        right = right && values[i] == i;
    }
    if (count != prompt->options_len || used != (1U << count) - 1)
        return;
    out->understood = true;
    out->chosen = chosen;
    out->grade = right ? GRADE_RIGHT : GRADE_WRONG;
}

static void order_reveal(const struct prompt *prompt, const struct graded *graded,
    struct arena *arena, struct message *message)
{
    if (graded->grade != GRADE_NONE && !graded->gave_up)
        message_add(arena, message, PART_TEXT,
            say1(arena, SAY_YOUR_ANSWER, 0, "answer", order_text(prompt, graded->chosen, arena)));
    if (graded->grade != GRADE_RIGHT) {
        uint32_t right = 0;
        for (size_t i = 0; i < prompt->options_len; i++)
            right |= (uint32_t)i << (4 * i);
        message_add(arena, message, PART_STRONG,
            say1(arena, SAY_RIGHT_ANSWER, 0, "answer", order_text(prompt, right, arena)));
    }
    kind_add_whys(prompt, UINT32_MAX, arena, message);
}

const struct kind kind_order = { order_ask, order_grade, order_reveal, true };

static struct str order_text(const struct prompt *prompt, uint32_t chosen, struct arena *arena)
{
    struct answer answer = { .chosen = chosen };
    if (prompt->options_len && !chosen)
        return STR_EMPTY;
    return kind_answer_text(prompt, &answer, arena);
}
