/* Owns the sockets of one workspace and everything that opens or ends one. Requests are in call.c,
 * sender.c and query.c; what the frames say is decode.c's.
 *
 * One owner reconnects: the step machine below, entered by one door. A live socket exists beside
 * it, so "refreshing" is the same dialling as "opening", only with a socket still in use. At a
 * refresh the new socket must say hello first; the old one is read and acked on a little longer.
 *
 * One odd decision: hello and disconnect are told apart from envelopes by looking for words in
 * short frames before parsing, so that an envelope is parsed once, by decode, inside its turn. */
#include "platform/slack/inside.h"

#include <stdlib.h>

#include "nudged/base/limits.h"
#include "platform/slack/encode.h"
#include "platform/slack/members.h"

enum {
    HELLO_WAIT_MS = 30 * 1000,
    DRAIN_MS = 5 * 1000,                /* acks of clicks the old socket delivered last */
    PAUSE_MS_FIRST = 1000, PAUSE_MS_MAX = 60 * 1000,
    CROWDED_MS_MIN = 60 * 1000, CROWDED_MS_SPREAD = 120 * 1000,     /* too_many_websockets */
    REFUSED_MS = 30 * 60 * 1000,
    SETTLED_MS = 5 * 1000,              /* a socket that lived so long ends a series of failures */
    REFRESH_AT_ONCE_MS = 1000,          /* younger than this: a storm, so with a pause */
    REFRESH_MARGIN_S_MAX = 60, CONNECTION_S_MAX = 24 * 3600, CONNECTION_S_MIN = 30,
    CONTROL_FRAME_BYTES_MAX = 4096,
    PING_MS = 10 * 1000, DEAD_MS = 30 * 1000, OPEN_MS = 15 * 1000
};

static void link_enter(struct link *link, enum step next, struct str detail);
static const char *link_name(const struct link *link);
static void link_report(struct link *link, struct str detail);
static void link_fail(struct link *link, struct str detail, int64_t wait_ms);
static world_fn on_step_timer, on_refresh_timer, on_drain_timer;
static void enter_closed(struct link *link), enter_auth(struct link *link);
static void enter_ask(struct link *link), enter_rest(struct link *link);
static void enter_pause(struct link *link), enter_refused(struct link *link);
static void enter_dial(struct link *link);
static call_done_fn auth_answered, ask_answered;
static void call_failed(struct link *link, const char *method, const struct verdict *verdict);
static void dial(struct link *link, struct str url);
static void on_open(void *arg);
static void on_text(void *arg, struct str frame);
static void on_end(void *arg, enum ws_end end, int status, struct str detail);
static bool is_control_frame(struct slack_socket *socket, struct str frame);
static void on_hello(struct slack_socket *socket, const struct json *hello);
static void on_disconnect(struct slack_socket *socket, struct str reason);
static void set_current(struct link *link, struct slack_socket *socket);
static void plan_refresh(struct link *link, const struct json *hello);
static void socket_close(struct slack_socket *socket);
static void socket_forget(struct slack_socket *socket);
static void settle(struct link *link, const struct slack_socket *socket);
static size_t sockets_with_hello(const struct link *link);
static enum err keep_options(struct link *link, const struct link_options *options);

/* AUTH and ASK end with their request's deadline; REST has none: the socket's pings watch it. */
static const struct {
    const char *alone, *beside_socket;
    void (*enter)(struct link *link);
} steps[] = {
    [STEP_CLOSED] = { "closed", "closed", enter_closed },
    [STEP_AUTH] = { "opening", "refreshing", enter_auth },
    [STEP_ASK] = { "opening", "refreshing", enter_ask },
    [STEP_DIAL] = { "opening", "refreshing", enter_dial },
    [STEP_REST] = { "waiting", "connected", enter_rest },
    [STEP_PAUSE] = { "waiting", "refreshing", enter_pause },
    [STEP_REFUSED] = { "refused", "refused", enter_refused },
};
_Static_assert(COUNT(steps) == STEP_COUNT, "one row a step");

static const struct ws_events socket_events = { .open = on_open, .text = on_text, .end = on_end };

enum err slack_open(const struct link_options *options, struct link **out)
{
    if (!url_is_allowed(options->api_url) || options->app_token.len > TOKEN_BYTES_MAX
        || options->bot_token.len > TOKEN_BYTES_MAX || options->api_url.len > URL_BYTES_MAX / 2)
        return ERR_INVALID;
    struct link *link = calloc(1, sizeof *link);
    if (!link)
        return ERR_NO_MEMORY;
    link->world = options->world;
    link->named = steps[STEP_CLOSED].alone;
    arena_init(&link->scratch, SCRATCH_BYTES_MAX);
    struct url_parts url = { 0 };
    bool local = url_split(options->api_url, &url) && host_is_loopback(url.host);
    pacing_init(&link->pacing, options->posts_per_second, local);
    const struct world_ops *ops = link->world->ops;
    link->reply_paths = reply_paths_new();
    link->step_timer = ops->timer_new(link->world, on_step_timer, link);
    link->refresh_timer = ops->timer_new(link->world, on_refresh_timer, link);
    link->drain_timer = ops->timer_new(link->world, on_drain_timer, link);
    for (size_t i = 0; i < SOCKETS_MAX; i++)
        link->sockets[i].link = link;
    enum err err = keep_options(link, options);
    if (!err && !(link->reply_paths && link->step_timer && link->refresh_timer
                     && link->drain_timer))
        err = ERR_NO_MEMORY;
    if (err) {
        slack_close(link);
        return err;
    }
    ops->timer_after(link->step_timer, (struct duration){ 0 });
    *out = link;
    return OK;
}

struct link *slack_close(struct link *link)
{
    if (!link)
        return NULL;
    const struct world_ops *ops = link->world->ops;
    for (size_t i = 0; i < SOCKETS_MAX; i++)
        socket_close(&link->sockets[i]);
    queries_free(link);
    for (size_t i = 0; i < CALLS_MAX; i++)
        if (link->calls[i].used)
            call_free(&link->calls[i]);
    ops->timer_free(link->step_timer);
    ops->timer_free(link->refresh_timer);
    ops->timer_free(link->drain_timer);
    reply_paths_free(link->reply_paths);
    arena_finish(&link->scratch);
    if (link->kept)
        explicit_bzero(link->kept, link->kept_len);
    free(link->kept);
    free(link);
    return NULL;
}

void slack_ack(struct link *link, const struct ack_token *token, const struct ack_reply *reply)
{
    struct arena *scratch = link_scratch(link);
    struct buf frame = buf_in(scratch, BODY_BYTES_MAX);
    bool payload = token->takes_payload && reply;
    if (token->reply_path.len && reply_path_is_allowed(token->reply_path, link->options.api_url))
        reply_paths_put(link->reply_paths,
            (struct reply_place){ token->channel, token->message_id, token->user },
            token->reply_path, link_time(link));
    if (token->envelope_id.len == 0)
        return;
    enum err err = encode_ack(token->envelope_id, payload ? reply->message : NULL,
        payload ? reply->form_error_input : STR_EMPTY, payload ? reply->form_error : STR_EMPTY,
        scratch, &frame);
    for (size_t i = 0; i < SOCKETS_MAX && !err; i++)
        if (link->sockets[i].ws && link->sockets[i].id == token->socket)
            err = link->world->ops->ws_text(link->sockets[i].ws, buf_str(&frame));
    if (err)
        link_note(link, STR("ack"), str_from_z(err_name(err)));
}

bool slack_is_up(const struct link *link)
{
    return link->current != NULL;
}

void link_emit(struct link *link, struct event *event)
{
    event->platform = STR("slack");
    event->workspace = str_from_z(link->workspace);
    link->options.events->event(link->options.arg, event);
}

void link_note(struct link *link, struct str about, struct str code)
{
    char detail[ID_ROOM * 2];
    int len = snprintf(detail, sizeof detail, "%.*s: %.*s", STR_ARG(about), STR_ARG(code));
    size_t room = sizeof detail - 1;
    link->options.events->state(link->options.arg, link->named, link->named,
        (struct str){ detail, (size_t)len < room ? (size_t)len : room });
}

void link_refuse(struct link *link, struct str code, bool lost)
{
    if (link->step == STEP_REFUSED || link->step == STEP_CLOSED)
        return;
    link_enter(link, STEP_REFUSED, code);
    if (lost && !link->lost) {
        link->lost = true;
        link_emit(link, &(struct event){ .kind = EVENT_UNINSTALLED });
    }
}

struct arena *link_scratch(struct link *link)
{
    arena_reset(&link->scratch);
    return &link->scratch;
}

struct reply_time link_time(const struct link *link)
{
    return (struct reply_time){ world_now(link->world), world_mono(link->world) };
}

/* The door. */
static void link_enter(struct link *link, enum step next, struct str detail)
{
    link->world->ops->timer_stop(link->step_timer);
    link->step = next;
    link_report(link, detail);
    steps[next].enter(link);
}

static const char *link_name(const struct link *link)
{
    return link->current ? steps[link->step].beside_socket : steps[link->step].alone;
}

static void link_report(struct link *link, struct str detail)
{
    const char *from = link->named, *to = link_name(link);
    link->named = to;
    if (from != to || detail.len)
        link->options.events->state(link->options.arg, from, to, detail);
}

/* wait_ms 0: by the series of failures, full jitter ("random between nothing and the cap"). */
static void link_fail(struct link *link, struct str detail, int64_t wait_ms)
{
    unsigned doublings = link->failures < 8 ? link->failures : 8;
    int64_t cap_ms = (int64_t)PAUSE_MS_FIRST << doublings;
    if (cap_ms > PAUSE_MS_MAX)
        cap_ms = PAUSE_MS_MAX;
    link->failures++;
    link->pause_ms = wait_ms ? wait_ms : world_random_below(link->world, (uint32_t)cap_ms + 1);
    link_enter(link, STEP_PAUSE, detail);
}

static void on_step_timer(void *arg)
{
    struct link *link = arg;
    if (link->step == STEP_DIAL) {
        socket_close(link->dialled);
        link_fail(link, STR("no hello"), 0);
    } else {
        link_enter(link, link->workspace[0] ? STEP_ASK : STEP_AUTH, STR_EMPTY);
    }
}

static void on_refresh_timer(void *arg)
{
    struct link *link = arg;
    if (link->step == STEP_REST)
        link_enter(link, STEP_ASK, STR("its time is nearly over"));
}

static void on_drain_timer(void *arg)
{
    struct link *link = arg;
    socket_close(link->draining);
}

static void enter_closed(struct link *link)
{
    (void)link;
}

static void enter_auth(struct link *link)
{
    struct call *call = call_new(link);
    if (!call || call_start(call, METHOD_AUTH_TEST, STR_EMPTY, STR_EMPTY, auth_answered)) {
        if (call)
            call_free(call);
        link_fail(link, STR("auth.test could not be started"), 0);
    }
}

static void enter_ask(struct link *link)
{
    struct call *call = call_new(link);
    if (!call || call_start(call, METHOD_CONNECTIONS_OPEN, STR_EMPTY, STR_EMPTY, ask_answered)) {
        if (call)
            call_free(call);
        link_fail(link, STR("apps.connections.open could not be started"), 0);
    }
}

static void enter_dial(struct link *link)
{
    link->world->ops->timer_after(link->step_timer, (struct duration){ HELLO_WAIT_MS });
}

static void enter_rest(struct link *link)
{
    (void)link;
}

static void enter_pause(struct link *link)
{
    link->world->ops->timer_after(link->step_timer, (struct duration){ link->pause_ms });
}

/* The sockets go, the data stays; a new token or a changed setting is found after the wait. */
static void enter_refused(struct link *link)
{
    for (size_t i = 0; i < SOCKETS_MAX; i++)
        socket_close(&link->sockets[i]);
    set_current(link, NULL);
    link->workspace[0] = '\0';
    link->failures = 0;
    link->world->ops->timer_after(link->step_timer, (struct duration){ REFUSED_MS });
}

static void auth_answered(struct call *call, const struct verdict *verdict)
{
    struct link *link = call->link;
    struct str team = json_get_text(verdict->root, "team_id");
    struct str user = json_get_text(verdict->root, "user_id");
    call_free(call);
    if (link->step != STEP_AUTH)
        return;
    if (verdict->class != VERDICT_OK || !is_slack_id(team)) {
        call_failed(link, "auth.test", verdict);
        return;
    }
    (void)snprintf(link->workspace, sizeof link->workspace, "%.*s", STR_ARG(team));
    (void)snprintf(link->bot_user, sizeof link->bot_user, "%.*s",
        STR_ARG(is_slack_id(user) ? user : STR_EMPTY));
    link->lost = false;
    link_enter(link, STEP_ASK, STR_EMPTY);
}

static void ask_answered(struct call *call, const struct verdict *verdict)
{
    struct link *link = call->link;
    struct str url = json_get_text(verdict->root, "url");
    call_free(call);
    if (link->step != STEP_ASK)
        return;
    if (verdict->class == VERDICT_OK && socket_url_is_allowed(url, link->options.api_url)) {
        dial(link, url);
    } else if (verdict->class == VERDICT_OK) {
        link_fail(link, STR("apps.connections.open: an address that is not Slack's"), 0);
    } else {
        call_failed(link, "apps.connections.open", verdict);
    }
}

static void call_failed(struct link *link, const char *method, const struct verdict *verdict)
{
    char detail[ID_ROOM * 2];
    struct str code = verdict->cause.len ? verdict->cause
        : verdict->code.len              ? verdict->code
                                         : STR("odd reply");
    (void)snprintf(detail, sizeof detail, "%s: %.*s", method, STR_ARG(code));
    for (char *c = detail; *c; c++)         /* it goes into a quoted field of the log */
        *c = (unsigned char)*c < 0x20 || *c == 0x7F || *c == '"' || *c == '\\' ? '\'' : *c;
    if (verdict->class == VERDICT_TOKEN || verdict->class == VERDICT_PERMISSION) {
        link_refuse(link, str_from_z(detail), verdict->class == VERDICT_TOKEN);
        return;
    }
    link_fail(link, str_from_z(detail),
        verdict->class == VERDICT_RATE
            ? verdict->wait_ms + world_random_below(link->world, PAUSE_MS_FIRST) : 0);
}

static void dial(struct link *link, struct str url)
{
    struct slack_socket *socket = NULL;
    for (size_t i = 0; i < SOCKETS_MAX && !socket; i++)
        if (!link->sockets[i].ws)
            socket = &link->sockets[i];
    struct ws_options options = {
        .url = url, .open_ms = OPEN_MS, .ping_ms = PING_MS, .dead_ms = DEAD_MS,
    };
    REQUIRE(socket && !link->dialled);
    socket->ws = link->world->ops->ws_open(link->world, &options, &socket_events, socket);
    if (!socket->ws) {
        link_fail(link, STR("the socket could not be dialled"), 0);
        return;
    }
    socket->id = ++link->socket_count;
    link->dialled = socket;
    link_enter(link, STEP_DIAL, STR_EMPTY);
}

/* Nothing to do yet: connected means hello. */
static void on_open(void *arg)
{
    (void)arg;
}

static void on_text(void *arg, struct str frame)
{
    struct slack_socket *socket = arg;
    struct link *link = socket->link;
    if (!is_control_frame(socket, frame))
        link->options.events->frame(link->options.arg, socket->id, frame);
}

static void on_end(void *arg, enum ws_end end, int status, struct str detail)
{
    static const char *const ends[] = {
        [WS_END_REFUSED] = "upgrade refused", [WS_END_FAILED] = "connection failed",
        [WS_END_CLOSED] = "closed by peer", [WS_END_DEAD] = "no sign of life",
    };
    struct slack_socket *socket = arg;
    struct link *link = socket->link;
    bool was_dialled = socket == link->dialled, was_current = socket == link->current;
    char words[ID_ROOM];
    /* Anything else may quote the address, and the address holds a ticket. */
    bool certificate = str_starts_with(detail, STR("certificate: "));
    int len = certificate ? snprintf(words, sizeof words, "%.*s", STR_ARG(detail))
        : snprintf(words, sizeof words, "%s", (size_t)end < COUNT(ends) ? ends[end] : "ended");
    if (len >= (int)sizeof words)
        len = (int)sizeof words - 1;
    if (status)
        (void)snprintf(words + len, sizeof words - (size_t)len, " (%d)", status);
    if (was_current)
        settle(link, socket);
    socket->ws = NULL;
    socket_forget(socket);
    if (was_current) {
        set_current(link, NULL);
        if (link->step == STEP_REST) {
            link_fail(link, str_from_z(words), 0);
        } else {
            link_report(link, str_from_z(words));
        }
    } else if (was_dialled && link->step == STEP_DIAL) {
        link_fail(link, str_from_z(words), 0);
    }
}

/* Handled here and now when it is hello or disconnect. */
static bool is_control_frame(struct slack_socket *socket, struct str frame)
{
    struct json *root = NULL;
    if (frame.len > CONTROL_FRAME_BYTES_MAX || str_contains(frame, STR("\"envelope_id\""))
        || !(str_contains(frame, STR("\"hello\"")) || str_contains(frame, STR("\"disconnect\"")))
        || json_parse(frame, CONTROL_FRAME_BYTES_MAX, &root))
        return false;
    struct str type = json_get_text(root, "type");
    bool hello = str_equal(type, STR("hello")), disconnect = str_equal(type, STR("disconnect"));
    if (hello)
        on_hello(socket, root);
    if (disconnect)
        on_disconnect(socket, json_get_text(root, "reason"));
    json_free(root);
    return hello || disconnect;
}

static void on_hello(struct slack_socket *socket, const struct json *hello)
{
    struct link *link = socket->link;
    int64_t connections = 0;
    char detail[ID_ROOM] = "";
    if (socket != link->dialled)
        return;
    link->dialled = NULL;
    socket->hello_at = world_mono(link->world);
    if (link->draining)
        socket_close(link->draining);
    if (link->current) {
        link->draining = link->current;
        link->world->ops->timer_after(link->drain_timer, (struct duration){ DRAIN_MS });
    }
    set_current(link, socket);
    plan_refresh(link, hello);
    size_t own = sockets_with_hello(link);
    if (json_get_integer(hello, "num_connections", &connections) && connections > (int64_t)own)
        (void)snprintf(detail, sizeof detail, "num_connections=%lld own=%zu",
            (long long)connections, own);
    link_enter(link, STEP_REST, str_from_z(detail));
}

/* Any reason not named below (warning, refresh_requested, a new word) asks for a new socket. */
static void on_disconnect(struct slack_socket *socket, struct str reason)
{
    struct link *link = socket->link;
    bool crowded = str_equal(reason, STR("too_many_websockets"));
    int64_t crowded_ms =
        CROWDED_MS_MIN + (int64_t)world_random_below(link->world, CROWDED_MS_SPREAD);
    if (str_equal(reason, STR("link_disabled"))) {
        link_refuse(link, STR("link_disabled"), false);
    } else if (socket == link->dialled) {
        socket_close(socket);
        link_fail(link, crowded ? STR("too_many_websockets") : STR("disconnect before hello"),
            crowded ? crowded_ms : 0);
    } else if (socket == link->current && crowded) {
        socket_close(socket);
        set_current(link, NULL);
        if (link->dialled)
            socket_close(link->dialled);
        link_fail(link, STR("too_many_websockets"), crowded_ms);
    } else if (socket == link->current && link->step == STEP_REST) {
        bool storm = world_mono(link->world).ms - socket->hello_at.ms < REFRESH_AT_ONCE_MS;
        settle(link, socket);
        if (storm) {
            link_fail(link, STR("asked to refresh at once"), 0);
        } else {
            link_enter(link, STEP_ASK, STR("asked to refresh"));
        }
    }
}

/* The app hears of a change between some socket and none. */
static void set_current(struct link *link, struct slack_socket *socket)
{
    bool was_up = link->current != NULL, is_up = socket != NULL;
    link->current = socket;
    if (!is_up)
        link->world->ops->timer_stop(link->refresh_timer);
    if (was_up != is_up)
        link_emit(link, &(struct event){ .kind = EVENT_LINK, .up = is_up,
            .actor = str_from_z(link->bot_user) });
}

static void plan_refresh(struct link *link, const struct json *hello)
{
    int64_t life_s = 0;
    link->world->ops->timer_stop(link->refresh_timer);
    if (!json_get_integer(json_get(hello, "debug_info"), "approximate_connection_time", &life_s)
        || life_s < CONNECTION_S_MIN || life_s > CONNECTION_S_MAX)
        return;
    int64_t margin_s = life_s / 10 < REFRESH_MARGIN_S_MAX ? life_s / 10 : REFRESH_MARGIN_S_MAX;
    link->world->ops->timer_after(link->refresh_timer, SECONDS(life_s - margin_s));
}

static void socket_close(struct slack_socket *socket)
{
    if (!socket)
        return;
    if (socket->ws)
        socket->link->world->ops->ws_close(socket->ws);
    socket_forget(socket);
}

/* Not `current`: its end is an event, see set_current. */
static void socket_forget(struct slack_socket *socket)
{
    struct link *link = socket->link;
    if (socket == link->dialled)
        link->dialled = NULL;
    if (socket == link->draining)
        link->draining = NULL;
    socket->ws = NULL;
    socket->id = 0;
}

static void settle(struct link *link, const struct slack_socket *socket)
{
    if (world_mono(link->world).ms - socket->hello_at.ms >= SETTLED_MS)
        link->failures = 0;
}

static size_t sockets_with_hello(const struct link *link)
{
    return (size_t)(link->current != NULL) + (link->draining != NULL);
}

/* One block: api_url with its slash, "Bearer " and each token. */
static enum err keep_options(struct link *link, const struct link_options *options)
{
    struct str api_url = options->api_url;
    struct buf kept = buf_heap(URL_BYTES_MAX + 2 * TOKEN_BYTES_MAX + 32);
    buf_add(&kept, api_url);
    if (!str_ends_with(api_url, STR("/")))
        buf_add_byte(&kept, '/');
    size_t url_len = kept.len;
    buf_add(&kept, STR("Bearer "));
    buf_add(&kept, options->app_token);
    size_t app_end = kept.len;
    buf_add(&kept, STR("Bearer "));
    buf_add(&kept, options->bot_token);
    struct str all;
    enum err err = buf_finish(&kept, &all);
    if (err) {
        buf_free(&kept);
        return err;
    }
    link->kept = kept.ptr;
    link->kept_len = kept.len;
    link->options = *options;
    link->options.api_url = str_slice(all, 0, url_len);
    link->app_bearer = str_slice(all, url_len, app_end);
    link->bot_bearer = str_slice(all, app_end, all.len);
    link->options.app_token = link->options.bot_token = STR_EMPTY;
    return OK;
}
