/* HTTP and WebSockets of the simulated world: calls answered by the workspace, links between both,
 * and what sim/fault.h says should befall them.
 *
 * One odd decision: a frame never overtakes another on its link unless a fault says so; each is
 * due at least a millisecond after the one before. */
#include "support/sim_world_inside.h"

#include <stdlib.h>
#include <string.h>

enum { SILENCE_MS = 120000, HELD_MS = 1000, REPLY_ARENA_MAX = 8 << 20, TIMEOUT_MS = 30000 };

struct sim_call {
    struct sim_call *next;
    uint64_t id, life;
    char *method, *authorization, *content_type, *body;
    size_t body_len;
    bool is_response, cancelled;
    http_done_fn *fn;
    void *arg;
    int64_t deadline_ms;
    struct http_reply reply;
    char *reply_body, *retry_after;
    char *reply_type;
};

struct sim_ws {
    struct sim_world *world;
    struct sim_ws *next;
    const struct ws_events *events;
    void *arg;
    uint64_t life;
    uint32_t link_id, dead_ms;
    char *ticket;
    bool linked; /* the workspace knows it */
    bool opened, over; /* over: no more callbacks to the program */
    bool greeted; /* its hello has arrived */
    bool silent;
    int64_t in_ms, out_ms; /* when the last frame each way is due */
    uint32_t events_due; /* in the heap */
    char *held;
};

static sim_event_fn call_arrives, call_answered, ws_dialled, ws_opened, ws_frame_in, ws_frame_out,
    ws_ended, ws_gone, ws_release_held, ws_cut;
static void plan_answer(struct sim_world *world, struct sim_call *call,
    const struct sim_call_fault *fault, const struct workspace_reply *reply);
static struct sim_call *call_free(struct sim_world *world, struct sim_call *call);
static struct str header_of(const struct http_request *request, struct str name);
static char *copy(struct str s);
static void deliver(void *arg, uint32_t link_id, struct str frame);
static void cut(void *arg, uint32_t link_id);
static void push_tampered(struct sim_ws *ws, struct str frame);
static void tamper_free(struct sim_world *world);
static void push_in(struct sim_ws *ws, struct str frame);
static void push_held(struct sim_ws *ws);
static struct sim_event *event_in(struct sim_ws *ws, const char *name, sim_event_fn *run);
static struct sim_event *event_out(struct sim_ws *ws, const char *name, sim_event_fn *run);
static struct sim_ws *ws_of_link(struct sim_world *world, uint32_t link_id);
static bool is_over(const struct sim_ws *ws);
static enum sim_link_state state_of(const struct sim_ws *ws);
static void cut_later(struct sim_ws *dialled);
static void forget_sockets(struct sim_world *world);
static struct sim_event *event_after(
    struct sim_ws *ws, int64_t *last_ms, const char *name, sim_event_fn *run);
static struct sim_event *event_of(
    struct sim_ws *ws, const char *name, int64_t after_ms, sim_event_fn *run);

const struct workspace_events sim_net_events = { .deliver = deliver, .cut = cut };

/* -- HTTP ---------------------------------------------------------------------------------- */

enum err sim_http_request(struct world *base, const struct http_request *request, http_done_fn *fn,
    void *arg, uint64_t *call_id)
{
    struct sim_world *world = (struct sim_world *)base;
    struct url_parts parts;
    if (!url_is_allowed(request->url) || !url_split(request->url, &parts))
        return ERR_INVALID;
    bool response = str_starts_with(parts.path, STR("/response/"));
    struct str method = str_slice(parts.path, response ? 10 : 5, parts.path.len);
    *call_id = ++world->calls_made;
    struct str name = response ? STR("response") : method;
    if (sim_spring(world, name.ptr, name.len, SIM_BEFORE))
        return OK; /* it never left */
    struct sim_call *call = calloc(1, sizeof(*call));
    REQUIRE(call);
    uint32_t timeout_ms = request->timeout_ms ? request->timeout_ms : TIMEOUT_MS;
    *call = (struct sim_call){ .next = world->calls,
        .id = *call_id,
        .life = world->life,
        .fn = fn,
        .arg = arg,
        .is_response = response,
        .method = copy(method),
        .body = copy(request->body),
        .body_len = request->body.len,
        .deadline_ms = world->mono_ms + timeout_ms,
        .authorization = copy(header_of(request, STR("Authorization"))),
        .content_type = copy(header_of(request, STR("Content-Type"))) };
    world->calls = call;
    sim_note(world, "call", (int64_t)name.len, name);
    if (world->observer)
        world->observer(world->observer_arg, name, request->body);
    sim_event_new(world, "arrives", sim_delay(world, 1, 40), call_arrives)->call = call;
    (void)sim_spring(world, name.ptr, name.len, SIM_AFTER);
    return OK;
}

void sim_http_cancel(struct world *base, uint64_t call_id)
{
    struct sim_world *world = (struct sim_world *)base;
    for (struct sim_call *call = world->calls; call; call = call->next)
        if (call->id == call_id)
            call->cancelled = true; /* what left may still arrive */
}

static void call_arrives(struct sim_world *world, struct sim_event *event)
{
    struct sim_call *call = event->call;
    struct sim_call_fault fault = sim_faults_call(world->faults);
    if (!world->faults)
        fault = (struct sim_call_fault){ .process = true };
    struct workspace_reply reply = { 0 };
    struct arena arena;
    arena_init(&arena, REPLY_ARENA_MAX);
    struct str body = { call->body, call->body_len };
    struct workspace_request request = { str_from_z(call->method), str_from_z(call->authorization),
        str_from_z(call->content_type), body };
    if (fault.process && call->is_response)
        workspace_response(world->workspace, &arena, str_from_z(call->method), body, &reply);
    else if (fault.process)
        workspace_call(world->workspace, &arena, &request, &reply);
    sim_note(world, call->method, fault.kind, reply.body);
    plan_answer(world, call, &fault, &reply);
    arena_finish(&arena);
}

static void plan_answer(struct sim_world *world, struct sim_call *call,
    const struct sim_call_fault *fault, const struct workspace_reply *reply)
{
    struct str body = fault->replace ? fault->body : reply->body;
    int64_t after_ms = sim_delay(world, 1, 40) + fault->delay_ms;
    if (fault->truncate)
        body = str_slice(body, 0, body.len / 2);
    call->reply_body = copy(body);
    call->retry_after = copy(fault->replace ? fault->retry_after : reply->retry_after);
    call->reply_type = copy(fault->replace ? fault->content_type : STR("application/json"));
    call->reply = (struct http_reply){ .outcome = HTTP_REPLIED,
        .status = fault->replace ? fault->status : reply->status,
        .body = { call->reply_body, body.len },
        .retry_after = str_from_z(call->retry_after),
        .content_type = str_from_z(call->reply_type) };
    bool late = world->mono_ms + after_ms > call->deadline_ms;
    if (fault->not_reached)
        call->reply = (struct http_reply){ .outcome = HTTP_NOT_SENT, .detail = STR("refused") };
    else if (fault->drop || late)
        call->reply = (struct http_reply){ .outcome = HTTP_UNKNOWN, .detail = STR("cut") };
    if (late)
        after_ms = call->deadline_ms > world->mono_ms ? call->deadline_ms - world->mono_ms : 0;
    struct sim_event *event = sim_event_new(world, "answered", after_ms, call_answered);
    event->call = call;
    event->code = call->reply.status;
}

static void call_answered(struct sim_world *world, struct sim_event *event)
{
    struct sim_call *call = event->call;
    bool heard = !call->cancelled && call->life == world->life && !world->dead;
    call->cancelled = true; /* the program may not cancel what is being answered */
    if (heard)
        call->fn(call->arg, &call->reply);
    call_free(world, call);
}

static struct sim_call *call_free(struct sim_world *world, struct sim_call *call)
{
    struct sim_call **at = &world->calls;
    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
    free(call->method);
    free(call->authorization);
    free(call->content_type);
    free(call->body);
    free(call->reply_body);
    free(call->retry_after);
    free(call->reply_type);
    free(call);
    return NULL;
}

static struct str header_of(const struct http_request *request, struct str name)
{
    for (size_t i = 0; i < request->headers_len; i++)
        if (str_equal_nocase(request->headers[i].name, name))
            return request->headers[i].value;
    return STR_EMPTY;
}

static char *copy(struct str s)
{
    char *made = malloc(s.len + 1);
    REQUIRE(made);
    if (s.len)
        memcpy(made, s.ptr, s.len);
    made[s.len] = '\0';
    return made;
}

/* -- WebSockets, the program's side -------------------------------------------------------- */

struct ws *sim_ws_open(
    struct world *base, const struct ws_options *options, const struct ws_events *events, void *arg)
{
    struct sim_world *world = (struct sim_world *)base;
    struct url_parts parts;
    if (!url_is_allowed(options->url) || !url_split(options->url, &parts))
        return NULL;
    size_t query = str_find(parts.path, '=');
    struct str ticket = str_slice(parts.path, query + 1, parts.path.len);
    ticket = str_slice(ticket, 0, str_find(ticket, '&'));
    struct sim_ws *ws = calloc(1, sizeof(*ws));
    REQUIRE(ws);
    *ws = (struct sim_ws){ .world = world,
        .next = world->sockets,
        .events = events,
        .arg = arg,
        .life = world->life,
        .dead_ms = options->dead_ms ? options->dead_ms : 30000,
        .ticket = copy(ticket),
        .over = world->dead };
    world->sockets = ws;
    if (world->dead)
        return (struct ws *)ws;
    event_of(ws, "dial", sim_delay(world, 5, 60), ws_dialled);
    if (world->cut_armed)
        cut_later(ws);
    return (struct ws *)ws;
}

enum err sim_ws_text(struct ws *opaque, struct str frame)
{
    struct sim_ws *ws = (struct sim_ws *)opaque;
    if (is_over(ws) || !ws->opened)
        return ERR_CLOSED;
    if (sim_spring(ws->world, "ack", 3, SIM_BEFORE))
        return OK;
    sim_event_text(event_out(ws, "out", ws_frame_out), frame);
    (void)sim_spring(ws->world, "ack", 3, SIM_AFTER);
    return OK;
}

void sim_ws_close(struct ws *opaque)
{
    struct sim_ws *ws = (struct sim_ws *)opaque;
    if (is_over(ws))
        return;
    ws->over = true;
    (void)event_out(ws, "close", ws_gone);
}

size_t sim_world_links(const struct sim_world *world)
{
    size_t count = 0;
    for (const struct sim_ws *ws = world->sockets; ws; ws = ws->next)
        count += ws->opened && !is_over(ws);
    return count;
}

/* The kernel closes what the process had open. */
void sim_net_kill(struct sim_world *world)
{
    for (struct sim_ws *ws = world->sockets; ws; ws = ws->next) {
        if (ws->over || ws->life != world->life)
            continue;
        ws->over = true;
        (void)event_out(ws, "close", ws_gone);
    }
}

void sim_net_finish(struct sim_world *world)
{
    tamper_free(world);
    while (world->calls)
        call_free(world, world->calls);
    while (world->sockets) {
        struct sim_ws *ws = world->sockets;
        world->sockets = ws->next;
        free(ws->ticket);
        free(ws->held);
        free(ws);
    }
}

static bool is_over(const struct sim_ws *ws)
{
    return ws->over || ws->world->dead || ws->life != ws->world->life;
}

static void ws_dialled(struct sim_world *world, struct sim_event *event)
{
    static const int refusals[SIM_FAULT_COUNT] = {
        [SIM_FAULT_REFUSE_408] = 408,
        [SIM_FAULT_REFUSE_409] = 409,
        [SIM_FAULT_REFUSE_429] = 429,
    };
    struct sim_ws *ws = event->ws;
    if (is_over(ws))
        return;
    enum sim_fault fault = sim_faults_draw(world->faults, SIM_FAULT_OPEN);
    int status = refusals[fault];
    if (!status && workspace_link_open(world->workspace, str_from_z(ws->ticket), &ws->link_id))
        status = 403;
    if (status) {
        struct sim_event *end = event_in(ws, "refused", ws_ended);
        end->code = status;
        return;
    }
    ws->linked = true;
    (void)event_in(ws, "opened", ws_opened);
    if (fault == SIM_FAULT_TOO_MANY)
        workspace_disconnect(world->workspace, ws->link_id, STR("too_many_websockets"));
    else if (fault != SIM_FAULT_NO_HELLO)
        workspace_link_hello(world->workspace, ws->link_id);
}

static void ws_opened(struct sim_world *world, struct sim_event *event)
{
    (void)world;
    struct sim_ws *ws = event->ws;
    if (is_over(ws))
        return;
    ws->opened = true;
    ws->events->open(ws->arg);
}

static void ws_frame_in(struct sim_world *world, struct sim_event *event)
{
    (void)world;
    struct sim_ws *ws = event->ws;
    struct str frame = { event->text, event->len };
    ws->greeted = ws->greeted || (ws->opened && str_contains(frame, STR("\"hello\"")));
    if (!is_over(ws) && !ws->silent)
        ws->events->text(ws->arg, frame);
}

static void ws_ended(struct sim_world *world, struct sim_event *event)
{
    struct sim_ws *ws = event->ws;
    if (is_over(ws) || (ws->silent && event->code == 1000))
        return;
    enum ws_end end = event->code == -1 ? WS_END_DEAD
        : ws->opened                    ? WS_END_CLOSED
        : event->code > 0               ? WS_END_REFUSED
                                        : WS_END_FAILED;
    world->cuts[state_of(ws)]++;
    ws->over = true;
    ws->events->end(ws->arg, end, event->code > 0 ? event->code : 0, STR_EMPTY);
}

/* What the program is doing with this socket, as far as the wire can tell. */
static enum sim_link_state state_of(const struct sim_ws *ws)
{
    bool newer = false, newer_greeted = false;
    for (const struct sim_ws *other = ws->world->sockets; other != ws; other = other->next) {
        newer = newer || !is_over(other); /* the list begins with the newest */
        newer_greeted = newer_greeted || (!is_over(other) && other->greeted);
    }
    if (!ws->opened)
        return SIM_LINK_DIALLING;
    if (!ws->greeted)
        return SIM_LINK_OPEN;
    return newer_greeted ? SIM_LINK_DRAINING : newer ? SIM_LINK_REFRESHING : SIM_LINK_RESTING;
}

/* The socket just dialled, or the one in use beside it. */
static void cut_later(struct sim_ws *dialled)
{
    struct sim_world *world = dialled->world;
    struct sim_ws *ws = dialled;
    if (world->cut_older)
        for (ws = dialled->next; ws && (is_over(ws) || !ws->greeted);)
            ws = ws->next;
    world->cut_armed = false;
    event_of(ws ? ws : dialled, "cut soon", world->cut_after_ms, ws_cut);
}

static void ws_cut(struct sim_world *world, struct sim_event *event)
{
    struct sim_ws *ws = event->ws;
    if (is_over(ws) || ws->silent)
        return;
    if (ws->linked)
        workspace_link_closed(world->workspace, ws->link_id);
    ws->linked = false;
    ws_ended(world, event);
}

/* Sockets that nobody can name any more: no event, no program, no workspace. */
static void forget_sockets(struct sim_world *world)
{
    for (struct sim_ws **at = &world->sockets; *at && !world->dead;) {
        struct sim_ws *ws = *at;
        if (!is_over(ws) || ws->linked || ws->events_due || ws->held) {
            at = &ws->next;
            continue;
        }
        *at = ws->next;
        free(ws->ticket);
        free(ws);
    }
}

/* -- WebSockets, the workspace's side ------------------------------------------------------ */

static void ws_frame_out(struct sim_world *world, struct sim_event *event)
{
    struct sim_ws *ws = event->ws;
    if (!ws->linked || ws->silent)
        return;
    if (world->frame_observer)
        world->frame_observer(
            world->frame_observer_arg, true, (struct str){ event->text, event->len });
    if (sim_faults_draw(world->faults, SIM_FAULT_ACK) == SIM_FAULT_NONE)
        workspace_link_text(world->workspace, ws->link_id, (struct str){ event->text, event->len });
}

static void ws_gone(struct sim_world *world, struct sim_event *event)
{
    struct sim_ws *ws = event->ws;
    if (!ws->linked || (ws->silent && event->code != -1))
        return;
    ws->linked = false;
    workspace_link_closed(world->workspace, ws->link_id);
}

static void deliver(void *arg, uint32_t link_id, struct str frame)
{
    struct sim_world *world = arg;
    struct sim_ws *ws = ws_of_link(world, link_id);
    struct sim_envelope_fault fault = { 0 };
    bool envelope = str_starts_with(frame, STR("{\"envelope_id\""));
    if (!ws || ws->silent)
        return;
    if (world->tamper_from.len && str_contains(frame, world->tamper_mark)) {
        push_tampered(ws, frame);
        return;
    }
    if (world->faults && envelope)
        fault = sim_faults_envelope(world->faults);
    if (fault.hold && !ws->held) {
        ws->held = copy(frame);
        event_of(ws, "unhold", HELD_MS, ws_release_held);
        return;
    }
    if (fault.delay_ms > 0) {
        struct sim_event *event = event_of(ws, "in late", fault.delay_ms, ws_frame_in);
        if (world->frame_observer)
            world->frame_observer(world->frame_observer_arg, false, frame);
        sim_event_text(event, frame);
        return;
    }
    push_in(ws, frame);
    if (fault.twice)
        push_in(ws, frame);
    push_held(ws);
}

void sim_world_tamper(struct sim_world *world, struct str from, struct str to)
{
    sim_world_tamper_in(world, "\"block_actions\"", from, to);
}

void sim_world_tamper_in(
    struct sim_world *world, const char *mark, struct str from, struct str to)
{
    world->tamper_mark = str_from_z(mark);
    world->tamper_from = (struct str){ copy(from), from.len };
    world->tamper_to = (struct str){ copy(to), to.len };
}

static void push_tampered(struct sim_ws *ws, struct str frame)
{
    struct sim_world *world = ws->world;
    struct buf changed = buf_heap(1 << 20);
    while (frame.len) {
        bool here = str_starts_with(frame, world->tamper_from);
        buf_add(&changed, here ? world->tamper_to : str_slice(frame, 0, 1));
        frame = str_slice(frame, here ? world->tamper_from.len : 1, frame.len);
    }
    tamper_free(world);
    push_in(ws, buf_str(&changed));
    buf_free(&changed);
}

static void tamper_free(struct sim_world *world)
{
    struct str *strings[] = { &world->tamper_from, &world->tamper_to };
    for (size_t i = 0; i < COUNT(strings); i++) {
        char *owned = NULL;
        memcpy(&owned, &strings[i]->ptr,
            sizeof(owned)); /* the slice is constant, the bytes are ours */
        free(owned);
        *strings[i] = STR_EMPTY;
    }
}

static void cut(void *arg, uint32_t link_id)
{
    struct sim_ws *ws = ws_of_link(arg, link_id);
    if (!ws)
        return;
    ws->linked = false;
    event_in(ws, "closed", ws_ended)->code = 1000;
}

static void ws_release_held(struct sim_world *world, struct sim_event *event)
{
    (void)world;
    push_held(event->ws);
}

static void push_in(struct sim_ws *ws, struct str frame)
{
    if (ws->world->frame_observer)
        ws->world->frame_observer(ws->world->frame_observer_arg, false, frame);
    sim_event_text(event_in(ws, "in", ws_frame_in), frame);
}

static void push_held(struct sim_ws *ws)
{
    if (!ws->held)
        return;
    push_in(ws, str_from_z(ws->held));
    free(ws->held);
    ws->held = NULL;
}

static struct sim_event *event_in(struct sim_ws *ws, const char *name, sim_event_fn *run)
{
    return event_after(ws, &ws->in_ms, name, run);
}

static struct sim_event *event_out(struct sim_ws *ws, const char *name, sim_event_fn *run)
{
    return event_after(ws, &ws->out_ms, name, run);
}

/* Behind the last one that way. */
static struct sim_event *event_after(
    struct sim_ws *ws, int64_t *last_ms, const char *name, sim_event_fn *run)
{
    int64_t due_ms = ws->world->mono_ms + sim_delay(ws->world, 1, 40);
    *last_ms = due_ms > *last_ms ? due_ms : *last_ms + 1;
    return event_of(ws, name, *last_ms - ws->world->mono_ms, run);
}

static struct sim_event *event_of(
    struct sim_ws *ws, const char *name, int64_t after_ms, sim_event_fn *run)
{
    struct sim_event *event = sim_event_new(ws->world, name, after_ms, run);
    event->ws = ws;
    event->ws_due = &ws->events_due;
    ws->events_due++;
    return event;
}

static struct sim_ws *ws_of_link(struct sim_world *world, uint32_t link_id)
{
    for (struct sim_ws *ws = world->sockets; ws; ws = ws->next)
        if (ws->linked && ws->link_id == link_id)
            return ws;
    return NULL;
}

void sim_net_live(struct sim_world *world)
{
    forget_sockets(world);
    for (struct sim_ws *ws = world->sockets; ws; ws = ws->next) {
        if (!ws->linked || !ws->opened || ws->silent || is_over(ws))
            continue;
        enum sim_fault fault = sim_faults_draw(world->faults, SIM_FAULT_LIFE);
        if (fault != SIM_FAULT_NONE)
            sim_note(world, sim_fault_name(fault), ws->link_id, STR_EMPTY);
        if (fault == SIM_FAULT_CUT) {
            ws->linked = false;
            workspace_link_closed(world->workspace, ws->link_id);
            (void)event_in(ws, "cut", ws_ended);
        } else if (fault == SIM_FAULT_SILENCE) {
            ws->silent = true;
            event_of(ws, "dead", ws->dead_ms, ws_ended)->code = -1;
            event_of(ws, "gone", SILENCE_MS, ws_gone)->code = -1;
        } else if (fault == SIM_FAULT_REFRESH || fault == SIM_FAULT_WARNING) {
            workspace_disconnect(world->workspace, ws->link_id,
                fault == SIM_FAULT_REFRESH ? STR("refresh_requested") : STR("warning"));
        }
    }
}
