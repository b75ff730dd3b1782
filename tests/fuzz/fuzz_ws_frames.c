/* Bytes of a WebSocket, at once and in pieces: the same messages come out, and what came out can
 * be framed and read again. */
#include "fuzz.h"

#include "net/ws_frame.h"
#include "nudged/base/limits.h"
#include "nudged/base/text.h"

static void check_item(const struct ws_item *item)
{
    struct ws_reader reader;
    struct ws_item again = { .opcode = WS_CONTINUATION };
    struct buf frame = buf_heap(FRAME_BYTES_MAX + 64);
    static const uint8_t mask[4] = { 1, 2, 3, 250 };
    bool control = item->opcode >= WS_CLOSE;
    REQUIRE(item->opcode != WS_CONTINUATION && item->payload.len <= FRAME_BYTES_MAX);
    REQUIRE(!control || item->payload.len <= WS_CONTROL_BYTES_MAX);
    REQUIRE(item->opcode != WS_TEXT || text_is_utf8(item->payload));
    ws_reader_init(&reader, true);
    if (item->opcode != WS_CLOSE) {
        ws_frame_add(&frame, item->opcode, item->payload, mask);
        REQUIRE(!frame.failed && !ws_reader_add(&reader, buf_str(&frame)));
        REQUIRE(ws_reader_next(&reader, &again) == WS_READ_ITEM && again.opcode == item->opcode);
        REQUIRE(str_equal(again.payload, item->payload));
        REQUIRE(ws_reader_next(&reader, &again) == WS_READ_MORE);
    }
    ws_reader_finish(&reader);
    buf_free(&frame);
}

/* Everything that happened, in bytes. */
static void read_all(struct str bytes, size_t piece, bool from_client, struct buf *story)
{
    struct ws_reader reader;
    struct ws_item item;
    enum ws_read read = WS_READ_MORE;
    ws_reader_init(&reader, from_client);
    for (size_t at = 0; at < bytes.len && read != WS_READ_BAD; at += piece) {
        REQUIRE(!ws_reader_add(&reader, str_slice(bytes, at, at + piece)));
        while ((read = ws_reader_next(&reader, &item)) == WS_READ_ITEM) {
            buf_addf(story, "%d %zu ", (int)item.opcode, item.payload.len);
            buf_add(story, item.payload);
            check_item(&item);
        }
    }
    if (read == WS_READ_BAD)
        buf_addf(story, "bad %u", item.code);
    ws_reader_finish(&reader);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    struct buf at_once = buf_heap(8 << 20), in_pieces = buf_heap(8 << 20);
    uint8_t how = take_byte(&feed);
    struct str bytes = take_rest(&feed);
    read_all(bytes, bytes.len ? bytes.len : 1, how & 1, &at_once);
    read_all(bytes, 1 + (how >> 1) % 16, how & 1, &in_pieces);
    REQUIRE(str_equal(buf_str(&at_once), buf_str(&in_pieces)));
    buf_free(&at_once);
    buf_free(&in_pieces);
    return 0;
}
