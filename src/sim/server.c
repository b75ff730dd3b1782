/* The simulated workspace behind a real port: routes, links, and the carrying out of faults.
 *
 * Owns sockets and the pace at which the workspace is reminded of time (20 times a second).
 * Refuses to know what a message means. Odd decision: "the connection is refused" (NOT_REACHED)
 * is played by a cut before anything was processed; over a real socket nothing comes closer. */
#include "sim/server_inside.h"

#include "page_files.h"

enum {
    PACE_MS = 50,
    PING_MS = 10000,
    SECOND_MS = 1000,
    SILENCE_MS = 120000,
    REPLY_ARENA_MAX = 8 << 20
};

static void on_request(void *arg, struct exchange *exchange, const struct listen_request *request);
static bool is_at_home(struct sim_server *server, struct exchange *exchange);
static void on_api(
    struct sim_server *server, struct exchange *exchange, const struct listen_request *request);
static void on_link(
    struct sim_server *server, struct exchange *exchange, const struct listen_request *request);
static void on_response(struct sim_server *server, struct exchange *exchange,
                        const struct listen_request *request);
static void on_file(
    struct sim_server *server, struct exchange *exchange, const struct listen_request *request);
static struct str content_type(struct str name);
static void on_page_socket(struct sim_server *server, struct exchange *exchange,
                           const struct listen_request *request);
static void reply_with(struct sim_server *server, struct exchange *exchange,
    const struct sim_call_fault *fault, const struct workspace_reply *reply);
static void reply_json(
    struct exchange *exchange, int status, struct str body, struct str retry_after);
static void on_socket_text(void *arg, struct ws_peer *peer, struct str text);
static void on_socket_end(void *arg, struct ws_peer *peer, uint16_t code);
static void deliver(void *arg, uint32_t link_id, struct str frame);
static void send_frame(struct sim_server *server, uint32_t link_id, struct str frame);
static void cut(void *arg, uint32_t link_id);
static void changed(void *arg, struct str user_id);
static struct sim_socket *find_socket(struct sim_server *server, uint32_t link_id);
static void socket_remove(struct sim_socket *socket);
static void pace(void *arg);
static void leave_now(struct sim_server *server, struct sim_later *later);
static void add_later(struct sim_server *server, struct sim_later later, uint32_t delay_ms);
static void links_live(struct sim_server *server);

static const struct ws_peer_events socket_events = { on_socket_text, on_socket_end };
static const struct workspace_events workspace_events = { deliver, cut, changed };

/* Routes by the start of the path. */
static const struct {
    const char *prefix;
    void (*run)(struct sim_server *, struct exchange *, const struct listen_request *);
} routes[] = {
    { "/api/", on_api },
    { "/link/", on_link },
    { "/response/", on_response },
    { "/page-socket", on_page_socket },
    { "/", on_file },
};

enum err sim_server_new(const struct sim_server_options *options, struct sim_server **out)
{
    struct sim_server *server = sim_alloc(sizeof *server);
    struct listen_options listen = { .port = options->port };
    server->options = *options;
    server->ws = options->workspace;
    server->world = loop_world(options->loop);
    server->selected = sim_dup_z("");
    enum err err = listener_new(options->loop, &listen, on_request, server, &server->listener);
    if (!err) {
        server->timer = server->world->ops->timer_new(server->world, pace, server);
        err = server->timer ? OK : ERR_NO_MEMORY;
    }
    if (err) {
        sim_server_free(server);
        return err;
    }
    unsigned port = listener_port(server->listener);
    snprintf(server->host, sizeof server->host, "127.0.0.1:%u", port);
    snprintf(server->host_name, sizeof server->host_name, "localhost:%u", port);
    snprintf(server->origin, sizeof server->origin, "http://127.0.0.1:%u", port);
    workspace_set_base_url(server->ws, str_from_z(server->origin));
    workspace_listen(server->ws, &workspace_events, server);
    server->world->ops->timer_after(server->timer, (struct duration){ PACE_MS });
    *out = server;
    return OK;
}

struct sim_server *sim_server_free(struct sim_server *server)
{
    if (!server)
        return NULL;
    static const struct workspace_events nobody = { NULL, NULL, NULL };
    workspace_listen(server->ws, &nobody, NULL);
    while (server->later) {
        struct sim_later *later = server->later;
        server->later = later->next;
        leave_now(server, later);
    }
    while (server->sockets) {
        struct sim_socket *socket = server->sockets;
        ws_peer_close(socket->peer, 1001);
        socket_remove(socket);
    }
    sim_stage_finish(server);
    if (server->timer)
        server->world->ops->timer_free(server->timer);
    listener_free(server->listener);
    free(server->selected);
    free(server);
    return NULL;
}

struct str sim_server_origin(const struct sim_server *server)
{
    return str_from_z(server->origin);
}

/* -- requests ---------------------------------------------------------------------------------- */

static void on_request(void *arg, struct exchange *exchange, const struct listen_request *request)
{
    struct sim_server *server = arg;
    if (!is_at_home(server, exchange)) {
        exchange_reply(exchange, 403, STR("text/plain; charset=utf-8"),
            STR("wrong host or origin\n"), NULL, 0);
        return;
    }
    for (size_t i = 0; i < COUNT(routes); i++) {
        if (str_starts_with(request->path, str_from_z(routes[i].prefix))) {
            routes[i].run(server, exchange, request);
            break;
        }
    }
    sim_stage_flush(server);
}

/* A name that a foreign page rebound to 127.0.0.1 shows in Host; a foreign page itself in
 * Origin. */
static bool is_at_home(struct sim_server *server, struct exchange *exchange)
{
    struct str host = exchange_header(exchange, STR("Host"));
    struct str origin = exchange_header(exchange, STR("Origin"));
    bool known = str_equal_nocase(host, str_from_z(server->host)) ||
                 str_equal_nocase(host, str_from_z(server->host_name));
    if (str_is_empty(origin))
        return known;
    return known && str_starts_with(origin, STR("http://")) &&
           str_equal_nocase(str_slice(origin, 7, origin.len), host);
}

static void on_api(
    struct sim_server *server, struct exchange *exchange, const struct listen_request *request)
{
    struct sim_call_fault fault = sim_faults_call(server->options.faults);
    struct arena arena;
    struct workspace_reply reply = { 0 };
    bool get = str_equal(request->method, STR("GET"));
    if (!get && !str_equal(request->method, STR("POST"))) {
        exchange_reply(exchange, 405, STR("text/plain"), STR("POST\n"), NULL, 0);
        return;
    }
    if (fault.not_reached) {
        exchange_drop(exchange);
        return;
    }
    arena_init(&arena, REPLY_ARENA_MAX);
    struct workspace_request call = {
        .method = str_slice(request->path, 5, request->path.len),
        .authorization = exchange_header(exchange, STR("Authorization")),
        .content_type = get ? STR_EMPTY : exchange_header(exchange, STR("Content-Type")),
        .body = get ? request->query : request->body,
    };
    if (get)
        call.content_type = STR("application/x-www-form-urlencoded");
    if (fault.process)
        workspace_call(server->ws, &arena, &call, &reply);
    reply_with(server, exchange, &fault, &reply);
    arena_finish(&arena);
}

static void on_response(struct sim_server *server, struct exchange *exchange,
                        const struct listen_request *request)
{
    struct sim_call_fault fault = sim_faults_call(server->options.faults);
    struct workspace_reply reply = { 0 };
    struct arena arena;
    if (fault.not_reached) {
        exchange_drop(exchange);
        return;
    }
    arena_init(&arena, REPLY_ARENA_MAX);
    struct str id = str_slice(request->path, 10, request->path.len);
    if (fault.process)
        workspace_response(server->ws, &arena, id, request->body, &reply);
    reply_with(server, exchange, &fault, &reply);
    arena_finish(&arena);
}

static void reply_with(struct sim_server *server, struct exchange *exchange,
    const struct sim_call_fault *fault, const struct workspace_reply *reply)
{
    if (fault->drop) {
        exchange_drop(exchange);
    } else if (fault->replace) {
        struct http_header header = { STR("Retry-After"), fault->retry_after };
        exchange_reply(exchange, fault->status, fault->content_type, fault->body, &header,
                       str_is_empty(fault->retry_after) ? 0 : 1);
    } else if (fault->delay_ms > 0) {
        struct sim_later later = { .exchange = exchange, .text = sim_dup(reply->body) };
        add_later(server, later, fault->delay_ms);
    } else {
        struct str body =
            fault->truncate ? str_slice(reply->body, 0, reply->body.len / 2) : reply->body;
        reply_json(exchange, reply->status, body, reply->retry_after);
    }
}

static void reply_json(
    struct exchange *exchange, int status, struct str body, struct str retry_after)
{
    struct http_header header = { STR("Retry-After"), retry_after };
    exchange_reply(exchange, status, STR("application/json; charset=utf-8"), body, &header,
                   str_is_empty(retry_after) ? 0 : 1);
}

static void on_page_socket(struct sim_server *server, struct exchange *exchange,
                           const struct listen_request *request)
{
    (void)request;
    sim_stage_open(server, exchange);
}

static void on_file(
    struct sim_server *server, struct exchange *exchange, const struct listen_request *request)
{
#define HEADER(name, value) { { name, sizeof(name) - 1 }, { value, sizeof(value) - 1 } }
    static const struct http_header headers[] = {
        HEADER("Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; "
            "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"),
        HEADER("X-Content-Type-Options", "nosniff"),
        HEADER("Referrer-Policy", "no-referrer"),
        HEADER("Cross-Origin-Opener-Policy", "same-origin"),
        HEADER("Cache-Control", "no-store"),
    };
    struct str path = str_slice(request->path, 1, request->path.len);
    struct str name = str_is_empty(path) ? STR("index.html") : path;
    (void)server;
    for (size_t i = 0; i < COUNT(page_files); i++) {
        const struct page_files_file *file = &page_files[i];
        if (!str_equal(name, str_from_z(file->name)))
            continue;
        exchange_reply(exchange, 200, content_type(name),
                       (struct str){ (const char *)file->bytes, file->len }, headers,
                       COUNT(headers));
        return;
    }
    exchange_reply(exchange, 404, STR("text/plain; charset=utf-8"), STR("not here\n"), NULL, 0);
}

static struct str content_type(struct str name)
{
    static const struct { const char *ending; struct str type; } types[] = {
        { ".html", STR_INIT("text/html; charset=utf-8") },
        { ".css", STR_INIT("text/css; charset=utf-8") },
        { ".js", STR_INIT("text/javascript; charset=utf-8") },
    };
    for (size_t i = 0; i < COUNT(types); i++)
        if (str_ends_with(name, str_from_z(types[i].ending)))
            return types[i].type;
    return STR("application/octet-stream");
}

/* -- links ------------------------------------------------------------------------------------- */

static void on_link(
    struct sim_server *server, struct exchange *exchange, const struct listen_request *request)
{
    static const int refusals[SIM_FAULT_COUNT] = {
        [SIM_FAULT_REFUSE_408] = 408, [SIM_FAULT_REFUSE_409] = 409, [SIM_FAULT_REFUSE_429] = 429,
    };
    enum sim_fault fault = sim_faults_draw(server->options.faults, SIM_FAULT_OPEN);
    struct arena arena;
    struct str ticket = STR_EMPTY;
    uint32_t link_id = 0;
    if (refusals[fault] != 0) {
        exchange_reply(exchange, refusals[fault], STR("text/plain"), STR("refused\n"), NULL, 0);
        return;
    }
    arena_init(&arena, 1 << 16);
    bool given = form_value(&arena, request->query, STR("ticket"), &ticket);
    enum err err = given ? workspace_link_open(server->ws, ticket, &link_id) : ERR_REFUSED;
    arena_finish(&arena);
    if (err) {
        exchange_reply(exchange, 403, STR("text/plain"), STR("ticket\n"), NULL, 0);
        return;
    }
    struct sim_socket *socket = sim_alloc(sizeof *socket);
    *socket = (struct sim_socket){ .server = server, .link_id = link_id, .next = server->sockets };
    if (exchange_upgrade(exchange, &socket_events, socket, &socket->peer)) {
        workspace_link_closed(server->ws, link_id);
        free(socket);
        return;
    }
    server->sockets = socket;
    if (fault == SIM_FAULT_TOO_MANY)
        workspace_disconnect(server->ws, link_id, STR("too_many_websockets"));
    else if (fault != SIM_FAULT_NO_HELLO)
        workspace_link_hello(server->ws, link_id);
}

static void on_socket_text(void *arg, struct ws_peer *peer, struct str text)
{
    struct sim_socket *socket = arg;
    struct sim_server *server = socket->server;
    (void)peer;
    if (sim_faults_draw(server->options.faults, SIM_FAULT_ACK) == SIM_FAULT_NONE)
        workspace_link_text(server->ws, socket->link_id, text);
    sim_stage_flush(server);
}

static void on_socket_end(void *arg, struct ws_peer *peer, uint16_t code)
{
    struct sim_socket *socket = arg;
    (void)peer;
    (void)code;
    workspace_link_closed(socket->server->ws, socket->link_id);
    socket_remove(socket);
}

static struct sim_socket *find_socket(struct sim_server *server, uint32_t link_id)
{
    for (struct sim_socket *socket = server->sockets; socket; socket = socket->next) {
        if (socket->link_id == link_id)
            return socket;
    }
    return NULL;
}

static void socket_remove(struct sim_socket *socket)
{
    struct sim_socket **at = &socket->server->sockets;
    while (*at && *at != socket)
        at = &(*at)->next;
    if (*at)
        *at = socket->next;
    free(socket->held);
    free(socket);
}

static void deliver(void *arg, uint32_t link_id, struct str frame)
{
    struct sim_server *server = arg;
    struct sim_socket *socket = find_socket(server, link_id);
    bool envelope = str_starts_with(frame, STR("{\"envelope_id\""));
    struct sim_envelope_fault fault = { 0 };
    if (!socket)
        return;
    if (envelope)
        fault = sim_faults_envelope(server->options.faults);
    if (fault.hold && !socket->held) {
        socket->held = sim_dup(frame);
        add_later(
            server, (struct sim_later){ .link_id = link_id }, SECOND_MS); /* if no next one comes */
        return;
    }
    if (fault.delay_ms > 0) {
        add_later(server, (struct sim_later){ .link_id = link_id, .text = sim_dup(frame) },
            fault.delay_ms);
        return;
    }
    send_frame(server, link_id, frame);
    if (fault.twice)
        send_frame(server, link_id, frame);
}

/* Sends, and behind it what was held back. */
static void send_frame(struct sim_server *server, uint32_t link_id, struct str frame)
{
    struct sim_socket *socket = find_socket(server, link_id);
    if (!socket)
        return;
    enum err err = str_is_empty(frame) ? OK : ws_peer_text(socket->peer, frame);
    if (!err && socket->held) {
        err = ws_peer_text(socket->peer, str_from_z(socket->held));
        free(socket->held);
        socket->held = NULL;
    }
    if (err && !socket->silent) {       /* a client that does not read: Slack would drop it too */
        ws_peer_cut(socket->peer);
        workspace_link_closed(server->ws, link_id);
        socket_remove(socket);
    }
}

static void cut(void *arg, uint32_t link_id)
{
    struct sim_socket *socket = find_socket(arg, link_id);
    if (!socket)
        return;
    ws_peer_close(socket->peer, 1000);
    socket_remove(socket);
}

static void changed(void *arg, struct str user_id)
{
    sim_stage_changed(arg, user_id);
}

/* -- time -------------------------------------------------------------------------------------- */

static void pace(void *arg)
{
    struct sim_server *server = arg;
    struct mono now = world_mono(server->world);
    workspace_tick(server->ws);
    if (server->options.script)
        sim_script_tick(server->options.script);
    for (struct sim_later **at = &server->later; *at;) {
        struct sim_later *later = *at;
        if (later->due.ms > now.ms) {
            at = &later->next;
            continue;
        }
        *at = later->next;
        leave_now(server, later);
    }
    if (now.ms - server->last_second.ms >= SECOND_MS) {
        server->last_second = now;
        links_live(server);
    }
    if (now.ms - server->last_ping.ms >= PING_MS) {
        server->last_ping = now;
        for (struct sim_socket *socket = server->sockets; socket; socket = socket->next) {
            if (!socket->silent)
                ws_peer_ping(socket->peer, STR("Ping from applink-sim-1"));
        }
    }
    sim_stage_flush(server);
    server->world->ops->timer_after(server->timer, (struct duration){ PACE_MS });
}

static void add_later(struct sim_server *server, struct sim_later later, uint32_t delay_ms)
{
    struct sim_later **end = &server->later;
    while (*end)
        end = &(*end)->next;
    *end = sim_alloc(sizeof **end);
    **end = later;
    (*end)->due = (struct mono){ world_mono(server->world).ms + delay_ms };
}

static void leave_now(struct sim_server *server, struct sim_later *later)
{
    if (later->exchange)
        reply_json(later->exchange, 200, str_from_z(later->text), STR_EMPTY);
    else
        send_frame(server, later->link_id, str_from_z(later->text));
    free(later->text);
    free(later);
}

/* Once a second: what may befall a link while it lives. */
static void links_live(struct sim_server *server)
{
    struct mono now = world_mono(server->world);
    uint32_t ids[64];
    size_t count = workspace_links(server->ws, ids, COUNT(ids));
    for (size_t i = 0; i < count && i < COUNT(ids); i++) {
        struct sim_socket *socket = find_socket(server, ids[i]);
        enum sim_fault fault = sim_faults_draw(server->options.faults, SIM_FAULT_LIFE);
        bool ghost = socket && socket->silent && now.ms >= socket->silent_until.ms;
        if (socket && (fault == SIM_FAULT_CUT || ghost)) {
            ws_peer_cut(socket->peer);
            workspace_link_closed(server->ws, ids[i]);
            socket_remove(socket);
        } else if (socket && fault == SIM_FAULT_SILENCE) {
            socket->silent = true;
            socket->silent_until = (struct mono){ now.ms + SILENCE_MS };
            ws_peer_silence(socket->peer, true);
        } else if (fault == SIM_FAULT_REFRESH || fault == SIM_FAULT_WARNING) {
            workspace_disconnect(server->ws, ids[i],
                fault == SIM_FAULT_REFRESH ? STR("refresh_requested") : STR("warning"));
        }
    }
}
