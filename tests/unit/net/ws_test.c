#include "bare.h"

#include "net/ws_frame.h"
#include "nudged/base/limits.h"
#include "nudged/net/ws_server.h"

/* The client's side, as heard by its owner. */
struct client {
    struct ws *ws;
    struct world *world;
    int opens, texts, ends;
    enum ws_end end;
    int status;
    char text[200], detail[200];
    size_t text_len;
    bool close_at_text;
};

/* The server's side. */
struct server {
    struct loop *loop;
    struct world *world;
    struct listener *listener;
    struct ws_peer *peer;
    int texts, ends, refuse, upgrades;
    uint16_t code;
    size_t text_len;
    char authorization[64];
    bool echo, cut_at_upgrade;
};

static void client_open(void *arg)
{
    struct client *client = arg;
    client->opens++;
}

static void client_text(void *arg, struct str frame)
{
    struct client *client = arg;
    client->texts++;
    client->text_len = frame.len;
    snprintf(client->text, sizeof(client->text), "%.*s", (int)(frame.len < 150 ? frame.len : 150),
             frame.ptr);
    if (client->close_at_text)
        client->world->ops->ws_close(client->ws);
}

static void client_end(void *arg, enum ws_end end, int status, struct str detail)
{
    struct client *client = arg;
    client->ends++;
    client->end = end;
    client->status = status;
    snprintf(client->detail, sizeof(client->detail), "%.*s", STR_ARG(detail));
}

static const struct ws_events client_events = { client_open, client_text, client_end };

static void server_text(void *arg, struct ws_peer *peer, struct str text)
{
    struct server *server = arg;
    server->texts++;
    server->text_len = text.len;
    if (server->echo)
        assert_int_equal(ws_peer_text(peer, text), OK);
}

static void server_end(void *arg, struct ws_peer *peer, uint16_t code)
{
    struct server *server = arg;
    assert_ptr_equal(peer, server->peer);
    server->ends++;
    server->code = code;
    server->peer = NULL;
}

static void serve(void *arg, struct exchange *exchange, const struct listen_request *request)
{
    static const struct ws_peer_events events = { server_text, server_end };
    struct server *server = arg;
    struct str authorization = exchange_header(exchange, STR("Authorization"));
    (void)request;
    server->upgrades++;
    snprintf(server->authorization, sizeof(server->authorization), "%.*s", STR_ARG(authorization));
    if (server->refuse) {
        exchange_reply(exchange, server->refuse, STR("text/plain"), STR("no"), NULL, 0);
        return;
    }
    if (exchange_upgrade(exchange, &events, server, &server->peer) == OK
        && server->cut_at_upgrade) {
        ws_peer_cut(server->peer);
        server->peer = NULL;
    }
}

static void server_up(struct server *server)
{
    struct listen_options options = { .port = 0 };
    *server = (struct server){ .loop = new_loop(), .echo = true };
    server->world = loop_world(server->loop);
    assert_int_equal(listener_new(server->loop, &options, serve, server, &server->listener), OK);
}

static void server_down(struct server *server)
{
    listener_free(server->listener);
    loop_free(server->loop);
}

static void dial_url(struct world *world, struct client *client, const char *url,
                     struct ws_options options)
{
    *client = (struct client){ .world = world };
    options.url = str_from_z(url);
    client->ws = world->ops->ws_open(world, &options, &client_events, client);
    assert_non_null(client->ws);
    assert_int_equal(client->opens + client->ends, 0);
}

static void dial(struct server *server, struct client *client, struct ws_options options)
{
    char url[100];
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/link?ticket=canary",
             (unsigned)listener_port(server->listener));
    dial_url(server->world, client, url, options);
}

static void dial_open(struct server *server, struct client *client)
{
    dial(server, client, (struct ws_options){ .authorization = STR("Bearer test") });
    assert_true(spin(server->loop, &client->opens, 1, 3000));
    assert_non_null(server->peer);
}

static void hang_up(struct server *server, struct client *client)
{
    server->world->ops->ws_close(client->ws);
    assert_true(spin(server->loop, &server->ends, 1, 3000));
    spin_for(server->loop, 30);
    server->ends = 0;
}

static void say(struct client *client, struct str text)
{
    assert_int_equal(client->world->ops->ws_text(client->ws, text), OK);
}

static void an_echo_comes_back_and_the_close_is_heard(void **state)
{
    struct server server;
    struct client client;
    (void)state;
    server_up(&server);
    dial(&server, &client, (struct ws_options){ .authorization = STR("Bearer test") });
    assert_int_equal(server.world->ops->ws_text(client.ws, STR("early")), ERR_CLOSED);
    assert_true(spin(server.loop, &client.opens, 1, 3000));
    assert_string_equal(server.authorization, "Bearer test");
    say(&client, STR("gr\xc3\xbc\xc3\x9f"));
    say(&client, STR(""));
    assert_true(spin(server.loop, &client.texts, 2, 3000));
    assert_int_equal(client.text_len, 0);
    server.world->ops->ws_close(client.ws);
    assert_true(spin(server.loop, &server.ends, 1, 3000));
    assert_int_equal(server.code, 1000);
    spin_for(server.loop, 50);
    assert_int_equal(client.ends, 0);
    server_down(&server);
}

static void frames_of_every_length_pass(void **state)
{
    static const size_t lens[] = { 1, 125, 126, 127, 65535, 65536, 300000, FRAME_BYTES_MAX };
    struct server server;
    struct client client;
    char *big = malloc(FRAME_BYTES_MAX);
    (void)state;
    assert_non_null(big);
    memset(big, 'x', FRAME_BYTES_MAX);
    server_up(&server);
    dial_open(&server, &client);
    for (size_t i = 0; i < COUNT(lens); i++) {
        say(&client, (struct str){ big, lens[i] });
        assert_true(spin(server.loop, &client.texts, (int)i + 1, 10000));
        assert_int_equal(server.text_len, lens[i]);
        assert_int_equal(client.text_len, lens[i]);
    }
    hang_up(&server, &client);
    server_down(&server);
    free(big);
}

static void a_frame_above_the_limit_closes_with_1009(void **state)
{
    struct server server;
    struct client client;
    char *big = malloc(FRAME_BYTES_MAX + 1);
    (void)state;
    assert_non_null(big);
    memset(big, 'x', FRAME_BYTES_MAX + 1);
    server_up(&server);
    dial_open(&server, &client);
    assert_int_equal(ws_peer_text(server.peer, (struct str){ big, FRAME_BYTES_MAX + 1 }), OK);
    assert_true(spin(server.loop, &client.ends, 1, 5000));
    assert_int_equal(client.end, WS_END_CLOSED);
    assert_int_equal(client.status, 1009);
    assert_int_equal(client.texts, 0);
    assert_true(spin(server.loop, &server.ends, 1, 3000));
    server.ends = 0;
    dial_open(&server, &client);                        /* and the other way round */
    say(&client, (struct str){ big, FRAME_BYTES_MAX + 1 });
    assert_true(spin(server.loop, &client.ends, 1, 5000));
    assert_int_equal(client.status, 1009);
    assert_int_equal(server.texts, 0);
    assert_int_equal(server.code, 1009);
    server_down(&server);
    free(big);
}

static void the_servers_close_code_arrives(void **state)
{
    struct server server;
    struct client client;
    (void)state;
    server_up(&server);
    dial_open(&server, &client);
    assert_int_equal(ws_peer_text(server.peer, STR("last words")), OK);
    ws_peer_close(server.peer, 4001);
    assert_true(spin(server.loop, &client.ends, 1, 3000));
    assert_int_equal(client.texts, 1);
    assert_int_equal(client.end, WS_END_CLOSED);
    assert_int_equal(client.status, 4001);
    assert_int_equal(server.ends, 0);
    dial_open(&server, &client);
    ws_peer_cut(server.peer);
    assert_true(spin(server.loop, &client.ends, 1, 3000));
    assert_int_equal(client.end, WS_END_CLOSED);
    assert_int_equal(client.status, 0);
    server_down(&server);
}

static void a_refused_upgrade_tells_its_status(void **state)
{
    static const int statuses[] = { 409, 408, 429, 302, 200 };
    struct server server;
    struct client client;
    (void)state;
    server_up(&server);
    for (size_t i = 0; i < COUNT(statuses); i++) {
        server.refuse = statuses[i];
        server.upgrades = 0;
        dial(&server, &client, (struct ws_options){ .open_ms = 4000 });
        assert_true(spin(server.loop, &client.ends, 1, 6000));
        assert_int_equal(client.end, WS_END_REFUSED);
        assert_int_equal(client.status, statuses[i]);
        assert_int_equal(client.opens, 0);
        spin_for(server.loop, 60);
        assert_int_equal(client.ends, 1);
        assert_int_equal(server.upgrades, 1);
        assert_null(strstr(client.detail, "canary"));
    }
    server_down(&server);
}

static void what_does_not_answer_fails(void **state)
{
    struct server server;
    struct client client;
    char url[100];
    uint16_t port;
    (void)state;
    server_up(&server);
    close(bare_listen(&port));
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/", (unsigned)port);
    dial_url(server.world, &client, url, (struct ws_options){ .open_ms = 3000 });
    assert_true(spin(server.loop, &client.ends, 1, 5000));
    assert_int_equal(client.end, WS_END_FAILED);
    dial_url(server.world, &client, "wss://no-such-host.invalid/",
             (struct ws_options){ .open_ms = 3000 });
    assert_true(spin(server.loop, &client.ends, 1, 5000));
    assert_int_equal(client.end, WS_END_FAILED);
    assert_int_not_equal(strlen(client.detail), 0);
    static const char *const nowhere[] = { "wss://240.0.0.1/", "wss://[2001:db8::1]:9/",
                                           "wss://[::1]:1/" };
    for (size_t i = 0; i < COUNT(nowhere); i++) {
        dial_url(server.world, &client, nowhere[i], (struct ws_options){ .open_ms = 400 });
        assert_true(spin(server.loop, &client.ends, 1, 3000));
        assert_int_equal(client.end, WS_END_FAILED);
        spin_for(server.loop, 30);
        assert_int_equal(client.ends, 1);
    }
    server.cut_at_upgrade = true;
    dial(&server, &client, (struct ws_options){ .open_ms = 3000 });
    assert_true(spin(server.loop, &client.ends, 1, 5000));
    assert_int_equal(client.ends, 1);
    server_down(&server);
}

static void the_second_address_is_tried_too(void **state)
{
    struct server server;
    struct client client;
    char url[100];
    struct listen_options options = { .address = STR("::1") };
    (void)state;
    server = (struct server){ .loop = new_loop(), .echo = true };
    server.world = loop_world(server.loop);
    if (listener_new(server.loop, &options, serve, &server, &server.listener)) {
        loop_free(server.loop);
        skip();                                         /* no IPv6 here */
    }
    snprintf(url, sizeof(url), "ws://localhost:%u/", (unsigned)listener_port(server.listener));
    dial_url(server.world, &client, url, (struct ws_options){ .open_ms = 3000 });
    assert_true(spin(server.loop, &client.opens, 1, 4000));
    hang_up(&server, &client);
    server_down(&server);
}

static void a_mute_server_meets_the_open_deadline(void **state)
{
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    struct client client;
    char url[100], head[2000];
    uint16_t port;
    int listening = bare_listen(&port);
    (void)state;
    snprintf(url, sizeof(url), "ws://localhost:%u/", (unsigned)port);
    int64_t start_ms = world_mono(world).ms;
    dial_url(world, &client, url, (struct ws_options){ .open_ms = 300 });
    int fd = bare_accept(loop, listening);
    assert_true(bare_read(loop, fd, "\r\n\r\n", head, sizeof(head), 2000) > 0);
    assert_null(strstr(head, "permessage-deflate"));
    assert_null(strstr(head, "Sec-WebSocket-Protocol"));
    assert_true(spin(loop, &client.ends, 1, 3000));
    assert_int_equal(client.end, WS_END_FAILED);
    assert_in_range(world_mono(world).ms - start_ms, 295, 1500);
    spin_for(loop, 50);
    assert_int_equal(client.ends, 1);
    /* leaving while it still opens */
    dial_url(world, &client, url, (struct ws_options){ .open_ms = 3000 });
    int second = bare_accept(loop, listening);
    world->ops->ws_close(client.ws);
    spin_for(loop, 100);
    dial_url(world, &client, url, (struct ws_options){ .open_ms = 3000 });
    world->ops->ws_close(client.ws);
    spin_for(loop, 50);
    assert_int_equal(client.ends, 0);
    close(fd);
    close(second);
    close(listening);
    loop_free(loop);
}

static void a_silent_server_is_dead(void **state)
{
    struct server server;
    struct client client;
    (void)state;
    server_up(&server);
    dial(&server, &client, (struct ws_options){ .ping_ms = 50, .dead_ms = 400 });
    assert_true(spin(server.loop, &client.opens, 1, 3000));
    spin_for(server.loop, 1000);
    assert_int_equal(client.ends, 0);                   /* pongs are life enough */
    int64_t start_ms = world_mono(server.world).ms;
    ws_peer_silence(server.peer, true);
    assert_true(spin(server.loop, &client.ends, 1, 3000));
    assert_int_equal(client.end, WS_END_DEAD);
    assert_in_range(world_mono(server.world).ms - start_ms, 300, 900);
    spin_for(server.loop, 1300);                        /* the cut after a second */
    assert_int_equal(client.ends, 1);
    ws_peer_silence(server.peer, false);
    assert_true(spin(server.loop, &server.ends, 1, 2000));
    server_down(&server);
}

/* Our own pings are off; the server's alone keep it alive, though the library hides them. */
static void the_servers_pings_count_as_life(void **state)
{
    struct server server;
    struct client client;
    (void)state;
    server_up(&server);
    dial(&server, &client, (struct ws_options){ .ping_ms = 60000, .dead_ms = 300 });
    assert_true(spin(server.loop, &client.opens, 1, 3000));
    for (int i = 0; i < 9; i++) {
        ws_peer_ping(server.peer, STR("Ping from test"));
        spin_for(server.loop, 100);
    }
    assert_int_equal(client.ends, 0);
    assert_true(spin(server.loop, &client.ends, 1, 2000));
    assert_int_equal(client.end, WS_END_DEAD);
    server_down(&server);
}

static void a_close_nobody_answers_is_cut_after_a_second(void **state)
{
    struct server server;
    struct client client;
    (void)state;
    server_up(&server);
    dial_open(&server, &client);
    ws_peer_silence(server.peer, true);
    int before = open_fds();
    server.world->ops->ws_close(client.ws);
    spin_for(server.loop, 500);
    assert_int_equal(open_fds(), before);
    spin_for(server.loop, 1000);
    assert_int_equal(open_fds(), before - 1);
    assert_int_equal(client.ends, 0);
    server_down(&server);
}

static void an_owner_may_leave_inside_its_own_callback(void **state)
{
    struct server server;
    struct client client;
    (void)state;
    server_up(&server);
    dial_open(&server, &client);
    client.close_at_text = true;
    for (int i = 0; i < 3; i++)
        assert_int_equal(ws_peer_text(server.peer, STR("one of three")), OK);
    assert_true(spin(server.loop, &server.ends, 1, 3000));
    assert_int_equal(client.texts, 1);
    assert_int_equal(client.ends, 0);
    server_down(&server);
}

static void the_queue_is_bounded_and_flushed_before_the_close(void **state)
{
    struct server server;
    struct client client;
    int queued = 0;
    (void)state;
    server_up(&server);
    server.echo = false;
    dial_open(&server, &client);
    while (queued < 5000
           && server.world->ops->ws_text(client.ws, STR("{\"envelope_id\":\"x\"}")) == OK)
        queued++;
    assert_int_equal(queued, 1024);
    assert_int_equal(server.world->ops->ws_text(client.ws, STR("x")), ERR_TOO_BIG);
    server.world->ops->ws_close(client.ws);
    assert_true(spin(server.loop, &server.ends, 1, 5000));
    assert_int_equal(server.texts, 1024);
    assert_int_equal(server.code, 1000);
    server_down(&server);
}

static void a_thousand_frames_both_ways_keep_their_number(void **state)
{
    struct server server;
    struct client client;
    (void)state;
    server_up(&server);
    dial_open(&server, &client);
    for (int i = 0; i < 20; i++) {
        for (int j = 0; j < 500; j++)
            say(&client, STR("{\"payload\":\"some text that is about as long as an ack\"}"));
        assert_true(spin(server.loop, &client.texts, (i + 1) * 500, 10000));
    }
    assert_int_equal(server.texts, 10000);
    assert_int_equal(client.texts, 10000);
    hang_up(&server, &client);
    server_down(&server);
}

static void bad_urls_open_nothing(void **state)
{
    static const char *const urls[] = { "ws://example.com/", "http://127.0.0.1/", "wss://", "",
                                        "wss://user@example.com/" };
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    struct client client = { .world = world };
    (void)state;
    for (size_t i = 0; i < COUNT(urls); i++) {
        struct ws_options options = { .url = str_from_z(urls[i]) };
        assert_null(world->ops->ws_open(world, &options, &client_events, &client));
    }
    struct ws_options broken = { .url = STR("ws://127.0.0.1:9/"),
                                 .authorization = STR("a\r\nHost: b") };
    assert_null(world->ops->ws_open(world, &broken, &client_events, &client));
    loop_free(loop);
}

static void a_hundred_reconnects_leave_no_descriptor(void **state)
{
    struct server server;
    struct client client;
    int before = 0;
    (void)state;
    server_up(&server);
    for (int i = 0; i < 100; i++) {
        dial_open(&server, &client);
        if (i % 3 == 0) {
            ws_peer_cut(server.peer);
            assert_true(spin(server.loop, &client.ends, 1, 3000));
        } else if (i % 3 == 1) {
            ws_peer_close(server.peer, 1001);
            assert_true(spin(server.loop, &client.ends, 1, 3000));
        } else {
            server.world->ops->ws_close(client.ws);
            assert_true(spin(server.loop, &server.ends, 1, 3000));
        }
        server.ends = 0;
        spin_for(server.loop, 25);
        if (i == 5)
            before = open_fds();
    }
    assert_int_equal(open_fds(), before);
    server_down(&server);
}

/* Frames written by hand, so that they may break the rules. */
static void expect_from_bytes(const char *bytes, size_t len, enum ws_end end, int status, int texts)
{
    static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                 "Connection: Upgrade\r\nSec-WebSocket-Accept: ";
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    struct client client;
    char url[100], head[2000], accept[100];
    uint16_t port;
    int listening = bare_listen(&port);
    snprintf(url, sizeof(url), "ws://127.0.0.1:%u/", (unsigned)port);
    dial_url(world, &client, url, (struct ws_options){ .open_ms = 3000 });
    int fd = bare_accept(loop, listening);
    assert_true(bare_read(loop, fd, "\r\n\r\n", head, sizeof(head), 2000) > 0);
    char *key = strcasestr(head, "sec-websocket-key: ");
    assert_non_null(key);
    ws_accept_key((struct str){ key + 19, 24 }, accept);
    bare_send(fd, answer, sizeof(answer) - 1);
    bare_send(fd, accept, strlen(accept));
    bare_send(fd, "\r\n\r\n", 4);
    assert_true(spin(loop, &client.opens, 1, 3000));
    bare_send(fd, bytes, len);
    shutdown(fd, SHUT_WR);
    assert_true(spin(loop, &client.ends, 1, 4000));
    assert_int_equal(client.end, end);
    assert_int_equal(client.status, status);
    assert_int_equal(client.texts, texts);
    close(fd);
    close(listening);
    loop_free(loop);
}

static void broken_frames_end_the_link_and_nothing_else(void **state)
{
    (void)state;
#define FROM(literal) literal, sizeof(literal) - 1
    expect_from_bytes(FROM("\x01\x02"
                           "ab"
                           "\x89\x00"
                           "\x00\x01"
                           "c"
                           "\x80\x01"
                           "d"
                           "\x88\x02\x03\xe9"),
                      WS_END_CLOSED, 1001, 1);
    expect_from_bytes(FROM("\x81\x02\xc3\x28" "\x81\x01x"), WS_END_CLOSED, 1007, 0);
    expect_from_bytes(FROM("\x82\x02\xc3\x28" "\x81\x01x" "\x88\x00"), WS_END_CLOSED, 0, 1);
    expect_from_bytes(FROM("\x81\x7f\x00\x00\x00\x00\xff\xff\xff\xff" "abc"), WS_END_CLOSED, 0, 0);
#undef FROM
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_echo_comes_back_and_the_close_is_heard),
        cmocka_unit_test(frames_of_every_length_pass),
        cmocka_unit_test(a_frame_above_the_limit_closes_with_1009),
        cmocka_unit_test(the_servers_close_code_arrives),
        cmocka_unit_test(a_refused_upgrade_tells_its_status),
        cmocka_unit_test(what_does_not_answer_fails),
        cmocka_unit_test(the_second_address_is_tried_too),
        cmocka_unit_test(a_mute_server_meets_the_open_deadline),
        cmocka_unit_test(a_silent_server_is_dead),
        cmocka_unit_test(the_servers_pings_count_as_life),
        cmocka_unit_test(a_close_nobody_answers_is_cut_after_a_second),
        cmocka_unit_test(an_owner_may_leave_inside_its_own_callback),
        cmocka_unit_test(the_queue_is_bounded_and_flushed_before_the_close),
        cmocka_unit_test(a_thousand_frames_both_ways_keep_their_number),
        cmocka_unit_test(bad_urls_open_nothing),
        cmocka_unit_test(a_hundred_reconnects_leave_no_descriptor),
        cmocka_unit_test(broken_frames_end_the_link_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
