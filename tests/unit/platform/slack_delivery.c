/* What the tests of deliveries, look-ups and queries share: one small delivery, looking back. */
#include "unit/platform/slack_play.c"

#define POSTED "{\"ok\":true,\"channel\":\"D0ADA\",\"ts\":\"1930550400.000100\",\"message\":{}}"
#define OPENED "{\"ok\":true,\"channel\":{\"id\":\"D0ADA\"}}"

enum { KEY = 0x5EED };

static char payload_bytes[4096];

static struct str payload(void)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct message *message = message_new(&arena, STR("A question"));
    (void)message_add(&arena, message, PART_TEXT, STR("What do you check first?"));
    struct buf buf = buf_in(&arena, sizeof payload_bytes);
    message_pack(message, &buf);
    memcpy(payload_bytes, buf.ptr, buf.len);
    size_t len = buf.len;
    arena_finish(&arena);
    return (struct str){ payload_bytes, len };
}

UNUSED static struct delivery delivery_of(enum delivery_kind kind, int64_t delivery_id)
{
    struct delivery delivery = {
        .delivery_id = delivery_id,
        .lane = LANE_NUDGE,
        .order_ms = 42,
        .kind = kind,
        .person_id = 3,
        .nudge_id = 7041,
        .key = KEY,
        .user = STR("U0ADA"),
        .channel = STR("D0ADA"),
        .claimed = { INT64_C(1930550400000) },
        .payload = payload(),
    };
    if (kind == DELIVERY_UPDATE)
        delivery.message_id = STR("1930550300.000100");
    return delivery;
}

UNUSED static void send(struct play *play, enum delivery_kind kind, int64_t delivery_id)
{
    struct delivery delivery = delivery_of(kind, delivery_id);
    assert_int_equal(play->slack->send(play->link, &delivery), OK);
}

UNUSED static int64_t wait_ms(struct play *play, const struct delivery *delivery)
{
    int64_t ready_ms = play->slack->ready(play->link, delivery, 0).ms;
    return ready_ms > play->fake.mono_ms ? ready_ms - play->fake.mono_ms : 0;
}

UNUSED static const struct delivery_result *last(const struct play *play)
{
    assert_true(play->results_len > 0);
    return &play->results[play->results_len - 1];
}

UNUSED static bool body_has(struct fake_request *request, const char *part)
{
    assert_non_null(request);
    return str_contains(request->body, str_from_z(part));
}
