/* How hard prompts are, and which of them are broken, from the answers of many people.
 *
 * Elo with guessing. A person has an ability, a prompt a difficulty b, both begin at 0; with g the
 * chance of a right guess an answer is expected to be right with
 *
 *   e = g + (1 - g) / (1 + exp(b - ability))
 *
 * and moves the ability by K(n) (right - e), and b by K(m) (e - right) when it is this person's
 * first answer to the prompt: later ones show what was learnt, not how hard it is. n and m count
 * the moves before, K(n) = 1 / (1 + n / 20). The standard error of b is 1 / sqrt(sum e (1 - e)).
 *
 * A prompt is flagged when it has DIFFICULTY_ANSWERS answers of DIFFICULTY_PEOPLE people and its
 * first answers show one of these, strongest first:
 *   key          a wrong option was chosen more often than a right one, by more than two standard
 *                errors of the difference: the key may be wrong
 *   too_few      (right - sum e) / sqrt(sum e (1 - e)) < -3, with b at most DIFFICULTY_HARDEST:
 *                fewer are right than guessing, or the hardest of fair questions, would give
 *   not_rising   who is better elsewhere is hardly better here: success rises with ability by less
 *                than a third of what it should, and that is 3 standard errors too little
 * A flag asks an author to look. It is never about a person; abilities leave this file with
 * nobody. */
#ifndef NUDGED_CORE_DIFFICULTY_H
#define NUDGED_CORE_DIFFICULTY_H

#include "nudged/base/arena.h"
#include "nudged/base/err.h"
#include "nudged/core/prompt.h"

enum { DIFFICULTY_ANSWERS = 30, DIFFICULTY_PEOPLE = 15 };

extern const double difficulty_hardest;     /* 1.5 */

/* Stored: never renumber. */
enum difficulty_flag {
    DIFFICULTY_FINE = 0, DIFFICULTY_KEY = 1, DIFFICULTY_TOO_FEW = 2, DIFFICULTY_NOT_RISING = 3,
    DIFFICULTY_FLAG_COUNT = 4
};

/* A prompt missed LEECH_MISSES times in a row rests for LEECH_REST_DAYS for who missed it: asking
 * on would only annoy. Two weeks: a month is worth less in two worlds of tests/worlds and the same
 * in the third. Several such people are a reason to look at it, and are nobody by name. */
enum { LEECH_MISSES = 4, LEECH_REST_DAYS = 14, LEECH_PEOPLE = 3, LEECHES_TOLD_MAX = 20 };

struct leeches {
    struct leech { int64_t prompt_id; int32_t people; } rows[LEECHES_TOLD_MAX];
    size_t len;                 /* those of most people first */
};
struct str leech_sentence(const struct leech *leech, struct arena *arena);

/* A prompt in force, with what grading it needs. */
struct difficulty_prompt {
    int64_t prompt_id, revision_id;
    enum prompt_kind kind;
    size_t options;
    uint32_t right;             /* choice, multi: a bit per right option, the first lowest */
};

/* One scored answer. Ordered by time. */
struct difficulty_answer {
    uint32_t person;            /* any number below `people` of the log */
    uint32_t prompt;            /* place in the list of prompts; UINT32_MAX: none in force */
    double guess;
    uint32_t chosen;            /* as struct answer's */
    bool first, right;
    bool present;               /* the text answered is the one in force */
};

struct difficulty_log {
    const struct difficulty_answer *answers;    /* borrowed */
    size_t len;
    uint32_t people;
};

struct difficulty_row {         /* of one prompt, in the order of the prompts */
    int64_t prompt_id, revision_id;
    int32_t answers, people;    /* to the text in force; people: first answers, what b is from */
    int32_t right;              /* of the first answers */
    double difficulty, error;   /* error 0: no first answer yet, nothing is known */
    enum difficulty_flag flag;
    int32_t option;             /* KEY: the wrong option, from 0 */
    int32_t option_count, key_count;
};

/* Rows in the arena, one a prompt. Errors: ERR_NO_MEMORY, ERR_INVALID (a person or prompt beyond
 * the list). */
MUST_USE enum err difficulty_estimate(const struct difficulty_prompt *prompts, size_t prompts_len,
    const struct difficulty_log *log, struct arena *arena, struct difficulty_row **rows);

/* What to look at, in one sentence with the numbers; empty when nothing is flagged. */
struct str difficulty_sentence(const struct difficulty_row *row, struct arena *arena);
const char *difficulty_flag_name(enum difficulty_flag flag);    /* "key"; "fine" */

#endif
