/* Single words as people write them: e-mail addresses, weekdays, names of time zones. */
#ifndef CONTENT_WORDS_H
#define CONTENT_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "nudged/base/arena.h"
#include "nudged/base/str.h"

/* something@something without blanks; at most 254 bytes (RFC 5321). No more is asked: the chat
 * workspace knows which addresses exist. */
bool email_is_valid(struct str text);
/* ASCII letters made small. E-mails are keys in every file, so they are kept this way. */
struct str email_lower(struct arena *arena, struct str email);

/* "mon", "Monday", "Mon-Thu", "Mon,Wed,Fri", "Sun to Thu": bit 0 Monday. Case does not matter; a
 * range may run over the weekend. False when a word is no weekday; *out is then untouched. */
MUST_USE bool days_parse(struct str text, uint8_t *out);

/* Letters, digits, "_+-/" and at most ZONE_NAME_BYTES_MAX: what can be an IANA name. Whether there
 * is such a zone, the system's files know. */
bool zone_name_has_form(struct str name);

#endif
