/* Seeded misfortune: which fault befalls the next call, envelope or link. Pure; the same seed
 * and the same sequence of questions give the same faults. The server and the simulator both ask
 * here, and both carry out what they are told. Each kind has a chance, a number of forced next
 * times, a count. */
#ifndef NUDGED_SIM_FAULT_H
#define NUDGED_SIM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/str.h"

/* group, name */
#define SIM_FAULT_MAP(XX)                                                                          \
    XX(CALL, LIMITED)               /* 429, Retry-After of 1–5 s */                                \
    XX(CALL, LIMITED_NO_HEADER)     /* 429 without Retry-After */                                  \
    XX(CALL, LIMITED_ZERO)          /* Retry-After: 0 */                                           \
    XX(CALL, LIMITED_JUNK)          /* Retry-After: soon */                                        \
    XX(CALL, LIMITED_HUGE)          /* Retry-After: 86400 */                                       \
    XX(CALL, LIMITED_DATE)          /* Retry-After: an HTTP date */                                \
    XX(CALL, RATELIMITED_BODY)      /* 200 with ok:false ratelimited */                            \
    XX(CALL, STATUS_500)            /* before or after processing, drawn */                        \
    XX(CALL, STATUS_503)            /* not processed */                                            \
    XX(CALL, HTML)                  /* 200 with a page of a proxy; not processed */                \
    XX(CALL, TRUNCATED)             /* processed, half of the JSON */                              \
    XX(CALL, INTERNAL_ERROR)        /* ok:false internal_error; processed or not, drawn */         \
    XX(CALL, DROPPED)               /* processed, connection cut without an answer */              \
    XX(CALL, NOT_REACHED)           /* the connection is refused: nothing left */                  \
    XX(CALL, SLOW)                  /* processed, answered 2–20 s later */                         \
    XX(ENVELOPE, DUPLICATE)         /* the same frame twice */                                     \
    XX(ENVELOPE, DELAY)             /* 0.1–2.5 s late */                                           \
    XX(ENVELOPE, REORDER)           /* held back until the next one has gone */                    \
    XX(ACK, ACK_LOST)               /* the app's ack never arrives */                              \
    XX(REDELIVERY, NEW_ENVELOPE_ID) /* same event_id in a new envelope */                          \
    XX(OPEN, REFUSE_408)            /* the upgrade is answered so */                               \
    XX(OPEN, REFUSE_409)                                                                           \
    XX(OPEN, REFUSE_429)                                                                           \
    XX(OPEN, TOO_MANY)              /* disconnect: too_many_websockets instead of hello */         \
    XX(OPEN, NO_HELLO)              /* open, but never a hello */                                  \
    XX(LIFE, CUT)                   /* TCP gone at once */                                         \
    XX(LIFE, SILENCE)               /* TCP stays, nothing is read or written any more */           \
    XX(LIFE, REFRESH)               /* disconnect: refresh_requested */                            \
    XX(LIFE, WARNING)               /* disconnect: warning */

enum sim_fault {
    SIM_FAULT_NONE,
#define XX(group, name) SIM_FAULT_##name,
    SIM_FAULT_MAP(XX)
#undef XX
    SIM_FAULT_COUNT
};

enum sim_fault_group {
    SIM_FAULT_CALL, SIM_FAULT_ENVELOPE, SIM_FAULT_ACK, SIM_FAULT_REDELIVERY, SIM_FAULT_OPEN,
    SIM_FAULT_LIFE                      /* ask once per link and second */
};

struct sim_faults {
    uint64_t state;                     /* splitmix64 */
    uint32_t chance_ppm[SIM_FAULT_COUNT];
    uint32_t forced[SIM_FAULT_COUNT];
    uint64_t counts[SIM_FAULT_COUNT];
};

void sim_faults_init(struct sim_faults *faults, uint64_t seed);                 /* all chances 0 */
void sim_faults_set(struct sim_faults *faults, enum sim_fault kind, uint32_t chance_ppm);
void sim_faults_set_all(struct sim_faults *faults, uint32_t chance_ppm);
/* The next `times` questions about this kind's group give it, whatever the chances. */
void sim_faults_force(struct sim_faults *faults, enum sim_fault kind, uint32_t times);
/* At most one fault; counted. faults may be NULL: NONE. */
enum sim_fault sim_faults_draw(struct sim_faults *faults, enum sim_fault_group group);
uint32_t sim_faults_below(struct sim_faults *faults, uint32_t bound); /* seeded, bound > 0 */
uint64_t sim_faults_total(const struct sim_faults *faults);
const char *sim_fault_name(enum sim_fault kind);                                /* "LIMITED_JUNK" */
enum sim_fault_group sim_fault_group(enum sim_fault kind);                      /* not for NONE */

/* What to do with one Web API call. */
struct sim_call_fault {
    enum sim_fault kind;
    bool not_reached;                   /* refuse before any byte was read */
    bool process;                       /* let the workspace handle it */
    bool drop;                          /* then cut the connection */
    bool truncate;                      /* send half of the body */
    bool replace;                       /* answer the fields below instead */
    int status;
    struct str content_type, body, retry_after;
    uint32_t delay_ms;
};
struct sim_call_fault sim_faults_call(struct sim_faults *faults);

struct sim_envelope_fault { enum sim_fault kind; bool twice, hold; uint32_t delay_ms; };
struct sim_envelope_fault sim_faults_envelope(struct sim_faults *faults);

#endif
