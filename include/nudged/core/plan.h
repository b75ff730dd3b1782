/* What a rule decided: effects for the store, in order, and what leaves after the commit.
 *
 * Plain data in the turn's arena. Applying is store/apply.c's work, acting app/turn.c's. */
#ifndef NUDGED_CORE_PLAN_H
#define NUDGED_CORE_PLAN_H

#include "nudged/core/access.h"
#include "nudged/core/event.h"
#include "nudged/core/facts.h"
#include "nudged/core/rule.h"
enum { PLAN_EFFECTS_MAX = 1200 }; /* a slice of 500 people, two effects each */

enum effect_kind {
    EFFECT_PERSON, /* change the fields named in `person_fields` of person_id */
    EFFECT_NUDGE_NEW, /* insert; its id becomes the nudge_id of later effects with nudge_id -1 */
    EFFECT_NUDGE_STATE, /* state, step, closed, circumstances of an existing one */
    EFFECT_ANSWER, /* insert; doing it twice is harmless */
    EFFECT_REVIEW, /* insert or replace person × prompt */
    EFFECT_DELIVER, /* into the outbox */
    EFFECT_DELIVERED, /* the outcome of a delivery: change or delete its row */
    EFFECT_PEOPLE_ROW, /* upsert one row of people.csv (kept fields stay) */
    EFFECT_PEOPLE_LAST, /* every sweep over everybody but WAKE, and the epoch is in force */
    EFFECT_PEOPLE_SWEEP, EFFECT_TAKEN, /* over a range of people; which files are in whole */
    EFFECT_MEMBER, /* match one chat member with a person by e-mail, or refresh a matched one */
    EFFECT_MEMBERS_LAST, /* whoever is still CHAT_UNKNOWN is CHAT_UNMATCHED */
    EFFECT_DND, /* dnd_until of the person with that chat user */
    EFFECT_DIGEST, /* insert (manager, week) as planned, or mark it sent / skipped */
    EFFECT_ACCESS, /* note in the access log what a pass opened */
    EFFECT_LIVE, /* the operator's pause / resume; resume also wakes everybody's slot */
    EFFECT_UPKEEP, /* the epoch grows by one */
    EFFECT_RETENTION, /* a slice of what is older than these instants goes; 0: stays */
    EFFECT_GAP_OVER, /* a restored store goes on: what was open or due before now is over */
    EFFECT_WORKSPACE, /* bind the store to the workspace, or mark it as lost */
    EFFECT_FIT, /* another row in the history of the weights */
    EFFECT_ALERT, /* remember that a condition began, or forget it */
    EFFECT_LATENCY, /* how long the person took of late, for one kind of question */
    EFFECT_RERATE, /* another rating of an answer that is there, and the review before it */
    EFFECT_DIFFICULTY /* the newest estimate of one prompt */
};

/* Bits of person_fields. */
enum {
    PERSON_SET_STATE = 1 << 0, /* state, paused_until */
    PERSON_SET_SLOT = 1 << 1, /* slot_day, slot_count, next_slot */
    PERSON_SET_NOTICE = 1 << 2, /* notice_version */
    PERSON_SET_ENROLLED = 1 << 3,
    PERSON_SET_CHAT = 1 << 4, /* chat_state, chat_user, chat_channel, chat_zone */
    PERSON_SET_DIGEST_AT = 1 << 5, /* next_digest */
    PERSON_SET_OWN_ZONE = 1 << 6,
    PERSON_SET_CHANNEL = 1 << 7 /* chat_channel alone */
};
/* Stored: never renumber. */
enum digest_state { DIGEST_PLANNED = 1, DIGEST_SENT = 2, DIGEST_EMPTY = 3, DIGEST_SKIPPED = 4 };

struct effect {
    enum effect_kind kind;
    int64_t person_id, nudge_id; /* nudge_id -1: the one made by this plan */
    unsigned person_fields;
    union {
        struct person person;
        struct nudge nudge;
        struct answer answer;
        struct review review;
        struct { /* DELIVER; channel and user come from the person's row */
            enum lane lane; enum delivery_kind kind;
            struct instant due, not_after;
            struct str message_id; /* UPDATE */
            uint64_t key;
            const struct message *message; /* its ref.nudge_id may be -1 as well */
        } deliver;
        struct delivery_result result;
        struct people_row row;
        int64_t roster_epoch;
        struct { enum people_sweep what; int64_t after_id, until_id, roster_epoch; } sweep;
        struct taken taken;
        struct member member;
        struct dnd_state dnd;
        struct { int32_t week_monday; enum digest_state state; } digest;
        struct { bool live; } live;
        /* named: each direct report of the pass's team is noted as well */
        struct { const struct access *pass; bool named; } access;
        struct { struct instant texts, answers, access, seconds; } retention;
        struct { struct str platform, workspace; bool lost; } workspace;
        struct { enum prompt_kind kind; const struct latencies *latencies; } latency;
        struct { struct str condition; struct instant began; bool over; } alert;
        const struct difficulty_row *difficulty;
        const struct fit_record *fit; /* its fit_id is given when it is stored */
    };
    int64_t epoch; /* PEOPLE_ROW: its roster epoch */
};

struct plan {
    struct effect *effects; /* arena array, grown as needed up to PLAN_EFFECTS_MAX */
    size_t effects_len;
    const char *why; /* static words for the log and `explain`: "nothing_due" */
    /* After the commit: */
    const struct message *ack; /* payload of the ack (slash command); NULL: bare */
    const struct message *form; /* opens a form with the event's trigger */
    const struct message *whisper; /* only the clicker sees it */
    struct str form_error_input, form_error; /* FORM refused: which input, and the sentence */
    enum query_kind query; /* 0: none */
    struct { int32_t ratings, reviews; bool more; } replayed; /* REPLAY */
    const char *stop; /* the daemon must not go on: one sentence; NULL: go on */
    const struct access *digest; /* read the week this pass is for; NULL: none */
    int32_t digest_week_monday;
};

void plan_init(struct plan *plan);
/* The next free effect, zeroed; NULL when full or out of memory (the arena remembers). */
struct effect *plan_add(struct plan *plan, struct arena *arena, enum effect_kind kind);
/* A message to the person of the facts: a new post, from now until not_after, under a fresh key.
 * What differs, the caller changes; NULL likewise, and for a NULL message. */
struct effect *plan_deliver(struct plan *plan, struct arena *arena, const struct facts *facts,
    enum lane lane, struct instant not_after, const struct message *message);

/* The card of a prompt as it would be sent, for previews. */
struct message *prompt_card(const struct content *content, const struct prompt *prompt,
    const struct nudge *nudge, struct arena *arena);

#endif
