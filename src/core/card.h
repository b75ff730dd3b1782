/* The messages people get: pieces of say.c and of the author's text, put together. Pure layout. */
#ifndef NUDGED_CORE_CARD_H
#define NUDGED_CORE_CARD_H

#include "kinds/kind.h"
#include "nudged/core/plan.h"

struct message *card_question(const struct facts *facts, const struct prompt *prompt,
    const struct nudge *nudge, struct arena *arena);
/* The answer is given; how sure is one of it? */
struct message *card_confidence(const struct facts *facts, const struct prompt *prompt,
    const struct nudge *nudge, const struct graded *graded, struct arena *arena);
/* due_day: when it comes back, a local day; 0: never (reflections). */
struct message *card_feedback(const struct facts *facts, const struct prompt *prompt,
    const struct graded *graded, int32_t due_day, uint64_t turn, struct arena *arena);
struct message *card_closed(const struct prompt *prompt, enum sentence why, struct arena *arena);
struct message *card_form(
    const struct prompt *prompt, const struct nudge *nudge, struct arena *arena);
struct message *card_notice(const struct facts *facts, bool first_contact, struct arena *arena);
struct message *card_help(struct arena *arena);
struct message *card_why(const struct facts *facts, struct arena *arena);
struct message *card_home(const struct facts *facts, struct arena *arena);
struct message *card_text(struct str text, struct arena *arena); /* one line */

/* One sentence: when the next question comes, or why none does. */
struct str next_text(const struct facts *facts, struct arena *arena);

/* "today at 14:05", "tomorrow at 10:12", "on Thursday 6 March at 10:12". */
struct str when_instant(
    const struct zone *zone, struct instant now, struct instant at, struct arena *arena);
/* "today", "tomorrow", "Thursday 6 March"; with the year when it is not this one. */
struct str when_day(int32_t today, int32_t day, struct arena *arena);
/* "today", "yesterday", "on Thursday 6 March": as an adverb. */
struct str when_on_day(int32_t today, int32_t day, struct arena *arena);

#endif
