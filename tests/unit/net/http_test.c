#include "bare.h"

struct heard {
    int count;
    enum http_outcome outcome;
    int status;
    char body[8192], retry_after[64], content_type[64], detail[300];
};

static void keep(struct str s, char *out, size_t room)
{
    size_t len = s.len < room - 1 ? s.len : room - 1;
    memcpy(out, s.len ? s.ptr : "", len);
    out[len] = '\0';
}

static void on_reply(void *arg, const struct http_reply *reply)
{
    struct heard *heard = arg;
    heard->count++;
    heard->outcome = reply->outcome;
    heard->status = reply->status;
    keep(reply->body, heard->body, sizeof(heard->body));
    keep(reply->retry_after, heard->retry_after, sizeof(heard->retry_after));
    keep(reply->content_type, heard->content_type, sizeof(heard->content_type));
    keep(reply->detail, heard->detail, sizeof(heard->detail));
}

/* What the server of these tests does, by path. */
struct place { int requests, canary; uint64_t cancel; struct exchange *waiting; };

static void serve(void *arg, struct exchange *exchange, const struct listen_request *request)
{
    static char big[6000];
    struct place *place = arg;
    struct str plain = STR("text/plain");
    place->requests++;
    memset(big, 'x', sizeof(big));
    if (same(request->path, "/echo"))
        exchange_reply(exchange, 200, plain, request->body, NULL, 0);
    else if (same(request->path, "/agent"))
        exchange_reply(exchange, 200, plain, exchange_header(exchange, STR("x-test")), NULL, 0);
    else if (same(request->path, "/encoding"))
        exchange_reply(exchange, 200, plain, exchange_header(exchange, STR("accept-encoding")),
                       NULL, 0);
    else if (same(request->path, "/later"))
        exchange_reply(exchange, 429, STR("application/json"), STR("{}"),
                       &(struct http_header){ STR("Retry-After"), STR("17") }, 1);
    else if (same(request->path, "/moved"))
        exchange_reply(exchange, 302, plain, STR(""),
                       &(struct http_header){ STR("Location"), STR("/canary") }, 1);
    else if (same(request->path, "/canary")) {
        place->canary++;
        exchange_reply(exchange, 200, plain, STR("sang"), NULL, 0);
    } else if (same(request->path, "/big"))
        exchange_reply(exchange, 200, plain, (struct str){ big, sizeof(big) }, NULL, 0);
    else if (same(request->path, "/drop"))
        exchange_drop(exchange);
    else
        place->waiting = exchange;
}

struct stage {
    struct loop *loop;
    struct world *world;
    struct listener *listener;
    struct place place;
};

static void stage_up(struct stage *stage)
{
    struct listen_options options = { .port = 0 };
    *stage = (struct stage){ .loop = new_loop() };
    stage->world = loop_world(stage->loop);
    assert_int_equal(listener_new(stage->loop, &options, serve, &stage->place, &stage->listener),
                     OK);
}

static void stage_down(struct stage *stage)
{
    listener_free(stage->listener);
    loop_free(stage->loop);
}

static struct http_request request_of(const struct stage *stage, const char *method,
                                      const char *path, const char *body, char url[100])
{
    snprintf(url, 100, "http://127.0.0.1:%u%s", (unsigned)listener_port(stage->listener), path);
    return (struct http_request){ .method = str_from_z(method), .url = str_from_z(url),
                                  .body = str_from_z(body), .timeout_ms = 3000 };
}

static struct heard ask(struct stage *stage, const struct http_request *request)
{
    struct heard heard = { .count = 0 };
    uint64_t id = 0;
    assert_int_equal(stage->world->ops->http_request(stage->world, request, on_reply, &heard, &id),
                     OK);
    assert_int_not_equal(id, 0);
    assert_int_equal(heard.count, 0);
    assert_true(spin(stage->loop, &heard.count, 1, 8000));
    return heard;
}

static struct heard ask_path(struct stage *stage, const char *method, const char *path,
                             const char *body)
{
    char url[100];
    struct http_request request = request_of(stage, method, path, body, url);
    return ask(stage, &request);
}

static void a_reply_comes_whole(void **state)
{
    struct stage stage;
    (void)state;
    stage_up(&stage);
    struct heard heard = ask_path(&stage, "POST", "/echo", "{\"a\":1}");
    assert_int_equal(heard.outcome, HTTP_REPLIED);
    assert_int_equal(heard.status, 200);
    assert_string_equal(heard.body, "{\"a\":1}");
    assert_string_equal(heard.content_type, "text/plain");
    assert_string_equal(heard.retry_after, "");
    heard = ask_path(&stage, "GET", "/encoding", "");
    assert_string_equal(heard.body, "");
    stage_down(&stage);
}

static void headers_go_out_and_cannot_break_lines(void **state)
{
    struct stage stage;
    struct heard heard = { .count = 0 };
    char url[100];
    uint64_t id = 7;
    (void)state;
    stage_up(&stage);
    struct http_request request = request_of(&stage, "GET", "/agent", "", url);
    struct http_header header = { STR("X-Test"), STR("one two") };
    request.headers = &header;
    request.headers_len = 1;
    heard = ask(&stage, &request);
    assert_string_equal(heard.body, "one two");
    header.value = STR("one\r\nX-Other: two");
    heard.count = 0;
    assert_int_equal(stage.world->ops->http_request(stage.world, &request, on_reply, &heard, &id),
                     ERR_INVALID);
    assert_int_equal(id, 7);
    spin_for(stage.loop, 30);
    assert_int_equal(heard.count, 0);
    stage_down(&stage);
}

static void a_429_brings_its_retry_after(void **state)
{
    struct stage stage;
    (void)state;
    stage_up(&stage);
    struct heard heard = ask_path(&stage, "POST", "/later", "x");
    assert_int_equal(heard.outcome, HTTP_REPLIED);
    assert_int_equal(heard.status, 429);
    assert_string_equal(heard.retry_after, "17");
    assert_string_equal(heard.content_type, "application/json");
    stage_down(&stage);
}

static void a_redirect_is_not_followed(void **state)
{
    struct stage stage;
    (void)state;
    stage_up(&stage);
    struct heard heard = ask_path(&stage, "GET", "/moved", "");
    assert_int_equal(heard.status, 302);
    spin_for(stage.loop, 50);
    assert_int_equal(stage.place.canary, 0);
    stage_down(&stage);
}

static void a_body_above_the_cap_is_unknown(void **state)
{
    struct stage stage;
    char url[100];
    (void)state;
    stage_up(&stage);
    struct http_request request = request_of(&stage, "POST", "/big", "x", url);
    request.reply_bytes_max = 5999;
    struct heard heard = ask(&stage, &request);
    assert_int_equal(heard.outcome, HTTP_UNKNOWN);
    assert_int_equal(heard.status, 0);
    assert_string_equal(heard.detail, "the reply is larger than allowed");
    request.reply_bytes_max = 6000;
    assert_int_equal(ask(&stage, &request).outcome, HTTP_REPLIED);
    stage_down(&stage);
}

static void silence_after_the_request_is_unknown(void **state)
{
    struct stage stage;
    char url[100];
    (void)state;
    stage_up(&stage);
    struct http_request request = request_of(&stage, "POST", "/wait?token=canary", "x", url);
    request.timeout_ms = 150;
    struct heard heard = ask(&stage, &request);
    assert_int_equal(heard.outcome, HTTP_UNKNOWN);
    assert_null(strstr(heard.detail, "canary"));
    assert_int_not_equal(strlen(heard.detail), 0);
    exchange_reply(stage.place.waiting, 200, STR("text/plain"), STR("late"), NULL, 0);
    spin_for(stage.loop, 30);
    stage_down(&stage);
}

static void a_drop_after_the_request_is_unknown_and_never_repeated(void **state)
{
    struct stage stage;
    (void)state;
    stage_up(&stage);
    struct heard heard = ask_path(&stage, "POST", "/drop", "x");
    assert_int_equal(heard.outcome, HTTP_UNKNOWN);
    assert_int_equal(stage.place.requests, 1);
    /* On a kept connection curl itself would send the same post again. */
    assert_int_equal(ask_path(&stage, "POST", "/echo", "y").status, 200);
    heard = ask_path(&stage, "POST", "/drop", "x");
    assert_int_equal(heard.outcome, HTTP_UNKNOWN);
    assert_int_equal(stage.place.requests, 3);
    assert_int_equal(ask_path(&stage, "POST", "/echo", "y").status, 200);
    heard = ask_path(&stage, "DELETE", "/drop", "");
    assert_int_equal(heard.outcome, HTTP_UNKNOWN);
    assert_int_equal(stage.place.requests, 5);
    stage_down(&stage);
}

static void a_closed_port_and_an_unknown_name_are_not_sent(void **state)
{
    struct stage stage;
    char url[100];
    uint16_t port;
    (void)state;
    stage_up(&stage);
    close(bare_listen(&port));
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/x", (unsigned)port);
    struct http_request request = { .method = STR("POST"),
                                    .url = str_from_z(url),
                                    .body = STR("x"),
                                    .timeout_ms = 4000 };
    struct heard heard = ask(&stage, &request);
    assert_int_equal(heard.outcome, HTTP_NOT_SENT);
    assert_int_not_equal(strlen(heard.detail), 0);
    request.url = STR("https://no-such-host.invalid/x");
    heard = ask(&stage, &request);
    assert_int_equal(heard.outcome, HTTP_NOT_SENT);
    assert_int_not_equal(strlen(heard.detail), 0);
    stage_down(&stage);
}

static void a_tls_port_that_speaks_no_tls_is_not_sent(void **state)
{
    struct stage stage;
    char url[100];
    (void)state;
    stage_up(&stage);
    snprintf(url, sizeof(url), "https://127.0.0.1:%u/echo",
             (unsigned)listener_port(stage.listener));
    struct http_request request = { .method = STR("POST"), .url = str_from_z(url), .body = STR("x"),
                                    .timeout_ms = 2000 };
    assert_int_equal(ask(&stage, &request).outcome, HTTP_NOT_SENT);
    assert_int_equal(stage.place.requests, 0);
    stage_down(&stage);
}

static void only_https_or_loopback_is_allowed(void **state)
{
    static const char *const urls[] = {
        "http://example.com/",
        "http://127.0.0.1.example.com/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "ws://127.0.0.1/",
        "https://",
        "http://user@127.0.0.1/",
        "https://example.com/a b",
        "http://10.0.0.1/",
        "gopher://localhost/",
        "",
    };
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    struct heard heard = { .count = 0 };
    (void)state;
    for (size_t i = 0; i < COUNT(urls); i++) {
        struct http_request request = { .method = STR("GET"), .url = str_from_z(urls[i]) };
        uint64_t id = 0;
        assert_int_equal(world->ops->http_request(world, &request, on_reply, &heard, &id),
                         ERR_INVALID);
        assert_int_equal(id, 0);
    }
    spin_for(loop, 20);
    assert_int_equal(heard.count, 0);
    loop_free(loop);
}

static void a_cancelled_call_says_nothing(void **state)
{
    struct stage stage;
    struct heard heard = { .count = 0 };
    char url[100];
    uint64_t id = 0, other = 0;
    (void)state;
    stage_up(&stage);
    struct http_request request = request_of(&stage, "POST", "/echo", "x", url);
    struct http_request named = { .method = STR("GET"),
                                  .url = STR("https://no-such-host.invalid/") };
    assert_int_equal(stage.world->ops->http_request(stage.world, &request, on_reply, &heard, &id),
                     OK);
    assert_int_equal(stage.world->ops->http_request(stage.world, &named, on_reply, &heard, &other),
                     OK);
    assert_int_not_equal(id, other);
    stage.world->ops->http_cancel(stage.world, id);
    stage.world->ops->http_cancel(stage.world, other);
    stage.world->ops->http_cancel(stage.world, id);
    stage.world->ops->http_cancel(stage.world, 999);
    spin_for(stage.loop, 100);
    assert_int_equal(heard.count, 0);
    /* and one that is under way while the loop ends */
    request = request_of(&stage, "POST", "/wait", "x", url);
    assert_int_equal(stage.world->ops->http_request(stage.world, &request, on_reply, &heard, &id),
                     OK);
    spin_for(stage.loop, 50);
    stage_down(&stage);
    assert_int_equal(heard.count, 0);
}

static void cancel_other(void *arg, const struct http_reply *reply)
{
    struct stage *stage = arg;
    (void)reply;
    stage->place.canary++;
    stage->world->ops->http_cancel(stage->world, stage->place.cancel);
}

static void a_reply_may_cancel_another_call(void **state)
{
    struct stage stage;
    struct heard heard = { .count = 0 };
    char url[100];
    uint64_t id = 0;
    (void)state;
    stage_up(&stage);
    struct http_request request = request_of(&stage, "POST", "/wait", "x", url);
    assert_int_equal(stage.world->ops->http_request(stage.world, &request, on_reply, &heard,
                                                    &stage.place.cancel), OK);
    request = request_of(&stage, "POST", "/echo", "x", url);
    assert_int_equal(
        stage.world->ops->http_request(stage.world, &request, cancel_other, &stage, &id), OK);
    assert_true(spin(stage.loop, &stage.place.canary, 1, 3000));
    spin_for(stage.loop, 50);
    assert_int_equal(heard.count, 0);
    stage_down(&stage);
}

static void fifty_at_once_share_the_connections(void **state)
{
    struct stage stage;
    struct heard heard = { .count = 0 };
    char url[100];
    uint64_t id = 0;
    (void)state;
    stage_up(&stage);
    assert_int_equal(ask_path(&stage, "POST", "/echo", "warm").status, 200);
    struct http_request request = request_of(&stage, "POST", "/echo", "x", url);
    int before = open_fds();
    for (int i = 0; i < 50; i++)
        assert_int_equal(
            stage.world->ops->http_request(stage.world, &request, on_reply, &heard, &id), OK);
    int most = 0;
    while (heard.count < 50) {
        loop_run_once(stage.loop, 10);
        most = open_fds() - before > most ? open_fds() - before : most;
    }
    assert_int_equal(heard.outcome, HTTP_REPLIED);
    assert_in_range(most, 1, 2 * 32);               /* both ends are ours */
    for (int i = 0; i < 200; i++)
        assert_int_equal(ask_path(&stage, "POST", "/echo", "again").status, 200);
    assert_true(open_fds() - before <= 2 * 32);
    stage_down(&stage);
}

/* A bare server that sends what it is told, then closes. */
static struct heard ask_bare(const char *answer, const char *method)
{
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    struct heard heard = { .count = 0 };
    char url[100], head[4096];
    uint16_t port;
    uint64_t id = 0;
    int listening = bare_listen(&port);
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/secret-path?token=canary", (unsigned)port);
    struct http_request request = {
        .method = str_from_z(method), .url = str_from_z(url), .body = STR("x"), .timeout_ms = 2000
    };
    assert_int_equal(world->ops->http_request(world, &request, on_reply, &heard, &id), OK);
    int fd = bare_accept(loop, listening);
    assert_true(bare_read(loop, fd, "\r\n\r\n", head, sizeof(head), 2000) > 0);
    bare_send(fd, answer, strlen(answer));
    close(fd);
    assert_true(spin(loop, &heard.count, 1, 4000));
    assert_null(strstr(heard.detail, "canary"));
    close(listening);
    loop_free(loop);
    return heard;
}

static void broken_answers_are_unknown(void **state)
{
    static const char *const answers[] = {
        "",
        "HTTP/1.1 2",
        "canary canary\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\ncanary",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        assert_int_equal(ask_bare(answers[i], "POST").outcome, HTTP_UNKNOWN);
    }
    assert_int_equal(ask_bare("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "POST").outcome,
                     HTTP_REPLIED);
}

/* A reply that begins with a folded line has no header to belong to, least of all one of the reply
 * before (libcurl before 8.1.1 looked for it there, in freed memory). */
static void a_folded_line_does_not_go_on_with_the_last_reply(void **state)
{
    static const char *const answers[] = {
        "HTTP/1.1 200 OK\r\nX-First: some words\r\nConnection: close\r\n\r\nx",
        "HTTP/1.1 200 OK\r\n folded\r\nConnection: close\r\n\r\ny",
    };
    struct loop *loop = new_loop();
    struct world *world = loop_world(loop);
    char url[100], head[4096];
    uint16_t port;
    uint64_t id = 0;
    int listening = bare_listen(&port);
    (void)state;
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/x", (unsigned)port);
    for (size_t i = 0; i < 2 * COUNT(answers); i++) {
        struct heard heard = { .count = 0 };
        struct http_request request = {
            .method = STR("POST"), .url = str_from_z(url), .body = STR("x"), .timeout_ms = 2000
        };
        assert_int_equal(world->ops->http_request(world, &request, on_reply, &heard, &id), OK);
        int fd = bare_accept(loop, listening);
        assert_true(bare_read(loop, fd, "\r\n\r\n", head, sizeof(head), 2000) > 0);
        bare_say(fd, answers[i % 2]);
        close(fd);
        assert_true(spin(loop, &heard.count, 1, 4000));
        assert_true(i % 2 || heard.outcome == HTTP_REPLIED);
    }
    close(listening);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_comes_whole),
        cmocka_unit_test(headers_go_out_and_cannot_break_lines),
        cmocka_unit_test(a_429_brings_its_retry_after),
        cmocka_unit_test(a_redirect_is_not_followed),
        cmocka_unit_test(a_body_above_the_cap_is_unknown),
        cmocka_unit_test(silence_after_the_request_is_unknown),
        cmocka_unit_test(a_drop_after_the_request_is_unknown_and_never_repeated),
        cmocka_unit_test(a_closed_port_and_an_unknown_name_are_not_sent),
        cmocka_unit_test(a_tls_port_that_speaks_no_tls_is_not_sent),
        cmocka_unit_test(only_https_or_loopback_is_allowed),
        cmocka_unit_test(a_cancelled_call_says_nothing),
        cmocka_unit_test(a_reply_may_cancel_another_call),
        cmocka_unit_test(fifty_at_once_share_the_connections),
        cmocka_unit_test(broken_answers_are_unknown),
        cmocka_unit_test(a_folded_line_does_not_go_on_with_the_last_reply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
