/* A server's answer to the upgrade of a WebSocket, made well or badly or from nowhere. What is
 * taken for an open connection carries the one accept value for the key, worked out here again with
 * OpenSSL; more bytes behind the head change nothing about it. */
#include "fuzz.h"

#include <openssl/evp.h>

#include "net/ws_upgrade.h"

static void accept_for(const char *key, char out[32])
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    char both[WS_KEY_LEN + sizeof guid];
    (void)snprintf(both, sizeof both, "%s%s", key, guid);
    REQUIRE(EVP_Digest(both, strlen(both), digest, &len, EVP_sha1(), NULL) == 1 && len == 20);
    REQUIRE(EVP_EncodeBlock((unsigned char *)out, digest, (int)len) == 28);
}

static void check_key(const uint8_t random[16], const char *key)
{
    unsigned char back[32];
    REQUIRE(strlen(key) == WS_KEY_LEN);
    REQUIRE(EVP_DecodeBlock(back, (const unsigned char *)key, WS_KEY_LEN) == 18);
    REQUIRE(memcmp(back, random, 16) == 0);
}

/* Every header once, any of them left out, doubled, in other words or with a broken value. */
static void make(struct buf *out, struct feed *feed, const char *accept)
{
    static const char *const starts[] = { "HTTP/1.1 101 Switching Protocols", "HTTP/1.1 101",
        "HTTP/1.0 101 x", "HTTP/1.1 200 OK", "HTTP/1.1 429 Slow", "HTTP/2 101", "HTTP/1.1 1O1 x" };
    static const char *const lines[] = { "Upgrade: websocket", "upgrade: h2c, WebSocket",
        "Connection: Upgrade", "connection: keep-alive, upgrade", "Connection: close",
        "Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Extensions: permessage-deflate",
        "X-Other: a: b", " folded", "Sec-WebSocket-Accept", "Upgrade:", "Server: x\r" };
    buf_addf(out, "%s\r\n", starts[take_byte(feed) % 16 % COUNT(starts)]);
    for (unsigned left = take_byte(feed) % 8; left > 0; left--) {
        uint8_t which = take_byte(feed);
        if (which % 4 == 0)
            buf_addf(out, "Sec-WebSocket-Accept: %s%s\r\n", accept, which & 128 ? "x" : "");
        else
            buf_addf(out, "%s\r\n", lines[which % COUNT(lines)]);
    }
    buf_add(out, STR("\r\n"));
    buf_add(out, take_rest(feed));
}

static bool has(struct str bytes, const char *accept)
{
    return str_contains(bytes, str_from_z(accept));
}

static void check_answer(struct str bytes, const struct ws_ask *ask, const char *accept)
{
    size_t head_len = 0, again_len = 0;
    int status = 0, again_status = 0;
    const char *why = NULL;
    enum ws_answer answer = ws_answer_read(bytes, ask, &head_len, &status, &why);
    if (answer == WS_ANSWER_MORE) {
        REQUIRE(bytes.len < WS_HEAD_BYTES_MAX && !str_contains(bytes, STR("\r\n\r\n")));
        return;
    }
    REQUIRE(answer != WS_ANSWER_BAD || (why && why[0]));
    if (answer == WS_ANSWER_BAD)
        return;
    struct str head = str_slice(bytes, 0, head_len);
    REQUIRE(head_len >= 16 && head_len <= bytes.len && str_ends_with(head, STR("\r\n\r\n")));
    REQUIRE(status >= 0 && status <= 999 && (status == 101) == (answer == WS_ANSWER_OPEN));
    REQUIRE(answer != WS_ANSWER_OPEN || has(head, accept));
    REQUIRE(ws_answer_read(head, ask, &again_len, &again_status, &why) == answer);
    REQUIRE(again_len == head_len && again_status == status);
    REQUIRE(ws_answer_read(str_slice(bytes, 0, head_len - 1), ask, &again_len, &again_status,
                &why) == WS_ANSWER_MORE);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct ws_ask ask = { .path = "/link/?ticket=t", .host = "wss.example.com" };
    struct buf made = buf_heap(1 << 16), request = buf_heap(4096);
    uint8_t random[16];
    char accept[32];
    for (size_t i = 0; i < sizeof random; i++)
        random[i] = take_byte(&feed);
    ws_key(random, ask.key);
    check_key(random, ask.key);
    accept_for(ask.key, accept);
    ws_ask_add(&request, &ask);
    REQUIRE(!request.failed && str_ends_with(buf_str(&request), STR("\r\n\r\n")));
    check_answer((struct str){ feed.at, feed.left }, &ask, accept);
    make(&made, &feed, accept);
    REQUIRE(!made.failed);
    check_answer(buf_str(&made), &ask, accept);
    buf_free(&made);
    buf_free(&request);
    return 0;
}
