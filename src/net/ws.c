/* Owns WebSocket connections to a server: opening, whole messages, pings, and exactly one end.
 * Knows text frames, nothing of chat.
 *
 * A struct ws has two lives: the owner's, until its `end` or ws_close, and the library's, until the
 * library lets go of the connection (WSI_DESTROY). It is freed when both are over. Every outcome is
 * told from the loop, never from inside a call of the owner's. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/inside.h"
#include "net/resolve.h"
#include "net/ws_client.h"
#include "net/ws_frame.h"
#include "net/ws_hub.h"
#include "nudged/base/limits.h"
#include "nudged/base/text.h"

enum {
    OPEN_MS = 15000,
    PING_MS = 10000,
    DEAD_MS = 30000,
    CUT_MS = 1000,
    QUEUE_FRAMES_MAX = 1024,
    QUEUE_BYTES_MAX = 4 << 20,
    TLS_HOST_BYTES_MAX = 127, /* libwebsockets 4.1 cuts longer names before comparing them */
    KEEP_BYTES_MAX = 64 << 10,
    DETAIL_BYTES_MAX = 160
};

enum ws_state { WS_STARTING, WS_RESOLVING, WS_CONNECTING, WS_OPEN, WS_LEAVING };

struct ws_frame {
    struct ws_frame *next;
    size_t len;
    unsigned char bytes[];              /* LWS_PRE of the library's, then len */
};

struct ws {
    struct ws *next;                    /* ws_hub.c's list */
    struct loop *loop;
    struct ws_events events;
    void *arg;
    enum ws_state state;
    bool ended;                         /* the owner is gone: no more callbacks */
    bool tls, calling;                  /* calling: inside the library's connect */
    char *host, *host_header, *path, *authorization;
    uint16_t port;
    uint32_t open_ms, ping_ms, dead_ms;
    struct timer *timer;                /* by state: start, open deadline, ping or death, cut */
    struct mono open_until, heard, ping_at, cut_at;
    struct resolve *resolve;
    struct resolved found;
    size_t next_address;
    struct lws *wsi;                    /* NULL when the library holds none */
    struct buf message;
    struct ws_frame *queue, **queue_end;
    size_t queue_frames, queue_bytes;
    bool ping_due;
    bool close_due;                     /* the queue is empty, our close frame is next */
    bool closing;                       /* a close frame went out, or theirs came in */
    int close_code;                     /* the peer's, or ours after its mistake */
    uint16_t say_code;                  /* what our close frame says */
    int refused_status;
    long certificate_error;             /* X509_V_…, 0 none */
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
static int ws_received(struct ws *ws, struct str part);
static int ws_peer_wrong(struct ws *ws, uint16_t code, const char *detail);
static int ws_peer_closes(struct ws *ws, const unsigned char *code, size_t len);
static int ws_writable(struct ws *ws);
static void ws_say_close(struct ws *ws);
static void ws_cut_soon(struct ws *ws);
static int ws_write_queue(struct ws *ws);
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
    if (tls && parts.host.len > TLS_HOST_BYTES_MAX)
        return NULL;
    struct ws *ws = heap_new(struct ws);
    if (!ws)
        return NULL;
    ws->loop = loop_of(world);
    ws->events = *events;
    ws->arg = arg;
    ws->tls = tls;
    ws->message = buf_heap(FRAME_BYTES_MAX);
    ws->queue_end = &ws->queue;
    if (!ws_fill(ws, options, &parts) || !ws_hub_add(ws->loop, ws)) {
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
    if (ws->queue_frames >= QUEUE_FRAMES_MAX || ws->queue_bytes + frame.len > QUEUE_BYTES_MAX)
        return ERR_TOO_BIG;
    struct ws_frame *entry = malloc(sizeof(*entry) + LWS_PRE + frame.len);
    if (!entry)
        return ERR_NO_MEMORY;
    entry->next = NULL;
    entry->len = frame.len;
    if (frame.len > 0)
        memcpy(entry->bytes + LWS_PRE, frame.ptr, frame.len);
    *ws->queue_end = entry;
    ws->queue_end = &entry->next;
    ws->queue_frames++;
    ws->queue_bytes += frame.len;
    lws_callback_on_writable(ws->wsi);
    return OK;
}

void ws_client_close(struct ws *ws)
{
    REQUIRE(!ws->ended);
    ws->ended = true;
    ws_leave(ws);
}

void ws_cut_now(struct ws *ws)
{
    ws->ended = true;
    timer_stop(ws->timer);
    if (ws->wsi)
        ws_kill(ws);
    else
        ws_free(ws);
}

struct ws **ws_hub_link(struct ws *ws)
{
    return &ws->next;
}

static int ws_append_headers(struct ws *ws, struct lws *wsi, unsigned char **at, size_t room)
{
    if (!ws->authorization)
        return 0;
    return lws_add_http_header_by_name(wsi, (const unsigned char *)"authorization:",
                                       (const unsigned char *)ws->authorization,
                                       (int)strlen(ws->authorization), at, *at + room);
}

/* Return values are the library's: non-zero closes the connection. */
int ws_client_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                       size_t len)
{
    struct ws *ws = wsi ? lws_wsi_user(wsi) : NULL;
    if (!ws || (ws->wsi && ws->wsi != wsi))
        return 0;
    if (reason == LWS_CALLBACK_CLIENT_RECEIVE)
        return ws_received(ws, (struct str){ in, len });
    if (reason == LWS_CALLBACK_CLIENT_WRITEABLE)
        return ws_writable(ws);
    if (reason == LWS_CALLBACK_CLIENT_RECEIVE_PONG)
        ws->heard = clock_mono(&ws->loop->world);
    if (reason == LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER)
        return ws_append_headers(ws, wsi, in, len);
    if (reason == LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION)
        ws->certificate_error = X509_STORE_CTX_get_error(user);
    if (reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR) {
        ws->refused_status = (int)lws_http_client_http_response(wsi);
        ws_note_failure(ws, (struct str){ in, in ? len : 0 });
    }
    if (reason == LWS_CALLBACK_CLIENT_ESTABLISHED && !ws->ended)
        ws_opened(ws);
    if (reason == LWS_CALLBACK_WS_PEER_INITIATED_CLOSE)
        return ws_peer_closes(ws, in, len);
    if (reason == LWS_CALLBACK_CLIENT_CLOSED)
        ws_end(ws, WS_END_CLOSED, ws->close_code, str_from_z(ws->detail));
    if (reason == LWS_CALLBACK_WSI_DESTROY) {
        ws->wsi = NULL;
        ws_lost(ws);
    }
    return 0;
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
    else if (ws->state == WS_LEAVING && ws->close_due)
        ws_say_close(ws);
    else if (ws->state == WS_LEAVING)
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
    struct lws_client_connect_info info = {
        .address = ws->found.address[ws->next_address++], .port = ws->port, .path = ws->path,
        .host = ws->host_header, .local_protocol_name = "nudged", .alpn = "http/1.1",
        .ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT | (ws->tls ? LCCSCF_USE_SSL : 0),
        .userdata = ws, .ietf_version_or_minus_one = -1,
    };
    ws->state = WS_CONNECTING;
    if (!ws_hub_vhost(ws->loop, ws->tls, &info.context, &info.vhost)) {
        ws_end(ws, WS_END_FAILED, 0,
               STR("libwebsockets did not start (is libwebsockets-evlib-uv there?)"));
        ws_leave(ws);
        return;
    }
    ws->calling = true;
    ws->wsi = lws_client_connect_via_info(&info);
    ws->calling = false;
    if (!ws->wsi)
        ws_lost(ws);
}

/* The library holds no connection any more: try the next address, or tell the outcome. */
static void ws_lost(struct ws *ws)
{
    if (ws->calling)
        return;                         /* ws_connect comes here itself */
    if (ws->state == WS_CONNECTING && !ws->ended && ws->refused_status == 0
        && ws->next_address < ws->found.count) {
        ws->state = WS_STARTING;
        timer_after(ws->timer, (struct duration){ 0 });
        return;
    }
    if (ws->state == WS_CONNECTING && ws->refused_status != 0 && ws->refused_status != 101)
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
    int yes = 1;
    ws->state = WS_OPEN;
    ws->detail[0] = '\0';
    ws->heard = now;
    ws->ping_at.ms = now.ms + ws->ping_ms;
    setsockopt(lws_get_socket_fd(ws->wsi), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
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
        ws->ping_due = true;
        ws->ping_at.ms = now.ms + ws->ping_ms;
        lws_callback_on_writable(ws->wsi);
    }
    int64_t dead_at_ms = ws->heard.ms + ws->dead_ms;
    int64_t next_ms = dead_at_ms < ws->ping_at.ms ? dead_at_ms : ws->ping_at.ms;
    timer_after(ws->timer, (struct duration){ next_ms - now.ms });
}

/* The library answers pings without telling. The kernel knows when the last bytes came, also those
 * that were not read yet because this process was busy. */
static struct mono ws_heard(const struct ws *ws, struct mono now)
{
    struct tcp_info info = { .tcpi_state = 0 };
    socklen_t len = sizeof(info);
    if (getsockopt(lws_get_socket_fd(ws->wsi), IPPROTO_TCP, TCP_INFO, &info, &len))
        return ws->heard;
    int64_t kernel_ms = now.ms - (int64_t)info.tcpi_last_data_recv;
    return (struct mono){ kernel_ms > ws->heard.ms ? kernel_ms : ws->heard.ms };
}

static int ws_received(struct ws *ws, struct str part)
{
    struct buf *message = &ws->message;
    if (ws->ended || ws->state != WS_OPEN)
        return 0;
    ws->heard = clock_mono(&ws->loop->world);
    if (message->len + part.len > message->bytes_max)
        return ws_peer_wrong(ws, WS_CODE_TOO_BIG, "a message above the limit");
    bool last = lws_is_final_fragment(ws->wsi) && lws_remaining_packet_payload(ws->wsi) == 0;
    struct str whole = part;
    if (!last || message->len > 0) {
        buf_add(message, part);
        whole = buf_str(message);
    }
    if (message->failed)
        return ws_peer_wrong(ws, WS_CODE_TOO_BIG, "no memory for a message");
    if (!last)
        return 0;
    if (!lws_frame_is_binary(ws->wsi)) { /* binary ones mean nothing to any chat platform */
        if (!text_is_utf8(whole))
            return ws_peer_wrong(ws, WS_CODE_NOT_TEXT, "text that is not UTF-8");
        ws->events.text(ws->arg, whole);
    }
    buf_reset(message);
    if (message->cap > KEEP_BYTES_MAX) {
        buf_free(message);
        *message = buf_heap(FRAME_BYTES_MAX);
    }
    return 0;
}

static int ws_peer_wrong(struct ws *ws, uint16_t code, const char *detail)
{
    ws_note_failure(ws, str_from_z(detail));
    ws->close_code = code;
    ws->say_code = code;
    ws_cut_soon(ws);
    lws_callback_on_writable(ws->wsi);
    return 0;
}

/* The library echoes the close frame, unless it is itself the echo of ours: then all is said. Some
 * servers keep the connection after that; they get a second. */
static int ws_peer_closes(struct ws *ws, const unsigned char *code, size_t len)
{
    if (ws->closing)
        return -1;
    ws->closing = true;
    if (len >= 2)
        ws->close_code = code[0] << 8 | code[1];
    ws_cut_soon(ws);
    return 0;
}

static int ws_writable(struct ws *ws)
{
    unsigned char ping[LWS_PRE + 1];
    if (ws->ping_due && ws->state == WS_OPEN) {
        ws->ping_due = false;
        if (lws_write(ws->wsi, ping + LWS_PRE, 0, LWS_WRITE_PING) < 0)
            return -1;
    }
    if (ws->queue && ws_write_queue(ws))
        return -1;
    if (ws->queue) {
        lws_callback_on_writable(ws->wsi);
        return 0;
    }
    if (ws->state == WS_LEAVING && !ws->closing) {
        ws->close_due = true;
        timer_after(ws->timer, (struct duration){ 0 });
    }
    return 0;
}

/* From our own timer rather than by a non-zero return from a callback: Debian's 4.1, a debug build,
 * closes twice in that case and so drops the connection before the close frame is out. */
static void ws_say_close(struct ws *ws)
{
    struct mono now = clock_mono(&ws->loop->world);
    uint16_t code = ws->say_code ? ws->say_code : WS_CODE_NORMAL;
    ws->close_due = false;
    ws->closing = true;
    timer_after(ws->timer, (struct duration){ ws->cut_at.ms - now.ms });
    lws_close_reason(ws->wsi, (enum lws_close_status)code, NULL, 0);
    lws_set_timeout(ws->wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_SYNC);
}

/* Whatever happens now, the connection is gone in a second. */
static void ws_cut_soon(struct ws *ws)
{
    ws->state = WS_LEAVING;
    ws->cut_at.ms = clock_mono(&ws->loop->world).ms + CUT_MS;
    timer_after(ws->timer, (struct duration){ CUT_MS });
}

/* Many small frames at once (the acks of a batch) are held back by the kernel until all are
 * written. */
static int ws_write_queue(struct ws *ws)
{
    int fd = lws_get_socket_fd(ws->wsi), on = 1, off = 0, failed = 0;
    bool cork = ws->queue_frames > 1;
    if (cork)
        setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
    while (ws->queue && !failed && !lws_send_pipe_choked(ws->wsi)) {
        struct ws_frame *frame = ws->queue;
        failed = lws_write(ws->wsi, frame->bytes + LWS_PRE, frame->len, LWS_WRITE_TEXT)
                 < (int)frame->len;
        ws->queue = frame->next;
        if (!ws->queue)
            ws->queue_end = &ws->queue;
        ws->queue_frames--;
        ws->queue_bytes -= frame->len;
        free(frame);
    }
    if (cork)
        setsockopt(fd, IPPROTO_TCP, TCP_CORK, &off, sizeof(off));
    return failed;
}

/* The certificate's fault, when there is one, says more than the library's "connect SSL err 1". */
static void ws_note_failure(struct ws *ws, struct str words)
{
    const char *before = "";
    if (ws->certificate_error) {
        before = "certificate: ";
        words = str_from_z(X509_verify_cert_error_string(ws->certificate_error));
    }
    (void)snprintf(ws->detail, sizeof(ws->detail), "%s%.*s", before, STR_ARG(words));
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
    if (!ws->wsi) {
        if (!ws->calling)
            ws_free(ws);
        return;
    }
    if (was == WS_OPEN) {
        ws_cut_soon(ws);
        lws_callback_on_writable(ws->wsi);
    } else if (was == WS_CONNECTING) {
        ws->state = WS_LEAVING;
        timer_after(ws->timer, (struct duration){ 0 });
    }
}

/* Only from our own timer, never from a callback of the library's. */
static void ws_kill(struct ws *ws)
{
    lws_set_timeout(ws->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_SYNC);
}

static void ws_free(struct ws *ws)
{
    resolve_cancel(ws->resolve);
    timer_free(ws->timer);
    if (ws->loop->ws_hub)
        ws_hub_remove(ws->loop, ws);
    while (ws->queue) {
        struct ws_frame *frame = ws->queue;
        ws->queue = frame->next;
        free(frame);
    }
    buf_free(&ws->message);
    free(ws->host);
    free(ws->host_header);
    free(ws->path);
    free(ws->authorization);
    free(ws);
}
