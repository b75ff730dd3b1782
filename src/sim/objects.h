/* The things a workspace is made of: people, messages, views, links, envelopes. Private to this
 * folder; each belongs to the file of the same name. */
#ifndef SIM_OBJECTS_H
#define SIM_OBJECTS_H

#include <cjson/cJSON.h>

#include "nudged/sim/fault.h"
#include "nudged/sim/human.h"
#include "nudged/sim/look.h"
#include "nudged/sim/workspace.h"

enum {
    SIM_ACK_MS = 3000, /* events, clicks, submissions and commands alike */
    SIM_TRIGGER_MS = 3000,
    SIM_TICKET_MS = 30000, /* not documented; short, so that a client fetches a fresh one */
    SIM_CUT_MS = 10000, /* between `warning`/`refresh_requested` and the cut */
    SIM_LINKS_MAX = 10,
    SIM_MODALS_MAX = 3,
    SIM_RESPONSE_USES = 5,
    SIM_RESPONSE_MS = 30 * 60 * 1000,
    SIM_ID_BYTES = 40,
    SIM_TS_BYTES = 24
};

struct sim_message {
    char ts[SIM_TS_BYTES], edited_ts[SIM_TS_BYTES];
    char *text;
    cJSON *blocks, *metadata;           /* NULL: none */
    cJSON *values;                      /* state.values */
    char *client_msg_id;                /* people's messages only */
    char *blocks_text, *metadata_text;  /* made when looked at */
    bool from_app, ephemeral, deleted;
    uint32_t edits;
};

struct sim_view {
    char id[SIM_ID_BYTES], hash[SIM_ID_BYTES], root_id[SIM_ID_BYTES], previous_id[SIM_ID_BYTES];
    char *user_id;
    cJSON *json; /* as the app gave it, with block_ids and action_ids filled in */
    cJSON *values;
    cJSON *errors;
    char *text, *errors_text;           /* made when looked at */
};

struct sim_user {
    char *id, *name, *real_name, *email, *tz, *title, *channel;
    int32_t tz_offset_s;
    bool is_bot, is_restricted, deleted;
    int64_t dnd_start_s, dnd_end_s, updated_s;
    struct sim_message **messages;
    size_t messages_len, messages_cap;
    struct sim_view *home, *modals[SIM_MODALS_MAX];
    size_t modals_len;
    char *trouble;
    uint32_t troubles, unread;
};

struct sim_trigger { char id[SIM_ID_BYTES]; char *user_id; struct mono made; bool used; };
struct sim_ticket { char id[SIM_ID_BYTES]; struct mono made; bool used; };
struct sim_link { uint32_t id; bool hello, doomed; struct mono cut_at; };

/* Where an answer through a response_url goes. */
struct sim_response {
    char id[SIM_ID_BYTES], ts[SIM_TS_BYTES];
    char *user_id;
    int uses;
    struct instant made;
};

enum sim_envelope_type { SIM_ENVELOPE_EVENT, SIM_ENVELOPE_INTERACTIVE, SIM_ENVELOPE_SLASH,
                         SIM_ENVELOPE_TYPES };

struct sim_envelope {
    char id[SIM_ID_BYTES];
    enum sim_envelope_type type;
    cJSON *payload;
    char *user_id;                      /* who waits for it; empty for events */
    char view_id[SIM_ID_BYTES];         /* of a view_submission */
    int attempt;
    bool waiting;                       /* delivered, the 3 s run */
    bool done;                          /* given up or acked; kept a while to recognise late acks */
    bool acked;
    struct mono due;                    /* end of the 3 s, or the next attempt */
    uint32_t links[4];                  /* delivered on these */
    size_t links_len;
};

struct sim_count {
    char *name;
    uint64_t a, b, c, d;
    double tokens;
    struct instant filled;
    char text[64];
};
struct sim_counts { struct sim_count *items; size_t len, cap; };

#endif
