/* A store that refuses for a while: what was refused did not happen, and it ends by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "support/play.h"

#define STATUS "{\"do\":\"status\"}"

static void take(void *arg, struct str piece)
{
    buf_add(arg, piece);
}

static void nothing(void *arg)
{
    (void)arg;
}

/* The reply lives until the next request. */
static const char *ask(struct play *play, const char *line)
{
    static char reply[64 << 10];
    struct buf out = buf_heap(sizeof(reply) - 1);
    app_control(play->app, str_from_z(line), take, nothing, &out);
    snprintf(reply, sizeof(reply), "%.*s", STR_ARG(buf_str(&out)));
    buf_free(&out);
    return reply;
}

static void what_the_operator_was_refused_does_not_happen_later(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .not_live = true });
    play_for(play, MINUTES(1));
    mem_disk_set_full(play->disk, true);
    assert_non_null(strstr(ask(play, "{\"do\":\"resume\"}"), "error 74\nit could not be stored"));
    play_for(play, MINUTES(1));
    mem_disk_set_full(play->disk, false);
    play_for(play, MINUTES(5));
    assert_non_null(strstr(ask(play, STATUS), "sending: off"));
    play_until(play, "2031-03-04T23:00:00Z");
    assert_int_equal(look_calls(play->workspace, STR("chat.postMessage")).calls, 0);
    assert_non_null(strstr(ask(play, "{\"do\":\"resume\"}"), "ok\nsending is now on"));
    play_free(play);
}

static void the_end_of_it_is_found_without_anybody_asking(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ 0 });
    play_until(play, "2031-03-08T12:00:00Z");               /* Saturday: nothing is due */
    mem_disk_set_full(play->disk, true);
    assert_non_null(strstr(ask(play, "{\"do\":\"pause\"}"), "error 74"));
    assert_non_null(strstr(ask(play, STATUS), "degraded: nothing can be stored since "));
    play_for(play, MINUTES(30));
    assert_non_null(strstr(ask(play, STATUS), "degraded: nothing can be stored since "));
    mem_disk_set_full(play->disk, false);
    play_for(play, MINUTES(1));
    assert_null(strstr(ask(play, STATUS), "degraded"));
    play_free(play);
}

/* More than one transaction's memory holds, in one batch. */
static void a_large_roster_is_taken_in(void **state)
{
    enum { SLICES = 40, ROWS = 500 };
    static struct people_row rows[SLICES][ROWS];
    static char ids[SLICES * ROWS][16];
    (void)state;
    struct play *play = play_new(&(struct play_setup){ 0 });
    play_for(play, MINUTES(1));
    for (int i = 0; i < SLICES * ROWS; i++) {
        snprintf(ids[i], sizeof(ids[i]), "n%d", i);
        rows[i / ROWS][i % ROWS] = (struct people_row){ .external_id = str_from_z(ids[i]),
            .email = str_from_z(ids[i]), .name = STR("Nobody"), .role = STR("Tester"),
            .active = true };
    }
    for (int i = 0; i < SLICES; i++) {
        struct event event = { .kind = EVENT_PEOPLE, .rows = rows[i], .rows_len = ROWS,
            .roster_epoch = 1 };
        assert_int_equal(app_raise(play->app, &event), OK);
    }
    play_for(play, MINUTES(1));
    assert_int_equal(play->failed_events, 0);
    assert_int_equal(play_number(play, "SELECT count(*) FROM person WHERE name = 'Nobody'"),
        SLICES * ROWS);
    play_free(play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_operator_was_refused_does_not_happen_later),
        cmocka_unit_test(the_end_of_it_is_found_without_anybody_asking),
        cmocka_unit_test(a_large_roster_is_taken_in),
    };
    return cmocka_run_group_tests_name("refused", tests, NULL, NULL);
}
