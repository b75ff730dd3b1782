/* reflect: what did I do, what happened, what will I do differently. Never scored, never evidence,
 * seen by nobody else. A form where the platform has one; a typed line does as well. */
#include "kind.h"


enum { QUOTES_MAX = 12 }; /* paragraphs shown apart; leaves room for the rest of the card */

static void reflect_ask(const struct prompt *prompt UNUSED, const struct nudge *nudge UNUSED,
    struct arena *arena, struct message *message)
{
    message_add(arena, message, PART_MUTED, say0(SAY_TYPE_REFLECT, 0));
    struct part *buttons = message_add(arena, message, PART_BUTTONS, STR_EMPTY);
    part_add_button(
        arena, buttons, (struct button){ VERB_WRITE, 0, BUTTON_PRIMARY, STR("Write it down") });
}

static void reflect_grade(const struct prompt *prompt UNUSED, const struct given *given,
    struct arena *arena UNUSED, struct graded *out)
{
    struct str text = str_trim(given->text);
    out->complaint = text.len ? SAY_TOO_LONG : SAY_NOT_READ_EMPTY;
    if (!text.len || kind_is_too_long(text))
        return;
    out->understood = true;
    out->grade = GRADE_NONE;
    out->text = text;
}

static void reflect_reveal(const struct prompt *prompt UNUSED, const struct graded *graded,
    struct arena *arena, struct message *message)
{
    struct str rest = graded->text, line;
    for (int quotes = 1; quotes < QUOTES_MAX && str_next_part(&rest, '\n', &line);)
        if (line.len) {
            message_add(arena, message, PART_QUOTE, line);
            quotes++;
        }
    if (str_trim(rest).len)
        message_add(arena, message, PART_QUOTE, str_trim(rest));
    message_add(arena, message, PART_MUTED, say0(SAY_PRIVATE, 0));
}

const struct kind kind_reflect = { reflect_ask, reflect_grade, reflect_reveal, false };
