/* Owns the HTTP listener: libmicrohttpd without threads, its epoll descriptor watched by the loop.
 * Knows requests and answers as bytes; who may ask what is the handler's business.
 *
 * Odd: an answer that comes later resumes a connection that was suspended, and a suspended one is
 * not looked at, so a client that went away is noticed only when the answer is sent. That keeps
 * every exchange alive until it is answered. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <unistd.h>

#include "net/inside.h"
#include "net/takeover.h"
#include "nudged/base/buf.h"

enum {
    BODY_BYTES_MAX = 1 << 20, CONNECTIONS_MAX = 256, BACKLOG = 128,
    IDLE_SECONDS = 60, HEAD_BYTES_MAX = 32 << 10, LAST_ROUNDS = 20,
};

struct caller {                 /* one connection */
    struct caller *before, *next;
    int fd;
    uint64_t since_ms;
    bool cut;
};

struct listener {
    struct loop *loop;
    struct MHD_Daemon *daemon;
    uv_poll_t poll;
    uv_timer_t timer;
    int open_handles;
    uint16_t port;
    uint32_t body_bytes_max;
    bool running, ending;
    bool again;                 /* something was closed or resumed during the turn */
    listen_fn *fn;
    void *arg;
    struct exchange *exchanges;
    struct takeover *takeovers;
    struct caller *callers;     /* kept only where connection_ms_max says so; newest first */
    uint32_t connection_ms_max;
};

struct exchange {
    struct listener *listener;
    struct exchange *before, *next;
    struct MHD_Connection *connection;
    char *uri, *path, *method;
    struct str query;
    struct buf body;
    bool begun, handed, answered, suspended, too_big;
    int status;
    struct MHD_Response *response;      /* NULL after exchange_drop */
    struct takeover *takeover;          /* while its upgrade is under way */
};

struct takeover {
    struct listener *listener;
    struct takeover *before, *next;
    struct exchange *exchange;
    struct MHD_UpgradeResponseHandle *handle;   /* NULL until ready */
    const struct takeover_events *events;
    void *arg;
};

static enum err listener_socket(const struct listen_options *options, int *out, uint16_t *port);
static void *listener_uri(void *arg, const char *uri, struct MHD_Connection *connection);
static enum MHD_Result listener_handle(void *arg, struct MHD_Connection *connection,
                                       const char *url, const char *method, const char *version,
                                       const char *upload, size_t *upload_len, void **state);
static void listener_completed(void *arg, struct MHD_Connection *connection, void **state,
                               enum MHD_RequestTerminationCode why);
static void listener_connected(void *arg, struct MHD_Connection *connection, void **state,
                               enum MHD_ConnectionNotificationCode what);
static uint64_t listener_cut_late(struct listener *listener);
static void listener_ready(uv_poll_t *poll, int status, int events);
static void listener_time(uv_timer_t *timer);
static void listener_turn(struct listener *listener);
static void listener_kick(struct listener *listener);
static void listener_handle_closed(uv_handle_t *handle);
static bool exchange_split_uri(struct exchange *exchange);
static void exchange_hand_over(struct exchange *exchange);
static enum MHD_Result exchange_settle(struct exchange *exchange);
static void exchange_answered(struct exchange *exchange);
static void exchange_free(struct exchange *exchange);
static void takeover_ready(void *arg, struct MHD_Connection *connection, void *request,
                           const char *extra, size_t extra_len, MHD_socket fd,
                           struct MHD_UpgradeResponseHandle *handle);
static void takeover_unlink(struct takeover *takeover);
static size_t percent_decode(struct str s, bool plus_is_blank, char *out);

enum err listener_new(struct loop *loop, const struct listen_options *options, listen_fn *fn,
                      void *arg, struct listener **out)
{
    struct listener *listener = heap_new(struct listener);
    int fd = -1;
    if (!listener)
        return ERR_NO_MEMORY;
    *listener = (struct listener){ .loop = loop, .fn = fn, .arg = arg };
    listener->connection_ms_max = options->connection_ms_max;
    listener->body_bytes_max = options->body_bytes_max ? options->body_bytes_max : BODY_BYTES_MAX;
    enum err err = listener_socket(options, &fd, &listener->port);
    if (!err) {
        unsigned connections =
            options->connections_max ? options->connections_max : CONNECTIONS_MAX;
        listener->daemon = MHD_start_daemon(
            MHD_USE_EPOLL | MHD_ALLOW_UPGRADE | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
            listener_handle, listener, MHD_OPTION_LISTEN_SOCKET, fd,
            MHD_OPTION_CONNECTION_LIMIT, connections,
            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES_MAX,
            MHD_OPTION_URI_LOG_CALLBACK, listener_uri, listener,
            MHD_OPTION_NOTIFY_CONNECTION, listener_connected, listener,
            MHD_OPTION_NOTIFY_COMPLETED, listener_completed, NULL, MHD_OPTION_END);
        if (!listener->daemon) {
            close(fd);
            err = ERR_NO_MEMORY;
        }
    }
    if (err) {
        free(listener);
        return err;
    }
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    listener->poll.data = listener->timer.data = listener;
    listener->open_handles = 2;
    REQUIRE(info && uv_poll_init(&loop->uv, &listener->poll, info->epoll_fd) == 0);
    uv_timer_init(&loop->uv, &listener->timer);
    uv_poll_start(&listener->poll, UV_READABLE, listener_ready);
    *out = listener;
    return OK;
}

uint16_t listener_port(const struct listener *listener)
{
    return listener->port;
}

struct listener *listener_free(struct listener *listener)
{
    if (!listener)
        return NULL;
    REQUIRE(!listener->running);
    listener->ending = true;
    while (listener->takeovers)
        listener->takeovers->events->gone(listener->takeovers->arg);
    for (struct exchange *exchange = listener->exchanges; exchange; exchange = exchange->next)
        if (exchange->handed && !exchange->answered)
            exchange_reply(exchange, 503, STR("text/plain"), STR("ending\n"), NULL, 0);
    for (int i = 0; i < LAST_ROUNDS; i++)
        MHD_run(listener->daemon);
    uv_close((uv_handle_t *)&listener->poll, listener_handle_closed);
    uv_close((uv_handle_t *)&listener->timer, listener_handle_closed);
    MHD_stop_daemon(listener->daemon);
    return NULL;
}

struct str exchange_header(struct exchange *exchange, struct str name)
{
    char name_z[128];
    if (name.len >= sizeof(name_z))
        return STR_EMPTY;
    memcpy(name_z, name.ptr, name.len);
    name_z[name.len] = '\0';
    return str_from_z(MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name_z));
}

bool form_value(struct arena *arena, struct str form, struct str name, struct str *out)
{
    struct str part;
    while (str_next_part(&form, '&', &part)) {
        size_t equals = str_find(part, '=');
        struct str key = str_slice(part, 0, equals), value = str_slice(part, equals + 1, part.len);
        char *room = arena_alloc(arena, part.len + 1);
        if (!room)
            return false;
        size_t key_len = percent_decode(key, true, room);
        if (!str_equal((struct str){ room, key_len }, name))
            continue;
        *out = (struct str){ room, percent_decode(value, true, room) };
        return true;
    }
    return false;
}

void exchange_reply(struct exchange *exchange, int status, struct str content_type, struct str body,
                    const struct http_header *headers, size_t headers_len)
{
    REQUIRE(exchange->handed && !exchange->answered);
    char *copy = heap_z(body);
    struct MHD_Response *response = copy ?
        MHD_create_response_from_buffer(body.len, copy, MHD_RESPMEM_MUST_FREE) : NULL;
    if (!response)
        free(copy);
    for (size_t i = 0; response && i <= headers_len; i++) {
        struct http_header header = { STR("Content-Type"), content_type };
        if (i > 0)
            header = headers[i - 1];
        char *name = heap_z(header.name), *value = heap_z(header.value);
        if (name && value && header.value.len > 0)
            MHD_add_response_header(response, name, value);
        free(name);
        free(value);
    }
    exchange->response = response;
    exchange->status = status;
    exchange_answered(exchange);
}

void exchange_drop(struct exchange *exchange)
{
    REQUIRE(exchange->handed && !exchange->answered);
    exchange_answered(exchange);
}

struct takeover *exchange_take_over(struct exchange *exchange, struct str accept_key,
                                    const struct takeover_events *events, void *arg)
{
    REQUIRE(exchange->handed && !exchange->answered);
    struct takeover *takeover = heap_new(struct takeover);
    char *accept = heap_z(accept_key);
    struct MHD_Response *response = takeover && accept ?
        MHD_create_response_for_upgrade(takeover_ready, takeover) : NULL;
    if (response) {
        MHD_add_response_header(response, "Upgrade", "websocket");
        MHD_add_response_header(response, "Sec-WebSocket-Accept", accept);
    }
    free(accept);
    if (!response) {
        free(takeover);
        exchange_reply(exchange, 500, STR("text/plain"), STR("out of memory\n"), NULL, 0);
        return NULL;
    }
    *takeover = (struct takeover){ .listener = exchange->listener, .exchange = exchange,
                                   .events = events, .arg = arg };
    takeover->next = exchange->listener->takeovers;
    if (takeover->next)
        takeover->next->before = takeover;
    exchange->listener->takeovers = takeover;
    exchange->takeover = takeover;
    exchange->response = response;
    exchange->status = MHD_HTTP_SWITCHING_PROTOCOLS;
    exchange_answered(exchange);
    return takeover;
}

/* Before it is ready, the library still holds the struct: then takeover_ready closes and frees. */
void takeover_close(struct takeover *takeover)
{
    takeover_unlink(takeover);
    takeover->events = NULL;
    if (takeover->handle) {
        MHD_upgrade_action(takeover->handle, MHD_UPGRADE_ACTION_CLOSE);
        listener_kick(takeover->listener);
        free(takeover);
    } else if (!takeover->exchange) {
        free(takeover);
    }
}

struct str exchange_method(const struct exchange *exchange)
{
    return str_from_z(exchange->method);
}

struct loop *exchange_loop(const struct exchange *exchange)
{
    return exchange->listener->loop;
}

/* Our own socket rather than the library's, because only bind's errno tells a busy port. */
static enum err listener_socket(const struct listen_options *options, int *out, uint16_t *port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } address = { 0 };
    socklen_t len = sizeof(address.four);
    char text[INET6_ADDRSTRLEN] = "127.0.0.1";
    if (options->address.len >= sizeof(text))
        return ERR_INVALID;
    if (options->address.len > 0) {
        memcpy(text, options->address.ptr, options->address.len);
        text[options->address.len] = '\0';
    }
    if (uv_ip4_addr(text, options->port, &address.four) != 0) {
        if (uv_ip6_addr(text, options->port, &address.six) != 0)
            return ERR_INVALID;
        len = sizeof(address.six);
    }
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;
    if (fd < 0)
        return ERR_NO_MEMORY;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(fd, &address.any, len) || listen(fd, BACKLOG) || getsockname(fd, &address.any, &len)) {
        enum err err = errno == EADDRINUSE ? ERR_BUSY : errno == EACCES ? ERR_REFUSED : ERR_INVALID;
        close(fd);
        return err;
    }
    *port =
        ntohs(address.any.sa_family == AF_INET6 ? address.six.sin6_port : address.four.sin_port);
    *out = fd;
    return OK;
}

/* The only place where the library shows the request line as it came. */
static void *listener_uri(void *arg, const char *uri, struct MHD_Connection *connection)
{
    struct listener *listener = arg;
    struct exchange *exchange = heap_new(struct exchange);
    if (!exchange)
        return NULL;
    exchange->listener = listener;
    exchange->connection = connection;
    exchange->uri = heap_z(str_from_z(uri));
    exchange->body = buf_heap(listener->body_bytes_max);
    exchange->next = listener->exchanges;
    if (exchange->next)
        exchange->next->before = exchange;
    listener->exchanges = exchange;
    return exchange;
}

static enum MHD_Result listener_handle(void *arg, struct MHD_Connection *connection,
                                       const char *url, const char *method, const char *version,
                                       const char *upload, size_t *upload_len, void **state)
{
    struct exchange *exchange = *state;
    (void)arg, (void)connection, (void)url, (void)version;
    if (!exchange || !exchange->uri)
        return MHD_NO;
    if (!exchange->begun) {
        exchange->begun = true;
        exchange->method = heap_z(str_from_z(method));
        return exchange->method && exchange_split_uri(exchange) ? MHD_YES : MHD_NO;
    }
    if (*upload_len > 0) {
        struct buf *body = &exchange->body;
        exchange->too_big = exchange->too_big || body->len + *upload_len > body->bytes_max;
        if (!exchange->too_big)
            buf_add(body, (struct str){ upload, *upload_len });
        *upload_len = 0;
        return body->failed ? MHD_NO : MHD_YES;
    }
    if (!exchange->handed)
        exchange_hand_over(exchange);
    return exchange_settle(exchange);
}

static void listener_completed(void *arg, struct MHD_Connection *connection, void **state,
                               enum MHD_RequestTerminationCode why)
{
    struct exchange *exchange = *state;
    (void)arg, (void)connection, (void)why;
    *state = NULL;
    if (exchange)
        exchange_free(exchange);
}

static void listener_connected(void *arg, struct MHD_Connection *connection, void **state,
                               enum MHD_ConnectionNotificationCode what)
{
    struct listener *listener = arg;
    struct caller *caller = *state;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (what == MHD_CONNECTION_NOTIFY_CLOSED)
        listener->again = true;         /* at its limit, it accepts again only when run once more */
    if (what == MHD_CONNECTION_NOTIFY_CLOSED && caller) {
        *(caller->before ? &caller->before->next : &listener->callers) = caller->next;
        if (caller->next)
            caller->next->before = caller->before;
        free(caller);
        *state = NULL;
    }
    if (what != MHD_CONNECTION_NOTIFY_STARTED || !listener->connection_ms_max || !info)
        return;
    *state = caller = heap_new(struct caller);
    if (!caller)
        return;
    *caller = (struct caller){ .fd = info->connect_fd, .next = listener->callers,
                               .since_ms = uv_now(&listener->loop->uv) };
    if (caller->next)
        caller->next->before = caller;
    listener->callers = caller;
}

/* The library ends a connection that is silent; one that drips a byte now and then is ended here.
 * How long until the next may be due; UINT64_MAX: none is there. */
static uint64_t listener_cut_late(struct listener *listener)
{
    uint64_t now_ms = uv_now(&listener->loop->uv), wait_ms = UINT64_MAX;
    for (struct caller *caller = listener->callers; caller; caller = caller->next) {
        uint64_t age_ms = now_ms - caller->since_ms;
        if (age_ms < listener->connection_ms_max)
            wait_ms = wait_ms < listener->connection_ms_max - age_ms
                ? wait_ms : listener->connection_ms_max - age_ms;
        else if (!caller->cut)
            caller->cut = shutdown(caller->fd, SHUT_RDWR) == 0;
    }
    return wait_ms;
}

static void listener_ready(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    listener_turn(poll->data);
}

static void listener_time(uv_timer_t *timer)
{
    listener_turn(timer->data);
}

static void listener_turn(struct listener *listener)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;
    listener->running = true;
    MHD_run(listener->daemon);
    listener->running = false;
    uv_timer_stop(&listener->timer);
    uv_update_time(&listener->loop->uv);
    uint64_t late_ms = listener_cut_late(listener);
    bool waits = MHD_get_timeout(listener->daemon, &wait_ms) == MHD_YES;
    if (waits || listener->again || late_ms != UINT64_MAX) {
        uint64_t soonest_ms = waits && wait_ms < late_ms ? wait_ms : late_ms;
        uv_timer_start(&listener->timer, listener_time, listener->again ? 0 : soonest_ms, 0);
    }
    listener->again = false;
}

static void listener_kick(struct listener *listener)
{
    if (listener->running)
        listener->again = true;
    else if (!listener->ending)
        uv_timer_start(&listener->timer, listener_time, 0, 0);
}

static void listener_handle_closed(uv_handle_t *handle)
{
    struct listener *listener = handle->data;
    if (--listener->open_handles == 0)
        free(listener);
}

static bool exchange_split_uri(struct exchange *exchange)
{
    struct str uri = str_from_z(exchange->uri);
    size_t mark = str_find(uri, '?');
    exchange->query = str_slice(uri, mark + 1, uri.len);
    exchange->path = calloc(1, mark + 1);
    if (exchange->path)
        percent_decode(str_slice(uri, 0, mark), false, exchange->path);
    return exchange->path;
}

static void exchange_hand_over(struct exchange *exchange)
{
    struct listener *listener = exchange->listener;
    struct listen_request request = {
        .method = exchange_method(exchange), .path = str_from_z(exchange->path),
        .query = exchange->query, .body = buf_str(&exchange->body),
    };
    exchange->handed = true;
    if (listener->ending)
        exchange_reply(exchange, 503, STR("text/plain"), STR("ending\n"), NULL, 0);
    else if (exchange->too_big)
        exchange_reply(exchange, 413, STR("text/plain"), STR("too big\n"), NULL, 0);
    else
        listener->fn(listener->arg, exchange, &request);
}

/* MHD_NO closes the connection without an answer. */
static enum MHD_Result exchange_settle(struct exchange *exchange)
{
    if (!exchange->answered) {
        exchange->suspended = true;
        MHD_suspend_connection(exchange->connection);
        return MHD_YES;
    }
    if (!exchange->response)
        return MHD_NO;
    enum MHD_Result result =
        MHD_queue_response(exchange->connection, (unsigned)exchange->status, exchange->response);
    MHD_destroy_response(exchange->response);
    exchange->response = NULL;
    return result;
}

static void exchange_answered(struct exchange *exchange)
{
    exchange->answered = true;
    if (!exchange->suspended)
        return;                 /* still inside the handler, which settles */
    exchange->suspended = false;
    MHD_resume_connection(exchange->connection);
    listener_kick(exchange->listener);
}

static void exchange_free(struct exchange *exchange)
{
    if (exchange->before)
        exchange->before->next = exchange->next;
    else
        exchange->listener->exchanges = exchange->next;
    if (exchange->next)
        exchange->next->before = exchange->before;
    if (exchange->response)
        MHD_destroy_response(exchange->response);
    if (exchange->takeover) {               /* the 101 never left */
        struct takeover *takeover = exchange->takeover;
        takeover->exchange = NULL;
        if (takeover->events)
            takeover->events->gone(takeover->arg);
        else
            free(takeover);
    }
    buf_free(&exchange->body);
    free(exchange->uri);
    free(exchange->path);
    free(exchange->method);
    free(exchange);
}

static void takeover_ready(void *arg, struct MHD_Connection *connection, void *request,
                           const char *extra, size_t extra_len, MHD_socket fd,
                           struct MHD_UpgradeResponseHandle *handle)
{
    struct takeover *takeover = arg;
    (void)connection, (void)request;
    takeover->exchange->takeover = NULL;
    takeover->exchange = NULL;
    takeover->handle = handle;
    if (!takeover->events) {
        MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
        listener_kick(takeover->listener);
        free(takeover);
        return;
    }
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    takeover->events->ready(takeover->arg, fd, (struct str){ extra, extra_len });
}

static void takeover_unlink(struct takeover *takeover)
{
    if (takeover->before)
        takeover->before->next = takeover->next;
    else
        takeover->listener->takeovers = takeover->next;
    if (takeover->next)
        takeover->next->before = takeover->before;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* out has room for s.len bytes and may be where s is. A broken escape stays as it is, and so does
 * %00: a path must not end early. */
static size_t percent_decode(struct str s, bool plus_is_blank, char *out)
{
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        int high = c == '%' && i + 2 < s.len ? hex_digit(s.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(s.ptr[i + 2]) : -1;
        if (low >= 0 && high * 16 + low > 0) {
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        out[len++] = c;
    }
    return len;
}
