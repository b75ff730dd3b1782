/* The page's side of the server: pushes what the chosen person sees, takes what the visitor
 * does.
 *
 * Owns the JSON between page.js and the server. Refuses to know HTML. Odd decision: after any
 * change the whole visible DM goes out again (at most 80 messages); the page compares and
 * repairs, so that no message about a message can be missed. */
#include "sim/server_inside.h"

enum { SHOWN_MESSAGES = 80, PUSH_BYTES_MAX = 4 << 20, VALUES_MAX = 64 };

static const char *const road_steps[ROAD_STEPS] = { "received", "decided", "committed", "acked",
    "sent", "failed" };

static void on_text(void *arg, struct ws_peer *peer, struct str text);
static void on_end(void *arg, struct ws_peer *peer, uint16_t code);
static void page_remove(struct sim_page *page);
static void page_send(struct sim_page *page, const struct buf *buf);
static void send_all(struct sim_server *server, const struct buf *buf);
static void add_stage(struct sim_server *server, struct buf *buf);
static void add_people(struct sim_server *server, struct buf *buf);
static void add_person(
    struct sim_server *server, struct buf *buf, const struct sim_stage_person *person);
static void add_clock(const struct sim_server *server, struct buf *buf);
static void add_event(const struct sim_stage_event *event, struct buf *buf);
static void send_dm(struct sim_page *page);
static void add_messages(struct sim_page *page, struct buf *buf);
static void add_view(struct buf *buf, const char *key, bool there, const struct look_view *view);
static void free_people(struct sim_server *server);
static void use_every_user(struct sim_server *server);
static struct sim_stage_event *event_for(struct sim_server *server, uint64_t id);

/* -- for the host ------------------------------------------------------------------------------ */

enum err sim_server_people(struct sim_server *server, const struct sim_person *people, size_t count)
{
    free_people(server);
    for (size_t i = 0; i < count; i++) {
        struct sim_stage_person *person =
            SIM_PUSH(server->people, server->people_len, server->people_cap);
        person->user_id = sim_dup(people[i].user_id);
        person->role = sim_dup(people[i].role);
        person->note = sim_dup(people[i].note);
        person->is_manager = people[i].is_manager;
    }
    struct buf buf = buf_heap(PUSH_BYTES_MAX);
    add_stage(server, &buf);
    send_all(server, &buf);
    buf_free(&buf);
    return OK;
}

void sim_server_select(struct sim_server *server, struct str user_id)
{
    sim_set(&server->selected, user_id);
}

void sim_server_clock(struct sim_server *server, struct str text, bool busy)
{
    struct buf buf = buf_heap(1024);
    if (str_equal(text, str_from_z(server->clock)) && busy == server->clock_busy)
        return;
    snprintf(server->clock, sizeof server->clock, "%.*s", STR_ARG(text));
    server->clock_busy = busy;
    buf_add(&buf, STR("{\"t\":\"clock\",\"clock\":"));
    add_clock(server, &buf);
    buf_add_byte(&buf, '}');
    send_all(server, &buf);
    buf_free(&buf);
}

void sim_server_road(struct sim_server *server, const struct sim_road *road)
{
    struct sim_stage_event *event = event_for(server, road->id);
    if (!str_is_empty(road->person))
        sim_set(&event->person, road->person);
    if (!str_is_empty(road->kind))
        sim_set(&event->kind, road->kind);
    if (!str_is_empty(road->text))
        sim_set(&event->text, road->text);
    for (size_t i = 0; i < ROAD_STEPS; i++) {
        if (str_equal(road->step, str_from_z(road_steps[i])))
            event->steps[i] = road_steps[i];
    }
    struct buf buf = buf_heap(PUSH_BYTES_MAX);
    buf_add(&buf, STR("{\"t\":\"road\",\"event\":"));
    add_event(event, &buf);
    buf_add_byte(&buf, '}');
    send_all(server, &buf);
    buf_free(&buf);
}

static struct sim_stage_event *event_for(struct sim_server *server, uint64_t id)
{
    for (size_t i = 0; i < server->road_len; i++) {
        if (server->road[i].id == id)
            return &server->road[i];
    }
    if (server->road_len == ROAD_KEPT) {
        struct sim_stage_event *oldest = &server->road[0];
        free(oldest->person);
        free(oldest->kind);
        free(oldest->text);
        memmove(oldest, oldest + 1, (ROAD_KEPT - 1) * sizeof *oldest);
        server->road_len--;
    }
    struct sim_stage_event *event = &server->road[server->road_len++];
    *event = (struct sim_stage_event){ .id = id, .person = sim_dup_z(""), .kind = sim_dup_z(""),
                                       .text = sim_dup_z("") };
    return event;
}

/* -- pages coming and going -------------------------------------------------------------------- */

void sim_stage_open(struct sim_server *server, struct exchange *exchange)
{
    static const struct ws_peer_events events = { on_text, on_end };
    struct sim_page *page = sim_alloc(sizeof *page);
    *page = (struct sim_page){ .server = server, .next = server->pages };
    if (exchange_upgrade(exchange, &events, page, &page->peer)) {
        free(page);
        return;
    }
    server->pages = page;
    page->user_id = sim_dup_z(server->selected);
    if (server->people_len == 0)
        use_every_user(server);
    struct buf buf = buf_heap(PUSH_BYTES_MAX);
    add_stage(server, &buf);
    page_send(page, &buf);
    buf_free(&buf);
}

static void use_every_user(struct sim_server *server)
{
    struct look_user user;
    for (size_t i = 0; look_user_at(server->ws, i, &user); i++) {
        if (user.user.is_bot || user.user.deleted)
            continue;
        struct sim_stage_person *person =
            SIM_PUSH(server->people, server->people_len, server->people_cap);
        *person = (struct sim_stage_person){ .user_id = sim_dup(user.user.id),
            .role = sim_dup(user.user.title),
            .note = sim_dup_z("") };
    }
}

static void on_end(void *arg, struct ws_peer *peer, uint16_t code)
{
    (void)peer;
    (void)code;
    page_remove(arg);
}

static void page_remove(struct sim_page *page)
{
    struct sim_page **at = &page->server->pages;
    while (*at && *at != page)
        at = &(*at)->next;
    if (*at)
        *at = page->next;
    free(page->user_id);
    free(page);
}

void sim_stage_finish(struct sim_server *server)
{
    while (server->pages) {
        struct sim_page *page = server->pages;
        ws_peer_close(page->peer, 1001);
        page_remove(page);
    }
    for (size_t i = 0; i < server->dirty_len; i++)
        free(server->dirty[i]);
    free(server->dirty);
    for (size_t i = 0; i < server->road_len; i++) {
        free(server->road[i].person);
        free(server->road[i].kind);
        free(server->road[i].text);
    }
    free_people(server);
    free(server->people);
}

static void free_people(struct sim_server *server)
{
    for (size_t i = 0; i < server->people_len; i++) {
        free(server->people[i].user_id);
        free(server->people[i].role);
        free(server->people[i].note);
    }
    server->people_len = 0;
}

/* -- pushing ----------------------------------------------------------------------------------- */

void sim_stage_changed(struct sim_server *server, struct str user_id)
{
    for (size_t i = 0; i < server->dirty_len; i++) {
        if (str_equal(str_from_z(server->dirty[i]), user_id))
            return;
    }
    *SIM_PUSH(server->dirty, server->dirty_len, server->dirty_cap) = sim_dup(user_id);
}

void sim_stage_flush(struct sim_server *server)
{
    if (server->dirty_len == 0)
        return;
    for (struct sim_page *page = server->pages, *next; page; page = next) {
        next = page->next;
        for (size_t i = 0; i < server->dirty_len; i++) {
            if (page->user_id && strcmp(page->user_id, server->dirty[i]) == 0)
                send_dm(page);
        }
    }
    for (size_t i = 0; i < server->dirty_len; i++)
        free(server->dirty[i]);
    server->dirty_len = 0;
    struct buf buf = buf_heap(PUSH_BYTES_MAX);
    buf_add(&buf, STR("{\"t\":\"people\",\"people\":"));
    add_people(server, &buf);
    buf_add_byte(&buf, '}');
    send_all(server, &buf);
    buf_free(&buf);
}

static void page_send(struct sim_page *page, const struct buf *buf)
{
    struct str text;
    if (buf_finish(buf, &text) || ws_peer_text(page->peer, text))
        ws_peer_ping(page->peer, STR("full"));      /* too much at once; the next push repairs it */
}

static void send_all(struct sim_server *server, const struct buf *buf)
{
    for (struct sim_page *page = server->pages; page; page = page->next)
        page_send(page, buf);
}

static void add_key(struct buf *buf, const char *key, struct str value)
{
    buf_addf(buf, "\"%s\":", key);
    buf_add_json_string(buf, value);
    buf_add_byte(buf, ',');
}

static void add_stage(struct sim_server *server, struct buf *buf)
{
    buf_add(buf, STR("{\"t\":\"stage\","));
    add_key(buf, "team", str_from_z(server->ws->team_name));
    add_key(buf, "selected", str_from_z(server->selected));
    buf_addf(buf, "\"advance\":%s,", server->options.advance ? "true" : "false");
    buf_add(buf, STR("\"people\":"));
    add_people(server, buf);
    buf_add(buf, STR(",\"clock\":"));
    add_clock(server, buf);
    buf_add(buf, STR(",\"road\":["));
    for (size_t i = 0; i < server->road_len; i++) {
        if (i > 0)
            buf_add_byte(buf, ',');
        add_event(&server->road[i], buf);
    }
    buf_add(buf, STR("]}"));
}

static void add_people(struct sim_server *server, struct buf *buf)
{
    buf_add_byte(buf, '[');
    for (size_t i = 0; i < server->people_len; i++) {
        if (i > 0)
            buf_add_byte(buf, ',');
        add_person(server, buf, &server->people[i]);
    }
    buf_add_byte(buf, ']');
}

static void add_person(
    struct sim_server *server, struct buf *buf, const struct sim_stage_person *person)
{
    struct look_user user = { 0 };
    look_user(server->ws, str_from_z(person->user_id), &user);
    buf_add_byte(buf, '{');
    add_key(buf, "id", str_from_z(person->user_id));
    add_key(buf, "name", user.user.real_name);
    add_key(buf, "role", str_from_z(person->role));
    add_key(buf, "note", str_from_z(person->note));
    add_key(buf, "tz", user.user.tz);
    buf_addf(
        buf, "\"manager\":%s,\"unread\":%u}", person->is_manager ? "true" : "false", user.unread);
}

static void add_clock(const struct sim_server *server, struct buf *buf)
{
    buf_add_byte(buf, '{');
    add_key(buf, "text", str_from_z(server->clock));
    buf_addf(buf, "\"busy\":%s}", server->clock_busy ? "true" : "false");
}

static void add_event(const struct sim_stage_event *event, struct buf *buf)
{
    bool any = false;
    buf_addf(buf, "{\"id\":\"%llu\",", (unsigned long long)event->id);
    add_key(buf, "person", str_from_z(event->person));
    add_key(buf, "kind", str_from_z(event->kind));
    add_key(buf, "text", str_from_z(event->text));
    buf_add(buf, STR("\"steps\":["));
    for (size_t i = 0; i < ROAD_STEPS; i++) {
        if (!event->steps[i])
            continue;
        buf_addf(buf, "%s\"%s\"", any ? "," : "", event->steps[i]);
        any = true;
    }
    buf_add(buf, STR("]}"));
}

static void send_dm(struct sim_page *page)
{
    struct look_user user;
    struct look_view view;
    struct str id = str_from_z(page->user_id);
    struct buf buf = buf_heap(PUSH_BYTES_MAX);
    if (!look_user(page->server->ws, id, &user))
        return;
    buf_add(&buf, STR("{\"t\":\"dm\","));
    add_key(&buf, "user", id);
    add_key(&buf, "name", user.user.real_name);
    add_key(&buf, "trouble", user.trouble);
    bool there = look_home(page->server->ws, id, &view);
    add_view(&buf, "home", there, &view);
    there = look_modal(page->server->ws, id, &view);
    add_view(&buf, "modal", there, &view);
    buf_add(&buf, STR("\"messages\":["));
    add_messages(page, &buf);
    buf_add(&buf, STR("]}"));
    page_send(page, &buf);
    buf_free(&buf);
}

static void add_view(struct buf *buf, const char *key, bool there, const struct look_view *view)
{
    buf_addf(buf, "\"%s\":", key);
    if (there) {
        buf_add(buf, STR("{\"view\":"));
        buf_add(buf, view->json);
        buf_add(buf, STR(",\"errors\":"));
        buf_add(buf, str_is_empty(view->errors) ? STR("{}") : view->errors);
        buf_add_byte(buf, '}');
    } else {
        buf_add(buf, STR("null"));
    }
    buf_add_byte(buf, ',');
}

static void add_messages(struct sim_page *page, struct buf *buf)
{
    struct str id = str_from_z(page->user_id);
    size_t count = look_messages(page->server->ws, id),
           from = count > SHOWN_MESSAGES ? count - SHOWN_MESSAGES : 0;
    struct look_message message;
    bool any = false;
    for (size_t i = from; i < count && look_message_at(page->server->ws, id, i, &message); i++) {
        if (message.deleted)
            continue;
        buf_add(buf, any ? STR(",{") : STR("{"));
        any = true;
        add_key(buf, "ts", message.ts);
        add_key(buf, "text", message.text);
        buf_addf(buf, "\"app\":%s,\"ephemeral\":%s,\"edits\":%u,\"blocks\":",
            message.from_app ? "true" : "false", message.ephemeral ? "true" : "false",
            message.edits);
        buf_add(buf, str_is_empty(message.blocks) ? STR("[]") : message.blocks);
        buf_add_byte(buf, '}');
    }
}

/* -- what the visitor does --------------------------------------------------------------------- */

struct act { struct sim_page *page; struct workspace *ws; struct str user; const cJSON *json; };

static enum err do_select(const struct act *act)
{
    struct look_user user;
    if (!look_user(act->ws, sim_json_str(act->json, "user"), &user))
        return ERR_NOT_FOUND;
    sim_set(&act->page->user_id, user.user.id);
    human_read(act->ws, str_from_z(act->page->user_id));
    send_dm(act->page);
    return OK;
}

static enum err do_click(const struct act *act)
{
    return human_click(act->ws, act->user, sim_json_str(act->json, "surface"),
        sim_json_str(act->json, "block"), sim_json_str(act->json, "action"));
}

static struct human_value value_of(const cJSON *json)
{
    return (struct human_value){ sim_json_str(json, "block"), sim_json_str(json, "action"),
                                 sim_json_str(json, "text") };
}

static enum err do_fill(const struct act *act)
{
    struct human_value value = value_of(act->json);
    return human_fill(act->ws, act->user, sim_json_str(act->json, "surface"), &value);
}

static enum err do_submit(const struct act *act)
{
    struct human_value values[VALUES_MAX];
    struct str block = STR_EMPTY;
    size_t count = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, sim_json_get(act->json, "values")) {
        if (count < VALUES_MAX)
            values[count++] = value_of(item);
    }
    enum err err = human_submit(act->ws, act->user, values, count, &block);
    if (err == ERR_INVALID) {
        struct buf buf = buf_heap(1024);
        buf_add(&buf, STR("{\"t\":\"incomplete\",\"block\":"));
        buf_add_json_string(&buf, block);
        buf_add_byte(&buf, '}');
        page_send(act->page, &buf);
        buf_free(&buf);
        err = OK;
    }
    return err;
}

static enum err do_close(const struct act *act)
{
    return human_close(act->ws, act->user, sim_json_true(act->json, "all"));
}

static enum err do_say(const struct act *act)
{
    return human_say(act->ws, act->user, sim_json_str(act->json, "text"), NULL);
}

static enum err do_delete(const struct act *act)
{
    return human_delete(act->ws, act->user, sim_json_str(act->json, "ts"));
}

static enum err do_home(const struct act *act)
{
    return human_open_home(act->ws, act->user);
}

static enum err do_messages(const struct act *act)
{
    return human_open_messages(act->ws, act->user);
}

static enum err do_read(const struct act *act)
{
    human_read(act->ws, act->user);
    return OK;
}

static enum err do_advance(const struct act *act)
{
    const struct sim_server_options *options = &act->page->server->options;
    bool monday = str_equal(sim_json_str(act->json, "to"), STR("monday"));
    if (!options->advance)
        return ERR_REFUSED;
    options->advance(options->arg, monday ? SIM_ADVANCE_MONDAY : SIM_ADVANCE_MORNING);
    return OK;
}

/* plays: a human plays this person from now on, their script stops. */
static const struct {
    const char *name;
    bool plays;
    enum err (*run)(const struct act *act);
} acts[] = {
    { "select", false, do_select },
    { "click", true, do_click },
    { "fill", true, do_fill },
    { "submit", true, do_submit },
    { "close", true, do_close },
    { "say", true, do_say },
    { "delete", true, do_delete },
    { "home", false, do_home },
    { "messages", false, do_messages },
    { "read", false, do_read },
    { "advance", false, do_advance },
};

static void on_text(void *arg, struct ws_peer *peer, struct str text)
{
    struct sim_page *page = arg;
    struct sim_server *server = page->server;
    cJSON *json = sim_json_parse(text);
    struct act act = { page, server->ws, str_from_z(page->user_id), json };
    (void)peer;
    for (size_t i = 0; i < COUNT(acts); i++) {
        if (!str_equal(sim_json_str(json, "do"), str_from_z(acts[i].name)))
            continue;
        if (acts[i].plays && server->options.script)
            sim_script_leave(server->options.script, act.user, true);
        enum err err = acts[i].run(&act);
        if (err) {
            struct buf buf = buf_heap(1024);
            buf_addf(&buf, "{\"t\":\"refused\",\"what\":\"%s\",\"why\":\"%s\"}", acts[i].name,
                err_text(err));
            page_send(page, &buf);
            buf_free(&buf);
        }
        break;
    }
    cJSON_Delete(json);
    sim_stage_flush(server);
}
