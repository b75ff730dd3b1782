/* What the people of a play can do and see, included by play.h. Texts are found by a part. */
#ifndef SUPPORT_PLAY_PEOPLE_H
#define SUPPORT_PLAY_PEOPLE_H

#include "nudged/sim/human.h"
#include "nudged/sim/look.h"

struct play;

/* -- people -------------------------------------------------------------------------------- */

/* Presses a button whose label starts so, on the newest message that has one; runs two seconds. */
enum err play_press(struct play *play, const char *user, const char *label);
enum err play_press_on(struct play *play, const char *user, struct str ts, const char *label);
/* The same in no time: nothing runs afterwards. */
enum err play_click(struct play *play, const char *user, struct str ts, const char *label);
/* What a button would send; empty when there is none. */
struct str play_value(struct play *play, const char *user, struct str ts, const char *label);
/* Chooses options by their texts (one per line) in the n-th field of the newest message that has
 * one. */
enum err play_choose(struct play *play, const char *user, size_t nth, const char *texts);
enum err play_say(struct play *play, const char *user, const char *text); /* also "/nudge help" */

/* -- looking ------------------------------------------------------------------------------- */

size_t play_shown(struct play *play, const char *user); /* visible messages of the bot */
struct look_message play_last(
    struct play *play, const char *user); /* newest visible; ts empty: none */
struct str play_last_ts(struct play *play, const char *user); /* copied: survives changes */
/* Visible ones of the bot with these words. */
size_t play_count(struct play *play, const char *user, const char *words);
bool play_reads(struct play *play, const char *user, const char *words); /* in the newest message */
bool play_can_press(struct play *play, const char *user, const char *label); /* on the newest */
/* One number from the database as committed now, by a connection that only reads; also while the
 * program is dying, about what it would find. */
int64_t play_number(struct play *play, const char *sql);
/* The same with ?1 and ?2 in the statement, which is kept: for what is asked again and again. */
int64_t play_ask(struct play *play, const char *sql, int64_t number, struct str text);
void play_ask_text(struct play *play, const char *sql, int64_t number, char *out, size_t room);
int64_t play_numberf(struct play *play, const char *format, ...) PRINTF_LIKE(2, 3);
void play_stop_reading(struct play *play); /* before the disk changes hands; harmless */
uint64_t play_acked(struct play *play); /* envelopes of all kinds */

#endif
