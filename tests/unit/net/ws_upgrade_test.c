#include "net_test.h"

#include "net/ws_frame.h"
#include "net/ws_upgrade.h"

/* The example of RFC 6455 section 1.3. */
static const struct ws_ask example = {
    .path = "/link?ticket=1", .host = "example.com:8443", .key = "dGhlIHNhbXBsZSBub25jZQ=="
};
#define ACCEPTED "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
#define SWITCHING \
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"

static enum ws_answer read_text(const char *text, size_t *head_len, int *status)
{
    const char *why = NULL;
    enum ws_answer answer = ws_answer_read(str_from_z(text), &example, head_len, status, &why);
    assert_true(answer != WS_ANSWER_BAD || why);
    return answer;
}

static void sixteen_bytes_are_the_key_of_the_rfc(void **state)
{
    char key[WS_KEY_LEN + 1];
    (void)state;
    ws_key((const uint8_t *)"the sample nonce", key);
    assert_string_equal(key, example.key);
}

static void the_request_has_what_the_rfc_asks_for(void **state)
{
    struct buf out = buf_heap(2000);
    struct ws_ask ask = example;
    (void)state;
    ask.authorization = "Bearer not-a-secret";
    ws_ask_add(&out, &ask);
    buf_add_byte(&out, '\0');
    assert_string_equal(out.ptr,
        "GET /link?ticket=1 HTTP/1.1\r\nHost: example.com:8443\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\nAuthorization: Bearer not-a-secret\r\n\r\n");
    buf_free(&out);
}

static void an_answer_opens_only_as_a_whole_and_with_our_key(void **state)
{
    static const struct {
        const char *text;
        enum ws_answer answer;
        int status;
    } rows[] = {
        { SWITCHING ACCEPTED "\r\n", WS_ANSWER_OPEN, 101 },
        { "HTTP/1.1 101 x\r\nconnection: keep-alive, UPGRADE\r\nupgrade: WebSocket\r\n" ACCEPTED
          "\r\n", WS_ANSWER_OPEN, 101 },
        { SWITCHING ACCEPTED "\r", WS_ANSWER_MORE, 0 },
        { "", WS_ANSWER_MORE, 0 },
        { "HTTP/1.1 429 Too Many\r\n\r\n", WS_ANSWER_REFUSED, 429 },
        { "HTTP/1.1 302 Found\r\nLocation: wss://example.com/\r\n\r\n", WS_ANSWER_REFUSED, 302 },
        { SWITCHING "\r\n", WS_ANSWER_BAD, 101 },
        { SWITCHING "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOp=\r\n\r\n", WS_ANSWER_BAD,
          101 },
        { "HTTP/1.1 101 x\r\nConnection: Upgrade\r\n" ACCEPTED "\r\n", WS_ANSWER_BAD, 101 },
        { "HTTP/1.1 101 x\r\nUpgrade: websocket\r\n" ACCEPTED "\r\n", WS_ANSWER_BAD, 101 },
        { SWITCHING ACCEPTED "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", WS_ANSWER_BAD,
          101 },
        { SWITCHING ACCEPTED "Sec-WebSocket-Protocol: chat\r\n\r\n", WS_ANSWER_BAD, 101 },
        { "HTTP/1.1 1\r\n\r\n", WS_ANSWER_BAD, 0 },
        { "HTTP/1.1 abc\r\n\r\n", WS_ANSWER_BAD, 0 },
        { "SSH-2.0-example\r\n\r\n", WS_ANSWER_BAD, 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t head_len = 0;
        int status = 0;
        assert_int_equal(read_text(rows[i].text, &head_len, &status), rows[i].answer);
        assert_int_equal(status, rows[i].status);
        if (rows[i].answer == WS_ANSWER_OPEN)
            assert_int_equal(head_len, strlen(rows[i].text));
    }
}

static void frames_behind_the_head_are_left_and_a_long_head_is_not_awaited(void **state)
{
    static char text[WS_HEAD_BYTES_MAX + 1];
    size_t head_len = 0;
    int status = 0;
    (void)state;
    assert_int_equal(
        read_text(SWITCHING ACCEPTED "\r\n\x81\x02hi", &head_len, &status), WS_ANSWER_OPEN);
    assert_int_equal(head_len, strlen(SWITCHING ACCEPTED "\r\n"));
    memset(text, 'x', WS_HEAD_BYTES_MAX - 1);
    assert_int_equal(read_text(text, &head_len, &status), WS_ANSWER_MORE);
    text[WS_HEAD_BYTES_MAX - 1] = 'x';
    assert_int_equal(read_text(text, &head_len, &status), WS_ANSWER_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixteen_bytes_are_the_key_of_the_rfc),
        cmocka_unit_test(the_request_has_what_the_rfc_asks_for),
        cmocka_unit_test(an_answer_opens_only_as_a_whole_and_with_our_key),
        cmocka_unit_test(frames_behind_the_head_are_left_and_a_long_head_is_not_awaited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
