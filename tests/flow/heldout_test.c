/* A hundred days with held-out questions: each at its delay, once, and never among the others. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "support/play.h"

#define CHOICE(id, rest)                                                          \
    "  - id: " id "\n    kind: choice\n    ask: Which one is " id "?\n" rest      \
    "    options:\n      - text: the right one\n        correct: true\n"          \
    "      - text: the other one\n        why: it forgets the customer\n"
#define HELD_OUT "    held_out: true\n"

static const char deck[] =
    "id: first\ntitle: First steps\nowner: uolga@example.com\nskill: care\nprompts:\n"
    CHOICE("one", "") CHOICE("held-a", HELD_OUT) CHOICE("two", "") CHOICE("held-b", HELD_OUT)
    CHOICE("three", "") CHOICE("held-c", HELD_OUT);

static int64_t number(struct play *play, const char *sql, int64_t person)
{
    return play_ask(play, sql, person, STR_EMPTY);
}

static void three_delays_three_questions(void **state)
{
    static const int64_t delays[] = { 7, 30, 90 };
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .deck = deck, .new_per_week = 5 });
    int64_t ada = play_number(play, "SELECT person_id FROM person WHERE external_id = 'UADA'");
    for (int day = 0; day < 130; day++) {
        play_for(play, HOURS(24)); /* Ada answers whatever is there; Ben never does */
        if (play_can_press(play, "UADA", "the right one"))
            assert_int_equal(play_press(play, "UADA", "the right one"), OK);
    }
    for (int64_t person = ada; person <= ada + 1; person++) {
        assert_int_equal(number(play, "SELECT count(*) FROM nudge JOIN prompt USING (prompt_id) "
                                "WHERE person_id = ?1 AND prompt.prompt LIKE 'held-%'", person), 3);
        assert_int_equal(number(play, "SELECT count(DISTINCT prompt_id) FROM nudge "
                                "WHERE person_id = ?1 AND held_out_days > 0", person), 3);
        assert_true(number(play, "SELECT count(*) FROM nudge WHERE person_id = ?1 "
                           "AND held_out_days = 0", person) > 6);
    }
    for (size_t i = 0; i < COUNT(delays); i++) {
        char sql[256];
        snprintf(sql, sizeof(sql), "SELECT count(*) FROM nudge n WHERE held_out_days = %d AND "
            "person_id = ?1 AND day - (SELECT min(day) FROM nudge f WHERE f.person_id = "
            "n.person_id) BETWEEN %d AND %d", (int)delays[i], (int)delays[i], (int)delays[i] + 2);
        assert_int_equal(number(play, sql, ada), 1);
        assert_int_equal(number(play, sql, ada + 1), 1);
    }
    assert_int_equal(number(play, "SELECT count(*) FROM nudge WHERE person_id = ?1 AND "
                            "held_out_days > 0 AND state = 2", ada), 3);
    play_free(play);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(three_delays_three_questions) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
