/* The workspace behind a real port, reached with our own HTTP and WebSocket clients. */
#include "nudged/net/loop.h"
#include "nudged/sim/server.h"
#include "rig_calls.h"

enum { WAIT_ROUNDS = 2000 };

struct stage {
    struct loop *loop;
    struct world *world;
    struct workspace *ws;
    struct sim_server *server;
    struct sim_faults faults;
    struct http_reply reply;
    char body[65536], retry_after[64], type[64];
    bool replied;
    char frame[65536];
    int frames, opened, ended, status;
    enum ws_end end;
    enum sim_advance advanced;
    bool was_advanced;
};

static struct sim_time stage_time(void *arg)
{
    const struct stage *stage = arg;
    return (struct sim_time){ world_now(stage->world), world_mono(stage->world) };
}

static void on_advance(void *arg, enum sim_advance which)
{
    struct stage *stage = arg;
    stage->was_advanced = true;
    stage->advanced = which;
}

static int start(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    sim_faults_init(&stage->faults, 1);
    assert_int_equal(loop_new(&stage->loop), OK);
    stage->world = loop_world(stage->loop);
    struct workspace_options options = {
        .seed = 1, .time = stage_time, .time_arg = stage, .no_echo = true, .faults = &stage->faults
    };
    assert_int_equal(workspace_new(&options, &stage->ws), OK);
    struct workspace_user ada = {
        .id = STR("U0ADA"), .name = STR("ada"), .real_name = STR("Ada Fenn")
    };
    assert_int_equal(workspace_add_user(stage->ws, &ada, NULL), OK);
    struct sim_server_options serve = { .loop = stage->loop,
        .workspace = stage->ws,
        .faults = &stage->faults,
        .advance = on_advance,
        .arg = stage };
    assert_int_equal(sim_server_new(&serve, &stage->server), OK);
    *state = stage;
    return 0;
}

static int stop(void **state)
{
    struct stage *stage = *state;
    sim_server_free(stage->server);
    loop_free(stage->loop);
    workspace_free(stage->ws);
    free(stage);
    return 0;
}

static void on_reply(void *arg, const struct http_reply *reply)
{
    struct stage *stage = arg;
    stage->reply = *reply;
    stage->replied = true;
    snprintf(stage->body, sizeof stage->body, "%.*s", STR_ARG(reply->body));
    snprintf(stage->type, sizeof stage->type, "%.*s", STR_ARG(reply->content_type));
    snprintf(stage->retry_after, sizeof stage->retry_after, "%.*s", STR_ARG(reply->retry_after));
}

static void request(struct stage *stage, const char *method, const char *path, const char *body,
                    const struct http_header *extra)
{
    char url[512];
    uint64_t call_id;
    struct http_header headers[] = { { STR("Authorization"), STR("Bearer xoxb-sim") },
        { STR("Content-Type"), STR("application/json; charset=utf-8") },
        extra ? *extra : (struct http_header){ STR("X-Nothing"), STR("1") } };
    snprintf(url, sizeof url, "%.*s%s", STR_ARG(sim_server_origin(stage->server)), path);
    struct http_request ask = { .method = str_from_z(method),
        .url = str_from_z(url),
        .headers = headers,
        .headers_len = COUNT(headers),
        .body = str_from_z(body) };
    stage->replied = false;
    assert_int_equal(
        stage->world->ops->http_request(stage->world, &ask, on_reply, stage, &call_id), OK);
    for (int i = 0; i < WAIT_ROUNDS && !stage->replied; i++)
        loop_run_once(stage->loop, 10);
    assert_true(stage->replied);
}

static void on_open(void *arg)
{
    ((struct stage *)arg)->opened++;
}

static void on_frame(void *arg, struct str frame)
{
    struct stage *stage = arg;
    stage->frames++;
    snprintf(stage->frame, sizeof stage->frame, "%.*s", STR_ARG(frame));
}

static void on_end(void *arg, enum ws_end end, int status, struct str detail)
{
    struct stage *stage = arg;
    (void)detail;
    stage->ended++;
    stage->end = end;
    stage->status = status;
}

static struct ws *dial(struct stage *stage, const char *url)
{
    static const struct ws_events events = { on_open, on_frame, on_end };
    struct ws_options options = { .url = str_from_z(url) };
    struct ws *ws = stage->world->ops->ws_open(stage->world, &options, &events, stage);
    assert_non_null(ws);
    return ws;
}

/* Opens a Socket Mode link, up to hello or refusal. */
static struct ws *link_up(struct stage *stage)
{
    struct http_header app = { STR("Authorization"), STR("Bearer xapp-sim") };
    uint64_t call_id;
    char url[512];
    int frames = stage->frames, ended = stage->ended;
    snprintf(url, sizeof url, "%.*s/api/apps.connections.open",
        STR_ARG(sim_server_origin(stage->server)));
    struct http_request ask = {
        .method = STR("POST"), .url = str_from_z(url), .headers = &app, .headers_len = 1
    };
    stage->replied = false;
    assert_int_equal(
        stage->world->ops->http_request(stage->world, &ask, on_reply, stage, &call_id), OK);
    for (int i = 0; i < WAIT_ROUNDS && !stage->replied; i++)
        loop_run_once(stage->loop, 10);
    cJSON *json = cJSON_Parse(stage->body);
    struct ws *ws = dial(stage, rig_text(json, "url"));
    cJSON_Delete(json);
    for (int i = 0; i < WAIT_ROUNDS && stage->frames == frames && stage->ended == ended; i++)
        loop_run_once(stage->loop, 10);
    return ws;
}

static void wait_frames(struct stage *stage, int count)
{
    for (int i = 0; i < WAIT_ROUNDS && stage->frames < count; i++)
        loop_run_once(stage->loop, 10);
    assert_int_equal(stage->frames, count);
}

static void the_api_and_the_page_are_there(void **state)
{
    struct stage *stage = *state;
    request(stage, "POST", "/api/auth.test", "{}", NULL);
    assert_int_equal(stage->reply.status, 200);
    assert_non_null(strstr(stage->body, "\"team_id\""));
    request(stage, "GET", "/api/users.info?user=U0ADA", "", NULL);
    assert_non_null(strstr(stage->body, "Ada Fenn"));
    static const struct { const char *path, *type, *part; } files[] = {
        { "/", "text/html; charset=utf-8", "src=\"/page.js\"" },
        { "/index.html", "text/html; charset=utf-8", "<!doctype html>" },
        { "/page.css", "text/css; charset=utf-8", "--ground" },
        { "/page.js", "text/javascript; charset=utf-8", "'./blocks.js'" },
        { "/blocks.js", "text/javascript; charset=utf-8", "'./text.js'" },
        { "/text.js", "text/javascript; charset=utf-8", "'./base.js'" },
        { "/link.js", "text/javascript; charset=utf-8", "/page-socket" },
        { "/base.js", "text/javascript; charset=utf-8", "createElement" },
    };
    for (size_t i = 0; i < COUNT(files); i++) {
        request(stage, "GET", files[i].path, "", NULL);
        assert_int_equal(stage->reply.status, 200);
        assert_string_equal(stage->type, files[i].type);
        assert_non_null(strstr(stage->body, files[i].part));
    }
    static const char *const absent[] = { "/../etc/passwd", "/page", "/page.js/", "//page.js" };
    for (size_t i = 0; i < COUNT(absent); i++) {
        request(stage, "GET", absent[i], "", NULL);
        assert_int_equal(stage->reply.status, 404);
    }
}

static void foreign_names_are_refused(void **state)
{
    struct stage *stage = *state;
    struct http_header host = { STR("Host"), STR("rebound.example.com") };
    struct http_header origin = { STR("Origin"), STR("http://rebound.example.com") };
    struct http_header own = { STR("Origin"), sim_server_origin(stage->server) };
    request(stage, "POST", "/api/auth.test", "{}", &host);
    assert_int_equal(stage->reply.status, 403);
    request(stage, "POST", "/api/auth.test", "{}", &origin);
    assert_int_equal(stage->reply.status, 403);
    request(stage, "POST", "/api/auth.test", "{}", &own);
    assert_int_equal(stage->reply.status, 200);
}

static void a_link_gets_hello_an_envelope_and_a_farewell(void **state)
{
    struct stage *stage = *state;
    char ack[256];
    struct ws *ws = link_up(stage);
    assert_non_null(strstr(stage->frame, "\"hello\""));
    assert_int_equal(human_say(stage->ws, STR("U0ADA"), STR("hi"), NULL), OK);
    wait_frames(stage, 2);
    cJSON *json = cJSON_Parse(stage->frame);
    assert_string_equal(rig_text(json, "payload.event.text"), "hi");
    snprintf(ack, sizeof ack, "{\"envelope_id\":\"%s\"}", rig_text(json, "envelope_id"));
    cJSON_Delete(json);
    assert_int_equal(stage->world->ops->ws_text(ws, str_from_z(ack)), OK);
    for (int i = 0; i < WAIT_ROUNDS && look_unacked(stage->ws) > 0; i++)
        loop_run_once(stage->loop, 10);
    assert_int_equal(look_envelopes(stage->ws, STR_EMPTY).acked, 1);
    workspace_set_socket_mode(stage->ws, false);
    for (int i = 0; i < WAIT_ROUNDS && stage->ended == 0; i++)
        loop_run_once(stage->loop, 10);
    assert_non_null(strstr(stage->frame, "link_disabled"));
    assert_int_equal(stage->end, WS_END_CLOSED);
    assert_int_equal(workspace_links(stage->ws, NULL, 0), 0);
}

static void faults_reach_the_wire(void **state)
{
    struct stage *stage = *state;
    sim_faults_force(&stage->faults, SIM_FAULT_LIMITED_HUGE, 1);
    request(stage, "POST", "/api/auth.test", "{}", NULL);
    assert_int_equal(stage->reply.status, 429);
    assert_string_equal(stage->retry_after, "86400");
    sim_faults_force(&stage->faults, SIM_FAULT_DROPPED, 1);
    request(
        stage, "POST", "/api/chat.postMessage", "{\"channel\":\"U0ADA\",\"text\":\"once\"}", NULL);
    assert_int_equal(stage->reply.outcome, HTTP_UNKNOWN);
    assert_int_equal(look_messages(stage->ws, STR("U0ADA")), 1);        /* processed all the same */
    sim_faults_force(&stage->faults, SIM_FAULT_HTML, 1);
    request(
        stage, "POST", "/api/chat.postMessage", "{\"channel\":\"U0ADA\",\"text\":\"no\"}", NULL);
    assert_int_equal(stage->reply.status, 200);
    assert_non_null(strstr(stage->body, "<!DOCTYPE"));
    assert_int_equal(look_messages(stage->ws, STR("U0ADA")), 1);
    sim_faults_force(&stage->faults, SIM_FAULT_TRUNCATED, 1);
    request(stage, "POST", "/api/auth.test", "{}", NULL);
    cJSON *json = cJSON_Parse(stage->body);
    assert_null(json);
    sim_faults_force(&stage->faults, SIM_FAULT_REFUSE_409, 1);
    link_up(stage);
    assert_int_equal(stage->end, WS_END_REFUSED);
    assert_int_equal(stage->status, 409);
}

static void doubled_and_reordered_envelopes(void **state)
{
    struct stage *stage = *state;
    struct ws *ws = link_up(stage);
    sim_faults_force(&stage->faults, SIM_FAULT_DUPLICATE, 1);
    assert_int_equal(human_say(stage->ws, STR("U0ADA"), STR("one"), NULL), OK);
    wait_frames(stage, 3);
    sim_faults_force(&stage->faults, SIM_FAULT_REORDER, 1);
    assert_int_equal(human_say(stage->ws, STR("U0ADA"), STR("two"), NULL), OK);
    assert_int_equal(human_say(stage->ws, STR("U0ADA"), STR("three"), NULL), OK);
    wait_frames(stage, 5);
    assert_non_null(strstr(stage->frame, "\"text\":\"two\""));          /* the held one came last */
    stage->world->ops->ws_close(ws);
}

static void the_page_plays_a_person(void **state)
{
    struct stage *stage = *state;
    char url[256];
    struct str origin = sim_server_origin(stage->server);
    snprintf(url, sizeof url, "ws%.*s/page-socket", (int)origin.len - 4, origin.ptr + 4);
    struct sim_road road = { 7, STR("U0ADA"), STR("answer_clicked"), STR("decided"), STR_EMPTY };
    sim_server_road(stage->server, &road);
    sim_server_clock(stage->server, STR("Monday"), false);
    struct ws *ws = dial(stage, url);
    wait_frames(stage, 1);
    assert_non_null(strstr(stage->frame, "\"t\":\"stage\""));
    assert_non_null(strstr(stage->frame, "\"Ada Fenn\""));
    assert_non_null(strstr(stage->frame, "\"steps\":[\"decided\"]"));
    assert_non_null(strstr(stage->frame, "\"text\":\"Monday\""));
    assert_int_equal(
        stage->world->ops->ws_text(ws, STR("{\"do\":\"select\",\"user\":\"U0ADA\"}")), OK);
    wait_frames(stage, 2);
    assert_non_null(strstr(stage->frame, "\"t\":\"dm\""));
    assert_int_equal(
        stage->world->ops->ws_text(ws, STR("{\"do\":\"say\",\"text\":\"hello\"}")), OK);
    wait_frames(stage, 4); /* the DM, then the people */
    assert_int_equal(look_messages(stage->ws, STR("U0ADA")), 1);
    assert_int_equal(
        stage->world->ops->ws_text(ws, STR("{\"do\":\"advance\",\"to\":\"monday\"}")), OK);
    assert_int_equal(stage->world->ops->ws_text(ws, STR("not json")), OK);
    assert_int_equal(
        stage->world->ops->ws_text(ws, STR("{\"do\":\"click\",\"surface\":\"1.2\"}")), OK);
    wait_frames(stage, 5);
    assert_true(stage->was_advanced && stage->advanced == SIM_ADVANCE_MONDAY);
    assert_non_null(strstr(stage->frame, "\"t\":\"refused\""));
    stage->world->ops->ws_close(ws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_api_and_the_page_are_there, start, stop),
        cmocka_unit_test_setup_teardown(foreign_names_are_refused, start, stop),
        cmocka_unit_test_setup_teardown(a_link_gets_hello_an_envelope_and_a_farewell, start, stop),
        cmocka_unit_test_setup_teardown(faults_reach_the_wire, start, stop),
        cmocka_unit_test_setup_teardown(doubled_and_reordered_envelopes, start, stop),
        cmocka_unit_test_setup_teardown(the_page_plays_a_person, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
