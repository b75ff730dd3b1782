/* What a kind of prompt must be able to do; one file per kind, one row in kinds.c.
 *
 * ask     adds the controls to the question's card
 * grade   reads what was given; `understood` false when it cannot be read as an answer to this
 *         kind, with `complaint` the sentence that says how to answer
 * reveal  adds what the person learns: which was right and why
 *
 * Options are shown in an order drawn from the nudge's key, so that the first button is not the
 * answer and a neighbour's "it's B" helps nobody; values always are option numbers as written. */
#ifndef NUDGED_CORE_KINDS_KIND_H
#define NUDGED_CORE_KINDS_KIND_H

#include "../say.h"
#include "nudged/core/facts.h"
#include "nudged/core/message.h"

/* What the person gave, from whichever control. */
struct given {
    enum verb verb; /* CHOOSE, SUBMIT, RATE, DONT_KNOW; NONE: typed */
    const uint8_t *values;
    size_t values_len;
    struct str text; /* typed line, or the form's inputs joined */
    uint8_t step;
    uint64_t key;
};

struct graded {
    bool understood;
    enum sentence complaint;
    enum grade grade;
    bool gave_up;
    bool close; /* short: accepted with a misspelling */
    unsigned circumstances; /* enum answer_circumstance: how sure the person said they are */
    uint8_t self_rating; /* recall, step 1: 1–4 */
    bool more; /* the card goes on to the next step; nothing is rated yet */
    uint32_t chosen; /* as in struct answer */
    struct str text; /* as in struct answer */
};

struct kind {
    void (*ask)(const struct prompt *prompt, const struct nudge *nudge, struct arena *arena,
        struct message *message);
    void (*grade)(const struct prompt *prompt, const struct given *given, struct arena *arena,
        struct graded *out);
    void (*reveal)(const struct prompt *prompt, const struct graded *graded, struct arena *arena,
        struct message *message);
    bool scored; /* reflect is not */
};

/* confidence.c: the step between an answer and what is right, in decks that ask for it. */
enum { CONFIDENCE_GUESS = 1, CONFIDENCE_FAIRLY_SURE = 2, CONFIDENCE_SURE = 3 };
bool confidence_is_asked(const struct facts *facts); /* the answer to come will be followed by it */
bool confidence_is_next(const struct facts *facts); /* an answer is there, it is what is missing */
void confidence_ask(const struct prompt *prompt, const struct graded *graded, struct arena *arena,
    struct message *message);
/* Reads how sure; then *out is the answer given before, graded. */
void confidence_grade(const struct prompt *prompt, const struct answer *answer,
    const struct given *given, struct arena *arena, struct graded *out);
/* Its answers are right or wrong by themselves: not a person's own rating, not a reflection. */
bool kind_is_marked(enum prompt_kind kind);

extern const struct kind kind_choice, kind_multi, kind_order, kind_number, kind_short, kind_recall,
    kind_reflect;
const struct kind *kind_of(enum prompt_kind kind);

/* order[place] = option number; a permutation of 0 … len-1 drawn from key. */
void kind_shuffle(uint64_t key, size_t len, uint8_t order[PROMPT_OPTIONS_MAX]);
/* Adds the choices in shuffled order. */
struct part *kind_add_choices(const struct prompt *prompt, uint64_t key, enum choice_mode mode,
    struct str submit, struct arena *arena, struct message *message);
/* "A, C" style words: the texts of the chosen options, joined. */
struct str kind_option_texts(const struct prompt *prompt, uint32_t bits, struct arena *arena);
/* The `reveal` of kinds whose answer is a set of options: what was chosen, what is right, why. */
void kind_reveal_options(const struct prompt *prompt, const struct graded *graded,
    struct arena *arena, struct message *message);
/* For each chosen or right option with a `why`, a line that says it. */
void kind_add_whys(
    const struct prompt *prompt, uint32_t chosen, struct arena *arena, struct message *message);
uint32_t kind_right_bits(const struct prompt *prompt);
/* Typed text longer than can be kept, counted as the sentence about it counts. */
bool kind_is_too_long(struct str text);
/* "got it": the word for a self-rating 1–4; empty for any other number. */
struct str kind_rating_word(uint8_t rating);
/* Text of an answer that was already recorded, for "already recorded: …". */
struct str kind_answer_text(
    const struct prompt *prompt, const struct answer *answer, struct arena *arena);

#endif
