#include "bare.h"

#include "nudged/net/ws_server.h"

struct desk {
    struct loop *loop;
    struct listener *listener;
    struct exchange *held;
    struct ws_peer *peer;
    int requests, texts, ends;
    uint16_t code;
    char method[20], path[200], query[200], header[100];
    size_t body_len;
};

static void peer_text(void *arg, struct ws_peer *peer, struct str text)
{
    struct desk *desk = arg;
    desk->texts++;
    if (same(text, "cut")) {
        ws_peer_cut(peer);
        desk->peer = NULL;
    } else if (!same(text, "mute")) {
        assert_int_equal(ws_peer_text(peer, text), OK);
    }
}

static void peer_end(void *arg, struct ws_peer *peer, uint16_t code)
{
    struct desk *desk = arg;
    (void)peer;
    desk->ends++;
    desk->code = code;
    desk->peer = NULL;
}

static void copy(char *out, size_t room, struct str s)
{
    snprintf(out, room, "%.*s", STR_ARG(s));
}

static void serve(void *arg, struct exchange *exchange, const struct listen_request *request)
{
    static const struct ws_peer_events events = { peer_text, peer_end };
    struct desk *desk = arg;
    desk->requests++;
    desk->body_len = request->body.len;
    copy(desk->method, sizeof(desk->method), request->method);
    copy(desk->path, sizeof(desk->path), request->path);
    copy(desk->query, sizeof(desk->query), request->query);
    copy(desk->header, sizeof(desk->header), exchange_header(exchange, STR("x-CASE")));
    assert_true(str_is_empty(exchange_header(exchange, STR("absent"))));
    if (same(request->path, "/hold"))
        desk->held = exchange;
    else if (same(request->path, "/ws")) {
        if (exchange_upgrade(exchange, &events, desk, &desk->peer) != OK)
            desk->peer = NULL;
    } else
        exchange_reply(exchange, 200, STR("text/plain"), STR("fine"), NULL, 0);
}

static void desk_up(struct desk *desk, struct listen_options options)
{
    *desk = (struct desk){ .loop = new_loop() };
    assert_int_equal(listener_new(desk->loop, &options, serve, desk, &desk->listener), OK);
    assert_int_not_equal(listener_port(desk->listener), 0);
}

static void desk_down(struct desk *desk)
{
    listener_free(desk->listener);
    loop_free(desk->loop);
}

/* Sends the bytes, gives back a socket on which `needle` came. */
static int talk(struct desk *desk, struct str bytes, const char *needle)
{
    static char got[20000];
    int fd = bare_connect(listener_port(desk->listener));
    bare_send(fd, bytes.ptr, bytes.len);
    if (bare_read(desk->loop, fd, needle, got, sizeof(got), 3000) < 0)
        fail_msg("no \"%s\" in \"%s\"", needle, got);
    return fd;
}

#define UPGRADE(path)                                                                              \
    "GET " path " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, "           \
    "Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

static void a_request_is_handed_over_whole(void **state)
{
    struct desk desk;
    (void)state;
    desk_up(&desk, (struct listen_options){ .port = 0 });
    close(talk(&desk,
               STR("POST /a%20b/%C3%BC%00%zz?x=1%202&y HTTP/1.1\r\nHost: x\r\nX-Case: value\r\n"
                   "Content-Length: 5\r\n\r\n12345"),
               "fine"));
    assert_string_equal(desk.method, "POST");
    assert_string_equal(desk.path, "/a b/\xc3\xbc%00%zz");
    assert_string_equal(desk.query, "x=1%202&y");
    assert_string_equal(desk.header, "value");
    assert_int_equal(desk.body_len, 5);
    close(talk(&desk, STR("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"),
               "fine"));
    spin_for(desk.loop, 20);
    assert_int_equal(desk.requests, 3);
    desk_down(&desk);
}

static void a_body_above_the_limit_is_413(void **state)
{
    struct desk desk;
    (void)state;
    desk_up(&desk, (struct listen_options){ .body_bytes_max = 10 });
    close(talk(&desk, STR("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n12345678901"),
               " 413 "));
    close(talk(&desk, STR("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "b\r\n12345678901\r\n0\r\n\r\n"), " 413 "));
    assert_int_equal(desk.requests, 0);
    close(talk(&desk, STR("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1234567890"),
               " 200 "));
    desk_down(&desk);
}

static void broken_requests_reach_nobody(void **state)
{
    static const char *const requests[] = {
        "GARBAGE\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    };
    struct desk desk;
    char got[4000];
    (void)state;
    desk_up(&desk, (struct listen_options){ .port = 0 });
    for (size_t i = 0; i < COUNT(requests); i++) {
        int fd = bare_connect(listener_port(desk.listener));
        bare_send(fd, requests[i], strlen(requests[i]));
        shutdown(fd, SHUT_WR);
        assert_true(bare_read(desk.loop, fd, "", got, sizeof(got), 3000) >= 0);
        assert_null(strstr(got, " 200 "));
        close(fd);
    }
    assert_int_equal(desk.requests, 0);
    desk_down(&desk);
}

static void a_late_answer_and_an_answer_to_nobody(void **state)
{
    struct desk desk;
    char got[2000];
    struct http_header extra = { STR("X-Extra"), STR("yes") };
    (void)state;
    desk_up(&desk, (struct listen_options){ .port = 0 });
    int fd = bare_connect(listener_port(desk.listener));
    bare_say(fd, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(spin(desk.loop, &desk.requests, 1, 2000));
    spin_for(desk.loop, 50);
    exchange_reply(desk.held, 202, STR("text/plain"), STR("at last"), &extra, 1);
    assert_true(bare_read(desk.loop, fd, "at last", got, sizeof(got), 2000) > 0);
    assert_non_null(strstr(got, "X-Extra: yes"));
    assert_non_null(strstr(got, " 202 "));
    bare_say(fd, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(spin(desk.loop, &desk.requests, 2, 2000));
    close(fd);
    spin_for(desk.loop, 30);
    exchange_reply(desk.held, 200, STR("text/plain"), STR("anybody?"), NULL, 0);
    spin_for(desk.loop, 30);
    fd = bare_connect(listener_port(desk.listener));
    bare_say(fd, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(spin(desk.loop, &desk.requests, 3, 2000));
    exchange_drop(desk.held);
    assert_int_equal(bare_read(desk.loop, fd, "", got, sizeof(got), 2000), 0);
    close(fd);
    desk_down(&desk);
}

static void ending_answers_what_waits_with_503(void **state)
{
    struct desk desk;
    char got[2000];
    (void)state;
    desk_up(&desk, (struct listen_options){ .port = 0 });
    int fd = bare_connect(listener_port(desk.listener));
    bare_say(fd, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(spin(desk.loop, &desk.requests, 1, 2000));
    int half = bare_connect(listener_port(desk.listener));
    bare_say(half, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n123");
    spin_for(desk.loop, 30);
    listener_free(desk.listener);
    assert_true(bare_read(desk.loop, fd, " 503 ", got, sizeof(got), 1000) > 0);
    close(fd);
    close(half);
    loop_free(desk.loop);
}

static void a_busy_port_and_a_bad_address_are_told(void **state)
{
    struct desk desk;
    struct listener *other = NULL;
    (void)state;
    desk_up(&desk, (struct listen_options){ .port = 0 });
    struct listen_options again = { .port = listener_port(desk.listener) };
    assert_int_equal(listener_new(desk.loop, &again, serve, &desk, &other), ERR_BUSY);
    again = (struct listen_options){ .address = STR("localhost") };
    assert_int_equal(listener_new(desk.loop, &again, serve, &desk, &other), ERR_INVALID);
    again = (struct listen_options){ .address = STR("192.0.2.1") };
    assert_int_equal(listener_new(desk.loop, &again, serve, &desk, &other), ERR_INVALID);
    assert_null(other);
    desk_down(&desk);
}

static void upgrades_to_anything_else_are_ignored(void **state)
{
    struct desk desk;
    char got[2000];
    (void)state;
    desk_up(&desk, (struct listen_options){ .port = 0 });
    int fd = talk(&desk,
                  STR("GET /page HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                      "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"),
                  "fine");
    close(fd);
    fd = bare_connect(listener_port(desk.listener));
    bare_say(fd, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    bare_read(desk.loop, fd, "\r\n\r\n", got, sizeof(got), 500);
    assert_null(strstr(got, " 101 "));
    assert_null(strstr(got, " 200 "));
    close(fd);
    desk_down(&desk);
}

static void an_improper_upgrade_is_400(void **state)
{
    struct desk desk;
    (void)state;
    desk_up(&desk, (struct listen_options){ .port = 0 });
    close(talk(&desk, STR("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n"), " 400 "));
    close(
        talk(&desk,
             STR("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
             "Sec-WebSocket-Version: 13"));
    close(talk(&desk,
               STR("GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short==\r\n\r\n"),
               " 400 "));
    assert_null(desk.peer);
    close(talk(&desk, STR(UPGRADE("/ws")), "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    assert_true(spin(desk.loop, &desk.ends, 1, 2000));
    assert_int_equal(desk.code, 1006);
    desk_down(&desk);
}

/* Text right behind the upgrade request, then what a client must not do. */
static void frames_are_read_from_the_first_byte(void **state)
{
    struct desk desk;
    char got[2000];
    (void)state;
    desk_up(&desk, (struct listen_options){ .port = 0 });
    int fd = talk(&desk, STR(UPGRADE("/ws") "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
                  "\x81\x05Hello");
    bare_send(fd, "\x89\x82\0\0\0\0hi", 8);
    assert_true(bare_read(desk.loop, fd, "\x8a\x02hi", got, sizeof(got), 2000) > 0);
    bare_send(fd, "\x81\x01x", 3);                             /* not masked */
    assert_true(bare_read(desk.loop, fd, "\x88\x02\x03\xea", got, sizeof(got), 2000) > 0);
    assert_int_equal(desk.ends, 1);
    assert_int_equal(desk.code, 1002);
    close(fd);
    fd =
        talk(&desk, STR(UPGRADE("/ws") "\x82\x81\0\0\0\0x"), "\x88\x02\x03\xeb"); /* binary: 1003 */
    close(fd);
    fd = talk(&desk, STR(UPGRADE("/ws") "\x88\x82\0\0\0\0\x03\xe9"), "\x88\x02\x03\xe9");
    assert_int_equal(bare_read(desk.loop, fd, "", got, sizeof(got), 800), 0); /* closed at once */
    assert_int_equal(desk.code, 1001);
    close(fd);
    desk_down(&desk);
}

static void a_peer_may_be_cut_inside_its_callback(void **state)
{
    struct desk desk;
    char got[2000];
    (void)state;
    desk_up(&desk, (struct listen_options){ .port = 0 });
    int fd = talk(&desk, STR(UPGRADE("/ws") "\x81\x83\0\0\0\0cut\x81\x83\0\0\0\0cut"), "\r\n\r\n");
    assert_true(bare_read(desk.loop, fd, "", got, sizeof(got), 2000) >= 0);
    assert_int_equal(desk.texts, 1);
    assert_int_equal(desk.ends, 0);
    close(fd);
    desk_down(&desk);
}

static void a_close_the_client_ignores_ends_in_a_second(void **state)
{
    struct desk desk;
    char got[2000];
    struct world *world;
    (void)state;
    desk_up(&desk, (struct listen_options){ .port = 0 });
    world = loop_world(desk.loop);
    int fd = talk(&desk, STR(UPGRADE("/ws")), "\r\n\r\n");
    int64_t start_ms = world_mono(world).ms;
    ws_peer_close(desk.peer, 1001);
    assert_int_equal(bare_read(desk.loop, fd, "", got, sizeof(got), 3000), 4);
    assert_memory_equal(got, "\x88\x02\x03\xe9", 4);
    assert_in_range(world_mono(world).ms - start_ms, 950, 1800);
    close(fd);
    desk_down(&desk);
}

static void a_reader_that_sleeps_fills_only_so_much(void **state)
{
    struct desk desk;
    static char piece[100000];
    int queued = 0;
    (void)state;
    memset(piece, 'x', sizeof(piece));
    desk_up(&desk, (struct listen_options){ .port = 0 });
    int fd = talk(&desk, STR(UPGRADE("/ws")), "\r\n\r\n");
    enum err err = OK;
    while (!err && queued < 1000) {
        err = ws_peer_text(desk.peer, (struct str){ piece, sizeof(piece) });
        queued += err == OK;
        loop_run_once(desk.loop, 0);
    }
    assert_int_equal(err, ERR_TOO_BIG);
    assert_in_range(ws_peer_waiting_bytes(desk.peer), 7 << 20, 8 << 20);
    listener_free(desk.listener);                               /* with the peer still open */
    assert_int_equal(desk.ends, 1);
    assert_int_equal(desk.code, 1006);
    close(fd);
    loop_free(desk.loop);
}

static void form_values_are_decoded(void **state)
{
    struct arena arena;
    struct str value = STR("untouched");
    struct str form =
        STR("payload=%7B%22a%22%3A1%7D&empty=&text=one+two%2B&bad=%zz%4&text=second&%6bey=v");
    (void)state;
    arena_init(&arena, 1 << 16);
    assert_true(form_value(&arena, form, STR("payload"), &value));
    assert_true(same(value, "{\"a\":1}"));
    assert_true(form_value(&arena, form, STR("text"), &value));
    assert_true(same(value, "one two+"));
    assert_true(form_value(&arena, form, STR("empty"), &value));
    assert_int_equal(value.len, 0);
    assert_true(form_value(&arena, form, STR("bad"), &value));
    assert_true(same(value, "%zz%4"));
    assert_true(form_value(&arena, form, STR("key"), &value));
    assert_true(same(value, "v"));
    assert_false(form_value(&arena, form, STR("absent"), &value));
    assert_false(form_value(&arena, STR_EMPTY, STR("x"), &value));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_handed_over_whole),
        cmocka_unit_test(a_body_above_the_limit_is_413),
        cmocka_unit_test(broken_requests_reach_nobody),
        cmocka_unit_test(a_late_answer_and_an_answer_to_nobody),
        cmocka_unit_test(ending_answers_what_waits_with_503),
        cmocka_unit_test(a_busy_port_and_a_bad_address_are_told),
        cmocka_unit_test(upgrades_to_anything_else_are_ignored),
        cmocka_unit_test(an_improper_upgrade_is_400),
        cmocka_unit_test(frames_are_read_from_the_first_byte),
        cmocka_unit_test(a_peer_may_be_cut_inside_its_callback),
        cmocka_unit_test(a_close_the_client_ignores_ends_in_a_second),
        cmocka_unit_test(a_reader_that_sleeps_fills_only_so_much),
        cmocka_unit_test(form_values_are_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
