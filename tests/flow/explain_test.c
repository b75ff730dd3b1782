/* `explain` through the door the operator uses: what it says is what then happens. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/play.h"

static void take_piece(void *arg, struct str piece)
{
    buf_add(arg, piece);
}

static void take_end(void *arg)
{
    (void)arg;
}

/* at NULL: as it stands. In the arena of the play. */
static struct str explained(struct play *play, const char *person, const char *at)
{
    struct buf buf = buf_in(&play->arena, 1 << 16);
    struct str line = str_format(&play->arena,
        "{\"do\":\"explain\",\"person\":\"%s@example.com\",\"at\":\"%s\"}", person, at ? at : "");
    app_control(play->app, line, take_piece, take_end, &buf);
    return buf_str(&buf);
}

static void assert_says(struct str text, const char *words)
{
    if (!str_contains(text, str_from_z(words)))
        fail_msg("\"%s\" is not in:\n%.*s", words, STR_ARG(text));
}

static size_t times_in(struct str text, const char *words)
{
    size_t times = 0;
    struct str part = str_from_z(words);
    for (; text.len >= part.len; text = str_slice(text, 1, text.len))
        times += str_starts_with(text, part);
    return times;
}

static void what_it_says_is_what_happens(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .cap = 1, .new_per_week = 4 });
    play_until(play, "2031-03-03T20:00:00Z"); /* the notice has arrived */
    struct str text = explained(play, "uada", NULL);
    assert_says(text, "at            Tue 2031-03-04 ");
    assert_says(text, ", the planned slot\n");
    assert_says(text, "zone          Europe/Berlin, from the chat profile\n");
    assert_says(text, "uada@example.com (active; chat: matched)\n");
    assert_says(text, "notice        given\n");
    assert_says(text, "sending       on\n");
    assert_says(text, "pilot         everybody\n");
    assert_says(text, "that day      a workday, window 09:30 to 16:30\n");
    assert_says(text, "slots used    1 of 1 on Mon 2031-03-03\n");
    assert_says(text, "last question none yet\n");
    assert_says(text, "met           0 in all, 0 of 4 new ones this week\n");
    assert_says(text, "person_due    new: nothing is due, so the next new question comes\n");
    assert_says(text, "  ask           ");
    assert_says(text, "  next slot     Wed 2031-03-05 ");
    assert_int_equal(times_in(text, "planned slot  "), 0);
    assert_int_equal(play_number(play, "SELECT count(*) FROM nudge"), 0); /* without effect */
    play_until(play, "2031-03-04T20:00:00Z");
    assert_int_equal(play_number(play, "SELECT count(*) FROM nudge WHERE person_id = 1"), 1);
    text = explained(play, "uada", NULL);
    assert_says(text, "last question Tue 2031-03-04 ");
    assert_says(text, ", still open\n");
    assert_says(text, "1 of 4 new ones this week");
    assert_says(text, "close         the open question\n");
    play_free(play);
}

/* Right after a start everybody is woken: the answer is what the slot to come will bring. */
static void woken_is_looked_through(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ 0 });
    play_until(play, "2031-03-03T20:00:00Z");
    play_close(play);
    assert_int_equal(play_open(play), OK);
    while (play_number(play, "SELECT next_slot_ms FROM person WHERE person_id = 1"))
        assert_true(sim_world_step(play->world, INSTANT_NEVER));
    struct str text = explained(play, "uada", NULL);
    assert_says(text, "at            Tue 2031-03-04 ");
    assert_says(text, "person_due    new: ");
    assert_int_equal(times_in(text, "planned\n"), 0);
    struct str now = explained(play, "uada", "2031-03-04T10:00:00Z"); /* asked for: as it is */
    assert_says(now, "person_due    planned: was woken");
    play_free(play);
}

static void what_keeps_somebody_from_it(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){
        .only = "UADA",
        .holidays = "- date: 2031-03-06\n  name: Founders' day\n",
    });
    play_until(play, "2031-03-04T20:00:00Z");
    struct str text = explained(play, "uben", "2031-03-05T10:00:00Z");
    assert_says(text, "pilot         none of the 1 in `only`\n");
    assert_says(text, "person_due    not_in_pilot: is not one of those in `only`\n");
    text = explained(play, "uada", "2031-03-06T10:00:00Z");
    assert_says(text, "that day      no workday (Founders' day), window 09:30 to 16:30\n");
    assert_says(text, "pilot         one of the 1 in `only`\n");
    assert_says(text, "person_due    outside_window: ");
    assert_int_equal(play_say(play, "UADA", "pause until friday"), OK);
    text = explained(play, "uada", "2031-03-05T10:00:00Z");
    assert_says(text, "(paused; chat: matched)\n  pause ends    Fri 2031-03-07 00:00\n");
    assert_says(text, "person_due    paused: has said pause\n");
    play_free(play);
}

/* The longest due first, five of them. */
static void what_is_due_is_listed(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .cap = 3, .new_per_week = 15 });
    play_until(play, "2031-03-08T10:00:00Z");
    int64_t met = play_number(play, "SELECT count(*) FROM review WHERE person_id = 1");
    assert_true(met > 6);
    struct str text = explained(play, "uada", "2031-05-05T10:00:00Z");
    assert_int_equal(times_in(text, " since "), 5);
    assert_says(
        text, str_z(&play->arena, str_format(&play->arena, "  due           %d\n", (int)met)));
    assert_says(
        text, str_z(&play->arena, str_format(&play->arena, "    and %d more\n", (int)met - 5)));
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_says_is_what_happens),
        cmocka_unit_test(woken_is_looked_through),
        cmocka_unit_test(what_keeps_somebody_from_it),
        cmocka_unit_test(what_is_due_is_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
