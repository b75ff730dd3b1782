/* Everything that happens, in one shape. Platforms decode into it, the app raises the rest; what a
 * rule may know about the moment is here or in `struct facts`, nowhere else.
 *
 * Strings borrow from the frame or the turn's arena and die with the turn. */
#ifndef NUDGED_CORE_EVENT_H
#define NUDGED_CORE_EVENT_H

#include "nudged/base/time.h"
#include "nudged/core/alert.h"
#include "nudged/core/delivery.h"
#include "nudged/core/difficulty.h"
#include "nudged/core/fit.h"
#include "nudged/core/message.h"
#include "nudged/core/roster.h"

enum event_kind {
    EVENT_ACTION,           /* a button or a choice */
    EVENT_FORM,             /* a submitted form */
    EVENT_COMMAND,          /* a slash command */
    EVENT_TEXT,             /* a line typed in the DM */
    EVENT_HOME_OPENED,
    EVENT_MEMBERS,          /* what the platform says about some of its users */
    EVENT_UNINSTALLED,      /* the workspace took our access away */
    EVENT_LINK,             /* a link came up (workspace known) or went down */
    EVENT_DND,              /* answer to QUERY_DND */
    EVENT_PERSON_DUE,       /* a person's slot has come */
    EVENT_DIGEST_DUE,       /* a manager's weekly instant has come */
    EVENT_DIGEST_READY,     /* the report for it was read */
    EVENT_DELIVERY,         /* how one request to the platform ended */
    EVENT_CONTENT,          /* a new set of prompt files was loaded (or refused) */
    EVENT_PEOPLE,           /* a slice of rows of people.csv */
    EVENT_CONTROL,          /* a subcommand of the operator */
    EVENT_ALERT,            /* a condition the admins hear of began or ended */
    EVENT_FITTED,           /* weights were learnt from the answers */
    EVENT_REPLAY,           /* one person's answers are to be rated anew */
    EVENT_JUDGED,           /* how hard prompts are was estimated */
    EVENT_UPKEEP,           /* an hour is over: the epoch grows, what is too old goes */
    EVENT_KIND_COUNT
};

struct member {             /* one user of the chat workspace */
    struct str user, email, name, zone;     /* zone: IANA; empty when the platform does not say */
    bool deleted, bot;
};

struct dnd_state { struct str user; struct instant until; };  /* until: utc_ms 0 when not in DND */

struct form_value { struct str name, value; };

enum control { CONTROL_RESUME = 1, CONTROL_PAUSE = 2, CONTROL_REVERT_FIT = 3 };

/* Asked of the platform after a commit; the answer comes back as an event. */
enum query_kind {
    QUERY_ROSTER = 1, QUERY_DND = 2, QUERY_EMAILS = 3,
    QUERY_USER = 4          /* the profile of one user; answered by MEMBERS, or by nothing */
};

struct event {
    enum event_kind kind;
    struct instant at;              /* when the turn took it; the only "now" of a rule */
    struct str platform, workspace; /* from the link that delivered it; empty for our own events */
    /* Platform user id, only from the authenticated payload; MEMBERS: the one who joined or
     * changed. */
    struct str actor;
    struct str channel, message_id; /* where it happened; message_id of the card acted on */
    struct str dedupe_key;  /* what the platform repeats on redelivery; empty: it never does */
    struct str trigger;             /* lets us open a form within 3 s (Slack); empty: cannot */

    struct action_ref ref;          /* ACTION, FORM */
    enum verb verb;                 /* ACTION, COMMAND, TEXT when the whole line is a command */
    uint8_t values[CHOICES_MAX];    /* ACTION: chosen option numbers, in the order given */
    size_t values_len;
    struct str text;                /* COMMAND, TEXT: the argument or the line; CONTROL: argument */
    bool files;                     /* TEXT: something was attached, which nobody reads */
    bool trial;                     /* REPLAY: only to see what would change */
    bool hurried;                   /* TEXT: the first of more lines than anybody types */
    struct form_value *form;        /* FORM */
    size_t form_len;

    struct member *members;         /* MEMBERS */
    size_t members_len;
    enum query_kind answers;  /* MEMBERS: which query this belongs to; 0: the platform told us */
    bool members_complete;          /* MEMBERS: last page of that query */
    struct dnd_state *dnd;          /* DND */
    size_t dnd_len;

    int64_t person_id;              /* PERSON_DUE, DIGEST_* */
    int32_t week_monday;            /* DIGEST_*: local day */
    const struct report *report;    /* DIGEST_READY */
    bool details;                   /* DIGEST_READY: asked for, not Monday's */
    struct delivery_result result;  /* DELIVERY */
    const struct people_row *rows;  /* PEOPLE */
    size_t rows_len;
    bool rows_last;                 /* PEOPLE: that was all: every sweep up to CLOSE, at once */
    int64_t roster_epoch;           /* PEOPLE: the same number for all slices of one file */
    enum people_sweep sweep;        /* PEOPLE: after the rows; 0: none */
    int64_t after_id, until_id;     /* PEOPLE: of whom; the first is not meant */
    const struct taken *taken;      /* PEOPLE; NULL: nothing to remember */
    uint64_t slice;                 /* PEOPLE: by which the sender knows its own; 0: nobody's */
    enum control control;
    bool up;                        /* LINK */
    const struct alert *alert;      /* ALERT; borrowed: such an event never waits */
    const struct fit_record *fitted;        /* FITTED; likewise */
    const struct difficulty_row *judged;    /* JUDGED; likewise; person_id: the owner to tell */
    size_t judged_len;
    const struct faults *faults;    /* CONTENT: what was wrong; NULL or empty when accepted */
};

const char *event_kind_name(enum event_kind kind);

#endif
