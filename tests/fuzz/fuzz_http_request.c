/* What a client sends to the listener, over a real socket: a request made well, cut into pieces,
 * arrives as it was made; bytes from nowhere are answered by a status or a closed connection, never
 * by more requests than could be in them. */
#include "fuzz.h"

#include "unit/net/bare.h"

enum { BODY_MAX = 512, PATH_MAX_BYTES = 64, ROUNDS_MAX = 2000 };

struct heard {
    int calls;
    struct buf path, query, body;
    char method[16];
};

static void on_request(void *arg, struct exchange *exchange, const struct listen_request *request)
{
    struct heard *heard = arg;
    heard->calls++;
    REQUIRE(request->body.len <= BODY_MAX && request->path.len > 0);
    REQUIRE(str_find(request->path, '\0') == request->path.len);
    REQUIRE(str_find(request->query, '\r') == request->query.len);
    buf_reset(&heard->path);
    buf_reset(&heard->query);
    buf_reset(&heard->body);
    buf_add(&heard->path, request->path);
    buf_add(&heard->query, request->query);
    buf_add(&heard->body, request->body);
    (void)snprintf(heard->method, sizeof heard->method, "%.*s", STR_ARG(request->method));
    (void)exchange_header(exchange, STR("X-Some"));
    exchange_reply(exchange, 200, STR("text/plain"), STR("heard\n"), NULL, 0);
}

struct made {
    struct buf bytes, path;
    struct str query, body;
    bool whole, too_big;
};

static void add_path(struct made *made, struct feed *feed, size_t len)
{
    buf_add_byte(&made->path, '/');
    buf_add_byte(&made->bytes, '/');
    while (len--) {
        char c = (char)take_byte(feed);
        c = c ? c : 'n';
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '.';
        buf_add_byte(&made->path, c);
        if (plain)
            buf_add_byte(&made->bytes, c);
        else
            buf_addf(&made->bytes, "%%%02X", (unsigned)(unsigned char)c);
    }
}

static void make(struct made *made, struct feed *feed)
{
    static const struct str queries[] = { STR_INIT(""), STR_INIT("a=b"), STR_INIT("a=%41&b=+"),
        STR_INIT("??") };
    uint8_t how = take_byte(feed);
    made->whole = how & 128;
    if (!made->whole) {
        if (how & 64)
            buf_add(&made->bytes, STR("GET /"));
        buf_add(&made->bytes, take_rest(feed));
        return;
    }
    buf_add(&made->bytes, STR("POST "));
    add_path(made, feed, take_byte(feed) % PATH_MAX_BYTES);
    made->query = queries[how % COUNT(queries)];
    if (made->query.len)
        buf_addf(&made->bytes, "?%.*s", STR_ARG(made->query));
    buf_add(&made->bytes, STR(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"));
    made->body = take_rest(feed);
    made->too_big = made->body.len > BODY_MAX;
    if (how & 32) {
        buf_addf(&made->bytes, "Content-Length: %zu\r\n\r\n", made->body.len);
        buf_add(&made->bytes, made->body);
        return;
    }
    buf_add(&made->bytes, STR("Transfer-Encoding: chunked\r\n\r\n"));
    for (struct str rest = made->body; rest.len; rest = str_slice(rest, 1 + how % 50, rest.len)) {
        struct str piece = str_slice(rest, 0, 1 + how % 50);
        buf_addf(&made->bytes, "%zX\r\n%.*s", piece.len, 0, "");
        buf_add(&made->bytes, piece);
        buf_add(&made->bytes, STR("\r\n"));
    }
    buf_add(&made->bytes, STR("0\r\n\r\n"));
}

/* What comes back until the server hangs up; or, when nothing needs to come, for a few rounds: half
 * a request whose client is gone may lie there until the idle time is over. */
static void ask(struct loop *loop, uint16_t port, struct str bytes, size_t cut, bool whole,
    struct buf *reply)
{
    static const struct linger reset = { 1, 0 };
    char room[4096];
    int fd = bare_connect(port), rounds = whole ? ROUNDS_MAX : 4;
    struct str first = str_slice(bytes, 0, bytes.len ? cut % bytes.len : 0);
    struct str rest = str_slice(bytes, first.len, bytes.len);
    (void)!send(fd, first.ptr, first.len, MSG_NOSIGNAL);
    if (first.len)
        loop_run_once(loop, 0);
    (void)!send(fd, rest.ptr, rest.len, MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    ssize_t got = -1;
    for (int i = 0; i < rounds && got != 0; i++) {
        got = recv(fd, room, sizeof room, 0);
        if (got < 0 && errno != EAGAIN)
            break; /* a reset is an answer too */
        if (got > 0)
            buf_add(reply, (struct str){ room, (size_t)got });
        if (got < 0)
            loop_run_once(loop, whole ? 5 : 0);
    }
    REQUIRE(!whole || got == 0);
    REQUIRE(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0);
    close(fd);
    loop_run_once(loop, 0);
}

static size_t ends_of_heads(struct str bytes)
{
    size_t count = 0; /* a lenient parser takes bare line feeds, too */
    for (size_t i = 1; i < bytes.len; i++)
        count += bytes.ptr[i] == '\n' &&
            (bytes.ptr[i - 1] == '\n' || (i > 1 && bytes.ptr[i - 1] == '\r'));
    return count;
}

static void check(const struct made *made, const struct heard *heard, struct str reply)
{
    REQUIRE(!reply.len || str_starts_with(reply, STR("HTTP/1.")));
    if (!made->whole) {
        REQUIRE((size_t)heard->calls <= ends_of_heads(buf_str(&made->bytes)));
        return;
    }
    REQUIRE(heard->calls == !made->too_big && reply.len);
    REQUIRE(str_starts_with(reply, made->too_big ? STR("HTTP/1.1 413") : STR("HTTP/1.1 200")));
    if (made->too_big)
        return;
    REQUIRE(strcmp(heard->method, "POST") == 0);
    REQUIRE(str_equal(buf_str(&heard->path), buf_str(&made->path)));
    REQUIRE(str_equal(buf_str(&heard->query), made->query));
    REQUIRE(str_equal(buf_str(&heard->body), made->body));
}

int fuzz_one(const uint8_t *data, size_t size)
{
    static struct loop *loop;
    static struct listener *listener;
    static struct heard heard;
    struct feed feed = feed_of(data, size);
    struct made made = { .bytes = buf_heap(1 << 16), .path = buf_heap(1 << 10) };
    struct buf reply = buf_heap(1 << 20);
    if (!loop) {
        struct listen_options options = { .body_bytes_max = BODY_MAX };
        loop = new_loop();
        heard = (struct heard){ .path = buf_heap(1 << 16), .query = buf_heap(1 << 16),
            .body = buf_heap(1 << 16) };
        REQUIRE(!listener_new(loop, &options, on_request, &heard, &listener));
    }
    heard.calls = 0;
    size_t cut = take_number(&feed, 2);
    make(&made, &feed);
    REQUIRE(!made.bytes.failed && !made.path.failed);
    ask(loop, listener_port(listener), buf_str(&made.bytes), cut, made.whole, &reply);
    check(&made, &heard, buf_str(&reply));
    buf_free(&made.bytes);
    buf_free(&made.path);
    buf_free(&reply);
    return 0;
}
