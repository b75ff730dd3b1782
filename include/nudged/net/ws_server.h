/* The server side of a WebSocket (RFC 6455), on a connection taken over from an HTTP exchange.
 *
 * Text and control frames, fragments joined, masking required from the client, messages up to
 * FRAME_BYTES_MAX. Serves the simulated workspace and the demo page; also able to behave badly on
 * purpose, so that a client's manners can be tested. */
#ifndef NUDGED_NET_WS_SERVER_H
#define NUDGED_NET_WS_SERVER_H

#include "nudged/net/listen.h"

struct ws_peer;

struct ws_peer_events {
    void (*text)(void *arg, struct ws_peer *peer, struct str text);
    /* Last call: the peer closed (its code, 1005 when it gave none) or the connection broke (1006).
     * Not called after ws_peer_close or ws_peer_cut by our side. */
    void (*end)(void *arg, struct ws_peer *peer, uint16_t code);
};

/* Answers 101 and hands over the connection; ERR_SYNTAX (not a proper upgrade; answered 400). */
MUST_USE enum err exchange_upgrade(struct exchange *exchange, const struct ws_peer_events *events,
                                   void *arg, struct ws_peer **out);
/* Queued; ERR_TOO_BIG when more than 8 MiB would be waiting. */
MUST_USE enum err ws_peer_text(struct ws_peer *peer, struct str text);
void ws_peer_ping(struct ws_peer *peer, struct str payload);        /* payload ≤ 125 bytes */
/* Sends what is queued and a close frame, waits ≤ 1 s for theirs, closes. The peer is gone. */
void ws_peer_close(struct ws_peer *peer, uint16_t code);
/* Drops the TCP connection at once. The peer is gone. */
void ws_peer_cut(struct ws_peer *peer);
/* From now on neither reads nor writes, while TCP stays open. */
void ws_peer_silence(struct ws_peer *peer, bool silent);
size_t ws_peer_waiting_bytes(const struct ws_peer *peer);

#endif
