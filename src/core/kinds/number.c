/* number: typed digits, right within the tolerance the author gave. */
#include "kind.h"

#include "nudged/core/match.h"

enum { NUMBER_BYTES_MAX = 64 }; /* longer lines are sentences, not numbers */

static bool has_digit(struct str text);

static void number_ask(const struct prompt *prompt UNUSED, const struct nudge *nudge UNUSED,
    struct arena *arena, struct message *message)
{
    message_add(arena, message, PART_MUTED, say0(SAY_TYPE_NUMBER, 0));
}

static void number_grade(
    const struct prompt *prompt, const struct given *given, struct arena *arena, struct graded *out)
{
    struct str text = str_trim(given->text);
    enum match match = MATCH_NO;
    out->complaint = SAY_NOT_READ_NUMBER;
    if (!has_digit(text) || text.len > NUMBER_BYTES_MAX ||
        match_number(arena, text, prompt->number, prompt->tolerance, &match))
        return;
    out->understood = true;
    out->text = text;
    out->grade = match == MATCH_EXACT ? GRADE_RIGHT : GRADE_WRONG;
}

static void number_reveal(const struct prompt *prompt, const struct graded *graded,
    struct arena *arena, struct message *message)
{
    if (graded->text.len)
        message_add(
            arena, message, PART_TEXT, say1(arena, SAY_YOUR_ANSWER, 0, "answer", graded->text));
    struct str right = str_format(
        arena, "%.10g%s%.*s", prompt->number, prompt->unit.len ? " " : "", STR_ARG(prompt->unit));
    if (graded->grade != GRADE_RIGHT || prompt->tolerance > 0)
        message_add(arena, message, PART_STRONG, say1(arena, SAY_RIGHT_ANSWER, 0, "answer", right));
}

const struct kind kind_number = { number_ask, number_grade, number_reveal, true };

static bool has_digit(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
            return true;
    return false;
}
