/* What authors write: decks, prompts, skills. Loaded by content/, read-only afterwards.
 *
 * All strings and arrays live in the arena of the `struct content` they hang on. A prompt is known
 * by (deck id, prompt id), both stable; `prompt_id` and `revision_id` are the store's integers for
 * it and for its present text, 0 until CONTENT_LOADED gave them. */
#ifndef NUDGED_CORE_PROMPT_H
#define NUDGED_CORE_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/buf.h"
#include "nudged/base/err.h"
#include "nudged/base/str.h"

/* Stored in the database: never renumber. */
enum prompt_kind {
    PROMPT_CHOICE = 1,      /* one right option of 2–10 */
    PROMPT_MULTI = 2,       /* any number of right options of 2–10 */
    PROMPT_ORDER = 3,       /* 3–6 options, written in the right order */
    PROMPT_NUMBER = 4,      /* a number within a tolerance */
    PROMPT_SHORT = 5,       /* a few typed words out of a list of accepted ones */
    PROMPT_RECALL = 6,      /* type it, see the model answer, rate yourself */
    /* what did I do, what happened, what will I do differently; never scored */
    PROMPT_REFLECT = 7,
    PROMPT_KIND_END = 8
};

enum {
    PROMPT_OPTIONS_MAX = 10,        /* Slack's radio buttons and checkboxes hold ten */
    PROMPT_ACCEPT_MAX = 20,
    PROMPT_ASK_MAX = 600,           /* code points: readable in under a minute on a phone */
    PROMPT_OPTION_MAX = 150,        /* code points */
    PROMPT_WHY_MAX = 600,
    PROMPT_HINT_MAX = 200           /* a pointer where to look, not a lesson */
};

struct prompt_option {
    struct str text;
    struct str why;                 /* why it is right or wrong; may be empty */
    bool correct;
};

struct prompt {
    int64_t prompt_id, revision_id;
    struct str deck, id;            /* stable; [a-z0-9-], at most 64 bytes each */
    enum prompt_kind kind;
    struct str skill;               /* id in skills.yaml */
    struct str ask;
    struct prompt_option *options;  /* choice, multi, order */
    size_t options_len;
    struct str *accept;             /* short: accepted answers */
    size_t accept_len;
    bool exact;                     /* short: no tolerance for misspelling */
    double number, tolerance;       /* number: right when |given - number| <= tolerance */
    struct str unit;  /* number: shown behind the input, ignored when typed; may be empty */
    struct str answer;              /* recall: the model answer */
    struct str why;                 /* shown with every feedback; may be empty */
    struct str source;              /* where it comes from; falls back to the deck's */
    bool held_out;                  /* asked to measure, never to practise; no part of the text */
    struct str hint;                /* shown on request; may be empty */
    bool hint_gives_away;           /* it says part of the answer: right is then not remembered */
};

struct audience {                   /* empty lists mean everybody; both given: both must match */
    struct str *roles, *cohorts;
    size_t roles_len, cohorts_len;
};

struct deck {
    struct str id, title, owner, source, language, skill, file;
    struct audience audience;
    int32_t review_by_day;          /* local day; 0 when not given */
    double desired_retention;       /* 0.70–0.97, default 0.90 */
    int32_t min_gap_days;           /* -1: the organisation's */
    bool confidence;                /* ask how sure one is, before the answer is shown */
    struct prompt *prompts;         /* in teaching order */
    size_t prompts_len;
};

struct skill {
    struct str id, name;
    struct str *behaviours;         /* observable: "says who owns the next step" */
    size_t behaviours_len;
    struct str *roles;              /* the roles that need it */
    size_t roles_len;
};

bool audience_has(const struct audience *audience, struct str role, struct str cohort);

const char *prompt_kind_name(enum prompt_kind kind);            /* "choice"; the word in YAML */
/* The exact text shown, as bytes: what a revision is (its hash is SHA-256 of these) and how the
 * store keeps it. Reading back borrows strings from the bytes and arrays from the arena. */
void prompt_pack(const struct prompt *prompt, struct buf *buf);
MUST_USE enum err prompt_unpack(struct str bytes, struct arena *arena, struct prompt *out);

#endif
