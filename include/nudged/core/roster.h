/* What of people.csv reaches a turn, a slice at a time. */
#ifndef NUDGED_CORE_ROSTER_H
#define NUDGED_CORE_ROSTER_H

#include "nudged/base/hash.h"
#include "nudged/base/str.h"

struct people_row {         /* one row of people.csv, checked by content/ */
    struct str external_id, email, name, role, cohort, manager, zone, region;
    int32_t start_day, end_day;             /* 0: none */
    uint8_t workdays;                       /* bit 0 Monday; 0: the organisation's */
    bool active;
};

/* What is done to everybody when all rows of people.csv are in, a range of person ids at a time and
 * one after the other over everybody: they build on each other. WAKE also stands alone. */
enum people_sweep {
    SWEEP_LEFT = 1,         /* whoever was not named since the first row has left */
    SWEEP_MANAGERS,         /* from the manager as written to the person */
    SWEEP_DIGESTS,          /* who has reports gets a week's message, who has none gets none */
    SWEEP_CLOSE,            /* this file is in force; no range */
    SWEEP_WAKE              /* next_slot := 0, "plan anew": prompts or settings changed */
};

/* What the store is to remember of the files. Zeros: none, or one only in part. */
struct taken {
    bool people, looked;                    /* which of the two to write */
    struct hash256 people_hash, looked_hash;
};

#endif
