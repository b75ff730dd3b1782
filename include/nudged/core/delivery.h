/* One row of the outbox: something to be sent, and how its sending may end.
 *
 *   planned → claimed [commit] → HTTP → sent | rejected | retry | unknown
 *   planned → looked at again just before the claim (core/recheck.h) → later | expired
 *   unknown → asked → adopted | absent → planned */
#ifndef NUDGED_CORE_DELIVERY_H
#define NUDGED_CORE_DELIVERY_H

#include "nudged/base/str.h"
#include "nudged/base/time.h"

/* Served in this order. Stored: never renumber. */
enum lane {
    LANE_INTERACTIVE = 1,   /* somebody is looking at the screen */
    LANE_ALERT = 2,         /* to admins and owners */
    LANE_NOTICE = 3,
    LANE_NUDGE = 4,
    LANE_DIGEST = 5,
    LANE_CLOSE = 6,         /* old messages get their buttons taken away */
    LANE_END = 7
};

/* Stored: never renumber. */
enum delivery_kind {
    DELIVERY_POST = 1,      /* a new message in the person's DM; class: reconcile */
    DELIVERY_UPDATE = 2,    /* replace the message `message_id`; class: idempotent, newest wins */
    DELIVERY_HOME = 3,      /* replace the person's home page; class: idempotent, newest wins */
    DELIVERY_FORM = 4,      /* open a form; class: ephemeral, never stored */
    DELIVERY_WHISPER = 5    /* a line only the clicker sees; class: ephemeral, never stored */
};

enum delivery_class { CLASS_RECONCILE, CLASS_IDEMPOTENT, CLASS_EPHEMERAL };
enum delivery_class delivery_class_of(enum delivery_kind kind);

/* Stored: never renumber. Rows that reached `sent` or a final refusal are deleted. */
enum delivery_state {
    DELIVERY_PLANNED = 1, DELIVERY_CLAIMED = 2, DELIVERY_UNKNOWN = 3
};

struct delivery {
    int64_t delivery_id;            /* 0 for the ephemeral ones */
    enum lane lane;
    int64_t order_ms;  /* position in the lane: when its use ends, or when it was made */
    enum delivery_kind kind;
    enum delivery_state state;
    int64_t person_id, nudge_id;    /* nudge_id 0: not about a nudge */
    uint64_t key;  /* ours, opaque: metadata of a post, found again in the history */
    struct str user, channel;       /* platform ids; channel empty: not opened yet */
    struct str message_id;          /* UPDATE: which message */
    struct str trigger;             /* FORM */
    struct instant due;             /* not before */
    struct instant not_after;       /* of no use later: then expired, never sent late */
    struct instant claimed;         /* when the first attempt was claimed; for looking it up */
    int32_t attempts;
    struct str payload;             /* packed message */
};

enum delivery_end {
    DELIVERY_END_SENT = 1,          /* message_id and channel are known */
    DELIVERY_END_RETRY,             /* refused or never left: again at `again` */
    DELIVERY_END_UNKNOWN,           /* may have arrived: ask after the settle time */
    DELIVERY_END_ABSENT,            /* asked: it is not there; may be sent again */
    DELIVERY_END_GONE,              /* the message to be updated is no more */
    DELIVERY_END_PERSON,            /* this person cannot be reached */
    DELIVERY_END_CONTENT,           /* the platform refuses this message as it is */
    DELIVERY_END_WORKSPACE,         /* the workspace refuses us altogether */
    DELIVERY_END_LATER,             /* not now: at `again`; never left, and no attempt of it */
    DELIVERY_END_EXPIRED            /* too late to be of use; ours, not the platform's */
};

struct delivery_result {
    int64_t delivery_id;
    enum lane lane;
    int64_t order_ms;               /* lane, order_ms, delivery_id: the row's key */
    enum delivery_kind kind;
    int64_t person_id, nudge_id;
    enum delivery_end end;
    struct str channel, message_id; /* SENT */
    struct instant again;           /* RETRY, LATER */
    struct str code;                /* the platform's own word, for the log */
};

const char *lane_name(enum lane lane);
const char *delivery_end_name(enum delivery_end end);

#endif
