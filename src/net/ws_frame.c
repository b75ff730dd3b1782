/* Owns the form of WebSocket frames (RFC 6455, no extensions). Knows no connection; every byte it
 * reads is somebody else's, so everything the RFC forbids ends in WS_READ_BAD with the close code
 * to send. */
#include "net/ws_frame.h"

#include <string.h>

#include "nudged/base/limits.h"
#include "nudged/base/text.h"

enum { HEAD_BYTES_MAX = 14, KEEP_BYTES_MAX = 64 << 10 };

struct ws_head {
    bool final;
    enum ws_opcode opcode;
    size_t head_len, payload_len;
    const uint8_t *mask;        /* NULL: unmasked */
};

static enum ws_read ws_head_read(const struct ws_reader *reader, struct ws_head *head,
                                 uint16_t *code);
static enum ws_read ws_length_read(const uint8_t *bytes, size_t len, struct ws_head *head,
                                   uint16_t *code);
static enum ws_read ws_control(const struct ws_head *head, struct str payload, struct ws_item *out);
static enum ws_read ws_data(struct ws_reader *reader, const struct ws_head *head,
                            struct str payload, struct ws_item *out);
static enum ws_read ws_bad(struct ws_item *out, uint16_t code);
static bool ws_code_is_valid(unsigned code);
static void ws_unmask(char *payload, size_t len, const uint8_t *mask);
static void sha1(const uint8_t *bytes, size_t len, uint8_t out[20]);

void ws_reader_init(struct ws_reader *reader, bool from_client)
{
    *reader = (struct ws_reader){
        .in = buf_heap((size_t)FRAME_BYTES_MAX * 2 + HEAD_BYTES_MAX),
        .message = buf_heap(FRAME_BYTES_MAX), .from_client = from_client,
    };
}

void ws_reader_finish(struct ws_reader *reader)
{
    buf_free(&reader->in);
    buf_free(&reader->message);
}

/* Memory that one large message needed is given back when it is through. */
enum err ws_reader_add(struct ws_reader *reader, struct str bytes)
{
    struct buf *in = &reader->in;
    if (reader->at > 0) {
        memmove(in->ptr, in->ptr + reader->at, in->len - reader->at);
        in->len -= reader->at;
        reader->at = 0;
    }
    if (in->len == 0 && in->cap > KEEP_BYTES_MAX) {
        buf_free(in);
        *in = buf_heap(in->bytes_max);
    }
    if (!reader->joining && reader->message.cap > KEEP_BYTES_MAX) {
        buf_free(&reader->message);
        reader->message = buf_heap(FRAME_BYTES_MAX);
    }
    buf_add(in, bytes);
    struct str all;
    return buf_finish(in, &all);
}

enum ws_read ws_reader_next(struct ws_reader *reader, struct ws_item *out)
{
    for (;;) {                  /* once per fragment; a peer may send very many of them */
        struct ws_head head = { .final = false };
        uint16_t code = 0;
        enum ws_read read = ws_head_read(reader, &head, &code);
        if (read == WS_READ_BAD)
            return ws_bad(out, code);
        size_t there = reader->in.len - reader->at;
        if (read == WS_READ_MORE || there < head.head_len + head.payload_len)
            return WS_READ_MORE;
        char *payload = reader->in.ptr + reader->at + head.head_len;
        if (head.mask)
            ws_unmask(payload, head.payload_len, head.mask);
        reader->at += head.head_len + head.payload_len;
        struct str content = { payload, head.payload_len };
        if (head.opcode >= WS_CLOSE)
            return ws_control(&head, content, out);
        read = ws_data(reader, &head, content, out);
        if (read != WS_READ_MORE)
            return read;
    }
}

void ws_frame_add(struct buf *out, enum ws_opcode opcode, struct str payload, const uint8_t *mask)
{
    uint8_t head[HEAD_BYTES_MAX] = { (uint8_t)(0x80 | opcode) };
    size_t len = 2;
    int length_bytes = payload.len > UINT16_MAX ? 8 : payload.len > WS_CONTROL_BYTES_MAX ? 2 : 0;
    head[1] = length_bytes == 8 ? 127 : length_bytes == 2 ? 126 : (uint8_t)payload.len;
    for (int i = length_bytes - 1; i >= 0; i--)
        head[len++] = (uint8_t)((uint64_t)payload.len >> (8 * i));
    if (mask) {
        head[1] |= 0x80;
        memcpy(head + len, mask, 4);
        len += 4;
    }
    buf_add(out, (struct str){ (const char *)head, len });
    size_t start = out->len;
    buf_add(out, payload);
    if (mask && !out->failed)
        ws_unmask(out->ptr + start, payload.len, mask);
}

void ws_close_add(struct buf *out, uint16_t code)
{
    char payload[2] = { (char)(code >> 8), (char)(code & 0xff) };
    ws_frame_add(out, WS_CLOSE, (struct str){ payload, code == WS_CODE_NONE ? 0 : 2 }, NULL);
}

void ws_accept_key(struct str key, char out[WS_ACCEPT_LEN + 1])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const char fixed[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    uint8_t joined[64 + sizeof(fixed)] = { 0 }, sum[21] = { 0 };
    REQUIRE(key.len <= 64);
    memcpy(joined, key.ptr, key.len);
    memcpy(joined + key.len, fixed, sizeof(fixed) - 1);
    sha1(joined, key.len + sizeof(fixed) - 1, sum);
    for (size_t i = 0; i < 7; i++) {
        unsigned group =
            (unsigned)sum[3 * i] << 16 | (unsigned)sum[3 * i + 1] << 8 | sum[3 * i + 2];
        for (size_t j = 0; j < 4; j++)
            out[4 * i + j] = digits[group >> (18 - 6 * j) & 63];
    }
    out[WS_ACCEPT_LEN - 1] = '=';           /* 20 bytes end in one padding sign */
    out[WS_ACCEPT_LEN] = '\0';
}

static enum ws_read ws_head_read(const struct ws_reader *reader, struct ws_head *head,
                                 uint16_t *code)
{
    const uint8_t *bytes = (const uint8_t *)reader->in.ptr + reader->at;
    size_t len = reader->in.len - reader->at;
    *code = WS_CODE_PROTOCOL;
    if (len < 2)
        return WS_READ_MORE;
    unsigned opcode = bytes[0] & 0x0f;
    bool masked = bytes[1] & 0x80, control = opcode >= WS_CLOSE;
    head->final = bytes[0] & 0x80;
    head->opcode = (enum ws_opcode)opcode;
    if (bytes[0] & 0x70 || masked != reader->from_client)
        return WS_READ_BAD;
    if ((opcode > WS_BINARY && opcode < WS_CLOSE) || opcode > WS_PONG)
        return WS_READ_BAD;
    if (control && (!head->final || (bytes[1] & 0x7f) > WS_CONTROL_BYTES_MAX))
        return WS_READ_BAD;
    if (!control && reader->joining != (opcode == WS_CONTINUATION))
        return WS_READ_BAD;
    enum ws_read read = ws_length_read(bytes, len, head, code);
    if (read != WS_READ_ITEM)
        return read;
    if (!control && head->payload_len + reader->message.len > FRAME_BYTES_MAX) {
        *code = WS_CODE_TOO_BIG;
        return WS_READ_BAD;
    }
    if (masked) {
        head->mask = bytes + head->head_len;
        head->head_len += 4;
    }
    return len < head->head_len ? WS_READ_MORE : WS_READ_ITEM;
}

/* The shortest form of the length is the only one allowed (section 5.2). */
static enum ws_read ws_length_read(const uint8_t *bytes, size_t len, struct ws_head *head,
                                   uint16_t *code)
{
    unsigned first = bytes[1] & 0x7f;
    size_t more = first == 127 ? 8 : first == 126 ? 2 : 0;
    uint64_t length = more ? 0 : first;
    if (len < 2 + more)
        return WS_READ_MORE;
    for (size_t i = 0; i < more; i++)
        length = length << 8 | bytes[2 + i];
    if ((more == 2 && length <= WS_CONTROL_BYTES_MAX) || (more == 8 && length <= UINT16_MAX))
        return WS_READ_BAD;
    if (length > FRAME_BYTES_MAX) {
        *code = length >> 63 ? WS_CODE_PROTOCOL : WS_CODE_TOO_BIG;
        return WS_READ_BAD;
    }
    head->head_len = 2 + more;
    head->payload_len = (size_t)length;
    return WS_READ_ITEM;
}

static enum ws_read ws_control(const struct ws_head *head, struct str payload, struct ws_item *out)
{
    *out = (struct ws_item){ .opcode = head->opcode, .payload = payload, .code = WS_CODE_NONE };
    if (head->opcode != WS_CLOSE || payload.len == 0)
        return WS_READ_ITEM;
    const uint8_t *bytes = (const uint8_t *)payload.ptr;
    if (payload.len == 1 || !ws_code_is_valid((unsigned)bytes[0] << 8 | bytes[1]))
        return ws_bad(out, WS_CODE_PROTOCOL);
    out->code = (uint16_t)(bytes[0] << 8 | bytes[1]);
    out->payload = str_slice(payload, 2, payload.len);
    return text_is_utf8(out->payload) ? WS_READ_ITEM : ws_bad(out, WS_CODE_NOT_TEXT);
}

/* WS_READ_MORE: the fragment is kept, its message goes on. */
static enum ws_read ws_data(struct ws_reader *reader, const struct ws_head *head,
                            struct str payload, struct ws_item *out)
{
    bool alone = head->final && !reader->joining;
    if (head->opcode != WS_CONTINUATION) {
        reader->joining_opcode = head->opcode;
        buf_reset(&reader->message);
    }
    if (!alone) {
        buf_add(&reader->message, payload);
        if (reader->message.failed)
            return ws_bad(out, WS_CODE_TOO_BIG);
        reader->joining = !head->final;
        if (reader->joining)
            return WS_READ_MORE;
        payload = buf_str(&reader->message);
        reader->message.len = 0;            /* its bytes stay until the next call */
    }
    *out = (struct ws_item){ .opcode = reader->joining_opcode, .payload = payload };
    if (out->opcode == WS_TEXT && !text_is_utf8(payload))
        return ws_bad(out, WS_CODE_NOT_TEXT);
    return WS_READ_ITEM;
}

static enum ws_read ws_bad(struct ws_item *out, uint16_t code)
{
    *out = (struct ws_item){ .opcode = WS_CLOSE, .code = code };
    return WS_READ_BAD;
}

/* Section 7.4: 1004 to 1006 and 1015 must not be sent, 1016 to 2999 belong to the RFC's future. */
static bool ws_code_is_valid(unsigned code)
{
    if (code >= 3000)
        return code <= 4999;
    return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}

static void ws_unmask(char *payload, size_t len, const uint8_t *mask)
{
    for (size_t i = 0; i < len; i++)
        payload[i] = (char)((uint8_t)payload[i] ^ mask[i & 3]);
}

static uint32_t rotate(uint32_t word, unsigned by)
{
    return word << by | word >> (32 - by);
}

static void sha1_block(uint32_t state[5], const uint8_t *block)
{
    static const uint32_t constants[4] = { 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6 };
    uint32_t w[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (size_t i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16
            | (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (size_t i = 16; i < 80; i++)
        w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (size_t i = 0; i < 80; i++) {
        uint32_t mix = i < 20 ? (b & c) | (~b & d)
            : i >= 40 && i < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
        uint32_t next = rotate(a, 5) + mix + e + constants[i / 20] + w[i];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

/* RFC 3174, for inputs up to 119 bytes (two blocks); no secret depends on it. */
static void sha1(const uint8_t *bytes, size_t len, uint8_t out[20])
{
    uint32_t state[5] = { 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0 };
    uint8_t padded[128] = { 0 };
    size_t blocks = len < 56 ? 1 : 2;
    REQUIRE(len < 120);
    memcpy(padded, bytes, len);
    padded[len] = 0x80;
    padded[64 * blocks - 2] = (uint8_t)(len * 8 >> 8);
    padded[64 * blocks - 1] = (uint8_t)(len * 8);
    for (size_t i = 0; i < blocks; i++)
        sha1_block(state, padded + 64 * i);
    for (size_t i = 0; i < 20; i++)
        out[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}
