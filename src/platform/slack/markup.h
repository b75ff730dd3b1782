/* Text at the edge of Slack: what goes out cannot ping, link or style; what comes in is what the
 * person typed (docs.slack.dev, "Formatting text for app surfaces").
 *
 * Lengths are UTF-16 units, the strictest reading of Slack's "characters"; a text that is too long
 * ends in "…" at a code point. Results borrow from the text or live in the arena. */
#ifndef SLACK_MARKUP_H
#define SLACK_MARKUP_H

#include "nudged/base/arena.h"
#include "nudged/base/str.h"

/* For plain_text objects and rich_text elements, where Slack reads no markup: control characters
 * and directional overrides (they could make one line look like another) are left out, bytes that
 * are not UTF-8 become "?". */
struct str markup_clean(struct arena *arena, struct str text, size_t units_max);

/* For the top-level `text`: as above, and & < > as entities. units_max counts the entities. */
struct str markup_escape(struct arena *arena, struct str text, size_t units_max);

/* Length of the cleaned text, uncut. */
size_t markup_units(struct str text);

/* From the wire to what was typed: entities, <@U1|name> → @name, <#C1|name> → #name, <!here> →
 * @here, <url|label> → label, <url> → url. */
struct str markup_read(struct arena *arena, struct str wire);

#endif
