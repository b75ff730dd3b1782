/* How sure somebody is, asked after the answer and before what is right: who was sure and is wrong
 * has made a discovery, who guessed and is right has not remembered it.
 *
 * Not a kind but a step that every kind with right and wrong answers has. Odd: the answer is stored
 * ungraded as soon as it is given, so that none is lost, and graded anew from what is stored. */
#include "kind.h"

#include "nudged/core/rating.h"

static uint8_t confidence_of(const struct given *given);
static void grade_again(const struct prompt *prompt, const struct answer *answer,
    const struct given *given, struct arena *arena, struct graded *out);

static const struct {
    struct str label;
    struct str words[3];
    enum answer_circumstance circumstance;
} confidences[] = {
    [CONFIDENCE_GUESS] = { STR_INIT("A guess"),
        { STR_INIT("guess"), STR_INIT("a guess"), STR_INIT("guessed") }, ANSWER_GUESSED },
    [CONFIDENCE_FAIRLY_SURE] = { STR_INIT("Fairly sure"),
        { STR_INIT("fairly sure"), STR_INIT("fairly"), STR_INIT("rather sure") },
        ANSWER_FAIRLY_SURE },
    [CONFIDENCE_SURE] = { STR_INIT("Sure"),
        { STR_INIT("sure"), STR_INIT("very sure"), STR_INIT("certain") }, ANSWER_SURE },
};

bool confidence_is_asked(const struct facts *facts)
{
    const struct deck *deck = content_deck(facts->content, facts->prompt.deck);
    return deck && deck->confidence && facts->nudge.step == 0 &&
        kind_is_marked(facts->prompt.kind);
}

bool confidence_is_next(const struct facts *facts)
{
    return facts->has_nudge && facts->has_answer && facts->nudge.step > 0 &&
        kind_is_marked(facts->prompt.kind);
}

void confidence_ask(const struct prompt *prompt, const struct graded *graded, struct arena *arena,
    struct message *message)
{
    struct answer given = { .chosen = graded->chosen, .text = graded->text };
    message_add(arena, message, PART_TEXT,
        say1(arena, SAY_YOUR_ANSWER, 0, "answer", kind_answer_text(prompt, &given, arena)));
    message_add(arena, message, PART_MUTED, say0(SAY_HOW_SURE, 0));
    struct part *buttons = message_add(arena, message, PART_BUTTONS, STR_EMPTY);
    for (uint8_t i = CONFIDENCE_GUESS; i < COUNT(confidences); i++)
        part_add_button(
            arena, buttons, (struct button){ VERB_RATE, i, BUTTON_PLAIN, confidences[i].label });
}

void confidence_grade(const struct prompt *prompt, const struct answer *answer,
    const struct given *given, struct arena *arena, struct graded *out)
{
    uint8_t confidence = confidence_of(given);
    out->complaint = SAY_SURE_FIRST;
    if (!confidence)
        return;
    grade_again(prompt, answer, given, arena, out);
    out->circumstances = confidences[confidence].circumstance;
}

static uint8_t confidence_of(const struct given *given)
{
    if (given->verb == VERB_RATE && given->values_len == 1)
        return given->values[0] < COUNT(confidences) ? given->values[0] : 0;
    struct str text = given->verb == VERB_NONE ? str_trim(given->text) : STR_EMPTY;
    for (uint8_t i = CONFIDENCE_GUESS; i < COUNT(confidences); i++) {
        if (text.len == 1 && text.ptr[0] == '0' + i)
            return i;
        for (size_t word = 0; word < COUNT(confidences[i].words); word++)
            if (str_equal_nocase(text, confidences[i].words[word]))
                return i;
    }
    return 0;
}

static void grade_again(const struct prompt *prompt, const struct answer *answer,
    const struct given *given, struct arena *arena, struct graded *out)
{
    uint8_t values[CHOICES_MAX];
    struct given again = { VERB_SUBMIT, values, 0, STR_EMPTY, 0, given->key };
    bool is_order = prompt->kind == PROMPT_ORDER;
    for (uint8_t i = 0; i < prompt->options_len; i++)
        if (is_order)
            values[again.values_len++] = (uint8_t)((answer->chosen >> (4 * i)) & 15U);
        else if (answer->chosen & (1U << i))
            values[again.values_len++] = i;
    if (!prompt->options_len) {
        again.verb = VERB_NONE;
        again.text = answer->text;
    }
    kind_of(prompt->kind)->grade(prompt, &again, arena, out);
}
