/* Everything a person can say to the bot by button, typed word or slash command: one word, one
 * verb.
 *
 * The table in core/verb.c is the only list; help, decoding, `check` (a prompt may not accept a
 * command word as its answer) and every platform's buttons read it. */
#ifndef NUDGED_CORE_VERB_H
#define NUDGED_CORE_VERB_H

#include <stdbool.h>

#include "nudged/base/str.h"

/* Part of button values on old messages: never renumber. */
enum verb {
    VERB_NONE = 0,
    VERB_CHOOSE = 1,        /* an option of the open prompt; typed as its letter */
    VERB_SUBMIT = 2,        /* the options marked so far (multi, order) */
    VERB_RATE = 3,          /* recall: the self-rating; else how sure one is */
    VERB_WRITE = 4,         /* opens the form (reflect, or a typed answer in a form) */
    VERB_DONT_KNOW = 5,
    VERB_SKIP = 6,
    VERB_SNOOZE = 7,
    VERB_WHY = 8,
    VERB_HELP = 9,
    VERB_PAUSE = 10,        /* argument: until when; none: until resume */
    VERB_RESUME = 11,
    VERB_STOP = 12,
    VERB_PRIVACY = 13,
    VERB_NEXT = 14,
    VERB_DETAILS = 15,      /* the rest of a digest */
    VERB_IGNORE = 16,       /* a control that changes nothing by itself (a select before submit) */
    VERB_HINT = 17,
    VERB_END = 18
};

struct verb_info {
    enum verb verb;
    struct str word;            /* typed word and action id: "snooze" */
    struct str aliases[8];
    struct str argument;        /* shown in help: "[until friday]" */
    struct str help;            /* one line; empty: not listed */
    bool typed;                 /* understood as a typed line or slash command */
    bool takes_argument;
};

const struct verb_info *verb_info(enum verb verb);
/* A typed line is a command only when the whole line is one: the word alone, or a word that takes
 * an argument and its argument. Case and surrounding blanks do not matter; a leading '/' neither.
 * */
enum verb verb_parse(struct str line, struct str *argument);
enum verb verb_from_word(struct str word);      /* exact; for action ids. VERB_NONE when unknown */

#endif
