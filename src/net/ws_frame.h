/* RFC 6455 framing: bytes in, whole messages and control frames out; and the other way round. Pure:
 * no socket, no clock. */
#ifndef NUDGED_NET_WS_FRAME_H
#define NUDGED_NET_WS_FRAME_H

#include "nudged/base/buf.h"

enum ws_opcode {                /* RFC 6455 section 11.8 */
    WS_CONTINUATION = 0, WS_TEXT = 1, WS_BINARY = 2, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10
};

enum {                          /* RFC 6455 section 7.4.1 */
    WS_CODE_NORMAL = 1000, WS_CODE_PROTOCOL = 1002, WS_CODE_UNSUPPORTED = 1003, WS_CODE_NONE = 1005,
    WS_CODE_BROKEN = 1006, WS_CODE_NOT_TEXT = 1007, WS_CODE_TOO_BIG = 1009,
    WS_CONTROL_BYTES_MAX = 125, WS_ACCEPT_LEN = 28
};

struct ws_reader {
    struct buf in;              /* bytes not yet taken start at `at` */
    size_t at;
    struct buf message;         /* fragments so far */
    bool joining, from_client;
    enum ws_opcode joining_opcode;
};

struct ws_item {
    enum ws_opcode opcode;      /* TEXT and BINARY are whole messages; never CONTINUATION */
    struct str payload;         /* borrowed until the next call; of CLOSE: the reason */
    uint16_t code; /* of CLOSE, WS_CODE_NONE when it had none; of WS_READ_BAD: what to answer */
};

enum ws_read { WS_READ_MORE, WS_READ_ITEM, WS_READ_BAD };

/* from_client: masks are required, as they are forbidden from a server. */
void ws_reader_init(struct ws_reader *reader, bool from_client);
void ws_reader_finish(struct ws_reader *reader);
/* ERR_NO_MEMORY; call ws_reader_next until WS_READ_MORE in between. */
MUST_USE enum err ws_reader_add(struct ws_reader *reader, struct str bytes);
enum ws_read ws_reader_next(struct ws_reader *reader, struct ws_item *out);

/* mask: four random bytes from a client, NULL from a server. Fails with the buffer. */
void ws_frame_add(struct buf *out, enum ws_opcode opcode, struct str payload, const uint8_t *mask);
void ws_close_add(struct buf *out, uint16_t code);                  /* from a server */

/* Sec-WebSocket-Accept of a key: base64 of SHA-1 of key and a fixed text (section 4.2.2). */
void ws_accept_key(struct str key, char out[WS_ACCEPT_LEN + 1]);

#endif
