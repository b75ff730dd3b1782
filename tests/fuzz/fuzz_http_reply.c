/* What a server sends back, over a real socket: an answer made well, in any framing and cut into
 * pieces, arrives as it was made; bytes from nowhere end in one of the three outcomes. */
#include "fuzz.h"

#include "unit/net/bare.h"

enum { BODY_MAX = 2048, REPLY_MAX = 1024, TIMEOUT_MS = 20000 };

struct made {
    struct buf bytes;
    char body[BODY_MAX];
    size_t len;
    int status;
    struct str retry_after;
    bool whole;
};

struct heard {
    struct str body;
    char bytes[REPLY_MAX], retry_after[64];
    int status, calls;
    enum http_outcome outcome;
};

static void on_done(void *arg, const struct http_reply *reply)
{
    struct heard *heard = arg;
    heard->calls++;
    heard->outcome = reply->outcome;
    heard->status = reply->status;
    REQUIRE(reply->body.len <= REPLY_MAX && reply->retry_after.len < sizeof heard->retry_after);
    if (reply->body.len)
        memcpy(heard->bytes, reply->body.ptr, reply->body.len);
    heard->body = (struct str){ heard->bytes, reply->body.len };
    (void)snprintf(
        heard->retry_after, sizeof heard->retry_after, "%.*s", STR_ARG(reply->retry_after));
    REQUIRE((reply->outcome == HTTP_REPLIED) == (reply->status > 0));
    REQUIRE(reply->outcome == HTTP_REPLIED || !reply->body.len);
    REQUIRE(str_find(reply->content_type, '\n') == reply->content_type.len);
    REQUIRE(!str_contains(reply->detail, STR("secret")));
}

static void add_body(struct made *made, struct feed *feed, uint8_t framing)
{
    struct str left = { made->body, made->len };
    if (framing == 0) {
        buf_addf(&made->bytes, "Content-Length: %zu\r\n\r\n", made->len);
        buf_add(&made->bytes, left);
    } else if (framing == 1) { /* to the end of the connection */
        buf_add(&made->bytes, STR("Connection: close\r\n\r\n"));
        buf_add(&made->bytes, left);
    } else {
        buf_add(&made->bytes, STR("Transfer-Encoding: chunked\r\n\r\n"));
        while (left.len) {
            size_t chunk = 1 + take_byte(feed);
            struct str piece = str_slice(left, 0, chunk);
            buf_addf(&made->bytes, "%zx%s\r\n", piece.len, framing == 2 ? "" : ";a=\"b\"");
            buf_add(&made->bytes, piece);
            buf_add(&made->bytes, STR("\r\n"));
            left = str_slice(left, piece.len, left.len);
        }
        buf_add(&made->bytes, framing == 2 ? STR("0\r\n\r\n") : STR("0\r\nX-After: b\r\n\r\n"));
    }
}

static void make(struct made *made, struct feed *feed)
{
    static const int statuses[] = { 200, 201, 302, 400, 404, 429, 500, 502, 503, 599 };
    static const struct str after[] = { STR_INIT(""), STR_INIT("0"), STR_INIT("30"),
        STR_INIT("Wed, 05 Mar 2031 10:00:00 GMT"), STR_INIT("-1") };
    uint8_t how = take_byte(feed), what = take_byte(feed);
    made->whole = how & 128;
    made->status = statuses[what % COUNT(statuses)];
    made->retry_after = after[(what >> 4) % COUNT(after)];
    if (!made->whole) {
        if (how & 64)
            buf_add(&made->bytes, STR("HTTP/1.1 200 OK\r\n"));
        buf_add(&made->bytes, take_rest(feed));
        return;
    }
    made->len = take_number(feed, 2) % BODY_MAX;
    for (size_t i = 0; i < made->len; i++)
        made->body[i] = (char)(i * 31 + how);
    buf_addf(&made->bytes, "HTTP/1.%d %d Words here\r\n", how & 1, made->status);
    if (made->retry_after.len)
        buf_addf(&made->bytes, "%s: %.*s\r\n", how & 2 ? "retry-after" : "Retry-After",
            STR_ARG(made->retry_after));
    add_body(made, feed, how & 1 ? how >> 2 & 3 : how >> 2 & 1); /* HTTP/1.0 knows no chunks */
}

/* Takes the request, gives the bytes in one or two pieces and hangs up. */
static void serve(struct loop *loop, int fd, struct str bytes, size_t cut, const int *calls)
{
    char request[4096];
    size_t got = 0;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 100 && !*calls && !(got >= 4 && memmem(request, got, "\r\n\r\n", 4)); i++) {
        ssize_t now = recv(fd, request + got, sizeof request - got, 0);
        got += now > 0 ? (size_t)now : 0;
        if (now < 0)
            loop_run_once(loop, 1);
    }
    struct str first = str_slice(bytes, 0, bytes.len ? cut % bytes.len : 0);
    struct str rest = str_slice(bytes, first.len, bytes.len);
    (void)!send(fd, first.ptr, first.len, MSG_NOSIGNAL);
    if (first.len)
        loop_run_once(loop, 0);
    (void)!send(fd, rest.ptr, rest.len, MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
}

static void check(const struct made *made, const struct heard *heard)
{
    if (!made->whole)
        return;
    if (made->len > REPLY_MAX) { /* a body too big may mean anything was done */
        REQUIRE(heard->outcome == HTTP_UNKNOWN);
        return;
    }
    REQUIRE(heard->outcome == HTTP_REPLIED && heard->status == made->status);
    REQUIRE(str_equal(heard->body, (struct str){ made->body, made->len }));
    REQUIRE(str_equal(str_from_z(heard->retry_after), made->retry_after));
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static struct loop *loop;
    static uint16_t port;
    static int listening;
    static struct made made;
    struct feed feed = feed_of(data, size);
    struct heard heard = { .calls = 0 };
    uint64_t call_id = 0;
    char url[64];
    if (!loop) {
        loop = new_loop();
        listening = bare_listen(&port);
    }
    made = (struct made){ .bytes = buf_heap(1 << 16) };
    size_t cut = take_number(&feed, 2);
    make(&made, &feed);
    REQUIRE(!made.bytes.failed);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/api/secret", port);
    struct http_request request = { .method = STR("POST"), .url = str_from_z(url),
        .body = STR("{}"), .timeout_ms = TIMEOUT_MS, .reply_bytes_max = REPLY_MAX };
    struct world *world = loop_world(loop);
    REQUIRE(!world->ops->http_request(world, &request, on_done, &heard, &call_id));
    int fd = bare_accept(loop, listening);
    REQUIRE(fd >= 0);
    serve(loop, fd, buf_str(&made.bytes), cut, &heard.calls);
    REQUIRE(spin(loop, &heard.calls, 1, TIMEOUT_MS) && heard.calls == 1);
    close(fd);
    check(&made, &heard);
    buf_free(&made.bytes);
    return 0;
}
