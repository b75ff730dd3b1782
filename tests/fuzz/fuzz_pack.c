/* The packed form: what is written comes back, in the order of the calls; and bytes from nowhere,
 * read by any calls, are either refused or the only spelling of what was read. */
#include "fuzz.h"

#include "nudged/base/pack.h"

enum { CALLS_MAX = 64 };

struct item {
    int64_t number;
    struct str text;
};

static double double_of(int64_t bits)
{
    double number = 0;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static void pack_item(struct buf *out, uint8_t kind, struct item item)
{
    if (kind == 0)
        pack_uint(out, (uint64_t)item.number);
    else if (kind == 1)
        pack_int(out, item.number);
    else if (kind == 2)
        pack_double(out, double_of(item.number));
    else
        pack_str(out, item.text);
}

static struct item unpack_item(struct unpack *in, uint8_t kind)
{
    struct item item = { 0 };
    if (kind == 0) {
        item.number = (int64_t)unpack_uint(in);
    } else if (kind == 1) {
        item.number = unpack_int(in);
    } else if (kind == 2) {
        double number = unpack_double(in);
        memcpy(&item.number, &number, sizeof number);
    } else {
        item.text = unpack_str(in);
    }
    return item;
}

static void there_and_back(struct feed feed)
{
    struct item items[CALLS_MAX];
    uint8_t kinds[CALLS_MAX];
    struct buf out = buf_heap(1 << 16);
    size_t len = 0;
    for (; feed.left && len < CALLS_MAX; len++) {
        uint8_t how = take_byte(&feed);
        kinds[len] = how % 4;
        items[len] = (struct item){ .text = STR_EMPTY };
        if (kinds[len] == 3)
            items[len].text = take_bytes(&feed, how >> 2);
        else
            items[len].number =
                (int64_t)((uint64_t)take_number(&feed, 4) << (how >> 2 & 32) | take_byte(&feed));
        pack_item(&out, kinds[len], items[len]);
    }
    REQUIRE(!out.failed);
    struct unpack in = unpack_from(buf_str(&out));
    for (size_t i = 0; i < len; i++) {
        struct item item = unpack_item(&in, kinds[i]);
        REQUIRE(item.number == items[i].number && str_equal(item.text, items[i].text));
    }
    REQUIRE(!unpack_finish(&in));
    if (out.len) { /* one byte short is noticed */
        in = unpack_from(str_slice(buf_str(&out), 0, out.len - 1));
        for (size_t i = 0; i < len; i++)
            (void)unpack_item(&in, kinds[i]);
        REQUIRE(unpack_finish(&in) == ERR_SYNTAX);
    }
    buf_free(&out);
}

static void from_nowhere(struct feed feed)
{
    uint8_t kinds[8];
    struct buf again = buf_heap(1 << 16);
    for (size_t i = 0; i < COUNT(kinds); i++)
        kinds[i] = take_byte(&feed) % 4;
    struct str bytes = take_rest(&feed);
    struct unpack in = unpack_from(bytes);
    size_t calls = 0;
    while (!in.failed && in.rest.len) {
        size_t before = in.rest.len;
        struct item item = unpack_item(&in, kinds[calls % COUNT(kinds)]);
        REQUIRE(!in.failed || (!item.number && !item.text.len));
        REQUIRE(in.failed || in.rest.len < before);
        if (!in.failed)
            pack_item(&again, kinds[calls++ % COUNT(kinds)], item);
    }
    if (!unpack_finish(&in))
        REQUIRE(!again.failed && str_equal(buf_str(&again), bytes));
    in = unpack_from(bytes);
    size_t count = unpack_count(&in, 12);
    REQUIRE(count <= 12 && count <= in.rest.len);
    buf_free(&again);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    there_and_back(feed_of(data, size));
    from_nowhere(feed_of(data, size));
    return 0;
}
