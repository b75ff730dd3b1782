/* Answering whoever spoke, the way they spoke: slash command → the ack's payload; button → a line
 * only they see; typed line or home page → a message in the DM. */
#ifndef NUDGED_CORE_REPLY_H
#define NUDGED_CORE_REPLY_H

#include "nudged/core/plan.h"

void reply(const struct facts *facts, const struct event *event, struct arena *arena,
    struct plan *plan, const struct message *message);
/* Puts a message in the place of the nudge's card; message_id falls back to the event's. */
void reply_in_place(const struct facts *facts, const struct event *event, struct arena *arena,
    struct plan *plan, enum lane lane, const struct message *message);
void reply_home(const struct facts *facts, struct arena *arena, struct plan *plan);

#endif
