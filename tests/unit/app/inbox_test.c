/* What waits for its turn: in order, copied, and bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "app/state.h"

static void put_text(struct inbox *inbox, int number)
{
    char text[16];
    snprintf(text, sizeof(text), "%d", number);
    struct event event = { .kind = EVENT_TEXT, .text = str_from_z(text) };
    assert_int_equal(inbox_put_event(inbox, &event), OK);
}

static int number_of(const struct inbox_item *item)
{
    int64_t number = -1;
    assert_true(str_to_int64(item->event.text, &number));
    return (int)number;
}

/* Taken in threes while two arrive for each: all come out, once, in the order they came. */
static void test_order_across_both_batches(void **state)
{
    struct inbox inbox;
    struct inbox_item *item;
    int in = 0, out = 0;
    (void)state;
    inbox_init(&inbox);
    while (in < 100)
        put_text(&inbox, in++);
    while (!inbox_is_empty(&inbox)) {
        for (int i = 0; i < 3 && (item = inbox_take(&inbox)); i++) {
            assert_int_equal(number_of(item), out++);
            assert_int_equal(item->id, out);
        }
        for (int i = 0; i < 2 && in < 150; i++)
            put_text(&inbox, in++);
        inbox_done(&inbox);
    }
    assert_int_equal(out, 150);
    assert_null(inbox_take(&inbox));
    inbox_finish(&inbox);
}

/* What was taken stays readable until inbox_done, whatever arrives meanwhile. */
static void test_taken_items_stay_alive(void **state)
{
    struct inbox inbox;
    (void)state;
    inbox_init(&inbox);
    put_text(&inbox, 1);
    struct inbox_item *first = inbox_take(&inbox);
    for (int i = 2; i < 1000; i++)
        put_text(&inbox, i);
    assert_null(inbox_take(&inbox));        /* its memory is still in use */
    assert_int_equal(number_of(first), 1);
    inbox_done(&inbox);
    assert_int_equal(number_of(inbox_take(&inbox)), 2);
    inbox_finish(&inbox);
}

static void test_everything_is_copied(void **state)
{
    char bytes[] = "user", frame[] = "{\"x\":1}";
    struct inbox inbox;
    (void)state;
    inbox_init(&inbox);
    struct member member = { .user = str_from_z(bytes), .email = str_from_z(bytes) };
    struct dnd_state dnd = { .user = str_from_z(bytes) };
    struct event event = { .kind = EVENT_MEMBERS, .actor = str_from_z(bytes), .members = &member,
        .members_len = 1, .dnd = &dnd, .dnd_len = 1,
        .result = { .code = str_from_z(bytes), .channel = str_from_z(bytes),
                    .message_id = str_from_z(bytes) } };
    assert_int_equal(inbox_put_event(&inbox, &event), OK);
    assert_int_equal(inbox_put_frame(&inbox, 7, str_from_z(frame)), OK);
    memset(bytes, '?', 4);
    memset(frame, '?', 4);
    member = (struct member){ .user = STR("other") };
    dnd = (struct dnd_state){ .user = STR("other") };
    const struct event *got = &inbox_take(&inbox)->event;
    const struct str copies[] = { got->actor, got->members[0].user, got->members[0].email,
        got->dnd[0].user, got->result.code, got->result.channel, got->result.message_id };
    for (size_t i = 0; i < COUNT(copies); i++)
        assert_true(str_equal(copies[i], STR("user")));
    struct inbox_item *item = inbox_take(&inbox);
    assert_true(item->is_frame && item->socket == 7 && str_equal(item->frame, STR("{\"x\":1}")));
    inbox_finish(&inbox);
}

/* A flood is turned away where the limit is, what was in stays in, and there is room again. */
static void test_a_flood_is_bounded(void **state)
{
    static char frame[1 << 20];
    struct inbox inbox;
    size_t in = 0, out = 0;
    (void)state;
    inbox_init(&inbox);
    while (!inbox_put_frame(&inbox, 1, (struct str){ frame, sizeof(frame) }))
        in++;
    assert_true(in > 32 && in <= INBOX_BYTES_MAX / sizeof(frame));
    put_text(&inbox, 5);                    /* something small still fits */
    while (inbox_take(&inbox))
        out++;
    assert_int_equal(out, in + 1);
    inbox_done(&inbox);
    assert_int_equal(inbox_put_frame(&inbox, 1, (struct str){ frame, sizeof(frame) }), OK);
    inbox_finish(&inbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_across_both_batches),
        cmocka_unit_test(test_taken_items_stay_alive),
        cmocka_unit_test(test_everything_is_copied),
        cmocka_unit_test(test_a_flood_is_bounded),
    };
    return cmocka_run_group_tests_name("inbox", tests, NULL, NULL);
}
