#include "net_test.h"

#include "net/ws_frame.h"
#include "nudged/base/limits.h"

#define BYTES(literal) { literal, sizeof(literal) - 1 }

struct row {
    struct str bytes;
    enum ws_read read;
    enum ws_opcode opcode;
    struct str payload;
    uint16_t code;
};

/* From a server, so without masks; the first item of each. */
static const struct row rows[] = {
    { BYTES("\x81\x05Hello"), WS_READ_ITEM, WS_TEXT, BYTES("Hello"), 0 }, /* RFC 6455 5.7 */
    { BYTES("\x01\x03Hel\x80\x02lo"), WS_READ_ITEM, WS_TEXT, BYTES("Hello"), 0 },
    { BYTES("\x01\x01\xc3\x80\x01\xbc"), WS_READ_ITEM, WS_TEXT, BYTES("\xc3\xbc"), 0 },
    { BYTES("\x01\x00\x00\x00\x80\x00"), WS_READ_ITEM, WS_TEXT, BYTES(""), 0 },
    { BYTES("\x02\x01\xff\x80\x01\xfe"), WS_READ_ITEM, WS_BINARY, BYTES("\xff\xfe"), 0 },
    { BYTES("\x01\x01"
            "a\x89\x01!\x80\x01"
            "b"),
      WS_READ_ITEM, WS_PING, BYTES("!"), 1005 },
    { BYTES("\x8a\x00"), WS_READ_ITEM, WS_PONG, BYTES(""), 1005 },
    { BYTES("\x88\x00"), WS_READ_ITEM, WS_CLOSE, BYTES(""), 1005 },
    { BYTES("\x88\x05\x03\xe8"
            "bye"),
      WS_READ_ITEM, WS_CLOSE, BYTES("bye"), 1000 },
    { BYTES("\x88\x02\x0f\xa1"), WS_READ_ITEM, WS_CLOSE, BYTES(""), 4001 },
    { BYTES("\x81"), WS_READ_MORE, 0, BYTES(""), 0 },
    { BYTES("\x81\x05Hell"), WS_READ_MORE, 0, BYTES(""), 0 },
    { BYTES("\x81\x7e\x01"), WS_READ_MORE, 0, BYTES(""), 0 },
    { BYTES("\x88\x01\x03"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1002 },
    { BYTES("\x88\x02\x03\xed"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1002 }, /* 1005 on the wire */
    { BYTES("\x88\x02\x03\xf7"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1002 }, /* 1015 */
    { BYTES("\x88\x02\x13\x88"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1002 }, /* 5000 */
    { BYTES("\x88\x03\x03\xe8\xff"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1007 },
    { BYTES("\x81\x02\xc3\x28"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1007 },
    { BYTES("\x81\x03\xed\xa0\x80"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1007 }, /* a surrogate */
    { BYTES("\xc1\x01x"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1002 }, /* RSV1, no extension */
    { BYTES("\x83\x00"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1002 },
    { BYTES("\x8b\x00"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1002 },
    { BYTES("\x09\x00"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1002 },           /* a ping in pieces */
    { BYTES("\x89\x7e\x00\x7e"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1002 },   /* and one too long */
    { BYTES("\x80\x01x"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1002 },          /* continues nothing */
    { BYTES("\x01\x01x\x81\x01y"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1002 }, /* begins anew */
    { BYTES("\x81\x81\x00\x00\x00\x00x"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1002 }, /* masked */
    { BYTES("\x81\x7e\x00\x05Hello"), WS_READ_BAD, WS_CLOSE, BYTES(""),
      1002 }, /* not the shortest */
    { BYTES("\x81\x7f\x00\x00\x00\x00\x00\x10\x00\x01"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1009 },
    { BYTES("\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00"), WS_READ_BAD, WS_CLOSE, BYTES(""), 1002 },
};

static void expect_row(const struct row *row, size_t piece)
{
    struct ws_reader reader;
    struct ws_item item = { .opcode = WS_CONTINUATION };
    enum ws_read read = WS_READ_MORE;
    ws_reader_init(&reader, false);
    for (size_t at = 0; at < row->bytes.len && read == WS_READ_MORE; at += piece) {
        assert_int_equal(ws_reader_add(&reader, str_slice(row->bytes, at, at + piece)), OK);
        read = ws_reader_next(&reader, &item);
    }
    assert_int_equal(read, row->read);
    if (read != WS_READ_MORE) {
        assert_int_equal(item.opcode, row->opcode);
        assert_int_equal(item.code, row->code);
        assert_true(str_equal(item.payload, row->payload));
    }
    ws_reader_finish(&reader);
}

static void every_row_reads_the_same_in_one_piece_or_many(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t piece = 1; piece <= 16; piece += piece < 3 ? 1 : 13)
            expect_row(&rows[i], piece);
}

static void clients_must_mask(void **state)
{
    struct ws_reader reader;
    struct ws_item item;
    (void)state;
    ws_reader_init(&reader, true);
    assert_int_equal(ws_reader_add(&reader, STR("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58")),
                     OK);
    assert_int_equal(ws_reader_next(&reader, &item), WS_READ_ITEM);
    assert_true(same(item.payload, "Hello"));                   /* RFC 6455 5.7 */
    assert_int_equal(ws_reader_add(&reader, STR("\x81\x01x")), OK);
    assert_int_equal(ws_reader_next(&reader, &item), WS_READ_BAD);
    assert_int_equal(item.code, 1002);
    ws_reader_finish(&reader);
}

static void what_is_written_is_read_back(void **state)
{
    static const size_t lens[] = { 0, 1, 125, 126, 65535, 65536, FRAME_BYTES_MAX };
    static const uint8_t mask[] = { 0x12, 0x00, 0xfe, 0x7a };
    char *text = malloc(FRAME_BYTES_MAX);
    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < FRAME_BYTES_MAX; i++)
        text[i] = (char)('a' + i % 26);
    for (int masked = 0; masked < 2; masked++)
        for (size_t i = 0; i < COUNT(lens); i++) {
            struct buf out = buf_heap(FRAME_BYTES_MAX + 20);
            struct ws_reader reader;
            struct ws_item item;
            ws_frame_add(&out, WS_TEXT, (struct str){ text, lens[i] }, masked ? mask : NULL);
            ws_reader_init(&reader, masked);
            assert_int_equal(ws_reader_add(&reader, buf_str(&out)), OK);
            assert_int_equal(ws_reader_next(&reader, &item), WS_READ_ITEM);
            assert_true(str_equal(item.payload, (struct str){ text, lens[i] }));
            assert_int_equal(ws_reader_next(&reader, &item), WS_READ_MORE);
            ws_reader_finish(&reader);
            buf_free(&out);
        }
    free(text);
}

/* 300,000 fragments of nothing, then one above the limit: neither stack nor heap may follow. */
static void many_fragments_cost_little(void **state)
{
    struct ws_reader reader;
    struct ws_item item;
    struct buf many = buf_heap(1 << 20);
    (void)state;
    ws_reader_init(&reader, false);
    buf_add(&many, STR("\x01\x01x"));
    for (int i = 0; i < 300000; i++)
        buf_add(&many, STR("\x00\x01y"));
    assert_false(many.failed);
    assert_int_equal(ws_reader_add(&reader, buf_str(&many)), OK);
    assert_int_equal(ws_reader_next(&reader, &item), WS_READ_MORE);
    assert_int_equal(ws_reader_add(&reader, STR("\x80\x01z")), OK);
    assert_int_equal(ws_reader_next(&reader, &item), WS_READ_ITEM);
    assert_int_equal(item.payload.len, 300002);
    buf_reset(&many);
    for (int i = 0; i < 70; i++) {
        static char piece[16384];
        buf_reset(&many);
        memset(piece, 'p', sizeof(piece));
        buf_add(&many, i ? STR("\x00\x7e\x40\x00") : STR("\x01\x7e\x40\x00"));
        buf_add(&many, (struct str){ piece, sizeof(piece) });
        assert_int_equal(ws_reader_add(&reader, buf_str(&many)), OK);
        assert_int_equal(ws_reader_next(&reader, &item), i < 64 ? WS_READ_MORE : WS_READ_BAD);
        if (i == 64)
            break;
    }
    assert_int_equal(item.code, 1009);
    ws_reader_finish(&reader);
    buf_free(&many);
}

static void the_accept_key_is_the_rfcs(void **state)
{
    char accept[WS_ACCEPT_LEN + 1];
    (void)state;
    ws_accept_key(STR("dGhlIHNhbXBsZSBub25jZQ=="), accept);    /* RFC 6455 1.3 */
    assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    ws_accept_key(STR("x3JJHMbDL1EzLkh9GBhXDw=="), accept);
    assert_string_equal(accept, "HSmrc0sMlYUkAGmm5OPpG2HaGWk=");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_reads_the_same_in_one_piece_or_many),
        cmocka_unit_test(clients_must_mask),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(many_fragments_cost_little),
        cmocka_unit_test(the_accept_key_is_the_rfcs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
