/* The table of kinds, and what several of them share. */
#include "kind.h"

#include "nudged/base/limits.h"
#include "nudged/base/text.h"

static uint64_t next_random(uint64_t *state);

const struct kind *kind_of(enum prompt_kind kind)
{
    static const struct kind *const kinds[PROMPT_KIND_END] = {
        [PROMPT_CHOICE] = &kind_choice,
        [PROMPT_MULTI] = &kind_multi,
        [PROMPT_ORDER] = &kind_order,
        [PROMPT_NUMBER] = &kind_number,
        [PROMPT_SHORT] = &kind_short,
        [PROMPT_RECALL] = &kind_recall,
        [PROMPT_REFLECT] = &kind_reflect,
    };
    REQUIRE(kind >= PROMPT_CHOICE && kind < PROMPT_KIND_END);
    return kinds[kind];
}

void kind_shuffle(uint64_t key, size_t len, uint8_t order[PROMPT_OPTIONS_MAX])
{
    REQUIRE(len <= PROMPT_OPTIONS_MAX);
    uint64_t state = key;
    for (size_t i = 0; i < len; i++)
        order[i] = (uint8_t)i;
    for (size_t i = len; i > 1; i--) { /* Fisher–Yates; the bias of % is far below 1e-15 */
        size_t j = (size_t)(next_random(&state) % i);
        uint8_t swap = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swap;
    }
}

struct part *kind_add_choices(const struct prompt *prompt, uint64_t key, enum choice_mode mode,
    struct str submit, struct arena *arena, struct message *message)
{
    uint8_t order[PROMPT_OPTIONS_MAX];
    kind_shuffle(key, prompt->options_len, order);
    struct part *part = message_add(arena, message, PART_CHOICES, STR_EMPTY);
    if (!part)
        return NULL;
    part->mode = mode;
    part->label = submit;
    for (size_t i = 0; i < prompt->options_len; i++)
        part_add_choice(arena, part, order[i], prompt->options[order[i]].text);
    return part;
}

struct str kind_option_texts(const struct prompt *prompt, uint32_t bits, struct arena *arena)
{
    struct buf buf = buf_in(arena, TEXT_BYTES_MAX);
    for (size_t i = 0; i < prompt->options_len; i++)
        if (bits & (1U << i)) {
            if (buf.len)
                buf_add(&buf, STR("; "));
            buf_add(&buf, prompt->options[i].text);
        }
    return buf_str(&buf);
}

void kind_reveal_options(const struct prompt *prompt, const struct graded *graded,
    struct arena *arena, struct message *message)
{
    if (graded->chosen)
        message_add(arena, message, PART_TEXT,
            say1(arena, SAY_YOUR_ANSWER, 0, "answer",
                kind_option_texts(prompt, graded->chosen, arena)));
    if (graded->grade != GRADE_RIGHT)
        message_add(arena, message, PART_STRONG,
            say1(arena, SAY_RIGHT_ANSWER, 0, "answer",
                kind_option_texts(prompt, kind_right_bits(prompt), arena)));
    kind_add_whys(prompt, graded->chosen, arena, message);
}

void kind_add_whys(
    const struct prompt *prompt, uint32_t chosen, struct arena *arena, struct message *message)
{
    for (size_t i = 0; i < prompt->options_len; i++) {
        const struct prompt_option *option = &prompt->options[i];
        bool was_chosen = chosen & (1U << i);
        if (option->why.len && (was_chosen || option->correct))
            message_add(arena, message, PART_TEXT,
                str_format(arena, "%.*s → %.*s", STR_ARG(option->text), STR_ARG(option->why)));
    }
}

bool kind_is_marked(enum prompt_kind kind)
{
    return kind_of(kind)->scored && kind != PROMPT_RECALL;
}

bool kind_is_too_long(struct str text)
{
    return text_length(text) > ANSWER_POINTS_MAX;
}

uint32_t kind_right_bits(const struct prompt *prompt)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < prompt->options_len; i++)
        if (prompt->options[i].correct)
            bits |= 1U << i;
    return bits;
}

struct str kind_answer_text(
    const struct prompt *prompt, const struct answer *answer, struct arena *arena)
{
    if (answer->text.len)
        return answer->text;
    if (prompt->kind == PROMPT_RECALL && answer->step > 0)
        return kind_rating_word(
            (uint8_t)(answer->chosen ? answer->chosen : (uint32_t)answer->rating));
    if (!answer->chosen)
        return STR("you asked to see the answer");
    if (prompt->kind != PROMPT_ORDER)
        return kind_option_texts(prompt, answer->chosen, arena);
    struct buf buf = buf_in(arena, TEXT_BYTES_MAX);
    for (size_t place = 0; place < prompt->options_len; place++) {
        size_t number = (answer->chosen >> (4 * place)) & 15U;
        if (number < prompt->options_len)
            buf_addf(&buf, "\n%zu. %.*s", place + 1,
                STR_ARG(prompt->options[number].text));
    }
    return buf_str(&buf);
}

/* SplitMix64 (Steele, Lea and Flood 2014): one 64-bit key gives a whole stream. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}
