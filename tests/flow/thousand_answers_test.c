/* A thousand people answer within ten minutes, in a workspace that enforces Slack's tiers: 50 calls
 * of chat.update a minute are half of what that takes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "support/play.h"

#define MANIFEST SOURCE_DIR "/deploy/slack-manifest.yaml"

enum {
    PEOPLE = 1000,
    SPAN_MS = 10 * 60 * 1000,
    LOOK_MS = 200, /* how closely the cards are watched */
    FEEDBACK_MS_MAX = 5000,
    TYPES_EACH = 5, /* every fifth types a letter: no click, so no response_url */
    LIMITED_MAX = 5 /* a handful */
};

struct human {
    char user[8], name[16];
    struct str card;
    int64_t answers_ms, waited_ms; /* since the ten minutes began; until the feedback */
    bool answered, has_feedback;
};

struct crowd {
    struct play *play;
    struct human humans[PEOPLE];
    struct play_person people[PEOPLE + 2];
    struct instant began;
    size_t waiting;
};

static void hire(struct crowd *crowd)
{
    crowd->people[0] = (struct play_person){ "UOLGA", "Olga Sample", "head", "spring", NULL,
        "Europe/Berlin", NULL, false, false };
    for (size_t i = 0; i < PEOPLE; i++) {
        struct human *human = &crowd->humans[i];
        (void)snprintf(human->user, sizeof(human->user), "U%04zu", i);
        (void)snprintf(human->name, sizeof(human->name), "Sample %zu", i);
        crowd->people[i + 1] = (struct play_person){ human->user, human->name, "agent", "spring",
            "UOLGA", "Europe/Berlin", NULL, false, false };
    }
}

/* Each at an instant of their own, drawn evenly: now and then several in one second. */
static void everybody_has_a_question(struct crowd *crowd)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        struct human *human = &crowd->humans[i];
        assert_int_equal(play_shown(crowd->play, human->user), 2);
        human->card = play_last_ts(crowd->play, human->user);
        human->answers_ms = (int64_t)sim_world_random(crowd->play->world, SPAN_MS);
    }
}

static void answer(struct crowd *crowd, size_t number)
{
    struct human *human = &crowd->humans[number];
    struct workspace *workspace = crowd->play->workspace;
    enum err err = number % TYPES_EACH == 0
        ? human_say(workspace, str_from_z(human->user), STR("A"), NULL)
        : play_click(crowd->play, human->user, human->card, number % 3 ? "the right" : "the other");
    assert_int_equal(err, OK);
    human->answered = true;
    crowd->waiting++;
}

static void look_at_cards(struct crowd *crowd)
{
    int64_t now_ms = play_now(crowd->play).utc_ms - crowd->began.utc_ms;
    for (size_t i = 0; i < PEOPLE; i++) {
        struct human *human = &crowd->humans[i];
        struct look_message card;
        if (!human->answered || human->has_feedback)
            continue;
        struct str user = str_from_z(human->user);
        assert_true(look_message(crowd->play->workspace, user, human->card, &card));
        human->has_feedback = card.edits > 0;
        human->waited_ms = now_ms - human->answers_ms;
        crowd->waiting -= human->has_feedback;
    }
}

static void ten_minutes(struct crowd *crowd)
{
    crowd->began = play_now(crowd->play);
    for (int64_t at_ms = 0; at_ms < SPAN_MS + 2 * FEEDBACK_MS_MAX; at_ms += LOOK_MS) {
        for (size_t i = 0; i < PEOPLE; i++)
            if (!crowd->humans[i].answered && crowd->humans[i].answers_ms <= at_ms)
                answer(crowd, i);
        play_for(crowd->play, (struct duration){ LOOK_MS });
        look_at_cards(crowd);
    }
}

static void everybody_sees_feedback_at_once(void **state)
{
    (void)state;
    static struct crowd crowd;
    crowd = (struct crowd){ 0 };
    hire(&crowd);
    struct play *play = crowd.play = play_new(&(struct play_setup){
        .people = crowd.people, .tiers = true, .manifest_file = MANIFEST });
    play_until(play, "2031-03-04T16:20:00Z");
    everybody_has_a_question(&crowd);
    struct look_calls before = look_calls(play->workspace, STR("chat.update"));
    ten_minutes(&crowd);

    int64_t slowest_ms = 0;
    for (size_t i = 0; i < PEOPLE; i++)
        if (crowd.humans[i].waited_ms > slowest_ms)
            slowest_ms = crowd.humans[i].waited_ms;
    struct look_calls updates = look_calls(play->workspace, STR("chat.update"));
    struct look_calls responses = look_calls(play->workspace, STR("response_url"));
    print_message("slowest feedback %lld ms; %llu by chat.update, %llu by response_url\n",
        (long long)slowest_ms, (unsigned long long)updates.ok, (unsigned long long)responses.ok);
    assert_int_equal(crowd.waiting, 0);
    assert_in_range(slowest_ms, 1, FEEDBACK_MS_MAX);
    assert_in_range(look_calls(play->workspace, STR_EMPTY).limited, 0, LIMITED_MAX);
    assert_int_equal(look_calls(play->workspace, STR_EMPTY).refused, 0);

    assert_int_equal(play_number(play, "SELECT count(*) FROM answer"), PEOPLE);
    assert_int_equal(play_number(play, "SELECT count(DISTINCT nudge_id) FROM answer"), PEOPLE);
    assert_int_equal(updates.ok - before.ok + responses.ok, PEOPLE);
    for (size_t i = 0; i < PEOPLE; i++) {
        struct look_message card;
        struct str user = str_from_z(crowd.humans[i].user);
        assert_true(look_message(play->workspace, user, crowd.humans[i].card, &card));
        assert_int_equal(card.edits, 1);
        assert_int_equal(play_shown(play, crowd.humans[i].user), 2);
    }
    assert_int_equal(look_duplicate_posts(play->workspace), 0);
    assert_int_equal(look_envelopes(play->workspace, STR_EMPTY).failed, 0);
    play_free(play);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_sees_feedback_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
