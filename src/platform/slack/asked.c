/* Owns the ring of accounts asked about. Knows nothing of calls. */
#include "platform/slack/asked.h"

#include <stdio.h>

enum { AGAIN_MS = 3600 * 1000 };

static size_t first_waiting(const struct asked *asked);

void asked_add(struct asked *asked, struct str user, struct mono now)
{
    size_t slot = ASKED_MAX;
    if (user.len == 0 || user.len >= ASKED_ID_ROOM)
        return;
    for (size_t i = 0; i < ASKED_MAX; i++) {
        bool same = str_equal(str_from_z(asked->users[i].id), user);
        if (same && (asked->users[i].waits || now.ms - asked->users[i].at.ms < AGAIN_MS))
            return;
        if (same) {
            slot = i;
            break;
        }
        bool older = slot == ASKED_MAX || asked->users[i].number < asked->users[slot].number;
        if (!asked->users[i].waits && older)
            slot = i;
    }
    if (slot == ASKED_MAX)
        return;
    (void)snprintf(asked->users[slot].id, ASKED_ID_ROOM, "%.*s", STR_ARG(user));
    asked->users[slot].number = ++asked->last;
    asked->users[slot].at = now;
    asked->users[slot].waits = true;
}

struct str asked_first(const struct asked *asked)
{
    size_t first = first_waiting(asked);
    return first < ASKED_MAX ? str_from_z(asked->users[first].id) : STR_EMPTY;
}

void asked_done(struct asked *asked)
{
    size_t first = first_waiting(asked);
    if (first < ASKED_MAX)
        asked->users[first].waits = false;
}

static size_t first_waiting(const struct asked *asked)
{
    size_t first = ASKED_MAX;
    for (size_t i = 0; i < ASKED_MAX; i++)
        if (asked->users[i].waits
            && (first == ASKED_MAX || asked->users[i].number < asked->users[first].number))
            first = i;
    return first;
}
