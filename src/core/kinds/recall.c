/* recall: type what you remember, see the model answer, say yourself how close you were. The text
 * alone is not rated: step 0 shows the model answer, step 1 takes the self-rating. */
#include "kind.h"


static void recall_ask(const struct prompt *prompt, const struct nudge *nudge, struct arena *arena,
    struct message *message)
{
    static const struct button ratings[] = {
        { VERB_RATE, 1, BUTTON_PLAIN, STR_INIT("Not yet") },
        { VERB_RATE, 2, BUTTON_PLAIN, STR_INIT("Partly") },
        { VERB_RATE, 3, BUTTON_PLAIN, STR_INIT("Got it") },
        { VERB_RATE, 4, BUTTON_PLAIN, STR_INIT("With ease") },
    };
    if (nudge->step == 0) {
        message_add(arena, message, PART_MUTED, say0(SAY_TYPE_RECALL, 0));
        return;
    }
    message_add(
        arena, message, PART_TEXT, say1(arena, SAY_MODEL_ANSWER, 0, "answer", prompt->answer));
    message_add(arena, message, PART_MUTED, say0(SAY_RATE_YOURSELF, 0));
    struct part *buttons = message_add(arena, message, PART_BUTTONS, STR_EMPTY);
    for (size_t i = 0; i < COUNT(ratings); i++)
        part_add_button(arena, buttons, ratings[i]);
}

static void recall_rate(uint8_t rating, struct graded *out)
{
    static const enum grade grades[] = { GRADE_NONE, GRADE_WRONG, GRADE_PARTLY, GRADE_RIGHT,
        GRADE_RIGHT };
    if (rating < 1 || rating > 4)
        return;
    out->understood = true;
    out->self_rating = rating;
    out->grade = grades[rating];
}

static void recall_grade(const struct prompt *prompt UNUSED, const struct given *given,
    struct arena *arena UNUSED, struct graded *out)
{
    struct str text = str_trim(given->text);
    if (given->step > 0) {
        out->complaint = SAY_RATE_YOURSELF;
        if (given->verb == VERB_RATE && given->values_len == 1)
            recall_rate(given->values[0], out);
        else if (given->verb == VERB_NONE && text.len == 1 && text.ptr[0] >= '1' &&
            text.ptr[0] <= '4')
            recall_rate((uint8_t)(text.ptr[0] - '0'), out);
        return;
    }
    out->complaint = text.len ? SAY_TOO_LONG : SAY_NOT_READ_EMPTY;
    if (given->verb == VERB_RATE || !text.len || kind_is_too_long(text))
        return;
    out->understood = true;
    out->more = true;
    out->text = text;
}

static void recall_reveal(const struct prompt *prompt, const struct graded *graded,
    struct arena *arena, struct message *message)
{
    message_add(
        arena, message, PART_TEXT, say1(arena, SAY_MODEL_ANSWER, 0, "answer", prompt->answer));
    if (graded->self_rating)
        message_add(arena, message, PART_MUTED,
            say1(arena, SAY_RATED, 0, "rating", kind_rating_word(graded->self_rating)));
}

const struct kind kind_recall = { recall_ask, recall_grade, recall_reveal, true };

struct str kind_rating_word(uint8_t rating)
{
    static const struct str words[] = { STR_INIT(""), STR_INIT("not yet"), STR_INIT("partly"),
        STR_INIT("got it"), STR_INIT("with ease") };
    return rating < COUNT(words) ? words[rating] : STR_EMPTY;
}
