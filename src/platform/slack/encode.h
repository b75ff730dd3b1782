/* Messages as bodies of Web API calls (docs.slack.dev/reference/methods). Pure.
 *
 * chat.postMessage and chat.update: channel, ts, text (the summary, escaped, at most 3,000
 * characters), blocks. A new post carries metadata with our key, to be found again in the history,
 * and client_msg_id, made of the same key, by which Slack may refuse a second copy. */
#ifndef SLACK_ENCODE_H
#define SLACK_ENCODE_H

#include "nudged/core/delivery.h"
#include "nudged/core/message.h"

enum { BODY_BYTES_MAX = 512 << 10 };
#define METADATA_EVENT_TYPE "nudged_nudge"

/* Where it goes; what is empty or zero is left out of the body. */
struct target {
    struct str channel, message_id, user, trigger;
    uint64_t key;
};

/* Errors: ERR_INVALID (no such kind), ERR_TOO_BIG, ERR_NO_MEMORY. Appends to out. */
MUST_USE enum err encode_body(const struct message *message, enum delivery_kind kind,
                              const struct target *target, struct arena *arena, struct buf *out);
/* For a response_url: the message replaced in place, or (whisper) a line for the clicker alone. */
MUST_USE enum err encode_response(const struct message *message, bool replace, struct arena *arena,
                                  struct buf *out);
/* The frame that acknowledges an envelope. message may be NULL; form_error empty: none. */
MUST_USE enum err encode_ack(struct str envelope_id, const struct message *message,
                             struct str form_error_input, struct str form_error,
                             struct arena *arena, struct buf *out);

#endif
