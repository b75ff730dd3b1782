/* short: a few typed words, compared with the accepted ones; misspelling is forgiven unless the
 * author said exact, digits and negations never are. */
#include "kind.h"

#include "nudged/core/match.h"

static void short_ask(const struct prompt *prompt UNUSED, const struct nudge *nudge UNUSED,
    struct arena *arena, struct message *message)
{
    message_add(arena, message, PART_MUTED, say0(SAY_TYPE_WORDS, 0));
}

static void short_grade(
    const struct prompt *prompt, const struct given *given, struct arena *arena, struct graded *out)
{
    struct str text = str_trim(given->text);
    out->complaint = text.len ? SAY_TOO_LONG : SAY_NOT_READ_EMPTY;
    if (!text.len || kind_is_too_long(text))
        return;
    enum match match = MATCH_NO;
    if (match_text(arena, text, prompt->accept, prompt->accept_len,
            (struct match_rules){ .exact = prompt->exact }, &match))
        return;
    out->understood = true;
    out->text = text;
    out->close = match == MATCH_CLOSE;
    out->grade = match == MATCH_NO ? GRADE_WRONG : GRADE_RIGHT;
}

static void short_reveal(const struct prompt *prompt, const struct graded *graded,
    struct arena *arena, struct message *message)
{
    if (graded->text.len)
        message_add(
            arena, message, PART_TEXT, say1(arena, SAY_YOUR_ANSWER, 0, "answer", graded->text));
    if ((graded->grade != GRADE_RIGHT || graded->close) && prompt->accept_len)
        message_add(arena, message, PART_STRONG,
            say1(arena, SAY_RIGHT_ANSWER, 0, "answer", prompt->accept[0]));
}

const struct kind kind_short = { short_ask, short_grade, short_reveal, true };
