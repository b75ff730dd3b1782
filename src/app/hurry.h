/* Lines typed by one account, as fast as people type and no faster. Each answered line is a message
 * to send, and sending is slow for everybody together: without this, one script would make all
 * others wait. */
#ifndef APP_HURRY_H
#define APP_HURRY_H

#include "nudged/base/str.h"
#include "nudged/base/time.h"

enum {
    HURRY_BURST = 20, /* lines at once */
    HURRY_EVERY_MS = 6000, /* and then one */
    HURRY_PLACES = 1024
};

struct hurry {
    struct hurry_place {
        uint64_t who;
        int64_t full_ms; /* when all of the burst is there again */
        bool told;
    } places[HURRY_PLACES];
};

enum hurry_verdict { HURRY_FINE, HURRY_FIRST, HURRY_MORE };

/* One more line of this account. FIRST: one too many, and they have not been told. Of two accounts
 * that share a place the later takes it over once the earlier is patient; until then it is fine. */
enum hurry_verdict hurry_line(struct hurry *hurry, struct str who, struct mono now);

#endif
