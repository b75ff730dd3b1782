/* Owns the server side of WebSocket connections: the upgrade, and from then on the socket. Framing
 * is ws_frame.c's; what the text means is the owner's.
 *
 * Odd: a peer outlives its owner's farewell. After ws_peer_close it stays, unseen, until the
 * client's close frame came or a second passed; so goodbye (peer_part) and end (peer_over) differ.
 * Output is written when the socket says it is writable, so that all frames of one loop round leave
 * in one send. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/inside.h"
#include "net/takeover.h"
#include "net/ws_frame.h"
#include "nudged/net/ws_server.h"

enum { WAITING_BYTES_MAX = 8 << 20, READ_BYTES = 64 << 10, CLOSE_WAIT_MS = 1000, KEY_LEN = 24,
       OUT_KEEP_BYTES = 64 << 10 };

struct ws_peer {
    struct loop *loop;
    struct takeover *takeover;
    uv_poll_t poll;             /* from ready on */
    bool ready, silent;
    bool parted;                /* the owner said goodbye or heard its end: no more callbacks */
    bool farewell;              /* our close frame is queued: cut when it and theirs are through */
    bool heard_close, over;
    bool deaf;                  /* it broke the protocol: what comes is read and thrown away */
    int fd;
    struct timer *cut;
    struct ws_reader reader;
    struct buf out;
    size_t out_at;
    struct ws_peer_events events;
    void *arg;
};

static bool upgrade_is_proper(struct exchange *exchange);
static bool header_has_word(struct str value, struct str word);
static void peer_ready(void *arg, int fd, struct str early);
static void peer_gone(void *arg);
static void peer_polled(uv_poll_t *poll, int status, int events);
static void peer_poll(struct ws_peer *peer);
static void peer_read(struct ws_peer *peer);
static void peer_take(struct ws_peer *peer, struct str bytes);
static void peer_item(struct ws_peer *peer, const struct ws_item *item);
static void peer_write(struct ws_peer *peer);
static void peer_farewell(struct ws_peer *peer, uint16_t code);
static void peer_part(struct ws_peer *peer, uint16_t code);
static void peer_over(struct ws_peer *peer);
static void peer_cut_time(void *arg);
static void peer_poll_closed(uv_handle_t *handle);
static void peer_free(struct ws_peer *peer);

static const struct takeover_events peer_takeover = { .ready = peer_ready, .gone = peer_gone };

enum err exchange_upgrade(struct exchange *exchange, const struct ws_peer_events *events, void *arg,
                          struct ws_peer **out)
{
    char accept[WS_ACCEPT_LEN + 1];
    if (!upgrade_is_proper(exchange)) {
        struct http_header version = { STR("Sec-WebSocket-Version"), STR("13") };
        exchange_reply(exchange, 400, STR("text/plain"), STR("not a WebSocket upgrade\n"), &version,
                       1);
        return ERR_SYNTAX;
    }
    struct ws_peer *peer = heap_new(struct ws_peer);
    struct loop *loop = exchange_loop(exchange);
    if (peer)
        peer->cut = timer_new(loop_world(loop), peer_cut_time, peer);
    if (!peer || !peer->cut) {
        free(peer);
        exchange_drop(exchange);
        return ERR_NO_MEMORY;
    }
    peer->loop = loop;
    peer->events = *events;
    peer->arg = arg;
    peer->out = buf_heap((size_t)WAITING_BYTES_MAX * 2);
    ws_reader_init(&peer->reader, true);
    ws_accept_key(exchange_header(exchange, STR("Sec-WebSocket-Key")), accept);
    peer->takeover = exchange_take_over(exchange, str_from_z(accept), &peer_takeover, peer);
    if (!peer->takeover) {
        peer_free(peer);
        return ERR_NO_MEMORY;
    }
    *out = peer;
    return OK;
}

enum err ws_peer_text(struct ws_peer *peer, struct str text)
{
    REQUIRE(!peer->parted);
    if (ws_peer_waiting_bytes(peer) + text.len > WAITING_BYTES_MAX)
        return ERR_TOO_BIG;
    ws_frame_add(&peer->out, WS_TEXT, text, NULL);
    peer_poll(peer);
    return peer->out.failed ? ERR_NO_MEMORY : OK;
}

void ws_peer_ping(struct ws_peer *peer, struct str payload)
{
    REQUIRE(!peer->parted && payload.len <= WS_CONTROL_BYTES_MAX);
    ws_frame_add(&peer->out, WS_PING, payload, NULL);
    peer_poll(peer);
}

void ws_peer_close(struct ws_peer *peer, uint16_t code)
{
    REQUIRE(!peer->parted);
    peer->parted = true;
    peer->silent = false;
    peer_farewell(peer, code);
}

void ws_peer_cut(struct ws_peer *peer)
{
    REQUIRE(!peer->parted);
    peer->parted = true;
    peer_over(peer);
}

void ws_peer_silence(struct ws_peer *peer, bool silent)
{
    peer->silent = silent;
    peer_poll(peer);
}

size_t ws_peer_waiting_bytes(const struct ws_peer *peer)
{
    return peer->out.len - peer->out_at;
}

/* RFC 6455 section 4.2.1. */
static bool upgrade_is_proper(struct exchange *exchange)
{
    struct str key = exchange_header(exchange, STR("Sec-WebSocket-Key"));
    return str_equal(exchange_method(exchange), STR("GET"))
        && header_has_word(exchange_header(exchange, STR("Upgrade")), STR("websocket"))
        && header_has_word(exchange_header(exchange, STR("Connection")), STR("upgrade"))
        && str_equal(exchange_header(exchange, STR("Sec-WebSocket-Version")), STR("13"))
        && key.len == KEY_LEN && str_ends_with(key, STR("=="));
}

static bool header_has_word(struct str value, struct str word)
{
    struct str part;
    while (str_next_part(&value, ',', &part))
        if (str_equal_nocase(str_trim(part), word))
            return true;
    return false;
}

static void peer_ready(void *arg, int fd, struct str early)
{
    struct ws_peer *peer = arg;
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    peer->fd = fd;
    peer->poll.data = peer;
    if (uv_poll_init(&peer->loop->uv, &peer->poll, fd)) {
        peer_part(peer, WS_CODE_BROKEN);
        peer_over(peer);
        return;
    }
    peer->ready = true;
    peer_poll(peer);
    if (early.len > 0)
        peer_take(peer, early);
}

/* The upgrade never happened, or the listener ends. */
static void peer_gone(void *arg)
{
    struct ws_peer *peer = arg;
    peer_part(peer, WS_CODE_BROKEN);
    peer_over(peer);
}

static void peer_polled(uv_poll_t *poll, int status, int events)
{
    struct ws_peer *peer = poll->data;
    if (status < 0) {
        peer_part(peer, WS_CODE_BROKEN);
        peer_over(peer);
        return;
    }
    if (events & UV_WRITABLE)
        peer_write(peer);
    if (events & UV_READABLE && !peer->over)
        peer_read(peer);
}

static void peer_poll(struct ws_peer *peer)
{
    if (!peer->ready || peer->over)
        return;
    int events = UV_READABLE | (ws_peer_waiting_bytes(peer) > 0 ? UV_WRITABLE : 0);
    if (peer->silent)
        uv_poll_stop(&peer->poll);
    else
        uv_poll_start(&peer->poll, events, peer_polled);
}

static void peer_read(struct ws_peer *peer)
{
    char bytes[READ_BYTES];
    ssize_t got = recv(peer->fd, bytes, sizeof(bytes), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        peer_part(peer, WS_CODE_BROKEN);
        peer_over(peer);
        return;
    }
    peer_take(peer, (struct str){ bytes, (size_t)got });
}

static void peer_take(struct ws_peer *peer, struct str bytes)
{
    struct ws_item item;
    enum ws_read read = WS_READ_MORE;
    if (peer->deaf)
        return;
    if (ws_reader_add(&peer->reader, bytes)) {
        peer_part(peer, WS_CODE_BROKEN);
        peer_over(peer);
        return;
    }
    while (!peer->over && !peer->heard_close) {
        read = ws_reader_next(&peer->reader, &item);
        if (read != WS_READ_ITEM)
            break;
        peer_item(peer, &item);
    }
    if (read == WS_READ_BAD && !peer->over && !peer->heard_close) {
        peer->deaf = true;      /* closing with bytes unread would take our close frame with it */
        if (!peer->farewell)
            peer_farewell(peer, item.code);
        peer_part(peer, item.code);
    }
}

static void peer_item(struct ws_peer *peer, const struct ws_item *item)
{
    if (item->opcode == WS_TEXT && !peer->parted)
        peer->events.text(peer->arg, peer, item->payload);
    if (item->opcode == WS_BINARY && !peer->parted) {
        peer_farewell(peer, WS_CODE_UNSUPPORTED);
        peer_part(peer, WS_CODE_UNSUPPORTED);
    }
    if (item->opcode == WS_PING && !peer->farewell) {
        ws_frame_add(&peer->out, WS_PONG, item->payload, NULL);
        peer_poll(peer);
    }
    if (item->opcode == WS_CLOSE) {
        peer->heard_close = true;
        if (peer->farewell && ws_peer_waiting_bytes(peer) == 0) {
            peer_over(peer);
            return;
        }
        if (!peer->farewell)
            peer_farewell(peer, item->code);    /* the echo */
        peer_part(peer, item->code);
    }
}

static void peer_write(struct ws_peer *peer)
{
    while (ws_peer_waiting_bytes(peer) > 0) {
        ssize_t sent =
            send(peer->fd, peer->out.ptr + peer->out_at, ws_peer_waiting_bytes(peer), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno != EAGAIN) {
            peer_part(peer, WS_CODE_BROKEN);
            peer_over(peer);
            return;
        }
        if (sent < 0)
            break;
        peer->out_at += (size_t)sent;
    }
    if (peer->out_at > 0) {
        struct buf *out = &peer->out;
        memmove(out->ptr, out->ptr + peer->out_at, out->len - peer->out_at);
        out->len -= peer->out_at;
        peer->out_at = 0;
        if (out->len == 0 && out->cap > OUT_KEEP_BYTES) {
            buf_free(out);
            *out = buf_heap(out->bytes_max);
        }
    }
    peer_poll(peer);
    if (peer->farewell && peer->heard_close && ws_peer_waiting_bytes(peer) == 0)
        peer_over(peer);
}

static void peer_farewell(struct ws_peer *peer, uint16_t code)
{
    peer->farewell = true;
    ws_close_add(&peer->out, code);
    timer_after(peer->cut, (struct duration){ CLOSE_WAIT_MS });
    peer_poll(peer);
}

/* Tells the owner, once, unless it left first. */
static void peer_part(struct ws_peer *peer, uint16_t code)
{
    if (peer->parted)
        return;
    peer->parted = true;
    peer->events.end(peer->arg, peer, code);
}

/* The connection ends now. Callers may still be in the middle of it, so the memory goes later. */
static void peer_over(struct ws_peer *peer)
{
    if (peer->over)
        return;
    peer->over = true;
    timer_stop(peer->cut);
    if (peer->ready)
        uv_poll_stop(&peer->poll);
    takeover_close(peer->takeover);
    if (peer->ready)
        uv_close((uv_handle_t *)&peer->poll, peer_poll_closed);
    else
        peer_free(peer);
}

static void peer_cut_time(void *arg)
{
    peer_over(arg);
}

static void peer_poll_closed(uv_handle_t *handle)
{
    peer_free(handle->data);
}

static void peer_free(struct ws_peer *peer)
{
    timer_free(peer->cut);
    ws_reader_finish(&peer->reader);
    buf_free(&peer->out);
    free(peer);
}
