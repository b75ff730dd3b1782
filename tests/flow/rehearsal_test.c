/* A rehearsal decides as the daemon does: eight weeks on the whole road, from tick to store, then
 * the same answers played again in memory. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "nudged/core/rehearsal.h"
#include "support/play.h"

enum { CAP = 2, PROMPTS = 8, QUESTIONS_MAX = 200, FIRST_DAY = 22341, DAYS = 56 };

struct question {
    int32_t day;
    int64_t prompt_id;
    enum rating rating;
};

struct history {
    struct question questions[QUESTIONS_MAX];
    size_t len;
};

static int64_t of_nudge(struct play *play, int64_t nudge_id, const char *what)
{
    char sql[200];
    snprintf(sql, sizeof(sql), "SELECT ifnull((SELECT %s), 0) FROM nudge AS n WHERE nudge_id = "
        "(SELECT max(nudge_id) FROM nudge WHERE nudge_id <= %lld)", what, (long long)nudge_id);
    return play_number(play, sql);
}

/* Of five questions one is ignored and one is answered wrong. */
static void live(struct play *play)
{
    size_t shown = 2, asked = 0; /* the notice and the first question */
    play_first_question(play, "UADA");
    while (play_now(play).utc_ms < (FIRST_DAY + DAYS) * INT64_C(86400000)) {
        if (asked % 5 != 4)
            assert_int_equal(play_press(play, "UADA", asked % 5 == 2 ? "the other" : "the right"),
                OK);
        asked++;
        if (!play_until_shown(play, "UADA", ++shown))
            break;
    }
}

static void read_history(struct play *play, struct history *history)
{
    int64_t person = play_number(play, "SELECT person_id FROM person WHERE external_id = 'UADA'");
    int64_t last = play_number(play, "SELECT max(nudge_id) FROM nudge");
    for (int64_t id = 1; id <= last; id++) {
        if (of_nudge(play, id, "n.nudge_id") != id || of_nudge(play, id, "n.person_id") != person)
            continue;
        assert_true(history->len < QUESTIONS_MAX);
        history->questions[history->len++] = (struct question){
            (int32_t)of_nudge(play, id, "n.day"), of_nudge(play, id, "n.prompt_id"),
            (enum rating)of_nudge(play, id,
                "a.rating FROM answer AS a WHERE a.nudge_id = n.nudge_id") };
    }
}

/* Numbers as the store gave them, in the order of the deck. */
static void number(struct play *play, struct content *content)
{
    struct deck *deck = &content->decks[0];
    assert_int_equal(play_number(play, "SELECT count(*) FROM prompt"), PROMPTS);
    for (size_t i = 0; i < deck->prompts_len; i++)
        assert_int_equal(deck->prompts[i].prompt_id, i + 1);
    assert_int_equal(play_number(play, "SELECT prompt_id FROM prompt WHERE prompt = 'one'"), 1);
    assert_int_equal(play_number(play, "SELECT prompt_id FROM prompt WHERE prompt = 'eight'"), 8);
    for (size_t i = 0; i < deck->prompts_len; i++)
        deck->prompts[i].skill = STR("care"); /* all of one, as in the file */
}

static void the_same_history_gets_the_same_questions(void **state)
{
    (void)state;
    struct play *play = play_new(&(struct play_setup){ .cap = CAP, .new_per_week = 3 });
    struct history *history = calloc(1, sizeof(*history));
    struct deck deck = { .id = STR("first"), .desired_retention = 0.9, .min_gap_days = -1 };
    struct content content;
    struct rehearsal rehearsal;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    assert_non_null(history);
    live(play);
    read_history(play, history);
    assert_true(history->len > 40); /* eight weeks of eight prompts */
    assert_int_equal(rehearsal_plain_content(PROMPTS, &deck, &arena, &content), OK);
    number(play, &content);
    struct facts facts = { .settings = &play->config.settings, .content = &content,
        .weights = &review_weights_default };
    assert_int_equal(rehearsal_start(&rehearsal, &facts, &arena), OK);
    for (size_t i = 0; i < history->len; i++) {
        const struct question *question = &history->questions[i];
        const struct prompt *prompt = rehearsal_ask(&rehearsal, question->day);
        if (!prompt || prompt->prompt_id != question->prompt_id)
            fail_msg("question %zu of day %d: %lld in memory, %lld on the road", i,
                (int)question->day, prompt ? (long long)prompt->prompt_id : 0,
                (long long)question->prompt_id);
        rehearsal_answer(&rehearsal, prompt, question->rating, question->day);
    }
    for (int64_t id = 1; id <= PROMPTS; id++) {
        const struct review *review = rehearsal_review(&rehearsal, id);
        char sql[120];
        snprintf(sql, sizeof(sql), "SELECT due_day FROM review WHERE person_id = 1 AND prompt_id "
            "= %lld", (long long)id);
        if (review)
            assert_int_equal(play_number(play, sql), review->due_day);
    }
    free(history);
    arena_finish(&arena);
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_history_gets_the_same_questions),
    };
    return cmocka_run_group_tests_name("rehearsal", tests, NULL, NULL);
}
