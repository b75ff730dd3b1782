/* Owns WebSocket connections to a server: opening, whole messages, pings, and exactly one end.
 * Knows text frames, nothing of chat.
 *
 * Odd: handshake and frames are ours (ws_upgrade.c, ws_frame.c). The library that did it before
 * took a message apart byte by byte: a third of all instructions an answer cost.
 *
 * A struct ws has two lives: the owner's, until its `end` or ws_close, and the connection's. It is
 * freed when both are over. Every outcome is told from the loop, never from inside a call of the
 * owner's. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/inside.h"
#include "net/resolve.h"
#include "net/stream.h"
#include "net/ws_frame.h"
#include "net/ws_upgrade.h"
#include "nudged/base/limits.h"

enum {
    OPEN_MS = 15000,
    PING_MS = 10000,
    DEAD_MS = 30000,
    CUT_MS = 1000,
    SLICE_BYTES = 32 << 10, /* of what was read, given to the reader at once */
    QUEUE_FRAMES_MAX = 1024,
    QUEUE_BYTES_MAX = 4 << 20,
    FRAME_HEAD_BYTES = 14,
    DETAIL_BYTES_MAX = 160,
    STATUS_NONSENSE = 101 /* stands for an answer that is none */
};

enum ws_state { WS_STARTING, WS_RESOLVING, WS_CONNECTING, WS_OPEN, WS_LEAVING };

struct ws {
    struct ws *next;                    /* of the loop's list */
    struct loop *loop;
    struct ws_events events;
    void *arg;
    enum ws_state state;
    bool ended;                         /* the owner is gone: no more callbacks */
    bool tls;
    char *host, *host_header, *path, *authorization;
    uint16_t port;
    uint32_t open_ms, ping_ms, dead_ms;
    struct timer *timer;                /* by state: start, open deadline, ping or death, cut */
    struct mono open_until, heard, ping_at;
    struct resolve *resolve;
    struct resolved found;
    size_t next_address;
    struct stream *stream;              /* NULL: none */
    struct ws_ask ask;
    struct buf head;                    /* of the answer, until it is whole */
    struct ws_reader reader;
    size_t queue_frames;                /* of the owner's that wait */
    bool deaf;                          /* what comes now is not read any more */
    bool closing;                       /* a close frame went out, or theirs came in */
    int close_code;                     /* the peer's, or ours after its mistake */
    int refused_status;
    char detail[DETAIL_BYTES_MAX];
};

static bool ws_fill(struct ws *ws, const struct ws_options *options, const struct url_parts *parts);
static void ws_time(void *arg);
static void ws_start(struct ws *ws);
static void ws_resolved(void *arg, const struct resolved *found, struct str detail);
static void ws_connect(struct ws *ws);
static void ws_lost(struct ws *ws);
static void ws_opened(struct ws *ws);
static void ws_tick(struct ws *ws);
static struct mono ws_heard(const struct ws *ws, struct mono now);
static void ws_connected(void *arg);
static void ws_received(void *arg, struct str bytes);
static void ws_cut(void *arg, struct str detail);
static struct str ws_answered(struct ws *ws, struct str bytes);
static void ws_take(struct ws *ws, struct str bytes);
static void ws_item_came(struct ws *ws, const struct ws_item *item);
static void ws_peer_wrong(struct ws *ws, uint16_t code);
static void ws_peer_closes(struct ws *ws, uint16_t code);
static void ws_queue(struct ws *ws, enum ws_opcode opcode, struct str payload);
static void ws_queue_close(struct ws *ws, uint16_t code);
static void ws_cut_soon(struct ws *ws);
static void ws_note_failure(struct ws *ws, struct str words);
static void ws_end(struct ws *ws, enum ws_end end, int status, struct str detail);
static void ws_leave(struct ws *ws);
static void ws_kill(struct ws *ws);
static void ws_free(struct ws *ws);

struct ws *ws_client_open(struct world *world, const struct ws_options *options,
                          const struct ws_events *events, void *arg)
{
    struct url_parts parts;
    if (options->url.len > URL_BYTES_MAX || !url_is_allowed(options->url)
        || !url_split(options->url, &parts))
        return NULL;
    bool tls = str_equal_nocase(parts.scheme, STR("wss"));
    if (!tls && !str_equal_nocase(parts.scheme, STR("ws")))
        return NULL;
    struct ws *ws = heap_new(struct ws);
    if (!ws)
        return NULL;
    ws->loop = loop_of(world);
    ws->events = *events;
    ws->arg = arg;
    ws->tls = tls;
    ws->head = buf_heap(WS_HEAD_BYTES_MAX + STREAM_READ_BYTES);
    ws_reader_init(&ws->reader, false);
    ws->next = ws->loop->ws_list;
    ws->loop->ws_list = ws;
    if (!ws_fill(ws, options, &parts)) {
        ws_free(ws);
        return NULL;
    }
    timer_after(ws->timer, (struct duration){ 0 });
    return ws;
}

enum err ws_client_text(struct ws *ws, struct str frame)
{
    if (ws->ended || ws->state != WS_OPEN)
        return ERR_CLOSED;
    const struct buf *out = stream_out(ws->stream);
    if (out->len == 0)
        ws->queue_frames = 0;
    if (ws->queue_frames >= QUEUE_FRAMES_MAX || out->len + frame.len > QUEUE_BYTES_MAX)
        return ERR_TOO_BIG;
    ws_queue(ws, WS_TEXT, frame);
    if (out->failed)
        return ERR_NO_MEMORY;
    ws->queue_frames++;
    return OK;
}

void ws_client_close(struct ws *ws)
{
    REQUIRE(!ws->ended);
    ws->ended = true;
    ws_leave(ws);
}

void ws_finish(struct loop *loop)
{
    while (loop->ws_list) {
        struct ws *ws = loop->ws_list;
        ws->ended = true;
        if (ws->stream)
            stream_close(ws->stream);
        ws_free(ws);
    }
    streams_finish(loop);
}

static bool ws_fill(struct ws *ws, const struct ws_options *options, const struct url_parts *parts)
{
    struct buf header = buf_heap(URL_BYTES_MAX);
    struct str whole;
    ws->port = parts->port;
    ws->open_ms = options->open_ms ? options->open_ms : OPEN_MS;
    ws->ping_ms = options->ping_ms ? options->ping_ms : PING_MS;
    ws->dead_ms = options->dead_ms ? options->dead_ms : DEAD_MS;
    ws->host = heap_z(parts->host);
    ws->path = heap_z(parts->path);
    ws->authorization = options->authorization.len ? heap_z(options->authorization) : NULL;
    ws->timer = timer_new(&ws->loop->world, ws_time, ws);
    buf_add(&header, parts->host);
    if (parts->port != (ws->tls ? 443 : 80))
        buf_addf(&header, ":%u", (unsigned)parts->port);
    bool ok = buf_finish(&header, &whole) == OK;
    ws->host_header = ok ? heap_z(whole) : NULL;
    buf_free(&header);
    for (size_t i = 0; i < options->authorization.len; i++)
        ok = ok && (unsigned char)options->authorization.ptr[i] >= 0x20;
    return ok && ws->host && ws->path && ws->host_header && ws->timer
        && (ws->authorization || options->authorization.len == 0);
}

static void ws_time(void *arg)
{
    struct ws *ws = arg;
    if (ws->state == WS_STARTING)
        ws_start(ws);
    else if (ws->state == WS_OPEN)
        ws_tick(ws);
    else if (ws->state == WS_LEAVING || ws->refused_status)
        ws_kill(ws);
    else {
        ws_end(ws, WS_END_FAILED, 0, STR("not open before the deadline"));
        ws_leave(ws);
    }
}

/* The first time, and again for each further address. */
static void ws_start(struct ws *ws)
{
    struct mono now = clock_mono(&ws->loop->world);
    if (ws->open_until.ms == 0)
        ws->open_until.ms = now.ms + ws->open_ms;
    timer_after(ws->timer, (struct duration){ ws->open_until.ms - now.ms });
    if (ws->found.count > 0 || resolve_known(ws->loop, str_from_z(ws->host), &ws->found)) {
        ws_connect(ws);
        return;
    }
    ws->state = WS_RESOLVING;
    ws->resolve = resolve_start(ws->loop, str_from_z(ws->host), ws_resolved, ws);
    if (!ws->resolve) {
        ws_end(ws, WS_END_FAILED, 0, STR("the name cannot be looked up"));
        ws_leave(ws);
    }
}

static void ws_resolved(void *arg, const struct resolved *found, struct str detail)
{
    struct ws *ws = arg;
    ws->resolve = NULL;
    if (found) {
        ws->found = *found;
        ws_connect(ws);
        return;
    }
    ws_end(ws, WS_END_FAILED, 0, detail);
    ws_leave(ws);
}

static void ws_connect(struct ws *ws)
{
    static const struct stream_events events = { ws_connected, ws_received, ws_cut };
    struct stream_target target = { .address = ws->found.address[ws->next_address++],
        .port = ws->port, .tls_host = ws->tls ? ws->host : NULL };
    ws->state = WS_CONNECTING;
    ws->head.len = 0;
    ws->stream = stream_dial(
        ws->loop, &target, QUEUE_BYTES_MAX + QUEUE_FRAMES_MAX * FRAME_HEAD_BYTES, &events, ws);
    if (!ws->stream) {
        ws_end(ws, WS_END_FAILED, 0, STR("the connection could not be prepared"));
        ws_leave(ws);
    }
}

/* Our half of the handshake. */
static void ws_connected(void *arg)
{
    struct ws *ws = arg;
    uint8_t random[16];
    clock_random(&ws->loop->world, random, sizeof(random));
    ws_key(random, ws->ask.key);
    ws->ask.path = ws->path;
    ws->ask.host = ws->host_header;
    ws->ask.authorization = ws->authorization;
    ws_ask_add(stream_out(ws->stream), &ws->ask);
    stream_send(ws->stream);
}

/* The connection is gone, by itself. */
static void ws_cut(void *arg, struct str detail)
{
    struct ws *ws = arg;
    ws->stream = NULL;
    if (!ws->detail[0])
        ws_note_failure(ws, detail);
    ws_lost(ws);
}

/* Nothing is connected any more: try the next address, or tell the outcome. */
static void ws_lost(struct ws *ws)
{
    if (ws->state == WS_CONNECTING && !ws->ended && ws->refused_status == 0
        && ws->next_address < ws->found.count) {
        ws->state = WS_STARTING;
        timer_after(ws->timer, (struct duration){ 0 });
        return;
    }
    if (ws->state == WS_CONNECTING && ws->refused_status && ws->refused_status != STATUS_NONSENSE)
        ws_end(ws, WS_END_REFUSED, ws->refused_status, str_from_z(ws->detail));
    else if (ws->state == WS_CONNECTING) {
        resolve_forget(ws->loop);
        ws_end(ws, WS_END_FAILED, 0, str_from_z(ws->detail));
    } else
        ws_end(ws, WS_END_CLOSED, ws->close_code, str_from_z(ws->detail));
    ws_free(ws);
}

static void ws_opened(struct ws *ws)
{
    struct mono now = clock_mono(&ws->loop->world);
    ws->state = WS_OPEN;
    ws->detail[0] = '\0';
    ws->heard = now;
    ws->ping_at.ms = now.ms + ws->ping_ms;
    ws_tick(ws);
    ws->events.open(ws->arg);
}

static void ws_tick(struct ws *ws)
{
    struct mono now = clock_mono(&ws->loop->world);
    ws->heard = ws_heard(ws, now);
    if (now.ms >= ws->heard.ms + ws->dead_ms) {
        ws_end(ws, WS_END_DEAD, 0, STR("nothing heard"));
        ws_leave(ws);
        return;
    }
    if (now.ms >= ws->ping_at.ms) {
        ws->ping_at.ms = now.ms + ws->ping_ms;
        ws_queue(ws, WS_PING, STR_EMPTY);
    }
    int64_t dead_at_ms = ws->heard.ms + ws->dead_ms;
    int64_t next_ms = dead_at_ms < ws->ping_at.ms ? dead_at_ms : ws->ping_at.ms;
    timer_after(ws->timer, (struct duration){ next_ms - now.ms });
}

/* The kernel knows when the last bytes came, also those that were not read yet because this process
 * was busy. */
static struct mono ws_heard(const struct ws *ws, struct mono now)
{
    struct tcp_info info = { .tcpi_state = 0 };
    socklen_t len = sizeof(info);
    if (getsockopt(stream_fd(ws->stream), IPPROTO_TCP, TCP_INFO, &info, &len))
        return ws->heard;
    int64_t kernel_ms = now.ms - (int64_t)info.tcpi_last_data_recv;
    return (struct mono){ kernel_ms > ws->heard.ms ? kernel_ms : ws->heard.ms };
}

static void ws_received(void *arg, struct str bytes)
{
    struct ws *ws = arg;
    if (ws->state == WS_CONNECTING && !ws->ended)
        bytes = ws_answered(ws, bytes);
    if (ws->state != WS_OPEN && ws->state != WS_LEAVING)
        return;
    ws->heard = clock_mono(&ws->loop->world);
    for (size_t at = 0; at < bytes.len; at += SLICE_BYTES)
        ws_take(ws, str_slice(bytes, at, at + SLICE_BYTES));
}

/* The head of the answer; returns the frames that came with it. A connection that is refused goes
 * from our own timer. */
static struct str ws_answered(struct ws *ws, struct str bytes)
{
    size_t head_len = 0, before = ws->head.len;
    int status = 0;
    const char *why = NULL;
    if (ws->refused_status)
        return STR_EMPTY;
    buf_add(&ws->head, bytes);
    enum ws_answer answer = ws->head.failed ? WS_ANSWER_BAD
        : ws_answer_read(buf_str(&ws->head), &ws->ask, &head_len, &status, &why);
    if (answer == WS_ANSWER_MORE)
        return STR_EMPTY;
    buf_free(&ws->head);
    if (answer == WS_ANSWER_OPEN) {
        ws_opened(ws);
        return str_slice(bytes, head_len - before, bytes.len);
    }
    ws_note_failure(ws, str_from_z(why ? why : "an answer above the limit"));
    ws->refused_status = answer == WS_ANSWER_REFUSED ? status : STATUS_NONSENSE;
    timer_after(ws->timer, (struct duration){ 0 });
    return STR_EMPTY;
}

static void ws_take(struct ws *ws, struct str bytes)
{
    struct ws_item item;
    enum ws_read read = WS_READ_ITEM;
    if (ws->deaf)
        return;
    if (ws_reader_add(&ws->reader, bytes)) {
        ws_peer_wrong(ws, WS_CODE_TOO_BIG);
        return;
    }
    while (!ws->deaf && (read = ws_reader_next(&ws->reader, &item)) == WS_READ_ITEM)
        ws_item_came(ws, &item);
    if (!ws->deaf && read == WS_READ_BAD)
        ws_peer_wrong(ws, item.code);
}

/* Binary messages mean nothing to any chat platform. */
static void ws_item_came(struct ws *ws, const struct ws_item *item)
{
    if (item->opcode == WS_TEXT && !ws->ended && ws->state == WS_OPEN)
        ws->events.text(ws->arg, item->payload);
    if (item->opcode == WS_PING && !ws->closing)
        ws_queue(ws, WS_PONG, item->payload);
    if (item->opcode == WS_CLOSE)
        ws_peer_closes(ws, item->code);
}

/* What follows cannot be understood any more. */
static void ws_peer_wrong(struct ws *ws, uint16_t code)
{
    static const struct {
        uint16_t code;
        const char *detail;
    } details[] = { { WS_CODE_TOO_BIG, "a message above the limit" },
        { WS_CODE_NOT_TEXT, "text that is not UTF-8" },
        { WS_CODE_PROTOCOL, "a frame against the rules" } };
    ws->deaf = true;
    if (ws->state != WS_OPEN)
        return;
    for (size_t i = 0; i < COUNT(details); i++)
        if (details[i].code == code)
            ws_note_failure(ws, str_from_z(details[i].detail));
    ws->close_code = code;
    ws_queue_close(ws, code);
    ws_cut_soon(ws);
}

/* Theirs is echoed, unless it is itself the echo of ours: then all is said, and the connection goes
 * from our own timer. Some servers keep it after that; they get a second. */
static void ws_peer_closes(struct ws *ws, uint16_t code)
{
    bool answered = ws->closing;
    ws->deaf = true;
    if (!ws->close_code && code != WS_CODE_NONE)
        ws->close_code = code;
    if (!answered)
        ws_queue_close(ws, code);
    ws_cut_soon(ws);
    if (answered)
        timer_after(ws->timer, (struct duration){ 0 });
}

static void ws_queue(struct ws *ws, enum ws_opcode opcode, struct str payload)
{
    uint8_t mask[4];
    clock_random(&ws->loop->world, mask, sizeof(mask));
    ws_frame_add(stream_out(ws->stream), opcode, payload, mask);
    stream_send(ws->stream);
}

static void ws_queue_close(struct ws *ws, uint16_t code)
{
    char payload[2] = { (char)(code >> 8), (char)(code & 0xff) };
    ws->closing = true;
    ws_queue(ws, WS_CLOSE, (struct str){ payload, code == WS_CODE_NONE ? 0 : 2 });
}

/* Whatever happens now, the connection is gone in a second. */
static void ws_cut_soon(struct ws *ws)
{
    ws->state = WS_LEAVING;
    timer_after(ws->timer, (struct duration){ CUT_MS });
}

static void ws_note_failure(struct ws *ws, struct str words)
{
    (void)snprintf(ws->detail, sizeof(ws->detail), "%.*s", STR_ARG(words));
}

static void ws_end(struct ws *ws, enum ws_end end, int status, struct str detail)
{
    if (ws->ended)
        return;
    ws->ended = true;
    timer_stop(ws->timer);
    ws->events.end(ws->arg, end, status, detail);
}

/* The owner is gone: say goodbye on an open connection, give up one that is not open yet. */
static void ws_leave(struct ws *ws)
{
    enum ws_state was = ws->state;
    if (was == WS_OPEN) {
        ws_queue_close(ws, WS_CODE_NORMAL);
        ws_cut_soon(ws);
    } else if (was == WS_CONNECTING && ws->stream) {
        ws->state = WS_LEAVING;
        timer_after(ws->timer, (struct duration){ 0 });
    } else if (!ws->stream) {
        ws_free(ws);
    }
}

/* Only from our own timer, never from an event of the stream. */
static void ws_kill(struct ws *ws)
{
    stream_close(ws->stream);
    ws->stream = NULL;
    ws_lost(ws);
}

static void ws_free(struct ws *ws)
{
    struct ws **place = &ws->loop->ws_list;
    while (*place != ws)
        place = &(*place)->next;
    *place = ws->next;
    resolve_cancel(ws->resolve);
    timer_free(ws->timer);
    ws_reader_finish(&ws->reader);
    buf_free(&ws->head);
    free(ws->host);
    free(ws->host_header);
    free(ws->path);
    free(ws->authorization);
    free(ws);
}
