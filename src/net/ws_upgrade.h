/* The opening handshake of a WebSocket client (RFC 6455 section 4.1): a request as text, and a
 * verdict about the answer's head. Pure: no socket, no clock, no randomness of its own. */
#ifndef NUDGED_NET_WS_UPGRADE_H
#define NUDGED_NET_WS_UPGRADE_H

#include "nudged/base/buf.h"

enum { WS_KEY_LEN = 24, WS_HEAD_BYTES_MAX = 8 << 10 };

struct ws_ask {
    const char *path, *host, *authorization; /* host with its port; authorization NULL: none */
    char key[WS_KEY_LEN + 1];
};

enum ws_answer { WS_ANSWER_MORE, WS_ANSWER_OPEN, WS_ANSWER_REFUSED, WS_ANSWER_BAD };

/* Sixteen random bytes as the key's base64. */
void ws_key(const uint8_t random[16], char out[WS_KEY_LEN + 1]);
void ws_ask_add(struct buf *out, const struct ws_ask *ask);
/* bytes: all that came so far. OPEN: *head_len of them are the head, frames follow. REFUSED: with a
 * status other than 101. BAD: not an answer to this request; *why says so. */
enum ws_answer ws_answer_read(struct str bytes, const struct ws_ask *ask, size_t *head_len,
    int *status, const char **why);

#endif
