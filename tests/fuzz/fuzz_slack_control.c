/* What a control carries, in both directions: a value that was read is the only spelling of what
 * it means, and what is written is read back. */
#include "fuzz.h"

#include "platform/slack/control.h"

static bool same_ref(struct action_ref a, struct action_ref b)
{
    return a.nudge_id == b.nudge_id && a.step == b.step && a.attempt == b.attempt && a.key == b.key;
}

static void check_read(struct str text)
{
    struct action_ref ref = { .nudge_id = -7 };
    int value = -7;
    uint64_t key = 0;
    unsigned number = 0;
    struct buf again = buf_heap(128);
    if (control_read_value(text, &ref, &value)) {
        struct action_ref second;
        int second_value = 0;
        REQUIRE(ref.nudge_id >= 0 && value >= CONTROL_NO_VALUE && value <= UINT8_MAX);
        control_add_value(&again, ref, value);
        REQUIRE(control_read_value(buf_str(&again), &second, &second_value));
        REQUIRE(same_ref(ref, second) && value == second_value);
    } else {
        REQUIRE(ref.nudge_id == -7 && value == -7);
    }
    if (control_read_key(text, &key)) {
        buf_reset(&again);
        control_add_key(&again, key);
        REQUIRE(str_equal(buf_str(&again), text));
    }
    REQUIRE((unsigned)control_read_id(text, &number) < VERB_END && number <= 999);
    buf_free(&again);
}

static void check_written(struct feed feed)
{
    struct action_ref ref = { .step = take_byte(&feed), .attempt = take_byte(&feed) }, back;
    int value = (int)take_byte(&feed) - (take_byte(&feed) & 1 ? 256 : 0), read = 0;
    struct buf text = buf_heap(128);
    ref.nudge_id = (int64_t)((uint64_t)take_number(&feed, 4) << 31 | take_number(&feed, 3));
    ref.key = (uint64_t)take_number(&feed, 4) << 32 | take_number(&feed, 4);
    value = value < 0 ? CONTROL_NO_VALUE : value;
    control_add_value(&text, ref, value);
    REQUIRE(control_read_value(buf_str(&text), &back, &read));
    REQUIRE(same_ref(ref, back) && value == read);
    buf_free(&text);
}

int fuzz_one(const uint8_t *data, size_t size)
{
    struct feed feed = feed_of(data, size);
    check_read(take_rest(&feed));
    check_written(feed_of(data, size));
    return 0;
}
