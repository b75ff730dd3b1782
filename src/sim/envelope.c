/* Socket Mode: links, tickets, envelopes that wait for their ack, the redelivery ladder.
 *
 * Owns who gets which envelope and when the person sees an error mark. Refuses to know payloads.
 * Odd decision: an ack counts only on a link the envelope was delivered on. Slack does not say
 * whether another link of the app may ack; the strict reading finds the client that mixes them
 * up. */
#include "sim/inside.h"

enum { ATTEMPTS_MAX = 3, ENVELOPES_KEPT = 256 };

static const char *const type_names[SIM_ENVELOPE_TYPES] = { "events_api", "interactive",
    "slash_commands" };
/* After a missed ack: at once, then one minute, then five minutes later. */
static const int64_t ladder_ms[ATTEMPTS_MAX] = { 0, 60000, 300000 };

static void deliver(struct workspace *ws, struct sim_envelope *envelope);
static void missed(struct workspace *ws, struct sim_envelope *envelope);
static void give_up(struct workspace *ws, struct sim_envelope *envelope);
static void acked(struct workspace *ws, struct sim_envelope *envelope, const cJSON *payload);
static struct sim_link *any_link(struct workspace *ws);
static struct sim_link *find_link(const struct workspace *ws, uint32_t id);
static void forget_settled(struct workspace *ws);
static void remove_link(struct workspace *ws, uint32_t id);
static void send_disconnect(struct workspace *ws, struct sim_link *link, struct str reason);
static void send_json(struct workspace *ws, uint32_t link_id, const cJSON *json);
static bool earlier(struct mono *due, struct mono at, bool any);

void workspace_listen(struct workspace *ws, const struct workspace_events *events, void *arg)
{
    ws->events = *events;
    ws->events_arg = arg;
}

/* -- links ------------------------------------------------------------------------------------- */

enum err workspace_link_open(struct workspace *ws, struct str ticket, uint32_t *link_id)
{
    struct mono now = sim_now(ws).mono;
    for (size_t i = 0; i < ws->tickets_len; i++) {
        struct sim_ticket *known = &ws->tickets[i];
        if (!str_equal(str_from_z(known->id), ticket))
            continue;
        if (known->used || now.ms - known->made.ms > SIM_TICKET_MS)
            return ERR_REFUSED;
        known->used = true;
        struct sim_link *link = SIM_PUSH(ws->links, ws->links_len, ws->links_cap);
        link->id = *link_id = ++ws->links_made;
        return OK;
    }
    return ERR_REFUSED;
}

void workspace_link_hello(struct workspace *ws, uint32_t link_id)
{
    struct sim_link *link = find_link(ws, link_id);
    if (!link || link->hello)
        return;
    if (!ws->socket_mode || ws->links_len > SIM_LINKS_MAX) {
        send_disconnect(
            ws, link, ws->socket_mode ? STR("too_many_websockets") : STR("link_disabled"));
        return;
    }
    link->hello = true;
    cJSON *hello = cJSON_CreateObject();
    sim_json_put_z(hello, "type", "hello");
    sim_json_put(hello, "num_connections", cJSON_CreateNumber((double)ws->links_len));
    cJSON *debug = cJSON_AddObjectToObject(hello, "debug_info");
    sim_json_put_z(debug, "host", "applink-sim-1");
    sim_json_put_z(debug, "started", "2031-01-06 08:00:00.000");
    sim_json_put(debug, "build_number", cJSON_CreateNumber(42));
    sim_json_put(debug, "approximate_connection_time", cJSON_CreateNumber(18060));
    cJSON *info = cJSON_AddObjectToObject(hello, "connection_info");
    sim_json_put_z(info, "app_id", ws->app_id);
    send_json(ws, link_id, hello);
    cJSON_Delete(hello);
    workspace_tick(ws);
}

void workspace_link_closed(struct workspace *ws, uint32_t link_id)
{
    remove_link(ws, link_id);
}

void workspace_disconnect(struct workspace *ws, uint32_t link_id, struct str reason)
{
    uint32_t ids[64];
    size_t count = workspace_links(ws, ids, COUNT(ids));
    for (size_t i = 0; i < count && i < COUNT(ids); i++) {
        if (link_id == 0 || ids[i] == link_id)
            send_disconnect(ws, find_link(ws, ids[i]), reason);
    }
}

void workspace_set_socket_mode(struct workspace *ws, bool enabled)
{
    ws->socket_mode = enabled;
    if (!enabled)
        workspace_disconnect(ws, 0, STR("link_disabled"));
}

size_t workspace_links(const struct workspace *ws, uint32_t *ids, size_t max)
{
    for (size_t i = 0; i < ws->links_len && i < max; i++)
        ids[i] = ws->links[i].id;
    return ws->links_len;
}

static void send_disconnect(struct workspace *ws, struct sim_link *link, struct str reason)
{
    uint32_t id = link->id;
    bool soft = str_equal(reason, STR("warning")) || str_equal(reason, STR("refresh_requested"));
    cJSON *frame = cJSON_CreateObject();
    sim_json_put_z(frame, "type", "disconnect");
    sim_json_put_str(frame, "reason", reason);
    cJSON *debug = cJSON_AddObjectToObject(frame, "debug_info");
    sim_json_put_z(debug, "host", "applink-sim-1");
    if (soft && !link->doomed) {
        link->doomed = true;
        link->cut_at = (struct mono){ sim_now(ws).mono.ms + SIM_CUT_MS };
    }
    send_json(ws, id, frame);
    cJSON_Delete(frame);
    if (soft)
        return;
    remove_link(ws, id);
    if (ws->events.cut)
        ws->events.cut(ws->events_arg, id);
}

static struct sim_link *find_link(const struct workspace *ws, uint32_t id)
{
    for (size_t i = 0; i < ws->links_len; i++) {
        if (ws->links[i].id == id)
            return &ws->links[i];
    }
    return NULL;
}

static void remove_link(struct workspace *ws, uint32_t id)
{
    struct sim_link *link = find_link(ws, id);
    if (!link)
        return;
    size_t after = ws->links_len - (size_t)(link - ws->links) - 1;
    memmove(link, link + 1, after * sizeof *link);
    ws->links_len--;
}

/* "Any one of them": drawn, not the newest. */
static struct sim_link *any_link(struct workspace *ws)
{
    size_t live = 0;
    for (size_t i = 0; i < ws->links_len; i++)
        live += ws->links[i].hello;
    if (live == 0)
        return NULL;
    size_t chosen = sim_below(ws, (uint32_t)live);
    for (size_t i = 0; i < ws->links_len; i++) {
        if (ws->links[i].hello && chosen-- == 0)
            return &ws->links[i];
    }
    return NULL;
}

static void send_json(struct workspace *ws, uint32_t link_id, const cJSON *json)
{
    char *text = sim_json_print(json);
    if (ws->events.deliver)
        ws->events.deliver(ws->events_arg, link_id, str_from_z(text));
    free(text);
}

/* -- envelopes --------------------------------------------------------------------------------- */

void sim_envelope_new(struct workspace *ws, enum sim_envelope_type type, cJSON *payload,
                      const char *user_id, const char *view_id)
{
    forget_settled(ws);
    struct sim_envelope *envelope = sim_alloc(sizeof *envelope);
    sim_uuid(ws, envelope->id);
    envelope->type = type;
    envelope->payload = payload;
    envelope->user_id = sim_dup_z(user_id);
    snprintf(envelope->view_id, sizeof envelope->view_id, "%s", view_id);
    *SIM_PUSH(ws->envelopes, ws->envelopes_len, ws->envelopes_cap) = envelope;
    ws->totals[type].made++;
    deliver(ws, envelope);
}

static void deliver(struct workspace *ws, struct sim_envelope *envelope)
{
    struct sim_link *link = any_link(ws);
    if (!link) {
        missed(ws, envelope);
        return;
    }
    cJSON *frame = cJSON_CreateObject();
    sim_json_put_z(frame, "envelope_id", envelope->id);
    sim_json_put(frame, "payload", sim_json_copy(envelope->payload));
    sim_json_put_z(frame, "type", type_names[envelope->type]);
    bool event = envelope->type == SIM_ENVELOPE_EVENT;
    sim_json_put(frame, "accepts_response_payload", cJSON_CreateBool(!event));
    if (event) {
        sim_json_put(frame, "retry_attempt", cJSON_CreateNumber(envelope->attempt));
        sim_json_put_z(frame, "retry_reason", envelope->attempt > 0 ? "timeout" : "");
    }
    envelope->links[envelope->links_len++ % COUNT(envelope->links)] = link->id;
    envelope->waiting = true;
    envelope->due = (struct mono){ sim_now(ws).mono.ms + SIM_ACK_MS };
    if (envelope->attempt > 0)
        ws->totals[envelope->type].redelivered++;
    send_json(ws, link->id, frame);
    cJSON_Delete(frame);
}

/* No link, or no ack in time. */
static void missed(struct workspace *ws, struct sim_envelope *envelope)
{
    envelope->waiting = false;
    if (envelope->type != SIM_ENVELOPE_EVENT || envelope->attempt >= ATTEMPTS_MAX) {
        give_up(ws, envelope);
        return;
    }
    envelope->due = (struct mono){ sim_now(ws).mono.ms + ladder_ms[envelope->attempt] };
    envelope->attempt++;
    if (sim_faults_draw(ws->faults, SIM_FAULT_REDELIVERY) == SIM_FAULT_NEW_ENVELOPE_ID)
        sim_uuid(ws, envelope->id);
}

static void give_up(struct workspace *ws, struct sim_envelope *envelope)
{
    struct sim_user *user = sim_user(ws, str_from_z(envelope->user_id));
    envelope->done = true;
    ws->totals[envelope->type].failed++;
    if (user && envelope->type == SIM_ENVELOPE_SLASH)
        sim_trouble(ws, user, "The command failed with the error \"dispatch_failed\"");
    else if (user && envelope->view_id[0])
        sim_trouble(ws, user, "We had some trouble connecting. Try again?");
    else if (user)
        sim_trouble(ws, user, "This app did not respond. Try again?");
}

void workspace_link_text(struct workspace *ws, uint32_t link_id, struct str frame)
{
    cJSON *json = sim_json_parse(frame);
    struct str id = sim_json_str(json, "envelope_id");
    for (size_t i = ws->envelopes_len; i > 0 && !str_is_empty(id); i--) {
        struct sim_envelope *envelope = ws->envelopes[i - 1];
        if (!str_equal(str_from_z(envelope->id), id))
            continue;
        bool delivered_there = false;
        for (size_t k = 0; k < envelope->links_len && k < COUNT(envelope->links); k++)
            delivered_there = delivered_there || envelope->links[k] == link_id;
        if (!delivered_there)
            ws->totals[envelope->type].astray++;
        else if (envelope->done && !envelope->acked)
            ws->totals[envelope->type].late++;
        else if (!envelope->done)
            acked(ws, envelope, sim_json_get(json, "payload"));
        break;
    }
    cJSON_Delete(json);
}

static void acked(struct workspace *ws, struct sim_envelope *envelope, const cJSON *payload)
{
    struct sim_user *user = sim_user(ws, str_from_z(envelope->user_id));
    envelope->done = envelope->acked = true;
    envelope->waiting = false;
    ws->totals[envelope->type].acked++;
    if (user && user->trouble[0])
        sim_trouble(ws, user, "");
    if (user && envelope->view_id[0]) {
        sim_view_acked(ws, user, envelope->view_id, payload);
    } else if (user && envelope->type == SIM_ENVELOPE_SLASH && cJSON_GetArraySize(payload) > 0) {
        bool in_channel = str_equal(sim_json_str(payload, "response_type"), STR("in_channel"));
        cJSON *messages = cJSON_CreateArray();
        const char *error = sim_post(ws, user, payload, !in_channel, NULL, messages);
        if (error)
            sim_trouble(ws, user, "The command's answer could not be shown");
        cJSON_Delete(messages);
    }
}

void sim_trouble(struct workspace *ws, struct sim_user *user, const char *sentence)
{
    sim_set(&user->trouble, str_from_z(sentence));
    user->troubles += sentence[0] != '\0';
    sim_changed(ws, user);
}

void sim_envelope_free(struct sim_envelope *envelope)
{
    cJSON_Delete(envelope->payload);
    free(envelope->user_id);
    free(envelope);
}

/* Settled envelopes beyond the newest few are dropped. */
static void forget_settled(struct workspace *ws)
{
    if (ws->envelopes_len < 2 * ENVELOPES_KEPT)
        return;
    size_t kept = 0, spare = ws->envelopes_len - ENVELOPES_KEPT;
    for (size_t i = 0; i < ws->envelopes_len; i++) {
        if (i < spare && ws->envelopes[i]->done)
            sim_envelope_free(ws->envelopes[i]);
        else
            ws->envelopes[kept++] = ws->envelopes[i];
    }
    ws->envelopes_len = kept;
}

/* -- time -------------------------------------------------------------------------------------- */

void workspace_tick(struct workspace *ws)
{
    struct mono now = sim_now(ws).mono;
    for (size_t i = 0; i < ws->envelopes_len; i++) {
        struct sim_envelope *envelope = ws->envelopes[i];
        if (envelope->done || envelope->due.ms > now.ms)
            continue;
        if (envelope->waiting)
            missed(ws, envelope);
        if (!envelope->done && envelope->due.ms <= now.ms)
            deliver(ws, envelope);
    }
    for (size_t i = 0; i < ws->links_len;) {
        struct sim_link link = ws->links[i];
        if (!link.doomed || link.cut_at.ms > now.ms) {
            i++;
            continue;
        }
        remove_link(ws, link.id);
        if (ws->events.cut)
            ws->events.cut(ws->events_arg, link.id);
    }
}

bool workspace_next_due(const struct workspace *ws, struct mono *at)
{
    bool any = false;
    for (size_t i = 0; i < ws->envelopes_len; i++) {
        if (!ws->envelopes[i]->done)
            any = earlier(at, ws->envelopes[i]->due, any);
    }
    for (size_t i = 0; i < ws->links_len; i++) {
        if (ws->links[i].doomed)
            any = earlier(at, ws->links[i].cut_at, any);
    }
    return any;
}

static bool earlier(struct mono *due, struct mono at, bool any)
{
    if (!any || at.ms < due->ms)
        *due = at;
    return true;
}
