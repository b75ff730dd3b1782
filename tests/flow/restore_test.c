/* Going back to an older copy, by every way there is: nothing is sent before resume, nothing of the
 * gap is sent again after it.
 *
 * COUNT   how many drills (default 8), SEED where they begin */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "nudged/store/upkeep.h"
#include "support/play_state.h"

enum way {
    BY_COMMAND, /* nudged backup, nudged restore */
    BACKUP_BY_HAND, /* nudged backup, and cp over the database */
    FILE_BY_HAND, /* cp of the database while nothing ran, and back */
    TO_ANOTHER_MACHINE, /* the same, and nothing else of the state folder */
    WAYS
};

struct drill {
    struct play *play;
    enum way way;
    int before_days, age_days, hold_hours;
    size_t shown[3];
};

static const char *const people[] = { "UADA", "UBEN", "UMAX" };
static struct counted {
    unsigned long drills, held_hours, gap_messages, answers_in_gap, oldest_days;
} counted;

static uint32_t draw(uint64_t *seed, uint32_t bound)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(*seed >> 33) % bound;
}

static uint64_t number_env(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : fallback;
}

static void live_a_day(struct play *play)
{
    struct instant evening = instant_add(play_now(play), HOURS(24));
    for (int i = 0; i < 6; i++) {
        play_for(play, HOURS(4));
        for (size_t p = 0; p < 2; p++)
            if (play_can_press(play, people[p], "the right one"))
                assert_int_equal(play_press(play, people[p], "the right one"), OK);
    }
    play_run_to(play, evening);
}

static size_t shown_to_all(struct play *play, size_t shown[3])
{
    size_t sum = 0;
    for (size_t i = 0; i < COUNT(people); i++)
        sum += shown[i] = play_shown(play, people[i]);
    return sum;
}

static void take_copy(struct drill *drill)
{
    struct play *play = drill->play;
    const char *copy = play_state_path(play, "copy.db");
    if (drill->way <= BACKUP_BY_HAND) {
        struct str line = str_format(&play->arena, "{\"do\":\"backup\",\"file\":\"%s\"}", copy);
        struct str reply = play_control(play, str_z(&play->arena, line));
        assert_true(str_starts_with(reply, STR("ok\nbackup written to ")));
        return;
    }
    play_close(play);
    play_state_copy(play_state_path(play, "nudged.db"), copy);
    assert_int_equal(play_open(play), OK);
}

static void put_back(struct drill *drill)
{
    struct play *play = drill->play;
    const char *copy = play_state_path(play, "copy.db");
    const char *database = play_state_path(play, "nudged.db");
    struct str kept, detail = STR_EMPTY;
    play_close(play);
    assert_int_not_equal(access(play_state_path(play, "nudged.db-wal"), F_OK), 0);
    int64_t answers = play_state_number(database, "SELECT count(*) FROM answer");
    if (drill->way == BY_COMMAND) {
        enum err err = store_restore(str_from_z(database), str_from_z(copy), play_now(play),
            &play->arena, &kept, &detail);
        if (err)
            print_message("%.*s\n", STR_ARG(detail));
        assert_int_equal(err, OK);
        assert_int_equal(play_state_number(str_z(&play->arena, kept),
            "SELECT count(*) FROM answer"), answers);
    } else {
        play_state_copy(copy, database);
    }
    if (drill->way == TO_ANOTHER_MACHINE)
        assert_int_equal(unlink(play_state_path(play, "epoch")), 0);
    counted.answers_in_gap +=
        (unsigned long)(answers - play_state_number(database, "SELECT count(*) FROM answer"));
}

static void assert_silent(struct drill *drill, const char *when)
{
    size_t now[3];
    shown_to_all(drill->play, now);
    for (size_t i = 0; i < COUNT(people); i++) {
        if (now[i] != drill->shown[i])
            print_message("way %d, backup after %d days, %d days old: %s was written to %s\n",
                drill->way, drill->before_days, drill->age_days, people[i], when);
        assert_int_equal(now[i], drill->shown[i]);
    }
}

/* Everything there is to provoke a message: days pass, cards of the gap are pressed, words said. */
static void hold(struct drill *drill)
{
    struct play *play = drill->play;
    play_for(play, SECONDS(30));
    struct str status = play_control(play, "{\"do\":\"status\"}");
    assert_true(str_contains(status, STR("sending: off; a restored store waits")));
    assert_true(str_contains(status, STR("an older copy of the database was put back")));
    if (drill->age_days >= 3)
        assert_true(str_contains(status, STR(" days behind; sending is paused until you run")));
    for (size_t p = 0; p < 2; p++)
        if (play_can_press(play, people[p], "the right one"))
            assert_int_equal(play_press(play, people[p], "the right one"), OK);
    for (int i = 0; i < drill->hold_hours; i++)
        play_for(play, HOURS(1));
    assert_int_equal(play_say(play, "UADA", "next"), OK); /* its reply waits like everything */
    play_for(play, MINUTES(5));
    assert_silent(drill, "before resume");
    play_close(play); /* a restart does not forget */
    assert_int_equal(play_open(play), OK);
    play_for(play, HOURS(1));
    assert_silent(drill, "before resume, after a restart");
    counted.held_hours += (unsigned long)drill->hold_hours + 1;
}

static struct instant end_of_day(struct play *play)
{
    int64_t day_ms = 86400000;
    return (struct instant){ (play_now(play).utc_ms / day_ms + 1) * day_ms - 2 * 3600000 };
}

/* Resumed on a Monday before the digest's hour, 08:30 in Berlin: that one is not of the gap. */
static bool digest_is_ahead(struct play *play)
{
    int64_t minutes = play_now(play).utc_ms / 60000, day = 24 * 60;
    return weekday_of((int32_t)(minutes / day)) == 0 && minutes % day < 7 * 60 + 30;
}

/* On the day of the resume everybody counts as asked; later each day has one, as ever. */
static void go_on(struct drill *drill)
{
    struct play *play = drill->play;
    struct instant night = end_of_day(play); /* 22:00 UTC, before the next day in Berlin */
    size_t notices[3], digests = play_count(play, "UMAX", "Your team's week");
    for (size_t i = 0; i < COUNT(people); i++)
        notices[i] = play_count(play, people[i], "What is stored");
    int32_t resumed = (int32_t)(play_now(play).utc_ms / 86400000), mondays = 0;
    for (int32_t day = resumed + 1; day <= resumed + 6; day++)
        mondays += weekday_of(day) == 0;
    bool ahead = digest_is_ahead(play);
    mondays += ahead;
    assert_true(str_contains(play_control(play, "{\"do\":\"resume\"}"), STR("is now on")));
    play_for(play, MINUTES(2));
    drill->shown[0] += play_shown(play, "UADA") == drill->shown[0] + 1; /* the reply to "next" */
    if (instant_before(play_now(play), night)) {
        play_run_to(play, night);
        drill->shown[2] += ahead && play_count(play, "UMAX", "Your team's week") == digests + 1;
        assert_silent(drill, "on the day of resume");
    }
    for (int day = 1; day <= 5; day++) {
        size_t before[3], after[3];
        shown_to_all(play, before);
        play_run_to(play, instant_add(night, HOURS(24 * day)));
        shown_to_all(play, after);
        for (size_t i = 0; i < 2; i++)
            assert_in_range(after[i] - before[i], 0, 1);
    }
    for (size_t i = 0; i < COUNT(people); i++)
        assert_int_equal(play_count(play, people[i], "What is stored"), notices[i]);
    assert_in_range(play_count(play, "UMAX", "Your team's week"), digests,
        digests + (size_t)mondays); /* never the one of the gap again */
    assert_int_equal(look_duplicate_posts(play->workspace), 0);
    size_t now[3];
    assert_true(shown_to_all(play, now) > drill->shown[0] + drill->shown[1] + drill->shown[2]);
    struct str status = play_control(play, "{\"do\":\"status\"}");
    assert_true(str_contains(status, STR("sending: on")));
    assert_false(str_contains(status, STR("older copy")));
}

static void run_drill(uint64_t seed, enum way way)
{
    uint64_t dice = seed;
    struct drill drill = { .way = way, .before_days = (int)(2 + draw(&dice, 8)),
        .age_days = (int)(1 + draw(&dice, 12)), .hold_hours = (int)(1 + draw(&dice, 50)) };
    drill.play = play_state_new(&(struct play_setup){ .seed = seed });
    size_t ignored[3];
    for (int i = 0; i < drill.before_days; i++)
        live_a_day(drill.play);
    play_for(drill.play, HOURS((int)draw(&dice, 12)));
    size_t then = shown_to_all(drill.play, ignored);
    take_copy(&drill);
    for (int i = 0; i < drill.age_days; i++)
        live_a_day(drill.play);
    counted.gap_messages += shown_to_all(drill.play, drill.shown) - then;
    put_back(&drill);
    assert_int_equal(play_open(drill.play), OK);
    hold(&drill);
    go_on(&drill);
    counted.drills++;
    if ((unsigned long)drill.age_days > counted.oldest_days)
        counted.oldest_days = (unsigned long)drill.age_days;
    play_state_free(drill.play);
}

static void an_older_copy_sends_nothing_of_the_gap(void **state)
{
    (void)state;
    uint64_t drills = number_env("COUNT", 8), seed = number_env("SEED", 1);
    for (uint64_t i = 0; i < drills; i++)
        run_drill(seed * 1000 + i, (enum way)(i % WAYS));
}

/* Who put it back hears of it in chat, once. */
static void admins_hear_of_it(void **state)
{
    (void)state;
    struct drill drill = { .play = play_state_new(&(struct play_setup){ 0 }),
        .way = FILE_BY_HAND };
    for (int i = 0; i < 2; i++)
        live_a_day(drill.play);
    take_copy(&drill);
    for (int i = 0; i < 3; i++)
        live_a_day(drill.play);
    put_back(&drill);
    assert_int_equal(play_open(drill.play), OK);
    play_for(drill.play, HOURS(3));
    assert_int_equal(play_count(drill.play, "UOLGA", "an older copy of the database"), 1);
    play_state_free(drill.play);
}

/* A stop and a start, at once or after hours: no false alarm. */
static void a_restart_is_no_restore(void **state)
{
    (void)state;
    struct play *play = play_state_new(&(struct play_setup){ 0 });
    for (int i = 0; i < 6; i++) {
        play_for(play, MINUTES(i * 50));
        play_close(play);
        assert_int_equal(play_open(play), OK);
        struct str status = play_control(play, "{\"do\":\"status\"}");
        assert_true(str_contains(status, STR("sending: on")));
        assert_false(str_contains(status, STR("older copy")));
    }
    play_state_free(play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restart_is_no_restore),
        cmocka_unit_test(admins_hear_of_it),
        cmocka_unit_test(an_older_copy_sends_nothing_of_the_gap),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (!failed)
        printf("proved: %lu older copies put back by %d ways, up to %lu days old, %lu messages and "
               "%lu answers in their gaps; 0 messages in %lu hours before resume, 0 of the gap "
               "again after it\n", counted.drills, WAYS, counted.oldest_days,
            counted.gap_messages, counted.answers_in_gap, counted.held_hours);
    return failed;
}
